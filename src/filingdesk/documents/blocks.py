"""Blocks: what a paper says, free of any file format; the docx, pdf and html writers consume exactly these."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from filingdesk.documents.drawing import Drawing

Align = Literal["", "left", "center", "right"]
CellKind = Literal["body", "head", "label", "section"]
StyleName = Literal["official", "report", "form"]


@dataclass(frozen=True)
class Run:
    """A stretch of text in one look. `fact` is the path it came from (None: the template's own words); `gap` marks a blank fact."""

    text: str
    bold: bool = False
    italic: bool = False
    fact: str | None = None
    gap: bool = False
    label: str = ""
    ref: str = ""
    """Label of the table or figure whose number this run shows; `numbering` puts the number in."""
    rewritten: str = ""
    """Anchor (`lines`) of the paragraph that the project put these words in place of."""


Runs = tuple[Run, ...]
Paras = tuple[Runs, ...]


@dataclass(frozen=True)
class Title:
    """The paper's name, centred at the top."""

    runs: Runs
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subtitle:
    """One centred line below the title."""

    runs: Runs
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """Level 1 to 4. `number` ("一、", "（一）", "1.", "（1）") is computed once; Word repeats it as real numbering."""

    level: int
    runs: Runs
    numbered: bool = True
    number: str = ""
    clauses: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text; `indent` is the first-line indent of two characters."""

    runs: Runs
    align: Align = ""
    indent: bool = True
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListItem:
    """One item: `label` ("1.", "•") computed once, `level` 0 to 2, one or more paragraphs."""

    paras: Paras
    level: int = 0
    ordered: bool = False
    label: str = ""


@dataclass(frozen=True)
class ListBlock:
    """A whole list; numbering restarts with each block."""

    items: tuple[ListItem, ...]
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A table column: width as a share of the table (0 = share what is left)."""

    width: float = 0.0
    align: Align = ""


@dataclass(frozen=True)
class Cell:
    """A cell that begins here and covers `colspan` × `rowspan` squares of the grid."""

    paras: Paras
    colspan: int = 1
    rowspan: int = 1
    kind: CellKind = "body"
    align: Align = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A bordered table or form. Rows list only the cells that begin in them (as in HTML); see `grid`."""

    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    caption: Runs = ()
    number: str = ""
    bordered: bool = True
    repeat_head: bool = True
    clauses: tuple[str, ...] = ()
    label: str = ""
    """What `ref` calls it by."""


@dataclass(frozen=True)
class KeyValue:
    """Labels with their values, in 2 or 4 columns."""

    pairs: tuple[tuple[Runs, Paras], ...]
    columns: Literal[2, 4] = 2
    clauses: tuple[str, ...] = ()

    def as_table(self) -> Table:
        """The same content as a bordered table: every writer draws this."""
        per_row = self.columns // 2
        columns = (
            (Column(26), Column(74)) if per_row == 1 else (Column(18), Column(32), Column(18), Column(32))
        )
        rows: list[Row] = []
        for start in range(0, len(self.pairs), per_row):
            chunk = self.pairs[start : start + per_row]
            cells: list[Cell] = []
            for index, (label, value) in enumerate(chunk):
                last_alone = per_row == 2 and len(chunk) == 1 and index == 0
                cells.append(Cell((label,), kind="label", align="center"))
                cells.append(Cell(value, colspan=3 if last_alone else 1))
            rows.append(tuple(cells))
        return Table(columns, (), tuple(rows), repeat_head=False, clauses=self.clauses)


@dataclass(frozen=True)
class CheckList:
    """Options one below the other, ticked or not."""

    options: tuple[tuple[bool, Runs], ...]
    clauses: tuple[str, ...] = ()

    def lines(self) -> Paras:
        """Each option as one line of runs that begins with its box."""
        return tuple(
            (replace(runs[0], text=("☑" if on else "☐") + runs[0].text), *runs[1:])
            for on, runs in self.options
        )


@dataclass(frozen=True)
class Figure:
    """A picture: `ref` is the attachment reference (`NAME#HASH16`) whose bytes the writer is given."""

    ref: str
    caption: Runs = ()
    number: str = ""
    alt: str = ""
    fact: str | None = None
    clauses: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Diagram:
    """A drawing of ours, made from facts: shapes that every format draws in its own way."""

    drawing: Drawing
    caption: Runs = ()
    number: str = ""
    alt: str = ""
    clauses: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Cover:
    """The first page: title, subtitle, and lines such as who made the paper and when. It has no head or foot line."""

    title: Runs
    subtitle: Runs = ()
    pairs: tuple[tuple[Runs, Paras], ...] = ()
    clauses: tuple[str, ...] = ()

    def as_table(self) -> Table | None:
        """The lines below the title as a table without borders."""
        if not self.pairs:
            return None
        rows = tuple(
            (Cell(((*label, Run("：")),), align="right"), Cell(value)) for label, value in self.pairs
        )
        return Table((Column(34, "right"), Column(66)), (), rows, bordered=False, repeat_head=False)


@dataclass(frozen=True)
class Turn:
    """From here on pages lie (`landscape`) or stand; it begins a new page."""

    landscape: bool
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignaturePlace:
    """Where somebody signs or a seal is set: `who` may be blank, the date line is for handwriting."""

    label: Runs
    who: Runs = ()
    seal: bool = False
    date: bool = True
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A boxed remark (for example where the official text is to be taken from)."""

    paras: Paras
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """The next block begins a new page."""

    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class TocPlace:
    """The table of contents stands here."""

    clauses: tuple[str, ...] = ()


Block = (
    Title
    | Subtitle
    | Heading
    | Paragraph
    | ListBlock
    | Table
    | KeyValue
    | CheckList
    | Figure
    | Diagram
    | Cover
    | Turn
    | SignaturePlace
    | Note
    | PageBreak
    | TocPlace
)


@dataclass(frozen=True)
class Gap:
    """A fact that this paper needs and that is blank. `shown` is False when the text itself shows no 【待补充】 for it."""

    path: str
    label: str
    shown: bool = True


@dataclass(frozen=True)
class Document:
    """A rendered paper. `warnings` are Chinese sentences about what was left out while rendering; `used` are the facts it looked at."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    draft: bool = True
    style: StyleName = "official"
    header: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    used: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def paras_of(block: Block) -> Iterator[Runs]:
    """Every line of runs in a block, in reading order; captions last."""
    match block:
        case Title() | Subtitle() | Heading() | Paragraph():
            yield block.runs
        case Cover():
            yield block.title
            yield block.subtitle
            for label, value in block.pairs:
                yield (*label, Run("："))
                yield from value
        case ListBlock():
            for item in block.items:
                yield from item.paras
        case KeyValue():
            for label, value in block.pairs:
                yield label
                yield from value
        case Table():
            for row in (*block.head, *block.rows):
                for cell in row:
                    yield from cell.paras
            if block.caption:
                yield block.caption
        case CheckList():
            yield from block.lines()
        case Figure() | Diagram():
            yield block.caption
        case SignaturePlace():
            yield block.label
            yield block.who
        case Note():
            yield from block.paras
        case _:
            return


def facts_of(block: Block) -> tuple[str, ...]:
    """The paths of the facts a block shows or misses, in order, once each."""
    paths = [run.fact for para in paras_of(block) for run in para if run.fact]
    if isinstance(block, Figure) and block.fact:
        paths.append(block.fact)
    return tuple(dict.fromkeys(paths))


def text_of(runs: Iterable[Run]) -> str:
    """The bare text of runs."""
    return "".join(run.text for run in runs)


def plain_text(document: Document) -> str:
    """All text of a document with numbers and labels, one line per paragraph: what every format must show."""
    lines: list[str] = []
    for block in document.blocks:
        match block:
            case Heading():
                lines.append(block.number + text_of(block.runs))
            case ListBlock():
                for item in block.items:
                    texts = [text_of(para) for para in item.paras]
                    lines.extend([item.label + texts[0], *texts[1:]])
            case Table() | Figure() | Diagram() if block.number:
                lines.extend(text_of(para) for para in list(paras_of(block))[:-1])
                lines.append(f"{block.number}　{text_of(block.caption)}")
            case SignaturePlace():
                lines.append(signature_text(block))
                if block.date:
                    lines.append(DATE_LINE)
            case _:
                lines.extend(text_of(para) for para in paras_of(block))
    return "\n".join(line for line in lines if line)


def signature_text(place: SignaturePlace) -> str:
    """The line of a signature place as words: label, name if known, blank to sign on."""
    return f"{text_of(place.label)}：{text_of(place.who)}"


DATE_LINE = "日期：　　　　年　　月　　日"
"""The line for handwriting below a signature or seal."""


def grid(rows: tuple[Row, ...], columns: int) -> list[list[tuple[Cell, bool, bool]]]:
    """Lay rows with spans on a grid: per square (cell, begins here by column, begins here by row).

    Squares a short row leaves open are filled with empty cells, so writers never meet a hole.
    """
    squares: list[list[tuple[Cell, bool, bool] | None]] = [[None] * columns for _ in rows]
    for r, row in enumerate(rows):
        c = 0
        for cell in row:
            while c < columns and squares[r][c] is not None:
                c += 1
            if c >= columns:
                break
            wide = min(cell.colspan, columns - c)
            for dr in range(min(cell.rowspan, len(rows) - r)):
                for dc in range(wide):
                    squares[r + dr][c + dc] = (cell, dc == 0, dr == 0)
            c += wide
    empty = (Cell(((),)), True, True)
    return [[square if square is not None else empty for square in row] for row in squares]
