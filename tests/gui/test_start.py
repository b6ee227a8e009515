"""The start page stands before anything is read that only a project needs; that is read beside it; then nothing goes on."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.shell import Shell
from filingdesk.services.workspace import Workspace
from gui.delivery import LONG, open_sample, settle, show

HEAVY = (
    "sqlalchemy",
    "pydantic",
    "numpy",
    "yaml",
    "jinja2",
    "docx",
    "reportlab",
    "lxml",
    "filingdesk.domain.facts",
)
PAINT = f"""
import sys
from filingdesk.bootstrap import workspace
from filingdesk.gui.app import make_app
from filingdesk.gui.shell import Shell

app = make_app()
shell = Shell(workspace())
shell.show()
assert not shell.grab().isNull()
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_start_page_is_painted_without_what_only_a_project_needs(tmp_path: Path) -> None:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", FILINGDESK_HOME=str(tmp_path))
    ended = subprocess.run(
        [sys.executable, "-c", PAINT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"


def test_what_pages_need_is_read_beside_the_start_page(shell: Shell, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: shell.ahead.busy() == 0, timeout=30_000)
    assert "filingdesk.gui.workbench" in sys.modules
    assert "filingdesk.gui.pages.library_search" in sys.modules  # a page that nobody has turned to


def test_a_project_opened_before_all_is_read_is_judged_all_the_same(
    app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    window = Shell(Workspace(who=lambda: "测试员"))
    window.show()
    assert window.create_project(
        tmp_path / "早开的.fdproj"
    )  # no event was handled yet: nothing can have been read ahead
    first = window.desk
    assert first is not None
    window.close_project()
    assert window.create_project(tmp_path / "再开的.fdproj")  # closing the first must not end the reading
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: window.knowledge.ready and desk.report is not None, timeout=30_000)
    assert desk.knowledge is window.knowledge
    assert window.knowledge.paper_titles
    window.close()
    window.deleteLater()


def test_nothing_goes_on_ticking_while_nobody_does_anything(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    for key in ("architecture", "keywords"):
        show(shell, key)
        settle(shell, qtbot)

    def ticking() -> list[QTimer]:
        return [
            timer for timer in shell.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()
        ]

    qtbot.waitUntil(lambda: not ticking() and shell.jobs.busy() == 0, timeout=LONG)
