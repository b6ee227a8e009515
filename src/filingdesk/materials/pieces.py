"""What a reader hands over: text in pieces, each with its place, and what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Shape = Literal["text", "row", "heading", "note"]
"""text: a paragraph; row: one row of a table, its cells parted by tabs; heading; note: a comment left in the file."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or a table row.

    `text` is as it stands in the file, the cells of a row parted by tabs. `place` says where, for people (第 12 段).
    `table` numbers the tables of a file from 1 (0: in no table), `row` their rows from 0. `images` counts the pictures
    that stand in it.
    """

    text: str
    place: str
    shape: Shape = "text"
    table: int = 0
    row: int = 0
    images: int = 0

    def as_list(self) -> list[Any]:
        """What crosses from the reading child process."""
        return [self.text, self.place, self.shape, self.table, self.row, self.images]


@dataclass(frozen=True)
class FileText:
    """What was read of one file.

    `failed` says why nothing could be read (blank: it could). `partly` are sentences about parts that could not be read;
    what is not found in such a file is not known to be absent. `pages` is 0 where the format has none. `notes` are
    remarks on the file itself (tracked changes, comments), by kind.
    """

    pieces: tuple[Piece, ...] = ()
    failed: str = ""
    partly: tuple[str, ...] = ()
    pages: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        return not self.failed

    @property
    def characters(self) -> int:
        """How much text there is."""
        return sum(len(piece.text) for piece in self.pieces)


def from_lists(rows: Sequence[Sequence[Any]]) -> tuple[Piece, ...]:
    """The pieces behind what a child process sent."""
    return tuple(Piece(*row) for row in rows)
