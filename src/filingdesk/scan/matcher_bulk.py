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

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_CHUNK = 1 << 15  # pairs at a time: the working arrays stay in the second-level cache
_MIX = np.uint32(0x9E3779B1)
_MIX_WIDE = np.uint64(0x9E3779B97F4A7C15)
_MIX_TRIPLE = np.uint32(0x85EBCA6B)
_MIX_FOUR = np.uint32(0xC2B2AE35)
_ONE, _SEVEN = np.uint8(1), np.uint32(7)
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_CODE_BITS = np.uint64(21)


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


@dataclass(frozen=True)
class KeyTable:
    """An open hash table from 64-bit keys to numbers ≥ 0, looked up for a whole array at a time."""

    keys: Keys
    values: npt.NDArray[np.int32]

    @staticmethod
    def build(keys: Keys, values: npt.NDArray[np.int32]) -> "KeyTable":
        """`keys` must be distinct. A quarter to a half of the places is filled."""
        bits = max(4, int(2 * len(keys)).bit_length())
        table = np.full(1 << bits, _EMPTY, dtype=np.uint64)
        found = np.full(1 << bits, -1, dtype=np.int32)
        waiting = np.arange(len(keys))
        places = _places(keys, bits)
        while len(waiting):
            free = np.flatnonzero(table[places] == _EMPTY)
            taken, first = np.unique(places[free], return_index=True)
            chosen = free[first]
            table[taken] = keys[waiting[chosen]]
            found[taken] = values[waiting[chosen]]
            left = np.ones(len(waiting), dtype=np.bool_)
            left[chosen] = False
            waiting = waiting[left]
            places = (places[left] + 1) & ((1 << bits) - 1)
        return KeyTable(table, found)

    def get(self, keys: Keys) -> npt.NDArray[np.int32]:
        """The number of each key, -1 where it is not in the table."""
        bits = len(self.keys).bit_length() - 1
        places = _places(keys, bits)
        there = self.keys.take(places)
        same = there == keys
        result = np.where(same, self.values.take(places), np.int32(-1))
        open_ = np.flatnonzero(~same & (there != _EMPTY))
        places = places[open_]
        while len(open_):
            places = (places + 1) & (len(self.keys) - 1)
            wanted = keys[open_]
            there = self.keys.take(places)
            same = there == wanted
            result[open_[same]] = self.values.take(places[same])
            more = ~same & (there != _EMPTY)
            open_, places = open_[more], places[more]
        return result


def _places(keys: Keys, bits: int) -> Ints:
    mixed = (keys ^ (keys >> np.uint64(29))) * _MIX_WIDE
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


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

    Patterns of one and two characters are looked up directly; longer ones pass a filter of their first two characters,
    one of their first three, then the table of first threes, and walk on from there.
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
        self._twos = KeyTable.build(pair_key(codes[first], codes[first + 1]), twos.astype(np.int32))
        self._build(patterns, np.flatnonzero(lengths > 2))
        bits = min(24, max(12, int(len(twos) * 64).bit_length()))
        self._pairs = np.zeros(1 << bits, dtype=np.bool_)
        self._pairs[pair_marks(codes[first], codes[first + 1], bits)] = True
        self._prepare()

    def _build(self, patterns: Patterns, active: Ints) -> None:
        """The trie, one level at a time: level 3 by the first three characters, then by (node, character)."""
        codes, lengths = patterns.codes, patterns.lengths
        starts = patterns.offsets[:-1]
        begin = starts[active]
        keys = _triple_key(codes[begin], codes[begin + 1], codes[begin + 2])
        heads, nodes = np.unique(keys, return_inverse=True)
        self._heads = KeyTable.build(heads, np.arange(len(heads), dtype=np.int32))
        triples = _triple_marks(codes[begin], codes[begin + 1], codes[begin + 2])
        self._triples = bit_filter(triples, len(heads))
        three = lengths[active] == 3
        self._threes = bit_filter(triples[three], int(three.sum()))
        begin = begin[~three]
        fours = (triples[~three] ^ (codes[begin + 3] * _MIX)) * _MIX_FOUR
        self._fours = bit_filter(fours, len(begin))
        count = len(heads)
        ends: list[tuple[Ints, Ints]] = []
        edge_keys: list[Keys] = []
        depth = 3
        while len(active):
            done = lengths[active] == depth
            ends.append((nodes[done], active[done]))
            active, nodes = active[~done], nodes[~done]
            if not len(active):
                break
            keys = pair_key(nodes, codes[starts[active] + depth])
            level, nodes = np.unique(keys, return_inverse=True)
            nodes = nodes + count
            edge_keys.append(level)
            count += len(level)
            depth += 1
        every = np.concatenate(edge_keys) if edge_keys else np.zeros(0, dtype=np.uint64)
        self._edges = KeyTable.build(every, np.arange(len(heads), count, dtype=np.int32))
        self._ends = np.full(count, -1, dtype=np.int32)
        for where, numbers in ends:
            self._ends[where] = numbers
        self._leads_on = np.zeros(count, dtype=np.bool_)
        self._leads_on[(every >> _CODE_BITS).astype(np.int64)] = True

    def _prepare(self) -> None:
        self._pair_bits = len(self._pairs).bit_length() - 1
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
            found = self._twos.get(pair_key(codes[twos], codes[twos + 1]))
            real = np.flatnonzero(found >= 0)
            starts.append(twos[real])
            numbers.append(found[real].astype(np.int64))
        if len(more):
            self._walk(codes, more, starts, numbers)
        return np.concatenate(starts), np.concatenate(numbers)

    def _candidates(self, codes: Codes) -> tuple[Ints, Ints]:
        """Where two characters stand that may be a pattern; where three stand that may begin a longer one."""
        twos = [np.zeros(0, dtype=np.int64)]
        more = [np.zeros(0, dtype=np.int64)]
        pair_shift = np.uint32(32 - self._pair_bits)
        any_two, any_more = bool(self._pairs.any()), bool(self._triples.any())
        for low in range(0, len(codes) - 1, _CHUNK):
            # Two characters further than the pairs reach: the third and fourth of a longer pattern.
            mixed = codes[low : low + _CHUNK + 3] * _MIX
            size = min(_CHUNK, len(codes) - 1 - low)
            pairs = mixed[:size] >> np.uint32(5)
            pairs ^= mixed[1 : size + 1]
            if any_two:
                places = np.flatnonzero(self._pairs.take((pairs >> pair_shift).astype(np.int64)))
                if len(places):
                    twos.append(places + low)
            size = min(_CHUNK, len(codes) - 2 - low)
            if not any_more or size < 1:
                continue
            marks = pairs[:size]
            marks *= _MIX_TRIPLE
            marks ^= mixed[2 : size + 2]
            marks *= _MIX_TRIPLE
            places = np.flatnonzero(in_filter(self._triples, marks))
            marks = marks.take(places)
            whole = in_filter(self._threes, marks)
            marks ^= mixed.take(places + 3, mode="clip")
            marks *= _MIX_FOUR
            whole |= in_filter(self._fours, marks)
            places = places.take(np.flatnonzero(whole))
            if len(places):
                more.append(places + low)
        return np.concatenate(twos), np.concatenate(more)

    def _walk(self, codes: Codes, places: Ints, starts: list[Ints], numbers: list[Ints]) -> None:
        nodes = self._heads.get(
            _triple_key(codes.take(places), codes.take(places + 1), codes.take(places + 2))
        )
        depth = 3
        while True:
            alive = np.flatnonzero(nodes >= 0)
            places, nodes = places[alive], nodes[alive]
            ended = self._ends.take(nodes)
            whole = np.flatnonzero(ended >= 0)
            if len(whole):
                starts.append(places[whole])
                numbers.append(ended[whole].astype(np.int64))
            alive = np.flatnonzero(self._leads_on.take(nodes) & (places < len(codes) - depth))
            if not len(alive):
                return
            places, nodes = places[alive], nodes[alive]
            nodes = self._edges.get(pair_key(nodes, codes.take(places + depth)))
            depth += 1

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "single_numbers": self._single_numbers,
            "single_codes": self._single_codes,
            "two_keys": self._twos.keys,
            "two_values": self._twos.values,
            "head_keys": self._heads.keys,
            "head_values": self._heads.values,
            "pairs": self._pairs,
            "triples": self._triples,
            "threes": self._threes,
            "fours": self._fours,
            "edge_keys": self._edges.keys,
            "edge_values": self._edges.values,
            "ends": self._ends,
            "leads_on": self._leads_on,
        }

    @classmethod
    def load(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "BulkMatcher":
        """From what `arrays` gave."""
        matcher = cls.__new__(cls)
        matcher._single_numbers = arrays["single_numbers"].view(np.int64)
        matcher._single_codes = arrays["single_codes"].view(np.uint32)
        matcher._twos = KeyTable(arrays["two_keys"].view(np.uint64), arrays["two_values"].view(np.int32))
        matcher._heads = KeyTable(arrays["head_keys"].view(np.uint64), arrays["head_values"].view(np.int32))
        matcher._pairs = arrays["pairs"].view(np.bool_)
        matcher._triples = arrays["triples"].view(np.uint8)
        matcher._threes = arrays["threes"].view(np.uint8)
        matcher._fours = arrays["fours"].view(np.uint8)
        matcher._edges = KeyTable(arrays["edge_keys"].view(np.uint64), arrays["edge_values"].view(np.int32))
        matcher._ends = arrays["ends"].view(np.int32)
        matcher._leads_on = arrays["leads_on"].view(np.bool_)
        matcher._prepare()
        return matcher


def pair_key(first: npt.NDArray[np.generic], code: Codes) -> Keys:
    """One key for a node or character and the character after it."""
    return (first.astype(np.uint64) << _CODE_BITS) | code.astype(np.uint64)


def _triple_key(first: Codes, second: Codes, third: Codes) -> Keys:
    return (pair_key(first, second) << _CODE_BITS) | third.astype(np.uint64)


def _triple_marks(first: Codes, second: Codes, third: Codes) -> Codes:
    """What the filters know three characters by; computed as in `_candidates`."""
    marks = ((first * _MIX) >> np.uint32(5)) ^ (second * _MIX)
    return ((marks * _MIX_TRIPLE) ^ (third * _MIX)) * _MIX_TRIPLE


def bit_filter(marks: Codes, distinct: int) -> npt.NDArray[np.uint8]:
    """A bit for every mark, some sixteen times as many bits as marks; one byte holds eight bits."""
    bits = min(30, max(12, int(distinct * 16).bit_length()))
    filled = np.zeros(1 << bits, dtype=np.bool_)
    filled[marks >> np.uint32(32 - bits)] = True
    return np.packbits(filled, bitorder="little")


def in_filter(filled: npt.NDArray[np.uint8], marks: Codes) -> npt.NDArray[np.bool_]:
    """For each mark whether its bit is set: True for all that were put in, and for few others."""
    bits = len(filled).bit_length() - 1 + 3
    slots = marks >> np.uint32(32 - bits)
    there = filled.take((slots >> np.uint32(3)).astype(np.int64))
    slots &= _SEVEN
    there >>= slots.astype(np.uint8)
    there &= _ONE
    return there.view(np.bool_)
