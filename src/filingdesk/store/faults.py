"""Tells the faults of SQLite and of the disk as `UserError`s that name the project file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import telling

_COPY = "请先把文件复制到本机可写的文件夹再打开。"


def damaged(path: Path, detail: str) -> UserError:
    """The file is ours but its content is broken; `detail` says where."""
    return UserError(
        "project.damaged",
        f"项目文件“{path.name}”已损坏：{detail}。",
        "文件没有被改动。请用同一文件夹里“.备份”文件夹中最近的备份恢复。",
    )


def read_only(path: Path) -> UserError:
    return UserError("project.read_only", f"项目文件“{path.name}”是以只读方式打开的，不能修改。", _COPY)


def gone(path: Path) -> UserError:
    """The file was moved, deleted or replaced while it was open, or its volume is gone."""
    return UserError(
        "project.gone",
        f"项目文件“{path.name}”已经不在“{path.parent}”，刚才的操作没有完成，修改没有保存。",
        "它被移走、改名、删除或替换了，或者移动硬盘、网络盘断开了。放回原处后重新打开，或把现在的内容另存一份。",
    )


def recover_first(path: Path) -> UserError:
    """A crash left a log that must be played back, which takes writing, and here nothing may be written."""
    return UserError(
        "project.recover_first",
        f"“{path.name}”上次没有正常关闭，要先写入才能读出最后的修改，但现在不能写入。",
        "请用可以修改的方式打开一次；若文件夹只读，先把它和旁边的 -wal、-journal 文件一起复制到本机。",
    )


def from_sqlite(error: sqlite3.Error, path: Path) -> UserError | None:
    """The user's side of an SQLite error, or None where the error is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in (sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY):
        return recover_first(path)
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return UserError(
            "project.disk_full",
            f"磁盘已满，刚才的修改没有存进“{path.name}”。",
            "之前保存的内容都在。请清理磁盘空间后再试一次。",
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return UserError(
            "project.read_only", f"“{path.name}”所在的位置不允许写入，刚才的修改没有保存。", _COPY
        )
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return UserError(
            "project.busy",
            f"“{path.name}”正被另一个程序占用，刚才的操作没有完成。",
            "请稍候再试；若它在同步盘里，请等同步结束。",
        )
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, "数据库结构不完整")
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return UserError(
            "project.io",
            f"读写“{path.name}”时磁盘出错，刚才的操作没有完成。",
            "请检查磁盘、移动硬盘或网络盘是否还连着。",
        )
    return None


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite and disk faults inside the block into `UserError`; let bugs pass unchanged."""
    try:
        with telling(path):
            yield
    except sqlite3.Error as error:
        fault = from_sqlite(error, path)
        if fault is None:
            raise
        raise fault from error
    except DBAPIError as error:
        fault = from_sqlite(error.orig, path) if isinstance(error.orig, sqlite3.Error) else None
        if fault is None:
            raise
        raise fault from error
