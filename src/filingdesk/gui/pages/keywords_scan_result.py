"""The outcome of a scan: the share of hits against T1 and T11, each source of the corpus, the hits in their context."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.intervals import Rate
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_channels import tone_of, way_words
from filingdesk.gui.pages.keywords_scan_model import RecordDialog, Scan, SeenHit, SourceLine
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.pages.listings import RemarkDialog
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.context import CONTEXT_ROLE, ContextDelegate
from filingdesk.gui.widgets.figure import Figure
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.services import corpora
from filingdesk.services.interception_words import interval, percent, percent_up

Index = QModelIndex | QPersistentModelIndex
_VERDICTS = {True: ("达到", "done"), False: ("不达到", "blocker"), None: ("没有要求", "")}


class _HitRows(PlainRows[SeenHit]):
    """Hits; the column of the text gives what the delegate paints."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CONTEXT_ROLE and index.column() == 0:
            hit = self.rows[index.row()]
            return _flat(hit.before), _flat(hit.surface), _flat(hit.after), tone_of(hit.channel)
        return super().data(index, role)


def _flat(text: str) -> str:
    return " ".join(text.split()) if any(char.isspace() for char in text) else text


class ScanResultCard(Card):
    """Shows a `Scan`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("结果", "", parent)
        self.desk = desk
        self.scan: Scan | None = None
        self._names: dict[str, str] = {}
        self.dialog: QDialog | None = None
        self.unread = QPushButton()
        self.unread.clicked.connect(lambda: self._show_unread())
        self.open = QPushButton("打开结果文件夹")
        self.open.setAccessibleName("打开结果文件夹")
        self.open.clicked.connect(lambda: self._open_folder())
        self.head.addWidget(self.unread)
        self.head.addWidget(self.open)
        self.stack = SnugStack()
        self.body.addWidget(self.stack, 1)
        self.stack.addWidget(
            EmptyState(
                "还没有扫描",
                "把训练语料或抽检的文件拖到上面；每个来源的命中率会与标准的要求对照。",
                picture="search",
            )
        )
        self.stack.addWidget(self._make_outcome())
        for button in (self.unread, self.open):
            button.hide()

    def _make_outcome(self) -> QWidget:
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.outdated = label(
            "关键词库在这次扫描之后变了，结果以当时的词库为准；需要时请重新扫描。", "small", tone="warning"
        )
        self.outdated.hide()
        column.addWidget(self.outdated)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        self.share = Figure("有命中的条数")
        self.t1 = Figure("来源含违法不良信息（T1）")
        self.t11 = Figure("关键词抽检合格率（T11）")
        for figure in (self.share, self.t1, self.t11):
            row.addWidget(figure, 1)
        column.addLayout(row)
        self.note = label("", "muted", wrap=True)
        column.addWidget(self.note)
        sources = (
            Column[SourceLine]("来源", lambda s: s.name),
            Column[SourceLine]("条数", lambda s: f"{s.records:,}", 90, number=True),
            Column[SourceLine]("检测", lambda s: f"{s.rate.total:,}", 90, number=True),
            Column[SourceLine]("命中", lambda s: f"{s.rate.successes:,}", 80, number=True),
            Column[SourceLine]("占比", lambda s: percent_up(s.rate), 76, number=True),
            Column[SourceLine]("95% 置信区间", lambda s: interval(s.rate), 140, number=True),
            Column[SourceLine](
                "T1", lambda s: _VERDICTS[s.within][0], 80, tone=lambda s: _VERDICTS[s.within][1]
            ),
        )
        self.sources = PlainRows(sources, self)
        self.source_table = table_view(self.sources, sources, "各来源的命中率，回车只看它的命中")
        self.source_table.activated.connect(lambda index: self._choose_source(index.row()))
        column.addWidget(self.source_table)
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.count = label("", "muted")
        bar.addWidget(self.count)
        bar.addStretch(1)
        self.source, self.risk, self.channel = QComboBox(), QComboBox(), QComboBox()
        for box, name, width in (
            (self.source, "只看一个来源", 190),
            (self.risk, "只看一类风险", 190),
            (self.channel, "只看一个通道", 130),
        ):
            box.setAccessibleName(name)
            box.setFixedWidth(width)
            box.currentIndexChanged.connect(lambda _index: self._fill())
            bar.addWidget(box)
        self.look = QPushButton("看整条")
        self.look.setAccessibleName("看选中命中所在的整条文字")
        self.look.clicked.connect(lambda: self._look(self.table.currentIndex().row()))
        bar.addWidget(self.look)
        column.addLayout(bar)
        columns = (
            Column[SeenHit]("命中与上下文", lambda h: f"{h.before}{h.surface}{h.after}"),
            Column[SeenHit]("关键词", lambda h: h.keyword, 130),
            Column[SeenHit]("风险", lambda h: h.category, 62),
            Column[SeenHit]("方式", lambda h: way_words(h.channel), 116),
            Column[SeenHit]("文件", lambda h: h.source, 130),
            Column[SeenHit]("行", lambda h: f"{h.row:,}", 70, number=True),
        )
        self.table: QTableView
        self.model = _HitRows(columns, self)
        self.table = table_view(self.model, columns, "命中，回车看整条")
        self.table.setItemDelegateForColumn(0, ContextDelegate(self.table))
        self.table.setMinimumHeight(240)
        self.table.activated.connect(lambda index: self._look(index.row()))
        column.addWidget(self.table, 1)
        return filled

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self._names = names

    def show_scan(self, scan: Scan) -> None:
        """Show the outcome of a scan; that of the one before goes."""
        self.scan = scan
        plain = scan.plain
        self.outdated.hide()
        channels = "，".join(f"{way_words(name)} {n:,}" for name, n in plain["by_channel"].items())
        rate = scan.rate
        self.share.show_figure(
            f"{rate.successes:,}" + (f"（{percent_up(rate)}）" if rate.total else ""),
            f"{plain['sources_read']:,} 个文件，检测 {rate.total:,} 条，共 {plain['hit_count']:,} 处",
        )
        self._show_limits(scan)
        sampled = plain["sample"]
        parts = [channels, f"用时 {plain['seconds']:.1f} 秒"]
        if sampled:
            parts.append(
                f"抽样 {sampled['percent']}%（种子 {sampled['seed']}），全部 {plain['population']:,} 条"
            )
        parts.append("命中只是线索，是否违法不良要由人判断")
        self.note.setText(" · ".join(part for part in parts if part))
        self.unread.setVisible(bool(scan.unread_count))
        self.unread.setText(f"没有读到的 {scan.unread_count:,} 处…")
        self.unread.setAccessibleName(f"没有读到的 {scan.unread_count} 处")
        self.open.show()
        self.sources.show(scan.sources)
        fit_rows(self.source_table, len(scan.sources), 5)
        self._fill_filters(scan)
        self._fill()
        self.stack.setCurrentIndex(1)

    def _show_limits(self, scan: Scan) -> None:
        limits, t11 = scan.plain["limits"], scan.plain["T11"]
        over = [source for source in scan.sources if source.within is False]
        limit = limits.get("T1")
        if limit is None:
            self.t1.show_figure("—", "现行标准包没有这项要求")
        else:
            self.t1.show_figure(
                f"{len(over):,} 个来源超过" if over else "都没有超过",
                f"每个来源不超过 {limit}%",
                "blocker" if over else "done",
            )
        rate, share = Rate(scan.rate.total - scan.rate.successes, scan.rate.total), limits.get("T11.sample")
        needed = limits.get("T11.rate")
        if needed is None:
            self.t11.show_figure("—", "现行标准包没有这项要求")
            return
        words = [f"要求不低于 {needed}%"]
        if share is not None:
            words.append(f"抽样不少于 {share}%：{'够' if t11['sample'] else '不够'}")
        good = t11["rate"] and t11["sample"] is not False
        self.t11.show_figure(percent(rate), "，".join(words), "done" if good else "blocker")

    def _fill_filters(self, scan: Scan) -> None:
        risks = sorted({hit.category for hit in scan.hits})
        channels = dict.fromkeys(hit.channel for hit in scan.hits)
        sources = dict.fromkeys(hit.source for hit in scan.hits)
        for box, first, items in (
            (self.source, "全部文件", [(name, name) for name in list(sources)[:500]]),
            (
                self.risk,
                "全部风险",
                [(f"{r} {self._names.get(r, '')}".strip() or "没有归类", r) for r in risks],
            ),
            (self.channel, "全部通道", [(way_words(name), name) for name in channels]),
        ):
            box.blockSignals(True)
            box.clear()
            box.addItem(first, None)
            for words, value in items:
                box.addItem(words, value)
            box.blockSignals(False)

    def _choose_source(self, row: int) -> None:
        if 0 <= row < len(self.sources.rows):
            name = self.sources.rows[row].name
            for place in range(1, self.source.count()):
                shown = str(self.source.itemData(place))
                if shown == name or shown.startswith(f"{name}/"):
                    self.source.setCurrentIndex(place)
                    return

    def _fill(self) -> None:
        if self.scan is None:
            return
        wanted = (self.source.currentData(), self.risk.currentData(), self.channel.currentData())
        hits = [
            hit
            for hit in self.scan.hits
            if all(
                want is None or want == has
                for want, has in zip(wanted, (hit.source, hit.category, hit.channel), strict=True)
            )
        ]
        self.model.show(hits)
        total = self.scan.plain["hit_count"]
        listed = len(self.scan.hits)
        self.count.setText(
            f"{len(hits):,} 处"
            + (f"；这里只列出前 {listed:,} 处，全部在结果文件里" if total > listed else "")
        )
        self.look.setEnabled(bool(hits))
        if hits:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def library_changed(self) -> None:
        """The library is another one now: say so beside what the earlier one found."""
        self.outdated.setVisible(self.scan is not None)

    # Looking closer

    def _look(self, row: int) -> None:
        if self.scan is None or not 0 <= row < len(self.model.rows):
            return
        scan, hit = self.scan, self.model.rows[row]

        def job(cancel: Cancel, _report: Report) -> tuple[str, int]:
            return corpora.record_at(scan.inputs, hit.record, hit.start, scan.text_field, cancel)

        self.desk.jobs.start(
            job,
            on_done=lambda found: self._show_record(hit, *found),
            on_error=self.desk.failed.emit,
        )

    def _show_record(self, hit: SeenHit, text: str, begins: int) -> None:
        self.dialog = dialog = RecordDialog(hit, text, begins, self.scan.hits if self.scan else (), self)
        dialog.open()

    def _show_unread(self) -> None:
        if self.scan is None:
            return
        listed, count = len(self.scan.unread), self.scan.unread_count
        rest = f"这里列出前 {listed:,} 处，其余见结果文件夹里的 problems 文件。" if count > listed else ""
        self.dialog = dialog = RemarkDialog(
            self.desk,
            "没有读到的内容",
            f"这些文件或行没有读到，或只读到一部分；它们里面有没有关键词不得而知。{rest}",
            ("行", "文件", "原因"),
            self.scan.unread,
            self,
        )
        dialog.open()

    def _open_folder(self) -> None:
        if self.scan is not None and self.scan.plain["files"]:
            folder = Path(self.scan.plain["files"][0]).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
