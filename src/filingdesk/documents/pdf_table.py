"""Tables of the pdf writer: spans, shading, repeated heads; rows too tall to be kept whole are cut into slices of a few lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from reportlab.lib.colors import HexColor, black
from reportlab.platypus import Flowable, PageBreak
from reportlab.platypus import Table as PdfTable

from filingdesk.documents.blocks import Cell, Paras, Table, grid
from filingdesk.documents.pdf_fonts import SANS, SERIF
from filingdesk.documents.pdf_text import Line, PdfParagraph, TextStyle, break_lines
from filingdesk.documents.styles import LABEL_FILL
from filingdesk.documents.tables import column_shares

_FILL = HexColor(f"#{LABEL_FILL}")
_FRAME = HexColor("#8A94A6")
_SIDE, _TOP = 4.0, 2.0
_ALONE = 2
"""At least so many rows stand on either side of the end of a page."""
_SLICE = 5
"""Lines per slice of a tall row; a page may end between two slices."""


@dataclass
class _Laid:
    """A cell with its lines broken, and the physical rows it covers."""

    cell: Cell
    column: int
    row: int
    style: TextStyle
    lines: list[list[Line]]

    @property
    def count(self) -> int:
        return sum(len(para) for para in self.lines)

    def height(self) -> float:
        return self.count * self.style.line + 2 * _TOP

    def slice(self, start: int, stop: int) -> list[Flowable]:
        """The paragraphs (or parts of them) that hold lines `start` to `stop` of the whole cell."""
        out: list[Flowable] = []
        at = 0
        for para, lines in zip(self.cell.paras, self.lines, strict=True):
            part = lines[max(start - at, 0) : max(stop - at, 0)]
            if part:
                out.append(PdfParagraph(para, self.style, lines=part))
            at += len(lines)
        return out


class TableFlow(PdfTable):  # type: ignore[misc]
    """A reportlab table that knows how much room its head and first rows need."""

    first_height: float = 0.0
    whole_height: float = 0.0
    continued: Callable[[], Flowable] | None = None
    """Makes the line that stands above what goes on to the next page."""

    tail: float = 0.0
    """Room that signatures below the table want on the page where it ends: its last rows go along with them."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        wide, high = super().wrap(width, height)
        wanting = self.tail and high <= height < high + self.tail and len(self._rowHeights) > self._heads + 2
        return (wide, height + 1) if wanting else (wide, high)

    @property
    def _heads(self) -> int:
        return int(self.repeatRows or 0)

    def split(self, width: float, height: float) -> list[Flowable]:
        """As reportlab splits, with the line above the second part; the page ends first, or the line would stay behind."""
        whole = sum(self._rowHeights)
        if self.tail and whole <= height:
            height = whole - sum(self._rowHeights[-2:]) + 0.1
        elif len(self._rowHeights) - self._heads > _ALONE + 1 and whole - self._rowHeights[-1] <= height:
            # One row would stand alone on the next page: another goes along.
            height = whole - sum(self._rowHeights[-2:]) + 0.1
        parts: list[Flowable] = super().split(width, height)
        if len(parts) != 2:
            return parts
        parts[1].tail, parts[1].spaceAfter = self.tail, self.spaceAfter
        if self.continued is None:
            # Without the end of the page both parts would stand on it after all.
            return [parts[0], PageBreak(), parts[1]] if self.tail else parts
        for part in parts:
            part.continued = self.continued
        return [parts[0], PageBreak(), self.continued(), parts[1]]

    def least_height(self, small: float) -> float:
        """What must stand on the page where it begins: all of a small table, head and first rows of a larger one."""
        return self.whole_height if self.whole_height < small else self.first_height


def build_table(table: Table, width: float, style: TextStyle, page_height: float) -> TableFlow:
    """A table `width` points wide whose rows are cut when they are taller than about a third of the page."""
    rows = (*table.head, *table.rows)
    columns = len(table.columns)
    shares = column_shares(table.columns, rows, width, style.size)
    widths = [share * width for share in shares]
    cells = list(_lay(table, widths, style))
    heads = len(table.head) if table.repeat_head else 0
    limit = page_height * 0.35

    heights = [style.line + 2 * _TOP] * len(rows)
    for laid in cells:
        if laid.cell.rowspan == 1:
            heights[laid.row] = max(heights[laid.row], laid.height())
    for laid in cells:
        span = slice(laid.row, laid.row + laid.cell.rowspan)
        if laid.cell.rowspan > 1 and (missing := laid.height() - sum(heights[span])) > 0:
            heights[min(span.stop, len(rows)) - 1] += missing

    # Physical rows: a tall row becomes several, each holding a slice of every cell.
    slices = [1] * len(rows)
    for laid in cells:
        if laid.cell.rowspan == 1 and heights[laid.row] > limit and laid.row >= heads:
            slices[laid.row] = max(slices[laid.row], -(-laid.count // _SLICE))
    starts = [sum(slices[:index]) for index in range(len(rows) + 1)]
    physical: list[float] = []
    for row, count in enumerate(slices):
        if count == 1:
            physical.append(heights[row])
        else:
            longest = max(laid.count for laid in cells if laid.row == row and laid.cell.rowspan == 1)
            tail = longest - (count - 1) * _SLICE
            physical += (
                [_SLICE * style.line + _TOP]
                + [_SLICE * style.line] * (count - 2)
                + [tail * style.line + _TOP]
            )

    data: list[list[Any]] = [[""] * columns for _ in physical]
    commands = _base_commands()
    plain = (
        table.bordered
        and max(slices, default=1) == 1
        and all(laid.cell.rowspan == laid.cell.colspan == 1 for laid in cells)
    )
    if plain:
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, black))
    elif table.bordered:
        commands.append(("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), 0.5, black))
        commands.append(("LINEABOVE", (0, "splitfirst"), (-1, "splitfirst"), 0.5, black))
    for laid in cells:
        _place(laid, data, commands, starts, physical, limit, plain, table.bordered)
    flow = TableFlow(
        data or [[""]], colWidths=widths, rowHeights=physical or None, repeatRows=heads, style=commands,
        hAlign="CENTER", spaceAfter=8,
    )  # fmt: skip
    flow.whole_height = sum(physical)
    body = len(physical) - heads
    flow.first_height = sum(physical[: heads + (body if body <= _ALONE + 1 else _ALONE)])
    return flow


def _lay(table: Table, widths: list[float], style: TextStyle) -> Iterator[_Laid]:
    for r, row in enumerate(grid((*table.head, *table.rows), len(table.columns))):
        for c, (cell, first_column, first_row) in enumerate(row):
            if first_column and first_row:
                font = SANS if cell.kind in {"head", "section"} else style.font
                cell_style = replace(style, font=font, align=cell.align or "left")
                room = sum(widths[c : c + cell.colspan]) - 2 * _SIDE
                yield _Laid(
                    cell, c, r, cell_style, [break_lines(para, cell_style, room) for para in cell.paras]
                )


def _place(
    laid: _Laid,
    data: list[list[Any]],
    commands: list[tuple[Any, ...]],
    starts: list[int],
    physical: list[float],
    limit: float,
    plain: bool,
    bordered: bool,
) -> None:
    first = starts[laid.row]
    last = starts[min(laid.row + laid.cell.rowspan, len(starts) - 1)] - 1
    end_column = laid.column + laid.cell.colspan - 1
    box = ((laid.column, first), (end_column, last))
    small = sum(physical[first : last + 1]) <= limit
    if laid.cell.kind != "body":
        commands.append(("BACKGROUND", *box, _FILL))
    if bordered and not plain:
        commands.append(("BOX", *box, 0.5, black))
    if first == last or small:
        if box[0] != box[1]:
            commands.append(("SPAN", *box))
        data[first][laid.column] = laid.slice(0, laid.count)
        return
    # Cut cells: no vertical span, so that a page may end inside; text runs from the top.
    commands.append(("VALIGN", *box, "TOP"))
    commands.append(("TOPPADDING", (laid.column, first + 1), (end_column, last), 0))
    sliced = laid.cell.rowspan == 1
    for row in range(first, last + 1):
        if laid.cell.colspan > 1:
            commands.append(("SPAN", (laid.column, row), (end_column, row)))
        if sliced:
            start = (row - first) * _SLICE
            data[row][laid.column] = laid.slice(start, start + _SLICE) or ""
    if not sliced:
        data[first][laid.column] = laid.slice(0, laid.count)


def _base_commands() -> list[tuple[Any, ...]]:
    return [
        ("FONTNAME", (0, 0), (-1, -1), SERIF),  # empty squares too: Helvetica would enter the file unembedded
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _SIDE),
        ("RIGHTPADDING", (0, 0), (-1, -1), _SIDE),
        ("TOPPADDING", (0, 0), (-1, -1), _TOP),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]


def boxed(paras: Paras, width: float, style: TextStyle) -> Flowable:
    """Paragraphs in a thin frame."""
    content = [PdfParagraph(para, replace(style, first_indent=0)) for para in paras]
    return PdfTable(
        [[content]], colWidths=[width], hAlign="CENTER", splitInRow=1, spaceBefore=4, spaceAfter=6,
        style=[("FONTNAME", (0, 0), (-1, -1), SERIF), ("BOX", (0, 0), (-1, -1), 0.5, _FRAME), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)],
    )  # fmt: skip
