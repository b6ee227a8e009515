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
from filingdesk.scan.records import READABLE, Record, find_sources

BATCH_CHARS = 2_000_000
"""Characters that are scanned at a time: some fifty milliseconds of work, most of it not spent on beginning."""
_BATCH_RECORDS = 20_000
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
    """A record that could not be read, or only in part; `kind` is undecodable, bad_json, field_missing or too_long."""

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
Told = Callable[[Record, int, int], None]
"""Called after each batch with its last record, the records and the records with hits so far."""


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
    cancel = cancel or Cancel()
    skipped: list[str] = []
    # Known beforehand, so that the bar can tell how far the whole is.
    sources = list(find_sources(inputs, field, skipped))
    if not sources:
        raise nothing_to_scan()
    done = told = 0.0
    total = 0 if any(not source.size for source in sources) else sum(source.size for source in sources)
    hits: list[ScanHit] = []

    def tell(last: Record, records: int, records_hit: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _REPORT_EVERY:
            told = now
            text = f"已检测 {records} 条，命中 {records_hit} 条"
            report(Progress(int(done) + last.place if total else 0, total, text))

    run = Collector(interceptor, cancel, sink or hits.extend, tell)
    failures: list[UserError] = []
    for source in sources:
        try:
            for record in source.read(cancel):
                run.add(record)
        except UserError as error:
            if not source.optional:
                raise
            failures.append(error)
            skipped.append(f"{source.name}：{error.message}")
        run.flush()
        done += source.size
    if failures and len(failures) == len(sources):
        raise failures[0]
    return ScanResult(
        interceptor.size,
        run.records,
        run.chars,
        interceptor.engine,
        hits,
        dict(sorted(run.by_category.items())),
        dict(sorted(run.by_channel.items())),
        run.records_hit,
        run.problems,
        skipped,
        len(sources),
        [keyword.word for keyword in interceptor.unmatchable],
    )


def nothing_to_scan() -> UserError:
    """The sentence for inputs in which there is no file to scan."""
    return UserError("scan.nothing", "没有找到可以检测的文件。", READABLE)


class Collector:
    """Collects records into batches, since many short records at once scan much faster, and counts what they gave."""

    def __init__(
        self, interceptor: Interceptor, cancel: Cancel, sink: Sink, told: Told | None = None
    ) -> None:
        self.records = self.chars = self.records_hit = 0
        self.problems: list[RecordProblem] = []
        self.by_category: Counter[str] = Counter()
        self.by_channel: Counter[str] = Counter()
        self._interceptor, self._cancel, self._sink, self._told = interceptor, cancel, sink, told
        self._number = 0  # of the record that comes next
        self._whole = 0
        self._batch: list[Record] = []
        self._numbers: list[int] = []
        self._batch_chars = 0
        self._last_hit = -1
        self._reach, self._last_place = (-1, 0), (-1, -1)
        self._troubled = -1

    def add(self, record: Record, number: int | None = None) -> None:
        """Take a record, or a piece of one; `number` where it is not the one that follows. Numbers never fall."""
        number = self._number if number is None else number
        # A record in pieces is one record, and one problem.
        if record.problem and self._troubled != number:
            self._troubled = number
            self.problems.append(
                RecordProblem(number, record.source, record.row, record.problem, record.message)
            )
        self._batch.append(record)
        self._numbers.append(number)
        self._number = number + (not record.goes_on)
        self._whole += not record.goes_on
        self._batch_chars += len(record.text) if record.own is None else record.own[1] - record.own[0]
        if self._batch_chars >= BATCH_CHARS or len(self._batch) >= _BATCH_RECORDS:
            self.flush()

    def flush(self) -> None:
        """Scan what is waiting."""
        batch, numbers = self._batch, self._numbers
        if not batch:
            return
        self._cancel.check()
        found = self._interceptor.scan_many([record.text for record in batch])
        hits: list[ScanHit] = []
        for place, hit in found:
            record = batch[place]
            if record.own is None:
                hits.append(ScanHit(numbers[place], *hit, record.source, record.row))
            elif record.own[0] <= hit.start < record.own[1]:
                whole = ScanHit(numbers[place], *hit, record.source, record.row)
                whole = whole._replace(start=hit.start + record.start, end=hit.end + record.start)
                if self._fits(whole):
                    hits.append(whole)
        self.by_category.update(hit.category for hit in hits)
        self.by_channel.update(hit.channel for hit in hits)
        with_hits = {hit.record for hit in hits}
        self.records_hit += len(with_hits) - (self._last_hit in with_hits)
        self._last_hit = max(with_hits, default=self._last_hit)
        self.records = self._whole
        self.chars += self._batch_chars
        self._batch, self._numbers, self._batch_chars = [], [], 0
        if hits:
            self._sink(hits)
        if self._told is not None:
            self._told(batch[-1], self.records, self.records_hit)

    def _fits(self, hit: ScanHit) -> bool:
        """Of the longest matches, whether this one stands clear of the last one of the piece before."""
        if self._interceptor.mode != "longest":
            return True
        record, end = self._reach
        if record == hit.record and hit.start < end and (hit.start, hit.end) != self._last_place:
            return False
        self._reach, self._last_place = (hit.record, hit.end), (hit.start, hit.end)
        return True
