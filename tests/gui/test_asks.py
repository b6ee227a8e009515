"""Questions on fields in the window: asked in place, marked, listed, exported, answered, compared; and a field's history."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from filingdesk.gui.forms.notes import COMMENT, HistoryDialog, NotesDialog
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.pages.asks import ANSWERED, AsksPage
from filingdesk.gui.pages.asks_import import AnswersDialog
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from filingdesk.services import asking
from gui.delivery import answer, desk_of, settle, show


def row(shell: Shell, path: str) -> FieldRow:
    page = show(shell, "basics")
    assert isinstance(page, FormPage)
    found = page.row(path)
    assert found is not None
    return found


def asks(shell: Shell) -> AsksPage:
    page = show(shell, "asks")
    assert isinstance(page, AsksPage)
    return page


def test_a_question_is_asked_in_place_marked_and_listed(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    summary = row(project, "algorithm.summary")
    assert summary.marker() == ""
    dialog = NotesDialog(desk, "algorithm.summary", project)
    qtbot.addWidget(dialog)
    assert not dialog.add_button.isEnabled()
    dialog.text.setPlainText("输入输出各是什么？")
    dialog.to.setText("周样张")
    dialog.add_button.click()
    assert summary.marker() == "待答 1"
    assert project.actions_.undo.text() == "撤销：提问：算法简介"
    page = asks(project)
    assert [note.text for note in page.rows.rows] == ["输入输出各是什么？"]
    assert page.export_button.text() == "导出 1 个问题…"
    page.field_button.click()
    assert project.workbench is not None
    assert project.workbench.current() is show(project, "basics")


def test_a_comment_waits_for_nobody(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    summary = row(project, "algorithm.summary")
    dialog = NotesDialog(desk, "algorithm.summary", project)
    qtbot.addWidget(dialog)
    next(chip for chip in dialog.kind.chips() if chip.text() == COMMENT).click()
    dialog.text.setPlainText("与报告第一章对照")
    dialog.add_button.click()
    assert summary.marker() == "批注 1"
    page = asks(project)
    assert page.rows.rows == []
    assert not page.empty.isHidden()


def test_the_context_menu_of_a_field_offers_notes_and_history(project: Shell, qtbot: QtBot) -> None:
    name = row(project, "algorithm.name")
    menu = name.context_menu()
    words = [action.text() for action in menu.actions()]
    assert words[-2:] == ["问同事或写批注…", "修改历史…"]
    assert len(words) > 4, "cut, copy and paste stay"
    chips = row(project, "algorithm.role").context_menu()
    assert [action.text() for action in chips.actions()] == words[-2:]


@pytest.mark.qt_log_ignore("propagateSizeHints", r"support raise\(\)", "grabbing", extend=True)
@pytest.mark.parametrize("path", ["algorithm.name", "algorithm.summary", "algorithm.role"])
def test_the_right_button_opens_that_menu_wherever_it_is_pressed(
    project: Shell, app: QApplication, qtbot: QtBot, path: str
) -> None:
    field = row(project, path)
    target = field.editor.target()
    place = target.viewport() if isinstance(target, QPlainTextEdit) else target
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), place.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(place, event)
    menu = app.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][-2:] == ["问同事或写批注…", "修改历史…"]
    menu.close()


def test_the_history_shows_every_value_and_puts_one_back(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    desk.session.set("algorithm.name", "甲算法")
    desk.session.set("algorithm.name", "乙算法")
    dialog = HistoryDialog(desk, "algorithm.name", project)
    qtbot.addWidget(dialog)
    assert len(dialog.restores) == 2
    dialog.restores[0].click()
    assert desk.facts.algorithm.name == "甲算法"
    assert project.actions_.undo.text() == "撤销：恢复「算法名称」"
    project.actions_.undo.trigger()
    assert desk.facts.algorithm.name == "乙算法"


def test_the_shortcut_speaks_of_the_field_in_focus(project: Shell, qtbot: QtBot) -> None:
    met: list[str] = []

    def look(dialog: QDialog) -> None:
        met.append(dialog.windowTitle())
        dialog.reject()

    row(project, "algorithm.name").focus()
    answer(QDialog, look)
    project.actions_.ask.trigger()
    answer(QDialog, look)
    project.actions_.history.trigger()
    assert met == ["提问与批注：算法名称", "修改历史：算法名称"]


def test_the_help_pane_says_who_changed_the_field_and_what_is_asked(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    desk.session.set("algorithm.name", "甲算法")
    asking.add(desk.session, "algorithm.name", "名称定了吗？", ask=True)
    row(project, "algorithm.name").focus()
    assert project.workbench is not None
    content = project.workbench.help.content()
    assert content is not None
    assert "测试员" in content.note
    assert "名称定了吗？" in content.note


def test_answers_are_compared_and_only_the_chosen_are_put_in(
    project: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = desk_of(project)
    desk.session.set("algorithm.scenario", "旧场景")
    blank = asking.add(desk.session, "algorithm.summary", "简介？", ask=True)
    changed = asking.add(desk.session, "algorithm.scenario", "对吗？", ask=True)
    page = asks(project)
    path = tmp_path / "待答.xlsx"
    page.export_to(path)
    settle(project, qtbot)
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for line in sheet.iter_rows(min_row=2):
        line[7].value = {blank.id: "新简介", changed.id: "新场景"}[str(line[0].value)]
    book.save(path)
    desk.session.set("algorithm.scenario", "后来改的")

    def look(dialog: AnswersDialog) -> None:
        assert dialog.model.chosen == {blank.id}
        place = next(i for i, a in enumerate(dialog.model.answers) if a.id == changed.id)
        dialog.view.selectRow(place)
        shown = [words.accessibleName() for words in dialog.texts]
        assert shown == ["旧场景", "新场景", "后来改的"]
        assert "有冲突" in dialog.problem.accessibleName()
        assert dialog.ok.text() == "记下 2 条回答，放入 1 项"
        dialog.ok.click()

    met = answer(AnswersDialog, look)
    page.import_from(path)
    qtbot.waitUntil(lambda: bool(met) and app.activeModalWidget() is None, timeout=20_000)
    assert (desk.facts.algorithm.summary, desk.facts.algorithm.scenario) == ("新简介", "后来改的")
    assert not asking.open_questions(desk.session)
    next(chip for chip in page.filter.chips() if chip.text() == ANSWERED).click()
    assert {note.answer for note in page.rows.rows} == {"新简介", "新场景"}
    check = page.rows.index(0, 1).data(Qt.ItemDataRole.DisplayRole)
    assert check == "已答"
