"""The keyword page: a list comes in with every row accounted for, words are found as they are typed, files are scanned."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui.pages.keywords import AUDITED, SCANNED, WORDS, KeywordsPage
from filingdesk.gui.pages.listings import Remark, csv_of
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
    before = getattr(shown, "dialog", None)
    shown.import_path(path)
    qtbot.waitUntil(lambda: getattr(shown, "dialog", None) not in (None, before), timeout=LONG)
    return shown


def take(shell: Shell, qtbot: QtBot, path: Path, *, add: bool = False) -> KeywordsPage:
    """Import a list to the end."""
    shown = read(shell, qtbot, path)
    if add:
        shown.dialog.add.setChecked(True)
    before = desk_of(shell).session.revision
    shown.dialog.accept()
    qtbot.waitUntil(lambda: desk_of(shell).session.revision > before, timeout=LONG)
    settle(shell, qtbot)
    qtbot.waitUntil(lambda: shown.interceptor is not None, timeout=LONG)
    return shown


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "词表.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def cells(shown: KeywordsPage, column: int = 0) -> list[str]:
    model = shown.words
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_an_empty_library_offers_the_import_and_nothing_else(project: Shell, qtbot: QtBot) -> None:
    shown = page(project)
    settle(project, qtbot)
    assert shown.empty.isVisible()
    assert shown.empty.button is not None
    assert shown.empty.button.isEnabled()
    assert not shown.scan_button.isEnabled()
    assert not shown.audit_button.isEnabled()
    assert "先导入关键词库" in shown.scan_button.toolTip()


def test_every_row_of_a_list_is_taken_or_told(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = read(project, qtbot, words)
    preview = shown.dialog.preview
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
    rows = {row.id: row.count for row in shown.cover.rows()}
    assert (rows["A.1.a"], rows["A.2.c"]) == (1, 2)
    desk.undo()
    settle(project, qtbot)
    assert desk.session.snapshot().keywords.total == 0
    assert shown.empty.isVisible()
    assert shown.interceptor is None


def test_refusing_the_preview_changes_nothing(project: Shell, qtbot: QtBot, words: Path) -> None:
    revision = desk_of(project).session.revision
    shown = read(project, qtbot, words)
    shown.dialog.reject()
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
    project: Shell, qtbot: QtBot, app: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "错列.csv"
    path.write_text("甲,乙\n一,二\n", encoding="utf-8")
    words = told_faults(app, qtbot, lambda: page(project).import_path(path))
    assert "关键词" in words
    assert not page(project).strip.busy
    assert page(project).import_button.isEnabled()


def test_hits_are_marked_where_they_stand_even_behind_an_emoji(
    project: Shell, qtbot: QtBot, words: Path
) -> None:
    shown = take(project, qtbot, words)
    card = shown.try_card
    card.box.setPlainText("😀😀 这里有甲类示例词，还有乙*类*示例词。")
    marked = [mark.cursor.selectedText() for mark in card.box.extraSelections()]  # type: ignore[attr-defined]
    assert marked == ["甲类示例词", "乙*类*示例词"]
    assert card.told.text().startswith("2 处命中 · ")
    ways = [card.model.index(row, 2).data() for row in range(card.model.rowCount())]
    assert ways == ["完全一致", "夹杂字符"]
    card.box.setPlainText("什么都没有")
    assert card.box.extraSelections() == []
    assert card.told.text() == "没有命中"


def test_a_long_paste_says_how_far_it_was_read(project: Shell, qtbot: QtBot, words: Path) -> None:
    card = take(project, qtbot, words).try_card
    card.box.setPlainText("字" * 20_000 + "甲类示例词")
    assert "只看了前 20,000 字" in card.told.text()
    assert card.hits == []


def test_a_folder_is_scanned_listed_and_exported_whole(
    project: Shell, qtbot: QtBot, words: Path, tmp_path: Path
) -> None:
    shown = take(project, qtbot, words)
    folder = tmp_path / "语料"
    folder.mkdir()
    (folder / "一.txt").write_text("没有\n有甲类示例词和乙类示例词\n", encoding="utf-8")
    (folder / "图.png").write_bytes(b"\x89PNG")
    shown.scan_paths([folder])
    settle(project, qtbot)
    assert shown.tabs.currentIndex() == SCANNED
    results = shown.results
    assert "2 条" in results.summary.accessibleName()
    assert "共 2 处" in results.summary.accessibleName()
    assert [results.model.index(row, 1).data() for row in range(2)] == ["2", "2"]
    assert [remark.text for remark in results.unread_remarks()] == ["图.png"]
    target = tmp_path / "命中.jsonl"
    results.export_to(target)
    settle(project, qtbot)
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [(line["keyword"], line["row"]) for line in lines] == [("甲类示例词", 2), ("乙类示例词", 2)]
    results.table.activated.emit(results.model.index(0, 0))
    settle(project, qtbot)
    assert shown.try_card.box.toPlainText() == "有甲类示例词和乙类示例词"
    assert len(shown.try_card.hits) == 2


def test_results_of_an_earlier_library_say_so(
    project: Shell, qtbot: QtBot, words: Path, tmp_path: Path
) -> None:
    shown = take(project, qtbot, words)
    text = tmp_path / "一.txt"
    text.write_text("甲类示例词\n", encoding="utf-8")
    shown.scan_paths([text])
    settle(project, qtbot)
    assert not shown.results.outdated.isVisible()
    desk_of(project).undo()
    settle(project, qtbot)
    assert shown.results.outdated.isVisible()


def test_files_dropped_on_the_page_are_scanned(
    project: Shell, qtbot: QtBot, words: Path, tmp_path: Path
) -> None:
    shown = take(project, qtbot, words)
    text = tmp_path / "拖进来.txt"
    text.write_text("丙类示例词\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(text))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    shown.dropEvent(QDropEvent(QPointF(QPoint(9, 9)), copy, data, left, plain))
    settle(project, qtbot)
    assert [shown.results.model.index(0, column).data() for column in (0, 2)] == ["拖进来.txt", "丙类示例词"]


def test_the_audit_lists_doubts_by_kind(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "可疑.csv"
    path.write_text("关键词,风险\n词,A.1.a\n12345,A.1.a\nABC词,A.1.b\nabc词,A.1.b\n", encoding="utf-8")
    shown = take(project, qtbot, path)
    shown.run_audit()
    settle(project, qtbot)
    assert shown.tabs.currentIndex() == AUDITED
    audit = shown.audit
    assert "总量 4 个（要求 10,000）" in audit.summary.accessibleName()
    kinds = {audit.kinds.itemData(place): place for place in range(audit.kinds.count())}
    assert {"one_char", "all_digits", "folded_duplicate"} <= kinds.keys()
    audit.kinds.setCurrentIndex(kinds["all_digits"])
    assert [remark.text for remark in audit.table.model.rows] == ["12345"]
    target = tmp_path / "体检.csv"
    audit.table.save_to(target)
    settle(project, qtbot)
    assert "12345" in target.read_text("utf-8-sig")


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
    last = shown.words.index(2999, 0)
    assert last.data() == "…"
    shown.table.scrollToBottom()
    qtbot.waitUntil(lambda: last.data() == "示例长表词02999", timeout=LONG)
    shown.search.setText("02998")
    qtbot.waitUntil(lambda: shown.words.rowCount() == 1, timeout=LONG)
    assert cells(shown) == ["示例长表词02998"]
    shown.search.setText("不存在的词")
    qtbot.waitUntil(lambda: shown.words.rowCount() == 0, timeout=LONG)
    assert not shown.table.isVisible()


def test_a_finding_about_a_risk_leads_to_its_words(project: Shell, qtbot: QtBot, words: Path) -> None:
    shown = take(project, qtbot, words)
    desk_of(project).go("", "@keywords/A.2.c")
    qtbot.waitUntil(lambda: shown.words.rowCount() == 2, timeout=LONG)
    assert shown.tabs.currentIndex() == WORDS
    assert cells(shown) == ["乙类示例词", "丙类示例词"]
    assert project.focusWidget() is shown.cover


def test_a_read_only_project_can_be_tried_but_not_changed(
    shell: Shell, qtbot: QtBot, tmp_path: Path, app: QApplication
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
        qtbot.waitUntil(lambda: shown.interceptor is not None, timeout=LONG)
        assert shown.scan_button.isEnabled()
    finally:
        with_other.close()


def test_the_sample_meets_every_minimum(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    shown = page(shell)
    settle(shell, qtbot)
    assert len(shown.cover.rows()) == 17
    assert all(row.ok for row in shown.cover.rows())
    assert "全部达到" in shown.cover_card.hint_label.text()
    assert shown.words.rowCount() == desk_of(shell).session.snapshot().keywords.total


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
