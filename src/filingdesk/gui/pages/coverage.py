"""How well every risk is covered: a compact list of bars with the required mark, in one or two columns."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from filingdesk.gui.theme import Size, color, figures, scaled, ui_font
from filingdesk.services.checking import RiskRow

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = 23
TWO_COLUMNS_FROM = 470
GAP = 20
BAR = 46
INSET = 6
_FIGURE = 60


def spoken(row: RiskRow) -> str:
    """A row as a screen reader says it."""
    name = row.id if row.id == row.name else f"{row.id} {row.name}"
    if row.minimum is None:
        return f"{name}：{row.count}"
    return f"{name}：{row.count}，要求 {row.minimum}，{'达到' if row.ok else '不足'}"


def _figures(row: RiskRow) -> str:
    return f"{row.count:,}" + (f" / {row.minimum:,}" if row.minimum is not None else "")


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[RiskRow] = ()

    def show(self, rows: Sequence[RiskRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return spoken(self.rows[index.row()])
        return None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Model):
            return
        row = model.rows[index.row()]
        view = self.parent()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if (
            isinstance(view, CoverageView)
            and view.columns() == 2
            and rect.x() < view.viewport().width() // 2 - GAP
        ):
            rect = rect.adjusted(0, 0, -GAP, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = state & QStyle.StateFlag.State_HasFocus
        if state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QPen(color("accent"), 1) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(color("row_hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(-5.5, 1.5, 5.5, -1.5), 4, 4)
        small = ui_font(Size.SMALL)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        middle = Qt.AlignmentFlag.AlignVCenter
        left = rect.x()
        if row.id != row.name:
            painter.setPen(color("secondary"))
            painter.drawText(QRect(left, rect.y(), scaled(38), rect.height()), middle, row.id)
            left += scaled(38)
        figure = _figures(row)
        width = max(_FIGURE, metrics.horizontalAdvance(figure) + 10)
        bar_width = max(BAR, int((rect.width() - width) * (0.24 if row.id != row.name else 0.55)))
        bar = QRectF(rect.right() - width - bar_width, rect.center().y() - 2.5, bar_width, 6)
        name = QRect(left, rect.y(), int(bar.left()) - left - 10, rect.height())
        painter.setPen(color("text"))
        painter.drawText(
            name, middle, metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, name.width())
        )
        paint_bar(painter, bar, row)
        painter.setFont(figures(small))
        painter.setPen(color("blocker" if row.ok is False else "text"))
        painter.drawText(
            QRect(rect.right() - width, rect.y(), width, rect.height()),
            middle | Qt.AlignmentFlag.AlignRight,
            figure,
        )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)


def paint_bar(painter: QPainter, bar: QRectF, row: RiskRow) -> None:
    """The bar runs to twice the requirement, so that the marks stand in one column."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("track"))
    painter.drawRoundedRect(bar, 3, 3)
    top = 2 * row.minimum if row.minimum else max(row.count, 1)
    fraction = min(row.count / top, 1.0)
    if fraction > 0:
        painter.setBrush(color("accent" if row.ok is None else "done" if row.ok else "blocker"))
        painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(bar.width() * fraction, 6), bar.height()), 3, 3)
    if row.minimum:
        painter.setBrush(color("secondary"))
        painter.drawRect(QRectF(bar.center().x() - 0.5, bar.y() - 4, 1.2, bar.height() + 8))


class CoverageView(QListView):
    """The list; `chosen` tells the id of the row that was clicked or entered."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSpacing(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setViewportMargins(INSET, 0, INSET, 0)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def show_rows(self, rows: Sequence[RiskRow]) -> None:
        """Show these."""
        if tuple(rows) != tuple(self._model.rows):
            self._model.show(tuple(rows))
            self._fit()

    def rows(self) -> Sequence[RiskRow]:
        """What is shown."""
        return self._model.rows

    def select(self, risk: str) -> None:
        """Put the cursor on a row."""
        for number, row in enumerate(self._model.rows):
            if row.id == risk:
                self.setCurrentIndex(self._model.index(number))

    def whole(self) -> int:
        """The width of a column in which no name is cut."""
        metrics = QFontMetrics(ui_font(Size.SMALL))
        names = max((metrics.horizontalAdvance(row.name) for row in self._model.rows), default=0)
        figure = max((metrics.horizontalAdvance(_figures(row)) + 10 for row in self._model.rows), default=0)
        return scaled(38) + names + 10 + BAR + max(_FIGURE, figure)

    def columns(self) -> int:
        """One column or two, as the width allows."""
        return 2 if self.viewport().width() >= TWO_COLUMNS_FROM and len(self._model.rows) > 4 else 1

    def _fit(self) -> None:
        columns = self.columns()
        lines = -(-len(self._model.rows) // columns)
        # A frame must not take the room of the last line: it would stand in a column that nobody sees.
        self.setFixedHeight(max(lines * ROW, ROW) + 2 + 2 * self.frameWidth())
        width = max(self.viewport().width() // columns, 40)
        grid = QSize(width - (0 if columns == 2 else 1), ROW)
        if self.gridSize() != grid:
            self.setGridSize(grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.rows[index.row()].id)
