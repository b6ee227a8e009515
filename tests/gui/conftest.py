"""A dressed application, and a window with a fresh project that is closed again whatever the test did."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui import theme
from filingdesk.gui.app import make_app
from filingdesk.gui.shell import Shell
from filingdesk.services.workspace import Workspace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says this of every window with a smallest size; it is no fault of the window."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    """The application as the program dresses it, in the light palette."""
    made = make_app()
    theme.apply(made, dark=False)
    return made


@pytest.fixture
def shell(app: QApplication, qtbot: QtBot) -> Iterator[Shell]:
    """The main window on its start page."""
    window = Shell(Workspace(who=lambda: "测试员"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: window.knowledge.ready, timeout=30_000)
    yield window
    window.close()
    window.deleteLater()
    app.processEvents()


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
