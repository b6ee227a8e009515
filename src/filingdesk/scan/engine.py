"""The interceptor: finds keywords in text through exact, folded and skip channels, at their original places."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from filingdesk.domain.errors import UserError
from filingdesk.scan import folding
from filingdesk.scan.entries import Entry, Keyword, KeywordLike, compile_keywords, edge_kinds
from filingdesk.scan.matcher import build_matcher
from filingdesk.scan.normalize import SENTINEL, encode, fold, fold_keeping, fold_table

CHANNELS = ("exact", "folded", "skip")
"""Weakest sufficient first: a hit is named after the first of these that explains it."""

Mode = Literal["overlapping", "longest"]


class Hit(NamedTuple):
    """A keyword at `start`:`end` (code points of the original record, end exclusive) with the text found there."""

    start: int
    end: int
    surface: str
    keyword: str
    category: str
    channel: str


class Interceptor:
    """A keyword library ready to scan.

    Channels: `exact`, the text holds the keyword; `folded`, equal but for case, width, letter variants,
    traditional characters, look-alikes; `skip`, equal once spaces, punctuation, symbols, emoji and
    invisible characters are left out. A hit bears the first channel that explains it and is reported when
    that channel is switched on. It begins and ends on characters that count, unless the keyword itself
    begins or ends with others and the text has them too. Letters of cased scripts (Latin …) are found as
    whole words; with `digit_bounds` digits belong to words as well. A hit inside a phrase of `allow` is
    suppressed. `unmatchable` lists keywords of which nothing is left to find.
    """

    def __init__(
        self,
        keywords: Iterable[KeywordLike],
        channels: Iterable[str] = CHANNELS,
        mode: Mode = "overlapping",
        engine: str = "auto",
        allow: Iterable[str] = (),
        digit_bounds: bool = False,
    ) -> None:
        self.channels = frozenset(channels)
        unknown = sorted(self.channels - set(CHANNELS))
        if unknown:
            raise UserError(
                "scan.channel_unknown",
                f"没有名为「{unknown[0]}」的检测通道。",
                f"可用的有：{'、'.join(CHANNELS)}。",
            )
        if mode not in ("overlapping", "longest"):
            raise UserError(
                "scan.mode_unknown", f"没有名为「{mode}」的匹配方式。", "可用的有：overlapping、longest。"
            )
        self.mode: Mode = mode
        self._word_kinds = (folding.LETTER, folding.DIGIT) if digit_bounds else (folding.LETTER,)
        dictionary = compile_keywords(keywords)
        self.size = dictionary.size
        self.unmatchable: list[Keyword] = dictionary.unmatchable
        self._entries = dictionary.entries
        self._edges = edge_kinds(dictionary.patterns)
        self._matcher = build_matcher(dictionary.patterns, engine)
        self.engine = self._matcher.name
        allowed = compile_keywords(allow)
        self.unmatchable_allowed: list[Keyword] = allowed.unmatchable
        self._allowed = [{squeeze(entry.keeping) for entry in group} for group in allowed.entries]
        self._allow_edges = edge_kinds(allowed.patterns)
        self._allow_matcher = build_matcher(allowed.patterns, engine) if allowed.patterns else None

    def scan(self, text: str) -> list[Hit]:
        """All hits in one record, ordered by place."""
        return [hit for _, hit in self.scan_many([text])]

    def scan_many(self, records: Sequence[str]) -> list[tuple[int, Hit]]:
        """Hits in many records at once, each with the number of its record; much faster than one by one."""
        text = SENTINEL.join(records)
        codes = encode(text)
        folded = fold(codes)
        folded_text = folded.text
        matches = self._matcher.find(folded_text)
        if not matches:
            return []
        page = _Page(text, codes, folded.index, folded.several)
        allowed = self._allowed_spans(page, folded_text)
        starts = [0, *accumulate(len(record) + 1 for record in records)]
        hits: list[tuple[int, Hit]] = []
        for begin, stop, start, end, pattern in page.places(matches):
            if not self._bounded(page, start, end, self._edges[pattern]):
                continue
            if allowed is not None and allowed.holds(start, end):
                continue
            record = bisect_right(starts, start) - 1
            base = starts[record]
            for entry, channel, low, high in self._judge(page, begin, stop, start, end, pattern):
                hit = Hit(low - base, high - base, text[low:high], entry.word, entry.category, channel)
                hits.append((record, hit))
        hits.sort(key=lambda item: (item[0], item[1].start, item[1].end, item[1].keyword, item[1].category))
        return _longest(hits) if self.mode == "longest" else hits

    def _judge(
        self, page: "_Page", begin: int, stop: int, start: int, end: int, pattern: int
    ) -> list[tuple[Entry, str, int, int]]:
        """For each category of the pattern its best keyword here: entry, channel, start, end."""
        best: dict[str, tuple[int, Entry, int, int]] = {}
        for entry in self._entries[pattern]:
            rank, low, high = _channel(page, entry, begin, stop, start, end)
            if entry.strict and rank == 2:
                continue
            known = best.get(entry.category)
            if known is None or rank < known[0]:
                best[entry.category] = (rank, entry, low, high)
        return [
            (entry, CHANNELS[rank], low, high)
            for rank, entry, low, high in best.values()
            if CHANNELS[rank] in self.channels
        ]

    def _bounded(self, page: "_Page", start: int, end: int, edges: tuple[int, int]) -> bool:
        """Whether no letter of the same kind of script continues the word on either side."""
        kinds = self._word_kinds
        return not (
            (edges[0] in kinds and page.kind_before(start) in kinds)
            or (edges[1] in kinds and page.kind_after(end) in kinds)
        )

    def _allowed_spans(self, page: "_Page", folded_text: str) -> "_Spans | None":
        if self._allow_matcher is None:
            return None
        spans: list[tuple[int, int]] = []
        for _, _, start, end, pattern in page.places(self._allow_matcher.find(folded_text)):
            surface = squeeze(fold_keeping(page.text[start:end]))
            # A full stop or comma inside ends the phrase: 大麻，烦 is not 大麻烦.
            whole_words = self._bounded(page, start, end, self._allow_edges[pattern])
            if whole_words and surface in self._allowed[pattern]:
                spans.append((start, end))
        return _Spans(spans)


class _Page:
    """The joined records, folded, with the way back to their original places."""

    def __init__(
        self, text: str, codes: npt.NDArray[np.uint32], index: npt.NDArray[np.int64], several: bool
    ) -> None:
        self.text = text
        self.several = several
        self._codes = codes
        self._index = index
        self._kind = fold_table().kind

    def places(self, matches: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int, int]]:
        """(begin, stop, start, end, pattern): folded place, original place; none cuts a character in two."""
        if not matches:
            return []
        found = np.array(matches, dtype=np.int64)
        begin, stop, pattern = found[:, 0], found[:, 1], found[:, 2]
        index = self._index
        start, last = index[begin], index[stop - 1]
        if self.several:
            whole = (begin == 0) | (index[begin - 1] != start)
            after = np.minimum(stop, len(index) - 1)
            whole &= (stop == len(index)) | (index[after] != last)
            begin, stop, start, last, pattern = (a[whole] for a in (begin, stop, start, last, pattern))
        columns = (begin, stop, start, last + 1, pattern)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def kind_before(self, place: int) -> int:
        """The kind of the nearest character before `place` that can be seen."""
        place -= 1
        while place >= 0:
            kind = int(self._kind[self._codes[place]])
            if kind != folding.SKIP_INVISIBLE:
                return kind
            place -= 1
        return folding.OTHER

    def kind_after(self, place: int) -> int:
        """The kind of the nearest character from `place` on that can be seen."""
        while place < len(self._codes):
            kind = int(self._kind[self._codes[place]])
            if kind != folding.SKIP_INVISIBLE:
                return kind
            place += 1
        return folding.OTHER


class _Spans:
    """Places of allowed phrases; answers whether one of them holds a hit."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._reach = list(accumulate((end for _, end in spans), max))

    def holds(self, start: int, end: int) -> bool:
        number = bisect_right(self._starts, start) - 1
        return number >= 0 and self._reach[number] >= end


def _channel(page: _Page, entry: Entry, begin: int, stop: int, start: int, end: int) -> tuple[int, int, int]:
    """The weakest channel that explains `entry` here (0 exact, 1 folded, 2 skip) and the place it covers."""
    text, word = page.text, entry.word
    if entry.plain and not page.several:
        if end - start != stop - begin:
            return 2, start, end
        return (0 if text[start:end] == word else 1), start, end
    low, high = start - entry.lead, end + entry.tail
    if low >= 0 and high <= len(text):
        whole = text[low:high]
        if whole == word:
            return 0, low, high
        if fold_keeping(whole) == entry.keeping:
            return 1, low, high
    return 2, start, end


def _longest(hits: list[tuple[int, Hit]]) -> list[tuple[int, Hit]]:
    """Leftmost-longest, not overlapping; hits at the very same place (other categories) stay together."""
    chosen: list[tuple[int, Hit]] = []
    record, start, end = -1, -1, -1
    for number, hit in sorted(hits, key=lambda item: (item[0], item[1].start, -item[1].end)):
        same = number == record and (hit.start, hit.end) == (start, end)
        if same or number != record or hit.start >= end:
            chosen.append((number, hit))
            record, start, end = number, hit.start, hit.end
    return chosen


def squeeze(text: str) -> str:
    """Drop what does not part a phrase: spaces and invisible characters, but neither line ends nor punctuation."""
    kinds = fold_table().kind[encode(text)].tolist()
    return "".join(
        char
        for char, kind in zip(text, kinds, strict=True)
        if kind != folding.SKIP_INVISIBLE and (char in "\r\n" or not char.isspace())
    )
