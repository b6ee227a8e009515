"""Asked to end by the machine, a real process stores what is typed and leaves nothing to rescue; also from within a dialog."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.ending import Ending
from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.rescue import Rescuer
from filingdesk.gui.shell import Shell
from filingdesk.infra.lastrun import unfinished
from filingdesk.services import typed
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace
from gui.delivery import desk_of, show

FIELD = "subject.name"
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from filingdesk.gui import app as program
from filingdesk.gui.judging import waive
from filingdesk.gui.shell import Shell
from filingdesk.gui.windowstate import remember

program.make_app()
remember(tour="1")  # somebody at work for weeks is not shown round

def begin():
    shell = next((w for w in QApplication.topLevelWidgets() if isinstance(w, Shell)), None)
    if shell is None or shell.desk is None or shell.desk.report is None:
        QTimer.singleShot(50, begin)
        return
    if sys.argv[2] == "dialog":
        QTimer.singleShot(0, key)
        waive(shell.desk, "R1", "测试", "", shell)
        print("left", flush=True)
    else:
        shell.desk.go_to(sys.argv[2])
        key()

def key():
    target = QApplication.activeModalWidget().reason if sys.argv[2] == "dialog" else QApplication.focusWidget()
    for letter in "abcdefgh":
        QTest.keyClick(target, letter)
    print("typed", flush=True)

QTimer.singleShot(0, begin)
sys.exit(program.run(Path(sys.argv[1])))
"""


def ended(project: Path, where: str, how: signal.Signals) -> Session:
    """The project after a program that was asked to end right behind the last key."""
    Workspace(who=lambda: "测试员").create(project).close()
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(project), where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "typed\n"
    child.send_signal(how)
    said, wrong = child.communicate(timeout=60)
    assert "Traceback" not in wrong
    assert child.returncode == 0, wrong
    assert said == ("left\n" if where == "dialog" else "")
    assert not project.with_name(project.name + "-wal").exists(), "one plain file is left"
    assert unfinished() == [], "the next start has nothing to tell"
    return Workspace(who=lambda: "测试员").open(project)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_what_is_typed_is_stored_and_nothing_is_left_to_rescue(tmp_path: Path, how: signal.Signals) -> None:
    session = ended(tmp_path / "p.fdproj", FIELD, how)
    assert session.facts.subject.name == "abcdefgh"
    session.close()


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_a_dialog_that_is_open_does_not_hold_it_up_and_its_words_are_kept(tmp_path: Path) -> None:
    session = ended(tmp_path / "p.fdproj", "dialog", signal.SIGTERM)
    assert typed.held(session, "waive/R1:", "") == "abcdefgh"
    assert not session.waivers, "nobody said yes"
    session.close()


@pytest.fixture
def rescuer(shell: Shell) -> Iterator[Rescuer]:
    made = Rescuer(shell)
    yield made
    made.end()


def test_at_the_end_of_a_session_what_is_typed_is_stored_and_work_may_go_on(
    project: Shell, rescuer: Rescuer, app: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filingdesk.gui.ending.STAYED_MS", 0)
    rescuer.watch(catch_faults=False)
    ending = Ending(app, project, rescuer)
    try:
        page = show(project, "subject")
        assert isinstance(page, FormPage)
        row = page.row(FIELD)
        assert row is not None
        assert isinstance(row.editor, LineEditor)
        for key in "abc":
            qtbot.keyClick(row.editor.line, key)
        assert desk_of(project).facts.subject.name == ""
        ending.session_ends()
        assert desk_of(project).facts.subject.name == "abc"
        assert rescuer.mark is not None
        assert rescuer.mark._said[0] == "", "killed now there is nothing to rescue"
        qtbot.waitUntil(lambda: rescuer.mark is not None and bool(rescuer.mark._said[0]))
        qtbot.keyClick(row.editor.line, Qt.Key.Key_D)
        qtbot.waitUntil(lambda: desk_of(project).facts.subject.name == "abcd")
    finally:
        ending.close()
