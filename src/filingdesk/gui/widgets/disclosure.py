"""A line that opens: a head to click or to press Enter on, and a body that is made when it is first opened."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.gui.icons import paint_icon
from filingdesk.gui.theme import Space, colors


class _Head(QFrame):
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "recordHead")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class _Arrow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._open = False
        self.setFixedSize(14, 14)

    def show_open(self, wanted: bool) -> None:
        self._open = wanted
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        name = "chevron-down" if self._open else "chevron-right"
        paint_icon(QPainter(self), QRectF(self.rect()), name, colors().secondary)


class Disclosure(QWidget):
    """The line. Put what the head shows into `head_row`; `fill` builds the body."""

    def __init__(self, name: str, fill: Callable[[QVBoxLayout], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = _Head()
        self.head.pressed.connect(lambda: self.set_open(not self.is_open()))
        self.head_row = QHBoxLayout(self.head)
        self.head_row.setContentsMargins(Space.XXS, Space.XXS, Space.XXS, Space.XXS)
        self.head_row.setSpacing(Space.XS)
        self._arrow = _Arrow()
        self.head_row.addWidget(self._arrow)
        column.addWidget(self.head)
        self._body: QWidget | None = None
        self._column = column
        self._show_arrow()

    def is_open(self) -> bool:
        """Is the body shown?"""
        return self._body is not None and not self._body.isHidden()

    def set_open(self, wanted: bool) -> None:
        """Open or close."""
        if wanted and self._body is None:
            self._body = QWidget(self)
            body = QVBoxLayout(self._body)
            body.setContentsMargins(Space.XL, Space.XXS, 0, Space.XS)
            body.setSpacing(Space.XXS)
            self._fill(body)
            self._column.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(wanted)
        self._show_arrow()

    def _show_arrow(self) -> None:
        self._arrow.show_open(self.is_open())
        self.head.setAccessibleName(f"{self._name}，{'已展开' if self.is_open() else '已收起'}")
