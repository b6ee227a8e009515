"""The preview of rows copied in a spreadsheet: what goes where, what is wrong in which cell, added or put in place of the rest."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui.desk import Desk
from filingdesk.gui.theme import Size, Space, color
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.services.table_paste import CellProblem, PastedTable, header_line, read_table, take

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
APPEND, REPLACE = "追加到后面", "替换现有的"
NOT_TAKEN = "不取"
COLUMN = 160


class PreviewModel(QAbstractTableModel):
    """The pasted table; cells with problems are marked and say why."""

    def __init__(self, table: PastedTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = table
        self.wrong: dict[tuple[int, int], CellProblem] = {}
        self.show(table)

    def show(self, table: PastedTable) -> None:
        """Another table, or the same with other columns."""
        self.beginResetModel()
        self.table = table
        self.wrong = {(problem.row, problem.column): problem for problem in table.problems()}
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.table.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Vertical:
            return section + 1
        if role == Qt.ItemDataRole.DisplayRole:
            name = self.table.columns[section]
            title = self.table.titles[section]
            left_out = f"{title}（{NOT_TAKEN}）" if title else NOT_TAKEN
            return f"{self.table.fields[name].meta.label if name else left_out} ▾"
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            title = self.table.titles[section]
            return f"表格里的标题：{title}。点一下换到别的字段。" if title else "点一下换到别的字段。"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        text = self.table.rows[row][column]
        problem = self.wrong.get((row, column))
        taken = bool(self.table.columns[column])
        if role == Qt.ItemDataRole.DisplayRole:
            shown = " ".join(text.split())
            return f"! {shown}" if problem else shown
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text}，{problem.message}" if problem else text
        if role == Qt.ItemDataRole.ToolTipRole:
            return problem.message if problem else text if len(text) > 12 else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return color("warning" if problem else "text" if taken else "muted")
        if role == Qt.ItemDataRole.BackgroundRole and problem:
            return color("warning_soft")
        return None


class PasteDialog(Dialog):
    """Shows a pasted table before it is taken; `taken` tells how many records were made."""

    def __init__(self, desk: Desk, path: str, table: PastedTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._path = desk, path
        self.taken = 0
        self._existing = len(desk.record_ids(path))
        meta = table.spec.meta
        self.setWindowTitle(f"粘贴表格：{meta.label}")
        self.resize(920, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(f"粘贴表格：{meta.label}", "cardTitle"))
        self.words = Prose("", "secondary")
        column.addWidget(self.words)
        self.model = PreviewModel(table, self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("将要放入的内容")
        self.view.setProperty("role", "boxed")
        self.view.setWordWrap(False)
        self.view.setShowGrid(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().setDefaultSectionSize(Size.ROW)
        head = self.view.horizontalHeader()
        head.setSectionsClickable(True)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setDefaultSectionSize(COLUMN)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.sectionClicked.connect(self._choose_field)
        column.addWidget(self.view, 1)
        self.trouble = Prose("", "small")
        column.addWidget(self.trouble)
        self.mode = ChipGroup((APPEND, REPLACE), multiple=False)
        self.mode.set_label("放到哪里")
        self.mode.set_values([APPEND])
        self.mode.changed.connect(self._mode_changed)
        self.mode.setVisible(bool(self._existing))
        column.addWidget(self.mode)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.next_wrong = QPushButton("下一处问题")
        self.next_wrong.setAccessibleName("下一处问题")
        self.next_wrong.clicked.connect(lambda _checked=False: self._go_to_next_wrong())
        row.addWidget(self.next_wrong)
        row.addStretch(1)
        buttons, self.ok = self.answers("")
        row.addWidget(buttons)
        column.addLayout(row)
        self._tell()

    def replaces(self) -> bool:
        """Whether the records of now go away."""
        return self.mode.values() == [REPLACE]

    def set_column(self, column: int, name: str) -> None:
        """Send a column to a field ("" = nowhere)."""
        self.model.show(self.model.table.with_column(column, name))
        self._tell()

    def accept(self) -> None:
        table, replace = self.model.table, self.replaces()
        done = self._desk.attempt(lambda: take(self._desk.session, self._path, table, replace=replace))
        if done is not None:
            self.taken = len(table.records())
            super().accept()

    def _mode_changed(self, values: list[str]) -> None:
        if not values:
            self.mode.set_values([APPEND])
        self._tell()

    def _tell(self) -> None:
        table, wrong = self.model.table, self.model.wrong
        meta = table.spec.meta
        count = len(table.records())
        known = "按第一行的标题对上了字段" if any(table.titles) else "没有认出标题行，按表单的顺序对应字段"
        parts = [f"{count} 项{meta.item}，{known}；对得不对，点列标题换一个字段。"]
        if left_out := [t for t, name in zip(table.titles, table.columns, strict=True) if t and not name]:
            parts.append(f"没有对应字段、不会放入的列：{'、'.join(left_out)}。")
        if table.missing:
            parts.append(f"表格里没有的字段留空：{'、'.join(table.missing)}。")
        if table.blank_rows:
            parts.append(f"跳过空行 {table.blank_rows} 行。")
        if table.cut_rows:
            parts.append(f"一次最多 {len(table.rows)} 行，后面 {table.cut_rows} 行没有取，请分两次粘贴。")
        self.words.set_prose("".join(parts))
        rows = len({row for row, _column in wrong})
        self.trouble.set_prose(
            f"{rows} 行里有 {len(wrong)} 处问题（已标出“!”，鼠标停在格子上看说明）。会照原样放入，可以之后再改。"
            if wrong
            else "每一格都对得上。"
        )
        set_look(self.trouble, tone="warning" if wrong else "done")
        self.next_wrong.setVisible(bool(wrong))
        verb = f"替换现有 {self._existing} 项，放入" if self.replaces() else "放入"
        self.ok.setText(f"{verb} {count} 项")
        self.ok.setAccessibleName(self.ok.text())
        self.ok.setEnabled(bool(count))

    def _go_to_next_wrong(self) -> None:
        here = self.view.currentIndex()
        place = (here.row(), here.column()) if here.isValid() else (-1, -1)
        order = sorted(self.model.wrong)
        if order:
            row, column = next((each for each in order if each > place), order[0])
            self.view.setCurrentIndex(self.model.index(row, column))
            self.trouble.set_prose(f"第 {row + 1} 行：{self.model.wrong[row, column].message}")

    def _choose_field(self, column: int) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = self.model.table
        for name, text in (("", NOT_TAKEN), *((n, s.meta.label) for n, s in table.fields.items())):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(table.columns[column] == name)
            action.triggered.connect(lambda _checked=False, name=name: self.set_column(column, name))
        head = self.view.horizontalHeader()
        menu.popup(head.mapToGlobal(QPoint(head.sectionViewportPosition(column), head.height())))


def paste_rows(desk: Desk, path: str, parent: QWidget) -> int:
    """Preview what the clipboard holds for the list at `path` and take it when the user agrees; gives how many records came."""
    text = QGuiApplication.clipboard().text()
    try:
        table = read_table(desk.session.human_path(path), text)
    except UserError as error:
        desk.failed.emit(error)
        return 0
    dialog = PasteDialog(desk, path, table, parent)
    dialog.exec()
    dialog.deleteLater()
    return dialog.taken


def copy_header(desk: Desk, path: str) -> None:
    """Put the titles of the columns on the clipboard, to begin a spreadsheet with."""
    from filingdesk.domain.specs import ListSpec, spec_of

    spec = spec_of(path)
    if isinstance(spec, ListSpec):
        QGuiApplication.clipboard().setText(header_line(spec))
        desk.tell(f"已复制「{spec.meta.label}」的表头，可以粘贴到 Excel 或 WPS 的第一行。")
