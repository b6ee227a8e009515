"""What a window lets render apart (`services.papers_apart`): bundles, papers, redlines, the report of the diagnosis.

Each task opens the project to read it and goes back to the revision that was on the screen when it was asked for: what is
typed meanwhile is not in the file that is written.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.infra.files import atomic_write, mark_parts
from filingdesk.services import bundling, diagnosis, diagnosis_report, looks, papers, redlines, upgrades
from filingdesk.services.apart import Line
from filingdesk.services.exports import Export
from filingdesk.services.session import Session
from filingdesk.store.model import LIBRARY_PREFIX, Json, StoreConflict, Transaction
from filingdesk.store.project import ProjectFile


class _Then(ProjectFile):
    """A project as it stood at an earlier revision, while another process goes on editing it."""

    wanted = 0
    seen = 0
    """The last revision that was looked at."""

    def snapshot(self) -> tuple[int, dict[str, Json]]:
        """The revision `wanted` and its entries: those of now with every later edit taken back."""
        now, entries = super().snapshot()
        later = [self.transaction(number) for number in range(self.wanted + 1, now + 1)]
        for step in reversed(later):
            _only_entries(step)
            for change in reversed(step.changes):
                if change.old is None:
                    entries.pop(change.key, None)
                else:
                    entries[change.key] = change.old
        self.seen = now
        return self.wanted, entries

    def check(self) -> None:
        """Raise `UserError` when a keyword library or a bank was replaced since: those are read as they stand."""
        while True:
            try:
                step = self.transaction(self.seen + 1)
            except KeyError:
                return
            _only_entries(step)
            self.seen += 1


def _only_entries(step: Transaction) -> None:
    if any(change.key.startswith(LIBRARY_PREFIX) for change in step.changes):
        raise _moved()


def _moved() -> UserError:
    return UserError(
        "exports.library_changed", "导出期间关键词库或题库被改动了，这次没有写完。", "请再导出一次。"
    )


class _Steady(Cancel):
    """Looks at each step whether what is read still stands, too."""

    def __init__(self, cancel: Cancel, file: _Then) -> None:
        super().__init__()
        self._cancel, self._file = cancel, file

    def is_set(self) -> bool:
        return self._cancel.is_set()

    def check(self) -> None:
        self._cancel.check()
        self._file.check()


@contextmanager
def _desk(arguments: dict[str, Any], line: Line) -> Iterator[tuple[Session, papers.Desk, Cancel]]:
    """The project as `papers_apart.state_of` names it: its session, its papers, and what to ask at each step."""
    mark_parts(arguments["mark"])
    line.report(Progress(0, 0, "正在准备"))
    moment = datetime.fromisoformat(arguments["now"])
    file = _Then.open(Path(arguments["project"]), read_only=True, now=moment)
    try:
        file.wanted = arguments["revision"]
        session = Session(file, who=arguments["who"], clock=lambda: moment)
        cancel = _Steady(line.cancel, file)
        cancel.check()
        snapshot = session.snapshot(date.fromisoformat(arguments["as_of"]))
        yield session, papers.Desk(session, snapshot), cancel
    except StoreConflict:
        raise _moved() from None
    finally:
        file.close()


def bundle(arguments: dict[str, Any], line: Line) -> dict[str, Any]:
    """Write the bundle of the filing `stage` below `out` and verify it."""
    with _desk(arguments, line) as (session, desk, cancel):
        written = bundling.export_bundle(
            session,
            arguments["stage"],
            Path(arguments["out"]),
            replace=arguments["replace"],
            cancel=cancel,
            report=line.report,
            desk=desk,
        )
        line.report(Progress(0, 0, "正在校验"))
        upgrades.keep_packs(desk.report)
        found = bundling.verify(written.path)
        return {
            "path": str(written.path),
            "packs": [[pack.id, pack.version, pack.sha256] for pack in desk.report.packs],
            "files": found.files,
            "problems": [[each.path, each.kind, each.message] for each in found.problems],
            "exports": [_plain(export) for export in desk.exports.values()],
        }


def build(arguments: dict[str, Any], line: Line) -> list[dict[str, Any]]:
    """Write papers into the folder `out`, each file whole or not at all."""
    with _desk(arguments, line) as (session, desk, cancel):
        built = papers.build(
            session,
            Path(arguments["out"]),
            paper_ids=arguments["papers"],
            formats=arguments["formats"],
            draft=arguments["draft"],
            cancel=cancel,
            report=line.report,
            desk=desk,
        )
    return [
        {
            "paper": each.paper,
            "path": str(each.path),
            "gaps": each.gaps,
            "export": _plain(each.export) if each.export else None,
        }
        for each in built
    ]


def diagnose(arguments: dict[str, Any], line: Line) -> None:
    """Write the report of the diagnosis to the file `out`."""
    with _desk(arguments, line) as (session, desk, cancel):
        line.report(Progress(0, 2, "正在排版"))
        found = diagnosis.diagnose_snapshot(desk.snapshot, desk.report, basis=arguments["basis"])
        cancel.check()
        diagnosis_report.write_report(found, desk.facts, Path(arguments["out"]), looks.of_project(session))


def redline(arguments: dict[str, Any], line: Line) -> None:
    """Write a version of a paper with tracked changes to the file `out`."""
    with _desk(arguments, line) as (session, desk, cancel):
        before, after = (
            redlines.side(arguments[name], session, arguments["paper"], desk) for name in ("old", "new")
        )
        cancel.check()
        data = redlines.marked(before, after, author=desk.facts.subject.name)
        cancel.check()
        atomic_write(Path(arguments["out"]), data)


def _plain(export: Export) -> dict[str, Any]:
    return {
        "paper": export.paper,
        "draft": export.draft,
        "as_of": export.as_of,
        "digest": export.digest,
        "data": b64encode(export.data).decode("ascii"),
    }
