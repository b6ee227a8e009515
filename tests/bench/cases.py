"""What the bench measures, and what each figure should reach.

A case of ours imports what it calls inside its functions: one process runs one case, and pays only for that.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

import consistency
from harness import SAMPLE_NAME, CallCase, Case, CommandCase, Target

FIRST_PAINT = (
    r"first-paint|\d+(\.\d+)?"  # the window may say its own milliseconds instead; ours count from the start
)
BARE_WINDOW = Path(__file__).with_name("bare_window.py")


# ---- commands, timed from outside, the start of Python included ----


def _filingdesk(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "filingdesk", *(str(argument) for argument in arguments)]


def _help(_shared: Path, _scratch: Path) -> list[str]:
    return _filingdesk("--help")


def _bare_window(_shared: Path, _scratch: Path) -> list[str]:
    return [sys.executable, str(BARE_WINDOW)]


def _window(_shared: Path, _scratch: Path) -> list[str]:
    return _filingdesk("gui", "--selftest-first-paint")


def _check_command(shared: Path, scratch: Path) -> list[str]:
    return _filingdesk("check", _copy(shared, scratch))


def _papers(shared: Path, scratch: Path) -> list[str]:
    formats = ("--format", "docx", "--format", "pdf")
    return _filingdesk("build", _copy(shared, scratch), *formats, "--out", scratch / "papers")


def _algorithm_bundle(shared: Path, scratch: Path) -> list[str]:
    return _filingdesk("bundle", _copy(shared, scratch), "--stage", "algorithm", "--out", scratch / "bundle")


def _model_bundle(shared: Path, scratch: Path) -> list[str]:
    return _filingdesk(
        "bundle", _copy(shared, scratch), "--stage", "large-model", "--out", scratch / "bundle"
    )


def _copy(shared: Path, scratch: Path) -> Path:
    return Path(shutil.copy(shared / SAMPLE_NAME, scratch / SAMPLE_NAME))


# ---- calls of services, timed inside a process that has them loaded ----


def _session(shared: Path, scratch: Path) -> Any:
    from filingdesk.bootstrap import workspace
    from filingdesk.services import checking

    session = workspace().open(_copy(shared, scratch))
    checking.packs()  # read once per run of the program, before the first check
    return session


def _prepare_open(shared: Path, scratch: Path) -> Path:
    project = _copy(shared, scratch)
    # A first opening makes the day's backup; what a user waits for every time is the second.
    from filingdesk.bootstrap import workspace

    workspace().open(project).close()
    return project


def _open(project: Path) -> None:
    from filingdesk.bootstrap import workspace

    workspace().open(project)


def _check(session: Any) -> dict[str, float]:
    from filingdesk.services import checking

    report = checking.check(session)
    return {"rules": len(report.results)}


def _prepare_rules(shared: Path, scratch: Path) -> Any:
    from filingdesk.rules import registry

    return registry.load_all(), _session(shared, scratch).snapshot()


def _rules(prepared: Any) -> dict[str, float]:
    from filingdesk.rules import engine

    packs, snapshot = prepared
    return {"rules": len(engine.check(packs, snapshot).results)}


def _prepare_recheck(shared: Path, scratch: Path) -> Any:
    session = _session(shared, scratch)
    _check(session)
    _edit(session)
    return session


def _edit(session: Any) -> None:
    session.set("algorithm.name", "")


def _prepare_search(shared: Path, scratch: Path) -> Any:
    from filingdesk.services.knowledge_search import KnowledgeBase

    base = KnowledgeBase()
    base.set_facts(_session(shared, scratch).facts)
    return base


def _search(base: Any) -> dict[str, float]:
    # One character that is nearly everywhere, a word, two words, a phrase that is not there as written: the slowest counts.
    import time

    slowest = 0.0
    for query in ("的", "备案", "未成年人 保护", "十个工作日内的备案手续"):
        started = time.perf_counter()
        base.search(query)
        slowest = max(slowest, time.perf_counter() - started)
    return {"documents": len(base), "slowest ms": slowest * 1000}


def _prepare_reuse(shared: Path, scratch: Path) -> Any:
    from filingdesk.services import reuse

    session = _session(shared, scratch)
    reuse.rules_reading(["algorithm.name"])
    return session.facts, reuse.uses_of(session), reuse.papers_of(session.facts)


def _reuse(prepared: Any) -> dict[str, float]:
    from filingdesk.services import reuse

    facts, uses, titles = prepared
    return {"fields": len(reuse.reuse_map(facts, uses, titles).fields)}


def _impact(prepared: Any) -> dict[str, float]:
    from filingdesk.services import reuse

    _facts, uses, titles = prepared
    return {"rules": len(reuse.impact(["subject.name"], uses, titles).rules)}


def _prepare_consistency(shared: Path, scratch: Path) -> Any:
    return consistency.prepare(_session(shared, scratch), scratch)


def _prepare_consistency_again(shared: Path, scratch: Path) -> Any:
    return consistency.prepare_again(_session(shared, scratch), scratch)


CASES: list[Case] = [
    CommandCase("cli-help", "filingdesk --help", _help, target=Target(0.5)),
    CommandCase(
        "window-bare", "bare PySide6 window to first paint", _bare_window, until=FIRST_PAINT, gui=True
    ),
    CommandCase(
        "window",
        "filingdesk window to first paint",
        _window,
        until=FIRST_PAINT,
        target=Target(1.5, over="window-bare"),
        gui=True,
    ),
    CallCase("open", "open the sample", _prepare_open, _open, target=Target(0.3)),
    CallCase("check", "full self-check of the sample", _session, _check, target=Target(0.5)),
    CallCase("edit", "save one edit", _session, _edit),
    CallCase("rules", "full check over every pack, legacy too", _prepare_rules, _rules, target=Target(0.3)),
    CallCase("recheck", "re-check after one edit", _prepare_recheck, _check, target=Target(0.02)),
    CallCase("search", "four searches over everything", _prepare_search, _search, target=Target(0.03)),
    CallCase("reuse", "reuse map of the sample", _prepare_reuse, _reuse),
    CallCase("impact", "whom one field touches", _prepare_reuse, _impact),
    CallCase(
        "consistency",
        "consistency matrix, 30 files of 1,000 pages",
        _prepare_consistency,
        consistency.run,
        target=Target(20),
    ),
    CallCase(
        "consistency-again",
        "the same after one changed file",
        _prepare_consistency_again,
        consistency.run,
        target=Target(2),
    ),
    CommandCase("check-command", "filingdesk check of the sample", _check_command, needs_sample=True),
    CommandCase("papers", "all papers, docx and pdf", _papers, target=Target(15), needs_sample=True),
    CommandCase("bundle-algorithm", "algorithm bundle", _algorithm_bundle, needs_sample=True),
    CommandCase("bundle-model", "large-model bundle", _model_bundle, needs_sample=True),
]
