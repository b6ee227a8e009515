"""The card 各类风险覆盖: how many words each risk has against what the standard asks, and how fresh the library is."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from filingdesk.domain.records import KeywordStats
from filingdesk.gui.pages.coverage import CoverageView
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.services import checking


def since_words(day: date, today: date) -> str:
    """How long ago, as people say it."""
    days = (today - day).days
    return "今天" if days <= 0 else "昨天" if days == 1 else f"{days} 天前"


class CoverCard(Card):
    """Bars per risk with the required mark; `chosen` tells the risk that was clicked or entered."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("各类风险覆盖", "竖线为要求", parent)
        self._badge: SourceBadge | None = None
        self.view = CoverageView("各类风险的关键词数，回车只看这一类")
        self.view.chosen.connect(self.chosen)
        self.body.addWidget(self.view)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(Space.XS)
        self.others = label("", "muted", wrap=True)
        self._foot.addWidget(self.others, 1)
        self.rhythm = label("", "muted")
        self._foot.addWidget(self.rhythm)
        self.body.addLayout(self._foot)
        self.body.addStretch(1)

    def show_stats(self, stats: KeywordStats, today: date, when: checking.When = None) -> Mapping[str, str]:
        """Show the counts of a library against the standard that judges the project (`when`: its snapshot); gives the names of
        all risks by their id."""
        rows = checking.coverage("keywords", stats.by_risk, when)
        self.view.show_rows([row for row in rows if row.minimum is not None])
        missing = sum(row.ok is False for row in rows)
        self.set_hint(f"竖线为要求 · {missing} 类不足" if missing else "竖线为要求 · 全部达到")
        free = sum(row.count for row in rows if row.minimum is None)
        unsorted = stats.by_risk.get("", 0)
        others = [f"其余风险共 {free:,} 个（标准没有逐类的数量要求）" if free else ""]
        others.append(f"没有归类的 {unsorted:,} 个，不计入任何一类" if unsorted else "")
        total = checking.threshold("T2", when)
        if total is not None:
            others.insert(0, f"总量 {stats.total:,}，要求不少于 {total:,}")
        self.others.setText(" · ".join(part for part in others if part))
        self._show_rhythm(stats.last_updated, today, when)
        return {row.id: row.name for row in rows}

    def _show_rhythm(self, updated: date | None, today: date, when: checking.When) -> None:
        parameters = checking.standard_pack(when).data.parameters
        if self._badge is None and "T3.A.1" in parameters:
            self._badge = SourceBadge(parameters["T3.A.1"].source)
            self.head.insertWidget(2, self._badge)
            if "T4" in parameters:
                self._foot.addWidget(SourceBadge(parameters["T4"].source))
        days = checking.threshold("T4", when)
        if days is None:
            return
        words = "建议每周更新" if days == 7 else f"建议每 {days} 天更新"
        over = (today - updated).days - days if updated is not None else 0
        self.rhythm.setText(f"{words}，已超过 {over} 天" if over > 0 else words)
