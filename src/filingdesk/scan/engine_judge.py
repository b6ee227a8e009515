"""Decides which matches are hits, of which keyword, and through which channel."""

from itertools import pairwise

import numpy as np

from filingdesk.scan import folding
from filingdesk.scan.channels import EXACT, FOLDED, REPEAT, SKIP
from filingdesk.scan.engine_page import Flags, Page, Spans
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher_tables import Ints, concatenated, pick
from filingdesk.scan.normalize import FoldTable, encode, fold_keeping
from filingdesk.scan.urls import inside_address

Spots = tuple[Ints, Ints, Ints]
"""Folded begin and stop, pattern number."""
Columns = tuple[Ints, Ints, Ints, Ints]
"""Original start and end, entry number, channel number."""


class Judge:
    """Works on whole columns of matches; only unusual keywords and places are looked at one by one."""

    def __init__(self, dictionary: Dictionary, table: FoldTable, digit_bounds: bool) -> None:
        self._dictionary = dictionary
        self._table = table
        self._word_kinds = np.zeros(256, dtype=np.bool_)
        self._word_kinds[folding.LETTER] = True
        self._word_kinds[folding.DIGIT] = digit_bounds
        self._edges: Flags = self._word_kinds[dictionary.edges]
        self._bounded: Flags = self._edges[:, 0] | self._edges[:, 1]

    def possible(self, page: Page, allowed: Spans | None, spots: Spots) -> tuple[Ints, ...]:
        """Begin, stop, start, end, pattern of the spots that are whole words and not inside an allowed phrase."""
        begin, stop, pattern = spots
        start, end, whole = page.spans(begin, stop)
        good = np.ones(len(begin), dtype=np.bool_) if whole is None else whole
        latin = np.flatnonzero(pick(self._bounded, pattern))
        if len(latin):
            edges = self._edges[pattern[latin]]
            good[latin] &= ~page.letters_beside(start[latin], end[latin], edges, self._word_kinds)
        if allowed is not None:
            good &= ~allowed.hold(start, end)
        if good.all():
            return begin, stop, start, end, pattern
        kept = np.flatnonzero(good)
        return (
            pick(begin, kept),
            pick(stop, kept),
            pick(start, kept),
            pick(end, kept),
            pick(pattern, kept),
        )

    def plain(self, page: Page, allowed: Spans | None, spots: Spots) -> Columns:
        """The channels exact, folded and skip."""
        known = self._dictionary
        begin, stop, start, end, pattern = self.possible(page, allowed, spots)
        simple = known.simple[pattern]
        several = page.several_between(start, end)
        if several is not None:
            simple &= ~several
        easy = np.flatnonzero(simple)
        entry = known.groups[pattern[easy]]
        rank = np.full(len(easy), SKIP, dtype=np.int64)
        close = np.flatnonzero((end - start == stop - begin)[easy])
        rank[close] = np.where(self._same_text(page, start[easy[close]], entry[close]), EXACT, FOLDED)
        hard: list[tuple[int, int, int, int]] = []
        for place in np.flatnonzero(~simple).tolist():
            values = (int(column[place]) for column in (start, end, pattern))
            hard.extend(self._best(page, *values))
        more = np.array(hard, dtype=np.int64).reshape(-1, 4)
        columns = (
            np.concatenate((start[easy], more[:, 0])),
            np.concatenate((end[easy], more[:, 1])),
            np.concatenate((entry, more[:, 2])),
            np.concatenate((rank, more[:, 3])),
        )
        return self._credible(page, columns)

    def bold(self, page: Page, allowed: Spans | None, spots: Spots, channel: int) -> Columns:
        """The channels that alter the text more than by leaving characters out."""
        known = self._dictionary
        begin, stop, start, end, pattern = self.possible(page, allowed, spots)
        open_ = (
            np.ones(len(begin), dtype=np.bool_) if len(page.folded.several) else end - start > stop - begin
        )
        rows: list[tuple[int, int, int, int]] = []
        alone = pick(known.simple, pattern)
        several = np.flatnonzero(~alone)
        for low, high, number in zip(
            pick(start, several).tolist(),
            pick(end, several).tolist(),
            pick(pattern, several).tolist(),
            strict=True,
        ):
            seen: set[int] = set()
            for entry in range(int(known.groups[number]), int(known.groups[number + 1])):
                category = int(known.category[entry])
                if not known.strict[entry] and category not in seen:
                    seen.add(category)
                    rows.append((low, high, entry, channel))
        more = np.array(rows, dtype=np.int64).reshape(-1, 4)
        if len(several):
            one = np.flatnonzero(alone)
            start, end, pattern = (
                pick(start, one),
                pick(end, one),
                pick(pattern, one),
            )
            open_ = np.concatenate((open_.take(one), np.ones(len(more), dtype=np.bool_)))
        columns = (
            np.concatenate((start, more[:, 0])),
            np.concatenate((end, more[:, 1])),
            np.concatenate((pick(known.groups, pattern), more[:, 2])),
            np.full(len(start) + len(more), channel, dtype=np.int64),
        )
        return self._credible(page, columns, open_)

    def _credible(self, page: Page, columns: Columns, open_: Flags | None = None) -> Columns:
        """Without hits that only skip and lie in an address, or whose characters belong to two paragraphs.

        `open_` tells which of them may have skipped something between their characters, where the caller knows.
        """
        start, end, _, rank = columns
        loose = rank >= SKIP
        doubtful = rank == REPEAT
        rows = np.flatnonzero(loose if open_ is None else loose & open_)
        doubtful[rows] |= page.over_lines(pick(start, rows), pick(end, rows))
        latin = pick(page.codes, start) < 0x80
        latin &= loose
        rows = np.flatnonzero(latin)
        latin[rows] = pick(page.codes, pick(end, rows) - 1) < 0x80
        look = np.flatnonzero(doubtful | latin)
        if not len(look):
            return columns
        good = np.ones(len(start), dtype=np.bool_)
        for place in look.tolist():
            low, high = int(start[place]), int(end[place])
            if (latin[place] and inside_address(page.text, low, high)) or (
                doubtful[place] and page.torn(low, high, by_sentence=bool(rank[place] == REPEAT))
            ):
                good[place] = False
        return tuple(column[good] for column in columns)  # type: ignore[return-value]

    def _same_text(self, page: Page, start: Ints, entry: Ints) -> Flags:
        """Whether the text at each start is the very keyword (of equal length)."""
        if not len(start):
            return np.zeros(0, dtype=np.bool_)
        known = self._dictionary
        low = known.word_offsets[entry]
        lengths = known.word_offsets[entry + 1] - low
        equal = page.codes[concatenated(start, lengths)] == known.word_codes[concatenated(low, lengths)]
        same: Flags = np.logical_and.reduceat(equal, np.cumsum(lengths) - lengths)
        return same

    def _best(self, page: Page, start: int, end: int, pattern: int) -> list[tuple[int, int, int, int]]:
        """For each category of the pattern its best keyword here: start, end, entry, channel."""
        known = self._dictionary
        best: dict[int, tuple[int, int, int, int]] = {}
        for entry in range(int(known.groups[pattern]), int(known.groups[pattern + 1])):
            rank, low, high = self._channel(page, entry, start, end)
            if rank == SKIP and known.strict[entry]:
                continue
            category = int(known.category[entry])
            if category not in best or rank < best[category][3]:
                best[category] = (low, high, entry, rank)
        return list(best.values())

    def _channel(self, page: Page, entry: int, start: int, end: int) -> tuple[int, int, int]:
        """The weakest plain channel that explains the keyword here and the place it covers."""
        known = self._dictionary
        word = known.words[entry]
        low, high = start - int(known.lead[entry]), end + int(known.tail[entry])
        if low >= 0 and high <= len(page.text):
            whole = page.text[low:high]
            if whole == word:
                return EXACT, low, high
            if fold_keeping(whole, self._table) == fold_keeping(word, self._table):
                return FOLDED, low, high
        return SKIP, start, end


def squeeze(text: str, table: FoldTable) -> str:
    """Drop what does not part a phrase: spaces and invisible characters, but neither line ends nor punctuation."""
    kinds = table.kind[encode(text)].tolist()
    return "".join(
        char
        for char, kind in zip(text, kinds, strict=True)
        if kind != folding.SKIP_INVISIBLE and (char in "\r\n" or not char.isspace())
    )


class AllowList:
    """Phrases inside which nothing is a hit, normalised like the text."""

    def __init__(self, dictionary: Dictionary, table: FoldTable, judge: Judge) -> None:
        self._table = table
        self._judge = judge
        cuts = dictionary.groups.tolist()
        self._surfaces = [
            {self._loose(word) for word in dictionary.words[low:high]} for low, high in pairwise(cuts)
        ]

    def _loose(self, text: str) -> str:
        return squeeze(fold_keeping(text, self._table), self._table)

    def spans(self, page: Page, spots: Spots) -> Spans | None:
        """Where allowed phrases stand; a full stop or comma inside ends the phrase: 大麻，烦 is not 大麻烦."""
        _, _, start, end, pattern = self._judge.possible(page, None, spots)
        good = np.array(
            [
                self._loose(page.text[low:high]) in self._surfaces[number]
                for low, high, number in zip(start.tolist(), end.tolist(), pattern.tolist(), strict=True)
            ],
            dtype=np.bool_,
        )
        return Spans(start[good], end[good]) if good.any() else None
