"""Writes blocks as a Word file in the layout of official documents; the same blocks give the same bytes."""

import io
import re
from datetime import date
from typing import Any

from docx.oxml import parse_xml

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
    PageBreak,
    Paragraph,
    Run,
    Runs,
    SignaturePlace,
    Subtitle,
    Table,
    Title,
    TocPlace,
    Turn,
    text_of,
)
from filingdesk.documents.docx_fields import caption_inner, heading_bookmark, toc_xml
from filingdesk.documents.docx_figures import PICTURE_RUN, put_diagram, put_picture
from filingdesk.documents.docx_marks import Marks, add_origin
from filingdesk.documents.docx_styles import end_in, new_package, section_break, update_fields_on_open
from filingdesk.documents.docx_xml import (
    FANG,
    HEI,
    KAI,
    NS,
    TITLE,
    para_xml,
    ref_bookmark,
    run_xml,
    table_xml,
    take_apart,
)
from filingdesk.documents.images import figure_size, instead_of_picture, normalise_picture
from filingdesk.documents.leading import leads_in, without_last_breaks
from filingdesk.documents.lines import Pieces, caption_pieces, signature_runs
from filingdesk.documents.numbering import contents_depth
from filingdesk.documents.origin import Origin
from filingdesk.documents.pages import PageMap
from filingdesk.documents.render import Images
from filingdesk.documents.signing import sign_indent
from filingdesk.documents.styles import STYLES
from filingdesk.documents.zipping import normalised_zip

_HEADING_FACES = (HEI, KAI, FANG, FANG)
_NO_NUMBER = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_AFTER_TABLE = 120
"""Twentieths of a point between a table and the words below it."""
_LONG_WORD = re.compile(r"[!-~]{16,}")
_ALIGNS = {"left": "left", "center": "center", "right": "right"}


def write_docx(
    document: Document,
    images: Images,
    made: date | None,
    author: str,
    pages: PageMap | None = None,
    origin: Origin | None = None,
) -> bytes:
    """Bytes of a .docx. `images` gives attachment bytes; a figure without bytes shows its name as a gap.

    `pages` (from the pdf of the same document) are the page numbers the contents show until Word computes them. With an
    `origin` facts stand in content controls and paragraphs have anchors, so that the file can be read back (`returned`).
    """
    return normalised_zip(_Writer(document, images, pages, origin).build(made, author))


class _Writer:
    def __init__(
        self, document: Document, images: Images, pages: PageMap | None, origin: Origin | None
    ) -> None:
        self._document = document
        self._images = images
        self._pages = pages
        self._marks = Marks(origin)
        self._drawings = 0
        self._sections = 0
        self._index = 0
        self._page = self._standing = STYLES[document.style]
        self._sign_edge = sign_indent(document, self._page)
        self._lists = 0
        self._break = False
        self._package: Any = None
        self._body: Any = None

    def build(self, made: date | None, author: str) -> bytes:
        ordered = sum(
            1 for b in self._document.blocks if isinstance(b, ListBlock) and any(i.ordered for i in b.items)
        )
        self._package = new_package(self._document, self._page, ordered, made, author)
        self._body = self._package.element.body
        blocks = without_last_breaks(self._document.blocks)
        for index, (block, follower) in enumerate(zip(blocks, (*blocks[1:], None), strict=True)):
            self._index = index
            self._block(block, keep=isinstance(follower, SignaturePlace) or leads_in(block))
        self._keep_valid_end()
        if self._sections:
            end_in(self._package, self._page, first=False)
        if any(isinstance(block, TocPlace) for block in self._document.blocks):
            update_fields_on_open(self._package)
        add_origin(self._package, self._marks)
        out = io.BytesIO()
        self._package.save(out)
        take_apart(self._body)
        return out.getvalue()

    def _add(self, xml: str) -> Any:
        element = parse_xml(xml)
        self._body[-1].addprevious(element)
        return element

    def _para(self, style: str, inner: str, props: str = "") -> Any:
        """A paragraph; a page break asked for before it becomes its own property."""
        if self._break:
            # The schema wants it behind keepNext and before all else.
            keep = "<w:keepNext/>" if props.startswith("<w:keepNext/>") else ""
            props = f"{keep}<w:pageBreakBefore/>{props.removeprefix(keep)}"
            self._break = False
        elif self._after_table() and "<w:spacing" not in props:
            # Words do not touch the rule above them.
            at = min((props.find(tag) for tag in ("<w:ind", "<w:jc") if tag in props), default=len(props))
            props = f'{props[:at]}<w:spacing w:before="{_AFTER_TABLE}"/>{props[at:]}'
        return self._add(para_xml(style, inner, props))

    def _after_table(self) -> bool:
        before = self._body[-1].getprevious()
        return before is not None and before.tag.endswith("}tbl")

    def _runs(self, runs: Runs, face: str = FANG, *, heading: bool = False, before: Pieces = ()) -> str:
        return self._marks.line(runs, face, draft=self._document.draft, heading=heading, before=before)

    def _block(self, block: Block, *, keep: bool = False) -> None:
        """`keep`: on one page with what follows: no signature and no announcement stands alone on a page."""
        match block:
            case Title():
                self._para("Title", self._runs(block.runs, TITLE))
            case Subtitle():
                self._para("Subtitle", self._runs(block.runs, KAI))
            case Heading():
                props = "" if block.numbered else _NO_NUMBER
                inner = self._runs(block.runs, _HEADING_FACES[block.level - 1], heading=True)
                inner = self._marks.around(heading_bookmark(self._index), inner)
                if block.label:
                    inner = self._marks.around(ref_bookmark(block.label), inner)
                self._para(f"Heading{block.level}", inner, props)
            case Paragraph():
                align = "<w:keepNext/>" if keep else ""
                align += self._aligned(block.runs, block.align)
                self._para("FdBody" if block.indent else "FdPlain", self._runs(block.runs), align)
            case ListBlock():
                self._list(block, keep=keep)
            case KeyValue():
                self._table(block.as_table())
            case Table():
                self._table(block)
            case CheckList():
                for line in block.lines():
                    self._para("FdBody", self._runs(line))
            case Figure():
                self._figure(block)
            case Diagram():
                self._diagram(block)
            case Cover():
                self._cover(block)
            case Turn():
                self._turn(block)
            case SignaturePlace():
                self._sign(block, keep=keep)
            case Note():
                for para in block.paras:
                    self._para("FdNote", self._runs(para, KAI))
            case PageBreak():
                self._break = True
            case TocPlace():
                self._para("TOCHeading", self._marks.unread(run_xml(Run("目　录"), HEI)))
                headings = [(n, b) for n, b in enumerate(self._document.blocks) if isinstance(b, Heading)]
                depth = contents_depth(self._document.blocks)
                for entry in toc_xml(headings, self._pages.headings if self._pages else (), depth):
                    self._add(entry)

    def _aligned(self, runs: Runs, align: str = "") -> str:
        """A line before a long number or address is not drawn apart to reach the margin: such paragraphs stay ragged."""
        if not align and _LONG_WORD.search(text_of(runs)):
            align = "left"
        return f'<w:jc w:val="{_ALIGNS[align]}"/>' if align else ""

    def _list(self, block: ListBlock, *, keep: bool = False) -> None:
        if any(item.ordered for item in block.items):
            self._lists += 1
        for item in block.items:
            number = self._lists + 2 if item.ordered else 2
            next_too = "<w:keepNext/>" if keep and item is block.items[-1] else ""
            props = f'{next_too}<w:numPr><w:ilvl w:val="{item.level}"/><w:numId w:val="{number}"/></w:numPr>'
            first, *rest = item.paras
            self._para("FdList", self._runs(first), props + self._aligned(first))
            for para in rest:
                self._para("FdList", self._runs(para), next_too + self._aligned(para))

    def _table(self, table: Table) -> None:
        if self._break:
            self._para("FdPlain", "", '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>')
        if table.number:
            self._caption(table.number, table.caption, table.label, keep=True)
        self._separate()
        self._add(table_xml(table, self._page.text_width, self._page.table, self._runs))

    def _separate(self) -> None:
        """Two tables that touch would be joined by Word: put a thin paragraph between them."""
        if self._after_table():
            self._thin()

    def _thin(self, line: int = 120, before: int = 0) -> None:
        """An all but invisible paragraph, `line` twentieths of a point high, `before` below what stands above it."""
        spacing = f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="exact"/>'
        self._add(para_xml("FdPlain", "", f'<w:snapToGrid w:val="0"/>{spacing}'))

    def _keep_valid_end(self) -> None:
        """A body must not end in a table; a break at the very end is dropped."""
        before = self._body[-1].getprevious()
        if before is None or before.tag.endswith("}tbl"):
            self._thin(20)

    def _caption(self, number: str, caption: tuple[Run, ...], label: str, *, keep: bool) -> None:
        words = self._runs(caption, HEI, before=caption_pieces(number, caption))
        inner = caption_inner(number, words if caption else "", label, self._marks)
        self._para("Caption", inner, "<w:keepNext/>" if keep else "")

    def _figure(self, figure: Figure) -> None:
        data = self._images(figure.ref)
        picture = normalise_picture(data) if data is not None else None
        if picture is None:
            words = instead_of_picture(figure.alt or figure.ref, data is None)
            told = run_xml(Run(words, fact=figure.fact, gap=data is None), FANG)
            self._para("FdFigure", self._marks.unread(told))
        else:
            size = figure_size(picture, self._page.text_width, self._page.text_height)
            element = self._para("FdFigure", PICTURE_RUN)
            put_picture(self._package, element, picture.data, size, figure.number, figure.alt)
        self._caption(figure.number, figure.caption, figure.label, keep=False)

    def _diagram(self, diagram: Diagram) -> None:
        self._drawings += 1
        element = self._para("FdFigure", PICTURE_RUN)
        height = self._page.text_height * 0.85
        put_diagram(self._package, element, diagram, self._page.text_width, height, self._drawings)
        self._caption(diagram.number, diagram.caption, diagram.label, keep=False)

    def _cover(self, cover: Cover) -> None:
        page = self._page
        size = round((page.title + 6) * 2)
        line = round((page.title_line + 10) * 20)
        lift = round(page.text_height * 0.22 * 20)
        props = f'<w:spacing w:before="{lift}" w:after="{round(page.line * 10)}" w:line="{line}" w:lineRule="exact"/>'
        title = self._para("Title", self._runs(cover.title, TITLE), props)
        for run in title.iter(f"{{{_W}}}rPr"):
            run.append(parse_xml(f'<w:sz {NS} w:val="{size}"/>'))
            run.append(parse_xml(f'<w:szCs {NS} w:val="{size}"/>'))
        used = page.text_height * 0.22 + page.title_line + 10 + page.line / 2
        if cover.subtitle:
            self._para("Subtitle", self._runs(cover.subtitle, KAI))
            used += page.line * 1.5
        if table := cover.as_table():
            room = max(page.text_height * 0.9 - used - len(table.rows) * page.line * 1.25, page.line)
            self._thin(20, round(room * 20))
            wide = page.text_width * 0.86
            self._add(table_xml(table, wide, page.body + 1, self._runs, text_style="FdCoverLine"))
        self._break = True

    def _turn(self, turn: Turn) -> None:
        """End the section here; what follows has sheets of its own."""
        section = section_break(self._package, self._page, first=self._sections == 0)
        self._sections += 1
        self._page = self._standing.turned(turn.landscape)
        last = self._body[-1].getprevious()
        if last is None or last.tag.endswith("}tbl"):
            self._thin(20)
            last = self._body[-1].getprevious()
        last.pPr.append(section)
        self._break = False

    def _sign(self, place: SignaturePlace, *, keep: bool = False) -> None:
        words = self._runs(signature_runs(place))
        next_too = "<w:keepNext/>" if keep else ""
        props = "<w:keepNext/>" if place.date else next_too
        edge = f'<w:ind w:left="{round(self._sign_edge * 20)}"/>'
        if place.seal:
            # Room for a round seal above the line it is set on.
            props += f'<w:spacing w:before="{round(self._page.line * 30)}"/>'
        self._para("FdSign", words, props + edge)
        if place.date:
            self._para("FdSign", self._runs((Run(DATE_LINE),)), f'{next_too}<w:spacing w:before="0"/>{edge}')
