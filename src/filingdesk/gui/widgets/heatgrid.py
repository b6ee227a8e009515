"""A heat map in little squares: one for each paragraph, fuller and warmer the nearer it is to something else."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from filingdesk.gui.theme import color

CELL, GAP = 10, 2
TONES = ("blocker", "warning", "accent", "track")
FILLS = (1.0, 0.7, 0.4, 0.16)
"""How full a square is at each level: the level can be read without its colour."""


class HeatGrid(QWidget):
    """Squares in reading order, rows as wide as the widget. `picked` gives the number of the pressed square; arrow keys walk."""

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._levels: tuple[int, ...] = ()
        self._words: tuple[str, ...] = ()
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_levels(self, levels: Sequence[int], words: Sequence[str]) -> None:
        """`levels`: 0 the hottest … 3; `words` what each square says when asked."""
        self._levels, self._words, self._current = tuple(levels), tuple(words), -1
        self.setAccessibleName(f"{self._name}：{len(levels)} 段")
        self._fit()
        self.update()

    def set_current(self, number: int) -> None:
        """Frame one square; -1: none."""
        self._current = number
        self.update()

    def current(self) -> int:
        """The framed square, or -1."""
        return self._current

    def _columns(self, width: int) -> int:
        return max(1, (width + GAP) // (CELL + GAP))

    def _fit(self) -> None:
        """As high as the rows need at this width. A layout that asks for height by width would leave room for the narrowest."""
        rows = -(-len(self._levels) // self._columns(self.width()))
        self.setFixedHeight(max(1, rows) * (CELL + GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(CELL * 14, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(CELL * 8, CELL)

    def _rect(self, number: int) -> QRectF:
        row, column = divmod(number, self._columns(self.width()))
        return QRectF(column * (CELL + GAP), row * (CELL + GAP), CELL, CELL)

    def _at(self, x: float, y: float) -> int:
        column, row = int(x // (CELL + GAP)), int(y // (CELL + GAP))
        columns = self._columns(self.width())
        number = row * columns + column
        return number if 0 <= column < columns and 0 <= number < len(self._levels) else -1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, level in enumerate(self._levels):
            rect = self._rect(number)
            painter.fillRect(rect, color("row_hover"))
            height = CELL * FILLS[level]
            painter.fillRect(QRectF(rect.left(), rect.bottom() - height, CELL, height), color(TONES[level]))
        if 0 <= self._current < len(self._levels):
            painter.setPen(QPen(color("text"), 1.4))
            painter.drawRect(self._rect(self._current).adjusted(0, 0, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().x(), event.position().y())
        if number >= 0:
            self.set_current(number)
            self.picked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns(self.width())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._levels:
            super().keyPressEvent(event)
            return
        number = min(max(self._current + step, 0), len(self._levels) - 1)
        self.set_current(number)
        self.picked.emit(number)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self._words[number] if number >= 0 else "", self)
            return True
        return super().event(event)
