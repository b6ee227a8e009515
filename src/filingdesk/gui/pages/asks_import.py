"""Answers that came back: what stood there when the list went out, the answer, what stands there now; the officer chooses."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.desk import Desk
from filingdesk.gui.theme import Size, Space, color
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.services import asking_files
from filingdesk.services.asking_files import STATUS_WORDS, Answer

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEAD = ("放入", "字段", "导出时", "回答", "现在", "比对")
WIDTHS = (52, 200, 130, 180, 130, 0)
TONES = {
    "conflict": "blocker",
    "answered": "warning",
    "unknown": "blocker",
    "text": "warning",
    "clean": "done",
}


class AnswerModel(QAbstractTableModel):
    """The answers; the first column says whether one is put into its field."""

    def __init__(self, answers: Sequence[Answer], parent: QWidget) -> None:
        super().__init__(parent)
        self.answers = answers
        self.chosen = {given.id for given in answers if given.proposed}

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.answers)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEAD)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEAD[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        usable = index.column() == 0 and self.answers[index.row()].usable
        return plain | Qt.ItemFlag.ItemIsUserCheckable if usable else plain

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        given, column = self.answers[index.row()], index.column()
        cells = ("", given.place or given.id, given.old, given.text, given.now, STATUS_WORDS[given.status])
        if role == Qt.ItemDataRole.CheckStateRole and column == 0 and given.usable:
            return Qt.CheckState.Checked if given.id in self.chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(cells[column][:400].split()) or ("（空）" if column in (2, 4) else "")
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 0:
            return "放入" if given.id in self.chosen else "只记下" if given.note else "不取"
        if role == Qt.ItemDataRole.ForegroundRole and column == 5:
            return color(TONES.get(given.status, "secondary"))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        given = self.answers[index.row()]
        if role != Qt.ItemDataRole.CheckStateRole or not given.usable:
            return False
        self.choose(given.id, on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def choose(self, identity: str, *, on: bool) -> None:
        """Put this answer into its field, or only note it."""
        (self.chosen.add if on else self.chosen.discard)(identity)
        last = self.index(len(self.answers) - 1, len(HEAD) - 1)
        self.dataChanged.emit(self.index(0, 0), last)


class AnswersDialog(Dialog):
    """All answers of one file; nothing is stored before the officer agrees."""

    def __init__(
        self, desk: Desk, name: str, answers: Sequence[Answer], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("导入回答")
        self.resize(960, 640)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(f"导入回答：{name}", "cardTitle"))
        column.addWidget(
            Prose(
                "勾选的放入字段，其余只记下回答。空字段的回答已先勾好；已有内容的由您逐项决定，不会自动覆盖。",
                "secondary",
            )
        )
        self.model = AnswerModel(answers, self)
        self.model.dataChanged.connect(lambda *_: self._tell())
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("回答")
        self.view.setProperty("role", "boxed")
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(Size.ROW)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = self.view.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate(WIDTHS):
            if width:
                head.resizeSection(place, width)
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_detail())
        column.addWidget(self.view, 3)
        self.question = Prose("", "secondary")
        column.addWidget(self.question)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.texts: list[Prose] = []
        for title in ("导出时", "回答", "现在"):
            card = Card(title)
            words = Prose("")
            card.body.addWidget(words)
            card.body.addStretch(1)
            self.texts.append(words)
            row.addWidget(card, 1)
        column.addLayout(row, 2)
        self.problem = Prose("", "small")
        set_look(self.problem, tone="warning")
        column.addWidget(self.problem)
        buttons, self.ok = self.answers("")
        column.addWidget(buttons)
        self._tell()
        self.view.selectRow(0)
        self._show_detail()

    def accept(self) -> None:
        answers, chosen = self.model.answers, set(self.model.chosen)
        session = self._desk.session
        if self._desk.attempt(lambda: asking_files.apply(session, answers, chosen)) is not None:
            super().accept()

    def _tell(self) -> None:
        noted = sum(
            bool(given.text and given.note and given.status != "answered") for given in self.model.answers
        )
        self.ok.setText(f"记下 {noted} 条回答，放入 {len(self.model.chosen)} 项")
        self.ok.setAccessibleName(self.ok.text())
        self.ok.setEnabled(bool(noted or self.model.chosen))

    def _show_detail(self) -> None:
        row = self.view.currentIndex().row()
        if not 0 <= row < len(self.model.answers):
            return
        given = self.model.answers[row]
        asked = given.note.text if given.note else f"项目里没有编号 {given.id}，这一行不会取用。"
        self.question.set_prose(f"问：{asked}")
        for words, text in zip(self.texts, (given.old, given.text, given.now), strict=True):
            words.set_prose(text or "（空）")
        status = STATUS_WORDS[given.status]
        self.problem.set_prose("。".join(part for part in (status, given.problem) if part) + "。")
