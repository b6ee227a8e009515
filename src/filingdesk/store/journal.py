"""The journal: every change with who, when, before and after, chained by hashes; undo is read from it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from filingdesk.store.model import CHINA as CHINA
from filingdesk.store.model import Change, JournalEntry, Json, Kind, StoreConflict, Transaction
from filingdesk.store.schema import entry, journal

GENESIS = "0" * 64
KEYS_AT_ONCE = 500
"""Below the number of parameters that every SQLite takes in one statement."""
UNDOABLE: frozenset[str] = frozenset({"edit", "import"})


def encode(value: Json) -> str:
    """Canonical JSON: sorted keys, no spaces; equal values give equal text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair, as a text field can leave it: kept as typed, but escaped.
        return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text


def decode(text: str | None) -> Json:
    return None if text is None else json.loads(text)


def utc_text(at: datetime) -> str:
    """ISO text in UTC; naive times are refused, they mean different moments on different machines."""
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def printable(text: str) -> str:
    """Text that SQLite can hold: a lone surrogate becomes a question mark (names and labels only)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def row_hash(prev_hash: str, values: Sequence[str | int | None]) -> str:
    """SHA-256 (hex) over the previous hash and seq, revision, at, who, kind, label, undo_of, key, old, new."""
    text = json.dumps([prev_hash, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


HASHED = ("seq", "revision", "at", "who", "kind", "label", "undo_of", "key", "old", "new")


def tail(connection: Connection) -> tuple[int, int, str]:
    """seq, revision and hash of the last row."""
    row = connection.execute(
        select(journal.c.seq, journal.c.revision, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
    ).first()
    return (0, -1, GENESIS) if row is None else (row.seq, row.revision, row.hash)


def append(
    connection: Connection,
    changes: Sequence[Change],
    *,
    kind: Kind,
    label: str,
    who: str,
    at: datetime,
    undo_of: int | None = None,
) -> Transaction:
    """Write one journal row per change under the next revision (creation is revision 0)."""
    seq, revision, prev_hash = tail(connection)
    revision += 1
    who, label = printable(who), printable(label)
    stamp = utc_text(at)
    rows: list[dict[str, Any]] = []
    for change in changes:
        seq += 1
        values: dict[str, Any] = {
            "seq": seq,
            "revision": revision,
            "at": stamp,
            "who": who,
            "kind": kind,
            "label": label,
            "undo_of": undo_of,
            "key": change.key,
            "old": None if change.old is None else encode(change.old),
            "new": None if change.new is None else encode(change.new),
        }
        digest = row_hash(prev_hash, [values[name] for name in HASHED])
        rows.append({**values, "prev_hash": prev_hash, "hash": digest})
        prev_hash = digest
    connection.execute(insert(journal), rows)
    return Transaction(revision, label, kind, who, datetime.fromisoformat(stamp), tuple(changes), undo_of)


def put_entries(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the new values, after checking that each old value is the stored one. A few statements whatever their number: two
    hundred pasted rows are a thousand changes."""
    before = _stored(connection, [change.key for change in changes])
    after = dict(before)
    for change in changes:
        expected = None if change.old is None else encode(change.old)
        if after.get(change.key) != expected:
            # The value itself may be personal data and must not reach a log.
            raise StoreConflict(f"entry {change.key!r} is no longer what the change was built on")
        if change.new is None:
            after.pop(change.key, None)
        else:
            after[change.key] = encode(change.new)
    gone = [{"at": key} for key in before if key not in after]
    new = [{"key": key, "value": value} for key, value in after.items() if key not in before]
    other = [{"at": k, "to": v} for k, v in after.items() if k in before and before[k] != v]
    if gone:
        connection.execute(delete(entry).where(entry.c.key == bindparam("at")), gone)
    if new:
        connection.execute(insert(entry), new)
    if other:
        changed = update(entry).where(entry.c.key == bindparam("at")).values(value=bindparam("to"))
        connection.execute(changed, other)


def _stored(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The stored text of those keys that have one."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        piece = keys[start : start + KEYS_AT_ONCE]
        rows = connection.execute(select(entry.c.key, entry.c.value).where(entry.c.key.in_(piece)))
        found.update((row.key, row.value) for row in rows)
    return found


def read_entries(connection: Connection) -> dict[str, Json]:
    rows = connection.execute(select(entry.c.key, entry.c.value).order_by(entry.c.key))
    return {row.key: json.loads(row.value) for row in rows}


def to_entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(
        seq=row.seq,
        revision=row.revision,
        at=datetime.fromisoformat(row.at),
        who=row.who,
        kind=row.kind,
        label=row.label,
        undo_of=row.undo_of,
        key=row.key,
        old=decode(row.old),
        new=decode(row.new),
        prev_hash=row.prev_hash,
        hash=row.hash,
    )


def history(connection: Connection, key: str) -> list[JournalEntry]:
    """Every change of one entry, oldest first."""
    rows = connection.execute(select(journal).where(journal.c.key == key).order_by(journal.c.seq))
    return [to_entry(row) for row in rows]


def rows_after(connection: Connection, seq: int, limit: int) -> list[JournalEntry]:
    rows = connection.execute(select(journal).where(journal.c.seq > seq).order_by(journal.c.seq).limit(limit))
    return [to_entry(row) for row in rows]


def transaction(connection: Connection, revision: int) -> Transaction:
    """One saved transaction; `KeyError` when there is none of that number."""
    rows = connection.execute(
        select(journal).where(journal.c.revision == revision).order_by(journal.c.seq)
    ).all()
    if not rows:
        raise KeyError(revision)
    first = to_entry(rows[0])
    changes = tuple(Change(row.key, decode(row.old), decode(row.new)) for row in rows)
    return Transaction(revision, first.label, first.kind, first.who, first.at, changes, first.undo_of)


def inverse(done: Transaction) -> list[Change]:
    """The changes that take a transaction back, in the order in which they must be applied."""
    return [Change(change.key, change.new, change.old) for change in reversed(done.changes)]


class UndoStack:
    """Which transactions can be undone and redone, rebuilt from the journal alone.

    An edit or import can be undone and clears what could be redone; an undo moves its target to the redo
    side, a redo moves it back. `undo_of` names the original edit for both.
    """

    def __init__(self, steps: Iterator[tuple[int, str, int | None]]) -> None:
        self.done: list[int] = []
        self.undone: list[int] = []
        for revision, kind, target in steps:
            self.add(revision, kind, target)

    def check(self, kind: str, target: int | None) -> None:
        """Refuse an undo or redo that is not the next one: its old values would not fit."""
        side = {"undo": self.done, "redo": self.undone}.get(kind)
        if side is None:
            if target is not None:
                raise ValueError(f"undo_of with kind {kind!r}")
        elif not side or side[-1] != target:
            raise ValueError(f"{kind} of revision {target}, which is not the next one")

    def add(self, revision: int, kind: str, target: int | None) -> None:
        if kind in UNDOABLE:
            self.done.append(revision)
            self.undone.clear()
        elif kind == "undo" and target is not None and self.done and self.done[-1] == target:
            self.undone.append(self.done.pop())
        elif kind == "redo" and target is not None and self.undone and self.undone[-1] == target:
            self.done.append(self.undone.pop())


def undo_stack(connection: Connection) -> UndoStack:
    rows = connection.execute(
        select(journal.c.revision, func.min(journal.c.kind), func.min(journal.c.undo_of))
        .group_by(journal.c.revision)
        .order_by(journal.c.revision)
    )
    return UndoStack((row[0], row[1], row[2]) for row in rows)
