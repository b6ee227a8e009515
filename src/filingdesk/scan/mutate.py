"""Disguises keywords the way people do, one channel at a time, reproducibly: same seed and word, same disguise."""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from filingdesk.infra.resources import resource_path
from filingdesk.scan.folding import traditional_to_simplified

CARRIERS_FILE = "_carriers.txt"
_SLOT = "{}"


class Variant(NamedTuple):
    """A disguised keyword; `method` is a stable English word (case, width, traditional, space, emoji …)."""

    text: str
    method: str


class Dice:
    """Draws that depend on the given texts alone: on no clock, no process, no version of Python."""

    def __init__(self, *parts: object) -> None:
        self._seed = "\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
        self._round = 0
        self._state = self._bound = 0

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        if self._bound < limit << 32:  # what is left would favour the small numbers
            raw = hashlib.blake2b(self._seed + self._round.to_bytes(4, "big"), digest_size=32).digest()
            self._round += 1
            self._state, self._bound = int.from_bytes(raw, "big"), 1 << 256
        self._state, drawn = divmod(self._state, limit)
        self._bound //= limit
        return drawn

    def choice(self, options: Sequence[str]) -> str:
        """One of the options."""
        return options[self.below(len(options))]


# Letters of other scripts that people put in place of Latin ones; what the engine folds is its own affair.
_LOOKALIKES = str.maketrans("aceopxyABEHKMOPCTX", "асеорхуАВЕНКМОРСТХ")
_WIDE = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_CIRCLED = {
    **{ord("a") + n: 0x24D0 + n for n in range(26)},
    **{ord("A") + n: 0x24B6 + n for n in range(26)},
    **{ord("1") + n: 0x2460 + n for n in range(9)},
}
_BOLD = {
    **{ord("a") + n: 0x1D41A + n for n in range(26)},
    **{ord("A") + n: 0x1D400 + n for n in range(26)},
    **{ord("0") + n: 0x1D7CE + n for n in range(10)},
}

SEPARATORS: Mapping[str, tuple[str, ...]] = {
    "space": (" ", "  ", "\u3000", "\u00a0", "\t"),
    "punctuation": ("·", "*", ".", "-", "_", "、", "|", "/", "~", "，", "…", "【", "^"),
    "invisible": ("\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad"),
    "mark": ("\u0301", "\u0336", "\u20dd", "\ufe0f"),
    "emoji": ("😀", "🔥", "🌸", "★", "❤️", "👉"),
}
"""What the skip channel puts between two characters, by method."""


@cache
def _traditional() -> dict[str, str]:
    """simplified → its traditional forms."""
    found: dict[str, str] = {}
    for traditional, simplified in traditional_to_simplified().items():
        found[simplified] = found.get(simplified, "") + traditional
    return found


@cache
def _radicals() -> dict[str, str]:
    """ideograph → the radical or compatibility character that looks the same (大 → ⼤)."""
    found: dict[str, str] = {}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            found.setdefault(plain, chr(code))
    return found


def _by_table(word: str, table: Mapping[str, str], dice: Dice) -> str:
    return "".join(dice.choice(table[char]) if char in table else char for char in word)


def _case(word: str, dice: Dice) -> str:
    # ß and its like change their length with their case: not a disguise of the same letters.
    ways = [w for w in (word.upper(), word.lower(), word.swapcase()) if w != word and len(w) == len(word)]
    ways = [w for w in ways if w.casefold() == word.casefold()]
    return dice.choice(ways) if ways else word


_FOLDED: tuple[tuple[str, Callable[[str, Dice], str]], ...] = (
    ("case", _case),
    ("width", lambda word, _dice: word.translate(_WIDE)),
    ("circled", lambda word, _dice: word.translate(_CIRCLED)),
    ("bold", lambda word, _dice: word.translate(_BOLD)),
    ("lookalike", lambda word, _dice: word.translate(_LOOKALIKES)),
    ("traditional", lambda word, dice: _by_table(word, _traditional(), dice)),
    ("radical", lambda word, dice: _by_table(word, _radicals(), dice)),
)


def _exact(word: str, _dice: Dice) -> Variant | None:
    return Variant(word, "exact")


def _folded(word: str, dice: Dice) -> Variant | None:
    variants = [(change(word, dice), method) for method, change in _FOLDED]
    changed = [Variant(text, method) for text, method in variants if text != word]
    return changed[dice.below(len(changed))] if changed else None


def _skip(word: str, dice: Dice) -> Variant | None:
    gaps = len(word) - 1
    if gaps < 1:
        return None
    method = dice.choice(tuple(SEPARATORS))
    separator = dice.choice(SEPARATORS[method])
    # Half of the time between all characters, else in some places, at least one.
    chosen = set(range(gaps)) if dice.below(2) else {g for g in range(gaps) if dice.below(2)}
    chosen = chosen or {dice.below(gaps)}
    parts = [char + (separator if place in chosen else "") for place, char in enumerate(word)]
    return Variant("".join(parts), method)


def _repeat(word: str, dice: Dice) -> Variant | None:
    repeated = [char * (2 + dice.below(2)) if unicodedata.category(char) == "Lo" else char for char in word]
    text = "".join(repeated)
    # 赌赌博博 still holds 赌博 as it stands: that would test nothing.
    return None if word in text else Variant(text, "repeat")


@cache
def _readings() -> dict[str, str]:
    """character → its commonest reading, as in du3."""
    lines = _lines("pinyin.tsv")
    return {char: listed.split(" ", 1)[0] for char, listed in (line.split("\t") for line in lines)}


@cache
def _homophones() -> dict[str, str]:
    """reading → the common characters (first level of GB 2312) that are read so."""
    found: dict[str, str] = {}
    for code in range(0xB0A1, 0xD7FA):
        raw = code.to_bytes(2, "big")
        if raw[1] < 0xA1:
            continue
        char = raw.decode("gb2312", "ignore")
        if char in _readings():
            reading = _readings()[char]
            found[reading] = found.get(reading, "") + char
    return found


@cache
def _splits() -> dict[str, tuple[str, ...]]:
    """character → the pairs of parts it is taken apart into."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines("components.tsv"):
        whole, first, second = line.split("\t")
        found[whole] = (*found.get(whole, ()), first + second)
    return found


def _lines(name: str) -> list[str]:
    text = resource_path("codes", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


_TONES = {"a": "āáǎà", "o": "ōóǒò", "e": "ēéěè", "i": "īíǐì", "u": "ūúǔù", "v": "ǖǘǚǜ"}


def _toned(reading: str) -> str:
    """du3 → dǔ: the mark stands on a or e, on the o of ou, else on the last vowel."""
    letters, tone = reading[:-1], int(reading[-1])
    vowels = [place for place, letter in enumerate(letters) if letter in _TONES]
    if tone == 5 or not vowels:
        return letters.replace("v", "ü")
    at = next((p for p in vowels if letters[p] in "ae"), letters.find("ou"))
    at = at if at >= 0 else vowels[-1]
    marked = letters[:at] + _TONES[letters[at]][tone - 1] + letters[at + 1 :]
    return marked.replace("v", "ü")


def _pinyin(word: str, dice: Dice) -> Variant | None:
    readings = [_readings().get(char) for char in word]
    if len(word) < 2 or None in readings:
        return None
    known = [reading for reading in readings if reading]
    method = dice.choice(("letters", "spaced", "toned", "mixed", "homophone"))
    if method == "homophone":
        sounds = [_homophones().get(r, "").replace(c, "") for c, r in zip(word, known, strict=True)]
        text = "".join(dice.choice(s) if s else c for c, s in zip(word, sounds, strict=True))
        if text != word:
            return Variant(text, method)
        method = "letters"
    plain = [reading[:-1] for reading in known]
    if method == "toned":
        return Variant(" ".join(_toned(reading) for reading in known), method)
    if method == "mixed":
        at = dice.below(len(word))
        return Variant(word[:at] + plain[at] + word[at + 1 :], method)
    return Variant((" " if method == "spaced" else "").join(plain), method)


def _split(word: str, dice: Dice) -> Variant | None:
    places = [place for place, char in enumerate(word) if char in _splits()]
    if not places:
        return None
    chosen = {place for place in places if dice.below(2)} or {places[dice.below(len(places))]}
    parts = [dice.choice(_splits()[char]) if n in chosen else char for n, char in enumerate(word)]
    return Variant("".join(parts), "split")


_CHANNELS: Mapping[str, Callable[[str, Dice], Variant | None]] = {
    "exact": _exact,
    "folded": _folded,
    "skip": _skip,
    "repeat": _repeat,
    "pinyin": _pinyin,
    "split": _split,
}

MUTATED = tuple(_CHANNELS)
"""The channels that this module can disguise words for."""


def mutate(word: str, channel: str, seed: int) -> Variant | None:
    """The disguise of `word` for `channel`; None when the channel has none for it (a single character, say).

    Raises KeyError for a channel that is not in `MUTATED`.
    """
    return _CHANNELS[channel](word, Dice(seed, channel, word))


@cache
def carriers() -> tuple[tuple[str, str], ...]:
    """Neutral sentences of our own, cut at the place where the disguised word goes: (before, after)."""
    text = resource_path("benign", CARRIERS_FILE).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split(_SLOT) for line in lines]
    return tuple((before, after) for before, after in pairs)
