"""Stores what is typed while it is typed: half a second after its first key, whether or not there is a pause."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QPlainTextEdit

from filingdesk.domain.errors import UserError
from filingdesk.gui.desk import Desk
from filingdesk.gui.widgets.dialog import Dialog
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
    """Keeps what is typed into a dialog until something was made of it (`over`), and puts it back the next time: also when the
    program was killed. `read` gives all of it as one text, `write` puts such a text into the dialog (`ValueError`: it is none);
    `base` is what it was typed over, when that is more, or less, than what the dialog begins with."""

    def __init__(
        self,
        parent: QObject,
        desk: Desk,
        name: str,
        read: Callable[[], str],
        write: Callable[[str], object],
        base: str | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._desk, self._name = read, desk, name
        self._first = read()
        self._base = self._first if base is None else base
        self.restored = False
        found = typed.held(desk.session, name, self._base)
        if found is not None:
            with suppress(ValueError):  # another edition of the program may ask for other things
                write(found)
                self.restored = True
        self._closed = False
        desk.closing.connect(self._close)

    def store(self) -> None:
        """Keep what stands there now."""
        if not self._closed:
            now = self._read()
            hold(self._desk, self._name, self._base, self._base if now == self._first else now)

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


class HeldText(Held):
    """Holds the text of a dialog that has one; Esc keeps it, too."""

    def __init__(self, edit: QPlainTextEdit, desk: Desk, name: str) -> None:
        super().__init__(edit, desk, name, edit.toPlainText, edit.setPlainText)
        self._storing = Storing(self.store, self)
        edit.textChanged.connect(self._storing.typed)

    def store(self) -> None:
        self._storing.stop()
        super().store()


class HeldForm(Held):
    """Holds all that a dialog asks for, looked at twice a second while it is open; who leaves it by Esc gives it up."""

    def __init__(
        self,
        dialog: Dialog,
        desk: Desk,
        name: str,
        read: Callable[[], str],
        write: Callable[[str], object],
        base: str,
    ) -> None:
        dialog.note_words()
        super().__init__(dialog, desk, name, read, write, base)
        if self.restored:
            dialog.say_first("上次没有写完的内容已放回来。不想要了，按取消后选“放弃”。")
        self._look = QTimer(self)
        self._look.setInterval(LATEST_MS)
        self._look.timeout.connect(self.store)
        self._look.start()
        dialog.finished.connect(self._finished)

    def _finished(self, code: int) -> None:
        self._look.stop()
        if code == QDialog.DialogCode.Rejected and not self._closed:
            drop(self._desk, self._name)
