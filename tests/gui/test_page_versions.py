"""Two versions of a paper in the window: chosen, compared beside the window, read change by change, saved as a redline."""

import time
from pathlib import Path

from docx import Document as open_docx
from docx.oxml.ns import qn
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.documents.blocks import Document, Paragraph, Run
from filingdesk.gui import theme
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.pages.versions import VersionsPage
from filingdesk.gui.pages.versions_rows import ROWS_AT_ONCE, html_of
from filingdesk.gui.shell import Shell
from filingdesk.services import exports
from gui.delivery import LONG, open_sample, settle, show

PAPER, OTHER, NAME = "responsibility", "self-assessment", "示例更名科技有限公司"


def export(shell: Shell, qtbot: QtBot, folder: Path, paper: str = PAPER) -> None:
    papers = show(shell, "papers")
    assert isinstance(papers, PapersPage)
    papers.export_to(folder / str(time.monotonic_ns()), draft=True, paper_ids=(paper,), formats=("docx",))
    settle(shell, qtbot)


def versions(shell: Shell, qtbot: QtBot) -> VersionsPage:
    page = show(shell, "versions")
    assert isinstance(page, VersionsPage)
    settle(shell, qtbot)
    return page


def test_nothing_was_exported_yet(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = versions(shell, qtbot)
    assert page.never.isVisible()
    assert not page.view.isVisible()
    assert page.never.button is not None
    page.never.button.click()
    assert shell.workbench is not None
    assert isinstance(shell.workbench.current(), PapersPage)


def test_one_export_is_compared_with_now(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    page = versions(shell, qtbot)
    assert page.chosen() == (PAPER, "1", "now")
    assert page.view.quiet_title.text() == "没有不同"
    assert not page.save_button.isEnabled()
    desk.session.set("subject.name", NAME)
    settle(shell, qtbot)
    assert "改之前" not in page.notice.text() or page.notice.isVisible()
    page.compare()
    settle(shell, qtbot)
    assert page.found is not None
    assert [fact.key for fact in page.found.facts] == ["subject.name"]
    assert "字段 1 处" in page.told.text()
    assert page.save_button.isEnabled()


def test_the_last_two_exports_come_first_and_another_choice_is_kept(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    for name in ("甲公司", "乙公司", "丙公司"):
        desk.session.set("subject.name", name)
        export(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path, OTHER)
    page = versions(shell, qtbot)
    page.choose(PAPER)
    settle(shell, qtbot)
    assert page.chosen() == (PAPER, "2", "3")
    text = page.view.browser.toPlainText()
    assert "主体信息 › 主体名称" in text
    assert "乙公司" in text
    page.choose(PAPER, "1", "now")
    settle(shell, qtbot)
    assert "甲公司" in page.view.browser.toPlainText()
    export(shell, qtbot, tmp_path, OTHER)
    page = versions(shell, qtbot)
    assert page.chosen() == (PAPER, "1", "now")
    page.choose(PAPER, "2", "2")
    assert page.view.quiet_title.text() == "选的是同一个版本"


def test_changes_are_walked_by_key_and_lead_to_their_field(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    desk.session.set("subject.name", NAME)
    page = versions(shell, qtbot)
    settle(shell, qtbot)
    view = page.view
    count = len(view.rows)
    assert count > 2
    page.paper.setFocus()
    for _ in range(2):
        qtbot.keyClick(page.paper, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert view.place.text() == f"第 2 / {count} 处"
    qtbot.keyClick(page.paper, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(page.paper, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert view.current() == count - 1
    view.tabs.setCurrentIndex(1)
    settle(shell, qtbot)
    assert [row.group for row in view.rows] == ["facts"]
    went: list[str] = []
    desk.going.connect(lambda _page, path: went.append(path))
    view.browser.anchorClicked.emit(QUrl("door:0"))
    assert went == ["subject.name"]


def test_marks_do_not_rest_on_colour_alone(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    desk.session.set("subject.name", NAME)
    page = versions(shell, qtbot)
    rows = list(enumerate(page.view.rows))
    for palette in (theme.LIGHT, theme.DARK):
        for beside in (True, False):
            html = html_of(rows, ("旧", "新"), palette, beside=beside, doors=True)
            assert f"color:{palette.blocker};text-decoration:line-through" in html
            assert f"color:{palette.done};text-decoration:underline" in html
    page.view.look.chips()[1].click()
    settle(shell, qtbot)
    assert "旧：" not in page.view.browser.toPlainText()
    page.view.look.chips()[1].click()
    assert len(page.view.look.values()) == 1


def test_the_redline_is_written_and_its_folder_offered(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    desk.session.set("subject.name", NAME)
    page = versions(shell, qtbot)
    out = tmp_path / "修订稿.docx"
    page.save_redline(out)
    assert not page.choice.isEnabled()
    settle(shell, qtbot)
    assert page.choice.isEnabled()
    assert list(open_docx(str(out)).element.body.iter(qn("w:ins")))
    assert "修订稿已写到" in page.notice.text()
    assert page.notice._action.text() == "打开文件夹"


def test_a_comparison_can_be_stopped_and_begun_again(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    desk.session.set("subject.name", NAME)
    page = versions(shell, qtbot)
    page.compare()
    page.strip.stop()
    settle(shell, qtbot)
    if page.found is None:  # it was quicker than the job
        assert page.notice._action.text() == "重新比较"
        page.notice.action_clicked.emit()
        settle(shell, qtbot)
    assert page.found is not None
    assert page.view.rows


def test_the_papers_page_leads_here(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    export(shell, qtbot, tmp_path)
    papers = show(shell, "papers")
    assert isinstance(papers, PapersPage)
    assert papers.list.select(PAPER)
    papers.versions_button.click()
    page = versions(shell, qtbot)
    assert page.chosen()[0] == PAPER
    assert page.reveal("versions:commitment")
    assert "还没有导出过" in page.notice.text()


def keep_big(desk: Desk, count: int) -> None:
    """Two exports of a paper of so many paragraphs, each of them changed."""
    for name in ("原来的名字", "后来的名字"):
        desk.session.set("subject.name", name)
        blocks = tuple(
            Paragraph((Run(f"第 {n} 段："), Run(name, fact="subject.name"), Run("负责，其余照旧。")))
            for n in range(count)
        )
        document = Document(PAPER, "大文书", blocks)
        _origin, record = exports.origin_of(document, desk.facts, "t", desk.session.today)
        exports.note(desk.session, [record])


def test_five_thousand_changed_paragraphs_do_not_hold_up_the_window(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    keep_big(desk, 5000)
    page = versions(shell, qtbot)
    # The time that the window's own thread works without a pause: what the machine does besides does not count.
    gaps: list[float] = []
    last = time.thread_time()
    beat = QTimer()
    beat.setInterval(1)

    def tick() -> None:
        nonlocal last
        now = time.thread_time()
        gaps.append(now - last)
        last = now

    beat.timeout.connect(tick)
    beat.start()
    last = time.thread_time()
    page.compare()
    settle(shell, qtbot)
    assert len(page.view.rows) == 5001
    page.view.go_to(5000)
    settle(shell, qtbot)
    beat.stop()
    assert "第 4999 段" in page.view.browser.toPlainText()
    assert page.view.place.text() == "第 5,001 / 5,001 处"
    page.view.go_to(0)
    assert page.view.current() == 0
    assert f"看下面 {ROWS_AT_ONCE} 处" in page.view.more.text()
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    bar = shell.workbench.find_bar
    bar.text.setText("第 4321 段")
    qtbot.waitUntil(lambda: bar.note.text() == "第 1 处，共 1 处", timeout=LONG)
    settle(shell, qtbot)
    assert "第 4321 段" in page.view.browser.toPlainText()
    assert max(gaps) < 0.15, max(gaps)
