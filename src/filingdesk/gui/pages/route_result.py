"""The judgement beside the questions: filings, contradictions, what is open, deadlines, what else applies; each with its clause."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.domain.specs import label_of
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.cite import Cite
from filingdesk.gui.widgets.decisiontree import TreeRow, Way
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.rules.route import Also, Contradiction, Filing, OpenQuestion, RouteResult, Scope
from filingdesk.rules.route_clocks import CLOCK_WORDS, Clock
from filingdesk.services import routing

Go = Callable[[str], None]
_CLOCK_TONES = {"overdue": "blocker", "running": "warning", "late": "warning", "met": "done", "done": "done"}
_ALSO = {"applies": ("适用", "accent"), "maybe": ("可能适用", "warning"), "later": ("尚未施行", "neutral")}
_TERNARY = {"yes": "是", "no": "否", "unknown": "未定"}


def name_of(filing: Filing) -> str:
    """算法备案 · 生成合成类."""
    return routing.FILING_NAMES[filing.kind] + (f" · {filing.about}" if filing.about else "")


def verdict(filing: Filing) -> tuple[str, str]:
    """The one word and its tone."""
    if filing.done:
        return "已办", "done"
    if filing.required is None:
        return "还定不了", "warning"
    if not filing.required:
        return "不用办", "neutral"
    return ("要注销" if filing.action == "cancel" else "要办"), "accent"


class Row(QFrame):
    """A line of a card: a badge, a title, a quiet word, and what is said under it."""

    def __init__(self, word: str, tone: str, title: str, aside: str = "") -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, Space.XXS, 0, Space.XXS)
        self.column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        if word:
            head.addWidget(Badge(word, tone), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(label(title, "section", wrap=True), 1)
        if aside:
            head.addWidget(label(aside, "muted"), 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(head)
        self.setAccessibleName("，".join(part for part in (word, title, aside) if part))

    def say(self, text: str, role: str = "secondary") -> None:
        """A sentence under the title."""
        self.column.addWidget(Prose(text, role))

    def links(self, paths: Iterable[str], go: Go) -> None:
        """Jumps to fields, side by side."""
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        for path in paths:
            name = label_of(path)
            line.addWidget(button(name, partial(go, path), name=f"跳到 {name}", role="link"))
        line.addStretch(1)
        self.column.addLayout(line)


def _filing(filing: Filing) -> Row:
    word, tone = verdict(filing)
    row = Row(word, tone, name_of(filing), filing.title if "（" in filing.title else "")
    for reason in filing.reasons:
        row.say(reason.text)
        row.column.addWidget(Cite(reason.source, reason.clause))
    return row


def _contradiction(each: Contradiction, go: Go) -> Row:
    row = Row("矛盾", "blocker", each.text)
    row.say(each.fix)
    row.links(each.paths, go)
    return row


def _open(question: OpenQuestion, go: Go) -> Row:
    word = routing.OPEN_WORDS[question.kind]
    decides = "决定要不要备案" if question.decides and question.kind != "confirm" else ""
    row = Row(word, "warning" if question.decides else "neutral", question.text, decides)
    if question.how:
        row.say(question.how, "small")
    if question.clause and (card := routing.clause(question.clause)):
        row.column.addWidget(Cite(card.source, question.clause))
    if question.path:
        row.links([question.path], go)
    return row


def clock_words(clock: Clock) -> str:
    """还有 6 个工作日 / 已过 3 个工作日; blank when the clock does not run."""
    if clock.left is None:
        return ""
    if clock.left == 0:
        return "今天到期"
    return f"还有 {clock.left} 个工作日" if clock.left > 0 else f"已过 {-clock.left} 个工作日"


def _clock(clock: Clock, go: Go) -> Row:
    who = "" if clock.who == "本单位" else f"（{clock.who}）"
    row = Row(
        CLOCK_WORDS[clock.state],
        _CLOCK_TONES.get(clock.state, "neutral"),
        f"{clock.title}{who}",
        clock_words(clock),
    )
    if clock.since and clock.due:
        row.say(f"{clock.since.isoformat()} 起算，{clock.days} 个工作日，{clock.due.isoformat()} 到期。")
    row.say(clock.text + (f"；{clock.note}" if clock.note else "") + "。", "small")
    row.column.addWidget(Cite(clock.source, clock.clause))
    if clock.state == "unknown" and clock.since_path:
        row.links([clock.since_path], go)
    return row


def _also(also: Also) -> Row:
    word, tone = _ALSO[also.state]
    aside = f"{also.effective} 起" if also.effective and also.state == "later" else ""
    row = Row(word, tone, also.title, aside)
    row.say(also.text)
    row.column.addWidget(Cite(also.source, *also.clauses))
    return row


class ResultPane(QWidget):
    """The cards; built anew when the judgement is another one."""

    def __init__(self, go: Go, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "content")
        self._go = go
        self._shown: RouteResult | None = None
        self._parts: Iterator[None] = iter(())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, Space.XS, Space.L)
        self.column.setSpacing(Space.S)
        self._body = QWidget()
        self.column.addWidget(self._body)
        self.column.addStretch(1)

    def show_result(self, result: RouteResult, *, whole: bool = True) -> None:
        """Show this judgement; not `whole`: only what is in view, the rest when it is asked for whole."""
        if result != self._shown:
            self._shown = result
            old, self._body = self._body, QWidget()
            column = QVBoxLayout(self._body)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(Space.S)
            if not result.in_force:
                column.addWidget(Prose("这一天各项规定都还没有施行，没有备案义务。", "secondary"))
            self._parts = self._build(column, result)
            next(self._parts)
            self.column.replaceWidget(old, self._body)
            old.hide()
            old.deleteLater()
        if whole:
            for _part in self._parts:
                pass

    def _build(self, column: QVBoxLayout, result: RouteResult) -> Iterator[None]:
        go = self._go
        self._card(column, "前后矛盾", [_contradiction(c, go) for c in result.contradictions])
        self._card(column, "要办什么", [_filing(f) for f in result.filings])
        self._card(column, "还要弄清", [_open(q, go) for q in result.open])
        yield
        self._card(column, "期限", [_clock(c, go) for c in result.clocks])
        self._card(column, "另外适用", [_also(a) for a in result.also])
        for sentence in result.assumed:
            column.addWidget(Prose(f"{sentence}。", "muted"))
        told = f"截至 {result.as_of.isoformat()}，判定表 {result.version}。{routing.DISCLAIMER}"
        column.addWidget(Prose(told, "muted"))

    def _card(self, column: QVBoxLayout, title: str, rows: list[Row]) -> None:
        if not rows:
            return
        card = Card(title, f"{len(rows)} 项" if title != "要办什么" else "")
        for number, row in enumerate(rows):
            if number:
                card.body.addWidget(hairline())
            card.body.addWidget(row)
        column.addWidget(card)


def tree_rows(result: RouteResult, scope: Scope, about: str, shown: Callable[[str], bool]) -> list[TreeRow]:
    """One tree with the way taken for one algorithm type. `shown`: is this path asked now (then a fork leads there)?"""
    drawn = routing.drawing(scope)
    nodes = {n["id"]: n for n in drawn["nodes"]}
    ends = {o["id"]: o for o in drawn["outcomes"]}
    steps = {s.node: s for s in result.path if s.tree == scope and s.about == about}
    rows: list[TreeRow] = []

    def add(at: str, depth: int, parent: int, edge: str, way: Way) -> None:
        number = len(rows)
        if at in ends:
            end = ends[at]
            rows.append(
                TreeRow(at, end["title"], depth, parent, edge, way, end=True, due=bool(end["required"]))
            )
            return
        node = nodes[at]
        step = steps.get(at) if way else None
        link_to = next((path for path in node["asks"] if shown(path)), "")
        answer = _TERNARY[step.answer] if step else ""
        rows.append(TreeRow(at, node["title"], depth, parent, edge, way, answer=answer, link=link_to))
        for side, word in (("yes", "是"), ("no", "否")):
            onward: Way = ""
            if step is not None and node[side] in step.leads_to:
                onward = "possible" if way == "possible" or step.answer == "unknown" else "taken"
            add(node[side], depth + 1, number, word, onward)

    add(drawn["start"], 0, -1, "", "taken" if steps else "")
    return rows


def trees_of(result: RouteResult) -> list[tuple[str, Scope, str]]:
    """The trees to choose from: title, scope, algorithm type."""
    found: list[tuple[str, Scope, str]] = []
    for filing in result.filings:
        if filing.scope == "algorithm":
            entry: tuple[str, Scope, str] = (
                f"算法备案 · {filing.about}" if filing.about else "算法备案",
                "algorithm",
                filing.about,
            )
        else:
            entry = ("大模型备案或登记", "large-model", "")
        if entry not in found:
            found.append(entry)
    return found
