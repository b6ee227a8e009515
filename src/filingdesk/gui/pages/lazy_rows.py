"""Tables over lists of any length: rows are read page by page in jobs, only those that are looked at."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.theme import Size, color, figures, ui_font

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
PAGE = 200
KEPT_PAGES = 60
WAITING = "…"
NO_INDEX = QModelIndex()
_TEXT_ROLES = frozenset(
    (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
)


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column: its title, the text of a row in it, its width in pixels (0 = takes what is left).

    `number`: figures that people compare, standing at the right. `tone` names the palette colour of a row's text
    ("" = the usual one).
    """

    title: str
    text: Callable[[R], str]
    width: int = 0
    number: bool = False
    tone: Callable[[R], str] | None = None

    def align(self) -> Qt.AlignmentFlag:
        """Where the text stands in its cell."""
        side = Qt.AlignmentFlag.AlignRight if self.number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class _Columns(QAbstractTableModel, Generic[R]):
    """Rows of which every column knows how to show one."""

    def __init__(self, columns: Sequence[Column[R]], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._columns[section].align()
        return None


class LazyRows(_Columns[R]):
    """Rows of a list that may have millions; what is not read yet shows as `…`.

    `show` begins anew with other rows; `counted` tells how many there are once that is known. An answer that comes
    after the next `show` is dropped.
    """

    counted = Signal(int)

    def __init__(self, desk: Desk, columns: Sequence[Column[R]], parent: QWidget) -> None:
        super().__init__(columns, parent)
        self._desk = desk
        self._total = 0
        self._generation = 0
        self._pages: OrderedDict[int, Sequence[R]] = OrderedDict()
        self._wanted: list[int] = []
        self._reading = False
        self._read: Callable[[int, int], Sequence[R]] = lambda _offset, _limit: ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._fetch)

    def show(self, count: Callable[[], int], read: Callable[[int, int], Sequence[R]]) -> None:
        """Other rows: `count` and `read(offset, limit)` run in a job."""
        self._generation += 1
        generation = self._generation

        def job(_cancel: Cancel, _report: Report) -> tuple[int, Sequence[R]]:
            return count(), read(0, PAGE)

        def done(found: tuple[int, Sequence[R]]) -> None:
            if generation == self._generation:
                self.beginResetModel()
                self._total, first = found
                self._read = read
                self._pages = OrderedDict({0: first})
                self._wanted = []
                self.endResetModel()
                self.counted.emit(self._total)

        self._desk.jobs.start(job, on_done=done, on_error=self._desk.failed.emit)

    def record(self, row: int) -> R | None:
        """A row when it has been read."""
        page = self._pages.get(row // PAGE)
        place = row % PAGE
        return page[place] if page is not None and place < len(page) else None

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _TEXT_ROLES:
            return _look(self._columns[index.column()], self.record(index.row()), role)
        record = self.record(index.row())
        if record is None:
            self._ask(index.row() // PAGE)
            return None if role == Qt.ItemDataRole.ToolTipRole else WAITING
        text = self._columns[index.column()].text(record)
        if role == Qt.ItemDataRole.ToolTipRole:
            return text if len(text) > 12 else None
        return " ".join(text[:400].split())

    def _ask(self, page: int) -> None:
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted.append(page)
        if not self._reading:
            self._soon.start()

    def _fetch(self) -> None:
        # Whoever drags the bar through a million rows leaves pages behind that nobody looks at any more.
        pages, self._wanted = self._wanted[-2:], []
        if self._reading or not pages:
            return
        generation, read = self._generation, self._read
        self._reading = True

        def job(cancel: Cancel, _report: Report) -> dict[int, Sequence[R]]:
            found = {}
            for page in pages:
                cancel.check()
                found[page] = read(page * PAGE, PAGE)
            return found

        def done(found: dict[int, Sequence[R]]) -> None:
            self._reading = False
            if generation == self._generation:
                self._keep(found)
            if self._wanted:
                self._soon.start()

        def failed(error: BaseException) -> None:
            self._reading = False
            self._desk.failed.emit(error)

        self._desk.jobs.start(job, on_done=done, on_error=failed)

    def _keep(self, found: dict[int, Sequence[R]]) -> None:
        for page, rows in found.items():
            self._pages[page] = rows
            self._pages.move_to_end(page)
            last = min((page + 1) * PAGE, self._total) - 1
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, len(self._columns) - 1), [0])
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)


def _look(column: Column[Any], record: Any, role: int) -> Any:
    """How a cell looks."""
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return column.align()
    if role == Qt.ItemDataRole.FontRole and column.number:
        return figures(ui_font())
    if role == Qt.ItemDataRole.ForegroundRole and column.tone is not None and record is not None:
        tone = column.tone(record)
        return color(tone) if tone else None
    return None


class PlainRows(_Columns[R]):
    """Rows that are all in memory already, shown through the same columns."""

    def __init__(self, columns: Sequence[Column[R]], parent: QWidget) -> None:
        super().__init__(columns, parent)
        self.rows: Sequence[R] = ()

    def show(self, rows: Sequence[R]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self._columns[index.column()], self.rows[index.row()]
        if role not in _TEXT_ROLES:
            return _look(column, row, role)
        text = column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return text if len(text) > 12 else None
        return " ".join(text[:400].split())


def table_view(
    model: LazyRows[Any] | PlainRows[Any], columns: Sequence[Column[Any]], name: str
) -> QTableView:
    """A quiet table over such a model; Tab leaves it, arrows walk in it."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setMouseTracking(True)
    upright = view.verticalHeader()
    upright.hide()
    upright.setDefaultSectionSize(Size.ROW)
    upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    head = view.horizontalHeader()
    head.setHighlightSections(False)
    # Qt asks of every cell whether its column is selected as a whole: with a million rows chosen, half a minute.
    head.setSelectionModel(QItemSelectionModel(model, head))
    head.setSectionsClickable(False)
    for place, column in enumerate(columns):
        if column.width:
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(place, column.width)
        else:
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
    return view


def fit_rows(view: QTableView, rows: int, at_most: int) -> None:
    """Make a table as high as its rows, up to so many."""
    shown = min(max(rows, 1), at_most)
    view.setFixedHeight(view.horizontalHeader().sizeHint().height() + shown * Size.ROW + 2)
