"""Finds keywords by their sound: spelled in Latin letters (du bo, dǔbó, 代开发piao) or written with homophones."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.engine_page import Page
from filingdesk.scan.entries import Dictionary
from filingdesk.scan.matcher import Matcher, build_matcher, load_matcher, matcher_arrays
from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated
from filingdesk.scan.normalize import SENTINEL
from filingdesk.scan.pinyin import SYLLABLE, heard_token, segmentations, sounds, spelled
from filingdesk.scan.pinyin_matcher import LongFinder, TwoFinder, Twos, candidates

_SENTINEL = np.uint32(ord(SENTINEL))
_WAYS = 8  # readings of one keyword that are followed up
_REACH = 24
_CHUNK = 1 << 16  # characters at a time: what is needed only in passing stays in the processor's cache
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
        self._twos: Ints = np.flatnonzero(sizes == 2)
        self._quick: tuple[TwoFinder, LongFinder] | None = None
        self._matcher: Matcher | None = None
        if engine == "bulk":
            longer = np.flatnonzero(self._lengths > 2)
            self._quick = TwoFinder(self._columns(patterns, table[order, 0])), LongFinder(patterns, longer)
        else:
            self._matcher = build_matcher(patterns, engine)

    def _columns(self, patterns: Patterns, numbers: Ints) -> Twos:
        """The keywords of two characters as they are written and as they sound."""
        begin = patterns.offsets.take(numbers.take(self._twos))
        letter = self._dictionary.patterns.offsets.take(self._source_pattern.take(self._twos))
        tone = self._tone_first.take(self._twos)
        written, sounding = self._dictionary.patterns.codes, heard_token(patterns.codes)
        return Twos(
            (written.take(letter), written.take(letter + 1)),
            (sounding.take(begin), sounding.take(begin + 1)),
            (self._tones.take(tone), self._tones.take(tone + 1)),
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        return {
            "sound_lengths": self._lengths,
            "sound_patterns": self._source_pattern,
            "sound_first": self._source_first,
            "sound_tones": self._tones,
            "sound_tone_first": self._tone_first,
            "sound_twos": self._twos,
            **(matcher_arrays(self._matcher) if self._matcher is not None else {}),
            **({} if self._quick is None else self._quick[0].arrays() | self._quick[1].arrays()),
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
        finder._twos = arrays["sound_twos"].view(np.int64)
        quick = engine == "bulk"
        finder._quick = (TwoFinder.load(arrays), LongFinder.load(arrays)) if quick else None
        finder._matcher = None if quick else load_matcher(arrays, engine)
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
        pairs: tuple[Ints, Ints] | None = None
        if self._quick is not None:
            found, numbers, pairs = self._quickly(self._quick, page, stream, tokens, begins)
        elif self._matcher is not None:
            found, numbers = self._matcher.find(tokens)
        low = self._source_first.take(numbers)
        counts = self._source_first.take(numbers + 1) - low
        source, begin = concatenated(low, counts), np.repeat(found, counts)
        lengths = self._lengths.take(np.repeat(numbers, counts))
        pattern = self._source_pattern.take(source)
        good = self._credible(page, stream, begins, lengths, (begin, source, pattern))
        begin, lengths, pattern = begin.take(good), lengths.take(good), pattern.take(good)
        if pairs is not None:
            begin, pattern = np.concatenate((pairs[0], begin)), np.concatenate((pairs[1], pattern))
            lengths = np.concatenate((np.full(len(pairs[0]), 2), lengths))
        last = begin + lengths - 1
        stop = stream.stops.take(begins.take(last)) if stops is None else stops.take(last)
        return np.stack([begins.take(begin), stop, pattern], axis=1)

    def _quickly(
        self, quick: tuple[TwoFinder, LongFinder], page: Page, stream: "_Stream", tokens: Codes, begins: Ints
    ) -> tuple[Ints, Ints, tuple[Ints, Ints]]:
        """(starts, numbers) of what is longer than two syllables, and (starts, patterns) of credible pairs."""
        twos, longs = quick
        places, pairs, further = candidates(twos, longs, tokens)
        left, right = begins.take(places), begins.take(places + 1)
        row, number = twos.find(
            (page.folded.codes.take(left), page.folded.codes.take(right)),
            pairs,
            stream.latin.take(left) | stream.latin.take(right),
        )
        return *longs.find(tokens, further), (
            places.take(row),
            self._source_pattern.take(self._twos.take(number)),
        )

    def _credible(
        self, page: Page, stream: "_Stream", begins: Ints, lengths: Ints, match: tuple[Ints, Ints, Ints]
    ) -> Ints:
        """Which matches say enough: numbers of rows."""
        begin, source, pattern = match
        if not len(begin):
            return begin
        words = self._dictionary.patterns
        place = begins.take(concatenated(begin, lengths))
        char = page.folded.codes.take(place)
        sure = stream.latin.take(place)
        own = char == words.codes.take(concatenated(words.offsets.take(pattern), lengths))
        own &= ~sure
        sure |= own
        tones = sounds().tones.take(char)
        tones &= self._tones.take(concatenated(self._tone_first.take(source), lengths))
        off_key = tones == 0
        off_key &= ~sure
        first = np.cumsum(lengths) - lengths
        literal = np.logical_and.reduceat(own, first)
        in_tune = ~np.logical_or.reduceat(off_key, first)
        in_tune |= 2 * np.add.reduceat(sure, first, dtype=np.int64) >= lengths
        return np.flatnonzero(~literal & in_tune)


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
        self._tokens = np.empty(len(codes), dtype=np.uint32)
        self.stops = np.arange(1, len(codes) + 1)
        self.latin = np.zeros(len(codes), dtype=np.bool_)
        self._kept = np.ones(len(codes), dtype=np.bool_)
        self._others: list[tuple[int, int, str]] = []
        found = [np.zeros(0, dtype=np.int64)]
        for low in range(0, len(codes), _CHUNK):
            part = codes[low : low + _CHUNK]
            self._tokens[low : low + _CHUNK] = sounds().first.take(part)
            found.append(np.flatnonzero((part - np.uint32(97)) < 26) + low)
        letters = np.concatenate(found)
        if len(letters):
            self._read_words(page, codes, letters)
        self._where = np.flatnonzero(self._kept)

    def _read_words(self, page: Page, codes: Codes, letters: Ints) -> None:
        apart = _apart(page)
        # A word ends where letters end, and where something that can be seen stood before it was folded away.
        new = np.ones(len(letters) + 1, dtype=np.bool_)
        np.not_equal(letters[1:], letters[:-1] + 1, out=new[1:-1])
        new[:-1] |= apart.take(letters)
        cuts = np.flatnonzero(new)
        starts, lengths = letters.take(cuts[:-1]), np.diff(cuts)
        chosen = np.flatnonzero(spelled(codes, starts, lengths))
        starts, lengths = starts.take(chosen), lengths.take(chosen)
        if not len(starts):
            return
        stops = starts + lengths
        stops += self._tone_digits(codes, apart, stops)
        self._kept[concatenated(starts, stops - starts)] = False
        written = codes.take(concatenated(starts, lengths)).astype(np.uint8).tobytes()
        cuts = np.cumsum(lengths)
        spellings = [
            written[low:high] for low, high in zip((cuts - lengths).tolist(), cuts.tolist(), strict=True)
        ]
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
        self.latin[places] = True
        self.stops[places] = ends
        self._tokens[places] = (syllable + SYLLABLE).astype(np.uint32)
        for row in np.flatnonzero(np.array([len(way) > 1 for way in ways]).take(kinds)).tolist():
            self._others.append((int(starts[row]), int(stops[row]), spellings[row].decode("ascii")))

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
    seen = page.table.kind.take(page.codes.take(gone)) == folding.SKIP_VISIBLE
    if page.folded.full is None:
        apart[page.folded.gone_before.take(np.flatnonzero(seen))] = True
    else:
        apart[np.searchsorted(page.folded.full, gone[seen])] = True
    return apart[:-1]
