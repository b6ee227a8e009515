"""Reads a head or foot of a reference file: words, tabs, tables, inserted pictures and page numbers; nothing else comes along.

What comes out is built anew, element by element, so no relationship, field or name of the reference reaches our papers.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from filingdesk.documents.form_scan import ancestor
from filingdesk.documents.images import Picture, normalise_picture
from filingdesk.documents.look import Piece, Slot, Strip
from filingdesk.documents.look_styles import Props, Styles, number
from filingdesk.documents.look_xml import (
    EMU,
    code,
    edges_xml,
    emu,
    fonts_xml,
    has_line,
    moved,
    position_xml,
    style_of,
    tab_xml,
    within,
)
from filingdesk.documents.office_package import WP, A, Package, R, w

_PAGE_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES"}
_MAX_PICTURE_SIDE = 1200
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_TITLE = re.compile(r"\{\{\s*(?:文书名称|文书标题|标题)\s*\}\}")
TITLE_MARK = "FDTITLE"
PICTURE_MARK = "FDPIC"
_SLOTS: tuple[Slot, ...] = ("left", "center", "right")
_WORDS_IN_SKIPPED = {
    "pict": "旧式图形或水印",
    "object": "嵌入的对象",
    "wsp": "文本框或形状",
    "wgp": "组合图形",
    "chart": "图表",
}


class StripReader:
    """Reads the heads and feet of one file; `left_out` gathers (what, why not)."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._package, self._styles = package, styles
        self.left_out: dict[tuple[str, str], None] = {}

    def read(self, part: str, what: str) -> Strip | None:
        """One head or foot; None when nothing stands in it."""
        self._what = what
        self._relations = {rel.id: rel for rel in self._package.relations(part)}
        self._pictures: list[Picture] = []
        self._lines: list[tuple[Piece, ...]] = []
        self._page = self._rule = False
        root = self._package.xml(part)
        xml = "".join(self._blocks(root))
        if not self._lines:
            return None
        return Strip(xml, tuple(self._pictures), tuple(self._lines), self._page, self._rule)

    def _skip(self, what: str, why: str) -> None:
        self.left_out[f"{self._what}里的{what}", why] = None

    def _blocks(self, parent: Any) -> Iterator[str]:
        for child in parent:
            if child.tag == w("p"):
                yield self._paragraph(child)
            elif child.tag == w("tbl"):
                yield self._table(child)
            elif child.tag in {w("sdt"), w("sdtContent"), w("ins"), w("customXml")}:
                yield from self._blocks(child)

    # Paragraphs

    def _paragraph(self, paragraph: Any, collect: list[Piece] | None = None) -> str:
        direct = paragraph.find(w("pPr"))
        style = style_of(direct)
        props = self._styles.paragraph(style, direct)
        self._style = style
        self._pieces: list[Piece] = []
        self._field: list[str] = []
        self._in_code = False
        self._skipping = False
        self._slot = 0
        align = self._styles.text_look(style, direct).align
        inner = "".join(self._inline(paragraph))
        slot: Slot = "center" if align == "center" else "right" if align == "right" else "left"
        pieces = [moved(piece, slot) for piece in self._pieces] if slot != "left" else self._pieces
        if collect is None:
            if any(p.text.strip() or p.picture >= 0 for p in pieces):
                self._lines.append(tuple(pieces))
        else:
            collect += pieces
        borders = props.get(w("pBdr"))
        if borders is not None and any(has_line(b) for b in borders):
            self._rule = True
        return f"<w:p><w:pPr>{self._paragraph_props(props)}</w:pPr>{inner}</w:p>"

    def _paragraph_props(self, props: Props) -> str:
        out = ['<w:pStyle w:val="FDSTYLE"/>']
        borders = props.get(w("pBdr"))
        if borders is not None and (lines := edges_xml(borders, ("top", "left", "bottom", "right"))):
            out.append(f"<w:pBdr>{lines}</w:pBdr>")
        tabs = props.get(w("tabs"))
        stops = "".join(tab_xml(tab) for tab in tabs) if tabs is not None else ""
        if stops:
            out.append(f"<w:tabs>{stops}</w:tabs>")
        out.append('<w:snapToGrid w:val="0"/>')
        spacing, indent = props.get(w("spacing")), props.get(w("ind"))
        line = number(spacing, "line", 240) or 240
        told = spacing.get(w("lineRule"), "auto") if spacing is not None else "auto"
        # A line of exact height would cut a picture off.
        rule = "atLeast" if told in {"exact", "atLeast"} else "auto"
        out.append(
            f'<w:spacing w:before="{within(number(spacing, "before", 0), 2000)}" '
            f'w:after="{within(number(spacing, "after", 0), 2000)}" w:line="{within(line, 4000)}" w:lineRule="{rule}"/>'
        )
        left, right = number(indent, "left", 0), number(indent, "right", 0)
        out.append(
            f'<w:ind w:left="{within(left, 8000, -3000)}" w:right="{within(right, 8000, -3000)}" '
            'w:firstLineChars="0" w:firstLine="0"/>'
        )
        aligned = props.get(w("jc"))
        value = str(aligned.get(w("val"), "left")) if aligned is not None else "left"
        value = {"start": "left", "end": "right"}.get(value, value)
        out.append(f'<w:jc w:val="{value if value in {"left", "center", "right", "both"} else "left"}"/>')
        return "".join(out)

    # Runs

    def _inline(self, parent: Any) -> Iterator[str]:
        for child in parent:
            if child.tag == w("r"):
                yield self._run(child)
            elif child.tag == w("fldSimple"):
                named = code(child.get(w("instr"), ""))
                if named in _PAGE_FIELDS:
                    yield self._page_field(named, next(child.iter(w("rPr")), None))
                else:
                    self._skip(f"域 {named}", "只带过来它现在的文字")
                    yield from self._inline(child)
            elif child.tag in {
                w("hyperlink"),
                w("ins"),
                w("smartTag"),
                w("sdt"),
                w("sdtContent"),
                w("customXml"),
            }:
                yield from self._inline(child)

    def _run(self, run: Any) -> str:
        look = run.find(w("rPr"))
        out = []
        for child in run:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "fldChar":
                out.append(self._field_mark(child.get(w("fldCharType"), ""), look))
            elif name == "instrText":
                if self._in_code:
                    self._field.append(child.text or "")
            elif self._in_code or self._skipping:
                continue
            elif name == "t":
                out.append(self._text(child.text or "", look))
            elif name == "tab":
                self._slot = min(self._slot + 1, 2)
                out.append("<w:tab/>")
            elif name == "ptab":
                out.append(self._position_tab(child))
            elif name in {"br", "cr"} and child.get(w("type"), "") not in {"page", "column"}:
                out.append("<w:br/>")
            elif name == "drawing":
                out.append(self._drawing(child))
            elif name in {"AlternateContent", "pict", "object"}:
                self._strange(child)
        props = self._run_props(look)
        # Fields bring their own runs; what stands between them gets one.
        return "".join(
            "".join(group) if whole else f"<w:r>{props}{''.join(group)}</w:r>"
            for whole, group in groupby(
                (piece for piece in out if piece), lambda piece: piece.startswith("<w:r>")
            )
        )

    def _text(self, text: str, look: Any) -> str:
        text = _TITLE.sub(TITLE_MARK, "".join(c for c in text if c.isprintable() or c in " \u3000\xa0"))
        chars = self._styles.text_look(self._style, None, look)
        if text:
            self._pieces.append(Piece(_SLOTS[self._slot], text, chars.size, chars.color))
        return f'<w:t xml:space="preserve">{escape(text)}</w:t>'

    def _run_props(self, look: Any) -> str:
        chars = self._styles.text_look(self._style, None, look)
        half = round(chars.size * 2)
        props = self._styles.run(self._style, look)
        under = props.get(w("u"))
        lined = '<w:u w:val="single"/>' if under is not None and under.get(w("val"), "none") != "none" else ""
        return (
            f"<w:rPr>{fonts_xml(chars.east_asia, chars.latin)}"
            + ("<w:b/><w:bCs/>" if chars.bold else "")
            + ("<w:i/><w:iCs/>" if chars.italic else "")
            + (f'<w:color w:val="{chars.color}"/>' if chars.color else "")
            + f'<w:sz w:val="{within(half, 144, 2)}"/><w:szCs w:val="{within(half, 144, 2)}"/>{lined}</w:rPr>'
        )

    def _position_tab(self, tab: Any) -> str:
        where = tab.get(w("alignment"), "left")
        where = where if where in {"left", "center", "right"} else "left"
        self._slot = ("left", "center", "right").index(where)
        against = tab.get(w("relativeTo"), "margin")
        against = against if against in {"margin", "indent"} else "margin"
        return f'<w:ptab w:relativeTo="{against}" w:alignment="{where}" w:leader="none"/>'

    def _field_mark(self, kind: str, look: Any) -> str:
        if kind == "begin":
            self._field, self._in_code = [], True
        elif kind == "separate":
            named = code("".join(self._field))
            self._in_code = False
            self._skipping = named in _PAGE_FIELDS
            if self._skipping:
                return self._page_field(named, look)
            self._skip(f"域 {named or '（空）'}", "只带过来它现在的文字")
        elif kind == "end":
            named = code("".join(self._field))
            unseparated, self._in_code = self._in_code, False
            self._skipping = False
            if unseparated and named in _PAGE_FIELDS:
                return self._page_field(named, look)
        return ""

    def _page_field(self, code: str, look: Any) -> str:
        self._page = self._page or code == "PAGE"
        chars = self._styles.text_look(self._style, None, look)
        self._pieces.append(Piece(_SLOTS[self._slot], f"\ue000{code}\ue001", chars.size, chars.color))
        props = self._run_props(look)
        return (
            f'<w:r>{props}<w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r>{props}<w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
            f'<w:r>{props}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{props}<w:t>1</w:t></w:r>'
            f'<w:r>{props}<w:fldChar w:fldCharType="end"/></w:r>'
        )

    # Pictures

    def _strange(self, element: Any) -> None:
        for found in element.iter():
            name = found.tag.rpartition("}")[2] if isinstance(found.tag, str) else ""
            if name in _WORDS_IN_SKIPPED:
                self._skip(_WORDS_IN_SKIPPED[name], "Word 稿里只放文字、表格和插入的图片")
                return

    def _drawing(self, drawing: Any) -> str:
        frame = next(
            (child for child in drawing if child.tag in {f"{{{WP}}}inline", f"{{{WP}}}anchor"}), None
        )
        blip = next(drawing.iter(f"{{{A}}}blip"), None)
        if frame is None or blip is None:
            self._strange(drawing)
            return ""
        relation = self._relations.get(blip.get(f"{{{R}}}embed", ""))
        if relation is None or relation.external or relation.target not in self._package.parts:
            self._skip("图片", "图片没有存在文件里（链接到外部）")
            return ""
        name = relation.target.rpartition("/")[2]
        picture = normalise_picture(self._package.parts[relation.target], _MAX_PICTURE_SIDE)
        if picture is None:
            self._skip(f"图片 {name}", "读不了或太大；矢量图（EMF、WMF、SVG）请换成 PNG")
            return ""
        extent = frame.find(f"{{{WP}}}extent")
        width = emu(extent, "cx", picture.width * 9525)
        height = emu(extent, "cy", picture.height * 9525)
        index = len(self._pictures)
        self._pictures.append(picture)
        self._pieces.append(Piece(_SLOTS[self._slot], picture=index, width=width / EMU, height=height / EMU))
        graphic = (
            f'<wp:docPr id="{9000 + index}" name="look{index}" descr={quoteattr("标志")}/>'
            f'<a:graphic xmlns:a="{A}"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f'<pic:nvPicPr><pic:cNvPr id="{9000 + index}" name="look{index}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{PICTURE_MARK}{index}" xmlns:r="{R}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        )
        size = f'<wp:extent cx="{width}" cy="{height}"/>'
        if frame.tag == f"{{{WP}}}inline":
            inner = f'<wp:inline distT="0" distB="0" distL="0" distR="0">{size}{graphic}</wp:inline>'
        else:
            inner = (
                '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" '
                'behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
                f"{position_xml(frame, 'H')}{position_xml(frame, 'V')}{size}<wp:wrapNone/>{graphic}</wp:anchor>"
            )
        return f'<w:drawing xmlns:wp="{WP}">{inner}</w:drawing>'

    # Tables

    def _table(self, table: Any) -> str:
        direct = table.find(w("tblPr"))
        borders = self._table_borders(direct)
        grid = [
            max(1, number(col, "w", 1000))
            for col in table.iter(w("gridCol"))
            if ancestor(col, "tbl") is table
        ]
        total = sum(grid) or 1
        rows = []
        for row in table.iter(w("tr")):
            if ancestor(row, "tbl") is not table:
                continue
            at, cells = 0, []
            pieces: list[Piece] = []
            for cell in row.iter(w("tc")):
                if ancestor(cell, "tr") is not row:
                    continue
                span = within(
                    number(cell.find(f"{w('tcPr')}/{w('gridSpan')}"), "val", 1), max(1, len(grid)), 1
                )
                wide = sum(grid[at : at + span]) or total
                slot = _SLOTS[0 if at == 0 else 2 if at + span >= len(grid) else 1]
                found: list[Piece] = []
                inner = "".join(
                    self._paragraph(p, found) for p in cell.iter(w("p")) if ancestor(p, "tc") is cell
                )
                pieces += [moved(piece, slot) if piece.slot == "left" else piece for piece in found]
                cells.append(self._cell(cell, wide, span, inner or "<w:p/>"))
                at += span
            if pieces:
                self._lines.append(tuple(pieces))
            if cells:
                rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
        if not rows:
            return ""
        columns = "".join(f'<w:gridCol w:w="{col}"/>' for col in grid or [total])
        if borders:
            self._rule = self._rule or "<w:bottom" in borders
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _cell(self, cell: Any, wide: int, span: int, inner: str) -> str:
        props = cell.find(w("tcPr"))
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        borders = props.find(w("tcBorders")) if props is not None else None
        lines = edges_xml(borders, _EDGES) if borders is not None else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{spanned}'
            + (f"<w:tcBorders>{lines}</w:tcBorders>" if lines else "")
            + f'<w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>'
        )

    def _table_borders(self, direct: Any) -> str:
        found = direct.find(w("tblBorders")) if direct is not None else None
        if found is None and direct is not None and (named := direct.find(w("tblStyle"))) is not None:
            for style in self._styles.chain(named.get(w("val"), "")):
                borders = style.find(f"{w('tblPr')}/{w('tblBorders')}")
                found = borders if borders is not None else found
        lines = edges_xml(found, _EDGES) if found is not None else ""
        return f"<w:tblBorders>{lines}</w:tblBorders>" if lines else ""
