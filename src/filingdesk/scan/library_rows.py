"""A keyword list as taken: its rows, what was left out and why, and what a word must be to be a keyword."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from filingdesk.infra.decoding import damaged
from filingdesk.scan.entries import Keyword
from filingdesk.scan.normalize import fold_text

MAX_WORD_LENGTH = 100
"""Longest keyword that is taken, in characters; a technical bound of ours, not the standard's."""

ENDS = " \t\r\n\u3000\u00a0\ufeff\u200b\u200c\u200d\u2060"
"""What is cut off both ends of a cell: spaces of all kinds and signs that cannot be seen."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BROKEN = re.compile("[\ud800-\udfff]")
_SUSPICIOUS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd锟烫]")
# Where all characters that cannot be seen lie (a superset): other words are passed on at once.
_MAYBE_UNSEEN = re.compile(
    "[\xad\u034f\u0600-\u08ff\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffc\ufffe\uffff\U000110bd-\U0010ffff]"
)


class KeywordRow(NamedTuple):
    """One keyword as taken: `risk` is a risk id or ""; the categories are the list's own; `row` counts from 1.

    `source` and `added_on` (ISO) only where the list has such columns.
    """

    word: str
    risk: str = ""
    category1: str = ""
    category2: str = ""
    row: int = 0
    source: str = ""
    added_on: str = ""

    @property
    def category(self) -> str:
        """The list's own category as one text: "一级/二级", or the one that is written."""
        return "/".join(part for part in (self.category1, self.category2) if part)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row (from 1; 0 = the whole file) and what must be said about it; `kind` is a stable English word."""

    row: int
    keyword: str
    kind: str
    message: str


@dataclass(frozen=True)
class KeywordImport:
    """What a list gave.

    Every row but the header is in `rows`, in `rejected` (kinds above_header, empty, duplicate, formula, too_long,
    control, mojibake, undecodable, symbols_only) or counted in `blank_rows`. `remarks` concern rows that
    were taken (unknown_risk, missing_risk, other_risk, mixed_encoding, invisible, bad_date, …) or the file (row 0).
    `columns` maps word, risk, category1, category2, source, added_on to the header found; `header_row` 0 = there was none.
    """

    name: str
    rows: list[KeywordRow]
    rejected: list[Rejected]
    remarks: list[Rejected]
    encoding: str
    sheet: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    header_row: int = 0
    blank_rows: int = 0

    @property
    def duplicates(self) -> int:
        """How many rows were left out because an earlier row holds the same word and risk."""
        return sum(1 for item in self.rejected if item.kind == "duplicate")

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind of rejection and remark."""
        return dict(Counter(item.kind for item in (*self.rejected, *self.remarks)))

    def mapped(self, risks_of: Mapping[str, str]) -> "KeywordImport":
        """The list with words that have no risk sorted by their category: `risks_of` gives the risk of "一级/二级", or of
        "一级" alone. A category that is mapped to "" is known to belong nowhere: its words stay without a risk, and are not
        remarked on any more. Rows that thereby become doubles move to `rejected`."""
        if not risks_of:
            return self
        rows, settled, doubles = [], set(), []
        first: dict[tuple[str, str], int] = {(row.word, row.risk): row.row for row in self.rows if row.risk}
        for row in self.rows:
            risk = risk_by_category(row, risks_of)
            if row.risk or risk is None:
                rows.append(row)
                continue
            settled.add(row.row)
            if risk:
                earlier = first.setdefault((row.word, risk), row.row)
                if earlier != row.row:
                    doubles.append(Rejected(row.row, row.word, "duplicate", f"归类以后与第 {earlier} 行重复"))
                    continue
            rows.append(row._replace(risk=risk))
        gone = {item.row for item in doubles}
        remarks = [
            item
            for item in self.remarks
            if item.row not in gone and not (item.row in settled and item.kind == "unknown_risk")
        ]
        rejected = sorted([*self.rejected, *doubles], key=lambda item: item.row)
        return replace(self, rows=rows, rejected=rejected, remarks=remarks)


def risk_by_category(row: KeywordRow, risks_of: Mapping[str, str]) -> str | None:
    """The risk that a map gives to the row's own category; None when it does not know it."""
    if not row.category:
        return None
    found = risks_of.get(row.category)
    return found if found is not None else risks_of.get(row.category1)


def keywords_of(rows: Iterable[KeywordRow]) -> list[Keyword]:
    """For the interceptor: words, counted under their risk or else under the list's own category."""
    return [Keyword(row.word, row.risk or row.category) for row in rows]


def without_unseen(word: str) -> str:
    """The word less characters that nobody can see (zero-width, soft hyphen, direction marks, presentation selectors)."""
    if not _MAYBE_UNSEEN.search(word):
        return word
    return "".join(char for char in word if not _unseen(char))


def _unseen(char: str) -> bool:
    code = ord(char)
    return (
        "\ufe00" <= char <= "\ufe0f"
        or 0xFDD0 <= code <= 0xFDEF
        or (code & 0xFFFE) == 0xFFFE
        or unicodedata.category(char) == "Cf"
    )


def check_word(text: str) -> tuple[str, str]:
    """The keyword that a person typed, without what cannot be seen; and why it cannot be one ("" = it can)."""
    word = without_unseen(text.strip(ENDS)).strip(ENDS)
    if not word:
        return "", "是空的"
    problem = word_problem(word)
    if problem is not None:
        return word, problem[1]
    return word, "" if fold_text(word) else "只有符号或表情，没有可以匹配的字"


def word_problem(word: str) -> tuple[str, str] | None:
    """Kind and Chinese reason why a word cannot be taken; None when it can (save that only symbols may be left of it)."""
    if len(word) <= MAX_WORD_LENGTH and not _SUSPICIOUS.search(word):
        return None
    if len(word) > MAX_WORD_LENGTH:
        return "too_long", f"有 {len(word)} 个字符，超过 {MAX_WORD_LENGTH} 个；一格只写一个词"
    if _CONTROL.search(word):
        return "control", "含有换行、制表符等控制字符；一格只写一个词"
    if damaged(word) or _BROKEN.search(word):
        return "mojibake", "含有已损坏的字符（乱码）"
    return None
