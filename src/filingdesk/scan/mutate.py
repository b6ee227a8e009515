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
    return Variant(text, "repeat") if text != word else None


_CHANNELS: Mapping[str, Callable[[str, Dice], Variant | None]] = {
    "exact": _exact,
    "folded": _folded,
    "skip": _skip,
    "repeat": _repeat,
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
