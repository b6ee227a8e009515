"""Finds keywords whose characters were taken apart into their components (木仓支, 讠乍马扁)."""

from functools import cache
from itertools import combinations, pairwise

import numpy as np

from filingdesk.infra.resources import resource_path
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher import Matcher
from filingdesk.scan.matcher_bulk import pair_marks
from filingdesk.scan.matcher_tables import Codes, Ints, SlotTable, concatenated, pair_key, pick
from filingdesk.scan.normalize import SENTINEL
from filingdesk.scan.signs import FIRST, SECOND, Signs

_SENTINEL = ord(SENTINEL)
_ALONE = 2
_REACH = 24  # characters looked at on either side of a pair of components
_TOGETHER = 6  # so many split characters are tried in all combinations
# Components that no one writes on their own: where one stands, something was taken apart.
_BOUND = frozenset("讠钅饣纟氵扌忄犭礻衤亻刂灬疒宀辶阝艹⺮冫彳彡罒冖虍")


@cache
def components() -> dict[tuple[str, str], list[str]]:
    """The characters that two components make, from `resources/codes/components.tsv`."""
    table: dict[tuple[str, str], list[str]] = {}
    for line in resource_path("codes", "components.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            whole, first, second = line.split("\t")
            table.setdefault((first, second), []).append(whole)
    return table


class SplitFinder:
    """Puts two components back together where the result has a neighbour as in some keyword.

    Keywords of one character are looked for only where a component stands that no one writes on its own (讠, 氵 …):
    女子 is not 好.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self._patterns = dictionary.strings
        self._lengths = dictionary.patterns.lengths
        codes = dictionary.patterns.codes
        wanted = {chr(code) for code in np.unique(codes).tolist()}
        singles = {pattern for pattern in self._patterns if len(pattern) == 1}
        self._made: list[list[tuple[int, bool]]] = []
        firsts: list[int] = []
        seconds: list[int] = []
        for (first, second), wholes in components().items():
            bound = first in _BOUND or second in _BOUND
            made = [(ord(c), bound and c in singles) for c in wholes if c in wanted]
            if made:
                firsts.append(ord(first))
                seconds.append(ord(second))
                self._made.append(made)
        pairs = (np.array(firsts, dtype=np.uint32), np.array(seconds, dtype=np.uint32))
        self._pairs, slots = SlotTable.build(pair_key(*pairs))
        self._kinds = np.zeros(len(self._pairs.slots), dtype=np.int64)
        self._kinds[slots] = np.arange(len(firsts))
        # What each pair makes: characters, and whether one may stand alone.
        self._counts = np.array([len(made) for made in self._made], dtype=np.int64)
        every = [one for made in self._made for one in made]
        self._chars = np.array([char for char, _ in every], dtype=np.uint32)
        self._alone = np.array([alone for _, alone in every], dtype=np.bool_)
        self._sides = pairs
        # Pairs of neighbours within one pattern.
        inner = np.ones(max(len(codes) - 1, 0), dtype=np.bool_)
        inner[dictionary.patterns.offsets[1:-1] - 1] = False
        where = np.flatnonzero(inner)
        self._neighbours = np.zeros(1 << 23, dtype=np.bool_)
        self._neighbours[pair_marks(codes[where], codes[where + 1], 23)] = True

    def mark(self, signs: Signs) -> None:
        """Mark in a table of signs which characters may be the first component, which the second."""
        signs[self._sides[0]] |= FIRST
        signs[self._sides[1]] |= SECOND

    def find(self, page: Page, matcher: Matcher) -> tuple[Ints, Ints, Ints]:
        """(begin, stop, pattern number) in folded places."""
        codes = page.folded.codes
        nothing = np.zeros(0, dtype=np.int64)
        if not self._made or len(codes) < 2:
            return nothing, nothing, nothing
        places, marks = page.marked
        places = pick(places, np.flatnonzero((marks & FIRST) != 0))
        joins = self._promising(codes, places)
        if not joins:
            return nothing, nothing, nothing
        variants = _Variants(codes)
        for group in _groups(joins, min(_REACH, int(self._lengths.max())) + 2):
            variants.add(group, min(_REACH, int(self._lengths.max())))
        codes, begins, stops, joined = variants.written()
        begin, number = matcher.find(codes)
        ours = np.flatnonzero(number < len(self._lengths))
        begin, number = begin.take(ours), number.take(ours)
        sizes = self._lengths.take(number)
        before = np.concatenate(([0], np.cumsum(joined > 0)))
        good = before.take(begin + sizes) > before.take(begin)
        good &= (sizes > 1) | (joined.take(begin) == _ALONE)
        begin, number, sizes = (column.take(np.flatnonzero(good)) for column in (begin, number, sizes))
        where = begins.take(begin), stops.take(begin + sizes - 1), number
        found = set(zip(*(column.tolist() for column in where), strict=True))
        rows = np.array(sorted(found), dtype=np.int64).reshape(-1, 3)
        return rows[:, 0], rows[:, 1], rows[:, 2]

    def _promising(self, codes: Codes, places: Ints) -> list[tuple[int, int, int]]:
        """(place, character made, `_ALONE` where it may be a keyword of its own, else 1) that fit a neighbour."""
        real, slots = self._pairs.get(pair_key(codes[places], codes[places + 1]))
        order = np.argsort(real)
        places, kinds = places.take(real.take(order)), self._kinds.take(slots.take(order))
        counts = self._counts.take(kinds)
        chosen = concatenated((np.cumsum(self._counts) - self._counts).take(kinds), counts)
        place, char, alone = np.repeat(places, counts), self._chars.take(chosen), self._alone.take(chosen)
        size = len(codes)
        before = np.where(place > 0, codes[np.maximum(place - 1, 0)], np.uint32(_SENTINEL))
        after = np.where(place + 2 < size, codes[np.minimum(place + 2, size - 1)], np.uint32(_SENTINEL))
        good = alone | self._neighbours[pair_marks(before, char, 23)]
        good |= self._neighbours[pair_marks(char, after, 23)]
        good |= np.isin(place + 2, place) | np.isin(place - 2, place)
        rows = np.flatnonzero(good)
        weights = np.where(alone.take(rows), _ALONE, 1)
        return list(zip(place.take(rows).tolist(), char.take(rows).tolist(), weights.tolist(), strict=True))


class _Variants:
    """Stretches of text with components put together in one way or another, one after the other."""

    def __init__(self, text: Codes) -> None:
        self._text = text
        self._lows: list[int] = []  # pieces of the text; where something is put, one character of it stands
        self._sizes: list[int] = []
        self._size = 0
        self._put_at: list[int] = []
        self._put: list[tuple[int, int, int]] = []

    def add(self, group: list[tuple[int, int, int]], reach: int) -> None:
        """Every choice of joins of the group that do not share a component."""
        low = max(0, group[0][0] - reach)
        high = min(len(self._text), group[-1][0] + 2 + reach)
        for count in range(1, len(group) + 1):
            for chosen in combinations(group, count):
                if all(two[0] - one[0] >= 2 for one, two in pairwise(chosen)):
                    self._write(chosen, low, high)

    def _write(self, chosen: tuple[tuple[int, int, int], ...], low: int, high: int) -> None:
        place = low
        for at, char, weight in chosen:
            self._piece(place, at - place)
            self._set(at, char, at + 2, weight)
            place = at + 2
        self._piece(place, high - place)
        self._set(high, _SENTINEL, high, 0)

    def _piece(self, low: int, size: int) -> None:
        self._lows.append(low)
        self._sizes.append(size)
        self._size += size

    def _set(self, begin: int, code: int, stop: int, weight: int) -> None:
        self._put_at.append(self._size)
        self._put.append((code, stop, weight))
        self._piece(begin, 1)

    def written(self) -> tuple[Codes, Ints, Ints, Ints]:
        """Characters, where in the text each begins and ends, and the weight of what was put together."""
        begin = concatenated(np.array(self._lows), np.array(self._sizes))
        codes, stop = self._text.take(begin, mode="clip"), begin + 1
        joined = np.zeros(len(begin), dtype=np.int64)
        codes[self._put_at], stop[self._put_at], joined[self._put_at] = np.array(self._put).T
        return codes, begin, stop, joined


def _groups(joins: list[tuple[int, int, int]], reach: int) -> list[list[tuple[int, int, int]]]:
    """Joins near each other together; of more than a few, every few neighbours in turn."""
    near: list[list[tuple[int, int, int]]] = [[joins[0]]]
    for one, two in pairwise(joins):
        if two[0] - one[0] > reach:
            near.append([])
        near[-1].append(two)
    groups: list[list[tuple[int, int, int]]] = []
    for group in near:
        for first in range(max(1, len(group) - _TOGETHER + 1)):
            groups.append(group[first : first + _TOGETHER])
    return groups
