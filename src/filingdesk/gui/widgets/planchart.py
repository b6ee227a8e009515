"""A work plan by weeks: one bar per task, a diamond for each step that others decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from filingdesk.gui.theme import Size, color, figures, ui_font

_HEAD = 26
_ROW = 26
_LEAST_WEEK = 26


@dataclass(frozen=True)
class PlanLine:
    """One line; weeks count from 1. `aside`: a quiet figure behind the title; a milestone is one point in time."""

    title: str
    first: int
    last: int
    aside: str = ""
    told: str = ""
    milestone: bool = False
    late: bool = False

    def spoken(self) -> str:
        """The line as a screen reader says it."""
        weeks = f"第 {self.first} 周" if self.first == self.last else f"第 {self.first} 至 {self.last} 周"
        return f"{weeks}：{self.title}{f'，{self.aside}' if self.aside else ''}"


class PlanChart(QWidget):
    """The chart; as high as it has lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[PlanLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def lines(self) -> tuple[PlanLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[PlanLine]) -> None:
        """Show another plan."""
        self._lines = tuple(lines)
        self.setFixedHeight(_HEAD + _ROW * len(self._lines) + 2)
        self.setAccessibleName("；".join(line.spoken() for line in self._lines))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, _HEAD + _ROW * len(self._lines) + 2)

    def _weeks(self) -> int:
        return max((line.last for line in self._lines), default=1)

    def _left(self) -> int:
        return max(int(self.width() * 0.44), self.width() - 560)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, weeks = self._left(), self._weeks()
        step = max(self.width() - left - 4, 1) / weeks
        small = figures(ui_font(Size.SMALL))
        painter.setFont(small)
        every = max(1, -(-_LEAST_WEEK // max(int(step), 1)))
        for week in range(weeks):
            x = left + step * week
            painter.setPen(QPen(color("border"), 1))
            painter.drawLine(QPointF(x, _HEAD - 4), QPointF(x, self.height()))
            if week % every == 0:
                painter.setPen(color("muted"))
                word = f"第 {week + 1} 周" if step * every > 52 else str(week + 1)
                painter.drawText(
                    QRectF(x + 4, 0, step * every, _HEAD - 6), Qt.AlignmentFlag.AlignVCenter, word
                )
        for number, line in enumerate(self._lines):
            self._paint_line(painter, line, _HEAD + number * _ROW, left, step)

    def _paint_line(self, painter: QPainter, line: PlanLine, top: int, left: int, step: float) -> None:
        painter.setFont(figures(ui_font(Size.SMALL)))
        width = QFontMetrics(painter.font()).horizontalAdvance(line.aside)
        painter.setPen(color("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(left - width - 14, top, width + 2, _ROW), middle, line.aside)
        font = ui_font(bold=line.milestone)
        painter.setFont(font)
        painter.setPen(color("text"))
        room = left - width - 26
        painter.drawText(
            QRect(0, top, room, _ROW),
            middle,
            QFontMetrics(font).elidedText(line.title, Qt.TextElideMode.ElideRight, room),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        y = top + _ROW / 2
        if line.milestone:
            x = left + step * (line.first - 1) + 7
            painter.setBrush(color("blocker" if line.late else "warning"))
            painter.drawPolygon(
                QPolygonF([QPointF(x, y - 7), QPointF(x + 7, y), QPointF(x, y + 7), QPointF(x - 7, y)])
            )
            return
        painter.setBrush(color("accent"))
        start, end = left + step * (line.first - 1), left + step * line.last
        painter.drawRoundedRect(QRectF(start + 2, y - 5, max(end - start - 4, 6), 10), 4, 4)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = (event.pos().y() - _HEAD) // _ROW
            inside = 0 <= number < len(self._lines) and event.pos().y() >= _HEAD
            told = self._lines[number] if inside else None
            QToolTip.showText(event.globalPos(), f"{told.title}\n{told.told}".strip() if told else "", self)
            return True
        return super().event(event)
