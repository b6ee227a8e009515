"""Copies of the project beside it in `NAME.备份/`: whole, dated, and only as many as are useful."""

import re
import sqlite3
from datetime import datetime
from pathlib import Path

from filingdesk.infra.files import fsync_dir, fsync_file
from filingdesk.infra.preferences import BACKUPS
from filingdesk.infra.settings import preference
from filingdesk.store.connect import raw
from filingdesk.store.model import CHINA

KEEP_DAYS = 30
"""Kept are the last copies, as many as the user prefers, and the first copy of each of the last thirty days that have one."""

_PAGES_PER_STEP = 2048


def folder_of(project: Path) -> Path:
    return project.with_name(f"{project.stem}.备份")


def existing(project: Path) -> list[Path]:
    """Our copies of this project, oldest first; other files in the folder are none of our business."""
    folder = folder_of(project)
    if not folder.is_dir():
        return []
    found = ((_stamp(project, path), path) for path in folder.iterdir())
    dated = [(stamp, path.stat().st_mtime_ns, path) for stamp, path in found if stamp is not None]
    return [path for _, _, path in sorted(dated)]


def has_of_day(project: Path, at: datetime) -> bool:
    day = at.astimezone(CHINA).strftime("%Y%m%d")
    return any((_stamp(project, path) or "").startswith(day) for path in existing(project))


def make(project: Path, *, at: datetime, reason: str) -> Path:
    """Write a consistent, plain copy of the project as last saved; gives its path.

    Raises `OSError` or `sqlite3.Error` when the place or the disk refuses; nothing half is left behind.
    """
    folder = folder_of(project)
    folder.mkdir(exist_ok=True)
    stem = f"{project.stem}-{at.astimezone(CHINA):%Y%m%d-%H%M%S}"
    target = folder / f"{stem}-{reason}{project.suffix}"
    counter = 1
    while target.exists():
        counter += 1
        target = folder / f"{stem}-{reason}-{counter}{project.suffix}"
    part = folder / f".{target.name}.part"
    try:
        _copy(project, part)
        fsync_file(part)
        part.rename(target)
        fsync_dir(folder)
    finally:
        part.unlink(missing_ok=True)
    _prune(project)
    return target


def _copy(project: Path, part: Path) -> None:
    source = raw(project, "ro")
    try:
        part.unlink(missing_ok=True)
        _fill(source, part)
    finally:
        source.close()


def copy_open(source: sqlite3.Connection, part: Path) -> None:
    """The same for a project that is open already, whose path may lead nowhere any more."""
    _fill(source, part)
    fsync_file(part)


def _fill(source: sqlite3.Connection, part: Path) -> None:
    copy = sqlite3.connect(part, isolation_level=None)
    try:
        # We fsync once at the end; until the rename the copy does not count.
        copy.execute("PRAGMA synchronous=OFF")
        source.backup(copy, pages=_PAGES_PER_STEP)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()


def _prune(project: Path) -> None:
    copies = existing(project)
    first_of_day: dict[str, Path] = {}
    for path in copies:
        first_of_day.setdefault((_stamp(project, path) or "")[:8], path)
    days = sorted(first_of_day)[-KEEP_DAYS:]
    keep = set(copies[-int(preference(BACKUPS)) :]) | {first_of_day[day] for day in days}
    for path in copies:
        if path not in keep:
            path.unlink(missing_ok=True)


def _stamp(project: Path, path: Path) -> str | None:
    pattern = rf"{re.escape(project.stem)}-(\d{{8}}-\d{{6}})-[^-]+(?:-\d+)?{re.escape(project.suffix)}"
    found = re.fullmatch(pattern, path.name)
    return found[1] if found else None
