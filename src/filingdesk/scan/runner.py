"""Scans files, folders and streams record by record, without holding them in memory."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.records import Record, find_sources

_BATCH_CHARS = 200_000
_BATCH_RECORDS = 5_000
_REPORT_EVERY = 0.05


class ScanHit(NamedTuple):
    """A hit and where: `record` counts from 0 over all inputs, `row` from 1 in its `source`; the rest as `Hit`."""

    record: int
    start: int
    end: int
    surface: str
    keyword: str
    category: str
    channel: str
    source: str
    row: int


class RecordProblem(NamedTuple):
    """A record that could not be read, or only in part; `kind` is undecodable, bad_json or field_missing."""

    record: int
    source: str
    row: int
    kind: str
    message: str


@dataclass(frozen=True)
class ScanResult:
    """What a scan found.

    `hits` is empty where a sink took them; `skipped` says, one line each, which files of
    folders and sheets of workbooks were not read (or not to the end) and why.
    """

    keywords: int
    records: int
    chars: int
    engine: str
    hits: list[ScanHit]
    by_category: dict[str, int]
    by_channel: dict[str, int]
    records_hit: int
    problems: list[RecordProblem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    sources: int = 0
    unmatchable: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of `filingdesk scan --json`."""
        return {
            "keywords": self.keywords,
            "records": self.records,
            "chars": self.chars,
            "engine": self.engine,
            "hits": [hit._asdict() for hit in self.hits],
            "by_category": self.by_category,
            "by_channel": self.by_channel,
            "records_hit": self.records_hit,
            "problems": [problem._asdict() for problem in self.problems],
            "skipped": self.skipped,
            "unmatchable": self.unmatchable,
        }


Sink = Callable[[Sequence[ScanHit]], None]


def scan_inputs(
    interceptor: Interceptor,
    inputs: Sequence[Path | BinaryIO],
    field: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
    sink: Sink | None = None,
) -> ScanResult:
    """Scan every record of the inputs: text (one line each), jsonl and tables (`field`), folders, streams.

    `sink`, if given, is handed the hits as they are found and they are not kept. Raises `UserError`
    (`scan.field`, `scan.format`, `scan.nothing`, those of `read_table`) and `Cancelled`.
    """
    run = _Run(interceptor, cancel or Cancel(), report, sink)
    skipped: list[str] = []
    # Known beforehand, so that the bar can tell how far the whole is.
    sources = list(find_sources(inputs, field, skipped))
    if not sources:
        raise UserError(
            "scan.nothing",
            "没有找到可以检测的文件。",
            "可以检测 txt、jsonl、csv、xlsx 文件，或含有它们的文件夹。",
        )
    run.total = 0 if any(not source.size for source in sources) else sum(source.size for source in sources)
    failures: list[UserError] = []
    for source in sources:
        try:
            for record in source.read(run.cancel):
                run.add(record)
        except UserError as error:
            if not source.optional:
                raise
            failures.append(error)
            skipped.append(f"{source.name}：{error.message}")
        run.flush()
        run.done += source.size
    if failures and len(failures) == len(sources):
        raise failures[0]
    return ScanResult(
        interceptor.size,
        run.records,
        run.chars,
        interceptor.engine,
        run.hits,
        dict(sorted(run.by_category.items())),
        dict(sorted(run.by_channel.items())),
        run.records_hit,
        run.problems,
        skipped,
        len(sources),
        [keyword.word for keyword in interceptor.unmatchable],
    )


class _Run:
    """Collects records into batches, since many short records at once scan much faster."""

    def __init__(self, interceptor: Interceptor, cancel: Cancel, report: Report, sink: Sink | None) -> None:
        self.cancel = cancel
        self.records = self.chars = self.records_hit = self.done = self.total = 0
        self.hits: list[ScanHit] = []
        self.problems: list[RecordProblem] = []
        self.by_category: Counter[str] = Counter()
        self.by_channel: Counter[str] = Counter()
        self._interceptor = interceptor
        self._report = report
        self._sink = sink or self.hits.extend
        self._batch: list[Record] = []
        self._batch_chars = 0
        self._told = 0.0

    def add(self, record: Record) -> None:
        if record.problem:
            number = self.records + len(self._batch)
            self.problems.append(
                RecordProblem(number, record.source, record.row, record.problem, record.message)
            )
        self._batch.append(record)
        self._batch_chars += len(record.text)
        if self._batch_chars >= _BATCH_CHARS or len(self._batch) >= _BATCH_RECORDS:
            self.flush()

    def flush(self) -> None:
        batch = self._batch
        if not batch:
            return
        self.cancel.check()
        found = self._interceptor.scan_many([record.text for record in batch])
        hits = [
            ScanHit(self.records + number, *hit, batch[number].source, batch[number].row)
            for number, hit in found
        ]
        self.by_category.update(hit.category for hit in hits)
        self.by_channel.update(hit.channel for hit in hits)
        self.records_hit += len({hit.record for hit in hits})
        self.records += len(batch)
        self.chars += self._batch_chars
        self._sink(hits)
        self._tell(batch[-1])
        self._batch = []
        self._batch_chars = 0

    def _tell(self, last: Record) -> None:
        now = time.monotonic()
        if now - self._told >= _REPORT_EVERY:
            self._told = now
            text = f"已检测 {self.records} 条，命中 {self.records_hit} 条"
            self._report(Progress(self.done + last.place if self.total else 0, self.total, text))
