"""Chinese syllables: what characters sound like, and which syllables a run of Latin letters spells."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from filingdesk.infra.resources import resource_path
from filingdesk.scan.matcher_tables import Codes, Ints

SYLLABLE_BITS = 9
MUTE = (1 << SYLLABLE_BITS) - 1
"""In place of a syllable's number: a character that has no sound of its own, whichever it be."""
BREAK = MUTE - 1
"""In place of a syllable's number: what stands on either side does not belong together. No keyword has it."""
SYLLABLE = 0xF0000
"""For engines that take text only, syllable n is the private-use code point this + n."""

# What a packed character is made of: its code point, the bits of its tones, and whether it is a Latin letter.
CODE, IS_LETTER = np.uint32((1 << 21) - 1), np.uint32(1 << 31)
_TONE_BIT = np.uint32(21)
TONES = np.uint32(0x3F << 21)

_LONGEST_WORD = 36
_MANY = 4


@dataclass(frozen=True)
class Sounds:
    """`names[n]` is syllable n without tone (ü as u); `of[c]` are the readings of a character, commonest first, each
    with the bits of its tones; `heard` maps every code point to the number of its commonest syllable, or to `MUTE`;
    `tones` holds the bits of the tones that this syllable has for the character. `toned` numbers what is heard with its
    tones (0: nothing); `toned_syllable` and `toned_tones` say what such a number stands for.
    """

    names: list[str]
    of: dict[str, dict[int, int]]
    heard: npt.NDArray[np.uint16]
    tones: npt.NDArray[np.uint8]
    toned: npt.NDArray[np.uint16]
    toned_syllable: Ints
    toned_tones: npt.NDArray[np.uint8]


@cache
def sounds() -> Sounds:
    """The table of this process, read on first use."""
    names: dict[str, int] = {}
    of: dict[str, dict[int, int]] = {}
    heard = np.full(0x110000, MUTE, dtype=np.uint16)
    tones = np.zeros(0x110000, dtype=np.uint8)
    for line in resource_path("codes", "pinyin.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            char, listed = line.split("\t")
            readings: dict[int, int] = {}
            for reading in listed.split(" "):
                number = names.setdefault(reading[:-1].replace("v", "u"), len(names))
                readings[number] = readings.get(number, 0) | 1 << int(reading[-1])
            of[char] = readings
            common = next(iter(readings))
            heard[ord(char)] = common
            tones[ord(char)] = readings[common]
    numbers: dict[tuple[int, int], int] = {(MUTE, 0): 0}
    toned = np.zeros(0x110000, dtype=np.uint16)
    for char, readings in of.items():
        common = next(iter(readings))
        toned[ord(char)] = numbers.setdefault((common, readings[common]), len(numbers))
    for array in (heard, tones, toned):
        array.flags.writeable = False
    variants = np.array(list(numbers))
    return Sounds(
        list(names), of, heard, tones, toned, variants[:, 0].astype(np.int64), variants[:, 1].astype(np.uint8)
    )


def heard(codes: Codes) -> Codes:
    """The number of the commonest syllable of each character, `MUTE` where it has none."""
    return sounds().heard.take(codes).astype(np.uint32)


def packed(codes: Codes, tones: npt.NDArray[np.uint8]) -> Codes:
    """Characters with their tones, each in one number."""
    together = tones.astype(np.uint32)
    together <<= _TONE_BIT
    together |= codes
    return together


@cache
def packed_characters() -> Codes:
    """Every code point with the tones of its commonest syllable."""
    table = packed(np.arange(0x110000, dtype=np.uint32), sounds().tones)
    table[97 : 97 + 26] |= IS_LETTER
    table.flags.writeable = False
    return table


@cache
def spellings() -> dict[str, int]:
    """Every way to write a syllable in plain letters: lü also as lv and lyu."""
    found = {name: number for number, name in enumerate(sounds().names)}
    for plain, written in (
        ("lu", "lv"),
        ("nu", "nv"),
        ("lue", "lve"),
        ("nue", "nve"),
        ("lu", "lyu"),
        ("nu", "nyu"),
    ):
        if plain in found:
            found[written] = found[plain]
    return found


@cache
def _speller() -> tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]:
    """An automaton that reads letters and tells whether they are a row of whole syllables: moves, accepting states."""
    prefixes = {"": 0}
    ends: set[int] = set()
    for spelling in spellings():
        for size in range(1, len(spelling) + 1):
            prefixes.setdefault(spelling[:size], len(prefixes))
        ends.add(prefixes[spelling])
    step = {
        (prefixes[prefix[:-1]], ord(prefix[-1]) - 97): number for prefix, number in prefixes.items() if prefix
    }
    start = frozenset([0])
    states = {frozenset[int](): 0, start: 1}
    rows: list[list[int]] = [[0] * 26]
    waiting = [start]
    for state in waiting:
        row: list[int] = []
        for letter in range(26):
            after = {step[place, letter] for place in state if (place, letter) in step}
            if not after.isdisjoint(ends):
                after.add(0)
            key = frozenset(after)
            if key not in states:
                states[key] = len(states)
                waiting.append(key)
            row.append(states[key])
        rows.append(row)
    accepting = np.array([0 in state for state in states], dtype=np.bool_)
    accepting[1] = False
    return np.array(rows, dtype=np.int16), accepting


@cache
def _edges() -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which two letters (first * 26 + second) can begin a row of syllables, and with which letters one can end."""
    begin, end = np.zeros((26, 26), dtype=np.bool_), np.zeros(26, dtype=np.bool_)
    names = [[ord(letter) - 97 for letter in name] for name in spellings()]
    firsts = {name[0] for name in names}
    for name in names:
        begin[name[0], name[1:2] or list(firsts)] = True
        end[name[-1]] = True
    return begin.ravel(), end


def spelled(codes: Codes, starts: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
    """Which of the words (lower-case letters) are rows of syllables; all words advance together."""
    moves, accepting = _speller()
    flat = moves.ravel()
    # How a word begins and ends tells most words of other languages.
    begin, end = _edges()
    pairs = codes.take(starts) * np.uint32(26)
    pairs += codes.take(starts + 1, mode="clip")
    pairs -= np.uint32(97 * 27)
    alive = np.flatnonzero(begin.take(pairs, mode="clip") | (lengths == 1))
    place, left = starts.take(alive), lengths.take(alive)
    ends = end.take(codes.take(place + left - 1) - np.uint32(97))
    fit = np.flatnonzero(ends & (left <= _LONGEST_WORD))
    alive, place, left = alive.take(fit), place.take(fit), left.take(fit)
    states, state = np.zeros(len(starts), dtype=np.int64), np.ones(len(alive), dtype=np.int64)
    while len(alive):
        state = flat.take(state * 26 + codes.take(place) - 97).astype(np.int64)
        left -= 1
        ended = np.flatnonzero((state == 0) | (left == 0))
        states[alive.take(ended)] = state.take(ended)
        on = np.flatnonzero((state > 0) & (left > 0))
        alive, left, state = alive.take(on), left.take(on), state.take(on)
        place = place.take(on) + 1
    return accepting[states]


@cache
def segmentations(word: str) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    """The ways to read a word as syllables (start, end, number), the one with the fewest first; a few at most."""
    known = spellings()

    def read(place: int) -> list[tuple[tuple[int, int, int], ...]]:
        if place == len(word):
            return [()]
        if place not in memo:
            memo[place] = sorted(
                (
                    ((place, end, known[word[place:end]]), *rest)
                    for end in range(min(len(word), place + 6), place, -1)
                    if word[place:end] in known
                    for rest in read(end)
                ),
                key=len,
            )[:_MANY]
        return memo[place]

    memo: dict[int, list[tuple[tuple[int, int, int], ...]]] = {}
    return tuple(read(0))
