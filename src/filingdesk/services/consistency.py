"""Consistency of facts, papers and files: who says what where, what contradicts, what is claimed without proof."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.paths import parent_of
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import Stage
from filingdesk.materials.claims import Claim, ClaimContext, find_claims
from filingdesk.materials.expected import Expectation, bound_numbers, expectations
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.match import Cell, Matcher, Place
from filingdesk.materials.matrix import claims as claim_rules
from filingdesk.materials.matrix import matrix
from filingdesk.materials.pieces import FileText
from filingdesk.materials.reading import PICTURES, read_bytes
from filingdesk.services import checking
from filingdesk.services.consistency_sources import KIND_WORDS, Loaded, Source, collect
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session

STATE_WORDS = {
    "same": "一致",
    "absent": "未出现",
    "conflict": "矛盾",
    "unread": "无法读取",
    "other": "不涉及",
}
_READERS = 2


@dataclass(frozen=True)
class FileResult:
    """One column: the source, what could not be read, the cell of each row by its key, claims without proof."""

    source: Source
    failed: str
    partly: tuple[str, ...]
    pages: int
    cells: Mapping[str, Cell]
    claims: tuple[Claim, ...]

    @property
    def is_picture(self) -> bool:
        return bool(self.failed) and Path(self.source.name).suffix.lower() in PICTURES

    @property
    def conflicts(self) -> int:
        return sum(cell.state == "conflict" for cell in self.cells.values())


@dataclass(frozen=True)
class Conflict:
    """One fact that one place of one file contradicts."""

    row: Expectation
    file: FileResult
    place: Place


@dataclass(frozen=True)
class ConsistencyReport:
    """The outcome. `read_again` counts the files whose text was not known from an earlier run."""

    rows: tuple[Expectation, ...]
    files: tuple[FileResult, ...]
    revision: int
    read_again: int = 0

    def state(self, row: Expectation, file: FileResult) -> str:
        """same, absent, conflict, unread, or other: the file belongs to the other filing."""
        cell = file.cells[row.key]
        if cell.state == "none":
            return "other"
        stage = file.source.stage
        if cell.state == "absent" and row.row.stage != "both" and stage not in (None, row.row.stage):
            return "other"
        return cell.state

    @property
    def conflicts(self) -> list[Conflict]:
        """All contradictions, in the order of the rows."""
        return [
            Conflict(row, file, place)
            for row in self.rows
            for file in self.files
            if file.cells[row.key].state == "conflict"
            for place in file.cells[row.key].places
        ]

    @property
    def unread(self) -> list[FileResult]:
        """Files of which nothing could be read."""
        return [file for file in self.files if file.failed]

    @property
    def claims(self) -> list[tuple[FileResult, Claim]]:
        """All unproved claims, file by file."""
        return [(file, claim) for file in self.files for claim in file.claims]


@dataclass
class Checker:
    """Compares, and remembers what it read: a file is read again only when its bytes are others.

    Texts stay in memory only: what confidential files say is never written to disk a second time.
    """

    _texts: dict[str, FileText] = field(default_factory=dict)
    _results: dict[tuple[str, ...], tuple[Mapping[str, Cell], tuple[Claim, ...]]] = field(
        default_factory=dict
    )

    def run(
        self,
        session: Session,
        *,
        stage: Stage | None = None,
        files: Sequence[Path] = (),
        desk: Desk | None = None,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> ConsistencyReport:
        """Read, compare, report. Raises `UserError` only for given paths that are not there, and `Cancelled`."""
        cancel = cancel or Cancel()
        report(Progress(0, 0, "正在收集文书和附件"))
        desk = desk or Desk(session)
        loaded = collect(session, desk, matrix().proofs, stage=stage, files=files)
        again = self._read(loaded, cancel, report)
        rows = tuple(
            each
            for each in expectations(desk.facts, matrix())
            if stage is None or each.row.stage in ("both", stage)
        )
        context = _claim_context(desk, loaded)
        stamp = hashlib.sha256(repr((rows, context)).encode()).hexdigest()
        matcher = Matcher(rows, matrix())
        results = []
        for number, each in enumerate(loaded):
            cancel.check()
            report(Progress(number, len(loaded), f"正在核对 {each.source.name}"))
            results.append(self._compare(each, matcher, context, stamp))
        report(Progress(len(loaded), len(loaded), "核对完成"))
        return ConsistencyReport(rows, tuple(results), desk.snapshot.revision, again)

    def _read(self, loaded: Sequence[Loaded], cancel: Cancel, report: Report) -> int:
        for each in loaded:
            if each.text is not None:
                self._texts[each.digest] = each.text
        missing = list({each.digest: each for each in loaded if each.digest not in self._texts}.values())
        done = 0
        with ThreadPoolExecutor(_READERS) as pool:
            # Each reader is a child process; two of them keep two cores busy.
            for each, text in zip(missing, pool.map(partial(_text_of, cancel=cancel), missing), strict=True):
                done += 1
                report(Progress(done, len(missing), f"已读 {each.source.name}"))
                self._texts[each.digest] = text
        return len(missing)

    def _compare(self, each: Loaded, matcher: Matcher, context: ClaimContext, stamp: str) -> FileResult:
        source, text = each.source, self._texts[each.digest]
        key = (each.digest, source.id, str(source.proof), stamp)
        known = self._results.get(key)
        if known is None:
            file = Indexed(text, pdf=source.name.lower().endswith(".pdf"))
            cells = _proofs(matcher.match(file, proof=source.proof), matcher.expectations, source, text)
            claims = () if source.proof else tuple(find_claims(file, context, claim_rules(), source.stage))
            known = self._results[key] = (cells, claims)
        return FileResult(source, text.failed, text.partly, text.pages, *known)


def _proofs(
    cells: dict[str, Cell], rows: Sequence[Expectation], source: Source, text: FileText
) -> dict[str, Cell]:
    """What is attached as the proof of a third-party model must name the model or its provider."""
    for row in rows:
        record = parent_of(row.paths[0]) if row.row.proof else ""
        if not record or source.field != f"{record}{row.row.proof}" or cells[row.key].state != "absent":
            continue
        named = any(
            cells[other.key].state == "same"
            for other in rows
            if parent_of(other.paths[0]) == record and other.row.kind == "company"
        )
        if text.readable and not named:
            cells[row.key] = Cell(
                "conflict", (Place("整个文件", "", "没有写到这个模型，也没有写到它的提供方"),)
            )
    return cells


def _text_of(each: Loaded, cancel: Cancel) -> FileText:
    assert each.data is not None  # noqa: S101 - only what has no text yet comes here
    try:
        data = each.data()
    except UserError as error:
        return FileText(failed=str(error))
    return read_bytes(each.source.name, data, cancel)


def _claim_context(desk: Desk, loaded: Sequence[Loaded]) -> ClaimContext:
    names: list[tuple[Stage | None, str]] = [(each.source.stage, each.source.name) for each in loaded]
    names += [(each.source.stage, each.source.where) for each in loaded if each.source.kind == "file"]
    for paper in desk.wanted():
        of_stage: Stage | None = None if paper.spec.stage == "both" else paper.spec.stage
        names.append((of_stage, f"{paper.title} {paper.file_name} {paper.spec.folder}"))
    names += [(None, item.title) for item in desk.facts.evidence if item.files]
    names += [(None, policy.title) for policy in desk.facts.policies if policy.file]
    return ClaimContext(
        names=tuple(names),
        bound=bound_numbers(desk.facts, _counted(desk.snapshot)),
        policies=tuple((p.title, p.state) for p in desk.facts.policies if p.title),
    )


def _counted(snapshot: Snapshot) -> set[Decimal]:
    """Numbers that rest on something other than a fact: counts of the libraries, thresholds of the packs."""
    numbers = {Decimal(snapshot.keywords.total)} | {Decimal(stats.total) for stats in snapshot.banks.values()}
    numbers |= {Decimal(n) for n in snapshot.keywords.by_risk.values()}
    for pack in checking.packs_for(snapshot.as_of):
        numbers |= {p.value for p in pack.parameters.values() if p.value is not None}
    return numbers


def as_json(report: ConsistencyReport) -> dict[str, Any]:
    """The report as the command line prints it."""
    return {
        "revision": report.revision,
        "conflicts": [
            {
                "fact": c.row.key,
                "title": c.row.title,
                "expected": c.row.shown,
                "field": c.row.paths[0],
                "file": c.file.source.name,
                "where": c.place.where,
                "found": c.place.found,
                "quote": c.place.quote,
                "reasons": list(c.row.row.reasons),
            }
            for c in report.conflicts
        ],
        "claims": [
            {
                "kind": claim.rule.id,
                "title": claim.rule.title,
                "file": file.source.name,
                "where": claim.where,
                "found": claim.found,
                "quote": claim.quote,
                "message": claim.message,
                "fix": claim.rule.fix,
                "level": claim.rule.level,
            }
            for file, claim in report.claims
        ],
        "files": [
            {
                "name": f.source.name,
                "kind": f.source.kind,
                "where": f.source.where,
                "pages": f.pages,
                "unreadable": f.failed,
                "partly": list(f.partly),
                "cells": {row.key: report.state(row, f) for row in report.rows},
            }
            for f in report.files
        ],
        "facts": [
            {"key": r.key, "title": r.title, "expected": r.shown, "fields": list(r.paths)}
            for r in report.rows
        ],
    }


__all__ = ["KIND_WORDS", "STATE_WORDS", "Checker", "Conflict", "ConsistencyReport", "FileResult", "as_json"]
