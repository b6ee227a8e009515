"""The bench: `python3 dev.py bench [--json] [--rounds N] [--only NAME …] [--strict]`; `bench scan`, `papers`, `rules`
and `gui` measure their own."""

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cases import CASES
from harness import CallCase, CommandCase, Result, measure_here, run_all
from rich.console import Console
from rich.table import Table

MEGABYTE = 1024 * 1024


def as_document(results: dict[str, Result], rounds: int) -> dict[str, Any]:
    """Everything measured, for machines; times in seconds, memory in bytes."""
    return {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
            "qt_platform": os.environ.get("QT_QPA_PLATFORM", ""),
        },
        "rounds": rounds,
        "cases": [
            {
                "name": result.case.name,
                "title": result.case.title,
                "median_seconds": result.median,
                "seconds": [sample.seconds for sample in result.samples],
                "peak_bytes": result.peak_bytes,
                "figures": _figures(result),
                "limit_seconds": result.limit(results),
                "meets": result.meets(results),
                "problem": result.problem,
            }
            for result in results.values()
        ],
    }


def _figures(result: Result) -> dict[str, float]:
    names = {name for sample in result.samples for name in sample.figures}
    return {
        name: statistics.median(sample.figures[name] for sample in result.samples if name in sample.figures)
        for name in sorted(names)
    }


def as_table(results: dict[str, Result], rounds: int) -> Table:
    """The same for people."""
    table = Table(title=f"filingdesk bench, median of {rounds}, Python {platform.python_version()}")
    table.add_column("case")
    for heading in ("median s", "range s", "peak MB", "target s", "met"):
        table.add_column(heading, justify="right")
    table.add_column("figures")
    for result in results.values():
        if result.problem:
            table.add_row(result.case.title, "–", "", "", "", "[red]no figure[/]", result.problem)
            continue
        times = [sample.seconds for sample in result.samples]
        limit, meets = result.limit(results), result.meets(results)
        target = "" if limit is None else f"≤ {limit:.2f}"
        if result.case.target is not None and result.case.target.over is not None:
            target += f" (bare + {result.case.target.seconds})"
        table.add_row(
            result.case.title,
            f"{result.median:.3f}",
            f"{min(times):.3f}–{max(times):.3f}",
            f"{result.peak_bytes / MEGABYTE:.0f}",
            target,
            {None: "", True: "[green]yes[/]", False: "[red]no[/]"}[meets],
            ", ".join(f"{name} {value:g}" for name, value in _figures(result).items()),
        )
    return table


def main() -> int:
    """Exit code 0 when every case gave a figure (with --strict: and met its target), else 1."""
    if sys.argv[1:2] == ["gui"]:
        import gui

        return gui.main(sys.argv[2:])
    if sys.argv[1:2] == ["papers"]:
        import papers

        return papers.main(sys.argv[2:])
    if sys.argv[1:2] == ["rules"]:
        import rules

        return rules.main(sys.argv[2:])
    if sys.argv[1:2] == ["scan"]:
        import scan

        return scan.main(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description="Times and peak memory of the main jobs."
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each case (default 3)")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[case.name for case in CASES])
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--measure-one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()

    if given.measure_one:
        name, shared, scratch = given.measure_one
        case = next(case for case in CASES if case.name == name)
        assert isinstance(case, CallCase)
        print(json.dumps(measure_here(case, Path(shared), Path(scratch))))
        return 0

    chosen = [case for case in CASES if given.only is None or case.name in given.only]
    # A figure that counts from another case needs that case in the same run.
    bases = {case.target.over for case in chosen if case.target is not None and case.target.over is not None}
    chosen = [case for case in CASES if case in chosen or case.name in bases]
    shown = Console(stderr=True)
    if any(isinstance(case, CommandCase) and case.gui for case in chosen):
        shown.print(f"window cases on Qt platform {os.environ.get('QT_QPA_PLATFORM', 'of this desktop')!r}")
    with shown.status("…") as status:
        results = run_all(chosen, max(1, given.rounds), lambda text: status.update(text))

    if given.json:
        print(json.dumps(as_document(results, given.rounds), ensure_ascii=False, indent=2))
    else:
        console = Console()
        # Into a file or a log there is no edge to fold at.
        Console(width=None if console.is_terminal else 150).print(as_table(results, given.rounds))
    missed = any(result.meets(results) is False for result in results.values())
    broken = any(result.problem for result in results.values())
    return 1 if broken or (given.strict and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
