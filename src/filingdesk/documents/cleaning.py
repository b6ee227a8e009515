"""Takes out of typed text what no paper can print: control characters and invisible direction marks."""

import re
import unicodedata

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
# Emoji and text presentation selectors have no shape of their own.
_SELECTORS = frozenset("\ufe0e\ufe0f")
# Everything that could be dropped lies in these ranges (a superset): other text is passed on at once.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u08ff\u180e\u200b-\u206f\ud800-\udfff\ufdd0-\ufdef\ufe0e\ufe0f\ufeff\ufff0-\uffff"
    "\U00010000-\U0010ffff]"
)
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})


def _is_noncharacter(code: int) -> bool:
    return 0xFDD0 <= code <= 0xFDEF or (code & 0xFFFE) == 0xFFFE


def clean_text(text: str) -> tuple[str, int]:
    """Return (text fit for print, how many characters were dropped).

    Every kind of line break becomes a line feed and a tab becomes a space (neither counts as dropped); control
    characters, zero-width and direction marks, lone surrogates and noncharacters are dropped. Everything visible stays.
    """
    if not _SUSPECT.search(text):
        return text, 0
    text = _LINE_BREAKS.sub("\n", text).replace("\t", " ")
    kept = [
        char
        for char in text
        if char == "\n"
        or (
            unicodedata.category(char) not in _DROPPED_CATEGORIES
            and char not in _SELECTORS
            and not _is_noncharacter(ord(char))
        )
    ]
    return "".join(kept), len(text) - len(kept)
