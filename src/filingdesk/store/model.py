"""What the store takes and gives: changes, transactions, journal rows, blobs, locks, notices, problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

CHINA = timezone(timedelta(hours=8))
"""Days in this program are days in China, whatever the machine's clock is set to."""

Kind = Literal["create", "edit", "import", "undo", "redo", "migrate", "note"]
"""`note`: a record of what happened (an export); undo passes it over and keeps what could be redone."""

LIBRARY_PREFIX = "@library/"
"""Entries under this prefix say which version of a keyword library or question bank is in force."""


class StoreConflict(RuntimeError):
    """A change was built on a value that is no longer the stored one: a bug of the caller."""


class ProjectClosed(RuntimeError):
    """The project was closed while somebody still wanted to read or write it."""


@dataclass(frozen=True)
class Change:
    """One entry before and after; None means the entry is absent."""

    key: str
    old: Json
    new: Json


@dataclass(frozen=True)
class Transaction:
    """What was saved together: its revision number and every change, in order."""

    revision: int
    label: str
    kind: Kind
    who: str
    at: datetime
    changes: tuple[Change, ...]
    undo_of: int | None = None


@dataclass(frozen=True)
class JournalEntry:
    """One row of the journal; `at` is UTC, `hash` covers the row and `prev_hash`."""

    seq: int
    revision: int
    at: datetime
    who: str
    kind: Kind
    label: str
    undo_of: int | None
    key: str
    old: Json
    new: Json
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class BlobInfo:
    """One stored attachment: SHA-256 (64 hex digits) and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class LockInfo:
    """Who holds the project for writing; fields are blank or 0 where the holder left no note."""

    who: str = ""
    host: str = ""
    pid: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """Something the person should hear though the work went on; Chinese sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class StoreProblem:
    """One thing `verify` found wrong: `code` is stable, `where` names the row, `message` is a Chinese sentence."""

    code: str
    where: str
    message: str
