"""Severity as colour and shape and word: a disc with a stroke blocks, a square reminds, a ring informs."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from filingdesk.gui.theme import color

WORDS = {"blocker": "阻断", "warning": "提醒", "info": "提示", "manual": "人工核查", "error": "规则出错"}
TONES = {
    "blocker": "blocker",
    "warning": "warning",
    "info": "accent",
    "manual": "secondary",
    "error": "blocker",
}
ORDER = ("blocker", "warning", "error", "manual", "info")


def paint_severity(painter: QPainter, rect: QRectF, severity: str) -> None:
    """Paint the mark of a severity (`blocker`, `warning`, `info`, `manual`, `error`) into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tone = color(TONES.get(severity, "secondary"))
    ink = color("on_accent")
    middle = rect.center()
    if severity == "blocker":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone)
        painter.drawEllipse(rect)
        _stroke_and_point(painter, middle, rect.height(), ink)
    elif severity == "warning":
        path = QPainterPath(QPointF(middle.x(), rect.top()))
        path.lineTo(rect.right(), rect.bottom() - rect.height() * 0.06)
        path.lineTo(rect.left(), rect.bottom() - rect.height() * 0.06)
        path.closeSubpath()
        painter.setPen(
            QPen(tone, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(tone)
        painter.drawPath(path)
        _stroke_and_point(
            painter, QPointF(middle.x(), middle.y() + rect.height() * 0.1), rect.height() * 0.8, ink
        )
    elif severity == "manual":
        painter.setPen(QPen(tone, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.8, 0.8, -0.8, -0.8), 3, 3)
        painter.setPen(QPen(tone, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        w = rect.width()
        painter.drawLine(
            QPointF(rect.left() + w * 0.28, middle.y()),
            QPointF(rect.left() + w * 0.45, middle.y() + w * 0.17),
        )
        painter.drawLine(
            QPointF(rect.left() + w * 0.45, middle.y() + w * 0.17),
            QPointF(rect.left() + w * 0.74, middle.y() - w * 0.18),
        )
    elif severity == "error":
        painter.setPen(QPen(tone, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        inner = rect.adjusted(2.5, 2.5, -2.5, -2.5)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    else:
        painter.setPen(QPen(tone, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(rect.adjusted(0.8, 0.8, -0.8, -0.8))
        painter.setPen(QPen(tone, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoint(QPointF(middle.x(), middle.y() - rect.height() * 0.22))
        painter.drawLine(
            QPointF(middle.x(), middle.y()), QPointF(middle.x(), middle.y() + rect.height() * 0.22)
        )
    painter.restore()


def _stroke_and_point(painter: QPainter, middle: QPointF, height: float, ink: object) -> None:
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))  # type: ignore[call-overload]
    painter.drawLine(
        QPointF(middle.x(), middle.y() - height * 0.24), QPointF(middle.x(), middle.y() + height * 0.06)
    )
    painter.drawPoint(QPointF(middle.x(), middle.y() + height * 0.25))


class SeverityMark(QWidget):
    """The mark as a widget; its word is its accessible name and tool tip."""

    def __init__(self, severity: str, size: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = severity
        self.setFixedSize(size, size)
        self.setAccessibleName(WORDS.get(severity, severity))
        self.setToolTip(WORDS.get(severity, severity))

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_severity(QPainter(self), QRectF(self.rect()), self._severity)
