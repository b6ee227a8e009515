"""The pane beside the results: a clause, penalty, policy, rule, help or fact in full, with its source and date."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from filingdesk.domain.specs import fields, trail_of
from filingdesk.domain.values import mask
from filingdesk.gui.theme import Space, colors
from filingdesk.gui.widgets.badge import Badge, SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import FlowLayout
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import cards
from filingdesk.services.knowledge_search import KIND_WORDS, Entry, Hit


class CardPane(Card):
    """Shows one hit; its buttons tell what is wanted with it."""

    go_wanted = Signal(object)
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.entry: Entry | None = None
        self.card: cards.Card | None = None
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        self.body.addWidget(self._area, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addStretch(1)
        self.remove_button = QPushButton("去掉")
        self.remove_button.clicked.connect(lambda: self.remove_wanted.emit(self.card))
        self.edit_button = QPushButton("修改…")
        self.edit_button.clicked.connect(lambda: self.edit_wanted.emit(self.card))
        self.go_button = QPushButton("前往")
        self.go_button.clicked.connect(lambda: self.go_wanted.emit(self.entry))
        for button in (self.remove_button, self.edit_button, self.go_button):
            button.setAccessibleName(f"{button.text()}，选中的一条")
            row.addWidget(button)
        self.body.addLayout(row)
        self.show_hit(None, "")

    def show_hit(self, hit: Hit | None, query: str) -> None:
        """Show a hit in full, the words of the query marked."""
        entry = hit.entry if hit is not None else None
        self.entry, self.card = entry, _card_of(entry)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, Space.XS, 0)
        column.setSpacing(Space.XS)
        if entry is None:
            column.addWidget(EmptyState("选一条看全文", "", picture="book"))
        else:
            self._fill(column, entry, query)
        column.addStretch(1)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)  # setWidget turns it on
        self.go_button.setVisible(entry is not None and bool(entry.place))
        policy = self.card is not None and self.card.kind == "policy"
        self.edit_button.setVisible(policy)
        self.remove_button.setVisible(self.card is not None and policy and self.card.own)

    def _fill(self, column: QVBoxLayout, entry: Entry, query: str) -> None:
        column.addWidget(label(entry.title, "cardTitle", wrap=True))
        badges = QWidget()
        flow = FlowLayout(badges)
        flow.addWidget(Badge(KIND_WORDS[entry.kind]))
        if entry.source is not None:
            flow.addWidget(SourceBadge(entry.source))
        if self.card is not None and self.card.state:
            flow.addWidget(
                Badge(self.card.state, "done" if self.card.state == cards.CONFIRMED else "warning")
            )
        column.addWidget(badges)
        if entry.where:
            column.addWidget(Prose(entry.where, "secondary"))
        for heading, text in _parts(entry, self.card):
            if heading:
                column.addSpacing(Space.XXS)
                column.addWidget(label(heading, "section"))
            shown = QLabel(_marked(text, query))
            shown.setTextFormat(Qt.TextFormat.RichText)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(text)
            column.addWidget(shown)
        if self.card is not None:
            column.addSpacing(Space.XS)
            column.addWidget(Prose(dates_of(self.card), "muted"))


def _card_of(entry: Entry | None) -> cards.Card | None:
    if entry is None or entry.kind not in cards.CARD_WORDS:
        return None
    return next((c for c in cards.all_cards() if c.kind == entry.kind and c.id == entry.id), None)


def dates_of(card: cards.Card) -> str:
    """When it is in force, where to read it, and when it was last checked."""
    lines = []
    if card.effective or card.until:
        since = f"自 {card.effective} 起施行" if card.effective else ""
        until = f"至 {card.until}" if card.until else ""
        lines.append("，".join(part for part in (since, until) if part))
    if card.link_text:
        lines.append(f"原文：{card.link_text}")
    word = "消息日期" if card.kind == "policy" else "最近核对"
    lines.append(f"{word}：{card.checked_on}")
    if card.kind == "clause":
        lines.append("这是本程序的转述，以公布的原文为准。")
    if card.kind == "policy":
        lines.append("厂商说法或自己的记录，以主管部门的通知为准。")
    return "\n".join(lines)


def _parts(entry: Entry, card: cards.Card | None) -> list[tuple[str, str]]:
    """Headings and texts of a hit."""
    if card is not None:
        parts = [("", card.text), ("注意", card.note), ("要核实什么", card.todo)]
    elif entry.kind == "help":
        meta = fields()[entry.id].meta
        parts = [
            ("怎么填", meta.help),
            ("为什么问", meta.why),
            ("写得好", meta.good),
            ("常见退回", meta.bad),
            ("可选项", "、".join(meta.choices)),
        ]
    elif entry.kind == "fact":
        parts = [("", mask(entry.body) if entry.personal else entry.body), ("位置", trail_of(entry.place))]
    else:
        parts = [("", entry.body), ("规则编号", entry.id)]
    return [(heading, text) for heading, text in parts if text]


def _marked(text: str, query: str) -> str:
    """The text as markup, the query's words on a soft ground."""
    from filingdesk.infra.fulltext import marks_in

    done, at = [], 0
    for start, end in marks_in(text, query):
        done.append(escape(text[at:start]))
        done.append(f'<span style="background:{colors().warning_soft}">{escape(text[start:end])}</span>')
        at = end
    done.append(escape(text[at:]))
    return "".join(done).replace("\n", "<br>")
