"""Where one stands in a web form: how much is filled in, which block, and how far its order can be trusted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from filingdesk.gui.forms.choices import QuietCombo
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.bars import MarkedBar
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.services.webform import Step, Walk


class WhereBar(QWidget):
    """Progress above, the block to choose below; the badge tells the source of the order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        progress = QHBoxLayout()
        self.bar = MarkedBar()
        progress.addWidget(self.bar, 1)
        self.counts = label("", "small")
        progress.addWidget(self.counts)
        column.addLayout(progress)
        self._row = QHBoxLayout()
        self.blocks = QuietCombo()
        self.blocks.setView(QListView())
        self.blocks.setAccessibleName("栏目")
        self.blocks.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(self.blocks, 1)
        self.source: SourceBadge | None = None
        column.addLayout(self._row)

    def show_walk(self, walk: Walk, step: Step | None) -> None:
        """Show this form, at this place."""
        self._show_counts(walk)
        self._show_blocks(walk, step)

    def _show_counts(self, walk: Walk) -> None:
        self.bar.set_value(walk.done / len(walk.steps), tone="done" if walk.done == len(walk.steps) else "")
        stale = f" · 已改 {walk.stale}" if walk.stale else ""
        self.counts.setText(f"已填 {walk.done} / {len(walk.steps)}{stale}")
        set_look(self.counts, tone="warning" if stale else "")
        words = "、".join(dict.fromkeys(gone.label for gone in walk.gone))
        self.counts.setToolTip(f"填过、现在已删除或不用填：{words}" if words else "")
        if self.source is None or self.source.text() != walk.form.source.badge:
            if self.source is not None:
                self.source.deleteLater()
            self.source = SourceBadge(walk.form.source, self)
            self._row.addWidget(self.source)
        self.source.setToolTip(walk.form.note)

    def _show_blocks(self, walk: Walk, step: Step | None) -> None:
        firsts: dict[tuple[str, str], Step] = {}
        for each in walk.steps:
            firsts.setdefault((each.part, each.block), each)
        names = [
            f"{number}  {part} · {block}" if part else f"{number}  {block}"
            for number, (part, block) in enumerate(firsts, 1)
        ]
        if [self.blocks.itemText(i) for i in range(self.blocks.count())] != names:
            self.blocks.clear()
            for name, first in zip(names, firsts.values(), strict=True):
                self.blocks.addItem(name, first.key)
        if step is not None:
            self.blocks.setCurrentIndex(list(firsts).index((step.part, step.block)))
