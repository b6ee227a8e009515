"""The keyword library and the question banks of an open project: import, edit, page, count."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.records import Bank, BankStats, KeywordRecord, KeywordStats, QuestionRecord, RowFilter
from filingdesk.store import libraries, listing
from filingdesk.store.base import OpenFile
from filingdesk.store.libraries import KEYWORDS, QUESTIONS, Library, Placed, Record
from filingdesk.store.model import StoreConflict, Transaction

_BACKUP_FROM_ROWS = 50
"""An edit of fewer rows is an ordinary edit; a larger one is an import and gets a backup of its own."""

_ITER_CHUNK = 10_000


class LibraryFile(OpenFile):
    """The part of `ProjectFile` that holds lists of rows.

    Every change of a list is one transaction of kind "import" whose only change is the entry
    `@library/NAME` ({"version", "count", "digest", "stats"}); `undo` and `redo` bring back the exact rows. Writing
    a million rows takes seconds in which other writers wait: run it as a job.
    """

    def replace_keywords(
        self,
        rows: Sequence[KeywordRecord],
        *,
        label: str,
        who: str,
        at: datetime,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> Transaction:
        """Put `rows` in place of the whole library; all of it or, on cancel or error, nothing."""
        return self._revise(
            KEYWORDS, None, at_end(rows), len(rows), label, who, at, cancel=cancel, report=report
        )

    def add_keywords(
        self,
        rows: Sequence[KeywordRecord],
        *,
        label: str,
        who: str,
        at: datetime,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> Transaction:
        """Append rows; duplicates are the caller's business."""
        return self._revise(
            KEYWORDS, (), at_end(rows), len(rows), label, who, at, cancel=cancel, report=report
        )

    def update_keywords(
        self, rows: Sequence[KeywordRecord], *, label: str, who: str, at: datetime
    ) -> Transaction:
        """Replace the rows that have the ids of `rows`, in place; the new rows get new ids."""
        return self._update(KEYWORDS, rows, label, who, at)

    def remove_keywords(self, ids: Sequence[int], *, label: str, who: str, at: datetime) -> Transaction:
        """Take rows out by id."""
        return self._revise(KEYWORDS, ids, iter(()), len(ids), label, who, at)

    def keyword_page(
        self, offset: int, limit: int, risk: str | None = None, search: str | None = None
    ) -> list[KeywordRecord]:
        """Rows in list order; `risk` "" = rows without one; `search` looks into word and categories."""
        with self._read() as connection:
            wanted = RowFilter(risk=risk, search=search)
            rows = listing.page(connection, KEYWORDS, wanted, offset=offset, limit=limit)
            return [listing.to_keyword(row) for row in rows]

    def keyword_count(self, risk: str | None = None, search: str | None = None) -> int:
        with self._read() as connection:
            return listing.count(connection, KEYWORDS, RowFilter(risk=risk, search=search))

    def keyword_stats(self) -> KeywordStats:
        """Counts as of the last import; read from one row, however large the library."""
        with self._read() as connection:
            return listing.keyword_stats(connection)

    def iter_keywords(self) -> Iterator[KeywordRecord]:
        """Every keyword of the version in force when the first one is taken, in list order.

        Holds no connection between rows, so it may be left half-way. `StoreConflict` when the library was
        undone and imported anew meanwhile.
        """
        for rows in self._iterate(KEYWORDS):
            yield from map(listing.to_keyword, rows)

    def replace_questions(
        self,
        bank: Bank,
        rows: Sequence[QuestionRecord],
        *,
        label: str,
        who: str,
        at: datetime,
        cancel: Cancel | None = None,
        report: Report = silent,
    ) -> Transaction:
        """Put `rows` (all of this bank) in place of the whole bank; all of it or nothing."""
        return self._revise(
            QUESTIONS[bank],
            None,
            at_end(_of_bank(bank, rows)),
            len(rows),
            label,
            who,
            at,
            cancel=cancel,
            report=report,
        )

    def add_questions(
        self, bank: Bank, rows: Sequence[QuestionRecord], *, label: str, who: str, at: datetime
    ) -> Transaction:
        """Append questions to a bank."""
        return self._revise(QUESTIONS[bank], (), at_end(_of_bank(bank, rows)), len(rows), label, who, at)

    def update_questions(
        self, bank: Bank, rows: Sequence[QuestionRecord], *, label: str, who: str, at: datetime
    ) -> Transaction:
        """Replace the questions that have the ids of `rows`, in place (answers, verdicts, sampling, text)."""
        return self._update(QUESTIONS[bank], _of_bank(bank, rows), label, who, at)

    def remove_questions(
        self, bank: Bank, ids: Sequence[int], *, label: str, who: str, at: datetime
    ) -> Transaction:
        """Take questions out by id."""
        return self._revise(QUESTIONS[bank], ids, iter(()), len(ids), label, who, at)

    def question_page(
        self, bank: Bank, offset: int, limit: int, wanted: RowFilter | None = None
    ) -> list[QuestionRecord]:
        """Questions in list order."""
        with self._read() as connection:
            rows = listing.page(
                connection, QUESTIONS[bank], wanted or RowFilter(), offset=offset, limit=limit
            )
            return [listing.to_question(row) for row in rows]

    def question_count(self, bank: Bank, wanted: RowFilter | None = None) -> int:
        with self._read() as connection:
            return listing.count(connection, QUESTIONS[bank], wanted or RowFilter())

    def bank_stats(self, bank: Bank) -> BankStats:
        """Counts as of the last change of the bank; read from one row."""
        with self._read() as connection:
            return listing.bank_stats(connection, bank)

    def iter_questions(self, bank: Bank) -> Iterator[QuestionRecord]:
        """Every question of a bank in list order; see `iter_keywords`."""
        for rows in self._iterate(QUESTIONS[bank]):
            yield from map(listing.to_question, rows)

    def _iterate(self, library: Library) -> Iterator[Sequence[listing.AnyRow]]:
        with self._read() as connection:
            version = libraries.current_version(connection, library)
        after = (-1, 0)
        while True:
            with self._read() as connection:
                if libraries.is_purged(connection, library, version):
                    raise StoreConflict(f"{library.name} changed while it was being read")
                rows = listing.following(connection, library, version, after, _ITER_CHUNK)
            if not rows:
                return
            yield rows
            after = (rows[-1].position, rows[-1].id)

    def _update(
        self, library: Library, rows: Sequence[Record], label: str, who: str, at: datetime
    ) -> Transaction:
        ids = [row.id for row in rows]
        if len(set(ids)) != len(ids):
            raise ValueError("the same row twice")
        with self._write_lock:
            with self._read() as connection:
                places = libraries.positions(connection, library, ids)
            placed = ((places.get(row.id), row) for row in rows)
            return self._revise(library, ids, placed, len(ids), label, who, at)

    def _has_rows(self, library: Library) -> bool:
        with self._read() as connection:
            return listing.count(connection, library, RowFilter()) > 0

    def _revise(
        self,
        library: Library,
        remove: Sequence[int] | None,
        add: Iterable[Placed] | Callable[[Connection], Iterable[Placed]],
        size: int,
        label: str,
        who: str,
        at: datetime,
        *,
        cancel: Cancel | None = None,
        report: Report = silent,
        origin: int | None = None,
    ) -> Transaction:
        with self._write_lock:
            self._check_writable()
            made = self.backup_if_due(at)
            # Into an empty list nothing can be lost, so a first import needs no copy of the project.
            large = remove is None or size >= _BACKUP_FROM_ROWS
            if made is None and large and self._has_rows(library):
                self._backup(at, "导入前")
            stack = self._stack()
            with self._write() as connection:
                change = libraries.revise(
                    connection,
                    library,
                    remove=remove,
                    add=add,
                    at=at,
                    cancel=cancel,
                    report=report,
                    expected=size,
                    origin=origin,
                )
                done = self._save(connection, [change], kind="import", label=label, who=who, at=at)
            stack.add(done.revision, done.kind, None)
            return done


def at_end(rows: Iterable[Record]) -> Iterator[Placed]:
    """Rows to be appended."""
    return ((None, row) for row in rows)


def _of_bank(bank: Bank, rows: Sequence[QuestionRecord]) -> Sequence[QuestionRecord]:
    if any(row.bank != bank for row in rows):
        raise ValueError(f"a question of another bank among those for {bank}")
    return rows
