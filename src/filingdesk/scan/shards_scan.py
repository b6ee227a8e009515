"""Scans one shard of a corpus: a function of shard and keywords alone."""

import contextlib
import gc
import io
import json
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.files import atomic_file
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.records import Look, Record, look_at, read_file
from filingdesk.scan.records_sample import Sampler
from filingdesk.scan.runner import Collector, ScanHit, Told
from filingdesk.scan.shards import KeywordSource, PartResult, Segment, Shard, ShardResult


def scan_shard(
    shard: Shard,
    keywords: KeywordSource,
    folder: str | None = None,
    cancel: Cancel | None = None,
    told: Told | None = None,
) -> ShardResult:
    """Scan one shard: the same shard and keywords give the same result, wherever it runs.

    With `folder`, hits and problems go into part files there; else they are in the result. Raises `UserError` where
    the part files cannot be written, and `Cancelled`; what cannot be read stands in the result.
    """
    with contextlib.ExitStack() as stack:
        hits = _Spool(stack, folder, shard.number, "hits")
        problems = _Spool(stack, folder, shard.number, "problems")
        work = _Work(shard, keywords.interceptor(), hits, problems, cancel or Cancel(), told)
        stack.enter_context(_no_cycles())
        for number, segment in enumerate(shard.segments):
            work.read(number, segment)
        parts = work.finish()
    return ShardResult(shard.number, parts, hits.packed(), problems.packed())


@contextlib.contextmanager
def _no_cycles() -> Iterator[None]:
    """No search for cycles meanwhile: hits come by ten thousands and hold none, but each search walks through all keywords."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def part_file(folder: Path, number: int, what: str) -> Path:
    """Where the `hits` or `problems` of a shard stand; there is no file where there are none."""
    return folder / f"{number:08d}.{what}"


class _Spool:
    """Lines on their way to a part file, which is made with the first of them, or to the result."""

    def __init__(self, stack: contextlib.ExitStack, folder: str | None, number: int, what: str) -> None:
        self._stack = stack
        self._target = part_file(Path(folder), number, what) if folder is not None else None
        self._stream: BinaryIO | None = None

    def write(self, lines: str) -> None:
        if self._stream is None:
            target = self._target
            self._stream = io.BytesIO() if target is None else self._stack.enter_context(atomic_file(target))
        self._stream.write(lines.encode("utf-8", "surrogatepass"))

    def packed(self) -> bytes:
        return zlib.compress(self._stream.getvalue(), 1) if isinstance(self._stream, io.BytesIO) else b""


class _Work:
    """Reads the segments of a shard into one collector and tells their hits apart again."""

    def __init__(
        self,
        shard: Shard,
        interceptor: Interceptor,
        hits: _Spool,
        problems: _Spool,
        cancel: Cancel,
        told: Told | None,
    ) -> None:
        self._shard, self._hits, self._problems, self._cancel = shard, hits, problems, cancel
        self._collector = Collector(interceptor, cancel, self._sink, told)
        self._starts: list[int] = []  # the shard's record with which each segment begins
        self._tallies: list[_Tally] = []
        self._number = 0
        self._sampler: Sampler | None = None
        self._sampled_group = ""

    def read(self, number: int, segment: Segment) -> None:
        self._starts.append(self._number)
        tally = _Tally()
        self._tallies.append(tally)
        if self._shard.sample is not None and (self._sampler is None or self._sampled_group != segment.group):
            self._draw_rest()
            self._sampler = Sampler(self._shard.sample, f"{segment.name}/{segment.start}")
            self._sampled_group = segment.group
        records = self._records(segment, tally)
        while True:
            try:
                record = next(records, None)
            except UserError as error:
                tally.fault = (error.code, error.message, error.hint)
                break
            if record is None:
                break
            tally.rows = record.row
            this = self._number
            if not record.goes_on:
                self._number += 1
                tally.records += 1
            if self._sampler is None:
                self._take(this, record)
            else:
                for drawn in self._sampler.feed(this, record):
                    self._take(*drawn)

    def _take(self, number: int, record: Record) -> None:
        self._collector.add(record, number)
        here = number >= self._starts[-1]
        tally = self._tallies[-1] if here else self._tallies[self._segment_of(number)]
        tally.scanned += not record.goes_on
        tally.chars += len(record.text) if record.own is None else record.own[1] - record.own[0]
        if self._collector.problems:
            self._write_problems()

    def _records(self, segment: Segment, tally: "_Tally") -> Iterator[Record]:
        path = Path(segment.path)
        # In a generator, so that a fault on opening is met where the others are.
        if segment.kind:
            look = Look(segment.kind, "", segment.encoding, segment.size)
        else:
            look = look_at(path, segment.name)
        yield from read_file(
            path,
            segment.name,
            look,
            self._shard.field,
            tally.skipped,
            self._cancel,
            segment.start,
            segment.stop,
        )

    def finish(self) -> tuple[PartResult, ...]:
        self._draw_rest()
        self._collector.flush()
        return tuple(tally.result() for tally in self._tallies)

    def _draw_rest(self) -> None:
        for drawn in self._sampler.end() if self._sampler is not None else ():
            self._take(*drawn)

    def _segment_of(self, record: int) -> int:
        return bisect_right(self._starts, record) - 1

    def _sink(self, hits: Sequence[ScanHit]) -> None:
        lines: list[str] = []
        for hit in hits:
            place = self._segment_of(hit.record)
            record = hit.record - self._starts[place]
            self._tallies[place].count(hit, record)
            lines.append(f"{place}\t{record}\t{hit.row}\t{inside_json(hit)}\n")
        self._hits.write("".join(lines))

    def _write_problems(self) -> None:
        lines: list[str] = []
        for problem in self._collector.problems:
            place = self._segment_of(problem.record)
            self._tallies[place].problems[problem.kind] += 1
            plain = {"source": problem.source, "kind": problem.kind, "message": problem.message}
            middle = json.dumps(plain, ensure_ascii=False)[1:-1]
            lines.append(f"{place}\t{problem.record - self._starts[place]}\t{problem.row}\t{middle}\n")
        self._collector.problems.clear()
        if lines:
            self._problems.write("".join(lines))


_quoted = json.encoder.encode_basestring


def inside_json(hit: ScanHit) -> str:
    """A hit as the inside of a JSON object, without its record and row; by hand, since there may be millions."""
    return (
        f'"start": {hit.start}, "end": {hit.end}, "surface": {_quoted(hit.surface)}, "keyword": {_quoted(hit.keyword)}, '
        f'"category": {_quoted(hit.category)}, "channel": "{hit.channel}", "source": {_quoted(hit.source)}'
    )


class _Tally:
    """The counts of a segment while they grow."""

    def __init__(self) -> None:
        self.records = self.scanned = self.rows = self.chars = self.records_hit = self.hits = 0
        self.by_category: Counter[str] = Counter()
        self.by_channel: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.skipped: list[str] = []
        self.fault: tuple[str, str, str] | None = None
        self._last = -1

    def count(self, hit: ScanHit, record: int) -> None:
        self.hits += 1
        self.by_category[hit.category] += 1
        self.by_channel[hit.channel] += 1
        self.records_hit += record != self._last
        self._last = record

    def result(self) -> PartResult:
        return PartResult(
            self.records,
            self.scanned,
            self.rows,
            self.chars,
            self.records_hit,
            self.hits,
            dict(sorted(self.by_category.items())),
            dict(sorted(self.by_channel.items())),
            dict(sorted(self.problems.items())),
            tuple(self.skipped),
            self.fault,
        )
