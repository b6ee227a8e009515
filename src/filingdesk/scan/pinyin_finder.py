"""Finds keywords by their sound: spelled in Latin letters (du bo, dǔbó, 代开发piao) or written with homophones."""

from collections.abc import Iterator, Mapping
from itertools import combinations, islice, product

import numpy as np
import numpy.typing as npt

from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher import Matcher, build_matcher, load_matcher, matcher_arrays
from filingdesk.scan.matcher_bulk import BulkMatcher, Patterns
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated, pick
from filingdesk.scan.pinyin import (
    CODE,
    IS_LETTER,
    MUTE,
    SYLLABLE,
    TONES,
    packed,
    packed_characters,
    sounds,
)
from filingdesk.scan.pinyin_matcher import LongFinder, SoundFinder, TwoFinder, Twos
from filingdesk.scan.pinyin_stream import Part, Stream
from filingdesk.scan.signs import ALONE, BEGINS, FOLLOWS, Signs

_SHORT = 3  # characters of a keyword of which all readings are followed up, but for
_WAYS_OF_SHORT = 64
_WAYS = 8  # of a longer one: first as it is commonly read, then with one character read otherwise
_OWN_SOUND = frozenset("乾")  # traditional characters whose simplified form lacks their commonest sound
_FOLDED_AWAY = frozenset("干")

Pair = tuple[Ints, Ints]
Spots = tuple[Ints, Ints, Ints]


class PinyinFinder:
    """Compares syllables without tones; every hit has something that is not the keyword's own character.

    A syllable in letters counts as it stands (letters must form whole words of syllables, so that nothing is cut out of
    English words that cannot be read as pinyin). A homophone counts when all homophones of the hit have the tone of
    the character they stand for, or when at least half of the keyword stands there literally or in letters: 毒pin and
    独品 (same tones) are found for 毒品, 读贫 (another tone) is not.

    What stands there as it is sounds like itself, so the `bulk` engine comes upon all keywords that are known by their sound
    and need not search for them once more: only the few others, `_unheard`, are looked for by their characters.
    """

    def __init__(self, dictionary: Dictionary, engine: str) -> None:
        self._dictionary = dictionary
        numbers: dict[str, int] = {}
        sources: list[tuple[int, int]] = []
        tones: list[bytes] = []
        known = sounds().of
        self._by_sound = np.zeros(len(dictionary.patterns), dtype=np.bool_)
        for pattern, text in enumerate(dictionary.strings):
            written = _as_written(dictionary, pattern, text)
            self._by_sound[pattern] = (
                written == text and len(text) > 1 and all(char in known for char in text)
            )
            for way, heights in _ways(written):
                number = numbers.setdefault(way, len(numbers))
                sources.append((number, pattern))
                tones.append(heights)
        patterns = Patterns.of(list(numbers))
        self._lengths = patterns.lengths
        table = np.array(sources, dtype=np.int64).reshape(-1, 2)
        order = np.argsort(table[:, 0], kind="stable")
        self._source_pattern: Ints = table[order, 1]
        self._source_first: Ints = np.searchsorted(table[order, 0], np.arange(len(numbers) + 1))
        self._tones = np.frombuffer(b"".join(tones[place] for place in order.tolist()), dtype=np.uint8)
        sizes = self._lengths[table[order, 0]] if len(table) else np.zeros(0, dtype=np.int64)
        self._tone_first: Ints = np.cumsum(sizes) - sizes
        self._twos: Ints = np.flatnonzero(sizes == 2)
        self._prepare()
        self._quick: SoundFinder | None = None
        self._matcher: Matcher | None = None
        if engine == "bulk":
            longer = np.flatnonzero(self._lengths > 2)
            twos = TwoFinder(self._columns(patterns, table[order, 0]))
            self._quick = SoundFinder(twos, LongFinder(patterns, _syllables(patterns), longer))
            self._unheard = BulkMatcher(dictionary.patterns.some(np.flatnonzero(~self._by_sound)))
        else:
            self._matcher = build_matcher(patterns, engine)

    def _prepare(self) -> None:
        """What follows from the rest: each reading with its characters, the patterns of two."""
        self._unheard_numbers = np.flatnonzero(~self._by_sound)
        self._longest = int(self._lengths.max(initial=1))
        words = self._dictionary.patterns
        sizes = words.lengths.take(self._source_pattern)
        written = words.codes.take(concatenated(words.offsets.take(self._source_pattern), sizes))
        self._packed = packed(written, self._tones)
        self._two_patterns = pick(self._source_pattern, self._twos)

    def _columns(self, patterns: Patterns, numbers: Ints) -> Twos:
        """The keywords of two characters as they are written and as they sound."""
        begin = patterns.offsets.take(numbers.take(self._twos))
        letter = self._dictionary.patterns.offsets.take(pick(self._source_pattern, self._twos))
        tone = self._tone_first.take(self._twos)
        written, sounding = self._dictionary.patterns.codes, _syllables(patterns)
        return Twos(
            (written.take(letter), written.take(letter + 1)),
            (sounding.take(begin), sounding.take(begin + 1)),
            (self._tones.take(tone), self._tones.take(tone + 1)),
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "sound_known": self._by_sound,
            "sound_lengths": self._lengths,
            "sound_patterns": self._source_pattern,
            "sound_first": self._source_first,
            "sound_tones": self._tones,
            "sound_tone_first": self._tone_first,
            "sound_twos": self._twos,
            **(matcher_arrays(self._matcher) if self._matcher is not None else {}),
            **self._quick_arrays(),
        }

    def _quick_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        if self._quick is None:
            return {}
        unheard = {f"unheard_{name}": array for name, array in self._unheard.arrays().items()}
        return self._quick.twos.arrays() | self._quick.longs.arrays() | unheard

    @classmethod
    def load(
        cls, arrays: Mapping[str, npt.NDArray[np.generic]], dictionary: Dictionary, engine: str
    ) -> "PinyinFinder":
        """From what `arrays` gave for the same dictionary and engine."""
        finder = cls.__new__(cls)
        finder._dictionary = dictionary
        finder._by_sound = arrays["sound_known"].view(np.bool_)
        finder._lengths = arrays["sound_lengths"].view(np.int64)
        finder._source_pattern = arrays["sound_patterns"].view(np.int64)
        finder._source_first = arrays["sound_first"].view(np.int64)
        finder._tones = arrays["sound_tones"].view(np.uint8)
        finder._tone_first = arrays["sound_tone_first"].view(np.int64)
        finder._twos = arrays["sound_twos"].view(np.int64)
        finder._prepare()
        finder._quick = finder._matcher = None
        if engine == "bulk":
            finder._quick = SoundFinder(TwoFinder.load(arrays), LongFinder.load(arrays))
            unheard = {
                name.removeprefix("unheard_"): a for name, a in arrays.items() if name.startswith("unheard_")
            }
            finder._unheard = BulkMatcher.load(unheard)
        else:
            finder._matcher = load_matcher(arrays, engine)
        return finder

    def mark(self, signs: Signs) -> None:
        """Mark in a table of signs which characters may begin a keyword that is not known by its sound."""
        words = self._dictionary.patterns
        begin = words.offsets[self._unheard_numbers]
        longer = words.lengths[self._unheard_numbers] > 1
        signs[words.codes[begin[~longer]]] |= ALONE
        signs[words.codes[begin[longer]]] |= BEGINS
        signs[words.codes[begin[longer] + 1]] |= FOLLOWS

    def find(self, page: Page) -> tuple[Spots, Pair | None]:
        """(begin, stop, pattern number) in folded places of what sounds like a keyword; and (begin, pattern number) of all
        that stand there as they are, when that was found on the way.
        """
        stream = Stream(page, self._longest)
        text, *others = stream.parts()
        found, literal = self._search(page, text)
        spelled = [self._search(page, part)[0] for part in others]
        if self._quick is None:
            return self._joined(found, spelled), None
        begin, pattern = literal
        ours = np.flatnonzero(pick(self._by_sound, pattern))
        starts, numbers = self._unheard.find(page.folded.codes, stream.unheard)
        starts = np.concatenate((pick(begin, ours), starts))
        numbers = np.concatenate((pick(pattern, ours), self._unheard_numbers.take(numbers)))
        return self._joined(found, spelled), (starts, numbers)

    @staticmethod
    def _joined(found: Spots, spelled: list[Spots]) -> Spots:
        if not spelled:
            return found
        first, *others = spelled
        if others and len(others[0][0]):
            # Other readings of a word have syllables in common with the first one, and hits with each other.
            known = set(zip(*(column.tolist() for column in first), strict=True))
            new = sorted(set(zip(*(column.tolist() for column in others[0]), strict=True)) - known)
            more = np.array(new, dtype=np.int64).reshape(-1, 3)
            return tuple(
                np.concatenate((*both, more[:, n])) for n, both in enumerate(zip(found, first, strict=True))
            )  # type: ignore[return-value]
        return tuple(np.concatenate(both) for both in zip(found, first, strict=True))  # type: ignore[return-value]

    def _search(self, page: Page, part: Part) -> tuple[Spots, Pair]:
        """Columns of begin, stop, pattern; and of begin, pattern for what stands there as it is."""
        codes = page.folded.codes
        twos = own = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if self._quick is not None:
            twos, own, (found, numbers) = self._quick.find(part, codes)
        elif self._matcher is not None:
            found, numbers = self._matcher.find(part.heard.astype(np.uint32) + np.uint32(SYLLABLE))
        low = pick(self._source_first, numbers)
        counts = pick(self._source_first, numbers + 1) - low
        source, begin = concatenated(low, counts), np.repeat(found, counts)
        lengths = self._lengths.take(np.repeat(numbers, counts))
        pattern = pick(self._source_pattern, source)
        same, good = self._credible(codes, part, lengths, (begin, source))
        literal = (
            np.concatenate((part.begins(own[0]), part.begins(pick(begin, same)))),
            np.concatenate((pick(self._two_patterns, own[1]), pick(pattern, same))),
        )
        begin, pattern, lengths = (pick(column, good) for column in (begin, pattern, lengths))
        last = np.concatenate((twos[0] + 1, begin + lengths - 1))
        begin = np.concatenate((twos[0], begin))
        pattern = np.concatenate((pick(self._two_patterns, twos[1]), pattern))
        if part.spelled is not None:
            before = np.concatenate(([0], np.cumsum(part.spelled.letters)))
            with_letters = np.flatnonzero(before.take(last + 1) > before.take(begin))
            begin, last, pattern = (pick(column, with_letters) for column in (begin, last, pattern))
        return (part.begins(begin), part.stops(last), pattern), literal

    def _credible(self, codes: Codes, part: Part, lengths: Ints, match: Pair) -> Pair:
        """Which matches are the keyword itself, and which others say enough: numbers of rows."""
        begin, source = match
        if not len(begin):
            return begin, begin
        char = pick(packed_characters(), pick(codes, part.begins(concatenated(begin, lengths))))
        words = pick(self._packed, concatenated(self._tone_first.take(source), lengths))
        mute = (words & TONES) == 0
        off_key = (words & char & TONES) == 0
        words ^= char
        words &= CODE
        own = words == 0
        sure = own | (char >= IS_LETTER)
        off_key &= ~sure
        mute &= ~own
        first = np.cumsum(lengths) - lengths
        literal = np.logical_and.reduceat(own, first)
        in_tune = ~np.logical_or.reduceat(off_key, first)
        in_tune |= 2 * np.add.reduceat(sure, first, dtype=np.int64) >= lengths
        in_tune &= ~np.logical_or.reduceat(mute, first)  # all that have no sound sound alike
        in_tune &= ~literal
        return np.flatnonzero(literal), np.flatnonzero(in_tune)


def _as_written(dictionary: Dictionary, pattern: int, text: str) -> str:
    """The pattern with characters that were read otherwise before they were folded: 乾坤 is not 干 (gan) 坤."""
    if _FOLDED_AWAY.isdisjoint(text):
        return text
    for entry in range(int(dictionary.groups[pattern]), int(dictionary.groups[pattern + 1])):
        word = dictionary.words[entry]
        if dictionary.plain[entry] and not _OWN_SOUND.isdisjoint(word):
            return "".join(c if c in _OWN_SOUND else kept for c, kept in zip(word, text, strict=True))
    return text


def _ways(text: str) -> Iterator[tuple[str, bytes]]:
    """The syllable streams of a keyword with the tones of each character; none when it has fewer than two readings."""
    readings = [sounds().of.get(char, {}) for char in text]
    if sum(1 for reading in readings if reading) < 2:
        return
    options = [
        [(chr(SYLLABLE + number), tones) for number, tones in reading.items()] or [(chr(SYLLABLE + MUTE), 0)]
        for reading in readings
    ]
    limit = _WAYS_OF_SHORT if len(text) <= _SHORT else _WAYS
    for chosen in islice(_by_departures([len(option) for option in options]), limit):
        way = [option[number] for option, number in zip(options, chosen, strict=True)]
        yield "".join(token for token, _ in way), bytes(tones for _, tones in way)


def _by_departures(sizes: list[int]) -> Iterator[list[int]]:
    """Every choice of one number below each size, those with the fewest numbers other than 0 first."""
    several = [place for place, size in enumerate(sizes) if size > 1]
    for count in range(len(several) + 1):
        for places in combinations(several, count):
            for numbers in product(*(range(1, sizes[place]) for place in places)):
                chosen = [0] * len(sizes)
                for place, number in zip(places, numbers, strict=True):
                    chosen[place] = number
                yield chosen


def _syllables(patterns: Patterns) -> Codes:
    """What the patterns are made of, as numbers of syllables."""
    return patterns.codes - np.uint32(SYLLABLE)
