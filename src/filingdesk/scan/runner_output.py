"""Puts the part files of all shards together in the order of the plan: hits as jsonl or parquet, problems, sums."""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.infra.files import atomic_file, telling
from filingdesk.scan.resume import WorkFolder
from filingdesk.scan.runner import RecordProblem, ScanHit
from filingdesk.scan.shards import PartResult, Plan
from filingdesk.scan.shards_scan import part_file

_ROWS = 10_000


@dataclass
class Merged:
    """The sums over all shards. `groups`: per source (records, scanned, records with hits)."""

    hits: list[ScanHit] = field(default_factory=list)
    problems: list[RecordProblem] = field(default_factory=list)
    hit_count: int = 0
    chars: int = 0
    files_read: int = 0
    by_category: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    problem_counts: Counter[str] = field(default_factory=Counter)
    groups: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Base:
    """What to add to the numbers of a segment: records before it, rows of the same file before it."""

    record: int
    row: int


def merge(
    plan: Plan,
    folder: WorkFolder,
    out: Path | None,
    problems_out: Path | None,
    keep: int | None,
    cancel: Cancel,
    report: Report,
) -> Merged:
    """Sum up, and write `out` and `problems_out`; keeps the first `keep` hits and problems (None: all)."""
    merged = Merged()
    bases = _sum_up(plan, folder, merged)
    report(Progress(0, 0, "写出结果"))
    with contextlib.ExitStack() as stack:
        write = writer(stack, out)
        for record, row, middle in _lines(plan, folder, bases, "hits", cancel):
            write(record, row, middle)
            if keep is None or len(merged.hits) < keep:
                merged.hits.append(ScanHit(**{"record": record, "row": row, **_dict(middle)}))
    if problems_out is not None:
        problems_out.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        write = writer(stack, problems_out if merged.problem_counts else None)
        for record, row, middle in _lines(plan, folder, bases, "problems", cancel):
            write(record, row, middle)
            if keep is None or len(merged.problems) < keep:
                merged.problems.append(RecordProblem(**{"record": record, "row": row, **_dict(middle)}))
    return merged


def _dict(middle: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"{" + middle + b"}")
    return found


def _sum_up(plan: Plan, folder: WorkFolder, merged: Merged) -> dict[int, list[_Base]]:
    bases: dict[int, list[_Base]] = {}
    record = row = 0
    path = ""
    for shard in plan.shards:
        here = bases[shard.number] = []
        for segment, part in zip(shard.segments, folder.done[shard.number].parts, strict=True):
            if segment.path != path or not segment.start:
                path, row = segment.path, 0
            here.append(_Base(record, row))
            record += part.records
            row += part.rows
            _count(merged, segment.name, segment.group, part)
    return bases


def _count(merged: Merged, name: str, group: str, part: PartResult) -> None:
    merged.hit_count += part.hits
    merged.chars += part.chars
    merged.by_category.update(part.by_category)
    merged.by_channel.update(part.by_channel)
    merged.problem_counts.update(part.problems)
    merged.skipped.extend(part.skipped)
    if part.fault is not None:
        merged.faults.append(part.fault)
        merged.skipped.append(f"{name}：{part.fault[1]}")
    if part.fault is None or part.records:
        merged.files_read += 1
        records, scanned, hit = merged.groups.get(group, (0, 0, 0))
        merged.groups[group] = (records + part.records, scanned + part.scanned, hit + part.records_hit)


def _lines(
    plan: Plan, folder: WorkFolder, bases: dict[int, list[_Base]], what: str, cancel: Cancel
) -> Iterator[tuple[int, int, bytes]]:
    """(record, row, the rest as the inside of a JSON object) of each line of the part files."""
    for shard in plan.shards:
        cancel.check()
        path = part_file(folder.path, shard.number, what)
        if not path.exists():
            continue
        base = bases[shard.number]
        with telling(path, "读取"), path.open("rb") as stream:
            for line in stream:
                place, record, row, middle = line.rstrip(b"\n").split(b"\t", 3)
                start = base[int(place)]
                yield start.record + int(record), start.row + int(row), middle


def writer(stack: contextlib.ExitStack, out: Path | None) -> Callable[[int, int, bytes], None]:
    """Takes record, row and the rest of each hit or problem; the file stands when `stack` is closed without a fault."""
    if out is None:
        return lambda _record, _row, _middle: None
    if out.suffix.lower() == ".parquet":
        rows = _ParquetRows(stack, out)
        stack.callback(rows.flush)
        return rows.write
    stream = stack.enter_context(atomic_file(out))

    def write(record: int, row: int, middle: bytes) -> None:
        stream.write(b'{"record": %d, %b, "row": %d}\n' % (record, middle, row))

    return write


class _ParquetRows:
    """Writes hits as rows of a parquet file, many at a time."""

    def __init__(self, stack: contextlib.ExitStack, out: Path) -> None:
        from filingdesk.scan.records_table import parquet

        library = parquet()
        import pyarrow

        numbers, texts = (
            ("record", "row", "start", "end"),
            ("surface", "keyword", "category", "channel", "source"),
        )
        self._schema = pyarrow.schema(
            [*((name, pyarrow.int64()) for name in numbers), *((name, pyarrow.string()) for name in texts)]
        )
        self._table = pyarrow.Table
        stream = stack.enter_context(atomic_file(out))
        self._file = stack.enter_context(library.ParquetWriter(stream, self._schema, compression="zstd"))
        self._rows: list[dict[str, Any]] = []

    def write(self, record: int, row: int, middle: bytes) -> None:
        found = _dict(middle)
        # Half a surrogate pair has no place in UTF-8; \\ud83d stands for it as in JSON.
        texts = {
            key: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
            for key, value in found.items()
        }
        self._rows.append({"record": record, "row": row, **texts})
        if len(self._rows) >= _ROWS:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self._file.write_table(self._table.from_pylist(self._rows, self._schema))
            self._rows = []


def check_output(out: Path, inputs: Sequence[Path]) -> None:
    """Refuse an output file that could not be written at the end, or would itself be scanned. Raises `UserError`."""
    home = out.resolve().parent
    for item in inputs:
        whole = item.resolve()
        if whole == out.resolve() or (whole.is_dir() and home.is_relative_to(whole)):
            raise UserError(
                "scan.output_inside",
                f"输出文件“{out.name}”在要检测的“{item.name or whole.name}”里面。",
                "请把结果写到语料以外的文件夹。",
            )
    if out.suffix.lower() == ".parquet":
        from filingdesk.scan.records_table import parquet

        parquet()
    elif out.suffix.lower() not in (".jsonl", ".ndjson", ".json", ".txt", ""):
        raise UserError(
            "scan.output",
            f"不会写“{out.suffix}”格式的结果。",
            "请用 .jsonl 或 .parquet 作为输出文件的扩展名。",
        )
