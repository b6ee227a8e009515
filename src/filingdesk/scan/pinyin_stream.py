"""A folded text as syllables: what characters sound like, and what runs of letters spell."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.engine_page import Page
from filingdesk.scan.matcher_tables import Ints, concatenated, pick
from filingdesk.scan.pinyin import BREAK, segmentations, spelled
from filingdesk.scan.signs import ALONE, BEGINS, LETTER, SOUND, Signs

Flags = npt.NDArray[np.bool_]

_REACH = 24  # syllables around a word that is read in another way


@dataclass(frozen=True)
class Spelled:
    """Where in the folded text each syllable of a row begins and stops, and which are spelled in letters.

    Matches without any of these are known from the text itself.
    """

    begins: Ints
    stops: Ints
    letters: Flags


@dataclass(frozen=True)
class Part:
    """A row of syllables: `MUTE` where there is none, `BREAK` where no match goes through; without `spelled` they are those of
    the text, one for each character."""

    heard: Signs
    spelled: Spelled | None = None

    def begins(self, rows: Ints) -> Ints:
        """Where syllables begin in the folded text."""
        return rows if self.spelled is None else pick(self.spelled.begins, rows)

    def stops(self, rows: Ints) -> Ints:
        """Where they end."""
        return rows + 1 if self.spelled is None else pick(self.spelled.stops, rows)


class Stream:
    """The text of a page as syllables. No keyword has more than `longest` of them.

    Few characters of a text are pinyin in letters. So the text is one row, which breaks at each word that may be read as
    syllables; these words, with what is near them, are a second row; other ways to read them a third.
    `unheard` are the places where a keyword may begin that is not known by its sound.
    """

    def __init__(self, page: Page, longest: int) -> None:
        self._codes = page.folded.codes
        self._longest = longest
        self._heard = page.signs & SOUND
        self._words: _Words | None = None
        places, marks = page.marked
        letters, self.unheard = (
            pick(places, np.flatnonzero((marks & some) != 0)) for some in (LETTER, BEGINS | ALONE)
        )
        if len(letters):
            starts, lengths = _words(page, letters)
            chosen = np.flatnonzero(spelled(self._codes, starts, lengths))
            if len(chosen):
                self._words = _read(page, starts.take(chosen), lengths.take(chosen))

    def parts(self) -> Iterator[Part]:
        """The rows one after the other."""
        words = self._words
        if words is None:
            yield Part(self._heard)
            return
        broken = concatenated(words.starts, words.stops - words.starts)
        self._heard[broken] = BREAK
        yield Part(self._heard)
        near = self._near(words)
        yield near
        others = list(_others(words, near))
        if others:
            heard, *columns = (np.concatenate(column) for column in zip(*others, strict=True))
            yield Part(heard, Spelled(*columns))

    def _near(self, words: "_Words") -> Part:
        """The words as they are read first, and as much around them as a keyword may cover."""
        reach = self._longest - 1
        lows = np.maximum(words.starts - reach, 0)
        highs = np.minimum(words.stops + reach, len(self._codes))
        first = np.flatnonzero(np.concatenate(([True], lows[1:] > highs[:-1])))
        last = np.append(first[1:], len(lows)) - 1
        sizes = highs.take(last) - lows.take(first) + 1  # one more: a break
        begins = concatenated(lows.take(first), sizes)
        ends = np.cumsum(sizes) - 1
        begins[ends] -= 1
        heard = self._heard.take(begins)
        heard[ends] = BREAK
        at = np.searchsorted(begins, words.places)
        heard[at] = words.syllables
        kept = heard != BREAK
        kept[ends] = True
        letters = np.zeros(len(begins), dtype=np.bool_)
        letters[at] = True
        stops = begins + 1
        stops[at] = words.ends
        rows = np.flatnonzero(kept)
        return Part(heard.take(rows), Spelled(begins.take(rows), stops.take(rows), letters.take(rows)))


@dataclass(frozen=True)
class _Words:
    """Words of whole syllables: where they start and stop (with the digit of a tone), and what is written; their syllables
    in the first way to read them: where these begin and end, and their numbers."""

    starts: Ints
    stops: Ints
    written: list[bytes]
    places: Ints
    ends: Ints
    syllables: Ints


def _words(page: Page, letters: Ints) -> tuple[Ints, Ints]:
    """Where words begin, and their lengths."""
    # A word ends where letters end, and where something that can be seen stood before it was folded away.
    new = np.ones(len(letters) + 1, dtype=np.bool_)
    np.not_equal(letters[1:], letters[:-1] + 1, out=new[1:-1])
    cuts = np.flatnonzero(new)
    starts, lengths = letters.take(cuts[:-1]), np.diff(cuts)
    spread = page.folded.origins(starts + lengths - 1) - page.folded.origins(starts) >= lengths
    spread |= len(page.folded.several) > 0  # several letters at one place hide a gap
    if len(rows := np.flatnonzero(spread)):
        inner = concatenated(cuts.take(rows) + 1, pick(lengths, rows) - 1)
        new[inner] = _apart(page, letters.take(inner))
        cuts = np.flatnonzero(new)
        starts, lengths = letters.take(cuts[:-1]), np.diff(cuts)
    return starts, lengths


def _read(page: Page, starts: Ints, lengths: Ints) -> _Words:
    """The words, of which each is a row of syllables."""
    stops = starts + lengths
    stops += _tone_digits(page, stops)
    sizes = lengths + 1
    letters = page.folded.codes.take(concatenated(starts, sizes), mode="clip").astype(np.uint8)
    letters[np.cumsum(sizes) - 1] = ord(" ")
    written = letters.tobytes().split()
    numbers = {word: number for number, word in enumerate(dict.fromkeys(written))}
    ways = [segmentations(word.decode("ascii"))[0] for word in numbers]
    kinds = np.fromiter(map(numbers.__getitem__, written), dtype=np.int64, count=len(written))
    sizes = np.array([len(way) for way in ways])
    parts = np.array([part for way in ways for part in way], dtype=np.int64)
    counts = sizes.take(kinds)
    low, high, syllables = parts[concatenated((np.cumsum(sizes) - sizes).take(kinds), counts)].T
    begin = np.repeat(starts, counts)
    places, ends = begin + low, begin + high
    ends[np.cumsum(counts) - 1] = stops
    return _Words(starts, stops, written, places, ends, syllables)


def _others(words: _Words, near: Part) -> Iterator[tuple[Signs, Ints, Ints, Flags]]:
    """What words are in other ways of reading, each between what stands before and after it."""
    known = near.spelled
    assert known is not None  # noqa: S101 - for the type checker
    several = {word for word in set(words.written) if len(segmentations(word.decode("ascii"))) > 1}
    for row, word in enumerate(words.written):
        if word not in several:
            continue
        start = int(words.starts[row])
        low, high = np.searchsorted(known.begins, (start, words.stops[row])).tolist()
        before = slice(_after_break(near.heard[max(0, low - _REACH) : low], low), low)
        after = slice(high, high + _before_break(near.heard[high : high + _REACH]))
        for way in segmentations(word.decode("ascii"))[1:]:
            begins, stops, syllables = (np.array(column) for column in zip(*way, strict=True))
            for side in (before, None, after):
                if side is not None:
                    nothing = np.zeros(side.stop - side.start, dtype=np.bool_)
                    yield near.heard[side], known.begins[side], known.stops[side], nothing
                else:
                    letters = np.ones(len(way), dtype=np.bool_)
                    yield syllables.astype(np.uint16), begins + start, stops + start, letters
            yield (
                np.array([BREAK], dtype=np.uint16),
                known.begins[low : low + 1],
                known.begins[low : low + 1],
                letters[:1],
            )


def _after_break(heard: Signs, stop: int) -> int:
    """Where a row that stops there begins after its last break."""
    breaks = np.flatnonzero(heard == BREAK)
    return stop - len(heard) + (int(breaks[-1]) + 1 if len(breaks) else 0)


def _before_break(heard: Signs) -> int:
    """How much of a row stands before its first break."""
    breaks = np.flatnonzero(heard == BREAK)
    return int(breaks[0]) if len(breaks) else len(heard)


def _tone_digits(page: Page, stops: Ints) -> npt.NDArray[np.bool_]:
    """After which words a tone is written as a digit (du3bo2), and not a number that begins there."""
    codes = page.folded.codes
    after = codes.take(stops, mode="clip")
    tone = (stops < len(codes)) & (after >= 0x31) & (after <= 0x35)
    further = codes.take(stops + 1, mode="clip")
    number = (stops + 1 < len(codes)) & (further >= 0x30) & (further <= 0x39)
    digits: npt.NDArray[np.bool_] = tone & ~number
    where = np.flatnonzero(digits)
    digits[where] = ~_apart(page, stops.take(where))
    return digits


def _apart(page: Page, places: Ints) -> npt.NDArray[np.bool_]:
    """For each of these folded places whether something that can be seen was left out before it."""
    apart = np.zeros(len(places), dtype=np.bool_)
    here = page.folded.origins(places)
    before = np.where(places > 0, page.folded.origins(np.maximum(places - 1, 0)), -1)
    rows = np.flatnonzero(here - before > 1)
    if len(rows):
        low = before.take(rows) + 1
        sizes = here.take(rows) - low
        seen = page.table.kind.take(page.codes.take(concatenated(low, sizes))) == folding.SKIP_VISIBLE
        apart[rows] = np.logical_or.reduceat(seen, np.cumsum(sizes) - sizes)
    return apart
