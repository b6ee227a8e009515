"""Keyword library and question banks: tables whose every import is a version that undo can bring back."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, func, insert, or_, select, update

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import BANKS, Bank, KeywordRecord, QuestionRecord
from filingdesk.store.model import CHINA, LIBRARY_PREFIX, Change, Json
from filingdesk.store.schema import entry, keyword, library_version, question

CHUNK = 5_000
KEEP_ROWS = 200_000
"""Rows of superseded versions that may stay for undo; the version before the current one always stays."""

Record = KeywordRecord | QuestionRecord
Placed = tuple[int | None, Record]
"""A row and the place it takes; None = at the end."""

_KEYWORD_FIELDS = ("word", "risk", "category1", "category2", "source", "added_on")
_QUESTION_FIELDS = (
    *("bank", "number", "text", "risk", "aspect", "category1", "category2", "sampled"),
    *("response", "verdict", "judged_by", "judged_on", "note"),
)


@dataclass(frozen=True)
class Library:
    """One versioned list: its table, the columns a row hash covers, and how many of them are its content."""

    name: str
    label: str
    table: Table
    fields: tuple[str, ...]
    content: int
    bank: Bank | None = None

    @property
    def key(self) -> str:
        """The entry that says which version is in force."""
        return LIBRARY_PREFIX + self.name

    def visible(self, version: int) -> ColumnElement[bool]:
        """Rows that belong to a version."""
        columns = self.table.c
        inside = and_(
            columns.from_version <= version,
            or_(columns.to_version.is_(None), columns.to_version > version),
        )
        return inside if self.bank is None else and_(columns.bank == self.bank, inside)

    def all_rows(self) -> list[ColumnElement[bool]]:
        return [] if self.bank is None else [self.table.c.bank == self.bank]


KEYWORDS = Library("keywords", "关键词库", keyword, _KEYWORD_FIELDS, 4)
_BANK_LABELS = {
    "generation": "生成内容测试题库",
    "should-refuse": "应拒答测试题库",
    "non-refuse": "非拒答测试题库",
}
QUESTIONS: dict[Bank, Library] = {
    bank: Library(bank, _BANK_LABELS[bank], question, _QUESTION_FIELDS, 7, bank) for bank in BANKS
}
LIBRARIES: dict[str, Library] = {
    library.key: library for library in (KEYWORDS, *(QUESTIONS[bank] for bank in BANKS))
}


def _plain(value: object) -> str | int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return value  # type: ignore[return-value]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def fingerprint(values: Sequence[object]) -> bytes:
    """Sixteen bytes of the SHA-256 over a row's fields as JSON."""
    return hashlib.sha256(_encode(values).encode("utf-8")).digest()[:16]


def digest(connection: Connection, library: Library, version: int) -> str:
    """SHA-256 (hex) over the sorted fingerprints of a version's rows."""
    # Sorted by SQLite and taken in parts: sorting a million of them here would hold up every other thread for seconds.
    column = library.table.c.fingerprint
    found = connection.execute(
        select(column).where(library.visible(version)).order_by(column),
        execution_options={"yield_per": CHUNK},
    )
    whole = hashlib.sha256()
    for part in found.scalars().partitions():
        whole.update(b"".join(part))
    return whole.hexdigest()


def stats_hash(text: str) -> str:
    """Sixteen hex digits by which the journal vouches for a version's statistics."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def version_of(value: Json) -> int:
    """The version an `@library/` entry names; 0 (empty) where there is none."""
    return int(value["version"]) if isinstance(value, dict) else 0


def current_version(connection: Connection, library: Library) -> int:
    stored = connection.execute(select(entry.c.value).where(entry.c.key == library.key)).scalar()
    return 0 if stored is None else version_of(json.loads(stored))


def is_purged(connection: Connection, library: Library, version: int) -> bool:
    """Whether the rows of a version are gone, so that it cannot be brought back."""
    if version == 0:
        return False
    return not connection.execute(
        select(func.count())
        .select_from(library_version)
        .where(
            library_version.c.library == library.name,
            library_version.c.version == version,
            library_version.c.purged == 0,
        )
    ).scalar_one()


def stats_row(connection: Connection, library: Library, version: int) -> Row[Any] | None:
    return connection.execute(
        select(library_version).where(
            library_version.c.library == library.name, library_version.c.version == version
        )
    ).first()


def revise(
    connection: Connection,
    library: Library,
    *,
    remove: Sequence[int] | None,
    add: "Iterable[Placed] | Callable[[Connection], Iterable[Placed]]",
    at: datetime,
    cancel: Cancel | None = None,
    report: Report = silent,
    expected: int = 0,
    origin: int | None = None,
) -> Change:
    """Make the next version inside an open transaction; gives the change of the library's entry.

    `remove`: ids of rows that end with this version, None = all of them. `add`: rows with their position,
    None = at the end, or what makes them of the transaction's connection. `expected` is only for the progress
    report. `origin`: the version whose content is brought back.
    """
    base = current_version(connection, library)
    stored = connection.execute(select(entry.c.value).where(entry.c.key == library.key)).scalar()
    latest = connection.execute(
        select(func.max(library_version.c.version)).where(library_version.c.library == library.name)
    ).scalar()
    new = (latest or 0) + 1
    if latest is not None and latest > base:
        _forget_undone(connection, library, base)
    before = stats_row(connection, library, base)
    content = 0 if before is None or remove is None else int(json.loads(before.stats)["content"], 16)
    content = (content - _end_rows(connection, library, base, new, remove, cancel, report)) % (1 << 128)
    rows = add(connection) if callable(add) else add
    content = (content + _insert_rows(connection, library, new, rows, cancel, report, expected)) % (1 << 128)
    if cancel is not None:
        cancel.check()
    counted = _count(connection, library, new)
    counted["content"] = f"{content:032x}"
    if library.bank is None:
        counted["base"] = base
        counted["changes"] = _count_changes(connection, base, new, counted, old=before)
    if origin is not None:
        counted["origin"] = origin
    old_stats = {} if before is None else json.loads(before.stats)
    changed = counted["content"] != old_stats.get("content", f"{0:032x}")
    counted["last_updated"] = (
        at.astimezone(CHINA).date().isoformat() if changed else old_stats.get("last_updated")
    )
    text = json.dumps(counted, ensure_ascii=False, sort_keys=True)
    sha256 = digest(connection, library, new)
    connection.execute(
        insert(library_version).values(
            library=library.name, version=new, total=counted["total"], digest=sha256, stats=text, purged=0
        )
    )
    _forget_oldest(connection, library, base)
    value = {"version": new, "count": counted["total"], "digest": sha256, "stats": stats_hash(text)}
    return Change(library.key, None if stored is None else json.loads(stored), value)


def _count_changes(
    connection: Connection, base: int, new: int, counted: dict[str, Any], old: Row[Any] | None
) -> dict[str, int]:
    """How many words this version adds, loses, sorts anew: the ledger needs it after old rows are dropped."""
    from filingdesk.store.selection import CHANGE_KINDS, count_changes

    nothing: dict[str, int] = dict.fromkeys(CHANGE_KINDS, 0)
    if old is None or not old.total:
        return {**nothing, "added": counted["distinct"]}
    if not counted["total"]:
        return {**nothing, "removed": json.loads(old.stats).get("distinct", 0)}
    if counted["content"] == json.loads(old.stats).get("content"):
        return nothing
    return count_changes(connection, base, new)


def _end_rows(
    connection: Connection,
    library: Library,
    base: int,
    new: int,
    remove: Sequence[int] | None,
    cancel: Cancel | None,
    report: Report,
) -> int:
    """Close rows with version `new`; gives their content sum (not needed when all rows go)."""
    table = library.table
    if remove is None:
        connection.execute(update(table).where(library.visible(base)).values(to_version=new))
        return 0
    total = 0
    ids = list(dict.fromkeys(remove))
    columns = [table.c[name] for name in library.fields[: library.content]]
    for start in range(0, len(ids), 500):
        if cancel is not None:
            cancel.check()
        if not start % CHUNK:
            report(Progress(start, len(ids), f"正在核对{library.label}"))
        chosen = and_(library.visible(base), table.c.id.in_(ids[start : start + 500]))
        rows = connection.execute(select(*columns).where(chosen)).all()
        if len(rows) != len(ids[start : start + 500]):
            raise ValueError(f"row ids that are not in the current version of {library.name}")
        total += sum(_content_of(list(row)) for row in rows)
        connection.execute(update(table).where(chosen).values(to_version=new))
    return total


def _content_of(values: Sequence[object]) -> int:
    return int.from_bytes(fingerprint(values))


def _insert_rows(
    connection: Connection,
    library: Library,
    new: int,
    add: Iterable[tuple[int | None, Record]],
    cancel: Cancel | None,
    report: Report,
    expected: int,
) -> int:
    table = library.table
    position = connection.execute(select(func.max(table.c.position)).where(*library.all_rows())).scalar() or 0
    columns = ("from_version", "position", "fingerprint", *library.fields)
    statement = str(insert(table).compile(connection, column_keys=columns))
    fields_of = attrgetter(*library.fields)
    total = done = 0
    rows = iter(add)
    while chunk := list(islice(rows, CHUNK)):
        values = []
        for place, record in chunk:
            done += 1
            if place is None:
                position += 1
                place = position
            row = [_plain(value) for value in fields_of(record)]
            try:
                values.append((new, place, fingerprint(row), *row))
            except UnicodeEncodeError as error:
                raise UserError(
                    "library.text",
                    f"{library.label}第 {done} 行含有无法保存的残缺字符。",
                    "请在原文件中改正这一行后重新导入；本次没有导入任何一行。",
                ) from error
            total += _content_of(row[: library.content])
        # Straight to the driver: building a dictionary per row costs more than writing it.
        connection.exec_driver_sql(statement, values)
        report(Progress(done, max(expected, done), f"正在写入{library.label}"))
        if cancel is not None:
            cancel.check()
    return total


def _count(connection: Connection, library: Library, version: int) -> dict[str, Any]:
    table, visible = library.table, library.visible(version)

    def tally(name: str) -> dict[str, int]:
        column = table.c[name]
        rows = connection.execute(select(column, func.count()).where(visible).group_by(column))
        return {row[0]: row[1] for row in rows}

    text = table.c.word if library.bank is None else table.c.text
    total, distinct = connection.execute(
        select(func.count(), func.count(text.distinct())).where(visible)
    ).one()
    counted: dict[str, Any] = {"total": total, "distinct": distinct, "by_risk": tally("risk")}
    if library.bank is not None:
        judged = table.c.verdict != ""
        sampled = table.c.sampled != 0
        numbers = connection.execute(
            select(
                func.count().filter(table.c.response != ""),
                func.count().filter(judged),
                func.count().filter(sampled),
                func.count().filter(and_(sampled, judged)),
            ).where(visible)
        ).one()
        names = ("answered", "judged", "sampled", "sampled_judged")
        counted.update(zip(names, numbers, strict=True))
        counted["by_aspect"] = {name: count for name, count in tally("aspect").items() if name}
        counted["by_verdict"] = {name: count for name, count in tally("verdict").items() if name}
    return counted


def _forget_undone(connection: Connection, library: Library, base: int) -> None:
    """Drop versions that were undone: the new version clears redo, so nobody can come back to them."""
    table = library.table
    connection.execute(delete(table).where(*library.all_rows(), table.c.from_version > base))
    connection.execute(
        update(table).where(*library.all_rows(), table.c.to_version > base).values(to_version=None)
    )
    connection.execute(
        update(library_version)
        .where(library_version.c.library == library.name, library_version.c.version > base)
        .values(purged=1)
    )


def _forget_oldest(connection: Connection, library: Library, base: int) -> None:
    """Drop the oldest versions while superseded rows pile up, never `base`, the one before the current."""
    table = library.table
    kept = connection.execute(
        select(library_version.c.version)
        .where(library_version.c.library == library.name, library_version.c.purged == 0)
        .order_by(library_version.c.version)
    ).scalars()
    older = [version for version in kept if version <= base]
    for version, following in pairwise(older):
        superseded = connection.execute(
            select(func.count())
            .select_from(table)
            .where(*library.all_rows(), table.c.to_version.is_not(None))
        ).scalar_one()
        if superseded <= KEEP_ROWS:
            return
        connection.execute(delete(table).where(*library.all_rows(), table.c.to_version <= following))
        connection.execute(
            update(library_version)
            .where(library_version.c.library == library.name, library_version.c.version == version)
            .values(purged=1)
        )


def positions(connection: Connection, library: Library, ids: Sequence[int]) -> dict[int, int]:
    """Where the rows of these ids stand."""
    table, found = library.table, {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(table.c.id, table.c.position).where(table.c.id.in_(ids[start : start + 500]))
        )
        found.update({row.id: row.position for row in rows})
    return found
