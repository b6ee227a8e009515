"""The keyword library as a workbench: edits of many rows in one transaction, versions, what changed between two."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.store import journal, libraries, listing
from filingdesk.store.libraries import KEYWORDS, Placed
from filingdesk.store.model import JournalEntry, StoreConflict, Transaction
from filingdesk.store.rows import LibraryFile, at_end
from filingdesk.store.schema import library_version
from filingdesk.store.selection import (
    CHANGE_KINDS,
    IN_CHUNK,
    KeywordSelection,
    WordChange,
    category_name,
    word_changes,
)

_CHUNK = 10_000

ChangeRow = Callable[[KeywordRecord], KeywordRecord | None]
"""What becomes of a row: another one, None = it goes, the same = nothing happens."""


@dataclass(frozen=True)
class KeywordVersion:
    """One version of the keyword library.

    `kept`: its rows are still there. `content`: equal for equal words and sorting. `changes`: how many words differ
    from `base` (kinds of `WordChange`); None for versions made before this was counted. `origin`: the version
    whose content was brought back.
    """

    version: int
    total: int
    distinct: int
    by_risk: dict[str, int]
    digest: str
    content: str
    kept: bool
    base: int | None = None
    changes: dict[str, int] | None = None
    origin: int | None = None


@dataclass(frozen=True)
class KeywordGroup:
    """How many words share a value, with a few of them."""

    value: str
    words: int
    examples: tuple[str, ...] = field(default=())


class KeywordFile(LibraryFile):
    """The part of `ProjectFile` behind the library workbench."""

    def edit_keywords(
        self,
        ids: Sequence[int],
        change: ChangeRow,
        *,
        add: Sequence[KeywordRecord] = (),
        base: int,
        label: str,
        who: str,
        at: datetime,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> Transaction | None:
        """Change or take out the rows of these ids and append others, as one transaction; None when there is nothing to do.

        Rows keep their place and get new ids. `base`: the version the edit was worked out on; raises `UserError`
        (`library.moved`) when another is in force by now.
        """
        with self._write_lock:
            self._check_writable()
            if self.keyword_version() != base:
                raise UserError(
                    "library.moved", "关键词库在这期间已经改动，这次没有修改。", "请重新查看后再操作。"
                )
            if not ids and not add:
                return None

            def rows(connection: Connection) -> Iterator[Placed]:
                for row in _by_ids(connection, ids):
                    became = change(listing.to_keyword(row))
                    if became is not None:
                        yield row.position, became
                yield from at_end(add)

            # Ending every row is one statement; ending chosen ones means to read each.
            gone = None if len(ids) == self.keyword_count() else ids
            return self._revise(
                KEYWORDS, gone, rows, len(ids) + len(add), label, who, at, cancel=cancel, report=report
            )

    def restore_keywords(
        self,
        version: int,
        *,
        label: str,
        who: str,
        at: datetime,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> Transaction:
        """Make a new version with the rows of an earlier one. `UserError` when its rows are gone."""
        with self._write_lock:
            self._check_writable()
            self._require_kept(version)
            if version > self.keyword_version():
                # The next version drops undone ones, and with them what should be brought back.
                raise UserError("library.undone", f"关键词库第 {version} 版已被撤销。", "请用“重做”恢复它。")

            def rows(connection: Connection) -> Iterator[Placed]:
                for row in _of_version(connection, version):
                    yield row.position, listing.to_keyword(row)

            size = next((v.total for v in self.keyword_versions() if v.version == version), 0)
            return self._revise(
                KEYWORDS, None, rows, size, label, who, at, cancel=cancel, report=report, origin=version
            )

    def select_keywords(self, selection: KeywordSelection) -> Iterator[KeywordRecord]:
        """The chosen rows of the version in force, in list order; holds no connection between rows."""
        version = self.keyword_version()
        if selection.ids is not None:
            wanted = list(dict.fromkeys(selection.ids))
            for start in range(0, len(wanted), _CHUNK):
                with self._read() as connection:
                    part = wanted[start : start + _CHUNK]
                    chosen = list(_by_ids(connection, part, selection, version))
                yield from map(listing.to_keyword, chosen)
            return
        after = (-1, 0)
        while True:
            with self._read() as connection:
                self._check_kept(connection, version)
                rows = _following(connection, version, after, selection)
            if not rows:
                return
            yield from map(listing.to_keyword, rows)
            after = (rows[-1].position, rows[-1].id)

    def iter_keywords_of(self, version: int) -> Iterator[KeywordRecord]:
        """Every row of a kept version, in list order. `UserError` when its rows are gone."""
        self._require_kept(version)
        after = (-1, 0)
        while True:
            with self._read() as connection:
                self._check_kept(connection, version)
                rows = _following(connection, version, after, KeywordSelection())
            if not rows:
                return
            yield from map(listing.to_keyword, rows)
            after = (rows[-1].position, rows[-1].id)

    def repeated_keywords(self) -> frozenset[str]:
        """Words that more than one row of the version in force has."""
        word = KEYWORDS.table.c.word
        with self._read() as connection:
            visible = KEYWORDS.visible(libraries.current_version(connection, KEYWORDS))
            found = connection.execute(select(word).where(visible).group_by(word).having(func.count() > 1))
            return frozenset(found.scalars())

    def keyword_version(self) -> int:
        """The version in force; 0 while there was never an import."""
        with self._read() as connection:
            return libraries.current_version(connection, KEYWORDS)

    def keyword_versions(self) -> list[KeywordVersion]:
        """Every version there ever was, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                select(library_version)
                .where(library_version.c.library == KEYWORDS.name)
                .order_by(library_version.c.version)
            ).all()
        return [_to_version(row) for row in rows]

    def keyword_journal(self) -> list[JournalEntry]:
        """Every change of the library, oldest first."""
        with self._read() as connection:
            return journal.history(connection, KEYWORDS.key)

    def keyword_changes(
        self, before: int, after: int, limit: int | None = None, cancel: Cancel | None = None
    ) -> tuple[dict[str, int], list[WordChange]]:
        """Words that differ between two kept versions (0 = the empty library): how many of each kind, and the first `limit`."""
        self._require_kept(before)
        self._require_kept(after)
        counts: dict[str, int] = dict.fromkeys(CHANGE_KINDS, 0)
        first: list[WordChange] = []
        with self._read() as connection:
            for number, change in enumerate(word_changes(connection, before, after)):
                if not number % _CHUNK and cancel is not None:
                    cancel.check()
                counts[change.kind] += 1
                if limit is None or len(first) < limit:
                    first.append(change)
        return counts, first

    def keyword_categories(self, risk: str | None = None) -> list[KeywordGroup]:
        """The lists' own categories ("一级/二级") with their words, the largest first; `risk` "" = unsorted words."""
        with self._read() as connection:
            return _groups(connection, "category", risk)

    def keyword_sources(self) -> list[KeywordGroup]:
        """Where the words come from, the largest source first."""
        with self._read() as connection:
            return _groups(connection, "source", None)

    def _require_kept(self, version: int) -> None:
        with self._read() as connection:
            gone = libraries.is_purged(connection, KEYWORDS, version)
            known = version == 0 or libraries.stats_row(connection, KEYWORDS, version) is not None
        if gone and known:
            raise UserError(
                "library.version_gone",
                f"关键词库第 {version} 版的内容已不再保留，只留下了数量。",
                "可以从备份文件夹里的旧项目文件取回。",
            )
        if not known:
            raise UserError(
                "library.no_version",
                f"关键词库没有第 {version} 版。",
                "用 keywords versions 可以看到全部版本。",
            )

    def _check_kept(self, connection: Connection, version: int) -> None:
        if libraries.is_purged(connection, KEYWORDS, version):
            raise StoreConflict("keywords changed while they were being read")


def _to_version(row: Row[Any]) -> KeywordVersion:
    stats = json.loads(row.stats)
    return KeywordVersion(
        row.version,
        row.total,
        stats.get("distinct", 0),
        stats.get("by_risk", {}),
        row.digest,
        stats.get("content", ""),
        not row.purged,
        stats.get("base"),
        stats.get("changes"),
        stats.get("origin"),
    )


def _by_ids(
    connection: Connection, ids: Sequence[int], selection: KeywordSelection | None = None, version: int = 0
) -> Iterator[Row[Any]]:
    table = KEYWORDS.table
    conditions = [] if selection is None else [KEYWORDS.visible(version), *selection.conditions()]
    for start in range(0, len(ids), IN_CHUNK):
        yield from connection.execute(
            select(table)
            .where(table.c.id.in_(ids[start : start + IN_CHUNK]), *conditions)
            .order_by(table.c.position, table.c.id)
        ).all()


def _following(
    connection: Connection, version: int, after: tuple[int, int], selection: KeywordSelection
) -> Sequence[Row[Any]]:
    columns = KEYWORDS.table.c
    place, row_id = after
    return connection.execute(
        select(KEYWORDS.table)
        .where(
            KEYWORDS.visible(version),
            columns.position >= place,
            or_(columns.position > place, columns.id > row_id),
            *selection.conditions(),
        )
        .order_by(columns.position, columns.id)
        .limit(_CHUNK)
    ).all()


def _of_version(connection: Connection, version: int) -> Iterator[Row[Any]]:
    after = (-1, 0)
    while rows := _following(connection, version, after, KeywordSelection()):
        yield from rows
        after = (rows[-1].position, rows[-1].id)


def _groups(connection: Connection, by: str, risk: str | None) -> list[KeywordGroup]:
    columns = KEYWORDS.table.c
    value = category_name(KEYWORDS) if by == "category" else columns.source
    visible = KEYWORDS.visible(libraries.current_version(connection, KEYWORDS))
    inside = visible if risk is None else and_(visible, columns.risk == risk)
    found = connection.execute(
        select(value, func.count(), func.min(columns.word), func.max(columns.word))
        .where(inside)
        .group_by(value)
        .order_by(func.count().desc(), value)
    )
    return [KeywordGroup(str(v), n, tuple(dict.fromkeys((low, high)))) for v, n, low, high in found]


__all__ = ["ChangeRow", "KeywordFile", "KeywordGroup", "KeywordSelection", "KeywordVersion", "WordChange"]
