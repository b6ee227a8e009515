"""The outcome of an interception test: the three figures, rates by risk and channel, what slipped, what was wrongly stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.intervals import Rate
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_channels import way_words
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.figure import Figure
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.scan.trial_result import BenignHit, RiskRate, Slip, TrialResult, Unmutable
from filingdesk.services import interception
from filingdesk.services.interception import Offer, StoredTrial
from filingdesk.services.interception_words import METHOD_NAMES, UNCLASSIFIED, interval, percent, percent_up

RATES, SLIPS, OVERKILL, UNTESTED = "拦截率", "漏过", "误拦", "没有伪装形式"
VIEWS = (RATES, SLIPS, OVERKILL, UNTESTED)


@dataclass(frozen=True)
class Line:
    """One row of a table of words: risk and channel to filter by, the word to go to, and the cells."""

    risk: str
    channel: str
    word: str
    first: str
    second: str = ""


class TrialResultCard(Card):
    """Shows a `StoredTrial`."""

    word_wanted = Signal(str)
    paper_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("结果", "", parent)
        self.desk = desk
        self.stored: StoredTrial | None = None
        self._offers: Sequence[Offer] = ()
        self._names: dict[str, str] = {}
        self._read_only = False
        self.paper = QPushButton("《关键词拦截测试报告》")
        self.paper.setAccessibleName("打开《关键词拦截测试报告》")
        self.paper.clicked.connect(self.paper_wanted)
        self.adopt = QPushButton("填入安全评估…")
        self.adopt.setAccessibleName("把抽检数据填入安全评估")
        self.adopt.clicked.connect(lambda: self._adopt())
        self.head.addWidget(self.adopt)
        self.head.addWidget(self.paper)
        self.stack = SnugStack()
        self.body.addWidget(self.stack, 1)
        self.stack.addWidget(
            EmptyState(
                "还没有测过",
                "测试会把每个词按各通道伪装一遍，给出拦截率、漏过的词和误拦率；结果随项目保存，可以复算。",
                picture="shield",
            )
        )
        self.stack.addWidget(self._make_outcome())
        self.show_trial(None, [])

    def _make_outcome(self) -> QWidget:
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.stale = label(
            "关键词库在这次测试之后变了，结果以当时的词库为准，请重新测试。", "small", tone="warning"
        )
        column.addWidget(self.stale)
        self.facts = label("", "muted", wrap=True)
        column.addWidget(self.facts)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        self.rate, self.slipped, self.overkill = Figure("拦截率"), Figure("漏过的伪装"), Figure("误拦率")
        for figure in (self.rate, self.slipped, self.overkill):
            row.addWidget(figure, 1)
        column.addLayout(row)
        column.addSpacing(Space.XXS)
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.views = ChipGroup(VIEWS, multiple=False)
        self.views.set_label("看什么")
        self.views.set_values([RATES])
        self.views.changed.connect(lambda chosen: self._show_view(chosen[0] if chosen else self.view()))
        self._view = RATES
        bar.addWidget(self.views, 1)
        self.risk, self.channel = QComboBox(), QComboBox()
        self.risk.setAccessibleName("只看一类风险")
        self.risk.setFixedWidth(220)
        self.channel.setAccessibleName("只看一个通道")
        self.channel.setFixedWidth(140)
        for box in (self.risk, self.channel):
            box.currentIndexChanged.connect(lambda _index: self._fill())
            bar.addWidget(box)
        column.addLayout(bar)
        self.tables = QStackedWidget()
        self._make_tables()
        column.addWidget(self.tables, 1)
        foot = QHBoxLayout()
        self.count = label("", "muted")
        foot.addWidget(self.count)
        foot.addStretch(1)
        self.export = QPushButton("导出漏过的词…")
        self.export.setAccessibleName("把漏过的词导出为表格")
        self.export.clicked.connect(self.export_wanted)
        foot.addWidget(self.export)
        self.look = QPushButton("在词表里看")
        self.look.setAccessibleName("在词表里看选中的词")
        self.look.clicked.connect(lambda: self._go())
        foot.addWidget(self.look)
        column.addLayout(foot)
        return filled

    def _make_tables(self) -> None:
        rates: tuple[Column[RiskRate], ...] = (
            Column("风险", self._risk_words),
            Column("词数", lambda r: f"{r.words:,}", 66, number=True),
            *(
                Column(
                    way_words(name).partition(" ")[0],
                    self._cell(name),
                    84,
                    number=True,
                    tone=self._tone(name),
                )
                for name in ("exact", "folded", "skip", "repeat", "pinyin", "split")
            ),
            Column("合计", lambda r: percent(r.rate), 84, number=True),
        )
        self.rates = PlainRows(rates, self)
        self.rate_table = table_view(self.rates, rates, "各类风险、各通道的拦截率，回车看漏过的词")
        self.rate_table.activated.connect(lambda index: self._open_risk(index.row()))
        self.tables.addWidget(self.rate_table)
        self.models: dict[str, PlainRows[Line]] = {}
        self.line_tables: dict[str, QTableView] = {}
        for view, first, second, name in (
            (SLIPS, "伪装成", "手法", "漏过的词，回车在词表里看"),
            (OVERKILL, "命中的文字", "出处", "误拦的正常文本，回车在词表里看"),
            (UNTESTED, "", "", "没有伪装形式的词，回车在词表里看"),
        ):
            columns = [
                Column[Line]("关键词", lambda n: n.word, 180),
                Column[Line]("风险", lambda n: self._risk_name(n.risk)),
                Column[Line]("通道", lambda n: way_words(n.channel), 130),
            ]
            if first:
                columns.insert(1, Column[Line](first, lambda n: n.first, 200))
                columns.append(Column[Line](second, lambda n: n.second, 180))
            model = PlainRows(columns, self)
            table = table_view(model, columns, name)
            table.activated.connect(
                lambda index, model=model: self.word_wanted.emit(model.rows[index.row()].word)
            )
            self.models[view], self.line_tables[view] = model, table
            self.tables.addWidget(table)
        for place in range(self.tables.count()):
            self.tables.widget(place).setMinimumHeight(240)

    @staticmethod
    def _cell(channel: str) -> Callable[[RiskRate], str]:
        def cell(row: RiskRate) -> str:
            pair = row.channels.get(channel)
            return percent(Rate(*pair)) if pair else "—"

        return cell

    @staticmethod
    def _tone(channel: str) -> Callable[[RiskRate], str]:
        def tone(row: RiskRate) -> str:
            caught, tested = row.channels.get(channel, (0, 0))
            return "warning" if caught < tested else ""

        return tone

    # Names

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self._names = names
        self._fill_filters()

    def _risk_name(self, risk: str) -> str:
        return f"{risk} {self._names.get(risk, '')}".strip() or UNCLASSIFIED

    def _risk_words(self, row: RiskRate) -> str:
        return self._risk_name(row.risk)

    # Showing

    def view(self) -> str:
        """What is looked at: rates, words that slipped, texts wrongly stopped, words without a disguise."""
        return self._view

    def show_trial(self, stored: StoredTrial | None, offers: Sequence[Offer], *, kept: bool = True) -> None:
        """Show a test; None: nothing was tested yet."""
        self.stored, self._offers = stored, offers
        self.stack.setCurrentIndex(0 if stored is None else 1)
        self.paper.setVisible(stored is not None and kept)
        self.adopt.setVisible(any(offer.differs for offer in offers))
        self._enable()
        if stored is None:
            self.set_hint("")
            return
        trial = stored.trial
        self.set_hint(f"{stored.at:%Y-%m-%d %H:%M} · {stored.who}" if kept else "只读打开，没有保存")
        self.stale.setVisible(stored.stale)
        self.facts.setText(_facts(stored))
        missed = trial.rate.total - trial.rate.successes
        self.rate.show_figure(percent(trial.rate), f"95% 置信区间 {interval(trial.rate)}")
        self.slipped.show_figure(
            f"{missed:,}", f"共测 {trial.rate.total:,} 个伪装", "warning" if missed else "done"
        )
        over = trial.over_kill
        self.overkill.show_figure(
            percent_up(over),
            f"{over.total:,} 句正常文本中 {over.successes:,} 句 · 区间 {interval(over)}",
            "warning" if over.successes else "done",
        )
        self._fill_filters()
        self._fill()

    def _fill_filters(self) -> None:
        if self.stored is None:
            return
        trial = self.stored.trial
        risks = [("全部风险", None), *((self._risk_name(r.risk), r.risk) for r in trial.risks)]
        channels = [("全部通道", None), *((way_words(c.channel), c.channel) for c in trial.channels)]
        for box, items in ((self.risk, risks), (self.channel, channels)):
            wanted = box.currentData()
            box.blockSignals(True)
            box.clear()
            for words, value in items:
                box.addItem(words, value)
            box.setCurrentIndex(max(box.findData(wanted), 0) if wanted is not None else 0)
            box.blockSignals(False)

    def _show_view(self, view: str) -> None:
        self._view = view
        self.views.set_values([view])
        self._fill()

    def show_slips(self, risk: str | None = None, channel: str | None = None) -> None:
        """Look at the words that slipped, of one risk or channel."""
        for box, value in ((self.risk, risk), (self.channel, channel)):
            box.blockSignals(True)
            box.setCurrentIndex(max(box.findData(value), 0) if value is not None else 0)
            box.blockSignals(False)
        self._show_view(SLIPS)

    def _open_risk(self, row: int) -> None:
        if 0 <= row < len(self.rates.rows):
            self.show_slips(self.rates.rows[row].risk)

    def _fill(self) -> None:
        if self.stored is None:
            return
        trial, view = self.stored.trial, self._view
        risk, channel = self.risk.currentData(), self.channel.currentData()
        self.tables.setCurrentIndex(VIEWS.index(view))
        self.channel.setEnabled(view != RATES)
        if view == RATES:
            self.rates.show([r for r in trial.risks if risk is None or r.risk == risk])
            for place, name in enumerate(("exact", "folded", "skip", "repeat", "pinyin", "split"), 2):
                tested = any(each.channel == name for each in trial.channels)
                self.rate_table.setColumnHidden(place, not tested)
            self.count.setText(self._rate_words(trial))
        else:
            lines = [
                line
                for line in _lines(trial, view)
                if risk in (None, line.risk) and channel in (None, line.channel)
            ]
            self.models[view].show(lines)
            left = trial.left_out.get(
                {SLIPS: "slips", OVERKILL: "benign_hits", UNTESTED: "unmutable"}[view], 0
            )
            self.count.setText(
                f"共 {len(lines):,} 条"
                + (f"；另有 {left:,} 条只计数，没有随项目保存" if left else "")
                + ("，导出时重算" if left and view == SLIPS else "")
            )
            if lines:
                self.line_tables[view].setCurrentIndex(self.models[view].index(0, 0))
        self._enable()

    @staticmethod
    def _rate_words(trial: TrialResult) -> str:
        parts = [f"{way_words(c.channel)} {percent(c.rate)}" for c in trial.channels]
        return "各通道：" + "，".join(parts)

    # Going on

    def _go(self) -> None:
        if self._view == RATES:
            self._open_risk(self.rate_table.currentIndex().row())
            return
        model, row = self.models[self._view], self.line_tables[self._view].currentIndex().row()
        if 0 <= row < len(model.rows):
            self.word_wanted.emit(model.rows[row].word)

    def _adopt(self) -> None:
        chosen = [offer for offer in self._offers if offer.differs]
        done = self.desk.attempt(lambda: interception.accept(self.desk.session, chosen))
        if done is not None:
            names = "；".join(f"{offer.label} {offer.current or '空'} → {offer.proposed}" for offer in chosen)
            self.desk.told.emit(f"已填入安全评估：{names}。", "done", "undo")

    def set_read_only(self, read_only: bool) -> None:
        """Whether anything can be filled in."""
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        self.adopt.setEnabled(not self._read_only)
        self.look.setText("看漏过的词" if self._view == RATES else "在词表里看")
        rows: Sequence[Any] = self.rates.rows if self._view == RATES else self.models[self._view].rows
        self.look.setEnabled(bool(rows))
        self.export.setVisible(self._view == SLIPS)
        self.export.setEnabled(bool(rows))


def _facts(stored: StoredTrial) -> str:
    trial = stored.trial
    parts = [
        f"种子 {trial.seed}",
        f"词库第 {stored.run.library_version} 版，{trial.keywords:,} 个词",
        f"词库指纹 {trial.library_digest[:12]}",
        f"引擎 {trial.engine}",
        f"程序 {trial.program}",
        f"中性句子 {trial.carriers} 组",
    ]
    return " · ".join(parts)


def _lines(trial: TrialResult, view: str) -> list[Line]:
    if view == SLIPS:
        slips: Sequence[Slip] = trial.slips
        return [
            Line(s.risk, s.channel, s.keyword, s.surface, METHOD_NAMES.get(s.method, s.method)) for s in slips
        ]
    if view == OVERKILL:
        hits: Sequence[BenignHit] = trial.benign_hits
        return [Line(h.risk, h.channel, h.keyword, h.surface, f"{h.source} 第 {h.row} 行") for h in hits]
    words: Sequence[Unmutable] = trial.unmutable
    return [Line(u.risk, u.channel, u.keyword, "") for u in words]
