"""What the bold channels ask of every character, in 16 bits each: looked up once for a text, by all of them."""

from functools import cache

import numpy as np
import numpy.typing as npt

from filingdesk.scan.pinyin import MUTE, SYLLABLE_BITS, sounds

Signs = npt.NDArray[np.uint16]

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
