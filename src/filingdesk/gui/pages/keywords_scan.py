"""Scanning files with the library: the job, what is kept of its hits, and the card that shows them."""

import json
import tempfile
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_try import way_words
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.pages.listings import Remark, RemarkDialog
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import EmptyState
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.infra.files import atomic_file
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.records import find_sources
from filingdesk.scan.runner import ScanHit, ScanResult
from filingdesk.services import keywords

SHOWN_HITS = 5_000
_IN_MEMORY = 8 << 20
_COPY = 1 << 20


@dataclass
class Scan:
    """A finished scan: its counts, its first hits, and all hits as JSON lines in a nameless file that vanishes with it."""

    inputs: Sequence[Path]
    result: ScanResult
    seconds: float
    lines: IO[bytes]
    first: list[ScanHit] = field(default_factory=list)
    total: int = 0

    def __post_init__(self) -> None:
        # A result nobody takes (the project was closed meanwhile) closes its file too.
        weakref.finalize(self, self.lines.close)


def scan_job(interceptor: Interceptor, inputs: Sequence[Path]) -> Callable[[Cancel, Report], Scan]:
    """A job that scans files and folders; memory stays small whatever is found."""

    def job(cancel: Cancel, report: Report) -> Scan:
        lines: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives with the result
        first: list[ScanHit] = []
        total = 0

        def sink(hits: Sequence[ScanHit]) -> None:
            nonlocal total
            total += len(hits)
            if len(first) < SHOWN_HITS:
                first.extend(hits[: SHOWN_HITS - len(first)])
            for hit in hits:
                lines.write(
                    json.dumps(hit._asdict(), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
                )

        begun = time.perf_counter()
        try:
            result = keywords.scan(interceptor, list(inputs), cancel=cancel, report=report, sink=sink)
        except BaseException:
            lines.close()
            raise
        return Scan(inputs, result, time.perf_counter() - begun, lines, first, total)

    return job


def export_job(scan: Scan, target: Path) -> Callable[[Cancel, Report], int]:
    """A job that writes all hits as JSON lines; gives how many."""

    def job(cancel: Cancel, _report: Report) -> int:
        scan.lines.seek(0)
        with atomic_file(target) as stream:
            while chunk := scan.lines.read(_COPY):
                cancel.check()
                stream.write(chunk)
        return scan.total

    return job


def record_job(inputs: Sequence[Path], number: int) -> Callable[[Cancel, Report], str]:
    """A job that reads one record again, counted as the scan counts them."""

    def job(cancel: Cancel, _report: Report) -> str:
        at = 0
        for source in find_sources(list(inputs), "", []):
            try:
                for record in source.read(cancel):
                    if at == number:
                        return record.text
                    at += 1
            except UserError:
                if not source.optional:
                    raise
        raise UserError("scan.changed", "文件在扫描后变了，找不到这一条。", "请重新扫描。")

    return job


class ScanResults(QWidget):
    """The tab with the outcome of the last scan; `picked` gives the text of a record to look at."""

    picked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.scan: Scan | None = None
        self.table: QTableView
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.stack = QStackedWidget()
        column.addWidget(self.stack)
        self.stack.addWidget(
            EmptyState(
                "还没有扫描",
                "用右上角的「扫描文件」，或把 txt、jsonl、csv、xlsx 文件和文件夹拖到这一页。",
                picture="search",
            )
        )
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self.summary = Prose("", "secondary")
        head.addWidget(self.summary, 1)
        self.unread = QPushButton()
        self.unread.clicked.connect(lambda: self._show_unread())
        head.addWidget(self.unread)
        self.show_record = QPushButton("看这一条")
        self.show_record.setAccessibleName("把选中的一条放进试一试")
        self.show_record.setToolTip("把选中的一条放进「试一试」，看命中在哪里（双击或回车也可以）")
        self.show_record.clicked.connect(lambda: self._pick(self.table.currentIndex().row()))
        head.addWidget(self.show_record)
        self.export = QPushButton("导出命中…")
        self.export.setAccessibleName("把全部命中导出为 JSON Lines 文件")
        self.export.clicked.connect(lambda: self._choose_target())
        head.addWidget(self.export)
        inner.addLayout(head)
        columns = (
            Column[ScanHit]("文件", lambda h: h.source, 200),
            Column[ScanHit]("行", lambda h: f"{h.row:,}", 70),
            Column[ScanHit]("原文", lambda h: h.surface),
            Column[ScanHit]("关键词", lambda h: h.keyword),
            Column[ScanHit]("风险", lambda h: h.category, 80),
            Column[ScanHit]("方式", lambda h: way_words(h.channel), 120),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "扫描命中，回车看这一条")
        self.table.setMinimumHeight(200)
        self.table.activated.connect(lambda index: self._pick(index.row()))
        inner.addWidget(self.table, 1)
        self.outdated = label(
            "关键词库在这次扫描之后变了，结果以当时的词库为准；需要时请重新扫描。", "small", tone="warning"
        )
        self.outdated.hide()
        inner.addWidget(self.outdated)
        self.more = label("", "muted")
        inner.addWidget(self.more)
        self.stack.addWidget(filled)

    def show_scan(self, scan: Scan) -> None:
        """Show the outcome of a scan; that of the one before goes."""
        if self.scan is not None:
            self.scan.lines.close()
        self.scan = scan
        result = scan.result
        share = f"（{100 * result.records_hit / result.records:.2g}%）" if result.records else ""
        by_channel = "，".join(f"{way_words(c)} {n:,}" for c, n in result.by_channel.items())
        self.summary.set_prose(
            f"{result.sources} 个文件，{result.records:,} 条、{result.chars:,} 字；"
            f"命中 {result.records_hit:,} 条{share}，共 {scan.total:,} 处"
            + (f"：{by_channel}" if by_channel else "")
            + f"。用时 {scan.seconds:.1f} 秒。"
        )
        unread = len(result.skipped) + len(result.problems)
        self.unread.setVisible(bool(unread))
        self.unread.setText(f"没有读到的 {unread:,} 处…")
        self.unread.setAccessibleName(f"没有读到的 {unread} 处")
        self.model.show(scan.first)
        self.more.setVisible(scan.total > len(scan.first))
        self.more.setText(f"这里只列出前 {len(scan.first):,} 处，全部命中请导出。")
        self.show_record.setEnabled(bool(scan.first))
        self.export.setEnabled(bool(scan.total))
        self.outdated.hide()
        if scan.first:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.stack.setCurrentIndex(1)

    def library_changed(self) -> None:
        """The library is another one now: say so beside what the earlier one found."""
        self.outdated.setVisible(self.scan is not None)

    def unread_remarks(self) -> list[Remark]:
        """Everything that was not read, or only in part."""
        if self.scan is None:
            return []
        result = self.scan.result
        remarks = []
        for line in result.skipped:
            name, colon, why = line.partition("：")
            remarks.append(Remark("", name, why if colon else line))
        return remarks + [Remark(f"{p.row:,}", p.source, p.message) for p in result.problems]

    def _show_unread(self) -> None:
        dialog = RemarkDialog(
            self._desk,
            "没有读到的内容",
            "这些文件或行没有读到，或只读到一部分；它们里面有没有关键词不得而知。",
            ("行", "文件", "原因"),
            self.unread_remarks(),
            self,
        )
        dialog.open()

    def _pick(self, row: int) -> None:
        if self.scan is None or not 0 <= row < len(self.model.rows):
            return
        self._desk.jobs.start(
            record_job(self.scan.inputs, self.model.rows[row].record),
            on_done=self.picked.emit,
            on_error=self._desk.failed.emit,
        )

    def _choose_target(self) -> None:
        proposed = str(Path(self._desk.folder()) / "扫描命中.jsonl")
        name, _filter = QFileDialog.getSaveFileName(self, "导出命中", proposed, "JSON Lines (*.jsonl)")
        if name:
            self.export_to(Path(name))

    def export_to(self, target: Path) -> None:
        """Write all hits to a file."""
        if self.scan is not None:
            self._desk.jobs.start(
                export_job(self.scan, target),
                on_done=lambda count: self._desk.tell(f"已导出 {count:,} 处命中到 {target}。", "done"),
                on_error=self._desk.failed.emit,
            )
