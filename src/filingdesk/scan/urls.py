"""Tells whether a place lies wholly inside an internet address, where loosely found words mean nothing."""

import re

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[!-~]+"
    r"|[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?:[a-z0-9-]+\.)+(?:com|net|org|cn|gov|edu|info|io|cc|top|xyz|vip|me|tv|co|app|site|club|shop)\b(?:[:/?#][!-~]*)?",
    re.IGNORECASE,
)
_REACH = 2_000


def inside_address(text: str, start: int, end: int) -> bool:
    """Whether `start`:`end` lies wholly in a web or e-mail address of `text`.

    Addresses are ASCII without blanks; of an endless ASCII run only the surroundings are looked at.
    """
    low, high = start, end
    while low > 0 and start - low < _REACH and "!" <= text[low - 1] <= "~":
        low -= 1
    while high < len(text) and high - end < _REACH and "!" <= text[high] <= "~":
        high += 1
    for found in _ADDRESS.finditer(text, low, high):
        if found.start() > start:
            return False
        if found.end() >= end:
            return True
    return False
