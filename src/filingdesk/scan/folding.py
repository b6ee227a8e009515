"""What one character folds to: the Unicode knowledge behind the code-point table of `scan.normalize`."""

import unicodedata
from functools import cache

from filingdesk.infra.resources import resource_path

# Letters of other scripts that look like a Latin letter. Both cases of a pair share one target, so that
# a Cyrillic or Greek word still equals itself in capitals.
_CYRILLIC = dict(zip("авекмнорстухѕіјһԁԛԝ", "abekmhopctyxsijhdqw", strict=True))
_GREEK = dict(zip("αβεζηικμνορτυχϲ", "abezhikmnoptyxc", strict=True))
# Latin letters in disguise: small capitals, script g, dotless i and j, turned or barred forms stay alone.
_SMALL_CAPS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɡıȷɑ", "abcdefghijklmnoprstuvwyzgija", strict=True))

# Ideographs that people use as separators between other characters ("赌丶博").
_SEPARATOR_IDEOGRAPHS = "丶丨"

# Number styles: taken for the digit where the caller asks for it.
NUMBERS = dict(zip("〇零一壹二贰三叁四肆五伍六陆七柒八捌九玖", "00112233445566778899", strict=True))

# Invisible although Unicode calls them letters: Hangul fillers and the Khmer inherent vowels.
_INVISIBLE_LETTERS = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5}

# Combining marks that decorate any letter. Vowel signs of Tibetan, Thai, the Indic scripts … are part of
# the spelling and stay.
_MARK_RANGES = (
    (0x0300, 0x0370),
    (0x0483, 0x048A),
    (0x0591, 0x05BE),
    (0x0610, 0x061B),
    (0x064B, 0x0660),
    (0x0670, 0x0671),
    (0x06D6, 0x06EE),
    (0x1AB0, 0x1B00),
    (0x1DC0, 0x1E00),
    (0x20D0, 0x2100),
    (0x302A, 0x3030),
    (0x3099, 0x309B),
    (0xA66F, 0xA67E),
    (0xFE20, 0xFE30),
)

# Whole blocks that are skipped even where this Python's Unicode does not know a character yet.
_SKIPPED_BLOCKS = (
    (0x180B, 0x1810),  # Mongolian variation selectors
    (0x2060, 0x2070),  # invisible operators
    (0xFE00, 0xFE10),  # variation selectors
    (0x1F000, 0x1F100),  # tiles, cards
    (0x1F1E6, 0x1F200),  # regional indicators: flags
    (0x1F300, 0x1FB00),  # emoji and pictographs
    (0xE0000, 0xE1000),  # tags, variation selectors supplement
)

# Symbols that NFKC would turn into letters, but that people only strew between characters.
_ORNAMENTS = "™℠℡℻"

OTHER, LETTER, DIGIT, SKIP_VISIBLE, SKIP_INVISIBLE = range(5)


def _enclosed_letters() -> dict[str, str]:
    """Digits and letters in discs and squares that NFKC leaves alone."""
    found: dict[str, str] = {}
    for first in (0x2776, 0x2780, 0x278A, 0x24F5):
        found.update({chr(first + n): str(n + 1) for n in range(9)})
    found.update({"⓿": "0", "🄋": "0", "🄌": "0"})
    for first in (0x1F150, 0x1F170):
        found.update({chr(first + n): chr(ord("a") + n) for n in range(26)})
    return found


@cache
def traditional_to_simplified() -> dict[str, str]:
    """One-to-one character pairs from `resources/codes/trad2simp.tsv`."""
    text = resource_path("codes", "trad2simp.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return dict(pairs)


@cache
def _substitutes() -> dict[str, str]:
    return {
        **traditional_to_simplified(),
        **_CYRILLIC,
        **_GREEK,
        **_SMALL_CAPS,
        **_enclosed_letters(),
    }


def is_ornament(char: str) -> bool:
    """Whether `char` is skipped although NFKC gives it letters."""
    return char in _ORNAMENTS


_MARKS = frozenset(code for low, high in _MARK_RANGES for code in range(low, high))


def _is_mark(code: int) -> bool:
    return code in _MARKS


def fold_character(char: str) -> str:
    """What `char` folds to, before anything is skipped; usually one character, sometimes several."""
    substitutes = _substitutes()
    if char not in substitutes and not unicodedata.decomposition(char) and char.casefold() == char:
        return _decimal(char)
    for _ in range(4):  # the steps feed each other (ẛ, compatibility ideographs); four rounds settle all
        decomposed = unicodedata.normalize("NFKD", char)
        if len(decomposed) > 1:
            # A precomposed é must equal e + accent, whose accent is skipped.
            decomposed = "".join(c for c in decomposed if not _is_mark(ord(c))) or decomposed
        folded = unicodedata.normalize("NFKC", decomposed).casefold()
        folded = "".join(substitutes.get(c) or _decimal(c) for c in folded)
        if folded == char:
            break
        char = folded
    return char


def _decimal(char: str) -> str:
    if char.isdecimal() and not char.isascii():
        return str(unicodedata.decimal(char))
    return char


@cache
def skipped_blocks() -> list[tuple[int, int, int]]:
    """Blocks that are skipped as a whole: (first code point, end, kind)."""
    return [
        (low, high, SKIP_VISIBLE if 0x1F000 <= low < 0x1FB00 else SKIP_INVISIBLE)
        for low, high in _SKIPPED_BLOCKS
    ]


@cache
def skip_kind(code: int) -> int:
    """SKIP_VISIBLE, SKIP_INVISIBLE, or OTHER for a character that counts when words are compared.

    Knows nothing of `skipped_blocks`.
    """
    if code in _INVISIBLE_LETTERS or _is_mark(code):
        return SKIP_INVISIBLE
    char = chr(code)
    category = unicodedata.category(char)
    if category in ("Cf", "Me") or (category == "Cc" and not char.isspace()):
        return SKIP_INVISIBLE
    if category[0] in "ZPS" or category == "Cc" or char in _SEPARATOR_IDEOGRAPHS:
        return SKIP_VISIBLE
    return OTHER


_CASED = frozenset(("Ll", "Lu", "Lt"))


def word_kind(folded: str) -> int:
    """LETTER for cased scripts (they write words with spaces), DIGIT for decimal digits, else OTHER."""
    categories = {unicodedata.category(c) for c in folded}
    if not categories.isdisjoint(_CASED):
        return LETTER
    return DIGIT if "Nd" in categories else OTHER


def remarkable_codes() -> list[int]:
    """Every code point whose entry in the table differs from "itself, of kind OTHER"."""
    # Between these lie ideographs, Hangul syllables, private use and extinct scripts, which stay themselves.
    ranges = [(0, 0x3400), (0xA490, 0xAC00), (0xF900, 0x12000), (0x16A00, 0x17000), (0x1B000, 0x20000)]
    ranges.append((0x2F800, 0x2FA20))
    codes: list[int] = []
    category, decomposition = unicodedata.category, unicodedata.decomposition
    substitutes = _substitutes()
    for low, high in ranges:
        for code in range(low, high):
            char = chr(code)
            kind = category(char)
            if kind == "Cn" or (kind == "Lo" and not decomposition(char) and code not in _INVISIBLE_LETTERS):
                continue
            codes.append(code)
    codes.extend(ord(c) for c in substitutes)
    codes.extend(ord(c) for c in _SEPARATOR_IDEOGRAPHS)
    return sorted(set(codes))
