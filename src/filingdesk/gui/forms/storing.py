"""Stores what is typed while it is typed: half a second after its first key, whether or not there is a pause."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit

from filingdesk.domain.errors import UserError
from filingdesk.gui.desk import Desk
from filingdesk.services import typed

LATEST_MS = 500
"""So long after its first key what is typed is stored: a power cut costs less than a second, also on a busy machine."""


class Storing(QTimer):
    """Calls `store` that long after `typed`; keys in between do not put it off."""

    def __init__(self, store: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(LATEST_MS)
        self.timeout.connect(store)

    def typed(self) -> None:
        """A key was pressed that is not stored yet."""
        if not self.isActive():
            self.start()


def hold(desk: Desk, name: str, base: str, text: str) -> None:
    """`typed.hold` where the project can be written."""
    if not desk.read_only:
        # Not worth a box with every half second: storing the edit itself says what is wrong.
        with suppress(UserError):
            typed.hold(desk.session, name, base, text)


def drop(desk: Desk, name: str) -> None:
    """`typed.drop` where the project can be written."""
    if not desk.read_only:
        with suppress(UserError):
            typed.drop(desk.session, name)


class Held(QObject):
    """Keeps what is typed into the text of a dialog until something was made of it (`over`), and puts it back the next time:
    also after Esc, or when the program was killed."""

    def __init__(self, edit: QPlainTextEdit, desk: Desk, name: str) -> None:
        super().__init__(edit)
        self._edit, self._desk, self._name = edit, desk, name
        self._base = edit.toPlainText()
        found = typed.held(desk.session, name, self._base)
        if found is not None:
            edit.setPlainText(found)
        self._closed = False
        self._storing = Storing(self.store, self)
        desk.closing.connect(self._close)
        edit.textChanged.connect(self._storing.typed)

    def store(self) -> None:
        """Keep what stands there now."""
        self._storing.stop()
        if self._closed:
            return
        hold(self._desk, self._name, self._base, self._edit.toPlainText())

    def _close(self) -> None:
        """The project goes while the dialog is open: what comes after it can store nothing any more."""
        self.store()
        self._closed = True

    def over(self, made: object) -> bool:
        """Something was `made` of it, which keeps it from now on; None: that failed, and it is still held."""
        self.store()
        if made is not None and not self._closed:
            drop(self._desk, self._name)
        return made is not None
