"""Draws shapes on a page of the pdf: lines and letters, no picture."""

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from filingdesk.documents.drawing import Drawing, Path, Rect, Words, arrow_head
from filingdesk.documents.pdf_fonts import SANS, SANS_BOLD, glyph

_DASH = (3, 2)


class DiagramFlow(Flowable):  # type: ignore[misc]
    """A drawing, shrunk to fit the text area, in its middle."""

    def __init__(self, drawing: Drawing, width: float, height: float) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = min(1.0, width / drawing.width, height / drawing.height)
        self.width, self.height = width, drawing.height * self._scale

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.translate((self.width - self._drawing.width * self._scale) / 2, 0)
        canvas.scale(self._scale, self._scale)
        for shape in self._drawing.shapes:
            self._shape(canvas, shape)
        canvas.restoreState()

    def _shape(self, canvas: Any, shape: Rect | Path | Words) -> None:
        top = self._drawing.height
        match shape:
            case Rect():
                canvas.setFillColor(HexColor(shape.fill))
                self._stroke(canvas, shape)
                y = top - shape.y - shape.height
                canvas.roundRect(shape.x, y, shape.width, shape.height, shape.radius, stroke=1, fill=1)
            case Path():
                self._stroke(canvas, shape)
                line = canvas.beginPath()
                line.moveTo(shape.points[0][0], top - shape.points[0][1])
                for x, y in shape.points[1:]:
                    line.lineTo(x, top - y)
                canvas.drawPath(line)
                if shape.arrow:
                    tip, *rest = arrow_head(shape)
                    canvas.setFillColor(HexColor(shape.stroke))
                    head = canvas.beginPath()
                    head.moveTo(tip[0], top - tip[1])
                    for x, y in rest:
                        head.lineTo(x, top - y)
                    head.close()
                    canvas.drawPath(head, stroke=0, fill=1)
            case Words():
                _words(canvas, shape, top)

    def _stroke(self, canvas: Any, shape: Rect | Path) -> None:
        canvas.setStrokeColor(HexColor(shape.stroke))
        canvas.setLineWidth(shape.thick)
        canvas.setDash(_DASH if shape.dashed else ())


def _words(canvas: Any, words: Words, top: float) -> None:
    shown = [(char, glyph(SANS_BOLD if words.bold else SANS, char)) for char in words.text]
    pieces = [(char, shape) for char, shape in shown if shape is not None]  # the glyph gate has seen to it
    total = sum(shape[1] for _, shape in pieces) * words.size
    x = words.x - {"start": 0.0, "middle": total / 2, "end": total}[words.anchor]
    text = canvas.beginText(x, top - words.y)
    text.setFillColor(HexColor(words.colour))
    run, font = "", ""
    for char, shape in pieces:
        if run and shape[0] != font:
            text.setFont(font, words.size)
            text.textOut(run)
            run = ""
        run, font = run + char, shape[0]
    if run:
        text.setFont(font, words.size)
        text.textOut(run)
    canvas.drawText(text)
