"""An open project file: who may write, connections for every thread, backups, and an orderly end."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, PoolProxiedConnection, select

from filingdesk.domain.errors import UserError
from filingdesk.store import backup, connect, faults, journal, whereabouts
from filingdesk.store.journal import UndoStack
from filingdesk.store.lock import ProjectLock
from filingdesk.store.model import CHINA, Change, Kind, LockInfo, Notice, ProjectClosed, Transaction
from filingdesk.store.schema import journal as journal_table
from filingdesk.store.settling import Settler

_CLOSE_WAIT_SECONDS = 10.0


class OpenFile:
    """What every part of a project file stands on. Made by `ProjectFile.open`, not directly.

    Threads: any thread may read at any time (each read has its own connection and sees the last commit);
    writes are taken one at a time, the others wait. `close` waits for reads that are under way.
    """

    def __init__(
        self,
        path: Path,
        *,
        lock: ProjectLock | None,
        locked_by: LockInfo | None = None,
        notices: Sequence[Notice] = (),
    ) -> None:
        self.path = path
        self._identity = whereabouts.identity(path)
        self.read_only = lock is None
        self.locked_by = locked_by
        self._lock = lock
        self._notices = list(notices)
        self._write_lock = threading.RLock()
        self._readers = threading.Condition()
        self._reading = 0
        self._closed = False
        self._reader = connect.reader_engine(path, keep=lock is not None)
        self._writer = None if lock is None else connect.writer_engine(path)
        self._wal_tried = False
        self._settler: Settler | None = None
        self._undo: UndoStack | None = None
        self._backup_day: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def revision(self) -> int:
        """Number of the last saved transaction; 0 for a new project."""
        with self._read() as connection:
            return journal.tail(connection)[1]

    def take_notices(self) -> list[Notice]:
        """What the person should hear and has not heard yet; a second call gives nothing again."""
        taken, self._notices = self._notices, []
        return taken

    def close(self) -> None:
        """Fold everything into one plain file, give the lock back. Safe to call twice."""
        with self._write_lock:
            if self._closed:
                return
            with self._readers:
                self._closed = True
                self._readers.wait_for(lambda: self._reading == 0, timeout=_CLOSE_WAIT_SECONDS)
            try:
                if self._settler is not None:
                    self._settler.close()
                self._reader.dispose()
                if self._writer is not None:
                    with faults.told(self.path):
                        self._fold_back()
            finally:
                if self._writer is not None:
                    self._writer.dispose()
                if self._lock is not None:
                    self._lock.release()

    @property
    def settled(self) -> bool:
        """Whether all that was saved is on the disk; a power cut may take what is not (a program that ends does not)."""
        return self._settler is None or self._settler.settled

    def is_there(self) -> bool:
        """Whether the file still stands where it was opened: nobody moved, deleted or replaced it, the volume is there."""
        return whereabouts.is_there(self.path, self._identity)

    def save_copy(self, target: Path) -> None:
        """All that was saved, in another place; also when the file itself is gone, as long as the system still reads it.

        Replaces `target`. Raises `UserError` when that cannot be written, or nothing can be read any more.
        """
        part = target.with_name(f".{target.name}.part")
        with self._write_lock, faults.told(target):
            if target.resolve() == self.path and self.is_there():
                raise UserError("project.same", "这就是现在打开的项目文件。", "请换一个名字或文件夹。")
            part.write_bytes(b"")
            try:
                # A connection that was open before reads on; a new one would not find the file.
                engine = self._writer if self._writer is not None and self._wal_tried else self._reader
                with _driver(engine.raw_connection()) as source:
                    backup.copy_open(source, part)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def backup_if_due(self, at: datetime) -> Path | None:
        """Make the day's first backup unless there is one or the project was created today.

        `apply` does this by itself; a window may call it in a job after opening, so that the first edit of
        the day in a large project does not wait for the copy. A failing backup becomes a notice.
        """
        with self._write_lock:
            day = at.astimezone(CHINA).strftime("%Y%m%d")
            if self._backup_day == day or self.read_only:
                return None
            # Set first: a folder that refuses the backup would otherwise be told with every edit.
            self._backup_day = day
            with self._read() as connection:
                created = connection.execute(
                    select(journal_table.c.at).order_by(journal_table.c.seq).limit(1)
                ).scalar_one()
            if datetime.fromisoformat(created).astimezone(CHINA).strftime("%Y%m%d") == day:
                return None
            try:
                if backup.has_of_day(self.path, at):
                    return None
            except OSError as error:
                self._tell_failed_backup(error)
                return None
            return self._backup(at, "首次修改前")

    def _backup(self, at: datetime, reason: str) -> Path | None:
        try:
            return backup.make(self.path, at=at, reason=reason)
        except (OSError, sqlite3.Error) as error:
            self._tell_failed_backup(error)
            return None

    def _tell_failed_backup(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        self._notices.append(
            Notice(
                "backup.failed",
                f"没能为“{self.path.name}”做备份（{reason}）。修改照常保存；"
                f"请检查文件夹“{backup.folder_of(self.path).name}”能否写入、磁盘是否已满。",
            )
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """As `faults.told`; what fails because the file is gone says so."""
        try:
            with faults.told(self.path):
                yield
        except UserError as error:
            if error.code == "project.gone" or self.is_there():
                raise
            raise faults.gone(self.path) from error

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """A consistent view of the last commit, for this thread."""
        with self._readers:
            if self._closed:
                raise ProjectClosed(str(self.path))
            self._reading += 1
        try:
            with self._told(), self._reader.connect() as connection:
                yield connection
        finally:
            with self._readers:
                self._reading -= 1
                self._readers.notify_all()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """One transaction: all of it is saved when the block has ended, or none; see `Settler` for when it is on the disk."""
        with self._write_lock:
            self._check_writable()
            assert self._writer is not None  # noqa: S101 - _check_writable has seen to it
            with self._told():
                self._use_wal()
                with self._writer.begin() as connection:
                    yield connection
            if self._settler is not None:
                self._settler.settle()

    def _check_writable(self) -> None:
        if self._closed:
            raise ProjectClosed(str(self.path))
        if self.read_only:
            holder = self.locked_by
            if holder is None:
                raise faults.read_only(self.path)
            raise UserError(
                "project.locked",
                f"“{self.path.name}”正由{describe(holder)}编辑，这里只能查看。",
                "请先在那边关闭项目，再重新打开。",
            )
        if not self.is_there():
            raise faults.gone(self.path)

    def _use_wal(self) -> None:
        if self._writer is None:
            return
        if self._settler is not None and self._settler.failed:
            with _driver(self._writer.raw_connection()) as connection:
                connect.wait_for_disk(connection)
            self._settler.close()
            self._settler = None
        # Only with the first edit: a project that was merely looked at keeps its very bytes.
        if self._wal_tried:
            return
        with _driver(self._writer.raw_connection()) as connection:
            if connect.switch_to_wal(connection):
                self._settler = Settler(self.path)
        self._wal_tried = True

    def _fold_back(self) -> None:
        assert self._writer is not None  # noqa: S101 - only called for a writable file
        if not self.is_there():
            # What was saved goes into the file wherever it is now; the rest is told by whoever closes.
            if self._wal_tried:
                with _driver(self._writer.raw_connection()) as connection, suppress(sqlite3.Error):
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        if not self._wal_tried and not connect.is_wal(self.path):
            return
        with _driver(self._writer.raw_connection()) as connection:
            if not connect.fold_back(connection):
                self._notices.append(
                    Notice(
                        "project.log_left",
                        f"另一个程序还在读“{self.path.name}”，或磁盘已满，旁边留下了 -wal 文件。内容都已保存；"
                        "复制项目时请把它一起复制，下次正常关闭后它会消失。",
                    )
                )

    def _stack(self) -> UndoStack:
        # Beside another process' writer the journal grows without us: read it anew each time.
        if self._undo is None or self.read_only:
            with self._read() as connection:
                self._undo = journal.undo_stack(connection)
        return self._undo

    def _save(
        self,
        connection: Connection,
        changes: Sequence[Change],
        *,
        kind: Kind,
        label: str,
        who: str,
        at: datetime,
        undo_of: int | None = None,
    ) -> Transaction:
        journal.put_entries(connection, changes)
        return journal.append(connection, changes, kind=kind, label=label, who=who, at=at, undo_of=undo_of)


def describe(holder: LockInfo) -> str:
    """ "李工（office-3）" or a plain word where the holder left no note."""
    if not holder.who and not holder.host:
        return "另一个程序"
    return f"{holder.who or '另一个程序'}（{holder.host}）" if holder.host else holder.who


@contextmanager
def _driver(proxy: PoolProxiedConnection) -> Iterator[sqlite3.Connection]:
    """The SQLite connection behind a pool's proxy, for pragmas that must run outside a transaction."""
    try:
        connection = proxy.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the only driver we use
        yield connection
    finally:
        proxy.close()
