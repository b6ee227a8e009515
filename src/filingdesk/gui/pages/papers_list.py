"""The list of papers: grouped by filing, each with a chip that says how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from filingdesk.documents.paper import Paper
from filingdesk.domain.specs import STAGE_TITLES
from filingdesk.gui.theme import Size, color, ui_font
from filingdesk.services.papers import PaperStatus

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Line:
    """A line of the list: a heading (`paper` blank) or a paper with its chip."""

    title: str
    paper: str = ""
    chip: str = ""
    tone: str = "neutral"

    def spoken(self) -> str:
        """The line as a screen reader says it."""
        return f"{self.title} {self.chip}".strip()


def chip_of(status: PaperStatus) -> tuple[str, str]:
    """The chip of a paper and its tone: 缺 n 项, 有阻断, 改写待定, 可导出."""
    if status.fault:
        return "模板有误", "blocker"
    if status.gaps:
        return f"缺 {len(status.gaps)} 项", "blocker" if status.blockers else "warning"
    if status.blockers:
        return "有阻断", "blocker"
    if status.stale:
        return "改写待定", "warning"
    return "可导出", "done"


def lines_of(wanted: Sequence[Paper], statuses: Sequence[PaperStatus]) -> list[Line]:
    """Papers in their order under the titles of their filings; without a status yet the chip says so."""
    known = {status.id: status for status in statuses}
    lines: list[Line] = []
    for stage, title in STAGE_TITLES.items():
        papers = [paper for paper in wanted if paper.spec.stage == stage]
        if papers:
            lines.append(Line(title))
        for paper in papers:
            status = known.get(paper.id)
            chip, tone = chip_of(status) if status else ("统计中", "neutral")
            lines.append(Line(paper.title, paper.id, chip, tone))
    return lines


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        same = [line.paper for line in lines] == [line.paper for line in self.lines]
        if same:
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.lines[index.row()]
        return (
            Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
            if line.paper
            else Qt.ItemFlag.NoItemFlags
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken()
        if role == Qt.ItemDataRole.ToolTipRole and line.paper:
            return line.title
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        head = isinstance(model, _Model) and not model.lines[index.row()].paper
        return QSize(120, 32 if head else 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Model):
            return
        line = model.lines[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        if not line.paper:
            painter.setFont(ui_font(Size.SMALL))
            painter.setPen(color("muted"))
            painter.drawText(rect.adjusted(10, 4, -8, 0), middle, line.title)
            painter.restore()
            return
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            focus = chosen and state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QPen(color("accent"), 1) if focus else Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5), Size.RADIUS, Size.RADIUS)
        small = ui_font(Size.SMALL)
        width = QFontMetrics(small).horizontalAdvance(line.chip) + 18 if line.chip else 0
        chip = QRectF(rect.right() - width - 8, rect.center().y() - 10, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("hover" if line.tone == "neutral" else f"{line.tone}_soft"))
        if line.chip:
            painter.drawRoundedRect(chip, 11, 11)
        painter.setFont(small)
        painter.setPen(color("secondary" if line.tone == "neutral" else line.tone))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, line.chip)
        body = ui_font(bold=chosen)
        painter.setFont(body)
        painter.setPen(color("accent" if chosen else "text"))
        room = QRect(rect.x() + 10, rect.y(), int(chip.left()) - rect.x() - 20, rect.height())
        painter.drawText(
            room, middle, QFontMetrics(body).elidedText(line.title, Qt.TextElideMode.ElideRight, room.width())
        )
        painter.restore()


class PaperList(QListView):
    """The list; `picked` tells the id of the paper that is selected now."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("文书列表")
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._told = ""
        self.selectionModel().currentChanged.connect(lambda _now, _before: self._tell())

    def show_lines(self, lines: list[Line]) -> None:
        """Show these; the selected paper stays selected while it is there."""
        before = self.paper()
        self._model.show(lines)
        if not self.select(before):
            first = next((line.paper for line in lines if line.paper), "")
            if first:
                self.select(first)

    def lines(self) -> list[Line]:
        """What is shown."""
        return self._model.lines

    def line(self) -> Line | None:
        """The line that is selected."""
        index = self.currentIndex()
        return self._model.lines[index.row()] if index.isValid() else None

    def paper(self) -> str:
        """The id of the paper that is selected; blank when none is."""
        line = self.line()
        return line.paper if line else ""

    def select(self, paper: str) -> bool:
        """Select a paper; False when it is not in the list."""
        for row, line in enumerate(self._model.lines):
            if paper and line.paper == paper:
                self.setCurrentIndex(self._model.index(row))
                self._tell()
                return True
        return False

    def _tell(self) -> None:
        paper = self.paper()
        if paper and paper != self._told:
            self._told = paper
            self.picked.emit(paper)
