"""One risk item of the 风险诊断: a line that opens to what was found, why it matters, what to do, and where."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.places import place_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.chips import FlowLayout
from filingdesk.gui.widgets.cite import Cite
from filingdesk.gui.widgets.disclosure import Disclosure
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label
from filingdesk.rules.route_diagnosis import Dimension
from filingdesk.services.diagnosis_items import STATE_WORDS, Diagnosis, RiskItem

TONES = {"penal": "blocker", "blocked": "blocker", "return": "warning", "advice": "neutral"}
_STATE_TONES = {
    "missing": "blocker",
    "unknown": "warning",
    "weak": "warning",
    "check": "accent",
    "ready": "done",
}
_LINKS = 8


def dimension_order(found: Diagnosis) -> list[Dimension]:
    """The dimensions with risks, the heaviest first: by the sum of the weights of what is not in place."""
    weights = {name: w.weight for name, w in found.data.consequences.items()}
    heft = {
        d.id: sum(weights[i.consequence] * (1 - i.share) for i in found.items if i.dimension == d.id)
        for d in found.data.dimensions
    }
    return sorted((d for d in found.data.dimensions if heft[d.id]), key=lambda d: -heft[d.id])


class ItemLine(Disclosure):
    """The line. `papers`: id → title of the papers that this filing needs."""

    def __init__(
        self, item: RiskItem, consequence: str, papers: Mapping[str, str], go: Callable[[str], None]
    ) -> None:
        self.item = item
        self._papers = papers
        self._go = go
        super().__init__(f"{consequence}，{item.title}，{STATE_WORDS[item.state]}", self._body_of)
        self.head_row.addWidget(Badge(consequence, TONES[item.consequence]))
        title = ElidedLabel(item.title, "section")
        self.head_row.addWidget(title)
        if item.maybe:
            self.head_row.addWidget(label("备案可能不用办", "muted"))
        first = ElidedLabel(item.found[0] if item.found else "", "muted")
        self.head_row.addWidget(first, 1)
        self.head_row.addWidget(Badge(STATE_WORDS[item.state], _STATE_TONES[item.state]))
        effort = label(f"约 {item.effort:g} 人日", "muted")
        effort.setMinimumWidth(72)
        effort.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head_row.addWidget(effort)

    def _body_of(self, column: QVBoxLayout) -> None:
        item = self.item
        for sentence in item.found:
            column.addWidget(Prose(sentence))
        column.addWidget(Prose(f"为什么：{item.why}", "secondary"))
        column.addWidget(Cite(item.source, item.clause))
        column.addWidget(Prose(f"怎么办：{item.todo}"))
        blocked = "、".join(f"《{self._papers[p]}》" for p in item.blocks if p in self._papers)
        if blocked:
            column.addWidget(Prose(f"影响文书：{blocked}", "secondary"))
        if item.paths:
            column.addWidget(self._jumps())

    def _jumps(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, gap=Space.XS)
        for path in self.item.paths[:_LINKS]:
            button = QPushButton(place_words(path) or path)
            button.setProperty("role", "link")
            button.setAccessibleName(f"跳到 {button.text()}")
            button.clicked.connect(lambda _checked=False, path=path: self._go(path))
            flow.addWidget(button)
        if len(self.item.paths) > _LINKS:
            flow.addWidget(label(f"另有 {len(self.item.paths) - _LINKS} 处", "muted"))
        policy = holder.sizePolicy()
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        return holder
