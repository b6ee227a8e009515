"""Finds keywords whose characters were written several times over (赌赌博博), without folding words that double by nature."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_filters import bit_filter, in_filter
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated, where_few
from filingdesk.scan.normalize import SENTINEL

_SENTINEL = np.uint32(ord(SENTINEL))
_BEGIN, _END, _BOTH = (np.array([mark], dtype=np.uint32) for mark in (1, 2, 3))
_FAR = 64  # a longer keyword makes windows useless: the whole text is searched
_MIX, _MIX_OTHER = np.uint32(0x85EBCA6B), np.uint32(0x9E3779B1)
_TRIPLED = 3
_SHAPES = 50_000  # that are remembered
_Shape = tuple[list[int], list[int]]


class RepeatFinder:
    """Looks where a character stands twice in a row and a keyword may lie across that place.

    A run of a Chinese character may be longer than in the keyword; a run of letters must be three or more (no language
    triples letters) or all letters multiplied alike (ssmm), so that "ass" is not found in … "as" and "good" not in "god";
    digits are never folded; a keyword of one character (or one character repeated) needs no such search. `patterns` is what the matcher must be built over: the dictionary's patterns, then
    the collapsed forms that are not among them.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        own = dictionary.strings
        numbers = {pattern: number for number, pattern in enumerate(own)}
        codes, offsets = dictionary.patterns.codes, dictionary.patterns.offsets
        doubled = np.zeros(len(own), dtype=np.bool_)
        twice = np.flatnonzero(codes[1:] == codes[:-1]) + 1 if len(codes) else np.zeros(0, dtype=np.int64)
        owner = np.searchsorted(offsets, twice, side="right") - 1
        inside = offsets[owner] < twice if len(twice) else np.zeros(0, dtype=np.bool_)
        doubled[owner[inside]] = True
        extra: list[str] = []
        self._sources: dict[int, list[int]] = {}
        for number in np.flatnonzero(doubled).tolist():
            flat = "".join(char for char, _ in groupby(own[number]))
            if len(flat) == 1:
                continue
            target = numbers.setdefault(flat, len(numbers))
            if target >= len(own) and target - len(own) == len(extra):
                extra.append(flat)
            self._sources.setdefault(target, []).append(number)
        self._count = len(own)
        self.patterns = Patterns.of(own + extra) if extra else dictionary.patterns
        self._prepare()
        self._mark()

    def _prepare(self) -> None:
        self._lengths = self.patterns.lengths
        longest = int(self._lengths.max()) if len(self._lengths) else 0
        self._reach = longest if longest <= _FAR else 0
        self._shapes: dict[int, _Shape] = {}

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        pairs = [(target, source) for target, sources in self._sources.items() for source in sources]
        return {
            "repeat_codes": self.patterns.codes,
            "repeat_offsets": self.patterns.offsets,
            "repeat_count": np.array([self._count]),
            "repeat_sources": np.array(pairs, dtype=np.int64).reshape(-1, 2),
            "repeat_filter": self._filter,
        }

    @classmethod
    def load(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "RepeatFinder":
        """From what `arrays` gave."""
        finder = cls.__new__(cls)
        finder.patterns = Patterns(
            arrays["repeat_codes"].view(np.uint32), arrays["repeat_offsets"].view(np.int64)
        )
        finder._count = int(arrays["repeat_count"].item())
        finder._sources = {}
        for target, source in arrays["repeat_sources"].tolist():
            finder._sources.setdefault(target, []).append(source)
        finder._filter = arrays["repeat_filter"].view(np.uint8)
        finder._prepare()
        return finder

    def _mark(self) -> None:
        """Remember every three characters in a row of a pattern, and the pairs at the edges."""
        codes, offsets = self.patterns.codes, self.patterns.offsets
        first, last = offsets[:-1], offsets[1:] - 1
        long_enough = self._lengths > 1
        marks: list[Codes] = []
        if len(codes) > 2:
            middle = np.ones(len(codes), dtype=np.bool_)
            middle[first] = False
            middle[last] = False
            where = np.flatnonzero(middle)
            marks.append(_triple(codes[where - 1], codes[where], codes[where + 1]))
        first, last = first[long_enough], last[long_enough]
        marks.append(_triple(codes[first], codes[np.minimum(first + 1, last)], _BEGIN))
        marks.append(_triple(codes[last - 1], codes[last], _END))
        pairs = first[last - first == 1]
        marks.append(_triple(codes[pairs], codes[pairs + 1], _BOTH))
        every = np.concatenate(marks)
        self._filter = bit_filter(every, len(every))

    def stretches(self, page: Page) -> "Stretches | None":
        """What the matcher has to search besides the text itself; None where nothing is repeated."""
        codes = page.folded.codes
        twice = where_few(codes[1:] == codes[:-1])
        if not len(twice) or not self._count:
            return None
        places = self._promising(page, codes, twice)
        if not len(places):
            return None
        where = self._around(places, twice, len(codes))
        near = codes.take(where, mode="clip")
        gap = where < 0
        near[gap] = _SENTINEL
        doubled = np.zeros(len(near), dtype=np.bool_)
        np.equal(near[1:], near[:-1], out=doubled[1:])
        doubled &= ~gap
        kept = np.flatnonzero(~doubled)
        marks = np.zeros(len(codes) + 1, dtype=np.bool_)
        marks[places] = True
        marked = marks[where[kept]]  # between stretches: place -1, never marked
        runs = np.diff(kept, append=len(near))
        return Stretches(near[kept], where[kept], runs, np.concatenate(([0], np.cumsum(marked))))

    def found(self, there: "Stretches", begin: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints]:
        """(begin, stop, pattern number) in folded places, of the matches in the stretches."""
        lengths = self._lengths[numbers]
        crossing = np.flatnonzero(there.before[begin + lengths] > there.before[begin])
        rows: set[tuple[int, int, int]] = set()
        for low, length, number in zip(
            begin[crossing].tolist(), lengths[crossing].tolist(), numbers[crossing].tolist(), strict=True
        ):
            runs = there.runs[low : low + length].tolist()
            for source in self._meant(number):
                if _repeated(self._shape(source), runs):
                    last = int(there.where[low + length - 1])
                    rows.add((int(there.where[low]), last + runs[-1], source))
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def _shape(self, number: int) -> "_Shape":
        """How often each character of the pattern stands in a row, and its kind."""
        shape = self._shapes.get(number)
        if shape is None:
            runs = [(char, sum(1 for _ in same)) for char, same in groupby(self.patterns.text(number))]
            shape = [count for _, count in runs], [folding.word_kind(char) for char, _ in runs]
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[number] = shape
        return shape

    def _meant(self, number: int) -> list[int]:
        own = [number] if number < self._count else []
        return own + self._sources.get(number, [])

    def _promising(self, page: Page, codes: Codes, twice: Ints) -> Ints:
        """Beginnings of runs across or beside which a keyword may lie."""
        starts = np.diff(twice, prepend=-2) != 1
        ends = np.diff(twice, append=len(codes) + 2) != 1
        first, last = twice[starts], twice[ends] + 1
        char = codes[first]
        before = np.where(first > 0, codes[np.maximum(first - 1, 0)], _SENTINEL)
        after = np.where(last < len(codes) - 1, codes[np.minimum(last + 1, len(codes) - 1)], _SENTINEL)
        known = self._filter
        good = in_filter(known, _triple(before, char, after))
        letter = page.table.kind[char] == folding.LETTER
        good |= letter & in_filter(known, _triple(char, after, _BEGIN))
        good |= letter & in_filter(known, _triple(before, char, _END))
        followed = np.append(first[1:] == last[:-1] + 1, False)
        good |= followed & in_filter(known, _triple(char, after, _BOTH))
        promising: Ints = first[good]
        return promising

    def _around(self, places: Ints, twice: Ints, size: int) -> Ints:
        """Stretches of the text in which every keyword across one of the places lies whole, -1 between them."""
        if self._reach:
            wide = 2 * self._reach + 1
            inside = np.searchsorted(twice, places + wide) - np.searchsorted(twice, places - wide)
            if int(inside.max()) <= self._reach:
                # A keyword reaches as far as it is long, and further by each repetition within.
                return windows(places, inside + self._reach + 1, size)
        return np.arange(size)


@dataclass(frozen=True)
class Stretches:
    """Parts of the folded text with every repetition taken out, one after the other.

    `flat` is what is left, `where` the folded place of each character (-1 between parts), `runs` how often it stood
    there, `before[n]` how many of the first n characters are places across which a keyword may lie.
    """

    flat: Codes
    where: Ints
    runs: Ints
    before: Ints


def windows(places: Ints, reach: Ints, size: int) -> Ints:
    """Indices of all places nearer than their `reach` to one of `places`, in order, with -1 between separate stretches."""
    low = np.maximum(places - reach + 1, 0)
    high = np.maximum.accumulate(np.minimum(places + reach, size))
    low = np.minimum.accumulate(low[::-1])[::-1]
    fresh = np.append(True, low[1:] > high[:-1])
    begin = low[fresh]
    end = high[np.append(np.flatnonzero(fresh)[1:] - 1, len(low) - 1)]
    where = concatenated(begin, end - begin + 1)
    where[np.cumsum(end - begin + 1) - 1] = -1
    return where


def _triple(first: Codes, second: Codes, third: Codes) -> Codes:
    joined = ((first * _MIX) >> np.uint32(7)) ^ (second * _MIX)
    return ((joined * _MIX) ^ (third * _MIX_OTHER)) * _MIX


def _repeated(shape: _Shape, there: list[int]) -> bool:
    """Whether runs of these lengths are the pattern with characters repeated, and no plainer hit explains it."""
    meant, kinds = shape
    if len(meant) < 2:
        return False
    letters = [place for place, kind in enumerate(kinds) if kind == folding.LETTER]
    times = there[letters[0]] // meant[letters[0]] if letters else 1
    alike = len(letters) > 1 and times > 1 and all(there[p] == times * meant[p] for p in letters)
    for kind, run, least in zip(kinds, there, meant, strict=True):
        if run == least:
            continue
        if run < least or kind == folding.DIGIT:
            return False
        if kind == folding.LETTER and run < _TRIPLED and not alike:
            return False
    longer = [run > least for run, least in zip(there, meant, strict=True)]
    # Characters repeated only at an edge leave the keyword standing in the text as it is.
    edges = (longer[0] and kinds[0] == folding.LETTER) or (longer[-1] and kinds[-1] == folding.LETTER)
    return any(longer[1:-1]) or edges or all(longer)
