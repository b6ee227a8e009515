"""What a list that was read would bring: how much is taken, every row that is not and why, replace or add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QRadioButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.listings import Remark, RemarkTable
from filingdesk.gui.theme import Space, figures, ui_font
from filingdesk.gui.widgets.cards import EmptyState
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.stack import SnugStack

TITLES = ("行", "内容", "原因")


@dataclass(frozen=True)
class ImportPreview:
    """What the dialog tells. `unit` counts (个, 题); `existing` is how many are in the project now; `can_add`: may the new ones be
    added to them, or only replace them."""

    title: str
    source: str
    unit: str
    taken: int
    rejected: Sequence[Remark]
    noted: Sequence[Remark]
    blank_rows: int
    existing: int
    can_add: bool
    warning: str = ""
    policies: Mapping[str, str] = field(default_factory=dict)
    """How words are joined that both have but sort differently: key → words; blank: there is nothing to choose."""


class ImportDialog(Dialog):
    """Shows an `ImportPreview`; accepted means: take it (`adds()` tells how)."""

    def __init__(self, desk: Desk, preview: ImportPreview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview = preview
        self.setWindowTitle(preview.title)
        self.resize(760, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(preview.title, "cardTitle"))
        column.addWidget(label(preview.source, "small", wrap=True))
        column.addLayout(self._figures())
        if preview.warning:
            column.addWidget(label(preview.warning, "small", tone="warning", wrap=True))
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("未收录与需留意的行")
        self.tabs.addTab(f"未收录 {len(preview.rejected):,}")
        self.tabs.addTab(f"已收录，需留意 {len(preview.noted):,}")
        column.addWidget(self.tabs)
        self.stack = SnugStack()
        self.left_out = self._list(desk, "未收录的行", preview.rejected, "每一行都收录了")
        self.noted = self._list(desk, "需留意的行", preview.noted, "没有需要留意的行")
        column.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.tabs.setCurrentIndex(0 if preview.rejected or not preview.noted else 1)
        unit = preview.unit
        self.replace = QRadioButton(
            f"替换现有的 {preview.existing:,} {unit}"
            if preview.can_add
            else f"将替换现有的 {preview.existing:,} {unit}"
        )
        self.add = QRadioButton(
            "合并到现有词库（已有的不重复加入）" if preview.policies else "补充到现有内容（已有的不重复加入）"
        )
        self.replace.setChecked(True)
        self.policies = QComboBox()
        if preview.existing:
            column.addWidget(self.replace)
            if preview.can_add:
                column.addLayout(self._make_add())
        column.addWidget(label("收录后可以用 Ctrl+Z 整体撤销。", "muted"))
        self.buttons, self.ok = self.answers(f"收录 {preview.taken:,} {unit}")
        self.ok.setEnabled(preview.taken > 0)
        column.addWidget(self.buttons)

    def adds(self) -> bool:
        """Whether the new rows join the old ones instead of replacing them."""
        return bool(self.preview.existing) and self.add.isChecked()

    def policy(self) -> str:
        """How words are joined that both have; blank where there is nothing to choose."""
        return str(self.policies.currentData() or "")

    def _make_add(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self.add)
        if self.preview.policies:
            row.addSpacing(Space.S)
            row.addWidget(label("两边风险不同的词", "secondary"))
            for key, words in self.preview.policies.items():
                self.policies.addItem(words, key)
            self.policies.setAccessibleName("两边风险不同的词怎么办")
            self.policies.setEnabled(False)
            self.add.toggled.connect(self.policies.setEnabled)
            row.addWidget(self.policies)
        row.addStretch(1)
        return row

    def _figures(self) -> QHBoxLayout:
        preview = self.preview
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        for title, value, tone in (
            ("可收录", preview.taken, "done" if preview.taken else "blocker"),
            ("未收录", len(preview.rejected), "warning" if preview.rejected else ""),
            ("需留意", len(preview.noted), ""),
            ("空行", preview.blank_rows, ""),
        ):
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(label(title, "muted"))
            number = label(f"{value:,}", tone=tone)
            number.setFont(figures(ui_font(20, bold=True)))
            number.setAccessibleName(f"{title} {value}")
            pair.addWidget(number)
            row.addLayout(pair)
        row.addStretch(1)
        return row

    def _list(self, desk: Desk, name: str, remarks: Sequence[Remark], empty: str) -> RemarkTable:
        table = RemarkTable(desk, TITLES, name)
        table.show_remarks(remarks)
        if remarks:
            self.stack.addWidget(table)
        else:
            table.hide()
            table.setParent(self, Qt.WindowType.Widget)
            self.stack.addWidget(EmptyState(empty, picture="check"))
        return table
