"""Pictures of the Word file: screenshots, and drawings as SVG with a PNG for programs that show none."""

import io
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from filingdesk.documents.blocks import Diagram
from filingdesk.documents.docx_xml import FANG, fonts
from filingdesk.documents.drawing_png import draw_png, draw_svg

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
PICTURE_RUN = f"<w:r><w:rPr>{fonts(FANG)}</w:rPr><w:drawing/></w:r>"
"""A run that waits for its picture; see `put_picture`."""


def put_picture(
    package: Any, paragraph: Any, data: bytes, size: tuple[float, float], name: str, alt: str
) -> Any:
    """Set a PNG or JPEG of `size` points into the waiting run of a paragraph; returns the shape."""
    relation, _ = package.part.get_or_add_image(io.BytesIO(data))
    shape = package.part.new_pic_inline(io.BytesIO(data), round(size[0] * 12700), round(size[1] * 12700))
    shape.docPr.set("descr", alt)
    shape.docPr.set("name", f"{name or '图'} {relation}")
    next(paragraph.iter(f"{{{_W}}}drawing")).append(shape)
    return shape


def put_diagram(
    package: Any, paragraph: Any, diagram: Diagram, width: float, height: float, count: int
) -> None:
    """Set a drawing at most `width` × `height` points large; `count` numbers the drawings of the file."""
    drawing = diagram.drawing
    scale = min(1.0, width / drawing.width, height / drawing.height)
    size = (drawing.width * scale, drawing.height * scale)
    shape = put_picture(package, paragraph, draw_png(drawing), size, diagram.number, diagram.alt)
    part = Part(
        PackURI(f"/word/media/drawing{count}.svg"), "image/svg+xml", draw_svg(drawing), package.part.package
    )
    relation = package.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = next(shape.iter(f"{{{_A}}}blip"))
    blip.append(
        parse_xml(
            f'<a:extLst xmlns:a="{_A}"><a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip '
            'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
            f'r:embed="{relation}"/></a:ext></a:extLst>'
        )
    )
