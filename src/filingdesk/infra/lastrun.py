"""A mark beside the logs for every run of the window: one that is still there although nobody holds it did not end in order.

The mark says which project was open and where the user was, never what a field holds. The lock on it is the system's, so it
is free the moment the process dies, whatever killed it.
"""

import contextlib
import faulthandler
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from filingdesk.domain.errors import UserError
from filingdesk.infra.paths import state_dir

if (
    TYPE_CHECKING
):  # read when there is a mark to look at or to make: the first is rare, the second follows the first paint
    pass

FOLDER = "running"
LARGEST_TRACE = 64_000
_FILE_LINE = re.compile(r'^\s+File "(?P<path>[^"]+)", line (?P<line>\d+) in (?P<where>\S+)')
_HEAD_LINE = re.compile(
    r"^(Fatal Python error: [\w ]{1,60}|(Current thread|Thread) 0x[0-9a-f]+|Windows fatal exception: .{1,60})"
)


@dataclass(frozen=True)
class Unfinished:
    """A run that did not end in order: when it began and was last heard of, the project and the place it had open (blank: none).

    `page` is that place in words. `trace`: the places in the code where it broke, when the interpreter could still say so; no
    values.
    """

    started: datetime | None
    seen: datetime | None
    project: str = ""
    place: str = ""
    page: str = ""
    version: str = ""
    trace: str = ""


class RunMark:
    """The mark of this run. A folder that cannot be written must not hinder the work: then there is no mark."""

    def __init__(self, version: str, now: datetime) -> None:
        from filelock import FileLock, Timeout

        self._version = version
        self._started = now.isoformat(timespec="seconds")
        self._lock: FileLock | None = None
        self._trace: TextIOWrapper | None = None
        self._said = ("", "", "")
        with contextlib.suppress(OSError, UserError, Timeout):
            base = _folder() / f"run-{secrets.token_hex(6)}"
            lock = FileLock(base.with_suffix(".lock"), timeout=0, thread_local=False)
            lock.acquire()
            self._base, self._lock = base, lock
            self._write(now)

    @property
    def alive(self) -> bool:
        """Whether there is a mark."""
        return self._lock is not None

    def catch_faults(self) -> None:
        """Let the interpreter write where it broke when it breaks so badly that no exception is left."""
        if self._lock is None:
            return
        with contextlib.suppress(OSError, RuntimeError):
            self._trace = self._base.with_suffix(".trace").open("w", encoding="utf-8")
            faulthandler.enable(self._trace, all_threads=False)

    def note(self, project: str, place: str, page: str, now: datetime) -> None:
        """The project that is open now (blank: none) and where the user is in it, for the program and in words."""
        if self._lock is None or self._said == (project, place, page):
            return
        self._said = (project, place, page)
        with contextlib.suppress(OSError):
            self._write(now)

    def end(self) -> None:
        """The run ends in order: the mark goes."""
        if self._lock is None:
            return
        if self._trace is not None:
            faulthandler.disable()
            self._trace.close()
            self._trace = None
        _remove(self._base)
        self._lock.release()
        with contextlib.suppress(OSError):
            self._base.with_suffix(".lock").unlink()
        self._lock = None

    def _write(self, now: datetime) -> None:
        project, place, page = self._said
        document = {
            "version": self._version,
            "pid": os.getpid(),
            "started": self._started,
            "seen": now.isoformat(timespec="seconds"),
            "project": project,
            "place": place,
            "page": page,
        }
        text = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogateescape")
        # Renamed, so that a kill leaves the old or the new one; not synced: this is written while somebody types, and all
        # that a power cut costs here is the place on a page.
        part = self._base.with_suffix(".part")
        part.write_bytes(text)
        part.replace(self._base.with_suffix(".json"))


def unfinished() -> list[Unfinished]:
    """The runs that did not end in order, the latest first; asked once, for their marks go with it."""
    if not _any_marks():
        return []
    from filelock import FileLock, Timeout

    found: list[Unfinished] = []
    with contextlib.suppress(OSError, UserError):
        for mark in sorted(_folder().glob("run-*.json")):
            lock = FileLock(mark.with_suffix(".lock"), timeout=0, thread_local=False)
            try:
                lock.acquire()
            except (Timeout, OSError):
                continue  # still at work, or not ours to say
            found.append(_read(mark))
            _remove(mark.with_suffix(""))
            lock.release()
            with contextlib.suppress(OSError):
                mark.with_suffix(".lock").unlink()
    return sorted(found, key=lambda run: run.seen.timestamp() if run.seen else 0.0, reverse=True)


def _any_marks() -> bool:
    try:
        return any(_folder().glob("run-*.json"))
    except (OSError, UserError):
        return False


def _folder() -> Path:
    folder = state_dir() / FOLDER
    folder.mkdir(exist_ok=True)
    return folder


def _remove(base: Path) -> None:
    for suffix in (".json", ".part", ".trace"):
        with contextlib.suppress(OSError):
            base.with_suffix(suffix).unlink(missing_ok=True)


def _read(mark: Path) -> Unfinished:
    trace = _places(mark.with_suffix(".trace"))
    try:
        found = json.loads(mark.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Unfinished(None, None, trace=trace)

    def text(name: str) -> str:
        value = found.get(name)
        return value if isinstance(value, str) else ""

    return Unfinished(
        _moment(text("started")),
        _moment(text("seen")),
        text("project"),
        text("place"),
        text("page"),
        text("version"),
        trace,
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _places(path: Path) -> str:
    """The places of a trace: what broke, files below the package, lines, functions; every other line is left out."""
    from filingdesk.infra.logs import short_path

    try:
        text = path.read_text(encoding="utf-8", errors="replace")[:LARGEST_TRACE]
    except OSError:
        return ""
    lines: list[str] = []
    for line in text.splitlines():
        if head := _HEAD_LINE.match(line):
            lines.append(head[0])
        elif place := _FILE_LINE.match(line):
            lines.append(f"  {short_path(place['path'])}:{place['line']} {place['where']}")
    return "\n".join(lines)
