"""Which keywords an edit of many is about, and what changed between two versions of the library."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, not_, or_, select

from filingdesk.store.journal import printable
from filingdesk.store.libraries import KEYWORDS, Library

IN_CHUNK = 500


@dataclass(frozen=True)
class KeywordSelection:
    """Keywords to work on: those of `ids`, or all that fulfil every condition given (None = any, "" = blank).

    `category` is the list's own name of a category: "一级" or "一级/二级". `search` is looked for in word and categories.
    """

    ids: tuple[int, ...] | None = None
    risk: str | None = None
    category: str | None = None
    source: str | None = None
    search: str | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a row must fulfil; `ids` are left to the caller, they may be too many for one statement."""
        columns = KEYWORDS.table.c
        if self.risk is not None:
            yield columns.risk == self.risk
        if self.source is not None:
            yield columns.source == self.source
        if self.category is not None:
            yield category_name(KEYWORDS) == self.category
        if self.search:
            text = printable(self.search)
            names = (columns.word, columns.category1, columns.category2)
            yield or_(*(name.contains(text, autoescape=True) for name in names))


def category_name(library: Library) -> ColumnElement[str]:
    """The list's own category as one text: "一级/二级", or the one that is written."""
    first, second = library.table.c.category1, library.table.c.category2
    slash = case((and_(first != "", second != ""), "/"), else_="")
    return first.concat(slash).concat(second)


ChangeKind = Literal["added", "removed", "risk", "category", "rows"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("added", "removed", "risk", "category", "rows")


class Label(NamedTuple):
    """How a word is sorted."""

    risk: str
    category1: str = ""
    category2: str = ""


class WordChange(NamedTuple):
    """One word that differs between two versions; `before` and `after` are how it was and is sorted.

    `kind`: added, removed, risk (other risks), category (same risks, other own categories), rows (only how often).
    """

    kind: ChangeKind
    word: str
    before: tuple[Label, ...]
    after: tuple[Label, ...]


def word_changes(connection: Connection, before: int, after: int) -> Iterator[WordChange]:
    """Words that differ, in order of the word; sorted on disk, so a million of them need no memory."""
    table = KEYWORDS.table
    columns = table.c
    old: ColumnElement[bool] = KEYWORDS.visible(before) if before else literal(False)
    new: ColumnElement[bool] = KEYWORDS.visible(after) if after else literal(False)
    # A replacing import ends every row and writes it anew: only the contents say what is different.
    touched = select(columns.word).where(or_(and_(old, not_(new)), and_(new, not_(old))))
    inside = or_(old, new) if not before or not after else and_(or_(old, new), columns.word.in_(touched))
    rows = connection.execute(
        select(
            columns.word,
            columns.risk,
            columns.category1,
            columns.category2,
            func.count().filter(old),
            func.count().filter(new),
        )
        .where(inside)
        .group_by(columns.word, columns.risk, columns.category1, columns.category2)
        .order_by(columns.word),
        execution_options={"yield_per": 5_000},
    )
    for word, group in groupby(rows, key=itemgetter(0)):
        labels = [(Label(*row[1:4]), int(row[4]), int(row[5])) for row in group]
        change = _compare(str(word), labels)
        if change is not None:
            yield change


def _compare(word: str, labels: Sequence[tuple[Label, int, int]]) -> WordChange | None:
    was = tuple(label for label, before, _ in labels for _copy in range(before))
    now = tuple(label for label, _, after in labels for _copy in range(after))
    if was == now:
        return None
    kind: ChangeKind = "rows"
    if not was:
        kind = "added"
    elif not now:
        kind = "removed"
    elif {label.risk for label in was} != {label.risk for label in now}:
        kind = "risk"
    elif set(was) != set(now):
        kind = "category"
    return WordChange(kind, word, was, now)


def count_changes(connection: Connection, before: int, after: int) -> dict[str, int]:
    """How many words differ, by kind."""
    counts: dict[str, int] = dict.fromkeys(CHANGE_KINDS, 0)
    for change in word_changes(connection, before, after):
        counts[change.kind] += 1
    return counts
