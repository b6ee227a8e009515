"""Finds keywords by their sound: spelled in Latin letters (du bo, dǔbó, 代开发piao) or written with homophones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher import Matcher, build_matcher, load_matcher, matcher_arrays
from filingdesk.scan.matcher_bulk import BulkMatcher, Patterns
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated, pick, where_few
from filingdesk.scan.pinyin import (
    BREAK,
    CODE,
    IS_LETTER,
    MUTE,
    SYLLABLE,
    TONES,
    packed,
    packed_characters,
    segmentations,
    sounds,
    spelled,
)
from filingdesk.scan.pinyin_matcher import LongFinder, SoundFinder, TwoFinder, Twos
from filingdesk.scan.signs import ALONE, BEGINS, FOLLOWS, LETTER, SOUND, Signs

_WAYS = 8  # readings of one keyword that are followed up
_REACH = 24
_CHUNK = 1 << 16  # characters at a time: what is needed only in passing stays in the processor's cache
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
        stream = _Stream(page)
        literal: list[Pair] = []
        first, *others = [self._search(page, stream, part, literal) for part in stream.parts()]
        found = self._joined(first, others)
        if self._quick is None:
            return found, None
        begin, pattern = (
            np.concatenate(column) for column in zip(*literal[:2], strict=True)
        )  # of the text itself
        ours = np.flatnonzero(self._by_sound.take(pattern))
        starts, numbers = self._unheard.find(page.folded.codes, stream.unheard)
        starts = np.concatenate((pick(begin, ours), starts))
        return found, (
            starts,
            np.concatenate((pick(pattern, ours), self._unheard_numbers.take(numbers))),
        )

    @staticmethod
    def _joined(found: Spots, others: list[Spots]) -> Spots:
        if others and len(others[0][0]):
            # Other readings repeat their surroundings, and with them hits that are known.
            near = np.flatnonzero(np.isin(found[0], others[0][0]))
            known = set(zip(*(column.take(near).tolist() for column in found), strict=True))
            new = sorted(set(zip(*(column.tolist() for column in others[0]), strict=True)) - known)
            more = np.array(new, dtype=np.int64).reshape(-1, 3)
            begin, stop, pattern = (np.concatenate((one, more[:, n])) for n, one in enumerate(found))
            return begin, stop, pattern
        return found

    def _search(self, page: Page, stream: "_Stream", part: "_Part", literal: list[Pair]) -> Spots:
        """Columns of begin, stop, pattern; what stands there as it is goes to `literal`."""
        pairs: Pair | None = None
        begins = part.begins
        if self._quick is not None:
            (places, twos), (same, own), (found, numbers) = self._quick.find(
                part.heard, page.folded.codes, begins
            )
            pairs = places, pick(self._two_patterns, twos)
            literal.append((pick(begins, same), pick(self._two_patterns, own)))
        elif self._matcher is not None:
            found, numbers = self._matcher.find(part.heard.astype(np.uint32) + np.uint32(SYLLABLE))
        low = pick(self._source_first, numbers)
        counts = pick(self._source_first, numbers + 1) - low
        source, begin = concatenated(low, counts), np.repeat(found, counts)
        lengths = self._lengths.take(np.repeat(numbers, counts))
        pattern = pick(self._source_pattern, source)
        same, good = self._credible(page, begins, lengths, (begin, source))
        literal.append((pick(begins, pick(begin, same)), pick(pattern, same)))
        begin, last = (
            pick(begin, good),
            pick(begin, good) + pick(lengths, good) - 1,
        )
        pattern = pick(pattern, good)
        if pairs is not None:
            begin, last = np.concatenate((pairs[0], begin)), np.concatenate((pairs[0] + 1, last))
            pattern = np.concatenate((pairs[1], pattern))
        stop = stream.stops(pick(begins, last)) if part.stops is None else part.stops.take(last)
        return pick(begins, begin), stop, pattern

    def _credible(self, page: Page, begins: Ints, lengths: Ints, match: Pair) -> Pair:
        """Which matches are the keyword itself, and which others say enough: numbers of rows."""
        begin, source = match
        if not len(begin):
            return begin, begin
        char = pick(packed_characters(), pick(page.folded.codes, pick(begins, concatenated(begin, lengths))))
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
    for count, way in enumerate(product(*options)):
        if count == _WAYS:
            return
        yield "".join(token for token, _ in way), bytes(tones for _, tones in way)


def _syllables(patterns: Patterns) -> Codes:
    """What the patterns are made of, as numbers of syllables."""
    return patterns.codes - np.uint32(SYLLABLE)


@dataclass(frozen=True)
class _Part:
    """A stream: syllables (`MUTE` where there is none), folded begin and stop of each (None: as in the text)."""

    heard: Signs
    begins: Ints
    stops: Ints | None


def _marked(signs: Signs) -> Pair:
    """Where letters stand, and where a keyword may begin that is not known by its sound."""
    found = [np.zeros(0, dtype=np.int64)]
    kinds = [np.zeros(0, dtype=np.uint16)]
    for low in range(0, len(signs), _CHUNK):
        marks = signs[low : low + _CHUNK] & (LETTER | ALONE)
        after = signs[low + 1 : low + _CHUNK + 1] >> np.uint16(1)  # `FOLLOWS` where `BEGINS` is
        after &= signs[low : low + len(after)]
        after &= BEGINS
        marks[: len(after)] |= after
        places = where_few(marks.astype(np.bool_))
        kinds.append(marks.take(places))
        found.append(places + low)
    places, marks = np.concatenate(found), np.concatenate(kinds)
    letters, unheard = (np.flatnonzero((marks & some) != 0) for some in (LETTER, BEGINS | ALONE))
    return pick(places, letters), pick(places, unheard)


class _Stream:
    """The folded text as syllables: one for each character, and for each syllable that is spelled in letters."""

    def __init__(self, page: Page) -> None:
        codes = page.folded.codes
        self._codes = codes
        self._heard = page.signs & SOUND
        self._sizes = np.ones(len(codes), dtype=np.uint16)
        self._kept = np.ones(len(codes), dtype=np.bool_)
        self._others: list[tuple[int, int, str]] = []
        letters, self.unheard = _marked(page.signs)
        if len(letters):
            self._read_words(page, codes, letters)
        self._where = np.flatnonzero(self._kept)

    def _read_words(self, page: Page, codes: Codes, letters: Ints) -> None:
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
        chosen = np.flatnonzero(spelled(codes, starts, lengths))
        starts, lengths = starts.take(chosen), pick(lengths, chosen)
        if not len(starts):
            return
        stops = starts + lengths
        stops += self._tone_digits(page, stops)
        self._kept[concatenated(starts, stops - starts)] = False
        sizes = lengths + 1
        written = codes.take(concatenated(starts, sizes), mode="clip").astype(np.uint8)
        written[np.cumsum(sizes) - 1] = ord(" ")
        spellings = written.tobytes().split()
        numbers = {word: number for number, word in enumerate(dict.fromkeys(spellings))}
        ways = [segmentations(word.decode("ascii")) for word in numbers]
        kinds = np.fromiter(map(numbers.__getitem__, spellings), dtype=np.int64, count=len(spellings))
        sizes = np.array([len(way[0]) for way in ways])
        parts = np.array([part for way in ways for part in way[0]], dtype=np.int64)
        counts = sizes.take(kinds)
        low, high, syllable = parts[concatenated((np.cumsum(sizes) - sizes).take(kinds), counts)].T
        begin = np.repeat(starts, counts)
        places, ends = begin + low, begin + high
        ends[np.cumsum(counts) - 1] = stops
        self._kept[places] = True
        self._sizes[places] = ends - places
        self._heard[places] = syllable
        for row in np.flatnonzero(np.array([len(way) > 1 for way in ways]).take(kinds)).tolist():
            self._others.append((int(starts[row]), int(stops[row]), spellings[row].decode("ascii")))

    @staticmethod
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

    def parts(self) -> Iterator[_Part]:
        """First the text, then other readings of words."""
        where = self._where
        yield _Part(pick(self._heard, where), where, None)
        if self._others:
            yield self._other_readings()

    def _other_readings(self) -> _Part:
        columns: list[tuple[Signs, Ints, Ints]] = []
        where = self._where
        for start, stop, word in self._others:
            low, high = np.searchsorted(where, (start, stop)).tolist()
            before, after = where[max(0, low - _REACH) : low], where[high : high + _REACH]
            for way in segmentations(word)[1:]:
                begins = np.array([start + first for first, _, _ in way])
                columns.append(self._taken(before))
                columns.append(
                    (
                        np.array([number for _, _, number in way], dtype=np.uint16),
                        begins,
                        np.array([start + last for _, last, _ in way]),
                    )
                )
                columns.append(self._taken(after))
                columns.append((np.array([BREAK], dtype=np.uint16), begins[:1], begins[:1]))
        return _Part(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    def _taken(self, where: Ints) -> tuple[Signs, Ints, Ints]:
        return self._heard.take(where), where, self.stops(where)

    def stops(self, begins: Ints) -> Ints:
        """Where the tokens that begin there end."""
        return begins + pick(self._sizes, begins)


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
