"""Hash tables and filters that are asked for whole arrays at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Text = npt.NDArray[np.unsignedinteger[Any]]
"""Characters, or the numbers of syllables."""

Some = TypeVar("Some", bound=np.generic)

_MIX_WIDE = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_FREE = np.uint64(0x7FFFFFFFFFFFFFFF)  # no key: the highest code point is 0x10FFFF
_CROWDED = np.uint64(1 << 63)
_DOWN, _UP = np.uint64(29), np.uint64(1)
_CODE_BITS = np.uint64(21)


def pick(array: npt.NDArray[Some], places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Some]:
    """`array.take(places)` for places that are known to be inside: a third faster, as it does not look at each of them."""
    return array.take(places, mode="wrap")


@dataclass(frozen=True)
class SlotTable:
    """Distinct keys below 2**63 - 1, each in a slot of its own; the number of that slot is what a look-up gives.

    A key whose slot is taken stands on a further, smaller level, and its first slot bears a mark: so a look-up ends
    after one glance unless it meets a mark. Level n are the slots from `levels[n]` to `levels[n + 1]`.
    """

    slots: Keys
    levels: Sequence[int]

    @staticmethod
    def build(keys: Keys) -> tuple["SlotTable", Ints]:
        """The table, and the slot of each key."""
        where = np.zeros(len(keys), dtype=np.int64)
        parts: list[Keys] = []
        levels = [0]
        waiting = np.arange(len(keys))
        while len(waiting) or not parts:
            # The first level is a quarter to a half full; the others are small and may be wide.
            bits = max(4, int((8 if parts else 2) * len(waiting)).bit_length())
            slots = np.full(1 << bits, _FREE, dtype=np.uint64)
            places = _places(keys[waiting], bits, len(parts))
            taken, first = np.unique(places, return_index=True)
            slots[taken] = keys[waiting[first]]
            where[waiting[first]] = taken + levels[-1]
            left = np.ones(len(waiting), dtype=np.bool_)
            left[first] = False
            slots[places[left]] |= _CROWDED
            waiting = waiting[left]
            parts.append(slots)
            levels.append(levels[-1] + len(slots))
        return SlotTable(np.concatenate(parts), levels), where

    def get(self, keys: Keys) -> tuple[Ints, Ints]:
        """Which of the keys are in the table (their places in `keys`, in no certain order), and the slots of these."""
        numbers: list[Ints] = []
        found: list[Ints] = []
        asked: Ints | None = None
        for level, (low, high) in enumerate(pairwise(self.levels)):
            places = _places(keys, (high - low).bit_length() - 1, level)
            if low:
                places += low
            differ = pick(self.slots, places)
            differ ^= keys
            same = np.flatnonzero((differ << _UP) == 0)
            numbers.append(same if asked is None else asked.take(same))
            found.append(places.take(same))
            further = np.flatnonzero(differ > _CROWDED)
            if not len(further):
                break
            asked = further if asked is None else asked.take(further)
            keys = keys.take(further)
        if len(numbers) == 1:
            return numbers[0], found[0]
        return np.concatenate(numbers), np.concatenate(found)


def _places(keys: Keys, bits: int, level: int) -> Ints:
    mixed = keys >> _DOWN
    mixed ^= keys
    mixed *= _MIX_WIDE[level % len(_MIX_WIDE)] + np.uint64(2 * level)
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def pair_key(first: npt.NDArray[np.generic], code: Text) -> Keys:
    """One key for a slot or character and the character after it."""
    key = first.astype(np.uint64)
    key <<= _CODE_BITS
    key |= code
    return key


def triple_key(first: Text, second: Text, third: Text) -> Keys:
    """One key for three characters."""
    key = pair_key(first, second)
    key <<= _CODE_BITS
    key |= third
    return key


def where_few(mask: npt.NDArray[np.bool_]) -> Ints:
    """`flatnonzero` of a mask that holds few: eight at a time are dismissed."""
    size = len(mask) & ~7
    eights = mask[:size].view(np.uint64)
    rows = (eights != 0).nonzero()[0]
    inside = eights.take(rows).view(np.bool_).nonzero()[0]
    found: Ints = rows.take(inside >> 3)
    found <<= 3
    found |= inside & 7
    if size < len(mask):
        return np.append(found, mask[size:].nonzero()[0] + size)
    return found


def concatenated(ranges_from: Ints, lengths: Ints) -> Ints:
    """All numbers of the ranges that begin at `ranges_from`, one range after the other."""
    total = np.repeat(ranges_from - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return total + np.arange(len(total))
