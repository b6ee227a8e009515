"""The page of the architecture: a form from the schema, errors at the field and at the line, a drawing that follows, undo."""

import contextlib
import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui.pages.architecture import DIFF, FORM, SOURCE, ArchitecturePage
from filingdesk.gui.pages.architecture_fields import FieldRow, ReferenceEditor
from filingdesk.gui.pages.architecture_form import IN_VIEW, Entry
from filingdesk.gui.shell import Shell
from filingdesk.services import architecture, architecture_edit
from filingdesk.services.workspace import Workspace
from gui.delivery import LONG, open_sample, ready, settle, show


def page_of(shell: Shell) -> ArchitecturePage:
    page = show(shell, "architecture")
    assert isinstance(page, ArchitecturePage)
    return page


def row(page: ArchitecturePage, pointer: str) -> FieldRow:
    found = page.form.row_at(pointer)
    assert found is not None
    return found


def write(page: ArchitecturePage, pointer: str, words: str) -> None:
    """Type words and leave the field."""
    found = row(page, pointer)
    found.editor.show_value(words)
    found.editor.finished.emit()


def test_the_form_edits_the_description_and_the_drawing_follows(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    assert page.chip.text() == "按已填内容"
    assert page.picture.waiting.isVisible()  # until the drawing is there
    qtbot.waitUntil(lambda: page.picture.drawn() == page.source.toPlainText(), timeout=LONG)
    assert not page.picture.waiting.isVisible()
    before = page.picture.drawn()
    write(page, "/components/0/name", "门户网页端")
    assert page.chip.text() == "自己的描述"
    used, given = architecture.of_project(desk.session, desk.facts)
    assert used is not None
    assert given
    assert used.components[0].name == "门户网页端"
    assert "门户网页端" in page.source.toPlainText()
    assert "门户网页端" in page.form.lists["components"].entries[0].title.text()
    qtbot.waitUntil(lambda: page.picture.drawn() == page.source.toPlainText() != before, timeout=LONG)
    desk.undo()
    assert shell.workbench is not None
    assert shell.workbench.current() is page  # undo stays where the edit was made
    assert page.chip.text() == "按已填内容"
    assert row(page, "/components/0/name").words() != "门户网页端"
    settle(shell, qtbot)


def test_entries_below_what_is_in_view_follow_by_themselves(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    told = sum(
        len(entries)
        for entries in json.loads(page.source.toPlainText()).values()
        if isinstance(entries, list)
    )
    assert told > IN_VIEW
    qtbot.waitUntil(lambda: len(page.form.findChildren(Entry)) == told, timeout=LONG)
    settle(shell, qtbot)


def test_an_error_stands_at_its_field_and_at_its_line(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    write(page, "/components/1/id", "1 号")
    name = row(page, "/components/1/id")
    assert "不合格式" in name.problem()
    assert page.chip.text() == "有错误，未生效"
    assert not desk.facts.algorithm.architecture  # papers go on using the facts
    line = page.checked.errors[0].line
    assert '"id": "1 号"' in page.source.toPlainText().splitlines()[line - 1]
    assert line in page.source.faults()
    page.tabs.setCurrentIndex(SOURCE)
    page.faults.picked.emit(page.faults.faults()[0])
    assert page.source.line() == line
    write(page, "/components/1/id", "second")
    assert page.checked.errors == ()
    assert row(page, "/components/1/id").problem() == ""
    settle(shell, qtbot)


def test_entries_come_and_go(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    components, flows = page.form.lists["components"], page.form.lists["flows"]
    count = len(components.entries)
    components.add_button.click()
    assert len(components.entries) == count + 1
    write(page, f"/components/{count}/name", "缓存")
    write(page, f"/components/{count}/layer", "数据层")
    assert page.checked.errors == ()
    flows.add_button.click()
    last = len(flows.entries) - 1
    source = row(page, f"/flows/{last}/source").editor
    assert isinstance(source, ReferenceEditor)
    assert any(source.combo.itemText(i).startswith("缓存") for i in range(source.combo.count()))
    assert "没有编号" in page.form.lists["flows"].entries[last].badge.text() or page.checked.errors
    flows.remove(last)
    components.move_entry(count, -1)
    assert "缓存" in components.entries[count - 1].title.text()
    components.remove(count - 1)
    assert len(components.entries) == count
    models = page.form.lists["models"]
    entry = models.show_entry(0)
    assert entry is not None
    assert entry.parts is not None
    training = entry.parts.lists["training"]
    stages = len(training.entries)
    training.add_button.click()
    write(page, f"/models/0/training/{stages}/stage", "评测")
    tree = json.loads(page.source.toPlainText())
    assert tree["models"][0]["training"][stages]["stage"] == "评测"
    settle(shell, qtbot)


def test_a_hand_written_file_is_taken_with_its_errors_by_line(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    text = page.source.toPlainText()
    file = tmp_path / "手写架构.json"
    file.write_text(text.replace('"layer": "接入层"', '"layer": "外层"', 1), encoding="utf-8")
    page.zone.dropped.emit([file])
    qtbot.waitUntil(lambda: page.chip.text() == "有错误，未生效", timeout=LONG)
    assert page.tabs.currentIndex() == SOURCE
    line = page.source.line()
    assert "外层" in page.source.toPlainText().splitlines()[line - 1]
    assert not desk.facts.algorithm.architecture
    file.write_text(text.replace('"version": ""', '"version": "3.1"', 1), encoding="utf-8")
    page.zone.dropped.emit([file])
    qtbot.waitUntil(lambda: bool(desk.facts.algorithm.architecture), timeout=LONG)
    assert desk.facts.algorithm.architecture[0].startswith("手写架构.json#")
    file.write_text("{", encoding="utf-8")
    page.zone.dropped.emit([file])
    qtbot.waitUntil(lambda: page.source.toPlainText() == "{", timeout=LONG)
    page.tabs.setCurrentIndex(FORM)
    assert page.tabs.currentIndex() == SOURCE  # what is no JSON has no form
    settle(shell, qtbot)


def test_the_way_back_to_the_facts_shows_what_is_lost(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    assert not page.reset_button.isEnabled()
    write(page, "/components/0/name", "门户网页端")
    page.reset_button.click()
    assert page.tabs.currentIndex() == DIFF
    assert "门户网页端" in page.diff.text()
    assert architecture_edit.current(desk.session).origin == "given"
    page.reset_button.click()
    assert architecture_edit.current(desk.session).origin == "facts"
    assert "相同" in page.diff.text()
    desk.undo()
    assert architecture_edit.current(desk.session).origin == "given"
    settle(shell, qtbot)


def test_typed_source_is_stored_when_it_is_left_and_written_to_a_file(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = page_of(shell)
    page.tabs.setCurrentIndex(SOURCE)
    page.source.setPlainText(page.source.toPlainText().replace('"version": ""', '"version": "4.2"', 1))
    qtbot.waitUntil(lambda: page.chip.text() == "自己的描述", timeout=LONG)
    assert architecture_edit.current(desk.session).origin == "facts"
    page.tabs.setCurrentIndex(FORM)
    assert row(page, "/version").words() == "4.2"
    assert architecture_edit.current(desk.session).origin == "given"
    for suffix in (".json", ".svg", ".png"):
        page.export_to(tmp_path / f"架构{suffix}")
        settle(shell, qtbot)
    assert json.loads((tmp_path / "架构.json").read_text(encoding="utf-8"))["version"] == "4.2"
    assert (tmp_path / "架构.svg").read_bytes().lstrip().startswith(b"<")
    assert (tmp_path / "架构.png").read_bytes().startswith(b"\x89PNG")


def test_a_project_held_by_somebody_else_can_only_be_looked_at(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    first = open_sample(shell, qtbot, tmp_path)
    path = first.session.path
    shell.close_project()
    with contextlib.closing(Workspace(who=lambda: "同事").open(path)):
        assert shell.open_project(path)
        desk = ready(shell, qtbot)
        assert desk.read_only
        page = page_of(shell)
        text = page.source.toPlainText()
        assert page.source.isReadOnly()
        assert not page.form.lists["components"].add_button.isEnabled()
        assert not any(b.isEnabled() for b in page.form.lists["components"].entries[1].buttons)
        assert not page.choose.isEnabled()
        page.form.lists["components"].add()
        page.take_file(path)
        settle(shell, qtbot)
        assert page.source.toPlainText() == text
        assert page.export_button.isEnabled()
        shell.close_project()
