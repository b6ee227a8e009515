"""Looks through a whole project file for damage and names the row, attachment or version that has it."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DBAPIError

from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.store import blobs, connect, journal, libraries
from filingdesk.store.libraries import LIBRARIES, Library
from filingdesk.store.model import StoreProblem
from filingdesk.store.schema import blob, blob_part, entry, library_version
from filingdesk.store.schema import journal as journal_table

_NOT_REPLAYED = frozenset({"create", "migrate"})


def verify(
    connection: Connection, cancel: Cancel | None = None, report: Report = silent
) -> list[StoreProblem]:
    """Everything wrong with the file, in the order structure, journal, entries, attachments, lists."""
    problems: list[StoreProblem] = []
    checks: list[tuple[str, str, Callable[[Connection], Iterator[StoreProblem]]]] = [
        ("file", "文件结构", _structure),
        ("journal", "修改记录", _journal),
        ("entry", "填写内容", _entries),
        ("blob", "附件", _blobs),
        ("library", "词库与题库", _libraries),
    ]
    for number, (where, title, check) in enumerate(checks):
        report(Progress(number, len(checks), f"正在检查{title}"))
        if cancel is not None:
            cancel.check()
        try:
            problems.extend(check(connection))
        except (DBAPIError, ValueError, KeyError, TypeError) as error:
            # What damage does to a reader has no end of forms; the next part may still be readable.
            problems.append(
                StoreProblem(f"{where}.unreadable", where, f"{title}读不出来：{type(error).__name__}。")
            )
    return problems


def _structure(connection: Connection) -> Iterator[StoreProblem]:
    for name in connect.missing_tables(connection):
        yield StoreProblem("file.table", name, f"缺少表 {name}。")
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(50)"):
        if line != "ok":
            yield StoreProblem("file.integrity", "file", f"数据库结构检查：{line}")


def _journal(connection: Connection) -> Iterator[StoreProblem]:
    prev_hash, seq, revision = journal.GENESIS, 0, -1
    for row in connection.execute(select(journal_table).order_by(journal_table.c.seq)):
        name = f"journal #{row.seq}"
        title = f"修改记录第 {row.seq} 行（{row.key}）"
        if row.seq != seq + 1:
            yield StoreProblem("journal.gap", name, f"修改记录第 {seq} 行与第 {row.seq} 行之间缺了内容。")
        if row.revision not in (revision, revision + 1):
            yield StoreProblem("journal.gap", name, f"{title}的修订号不连续。")
        if row.prev_hash != prev_hash:
            yield StoreProblem("journal.chain", name, f"{title}与前一行接不上。")
        values = [getattr(row, column) for column in journal.HASHED]
        if journal.row_hash(row.prev_hash, values) != row.hash:
            yield StoreProblem("journal.hash", name, f"{title}被改动过，与它的校验值不符。")
        prev_hash, seq, revision = row.hash, row.seq, row.revision


def _entries(connection: Connection) -> Iterator[StoreProblem]:
    replayed: dict[str, str] = {}
    rows = connection.execute(
        select(journal_table.c.key, journal_table.c.new, journal_table.c.kind).order_by(journal_table.c.seq)
    )
    for row in rows:
        if row.kind in _NOT_REPLAYED:
            continue
        if row.new is None:
            replayed.pop(row.key, None)
        else:
            replayed[row.key] = row.new
    stored = {row.key: row.value for row in connection.execute(select(entry))}
    for key in sorted(replayed.keys() | stored.keys()):
        if key not in stored:
            yield StoreProblem("entry.lost", key, f"填写项 {key} 不见了，修改记录里还有它。")
        elif key not in replayed:
            yield StoreProblem("entry.unknown", key, f"填写项 {key} 不是从本程序写入的：修改记录里没有它。")
        elif stored[key] != replayed[key]:
            yield StoreProblem("entry.changed", key, f"填写项 {key} 的内容与修改记录不一致。")


def _blobs(connection: Connection) -> Iterator[StoreProblem]:
    for info in blobs.infos(connection):
        sha, size = hashlib.sha256(), 0
        for data in blobs.parts(connection, info):
            sha.update(data)
            size += len(data)
        if size != info.size or sha.hexdigest() != info.sha256:
            yield StoreProblem("blob.changed", info.sha256, f"附件 {info.sha256[:16]} 的内容与它的指纹不符。")
    known = select(blob.c.sha256)
    for sha256 in connection.execute(
        select(blob_part.c.sha256).where(blob_part.c.sha256.not_in(known)).distinct()
    ).scalars():
        yield StoreProblem("blob.stray", sha256, f"附件 {str(sha256)[:16]} 只剩内容，登记行不见了。")


def _libraries(connection: Connection) -> Iterator[StoreProblem]:
    for library in LIBRARIES.values():
        rows = connection.execute(select(library.table).where(*library.all_rows()))
        for row in rows:
            if libraries.fingerprint([row._mapping[name] for name in library.fields]) != row.fingerprint:
                yield StoreProblem(
                    "library.row",
                    f"{library.name} #{row.id}",
                    f"{library.label}里编号 {row.id} 的一行被改动过（{_title(row, library)}）。",
                )
        yield from _versions(connection, library)


def _versions(connection: Connection, library: Library) -> Iterator[StoreProblem]:
    """Compare every kept version with what the journal says of it."""
    said: dict[int, dict[str, Any]] = {}
    for entry_row in journal.history(connection, library.key):
        if isinstance(entry_row.new, dict):
            said[entry_row.new["version"]] = entry_row.new
    current = libraries.current_version(connection, library)
    kept = connection.execute(
        select(library_version).where(
            library_version.c.library == library.name, library_version.c.purged == 0
        )
    ).all()
    for row in kept:
        where = f"{library.name} v{row.version}"
        name = f"{library.label}第 {row.version} 版{'（当前）' if row.version == current else ''}"
        value = said.get(row.version, {})
        digest = libraries.digest(connection, library, row.version)
        if not digest == row.digest == value.get("digest"):
            yield StoreProblem("library.digest", where, f"{name}的内容与导入时的校验值不符。")
        if value.get("stats") != libraries.stats_hash(row.stats) or value.get("count") != row.total:
            yield StoreProblem("library.stats", where, f"{name}的统计数与导入时记下的不符。")
    if current and current not in {row.version for row in kept}:
        yield StoreProblem("library.lost", library.name, f"{library.label}的当前版本不见了。")


def _title(row: Row[Any], library: Library) -> str:
    return str(row.word if library.bank is None else row.number)[:30]
