"""A dressed application, and a window with a fresh project that is closed again whatever the test did."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from filingdesk.gui import theme
from filingdesk.gui.app import make_app
from filingdesk.gui.shell import Shell
from filingdesk.services.workspace import Workspace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says this of every window with a smallest size or brought to the front; it is no fault of ours."""
    for item in items:
        item.add_marker(
            pytest.mark.qt_log_ignore(
                "propagateSizeHints", r"support raise\(\)", "support grabbing the keyboard", extend=True
            )
        )


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    """The application as the program dresses it, in the light palette."""
    made = make_app()
    theme.apply(made, dark=False)
    return made


class Watch:
    """Puts away a modal dialog that nobody answers, so that a test fails with its words instead of hanging."""

    PATIENCE_MS = 20_000

    def __init__(self, app: QApplication) -> None:
        self.met: list[str] = []
        self._app = app
        self._seen: tuple[QWidget, float] | None = None
        self._timer = QTimer()
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        widget = self._app.activeModalWidget()
        if not isinstance(widget, QDialog):
            self._seen = None
        elif self._seen is None or self._seen[0] is not widget:
            self._seen = (widget, time.monotonic())
        elif (time.monotonic() - self._seen[1]) * 1000 > self.PATIENCE_MS:
            words = f"{widget.text()} {widget.informativeText()}" if isinstance(widget, QMessageBox) else ""
            self.met.append(f"{widget.windowTitle()} {words}".strip())
            widget.reject()

    def stop(self) -> None:
        self._timer.stop()


@pytest.fixture
def shell(app: QApplication, qtbot: QtBot) -> Iterator[Shell]:
    """The main window on its start page."""
    watch = Watch(app)
    window = Shell(Workspace(who=lambda: "测试员"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: window.knowledge.ready, timeout=30_000)
    yield window
    window.close()
    window.deleteLater()
    app.processEvents()
    watch.stop()
    assert not watch.met, f"dialogs that nobody expected: {watch.met}"


@pytest.fixture
def checked(shell: Shell, qtbot: QtBot) -> Callable[[], None]:
    """Waits until the report speaks of the facts as they stand."""

    def wait() -> None:
        desk = shell.desk
        assert desk is not None
        qtbot.waitUntil(
            lambda: desk.report is not None and desk.report.revision == desk.session.revision, timeout=20_000
        )

    return wait


@pytest.fixture
def project(shell: Shell, tmp_path: Path, checked: Callable[[], None]) -> Shell:
    """The window with a new, empty project, checked once."""
    assert shell.create_project(tmp_path / "试点项目.fdproj")
    checked()
    return shell
