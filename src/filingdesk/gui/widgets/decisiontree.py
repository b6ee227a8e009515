"""A decision tree from top to bottom: forks, ends, and the way that was taken; to read, to walk with the keys, to click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from filingdesk.gui.theme import Size, color, ui_font

Way = Literal["taken", "possible", ""]
"""Whether the way leads here: surely, perhaps (an answer is missing), not."""

_ROW = 44
_BOX = 32
_INDENT = 38
_MARGIN = 6
_LEAST_BOX = 190
_MOST_BOX = 330


@dataclass(frozen=True)
class TreeRow:
    """One box. `edge`: 是 or 否, the answer that leads here; `answer`: what was answered at this fork; `parent`: row number."""

    id: str
    title: str
    depth: int
    parent: int
    edge: str
    way: Way
    end: bool = False
    due: bool = False
    answer: str = ""
    link: str = ""

    def spoken(self) -> str:
        """The box as a screen reader says it."""
        words = {"taken": "走到这里", "possible": "可能走到这里", "": "没有走到"}[self.way]
        return "，".join(
            part
            for part in (
                f"{self.edge}：{self.title}" if self.edge else self.title,
                f"回答{self.answer}" if self.answer else "",
                words,
            )
            if part
        )


class DecisionTree(QAbstractScrollArea):
    """The tree. ↑ ↓ walk, Enter or a click on a fork wants its question (`chosen` gives the row's `link`)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TreeRow, ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(_ROW)
        self.horizontalScrollBar().setSingleStep(_INDENT)

    def rows(self) -> tuple[TreeRow, ...]:
        """What is shown, from top to bottom."""
        return self._rows

    def show_rows(self, rows: Sequence[TreeRow], name: str) -> None:
        """Show another tree, or another way through it."""
        fresh = tuple(rows)
        self.setAccessibleName(name)
        if fresh == self._rows:
            return
        if len(fresh) != len(self._rows):
            self._at = 0
        self._rows = fresh
        self._speak()
        self._fit()
        self.viewport().update()

    def current(self) -> TreeRow | None:
        """The box the keys stand on."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    # Places

    def _box_width(self) -> int:
        deepest = max((row.depth for row in self._rows), default=0)
        room = self.viewport().width() - 2 * _MARGIN - deepest * _INDENT
        return min(max(room, _LEAST_BOX), _MOST_BOX)

    def _box(self, number: int) -> QRectF:
        row = self._rows[number]
        left = _MARGIN + row.depth * _INDENT - self.horizontalScrollBar().value()
        top = _MARGIN + number * _ROW - self.verticalScrollBar().value()
        return QRectF(left + 0.5, top + 0.5, self._box_width(), _BOX)

    def _content(self) -> QSize:
        deepest = max((row.depth for row in self._rows), default=0)
        return QSize(
            2 * _MARGIN + deepest * _INDENT + self._box_width(),
            2 * _MARGIN + max(len(self._rows) - 1, 0) * _ROW + _BOX + 1,
        )

    def _fit(self) -> None:
        size, view = self._content(), self.viewport().size()
        for bar, whole, seen in (
            (self.verticalScrollBar(), size.height(), view.height()),
            (self.horizontalScrollBar(), size.width(), view.width()),
        ):
            bar.setPageStep(seen)
            bar.setRange(0, max(whole - seen, 0))

    def sizeHint(self) -> QSize:
        return self._content()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        order = sorted(
            range(len(self._rows)), key=lambda n: ("", "possible", "taken").index(self._rows[n].way)
        )
        for number in order:  # the way that was taken lies on top
            self._paint_edge(painter, number)
        for number in range(len(self._rows)):
            if self._box(number).intersects(QRectF(self.viewport().rect())):
                self._paint_box(painter, number)

    def _pen(self, way: Way) -> QPen:
        if way == "taken":
            return QPen(color("accent"), 2.4)
        if way == "possible":
            return QPen(color("accent"), 1.6, Qt.PenStyle.DashLine)
        return QPen(color("control_border"), 1.2)

    def _paint_edge(self, painter: QPainter, number: int) -> None:
        row = self._rows[number]
        if row.parent < 0:
            return
        above, box = self._box(row.parent), self._box(number)
        x, y = above.left() + 10, box.center().y()
        path = QPainterPath(QPointF(x, above.bottom()))
        path.lineTo(x, y - 5)
        path.quadTo(x, y, x + 5, y)
        path.lineTo(box.left(), y)
        painter.setPen(self._pen(row.way))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        pill = QRectF(x + 5, y - 8.5, 18, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent" if row.way == "taken" else "surface"))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setFont(ui_font(11, bold=row.way == "taken"))
        painter.setPen(
            color("on_accent" if row.way == "taken" else "accent" if row.way == "possible" else "muted")
        )
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, row.edge)

    def _paint_box(self, painter: QPainter, number: int) -> None:
        row, box = self._rows[number], self._box(number)
        radius = box.height() / 2 if row.end else Size.RADIUS
        here = number == self._at and self.hasFocus()
        fill = "surface"
        if row.way == "taken":
            fill = "accent_soft" if not row.end else ("accent" if row.due else "track")
        painter.setBrush(color(fill))
        pen = self._pen(row.way)
        if row.end and not row.due and row.way == "taken":
            pen = QPen(color("secondary"), 1.6)
        if here:
            pen = QPen(color("focus_ring"), 3)
        painter.setPen(pen)
        painter.drawRoundedRect(box, radius, radius)
        inner = box.adjusted(12, 0, -12, 0)
        if row.answer:
            painter.setFont(ui_font(Size.SMALL, bold=row.way == "taken"))
            width = QFontMetrics(painter.font()).horizontalAdvance(row.answer) + 4
            painter.setPen(color("warning" if row.answer == "未定" else "accent"))
            painter.drawText(
                QRectF(inner.right() - width, inner.top(), width, inner.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                row.answer,
            )
            inner.setRight(inner.right() - width - 8)
        font = ui_font(bold=row.end and row.way == "taken")
        painter.setFont(font)
        ink = "text" if row.way else "muted"
        if row.end and row.way == "taken":
            ink = "on_accent" if row.due else "text"
        painter.setPen(color(ink))
        text = QFontMetrics(font).elidedText(row.title, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    # Walking

    def _speak(self) -> None:
        row = self.current()
        self.setAccessibleDescription(row.spoken() if row else "")

    def select(self, number: int) -> None:
        """Put the keys on a box and bring it into view."""
        if not self._rows:
            return
        self._at = min(max(number, 0), len(self._rows) - 1)
        box, view = self._box(self._at), self.viewport().rect()
        bar = self.verticalScrollBar()
        if box.top() < _MARGIN:
            bar.setValue(bar.value() + int(box.top()) - _MARGIN)
        elif box.bottom() > view.height() - _MARGIN:
            bar.setValue(bar.value() + int(box.bottom()) - view.height() + _MARGIN)
        across = self.horizontalScrollBar()
        if box.right() > view.width() or box.left() < 0:
            across.setValue(
                across.value() + int(min(box.right() - view.width() + _MARGIN, box.left() - _MARGIN))
            )
        self._speak()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(self.viewport().height() // _ROW - 1, 1)
        step = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._rows),
            Qt.Key.Key_End: len(self._rows),
        }.get(Qt.Key(event.key()))
        if step is not None:
            self.select(self._at + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._want(self._at)
        else:
            super().keyPressEvent(event)

    def _want(self, number: int) -> None:
        if number < len(self._rows) and self._rows[number].link:
            self.chosen.emit(self._rows[number].link)

    def _number_at(self, point: QPointF) -> int:
        return next((n for n in range(len(self._rows)) if self._box(n).contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position())
        if number >= 0:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.select(number)
            self._want(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position())
        leads = number >= 0 and bool(self._rows[number].link)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._number_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._rows[number].spoken() if number >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
