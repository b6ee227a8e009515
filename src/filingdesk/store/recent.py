"""What was touched since a moment, read from the journal: one row per key, with its first and its last value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from filingdesk.store.journal import decode, utc_text
from filingdesk.store.model import Json
from filingdesk.store.schema import journal

LARGEST = 8_000
"""Characters of a stored value that are handed over; of a longer one only that it is there."""


@dataclass(frozen=True)
class Touched:
    """One key: how it stood before (`old`) and how it stands after (`new`), None = absent. `same`: it is again what it was.

    `who` in the order in which they first touched it; `at` (UTC) and `label` of the last time; `long`: a value was too long
    to be handed over and reads as "…".
    """

    key: str
    times: int
    who: tuple[str, ...]
    at: datetime
    label: str
    old: Json
    new: Json
    same: bool
    long: bool = False


def touched_since(connection: Connection, since: datetime, but: Sequence[str] = ()) -> list[Touched]:
    """Every key with a row at or after a moment, the last touched first. `but`: prefixes of keys to leave out.

    Reads the whole journal once (its times need not ascend: a clock may have been set back), so ask in a job.
    """
    wanted = journal.c.at >= utc_text(since)
    for prefix in but:
        wanted = and_(wanted, ~journal.c.key.startswith(prefix, autoescape=True))
    span = (
        select(
            journal.c.key,
            func.count().label("times"),
            func.min(journal.c.seq).label("first"),
            func.max(journal.c.seq).label("last"),
        )
        .where(wanted)
        .group_by(journal.c.key)
        .subquery()
    )
    before, after = journal.alias("before"), journal.alias("after")
    rows = connection.execute(
        select(
            span.c.key,
            span.c.times,
            after.c.at,
            after.c.label,
            func.substr(before.c.old, 1, LARGEST + 1).label("old"),
            func.substr(after.c.new, 1, LARGEST + 1).label("new"),
            before.c.old.is_not_distinct_from(after.c.new).label("same"),
        )
        .join(before, before.c.seq == span.c.first)
        .join(after, after.c.seq == span.c.last)
        .order_by(span.c.last.desc())
    ).all()
    people: dict[str, list[str]] = {}
    found = connection.execute(
        select(journal.c.key, journal.c.who, func.min(journal.c.seq))
        .where(wanted)
        .group_by(journal.c.key, journal.c.who)
        .order_by(func.min(journal.c.seq))
    )
    for key, who, _seq in found:
        people.setdefault(key, []).append(who)
    return [
        Touched(
            row.key,
            row.times,
            tuple(people.get(row.key, ())),
            datetime.fromisoformat(row.at),
            row.label,
            _value(row.old),
            _value(row.new),
            bool(row.same),
            any(len(text or "") > LARGEST for text in (row.old, row.new)),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class LastTouch:
    """The last row of the journal that is somebody's doing: who, when (UTC), what it was called."""

    who: str
    at: datetime
    label: str


def last_touch(connection: Connection, but: Sequence[str] = ()) -> LastTouch | None:
    """The last row, those of keys with the prefixes left out; None for none."""
    query = select(journal.c.who, journal.c.at, journal.c.label).order_by(journal.c.seq.desc()).limit(1)
    for prefix in but:
        query = query.where(~journal.c.key.startswith(prefix, autoescape=True))
    row = connection.execute(query).first()
    return None if row is None else LastTouch(row.who, datetime.fromisoformat(row.at), row.label)


def _value(text: str | None) -> Json:
    return "…" if text is not None and len(text) > LARGEST else decode(text)
