"""The finder: what a few characters or pinyin letters (zpg, ziping, 自评) may mean, ranked; free of Qt."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

FindKind = Literal["页面", "命令", "文书", "字段", "依据", "内容"]
KINDS: tuple[FindKind, ...] = ("页面", "命令", "文书", "字段", "依据", "内容")
LIMIT = 40
_LONGEST_QUERY, _LONGEST_TITLE = 40, 60
Sounds = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Something to go to: `title` and `where` for people; `address` as the window understands it (`page:KEY`, `field:PATH`,
    `paper:ID`, `do:NAME`, `clause:WORDS`)."""

    kind: FindKind
    title: str
    where: str
    address: str


class Palette:
    """All that can be found. Reading pinyin (some 0.15 s, once in a run) is for `warm_up` in a job; until then only what is
    written is matched."""

    def __init__(self) -> None:
        self._items: list[Found] = []
        self._plain: list[str] = []
        self._spoken: list[tuple[Sounds, ...]] = []
        self._starts: dict[str, list[tuple[int, int]]] = {}
        self._heard = False

    def fill(self, items: Iterable[Found]) -> None:
        """Everything anew."""
        self._items = list(items)
        self._plain = [_plain(item.title) for item in self._items]
        self._heard = False
        if is_warm():
            self._hear()

    def _hear(self) -> None:
        """Where in which title each letter may begin a reading."""
        self._spoken = [_sounds_of(title[:_LONGEST_TITLE]) for title in self._plain]
        self._starts = {}
        for number, spoken in enumerate(self._spoken):
            for place, sounds in enumerate(spoken):
                for letter in {sound[0] for sound in sounds if sound}:
                    self._starts.setdefault(letter, []).append((number, place))
        self._heard = True

    def search(self, query: str) -> list[Found]:
        """The best first, at most `LIMIT`. Several words must all be there; letters are read as pinyin too, whole, begun or by
        initials, with any reading of a character."""
        words = _plain(query)[:_LONGEST_QUERY].split()
        if not words:
            return []
        if not self._heard and is_warm():
            self._hear()
        ranks: dict[int, int] | None = None
        for word in words:
            found = self._one(word)
            ranks = found if ranks is None else {n: ranks[n] + r for n, r in found.items() if n in ranks}
        order = {kind: place for place, kind in enumerate(KINDS)}
        best = sorted(
            ranks or {},
            key=lambda n: ((ranks or {})[n], order[self._items[n].kind], len(self._plain[n]), n),
        )
        return [self._items[n] for n in best[:LIMIT]]

    def _one(self, word: str) -> dict[int, int]:
        """number → rank: 0 written at the beginning, 1 spoken whole title, 2 written inside, 3 spoken at the beginning,
        5 spoken inside, 6 written where it stands."""
        ranks: dict[int, int] = {}
        letters = word.isascii() and word.isalnum()
        if letters and self._heard:
            for number, place in self._starts.get(word[0], ()):
                if ranks.get(number, 9) <= 3 and place:
                    continue
                spoken = self._spoken[number]
                end = _spells(word, spoken, place)
                if end:
                    rank = (1 if end == len(spoken) else 3) if place == 0 else 5
                    ranks[number] = min(rank, ranks.get(number, 9))
        for number, title in enumerate(self._plain):
            at = title.find(word)
            if at >= 0:
                ranks[number] = min(0 if at == 0 else 2, ranks.get(number, 9))
            elif number not in ranks and word in self._items[number].where.casefold():
                ranks[number] = 6
        return ranks


def warm_up() -> None:
    """Read the table of sounds; some 0.15 s, so ask in a job."""
    global _warm
    from filingdesk.scan.pinyin import sounds

    sounds()
    _warm = True


_warm = False


def is_warm() -> bool:
    """Can pinyin be read without waiting?"""
    return _warm


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=4096)
def _sounds_of(title: str) -> tuple[Sounds, ...]:
    """Per character its readings without tones; a letter or digit is its own; other signs are passed over."""
    from filingdesk.scan.pinyin import sounds

    table = sounds()
    spoken: list[Sounds] = []
    for char in title:
        if char.isascii() and char.isalnum():
            spoken.append((char,))
        elif readings := table.of.get(char):
            spoken.append(tuple(table.names[number] for number in readings))
    return tuple(spoken)


def _spells(letters: str, spoken: Sequence[Sounds], place: int) -> int:
    """Do the letters name the characters from `place` on, one after the other: by initial (z or zh), by whole syllable, the last
    by its beginning? Gives where they end, 0 when they do not."""
    if not letters:
        return place
    if place == len(spoken):
        return 0
    for sound in spoken[place]:
        if sound[0] != letters[0]:
            continue
        if sound.startswith(letters):
            return place + 1
        for size in _cuts(sound):
            if letters.startswith(sound[:size]):
                end = _spells(letters[size:], spoken, place + 1)
                if end:
                    return end
    return 0


def _cuts(sound: str) -> tuple[int, ...]:
    """How much of a syllable may stand for it, the most first: all, zh/ch/sh, its first letter."""
    if len(sound) == 1:
        return (1,)
    return (len(sound), 2, 1) if sound[1] == "h" and len(sound) > 2 else (len(sound), 1)
