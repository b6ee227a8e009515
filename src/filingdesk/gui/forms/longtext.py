"""The editor of several paragraphs: grows with its text, counts its characters."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.widgets.labels import label


class GrowingText(QPlainTextEdit):
    """Several paragraphs; as high as its text needs, between three and sixteen lines. Tab leaves the field."""

    left = Signal()
    entered = Signal()
    MIN_LINES, MAX_LINES = 3, 16

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def _fit(self) -> None:
        lines = max(self.MIN_LINES, min(int(self.document().size().height()), self.MAX_LINES))
        height = lines * QFontMetrics(self.font()).lineSpacing() + 22
        if height != self.height():
            self.setFixedHeight(height)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return False
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A form is scrolled with the wheel; a text without the focus must not catch it.
        if self.hasFocus() and self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class TextEditor(Editor):
    """Several paragraphs with a line that counts the characters."""

    stretches = True

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self.text = GrowingText()
        self.text.textChanged.connect(self._changed)
        self.text.left.connect(self.finished)
        self.text.entered.connect(self.focused)
        column.addWidget(self.text)
        self._line = label("", "muted")
        column.addWidget(self._line)
        self._usage = ""
        self._showing = False
        self._count()
        self.setFocusProxy(self.text)

    def value(self) -> str:
        return self.text.toPlainText()

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "\n".join(value)
        if text == self.text.toPlainText():
            return
        self._showing = True
        place = self.text.textCursor().position()
        self.text.setPlainText(text)
        cursor = self.text.textCursor()
        cursor.setPosition(min(place, len(text)) if self.text.hasFocus() else 0)
        self.text.setTextCursor(cursor)
        self._showing = False
        self._count()

    def target(self) -> QWidget:
        return self.text

    def set_read_only(self, read_only: bool) -> None:
        self.text.setReadOnly(read_only)

    def set_usage(self, text: str) -> None:
        self._usage = text
        self._count()

    def count_line(self) -> str:
        """The words under the text."""
        return self._line.text()

    def _changed(self) -> None:
        if not self._showing:
            self._count()
            self.edited.emit()

    def _count(self) -> None:
        count = sum(not char.isspace() for char in self.text.toPlainText())
        parts = [f"{count} 字 · 未公布字数上限，以系统提示为准"] if count else []
        if self._usage:
            parts.append(self._usage)
        self._line.setText(" · ".join(parts))
        self._line.setVisible(bool(parts))
