"""A whole filing played in the real window under an X server, from the empty start page to the returned paper.

Keys and mouse only; asserted is what a person would see. `FILINGDESK_E2E_PICTURES=FOLDER` keeps small pictures of the stations.
"""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from e2e.hands import Hands, words_of, words_on
from filingdesk.gui.dialogs import WaiveDialog
from filingdesk.gui.forms.paste import PasteDialog
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.import_dialog import ImportDialog
from filingdesk.gui.pages.keywords import KeywordsPage
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.pages.profile import ProfilePage
from filingdesk.gui.pages.returned import ReturnedPage
from filingdesk.gui.pages.route import RoutePage
from filingdesk.gui.shell import Shell
from unit.documents.returning import replace_words, type_into

pytestmark = pytest.mark.xvfb

COMPANY = "示例智联科技（杭州）有限公司"
NEW_NAME = "示例智联科技（杭州）股份有限公司"
CODE = "91330108MA00000X0X"


@pytest.fixture
def hands(shell: Shell, app: QApplication, qtbot: QtBot) -> Hands:
    return Hands(shell, app, qtbot)


def test_a_whole_filing(hands: Hands, tmp_path: Path) -> None:
    company_profile_is_made(hands, tmp_path / "去年的备案.fdproj")
    project = tmp_path / "今年的备案.fdproj"
    new_project_takes_the_profile(hands, project)
    route_is_answered(hands)
    forms_are_typed(hands)
    rows_are_pasted(hands)
    keywords_are_imported(hands, tmp_path / "词表.csv")
    problems_are_mended(hands)
    paper_beside_the_form(hands)
    drafts_are_built(hands, tmp_path / "草稿")
    sample = sample_is_delivered(hands, tmp_path / "提交")
    small_window_copies(hands)
    closed_and_found_again(hands, sample)
    paper_comes_back(hands, tmp_path / "来回")


def company_profile_is_made(hands: Hands, path: Path) -> None:
    """The subject is typed once; the profile of the company is made of it."""
    shell = hands.shell
    assert shell.start.isVisible()
    hands.picture("1-start")
    hands.name_file(path, lambda: hands.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier))
    hands.judged()
    assert path.is_file()
    assert path.stem in shell.windowTitle()
    hands.turn_to("主体与人员")
    hands.page(FormPage)
    code = hands.fill("subject.credit_code", "91330108MA2CEXAMP0")
    assert code.error(), "a wrong check digit is said in place"
    hands.fill("subject.name", COMPANY)
    hands.choose(hands.row("subject.kind"), "企业")
    hands.fill("subject.province", "浙江省")
    hands.fill("subject.website", "https://www.example.cn")
    hands.fill("safety_officer.name", "王样本")
    assert hands.desk.lookup("subject.kind") == "企业"
    hands.bot.waitUntil(lambda: shell.top.saved.text().startswith("已保存"))
    hands.turn_to("单位档案")
    page = hands.page(ProfilePage)
    hands.settled()
    hands.click(hands.button(page, "用本项目建立档案"))
    hands.settled()
    assert "测试员 保存" in page.saved_label.text()
    assert COMPANY in [line.text for line in page.content_card.model.rows]
    assert "一致" in words_of(page.differences.offer)


def new_project_takes_the_profile(hands: Hands, path: Path) -> None:
    """A new project begins at the profile; what is ticked comes in as one edit."""
    hands.name_file(path, lambda: hands.control(Qt.Key.Key_N))
    page = hands.page(ProfilePage)
    hands.judged()
    hands.settled()
    assert hands.desk.facts.subject.name == ""
    count = len(page.differences.chosen())
    assert count >= 6
    assert page.differences.take_button.text() == f"放入选中的 {count} 项"

    def agree(dialog: ImpactDialog) -> None:
        assert (COMPANY in [row[1] for row in dialog.model.rows]) and len(dialog.model.rows) == count
        hands.click(dialog.ok)

    hands.meet(ImpactDialog, agree, lambda: hands.click(page.differences.take_button))
    assert f"已放入 {count} 项" in hands.bench.notice.text()
    assert hands.shell.actions_.undo.text().startswith("撤销：")
    hands.turn_to("主体与人员")
    assert hands.row("subject.name").editor.value() == COMPANY


def route_is_answered(hands: Hands) -> None:
    """The guided intake, by Tab, arrows and Space."""
    hands.turn_to("适用判定")
    page = hands.page(RoutePage)
    for path, term in (
        ("intake.offered_to", "境内社会公众"),
        ("intake.forms", "信息分享"),
        ("algorithm.types", "生成合成类"),
        ("intake.llm", "使用"),
        ("algorithm.role", "服务提供者"),
        ("large_model.development.origin", "微调开源模型"),
    ):
        row = page.question(path)
        assert row is not None
        assert row.isVisible(), f"{path} is not asked"
        hands.choose(row, term)
        hands.until(partial(hands.is_blank, row.state))
    hands.until(lambda: "算法备案 · 生成合成类" in words_on(page.result))
    said = words_on(page.result)
    assert "第二十四条" in said
    hands.picture("2-route")


def forms_are_typed(hands: Hands) -> None:
    """Texts, choices, and days as people say them."""
    hands.turn_to("算法基础属性")
    hands.fill("algorithm.name", "示例智联客服对话生成算法")
    hands.choose(hands.row("algorithm.launched"), "是")
    day = hands.row("algorithm.launched_on")
    hands.until(day.isVisible)
    hands.fill("algorithm.launched_on", "2026-3-1", "2026-3-1")
    hands.turn_to("公测时间")
    tomorrow = (hands.desk.session.today + timedelta(days=1)).isoformat()
    row = hands.fill("large_model.test_on", "明天", tomorrow)
    assert row.editor.value() == tomorrow


def rows_are_pasted(hands: Hands) -> None:
    """Two hundred rows as Excel gives them, one cell wrong, a column that nobody asks for."""
    hands.turn_to("语料与标注")
    page = hands.page(FormPage)
    view = page.list_view("large_model.corpus")
    assert view is not None
    lines = ["语料来源名称\t来源类型\t语言\t模态\t条数\t经办人"]
    lines += [f"示例来源{n:03}\t自采\t中文\t文本\t{n * 10}\t王样本" for n in range(1, 201)]
    lines[7] = lines[7].replace("自采", "捡来的")
    QGuiApplication.clipboard().setText("\r\n".join(lines) + "\r\n")
    hands.tab_to(lambda widget: widget is view.add_button)

    def agree(dialog: PasteDialog) -> None:
        assert dialog.ok.text() == "放入 200 项"
        assert "不会放入的列：经办人" in words_of(dialog.words)
        assert "1 行里有 1 处问题" in words_of(dialog.trouble)
        hands.click(dialog.next_wrong)
        assert words_of(dialog.trouble).startswith("第 7 行")
        cell = dialog.view.currentIndex()
        assert str(cell.data()) == "! 捡来的"
        hands.picture("3-paste", dialog)
        hands.click(dialog.ok)

    hands.meet(PasteDialog, agree, lambda: hands.control(Qt.Key.Key_V))
    assert len(hands.desk.facts.large_model.corpus) == 200
    assert "还有 175 项没有列出" in view.more_button.text()
    hands.until(lambda: len([card for card in view.cards() if card.isVisible()]) == 25)
    assert hands.shell.actions_.undo.text() == "撤销：粘贴表格：200 项来源"
    hands.judged()


def keywords_are_imported(hands: Hands, path: Path) -> None:
    """A word list of the kind officers get by mail, previewed, taken."""
    words = "".join(f"示例敏感词{n:04},A.3.e\n" for n in range(1, 301))
    path.write_text(f"关键词,风险\n{words}没有风险的词,\n,A.3.e\n", encoding="gb18030")
    hands.turn_to("关键词库")
    page = hands.page(KeywordsPage)

    def agree(dialog: ImportDialog) -> None:
        assert dialog.ok.text() == "收录 301 个"
        assert dialog.tabs.tabText(0) == "未收录 1"
        assert dialog.tabs.tabText(1) == "已收录，需留意 1"
        assert "标准要求总量不少于" in words_on(dialog)
        hands.picture("4-keywords", dialog)
        hands.click(dialog.ok)

    def begin() -> None:
        hands.name_file(path, lambda: hands.click(page.import_button))

    hands.meet(ImportDialog, agree, begin)
    hands.until(lambda: "词库现有 301 个词" in hands.bench.notice.text())
    hands.settled()
    hands.awake()
    hands.judged()


def problems_are_mended(hands: Hands) -> None:
    """F8 walks them, the field with the focus takes what is typed; one is set aside with a reason."""
    drawer = hands.bench.drawer
    before = hands.blockers()
    for label, text in (
        ("注册地（市）", "杭州市"),
        ("注册地（区县）", "余杭区"),
        ("详细地址", ""),
        ("统一社会信用代码", CODE),
    ):
        hands.key(Qt.Key.Key_F8)
        hands.until(partial(hands.is_on, label))
        current = drawer.current()
        assert current is not None
        assert label in current.message
        if text:
            hands.retype(text)
            hands.judged()
            hands.until(partial(hands.is_mended, current))
    assert hands.blockers() == before - 3
    hands.picture("5-problems")
    hands.key(Qt.Key.Key_F8)
    hands.until(partial(hands.is_on, "月活跃用户量"))
    current = drawer.current()
    assert current is not None

    def give_reason(dialog: WaiveDialog) -> None:
        assert not dialog.ok.isEnabled(), "no waiver without a reason"
        hands.tab_to(lambda widget: widget is dialog.reason)
        hands.say("上线不到一个月，还没有完整的月度数据。")
        hands.click(dialog.ok)

    def ask() -> None:
        hands.meet(
            QMenu,
            lambda menu: hands.pick(menu, "豁免并写明理由"),
            lambda: hands.menu_at(drawer.view, drawer.view.currentIndex()),
        )

    hands.meet(WaiveDialog, give_reason, ask)
    hands.judged()
    hands.until(lambda: hands.blockers() == before - 4)
    report = hands.desk.report
    assert report is not None
    assert [result.status for result in report.results if result.id == current.rule] == ["waived"]
    assert hands.is_mended(current)


def paper_beside_the_form(hands: Hands) -> None:
    """F7: the paper shows the name while it is typed."""
    hands.turn_to("主体与人员")
    hands.key(Qt.Key.Key_F7)
    pane = hands.bench.preview
    hands.until(pane.isVisible)
    hands.until(lambda: COMPANY in pane.sheet.text())
    row = hands.row("subject.name")
    hands.tab_to(lambda widget: widget is row.editor.target())
    hands.retype(NEW_NAME)
    hands.until(lambda: NEW_NAME in pane.sheet.text())
    assert COMPANY not in pane.sheet.text()
    hands.picture("6-preview")
    hands.key(Qt.Key.Key_Tab)
    hands.until(lambda: hands.desk.facts.subject.name == NEW_NAME)
    hands.key(Qt.Key.Key_F7)
    hands.until(pane.isHidden)


def drafts_are_built(hands: Hands, folder: Path) -> None:
    """All papers as drafts: what is missing is marked in them."""
    folder.mkdir()
    hands.turn_to("文书")
    page = hands.page(PapersPage)
    hands.judged()
    hands.settled()
    hands.name_file(folder, lambda: hands.click(page.draft_button))
    hands.until(lambda: page.notice.isVisible())
    files = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert len(files) > 10
    assert page.notice.text().startswith(f"已导出 {len(files)} 个文件到 {folder}")
    assert "待补充" in page.notice.text()
    drafts = [path for path in folder.glob("*.docx") if "落实算法安全主体责任" in path.name]
    assert len(drafts) == 1
    words = "".join(node.text or "" for node in open_docx(str(drafts[0])).element.body.iter(qn("w:t")))
    assert NEW_NAME in words
    assert "【待补充" in words


def sample_is_delivered(hands: Hands, folder: Path) -> Path:
    """The complete sample, one key away in the same window: nothing blocks, the bundle is written and verified. Gives its file."""
    folder.mkdir()
    hands.control(Qt.Key.Key_W)
    hands.until(hands.shell.start.isVisible)
    hands.key(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: hands.shell.desk is not None)
    hands.judged()
    hands.until(lambda: hands.blockers() == 0)
    hands.control(Qt.Key.Key_E)
    page = hands.page(BundlePage)
    hands.name_file(folder, lambda: hands.click(page.choose))
    hands.until(page.export_button.isEnabled)
    hands.click(page.export_button)
    hands.until(page.result_card.isVisible)
    assert page.result_badge.text() == "校验通过"
    (made,) = [each for each in folder.iterdir() if each.is_dir()]
    count = len([each for each in made.rglob("*") if each.is_file()])
    assert count > 20
    hands.settled()
    hands.name_file(made, lambda: hands.click(page.verify_button))
    hands.until(page.verify_card.isVisible)
    assert page.verify_card.badge.text() == "一致"
    hands.picture("7-bundle")
    assert hands.shell.desk is not None
    return hands.shell.desk.session.path


def small_window_copies(hands: Hands) -> None:
    """F6: three fields copied and ticked with one key each; a change after that is told."""
    hands.awake()
    hands.key(Qt.Key.Key_F6)
    window = hands.bench.webform
    assert window is not None
    hands.until(window.isActiveWindow)
    assert window.isVisible()
    facts = hands.desk.facts
    wanted = [("主体名称", facts.subject.name), ("统一社会信用代码", facts.subject.credit_code)]
    for label, value in wanted:
        assert window.card.name.text() == label
        hands.key(Qt.Key.Key_Return, at=window.list)
        assert QGuiApplication.clipboard().text() == value
        assert label in window.status.text()
    third = window.card.name.text()
    shown = window.card.text.toPlainText()
    assert shown
    hands.key(Qt.Key.Key_Space, at=window.list)
    assert QGuiApplication.clipboard().text() == shown
    assert window.card.name.text() != third
    assert window.counts.text().startswith("已填 3 / ")
    hands.awake()
    hands.turn_to("主体与人员")
    hands.fill("subject.name", NEW_NAME)
    hands.until(lambda: "已改 1" in window.counts.text())
    hands.key(Qt.Key.Key_F6)
    hands.until(window.isActiveWindow)
    while window.card.name.text() != "主体名称":
        hands.key(Qt.Key.Key_Up, at=window.list)
    assert window.card.badge.text() == "已改"
    assert "之后改了，请更新网页" in window.card.since.text()
    hands.picture("8-small-window", window)
    window.close()
    hands.awake()


def closed_and_found_again(hands: Hands, path: Path) -> None:
    """Closed and opened from the list: the same place, the same values, and undo still names the last edit."""
    hands.turn_to("主体与人员")
    row = hands.row("subject.city")
    hands.tab_to(lambda widget: widget is row.editor.target())
    undo = hands.shell.actions_.undo.text()
    assert "主体名称" in undo
    hands.control(Qt.Key.Key_W)
    start = hands.shell.start
    hands.until(start.isVisible)
    assert not path.with_name(path.name + "-wal").exists(), "one plain file is left"
    hands.click(hands.button(start, path.stem))
    hands.until(lambda: hands.shell.desk is not None)
    row = hands.row("subject.city")
    hands.until(row.editor.target().hasFocus)
    assert hands.row("subject.name").editor.value() == NEW_NAME
    assert hands.shell.actions_.undo.text() == undo
    hands.judged()


def paper_comes_back(hands: Hands, folder: Path) -> None:
    """A paper goes out, is changed in Word, comes back; what is ticked is taken."""
    folder.mkdir()
    hands.turn_to("文书")
    papers = hands.page(PapersPage)
    hands.until(lambda: len(papers.list.lines()) > 5)
    assert papers.list.select("responsibility")
    hands.settled()
    assert papers.name.text() == "落实算法安全主体责任基本情况"

    def export() -> None:
        hands.meet(QMenu, lambda menu: hands.pick(menu, "Word 草稿"), lambda: hands.click(papers.one_button))

    hands.name_file(folder, export)
    hands.until(papers.notice.isVisible)
    hands.settled()
    (sent,) = folder.glob("*.docx")
    package = open_docx(str(sent))
    type_into(package, "subject.name", COMPANY)
    replace_words(package, "其职责如下", "其职责由律师改写如下")
    back = folder / "退回稿.docx"
    package.save(str(back))
    hands.turn_to("退回稿")
    page = hands.page(ReturnedPage)
    hands.name_file(back, lambda: hands.click(hands.button(page, "选择文件…")))
    hands.until(lambda: page.groups and not page.strip.busy)
    assert [group.title_label.text() for group in page.groups] == ["字段（1 处）", "文字（1 处）"]
    assert page.take_button.text() == "采用选中的 2 处"
    hands.click(page.take_button)
    hands.until(lambda: "已采用 2 处" in page.notice.text())
    hands.settled()
    assert hands.desk.facts.subject.name == COMPANY
    hands.until(lambda: "项目里已经是这样" in words_on(page) and "现在的文书已经这样写" in words_on(page))
    assert not page.chosen()
    hands.turn_to("主体与人员")
    assert hands.row("subject.name").editor.value() == COMPANY
    hands.turn_to("文书")
    hands.until(lambda: "其职责由律师改写如下" in papers.sheet.text() and COMPANY in papers.sheet.text())
    hands.judged()
    hands.settled()
