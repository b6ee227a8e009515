"""The real window under an X server, in front and ready, closed again whatever the test did."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from e2e.hands import LONG
from filingdesk.gui import theme
from filingdesk.gui.app import make_app
from filingdesk.gui.shell import Shell
from filingdesk.services.workspace import Workspace
from gui.conftest import Watch


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    made = make_app()
    theme.apply(made, dark=False)
    return made


@pytest.fixture
def shell(app: QApplication, qtbot: QtBot) -> Iterator[Shell]:
    watch = Watch(app)
    window = Shell(Workspace(who=lambda: "测试员"))
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=LONG)
    qtbot.waitUntil(lambda: window.knowledge.ready, timeout=LONG)
    yield window
    window.close()
    window.deleteLater()
    app.processEvents()
    watch.stop()
    assert not watch.met, f"dialogs that nobody expected: {watch.met}"
