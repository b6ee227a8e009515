"""A strip of periods, one small square each: kept, missed, still open."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from filingdesk.gui.theme import color

_CELL = 14
_GAP = 4


@dataclass(frozen=True)
class Square:
    """A period: `done` something happened, `open` it has not ended yet; `words` say it all."""

    words: str
    done: bool
    open: bool = False


class PeriodStrip(QWidget):
    """The latest periods, as many as fit, the newest at the right."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._squares: Sequence[Square] = ()
        self.setFixedHeight(_CELL + 6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_periods(self, squares: Sequence[Square]) -> None:
        """Show these, oldest first."""
        self._squares = squares
        missed = sum(not square.done and not square.open for square in squares)
        self.setAccessibleName(f"{self._name}：共 {len(squares)} 期，{missed} 期没有更新")
        self.setAccessibleDescription("；".join(square.words for square in squares[-12:]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _CELL + 6)

    def _shown(self) -> Sequence[Square]:
        fits = max(1, (self.width() + _GAP) // (_CELL + _GAP))
        return self._squares[-fits:]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, square in enumerate(self._shown()):
            box = QRectF(place * (_CELL + _GAP) + 0.5, 3.5, _CELL - 1, _CELL - 1)
            tone = "done" if square.done else "control_border" if square.open else "blocker"
            painter.setPen(QPen(color(tone), 1))
            painter.setBrush(color(tone) if square.done else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 3, 3)
            if not square.done and not square.open:  # a shape beside the colour
                inside = box.adjusted(4, 4, -4, -4)
                painter.drawLine(inside.topLeft(), inside.bottomRight())
                painter.drawLine(inside.topRight(), inside.bottomLeft())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = event.pos().x() // (_CELL + _GAP)
            shown = self._shown()
            at: QPoint = event.globalPos()
            QToolTip.showText(at, shown[place].words if 0 <= place < len(shown) else "", self)
            return True
        return super().event(event)
