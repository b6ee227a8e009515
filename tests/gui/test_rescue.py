"""The window is really killed while somebody types: the next start offers the project, the place and a report without values."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui.dialogs import WaiveDialog
from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.forms.storing import LATEST_MS
from filingdesk.gui.judging import waive
from filingdesk.gui.pages.architecture import FORM, SOURCE, ArchitecturePage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.templates import TemplatesPage
from filingdesk.gui.rescue import ReportDialog, RescueCard, Rescuer
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.cards import NoticeBar
from filingdesk.infra.lastrun import RunMark
from filingdesk.services.changes import TYPED
from filingdesk.services.session import system_clock
from filingdesk.services.workspace import Workspace
from gui.delivery import answer, desk_of, open_sample, ready, settle, show

LONG = 90_000
FIELD = "subject.name"

TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from filingdesk.gui import app as program
from filingdesk.gui.shell import Shell
from filingdesk.gui.windowstate import remember

EVERY_MS = 50
made = program.make_app()
remember(tour="1")  # somebody at work for weeks is not shown round
typed = 0

def window():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, Shell))

def begin():
    shell = window()
    if shell.desk is None or shell.desk.report is None:
        QTimer.singleShot(50, begin)
        return
    shell.desk.go_to(sys.argv[2])
    shell.desk.saved.connect(lambda words: print("saved", len(shell.desk.lookup(sys.argv[2])), flush=True))
    key()

def key():
    global typed
    target = QApplication.focusWidget()
    QTest.keyClick(target, chr(ord("a") + typed % 26))
    typed += 1
    print("typed", typed, flush=True)
    QTimer.singleShot(EVERY_MS, key)

QTimer.singleShot(0, begin)
sys.exit(program.run(Path(sys.argv[1])))
"""


@pytest.fixture
def rescuer(shell: Shell) -> Iterator[Rescuer]:
    made = Rescuer(shell)
    yield made
    made.end()


def typist(project: Path, what: str = FIELD) -> "subprocess.Popen[str]":
    """The program at work on a project; it says on its output what it typed and what was saved."""
    return subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(project), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen"},
    )


def kill_while_typing(project: Path) -> tuple[int, int]:
    """Start the program on a project, type without a pause, kill it; how much was typed, and how much it had said was saved."""
    child = typist(project)
    assert child.stdout is not None
    typed = saved = saves = 0
    for line in child.stdout:
        word, _space, number = line.partition(" ")
        typed = int(number) if word == "typed" else typed
        if word == "saved":
            saved, saves = int(number), saves + 1
        if saves >= 3 and word == "typed" and typed > saved:
            break
    child.send_signal(signal.SIGKILL)
    rest = child.communicate()[0].split()
    assert child.returncode == -signal.SIGKILL, "it was still alive"
    counted = [int(n) for word, n in zip(rest[::2], rest[1::2], strict=False) if word == "typed"]
    return max([typed, *counted]), saved


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_killed_while_typing_the_next_start_offers_project_place_and_report(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path, filingdesk_home: Path
) -> None:
    project = tmp_path / "机密公司的备案.fdproj"
    Workspace(who=lambda: "测试员").create(project).close()
    typed, saved = kill_while_typing(project)
    assert saved > 0, "typing without a pause is saved on the way"

    rescuer.begin()
    rescuer.watch(catch_faults=False)
    (card,) = shell.start.offered()
    assert isinstance(card, RescueCard)
    words = card.words.accessibleName()
    assert "机密公司的备案" in words
    assert "停在「主体与人员」" in words
    assert "最后一次写入是今天" in words
    assert card.rescue.report is not None
    report = card.rescue.report.read_text(encoding="utf-8")
    assert "没有正常结束" in report
    assert "所在页面 主体与人员（subject）" in report
    assert "机密公司" not in report
    assert "abcdef" not in report
    dialog = ReportDialog(card.rescue.report, shell)
    assert dialog.text.toPlainText() == report
    dialog.deleteLater()

    card.go_on.click()
    desk = desk_of(shell)
    kept = desk.facts.subject.name
    assert saved <= len(kept) <= typed
    assert kept == "".join(chr(ord("a") + n % 26) for n in range(len(kept)))
    assert shell.workbench is not None
    page = shell.workbench.current()
    assert isinstance(page, FormPage)
    row = page.row(FIELD)
    assert row is not None
    qtbot.waitUntil(lambda: row.editor.target().hasFocus(), timeout=LONG)
    assert isinstance(row.editor, LineEditor)
    line = row.editor.line
    qtbot.waitUntil(lambda: not line.hasSelectedText(), timeout=LONG)
    assert line.cursorPosition() == len(kept), "the next key goes on, it does not replace"
    assert shell.start.offered() == ()
    for file in filingdesk_home.rglob("*"):
        if file.is_file() and file.parent.name in {"state", "crash", "running"}:
            assert kept[:20] not in file.read_text(encoding="utf-8", errors="replace"), file


def test_a_template_that_was_being_typed_is_there_again(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    page = template_page(shell, qtbot, tmp_path)
    desk, before = desk_of(shell), desk_of(shell).session.undo_step
    page.body.moveCursor(QTextCursor.MoveOperation.End)
    for key in "abcdef":
        qtbot.keyClick(page.body, key)
    qtbot.waitUntil(lambda: bool(desk.session.marks(TYPED)), timeout=LONG)
    assert desk.session.undo_step == before, "half a sentence is no step to take back"
    lose_project(shell)
    page = template_page(shell, qtbot, tmp_path)
    assert page.body.toPlainText().endswith("abcdef")
    session = desk_of(shell).session
    assert not session.marks(TYPED)
    assert session.undo_step is not None
    desk_of(shell).undo()
    settle(shell, qtbot)
    assert not page.body.toPlainText().endswith("abcdef"), "one step"


def template_page(shell: Shell, qtbot: QtBot, folder: Path) -> TemplatesPage:
    if (folder / "示例.fdproj").exists():
        shell.open_project(folder / "示例.fdproj")
        ready(shell, qtbot)
    else:
        open_sample(shell, qtbot, folder)
    page = show(shell, "templates")
    assert isinstance(page, TemplatesPage)
    qtbot.waitUntil(lambda: bool(page.list.lines()), timeout=LONG)
    page.list.select("publicity")
    settle(shell, qtbot)
    return page


def lose_project(shell: Shell) -> None:
    """What is not written by now is gone, as after a kill."""
    assert shell.workbench is not None
    shell.close_project(ask=False)


@pytest.mark.parametrize("tab", [FORM, SOURCE])
def test_an_architecture_that_was_being_typed_is_there_again(
    shell: Shell, qtbot: QtBot, tmp_path: Path, tab: int
) -> None:
    desk = open_sample(shell, qtbot, tmp_path)
    page = show(shell, "architecture")
    assert isinstance(page, ArchitecturePage)
    settle(shell, qtbot)
    page.tabs.setCurrentIndex(tab)
    target: QWidget = page.source
    if tab == FORM:
        row = page.form.row_at("/components/0/name")
        assert row is not None
        target = row.editor.target()
    else:
        page.source.go_to_line(2)
    for key in "zzzz":
        qtbot.keyClick(target, key)
    qtbot.waitUntil(lambda: bool(desk.session.marks(TYPED)), timeout=LONG)
    lose_project(shell)
    shell.open_project(tmp_path / "示例.fdproj")
    desk = ready(shell, qtbot)
    page = show(shell, "architecture")
    assert isinstance(page, ArchitecturePage)
    assert "zzzz" in page.source.toPlainText()
    assert not desk.session.marks(TYPED)
    assert desk.session.undo_step is not None
    assert "架构描述" in desk.session.undo_step.label
    settle(shell, qtbot)


def test_a_reason_that_was_being_typed_is_there_again(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    """Also after Esc; once it is given it is not offered any more."""
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    found: list[str] = []

    def look(dialog: WaiveDialog, *, give: bool) -> None:
        found.append(dialog.text())
        dialog.reason.setPlainText("已在别处提交")
        dialog.accept() if give else dialog.reject()

    for give in (False, True, False):
        answer(WaiveDialog, partial(look, give=give))
        waive(desk, "FD-1", "测试", "abc", shell)
    assert found == ["", "已在别处提交", ""]
    settle(shell, qtbot)


def leave_mark(project: Path, place: str, filingdesk_home: Path) -> None:
    """What a run leaves behind that was killed with a project open."""
    folder = filingdesk_home / "state" / "running"
    folder.mkdir(parents=True, exist_ok=True)
    mark = {
        "version": "1.2",
        "started": "2026-11-23T09:00:00+00:00",
        "seen": "2026-11-23T09:30:00+00:00",
        "project": str(project),
        "place": place,
        "page": "算法基础属性",
    }
    (folder / f"run-{project.stem}.json").write_text(json.dumps(mark), encoding="utf-8")


def test_the_card_is_put_away_and_does_not_come_again(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path, filingdesk_home: Path
) -> None:
    leave_mark(tmp_path / "不在了.fdproj", "basics|algorithm.name", filingdesk_home)
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    (card,) = shell.start.offered()
    assert isinstance(card, RescueCard)
    assert not card.go_on.isEnabled(), "the file is not there"
    assert "移动硬盘" in card.words.accessibleName()
    assert card.report.isEnabled()
    qtbot.keyClick(card.away, Qt.Key.Key_Space)
    assert shell.start.offered() == ()
    rescuer.end()
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    assert shell.start.offered() == ()


def test_a_project_given_at_the_start_goes_back_to_where_it_was_and_says_so(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path, filingdesk_home: Path
) -> None:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "试点.fdproj")
    made.close()
    leave_mark(made.path, "basics|algorithm.name", filingdesk_home)
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    assert len(shell.start.offered()) == 1
    assert shell.open_project(made.path)
    assert shell.start.offered() == ()
    assert shell.workbench is not None
    page = shell.workbench.current()
    assert page is not None
    assert page.key == "basics"
    bars = [bar.text() for bar in shell.workbench.findChildren(NoticeBar) if not bar.isHidden()]
    assert any("上次没有正常退出" in text for text in bars)


def test_the_mark_follows_the_user_and_goes_when_the_program_ends_in_order(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path, filingdesk_home: Path
) -> None:
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    assert shell.create_project(tmp_path / "项目.fdproj")
    folder = filingdesk_home / "state" / "running"

    def noted() -> tuple[str, str]:
        (mark,) = folder.glob("run-*.json")
        found = json.loads(mark.read_text(encoding="utf-8"))
        return found["project"], found["place"]

    path = str(desk_of(shell).session.path)
    assert noted() == (path, "overview|")
    desk_of(shell).go_to("algorithm.name")
    qtbot.waitUntil(lambda: noted() == (path, "basics|algorithm.name"), timeout=LONG)
    shell.close_project()
    assert noted() == ("", "")
    rescuer.end()
    assert list(folder.iterdir()) == []


def test_a_project_that_is_only_read_is_not_offered(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path, filingdesk_home: Path
) -> None:
    holder = Workspace(who=lambda: "别人").create(tmp_path / "锁着")
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    try:
        assert shell.open_project(holder.path)
        assert desk_of(shell).read_only
        (mark,) = (filingdesk_home / "state" / "running").glob("run-*.json")
        assert json.loads(mark.read_text(encoding="utf-8"))["project"] == ""
    finally:
        shell.close_project()
        holder.close()


def test_a_second_window_at_work_is_left_alone(
    shell: Shell, rescuer: Rescuer, qtbot: QtBot, tmp_path: Path
) -> None:
    other = RunMark("1.2", system_clock())
    other.note(str(tmp_path / "别处.fdproj"), "", "", system_clock())
    rescuer.begin()
    rescuer.watch(catch_faults=False)
    assert shell.start.offered() == ()
    other.end()


def test_typing_without_a_pause_is_saved_within_a_second(project: Shell, qtbot: QtBot) -> None:
    assert LATEST_MS < 1000
    page = show(project, "subject")
    assert isinstance(page, FormPage)
    row = page.row(FIELD)
    assert row is not None
    assert isinstance(row.editor, LineEditor)
    saved: list[str] = []
    desk_of(project).changed.connect(lambda _keys: saved.append(desk_of(project).facts.subject.name))
    count = 0
    while not saved and count * 100 < 20 * LATEST_MS:
        qtbot.keyClick(row.editor.line, Qt.Key.Key_A, delay=100)
        count += 1
    assert saved, "it is not put off with every key"
