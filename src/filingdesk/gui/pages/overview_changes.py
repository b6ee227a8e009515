"""The card 变化: what changed since yesterday, the last working day, the last opening or a day, by whom, each a door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.pages.overview_cards import link
from filingdesk.gui.pages.overview_deadline import day_words
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label
from filingdesk.services import whatsnew
from filingdesk.services.whatsnew import Moved, News
from filingdesk.store.model import CHINA, ProjectClosed

YESTERDAY, WORKDAY, OPENED = "昨天以来", "上个工作日以来", "上次打开以来"
SHOWN, SHOWN_ALL = 4, 20
PEOPLE_NAMED = 3
ASK_PAUSE_MS = 250
HERE = "page:overview"
"""What has no place of its own: told, but no door."""
_TONES = {"新增": "done", "填写": "done", "删除": "blocker", "清空": "blocker"}


@dataclass(frozen=True)
class Span:
    """One choice of a beginning: its words, the moment (None: not known), and what to say of it."""

    words: str
    moment: datetime | None
    told: str


def spans(today: date, opened_before: datetime | None) -> list[Span]:
    """The beginnings that make sense today; the last working day only where it was not yesterday."""
    yesterday, worked = whatsnew.yesterday(today), whatsnew.last_working_day(today)
    found = [Span(YESTERDAY, whatsnew.day_start(yesterday), f"{day_words(yesterday, today)} 0 点以来")]
    if worked != yesterday:
        found.append(Span(WORKDAY, whatsnew.day_start(worked), f"{day_words(worked, today)} 0 点以来"))
    told = "在这台电脑上第一次打开"
    if opened_before is not None:
        moment = opened_before.astimezone(CHINA)
        told = f"{day_words(moment.date(), today)} {moment:%H:%M} 以来"
    found.append(Span(OPENED, opened_before, told))
    return found


def go_to(desk: Desk, thing: Moved) -> None:
    """Open what changed."""
    kind, _colon, rest = thing.target.partition(":")
    if kind == "page":
        desk.go(rest)
    elif kind == "paper":
        desk.go("papers", thing.target)
    else:
        desk.go_to(thing.target)


class ChangesCard(Card):
    """The card; asks in a job, for the journal may be long."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("变化", " ")
        self.desk = desk
        self.news: News | None = None
        self._drawn: tuple[Sequence[Moved], int] | None = None
        self._own_day: date | None = None
        self._all = False
        self._rules_named = True
        self._job: Ticket | None = None
        self._day: date | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(ASK_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        desk.closing.connect(self._pause.stop)
        self.choice: ChipGroup | None = None
        self._choice_row = QHBoxLayout()
        self.body.addLayout(self._choice_row)
        self.summary = Prose("正在看日志…", "small")
        self.body.addWidget(self.summary)
        self._paper = ""
        self.papers = Door("", lambda: desk.go("papers", self._paper))
        self.papers.hide()
        self.body.addWidget(self.papers)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._offer()

    # What is asked

    def _offer(self) -> None:
        """The choices of this day; after a working day off, the last working day is chosen by itself."""
        self._day = self.desk.session.today
        self._spans = spans(self._day, self.desk.opened_before)
        words = [span.words for span in self._spans]
        chosen = self.choice.values()[:1] if self.choice is not None else []
        if self._own_day is not None:
            words.append(self._own_words())
        if self.choice is not None:
            self._choice_row.removeWidget(self.choice)
            self.choice.hide()
            self.choice.deleteLater()
        self.choice = ChipGroup(words, multiple=False)
        self.choice.set_label("从什么时候起")
        default = WORKDAY if WORKDAY in words else YESTERDAY
        self.choice.set_values(chosen if chosen and chosen[0] in words else [default])
        for chip, span in zip(self.choice.chips(), self._spans, strict=False):
            chip.setToolTip(span.told)
            chip.setEnabled(span.moment is not None)
        self.choice.changed.connect(lambda _values: self.refresh())
        self._choice_row.addWidget(self.choice)

    def _own_words(self) -> str:
        assert self._own_day is not None  # noqa: S101 - only asked for when there is one
        return f"{self._own_day.month}月{self._own_day.day}日以来"

    def since_day(self, day: date) -> None:
        """Tell what changed since a day began."""
        self._own_day = day
        self._offer()
        assert self.choice is not None  # noqa: S101 - just made
        self.choice.set_values([self._own_words()])
        self.refresh()

    def span(self) -> Span:
        """The beginning that is chosen."""
        words = (self.choice.values() if self.choice is not None else [])[:1]
        for span in self._spans:
            if words == [span.words] and span.moment is not None:
                return span
        if self._own_day is not None and words == [self._own_words()]:
            told = f"{day_words(self._own_day, self.desk.session.today)} 0 点以来"
            return Span(words[0], whatsnew.day_start(self._own_day), told)
        return self._spans[0]

    def name_rules(self) -> None:
        """Ask again when rules had no names yet: a project was opened and nothing had been checked."""
        if not self._rules_named:
            self.refresh()

    def refresh(self) -> None:
        """Ask again soon: several edits in a row are one question."""
        assert self.choice is not None  # noqa: S101 - made in the beginning
        if self._day != self.desk.session.today:
            self._offer()
        elif not self.choice.values():  # pressed a second time: something has to be chosen
            self.choice.set_values([self.span().words])
        self._pause.start()

    def _ask(self) -> None:
        if self._job is not None:
            self._job.cancel()
        session, span, report = self.desk.session, self.span(), self.desk.report
        self._rules_named = report is not None
        papers = self.desk.knowledge.paper_titles
        rules = {result.id: result.title for result in report.results} if report is not None else {}

        def read() -> News | None:
            assert span.moment is not None  # noqa: S101 - `span` gives only known ones
            try:
                return whatsnew.named(whatsnew.since(session, span.moment), papers, rules)
            except ProjectClosed:
                return None

        self._job = self.desk.jobs.start(
            lambda _cancel, _report: read(),
            on_done=lambda news: self._take(news, span),
            on_error=self.desk.failed.emit,
        )

    # What is shown

    def _take(self, news: News | None, span: Span) -> None:
        self._job = None
        if news is None or span.words != self.span().words:
            return
        if self.news is None or news.since != self.news.since:
            self._all = False
        self.news = news
        self.set_hint(span.told)
        self.show_news()

    def show_news(self) -> None:
        """Draw what is known; also when the papers are counted anew."""
        news = self.news
        if news is None:
            return
        self.summary.set_prose(self._summary(news))
        self._show_papers(news)
        shown = news.things[: SHOWN_ALL if self._all else SHOWN]
        if self._drawn == (shown, len(news.things)):
            return
        self._drawn = (shown, len(news.things))
        empty(self._rows)
        for number, thing in enumerate(shown):
            if number:
                self._rows.addWidget(hairline())
            self._rows.addWidget(self._row(thing))
        rest = len(news.things) - len(shown)
        if rest and not self._all:
            self._rows.addWidget(link(f"再看 {rest} 处", self._show_all), 0, Qt.AlignmentFlag.AlignLeft)
        elif rest:
            self._rows.addWidget(label(self._rest_words(news.things[len(shown) :]), "muted", wrap=True))

    def _show_all(self) -> None:
        self._all = True
        self.show_news()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _summary(self, news: News) -> str:
        again = f"，另有 {news.settled} 处改过又改回" if news.settled else ""
        if not news.things:
            last = news.last
            when = (
                f"\n上一次修改：{self._when(last.at)}，{last.who or '未署名'}，{last.label}。" if last else ""
            )
            return f"{self.span().words}没有变化{again}。{when}"
        people = "、".join(f"{who or '未署名'} {count}" for who, count in news.people[:PEOPLE_NAMED])
        others = f"等 {len(news.people)} 人" if len(news.people) > PEOPLE_NAMED else ""
        return f"{len(news.things)} 处变化（{people}{others}）{again}"

    def _show_papers(self, news: News) -> None:
        """Which papers use what changed; leads to the first, or to all."""
        found = news.papers(self.desk.papers.uses)
        self._paper = f"paper:{found[0][0]}" if len(found) == 1 else ""
        titles = "、".join(title for _id, title, _count in found)
        self.papers.setText(f"涉及 {len(found)} 份文书：{titles}")
        self.papers.setAccessibleName(self.papers.text())
        self.papers.setVisible(bool(found))

    @staticmethod
    def _rest_words(things: Sequence[Moved]) -> str:
        places = News(datetime.now(CHINA), tuple(things)).places
        return f"还有 {len(things)} 处：" + "，".join(f"{place} {count}" for place, count in places)

    def _row(self, thing: Moved) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 1, 0, 1)
        line.setSpacing(Space.XS)
        line.addWidget(Badge(thing.how, _TONES.get(thing.how, "neutral")))
        if thing.target == HERE:
            line.addWidget(ElidedLabel(thing.title))
            line.addStretch(1)
            line.addWidget(ElidedLabel(f"{thing.place} · {self._touched(thing)}", "muted"))
            return row
        door = Door(thing.title, partial(go_to, self.desk, thing))
        touched = self._touched(thing)
        door.setAccessibleName(f"{thing.how} {thing.title}，{thing.place}，{touched}")
        line.addWidget(door)
        line.addStretch(1)
        line.addWidget(ElidedLabel(f"{thing.place} · {touched}", "muted"))
        return row

    def _touched(self, thing: Moved) -> str:
        return f"{'、'.join(who or '未署名' for who in thing.who)} {self._when(thing.at)}"

    def _when(self, moment: datetime) -> str:
        """今天 09:10, 昨天 17:30, 11月20日 周五 14:05: days in China."""
        at, today = moment.astimezone(CHINA), self.desk.session.today
        named = {today: "今天", whatsnew.yesterday(today): "昨天"}.get(at.date())
        return f"{named or day_words(at.date(), today)} {at:%H:%M}"
