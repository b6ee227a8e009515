"""Below a returned paper: what the project says in its own words."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.documents.rewriting import OUTDATED
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.services.own_words import OwnWords

_SHOWN = 300


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……（共 {len(text)} 字）"


class OwnWordsCard(Card):
    """Every paragraph that the project put its own words in place of; `dropped` asks for the template's words (paper, anchor),
    `kept` says that words which fell behind still hold (an `OwnWords`)."""

    dropped = Signal(str, str)
    kept = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("本项目改写", "采用过的文字改动。文书里用它代替模板的文字，可以随时恢复。", parent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.XS)
        self.body.addLayout(self._rows)
        self.rows: tuple[OwnWords, ...] = ()
        self.hide()

    def show_rows(self, rows: Sequence[OwnWords]) -> None:
        """Show these; the card hides when there are none."""
        self.rows = tuple(rows)
        empty(self._rows)
        for index, own in enumerate(rows):
            if index:
                self._rows.addWidget(hairline(self))
            self._rows.addWidget(self._row(own))
        self.setVisible(bool(rows))

    def _row(self, own: OwnWords) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(ElidedLabel(f"《{own.title}》", "section"))
        head.addWidget(ElidedLabel(own.override.place, "muted"), 1)
        head.addWidget(Badge("没有放进文书", "warning") if own.told else Badge("已放进文书", "done"))
        if own.stale is not None and own.stale.reason == OUTDATED:
            still = QPushButton("核对过，继续用")
            still.setProperty("role", "link")
            still.setToolTip("改写的文字仍然对：照旧放进文书")
            still.setAccessibleName(f"继续用改写的文字：{own.override.place}")
            still.clicked.connect(lambda: self.kept.emit(own))
            head.addWidget(still)
        back = QPushButton("恢复模板文字")
        back.setProperty("role", "link")
        back.setAccessibleName(f"恢复模板文字：{own.override.place}")
        paper, anchor = own.paper, own.override.anchor
        back.clicked.connect(lambda: self.dropped.emit(paper, anchor))
        head.addWidget(back)
        column.addLayout(head)
        replaced = own.override.pieces is not None
        column.addWidget(
            label(f"{'模板' if replaced else '接在后面'}：{_short(own.override.was)}", "small", wrap=True)
        )
        column.addWidget(label(_short(own.text) or "（删去这一段）", wrap=True))
        source = f"来自 {own.override.source}，{own.override.who}，{own.override.at[:10]}"
        column.addWidget(label(source, "muted"))
        if own.told:
            column.addWidget(label(own.told, "small", tone="warning", wrap=True))
        return holder
