"""The card 问题走势: how many blockers and reminders stood on the days on record, and now."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from filingdesk.gui.pages.overview_deadline import day_words
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.gui.widgets.trendchart import TrendChart, TrendLine, TrendPoint
from filingdesk.services.tally import Point

SHOWN_DAYS = 120
"""Calendar days that the chart goes back; the project keeps more."""
LINES = (TrendLine("阻断", "blocker"), TrendLine("提醒", "warning", "square"))


def trend_points(known: Sequence[Point], now: Point | None, today: date) -> tuple[TrendPoint, ...]:
    """The days on record within the shown span, and today as it is counted now."""
    points = [point for point in known if now is None or point.day < now.day]
    points += [now] if now is not None else []
    first = today - timedelta(days=SHOWN_DAYS)
    return tuple(
        TrendPoint(
            point.day,
            (point.blockers, point.warnings),
            f"{day_words(point.day, today)}　阻断 {point.blockers}，提醒 {point.warnings}"
            + ("（当天规则有更新）" if changed else ""),
            "规则更新" if changed else "",
        )
        for point, changed in zip(points, _rules_changed(points), strict=True)
        if point.day >= first
    )


def _rules_changed(points: Sequence[Point]) -> list[bool]:
    before = [None, *points[:-1]] if points else []
    return [
        one is not None and bool(one.packs) and one.packs != two.packs
        for one, two in zip(before, points, strict=True)
    ]


class TrendCard(Card):
    """The chart with the day that is spoken of; `picked` wants to know what changed since a day."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__("问题走势", "每个修改过的日子记一个点")
        self.chart = TrendChart("问题走势", LINES)
        self.chart.picked.connect(self.picked)
        self.chart.current_changed.connect(self._tell)
        self.body.addWidget(self.chart)
        self.line = label("", "muted")
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.empty = Prose("", "secondary")
        self.body.addWidget(self.line)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.show_points((), checking=True)

    def show_points(self, points: Sequence[TrendPoint], *, checking: bool = False) -> None:
        """Show these; fewer than two days make no line, which is said."""
        if points and tuple(points) == self.chart.points():
            return
        self.chart.show_points(points)
        drawn = len(points) > 1
        self.chart.setVisible(drawn)
        self.line.setVisible(drawn)
        self.empty.setVisible(not drawn)
        if not drawn:
            known = f"现在{points[-1].words.partition('　')[2]}。" if points else ""
            self.empty.set_prose(
                "正在自检…"
                if checking
                else f"{known}还没有以前的记录。从现在起，每个修改过的日子记下当天最后的数量，两天以后这里画成折线；没有记录的日子不补。"
            )
        self._tell(None)

    def _tell(self, point: object) -> None:
        shown = point if isinstance(point, TrendPoint) else None
        points = self.chart.points()
        if shown is not None:
            self.line.setText(f"{shown.words} · 回车或点一下看那天以来的变化")
        elif len(points) > 1:
            first, last = points[0], points[-1]
            less = last.values[0] - first.values[0]
            way = f"少了 {-less} 项" if less < 0 else f"多了 {less} 项" if less else "没有增减"
            self.line.setText(f"{first.words.partition(' ')[0]}以来阻断{way}")
