"""The matrix as a table: facts down, materials across, each cell a mark and a word."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from filingdesk.gui.icons import paint_icon
from filingdesk.gui.theme import Size, color, colors, ui_font
from filingdesk.gui.widgets.severity import paint_severity
from filingdesk.materials.expected import Expectation
from filingdesk.services.consistency import STATE_WORDS, ConsistencyReport, FileResult

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
COLUMN_WIDTH, ROW_HEIGHT, HEAD_HEIGHT, SIDE_WIDTH = 104, 44, 58, 236
STATE = int(Qt.ItemDataRole.UserRole)


class MatrixModel(QAbstractTableModel):
    """Rows of facts and columns of readable files of one report."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.report: ConsistencyReport | None = None
        self.rows: Sequence[Expectation] = ()
        self.files: Sequence[FileResult] = ()

    def show(
        self, report: ConsistencyReport, rows: Sequence[Expectation], files: Sequence[FileResult]
    ) -> None:
        """Show these rows and columns of a report."""
        self.beginResetModel()
        self.report, self.rows, self.files = report, rows, files
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.files)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.files):
            source = self.files[section].source
            if role == Qt.ItemDataRole.DisplayRole:
                return source.name
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{source.name}\n{source.where}"
        if orientation == Qt.Orientation.Vertical and section < len(self.rows):
            row = self.rows[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return f"{row.title}\n{row.shown}"
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{row.title}\n填报的内容：{row.shown}"
        return None

    def state(self, index: Index) -> str:
        """The state of a cell."""
        if self.report is None:
            return "absent"
        return self.report.state(self.rows[index.row()], self.files[index.column()])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        state = self.state(index)
        if role == STATE:
            return state
        if role == Qt.ItemDataRole.DisplayRole:
            return STATE_WORDS[state]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row, file = self.rows[index.row()], self.files[index.column()]
            return f"{row.title}，{file.source.name}：{STATE_WORDS[state]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            places = self.files[index.column()].cells[self.rows[index.row()].key].places
            words = [f"{p.where}：{p.found}" for p in places[:4]]
            return "\n".join([STATE_WORDS[state], *words])
        return None


class _Cells(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(COLUMN_WIDTH, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state: str = index.data(STATE)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        flags: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(rect).adjusted(3, 3, -3, -3)
        ground = {"conflict": "blocker_soft", "unread": "warning_soft"}.get(state)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(ground))
            painter.drawRoundedRect(inner, Size.RADIUS, Size.RADIUS)
        if flags & QStyle.StateFlag.State_Selected:
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner, Size.RADIUS, Size.RADIUS)
        tone = {"conflict": "blocker", "same": "done", "unread": "warning", "absent": "muted"}.get(
            state, "muted"
        )
        font = ui_font(Size.SMALL)
        painter.setFont(font)
        word = STATE_WORDS[state]
        width = 14 + 5 + QFontMetrics(font).horizontalAdvance(word)
        left = rect.center().x() - width / 2
        box = QRectF(left, rect.center().y() - 6.5, 14, 14)
        if state == "conflict":
            paint_severity(painter, box, "blocker")
        elif state == "unread":
            paint_severity(painter, box, "warning")
        elif state == "same":
            paint_icon(painter, box, "check", colors().done)
        else:
            painter.setPen(color("faint"))
            painter.drawLine(
                int(left + 3),
                rect.center().y(),
                int(left + 11 if state == "absent" else left + 6),
                rect.center().y(),
            )
        painter.setPen(color(tone))
        area = QRectF(left + 19, rect.y(), width, rect.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
        painter.restore()


class _Heads(QHeaderView):
    """File names in up to three short lines; facts as title and value."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(COLUMN_WIDTH if orientation == Qt.Orientation.Horizontal else ROW_HEIGHT)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        if orientation == Qt.Orientation.Vertical:
            self.setFixedWidth(SIDE_WIDTH)
        else:
            self.setFixedHeight(HEAD_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        text = str(self.model().headerData(logical, self.orientation()) or "")
        painter.save()
        painter.fillRect(rect, color("surface"))
        painter.setPen(color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self.orientation() == Qt.Orientation.Vertical:
            title, _, value = text.partition("\n")
            self._lines(painter, rect.adjusted(8, 5, -8, -4), title, value)
        else:
            font = ui_font(Size.SMALL)
            painter.setFont(font)
            painter.setPen(color("secondary"))
            area = rect.adjusted(6, 4, -6, -4)
            shown = _folded(text, QFontMetrics(font), area.width(), 3)
            painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter, shown)
        painter.restore()

    @staticmethod
    def _lines(painter: QPainter, area: QRect, title: str, value: str) -> None:
        half = area.height() // 2
        for n, (text, font, tone) in enumerate(
            ((title, ui_font(), "text"), (value, ui_font(Size.SMALL), "muted"))
        ):
            painter.setFont(font)
            painter.setPen(color(tone))
            line = QRect(area.x(), area.y() + n * half, area.width(), half)
            shown = QFontMetrics(font).elidedText(
                " ".join(text.split()), Qt.TextElideMode.ElideRight, line.width()
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _folded(text: str, metrics: QFontMetrics, width: int, lines: int) -> str:
    """The text in at most so many lines; what does not fit is cut in the middle of the last, so that the ending stays."""
    rest = text
    folded: list[str] = []
    while rest and len(folded) < lines - 1:
        cut = len(rest)
        while cut > 1 and metrics.horizontalAdvance(rest[:cut]) > width:
            cut -= 1
        folded.append(rest[:cut])
        rest = rest[cut:]
    if rest:
        folded.append(metrics.elidedText(rest, Qt.TextElideMode.ElideMiddle, width))
    return "\n".join(folded)


class MatrixView(QTableView):
    """The table; `picked` tells which cell is current."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = MatrixModel(self)
        self.setModel(self.matrix)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalHeader(_Heads(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Heads(Qt.Orientation.Vertical, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("核对表：左边是事实，上边是文书和文件")
        self.selectionModel().currentChanged.connect(lambda now, _before: self.picked.emit(now))

    def show_report(
        self, report: ConsistencyReport, rows: Sequence[Expectation], files: Sequence[FileResult]
    ) -> None:
        """Show these rows and columns and go to the first contradiction, or to the first cell."""
        self.matrix.show(report, rows, files)
        cells = (
            self.matrix.index(r, c)
            for r in range(len(rows))
            for c in range(len(files))
            if report.state(rows[r], files[c]) == "conflict"
        )
        first = next(cells, self.matrix.index(0, 0))
        if first.isValid():
            self.setCurrentIndex(first)
            self.scrollTo(first, QAbstractItemView.ScrollHint.EnsureVisible)
        self.picked.emit(first)
        # What is told beside the table makes it narrower: the cell must still be seen whole.
        QTimer.singleShot(0, self, self._show_current)

    def _show_current(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)
