"""How wide the columns of a table are, the same for Word and pdf: the template's widths, moved to where the words need them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from filingdesk.documents.blocks import Cell, Column, Row, Run, grid

_AIR = 0.4
"""Characters that a column keeps beside its longest line, so that words do not touch the rule."""
_PADDING = 9.0
"""Points left and right of the words of a cell together, as both writers leave them."""
_KEPT = 0.6
"""Of its given width a column keeps at least so much, whatever others want."""
_SHORT = 10.0
"""Characters: a column of words as short as that gives nothing that they need."""
_BROKEN = 0.15
"""Lines that such a word on two lines counts for beside the line it takes."""
_SAMPLE = 60
"""Rows that are looked at for the height of a table."""
_MOVES = 12
"""At most so many times some width goes from one column to another."""
_STEPS = (1.0, 2.0, 4.0)
"""Characters that are tried to be moved."""
_SOLID = re.compile(r"[\x21-\x7e]+")
"""What stays on one line: a Latin word, a number, the name of a file."""


@dataclass(frozen=True)
class _Box:
    """A cell for measuring: the columns it covers and how long each of its paragraphs is, in characters."""

    first: int
    last: int
    paras: tuple[float, ...]
    section: bool = False

    def lines(self, have: Sequence[float], padding: float) -> int:
        room = max(sum(have[self.first : self.last + 1]) - padding, 1.0)
        return sum(max(1, -int(-ems // room)) for ems in self.paras)


Boxes = tuple[tuple[_Box, ...], ...]


def column_shares(
    columns: tuple[Column, ...], rows: tuple[Row, ...], width: float, size: float
) -> list[float]:
    """Shares of the table width (summing to 1) for a table `width` points wide set in `size` points.

    Given widths come first, open ones divide the rest by their text. Then columns with room to spare give it to those
    whose words would be broken, as long as that makes the table less tall. Same table, same shares, in every format.
    """
    widths = tuple(c.width for c in columns)
    given = _given(widths, () if all(widths) else column_lengths(columns, rows))
    if len(columns) < 2:
        return given
    boxes, solid = _measured(columns, rows)
    return list(_balanced(tuple(given), boxes, solid, width / size, _PADDING / size))


def _given(widths: tuple[float, ...], lengths: tuple[int, ...]) -> list[float]:
    open_total = sum(1 for width in widths if not width)
    if not open_total:
        return [width / sum(widths) for width in widths]
    rest = max(100.0 - sum(widths), 12.0 * open_total)
    weights = [
        min(max(length, 4), 30) ** 0.7 if not width else 0.0
        for width, length in zip(widths, lengths, strict=True)
    ]
    shares = [width or rest * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]
    return [share / sum(shares) for share in shares]


@lru_cache(maxsize=512)
def _balanced(
    given: tuple[float, ...], boxes: Boxes, solid: tuple[float, ...], width: float, padding: float
) -> tuple[float, ...]:
    """Shares moved to where they save lines; everything is measured in characters of the table's size."""
    have = [share * width for share in given]
    needs = [padding + _AIR] * len(given)
    for box in (box for row in boxes for box in row if box.first == box.last):
        needs[box.first] = max(needs[box.first], max(box.paras) + _AIR + padding)
    least = []
    for room, need, word in zip(have, needs, solid, strict=True):
        floor = max(room * _KEPT, word + _AIR + padding)
        least.append(min(need if need <= _SHORT + padding else floor, room))
    if not any(box.first < box.last and not box.section for row in boxes for box in row):
        have = _to_single_lines(have, needs, least)
    for _ in range(_MOVES):
        moved = _best_move(have, boxes, least, padding)
        if moved is None:
            break
        have = moved
    return tuple(room / sum(have) for room in have)


def _to_single_lines(have: list[float], needs: Sequence[float], least: Sequence[float]) -> list[float]:
    """Give what whole columns have to spare to those that lack it: little first, then in parts."""
    spare = [max(0.0, room - max(need, floor)) for room, need, floor in zip(have, needs, least, strict=True)]
    left = pool = sum(spare)
    more = [0.0] * len(have)
    lacking = sorted(
        (need - room, index)
        for index, (need, room) in enumerate(zip(needs, have, strict=True))
        if need > room
    )
    for place, (lack, index) in enumerate(lacking):
        if lack > left:
            rest = lacking[place:]
            total = sum(part for part, _ in rest)
            for part, other in rest:
                more[other] = left * part / total
            left = 0.0
            break
        more[index] = lack
        left -= lack
    taken = (pool - left) / pool if pool else 0.0
    return [room - taken * free + extra for room, free, extra in zip(have, spare, more, strict=True)]


def _height(have: Sequence[float], boxes: Boxes, padding: float) -> float:
    """How many lines the rows take together; a short word that is broken, one character alone below, counts a little too."""
    total = 0.0
    for row in boxes:
        tallest = 1
        for box in row:
            lines = box.lines(have, padding)
            tallest = max(tallest, lines)
            if lines > len(box.paras) == 1 and box.paras[0] <= _SHORT:
                total += _BROKEN
        total += tallest
    return total


def _best_move(have: list[float], boxes: Boxes, least: Sequence[float], padding: float) -> list[float] | None:
    """The widths after the move that saves most lines, the smallest step that saves any; None when none does."""
    best = _height(have, boxes, padding)
    if best <= sum(max((len(box.paras) for box in row), default=1) for row in boxes):
        return None
    moved = None
    for step in _STEPS:
        for giver, taker in permutations(range(len(have)), 2):
            if have[giver] - step < least[giver]:
                continue
            tried = list(have)
            tried[giver] -= step
            tried[taker] += step
            if (height := _height(tried, boxes, padding)) < best - 0.01:
                best, moved = height, tried
        if moved:
            break
    return moved


def _measured(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> tuple[Boxes, tuple[float, ...]]:
    """The cells of rows spread over the table, and the longest word of each column in characters."""
    boxes: list[tuple[_Box, ...]] = []
    solid = [0.0] * len(columns)
    if not any(cell.rowspan > 1 for row in rows for cell in row):
        rows = rows[:: -(-len(rows) // _SAMPLE) or 1]
    squares = grid(rows, len(columns))
    for row in squares[:: -(-len(squares) // _SAMPLE) or 1]:
        found = []
        for c, (cell, first_column, first_row) in enumerate(row):
            if not (first_column and first_row) or cell.rowspan > 1:
                continue
            texts = [run.text for para in cell.paras for run in (*para, _END)]
            paras, word = _text_size("".join(texts)[:-1])
            last = min(c + cell.colspan, len(columns)) - 1
            found.append(_Box(c, last, paras, cell.kind == "section"))
            if c == last:
                solid[c] = max(solid[c], word)
        boxes.append(tuple(found))
    return tuple(boxes), tuple(solid)


_END = Run("\n")


@lru_cache(maxsize=8192)
def _text_size(text: str) -> tuple[tuple[float, ...], float]:
    """How long each line of a text is, and its longest word, in characters."""
    words = (_ems(word) for word in _SOLID.findall(text) if len(word) < 20)
    return tuple(map(_ems, text.split("\n"))), max(words, default=0.0)


@lru_cache(maxsize=8192)
def _ems(text: str) -> float:
    """Width in characters: Chinese letters and signs one, Latin capitals more than a half, a little between the two."""
    total, before = 0.0, False
    for index, char in enumerate(text):
        wide = unicodedata.east_asian_width(char) in "WFA"
        total += 1.0 if wide else 0.72 if char.isupper() else 0.56
        if index and wide != before:
            total += 0.14
        before = wide
    return total


def cell_lines(cell: Cell, width: float, size: float) -> int:
    """How many lines a cell `width` points wide takes in `size` points, about."""
    room = max((width - _PADDING) / size, 1.0)
    lines = (line for para in cell.paras for line in "".join(run.text for run in para).split("\n"))
    return sum(max(1, -int(-_ems(line) // room)) for line in lines) or 1


def column_lengths(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> tuple[int, ...]:
    """The longest text of each column (cells that span several columns do not count)."""
    longest = [0] * len(columns)
    for row in grid(rows, len(columns)):
        for c, (cell, *_) in enumerate(row):
            if cell.colspan == 1:
                length = max((sum(len(run.text) for run in para) for para in cell.paras), default=0)
                longest[c] = max(longest[c], length)
    return tuple(longest)
