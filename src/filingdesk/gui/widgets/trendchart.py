"""A calm line chart of findings over time: a point for each day with a count, never one for a day without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from filingdesk.gui.theme import Size, color, figures, scaled, ui_font

HEIGHT = 168
_TOP, _BOTTOM, _LEFT, _RIGHT = 12, 24, 34, 74
_NEAR = 24
"""Pixels from which the mouse takes a point."""


@dataclass(frozen=True)
class TrendPoint:
    """One day: a value per line in the order of the lines' names; `mark`: something happened before it; `words`: all of it."""

    day: date
    values: tuple[int, ...]
    words: str
    mark: str = ""


@dataclass(frozen=True)
class TrendLine:
    """A line: its name, its palette colour, and the shape of its points (`dot` or `square`)."""

    name: str
    tone: str
    shape: str = "dot"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def nice_top(highest: int) -> int:
    """A round even number that is at least as high, for the top of the scale; the half of it is whole as well."""
    unit = 1
    while True:
        for step in (4, 6, 8, 10, 20):
            if highest <= step * unit:
                return step * unit
        unit *= 10


class TrendChart(QWidget):
    """The chart. Arrow keys and the mouse walk the days (`current_changed` tells which); Enter or a click picks one."""

    picked = Signal(object)
    """The day that was chosen, a date."""
    current_changed = Signal(object)
    """The point that is spoken of, or None."""

    def __init__(self, name: str, lines: Sequence[TrendLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._lines = tuple(lines)
        self._points: tuple[TrendPoint, ...] = ()
        self._current = -1
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_points(self, points: Sequence[TrendPoint]) -> None:
        """Show these, in the order of days."""
        self._points = tuple(points)
        self._current = -1
        told = "；".join(point.words for point in self._points[-12:])
        earlier = len(self._points) - 12
        self.setAccessibleName(
            f"{self._name}，{len(self._points)} 天"
            + (f"，最近 12 天：{told}" if earlier > 0 else f"：{told}")
        )
        self.update()

    def points(self) -> tuple[TrendPoint, ...]:
        """What is shown."""
        return self._points

    def current(self) -> TrendPoint | None:
        """The point that is spoken of."""
        return self._points[self._current] if 0 <= self._current < len(self._points) else None

    def sizeHint(self) -> QSize:
        return QSize(420, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    # Where things stand

    def _plot(self) -> QRectF:
        left, below = scaled(_LEFT), scaled(_BOTTOM)
        return QRectF(left, _TOP, max(self.width() - left - scaled(_RIGHT), 10), self.height() - _TOP - below)

    def _top_value(self) -> int:
        return nice_top(max((value for point in self._points for value in point.values), default=0))

    def _x(self, point: TrendPoint) -> float:
        plot, first = self._plot(), self._points[0].day
        span = (self._points[-1].day - first).days
        return plot.left() + plot.width() * ((point.day - first).days / span if span else 0.5)

    def _y(self, value: int) -> float:
        plot = self._plot()
        return plot.bottom() - plot.height() * value / self._top_value()

    def _at(self, x: float) -> int:
        if not self._points:
            return -1
        near = min(range(len(self._points)), key=lambda n: abs(self._x(self._points[n]) - x))
        return near if abs(self._x(self._points[near]) - x) <= _NEAR else -1

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_scale(painter)
        self._paint_marks(painter)
        point = self.current()
        if point is not None:
            painter.setPen(QPen(color("accent" if self.hasFocus() else "faint"), 1))
            x = self._x(point)
            painter.drawLine(QPointF(x, _TOP - 4), QPointF(x, self._plot().bottom()))
        for number, line in enumerate(self._lines):
            self._paint_line(painter, number, line)
        self._paint_names(painter)

    def _paint_scale(self, painter: QPainter) -> None:
        plot, top = self._plot(), self._top_value()
        painter.setFont(figures(ui_font(Size.SMALL)))
        for value in (0, top // 2, top):
            y = self._y(value)
            painter.setPen(QPen(color("border"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("muted"))
            box = QRectF(0, y - scaled(9), scaled(_LEFT) - 8, scaled(18))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))
        for point, box in self._dates():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _short(point.day))

    def _dates(self) -> list[tuple[TrendPoint, QRectF]]:
        """The first and the last day, each with the place of its words under the scale."""
        metrics, below = QFontMetrics(figures(ui_font(Size.SMALL))), self._plot().bottom() + 5
        ends = [self._points[0], self._points[-1]] if len(self._points) > 1 else [self._points[0]]
        found = []
        for point in ends:
            width = metrics.horizontalAdvance(_short(point.day)) + 4
            x = self._x(point)
            left = x - width / 2 if len(ends) == 1 else x - 2 if point is ends[0] else x - width + 2
            found.append((point, QRectF(left, below, width, scaled(18))))
        return found

    def _paint_marks(self, painter: QPainter) -> None:
        plot, taken = self._plot(), [box for _point, box in self._dates()]
        painter.setFont(ui_font(Size.SMALL))
        for point in self._points:
            if not point.mark:
                continue
            x = self._x(point)
            painter.setPen(QPen(color("faint"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            width = QFontMetrics(painter.font()).horizontalAdvance(point.mark) + 6
            left = min(max(x - width / 2, plot.left()), plot.right() - width)
            box = QRectF(left, plot.bottom() + 5, width, scaled(18))
            if not any(box.intersects(other) for other in taken):  # else only in the words of the point
                painter.setPen(color("muted"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, point.mark)
                taken.append(box)

    def _paint_line(self, painter: QPainter, number: int, line: TrendLine) -> None:
        spots = [QPointF(self._x(point), self._y(point.values[number])) for point in self._points]
        style = Qt.PenStyle.SolidLine if line.shape == "dot" else Qt.PenStyle.DashLine
        painter.setPen(QPen(color(line.tone), 1.6, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(spots))
        painter.setPen(QPen(color(line.tone), 1.6))
        for place, spot in enumerate(spots):
            radius = 4.4 if place == self._current else 3.0
            if line.shape == "dot":
                painter.setBrush(color(line.tone))
                painter.drawEllipse(spot, radius, radius)
            else:
                painter.setBrush(color("surface"))
                painter.drawRect(QRectF(spot.x() - radius, spot.y() - radius, 2 * radius, 2 * radius))

    def _paint_names(self, painter: QPainter) -> None:
        """The names stand at the ends of their lines, apart from one another."""
        last = self._points[-1]
        places = sorted((self._y(last.values[n]), n) for n in range(len(self._lines)))
        floor, left = -100.0, self._x(last) + 12
        painter.setFont(figures(ui_font(Size.SMALL, bold=True)))
        for y, number in places:
            y = max(y, floor + scaled(18))
            floor = y
            painter.setPen(color(self._lines[number].tone))
            words = f"{self._lines[number].name} {last.values[number]}"
            painter.drawText(
                QRectF(left, y - scaled(9), scaled(90), scaled(18)), Qt.AlignmentFlag.AlignVCenter, words
            )

    # Walking

    def _go(self, number: int) -> None:
        if number == self._current:
            return
        self._current = number
        point = self.current()
        self.setAccessibleDescription(point.words if point is not None else "")
        self.current_changed.emit(point)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._points) - 1
        here = self._current if self._current >= 0 else last + 1
        steps = {
            Qt.Key.Key_Left: max(here - 1, 0),
            Qt.Key.Key_Right: min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        point = self.current()
        if last < 0:
            super().keyPressEvent(event)
        elif key in steps:
            self._go(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and point is not None:
            self.picked.emit(point.day)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._go(len(self._points) - 1)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._go(-1)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().x())
        if number >= 0:
            self._go(number)
            self.picked.emit(self._points[number].day)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._go(-1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._points[number].words if number >= 0 else "", self)
            return True
        return super().event(event)
