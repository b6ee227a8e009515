"""The project file: create, open, save one transaction at a time, undo, attachments, verification."""

import io
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.infra.files import fsync_dir, fsync_file, telling
from filingdesk.infra.user import current_user
from filingdesk.store import blobs, connect, faults, journal, libraries, migrate, recent
from filingdesk.store import verify as verification
from filingdesk.store.journal import inverse
from filingdesk.store.keyword_file import KeywordFile
from filingdesk.store.libraries import LIBRARIES
from filingdesk.store.lock import ProjectLock
from filingdesk.store.migrate import CURRENT, Migrations
from filingdesk.store.model import (
    BlobInfo,
    Change,
    JournalEntry,
    Json,
    LockInfo,
    Notice,
    StoreProblem,
    Transaction,
)
from filingdesk.store.schema import APPLICATION_ID, metadata

_RESERVED = frozenset({"@project", "@schema"})
"""Journal keys of creation and migration; they are not entries."""


class ProjectFile(KeywordFile):
    """One `.fdproj` file. The store knows keys and JSON values, and nothing of what they mean."""

    @classmethod
    def create(cls, path: Path, *, who: str, at: datetime) -> Self:
        """Make a new project and open it. Raises `UserError` if `path` exists or cannot be written."""
        if path.exists() or path.is_symlink():
            raise _exists(path)
        if not path.parent.is_dir():
            raise UserError(
                "project.folder", f"文件夹“{path.parent}”不存在。", "请先建立这个文件夹，或换一个位置。"
            )
        part = path.with_name(f".filingdesk-{uuid.uuid4().hex[:16]}.part")
        with faults.told(path), telling(path, "新建"):
            try:
                _write_empty(part, who=who, at=at)
                fsync_file(part)
                _move_without_overwriting(part, path)
            finally:
                part.unlink(missing_ok=True)
                part.with_name(part.name + "-journal").unlink(missing_ok=True)
            fsync_dir(path.parent)
        return cls.open(path, now=at, who=who)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        now: datetime,
        who: str = "",
        migrations: Migrations = CURRENT,
    ) -> Self:
        """Open a project. `read_only` is forced when another process holds it (`locked_by` says who) or when
        the place cannot be written (a notice says so).

        Raises `UserError` when the file is missing, not ours, damaged, or from a newer program; such a file is
        never touched. A project that is only read keeps its bytes.
        """
        connect.check_header(path, migrations.current)
        with faults.told(path):
            # One project has one lock, by whatever link it was opened.
            path = path.resolve()
            lock, locked_by, notices = (
                (None, None, []) if read_only else _take_lock(path, who or current_user(), now)
            )
            if lock is None and connect.has_wal(path) and not os.access(path.parent, os.W_OK):
                raise faults.recover_first(path)
            try:
                schema = connect.check_content(path, writable=lock is not None)
                project = cls(path, lock=lock, locked_by=locked_by, notices=notices)
            except BaseException:
                if lock is not None:
                    lock.release()
                raise
        try:
            project._bring_up(schema, migrations, now, who or current_user())
        except BaseException:
            project.close()
            raise
        return project

    def entries(self) -> dict[str, Json]:
        """Every stored value by key, sorted by key; `@library/…` entries tell the versions of the lists."""
        with self._read() as connection:
            return journal.read_entries(connection)

    def snapshot(self) -> tuple[int, dict[str, Json]]:
        """The revision and the entries that belong to it, read together."""
        with self._read() as connection:
            return journal.tail(connection)[1], journal.read_entries(connection)

    def apply(
        self,
        changes: Sequence[Change],
        *,
        label: str,
        who: str,
        at: datetime,
        undo_of: int | None = None,
        kind: Literal["edit", "undo", "redo", "note"] = "edit",
    ) -> Transaction:
        """Save changes as one transaction; when it returns they are on the disk.

        Each `old` must be the stored value, else `StoreConflict` and nothing is saved. `kind` undo or redo
        needs `undo_of`, the revision of the edit it takes back or repeats; a note is passed over by undo. Raises `UserError` when the project
        is read-only, the disk is full, or an undone import is no longer kept.
        """
        if not changes:
            raise ValueError("a transaction without changes")
        with self._write_lock:
            self._check_writable()
            stack = self._stack()
            stack.check(kind, undo_of)
            self.backup_if_due(at)
            with self._write() as connection:
                for change in changes:
                    if change.key in _RESERVED or (kind in {"edit", "note"} and change.key in LIBRARIES):
                        raise ValueError(f"entry {change.key!r} is the store's own")
                    if change.key in LIBRARIES and libraries.is_purged(
                        connection, LIBRARIES[change.key], libraries.version_of(change.new)
                    ):
                        raise UserError(
                            "undo.too_old",
                            f"{LIBRARIES[change.key].label}的这次导入太早，旧内容已不再保留，不能撤销。",
                            "可以从备份文件夹里的旧项目文件重新导入。",
                        )
                done = self._save(
                    connection, changes, kind=kind, label=label, who=who, at=at, undo_of=undo_of
                )
            stack.add(done.revision, done.kind, undo_of)
            return done

    def last_undoable(self) -> Transaction | None:
        """The transaction that `undo` would take back; from the journal, so it survives closing."""
        with self._write_lock:
            done = self._stack().done
            return self._kept(inverse, done[-1]) if done else None

    def last_redoable(self) -> Transaction | None:
        """The undone transaction that `redo` would repeat; a new edit clears it."""
        with self._write_lock:
            undone = self._stack().undone
            return self._kept(lambda step: list(step.changes), undone[-1]) if undone else None

    def undo(self, *, who: str, at: datetime) -> Transaction | None:
        """Take back the last edit or import; None when there is nothing to take back."""
        with self._write_lock:
            step = self.last_undoable()
            if step is None:
                return None
            return self.apply(
                inverse(step),
                label=f"撤销：{step.label}",
                who=who,
                at=at,
                undo_of=step.revision,
                kind="undo",
            )

    def redo(self, *, who: str, at: datetime) -> Transaction | None:
        """Repeat the last undone edit or import; None when there is none."""
        with self._write_lock:
            step = self.last_redoable()
            if step is None:
                return None
            return self.apply(
                step.changes,
                label=f"重做：{step.label}",
                who=who,
                at=at,
                undo_of=step.revision,
                kind="redo",
            )

    def _kept(self, changes_of: Callable[[Transaction], list[Change]], revision: int) -> Transaction | None:
        with self._read() as connection:
            step = journal.transaction(connection, revision)
            for change in changes_of(step):
                library = LIBRARIES.get(change.key)
                if library and libraries.is_purged(connection, library, libraries.version_of(change.new)):
                    return None
            return step

    def transaction(self, revision: int) -> Transaction:
        """One saved transaction; `KeyError` when there is none of that number."""
        with self._read() as connection:
            return journal.transaction(connection, revision)

    def history(self, key: str) -> list[JournalEntry]:
        """Every change of one entry, oldest first."""
        with self._read() as connection:
            return journal.history(connection, key)

    def touched_since(self, since: datetime, but: Sequence[str] = ()) -> list[recent.Touched]:
        """What was touched at or after a moment, one row per key, the last touched first; `but`: prefixes to leave out."""
        with self._read() as connection:
            return recent.touched_since(connection, since, but)

    def last_touch(self, but: Sequence[str] = ()) -> recent.LastTouch | None:
        """The last change on record, without those of keys with these prefixes."""
        with self._read() as connection:
            return recent.last_touch(connection, but)

    def journal(self) -> Iterator[JournalEntry]:
        """Every journal row, oldest first; holds no connection between rows."""
        seq = 0
        while True:
            with self._read() as connection:
                rows = journal.rows_after(connection, seq, 1000)
            if not rows:
                return
            yield from rows
            seq = rows[-1].seq

    def put_blob(self, data: bytes) -> str:
        """Store an attachment; gives its SHA-256 (hex). The same bytes are stored once."""
        return self._put_stream(io.BytesIO(data))

    def put_blob_file(self, source: Path) -> str:
        """Store a file as attachment without reading it into memory at once."""
        with telling(source, "读取"):
            stream = source.open("rb")
        with stream:
            return self._put_stream(stream)

    def _put_stream(self, stream: io.BytesIO | io.BufferedReader) -> str:
        self._check_writable()
        sha256, size = blobs.digest_of(stream)
        stream.seek(0)
        with self._write() as connection:
            if not blobs.exists(connection, sha256):
                blobs.put(connection, sha256, size, stream)
        return sha256

    def get_blob(self, reference: str) -> bytes:
        """The bytes of an attachment by its SHA-256 or at least the first 16 hex digits of it.

        Raises `UserError` when it is not there or its bytes no longer fit its hash.
        """
        with self._read() as connection:
            info = blobs.find(connection, reference, self.path)
            data = b"".join(blobs.parts(connection, info))
        if blobs.digest_of(io.BytesIO(data)) != (info.sha256, info.size):
            raise blobs.broken(self.path, info)
        return data

    def has_blob(self, reference: str) -> bool:
        """Whether the attachment is there (its bytes are not read)."""
        try:
            with self._read() as connection:
                blobs.find(connection, reference, self.path)
        except UserError as error:
            if error.code == "project.blob_missing":
                return False
            raise
        return True

    def blobs(self) -> list[BlobInfo]:
        with self._read() as connection:
            return blobs.infos(connection)

    def verify(self, *, cancel: Cancel | None = None, report: Report = silent) -> list[StoreProblem]:
        """Everything wrong with the file; reads all of it, so run it as a job."""
        with self._read() as connection:
            return verification.verify(connection, cancel, report)

    def _bring_up(self, schema: int, migrations: Migrations, now: datetime, who: str) -> None:
        if schema == migrations.current:
            return
        if schema > migrations.current:
            # The header says less than the write-ahead log of a program that crashed while migrating.
            raise connect.newer(self.path, schema, migrations.current)
        if migrate.missing_steps(migrations, schema):
            raise faults.damaged(self.path, f"格式编号 {schema} 不是本程序写过的")
        if self.read_only:
            raise UserError(
                "project.older",
                f"“{self.path.name}”是旧版本的项目文件，打开前需要升级格式，但现在不能写入。",
                "请把它复制到本机可写的文件夹，关闭其他打开它的程序，再打开一次。",
            )
        self._backup(now, "升级前")
        with self._write() as connection:
            migrate.run(connection, migrations, schema, who=who, at=now)


def _exists(path: Path) -> UserError:
    return UserError("project.exists", f"“{path}”已经存在。", "请换一个名字；原来的文件没有被改动。")


def _write_empty(part: Path, *, who: str, at: datetime) -> None:
    part.touch(exist_ok=False)
    engine = connect.writer_engine(part)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {CURRENT.current}")
            metadata.create_all(connection)
            journal.append(
                connection,
                [Change("@project", None, {"id": uuid.uuid4().hex, "schema": CURRENT.current})],
                kind="create",
                label="新建项目",
                who=who,
                at=at,
            )
    finally:
        engine.dispose()


def _move_without_overwriting(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:
        # FAT and some shares know no hard links: look once more, then rename.
        if path.exists():
            raise _exists(path) from None
        part.rename(path)


def _take_lock(
    path: Path, who: str, now: datetime
) -> tuple[ProjectLock | None, LockInfo | None, list[Notice]]:
    """The write lock, or why there is none: somebody else's note, or a notice about the place."""
    unwritable = Notice(
        "project.read_only_place",
        f"“{path.name}”所在的位置不允许写入，已用只读方式打开。要修改，请先复制到本机可写的文件夹。",
    )
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return None, None, [unwritable]
    lock = ProjectLock(path)
    try:
        locked_by = lock.acquire(who, now)
    except OSError:
        return None, None, [unwritable]
    return (lock, None, []) if locked_by is None else (None, locked_by, [])
