"""Finds keywords in a stream of syllables: pairs by tables of what makes a pair credible, longer ones by filters and a trie.

Any two syllables of Chinese text sound like some short keyword, and next to none of these are meant. So a keyword of two
characters is not looked up by its two syllables: it is known by what its hits must have besides, one of its characters or
both tones. Only what is credible is ever listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_tables import Codes, Ints, SlotTable, bit_filter, concatenated, in_filter
from filingdesk.scan.matcher_trie import HEAD, Trie
from filingdesk.scan.pinyin import MUTE, SYLLABLE_BITS, heard, heard_token, sounds

Arrays = Mapping[str, npt.NDArray[np.generic]]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.unsignedinteger[Any]]

_CHUNK = 1 << 17
_BITS = np.uint32(SYLLABLE_BITS)
_PAIRS = 1 << (2 * SYLLABLE_BITS)
_FEW = 6  # keywords of one sound that are looked at one by one
_TONED_BITS = np.uint32(12)
_MIX = np.uint32(0x9E3779B1)
_MIX_KEY = np.uint32(0x85EBCA6B)
_MIX_FOUR = np.uint32(0xC2B2AE35)


@dataclass(frozen=True)
class _Lists:
    """For each key the numbers that belong to it; a filter says at once of most other keys that they are not here."""

    filter: Flags
    table: SlotTable
    first: Ints
    count: Ints
    numbers: Ints

    @staticmethod
    def build(keys: Codes, numbers: Ints) -> "_Lists":
        order = np.argsort(keys, kind="stable")
        distinct, first, count = np.unique(keys[order], return_index=True, return_counts=True)
        table, slots = SlotTable.build(distinct.astype(np.uint64))
        firsts, counts = (np.zeros(len(table.slots), dtype=np.int64) for _ in range(2))
        firsts[slots], counts[slots] = first, count
        bits = min(22, max(12, int(len(distinct) * 16).bit_length()))
        marked = np.zeros(1 << bits, dtype=np.bool_)
        marked[(distinct * _MIX_KEY) >> np.uint32(32 - bits)] = True
        return _Lists(marked, table, firsts, counts, numbers[order])

    def get(self, keys: Codes) -> tuple[Ints, Ints]:
        """(place of the key in `keys`, number) of all numbers of all keys."""
        marks = keys * _MIX_KEY
        marks >>= np.uint32(33 - len(self.filter).bit_length())
        near = np.flatnonzero(self.filter.take(marks.astype(np.int64)))
        known, slots = self.table.get(keys.take(near).astype(np.uint64))
        counts = self.count.take(slots)
        return (
            np.repeat(near.take(known), counts),
            self.numbers.take(concatenated(self.first.take(slots), counts)),
        )

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.generic]]:
        return {
            f"{name}_filter": self.filter,
            f"{name}_slots": self.table.slots,
            f"{name}_levels": np.array(self.table.levels),
            f"{name}_first": self.first,
            f"{name}_count": self.count,
            f"{name}_numbers": self.numbers,
        }

    @staticmethod
    def load(arrays: Arrays, name: str) -> "_Lists":
        return _Lists(
            arrays[f"{name}_filter"].view(np.bool_),
            SlotTable(arrays[f"{name}_slots"].view(np.uint64), arrays[f"{name}_levels"].tolist()),
            arrays[f"{name}_first"].view(np.int64),
            arrays[f"{name}_count"].view(np.int64),
            arrays[f"{name}_numbers"].view(np.int64),
        )


@dataclass(frozen=True)
class Twos:
    """The keywords of two characters: `first`, `second` are the characters of each, the syllables and tones those of one
    way to read them. A number here is the place in these columns.
    """

    codes: tuple[Codes, Codes]
    syllables: tuple[Codes, Codes]
    tones: tuple[Bytes, Bytes]

    def take(self, order: Ints) -> "Twos":
        """The same keywords in another order."""
        (left, right), (high, low), (upper, lower) = self.codes, self.syllables, self.tones
        return Twos(
            (left.take(order), right.take(order)),
            (high.take(order), low.take(order)),
            (upper.take(order), lower.take(order)),
        )


class TwoFinder:
    """Where two syllables stand for a keyword of two characters, and say so by a character, by letters or by both tones.

    Where few keywords sound alike each is looked at; where many do, only those are listed that share a character or
    both tones with the text.
    """

    def __init__(self, twos: Twos) -> None:
        pairs = _pair(*twos.syllables)
        order = np.argsort(pairs, kind="stable")
        twos = twos.take(order)
        self._twos, self._order = twos, order
        (left, right), (high, low) = twos.codes, twos.syllables
        counts = np.bincount(pairs, minlength=_PAIRS)
        # Small numbers in small tables: they are looked up at random, and should stay in the processor's cache.
        self._first = (np.cumsum(counts) - counts).astype(np.int32)
        self._count = counts.astype(np.min_scalar_type(int(counts.max(initial=0)) | 0xFFFF))
        # A character that stands in the text literally is heard there as what it commonly is.
        numbers = np.flatnonzero(counts.take(pairs.take(order)) > _FEW)
        common = [
            numbers[heard(one[numbers]) == sound[numbers]] for one, sound in ((left, high), (right, low))
        ]
        self._by_left = _Lists.build(_pair(left, low)[common[0]], common[0])
        self._by_right = _Lists.build(_pair(right, high)[common[1]], common[1])
        self._by_tones = _Lists.build(*_toned_keys(twos, numbers))
        self._known: Flags = counts > 0

    def candidates(self, pairs: Codes) -> tuple[Ints, Codes]:
        """Which pairs of syllables are those of a keyword, and these pairs."""
        places = np.flatnonzero(self._known.take(pairs.astype(np.int64)))
        return places, pairs.take(places)

    def find(self, codes: tuple[Codes, Codes], pairs: Codes, spelled: Flags) -> tuple[Ints, Ints]:
        """(row, number) of all that is credible: columns of characters and their pairs of syllables; `spelled` where one of the
        two stands in letters."""
        counts = self._count.take(pairs)
        few = counts <= _FEW
        few |= spelled
        rows = np.flatnonzero(~few)
        every = np.flatnonzero(few) if len(rows) else np.arange(len(few))
        found = self._each(codes, spelled, self._first.take(pairs).astype(np.int64), counts, every)
        if len(rows):
            found += self._listed(rows, codes[0].take(rows), codes[1].take(rows), pairs.take(rows))
        found.append((rows[:0], rows[:0]))
        rows, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
        return rows, self._order.take(numbers)

    def _each(
        self, codes: tuple[Codes, Codes], spelled: Flags, first: Ints, counts: Counts, chosen: Ints
    ) -> list[tuple[Ints, Ints]]:
        """The chosen rows with each of their keywords that is credible there."""
        if len(chosen) < len(first):
            first, counts = first.take(chosen), counts.take(chosen)
        tones = sounds().tones
        found: list[tuple[Ints, Ints]] = []
        depth = 0
        while len(chosen):
            numbers = first + depth
            in_tune = np.ones(len(chosen), dtype=np.bool_)
            literal: list[Flags] = []
            for side in (0, 1):
                here = codes[side].take(chosen)
                literal.append(here == self._twos.codes[side].take(numbers))
                height = tones.take(here)
                height &= self._twos.tones[side].take(numbers)
                in_tune &= height != 0
            in_tune |= spelled.take(chosen)
            in_tune |= literal[0] ^ literal[1]
            in_tune &= ~(literal[0] & literal[1])
            good = np.flatnonzero(in_tune)
            found.append((chosen.take(good), numbers.take(good)))
            depth += 1
            more = np.flatnonzero(counts > depth)
            chosen, first, counts = chosen.take(more), first.take(more), counts.take(more)
        return found

    def _listed(self, rows: Ints, left: Codes, right: Codes, pairs: Codes) -> list[tuple[Ints, Ints]]:
        """These rows with the keywords that share the left character, the right one, or both tones but no character."""
        high, low = pairs >> _BITS, pairs & np.uint32(MUTE)
        found: list[tuple[Ints, Ints]] = []
        for lists, keys, literal in (
            (self._by_left, _pair(left, low), 0),
            (self._by_right, _pair(right, high), 1),
            (self._by_tones, _toned(left, right), None),
        ):
            row, number = lists.get(keys)
            good = np.ones(len(row), dtype=np.bool_)
            for side, here in enumerate((left, right)):
                if side != literal:
                    good &= here.take(row) != self._twos.codes[side].take(number)
            chosen = np.flatnonzero(good)
            found.append((rows.take(row.take(chosen)), number.take(chosen)))
        return found

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        columns: list[npt.NDArray[np.generic]] = [*self._twos.codes, *self._twos.syllables, *self._twos.tones]
        return {
            **{f"two_column_{number}": column for number, column in enumerate(columns)},
            "two_order": self._order,
            "two_first": self._first,
            "two_count": self._count,
            **self._by_left.arrays("two_by_left"),
            **self._by_right.arrays("two_by_right"),
            **self._by_tones.arrays("two_tones"),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> "TwoFinder":
        """From what `arrays` gave."""
        finder = cls.__new__(cls)
        codes = [arrays[f"two_column_{number}"].view(np.uint32) for number in range(4)]
        tones = [arrays[f"two_column_{number}"].view(np.uint8) for number in (4, 5)]
        finder._twos = Twos((codes[0], codes[1]), (codes[2], codes[3]), (tones[0], tones[1]))
        finder._order = arrays["two_order"].view(np.int64)
        finder._first = arrays["two_first"].view(np.int32)
        finder._count = arrays["two_count"].view(arrays["two_count"].dtype)
        finder._by_left = _Lists.load(arrays, "two_by_left")
        finder._by_right = _Lists.load(arrays, "two_by_right")
        finder._by_tones = _Lists.load(arrays, "two_tones")
        finder._known = finder._count > 0
        return finder


class LongFinder:
    """Patterns of three and more syllables (or characters that have none): filters of three and four, then the trie."""

    def __init__(self, patterns: Patterns, active: Ints) -> None:
        self._trie = Trie.build(patterns.codes, patterns.offsets, active)
        begin, lengths = patterns.offsets[active], patterns.lengths[active]
        marks = self._marks(patterns.codes, begin)
        self._triples = bit_filter(marks, len(np.unique(marks)))
        three = lengths == HEAD
        self._threes = bit_filter(marks[three], int(three.sum()))
        begin = begin[~three]
        self._fours = bit_filter(_four(marks[~three], heard_token(patterns.codes[begin + 3])), len(begin))

    @staticmethod
    def _marks(codes: Codes, begin: Ints) -> Codes:
        pairs = _pair(heard_token(codes[begin]), heard_token(codes[begin + 1]))
        return _three(pairs, heard_token(codes[begin + 2]))

    def candidates(self, pairs: Codes, syllables: Codes) -> Ints:
        """Which places of a chunk begin a pattern, by the filters; `syllables` reach one further than `pairs`."""
        marks = _three(pairs[: len(syllables) - 2], syllables[2:])
        places = np.flatnonzero(in_filter(self._triples, marks))
        if not len(places):
            return places
        marks = marks.take(places)
        whole = in_filter(self._threes, marks)
        whole |= in_filter(self._fours, _four(marks, syllables.take(places + 3, mode="clip")))
        return places.take(np.flatnonzero(whole))

    def find(self, tokens: Codes, places: Ints) -> tuple[Ints, Ints]:
        """(start, pattern) of the patterns that begin at `places`."""
        starts = [np.zeros(0, dtype=np.int64)]
        numbers = [np.zeros(0, dtype=np.int64)]
        if len(places):
            self._trie.find(tokens, places, starts, numbers)
        return np.concatenate(starts), np.concatenate(numbers)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "long_triples": self._triples,
            "long_threes": self._threes,
            "long_fours": self._fours,
            **self._trie.arrays(),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> "LongFinder":
        """From what `arrays` gave."""
        finder = cls.__new__(cls)
        finder._triples = arrays["long_triples"].view(np.uint8)
        finder._threes = arrays["long_threes"].view(np.uint8)
        finder._fours = arrays["long_fours"].view(np.uint8)
        finder._trie = Trie.load(arrays)
        return finder


def candidates(twos: TwoFinder, longs: LongFinder, tokens: Codes) -> tuple[Ints, Codes, Ints]:
    """Where a pair may stand, which, and where something longer may begin: one pass over the stream, a chunk at a time."""
    pair_places = [np.zeros(0, dtype=np.int64)]
    found = [np.zeros(0, dtype=np.uint32)]
    long_places = [np.zeros(0, dtype=np.int64)]
    for low in range(0, len(tokens) - 1, _CHUNK):
        # Three further than the pairs begin: the filter of fours looks at them.
        part = heard_token(tokens[low : low + _CHUNK + 3])
        pairs = _pair(part[:-1], part[1:])
        places, known = twos.candidates(pairs[:_CHUNK])
        places += low
        pair_places.append(places)
        found.append(known)
        if len(part) > 2:
            places = longs.candidates(pairs, part)
            long_places.append(places[: np.searchsorted(places, _CHUNK)] + low)
    return np.concatenate(pair_places), np.concatenate(found), np.concatenate(long_places)


def _pair(high: Codes, low: Codes) -> Codes:
    pairs = high << _BITS
    pairs |= low
    return pairs


def _three(pairs: Codes, third: Codes) -> Codes:
    marks = pairs << _BITS
    marks |= third
    marks *= _MIX
    return marks


def _four(marks: Codes, fourth: Codes) -> Codes:
    mixed = fourth * _MIX
    mixed ^= marks
    mixed *= _MIX_FOUR
    return mixed


def _toned(left: Codes, right: Codes) -> Codes:
    toned = sounds().toned
    keys = toned.take(left).astype(np.uint32)
    keys <<= _TONED_BITS
    keys |= toned.take(right)
    return keys


def _toned_keys(twos: Twos, number: Ints) -> tuple[Codes, Ints]:
    """Every pair of toned syllables that a text may have for these keywords in their tones, with the keyword's number."""
    known = sounds()
    size = np.bincount(known.toned_syllable, minlength=MUTE + 1)
    first = np.cumsum(size) - size
    order = np.argsort(known.toned_syllable, kind="stable")
    columns: list[Codes] = []
    for side in (0, 1):
        syllable = twos.syllables[side][number]
        counts = size[syllable]
        variants = order[concatenated(first[syllable], counts)]
        number = np.repeat(number, counts)
        fit = np.flatnonzero((known.toned_tones[variants] & twos.tones[side][number]) != 0)
        number = number[fit]
        columns = [np.repeat(column, counts)[fit] for column in columns]
        columns.append(variants[fit].astype(np.uint32))
    return (columns[0] << _TONED_BITS) | columns[1], number
