"""Chinese line breaking and a paragraph for reportlab: 禁则, whole Latin words, justified lines, fonts per character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from filingdesk.documents.blocks import Align, Run, Runs
from filingdesk.documents.pdf_fonts import BOLD_OF, glyph, no_glyph
from filingdesk.documents.styles import GAP_COLOUR

NO_START = frozenset("，。、；：？！）》」』】〕〉｝］”’…—～·,.;:?!)]}%‰℃°＇＂％")
"""Characters that may not begin a line."""
NO_END = frozenset("☑☐（《「『【〔〈｛［“‘([{￥＄")
"""Characters that may not end a line."""
_UNITS = frozenset("年月日时分秒天周个条项次人家名位种类万亿元页份台张层轮题件款章号级字度倍岁")
_LATIN_UNIT = re.compile(r"(?:[kKMGTP]?[Bb]|[KMGTP]i?B|[km]?m|[km]?g|k?Hz|MHz|GHz|ms|s|px|V|W|kW)")
_BLANKS = frozenset({" ", "\u00a0"})
_SQUEEZE = 0.06
"""Of the font size, at most so much closer stand characters where that takes in a short last line."""
_CJK_FROM = 0x2E80
_WIDE_SIGNS = frozenset("“”‘’…—·☑☐•①②③④⑤⑥⑦⑧⑨⑩")
_MAX_STRETCH = 0.25
"""Of the font size: a line that would need more space than this between its characters stays ragged."""
_THIN_SPACE = 0.14
"""Of the font size, between Chinese and Latin characters. From 0.18 on, readers take it for a typed space when copying."""
_GAP = HexColor(f"#{GAP_COLOUR}")
_BLACK = HexColor("#000000")


def anchor_of(label: str) -> str:
    """The name of the place that references to a table or figure jump to."""
    return f"ref-{label}"


@dataclass(frozen=True)
class TextStyle:
    """How a paragraph is set; lengths in points."""

    font: str
    size: float
    line: float
    align: Align = ""
    first_indent: float = 0
    before: float = 0
    after: float = 0
    left: float = 0
    slack: float = 0
    """A line may be this much too long and is then squeezed (the official 28 characters need 0.25 pt each)."""


@dataclass(slots=True)
class _Piece:
    """An unbreakable bit: one Chinese character, one Latin word, one run of spaces. Never changed once made (not frozen: there
    is one for every character of a paper, and a frozen one takes three times as long to make)."""

    text: str
    font: str
    width: float
    run: Run
    space: bool = False
    pad: float = 0.0
    """Blank before it, part of `width`: the thin space between Chinese and Latin text, as Word sets it."""


@dataclass(frozen=True)
class Line:
    """One line: its pieces, natural width, indent, and whether it ends the paragraph."""

    pieces: tuple[_Piece, ...]
    width: float
    indent: float
    last: bool


@lru_cache(maxsize=65536)
def _is_solid(char: str) -> bool:
    """Part of a Latin word or number."""
    return ord(char) < _CJK_FROM and char not in _WIDE_SIGNS and not char.isspace()


def _may_part(before: str, after: str) -> bool:
    """Where a long Latin word (an address, a model's name) may be parted; dates and numbers stay whole."""
    if before in "/_&?=":
        return after not in "/_&?="
    return before == "-" and after.isalpha() and _is_solid(after)


def _pieces(runs: Runs, style: TextStyle) -> Iterator[_Piece]:
    for run in runs:
        font = BOLD_OF.get(style.font, style.font) if run.bold else style.font
        word: list[str] = []
        word_font, width, mode = "", 0.0, ""
        for char in run.text:
            if char == "\n":
                char = " "
            shape = glyph(font, char)
            if shape is None:
                raise no_glyph(char, run)
            kind = "space" if char in " \u00a0\u3000" else "word" if _is_solid(char) else ""
            if word and (kind != mode or shape[0] != word_font or _may_part(word[-1], char)):
                yield _Piece("".join(word), word_font, width, run, mode == "space")
                word, width = [], 0.0
            if kind:
                word.append(char)
                width += shape[1] * style.size
                word_font, mode = shape[0], kind
            else:
                yield _Piece(char, shape[0], shape[1] * style.size, run)
        if word:
            yield _Piece("".join(word), word_font, width, run, mode == "space")


@lru_cache(maxsize=65536)
def _script(char: str) -> str:
    return "ideograph" if _is_ideograph(char) else "latin" if _is_latin(char) else ""


def _is_ideograph(char: str) -> bool:
    return 0x3400 <= ord(char) <= 0x9FFF or ord(char) >= 0x20000


def _is_latin(char: str) -> bool:
    return ord(char) < _CJK_FROM and char.isalnum()


def _spaced(pieces: Iterator[_Piece], gap: float) -> Iterator[_Piece]:
    """Set a thin space where Chinese and Latin characters meet."""
    before = ""
    for piece in pieces:
        here = _script(piece.text[0])
        if (here == "latin" and before == "ideograph") or (here == "ideograph" and before == "latin"):
            piece = replace(piece, pad=gap, width=piece.width + gap)
        before = here if len(piece.text) == 1 else _script(piece.text[-1])
        yield piece


def _at_start(piece: _Piece) -> _Piece:
    """The same piece at the beginning of a line."""
    return replace(piece, pad=0.0, width=piece.width - piece.pad) if piece.pad else piece


def _clusters(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Glue what may not be parted: closing marks to what precedes, opening marks to what follows, words across runs,
    numbers with their unit."""
    current: list[_Piece] = []
    row = list(pieces)
    for index, piece in enumerate(row):
        if current and not _glued(row, index):
            yield current
            current = []
        current.append(piece)
    if current:
        yield current


def _glued(row: list[_Piece], index: int) -> bool:
    """Must the piece stand on one line with the one before it?"""
    last, piece = row[index - 1], row[index]
    if piece.space:
        return index + 1 < len(row) and piece.text in _BLANKS and _counted(last.text, row[index + 1].text)
    if last.space:
        return index > 1 and last.text in _BLANKS and _counted(row[index - 2].text, piece.text)
    before, after = last.text[-1], piece.text[0]
    if after in NO_START or before in NO_END:
        return True
    if not _is_solid(before):
        return False
    if _is_solid(after):
        return not _may_part(before, after)
    return _counted(last.text, piece.text)


def _counted(number: str, unit: str) -> bool:
    """A number and what it counts: 3 年, 1.1 GB."""
    return number[-1].isdecimal() and (unit in _UNITS or _LATIN_UNIT.fullmatch(unit) is not None)


def _halves(piece: _Piece, room: float, size: float) -> tuple[_Piece, _Piece | None]:
    """Cut a piece that is wider than a whole line (a long address) where the line is full."""
    width = piece.pad
    for index, char in enumerate(piece.text):
        step = (glyph(piece.font, char) or ("", 1.0))[1] * size
        if width + step > room and index:
            return replace(piece, text=piece.text[:index], width=width), replace(
                piece, text=piece.text[index:], width=piece.width - width, pad=0.0
            )
        width += step
    return piece, None


def break_lines(runs: Runs, style: TextStyle, width: float) -> list[Line]:
    """Fill lines `width` points wide. Every character of the runs is in exactly one line (spaces at line ends too)."""
    lines: list[Line] = []
    row: list[_Piece] = []
    used = 0.0
    indent = style.first_indent

    def close(last: bool) -> None:
        nonlocal row, used, indent
        lines.append(Line(tuple(row), used, indent, last))
        row, used, indent = [], 0.0, 0.0

    for cluster in _clusters(_spaced(_pieces(runs, style), _THIN_SPACE * style.size)):
        size = sum(piece.width for piece in cluster)
        room = width - indent + style.slack
        if used + size <= room or (cluster[0].space and row):
            row.extend(cluster)
            used += size
            continue
        if size <= width + style.slack:
            close(False)
            row = [_at_start(cluster[0]), *cluster[1:]]
            used = size - cluster[0].pad
            continue
        if used > 0.5 * room:
            close(False)
        for whole in cluster:
            piece: _Piece | None = whole
            while piece is not None:
                piece = piece if row else _at_start(piece)
                room = width - indent + style.slack
                if used + piece.width <= room:
                    row.append(piece)
                    used += piece.width
                    break
                fits, rest = _halves(piece, room - used, style.size)
                if used + fits.width <= room or not row:
                    row.append(fits)
                    used += fits.width
                    piece = rest
                if piece is not None:
                    close(False)
    close(True)
    return _taken_in(lines, style, width)


def _taken_in(lines: list[Line], style: TextStyle, width: float) -> list[Line]:
    """A last line of one to three characters goes into the line before it, when that can stand a little closer."""
    if len(lines) < 2 or style.align in {"center", "right"} or lines[-1].width > 3.2 * style.size:
        return lines
    *rest, line, last = lines
    pieces = (*line.pieces, *last.pieces)
    over = line.indent + line.width + last.width - width
    if over > _SQUEEZE * style.size * (len(pieces) - 1):
        return lines
    return [*rest, Line(pieces, line.width + last.width, line.indent, True)]


class PdfParagraph(Flowable):  # type: ignore[misc]
    """A paragraph of runs. Splits between pages leaving at least two lines on either side where it can."""

    def __init__(
        self, runs: Runs, style: TextStyle, *, keep_next: bool = False, lines: list[Line] | None = None
    ) -> None:
        super().__init__()
        self._runs, self._style = runs, style
        self._lines, self._given, self._for = lines or [], lines is not None, -1.0
        self.spaceBefore, self.spaceAfter = style.before, style.after
        self.keepWithNext = keep_next
        self.bookmark: tuple[str, str, int] | None = None
        """(key, text, level) of the outline entry that points here."""
        self.anchor = ""
        """Name of the place that references jump to."""
        self.place = -1
        """Number of the signature place that begins here."""

    def getSpaceBefore(self) -> float:
        return self._style.before

    def getSpaceAfter(self) -> float:
        return self._style.after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        if not self._given and self._for != width:
            self._lines, self._for = break_lines(self._runs, self._style, width - self._style.left), width
        self.width, self.height = width, len(self._lines) * self._style.line
        return self.width, self.height

    def minWidth(self) -> float:
        return self._style.size * 2

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        fitting = int((height + 0.01) / self._style.line)
        total = len(self._lines)
        if fitting >= total:
            return [self]
        if total - fitting < 2:
            fitting = total - 2
        if fitting < min(2, total):
            return []
        first = PdfParagraph(self._runs, replace(self._style, after=0), lines=self._lines[:fitting])
        rest = PdfParagraph(self._runs, replace(self._style, before=0), lines=self._lines[fitting:])
        first.bookmark, first.anchor, first.place = self.bookmark, self.anchor, self.place
        for part in (first, rest):
            part.width = width
        return [first, rest]

    def draw(self) -> None:
        style, canvas = self._style, self.canv
        if self.anchor:
            canvas.bookmarkHorizontal(self.anchor, 0, self.height)
        if self.bookmark:
            key, text, level = self.bookmark
            canvas.bookmarkHorizontal(key, 0, self.height)
            canvas.addOutlineEntry(text, key, level, closed=level > 0)
        top = self.height
        for index, line in enumerate(self._lines):
            baseline = top - index * style.line - style.line / 2 - style.size * 0.38
            _draw_line(canvas, line, style, self.width - style.left, baseline)


def _draw_line(canvas: Any, line: Line, style: TextStyle, width: float, y: float) -> None:
    pieces = line.pieces
    trailing = 0.0
    for piece in reversed(pieces):
        if not piece.space:
            break
        trailing += piece.width
    spare = width - line.indent - (line.width - trailing)
    x = style.left + line.indent
    step = 0.0
    if style.align == "center":
        x += max(spare, 0) / 2
    elif style.align == "right":
        x += max(spare, 0)
    elif spare < 0 or (not line.last and not style.align):
        joints = len(pieces) - 1
        step = spare / joints if joints > 0 else 0.0
        if step > _MAX_STRETCH * style.size:
            step = 0.0
    text = canvas.beginText()
    # Pieces of one look that are spaced evenly go out as one string; the rest is placed piece by piece.
    at, group_x = x, x
    group: list[str] = []
    group_key: tuple[str, bool] | None = None
    for piece in pieces:
        key = (piece.font, piece.run.gap)
        single = len(piece.text) == 1
        if group_key != key or piece.pad or (step and not single) or (step and group and len(group[-1]) > 1):
            _flush(text, group, group_key, group_x, y, style.size, step)
            group, group_x, group_key = [], at + piece.pad, key
        group.append(piece.text)
        if piece.run.ref:
            box = (at, y - style.size * 0.25, at + piece.width, y + style.size)
            canvas.linkRect("", anchor_of(piece.run.ref), box, relative=1)
        at += piece.width + step
    _flush(text, group, group_key, group_x, y, style.size, step)
    canvas.drawText(text)


def _flush(
    text: Any, group: list[str], key: tuple[str, bool] | None, x: float, y: float, size: float, step: float
) -> None:
    if not group or key is None:
        return
    text.setTextOrigin(x, y)
    text.setFont(key[0], size)
    text.setFillColor(_GAP if key[1] else _BLACK)
    # Character spacing would also stretch inside a Latin word: those are groups of their own, without it.
    text.setCharSpace(step if len(group) > 1 or len(group[0]) == 1 else 0)
    text.textOut("".join(group))
