"""Asks once what the categories of a foreign list mean in annex A; the answers are remembered for the list's source."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import label
from filingdesk.services.library_map import CategoryQuestion

ASKED = 200
"""Categories that are asked for at once, the most used first."""
_ROW = 42


class MapDialog(Dialog):
    """One row per category with our proposal; accepted means: sort the words so and remember it."""

    def __init__(
        self,
        source: str,
        questions: Sequence[CategoryQuestion],
        names: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.questions = tuple(questions[:ASKED])
        self.setWindowTitle("对照分类")
        self.resize(880, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label("这份词表用自己的分类", "cardTitle"))
        column.addWidget(
            label(
                "请指明每个分类对应附录 A 的哪一种风险；只记一次，以后同一来源的词表照此归类。建议只是按名称猜的，请核对。",
                "secondary",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.addWidget(label("词表来源", "fieldLabel"))
        self.name = QLineEdit(source)
        self.name.setAccessibleName("词表来源")
        self.name.setFixedWidth(280)
        row.addWidget(self.name)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._make_table(names), 1)
        if len(questions) > ASKED:
            rest = len(questions) - ASKED
            column.addWidget(label(f"另有 {rest:,} 个用得更少的分类，收录后在体检里处理。", "muted"))
        buttons, self.ok = self.answers("按此归类", no="先不归类")
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        column.addWidget(buttons)

    def _make_table(self, names: Mapping[str, str]) -> QTableWidget:
        table = QTableWidget(len(self.questions), 4)
        table.setAccessibleName("各分类对应的风险")
        table.setHorizontalHeaderLabels(["分类", "词数", "例子", "对应的风险"])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setTabKeyNavigation(False)
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionsClickable(False)
        for place, width in enumerate((190, 70, 0, 330)):
            if width:
                head.resizeSection(place, width)
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.boxes: list[QComboBox] = []
        for place, question in enumerate(self.questions):
            cells = (question.category, f"{question.words:,}", "、".join(question.examples))
            for at, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(place, at, item)
            table.setCellWidget(place, 3, self._make_box(question, names))
        return table

    def _make_box(self, question: CategoryQuestion, names: Mapping[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"“{question.category}”对应的风险")
        box.addItem("先不定", None)
        box.addItem("不属于任何一种", "")
        for risk, name in names.items():
            box.addItem(f"{risk} {name}", risk)
        if question.risk:
            box.setCurrentIndex(max(box.findData(question.risk), 0))
            box.setToolTip(f"建议：{question.why}" if question.why else "")
        self.boxes.append(box)
        return box

    def source(self) -> str:
        """What the source is called."""
        return self.name.text().strip()

    def risks(self) -> dict[str, str | None]:
        """What was decided: category → risk ("" = none); undecided ones are left out."""
        return {
            question.category: box.currentData()
            for question, box in zip(self.questions, self.boxes, strict=True)
            if box.currentData() is not None
        }
