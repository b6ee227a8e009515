"""How alike two texts are: character shingles, MinHash signatures to find candidates, and the exact share that both hold."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = 5
"""Characters of a shingle."""
_BANDS, _ROWS = 32, 2
"""A pair that shares three tenths of its shingles is a candidate nineteen times of twenty, one that shares six tenths always."""
_PERMUTATIONS = _BANDS * _ROWS
_CHUNK = 200_000

Hashes = NDArray[np.uint64]


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    """The character as it is compared: one letter or digit, width and case aside; blank for marks and spaces."""
    wide = unicodedata.normalize("NFKC", character)
    folded = (wide if len(wide) == 1 else character).lower()
    return folded[0] if folded[:1].isalnum() else ""


@dataclass(frozen=True)
class Shingled:
    """A text by its shingles: `hashes[i]` is the one that begins at the i-th letter, `places[i]` that letter's place in the text."""

    hashes: Hashes
    places: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.hashes)


def shingled(text: str) -> Shingled:
    """The shingles of a text, in order; a text of fewer than five letters has none."""
    letters: list[int] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _plain(character)
        if plain:
            letters.append(ord(plain))
            places.append(place)
    return Shingled(_hashes(np.array(letters, dtype=np.uint64)), np.array(places, dtype=np.int64))


def _hashes(letters: Hashes) -> Hashes:
    count = len(letters) - SIZE + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    total = np.zeros(count, dtype=np.uint64)
    for step in range(SIZE):
        total = total * np.uint64(0x100000001B3) + letters[step : step + count]
    return _mixed(total)


def _mixed(values: Hashes) -> Hashes:
    """splitmix64: neighbouring numbers land far apart. Overflow is meant: arrays wrap around in silence."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _seeds() -> Hashes:
    return _mixed(np.arange(1, _PERMUTATIONS + 1, dtype=np.uint64))


def signatures(texts: Sequence[Hashes]) -> NDArray[np.uint64]:
    """One MinHash signature a text, shape (texts, 64); every text must have a shingle. Same texts, same signatures, everywhere."""
    made = np.empty((len(texts), _PERMUTATIONS), dtype=np.uint64)
    seeds = _seeds()
    start = 0
    while start < len(texts):
        end, size = start, 0
        while end < len(texts) and (end == start or size + len(texts[end]) <= _CHUNK):
            size += len(texts[end])
            end += 1
        joined = np.concatenate(texts[start:end])
        begins = np.cumsum([0, *(len(t) for t in texts[start : end - 1])])
        for column, seed in enumerate(seeds):
            made[start:end, column] = np.minimum.reduceat((joined ^ seed) * (seed | np.uint64(1)), begins)
        start = end
    return made


def _band_keys(signature: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One key a band, shape (texts, bands)."""
    grouped = signature.reshape(len(signature), _BANDS, _ROWS)
    keys = np.zeros((len(signature), _BANDS), dtype=np.uint64)
    for row in range(_ROWS):
        keys = keys * np.uint64(0x100000001B3) + grouped[:, :, row]
    return keys


class Index:
    """Texts to be found again: `near` gives the numbers of those that may be alike. `numbers` that have no shingle are left out."""

    def __init__(self, texts: Sequence[Hashes]) -> None:
        self._numbers = np.array([n for n, text in enumerate(texts) if len(text)], dtype=np.int64)
        kept = [texts[n] for n in self._numbers]
        self._bands: list[tuple[Any, Any]] = []
        if kept:
            keys = _band_keys(signatures(kept))
            for band in range(_BANDS):
                order = np.argsort(keys[:, band], kind="stable")
                self._bands.append((keys[order, band], self._numbers[order]))

    def near(self, texts: Sequence[Hashes]) -> Iterator[list[int]]:
        """For each text the numbers of the candidates, ascending."""
        asked = [n for n, text in enumerate(texts) if len(text)]
        found: list[list[int]] = [[] for _ in texts]
        if asked and self._bands:
            keys = _band_keys(signatures([texts[n] for n in asked]))
            for row, number in enumerate(asked):
                hits: set[int] = set()
                for band, (known, numbers) in enumerate(self._bands):
                    first = np.searchsorted(known, keys[row, band], "left")
                    last = np.searchsorted(known, keys[row, band], "right")
                    hits.update(int(n) for n in numbers[first:last])
                found[number] = sorted(hits)
        yield from found


def shared(mine: Hashes, theirs: Hashes) -> NDArray[np.bool_]:
    """Which of my shingles the other text holds too."""
    return np.isin(mine, theirs)
