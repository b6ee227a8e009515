"""A screenshot with its caption in the pdf: one piece, a little smaller where that spares half an empty page."""

import io

from reportlab.platypus import Flowable, Image

from filingdesk.documents.images import Picture
from filingdesk.documents.pdf_text import PdfParagraph

_BEFORE, _BETWEEN = 6.0, 2.0
_LEAST = 0.75
"""Of its size: a picture is made smaller down to this to stand on the page where the text speaks of it."""


class FigureFlow(Flowable):  # type: ignore[misc]
    """`size` is the picture's width and height in points when there is room enough."""

    def __init__(self, picture: Picture, size: tuple[float, float], caption: PdfParagraph) -> None:
        super().__init__()
        self._picture, self._size, self._caption = picture, size, caption
        self._scale = 1.0
        self.hAlign = "CENTER"

    @property
    def least_height(self) -> float:
        """What must be free on a page for it to stand there."""
        return self._around() + self._size[1] * _LEAST

    def _around(self) -> float:
        style = self._caption._style
        return _BEFORE + _BETWEEN + style.before + self._caption.height + style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self._caption.wrap(width, height)
        self.width = width
        around, tall = self._around(), self._size[1]
        self._scale = 1.0
        if around + tall > height >= around + tall * _LEAST:
            self._scale = (height - around) / tall
        self.height = around + tall * self._scale
        return self.width, self.height

    def draw(self) -> None:
        wide, tall = (side * self._scale for side in self._size)
        style = self._caption._style
        self._caption.drawOn(self.canv, 0, style.after)
        image = Image(io.BytesIO(self._picture.data), wide, tall)
        image.drawOn(self.canv, (self.width - wide) / 2, self.height - _BEFORE - tall)
