"""What the tests of the library, paper and bundle pages share: the shipped samples made once, waiting, telling faults."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from filingdesk.gui.desk import Desk
from filingdesk.gui.page import Page
from filingdesk.gui.shell import Shell
from filingdesk.services.demo import SampleName, create_sample
from filingdesk.services.workspace import Workspace

LONG = 60_000
LAYOUT_ROUNDS = 5
"""A card that grows tells its page, the page its scroll area, each in a round of events of its own."""
D = TypeVar("D", bound=QDialog)


@cache
def _made(name: SampleName) -> Path:
    path = Path(mkdtemp(prefix="filingdesk-sample-")) / "示例.fdproj"
    create_sample(Workspace(who=lambda: "测试员"), path, name).close()
    return path


def open_sample(shell: Shell, qtbot: QtBot, folder: Path, name: SampleName = "complete") -> Desk:
    """A copy of a shipped sample, open, checked, its papers counted."""
    path = folder / "示例.fdproj"
    shutil.copy(_made(name), path)
    assert shell.open_project(path)
    return ready(shell, qtbot)


def ready(shell: Shell, qtbot: QtBot) -> Desk:
    """Wait until the open project is judged."""
    desk = desk_of(shell)
    qtbot.waitUntil(lambda: desk.report is not None, timeout=LONG)
    return desk


def desk_of(shell: Shell) -> Desk:
    """The desk of the open project."""
    assert shell.desk is not None
    return shell.desk


def show(shell: Shell, key: str) -> Page:
    """A page, brought to the front."""
    assert shell.workbench is not None
    return shell.workbench.show_page(key)


def settle(shell: Shell, qtbot: QtBot) -> None:
    """Wait until no job runs any more, and what the last one brought has its place."""
    qtbot.waitUntil(lambda: shell.jobs.busy() == 0, timeout=LONG)
    for _round in range(LAYOUT_ROUNDS):
        QApplication.processEvents()


def answer(kind: type[D], act: Callable[[D], object]) -> list[D]:
    """Do something with the next modal dialog of a kind when it comes, as a user would; the list then holds it."""
    met: list[D] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            met.append(dialog)
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)
    return met


def told_faults(qtbot: QtBot, act: Callable[[], object]) -> str:
    """Do something that must fail, close the box that tells it, and give its words."""
    words: list[str] = []

    def read(box: QMessageBox) -> None:
        words.append(f"{box.text()}|{box.informativeText()}")
        box.accept()

    answer(QMessageBox, read)
    act()
    qtbot.waitUntil(lambda: bool(words), timeout=LONG)
    return words[0]
