"""The card 覆盖: keywords and question banks per risk against the minima of the standard; each row a door."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout

from filingdesk.domain.records import Bank
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.coverage import GAP, INSET, CoverageView
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import label
from filingdesk.services import checking
from filingdesk.services.checking import RiskRow

KEYWORDS = "关键词"
BANKS: Mapping[str, Bank] = {"生成题": "generation", "应拒答题": "should-refuse", "非拒答题": "non-refuse"}


class _Rows(CoverageView):
    """Two columns only where every name can be read to its end: here somebody looks what is short, not how many there are."""

    def columns(self) -> int:
        return 2 if len(self.rows()) > 4 and 2 * self.whole() + GAP <= self.viewport().width() else 1


class CoverCard(Card):
    """One list at a time, chosen above it; a row leads to its risk in the library or the bank."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("风险覆盖", "竖线为要求")
        self.desk = desk
        self._lists: dict[str, Sequence[RiskRow]] = {}
        self.choice = ChipGroup((KEYWORDS, *BANKS), multiple=False)
        self.choice.set_label("看哪一种")
        self.choice.set_values([KEYWORDS])
        self.choice.changed.connect(lambda _values: self._show())
        self.body.addWidget(self.choice)
        self.view = _Rows("风险覆盖，回车查看这一类")
        self.view.chosen.connect(self._open)
        row = QHBoxLayout()
        row.setContentsMargins(
            -INSET, 0, -INSET, 0
        )  # the words stand below the title, the ground of a row reaches beyond
        row.addWidget(self.view)
        self.body.addLayout(row)
        self.nothing = label("正在读取要求…", "muted", wrap=True)
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)

    def chosen(self) -> str:
        """The list that is shown."""
        if not self.choice.values():  # pressed a second time: something has to be chosen
            self.choice.set_values([KEYWORDS])
        return self.choice.values()[0]

    def refresh(self) -> None:
        """Count anew."""
        if self.desk.knowledge.ready:
            state = self.desk.session.snapshot()
            self._lists = {KEYWORDS: _keywords(state)}
            self._lists |= {name: _bank(state, bank) for name, bank in BANKS.items()}
        self._show()

    def _show(self) -> None:
        rows = self._lists.get(self.chosen(), ())
        self.view.show_rows(rows)
        self.view.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        if self._lists:
            self.nothing.setText("现行规则对这一项没有分类数量的要求。")
        for chip in self.choice.chips():
            few = _missing(self._lists.get(chip.text(), ()))
            chip.setToolTip(f"{few} 类不足" if few else "全部达到")
            chip.setAccessibleName(f"看{chip.text()}，{chip.toolTip()}")
        few = _missing(rows)
        counted = f"{len(rows)} 类" if self.chosen() != "非拒答题" else f"{len(rows)} 个方面"
        self.set_hint(f"{counted}，竖线为要求 · {f'{few} 类不足' if few else '全部达到'}" if rows else "")

    def _open(self, group: str) -> None:
        bank = BANKS.get(self.chosen())
        self.desk.go_to(f"@questions/{bank}/{group}" if bank else f"@keywords/{group}")


def _missing(rows: Sequence[RiskRow]) -> int:
    return sum(row.ok is False for row in rows)


def _keywords(state: Snapshot) -> list[RiskRow]:
    rows = checking.coverage("keywords", state.keywords.by_risk, state)
    return [row for row in rows if row.minimum is not None]


def _bank(state: Snapshot, bank: Bank) -> list[RiskRow]:
    stats = state.banks[bank]
    if bank == "non-refuse":
        rows = checking.aspect_coverage(stats.by_aspect, state)
    else:
        rows = checking.coverage(bank, stats.by_risk, state)
    return [row for row in rows if row.minimum is not None]
