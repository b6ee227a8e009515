"""Finds many patterns at once with NumPy: a filter over all character pairs, then a trie walked by all survivors together.

Nothing here runs per character in Python. Pairs of characters that begin no pattern are dismissed by one look into a
table that fits the processor's cache; the few that remain walk the trie in step, one level per round, so that the cost
of a round is that of a few array operations on those still alive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_tables import Codes, Ints, SlotTable, bit_filter, in_filter, pair_key
from filingdesk.scan.matcher_trie import HEAD, Trie

_CHUNK = (
    1 << 17
)  # pairs at a time: few enough for the cache, many enough that the two tables rarely displace each other
_MIX = np.uint32(0x9E3779B1)
_MIX_TRIPLE = np.uint32(0x85EBCA6B)
_MIX_FOUR = np.uint32(0xC2B2AE35)


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
    return _marks(first * _MIX, second * _MIX, np.uint32(32 - bits))


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
        longer = np.flatnonzero(lengths >= HEAD)
        self._trie = Trie.build(codes, patterns.offsets, longer)
        begin = starts[longer]
        marks = _triple_marks(codes[begin], codes[begin + 1], codes[begin + 2])
        self._triples = bit_filter(marks, len(np.unique(marks)))
        three = lengths[longer] == HEAD
        self._threes = bit_filter(marks[three], int(three.sum()))
        begin = begin[~three]
        fours = (marks[~three] ^ (codes[begin + 3] * _MIX)) * _MIX_FOUR
        self._fours = bit_filter(fours, len(begin))
        self._prepare()

    def _prepare(self) -> None:
        self._pair_shift = np.uint32(32 - (len(self._pairs).bit_length() - 1))
        self._any_two, self._any_more = bool(self._pairs.any()), bool(self._triples.any())
        self._is_single: npt.NDArray[np.bool_] | None = None
        if len(self._single_codes):
            self._is_single = np.zeros(0x110000, dtype=np.bool_)
            self._is_single[self._single_codes] = True

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        """(starts, pattern numbers) of every occurrence, overlapping ones too, in no certain order."""
        nothing = np.zeros(0, dtype=np.int64)
        starts: list[Ints] = [nothing]
        numbers: list[Ints] = [nothing]
        if self._is_single is not None:
            where = np.flatnonzero(self._is_single.take(codes))
            starts.append(where)
            numbers.append(self._single_numbers[np.searchsorted(self._single_codes, codes[where])])
        twos, more = self._candidates(codes)
        if len(twos):
            real, slots = self._twos.get(pair_key(codes.take(twos), codes.take(twos + 1)))
            starts.append(twos.take(real))
            numbers.append(self._two_numbers.take(slots).astype(np.int64))
        if len(more):
            self._trie.find(codes, more, starts, numbers)
        return np.concatenate(starts), np.concatenate(numbers)

    def _candidates(self, codes: Codes) -> tuple[Ints, Ints]:
        """Where two characters stand that may be a pattern; where three stand that may begin a longer one."""
        twos = [np.zeros(0, dtype=np.int64)]
        more = [np.zeros(0, dtype=np.int64)]
        known = [np.zeros(0, dtype=np.uint32)]
        for low in range(0, len(codes) - 1, _CHUNK):
            # One character further than the pairs reach: the third of a longer pattern.
            mixed = codes[low : low + _CHUNK + 2] * _MIX
            size = min(_CHUNK, len(codes) - 1 - low)
            pairs = mixed[:size] >> np.uint32(5)
            pairs ^= mixed[1 : size + 1]
            if self._any_two:
                places = np.flatnonzero(self._pairs.take((pairs >> self._pair_shift).astype(np.int64)))
                if len(places):
                    twos.append(places + low)
            size = min(_CHUNK, len(codes) - 2 - low)
            if not self._any_more or size < 1:
                continue
            marks = pairs[:size]
            marks *= _MIX_TRIPLE
            marks ^= mixed[2 : size + 2]
            marks *= _MIX_TRIPLE
            places = np.flatnonzero(in_filter(self._triples, marks))
            known.append(marks.take(places))
            places += low
            more.append(places)
        return np.concatenate(twos), self._promising(codes, np.concatenate(more), np.concatenate(known))

    def _promising(self, codes: Codes, places: Ints, marks: Codes) -> Ints:
        """Of places that passed the filter of threes those that are a whole pattern or pass the filter of fours."""
        whole = in_filter(self._threes, marks)
        marks ^= codes.take(places + 3, mode="clip") * _MIX
        marks *= _MIX_FOUR
        whole |= in_filter(self._fours, marks)
        return places.take(np.flatnonzero(whole))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "single_numbers": self._single_numbers,
            "single_codes": self._single_codes,
            "two_slots": self._twos.slots,
            "two_levels": np.array(self._twos.levels),
            "two_numbers": self._two_numbers,
            "pairs": self._pairs,
            "triples": self._triples,
            "threes": self._threes,
            "fours": self._fours,
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
        matcher._pairs = arrays["pairs"].view(np.bool_)
        matcher._triples = arrays["triples"].view(np.uint8)
        matcher._threes = arrays["threes"].view(np.uint8)
        matcher._fours = arrays["fours"].view(np.uint8)
        matcher._trie = Trie.load(arrays)
        matcher._prepare()
        return matcher


def _triple_marks(first: Codes, second: Codes, third: Codes) -> Codes:
    """What the filters know three characters by; computed as in `_candidates`."""
    marks = ((first * _MIX) >> np.uint32(5)) ^ (second * _MIX)
    return ((marks * _MIX_TRIPLE) ^ (third * _MIX)) * _MIX_TRIPLE
