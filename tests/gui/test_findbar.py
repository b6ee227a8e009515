"""Ctrl+F: a bar under the list, Enter and F3 walk the lines that hold the words; a page's own search box comes first."""

from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from filingdesk.domain import specs
from filingdesk.gui.findbar import FindBar
from filingdesk.gui.findsources import FoundFrame, PlaceSource, ViewSource
from filingdesk.gui.pages.checkreport import CheckPage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.shell import Shell
from gui.delivery import open_sample, settle, show


def search_begun(shell: Shell, qtbot: QtBot, folder: Path) -> tuple[CheckPage, FindBar]:
    """The list of findings of a sample with faults, and the search bar opened under it."""
    open_sample(shell, qtbot, folder, "incomplete")
    page = show(shell, "check")
    assert isinstance(page, CheckPage)
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    return page, shell.workbench.find_bar


def test_words_are_found_line_by_line_and_from_the_top_again(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    page, bar = search_begun(shell, qtbot, tmp_path)
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
    _page, bar = search_begun(shell, qtbot, tmp_path)
    assert bar.isVisible()
    show(shell, "subject")
    assert not bar.isVisible()


def test_a_page_without_a_list_says_where_to_look(project: Shell) -> None:
    show(project, "intake")
    assert project.workbench is not None
    project.actions_.find_here.trigger()
    assert not project.workbench.find_bar.isVisible()
    assert "Ctrl+K" in project.workbench.notice.text()


def test_hits_are_counted(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    page, bar = search_begun(shell, qtbot, tmp_path)
    bar.text.setText("语料")
    source = ViewSource(page.view)
    hits = [line for line in range(source.count()) if "语料" in source.said(line)]
    assert bar.note.text() == f"第 1 处，共 {len(hits)} 处"
    for place in (*range(2, len(hits) + 1), 1):
        qtbot.keyClick(bar.text, Qt.Key.Key_Return)
        assert f"第 {place} 处，共 {len(hits)} 处" in bar.note.text()
        assert page.view.currentIndex().row() == hits[place - 1]
    qtbot.keyClick(bar.text, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: page.view.currentIndex().row() == hits[-1])


def test_fields_of_closed_records_are_found_and_opened(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = show(shell, "corpus")
    assert isinstance(page, FormPage)
    assert shell.workbench is not None
    list_key = next(key for key in page._lists if len(desk.record_ids(key)) > 2)
    view = page.list_view(list_key)
    assert view is not None
    last = view.ids()[-1]
    name = view.spec.children[0].pattern.rpartition(".")[2]
    desk.session.set(f"{list_key}[#{last}].{name}", "独一无二的示例名称")
    assert not view.cards()[-1].is_open()
    shell.actions_.find_here.trigger()
    bar = shell.workbench.find_bar
    qtbot.waitUntil(bar.text.hasFocus)
    bar.text.setText("独一无二的")
    assert view.cards()[-1].is_open()
    assert bar.note.text().startswith("第 1 处，共 1 处")
    assert view.spec.meta.item in bar.note.text()
    assert bar.text.hasFocus(), "what is typed next still goes into the search box"
    row = page.row(f"{list_key}[#{last}].{name}")
    assert row is not None
    frames = [frame for frame in row.findChildren(FoundFrame) if frame.isVisible()]
    assert len(frames) == 1
    qtbot.keyClick(bar.text, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    focus = app.focusWidget()
    assert focus is not None
    assert row.isAncestorOf(focus)
    app.processEvents()
    assert not [frame for frame in row.findChildren(FoundFrame) if frame.isVisible()]


def test_every_found_field_can_be_shown(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    """On every page of forms: what the search counts is there."""
    open_sample(shell, qtbot, tmp_path)
    for page in specs.PAGES:
        shown = show(shell, page.key)
        if page.key == "intake":  # asks with a decision tree of its own
            continue
        assert isinstance(shown, FormPage)
        source = shown.find_source()
        assert isinstance(source, PlaceSource)
        count = source.count()
        for line in {0, count // 3, count // 2, count - 1} if count else set():
            place = source._places[line]
            row = shown._bring(place.key)
            assert row is not None, place
            assert row.asked(), place


def test_the_text_of_a_paper_is_searched_where_the_cursor_is_in_it(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = show(shell, "papers")
    assert isinstance(page, PapersPage)
    settle(shell, qtbot)
    page.sheet.browser.setFocus()
    assert shell.workbench is not None
    shell.actions_.find_here.trigger()
    bar = shell.workbench.find_bar
    bar.text.setText("本单位")
    assert "本单位" in page.sheet.browser.textCursor().selectedText()
    assert "共" in bar.note.text()


def test_a_long_list_is_looked_through_piece_by_piece(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    show(shell, "check")
    assert shell.workbench is not None
    view = QListView(shell.workbench)
    view.setModel(QStringListModel([f"第 {n} 行{'甲' if n % 1000 == 7 else ''}" for n in range(30_000)]))
    bar = shell.workbench.find_bar
    bar.open_for(ViewSource(view))
    bar.text.setText("甲")
    assert "正在查找" in bar.note.text()
    qtbot.waitUntil(lambda: "共 30 处" in bar.note.text())
    bar.text.setText("第 29999 行")
    qtbot.waitUntil(lambda: view.currentIndex().row() == 29_999)
    view.setParent(None)
    view.deleteLater()
    app.processEvents()


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
