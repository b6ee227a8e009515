"""The overview: where both filings stand, what blocks, which papers are ready, what to do next. Every number is a door."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from filingdesk.domain import specs
from filingdesk.domain.completeness import Completeness
from filingdesk.domain.report import DISCLAIMER
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.bundle_webform import stale_words
from filingdesk.gui.pages.overview_deadline import DeadlineCard, next_clock
from filingdesk.gui.places import RULE, place_words
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.bars import MarkedBar
from filingdesk.gui.widgets.cards import Card, hairline
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.gui.widgets.numbercard import NumberCard
from filingdesk.gui.widgets.severity import SeverityMark
from filingdesk.gui.widgets.track import StageTrack, Station
from filingdesk.services import asking, webform
from filingdesk.services.changes import PASTED
from filingdesk.services.checking import RiskRow

if TYPE_CHECKING:
    from filingdesk.services.papers import PaperStatus

NEXT_ACTIONS = 5
PAPERS_SHOWN = 7
"""The least complete first; the others are one line with a door, so that the page stays one screen."""


class _ActionRow(QFrame):
    def __init__(self, severity: str, text: str, place: str, act: Callable[[], None]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(Space.XS)
        row.addWidget(SeverityMark(severity))
        row.addWidget(Door(text, act))
        row.addStretch(1)
        row.addWidget(label(place, "muted"))


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
        numbers = QHBoxLayout()
        numbers.setSpacing(Space.M)
        self.blockers = NumberCard("阻断", "blocker")
        self.warnings = NumberCard("提醒", "warning")
        self.manual = NumberCard("需人工核查", "accent")
        for card in (self.blockers, self.warnings, self.manual):
            card.pressed.connect(lambda: desk.go("check"))
            numbers.addWidget(card, 2)
        self.deadline = DeadlineCard()
        self.deadline.pressed.connect(lambda: desk.go_to(self.deadline.path))
        numbers.addWidget(self.deadline, 3)
        self.column.addLayout(numbers)
        pair = QHBoxLayout()
        pair.setSpacing(Space.M)
        self._papers = Card("文书完成度")
        self._paper_grid = _grid(self._papers)
        pair.addWidget(self._papers, 23)
        self._cover = Card("关键词覆盖", "竖线为要求")
        self._cover_grid = _grid(self._cover)
        pair.addWidget(self._cover, 20)
        self.column.addLayout(pair)
        self._next = Card("接下来")
        self._next_list = QVBoxLayout()
        self._next_list.setSpacing(0)
        self._next.body.addLayout(self._next_list)
        self.column.addWidget(self._next)
        self.column.addWidget(label(DISCLAIMER, "muted"))
        self.column.addStretch(1)
        self._cover_lines: Sequence[RiskRow] | None = None
        self._paper_lines: Sequence[PaperStatus] | None = None
        self._next_lines: Sequence[tuple[str, ...]] | None = None
        self.refresh(None)
        self.refresh_findings()

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
        self._show_deadline()
        self._show_cover()
        self.refresh_papers()
        self._show_next()

    def refresh_findings(self) -> None:
        report = self.desk.report
        if report is None:
            for card in (self.blockers, self.warnings, self.manual):
                card.show_number("–", "正在自检…", alarming=False)
            return
        blockers, warnings = report.count("blocker"), report.count("warning")
        waived = sum(finding.waived for result in report.results for finding in result.findings)
        manual = len(report.with_status("manual"))
        self.blockers.show_number(
            str(blockers),
            "处理完或写明理由豁免后才能定稿" if blockers else "没有阻断项",
            alarming=bool(blockers),
        )
        self.warnings.show_number(
            str(warnings),
            f"另有 {waived} 项已豁免" if waived else "不影响定稿，建议看一遍",
            alarming=bool(warnings),
        )
        self.manual.show_number(str(manual), "由人看过并记下结论", alarming=False)
        self._show_next()

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

    def _show_deadline(self) -> None:
        result = self.desk.route()
        self.deadline.show_clock(next_clock(result.clocks) if result else None, self.desk.session.today)

    def _show_cover(self) -> None:
        state = self.desk.session.snapshot()
        lines = self.desk.knowledge.keyword_coverage(state.keywords.by_risk, state)
        if lines == self._cover_lines:
            return
        self._cover_lines = lines
        _clear(self._cover_grid)
        self._cover.setVisible(bool(lines))
        half = sum(risk.id.startswith("A.1") for risk in lines) or len(lines)
        for place, risk in enumerate(lines):
            left = 0 if place < half else 4
            row = place if place < half else place - half
            required = risk.minimum or 0
            name = label(risk.id, "secondary")
            name.setToolTip(risk.name)
            bar = MarkedBar(risk.count, required)
            bar.setToolTip(f"{risk.id} {risk.name}")
            figure = label(f"{risk.count:,} / {required}", "small", tone="" if risk.ok else "blocker")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._cover_grid.addWidget(name, row, left)
            self._cover_grid.addWidget(bar, row, left + 1)
            self._cover_grid.addWidget(figure, row, left + 2)
        self._cover_grid.setColumnMinimumWidth(3, Space.S)
        self._cover_grid.setColumnStretch(5, 1)
        missing = sum(not risk.ok for risk in lines)
        self._cover.set_hint(f"竖线为要求 · {missing} 类不足" if missing else "竖线为要求 · 全部达到")

    def refresh_papers(self) -> None:
        statuses = self.desk.papers.statuses
        if statuses == self._paper_lines:
            return
        self._paper_lines = statuses
        _clear(self._paper_grid)
        self._papers.set_hint("" if statuses else "正在统计…")
        shown = sorted(statuses, key=lambda status: status.complete)[:PAPERS_SHOWN]
        titles = Counter(status.title for status in statuses)
        for row, status in enumerate(shown):
            stage = specs.STAGE_TITLES.get(status.paper.spec.stage) if titles[status.title] > 1 else None
            title = f"{status.title}（{stage}）" if stage else status.title
            door = Door(title, partial(self.desk.go, "papers", f"paper:{status.id}"))
            door.setAccessibleName(f"打开文书：{title}")
            bar = MarkedBar()
            bar.setMinimumWidth(60)
            bar.setMaximumWidth(150)
            tone = "done" if status.complete else "accent" if status.ratio >= 0.7 else "blocker"
            bar.set_value(status.ratio, tone=tone)
            percent = label(f"{int(status.ratio * 100)}%", "small")
            missing = label("已填齐" if status.complete else f"缺 {len(status.gaps)} 项", "muted")
            for column, widget in enumerate((door, bar, percent, missing)):
                if isinstance(widget, QLabel):
                    widget.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._paper_grid.addWidget(widget, row, column)
            self._paper_grid.setRowMinimumHeight(row, Size.ROW)
        rest = sorted(statuses, key=lambda status: status.complete)[PAPERS_SHOWN:]
        if rest:
            open_ones = sum(not status.complete for status in rest)
            words = f"其中 {open_ones} 份没有填齐" if open_ones else "都已填齐"
            door = Door(f"另外 {len(rest)} 份，{words}", partial(self.desk.go, "papers"))
            self._paper_grid.addWidget(door, len(shown), 0, 1, 4)
            self._paper_grid.setRowMinimumHeight(len(shown), Size.ROW)
        self._paper_grid.setColumnStretch(0, 5)
        self._paper_grid.setColumnStretch(1, 3)

    def _show_next(self) -> None:
        lines = self._todo()
        if lines == self._next_lines:
            return
        self._next_lines = lines
        while self._next_list.count():
            item = self._next_list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (severity, text, place, page, path) in enumerate(lines):
            if number:
                self._next_list.addWidget(hairline())
            self._next_list.addWidget(_ActionRow(severity, text, place, partial(self.desk.go, page, path)))
        if not lines:
            self._next_list.addWidget(ElidedLabel("没有待办。导出前请人工通读一遍全部文书。", "secondary"))

    def _todo(self) -> list[tuple[str, str, str, str, str]]:
        """(severity, text, place in words, page, path) of the things to do next, the most urgent first."""
        lines: list[tuple[str, str, str, str, str]] = []
        if self.desk.session.marks(PASTED) and (stale := stale_words(webform.walks(self.desk.session))):
            lines.append(("warning", stale, "填报小窗", "bundle", "webform"))
        report = self.desk.report
        for finding in report.findings if report else ():
            if finding.severity == "blocker" and len(lines) < NEXT_ACTIONS:
                path = finding.path or f"{RULE}{finding.rule}"
                place = place_words(finding.path) or finding.rule
                lines.append(("blocker", finding.message, place, "", path))
        if len(lines) < NEXT_ACTIONS and (waiting := asking.open_questions(self.desk.session)):
            lines.append(("info", f"{len(waiting)} 个问题等同事回答", "待问事项", "asks", ""))
        done = self.desk.completeness()
        for page in specs.PAGES:
            tally = done.pages.get(page.key)
            if len(lines) >= NEXT_ACTIONS or tally is None or tally.filled == tally.asked:
                continue
            blank = done.first_blank(page.key)
            text = f"填写「{page.title}」，还差 {tally.asked - tally.filled} 项"
            lines.append(("info", text, f"从「{specs.label_of(blank)}」开始", page.key, blank))
        return lines


def _grid(card: Card) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.S)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    card.body.addLayout(grid)
    card.body.addStretch(1)
    return grid


def _clear(grid: QGridLayout) -> None:
    while grid.count():
        item = grid.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
