"""Templates in the window: edited beside the preview, faults led to, kept when left, compared, restored, brought up to date."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.pages.templates import DIFF, YAML, TemplatesPage
from filingdesk.gui.pages.templates_parts import FieldDialog, GuideDialog, UpdateDialog
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.codeedit import CodeEdit
from filingdesk.services import templates
from filingdesk.services.catalogue import OwnTemplate
from filingdesk.services.changes import TEMPLATE
from gui.delivery import LONG, desk_of, open_sample, settle, show


def page(shell: Shell, qtbot: QtBot, tmp_path: Path, paper: str = "publicity") -> TemplatesPage:
    open_sample(shell, qtbot, tmp_path)
    shown = show(shell, "templates")
    assert isinstance(shown, TemplatesPage)
    qtbot.waitUntil(lambda: bool(shown.list.lines()), timeout=LONG)
    assert shown.list.select(paper)
    qtbot.waitUntil(lambda: shown.sheet.text() not in {"", "正在准备…"}, timeout=LONG)
    settle(shell, qtbot)
    return shown


def add(shown: TemplatesPage, text: str) -> None:
    cursor = shown.body.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    shown.body.setTextCursor(cursor)
    shown.body.insert(text)


def chips(shown: TemplatesPage) -> dict[str, str]:
    return {line.paper: line.chip for line in shown.list.lines() if line.paper}


def test_the_preview_follows_what_is_typed_and_saving_makes_papers_of_it(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path)
    session = desk_of(shell).session
    assert not shown.save_button.isEnabled()
    add(shown, "\n本单位的补充：{{ subject.name }}。\n")
    qtbot.waitUntil(lambda: f"本单位的补充：{session.facts.subject.name}" in shown.sheet.text(), timeout=LONG)
    qtbot.waitUntil(lambda: shown.verdict.text().startswith("没有错误"), timeout=LONG)
    assert templates.state(session, "publicity").state == "shipped"
    shown.save_button.click()
    qtbot.waitUntil(lambda: templates.state(session, "publicity").state == "own", timeout=LONG)
    assert chips(shown)["publicity"] == "已修改"
    assert not shown.is_dirty()
    papers_page = show(shell, "papers")
    assert isinstance(papers_page, PapersPage)
    assert papers_page.list.select("publicity")
    assert papers_page.note.text().startswith("按自己修改的模板生成")
    settle(shell, qtbot)
    show(shell, "templates")
    shown.tabs.setCurrentIndex(DIFF)
    assert "＋" in shown.diff.text()
    assert "本单位的补充" in shown.diff.text()
    shown.restore_button.click()
    settle(shell, qtbot)
    assert "本单位的补充" not in shown.body.toPlainText()
    desk_of(shell).undo()
    settle(shell, qtbot)
    assert "本单位的补充" in shown.body.toPlainText()
    assert chips(shown)["publicity"] == "已修改"


def test_a_fault_is_marked_listed_and_led_to_and_the_text_is_kept(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path)
    desk = desk_of(shell)
    before = shown.sheet.text()
    add(shown, "\n{{ subject.nmae }}\n")
    qtbot.waitUntil(lambda: bool(shown.faults.faults()), timeout=LONG)
    line = shown.faults.faults()[0].line
    assert line is not None
    assert line in shown.body.faults()
    assert "停在上一次" in shown.verdict.text()
    assert shown.sheet.text() == before
    shown.body.go_to_line(1)
    shown.tabs.setCurrentIndex(YAML)
    shown.go_to_fault(shown.faults.faults()[0])
    assert shown.stack.currentWidget() is shown.body
    assert shown.body.line() == line
    shown.save()
    settle(shell, qtbot)
    assert templates.state(desk.session, "publicity").state == "shipped"
    assert chips(shown)["publicity"] == "草稿未生效"
    show(shell, "papers")
    shown = show(shell, "templates")  # type: ignore[assignment]
    assert "nmae" in shown.body.toPlainText()
    settle(shell, qtbot)


def test_what_was_typed_waits_as_a_draft_when_another_paper_is_picked(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path)
    add(shown, "\n半句")
    assert shown.list.select("commitment")
    settle(shell, qtbot)
    assert "半句" not in shown.body.toPlainText()
    assert chips(shown)["publicity"] == "草稿未生效"
    assert shown.list.select("publicity")
    settle(shell, qtbot)
    assert shown.body.toPlainText().endswith("半句")
    assert shown.save_button.isEnabled()


def test_a_field_is_found_by_its_name_and_written_where_the_cursor_is(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path)
    dialog = FieldDialog(shown)
    dialog.line.setText("单位名称")
    dialog.line.setText("统一社会信用代码")
    dialog.accept()
    assert dialog.chosen is not None
    add(shown, "\n")
    shown.insert_field(dialog.chosen.pattern)
    assert shown.body.toPlainText().endswith("{{ subject.credit_code }}")
    qtbot.waitUntil(
        lambda: shown.sheet.text().count(desk_of(shell).facts.subject.credit_code) > 0, timeout=LONG
    )
    settle(shell, qtbot)


def test_tables_have_nothing_to_edit_and_the_preview_leads_to_fields(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path, "keywords-list")
    assert "词库" in shown.verdict.text()
    assert shown.body.isReadOnly()
    assert not shown.field_button.isEnabled()
    shown.list.select("publicity")
    settle(shell, qtbot)
    shown.sheet.browser.anchorClicked.emit(QUrl("fact:algorithm.name"))
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "basics"
    settle(shell, qtbot)


def test_an_update_of_the_shipped_template_is_offered_and_can_be_joined(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = page(shell, qtbot, tmp_path)
    session = desk_of(shell).session
    text = templates.shipped_text("publicity")
    older = text.body.replace(text.body.split("\n")[0], "旧的第一行", 1)
    own = OwnTemplate(text.yaml, f"{older}\n本单位的末行。\n", text.yaml, older, "0" * 64)
    session.set_marks(TEMPLATE, {"publicity": own.as_entry()}, "测试")
    settle(shell, qtbot)
    assert chips(shown)["publicity"] == "自带模板有更新"
    assert "有更新" in shown.notice.text()
    found = templates.upstream(session, "publicity")
    assert found is not None
    dialog = UpdateDialog("拟公示内容", found, shown)
    assert "旧的第一行" in dialog.view.text()
    assert dialog.buttons["merge"].isEnabled()
    dialog.reject()
    shown.follow_update("merge", found.merged)
    qtbot.waitUntil(lambda: templates.state(session, "publicity").state == "own", timeout=LONG)
    settle(shell, qtbot)
    assert shown.body.toPlainText() == f"{text.body}\n本单位的末行。\n"


def test_the_preview_comes_to_the_line_with_the_cursor(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    shown = page(shell, qtbot, tmp_path, "safety-report")
    bar = shown.sheet.browser.verticalScrollBar()
    assert bar.value() == 0
    lines = shown.body.toPlainText().split("\n")
    shown.body.go_to_line(next(n for n, line in enumerate(lines, 1) if line == "## 语料标注安全"))
    assert bar.value() > 0
    near = shown.sheet.browser.cursorForPosition(shown.sheet.browser.viewport().rect().center()).position()
    assert "语料标注安全" in shown.sheet.text()[max(0, near - 500) : near + 500]
    settle(shell, qtbot)


def test_a_project_that_can_only_be_read_shows_templates_without_letting_change(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    assert shell.close_project()
    path = tmp_path / "示例.fdproj"
    holder = shell.workspace.open(path)
    try:
        assert shell.open_project(path)
        assert desk_of(shell).read_only
        shown = show(shell, "templates")
        assert isinstance(shown, TemplatesPage)
        qtbot.waitUntil(lambda: bool(shown.list.lines()) and bool(shown.sheet.text()), timeout=LONG)
        assert shown.body.isReadOnly()
        assert not shown.save_button.isEnabled()
        assert not shown.field_button.isEnabled()
        settle(shell, qtbot)
        assert shell.close_project()
    finally:
        holder.close()


def test_the_guide_can_be_read_in_the_window(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    shown = page(shell, qtbot, tmp_path)
    guide = GuideDialog(shown)
    assert "改成自己的模板" in guide.view.toPlainText()
    assert "| 键 | 意思 |" not in guide.view.toPlainText()
    guide.accept()


def test_typing_never_holds_the_window_up(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    shown = page(shell, qtbot, tmp_path, "safety-report")
    started = time.thread_time()
    add(shown, "\n改动。")
    typed = time.thread_time() - started
    assert typed < 0.05
    qtbot.waitUntil(lambda: "改动。" in shown.sheet.text(), timeout=LONG)
    settle(shell, qtbot)


def test_the_keyboard_gets_out_of_the_editor(qtbot: QtBot, app: QApplication) -> None:
    """Tab indents there; Esc gives it back, and Shift+Tab always leaves."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    before, edit, behind = QLineEdit(), CodeEdit(), QLineEdit()
    for widget in (before, edit, behind):
        column.addWidget(widget)
    qtbot.addWidget(holder)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "  "
    assert edit.hasFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert behind.hasFocus()
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.keyClick(edit, Qt.Key.Key_A)
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.hasFocus(), "what was typed since takes the Esc back"
    qtbot.keyClick(edit, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert before.hasFocus()
    assert "Esc" in edit.accessibleDescription()
