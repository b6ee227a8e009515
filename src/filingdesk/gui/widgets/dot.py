"""The progress dot: empty ring, partly filled pie, full disc; its shape alone tells the state."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from filingdesk.gui.theme import color


def paint_dot(
    painter: QPainter, rect: QRectF, fraction: float | None, *, complete: bool | None = None
) -> None:
    """Paint a dot into a square. `fraction` 0..1 (None: nothing to count); `complete` overrides `fraction >= 1`."""
    done = fraction is not None and fraction >= 1 if complete is None else complete
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if done:
        painter.setBrush(color("done"))
        painter.drawEllipse(rect)
    elif not fraction:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("control_border"), 1.5))
        painter.drawEllipse(rect.adjusted(0.75, 0.75, -0.75, -0.75))
    else:
        painter.setPen(QPen(color("accent"), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(rect.adjusted(0.9, 0.9, -0.9, -0.9))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        span = -round(360 * 16 * min(max(fraction, 0.12), 0.86))
        painter.drawPie(rect.adjusted(1.5, 1.5, -1.5, -1.5), 90 * 16, span)
    painter.restore()


def progress_words(fraction: float | None) -> str:
    """The same in words, for accessible names."""
    if fraction is None:
        return "无需填写"
    if fraction >= 1:
        return "已填完"
    return f"已填 {round(fraction * 100)}%" if fraction else "未开始"


class ProgressDot(QWidget):
    """A dot of a fixed size."""

    def __init__(self, fraction: float | None = 0.0, size: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction = fraction
        self._size = size
        self.setFixedSize(size, size)
        self.set_fraction(fraction)

    def set_fraction(self, fraction: float | None) -> None:
        """0..1, or None when there is nothing to count."""
        self._fraction = fraction
        self.setAccessibleName(progress_words(fraction))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, QRectF(self.rect()), self._fraction)
