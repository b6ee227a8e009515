"""After a run that did not end in order: which project it had open, what of it is on the disk, and a report that may be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.infra.lastrun import Unfinished, unfinished
from filingdesk.infra.logs import write_end_report
from filingdesk.store.model import CHINA


@dataclass(frozen=True)
class Rescue:
    """One project that was open when the program ended without closing it. `place` is where the user was (`page|key`), `page`
    the page in words.

    `written`: when something was last written to it (None: the file is not there). `report`: the file of the report; None
    when it could not be written. Nothing of it holds the value of a field.
    """

    project: Path
    place: str
    page: str
    written: datetime | None
    report: Path | None


def rescues() -> list[Rescue]:
    """What is to be offered at a start, the latest first, each project once; asked once. Writes the reports."""
    found: dict[Path, Rescue] = {}
    for run in unfinished():
        if not run.project:
            continue  # nothing was open: nothing to go back to
        project = Path(run.project)
        if project not in found:
            found[project] = Rescue(project, run.place, run.page, _written(project), _report(run))
    return list(found.values())


def report_lines(run: Unfinished) -> Sequence[str]:
    """What is known of a run, without values: neither the name of the project nor which record of a list was open."""
    key = run.place.partition("|")[0]
    page = f"{run.page}（{key}）" if run.page and key else key or "不明"
    return (
        "上次运行没有正常结束（不含填写内容）",
        f"程序版本 {run.version or '不明'}",
        f"启动 {_day(run.started)}",
        f"最后一次换位置 {_day(run.seen)}",
        f"所在页面 {page}",
        "",
        run.trace or "没有留下出错位置：程序被系统或人结束，或者断电、死机。",
    )


def _report(run: Unfinished) -> Path | None:
    try:
        return write_end_report(report_lines(run))
    except (OSError, UserError):
        return None


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if moment is not None else "不明"


def _written(project: Path) -> datetime | None:
    """When the project file, or the log of changes beside it, was last written."""
    times = []
    for path in (project, project.with_name(f"{project.name}-wal")):
        try:
            times.append(path.stat().st_mtime)
        except OSError:
            continue
    return datetime.fromtimestamp(max(times), CHINA) if project.is_file() and times else None
