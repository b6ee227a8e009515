"""Keeps a second program from writing the same project: an OS file lock and a note of who holds it."""

import contextlib
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from filingdesk.store.model import LockInfo


class ProjectLock:
    """The write lock of one project file.

    `NAME.fdproj.lock` carries the lock itself, which the system frees when the process dies;
    `NAME.fdproj.owner` says who holds it (apart, because Windows does not let others read a locked file).
    """

    def __init__(self, project: Path) -> None:
        self._lock_path = project.with_name(project.name + ".lock")
        self._owner_path = project.with_name(project.name + ".owner")
        self._lock = FileLock(self._lock_path, timeout=0, thread_local=False)

    def acquire(self, who: str, now: datetime) -> LockInfo | None:
        """Take the lock: None when it is ours now, else who has it. Raises `OSError` where no lock can be made."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return self._read_owner()
        note = {
            "who": who,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "since": now.astimezone(UTC).isoformat(timespec="seconds"),
        }
        # The note is a courtesy: without it the lock still holds, so a failing write must not stop the work.
        with contextlib.suppress(OSError):
            self._owner_path.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        return None

    def release(self) -> None:
        """Give the lock back and remove both files, each while it is still ours."""
        if not self._lock.is_locked:
            return
        with contextlib.suppress(OSError):
            self._owner_path.unlink()
        if os.name != "nt":
            # Unlinked while held: a waiter that locked the old inode sees st_nlink 0 and starts over.
            with contextlib.suppress(OSError):
                self._lock_path.unlink()
        self._lock.release()
        if os.name == "nt":
            # Windows refuses to delete a file that another process has open, so this can take nobody's lock.
            with contextlib.suppress(OSError):
                self._lock_path.unlink()

    def _read_owner(self) -> LockInfo:
        try:
            note = json.loads(self._owner_path.read_text(encoding="utf-8"))
            return LockInfo(
                who=str(note["who"]),
                host=str(note["host"]),
                pid=int(note["pid"]),
                since=datetime.fromisoformat(note["since"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return LockInfo()
