"""The one kind of dialog: one default button, in the primary colour whoever has the focus; Enter on another button is that button."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.boxes import ask, question_box
from filingdesk.gui.widgets.labels import label, set_look

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Dialog(QDialog):
    """A dialog of this window. The default button is the one that was made so, else the one in the primary look, else the only
    button there is. Left to itself, Qt gives the part of the default to whichever button has the focus, or to 取消 while the
    other one cannot be pressed."""

    asks_before_leaving = False
    """Whether much is written here, so that Esc first asks; what a project holds for its dialogs needs no question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_words: list[str] | None = None

    def answers(
        self, yes: str, act: Callable[[], object] | None = None, no: str = "取消"
    ) -> tuple[QDialogButtonBox, QPushButton]:
        """The row of buttons at the bottom and the one that says yes, which is the default; `act` where it does more than accept.
        Which of them stands left is the platform's custom, so nobody places them by hand."""
        row = QDialogButtonBox()
        confirm = row.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
        confirm.setDefault(True)
        row.addButton(no, QDialogButtonBox.ButtonRole.RejectRole)
        row.accepted.connect(act or self.accept)
        row.rejected.connect(self.reject)
        return row, confirm

    def primary(self) -> QPushButton | None:
        """The button that Enter presses from a field; None when there is nothing to confirm."""
        buttons = self._buttons()
        named = [button for button in buttons if button.isDefault()]
        looked = [button for button in buttons if button.property("role") == "primary"]
        plain = [button for button in buttons if button.property("role") != "link"]
        alone = plain if len(plain) == 1 else []
        return next(iter([*named, *looked, *alone]), None)

    def _buttons(self) -> list[QPushButton]:
        return [button for button in self.findChildren(QPushButton) if button.window() is self]

    def settle_buttons(self) -> None:
        """Make exactly one button the default; for buttons that were added while the dialog is shown."""
        primary = self.primary()
        for button in self._buttons():
            if button is primary:
                button.setAutoDefault(True)
                button.setDefault(False)  # said before it stood in the dialog, the dialog does not know of it
                button.setDefault(True)
                set_look(button, role="primary")
            else:
                button.setAutoDefault(False)
                if button.property("role") == "primary":
                    set_look(button, role="")

    def _words(self) -> list[str]:
        lines = [line.text() for line in self.findChildren(QLineEdit)]
        return [*lines, *(text.toPlainText() for text in self.findChildren(QPlainTextEdit))]

    def note_words(self) -> None:
        """What is written from here on is what leaving would lose."""
        self._first_words = self._words()

    def say_first(self, text: str) -> None:
        """A sentence below the title."""
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(1, label(text, "secondary", wrap=True, parent=self))

    def reject(self) -> None:
        if not self.asks_before_leaving or self._words() == self._first_words:
            super().reject()
            return
        text = "写的内容还没有保存。"
        box, leave = question_box(
            self, self.windowTitle(), text, "关闭后找不回来。", go="放弃", stay="接着写", harm=True
        )
        ask(box, leave, super().reject)

    def showEvent(self, event: QShowEvent) -> None:
        self.settle_buttons()
        if self._first_words is None:
            self.note_words()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        with_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        focus = QApplication.focusWidget()
        if event.key() in _ENTER and plain and isinstance(focus, QPushButton) and focus.window() is self:
            focus.click()
            return
        primary = self.primary() if event.key() in _ENTER and with_ctrl else None
        if primary is not None:  # from a text of many lines, where Enter is a new line
            if primary.isEnabled() and primary.isVisible():
                primary.click()
            return
        super().keyPressEvent(event)
