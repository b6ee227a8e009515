"""Writes blocks as pdf with reportlab: embedded fonts only, bookmarks, page x of y; the same blocks give the same bytes."""

import hashlib
import io
from datetime import date

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from filingdesk.documents.blocks import Cover, Diagram, Document, Heading, Run, SignaturePlace, paras_of
from filingdesk.documents.drawing import Words
from filingdesk.documents.look import Look
from filingdesk.documents.pages import PageMap
from filingdesk.documents.pdf_fonts import SANS, SERIF, glyph, no_glyph
from filingdesk.documents.pdf_look import StripDrawer, footer_of, header_of, styled
from filingdesk.documents.pdf_story import Story
from filingdesk.documents.render import Images
from filingdesk.documents.styles import (
    DRAFT_HEADER,
    GAP_COLOUR,
    MM,
    NO_DATE,
    STYLES,
    PageStyle,
)

_PALE = HexColor("#EDEDED")
_RULE = HexColor("#9AA3B2")


def write_pdf(
    document: Document, images: Images, made: date | None, author: str, look: Look | None = None
) -> bytes:
    """Bytes of a pdf. Raises `UserError` naming character and field when no font holds a character (glyph gate)."""
    return lay_out(document, images, made, author, look)[0]


def lay_out(
    document: Document, images: Images, made: date | None, author: str, look: Look | None = None
) -> tuple[bytes, PageMap]:
    """Bytes of a pdf, and the pages its headings and signature places came to stand on. `look`: see `pdf_look`."""
    _check_glyphs(document)
    out = io.BytesIO()
    page = styled(STYLES[document.style], look)
    story = Story(document, page, images)
    flowables = story.build()
    template = _Template(out, document, page, story.toc_keys, made, author, look)
    template.build(flowables or [Spacer(1, 1)])
    return out.getvalue(), template.page_map(document)


def _check_glyphs(document: Document) -> None:
    """The glyph gate, before any page is begun: reportlab would wrap an error from within in one of its own."""
    lines = [para for block in document.blocks for para in paras_of(block)]
    drawn = [
        Run(shape.text, label=block.alt)
        for block in document.blocks
        if isinstance(block, Diagram)
        for shape in block.drawing.shapes
        if isinstance(shape, Words)
    ]
    for run in (*(run for para in lines for run in para), *drawn, Run(document.header)):
        for char in dict.fromkeys(run.text):
            if char != "\n" and glyph(SERIF, char) is None:
                raise no_glyph(char, run)


class _Moment:
    """Midnight of a day in the shape that reportlab wants for the file's date."""

    def __init__(self, day: date) -> None:
        self.YMDhms = (day.year, day.month, day.day, 0, 0, 0)
        self.dhh = self.dmm = 0


class _Template(BaseDocTemplate):  # type: ignore[misc]
    """One frame per page. Foot lines and page numbers of the contents are forms drawn at the end, when the total is known."""

    def __init__(
        self,
        out: io.BytesIO,
        document: Document,
        page: PageStyle,
        toc_keys: list[str],
        made: date | None,
        author: str,
        look: Look | None = None,
    ) -> None:
        glyph(SERIF, " ")  # the first font of every page must be an embedded one, not Helvetica
        super().__init__(
            out,
            pagesize=(page.width, page.height),
            leftMargin=page.left * MM,
            rightMargin=page.right * MM,
            topMargin=page.top * MM,
            bottomMargin=page.bottom * MM,
            title=document.title,
            subject=document.subtitle,
            author=author,
            creator="filingdesk",
            producer="filingdesk",
            lang="zh-CN",
            displayDocTitle=1,
            initialFontName=SERIF,
            invariant=1,
            pageCompression=1,
        )
        self._document, self._page, self._toc_keys = document, page, toc_keys
        self._pages, self._made = 0, made
        self._heading_pages: dict[str, int] = {}
        self._place_pages: dict[int, int] = {}
        self._look = look
        self._strips = StripDrawer(_words, _width, document.title)
        self._covered = any(isinstance(block, Cover) for block in document.blocks)
        self._sheets: dict[int, PageStyle] = {}
        self.addPageTemplates([self._sheet("page", page), self._sheet("lying", page.turned(True))])

    def _sheet(self, name: str, page: PageStyle) -> PageTemplate:
        frame = Frame(
            page.left * MM, page.bottom * MM, page.text_width, page.text_height,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        return PageTemplate(
            name,
            [frame],
            onPage=lambda canvas, _template: self._start_page(canvas, page),
            pagesize=(page.width, page.height),
        )

    def page_map(self, document: Document) -> PageMap:
        """What came to stand where."""
        keys = [f"h{index}" for index, block in enumerate(document.blocks) if isinstance(block, Heading)]
        places = sum(isinstance(block, SignaturePlace) for block in document.blocks)
        return PageMap(
            self._pages,
            tuple(self._heading_pages.get(key, 0) for key in keys),
            tuple(self._place_pages.get(number, 0) for number in range(places)),
        )

    def handle_documentBegin(self) -> None:
        # Neither the clock nor SOURCE_DATE_EPOCH: the file's date and id come from our arguments and its contents.
        self.canv._doc._timeStamp = _Moment(self._made or NO_DATE)
        self.canv._doc.signature = hashlib.md5(b"filingdesk", usedforsecurity=False)
        super().handle_documentBegin()

    def afterFlowable(self, flowable: Flowable) -> None:
        mark = getattr(flowable, "bookmark", None)
        if mark:
            self._heading_pages.setdefault(mark[0], self.page)
        place = getattr(flowable, "place", -1)
        if place >= 0:
            self._place_pages.setdefault(place, self.page)

    def _start_page(self, canvas: Canvas, page: PageStyle) -> None:
        self._pages = max(self._pages, self.page)
        self._sheets[self.page] = page
        bare = self._covered and self.page == 1
        if self._document.draft:
            canvas.saveState()
            canvas.setFillColor(_PALE)
            canvas.translate(page.width / 2, page.height / 2)
            canvas.rotate(45)
            _words(canvas, "草稿", SANS, 120, centre=0, y=-40)
            canvas.restoreState()
        head = " ".join(
            words
            for words in (
                DRAFT_HEADER if self._document.draft else "",
                "" if bare or (self._look and self._look.header) else self._document.header,
            )
            if words
        )
        if head:
            canvas.saveState()
            canvas.setFillColor(HexColor(f"#{GAP_COLOUR}" if self._document.draft else "#555555"))
            high = 6 if self._look and self._look.header else 16
            middle, edge = page.width / 2, page.height - high * MM
            _words(canvas, head, SERIF, 9, centre=middle, y=edge)
            canvas.setStrokeColor(_RULE)
            canvas.setLineWidth(0.5)
            canvas.line(page.left * MM, edge - 5, page.width - page.right * MM, edge - 5)
            canvas.restoreState()
        if not bare or (self._look and self._look.has_first):
            canvas.doForm(f"foot{self.page}")

    def _endBuild(self) -> None:
        canvas = self.canv
        for number in range(1, self._pages + 1):
            look, bare = self._look, number == 1 and self._covered
            if bare and not (look and look.has_first):
                continue
            page = self._sheets[number]
            canvas.beginForm(f"foot{number}", upperx=page.width, uppery=page.height)
            own = self._look_strips(canvas, page, look, number) if look else False
            if not own and not bare:
                middle = (page.left * MM + page.width - page.right * MM) / 2
                foot = f"第 {number} 页　共 {self._pages} 页"
                low = min(28, page.bottom - 7) * MM
                if look and look.page:
                    low = look.page.footer / 20
                _words(canvas, foot, SERIF, 10.5, centre=middle, y=low)
            canvas.endForm()
        for key in self._toc_keys:
            canvas.beginForm(f"toc-{key}", lowerx=-60, upperx=0, lowery=-10, uppery=40)
            _words(canvas, str(self._heading_pages.get(key, "")), SERIF, self._page.body, right=0, y=0)
            canvas.endForm()
        super()._endBuild()

    def _look_strips(self, canvas: Canvas, page: PageStyle, look: Look, number: int) -> bool:
        """Head and foot of the look on one page; True when they count pages themselves."""
        head = header_of(look, number == 1, self._covered)
        foot = footer_of(look, number == 1, self._covered)
        if head is not None:
            self._strips.head(canvas, page, look, head, number, self._pages)
        counted = bool((head and head.page) or (foot and foot.page))
        if foot is not None:
            self._strips.foot(canvas, page, look, foot, number, self._pages, 0 if counted else 15)
        return counted


def _width(words: str, font: str, size: float) -> float:
    """How wide a line comes out, in points."""
    shapes = [(char, glyph(font, char)) for char in words]
    missing = next((char for char, shape in shapes if shape is None), None)
    if missing is not None:
        raise no_glyph(missing, Run(words))
    return sum(shape[1] for _, shape in shapes if shape) * size


def _words(
    canvas: Canvas,
    words: str,
    font: str,
    size: float,
    *,
    y: float,
    centre: float | None = None,
    right: float | None = None,
) -> None:
    """Draw one line outside the text area, with the same font fallback and glyph gate."""
    shown = []
    for char in words:
        shape = glyph(font, char)
        if shape is None:
            raise no_glyph(char, Run(words))
        shown.append((char, shape))
    total = sum(shape[1] for _, shape in shown) * size
    x = centre - total / 2 if centre is not None else (right or 0) - total
    text = canvas.beginText(x, y)
    for char, shape in shown:
        text.setFont(shape[0], size)
        text.textOut(char)
    canvas.drawText(text)
