"""Forms: what is typed is kept and saved, what is wrong is said in its place, nothing shouts before its time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.desk import LARGE_FILE
from filingdesk.gui.forms.attachments import AttachmentsEditor
from filingdesk.gui.forms.choices import ChipEditor, ComboEditor
from filingdesk.gui.forms.lines import DateEditor, LineEditor
from filingdesk.gui.forms.longtext import TextEditor
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from gui.ime import write


def page(shell: Shell, key: str) -> FormPage:
    assert shell.workbench is not None
    shown = shell.workbench.show_page(key)
    assert isinstance(shown, FormPage)
    return shown


def row(shell: Shell, key: str, path: str) -> FieldRow:
    found = page(shell, key).row(path)
    assert found is not None
    return found


def line(of: FieldRow) -> LineEditor:
    assert isinstance(of.editor, LineEditor)
    return of.editor


def test_leaving_a_field_saves_it(project: Shell, qtbot: QtBot) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "示例智联科技")
    qtbot.keyClick(line(name).line, Qt.Key.Key_Tab)
    assert project.desk is not None
    assert project.desk.facts.subject.name == "示例智联科技"
    qtbot.waitUntil(lambda: project.top.saved.text().startswith("已保存 "))


def test_a_pause_while_typing_saves_too(project: Shell, qtbot: QtBot) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "示例")
    assert project.desk is not None
    desk = project.desk
    assert desk.facts.subject.name == ""
    qtbot.waitUntil(lambda: desk.facts.subject.name == "示例", timeout=5000)
    assert line(name).line.hasFocus()


def test_turning_the_page_or_closing_loses_no_keystroke(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "没有离开字段")
    project.close_project()
    assert project.open_project(tmp_path / "试点项目.fdproj")
    assert project.desk is not None
    assert project.desk.facts.subject.name == "没有离开字段"


def test_a_wrong_credit_code_is_said_after_the_field_is_left_and_kept_as_typed(
    project: Shell, qtbot: QtBot
) -> None:
    code = row(project, "subject", "subject.credit_code")
    code.focus()
    write(line(code).line, "12345")
    qtbot.keyClick(line(code).line, Qt.Key.Key_Tab)
    assert "18 位" in code.error()
    assert project.desk is not None
    assert project.desk.facts.subject.credit_code == "12345"


def test_an_untouched_blank_field_does_not_shout(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    name = row(project, "subject", "subject.name")
    assert project.desk is not None
    assert project.desk.findings_at("subject.name"), "the rule does find the blank"
    assert name.error() == ""
    name.focus()
    qtbot.keyClick(line(name).line, Qt.Key.Key_Tab)
    assert name.error() != ""


def test_filling_a_field_makes_its_sentence_go(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    assert name.error() != ""
    write(line(name).line, "示例智联科技(杭州)有限公司")
    qtbot.keyClick(line(name).line, Qt.Key.Key_Tab)
    checked()
    qtbot.waitUntil(lambda: name.error() == "")


def test_a_question_appears_when_another_answer_asks_for_it_and_its_answer_is_kept(project: Shell) -> None:
    launched = row(project, "basics", "algorithm.launched")
    when = row(project, "basics", "algorithm.launched_on")
    assert when.isHidden()
    assert isinstance(launched.editor, ChipEditor)
    yes, no = launched.editor.group.chips()
    yes.click()
    assert not when.isHidden()
    assert project.desk is not None
    project.desk.commit("algorithm.launched_on", "2026-11-02")
    no.click()
    assert when.isHidden()
    assert project.desk.facts.algorithm.launched_on == "2026-11-02"


def test_undo_names_what_it_takes_back_and_shows_it(project: Shell, qtbot: QtBot) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "甲")
    qtbot.keyClick(line(name).line, Qt.Key.Key_Tab)
    assert project.actions_.undo.text() == "撤销：修改「主体名称」"
    project.actions_.undo.trigger()
    assert line(name).line.text() == ""
    assert project.actions_.redo.text() == "重做：修改「主体名称」"
    project.actions_.redo.trigger()
    assert line(name).line.text() == "甲"


def test_ctrl_z_inside_a_field_is_the_project_s_undo(project: Shell, qtbot: QtBot) -> None:
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "甲乙")
    qtbot.keyClick(line(name).line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: line(name).line.text() == "")
    assert project.desk is not None
    assert project.desk.facts.subject.name == ""


def test_up_to_six_choices_are_chips_and_more_are_a_list(project: Shell) -> None:
    assert isinstance(row(project, "subject", "subject.kind").editor, ChipEditor)
    assert project.desk is not None
    project.desk.session.add_item("policies")
    shown = page(project, "responsibility")
    shown.reveal("policies[0].kind")
    kind = shown.row("policies[0].kind")
    assert kind is not None
    assert isinstance(kind.editor, ComboEditor)


def test_a_date_is_typed_or_taken_from_the_calendar(project: Shell, qtbot: QtBot) -> None:
    from datetime import date

    day = row(project, "assessment", "algorithm.assessment.written_on")
    assert isinstance(day.editor, DateEditor)
    day.focus()
    write(day.editor.line, "2026/13/1")
    qtbot.keyClick(day.editor.line, Qt.Key.Key_Tab)
    assert "日期" in day.error()
    day.editor.take(date(2026, 3, 1))
    assert day.error() == ""
    assert project.desk is not None
    assert project.desk.facts.algorithm.assessment.written_on == "2026-03-01"


def test_long_text_counts_its_characters_and_invents_no_limit(project: Shell, qtbot: QtBot) -> None:
    summary = row(project, "assessment", "algorithm.assessment.overview")
    assert isinstance(summary.editor, TextEditor)
    summary.focus()
    write(summary.editor.text, "一二三 四")
    assert summary.editor.count_line().startswith("4 字")
    assert "以系统提示为准" in summary.editor.count_line()
    qtbot.keyClick(summary.editor.text, Qt.Key.Key_Tab)
    assert not summary.editor.text.hasFocus(), "Tab leaves the field"


def test_records_are_added_named_moved_copied_removed_and_brought_back(project: Shell, qtbot: QtBot) -> None:
    shown = page(project, "subject")
    contacts = shown.list_view("contacts")
    assert contacts is not None
    assert project.desk is not None
    desk = project.desk
    contacts.add_button.click()
    first = shown.row("contacts[0].name")
    assert first is not None
    qtbot.waitUntil(lambda: line(first).line.hasFocus())
    write(line(first).line, "张示例")
    qtbot.keyClick(line(first).line, Qt.Key.Key_Tab)
    contacts.duplicate(contacts.ids()[0])
    desk.commit("contacts[1].name", "李示例")
    contacts.move_record(contacts.ids()[1], -1)
    assert [contact.name for contact in desk.facts.contacts] == ["李示例", "张示例"]
    assert [card.identity for card in contacts.cards()] == [contact.id for contact in desk.facts.contacts]
    contacts.remove(contacts.ids()[0])
    assert [contact.name for contact in desk.facts.contacts] == ["张示例"]
    assert project.workbench is not None
    assert "李示例" in project.workbench.notice.text()
    project.workbench.notice.action_clicked.emit()
    assert [contact.name for contact in desk.facts.contacts] == ["李示例", "张示例"]


def test_files_are_dropped_listed_and_removed(project: Shell, tmp_path: Path) -> None:
    scan = row(project, "subject", "licence.scan")
    assert isinstance(scan.editor, AttachmentsEditor)
    picture = tmp_path / "营业执照.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    drop = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    scan.editor.dropEvent(drop)
    assert project.desk is not None
    (reference,) = project.desk.facts.licence.scan
    assert reference.startswith("营业执照.png#")
    assert project.desk.session.attachment(reference) == picture.read_bytes()
    scan.editor.show_value(project.desk.value("licence.scan"))
    project.desk.commit("licence.scan", [])
    assert scan.editor.value() == []


def test_an_empty_file_is_refused_in_words(project: Shell, tmp_path: Path) -> None:
    scan = row(project, "subject", "licence.scan")
    assert isinstance(scan.editor, AttachmentsEditor)
    (tmp_path / "空.pdf").write_bytes(b"")
    assert project.desk is not None
    told: list[object] = []
    project.desk.failed.disconnect()
    project.desk.failed.connect(told.append)
    scan.editor.add([tmp_path / "空.pdf"])
    assert "是空的" in str(told[0])
    assert project.desk.facts.licence.scan == []


def test_help_follows_the_focus(project: Shell, qtbot: QtBot) -> None:
    row(project, "subject", "subject.name").focus()
    assert project.workbench is not None
    content = project.workbench.help.content()
    assert content is not None
    assert content.title == "主体名称"
    assert content.good
    assert content.bad
    assert content.clauses, "the clause is named with its source"
    assert content.findings, "what the self-check says now"


def test_what_another_door_changes_is_shown(project: Shell) -> None:
    name = row(project, "subject", "subject.name")
    assert project.desk is not None
    project.desk.session.set("subject.name", "从别处改的")
    assert line(name).line.text() == "从别处改的"


@pytest.mark.parametrize(
    "key",
    [
        "subject",
        "responsibility",
        "basics",
        "details",
        "products",
        "assessment",
        "publicity",
        "model",
        "measures",
    ],
)
def test_every_field_of_a_page_has_a_name_for_a_screen_reader(project: Shell, key: str) -> None:
    shown = page(project, key)
    for field in shown.findChildren(FieldRow):
        assert field.editor.target().accessibleName(), field.key
    for widget in shown.findChildren(object):
        if hasattr(widget, "focusPolicy") and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inner = widget.objectName().startswith("qt_")
            assert inner or widget.accessibleName(), (type(widget).__name__, widget.parent())


def test_the_whole_form_is_reached_with_the_tab_key(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    shown = page(project, "publicity")
    rows = shown.findChildren(FieldRow)
    rows[0].focus()
    seen = []
    for _step in range(len(rows) * 3):
        focus = app.focusWidget()
        assert focus is not None
        if focus.accessibleName() not in seen:
            seen.append(focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    labels = [field.spec.meta.label for field in rows]
    assert [name for name in seen if name in labels] == labels


def test_a_large_file_is_stored_beside_the_window_and_those_after_it_follow(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    scan = row(project, "subject", "licence.scan")
    assert isinstance(scan.editor, AttachmentsEditor)
    assert project.desk is not None
    large, small = tmp_path / "扫描件.pdf", tmp_path / "补充页.pdf"
    large.write_bytes(b"%PDF-1.4 " + bytes(LARGE_FILE))
    small.write_bytes(b"%PDF-1.4 small")
    scan.editor.add([large, small])
    assert scan.editor.value() == [], "the call comes back at once"
    desk = project.desk
    qtbot.waitUntil(lambda: len(desk.facts.licence.scan) == 2, timeout=30_000)
    assert [reference.partition("#")[0] for reference in scan.editor.value()] == ["扫描件.pdf", "补充页.pdf"]
    assert desk.session.attachment(desk.facts.licence.scan[0]) == large.read_bytes()


def test_a_day_as_people_say_it_is_stored_as_the_written_day(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    desk = project.desk
    desk.session.set("algorithm.launched", "是")
    when = row(project, "basics", "algorithm.launched_on")
    when.focus()
    assert isinstance(when.editor, DateEditor)
    write(line(when).line, "明天")
    tomorrow = (desk.session.today + timedelta(days=1)).isoformat()
    assert when.editor.day_told().startswith(tomorrow)
    assert line(when).line.text() == "明天", "nothing jumps while it is typed"
    qtbot.keyClick(line(when).line, Qt.Key.Key_Tab)
    assert line(when).line.text() == tomorrow
    assert desk.facts.algorithm.launched_on == tomorrow
    assert when.error() == "" or "日期写成" not in when.error()
    assert "明天" in when.editor.day_told()


def test_a_written_day_stays_as_typed_and_nonsense_is_kept_and_told(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    project.desk.session.set("algorithm.launched", "是")
    when = row(project, "basics", "algorithm.launched_on")
    for typed in ("2026/3/1", "尽快上线"):
        when.focus()
        write(line(when).line, typed)
        qtbot.keyClick(line(when).line, Qt.Key.Key_Tab)
        assert project.desk.facts.algorithm.launched_on == typed
    assert "日期写成" in when.error()


def test_a_person_entered_before_is_picked_with_all_that_is_known(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    session = project.desk.session
    session.set("safety_officer.name", "李示范")
    session.set("safety_officer.mobile", "13800000001")
    session.add_item("contacts")
    page(project, "subject").list_view("contacts")
    shown = page(project, "subject")
    shown.reveal("contacts[0].name")
    name = shown.row("contacts[0].name")
    assert name is not None
    assert name.picker is not None
    menu = name.picker.menu_of()
    assert [action.text() for action in menu.actions()] == ["李示范（算法安全责任人）"]
    menu.actions()[0].trigger()
    contact = session.facts.contacts[0]
    assert (contact.name, contact.mobile) == ("李示范", "13800000001")
    assert line(name).line.text() == "李示范"
    assert project.actions_.undo.text() == "撤销：选用人员：李示范"
    holder = row(project, "subject", "subject.icp_holder")
    assert holder.picker is not None
    session.set("subject.name", "示例公司")
    holder.picker.menu_of().actions()[0].trigger()
    assert session.facts.subject.icp_holder == "示例公司"
    assert row(project, "subject", "subject.name").picker is None


def test_alt_and_a_digit_lead_to_a_part_of_the_page(project: Shell, qtbot: QtBot) -> None:
    shown = page(project, "subject")
    row(project, "subject", "subject.name").focus()
    qtbot.keyClick(shown, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert project.desk is not None
    assert project.desk.focused_key == "licence.kind"
    qtbot.keyClick(shown, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    view = shown.list_view("contacts")
    assert view is not None
    assert view.add_button.hasFocus()
    qtbot.keyClick(shown, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert view.add_button.hasFocus(), "there is no ninth part"


def test_enter_saves_and_goes_on_to_the_next_field(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    desk = project.desk
    name = row(project, "subject", "subject.name")
    name.focus()
    write(line(name).line, "示例公司")
    qtbot.keyClick(line(name).line, Qt.Key.Key_Return)
    assert desk.facts.subject.name == "示例公司"
    assert desk.focused_key == "subject.aliases"
    desk.session.set("algorithm.launched", "是")
    when = row(project, "basics", "algorithm.launched_on")
    when.focus()
    write(line(when).line, "后天")
    qtbot.keyClick(line(when).line, Qt.Key.Key_Return)
    assert desk.facts.algorithm.launched_on == (desk.session.today + timedelta(days=2)).isoformat()
    assert desk.focused_key == "algorithm.field", "past the calendar of the same field"
