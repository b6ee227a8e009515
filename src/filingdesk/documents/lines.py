"""Lines: the paragraphs of a document one by one, each with an anchor that survives edits of facts and of other paragraphs.

An anchor is a hash over the template's own words of a line (facts are put in by their keys) and the heading it stands
under; a number is added where the same words stand there twice. So it stays the same when a fact changes, when
paragraphs come and go elsewhere, and on the way through Word; it becomes another one when the template's words change.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from filingdesk.documents.blocks import (
    DATE_LINE,
    Block,
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
    Paras,
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
    """One paragraph. `place` is the heading it stands under, `table` whether it stands in a table, `block` the number of the
    block it belongs to; `loose` lines may be replaced as a whole by words of the project."""

    anchor: str
    pieces: Pieces
    place: str = ""
    table: bool = False
    loose: bool = True
    block: int = 0

    @property
    def text(self) -> str:
        """What can be read; computed numbers by their stand-in."""
        return "".join(COMPUTED if piece.computed else piece.text for piece in self.pieces)

    @property
    def shown(self) -> str:
        """What can be read, computed numbers included."""
        return "".join(piece.text for piece in self.pieces)

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


@dataclass(frozen=True)
class Rewrite:
    """What becomes of a line: the paragraphs in its place (none: it goes), and paragraphs behind the whole block."""

    inside: tuple[Runs, ...]
    behind: tuple[Runs, ...] = ()


Visit = Callable[[Line, Runs], Rewrite]


def lines_of(document: Document, keys: Keys = same_keys) -> tuple[Line, ...]:
    """Every line with words, in the order in which the Word file has them."""
    found: list[Line] = []

    def keep(line: Line, runs: Runs) -> Rewrite:
        found.append(line)
        return Rewrite((runs,))

    map_lines(document, keep, keys)
    return tuple(found)


def map_lines(document: Document, visit: Visit, keys: Keys = same_keys) -> Document:
    """Show every line to `visit`, in the order in which the Word file has them, and put what it gives in their place. Of lines that
    are not loose the answer is passed over."""
    walk = _Walk(visit, keys)
    blocks = [made for block in document.blocks for made in walk.block(block)]
    return replace(document, blocks=tuple(blocks))


class _Walk:
    def __init__(self, visit: Visit, keys: Keys) -> None:
        self._visit = visit
        self._book = AnchorBook(keys)
        self._place = ""
        self._behind: list[Runs] = []
        self._number = 0

    def block(self, block: Block) -> list[Block]:
        """The block as rewritten, with the paragraphs that come behind it."""
        self._behind = []
        made = self._block(block)
        self._number += 1
        return [*made, *(Paragraph(runs) for runs in self._behind)]

    def _block(self, block: Block) -> list[Block]:
        match block:
            case Title():
                self._fixed(block.runs)
            case Subtitle() | Paragraph():
                made = self._paras((block.runs,))
                return self._beside(block, made)
            case Heading():
                name = block.number + text_of(block.runs)
                made = self._paras((block.runs,), heading=True, place=name)
                self._place = name
                return self._beside(block, made)
            case ListBlock():
                items = [replace(item, paras=self._paras(item.paras)) for item in block.items]
                items = [item for item in items if item.paras]
                return [replace(block, items=tuple(items))] if items else []
            case KeyValue():
                return [replace(block, pairs=tuple(self._pair(*pair) for pair in block.pairs))]
            case Table():
                if block.number:
                    self._fixed(block.caption, caption_pieces(block.number, block.caption))
                head, rows = self._rows(block.head), self._rows(block.rows)
                return [replace(block, head=head, rows=rows)]
            case CheckList():
                for para in block.lines():
                    self._fixed(para)
            case Figure() | Diagram():
                self._fixed(block.caption, caption_pieces(block.number, block.caption))
            case Cover():
                self._fixed(block.title)
                self._fixed(block.subtitle)
                if table := block.as_table():
                    for row in table.rows:
                        for cell in row:
                            for para in cell.paras:
                                self._fixed(para, table=True)
            case SignaturePlace():
                self._fixed(signature_runs(block))
                if block.date:
                    self._fixed((Run(DATE_LINE),))
            case Note():
                return [replace(block, paras=self._paras(block.paras))]
        return [block]

    def _pair(self, label: Runs, value: Paras) -> tuple[Runs, Paras]:
        """A label is one line: what was added to it stands before its value."""
        first, *more = self._paras((label,), table=True) or ((),)
        return first, (*more, *self._paras(value, table=True)) or ((),)

    def _beside(self, block: Subtitle | Paragraph | Heading, made: Paras) -> list[Block]:
        """The first paragraph takes the block's place, the others come behind it."""
        self._behind = [*made[1:], *self._behind]
        return [replace(block, runs=made[0])] if made else []

    def _rows(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(
            tuple(replace(cell, paras=self._paras(cell.paras, table=True) or ((),)) for cell in row)
            for row in rows
        )

    def _paras(self, paras: Paras, *, heading: bool = False, table: bool = False, place: str = "") -> Paras:
        out: list[Runs] = []
        for runs in paras:
            line = self._line(runs, heading=heading, table=table, place=place)
            if line is None:
                out.append(runs)
                continue
            made = self._visit(line, runs)
            out += made.inside
            self._behind += made.behind
        return tuple(out)

    def _fixed(self, runs: Runs, before: Pieces = (), *, table: bool = False) -> None:
        line = self._line(runs, before=before, loose=False, table=table)
        if line is not None:
            self._behind += self._visit(line, runs).behind

    def _line(
        self,
        runs: Runs,
        *,
        heading: bool = False,
        before: Pieces = (),
        loose: bool = True,
        table: bool = False,
        place: str = "",
    ) -> Line | None:
        anchor = self._book.of(runs, heading=heading, before=before)
        if not anchor:
            return None
        pieces = (*before, *pieces_of(runs, self._book.keys))
        return Line(anchor, pieces, place or self._place, table, loose, self._number)
