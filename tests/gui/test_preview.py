"""The paper beside the form: what is typed shows before it is stored, the field in focus comes into view, a word leads to its field."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from filingdesk.documents.html_writer import anchor_of
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.previewpane import PreviewPane
from filingdesk.gui.shell import Shell
from gui.delivery import LONG, desk_of, open_sample, settle, show

TEAM = "large_model.evaluation.team"


def beside(
    shell: Shell, qtbot: QtBot, tmp_path: Path, page: str = "evaluation"
) -> tuple[FormPage, PreviewPane]:
    desk = open_sample(shell, qtbot, tmp_path)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=LONG)
    form = show(shell, page)
    assert isinstance(form, FormPage)
    assert shell.workbench is not None
    pane = shell.workbench.preview
    assert pane.isHidden()
    with qtbot.waitSignal(pane.shown, timeout=LONG):
        desk.preview_toggled.emit()
    return form, pane


def test_typing_shows_before_it_is_stored_and_comes_into_view(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    form, pane = beside(shell, qtbot, tmp_path)
    assert pane.paper() == "safety-report"
    stored = desk_of(shell).facts.large_model.evaluation.team
    row = form.row(TEAM)
    assert row is not None
    row.focus()
    revision = desk_of(shell).session.revision
    QTest.keyClicks(row.editor.target(), "zq")
    assert row.unsaved()
    qtbot.waitUntil(lambda: "zq" in pane.sheet.text(), timeout=LONG)
    bar = pane.sheet.browser.verticalScrollBar()
    assert bar.value() > 0
    seen = pane.sheet.browser.cursorForPosition(pane.sheet.browser.viewport().rect().center())
    around = pane.sheet.text()[max(0, seen.position() - 600) : seen.position() + 600]
    assert "zq" in around
    row.commit()
    assert desk_of(shell).session.revision == revision + 1
    assert desk_of(shell).facts.large_model.evaluation.team != stored
    settle(shell, qtbot)
    assert "zq" in pane.sheet.text()


def test_undo_takes_the_typed_words_out_of_the_preview(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    _form, pane = beside(shell, qtbot, tmp_path)
    desk = desk_of(shell)
    desk.session.set(TEAM, "换了一个团队")
    qtbot.waitUntil(lambda: "换了一个团队" in pane.sheet.text(), timeout=LONG)
    desk.undo()
    qtbot.waitUntil(lambda: "换了一个团队" not in pane.sheet.text(), timeout=LONG)
    settle(shell, qtbot)


def test_a_gap_shows_in_its_place_and_a_click_leads_to_the_field(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    form, pane = beside(shell, qtbot, tmp_path)
    desk_of(shell).session.set(TEAM, "")
    qtbot.waitUntil(lambda: "【待补充：评估团队】" in pane.sheet.text(), timeout=LONG)
    show(shell, "overview")
    assert pane.isHidden()
    show(shell, "evaluation")
    pane.sheet.browser.anchorClicked.emit(QUrl(f"fact:{TEAM}"))
    row = form.row(TEAM)
    assert row is not None
    qtbot.waitUntil(lambda: row.editor.target().hasFocus(), timeout=LONG)
    settle(shell, qtbot)


def test_the_user_chooses_the_paper_and_puts_the_pane_away(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    _form, pane = beside(shell, qtbot, tmp_path)
    place = pane.choice.findData("application-form")
    assert place >= 0
    pane.choice.setCurrentIndex(place)
    with qtbot.waitSignal(pane.shown, timeout=LONG):
        pane.choice.activated.emit(place)
    assert pane.paper() == "application-form"
    pane.close_button.click()
    assert pane.isHidden()
    assert not shell.actions_.show_preview.isChecked()
    settle(shell, qtbot)


def test_anchors_of_fields_are_names() -> None:
    assert anchor_of("a.b[0].c").isascii()
