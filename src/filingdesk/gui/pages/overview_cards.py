"""The cards 接下来, 文书完成度 and 期限 of the overview; every line a door."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.domain import specs
from filingdesk.domain.report import Finding
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.bundle_webform import stale_words
from filingdesk.gui.pages.overview_deadline import OWN, day_words, guess_of, left_words, live_clocks
from filingdesk.gui.places import BLOCKERS, RULE, home, place_words
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.bars import MarkedBar
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.gui.widgets.severity import SeverityMark
from filingdesk.rules.route_clocks import Clock
from filingdesk.services import asking, routing, webform
from filingdesk.services.changes import PASTED

if TYPE_CHECKING:
    from filingdesk.services.papers import PaperStatus

NEXT_ACTIONS = 3
PAPERS_SHOWN = 12
"""The least complete first; the others are one line with a door, so that the page stays one screen."""


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, where in words, and where it leads (a blank page: the one that holds the path). `count`: how many
    findings go with it."""

    severity: str
    text: str
    place: str
    page: str
    path: str
    count: int = 1


class NextCard(Card):
    """The best three things to do now, the most urgent first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("接下来")
        self.desk = desk
        self._lines: Sequence[Todo] | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)

    def lines(self) -> Sequence[Todo]:
        """Everything that waits, of which the first few are shown."""
        return self._lines or ()

    def refresh(self) -> None:
        """Think again."""
        found = self._todo()
        if found == self._lines:
            return
        self._lines = found
        empty(self._rows)
        for number, todo in enumerate(found[:NEXT_ACTIONS]):
            if number:
                self._rows.addWidget(hairline())
            self._rows.addWidget(_ActionRow(todo, partial(self._go, todo)))
        rest = found[NEXT_ACTIONS:]
        if rest:
            blocked = sum(todo.count for todo in rest if todo.severity == "blocker")
            words = f"之后还有 {len(rest)} 处" + (f"，其中阻断 {blocked} 项" if blocked else "")
            target = partial(self.desk.go, "", BLOCKERS) if blocked else partial(self._go, rest[0])
            self._rows.addWidget(link(words, target), 0, Qt.AlignmentFlag.AlignLeft)
        if not found:
            self._rows.addWidget(ElidedLabel("没有待办。导出前请人工通读一遍全部文书。", "secondary"))

    def _go(self, todo: Todo) -> None:
        self.desk.go(todo.page, todo.path)

    def _todo(self) -> list[Todo]:
        """Everything there is to do: what went out of step, blockers, answers to wait for, blanks page by page."""
        lines: list[Todo] = []
        session = self.desk.session
        if session.marks(PASTED) and (stale := stale_words(webform.walks(session))):
            lines.append(Todo("warning", stale, "填报小窗", "bundle", "webform"))
        lines += self._blockers()
        if waiting := asking.open_questions(session):
            lines.append(Todo("info", f"{len(waiting)} 个问题等同事回答", "待问事项", "asks", ""))
        done = self.desk.completeness()
        for page in specs.PAGES:
            tally = done.pages.get(page.key)
            if tally is None or tally.filled == tally.asked:
                continue
            blank = done.blanks(page.key)[0]
            text = f"填写「{page.title}」，还差 {tally.asked - tally.filled} 项"
            lines.append(Todo("info", text, f"从「{specs.label_of(blank)}」开始", page.key, blank))
        return lines

    def _blockers(self) -> list[Todo]:
        """One line a page, told by its first blocker: the page first on which most of them go."""
        pages: dict[str, list[Finding]] = {}
        report = self.desk.report
        for finding in report.findings if report else ():
            if finding.severity == "blocker":
                pages.setdefault(home(finding.path)[0], []).append(finding)
        lines = []
        for found in sorted(pages.values(), key=len, reverse=True):
            first = found[0]
            # The sentence names the field: beside it the page is enough.
            place = place_words(first.path).partition(" › ")[0] or "自检"
            place += f" · {len(found)} 项" if len(found) > 1 else ""
            path = first.path or f"{RULE}{first.rule}"
            lines.append(Todo("blocker", first.message, place, "", path, len(found)))
        return lines


class _ActionRow(QFrame):
    def __init__(self, todo: Todo, act: Callable[[], None]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(Space.XS)
        row.addWidget(SeverityMark(todo.severity))
        door = Door(todo.text, act)
        door.setAccessibleName(f"{todo.text}，{todo.place}")
        row.addWidget(door, 1)
        row.addWidget(ElidedLabel(todo.place, "muted"))


class PapersCard(Card):
    """How far the papers are; a title opens its paper, a number of gaps the first of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("文书完成度")
        self.desk = desk
        self._lines: Sequence[PaperStatus] | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 3)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Show what the desk knows of the papers."""
        statuses = self.desk.papers.statuses
        if statuses == self._lines:
            return
        self._lines = statuses
        empty(self._grid)
        ordered = sorted(statuses, key=lambda status: (status.complete, status.ratio))
        ready = sum(status.complete for status in statuses)
        self.set_hint(f"{len(statuses)} 份，{ready} 份已填齐" if statuses else "正在统计…")
        titles = Counter(status.title for status in statuses)
        for row, status in enumerate(ordered[:PAPERS_SHOWN]):
            self._add(row, status, ambiguous=titles[status.title] > 1)
        rest = ordered[PAPERS_SHOWN:]
        if rest:
            open_ones = sum(not status.complete for status in rest)
            words = f"其中 {open_ones} 份没有填齐" if open_ones else "都已填齐"
            door = link(f"另外 {len(rest)} 份，{words}", partial(self.desk.go, "papers"))
            self._grid.addWidget(door, PAPERS_SHOWN, 0, 1, 4, Qt.AlignmentFlag.AlignLeft)
            self._grid.setRowMinimumHeight(PAPERS_SHOWN, Size.ROW)

    def _add(self, row: int, status: "PaperStatus", *, ambiguous: bool) -> None:
        stage = specs.STAGE_TITLES.get(status.paper.spec.stage) if ambiguous else None
        title = f"{status.title}（{stage}）" if stage else status.title
        door = Door(title, partial(self.desk.go, "papers", f"paper:{status.id}"))
        door.setAccessibleName(f"打开文书：{title}")
        bar = MarkedBar()
        bar.setMinimumWidth(60)
        bar.setMaximumWidth(150)
        tone = "done" if status.complete else "accent" if status.ratio >= 0.7 else "blocker"
        bar.set_value(status.ratio, tone=tone)
        percent = label(f"{int(status.ratio * 100)}%", "small")
        percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        missing: QWidget = label("已填齐", "muted")
        if status.fault or not status.gaps:
            if status.fault:
                missing = label("模板有误", "small", tone="blocker")
        else:
            gap = status.gaps[0]
            missing = link(f"缺 {len(status.gaps)} 项", partial(self.desk.go_to, gap.path))
            missing.setAccessibleName(f"{title}缺 {len(status.gaps)} 项，从「{gap.label}」开始填")
        for column, widget in enumerate((door, bar, percent, missing)):
            self._grid.addWidget(widget, row, column)
        self._grid.setAlignment(missing, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.setRowMinimumHeight(row, Size.ROW)


class DueCard(Card):
    """Every clock of the law that runs, the most urgent first; a line leads to the field from which it counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("期限", "按工作日计")
        self.desk = desk
        self._clocks: Sequence[Clock] | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)

    def show_clocks(self, clocks: Sequence[Clock], today: date) -> None:
        """Show these; says so when none runs."""
        live = live_clocks(clocks)
        if live == self._clocks:
            return
        self._clocks = live
        empty(self._rows)
        for number, clock in enumerate(live):
            if number:
                self._rows.addWidget(hairline())
            self._rows.addWidget(self._row(clock, today))
        if not live:
            words = "没有正在计算的期限。填了上线日期、提交日期后，这里按工作日倒数。"
            self._rows.addWidget(label(words, "secondary", wrap=True))

    def _row(self, clock: Clock, today: date) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 2, 0, 2)
        line.setSpacing(Space.XS)
        title = clock.title if clock.who == OWN else f"{clock.title}（{clock.who}）"
        door = Door(title, partial(self.desk.go_to, clock.since_path))
        assert clock.due is not None  # noqa: S101 - a live clock has a day
        due, left, guess = day_words(clock.due, today), left_words(clock), guess_of(clock)
        door.setAccessibleName(f"{title}，{due}，{left}，{clock.source.badge}{f'，{guess}' if guess else ''}")
        row.setToolTip(
            f"{clock.text}{routing.cited(clock.source, clock.clause)}"
            + (f"\n{clock.note}。" if clock.note else "")
        )
        line.addWidget(door, 1)
        line.addWidget(SourceBadge(clock.source))
        line.addWidget(label(due + ("，约" if guess else ""), "muted"))
        line.addWidget(label(left, "small", tone="blocker" if clock.state == "overdue" else ""))
        return row


def link(text: str, act: Callable[[], object]) -> QPushButton:
    """A few words that lead on, as wide as they are."""
    made = QPushButton(text)
    made.setProperty("role", "rowLink")
    made.setProperty("tone", "accent")
    made.setAccessibleName(text)
    made.clicked.connect(lambda _checked=False: act())
    return made
