"""Blocks → reportlab flowables: which style each block gets, and what must stay together on a page."""

from dataclasses import replace
from functools import partial

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, NextPageTemplate, Spacer
from reportlab.platypus import PageBreak as PdfPageBreak

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
from filingdesk.documents.images import figure_size, instead_of_picture, normalise_picture
from filingdesk.documents.leading import leads_in, without_last_breaks
from filingdesk.documents.numbering import contents_depth
from filingdesk.documents.pdf_drawing import DiagramFlow
from filingdesk.documents.pdf_figure import FigureFlow
from filingdesk.documents.pdf_fonts import SANS, SANS_BOLD, SERIF, SERIF_BOLD
from filingdesk.documents.pdf_table import TableFlow, boxed, build_table
from filingdesk.documents.pdf_text import PdfParagraph, TextStyle, anchor_of
from filingdesk.documents.render import Images
from filingdesk.documents.signing import BLANK, sign_indent
from filingdesk.documents.styles import PageStyle


class _TocLine(Flowable):  # type: ignore[misc]
    """A line of the contents: text, dots, and a form that gets the page number at the end; the whole line is a link."""

    def __init__(self, key: str, runs: Runs, style: TextStyle) -> None:
        super().__init__()
        self._key, self._para = key, PdfParagraph(runs, style)
        self._style = style

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        _, self.height = self._para.wrap(width - 50, height)
        self.width = width
        return width, self.height

    def draw(self) -> None:
        canvas = self.canv
        self._para.canv = canvas
        self._para.draw()
        last = self._para._lines[-1]
        y = self._style.line / 2 - self._style.size * 0.38
        start = self._style.left + last.indent + last.width + 6
        end = self.width - 34
        canvas.saveState()
        canvas.setDash(1, 3)
        canvas.setLineWidth(0.7)
        if end > start:
            canvas.line(start, y + 2, end, y + 2)
        canvas.restoreState()
        canvas.saveState()
        canvas.translate(self.width, y)
        canvas.doForm(f"toc-{self._key}")
        canvas.restoreState()
        canvas.linkRect("", self._key, (0, 0, self.width, self.height), relative=1)


def _outline_marks(headings: list[tuple[str, Heading]]) -> dict[int, tuple[str, int]]:
    """Key and outline level of each heading; an outline may not jump a level, whatever the template did."""
    marks: dict[int, tuple[str, int]] = {}
    level = -1
    for key, block in headings:
        level = min(block.level - 1, level + 1)
        marks[id(block)] = (key, level)
    return marks


def _opens(block: Block) -> bool:
    """Must the beginning of what follows stand on the same page?"""
    return isinstance(block, (Heading, Title)) or leads_in(block)


class Story:
    """Turns the blocks of one document into flowables; `toc_keys` are the headings whose page numbers are drawn at the end."""

    def __init__(self, document: Document, page: PageStyle, images: Images) -> None:
        document = replace(document, blocks=without_last_breaks(document.blocks))
        self._document, self._images = document, images
        self._standing = page
        self._headings = [
            (f"h{index}", block) for index, block in enumerate(document.blocks) if isinstance(block, Heading)
        ]
        self._marks = _outline_marks(self._headings)
        self.toc_keys: list[str] = []
        self._places = sum(isinstance(block, SignaturePlace) for block in document.blocks)
        self._on(page)

    def _on(self, page: PageStyle) -> None:
        """Set what follows on sheets of this style."""
        self._page = page
        squeeze = max(28 * page.body - page.text_width, 0) + 0.1 if page.grid else 0.0
        self._body = TextStyle(SERIF, page.body, page.line, first_indent=page.body * 2, slack=squeeze)
        self._table_text = TextStyle(SERIF, page.table, page.table_line, align="left")

    def build(self) -> list[Flowable]:
        """From the end to the beginning: a heading is told how much of what follows must stand on its page."""
        out: list[list[Flowable]] = []
        room = signed = 0.0
        follower: Block | None = None
        blocks = self._document.blocks
        sheets = self._sheets()
        for index, block in reversed(list(enumerate(blocks))):
            if self._page is not sheets[index]:
                self._on(sheets[index])
            flowables = self._block(block)
            if isinstance(follower, SignaturePlace) and isinstance(flowables[-1], PdfParagraph):
                # No signature stands alone on a page: the last words and other places before it go along.
                flowables[-1].keepWithNext = True
            if isinstance(block, SignaturePlace):
                signed += sum(map(self._height, flowables))
            else:
                for flowable in flowables if signed else ():
                    if isinstance(flowable, TableFlow):
                        flowable.tail = min(signed + 8, self._page.text_height * 0.5)
                signed = 0.0
            follower = block
            if _opens(block):
                height = sum(map(self._height, flowables))
                room = min(height + (room or self._page.line), self._page.text_height * 0.6)
                # Only the first of several headings may break the page: one between them would leave the upper one alone.
                if index == 0 or not _opens(blocks[index - 1]):
                    flowables = [CondPageBreak(room), *flowables]
            else:
                room = self._first_height(block, flowables)
            out.append(flowables)
        return [flowable for flowables in reversed(out) for flowable in flowables]

    def _height(self, flowable: Flowable) -> float:
        """What a flowable takes of a page, with the space before and after it."""
        height: float = flowable.wrap(self._page.text_width, 1e6)[1]
        return height + float(flowable.getSpaceBefore()) + float(flowable.getSpaceAfter())

    def _sheets(self) -> list[PageStyle]:
        """The style of the sheet each block stands on."""
        lying = self._standing.turned(True)
        out: list[PageStyle] = []
        page = self._standing
        for block in self._document.blocks:
            if isinstance(block, Turn):
                page = lying if block.landscape else self._standing
            out.append(page)
        return out

    def _first_height(self, block: Block, flowables: list[Flowable]) -> float:
        """The least that a heading wants to have below it."""
        match block:
            case Table() | KeyValue():
                return sum(
                    flowable.least_height(self._page.text_height * 0.3) + float(flowable.getSpaceBefore())
                    if isinstance(flowable, TableFlow)
                    else self._height(flowable)
                    for flowable in flowables
                    if not isinstance(flowable, CondPageBreak)
                )
            case Figure() if isinstance(flowables[0], FigureFlow):
                return flowables[0].least_height
            case Diagram(drawing=drawing):
                scale = min(1.0, self._page.text_width / drawing.width)
                return min(drawing.height * scale + self._page.line * 2, self._page.text_height * 0.9)
            case PageBreak() | Turn() | Cover():
                return 0.0
            case _:
                # Three lines cannot be parted into two and two: all of them or none.
                whole = self._height(flowables[0]) if isinstance(flowables[0], PdfParagraph) else 0.0
                return max(whole if whole < self._page.line * 3.5 else 0.0, self._page.line * 2)

    def _block(self, block: Block) -> list[Flowable]:
        page, body = self._page, self._body
        match block:
            case Title():
                style = TextStyle(SERIF_BOLD, page.title, page.title_line, "center", after=page.line / 3)
                return [PdfParagraph(block.runs, style)]
            case Subtitle():
                style = TextStyle(SERIF, page.subtitle, page.line, "center", after=page.line / 2)
                return [PdfParagraph(block.runs, style)]
            case Heading():
                return self._heading(block)
            case Paragraph():
                indent = body.first_indent if block.indent else 0
                return [PdfParagraph(block.runs, replace(body, align=block.align, first_indent=indent))]
            case ListBlock():
                return [
                    PdfParagraph(
                        (Run(item.label + " "), *para) if index == 0 else para,
                        replace(body, left=page.body * 1.5 * item.level),
                    )
                    for item in block.items
                    for index, para in enumerate(item.paras)
                ]
            case KeyValue():
                return self._table(block.as_table())
            case Table():
                return self._table(block)
            case CheckList():
                return [PdfParagraph(line, body) for line in block.lines()]
            case Figure():
                return self._figure(block)
            case SignaturePlace():
                return self._sign(block)
            case Note():
                return self._note(block)
            case Diagram():
                flow = DiagramFlow(block.drawing, page.text_width, page.text_height * 0.85)
                caption = self._caption(block.number, block.caption, block.label)
                return [KeepTogether([Spacer(1, 6), flow, Spacer(1, 2), caption])]
            case Cover():
                return self._cover(block)
            case Turn():
                return [NextPageTemplate("lying" if block.landscape else "page"), PdfPageBreak()]
            case PageBreak():
                return [PdfPageBreak()]
            case TocPlace():
                return self._toc()

    def _heading(self, block: Heading) -> list[Flowable]:
        page = self._page
        size = page.headings[block.level - 1]
        font = (SANS_BOLD, SERIF_BOLD, SERIF_BOLD, SERIF)[block.level - 1]
        before = 0 if page.grid else page.line / 4
        style = TextStyle(font, size, page.line, "left", first_indent=page.body * 2, before=before)
        words = block.number + text_of(block.runs)
        para = PdfParagraph(
            (Run(block.number), *block.runs) if block.number else block.runs, style, keep_next=True
        )
        key, level = self._marks[id(block)]
        para.bookmark = (key, words, level)
        para.anchor = anchor_of(block.label) if block.label else ""
        return [para]

    def _table(self, table: Table) -> list[Flowable]:
        flow = build_table(table, self._page.text_width, self._table_text, self._page.text_height)
        if not table.number:
            least = min(flow.least_height(self._page.text_height * 0.3), self._page.text_height * 0.5)
            flow.spaceBefore = 4
            return [CondPageBreak(least + 4), flow]
        caption = self._caption(table.number, table.caption, table.label)
        flow.continued = partial(self._caption, f"续{table.number}", ())
        least = flow.least_height(self._page.text_height * 0.3)
        room = min(self._height(caption) + least, self._page.text_height * 0.6)
        return [CondPageBreak(room), caption, flow]

    def _caption(self, number: str, caption: Runs, label: str = "") -> PdfParagraph:
        page = self._page
        style = TextStyle(SANS, page.table, page.table_line, "center", before=6, after=4)
        runs = (Run(number + "　"), *caption) if caption else (Run(number),)
        para = PdfParagraph(runs, style)
        para.anchor = anchor_of(label) if label else ""
        return para

    def _cover(self, cover: Cover) -> list[Flowable]:
        page = self._page
        title = TextStyle(SERIF_BOLD, page.title + 6, page.title_line + 10, "center", after=page.line / 2)
        subtitle = TextStyle(SERIF, page.subtitle, page.line, "center")
        out: list[Flowable] = [Spacer(1, page.text_height * 0.22), PdfParagraph(cover.title, title)]
        if cover.subtitle:
            out.append(PdfParagraph(cover.subtitle, subtitle))
        if table := cover.as_table():
            style = replace(self._table_text, size=page.body, line=page.line)
            lines = build_table(table, page.text_width * 0.86, style, page.text_height)
            used = sum(flowable.wrap(page.text_width, 1e6)[1] + 12 for flowable in out)
            # The lines end at the same height on every cover.
            out += [Spacer(1, max(page.text_height * 0.92 - used - lines.whole_height, page.line)), lines]
        return [*out, PdfPageBreak()]

    def _figure(self, figure: Figure) -> list[Flowable]:
        data = self._images(figure.ref)
        picture = normalise_picture(data) if data is not None else None
        caption = self._caption(figure.number, figure.caption, figure.label)
        if picture is None:
            runs = (
                Run(
                    instead_of_picture(figure.alt or figure.ref, data is None),
                    fact=figure.fact,
                    gap=data is None,
                ),
            )
            return [
                PdfParagraph(runs, replace(self._body, align="center", first_indent=0), keep_next=True),
                caption,
            ]
        caption.wrap(self._page.text_width, 1e6)
        size = figure_size(picture, self._page.text_width, self._page.text_height)
        return [FigureFlow(picture, size, caption)]

    def _sign(self, place: SignaturePlace) -> list[Flowable]:
        style = replace(
            self._body,
            align="left",
            first_indent=0,
            left=sign_indent(self._document, self._page),
            before=self._page.line * (1.5 if place.seal else 0.5),
        )
        blank = place.who or (Run(BLANK),)
        first = PdfParagraph((*place.label, Run("："), *blank), style, keep_next=place.date)
        self._places -= 1  # the story is built from its end
        first.place = self._places
        lines: list[Flowable] = [first]
        if place.date:
            lines.append(PdfParagraph((Run(DATE_LINE),), replace(style, before=0)))
        # Not in a KeepTogether of its own: reportlab would not join that with the words before.
        return lines

    def _note(self, note: Note) -> list[Flowable]:
        return [boxed(note.paras, self._page.text_width, self._table_text)]

    def _toc(self) -> list[Flowable]:
        page = self._page
        title = TextStyle(SANS, page.body, page.line, "center", after=page.line / 3)
        out: list[Flowable] = [PdfParagraph((Run("目　录"),), title, keep_next=True)]
        depth = contents_depth(self._document.blocks)
        for key, block in self._headings:
            if block.level <= depth:
                style = TextStyle(SERIF, page.body, page.line, "left", left=page.body * (block.level - 1))
                runs = tuple(replace(run, bold=False) for run in block.runs)
                out.append(_TocLine(key, (Run(block.number), *runs) if block.number else runs, style))
                self.toc_keys.append(key)
        return out
