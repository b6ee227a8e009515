"""Small pieces of WordprocessingML that the reader and the writer of a look share; every value is bounded."""

import re
from typing import Any
from xml.sax.saxutils import quoteattr

from filingdesk.documents.look import Piece, Slot
from filingdesk.documents.look_styles import number
from filingdesk.documents.office_package import WP, R, W, w

EMU = 12700
"""English metric units per point."""
MAX_SIDE = 600 * EMU


def fonts_xml(east_asia: str, latin: str) -> str:
    """`w:rFonts` of a look."""
    east, west = quoteattr(east_asia), quoteattr(latin)
    return f'<w:rFonts w:hint="eastAsia" w:ascii={west} w:hAnsi={west} w:eastAsia={east} w:cs={west}/>'


def part_xml(strip: str, root: str) -> bytes:
    """A strip as a whole part; `root` is hdr or ftr."""
    return f'<w:{root} xmlns:w="{W}" xmlns:r="{R}">{strip}</w:{root}>'.encode()


def style_of(props: Any) -> str:
    named = props.find(w("pStyle")) if props is not None else None
    return str(named.get(w("val"), "")) if named is not None else ""


def code(text: str) -> str:
    words = text.split()
    return words[0].upper()[:30] if words else ""


def within(value: int, most: int, least: int = 0) -> int:
    return max(least, min(value, most))


def moved(piece: Piece, slot: Slot) -> Piece:
    return Piece(slot, piece.text, piece.size, piece.color, piece.picture, piece.width, piece.height)


def emu(extent: Any, name: str, otherwise: int) -> int:
    try:
        return within(int(extent.get(name, otherwise)) if extent is not None else otherwise, MAX_SIDE, 9525)
    except ValueError:
        return otherwise


def position_xml(frame: Any, axis: str) -> str:
    """Where an anchored picture stands; what is not plain becomes the edge of the margin."""
    found = frame.find(f"{{{WP}}}position{axis}")
    allowed = {
        "H": {"page", "margin", "column", "leftMargin", "rightMargin", "character"},
        "V": {"page", "margin", "paragraph", "line", "topMargin", "bottomMargin"},
    }[axis]
    against = found.get("relativeFrom", "") if found is not None else ""
    against = against if against in allowed else ("column" if axis == "H" else "paragraph")
    align = found.find(f"{{{WP}}}align") if found is not None else None
    named = (align.text or "").strip() if align is not None else ""
    if named in {"left", "center", "right", "top", "bottom"}:
        inner = f"<wp:align>{named}</wp:align>"
    else:
        offset = found.find(f"{{{WP}}}posOffset") if found is not None else None
        text = (offset.text or "0").strip() if offset is not None else "0"
        value = int(text) if text.lstrip("-").isdigit() and len(text) < 10 else 0
        inner = f"<wp:posOffset>{within(value, 20_000_000, -20_000_000)}</wp:posOffset>"
    return f'<wp:position{axis} relativeFrom="{against}">{inner}</wp:position{axis}>'


def has_line(border: Any) -> bool:
    return isinstance(border.tag, str) and border.get(w("val"), "nil") not in {"nil", "none"}


def edges_xml(borders: Any, names: tuple[str, ...]) -> str:
    out = []
    for name in names:
        edge = borders.find(w(name))
        if edge is None or not has_line(edge):
            continue
        kind = edge.get(w("val"), "single")
        kind = (
            kind
            if kind
            in {"single", "double", "thick", "dotted", "dashed", "thinThickSmallGap", "thickThinSmallGap"}
            else "single"
        )
        colour = edge.get(w("color"), "auto")
        colour = colour if re.fullmatch(r"[0-9A-Fa-f]{6}", colour) else "auto"
        out.append(
            f'<w:{name} w:val="{kind}" w:sz="{within(number(edge, "sz", 4), 96, 2)}" '
            f'w:space="{within(number(edge, "space", 0), 31)}" w:color="{colour}"/>'
        )
    return "".join(out)


def tab_xml(tab: Any) -> str:
    value = tab.get(w("val"), "left")
    value = {"start": "left", "end": "right"}.get(value, value)
    if value not in {"left", "center", "right", "clear"}:
        return ""
    return f'<w:tab w:val="{value}" w:pos="{within(number(tab, "pos", 0), 20000, -2000)}"/>'
