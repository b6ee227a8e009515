"""Bars: how much there is, with a mark where the requirement stands."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from filingdesk.gui.theme import color


class MarkedBar(QWidget):
    """A bar of `value` against `required`; the bar is green from the mark on, red below it, blue when nothing is required.

    With a requirement the scale runs to twice the requirement, so the marks of several bars stand in one column.
    """

    def __init__(
        self, value: float = 0, required: float | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._value = value
        self._required = required
        self._maximum = 1.0
        self._tone = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)
        self.setFixedHeight(14)
        self.set_value(value, required)

    def set_value(
        self, value: float, required: float | None = None, *, maximum: float = 1.0, tone: str = ""
    ) -> None:
        """`tone` names a palette colour and overrides the one that follows from the requirement."""
        self._value, self._required, self._maximum, self._tone = value, required, maximum, tone
        if required is None:
            self.setAccessibleName(f"{round(100 * value / maximum) if maximum else 0}%")
        else:
            met = "达到" if value >= required else "不足"
            self.setAccessibleName(f"{value:g}，要求 {required:g},{met}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 14)

    def _fraction(self) -> float:
        top = 2 * self._required if self._required else self._maximum
        return min(max(self._value / top, 0.0), 1.0) if top else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = 6.0
        track = QRectF(0, (self.height() - height) / 2, self.width(), height)
        painter.setBrush(color("track"))
        painter.drawRoundedRect(track, 3, 3)
        fraction = self._fraction()
        if fraction > 0:
            if self._tone:
                tone = self._tone
            elif self._required is None:
                tone = "done" if fraction >= 1 else "accent"
            else:
                tone = "done" if self._value >= self._required else "blocker"
            painter.setBrush(color(tone))
            painter.drawRoundedRect(
                QRectF(track.x(), track.y(), max(track.width() * fraction, 6), height), 3, 3
            )
        if self._required:
            painter.setBrush(color("secondary"))
            painter.drawRect(QRectF(self.width() / 2 - 0.5, 0, 1.2, self.height()))
