"""The keyword library of a project and keyword lists on their own: import, audit, try, scan."""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from filingdesk.domain.jobs import Cancel, Report, let_go, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.domain.snapshot import Snapshot
from filingdesk.scan.audit import ALL_KINDS, AuditReport, audit
from filingdesk.scan.engine import DEFAULT_CHANNELS, Interceptor, Mode
from filingdesk.scan.entries import Keyword
from filingdesk.scan.library import KeywordImport, KeywordRow, keywords_of, read_keywords
from filingdesk.scan.runner import ScanHit, ScanResult, Sink, scan_inputs
from filingdesk.scan.runner_output import check_output, writer
from filingdesk.scan.shards_scan import inside_json
from filingdesk.services import checking
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session
from filingdesk.store.model import Transaction

SHOWN_PROBLEMS = 200
"""How many single problems a listing for people shows; the counts are always complete."""


@dataclass(frozen=True)
class ListAudit:
    """A list that was read and audited, with the verdict on T2 and T3."""

    read: KeywordImport
    audit: AuditReport
    meets: dict[str, bool]


def read_list(path: Path, cancel: Cancel | None = None, report: Report = silent) -> KeywordImport:
    """Read a keyword list; every row not taken is in the result. Raises `UserError` and `Cancelled`."""
    return read_keywords(path, checking.standard_pack().risks, cancel, report)


def audit_list(path: Path, cancel: Cancel | None = None, report: Report = silent) -> ListAudit:
    """Read and audit a list against the minima of the standard's pack."""
    read = read_list(path, cancel, report)
    return ListAudit(read, *_audit(read.rows, None, cancel, report))


def audit_project(
    session: Session,
    cancel: Cancel | None = None,
    report: Report = silent,
    *,
    kinds: Collection[str] = ALL_KINDS,
) -> AuditReport:
    """Audit the library of a project by the standard that judges it; rows count from 1 in list order.

    `kinds`: look only for these doubts.
    """
    from filingdesk.services import library_map

    categories = library_map.risks_by_source(session)
    snapshot = session.snapshot()
    rows = list(rows_of(session))
    return _audit(rows, snapshot, cancel, report, kinds=kinds, categories=categories)[0]


def rows_of(session: Session) -> Iterator[KeywordRow]:
    """The library as the audit sees it: rows numbered from 1 in list order."""
    for number, k in enumerate(session.file.iter_keywords(), 1):
        yield KeywordRow(k.word, k.risk, k.category1, k.category2, number, k.source)


def _audit(
    rows: Sequence[KeywordRow],
    when: Snapshot | None,
    cancel: Cancel | None,
    report: Report,
    **looking_for: Any,
) -> tuple[AuditReport, dict[str, bool]]:
    minima = {
        row.id: row.minimum for row in checking.coverage("keywords", {}, when) if row.minimum is not None
    }
    total = checking.threshold("T2", when) or 0
    risks = checking.standard_pack(when).risks
    result = audit(rows, risks, minima, total, cancel, report, **looking_for)
    return result, {"T2": result.meets_total, "T3": result.meets_per_risk}


def audit_json(given: ListAudit) -> dict[str, Any]:
    """The `audit` shape of the command line: problems of reading and of auditing in one list."""
    told = {(p.row, p.kind) for p in given.audit.problems}
    remarks = [item for item in given.read.remarks if (item.row, item.kind) not in told]
    read = [*given.read.rejected, *remarks]
    return {
        **report_json(given.audit),
        "problems": [
            *({"kind": p.kind, "keyword": p.keyword, "row": p.row, "message": p.message} for p in read),
            *(p.to_json() for p in given.audit.problems),
        ],
        "rejected": len(given.read.rejected),
        "blank_rows": given.read.blank_rows,
        "encoding": given.read.encoding,
        "meets": given.meets,
    }


def report_json(found: AuditReport) -> dict[str, Any]:
    """The outcome of an audit as the command line gives it."""
    return {
        "total": found.total,
        "distinct": found.distinct,
        "by_risk": found.by_risk,
        "distinct_by_risk": found.distinct_by_risk,
        "problems": [p.to_json() for p in found.problems],
        "counts": found.counts(),
        "fixable": found.fixable(),
        "shortfalls": [asdict(item) for item in found.shortfalls],
        "short_when_folded": [asdict(item) for item in found.short_when_folded],
        "meets": {"T2": found.meets_total, "T3": found.meets_per_risk},
    }


def import_list(
    session: Session,
    path: Path,
    *,
    add: bool = False,
    source: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> tuple[Changes, KeywordImport]:
    """Read a list and make it the project's library (or add to it), as one edit that undo takes back.

    With `source`, categories are sorted by what the project knows of that source (`library_map`).
    """
    from filingdesk.services import library_map

    read = read_list(path, cancel, report)
    if source:
        read = library_map.with_map(session, read, source)
    return store_import(session, read, add=add, source=source, cancel=cancel, report=report), read


def store_import(
    session: Session,
    read: KeywordImport,
    *,
    add: bool = False,
    source: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Changes:
    """Put a list that was read into the project. Raises `Cancelled`, then nothing has changed."""
    saved = save_import(session, read, add=add, source=source, cancel=cancel, report=report)
    return session.library_changed(saved)


def save_import(
    session: Session,
    read: KeywordImport,
    *,
    add: bool = False,
    source: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> Transaction:
    """The part of `store_import` that a job may run in its own thread; hand the result to `Session.library_changed` in the
    thread that edits."""
    records = list(records_of(read, session.today, source))
    if add:
        known = {identity(k) for k in session.file.iter_keywords()}
        records = [r for r in records if identity(r) not in known]
    else:
        _since(session, read, records)
    put = session.file.add_keywords if add else session.file.replace_keywords
    label = f"{'补充' if add else '导入'}关键词「{read.name}」{len(records)} 个"
    try:
        return put(records, label=label, who=session.who, at=session.clock(), cancel=cancel, report=report)
    finally:
        let_go(records)


def _since(session: Session, read: KeywordImport, records: list[KeywordRecord]) -> None:
    """Write into the records the day on which each word joined the library: a new edition of a list does not make all its words
    new."""
    joined = {identity(k): k.added_on for k in session.file.iter_keywords() if k.added_on is not None}
    for place, row in enumerate(read.rows):
        day = None if row.added_on else joined.get(identity(records[place]))
        if day is not None and day != records[place].added_on:
            records[place] = replace(records[place], added_on=day)
    while joined:  # one by one: see let_go
        joined.popitem()


def identity(row: KeywordRecord) -> tuple[str, ...]:
    """What makes two rows the same entry: word and risk, or word and own category where no risk is written."""
    return (row.word, row.risk) if row.risk else (row.word, "", row.category1, row.category2)


def records_of(read: KeywordImport, day: date, source: str = "") -> Iterable[KeywordRecord]:
    """The rows of a list as the project file keeps them; `source` is what the list's publisher is called."""
    for row in read.rows:
        yield record_of(row, read.name, day, source)


def record_of(row: KeywordRow, name: str, day: date, source: str = "") -> KeywordRecord:
    """One row as the project file keeps it. What the list itself says of source and day goes before."""
    added = date.fromisoformat(row.added_on) if row.added_on else day
    return KeywordRecord(
        row.word, row.risk, row.category1, row.category2, row.source or source.strip() or name, added
    )


def project_interceptor(session: Session, **options: Any) -> Interceptor:
    """The library of a project ready to scan; see `interceptor`."""
    words = [Keyword(k.word, k.risk or k.category1) for k in session.file.iter_keywords()]
    return Interceptor(words, **_options(**options))


def list_interceptor(path: Path, cancel: Cancel | None = None, **options: Any) -> Interceptor:
    """A keyword list ready to scan."""
    return Interceptor(keywords_of(read_list(path, cancel).rows), **_options(**options))


def _options(
    *,
    channels: Sequence[str] = DEFAULT_CHANNELS,
    mode: Mode = "overlapping",
    engine: str = "auto",
    allow: Sequence[str] = (),
    numbers: bool = False,
    digit_bounds: bool = False,
) -> dict[str, Any]:
    """As `Interceptor` takes them."""
    return {
        "channels": channels,
        "mode": mode,
        "engine": engine,
        "allow": allow,
        "numbers": numbers,
        "digit_bounds": digit_bounds,
    }


def scan(
    interceptor: Interceptor,
    inputs: Sequence[Path | BinaryIO],
    *,
    field: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
    sink: Sink | None = None,
) -> ScanResult:
    """Scan files, folders or streams; one line or row is one record."""
    return scan_inputs(interceptor, inputs, field, cancel, report, sink)


def scan_to_file(
    interceptor: Interceptor,
    inputs: Sequence[Path | BinaryIO],
    target: Path,
    *,
    field: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> ScanResult:
    """`scan`, with every hit written to `target` (jsonl or parquet); all of the file or nothing."""
    check_output(target, [item for item in inputs if isinstance(item, Path)])
    with contextlib.ExitStack() as stack:
        write = writer(stack, target)

        def sink(hits: Sequence[ScanHit]) -> None:
            for hit in hits:
                write(hit.record, hit.row, inside_json(hit).encode("utf-8", "surrogatepass"))

        return scan(interceptor, inputs, field=field, cancel=cancel, report=report, sink=sink)


def keyword_rows(session: Session) -> list[tuple[str, str, str]]:
    """关键词, 一级分类, 二级分类 of every keyword, as 附件4 wants them: the risk group and the risk by name where there is a risk."""
    from filingdesk.services.library_export import annex_row

    risks = {r.id: r for r in checking.standard_pack().risks}
    return [annex_row(k, risks) for k in session.file.iter_keywords()]
