"""Reads lists of rows: pages, filters, counts, and the statistics noted at the last change."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from filingdesk.domain.records import Bank, BankStats, KeywordRecord, KeywordStats, QuestionRecord, RowFilter
from filingdesk.store.journal import printable
from filingdesk.store.libraries import KEYWORDS, QUESTIONS, Library, current_version, stats_row

AnyRow = Row[Any]


def stats(connection: Connection, library: Library) -> tuple[dict[str, Any], date | None, str]:
    """Counts of the version in force, the day its content last changed, its digest."""
    row = stats_row(connection, library, current_version(connection, library))
    if row is None:
        return {"total": 0}, None, hashlib.sha256(b"").hexdigest()
    counted = json.loads(row.stats)
    day = counted["last_updated"]
    return counted, None if day is None else date.fromisoformat(day), row.digest


def keyword_stats(connection: Connection) -> KeywordStats:
    counted, day, sha = stats(connection, KEYWORDS)
    return KeywordStats(counted["total"], counted.get("distinct", 0), counted.get("by_risk", {}), day, sha)


def bank_stats(connection: Connection, bank: Bank) -> BankStats:
    counted, day, sha = stats(connection, QUESTIONS[bank])
    names = (
        "distinct",
        "by_risk",
        "by_aspect",
        "answered",
        "judged",
        "by_verdict",
        "sampled",
        "sampled_judged",
    )
    given = {name: counted[name] for name in names if name in counted}
    return BankStats(bank=bank, total=counted["total"], last_updated=day, digest=sha, **given)


def conditions(library: Library, wanted: RowFilter) -> Iterator[ColumnElement[bool]]:
    """What a row must fulfil; a filter on a column the list does not have is a bug (`AttributeError`)."""
    columns = library.table.c
    for name in ("risk", "aspect", "verdict"):
        value = getattr(wanted, name)
        if value is not None:
            yield getattr(columns, name) == value
    if wanted.sampled is not None:
        yield columns.sampled == int(wanted.sampled)
    if wanted.search:
        names = ("word", "number", "text", "category1", "category2")
        text = printable(wanted.search)
        yield or_(*(columns[name].contains(text, autoescape=True) for name in names if name in columns))


def count(connection: Connection, library: Library, wanted: RowFilter) -> int:
    version = current_version(connection, library)
    if wanted == RowFilter():
        row = stats_row(connection, library, version)
        return 0 if row is None else int(row.total)
    return connection.execute(
        select(func.count())
        .select_from(library.table)
        .where(library.visible(version), *conditions(library, wanted))
    ).scalar_one()


def page(
    connection: Connection, library: Library, wanted: RowFilter, *, offset: int, limit: int
) -> Sequence[Row[Any]]:
    """Rows in the order of the list."""
    columns = library.table.c
    return connection.execute(
        select(library.table)
        .where(library.visible(current_version(connection, library)), *conditions(library, wanted))
        .order_by(columns.position, columns.id)
        .limit(limit)
        .offset(offset)
    ).all()


def following(
    connection: Connection, library: Library, version: int, after: tuple[int, int], limit: int
) -> Sequence[Row[Any]]:
    """The next rows of one version after a (position, id)."""
    columns = library.table.c
    place, row_id = after
    return connection.execute(
        select(library.table)
        .where(
            library.visible(version),
            columns.position >= place,
            or_(columns.position > place, columns.id > row_id),
        )
        .order_by(columns.position, columns.id)
        .limit(limit)
    ).all()


def to_keyword(row: Row[Any]) -> KeywordRecord:
    added = None if row.added_on is None else date.fromisoformat(row.added_on)
    return KeywordRecord(row.word, row.risk, row.category1, row.category2, row.source, added, row.id)


def to_question(row: Row[Any]) -> QuestionRecord:
    values: dict[str, Any] = {name: row._mapping[name] for name in QUESTIONS[row.bank].fields}
    values["sampled"] = bool(row.sampled)
    values["judged_on"] = None if row.judged_on is None else date.fromisoformat(row.judged_on)
    return QuestionRecord(**values, id=row.id)
