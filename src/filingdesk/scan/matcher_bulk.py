"""Finds many patterns at once with NumPy: one look into a table for each character, then a trie walked by all survivors together.

Nothing here runs per character in Python. Places where no pattern begins are dismissed by one look into a table that fits
the processor's cache: it knows pairs of characters, and roughly which third ones come after them. Those that remain pass
finer filters, and the few that are left walk the trie in step, one level per round, so that the cost of a round is that of
a few array operations on those still alive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_filters import MIX, Beginnings
from filingdesk.scan.matcher_tables import (
    Codes,
    Ints,
    SlotTable,
    concatenated,
    pair_key,
    pick,
)
from filingdesk.scan.matcher_trie import HEAD, Trie

_CHUNK = (
    1 << 17
)  # pairs at a time: few enough for the cache, many enough that the two tables rarely displace each other
_MIX_TRIPLE = np.uint32(0x85EBCA6B)
_THIRD_SHIFT, _ONE = np.uint32(29), np.uint8(1)
_NONE = np.zeros(1, dtype=np.uint32)


@dataclass(frozen=True)
class Patterns:
    """Distinct, non-empty patterns as code points: pattern i is `codes[offsets[i]:offsets[i + 1]]`."""

    codes: Codes
    offsets: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def some(self, numbers: Ints) -> "Patterns":
        """Only these, in this order."""
        sizes = self.lengths[numbers]
        codes = self.codes[concatenated(self.offsets[numbers], sizes)]
        return Patterns(codes, np.concatenate(([0], np.cumsum(sizes))))

    def strings(self) -> list[str]:
        """The patterns as text."""
        text = self.codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")
        cuts = self.offsets.tolist()
        return [text[low:high] for low, high in pairwise(cuts)]

    def text(self, number: int) -> str:
        """One pattern as text."""
        codes = self.codes[self.offsets[number] : self.offsets[number + 1]]
        return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")

    @staticmethod
    def of(words: list[str]) -> "Patterns":
        """Of a list of texts."""
        offsets = np.zeros(len(words) + 1, dtype=np.int64)
        np.cumsum([len(word) for word in words], out=offsets[1:])
        codes = np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4")
        return Patterns(codes, offsets)


def pair_marks(first: Codes, second: Codes, bits: int) -> Ints:
    """A number below 2**bits for each pair of characters: where the filter keeps its mark."""
    return _marks(first * MIX, second * MIX, np.uint32(32 - bits))


def _marks(first: Codes, second: Codes, shift: np.uint32) -> Ints:
    mixed = first >> np.uint32(5)
    mixed ^= second
    mixed >>= shift
    return mixed.astype(np.int64)


class BulkMatcher:
    """The filters and the trie; all arrays, so that it can be stored and loaded as it is.

    Patterns of one and two characters are looked up directly; longer ones pass a filter of their first three characters
    and one of their first four before the trie is asked.
    """

    name = "bulk"

    def __init__(self, patterns: Patterns) -> None:
        lengths = patterns.lengths
        codes, starts = patterns.codes, patterns.offsets[:-1]
        singles = np.flatnonzero(lengths == 1)
        self._single_numbers: Ints = singles[np.argsort(codes[starts[singles]])]
        self._single_codes: Codes = codes[starts[self._single_numbers]]
        twos = np.flatnonzero(lengths == 2)
        first = starts[twos]
        self._twos, slots = SlotTable.build(pair_key(codes[first], codes[first + 1]))
        self._two_numbers = np.zeros(len(self._twos.slots), dtype=np.int32)
        self._two_numbers[slots] = twos
        bits = min(24, max(12, int(len(twos) * 64).bit_length()))
        self._pairs = np.zeros(1 << bits, dtype=np.bool_)
        self._pairs[pair_marks(codes[first], codes[first + 1], bits)] = True
        self._heads = _heads(codes, first, starts[lengths >= HEAD])
        longer = np.flatnonzero(lengths >= HEAD)
        self._trie = Trie.build(codes, patterns.offsets, longer)
        begin = starts[longer]
        marks = _triple_marks(codes[begin], codes[begin + 1], codes[begin + 2])
        self._beginnings = Beginnings.build(codes, begin, lengths[longer], marks)
        self._prepare()

    def _prepare(self) -> None:
        self._head_shift = _shift(self._heads)
        self._pair_shift = _shift(self._pairs)
        self._any_two, self._any_more = bool(self._pairs.any()), bool(self._beginnings.triples.any())
        self._is_single: npt.NDArray[np.bool_] | None = None
        if len(self._single_codes):
            self._is_single = np.zeros(0x110000, dtype=np.bool_)
            self._is_single[self._single_codes] = True

    def find(self, codes: Codes, among: Ints | None = None) -> tuple[Ints, Ints]:
        """(starts, pattern numbers) of every occurrence, overlapping ones too, in no certain order.

        `among`: only these places, which ascend, are looked at.
        """
        nothing = np.zeros(0, dtype=np.int64)
        starts: list[Ints] = [nothing]
        numbers: list[Ints] = [nothing]
        if self._is_single is not None:
            if among is None:
                where = np.flatnonzero(self._is_single.take(codes))
            else:
                where = among.take(np.flatnonzero(self._is_single.take(pick(codes, among))))
            starts.append(where)
            numbers.append(self._single_numbers[np.searchsorted(self._single_codes, codes[where])])
        twos, more = self._candidates(codes) if among is None else self._candidates_among(codes, among)
        if len(twos):
            real, slots = self._twos.get(pair_key(pick(codes, twos), pick(codes, twos + 1)))
            starts.append(pick(twos, real))
            numbers.append(self._two_numbers.take(slots).astype(np.int64))
        if len(more):
            self._trie.find(codes, more, starts, numbers)
        return np.concatenate(starts), np.concatenate(numbers)

    def _candidates(self, codes: Codes) -> tuple[Ints, Ints]:
        """Where two characters stand that may be a pattern; where three stand that may begin a longer one."""
        twos = [np.zeros(0, dtype=np.int64)]
        more = [np.zeros(0, dtype=np.int64)]
        known = [np.zeros(0, dtype=np.uint32)]
        last = len(codes) - 2  # the last two characters have no third
        for low in range(0, len(codes) - 1, _CHUNK):
            mixed = codes[low : low + _CHUNK + 2] * MIX
            size = min(_CHUNK, len(codes) - 1 - low)
            if low + size > last:
                mixed = np.append(mixed, _NONE)
            pairs = mixed[:size] >> np.uint32(5)
            pairs ^= mixed[1 : size + 1]
            there = pick(self._heads, pairs >> self._head_shift)
            there >>= _third(mixed[2 : size + 2])
            there &= _ONE
            places = there.view(np.bool_).nonzero()[0]
            pairs = pick(pairs, places)
            if self._any_two:
                real = pick(self._pairs, pairs >> self._pair_shift).nonzero()[0]
                if len(real):
                    twos.append(pick(places, real) + low)
            if not self._any_more:
                continue
            pairs *= _MIX_TRIPLE
            pairs ^= pick(mixed[2:], places)
            pairs *= _MIX_TRIPLE
            real = self._beginnings.known(pairs)
            if low + size > last and len(real) and places[real[-1]] + low == last:
                real = real[:-1]
            known.append(pick(pairs, real))
            places = pick(places, real)
            places += low
            more.append(places)
        return np.concatenate(twos), self._beginnings.promising(
            codes, np.concatenate(more), np.concatenate(known)
        )

    def _candidates_among(self, codes: Codes, places: Ints) -> tuple[Ints, Ints]:
        """`_candidates` of few places, which ascend."""
        places = places[: np.searchsorted(places, len(codes) - 1)]
        first, second, third = (codes.take(places + n, mode="clip") * MIX for n in range(3))
        pairs = first >> np.uint32(5)
        pairs ^= second
        there = pick(self._heads, pairs >> self._head_shift)
        there >>= _third(third)
        there &= _ONE
        near = there.view(np.bool_).nonzero()[0]
        places, pairs, third = (
            pick(places, near),
            pick(pairs, near),
            pick(third, near),
        )
        twos = pick(places, pick(self._pairs, pairs >> self._pair_shift).nonzero()[0])
        size = np.searchsorted(places, len(codes) - 2)
        places, pairs, third = places[:size], pairs[:size], third[:size]
        pairs *= _MIX_TRIPLE
        pairs ^= third
        pairs *= _MIX_TRIPLE
        near = self._beginnings.known(pairs)
        return twos, self._beginnings.promising(codes, pick(places, near), pick(pairs, near))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "single_numbers": self._single_numbers,
            "single_codes": self._single_codes,
            "two_slots": self._twos.slots,
            "two_levels": np.array(self._twos.levels),
            "two_numbers": self._two_numbers,
            "heads": self._heads,
            "pairs": self._pairs,
            **self._beginnings.arrays(),
            **self._trie.arrays(),
        }

    @classmethod
    def load(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "BulkMatcher":
        """From what `arrays` gave."""
        matcher = cls.__new__(cls)
        matcher._single_numbers = arrays["single_numbers"].view(np.int64)
        matcher._single_codes = arrays["single_codes"].view(np.uint32)
        matcher._twos = SlotTable(arrays["two_slots"].view(np.uint64), arrays["two_levels"].tolist())
        matcher._two_numbers = arrays["two_numbers"].view(np.int32)
        matcher._heads = arrays["heads"].view(np.uint8)
        matcher._pairs = arrays["pairs"].view(np.bool_)
        matcher._beginnings = Beginnings.load(arrays)
        matcher._trie = Trie.load(arrays)
        matcher._prepare()
        return matcher


def _shift(table: npt.NDArray[np.generic]) -> np.uint32:
    """By how much a mark is shifted to be a place in a table of 2**n."""
    return np.uint32(32 - (len(table).bit_length() - 1))


def _third(mixed: Codes) -> npt.NDArray[np.uint8]:
    """Which of the eight bits of its pair a third character has; given as the product with `MIX`."""
    return (mixed >> _THIRD_SHIFT).astype(np.uint8)


def _heads(codes: Codes, twos: Ints, longer: Ints) -> npt.NDArray[np.uint8]:
    """By pair: one bit for each eighth of all characters, set where one of them is third in a pattern that begins so.

    A pattern of two characters (they stand at `twos`; the longer ones at `longer`) may be followed by whatever it be.
    """
    pairs = len(np.unique(pair_key(codes[longer], codes[longer + 1]))) + len(twos)
    bits = min(24, max(12, int(pairs * 8).bit_length()))
    heads = np.zeros(1 << bits, dtype=np.uint8)
    marks = pair_marks(codes[longer], codes[longer + 1], bits)
    third = _third(codes[longer + 2] * MIX)
    for bit in range(8):
        heads[marks[third == bit]] |= np.uint8(1 << bit)
    heads[pair_marks(codes[twos], codes[twos + 1], bits)] = 0xFF
    return heads


def _triple_marks(first: Codes, second: Codes, third: Codes) -> Codes:
    """What the filters know three characters by; computed as in `_candidates`."""
    marks = ((first * MIX) >> np.uint32(5)) ^ (second * MIX)
    return ((marks * _MIX_TRIPLE) ^ (third * MIX)) * _MIX_TRIPLE
