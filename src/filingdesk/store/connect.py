"""Opens the database behind a project file: checks that never write, connections, journal mode."""

import sqlite3
import struct
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, NullPool, QueuePool, StaticPool, create_engine, event

from filingdesk.domain.errors import UserError
from filingdesk.store import faults
from filingdesk.store.schema import APPLICATION_ID, metadata

MAGIC = b"SQLite format 3\x00"
BUSY_SECONDS = 10.0


def check_header(path: Path, newest: int) -> int:
    """The schema number of a project file, read from its first 100 bytes without opening the database.

    Raises `UserError` when the file is missing, not ours, cut short, or from a newer program; never writes.
    """
    with faults.told(path):
        if not path.exists():
            raise UserError(
                "project.missing", f"找不到项目文件“{path}”。", "请检查路径，或从“最近项目”移除它。"
            )
        if not path.is_file():
            raise UserError("project.foreign", f"“{path.name}”不是文件。", "请选择一个 .fdproj 项目文件。")
        with path.open("rb") as stream:
            head = stream.read(100)
        size = path.stat().st_size
    if not head:
        raise UserError(
            "project.foreign",
            f"“{path.name}”是空文件，不是本程序的项目文件。",
            "请选择另一个文件，或新建项目。",
        )
    if not head.startswith(MAGIC[: len(head)]):
        raise _foreign(path)
    if len(head) < 100:
        raise faults.damaged(path, f"只剩 {size} 字节，后面的内容丢失了")
    page_size = struct.unpack(">H", head[16:18])[0]
    page_size = 65536 if page_size == 1 else page_size
    change_counter, page_count = struct.unpack(">II", head[24:32])
    schema, application_id = struct.unpack(">I4xI", head[60:72])
    valid_for = struct.unpack(">I", head[92:96])[0]
    if application_id != APPLICATION_ID:
        raise _foreign(path)
    if schema > newest:
        raise newer(path, schema, newest)
    # Beside a log or a journal the file may rightly be shorter than its header says; SQLite judges then.
    beside = has_wal(path) or path.with_name(path.name + "-journal").exists()
    if change_counter == valid_for and size < page_size * page_count and not beside:
        raise faults.damaged(path, f"应有 {page_size * page_count} 字节，实际只有 {size} 字节")
    return int(schema)


def newer(path: Path, schema: int, newest: int) -> UserError:
    return UserError(
        "project.newer",
        f"“{path.name}”是用更新版本的程序保存的（格式 {schema}，本程序只认到 {newest}）。",
        "文件没有被改动。请升级程序后再打开。",
    )


def _foreign(path: Path) -> UserError:
    return UserError(
        "project.foreign",
        f"“{path.name}”不是本程序的项目文件。",
        "文件没有被改动。请选择一个 .fdproj 项目文件。",
    )


def has_wal(path: Path) -> bool:
    """Whether a write-ahead log with content lies beside the file (a crash, or another process at work)."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def is_wal(path: Path) -> bool:
    """Whether the file on disk is marked as one with a write-ahead log (left by a crash)."""
    with path.open("rb") as stream:
        return stream.read(20)[18:20] == b"\x02\x02"


def check_content(path: Path, *, writable: bool) -> int:
    """Have SQLite look through the whole file; gives the schema number in force.

    Read-only unless a rollback journal of a crash must be played back first. Raises `UserError` when damaged.
    """
    hot = path.with_name(path.name + "-journal").exists()
    try:
        connection = raw(path, "rw" if hot and writable else "ro")
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise faults.damaged(path, "数据库结构不完整")
            tables = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            }
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    except UnicodeDecodeError as error:
        raise faults.damaged(path, "数据库结构不完整") from error
    if missing := {"entry", "journal"} - tables:
        raise faults.damaged(path, f"缺少表 {'、'.join(sorted(missing))}")
    return schema


def missing_tables(connection: Connection) -> list[str]:
    """Names of tables of the current schema that the file lacks."""
    found = {
        row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")
    }
    return sorted(set(metadata.tables) - found)


def file_uri(uri: str) -> str:
    """The URI as SQLite takes it: a Windows share must not stand where a host name would."""
    return uri if uri.startswith("file:///") else uri.replace("file://", "file:////", 1)


def raw(path: Path, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """A plain connection in autocommit mode; usable from any thread, by one at a time."""
    return sqlite3.connect(
        f"{file_uri(path.absolute().as_uri())}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def writer_engine(path: Path) -> Engine:
    """One connection whose transactions take the write lock at once."""

    def connect() -> sqlite3.Connection:
        connection = raw(path, "rw")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def reader_engine(path: Path, *, keep: bool) -> Engine:
    """Connections that cannot write, one per thread that reads at the moment.

    `keep` holds them open between reads. Beside another process' writer they must not stay open, else that
    process could not fold its log back into one plain file when it closes.
    """

    def connect() -> sqlite3.Connection:
        connection = raw(path, "ro")
        connection.execute("PRAGMA query_only=ON")
        return connection

    if keep:
        engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=-1
        )
    else:
        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    _begin_with(engine, "BEGIN")
    return engine


def _begin_with(engine: Engine, statement: str) -> None:
    # The driver's own transaction handling begins too late and commits behind our back; we say BEGIN.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def switch_to_wal(connection: sqlite3.Connection) -> bool:
    """Turn on the write-ahead log; False where the place refuses it (network shares): DELETE stays.

    With the log a transaction does not wait for the disk, and nothing is folded in while somebody works: `settling` sees to
    both. Without it each transaction waits.
    """
    try:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    except sqlite3.OperationalError as error:
        # Shares answer with a locking or I/O error instead of keeping the old mode.
        if error.sqlite_errorcode & 0xFF not in (
            sqlite3.SQLITE_PROTOCOL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CANTOPEN,
        ):
            raise
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    settled_beside = bool(mode == "wal")
    connection.execute(f"PRAGMA synchronous={'NORMAL' if settled_beside else 'FULL'}")
    if settled_beside:
        connection.execute("PRAGMA wal_autocheckpoint=0")
    return settled_beside


def wait_for_disk(connection: sqlite3.Connection) -> None:
    """From now on a transaction has ended when it is on the disk."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=1000")


def fold_back(connection: sqlite3.Connection) -> bool:
    """Put the log into the file and remove it; False when that must wait: another reader, a full disk."""
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError as error:
        # Everything saved is safe in the log; the next orderly close folds it back.
        if error.sqlite_errorcode & 0xFF not in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_FULL,
        ):
            raise
        return False
