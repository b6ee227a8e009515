"""Finds where a label of the table stands in a file, and the text that follows it as its value."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from filingdesk.domain.specs import fields
from filingdesk.materials.expected import Expectation
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.normal import name_key, squash
from filingdesk.materials.wording import any_of

_TAIL = re.compile(r"(?:\s*\([^()\n\t]{0,20}\))?\s*:?\s*\Z")


_key = cache(name_key)


@dataclass(frozen=True)
class Anchor:
    """A label and what follows it.

    `region` is the text behind the label (with its colon) in running text, or the whole value cell (`cell`).
    `start` and `end` are the label's place in the piece. `more` is what stands in the next line of a pdf.
    """

    label: str
    piece: int
    start: int
    end: int
    region: str
    cell: bool
    more: str = ""


class Labels:
    """All labels of the table, ready for searching."""

    def __init__(self, rows: Iterable[Expectation]) -> None:
        self.by_label: dict[str, list[Expectation]] = {}
        firm: set[str] = set()
        for each in rows:
            for label in each.row.labels:
                firm.add(_key(label))
            for label in (*each.row.labels, *each.row.loose):
                self.by_label.setdefault(_key(label), []).append(each)
        self._pattern = any_of(self.by_label)
        # A cell that holds the label of any field is a label, never a value.
        self.known = frozenset(firm) | {name_key(spec.meta.label) for spec in fields().values()}

    def is_label(self, cell: str) -> bool:
        """Is the text nothing but a label?"""
        return squash(_TAIL.sub("", cell)) in self.known

    def find(self, file: Indexed) -> Iterator[Anchor]:
        """Every anchor of a file, in reading order of tables and text."""
        if self._pattern is None:
            return
        vertical = {number: self._heads(file, rows) for number, rows in file.tables.items()}
        for number, piece in enumerate(file.pieces):
            text = file.texts[number]
            if piece.shape == "row":
                yield from self._row(file, number, vertical[piece.table])
            elif text:
                yield from self._text(file, number, text)

    def _heads(self, file: Indexed, rows: list[int]) -> dict[int, str]:
        """Column → label, when the first row is a head with values below it; empty for forms with labels at the left."""
        if len(rows) < 2:
            return {}
        first = file.cells(rows[0])
        below = [file.cells(n) for n in rows[1:]]
        if len(first) < 2 or not all(0 < len(cell) <= 24 for cell in first):
            return {}
        left = sum(self.is_label(cells[0]) for cells in below)
        heads = [n for n, cell in enumerate(first) if self.is_label(cell)]
        adjacent = any(n + 1 in heads for n in heads)
        if not heads or left or (len(first) == 2 and not adjacent) or (len(heads) == 1 and len(first) < 3):
            return {}
        return {
            n: squash(_TAIL.sub("", first[n]))
            for n in heads
            if not any(n < len(cells) and self.is_label(cells[n]) for cells in below)
        }

    def _row(self, file: Indexed, number: int, heads: dict[int, str]) -> Iterator[Anchor]:
        piece = file.pieces[number]
        cells = file.cells(number)
        at = 0
        for index, cell in enumerate(cells):
            key = squash(_TAIL.sub("", cell))
            if heads:
                if piece.row and index in heads and heads[index] in self.by_label and cell:
                    yield Anchor(heads[index], number, at, at, cell, cell=True)
            elif key in self.by_label and index + 1 < len(cells):
                value = cells[index + 1]
                if value and not self.is_label(value):
                    yield Anchor(key, number, at, at + len(cell), value, cell=True)
            if key not in self.by_label:
                yield from self._inside(number, cell, at)
            at += len(cell) + 1

    def _inside(self, number: int, text: str, offset: int) -> Iterator[Anchor]:
        assert self._pattern is not None  # noqa: S101 - for the type checker
        for match in self._pattern.finditer(text):
            label = squash(match[0])
            yield Anchor(
                label, number, offset + match.start(), offset + match.end(), text[match.end() :], cell=False
            )

    def _text(self, file: Indexed, number: int, text: str) -> Iterator[Anchor]:
        following = file.texts[number + 1] if number + 1 < len(file.texts) else ""
        alone = squash(_TAIL.sub("", text))
        if alone in self.by_label:
            # The label is the whole line: its value stands in the next one; a line to sign on is followed by anything.
            signing = re.search("签|章", text) is not None
            if (
                following
                and not signing
                and not self.is_label(following)
                and file.pieces[number + 1].shape == "text"
            ):
                yield Anchor(alone, number, 0, len(text), following, cell=True)
            return
        for anchor in self._inside(number, text, 0):
            more = following if file.pdf else ""
            yield Anchor(anchor.label, number, anchor.start, anchor.end, anchor.region, cell=False, more=more)
