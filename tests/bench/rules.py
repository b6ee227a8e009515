"""`dev.py bench rules`: what judging costs, each figure against its limit: full check, check after an edit, route, consistency, search."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import consistency
from harness import SAMPLE_NAME, BenchProblem, make_sample, own_peak_bytes
from rich.console import Console
from rich.table import Table

EDITS = 60
QUERIES = ("的", "备案", "未成年人 保护", "十个工作日内的备案手续", "拒答率", "训练语料 来源", "标识", "处罚")


@dataclass(frozen=True)
class Figure:
    """One measured thing: milliseconds of every run, the limit of their median, what else is to be said."""

    name: str
    title: str
    milliseconds: tuple[float, ...]
    limit: float
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def meets(self) -> bool:
        return self.median <= self.limit

    @property
    def worst_of_twenty(self) -> float:
        """The 95th percentile; of a few runs the slowest."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _timed(run: Callable[[], Any], times: int) -> tuple[float, ...]:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append((time.perf_counter() - started) * 1000)
    return tuple(found)


def full_check(session: Any, rounds: int) -> Figure:
    """Every shipped pack, the superseded ones too, over the sample, nothing taken over from an earlier check."""
    from filingdesk.rules import engine, registry

    packs, snapshot = registry.load_all(), session.snapshot()
    count = len(engine.check(packs, snapshot).results)
    times = _timed(lambda: engine.check(packs, snapshot), max(5, rounds))
    return Figure("check", "full check, all packs", times, 300, f"{count} rules of {len(packs)} packs")


def edits_of(facts: Any, wanted: int) -> list[str]:
    """Filled text fields spread over the whole of the facts, lists included, in a fixed order."""
    from filingdesk.domain.flat import iter_leaves

    paths = [p for p, _spec, value in iter_leaves(facts) if isinstance(value, str) and value]
    step = max(1, len(paths) // wanted)
    return paths[::step][:wanted]


def recheck(session: Any) -> Figure:
    """A check after one edit, for many different fields: each is changed, checked, put back, checked again."""
    from filingdesk.domain.flat import get
    from filingdesk.services import checking

    checking.check_on(session.snapshot())
    paths, times = edits_of(session.facts, EDITS), []
    for path in paths:
        before = get(session.facts, path)
        for value in ("", before):
            session.set(path, value)
            snapshot = session.snapshot()
            times += _timed(lambda at=snapshot: checking.check_on(at), 1)
    return Figure(
        "recheck", "check after one edit", tuple(times), 20, f"{len(paths)} different fields, twice"
    )


def route(session: Any, rounds: int) -> Figure:
    """Which filings apply, from the whole of the sample's facts."""
    from filingdesk.services import routing

    facts, day = session.facts, session.today
    routing.route(facts, day)
    return Figure(
        "route", "which filings apply", _timed(lambda: routing.route(facts, day), max(20, rounds)), 10
    )


def search(session: Any, rounds: int) -> Figure:
    """Over clauses, rules, cards, help and the sample's facts; the median of words of every kind."""
    from filingdesk.services.knowledge_search import KnowledgeBase

    base = KnowledgeBase()
    base.set_facts(session.facts)
    base.search(QUERIES[0])
    times = [t for query in QUERIES for t in _timed(lambda q=query: base.search(q), max(5, rounds))]
    return Figure(
        "search", "search over everything", tuple(times), 30, f"{len(base)} texts, {len(QUERIES)} queries"
    )


def matrix(session: Any, scratch: Path) -> tuple[Figure, Figure]:
    """30 files of 1,000 pages against the facts; then one of them has changed."""
    prepared = consistency.prepare(session, scratch)
    before = sum(os.times()[:4])
    first = _timed(lambda: consistency.run(prepared), 1)
    spent = sum(os.times()[:4]) - before
    consistency.change_one(prepared)
    again = _timed(lambda: consistency.run(prepared), 1)
    pages = f"{consistency.FILES} files, {consistency.PAGES} pages"
    return (
        Figure("consistency", "consistency matrix", first, 20_000, f"{pages}, {spent:.1f} s of processors"),
        Figure("consistency-again", "the same, one file changed", again, 2_000, pages),
    )


def measure(rounds: int, tell: Callable[[str], None]) -> list[Figure]:
    """All figures, in one process that has everything loaded, as the window has."""
    with tempfile.TemporaryDirectory(prefix="filingdesk-bench-rules-") as name:
        scratch = Path(name)
        os.environ["FILINGDESK_HOME"] = str(scratch / "home")
        make_sample(scratch, tell)
        from filingdesk.bootstrap import workspace

        session = workspace().open(scratch / SAMPLE_NAME)
        try:
            found = []
            for each in (full_check, route, search):
                tell(each.__name__)
                found.append(each(session, rounds))
            tell("recheck")
            found.insert(1, recheck(session))
            tell("consistency")
            found += matrix(session, scratch)
            return found
        finally:
            session.close()


def as_document(figures: list[Figure]) -> dict[str, Any]:
    """Everything measured, for machines; times in milliseconds."""
    return {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
        },
        "peak_bytes": own_peak_bytes(),
        "figures": [
            {
                "name": each.name,
                "title": each.title,
                "median_ms": each.median,
                "p95_ms": each.worst_of_twenty,
                "runs": len(each.milliseconds),
                "limit_ms": each.limit,
                "meets": each.meets,
                "note": each.note,
            }
            for each in figures
        ],
    }


def as_table(figures: list[Figure]) -> Table:
    """The same for people."""
    table = Table(title=f"filingdesk bench rules, Python {platform.python_version()}")
    table.add_column("figure")
    for heading in ("median ms", "95 % ms", "runs", "limit ms", "met"):
        table.add_column(heading, justify="right")
    table.add_column("of what")
    for each in figures:
        met = "[green]yes[/]" if each.meets else "[red]no[/]"
        times = (f"{each.median:.1f}", f"{each.worst_of_twenty:.1f}", str(len(each.milliseconds)))
        table.add_row(each.title, *times, f"≤ {each.limit:g}", met, each.note)
    return table


def main(arguments: list[str]) -> int:
    """Exit code 0 when everything was measured (with --strict: and met its limit), else 1."""
    parser = argparse.ArgumentParser(prog="dev.py bench rules", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    parser.add_argument("--rounds", type=int, default=10, help="runs of each short figure (default 10)")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a limit is missed")
    given = parser.parse_args(arguments)
    shown = Console(stderr=True)
    try:
        with shown.status("…") as status:
            figures = measure(max(1, given.rounds), lambda text: status.update(text))
    except BenchProblem as problem:
        shown.print(str(problem))
        return 1
    if given.json:
        print(json.dumps(as_document(figures), ensure_ascii=False, indent=2))
    else:
        console = Console()
        Console(width=None if console.is_terminal else 150).print(as_table(figures))
    return 1 if given.strict and not all(each.meets for each in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
