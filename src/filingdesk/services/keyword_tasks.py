"""What a window lets compute apart (`services.apart`): trying words, the audit, the interception test, scans of corpora.

Each task opens the project to read it, takes the words and closes it again. Results are capped: the window shows the first
rows and the counts, files hold the rest.
"""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.infra.files import atomic_file
from filingdesk.scan.audit import AuditProblem
from filingdesk.scan.channels import CHANNELS, DEFAULT_CHANNELS
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.records import find_sources
from filingdesk.scan.records_sample import Sample
from filingdesk.scan.runner import ScanHit
from filingdesk.services import (
    corpora,
    interception,
    interception_export,
    keywords,
    library_export,
    library_tables,
    library_versions,
)
from filingdesk.services.apart import Line
from filingdesk.services.library import KeywordSelection
from filingdesk.services.session import Session, system_clock
from filingdesk.store.model import StoreConflict
from filingdesk.store.project import ProjectFile

SHOWN_HITS = 1_200
"""Hits in one text that are given back to be marked; the count is always complete."""
SHOWN_PROBLEMS = 1_000
"""Problems of each kind that an audit lists; a file may have all of them."""
SCAN_HITS = 5_000
"""Hits of a scan that a window lists; the output file has all."""
_AROUND = 40
_CONTEXT_SECONDS = 20.0


@contextmanager
def opened(path: str) -> Iterator[Session]:
    """A project to read from while another process edits it."""
    file = ProjectFile.open(Path(path), read_only=True, now=system_clock())
    try:
        yield Session(file, who="")
    except StoreConflict:
        raise UserError("library.changed", "读取期间关键词库被改动了。", "请重试一次。") from None
    finally:
        file.close()


def try_words(arguments: dict[str, Any], line: Line) -> None:
    """Finds the words of a library in one text after the other.

    Sends `ready` with the size of the library; for each question {"text", "channels", "number"} a `hits`.
    The channels that only suspect are compiled when they are first asked for (`building`).
    """
    with opened(arguments["project"]) as session:
        words = [Keyword(k.word, k.risk or k.category1) for k in session.file.iter_keywords()]
    made: dict[bool, Interceptor] = {}

    def ready(bold: bool) -> Interceptor:
        if bold not in made:
            made[bold] = Interceptor(words, channels=CHANNELS if bold else DEFAULT_CHANNELS)
            if words:
                made[bold].scan(words[0].word)  # what is made at the first hit is made here
        return made[bold]

    plain = ready(False)
    line.send("ready", {"size": plain.size, "unmatchable": len(plain.unmatchable)})
    for asked in line.questions():
        chosen = frozenset(asked["channels"])
        bold = not chosen <= frozenset(DEFAULT_CHANNELS)
        if bold and bold not in made:
            line.send("building", {"number": asked["number"]})
        finder = ready(bold)
        begun = time.perf_counter()
        hits = [hit for hit in finder.scan(asked["text"]) if hit.channel in chosen]
        taken = (time.perf_counter() - begun) * 1000
        line.send(
            "hits",
            {
                "number": asked["number"],
                "count": len(hits),
                "channels": dict(Counter(hit.channel for hit in hits)),
                "milliseconds": taken,
                "hits": [list(hit) for hit in hits[:SHOWN_HITS]],
            },
        )


def audit(arguments: dict[str, Any], line: Line) -> dict[str, Any]:
    """The audit of a project's library: counts, shortfalls, the first problems of each kind (`row` from 1).

    With `csv` all problems are written to that file too (`kind`: only these).
    """
    with opened(arguments["project"]) as session:
        found = keywords.audit_project(session, line.cancel, line.report)
    target, kind = arguments.get("csv"), arguments.get("kind") or ""
    if target:
        _write_csv(Path(target), found.problems, kind, arguments["kind_names"], line.cancel)
    listed: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for problem in found.problems:
        if len(listed[problem.kind]) < SHOWN_PROBLEMS:
            listed[problem.kind].append((problem.row, problem.keyword, problem.message))
    return {
        "total": found.total,
        "distinct": found.distinct,
        "counts": found.counts(),
        "problems": listed,
        "shortfalls": [asdict(item) for item in found.shortfalls],
        "short_when_folded": [asdict(item) for item in found.short_when_folded],
    }


def _write_csv(
    target: Path, problems: Sequence[AuditProblem], kind: str, names: dict[str, str], cancel: Cancel
) -> None:
    with atomic_file(target) as stream:
        stream.write("\ufeff".encode())
        writer = csv.writer(_Encoded(stream))
        writer.writerow(("序号", "关键词", "问题种类", "说明"))
        for number, problem in enumerate(problems):
            if not number % 10_000:
                cancel.check()
            if kind in ("", problem.kind):
                cells = (
                    str(problem.row or ""),
                    problem.keyword,
                    names.get(problem.kind, problem.kind),
                    problem.message,
                )
                writer.writerow([library_export.guarded(cell) for cell in cells])


class _Encoded:
    """A stream of bytes that takes text."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "replace"))


def trial(arguments: dict[str, Any], line: Line) -> dict[str, Any]:
    """The interception test of a project, capped as the project keeps it; `interception.run` explains the options."""
    given = dict(arguments["options"])
    for name in ("benign", "output", "corpus"):
        given[name] = tuple(Path(item) for item in given.get(name, ()))
    for name in ("channels", "allow"):
        given[name] = tuple(given.get(name, ()))
    with opened(arguments["project"]) as session:
        done = interception.run(
            session, interception.TrialOptions(**given), cancel=line.cancel, report=line.report
        )
    return interception.plain_of(done)


def slips(arguments: dict[str, Any], line: Line) -> dict[str, int]:
    """Write all that slipped through the last test, of one `risk` and `channel` or of all, to the file `target`."""
    with opened(arguments["project"]) as session:
        rows = interception_export.export_slips(
            session,
            Path(arguments["target"]),
            arguments.get("risk"),
            arguments.get("channel"),
            cancel=line.cancel,
            report=line.report,
        )
    return {"rows": rows}


def scan(arguments: dict[str, Any], line: Line) -> dict[str, Any]:
    """Scan files and folders with a project's library; every hit goes to `out`, the first ones come back with their context.

    `resume` as in `corpora.scan_corpus`; `sample` {"percent", "seed"} or null.
    """
    line.report(Progress(0, 0, "读取词库"))
    with opened(arguments["project"]) as session:
        source = corpora.project_keywords(session, channels=arguments["channels"] or list(DEFAULT_CHANNELS))
    inputs = [Path(item) for item in arguments["inputs"]]
    sample = Sample(**arguments["sample"]) if arguments.get("sample") else None
    result = corpora.scan_corpus(
        source,
        inputs,
        out=Path(arguments["out"]),
        field=arguments.get("field", ""),
        sample=sample,
        resume=arguments.get("resume"),
        keep=SCAN_HITS,
        cancel=line.cancel,
        report=line.report,
    )
    line.report(Progress(0, 0, "读取命中处的上下文"))
    around = contexts(inputs, result.scan.hits, arguments.get("field", ""), line.cancel)
    return {
        **result.summary(),
        "sources_read": result.scan.sources,
        "hits": [[*hit, *text] for hit, text in zip(result.scan.hits, around, strict=True)],
        "problems": [list(problem) for problem in result.scan.problems],
        "seconds": result.seconds,
        "files": [str(path) for path in result.files],
    }


def diff(arguments: dict[str, Any], _line: Line) -> dict[str, Any]:
    """What differs between the versions `before` and `after`: all counts, the first `limit` words."""
    with opened(arguments["project"]) as session:
        return library_versions.diff(
            session, arguments["before"], arguments["after"], arguments["limit"]
        ).to_json()


def save_diff(arguments: dict[str, Any], _line: Line) -> dict[str, Any]:
    """Write all that differs between two versions to the file `target`."""
    with opened(arguments["project"]) as session:
        found = library_versions.diff(session, arguments["before"], arguments["after"])
        library_tables.export_diff(found, Path(arguments["target"]))
    return {"rows": len(found.changes)}


def export(arguments: dict[str, Any], line: Line) -> dict[str, int]:
    """Write the library, or what `risk` and `search` leave of it, to the file `target`."""
    chosen = KeywordSelection(risk=arguments.get("risk"), search=arguments.get("search"))
    with opened(arguments["project"]) as session:
        done = library_export.export(
            session, Path(arguments["target"]), arguments["layout"], chosen, line.cancel, line.report
        )
    return {"rows": done.rows, "altered": done.altered, "files": 1}


def split(arguments: dict[str, Any], line: Line) -> dict[str, int]:
    """Write the library into the new folder `target`, one file for each value of `by`."""
    with opened(arguments["project"]) as session:
        done = library_export.split(
            session, Path(arguments["target"]), arguments["by"], cancel=line.cancel, report=line.report
        )
    return {
        "rows": sum(one.rows for one in done),
        "altered": sum(one.altered for one in done),
        "files": len(done),
    }


def contexts(
    inputs: Sequence[Path], hits: Sequence[ScanHit], field: str, cancel: Cancel
) -> list[tuple[str, str]]:
    """The text before and after each hit; blank where the record is too long, has changed, or comes too late in the corpus."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, hit in enumerate(hits):
        wanted[hit.record].append(number)
    found = [("", "")] * len(hits)
    ends = time.monotonic() + _CONTEXT_SECONDS
    at = 0
    for source in find_sources(list(inputs), field, []):
        with suppress(UserError):
            for record in source.read(cancel):
                if not wanted or (not at % 1000 and time.monotonic() > ends):
                    return found
                if record.own is None and at in wanted:
                    for number in wanted.pop(at):
                        hit = hits[number]
                        if record.text[hit.start : hit.end] == hit.surface:
                            found[number] = _around(record.text, hit.start, hit.end)
                if not record.goes_on:
                    wanted.pop(at, None)
                    at += 1
    return found


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    before = text[max(0, start - _AROUND) : start]
    after = text[end : end + _AROUND]
    return (
        ("…" if start > _AROUND else "") + before,
        after + ("…" if end + _AROUND < len(text) else ""),
    )
