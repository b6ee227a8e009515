"""Builds WordprocessingML as text: runs, paragraphs, tables; element order follows the schema, so Word opens it without repair."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from filingdesk.documents.blocks import Cell, Run, Runs, Table, grid
from filingdesk.documents.styles import GAP_COLOUR, LABEL_FILL, PageStyle
from filingdesk.documents.tables import cell_lines, column_shares

WriteLine = Callable[[Runs, str], str]
"""Writes the runs of one paragraph in an East Asian font."""

LATIN = "Times New Roman"
SONG, HEI, KAI, FANG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
NS = nsdecls("w")
_NS_TEXT = f'{NS} xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
_SMALL_TABLE = 14
"""A table of at most so many lines stays on one page."""
_WHOLE_ROW = 10
"""A row of at most so many lines is kept whole; taller ones may break, or a page would stay half empty."""


def fonts(east_asia: str) -> str:
    """`w:rFonts`; the hint makes Word set “ ” … — in the Chinese font."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east_asia}" w:cs="{LATIN}"/>'


def run_xml(run: Run, east_asia: str, *, bold: bool = False, draft: bool = True) -> str:
    """One run; line breaks become `w:br`; a gap is red on a pale ground."""
    if run.ref:
        return field_xml(f"REF {ref_bookmark(run.ref)} \\h", run.text, east_asia)
    strong = "<w:b/><w:bCs/>" if run.bold or bold else ""
    slanted = "<w:i/><w:iCs/>" if run.italic else ""
    gap = f'<w:color w:val="{GAP_COLOUR}"/>' if run.gap else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="FDE8E4"/>' if run.gap and draft else ""
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in run.text.split("\n"))
    return f"<w:r><w:rPr>{fonts(east_asia)}{strong}{slanted}{gap}{shade}</w:rPr>{text}</w:r>"


def ref_bookmark(label: str) -> str:
    """The name of the bookmark around the number of a table or figure."""
    return f"_Ref_{label.replace('-', '_')}"


def runs_xml(runs: Runs, east_asia: str, *, bold: bool = False, draft: bool = True) -> str:
    return "".join(run_xml(run, east_asia, bold=bold, draft=draft) for run in runs)


def para_xml(style: str, inner: str, props: str = "") -> str:
    """A paragraph of a named style; `props` are further `w:pPr` children in schema order."""
    return f'<w:p {_NS_TEXT}><w:pPr><w:pStyle w:val="{style}"/>{props}</w:pPr>{inner}</w:p>'


def field_xml(code: str, shown: str, east_asia: str, *, dirty: bool = False) -> str:
    """A field (PAGE, NUMPAGES, TOC) with the text shown until it is updated."""
    props = f"<w:rPr>{fonts(east_asia)}</w:rPr>"
    mark = ' w:dirty="true"' if dirty else ""
    return (
        f'<w:r>{props}<w:fldChar w:fldCharType="begin"{mark}/></w:r>'
        f'<w:r>{props}<w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r>{props}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{props}<w:t>{escape(shown)}</w:t></w:r>"
        f'<w:r>{props}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def table_xml(
    table: Table, width: float, size: float, line: WriteLine, *, text_style: str = "FdTableText"
) -> str:
    """A bordered table `width` points wide with words of `size` points. Rows below the limit do not split; head rows repeat on each page. `line` writes the
    words of a paragraph."""
    rows = (*table.head, *table.rows)
    columns = table.columns
    squares = grid(rows, len(columns))
    shares = column_shares(columns, rows, width, size)
    twips = [round(share * width * 20) for share in shares]
    heads = len(table.head) if table.repeat_head else 0
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    border = "single" if table.bordered else "nil"
    borders = "".join(f'<w:{edge} w:val="{border}" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
    out = [
        f'<w:tbl {_NS_TEXT}><w:tblPr><w:tblStyle w:val="FdTable"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{w}"/>' for w in twips)
        + "</w:tblGrid>"
    ]
    heights = [
        max(
            (
                cell_lines(cell, sum(twips[c : c + cell.colspan]) / 20, size)
                for c, (cell, first_column, _) in enumerate(row)
                if first_column and cell.rowspan == 1
            ),
            default=1,
        )
        for row in squares
    ]
    together = sum(heights) <= _SMALL_TABLE
    for index, row in enumerate(squares):
        # Two rows at least on either side of the end of a page; the head holds on to the first row by its style.
        keep = index < len(rows) - 1 and (together or index in {len(table.head), len(rows) - 2})
        props = "<w:cantSplit/>" if heights[index] <= _WHOLE_ROW else ""
        props += "<w:tblHeader/>" if index < heads else ""
        out.append(f"<w:tr><w:trPr>{props}</w:trPr>" if props else "<w:tr>")
        for c, (cell, first_column, first_row) in enumerate(row):
            if first_column:
                out.append(
                    _cell_xml(
                        cell,
                        sum(twips[c : c + cell.colspan]),
                        first_row,
                        keep,
                        line,
                        text_style,
                    )
                )
        out.append("</w:tr>")
    return "".join(out) + "</w:tbl>"


def _cell_xml(
    cell: Cell, width: int, first_row: bool, keep_next: bool, line: WriteLine, text_style: str
) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if first_row else "<w:vMerge/>"
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{LABEL_FILL}"/>' if cell.kind != "body" else ""
    props = (
        f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{fill}<w:vAlign w:val="center"/></w:tcPr>'
    )
    style = "FdTableHead" if cell.kind in {"head", "section"} else text_style
    face = HEI if cell.kind in {"head", "section"} else SONG
    align = f'<w:jc w:val="{cell.align}"/>' if cell.align else ""
    keep = "<w:keepNext/>" if keep_next or cell.kind == "section" else ""
    paras = cell.paras if first_row else ((),)
    inner = "".join(para_xml(style, line(p, face), keep + align) for p in paras)
    return f"<w:tc>{props}{inner.replace(' ' + _NS_TEXT, '')}</w:tc>"


def numbering_xml(list_count: int, page: PageStyle) -> str:
    """The numbering part: 1 = headings 一、（一）1.（1）, 2 = ordered lists (restarted per list), 3 = bullets."""
    headings = (
        ("chineseCountingThousand", "%1、"),
        ("chineseCountingThousand", "（%2）"),
        ("decimal", "%3."),
        ("decimal", "（%4）"),
    )
    ordered = (("decimal", "%1."), ("decimal", "（%2）"), ("decimal", "%3）"))
    abstract = [
        _abstract(1, headings, page, linked=True),
        _abstract(2, ordered, page),
        _abstract(3, (("bullet", "•"),) * 3, page),
    ]
    nums = [
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="3"/></w:num>'
    ]
    for index in range(list_count):
        restart = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
            for level in range(3)
        )
        nums.append(f'<w:num w:numId="{index + 3}"><w:abstractNumId w:val="2"/>{restart}</w:num>')
    return f"<w:numbering {NS}>{''.join(abstract)}{''.join(nums)}</w:numbering>"


def _abstract(
    number: int, levels: tuple[tuple[str, str], ...], page: PageStyle, *, linked: bool = False
) -> str:
    out = [f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>']
    for level, (kind, text) in enumerate(levels):
        style = f'<w:pStyle w:val="Heading{level + 1}"/>' if linked else ""
        suffix = "nothing" if linked else "space"
        indent = "" if linked else f"<w:pPr>{_list_indent(level, page.body)}</w:pPr>"
        out.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{style}<w:suff w:val="{suffix}"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>{indent}'
            f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:hAnsi="{LATIN}"/></w:rPr></w:lvl>'
        )
    return "".join(out) + "</w:abstractNum>"


def _list_indent(level: int, size: float) -> str:
    # The label stands two characters in, as running text does; deeper lists a character and a half more.
    left, first = round(size * 1.5 * level * 20), round(size * 2 * 20)
    return (
        f'<w:ind w:leftChars="{150 * level}" w:left="{left}" w:firstLineChars="200" w:firstLine="{first}"/>'
    )


def take_apart(body: Any) -> None:
    """Drop what stands in the body of a package that was saved, paragraph by paragraph. Packages are cycles: what is left in one
    would be freed at one go by the cycle collector, and that holds up every other thread."""
    while (last := next(body.iterchildren(reversed=True), None)) is not None:
        body.remove(last)
