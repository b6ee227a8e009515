"""Finds keywords by their sound: spelled in Latin letters (du bo, dǔbó, 代开发piao) or written with homophones."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher import build_matcher, load_matcher, matcher_arrays
from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated
from filingdesk.scan.normalize import SENTINEL
from filingdesk.scan.pinyin import SYLLABLE, segmentations, sounds, spelled

_SENTINEL = np.uint32(ord(SENTINEL))
_WAYS = 8  # readings of one keyword that are followed up
_REACH = 24
_OWN_SOUND = frozenset("乾")  # traditional characters whose simplified form lacks their commonest sound
_FOLDED_AWAY = frozenset("干")


class PinyinFinder:
    """Compares syllables without tones; every hit has something that is not the keyword's own character.

    A syllable in letters counts as it stands (letters must form whole words of syllables, so that nothing is cut out of
    English words that cannot be read as pinyin). A homophone counts when all homophones of the hit have the tone of
    the character they stand for, or when at least half of the keyword stands there literally or in letters: 毒pin and
    独品 (same tones) are found for 毒品, 读贫 (another tone) is not.
    """

    def __init__(self, dictionary: Dictionary, engine: str) -> None:
        self._dictionary = dictionary
        numbers: dict[str, int] = {}
        sources: list[tuple[int, int]] = []
        tones: list[bytes] = []
        for pattern, text in enumerate(dictionary.strings):
            for way, heights in _ways(_as_written(dictionary, pattern, text)):
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
        self._matcher = build_matcher(patterns, engine)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "sound_lengths": self._lengths,
            "sound_patterns": self._source_pattern,
            "sound_first": self._source_first,
            "sound_tones": self._tones,
            "sound_tone_first": self._tone_first,
            **matcher_arrays(self._matcher),
        }

    @classmethod
    def load(
        cls, arrays: Mapping[str, npt.NDArray[np.generic]], dictionary: Dictionary, engine: str
    ) -> "PinyinFinder":
        """From what `arrays` gave for the same dictionary and engine."""
        finder = cls.__new__(cls)
        finder._dictionary = dictionary
        finder._lengths = arrays["sound_lengths"].view(np.int64)
        finder._source_pattern = arrays["sound_patterns"].view(np.int64)
        finder._source_first = arrays["sound_first"].view(np.int64)
        finder._tones = arrays["sound_tones"].view(np.uint8)
        finder._tone_first = arrays["sound_tone_first"].view(np.int64)
        finder._matcher = load_matcher(arrays, engine)
        return finder

    def find(self, page: Page) -> tuple[Ints, Ints, Ints]:
        """(begin, stop, pattern number) in folded places."""
        stream = _Stream(page)
        first, *others = [self._search(page, stream, *part) for part in stream.parts()]
        if others and len(others[0]):
            # Other readings repeat their surroundings, and with them hits that are known.
            near = first[np.isin(first[:, 0], others[0][:, 0])]
            new = {tuple(row) for row in others[0].tolist()} - {tuple(row) for row in near.tolist()}
            first = np.concatenate((first, np.array(sorted(new), dtype=np.int64).reshape(-1, 3)))
        return first[:, 0], first[:, 1], first[:, 2]

    def _search(
        self, page: Page, stream: "_Stream", tokens: Codes, begins: Ints, stops: Ints | None
    ) -> npt.NDArray[np.int64]:
        """Rows of begin, stop, pattern; `stops` None: those of the stream."""
        found, numbers = self._matcher.find(tokens)
        lengths = self._lengths.take(numbers)
        rows: list[npt.NDArray[np.int64]] = [np.zeros((0, 3), dtype=np.int64)]
        for length in np.flatnonzero(np.bincount(lengths)).tolist():
            same = np.flatnonzero(lengths == length)
            begin, number = found.take(same), numbers.take(same)
            low = self._source_first.take(number)
            counts = self._source_first.take(number + 1) - low
            source, begin = concatenated(low, counts), np.repeat(begin, counts)
            pattern = self._source_pattern.take(source)
            good = self._credible(page, stream, begins, length, (begin, source, pattern))
            begin = begin.take(good)
            last = begin + length - 1
            stop = stream.stops.take(begins.take(last)) if stops is None else stops.take(last)
            rows.append(np.stack([begins.take(begin), stop, pattern.take(good)], axis=1))
        return np.concatenate(rows)

    def _credible(
        self, page: Page, stream: "_Stream", begins: Ints, length: int, match: tuple[Ints, Ints, Ints]
    ) -> Ints:
        """Which matches of one length say enough: numbers of rows."""
        begin, source, pattern = match
        words = self._dictionary.patterns
        heights = sounds().tones
        letter, tone = words.offsets.take(pattern), self._tone_first.take(source)
        own = np.zeros(len(begin), dtype=np.int16)
        sure = np.zeros(len(begin), dtype=np.int16)
        off_key = np.zeros(len(begin), dtype=np.bool_)
        for depth in range(length):
            place = begins.take(begin + depth)
            char = page.folded.codes.take(place)
            spelled_out = stream.latin.take(place)
            literal = char == words.codes.take(letter + depth)
            literal &= ~spelled_out
            own += literal
            spelled_out |= literal
            sure += spelled_out
            height = heights.take(char)
            height &= self._tones.take(tone + depth)
            off_key |= ~spelled_out & (height == 0)
        return np.flatnonzero((own < length) & (~off_key | (2 * sure >= length)))


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
        [(chr(SYLLABLE + number), tones) for number, tones in reading.items()] or [(char, 0)]
        for char, reading in zip(text, readings, strict=True)
    ]
    for count, way in enumerate(product(*options)):
        if count == _WAYS:
            return
        yield "".join(token for token, _ in way), bytes(tones for _, tones in way)


class _Stream:
    """The folded text as syllables: a token for each character, and for each syllable that is spelled in letters."""

    def __init__(self, page: Page) -> None:
        codes = page.folded.codes
        self._tokens = sounds().first.take(codes)
        self.stops = np.arange(1, len(codes) + 1)
        self.latin = np.zeros(len(codes), dtype=np.bool_)
        self._kept = np.ones(len(codes), dtype=np.bool_)
        self._others: list[tuple[int, int, str]] = []
        letters = (codes - np.uint32(97)) < 26
        if letters.any():
            self._read_words(page, codes, letters)
        self._where = np.flatnonzero(self._kept)

    def _read_words(self, page: Page, codes: Codes, letters: npt.NDArray[np.bool_]) -> None:
        apart = _apart(page)
        head = letters.copy()
        head[1:] &= ~letters[:-1] | apart[1:]
        starts = np.flatnonzero(head)
        # A word ends where the next begins or where letters end.
        tail = letters.copy()
        tail[:-1] &= ~letters[1:] | apart[1:]
        lengths = np.flatnonzero(tail) + 1 - starts
        chosen = np.flatnonzero(spelled(codes, starts, lengths))
        starts, lengths = starts.take(chosen), lengths.take(chosen)
        if not len(starts):
            return
        stops = starts + lengths
        stops += self._tone_digits(codes, apart, stops)
        self._kept[concatenated(starts, stops - starts)] = False
        raw = np.minimum(codes, np.uint32(0xFF)).astype(np.uint8).tobytes()
        places: list[int] = []
        numbers: list[int] = []
        ends: list[int] = []
        for start, length, stop in zip(starts.tolist(), lengths.tolist(), stops.tolist(), strict=True):
            word = raw[start : start + length].decode("ascii")
            ways = segmentations(word)
            for low, high, number in ways[0]:
                places.append(start + low)
                numbers.append(number)
                ends.append(start + high)
            ends[-1] = stop
            if len(ways) > 1:
                self._others.append((start, stop, word))
        self._kept[places] = True
        self.latin[places] = True
        self.stops[places] = ends
        self._tokens[places] = np.array(numbers, dtype=np.uint32) + np.uint32(SYLLABLE)

    @staticmethod
    def _tone_digits(codes: Codes, apart: npt.NDArray[np.bool_], stops: Ints) -> npt.NDArray[np.bool_]:
        """After which words a tone is written as a digit (du3bo2), and not a number that begins there."""
        after = codes.take(stops, mode="clip")
        tone = (stops < len(codes)) & (after >= 0x31) & (after <= 0x35) & ~apart.take(stops, mode="clip")
        further = codes.take(stops + 1, mode="clip")
        number = (stops + 1 < len(codes)) & (further >= 0x30) & (further <= 0x39)
        digits: npt.NDArray[np.bool_] = tone & ~number
        return digits

    def parts(self) -> Iterator[tuple[Codes, Ints, Ints | None]]:
        """Tokens, their folded begin and stop (None: as in `stops`); first the text, then other readings of words."""
        yield self._tokens.take(self._where), self._where, None
        if self._others:
            yield self._other_readings()

    def _other_readings(self) -> tuple[Codes, Ints, Ints]:
        columns: list[tuple[Codes, Ints, Ints]] = []
        where = self._where
        for start, stop, word in self._others:
            low, high = np.searchsorted(where, (start, stop)).tolist()
            before, after = where[max(0, low - _REACH) : low], where[high : high + _REACH]
            for way in segmentations(word)[1:]:
                begins = np.array([start + first for first, _, _ in way])
                # Every place of the word counts as spelled, whichever way it is read.
                self.latin[begins] = True
                columns.append(self._taken(before))
                columns.append(
                    (
                        np.array([SYLLABLE + number for _, _, number in way], dtype=np.uint32),
                        begins,
                        np.array([start + last for _, last, _ in way]),
                    )
                )
                columns.append(self._taken(after))
                columns.append((np.array([_SENTINEL]), begins[:1], begins[:1]))
        tokens, begin, end = (np.concatenate(column) for column in zip(*columns, strict=True))
        return tokens, begin, end

    def _taken(self, where: Ints) -> tuple[Codes, Ints, Ints]:
        return self._tokens.take(where), where, self.stops.take(where)


def _apart(page: Page) -> npt.NDArray[np.bool_]:
    """For each folded place whether something that can be seen was left out before it."""
    apart = np.zeros(len(page.folded.codes) + 1, dtype=np.bool_)
    gone = page.folded.gone
    seen = page.table.kind[page.codes[gone]] == folding.SKIP_VISIBLE
    if page.folded.full is None:
        apart[page.folded.gone_before[seen]] = True
    else:
        apart[np.searchsorted(page.folded.full, gone[seen])] = True
    return apart[:-1]
