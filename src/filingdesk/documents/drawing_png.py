"""Draws shapes as PNG and as SVG: Word shows the SVG and keeps the PNG for programs that know none."""

import io
from functools import lru_cache
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont

from filingdesk.documents.drawing import Anchor, Drawing, Path, Rect, Words, arrow_head
from filingdesk.infra.resources import resource_path

SCALE = 3
"""Pixels per point: 216 dpi."""
_SMOOTH = 2
"""Lines are drawn so many times larger and shrunk, which smooths slanted ones."""
_DASH = (3.0, 2.0)
_PIL_ANCHOR: dict[Anchor, str] = {"start": "ls", "middle": "ms", "end": "rs"}
_FAMILY = "'Noto Sans SC','Source Han Sans SC','Microsoft YaHei','SimHei',sans-serif"


@lru_cache(maxsize=32)
def _font(bold: bool, size: float) -> Any:
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(str(resource_path("fonts", name)), size)


def draw_png(drawing: Drawing, scale: int = SCALE) -> bytes:
    """Bytes of a PNG, `scale` pixels to the point."""
    zoom = scale * _SMOOTH
    image = Image.new("RGB", (round(drawing.width * zoom), round(drawing.height * zoom)), "white")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        match shape:
            case Rect():
                _rect(pen, shape, zoom)
            case Path():
                _path(pen, shape, zoom)
            case Words():
                pen.text(
                    (shape.x * zoom, shape.y * zoom),
                    shape.text,
                    fill=shape.colour,
                    font=_font(shape.bold, shape.size * zoom),
                    anchor=_PIL_ANCHOR[shape.anchor],
                )
    out = io.BytesIO()
    image = image.reduce(_SMOOTH).quantize(128, dither=Image.Dither.NONE)
    image.save(out, "PNG", optimize=False, dpi=(72 * scale, 72 * scale))
    return out.getvalue()


def _rect(pen: Any, shape: Rect, zoom: int) -> None:
    box = (shape.x * zoom, shape.y * zoom, (shape.x + shape.width) * zoom, (shape.y + shape.height) * zoom)
    thick = max(round(shape.thick * zoom), 1)
    if not shape.dashed:
        pen.rounded_rectangle(box, shape.radius * zoom, fill=shape.fill, outline=shape.stroke, width=thick)
        return
    pen.rounded_rectangle(box, shape.radius * zoom, fill=shape.fill)
    x, y, right, bottom = shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
    corners = ((x, y), (right, y), (right, bottom), (x, bottom), (x, y))
    _path(pen, Path(corners, shape.stroke, dashed=True, thick=shape.thick), zoom)


def _path(pen: Any, shape: Path, zoom: int) -> None:
    thick = max(round(shape.thick * zoom), 1)
    for start, end in pairwise(shape.points):
        for a, b in _dashes(start, end) if shape.dashed else [(start, end)]:
            pen.line((a[0] * zoom, a[1] * zoom, b[0] * zoom, b[1] * zoom), fill=shape.stroke, width=thick)
    if shape.arrow:
        pen.polygon([(x * zoom, y * zoom) for x, y in arrow_head(shape)], fill=shape.stroke)


def _dashes(
    start: tuple[float, float], end: tuple[float, float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    out = []
    at = 0.0
    while at < length:
        to = min(at + _DASH[0], length)
        out.append(
            (
                (start[0] + dx * at / length, start[1] + dy * at / length),
                (start[0] + dx * to / length, start[1] + dy * to / length),
            )
        )
        at += sum(_DASH)
    return out


def draw_svg(drawing: Drawing) -> bytes:
    """Bytes of an SVG of the same shapes; text stays text."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{drawing.width:g}pt" height="{drawing.height:g}pt" '
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}">',
        f'<rect width="{drawing.width:g}" height="{drawing.height:g}" fill="#FFFFFF"/>',
    ]
    out += [_svg(shape) for shape in drawing.shapes]
    return "\n".join([*out, "</svg>\n"]).encode()


def _svg(shape: Rect | Path | Words) -> str:
    dash = f' stroke-dasharray="{_DASH[0]:g} {_DASH[1]:g}"'
    match shape:
        case Rect():
            round_ = f' rx="{shape.radius:g}"' if shape.radius else ""
            return (
                f'<rect x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" height="{shape.height:.2f}"{round_} '
                f'fill="{shape.fill}" stroke="{shape.stroke}" stroke-width="{shape.thick:g}"{dash if shape.dashed else ""}/>'
            )
        case Path():
            points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
            line = (
                f'<polyline points="{points}" fill="none" stroke="{shape.stroke}" '
                f'stroke-width="{shape.thick:g}"{dash if shape.dashed else ""}/>'
            )
            if not shape.arrow:
                return line
            head = " ".join(f"{x:.2f},{y:.2f}" for x, y in arrow_head(shape))
            return f'{line}<polygon points="{head}" fill="{shape.stroke}"/>'
        case Words():
            weight = ' font-weight="bold"' if shape.bold else ""
            return (
                f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" font-family={quoteattr(_FAMILY)} font-size="{shape.size:g}" '
                f'text-anchor="{shape.anchor}" fill="{shape.colour}"{weight}>{escape(shape.text)}</text>'
            )
