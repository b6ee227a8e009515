"""The machine asks the program to end (logout, shutdown, `kill`): what is typed is stored and the project closed, without a question."""

import os
import signal
import socket
from contextlib import suppress
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from filingdesk.gui.rescue import Rescuer
from filingdesk.gui.shell import Shell

STAYED_MS = 60_000
"""A logout that was called off is over by then: the mark of the run names the project again."""


class Ending(QObject):
    """Listens for the end of the session of this user and for the signals that ask a process to end."""

    def __init__(self, app: QApplication, shell: Shell, rescuer: Rescuer) -> None:
        super().__init__(shell)
        self._app, self._shell, self._rescuer = app, shell, rescuer
        self._told: socket.socket | None = None
        app.commitDataRequest.connect(self.session_ends)
        if os.name == "posix":
            self._listen()

    def _listen(self) -> None:
        """Python runs its signal handlers between two lines of Python, and a window at rest runs none: the byte that it writes at
        once wakes the event loop."""
        self._told, self._telling = socket.socketpair()
        for end in (self._told, self._telling):
            end.setblocking(False)
        signal.set_wakeup_fd(self._telling.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, _noted)
        self._notifier = QSocketNotifier(self._told.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)

    def _asked(self) -> None:
        if self._told is not None:
            with suppress(BlockingIOError):
                self._told.recv(64)
        self._shell.close_at_once()
        self._app.quit()  # out of every dialog, too

    def session_ends(self) -> None:
        """Store what is typed and leave nothing to rescue: the program may be ended any moment now. Or the logout is called off,
        and work goes on."""
        bench = self._shell.workbench
        if bench is not None and self._shell.without_words(bench.flush):
            self._rescuer.nothing_open()
            QTimer.singleShot(STAYED_MS, self._rescuer, self._rescuer.note)

    def close(self) -> None:
        """Signals do again what they did before."""
        if self._told is None:
            return
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._told.close()
        self._telling.close()
        self._told = None


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The byte on the socket says it."""
