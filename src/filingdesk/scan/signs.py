"""What the bold channels ask of every character, in 16 bits each: looked up once for a text, by all of them."""

from functools import cache

import numpy as np
import numpy.typing as npt

from filingdesk.scan.matcher_tables import Ints, pick, where_few
from filingdesk.scan.pinyin import MUTE, SYLLABLE_BITS, sounds

Signs = npt.NDArray[np.uint16]

_CHUNK = 1 << 16  # characters at a time: what is needed only in passing stays in the processor's cache
_ONE = np.uint16(1)

SOUND = np.uint16(MUTE)
"""The bits of the commonest syllable's number; `MUTE` where a character has none."""
LETTER, FIRST, SECOND, BEGINS, FOLLOWS, ALONE = (np.uint16(1 << (SYLLABLE_BITS + n)) for n in range(6))
"""A Latin letter; may be the first component of a character, the second; of a keyword that is not known by its sound may
be the first character, the second, the only one."""


@cache
def _sounding() -> Signs:
    table = sounds().heard.copy()
    table[97 : 97 + 26] |= LETTER
    return table


def sign_table(*, sounding: bool) -> Signs:
    """A table over all code points, to be marked further; without sounds where nobody asks for them."""
    return _sounding().copy() if sounding else np.zeros(0x110000, dtype=np.uint16)


def marked(signs: Signs) -> tuple[Ints, Signs]:
    """The places where something may begin, and what: `LETTER`, `ALONE`; `FIRST`, `BEGINS` where the next character fits."""
    found = [np.zeros(0, dtype=np.int64)]
    kinds = [np.zeros(0, dtype=np.uint16)]
    for low in range(0, len(signs), _CHUNK):
        here = signs[low : low + _CHUNK]
        marks = here & (LETTER | ALONE)
        after = (
            signs[low + 1 : low + _CHUNK + 1] >> _ONE
        )  # `SECOND` and `FOLLOWS` where `FIRST` and `BEGINS` are
        after &= here[: len(after)]
        after &= FIRST | BEGINS
        marks[: len(after)] |= after
        places = where_few(marks.astype(np.bool_))
        kinds.append(pick(marks, places))
        found.append(places + low)
    return np.concatenate(found), np.concatenate(kinds)
