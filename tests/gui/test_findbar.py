"""Ctrl+F: a bar under the list, Enter and F3 walk the lines that hold the words; a page's own search box comes first."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.checkreport import CheckPage
from filingdesk.gui.shell import Shell
from gui.delivery import open_sample, show


def test_words_are_found_line_by_line_and_from_the_top_again(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    page = show(shell, "check")
    assert isinstance(page, CheckPage)
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    bar = shell.workbench.find_bar
    qtbot.waitUntil(bar.text.hasFocus)
    bar.text.setText("语料")
    wanted = [
        n for n, r in enumerate(page.model.items) if "语料" in r.title + str(page.model.reasons.get(r.id))
    ]
    assert len(wanted) > 1
    assert page.view.currentIndex().row() == wanted[0]
    qtbot.keyClick(bar.text, Qt.Key.Key_Return)
    assert page.view.currentIndex().row() == wanted[1]
    qtbot.keyClick(bar.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.view.currentIndex().row() == wanted[0]
    qtbot.keyClick(bar.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.view.currentIndex().row() == wanted[-1]
    assert "从头继续" in bar.note.text()
    bar.text.setText("这样的词没有")
    qtbot.waitUntil(lambda: bar.note.text() == "没有找到")
    qtbot.keyClick(bar.text, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert page.view.hasFocus()


def test_another_page_puts_the_bar_away(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    show(shell, "check")
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    assert shell.workbench.find_bar.isVisible()
    show(shell, "subject")
    assert not shell.workbench.find_bar.isVisible()


def test_a_page_without_a_list_says_where_to_look(project: Shell) -> None:
    show(project, "subject")
    assert project.workbench is not None
    project.actions_.find_here.trigger()
    assert not project.workbench.find_bar.isVisible()
    assert "Ctrl+K" in project.workbench.notice.text()


def test_the_search_box_of_a_page_comes_first(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    show(shell, "questions")
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    focused = app.focusWidget()
    assert focused is not None
    assert focused.property("role") == "search"
    assert not shell.workbench.find_bar.isVisible()
