"""Long exports of an open project in a process of their own: bundles, papers, redlines, the report of the diagnosis.

Rendering Word and PDF holds Python's lock for most of the time: in a thread beside it, a window would answer late.
"""

import secrets
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filingdesk.bundle.verify import BundleProblem, BundleVerification
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import Stage
from filingdesk.infra.files import clear_marked
from filingdesk.services.apart import run_apart
from filingdesk.services.bundling import folder_name
from filingdesk.services.exports import Export
from filingdesk.services.papers import BuiltPaper
from filingdesk.services.session import Session

TASKS = "filingdesk.services.paper_tasks:"


@dataclass(frozen=True)
class MadeBundle:
    """A bundle that was written and verified: the revision it shows, (id, version, SHA-256) of the packs that judged it, and
    its Word papers, to be kept on record (`exports.note`)."""

    path: Path
    revision: int
    packs: tuple[tuple[str, str, str], ...]
    verified: BundleVerification
    exports: tuple[Export, ...]

    def judged_as(self, report: CheckReport) -> bool:
        """Is this the report that decided over the bundle: same state, same packs?"""
        packs = tuple((pack.id, pack.version, pack.sha256) for pack in report.packs)
        return report.revision == self.revision and packs == self.packs


def export_bundle(
    session: Session,
    snapshot: Snapshot,
    stage: Stage,
    out: Path,
    *,
    replace: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> MadeBundle:
    """`bundling.export_bundle` of the state `snapshot`, verified; all of it or nothing, also when the process is ended.

    Raises `UserError` and `Cancelled` as that does, and `apart.died`.
    """
    given = {"stage": stage, "out": str(out), "replace": replace}
    target = out / folder_name(snapshot.facts, stage)
    done = _run("bundle", session, snapshot, given, target, cancel, report)
    problems = tuple(BundleProblem(*each) for each in done["problems"])
    return MadeBundle(
        Path(done["path"]),
        snapshot.revision,
        tuple((pack[0], pack[1], pack[2]) for pack in done["packs"]),
        BundleVerification(done["files"], problems),
        tuple(_export(each) for each in done["exports"]),
    )


def build(
    session: Session,
    snapshot: Snapshot,
    out: Path,
    *,
    paper_ids: Sequence[str] = (),
    formats: Sequence[str] = (),
    draft: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> list[BuiltPaper]:
    """`papers.build` of the state `snapshot`; each file whole or not at all."""
    given = {"papers": list(paper_ids), "formats": list(formats), "draft": draft, "out": str(out)}
    done = _run("build", session, snapshot, given, out / "文书", cancel, report)
    return [
        BuiltPaper(
            each["paper"],
            Path(each["path"]),
            each["gaps"],
            _export(each["export"]) if each["export"] else None,
        )
        for each in done
    ]


def write_diagnosis(
    session: Session,
    snapshot: Snapshot,
    out: Path,
    basis: str,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> None:
    """`diagnosis_report.write_report` of the state `snapshot`, on this basis."""
    _run("diagnose", session, snapshot, {"out": str(out), "basis": basis}, out, cancel, report)


def write_redline(
    session: Session,
    snapshot: Snapshot,
    out: Path,
    paper: str,
    old: str,
    new: str,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> None:
    """Write the version `new` of a paper with what differs from `old` as tracked changes; versions as `redlines.side` names them."""
    given = {"out": str(out), "paper": paper, "old": old, "new": new}
    _run("redline", session, snapshot, given, out, cancel, report)


def _run(
    task: str,
    session: Session,
    snapshot: Snapshot,
    given: dict[str, Any],
    target: Path,
    cancel: Cancel | None,
    report: Report,
) -> Any:
    """`target`: what is written; what was left unfinished lies beside it."""
    mark = secrets.token_hex(4)
    arguments = {
        "project": str(session.path),
        "revision": snapshot.revision,
        "as_of": snapshot.as_of.isoformat(),
        "now": session.clock().isoformat(),
        "who": session.who,
        "mark": mark,
        **given,
    }
    try:
        return run_apart(TASKS + task, arguments, cancel, report)
    except BaseException:
        clear_marked(target, mark)
        raise


def _export(plain: dict[str, Any]) -> Export:
    return Export(**{**plain, "data": b64decode(plain["data"])})
