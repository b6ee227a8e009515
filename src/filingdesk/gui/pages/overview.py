"""The overview: where both filings stand, what blocks and changed, which papers are ready, what to do next. Every number is a door."""

from functools import partial
from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.domain import specs
from filingdesk.domain.completeness import Completeness
from filingdesk.domain.report import DISCLAIMER
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.overview_cards import DueCard, NextCard, PapersCard
from filingdesk.gui.pages.overview_changes import ChangesCard
from filingdesk.gui.pages.overview_cover import CoverCard
from filingdesk.gui.pages.overview_deadline import DeadlineCard, next_clock
from filingdesk.gui.pages.overview_trend import TrendCard, trend_points
from filingdesk.gui.places import BLOCKERS, MANUAL, WARNINGS
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.numbercard import NumberCard
from filingdesk.gui.widgets.track import StageTrack, Station
from filingdesk.services import tally


class OverviewPage(ScrollPage):
    """What is seen first when a project is open."""

    key = "overview"
    title = "总览"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "总览", "", parent)
        stages = Card()
        self.track = StageTrack()
        self.track.clicked.connect(lambda page: desk.go(page))
        stages.body.addWidget(self.track)
        self.column.addWidget(stages)
        self.column.addLayout(self._make_numbers())
        self.next, self.due, self.changes = NextCard(desk), DueCard(desk), ChangesCard(desk)
        self._add_pair((self.next, self.due), (self.changes,))
        self.papers, self.cover = PapersCard(desk), CoverCard(desk)
        self._add_pair((self.papers,), (self.cover,))
        self.trend = TrendCard()
        self.trend.picked.connect(self._tell_since)
        self.column.addWidget(self.trend)
        self.column.addWidget(label(DISCLAIMER, "muted"))
        self.column.addStretch(1)
        self.refresh(None)
        self.refresh_findings()

    def _make_numbers(self) -> QHBoxLayout:
        numbers = QHBoxLayout()
        numbers.setSpacing(Space.M)
        self.blockers = NumberCard("阻断", "blocker")
        self.warnings = NumberCard("提醒", "warning")
        self.manual = NumberCard("需人工核查", "accent")
        for card, target in (
            (self.blockers, BLOCKERS),
            (self.warnings, WARNINGS),
            (self.manual, MANUAL),
        ):
            card.pressed.connect(partial(self.desk.go, "", target))
            numbers.addWidget(card, 2)
        self.deadline = DeadlineCard()
        self.deadline.pressed.connect(lambda: self.desk.go_to(self.deadline.path))
        numbers.addWidget(self.deadline, 3)
        return numbers

    def _add_pair(self, *halves: tuple[Card, ...]) -> None:
        """Two columns of equal width, whatever their cards hold; the last card of each takes the rest of the height."""
        pair = QHBoxLayout()
        pair.setSpacing(Space.M)
        for cards in halves:
            column = QVBoxLayout()
            column.setSpacing(Space.M)
            for card in cards:
                card.setMinimumWidth(1)
                column.addWidget(card, int(card is cards[-1]))
            pair.addLayout(column, 1)
        self.column.addLayout(pair)

    def refresh(self, keys: frozenset[str] | None) -> None:
        facts = self.desk.facts
        parts = [facts.subject.name, "、".join(facts.algorithm.types), facts.algorithm.role]
        route = facts.large_model.route
        parts.append(f"算法备案与大模型{route.removeprefix('大模型')}" if route else "")
        self.set_intro(
            " · ".join(part for part in parts if part)
            or "先从「主体与人员」填起；每一处只填一次，文书自动带出。"
        )
        self._show_track()
        self._show_deadlines()
        self.cover.refresh()
        self.refresh_papers()
        self.next.refresh()
        self.changes.refresh()
        self._show_trend()

    def refresh_findings(self) -> None:
        report = self.desk.report
        if report is None:
            for card in (self.blockers, self.warnings, self.manual):
                card.show_number("–", "正在自检…", alarming=False)
            return
        now = tally.of_report(report, self.desk.session.today)
        before = tally.before(tally.points(self.desk.session), now.day)
        waived = sum(finding.waived for result in report.results for finding in result.findings)
        self.blockers.show_number(
            str(now.blockers),
            _against(before, "blockers", now) or ("处理或豁免后才能定稿" if now.blockers else "没有阻断项"),
            alarming=bool(now.blockers),
        )
        self.warnings.show_number(
            str(now.warnings),
            _against(before, "warnings", now)
            or (f"另有 {waived} 项已豁免" if waived else "不影响定稿，建议看一遍"),
            alarming=bool(now.warnings),
        )
        self.manual.show_number(str(now.manual), "由人看过并记下结论", alarming=False)
        self._show_trend()
        self.next.refresh()
        self.changes.name_rules()

    def refresh_papers(self) -> None:
        self.papers.refresh()
        self.changes.show_news()

    def _show_trend(self) -> None:
        session, report = self.desk.session, self.desk.report
        now = tally.of_report(report, session.today) if report is not None else None
        points = trend_points(tally.points(session), now, session.today)
        self.trend.show_points(points, checking=report is None)

    def _tell_since(self, day: object) -> None:
        self.changes.since_day(day)  # type: ignore[arg-type]
        self.bring_into_view(self.changes)

    def _show_deadlines(self) -> None:
        result, today = self.desk.route(), self.desk.session.today
        self.deadline.show_clock(next_clock(result.clocks) if result else None, today)
        self.due.show_clocks(result.clocks if result else (), today)

    def _show_track(self) -> None:
        facts, done = self.desk.facts, self.desk.completeness()

        def of(*pages: str) -> float:
            tallies = [done.pages[page] for page in pages if page in done.pages]
            return sum(tallies, Completeness(0, 0)).ratio if tallies else 0.0

        result, model = facts.algorithm.result, facts.large_model.result
        algorithm = [
            page.key for page in specs.PAGES if page.stage == "algorithm" and page.key != "algorithm-result"
        ]
        steps = {"准备中": 0.0, "属地已受理": 0.5, "属地已通过": 1.0, "国家已通过": 1.0}
        self.track.set_stations(
            (
                Station("主体与人员", of("subject"), page="subject"),
                Station(
                    "主体备案",
                    float(result.subject_state == "已通过"),
                    result.subject_state,
                    "algorithm-result",
                ),
                Station("算法备案", of(*algorithm), result.state, "basics"),
                Station(
                    "备案号",
                    float(bool(result.number)),
                    "已取得" if result.number else "",
                    "algorithm-result",
                ),
                Station("大模型材料", of("model", "corpus", "measures"), page="model"),
                Station("安全评估", of("evaluation"), page="evaluation"),
                Station("属地网信办", steps.get(model.state, 0.0), model.state, "evaluation"),
                Station("国家网信办", float(model.state == "国家已通过"), page="evaluation"),
            )
        )


def _against(before: tally.Point | None, name: Literal["blockers", "warnings"], now: tally.Point) -> str:
    """较 11月20日 −4; blank when no earlier day is on record."""
    if before is None:
        return ""
    day, more = f"{before.day.month}月{before.day.day}日", getattr(now, name) - getattr(before, name)
    return f"较 {day} {'+' if more > 0 else '−'}{abs(more)}" if more else f"与 {day} 相同"
