"""Finds keywords in a stream of syllables: pairs by tables of what makes a pair credible, longer ones by filters and a trie.

Any two syllables of Chinese text sound like some short keyword, and next to none of these are meant. So a keyword of two
characters is not looked up by its two syllables: it is known by what its hits must have besides, one of its characters or
both tones. Only what is credible is ever listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_filters import MIX, Beginnings
from filingdesk.scan.matcher_tables import (
    Codes,
    Ints,
    Keys,
    SlotTable,
    Text,
    concatenated,
    pick,
)
from filingdesk.scan.matcher_trie import Trie
from filingdesk.scan.pinyin import (
    CODE,
    IS_LETTER,
    MUTE,
    SYLLABLE_BITS,
    TONES,
    heard,
    packed,
    packed_characters,
    sounds,
)
from filingdesk.scan.pinyin_stream import Part
from filingdesk.scan.signs import Signs

Arrays = Mapping[str, npt.NDArray[np.generic]]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Pair = tuple[Ints, Ints]

_CHUNK = 1 << 17
_BITS = np.uint32(SYLLABLE_BITS)
_PAIRS = 1 << (2 * SYLLABLE_BITS)
_FEW = 12  # keywords of one sound that are looked at one by one
_TONED_BITS = np.uint32(12)
_MIX_KEY = np.uint32(0x85EBCA6B)
_ONE = np.uint32(1)
_TOP, _CLASSES = np.uint32(1 << 31), np.uint32(31)
# Two packed characters in one number.
_SIDE = np.uint64(32)
_LEFT, _RIGHT = np.uint64(CODE) << _SIDE, np.uint64(CODE)
_LEFT_TONE, _RIGHT_TONE = np.uint64(TONES) << _SIDE, np.uint64(TONES)
_SPELLED = np.uint64(IS_LETTER) << _SIDE | np.uint64(IS_LETTER)


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
        # Those of pair p begin at `first[p]` and end before `first[p + 1]`.
        self._first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        # A character that stands in the text literally is heard there as what it commonly is.
        numbers = np.flatnonzero(counts.take(pairs.take(order)) > _FEW)
        common = [
            numbers[heard(one[numbers]) == sound[numbers]] for one, sound in ((left, high), (right, low))
        ]
        self._by_left = _Lists.build(_pair(left, low)[common[0]], common[0])
        self._by_right = _Lists.build(_pair(right, high)[common[1]], common[1])
        self._by_tones = _Lists.build(*_toned_keys(twos, numbers))
        self._prepare()

    def _prepare(self) -> None:
        self.known: Flags = self._first[1:] > self._first[:-1]
        self._packed = _together(*map(packed, self._twos.codes, self._twos.tones))

    def find(self, text: Keys, pairs: Codes) -> tuple[Pair, Pair]:
        """(row, number) of all that is credible, and of the keywords that stand there as they are.

        Asked are characters in twos and their pairs of syllables, all `known`. A letter stands for the syllable in letters that
        it begins.
        """
        first = pick(self._first, pairs).astype(np.int64)
        counts = pick(self._first, pairs + _ONE) - first
        many = np.flatnonzero(counts > _FEW)
        found, literal = [(many[:0], many[:0])], [(many[:0], many[:0])]
        chosen = np.arange(len(pairs))
        if len(many):
            many = many.take(np.flatnonzero((text.take(many) & _SPELLED) == 0))
            self._listed(many, text.take(many), pairs.take(many), found, literal)
            chosen = np.delete(chosen, many)
            text, first, counts = text.take(chosen), first.take(chosen), counts.take(chosen)
        self._each(text, first, counts, chosen, found, literal)
        return self._columns(found), self._columns(literal)

    def _columns(self, found: list[Pair]) -> Pair:
        rows, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
        return rows, self._order.take(numbers)

    def _each(
        self,
        text: Keys,
        first: Ints,
        counts: Ints,
        rows: Ints,
        found: list[Pair],
        literal: list[Pair],
    ) -> None:
        """Adds the rows with each of their keywords that is credible there, or stands there."""
        depth = 0
        while len(rows):
            numbers = first + depth
            words = pick(self._packed, numbers)
            differ = words ^ text
            left, right = (differ & _LEFT) != 0, (differ & _RIGHT) != 0
            words &= text
            good = (words & _LEFT_TONE) != 0
            good &= (words & _RIGHT_TONE) != 0
            good |= (text & _SPELLED) != 0
            good &= left & right
            good |= left ^ right
            left |= right
            for what, there in ((found, good), (literal, ~left)):
                where = np.flatnonzero(there)
                what.append((pick(rows, where), pick(numbers, where)))
            depth += 1
            more = np.flatnonzero(counts > depth)
            rows, text = rows.take(more), text.take(more)
            first, counts = first.take(more), counts.take(more)

    def _listed(self, rows: Ints, text: Keys, pairs: Codes, found: list[Pair], literal: list[Pair]) -> None:
        """Adds these rows with the keywords that share the left character, the right one, both, or both tones but no character."""
        left, right = ((text >> by & _RIGHT).astype(np.uint32) for by in (_SIDE, np.uint64(0)))
        high, low = pairs >> _BITS, pairs & np.uint32(MUTE)
        for lists, keys, shared in (
            (self._by_left, _pair(left, low), 0),
            (self._by_right, _pair(right, high), 1),
            (self._by_tones, _toned(left, right), None),
        ):
            row, number = lists.get(keys)
            good = np.ones(len(row), dtype=np.bool_)
            for side, here in enumerate((left, right)):
                if side != shared:
                    good &= here.take(row) != self._twos.codes[side].take(number)
            for what, there in ((found, good), (literal, ~good)) if shared == 0 else ((found, good),):
                chosen = np.flatnonzero(there)
                what.append((rows.take(row.take(chosen)), number.take(chosen)))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        columns: list[npt.NDArray[np.generic]] = [*self._twos.codes, *self._twos.syllables, *self._twos.tones]
        return {
            **{f"two_column_{number}": column for number, column in enumerate(columns)},
            "two_order": self._order,
            "two_first": self._first,
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
        finder._by_left = _Lists.load(arrays, "two_by_left")
        finder._by_right = _Lists.load(arrays, "two_by_right")
        finder._by_tones = _Lists.load(arrays, "two_tones")
        finder._prepare()
        return finder


class LongFinder:
    """Patterns of three and more syllables (or characters that have none): filters of their beginnings, then the trie.

    `syllables` are those of all patterns.
    """

    def __init__(self, patterns: Patterns, syllables: Codes, active: Ints) -> None:
        self._trie = Trie.build(syllables, patterns.offsets, active)
        begin, lengths = patterns.offsets[active], patterns.lengths[active]
        pairs, third = _pair(syllables[begin], syllables[begin + 1]), syllables[begin + 2]
        self.thirds = np.zeros(_PAIRS, dtype=np.uint32)
        np.bitwise_or.at(self.thirds, pairs, _TOP >> _class(third))
        marks = _three(pairs, third)
        self._beginnings = Beginnings.build(syllables, begin, lengths, marks)

    def candidates(self, places: Ints, pairs: Codes, syllables: Signs) -> Ints:
        """Which of the places in `syllables`, where these pairs stand, begin a pattern, by the filters."""
        marks = _three(pairs, pick(syllables, places + 2))
        near = self._beginnings.known(marks)
        return self._beginnings.promising(syllables, pick(places, near), pick(marks, near))

    def find(self, syllables: Text, places: Ints) -> tuple[Ints, Ints]:
        """(start, pattern) of the patterns that begin at `places`."""
        starts = [np.zeros(0, dtype=np.int64)]
        numbers = [np.zeros(0, dtype=np.int64)]
        if len(places):
            self._trie.find(syllables, places, starts, numbers)
        return np.concatenate(starts), np.concatenate(numbers)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            **self._beginnings.arrays(),
            "long_thirds": self.thirds,
            **self._trie.arrays(),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> "LongFinder":
        """From what `arrays` gave."""
        finder = cls.__new__(cls)
        finder._beginnings = Beginnings.load(arrays)
        finder.thirds = arrays["long_thirds"].view(np.uint32)
        finder._trie = Trie.load(arrays)
        return finder


class SoundFinder:
    """Both together, in one pass over a stream."""

    def __init__(self, twos: TwoFinder, longs: LongFinder) -> None:
        self.twos, self.longs = twos, longs
        # Of a pair of syllables: whether it is a keyword itself (the top bit), and the classes of those that may follow.
        self._heads = longs.thirds | twos.known.astype(np.uint32) << _CLASSES

    def find(self, row: Part, codes: Codes) -> tuple[Pair, Pair, Pair]:
        """(places, numbers) of credible keywords of two, of such that stand there as they are; (places, patterns) of what is longer.

        Places are those in the row of syllables; `codes` is the text.
        """
        heard = row.heard
        nothing = np.zeros(0, dtype=np.int64)
        near = [(nothing, nothing.astype(np.uint32), nothing.astype(np.uint64))]
        further = [nothing]
        packed = packed_characters()
        for low in range(0, len(heard) - 1, _CHUNK):
            # Further than the pairs begin: the filters look at five.
            part = heard[low : low + _CHUNK + 4]
            size = min(_CHUNK, len(heard) - 1 - low)
            wide = part.astype(np.uint32)
            pairs = _pair(wide[:size], wide[1 : size + 1])
            there = pick(self._heads, pairs)
            two = (there >= _TOP).nonzero()[0]
            thirds = _class(wide[2 : size + 2])
            more = (there[: len(thirds)] << thirds >= _TOP).nonzero()[0]
            further.append(self.longs.candidates(more, pick(pairs, more), part) + low)
            if len(two):
                known = pick(pairs, two)
                two += low
                left, right = (pick(packed, pick(codes, row.begins(place))) for place in (two, two + 1))
                near.append((two, known, _together(left, right)))
        places, pairs, text = (np.concatenate(column) for column in zip(*near, strict=True))
        (rows, numbers), (same, literal) = self.twos.find(text, pairs)
        longer = self.longs.find(heard, np.concatenate(further))
        return (places.take(rows), numbers), (places.take(same), literal), longer


def _together(left: Codes, right: Codes) -> Keys:
    both = left.astype(np.uint64)
    both <<= _SIDE
    both |= right
    return both


def _pair(high: Codes, low: Codes) -> Codes:
    pairs = high << _BITS
    pairs |= low
    return pairs


def _three(pairs: Codes, third: Codes | Signs) -> Codes:
    marks = pairs << _BITS
    marks |= third
    marks *= MIX
    return marks


def _class(syllables: Codes) -> Codes:
    """One of 31 classes of syllables, from 1."""
    classes = syllables & _CLASSES
    np.maximum(classes, _ONE, out=classes)
    return classes


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
