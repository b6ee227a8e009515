"""Pages are made before anybody turns to them, while nothing else is done; making them changes nothing."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui import registry
from filingdesk.gui.pages.architecture import TYPED_NAME, ArchitecturePage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from filingdesk.services import architecture_edit, typed
from gui.delivery import LONG, desk_of, open_sample, ready, settle

AHEAD = {entry.key for entry in registry.entries() if entry.ahead}


def all_made(shell: Shell) -> bool:
    assert shell.workbench is not None
    return not shell.workbench._idle.isActive()


def test_while_nobody_works_pages_are_made_and_nothing_is_changed(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "complete")
    before, said = desk.session.revision, shell.top.saved.text()
    qtbot.waitUntil(lambda: all_made(shell), timeout=LONG)
    assert shell.workbench is not None
    assert set(shell.workbench._pages) >= AHEAD
    settle(shell, qtbot)
    assert desk.session.revision == before
    assert shell.top.saved.text() == said
    subject = shell.workbench.page("subject")
    assert isinstance(subject, FormPage)
    assert not subject.build_step(), "nothing is left to make when somebody turns to it"


def test_what_was_half_typed_is_put_back_when_its_page_is_looked_at_and_not_before(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "complete")
    kept = architecture_edit.current(desk.session)
    typed.hold(desk.session, TYPED_NAME, kept.text, kept.text + "\n")
    path = desk.session.path
    shell.close_project()
    assert shell.open_project(path)
    desk = ready(shell, qtbot)
    before = desk.session.revision
    qtbot.waitUntil(lambda: all_made(shell), timeout=LONG)
    settle(shell, qtbot)
    assert desk.session.revision == before, "nobody looked at it: nothing is edited behind their back"
    assert shell.workbench is not None
    page = shell.workbench.show_page("architecture")
    assert isinstance(page, ArchitecturePage)
    assert page.source.toPlainText() == kept.text + "\n"
    assert desk_of(shell).session.revision > before
    qtbot.waitUntil(lambda: bool(page.picture.drawn()), timeout=LONG)
