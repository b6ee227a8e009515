"""What the pdf takes of the company's look: margins, sizes, lines of head and foot, the mark. Fonts stay ours: only those may be embedded."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader

from filingdesk.documents.look import Look, Piece, Strip
from filingdesk.documents.look_strip import TITLE_MARK
from filingdesk.documents.pdf_fonts import SANS
from filingdesk.documents.styles import MM, PageStyle

_LEAST_LINE = 1.25
_TWIPS = 20.0


def styled(page: PageStyle, look: Look | None) -> PageStyle:
    """The measures of a page with those of the look in them."""
    if look is None:
        return page
    if look.page is not None:
        margins = look.page
        page = replace(
            page,
            top=margins.top / _TWIPS / MM,
            bottom=margins.bottom / _TWIPS / MM,
            left=margins.left / _TWIPS / MM,
            right=margins.right / _TWIPS / MM,
            grid=False,
        )
    texts = look.texts
    if body := texts.get("body"):
        line = max(body.line_points, body.size * _LEAST_LINE)
        page = replace(page, body=body.size, line=line, subtitle=max(body.size, 12), grid=False)
    if title := texts.get("title"):
        page = replace(page, title=title.size, title_line=max(title.size * 1.35, title.line_points))
    if table := texts.get("table"):
        page = replace(page, table=table.size, table_line=table.size * 1.5)
    sizes = [
        texts[f"heading{n}"].size if f"heading{n}" in texts else size
        for n, size in enumerate(page.headings, 1)
    ]
    return replace(page, headings=(sizes[0], sizes[1], sizes[2], min(sizes[3], sizes[2])))


def header_of(look: Look, first: bool, covered: bool) -> Strip | None:
    """The head of a page; a cover stays bare unless the look has a first page of its own."""
    if first and look.has_first:
        return look.first_header
    return None if first and covered else look.header


def footer_of(look: Look, first: bool, covered: bool) -> Strip | None:
    """The foot of a page."""
    if first and look.has_first:
        return look.first_footer
    return None if first and covered else look.footer


Words = Callable[..., None]
"""`pdf_writer.words`: one line with font fallback and glyph gate."""


class StripDrawer:
    """Draws heads and feet; `words` draws one line of text, `width` measures it."""

    def __init__(self, words: Words, width: Callable[[str, str, float], float], title: str) -> None:
        self._words, self._width, self._title = words, width, title

    def head(self, canvas: Any, page: PageStyle, look: Look, strip: Strip, number: int, total: int) -> None:
        """Downwards from the distance of the head."""
        y = page.height - (look.page.header / _TWIPS if look.page else 15 * MM)
        for line in strip.lines:
            high = _height(line)
            self._line(canvas, page, strip, line, y - high, number, total)
            y -= high
        if strip.rule:
            _rule(canvas, page, y - 3)

    def foot(
        self, canvas: Any, page: PageStyle, look: Look, strip: Strip, number: int, total: int, above: float
    ) -> None:
        """Upwards from the distance of the foot; `above` leaves room for our page line."""
        y = (look.page.footer / _TWIPS if look.page else 15 * MM) + above
        for line in reversed(strip.lines):
            self._line(canvas, page, strip, line, y, number, total)
            y += _height(line)
        if strip.rule:
            _rule(canvas, page, y + 2)

    def _line(
        self,
        canvas: Any,
        page: PageStyle,
        strip: Strip,
        line: tuple[Piece, ...],
        y: float,
        number: int,
        total: int,
    ) -> None:
        left, right = page.left * MM, page.width - page.right * MM
        for slot in ("left", "center", "right"):
            pieces = [piece for piece in line if piece.slot == slot]
            widths = [self._wide(piece, number, total) for piece in pieces]
            whole = sum(widths)
            x = left if slot == "left" else right - whole if slot == "right" else (left + right - whole) / 2
            for piece, wide in zip(pieces, widths, strict=True):
                if piece.picture >= 0:
                    data = strip.pictures[piece.picture].data
                    canvas.drawImage(ImageReader(io.BytesIO(data)), x, y, piece.width, piece.height)
                else:
                    canvas.saveState()
                    canvas.setFillColor(HexColor(f"#{piece.color or '333333'}"))
                    text = self._text(piece, number, total)
                    self._words(canvas, text, SANS, piece.size, y=y + piece.size * 0.3, right=x + wide)
                    canvas.restoreState()
                x += wide

    def _wide(self, piece: Piece, number: int, total: int) -> float:
        if piece.picture >= 0:
            return piece.width
        return self._width(self._text(piece, number, total), SANS, piece.size)

    def _text(self, piece: Piece, number: int, total: int) -> str:
        text = piece.text.replace(TITLE_MARK, self._title)
        for code, value in (("PAGE", number), ("NUMPAGES", total), ("SECTIONPAGES", total)):
            text = text.replace(f"\ue000{code}\ue001", str(value))
        return text


def _height(line: tuple[Piece, ...]) -> float:
    return max((piece.height if piece.picture >= 0 else piece.size * 1.4) for piece in line)


def _rule(canvas: Any, page: PageStyle, y: float) -> None:
    canvas.saveState()
    canvas.setStrokeColor(HexColor("#9AA3B2"))
    canvas.setLineWidth(0.5)
    canvas.line(page.left * MM, y, page.width - page.right * MM, y)
    canvas.restoreState()
