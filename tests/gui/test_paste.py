"""Rows pasted into a list: previewed, corrected by column, taken as one edit; long lists stay quick."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.forms.paste import REPLACE, PasteDialog
from filingdesk.gui.forms.records import AT_ONCE, RecordsView
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from gui.delivery import answer, desk_of, show, told_faults

ROWS = "姓名\t用途\t备注\t手机号码\n王样本\t备案联系人\t甲\t13800000001\n李示范\t老板\t乙\t138\n"


def contacts(shell: Shell) -> RecordsView:
    page = show(shell, "subject")
    assert isinstance(page, FormPage)
    view = page.list_view("contacts")
    assert view is not None
    return view


def test_the_preview_says_what_comes_where_and_what_is_wrong(project: Shell, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(ROWS)
    seen: list[str] = []

    def look(dialog: PasteDialog) -> None:
        seen.extend([dialog.words.accessibleName(), dialog.trouble.accessibleName(), dialog.ok.text()])
        dialog.next_wrong.click()
        seen.append(dialog.trouble.accessibleName())
        assert [dialog.model.headerData(i, Qt.Orientation.Horizontal) for i in range(4)] == [
            "姓名 ▾",
            "用途 ▾",
            "备注（不取） ▾",
            "手机号码 ▾",
        ]
        dialog.reject()

    met = answer(PasteDialog, look)
    contacts(project).paste()
    assert met
    assert "不会放入的列：备注" in seen[0]
    assert "留空：职务、电子邮箱" in seen[0]
    assert "1 行里有 2 处问题" in seen[1]
    assert seen[2] == "放入 2 项"
    assert "第 2 行" in seen[3]
    assert desk_of(project).facts.contacts == []


def test_taken_rows_are_records_and_one_undo_takes_them_back(project: Shell, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(ROWS)

    def agree(dialog: PasteDialog) -> None:
        dialog.set_column(2, "position")
        dialog.ok.click()

    view = contacts(project)
    met = answer(PasteDialog, agree)
    view.add_button.setFocus()
    qtbot.keyClick(view.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert met
    desk = desk_of(project)
    assert [(c.name, c.position) for c in desk.facts.contacts] == [("王样本", "甲"), ("李示范", "乙")]
    assert len(view.cards()) == 2
    assert project.actions_.undo.text() == "撤销：粘贴表格：2 项联系人"
    project.actions_.undo.trigger()
    assert view.cards() == []


def test_replacing_says_how_many_go(project: Shell) -> None:
    desk = desk_of(project)
    desk.session.add_item("contacts", {"name": "旧"})
    QGuiApplication.clipboard().setText("新")

    def agree(dialog: PasteDialog) -> None:
        next(chip for chip in dialog.mode.chips() if chip.text() == REPLACE).click()
        assert dialog.ok.text() == "替换现有 1 项，放入 1 项"
        dialog.ok.click()

    answer(PasteDialog, agree)
    contacts(project).paste()
    assert [c.name for c in desk.facts.contacts] == ["新"]


def test_an_empty_clipboard_is_told(project: Shell, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("")
    view = contacts(project)
    assert "剪贴板里没有表格内容" in told_faults(qtbot, view.paste)


def test_a_list_of_two_hundred_shows_some_and_leads_to_any(project: Shell, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("\n".join(f"人{n}" for n in range(200)))
    answer(PasteDialog, lambda dialog: dialog.ok.click())
    view = contacts(project)
    view.paste()
    assert len(desk_of(project).facts.contacts) == 200
    assert len(view.cards()) == AT_ONCE
    assert "还有 175 项没有列出" in view.more_button.text()
    page = show(project, "subject")
    assert page.reveal("contacts[150].name")
    assert isinstance(page, FormPage)
    row = page.row("contacts[150].name")
    assert row is not None
    assert row.editor.value() == "人150"
    view.more_button.click()
    assert len(view.cards()) == 2 * AT_ONCE + 1


def test_the_header_to_fill_in_is_copied(project: Shell) -> None:
    view = contacts(project)
    menu = view.paste_button.menu()
    assert menu is not None
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "姓名\t用途\t职务\t手机号码\t电子邮箱"
