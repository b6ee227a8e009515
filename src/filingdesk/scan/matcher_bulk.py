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
    """The trie and its filter; all arrays, so that it can be stored and loaded as it is."""

    name = "bulk"

    def __init__(self, patterns: Patterns) -> None:
        lengths = patterns.lengths
        self.longest = int(lengths.max()) if len(patterns) else 0
        singles = np.flatnonzero(lengths == 1)
        order = np.argsort(patterns.codes[patterns.offsets[singles]])
        self._single_numbers: Ints = singles[order]
        self._single_codes: Codes = patterns.codes[patterns.offsets[self._single_numbers]]
        self._build(patterns, np.flatnonzero(lengths > 1))
        self._prepare()

    def _build(self, patterns: Patterns, active: Ints) -> None:
        """The trie, one level at a time: level 2 by pairs of characters, then by (node, character)."""
        codes, lengths = patterns.codes, patterns.lengths
        starts = patterns.offsets[:-1]
        begin = starts[active]
        keys = pair_key(codes[begin], codes[begin + 1])
        pair_keys, nodes = np.unique(keys, return_inverse=True)
        self._pairs = KeyTable.build(pair_keys, np.arange(len(pair_keys), dtype=np.int32))
        bits = min(24, max(12, int(len(pair_keys) * 24).bit_length()))
        self._filter = np.zeros(1 << bits, dtype=np.bool_)
        self._filter[pair_marks(codes[begin], codes[begin + 1], bits)] = True
        count = len(pair_keys)
        ends: list[tuple[Ints, Ints]] = []
        edge_keys: list[Keys] = []
        depth = 2
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
        self._edges = KeyTable.build(every, np.arange(len(pair_keys), count, dtype=np.int32))
        self._ends = np.full(count, -1, dtype=np.int32)
        for where, numbers in ends:
            self._ends[where] = numbers
        self._leads_on = np.zeros(count, dtype=np.bool_)
        self._leads_on[(every >> _CODE_BITS).astype(np.int64)] = True

    def _prepare(self) -> None:
        self._bits = len(self._filter).bit_length() - 1
        self._is_single: npt.NDArray[np.bool_] | None = None
        if len(self._single_codes):
            self._is_single = np.zeros(0x110000, dtype=np.bool_)
            self._is_single[self._single_codes] = True

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        """(starts, pattern numbers) of every occurrence, overlapping ones too, in no certain order."""
        starts: list[Ints] = []
        numbers: list[Ints] = []
        if self._is_single is not None:
            where = np.flatnonzero(self._is_single.take(codes))
            starts.append(where)
            numbers.append(self._single_numbers[np.searchsorted(self._single_codes, codes[where])])
        if len(self._pairs.keys) and len(codes) > 1 and len(self._ends):
            self._walk(codes, self._candidates(codes), starts, numbers)
        if not starts:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing
        return np.concatenate(starts), np.concatenate(numbers)

    def _candidates(self, codes: Codes) -> Ints:
        """Where a pair of characters stands that may begin a pattern."""
        shift = np.uint32(32 - self._bits)
        found: list[Ints] = []
        for low in range(0, len(codes) - 1, _CHUNK):
            mixed = codes[low : low + _CHUNK + 1] * _MIX
            marks = _marks(mixed[:-1], mixed[1:], shift)
            found.append(np.flatnonzero(self._filter.take(marks)) + low)
        return np.concatenate(found)

    def _walk(self, codes: Codes, places: Ints, starts: list[Ints], numbers: list[Ints]) -> None:
        nodes = self._pairs.get(pair_key(codes[places], codes[places + 1]))
        depth = 2
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
            "longest": np.array([self.longest]),
            "single_numbers": self._single_numbers,
            "single_codes": self._single_codes,
            "pair_keys": self._pairs.keys,
            "pair_values": self._pairs.values,
            "filter": self._filter,
            "edge_keys": self._edges.keys,
            "edge_values": self._edges.values,
            "ends": self._ends,
            "leads_on": self._leads_on,
        }

    @classmethod
    def load(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "BulkMatcher":
        """From what `arrays` gave."""
        matcher = cls.__new__(cls)
        matcher.longest = int(arrays["longest"].item())
        matcher._single_numbers = arrays["single_numbers"].view(np.int64)
        matcher._single_codes = arrays["single_codes"].view(np.uint32)
        matcher._pairs = KeyTable(arrays["pair_keys"].view(np.uint64), arrays["pair_values"].view(np.int32))
        matcher._filter = arrays["filter"].view(np.bool_)
        matcher._edges = KeyTable(arrays["edge_keys"].view(np.uint64), arrays["edge_values"].view(np.int32))
        matcher._ends = arrays["ends"].view(np.int32)
        matcher._leads_on = arrays["leads_on"].view(np.bool_)
        matcher._prepare()
        return matcher


def pair_key(first: npt.NDArray[np.generic], code: Codes) -> Keys:
    """One key for a node or character and the character after it."""
    return (first.astype(np.uint64) << _CODE_BITS) | code.astype(np.uint64)
