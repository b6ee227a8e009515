"""No piece of a page is ever shown as a window of its own: it would flash up and take the focus from who is typing."""

import traceback
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui import registry
from filingdesk.gui.shell import Shell
from filingdesk.services.demo import SampleName
from gui.delivery import open_sample, settle, show


class _Watch(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.strays: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            calls = [
                f"{call.filename}:{call.lineno}"
                for call in traceback.extract_stack()
                if "/gui/" in call.filename
            ]
            self.strays.append(f"{type(watched).__name__} {calls[-2:-1]}")
        return False


@pytest.mark.parametrize("name", ["complete", "incomplete"])
def test_building_and_filling_pages_shows_no_other_window(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, name: SampleName
) -> None:
    watch = _Watch()
    app.installEventFilter(watch)
    desk = open_sample(shell, qtbot, tmp_path, name)
    for entry in registry.entries():
        show(shell, entry.key)
        settle(shell, qtbot)
    desk.session.set("algorithm.name", "")
    settle(shell, qtbot)
    app.removeEventFilter(watch)
    assert sorted(set(watch.strays)) == []
