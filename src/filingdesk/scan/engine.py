"""The interceptor: finds keywords in text through all channels, at their original places."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal, NamedTuple

import numpy as np

from filingdesk.domain.errors import UserError
from filingdesk.scan import cache
from filingdesk.scan import channels as names
from filingdesk.scan.channels import CHANNELS, DEFAULT_CHANNELS
from filingdesk.scan.engine_judge import AllowList, Judge, Spots
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary, Keyword, KeywordLike, compile_keywords, keyword_of
from filingdesk.scan.matcher import Matcher, build_matcher, choose_engine, load_matcher, matcher_arrays
from filingdesk.scan.matcher_tables import Ints, pick
from filingdesk.scan.memory import keep_freed
from filingdesk.scan.normalize import SENTINEL, FoldTable, fold_table
from filingdesk.scan.pinyin_finder import PinyinFinder
from filingdesk.scan.repeat import RepeatFinder
from filingdesk.scan.signs import Signs, sign_table
from filingdesk.scan.split import SplitFinder

__all__ = ["CHANNELS", "DEFAULT_CHANNELS", "Found", "Hit", "Interceptor", "Keyword", "Mode"]

WORTH_KEEPING = 5_000
"""Shorter lists are compiled faster than a file is read."""

_LARGE = 500_000  # characters from which on memory is worth keeping for the next batch
_MANY = 20_000  # hits from which on sorting all keywords once is the cheaper way
_MANY_TIES = 200  # and so it is when that many stand at the place of another

Mode = Literal["overlapping", "longest"]


class Hit(NamedTuple):
    """A keyword at `start`:`end` (code points of the original record, end exclusive) with the text found there."""

    start: int
    end: int
    surface: str
    keyword: str
    category: str
    channel: str


@dataclass(frozen=True)
class Found:
    """Hits in columns, ordered by place: all that was found out, before a Python object is made of each.

    `record` is the number of the record, `start` and `end` count code points in the joined `text` and `base` is where
    the record begins there; `entry` is the keyword's number in `dictionary`, `channel` its number in `CHANNELS`.
    """

    text: str
    dictionary: Dictionary
    record: Ints
    base: Ints
    start: Ints
    end: Ints
    entry: Ints
    channel: Ints

    def __len__(self) -> int:
        return len(self.start)

    def longest(self) -> "Found":
        """Leftmost-longest, not overlapping; hits at the very same place (other categories) stay together."""
        chosen: list[int] = []
        low = high = -1
        start, end = self.start.tolist(), self.end.tolist()
        for number in np.lexsort((-self.end, self.start)).tolist():
            if start[number] >= high or (start[number], end[number]) == (low, high):
                chosen.append(number)
                low, high = start[number], end[number]
        keep = np.array(chosen, dtype=np.int64)
        columns = (self.record, self.base, self.start, self.end, self.entry, self.channel)
        return Found(self.text, self.dictionary, *(column[keep] for column in columns))

    def hits(self) -> list[tuple[int, Hit]]:
        """The hits, each with the number of its record."""
        text, words, categories = self.text, self.dictionary.words, self.dictionary.categories
        category = self.dictionary.category[self.entry].tolist()
        columns = zip(
            self.record.tolist(),
            self.base.tolist(),
            self.start.tolist(),
            self.end.tolist(),
            self.entry.tolist(),
            category,
            self.channel.tolist(),
            strict=True,
        )
        return [
            (
                record,
                Hit(low - base, high - base, text[low:high], words[entry], categories[group], CHANNELS[rank]),
            )
            for record, base, low, high, entry, group, rank in columns
        ]


@dataclass(frozen=True)
class _Library:
    """What depends on the keywords alone and is worth keeping between two runs."""

    dictionary: Dictionary
    repeat: RepeatFinder | None
    matcher: Matcher
    name: str = ""  # what it is kept under; empty when it is not

    @staticmethod
    def ready(
        keywords: Iterable[KeywordLike],
        table: FoldTable,
        engine: str,
        numbers: bool,
        with_repeat: bool,
        digest: str,
    ) -> "_Library":
        """Compiled now, or loaded as it was compiled before; with a `digest` the words are not even asked for then."""
        keepable = engine in ("bulk", "daachorse")
        settings = engine, str(numbers), str(with_repeat)
        if keepable and digest:
            name = cache.named(digest, *settings)
            known = _Library.kept(name, engine, with_repeat)
            if known is not None:
                return known
        items = [keyword_of(item) for item in keywords]
        if len(items) < WORTH_KEEPING or not keepable:
            return _Library.compiled(items, table, engine, with_repeat)
        if not digest:
            name = cache.fingerprint(items, *settings)
            known = _Library.kept(name, engine, with_repeat)
            if known is not None:
                return known
        library = _Library.compiled(items, table, engine, with_repeat)
        arrays = library.dictionary.arrays() | matcher_arrays(library.matcher)
        if library.repeat is not None:
            arrays |= library.repeat.arrays()
        cache.save(name, arrays)
        return replace(library, name=name)

    @staticmethod
    def kept(name: str, engine: str, with_repeat: bool) -> "_Library | None":
        """As it was compiled before; None when it was not, or by another state of this code."""
        arrays = cache.load(name)
        if arrays is None:
            return None
        try:
            repeat = RepeatFinder.load(arrays) if with_repeat else None
            return _Library(Dictionary.load(arrays), repeat, load_matcher(arrays, engine), name)
        except KeyError:
            return None

    def pinyin(self, engine: str) -> PinyinFinder:
        """The finder by sound, which is costly to compile and kept apart: few ask for it."""
        name = f"{self.name}-pinyin"
        kept = cache.load(name) if self.name else None
        if kept is not None:
            return PinyinFinder.load(kept, self.dictionary, engine)
        finder = PinyinFinder(self.dictionary, engine)
        if self.name:
            cache.save(name, finder.arrays())
        return finder

    @staticmethod
    def compiled(items: list[Keyword], table: FoldTable, engine: str, with_repeat: bool) -> "_Library":
        """Compiled from the words."""
        dictionary = compile_keywords(items, table)
        repeat = RepeatFinder(dictionary) if with_repeat else None
        patterns = dictionary.patterns if repeat is None else repeat.patterns
        return _Library(dictionary, repeat, build_matcher(patterns, engine))


class Interceptor:
    """A keyword library ready to scan.

    Channels: `exact`, the text holds the keyword; `folded`, equal but for case, width, letter variants,
    traditional characters, look-alikes (with `numbers` also 一 壹 1); `skip`, equal once spaces, punctuation, symbols,
    emoji and invisible characters are left out; `repeat`, with characters written several times over; `pinyin` and
    `split`, suspicions: spelled in Latin letters or by homophones, characters taken apart. A hit bears the
    first channel that explains it and is reported when that channel is switched on. It begins and ends on characters
    that count, unless the keyword itself begins or ends with others and the text has them too. Letters of cased
    scripts (Latin …) are found as whole words; with `digit_bounds` digits belong to words as well. A hit inside a
    phrase of `allow` is suppressed; so is one that only skips and lies inside a web or e-mail address, and one whose
    characters a paragraph's end keeps apart. `unmatchable` lists keywords of which nothing is left to find.
    Whoever knows a `digest` of the keywords gives it, and a kept library is loaded without looking at them.
    """

    def __init__(
        self,
        keywords: Iterable[KeywordLike],
        channels: Iterable[str] = DEFAULT_CHANNELS,
        mode: Mode = "overlapping",
        engine: str = "auto",
        allow: Iterable[str] = (),
        digit_bounds: bool = False,
        numbers: bool = False,
        digest: str = "",
    ) -> None:
        self.channels = names.choose_channels(channels)
        if mode not in ("overlapping", "longest"):
            raise UserError(
                "scan.mode_unknown", f"没有名为「{mode}」的匹配方式。", "可用的有：overlapping、longest。"
            )
        self.mode: Mode = mode
        self._table = fold_table(numbers)
        self._reported = np.array([name in self.channels for name in CHANNELS])
        library = _Library.ready(
            keywords, self._table, choose_engine(engine), numbers, "repeat" in self.channels, digest
        )
        self.dictionary = library.dictionary
        self.size = self.dictionary.size
        self.unmatchable: list[Keyword] = self.dictionary.unmatchable
        self._lengths = self.dictionary.patterns.lengths
        self._judge = Judge(self.dictionary, self._table, digit_bounds)
        self._finders: list[tuple[int, Callable[[Page], Spots]]] = []
        self._matcher = library.matcher
        self.engine = self._matcher.name
        self._repeat = library.repeat
        self._has_extra = self._repeat is not None and len(self._repeat.patterns) > len(self._lengths)
        self._signs: Signs | None = None
        if not self.channels.isdisjoint(("pinyin", "split")):
            self._signs = sign_table(sounding="pinyin" in self.channels)
        self._pinyin: PinyinFinder | None = None
        if "pinyin" in self.channels and self._signs is not None:
            self._pinyin = library.pinyin(self.engine)
            self._pinyin.mark(self._signs)
        if self._signs is not None and "split" in self.channels:
            split = SplitFinder(self.dictionary)
            split.mark(self._signs)
            self._finders.append((names.SPLIT, lambda page: split.find(page, self._matcher)))
        allowed = compile_keywords(allow, self._table)
        self.unmatchable_allowed: list[Keyword] = allowed.unmatchable
        self._allow_matcher: Matcher | None = None
        if len(allowed.patterns):
            self._allow_matcher = build_matcher(allowed.patterns, engine)
            self._allow_lengths = allowed.patterns.lengths
            self._allow = AllowList(allowed, self._table, Judge(allowed, self._table, digit_bounds))

    def scan(self, text: str) -> list[Hit]:
        """All hits in one record, ordered by place."""
        return [hit for _, hit in self.scan_many([text])]

    def scan_many(self, records: Sequence[str]) -> list[tuple[int, Hit]]:
        """Hits in many records at once, each with the number of its record; much faster than one by one."""
        return self.find(records).hits()

    def find(self, records: Sequence[str]) -> Found:
        """`scan_many` in columns: for those who count or store hits and need no object for each."""
        page = Page(SENTINEL.join(records), self._table, self._signs)
        if len(page.codes) > _LARGE:
            keep_freed()
        codes = page.folded.codes
        spots = self._spots(page)
        spots += [(rank, finder(page)) for rank, finder in self._finders]
        allowed = None
        if self._allow_matcher is not None and any(len(found[0]) for _, found in spots):
            begin, number = self._allow_matcher.find(codes)
            allowed = self._allow.spans(page, (begin, begin + self._allow_lengths[number], number))
        columns = [
            self._judge.bold(page, allowed, found, rank) if rank else self._judge.plain(page, allowed, found)
            for rank, found in spots
            if not rank or len(found[0])
        ]
        start, end, entry, channel = (np.concatenate(column) for column in zip(*columns, strict=True))
        wanted = pick(self._reported, channel)
        if not wanted.all():
            start, end, entry, channel = start[wanted], end[wanted], entry[wanted], channel[wanted]
        order = self._order(start, end, entry)
        start, end, entry, channel = (pick(column, order) for column in (start, end, entry, channel))
        bases = np.array([0, *accumulate(len(record) + 1 for record in records)], dtype=np.int64)
        record = np.searchsorted(bases, start, side="right") - 1
        found = Found(page.text, self.dictionary, record, bases[record], start, end, entry, channel)
        return found.longest() if self.mode == "longest" else found

    def _spots(self, page: Page) -> list[tuple[int, Spots]]:
        """What stands in the text, what sounds like it, and what stands there once repetitions are taken out."""
        codes = page.folded.codes
        stretches = self._repeat.stretches(page) if self._repeat is not None else None
        suspected, plain = (None, None) if self._pinyin is None else self._pinyin.find(page)
        begin, number = plain or self._matcher.find(codes)
        if self._has_extra:
            own = np.flatnonzero(number < len(self._lengths))
            begin, number = begin.take(own), number.take(own)
        spots: list[tuple[int, Spots]] = [(names.EXACT, (begin, begin + self._lengths.take(number), number))]
        if suspected is not None:
            spots.append((names.PINYIN, suspected))
        if stretches is not None and self._repeat is not None:
            spots.append((names.REPEAT, self._repeat.found(stretches, *self._matcher.find(stretches.flat))))
        return spots

    def _order(self, start: Ints, end: Ints, entry: Ints) -> Ints:
        """By place; keywords at the very same place by their text."""
        if not len(start):
            return start
        span = end - start
        place = start * (int(span.max()) + 1) + span
        size = len(self.dictionary.words)
        if len(start) > _MANY and int(place.max()) < (1 << 62) // size:
            place *= size
            place += self.dictionary.order.take(entry)
            return np.argsort(place, kind="stable")
        # The columns are a few rows that ascend by themselves: what a stable sort is best at.
        order = np.argsort(place, kind="stable")
        sorted_ = place.take(order)
        same = np.flatnonzero(sorted_[1:] == sorted_[:-1])
        if not len(same):
            return order
        if len(same) > _MANY_TIES:
            tied = np.zeros(len(order), dtype=np.bool_)
            tied[same] = tied[same + 1] = True
            where = np.flatnonzero(tied)
            among = order.take(where)
            ranks = self.dictionary.order.take(entry.take(among))
            order[where] = among.take(np.lexsort((ranks, place.take(among))))
            return order
        words, category, names_ = self.dictionary.words, self.dictionary.category, self.dictionary.categories
        at = 0
        while at < len(same):
            low = high = int(same[at])
            while at < len(same) and same[at] == high:
                high += 1
                at += 1
            group = order[low : high + 1].tolist()
            group.sort(key=lambda i: (words[int(entry[i])], names_[category[entry[i]]]))
            order[low : high + 1] = group
        return order
