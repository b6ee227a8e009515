"""Joins the list of long work with the window: the tray, the question before closing, a hint when something ended."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from filingdesk.gui.boxes import leave_running
from filingdesk.gui.jobtray import JobTray
from filingdesk.gui.jobtray_board import State, Work
from filingdesk.infra import settings as user_settings
from filingdesk.infra.preferences import ATTENTION, RUNNING

if TYPE_CHECKING:
    from filingdesk.gui.shell import Shell

LONG_SECONDS = 10
"""Work that took so long is worth a hint to somebody who went on with something else."""


class LongWork(QObject):
    """The long work of one window."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self.board = shell.jobs.board
        self.tray = JobTray(self.board, shell.pages())
        self.tray.wanted.connect(self._go)
        shell.status.tray_clicked.connect(self.toggle)
        shell.actions_.tray.triggered.connect(lambda _checked=False: self.toggle())
        self.board.ended.connect(self._ended)
        self.board.changed.connect(self._changed)

    def toggle(self) -> None:
        """Show the list of long work, or put it away."""
        if self._shell.desk is not None:
            self.tray.toggle()

    def may_close(self) -> bool:
        """Whether the project may be closed though something runs; asks, unless the user never wants to be asked."""
        running = self.board.running()
        if running and user_settings.preference(RUNNING) == "ask":
            return leave_running([work.title for work in running], self._shell)
        return True

    def _changed(self) -> None:
        if self._shell.desk is None:
            self.tray.hide()

    def _go(self, page: str) -> None:
        if self._shell.desk is not None:
            self._shell.desk.go(page)

    def _ended(self, work: Work) -> None:
        long = work.took >= LONG_SECONDS and work.state is not State.STOPPED
        away = QApplication.activeWindow() is None
        if long and away and user_settings.preference(ATTENTION) == "tell":
            QApplication.alert(self._shell)
