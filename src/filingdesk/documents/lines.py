"""Lines: the paragraphs of a document one by one, each with an anchor that survives edits of facts and of other paragraphs.

An anchor is a hash over the template's own words of a line (facts are put in by their keys) and the heading it stands
under; a number is added where the same words stand there twice. So it stays the same when a fact changes, when
paragraphs come and go elsewhere, and on the way through Word; it becomes another one when the template's words change.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from filingdesk.documents.blocks import (
    DATE_LINE,
    CheckList,
    Cover,
    Diagram,
    Document,
    Figure,
    Heading,
    KeyValue,
    ListBlock,
    Note,
    Paragraph,
    Row,
    Run,
    Runs,
    SignaturePlace,
    Subtitle,
    Table,
    Title,
    text_of,
)
from filingdesk.documents.signing import BLANK

Keys = Callable[[str], str]
"""Path of a fact for people → its key, which stays when records are moved."""

COMPUTED = "\ufffc"
"""Stands for what Word computes itself (numbers of tables, references) when words are compared."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: the template's words (`fact` blank), a fact by its key, or something Word computes."""

    text: str
    fact: str = ""
    gap: bool = False
    computed: bool = False
    bold: bool = False
    italic: bool = False
    label: str = ""


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """One paragraph. `place` is the heading it stands under, `table` whether it stands in a table; `loose` lines may be
    replaced as a whole by words of the project."""

    anchor: str
    pieces: Pieces
    place: str = ""
    table: bool = False
    loose: bool = True

    @property
    def text(self) -> str:
        """What can be read; computed numbers by their stand-in."""
        return "".join(COMPUTED if piece.computed else piece.text for piece in self.pieces)

    @property
    def prose(self) -> str:
        """The words with keys in place of facts: equal when only facts differ."""
        return prose_of(self.pieces)

    @property
    def facts(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.fact)


def same_keys(path: str) -> str:
    """For papers that stand outside a project."""
    return path


def prose_of(pieces: Iterable[Piece]) -> str:
    """See `Line.prose`."""
    return "".join(
        f"\x01{piece.fact}\x02" if piece.fact else COMPUTED if piece.computed else piece.text
        for piece in pieces
    )


def grouped_runs(runs: Runs) -> list[list[Run]]:
    """Neighbouring runs of one fact together (the boxes of one choice), all others alone."""
    groups: list[list[Run]] = []
    for run in runs:
        if not run.text:
            continue
        last = groups[-1][-1] if groups else None
        if last is not None and run.fact and last.fact == run.fact and last.gap == run.gap and not run.ref:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def pieces_of(runs: Runs, keys: Keys) -> Pieces:
    """Runs as pieces; words of the template beside one another are one piece."""
    out: list[Piece] = []
    for group in grouped_runs(runs):
        first = group[0]
        text = "".join(run.text for run in group)
        if first.ref:
            out.append(Piece(text, computed=True))
        elif first.fact:
            out.append(
                Piece(
                    text,
                    keys(first.fact),
                    gap=first.gap,
                    bold=first.bold,
                    italic=first.italic,
                    label=first.label,
                )
            )
        elif out and not out[-1].fact and not out[-1].computed and _look(out[-1]) == _look_of(first):
            out[-1] = replace(out[-1], text=out[-1].text + text)
        else:
            out.append(Piece(text, bold=first.bold, italic=first.italic))
    return tuple(out)


def _look(piece: Piece) -> tuple[bool, bool]:
    return piece.bold, piece.italic


def _look_of(run: Run) -> tuple[bool, bool]:
    return run.bold, run.italic


class AnchorBook:
    """Hands out the anchors of one document, in reading order."""

    def __init__(self, keys: Keys = same_keys) -> None:
        self.keys = keys
        self._under = ""
        self._seen: Counter[str] = Counter()

    def of(self, runs: Runs, *, heading: bool = False, before: Pieces = ()) -> str:
        """The anchor of a line, blank for a line without words. A line rewritten by the project keeps the anchor of what it
        replaces; `before` are words that stand in the line before `runs`."""
        kept = next((run.rewritten for run in runs if run.rewritten), "")
        prose = prose_of((*before, *pieces_of(runs, self.keys)))
        if not kept and not prose.strip():
            return ""
        anchor = kept or self._fresh(prose)
        if heading:
            self._under = anchor
        return anchor

    def _fresh(self, prose: str) -> str:
        digest = hashlib.sha256(f"{self._under}\0{prose}".encode("utf-8", "replace")).hexdigest()[:16]
        self._seen[digest] += 1
        count = self._seen[digest]
        return digest if count == 1 else f"{digest}_{count}"


def caption_pieces(number: str, caption: Runs) -> Pieces:
    """`表 1　` before the words of a caption."""
    kind, _, count = number.partition(" ")
    return (Piece(f"{kind} "), Piece(count, computed=True), *((Piece("　"),) if caption else ()))


def signature_runs(place: SignaturePlace) -> Runs:
    """The line of a signature place as Word shows it."""
    return (*place.label, Run("："), *(place.who or (Run(BLANK),)))


def lines_of(document: Document, keys: Keys = same_keys) -> tuple[Line, ...]:
    """Every line with words, in the order in which the Word file has them."""
    return tuple(_Walk(document, keys).lines())


class _Walk:
    def __init__(self, document: Document, keys: Keys) -> None:
        self._document = document
        self._book = AnchorBook(keys)
        self._place = ""

    def lines(self) -> Iterator[Line]:
        for block in self._document.blocks:
            match block:
                case Title():
                    yield from self._line(block.runs, loose=False)
                case Subtitle() | Paragraph():
                    yield from self._line(block.runs)
                case Heading():
                    found = list(self._line(block.runs, heading=True))
                    self._place = block.number + text_of(block.runs)
                    yield from (replace(line, place=self._place) for line in found)
                case ListBlock():
                    for item in block.items:
                        for para in item.paras:
                            yield from self._line(para)
                case KeyValue():
                    yield from self._table(block.as_table())
                case Table():
                    yield from self._table(block)
                case CheckList():
                    for para in block.lines():
                        yield from self._line(para, loose=False)
                case Figure() | Diagram():
                    yield from self._line(
                        block.caption, before=caption_pieces(block.number, block.caption), loose=False
                    )
                case Cover():
                    yield from self._line(block.title, loose=False)
                    yield from self._line(block.subtitle, loose=False)
                    if table := block.as_table():
                        yield from self._rows(table.rows, loose=False)
                case SignaturePlace():
                    yield from self._line(signature_runs(block), loose=False)
                    if block.date:
                        yield from self._line((Run(DATE_LINE),), loose=False)
                case Note():
                    for para in block.paras:
                        yield from self._line(para)

    def _table(self, table: Table) -> Iterator[Line]:
        if table.number:
            yield from self._line(
                table.caption, before=caption_pieces(table.number, table.caption), loose=False
            )
        yield from self._rows((*table.head, *table.rows))

    def _rows(self, rows: tuple[Row, ...], *, loose: bool = True) -> Iterator[Line]:
        for row in rows:
            for cell in row:
                for para in cell.paras:
                    yield from self._line(para, loose=loose, table=True)

    def _line(
        self,
        runs: Runs,
        *,
        heading: bool = False,
        before: Pieces = (),
        loose: bool = True,
        table: bool = False,
    ) -> Iterator[Line]:
        anchor = self._book.of(runs, heading=heading, before=before)
        if anchor:
            pieces = (*before, *pieces_of(runs, self._book.keys))
            yield Line(anchor, pieces, self._place, table, loose)
