"""Filters of how patterns begin: they tell where none does, and leave few places for the trie."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_tables import Codes, Ints, Text, pick

Bits = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

MIX = np.uint32(0x9E3779B1)
_MIX_FOUR = np.uint32(0xC2B2AE35)
_ONE, _SEVEN = np.uint8(1), np.uint32(7)


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
    there = pick(filled, slots >> np.uint32(3))
    slots &= _SEVEN
    there >>= slots.astype(np.uint8)
    there &= _ONE
    return there.view(np.bool_)


def _with_next(marks: Codes, character: Text) -> Codes:
    """What stands for one character more."""
    mixed: Codes = character * MIX
    mixed ^= marks
    mixed *= _MIX_FOUR
    return mixed


@dataclass(frozen=True)
class Beginnings:
    """Of patterns of three and more characters, known by marks of their first three: filters of these (`triples`), of whole
    patterns of three and four, and of the first five of longer ones. One of four passes a filter of its own: a place in a
    text that begins like it may be nothing of the kind.
    """

    triples: Bits
    threes: Bits
    fours: Bits
    fives: Bits

    @staticmethod
    def build(text: Codes, begin: Ints, lengths: Ints, marks: Codes) -> "Beginnings":
        """Of patterns that `begin` so in a text, with the marks of the first three characters of each."""
        filters = [bit_filter(marks, len(np.unique(marks)))]
        for length in (3, 4):
            whole = lengths == length
            filters.append(bit_filter(marks[whole], int(whole.sum())))
            begin, lengths = begin[~whole], lengths[~whole]
            marks = _with_next(marks[~whole], text[begin + length])
        filters.append(bit_filter(marks, len(np.unique(marks))))
        return Beginnings(*filters)

    def known(self, marks: Codes) -> Ints:
        """Which of the marks are those of three characters that begin a pattern."""
        return in_filter(self.triples, marks).nonzero()[0]

    def promising(self, text: Text, places: Ints, marks: Codes) -> Ints:
        """Of such places those where a pattern of three or four may stand, or one of five begin."""
        whole = in_filter(self.threes, marks)
        for length, known in ((3, self.fours), (4, self.fives)):
            marks = _with_next(marks, text.take(places + length, mode="clip"))
            whole |= in_filter(known, marks)
        return pick(places, whole.nonzero()[0])

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {"triples": self.triples, "threes": self.threes, "fours": self.fours, "fives": self.fives}

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[np.generic]]) -> "Beginnings":
        """From what `arrays` gave."""
        return Beginnings(*(arrays[name].view(np.uint8) for name in ("triples", "threes", "fours", "fives")))
