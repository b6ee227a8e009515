"""The keyword page: a list comes in with every row accounted for, words are found as they are typed, chosen and edited."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui.pages.keywords import WORDS, KeywordsPage
from filingdesk.gui.pages.keywords_edit import AskDialog, PlanDialog
from filingdesk.gui.pages.listings import Remark, RemarkTable, csv_of
from filingdesk.gui.pages.work import WorkSheet, WorkStrip
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, open_sample, settle, show, told_faults

LIST = """关键词,风险,备注
甲类示例词,A.1.a,
乙类示例词,A.2.c,
丙类示例词,A.2.c,
甲类示例词,A.1.a,又一次
,A.1.a,空的
=1+1,A.1.a,公式
无类示例词,Z.9,
"""


def page(shell: Shell) -> KeywordsPage:
    shown = show(shell, "keywords")
    assert isinstance(shown, KeywordsPage)
    return shown


def read(shell: Shell, qtbot: QtBot, path: Path) -> KeywordsPage:
    """Read a list as far as the dialog that tells what it would bring."""
    shown = page(shell)
    before, asked = shown.importer.dialog, shown.importer.asked
    shown.import_path(path)

    def there() -> bool:
        question = shown.importer.asked
        if question is not None and question is not asked and question.isVisible():
            question.reject()  # what foreign categories mean is left open here
        return shown.importer.dialog is not None and shown.importer.dialog is not before

    qtbot.waitUntil(there, timeout=LONG)
    return shown


def take(shell: Shell, qtbot: QtBot, path: Path, *, add: bool = False) -> KeywordsPage:
    """Import a list to the end."""
    shown = read(shell, qtbot, path)
    if add:
        shown.importer.dialog.add.setChecked(True)
    before = desk_of(shell).session.revision
    shown.importer.dialog.accept()
    qtbot.waitUntil(lambda: desk_of(shell).session.revision > before, timeout=LONG)
    settle(shell, qtbot)
    qtbot.waitUntil(lambda: shown.try_card.finder.is_ready, timeout=LONG)
    return shown


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "词表.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def cells(shown: KeywordsPage, column: int = 0) -> list[str]:
    model = shown.words_tab.words
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_an_empty_library_offers_the_import_and_nothing_else(project: Shell, qtbot: QtBot) -> None:
    shown = page(project)
    settle(project, qtbot)
    assert shown.words_tab.empty.isVisible()
    assert shown.words_tab.empty.button is not None
    assert shown.words_tab.empty.button.isEnabled()
    assert not shown.trial_button.isEnabled()
    assert not shown.audit_button.isEnabled()
    assert "先导入关键词库" in shown.trial_button.toolTip()


def test_every_row_of_a_list_is_taken_or_told(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = read(project, qtbot, words)
    preview = shown.importer.dialog.preview
    assert preview.taken == 4
    assert [(remark.place, remark.text) for remark in preview.rejected] == [
        ("5", "甲类示例词"),
        ("6", ""),
        ("7", "=1+1"),
    ]
    assert "重复" in preview.rejected[0].message
    assert [remark.text for remark in preview.noted] == ["无类示例词"]
    assert "10,000" in preview.warning
    assert desk_of(project).session.snapshot().keywords.total == 0  # nothing is stored before it is accepted


def test_an_accepted_list_is_stored_shown_and_undone_as_one(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    desk = desk_of(project)
    assert cells(shown) == ["甲类示例词", "乙类示例词", "丙类示例词", "无类示例词"]
    assert "4 个词" in shown.intro_label.text()
    rows = {row.id: row.count for row in shown.words_tab.cover_card.view.rows()}
    assert (rows["A.1.a"], rows["A.2.c"]) == (1, 2)
    desk.undo()
    settle(project, qtbot)
    assert desk.session.snapshot().keywords.total == 0
    assert shown.words_tab.empty.isVisible()
    assert not shown.try_card.finder.is_ready


def test_refusing_the_preview_changes_nothing(project: Shell, qtbot: QtBot, words: Path) -> None:
    revision = desk_of(project).session.revision
    shown = read(project, qtbot, words)
    shown.importer.dialog.reject()
    settle(project, qtbot)
    assert desk_of(project).session.revision == revision
    assert desk_of(project).session.snapshot().keywords.total == 0


def test_a_second_list_replaces_or_joins(project: Shell, qtbot: QtBot, words: Path, tmp_path: Path) -> None:
    take(project, qtbot, words)
    more = tmp_path / "更多.txt"
    more.write_text("甲类示例词\n丁类示例词\n", encoding="gb18030")
    shown = take(project, qtbot, more, add=True)
    assert cells(shown)[:4] == ["甲类示例词", "乙类示例词", "丙类示例词", "无类示例词"]
    assert "丁类示例词" in cells(shown)
    shown = take(project, qtbot, more)
    assert cells(shown) == ["甲类示例词", "丁类示例词"]


def test_a_list_without_a_word_column_is_refused_in_words(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "错列.csv"
    path.write_text("甲,乙\n一,二\n", encoding="utf-8")
    words = told_faults(qtbot, lambda: page(project).import_path(path))
    assert "关键词" in words
    assert not page(project).strip.busy
    assert page(project).import_button.isEnabled()


def typed(shown: KeywordsPage, qtbot: QtBot, text: str) -> None:
    """Type a text and wait until it has been looked at."""
    with qtbot.waitSignal(shown.try_card.finder.answered, timeout=LONG):
        shown.try_card.box.setPlainText(text)


def test_hits_are_marked_where_they_stand_even_behind_an_emoji(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    card = shown.try_card
    typed(shown, qtbot, "😀😀 这里有甲类示例词，还有乙*类*示例词。")
    marked = [mark.cursor.selectedText() for mark in card.box.extraSelections()]  # type: ignore[attr-defined]
    assert marked == ["甲类示例词", "乙*类*示例词"]
    assert card.told.text().startswith("2 处命中 · ")
    ways = [card.model.index(row, 2).data() for row in range(card.model.rowCount())]
    assert ways == ["完全一致", "夹杂字符"]
    assert [card.model.index(row, 3).data() for row in range(2)] == ["A.1.a", "A.2.c"]
    typed(shown, qtbot, "什么都没有")
    assert card.box.extraSelections() == []
    assert card.told.text() == "没有命中"


def test_a_channel_that_is_off_finds_nothing_and_suspicions_come_when_they_are_on(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    card = shown.try_card
    assert card.channels.chosen() == ["exact", "folded", "skip", "repeat"]
    typed(shown, qtbot, "乙*类*示例词，jialeishilici")
    assert [hit.channel for hit in card.hits] == ["skip"]
    chips = {chip.text(): chip for chip in card.channels.chips()}
    with qtbot.waitSignal(card.finder.answered, timeout=LONG):
        chips["夹杂字符"].click()
    assert card.hits == []
    with qtbot.waitSignal(card.finder.answered, timeout=LONG):
        chips["拼音同音"].click()
    assert [(hit.keyword, hit.channel) for hit in card.hits] == [("甲类示例词", "pinyin")]
    assert card.model.index(0, 2).data() == "拼音同音 · 疑似"
    for name in ("完全一致", "变体字符", "重复字符", "拼音同音"):
        chips[name].click()
    assert card.told.text() == "没有打开任何通道。"


def test_what_was_typed_while_the_words_were_made_ready_is_looked_at(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    shown.try_card.finder.start(desk_of(project).session.path)
    shown.try_card.preparing()
    assert "正在准备" in shown.try_card.told.text()
    shown.try_card.box.setPlainText("甲类示例词")
    qtbot.waitUntil(lambda: len(shown.try_card.hits) == 1, timeout=LONG)


def test_a_long_paste_says_how_far_it_was_read(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = take(project, qtbot, words)
    typed(shown, qtbot, "字" * 20_000 + "甲类示例词")
    assert "只看了前 20,000 字" in shown.try_card.told.text()
    assert shown.try_card.hits == []


def test_a_saved_list_cannot_act_as_a_formula() -> None:
    written = csv_of(
        ("行", "内容", "原因"), [Remark("1", "=cmd|'/c calc'!A1", "公式"), Remark("2", "+86", "数字")]
    )
    lines = written.decode("utf-8-sig").splitlines()
    assert "'=cmd" in lines[1]
    assert lines[2].startswith("2,'+86")


def test_rows_far_down_are_read_when_they_are_looked_at(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "长.txt"
    path.write_text("\n".join(f"示例长表词{number:05d}" for number in range(3000)), encoding="utf-8")
    shown = take(project, qtbot, path)
    last = shown.words_tab.words.index(2999, 0)
    assert last.data() == "…"
    shown.words_tab.table.scrollToBottom()
    qtbot.waitUntil(lambda: last.data() == "示例长表词02999", timeout=LONG)
    shown.words_tab.search.setText("02998")
    qtbot.waitUntil(lambda: shown.words_tab.words.rowCount() == 1, timeout=LONG)
    assert cells(shown) == ["示例长表词02998"]
    shown.words_tab.search.setText("不存在的词")
    qtbot.waitUntil(lambda: shown.words_tab.words.rowCount() == 0, timeout=LONG)
    assert not shown.words_tab.table.isVisible()


def test_a_finding_about_a_risk_leads_to_its_words(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = take(project, qtbot, words)
    desk_of(project).go("", "@keywords/A.2.c")
    qtbot.waitUntil(lambda: shown.words_tab.words.rowCount() == 2, timeout=LONG)
    assert shown.tabs.currentIndex() == WORDS
    assert cells(shown) == ["乙类示例词", "丙类示例词"]
    assert project.focusWidget() is shown.words_tab.cover_card.view


def test_a_read_only_project_can_be_tried_but_not_changed(
    shell: Shell,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    open_sample(shell, qtbot, tmp_path)
    session = desk_of(shell).session
    with_other = Shell(shell.workspace)  # a second window on the same machine only reads
    qtbot.addWidget(with_other)
    try:
        assert with_other.open_project(session.path)
        assert desk_of(with_other).read_only
        shown = page(with_other)
        assert not shown.import_button.isEnabled()
        assert "只读" in shown.import_button.toolTip()
        qtbot.waitUntil(lambda: shown.try_card.finder.is_ready, timeout=LONG)
        assert shown.trial_button.isEnabled()
        assert not any(button.isEnabled() for button in shown.words_tab.buttons.values())
    finally:
        with_other.close()


def test_the_sample_meets_every_minimum(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell)
    settle(shell, qtbot)
    assert len(shown.words_tab.cover_card.view.rows()) == 17
    assert all(row.ok for row in shown.words_tab.cover_card.view.rows())
    assert "全部达到" in shown.words_tab.cover_card.hint_label.text()
    assert shown.words_tab.words.rowCount() == desk_of(shell).session.snapshot().keywords.total


def test_a_job_can_be_stopped_and_says_that_nothing_changed(project: Shell, qtbot: QtBot) -> None:
    strip = WorkStrip(desk_of(project))
    qtbot.addWidget(strip)
    began: list[bool] = []

    def job(cancel: Cancel, report: Report) -> None:
        report(Progress(1, 2, "在忙"))
        began.append(True)
        while True:
            cancel.check()

    assert strip.run("开始", job, lambda _done: None)
    assert not strip.run("再来", job, lambda _done: None)  # one at a time
    qtbot.waitUntil(lambda: bool(began) and strip.words.text() == "在忙", timeout=LONG)
    strip.cancel.click()
    qtbot.waitUntil(lambda: not strip.busy, timeout=LONG)
    assert project.workbench is not None
    assert "没有改动任何内容" in project.workbench.notice.text()


def test_the_sheet_of_a_running_write_waits_for_its_end(project: Shell, qtbot: QtBot) -> None:
    sheet = WorkSheet(desk_of(project), "正在收录", "请稍候", project)
    ended: list[str] = []

    def job(cancel: Cancel, _report: Report) -> None:
        while True:
            cancel.check()

    sheet.finished.connect(lambda _code: ended.append("closed"))
    sheet.run("写入", job, lambda _done: ended.append("done"))
    sheet.reject()  # Esc asks to stop; the sheet stays until the job has really ended
    assert sheet.isVisible()
    qtbot.waitUntil(lambda: ended == ["closed"], timeout=LONG)


def test_everything_on_the_page_has_a_name(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = take(project, qtbot, words)
    nameless = [
        widget
        for widget in shown.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and type(widget).__name__ not in {"QScrollArea", "QStackedWidget"}
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_chosen_words_are_deleted_as_one_step_that_can_be_undone(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    tab = shown.words_tab
    qtbot.waitUntil(lambda: tab.words.rowCount() == 4, timeout=LONG)
    tab.table.selectRow(1)
    assert tab.chosen_label.text() == "已选 1 个"
    tab.buttons["删除"].click()
    qtbot.waitUntil(lambda: tab.words.rowCount() == 3, timeout=LONG)
    assert cells(shown) == ["甲类示例词", "丙类示例词", "无类示例词"]
    desk_of(project).undo()
    qtbot.waitUntil(lambda: tab.words.rowCount() == 4, timeout=LONG)
    assert cells(shown)[1] == "乙类示例词"


def test_all_that_a_filter_leaves_is_sorted_anew_after_a_look(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    tab = shown.words_tab
    shown.words_tab.show_risk("A.2.c")
    qtbot.waitUntil(lambda: tab.words.rowCount() == 2, timeout=LONG)
    tab.table.selectAll()
    tab.buttons["改风险"].click()
    asked = shown.editor.dialog
    assert isinstance(asked, AskDialog)
    risks = asked.findChild(QComboBox)
    assert risks is not None
    risks.setCurrentIndex(risks.findData("A.1.b"))
    asked.accept()
    counts = desk_of(project).session.snapshot
    qtbot.waitUntil(lambda: counts().keywords.by_risk.get("A.1.b") == 2, timeout=LONG)
    assert "A.2.c" not in counts().keywords.by_risk


def test_words_are_added_and_those_that_stand_there_already_are_named(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    shown.words_tab.buttons["添加词"].click()
    asked = shown.editor.dialog
    assert isinstance(asked, AskDialog)
    box = asked.findChild(QPlainTextEdit)
    assert box is not None
    assert not asked.ok.isEnabled()
    box.setPlainText("甲类示例词\n新来示例词\n")
    assert not asked.ok.isEnabled()  # without a risk the words would count for nothing
    risks = asked.findChild(QComboBox)
    assert risks is not None
    risks.setCurrentIndex(risks.findData("A.1.a"))
    assert asked.ok.isEnabled()
    asked.accept()
    qtbot.waitUntil(lambda: isinstance(shown.editor.dialog, PlanDialog), timeout=LONG)
    plan = shown.editor.dialog
    assert isinstance(plan, PlanDialog)
    remarks = plan.findChildren(RemarkTable)[0].model.rows
    assert [(r.place, r.message) for r in remarks if "不改" in r.message] == [
        ("甲类示例词", "不改：词库里已有")
    ]
    plan.accept()
    qtbot.waitUntil(lambda: "新来示例词" in cells(shown), timeout=LONG)
    assert cells(shown).count("甲类示例词") == 1


def test_a_million_rows_are_never_asked_for_one_by_one(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "长.txt"
    path.write_text("\n".join(f"示例长表词{number:05d}" for number in range(3000)), encoding="utf-8")
    shown = take(project, qtbot, path)
    tab = shown.words_tab
    tab.table.selectAll()
    assert tab.chosen_label.text() == "已选 3,000 个（筛选出的全部）"
    tab.buttons["删除"].click()
    qtbot.waitUntil(lambda: isinstance(shown.editor.dialog, PlanDialog), timeout=LONG)
    assert isinstance(shown.editor.dialog, PlanDialog)
    shown.editor.dialog.accept()
    qtbot.waitUntil(lambda: desk_of(project).session.snapshot().keywords.total == 0, timeout=LONG)
