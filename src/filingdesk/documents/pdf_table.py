"""Tables of the pdf writer: spans, shading, repeated heads, and rows that may break over pages when they are tall."""

from dataclasses import replace

from reportlab.lib.colors import HexColor, black
from reportlab.platypus import Flowable
from reportlab.platypus import Table as PdfTable

from filingdesk.documents.blocks import Cell, Paras, Table, grid
from filingdesk.documents.pdf_fonts import SANS
from filingdesk.documents.pdf_text import PdfParagraph, TextStyle
from filingdesk.documents.styles import LABEL_FILL
from filingdesk.documents.tables import column_lengths, column_shares

_FILL = HexColor(f"#{LABEL_FILL}")
_PAD = 4.0


def build_table(table: Table, width: float, style: TextStyle) -> Flowable:
    """A reportlab table `width` points wide."""
    rows = (*table.head, *table.rows)
    shares = column_shares(tuple(c.width for c in table.columns), column_lengths(table.columns, rows))
    squares = grid(rows, len(table.columns))
    commands: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    if table.bordered:
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, black))
    data: list[list[object]] = []
    for r, row in enumerate(squares):
        line: list[object] = []
        for c, (cell, first_column, first_row) in enumerate(row):
            if not (first_column and first_row):
                line.append("")
                continue
            end = (c + cell.colspan - 1, min(r + cell.rowspan, len(rows)) - 1)
            if end != (c, r):
                commands.append(("SPAN", (c, r), end))
            if cell.kind != "body":
                commands.append(("BACKGROUND", (c, r), end, _FILL))
            line.append(_content(cell, style))
        data.append(line)
    heads = len(table.head) if table.repeat_head else 0
    spans = any(command[0] == "SPAN" for command in commands)
    return PdfTable(
        data or [[""]],
        colWidths=[share * width for share in shares],
        repeatRows=heads,
        style=commands,
        splitByRow=1,
        splitInRow=0 if spans and heads else 1,
        hAlign="CENTER",
    )


def _content(cell: Cell, style: TextStyle) -> list[Flowable]:
    font = SANS if cell.kind in {"head", "section"} else style.font
    cell_style = replace(style, font=font, align=cell.align or "left")
    return [PdfParagraph(para, cell_style) for para in cell.paras]


def boxed(paras: Paras, width: float, style: TextStyle) -> Flowable:
    """Paragraphs in a thin frame."""
    content = [PdfParagraph(para, replace(style, first_indent=0)) for para in paras]
    return PdfTable(
        [[content]],
        colWidths=[width],
        style=[("BOX", (0, 0), (-1, -1), 0.5, HexColor("#8A94A6")), ("TOPPADDING", (0, 0), (-1, -1), 4),
               ("BOTTOMPADDING", (0, 0), (-1, -1), 5)],
        hAlign="CENTER",
        splitInRow=1,
    )  # fmt: skip
