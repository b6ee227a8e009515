"""The joined records, folded, with the way back to their original places and what stands around a place."""

import re
from functools import cached_property

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.matcher_tables import Codes, Ints, concatenated
from filingdesk.scan.normalize import DROP, FoldTable, encode, fold
from filingdesk.scan.signs import Signs, marked

Flags = npt.NDArray[np.bool_]

_LINE_END_TABLE = np.zeros(0x2030, dtype=np.bool_)
_LINE_END_TABLE[[ord(char) for char in "\n\r\u2028\u2029\x0b\x0c\x85"]] = True
_FAR = 64
_CHUNK = 1 << 16
_PARAGRAPH_END = re.compile(
    r"[。！？!?…；;.．｡][^\n\r\u2028\u2029\x0b\x0c\x85]*[\n\r\u2028\u2029\x0b\x0c\x85]"
    r"|(?:\r\n|[\n\r\u2028\u2029\x0b\x0c\x85])\s*?(?:\r\n|[\n\r\u2028\u2029\x0b\x0c\x85])"
)
_SENTENCE_END = re.compile(r"[。！？!?…；;｡\n\r\u2028\u2029\x0b\x0c\x85]")


class Page:
    """`codes` are the original code points of `text`, `folded` what is left of them to compare."""

    def __init__(self, text: str, table: FoldTable, signs: Signs | None = None) -> None:
        self.text = text
        self.table = table
        self._signs = signs
        self.codes: Codes = encode(text)
        self.folded = fold(self.codes, table)

    @cached_property
    def signs(self) -> Signs:
        """What is known of each folded character, by the table that was given."""
        assert self._signs is not None  # noqa: S101 - who asks for signs gives a table
        codes = self.folded.codes
        signs = np.empty(len(codes), dtype=np.uint16)
        for low in range(0, len(codes), _CHUNK):
            self._signs.take(
                codes[low : low + _CHUNK], out=signs[low : low + _CHUNK], mode="wrap"
            )  # as `pick`
        return signs

    @cached_property
    def marked(self) -> tuple[Ints, Signs]:
        """Where a bold channel has something to look for, and what."""
        return marked(self.signs)

    def spans(self, begin: Ints, stop: Ints) -> tuple[Ints, Ints, Flags | None]:
        """Original start and end of folded places; and, where it matters, which of them cut no character in two."""
        folded = self.folded
        start, last = folded.origins(begin), folded.origins(stop - 1)
        whole: Flags | None = None
        if len(folded.several) and len(begin):
            size = len(folded.codes)
            whole = (begin == 0) | (folded.origins(np.maximum(begin - 1, 0)) != start)
            whole &= (stop == size) | (folded.origins(np.minimum(stop, size - 1)) != last)
        return start, last + 1, whole

    def several_between(self, start: Ints, end: Ints) -> Flags | None:
        """Which of the places hold a character that folds to several; None when no character does."""
        several = self.folded.several
        if not len(several):
            return None
        return np.searchsorted(several, start) < np.searchsorted(several, end)

    def letters_beside(self, start: Ints, end: Ints, edges: Flags, kinds: Flags) -> Flags:
        """Where a character of `kinds` continues a word whose own edge is one; the invisible is looked through.

        `edges` tells of each place whether the word begins and ends with such a character (two columns).
        """
        beside = np.zeros(len(start), dtype=np.bool_)
        where = np.flatnonzero(edges[:, 0])
        beside[where] = kinds[self._kinds_at(start[where] - 1, -1)]
        where = np.flatnonzero(edges[:, 1])
        beside[where] |= kinds[self._kinds_at(end[where], 1)]
        return beside

    def _kinds_at(self, places: Ints, step: int) -> npt.NDArray[np.uint8]:
        inside = (places >= 0) & (places < len(self.codes))
        kinds = np.zeros(len(places), dtype=np.uint8)
        kinds[inside] = self.table.kind[self.codes[places[inside]]]
        for number in np.flatnonzero(kinds == folding.SKIP_INVISIBLE).tolist():
            place = int(places[number])
            while 0 <= place < len(self.codes) and self.kind(place) == folding.SKIP_INVISIBLE:
                place += step
            kinds[number] = self.kind(place) if 0 <= place < len(self.codes) else folding.OTHER
        return kinds

    def kind(self, place: int) -> int:
        """The kind of the character at a place of the original."""
        return int(self.table.kind[self.codes[place]])

    def over_lines(self, start: Ints, end: Ints) -> Flags:
        """Which of the places have the end of a line inside."""
        over = np.zeros(len(start), dtype=np.bool_)
        sizes = end - start
        # Of two characters nothing is between; where very much is, it pays to know all ends.
        rows = np.flatnonzero((sizes > 2) & (sizes <= _FAR))
        if len(rows):
            sizes = sizes.take(rows)
            inside = _ends_line(self.codes.take(concatenated(start.take(rows), sizes)))
            over[rows] = np.logical_or.reduceat(inside, np.cumsum(sizes) - sizes)
        rows = np.flatnonzero(end - start > _FAR)
        if len(rows):
            ends = self._line_ends
            low, high = (np.searchsorted(ends, column.take(rows)) for column in (start, end))
            over[rows] = low < high
        return over

    @cached_property
    def _line_ends(self) -> Ints:
        return np.flatnonzero(_ends_line(self.codes))

    def torn(self, start: int, end: int, by_sentence: bool = False) -> bool:
        """Whether a paragraph (or a sentence) ends between two characters of the place: they belong to two texts.

        A word of three and more characters that has something in every gap was spread on purpose: it is not torn.
        """
        surface = self.text[start:end]
        ending = _SENTENCE_END if by_sentence else _PARAGRAPH_END
        if ending.search(surface) is None:
            return False
        skipped = self.table.skip[self.codes[start:end]] == DROP
        gaps: list[str] = []
        gap = ""
        for char, gone in zip(surface[1:], skipped[1:].tolist(), strict=True):
            if gone:
                gap += char
            else:
                gaps.append(gap)
                gap = ""
        if not any(ending.search(gap) for gap in gaps):
            return False
        return len(gaps) < 2 or not all(gaps)


def _ends_line(codes: Codes) -> Flags:
    return _LINE_END_TABLE.take(np.minimum(codes, np.uint32(_LINE_END_TABLE.size - 1)))


class Spans:
    """Places of allowed phrases; answers whether one of them holds a hit."""

    def __init__(self, start: Ints, end: Ints) -> None:
        order = np.argsort(start, kind="stable")
        self._starts = start[order]
        self._reach = np.maximum.accumulate(end[order])

    def hold(self, start: Ints, end: Ints) -> Flags:
        """Which of the places lie inside one phrase."""
        number = np.searchsorted(self._starts, start, side="right") - 1
        held: Flags = (number >= 0) & (self._reach[number] >= end)
        return held
