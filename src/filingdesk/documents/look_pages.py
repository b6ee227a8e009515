"""The pages of a paper in the company's look: margins of every section, head, foot and mark."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from filingdesk.documents.look import Look, PageLook, Strip
from filingdesk.documents.look_strip import PICTURE_MARK, TITLE_MARK
from filingdesk.documents.look_styles import number
from filingdesk.documents.look_xml import part_xml
from filingdesk.documents.office_package import WP, A, Package, R, parse_xml, to_xml, w
from filingdesk.documents.styles import DRAFT_HEADER

A4_WIDTH, _A4_HEIGHT = 11906, 16838


def order_of(names: str) -> list[str]:
    """The order in which the schema wants the children of an element."""
    return names.split()


_SECT = order_of(
    "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid "
    "printerSettings sectPrChange"
)


class Pages:
    """Works on one package; `fonts` sets the fonts of a tree of ours that stays."""

    def __init__(self, package: Package, root: Any, look: Look, fonts: Callable[[Any], None]) -> None:
        self._package, self._root, self._look, self._fonts = package, root, look, fonts

    def fit_sections(self) -> None:
        """The margins of every section; what was measured for the old ones is scaled."""
        page = self._look.page
        if page is None:
            return
        body = self._root.find(w("body"))
        group: list[Any] = []
        for block in list(body):
            section = block if block.tag == w("sectPr") else block.find(f"{w('pPr')}/{w('sectPr')}")
            if block.tag != w("sectPr"):
                group.append(block)
            if section is None:
                continue
            before, after = self._section(section, page)
            for member in group:
                _fit(member, before, after)
            group = []

    def _section(self, section: Any, page: PageLook) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give a section its margins; the size of the text area before and after."""
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        wide, high = number(size, "w", A4_WIDTH), number(size, "h", _A4_HEIGHT)
        before = (
            wide - number(margins, "left", 0) - number(margins, "right", 0),
            high - number(margins, "top", 0) - number(margins, "bottom", 0),
        )
        lying = wide > high
        # A sheet that is turned takes its margins along.
        top, right, bottom, left = (
            (page.left, page.top, page.right, page.bottom)
            if lying
            else (page.top, page.right, page.bottom, page.left)
        )
        for name, value in (
            ("top", max(top, page.header + 400) if lying else top),
            ("right", right),
            ("bottom", bottom),
            ("left", left),
            ("header", page.header),
            ("footer", page.footer),
        ):
            margins.set(w(name), str(value))
        drop(section, "docGrid")
        if page.pitch and not lying:
            grid = child(section, "docGrid", _SECT)
            grid.set(w("type"), "lines")
            grid.set(w("linePitch"), str(page.pitch))
        return before, (wide - left - right, high - number(margins, "top", 0) - bottom)

    # Head and foot

    def put_strips(self) -> None:
        """Head and foot of every section; sections share them."""
        look = self._look
        done: set[str] = set()
        if look.has_first and (look.first_header or look.first_footer or look.header):
            self._first_pages()
        for reference in list(self._root.iter(w("headerReference"), w("footerReference"))):
            kind = "header" if reference.tag == w("headerReference") else "footer"
            relation = next(
                (
                    r
                    for r in self._package.relations(self._package.main)
                    if r.id == reference.get(f"{{{R}}}id")
                ),
                None,
            )
            if relation is None or relation.target in done:
                continue
            done.add(relation.target)
            first = reference.get(w("type")) == "first"
            strip = (
                (look.first_header if kind == "header" else look.first_footer)
                if first
                else (look.header if kind == "header" else look.footer)
            )
            if first and not look.has_first:
                strip = None  # the bare first page of a cover stays bare
            if strip is not None:
                self._replace(relation.target, kind, strip)
            else:
                root = self._package.xml(relation.target)
                self._fonts(root)
                self._package.parts[relation.target] = to_xml(root)

    def _first_pages(self) -> None:
        """A paper without a cover gets a first page of its own kind when the look has one."""
        first = next(self._root.iter(w("sectPr")))
        for section in [first]:
            if section.find(w("titlePg")) is not None:
                continue
            etree_child = child(section, "titlePg", _SECT)
            etree_child.attrib.clear()
            for kind, short in (("header", "hdr"), ("footer", "ftr")):
                target = f"word/{kind}First.xml"
                self._package.parts[target] = part_xml("<w:p><w:pPr/></w:p>", short)
                self._package.declare(
                    target, f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
                )
                identity = self._package.relate(self._package.main, kind, target)
                reference = etree.Element(w(f"{kind}Reference"))
                reference.set(w("type"), "first")
                reference.set(f"{{{R}}}id", identity)
                section.insert(0, reference)
                if kind == "footer":
                    own = next(
                        (r for r in section.findall(w("footerReference")) if r.get(w("type")) != "first"),
                        None,
                    )
                    self._copy_foot(own, target)

    def _copy_foot(self, reference: Any, target: str) -> None:
        """Our page numbers on a first page whose foot the look leaves blank."""
        if reference is None or self._look.first_footer is not None:
            return
        relation = next(
            (r for r in self._package.relations(self._package.main) if r.id == reference.get(f"{{{R}}}id")),
            None,
        )
        if relation is not None:
            self._package.parts[target] = self._package.parts[relation.target]

    def _replace(self, part: str, kind: str, strip: Strip) -> None:
        """The look's head or foot in the place of ours; the word 草稿 and, without a page number of theirs, our page line stay."""
        ours = self._package.xml(part)
        self._fonts(ours)
        xml = strip.xml.replace('"FDSTYLE"', '"Header"' if kind == "header" else '"Footer"')
        xml = xml.replace(TITLE_MARK, escape(self._title()))
        for index, picture in enumerate(strip.pictures):
            suffix = "jpg" if picture.mime == "image/jpeg" else "png"
            target = f"word/media/look-{part.rpartition('/')[2].removesuffix('.xml')}-{index}.{suffix}"
            self._package.parts[target] = picture.data
            self._package.declare(target, picture.mime)
            xml = xml.replace(f'"{PICTURE_MARK}{index}"', f'"{self._package.relate(part, "image", target)}"')
        root = parse_xml(part_xml(xml, "hdr" if kind == "header" else "ftr"), "页眉页脚")
        if kind == "header":
            for paragraph in ours.findall(w("p")):
                if paragraph_text(paragraph).startswith(DRAFT_HEADER):
                    for run in list(paragraph.findall(w("r")))[1:]:
                        paragraph.remove(run)
                    root.insert(0, paragraph)
        elif not strip.page:
            root.extend(ours.findall(w("p")))
        if root[-1].tag == w("tbl"):
            etree.SubElement(root, w("p"))
        self._package.parts[part] = to_xml(root)

    def _title(self) -> str:
        part = next((r.target for r in self._package.relations("") if r.kind == "core-properties"), "")
        if part not in self._package.parts:
            return ""
        root = self._package.xml(part)
        return next((e.text or "" for e in root if etree.QName(e).localname == "title"), "")


def paragraph_text(paragraph: Any) -> str:
    """The words of a paragraph."""
    return "".join(node.text or "" for node in paragraph.iter(w("t")))


def child(parent: Any, name: str, order: list[str]) -> Any:
    """The child of that name, made in its place when it is missing."""
    found = parent.find(w(name))
    if found is not None:
        return found
    made = etree.Element(w(name))
    later = set(order[order.index(name) + 1 :])
    place = next((child for child in parent if etree.QName(child).localname in later), None)
    if place is None:
        parent.append(made)
    else:
        place.addprevious(made)
    return made


def put(parent: Any, name: str, order: list[str], value: str | None) -> None:
    if value is None:
        drop(parent, name)
    else:
        child(parent, name, order).set(w("val"), value)


def drop(parent: Any, name: str) -> None:
    for child in parent.findall(w(name)):
        parent.remove(child)


def _fit(block: Any, before: tuple[int, int], after: tuple[int, int]) -> None:
    """Scale what was measured for another text area: tables, places to sign, pictures that would stick out."""
    ratio = after[0] / max(before[0], 1)
    for cell in block.iter(w("tblW"), w("tcW")):
        if cell.get(w("type"), "dxa") == "dxa":
            cell.set(w("w"), str(round(number(cell, "w", 0) * ratio)))
    for column in block.iter(w("gridCol")):
        column.set(w("w"), str(round(number(column, "w", 0) * ratio)))
    for paragraph in block.iter(w("p")):
        props = paragraph.find(w("pPr"))
        if props is None:
            continue
        indent, named, spacing = props.find(w("ind")), props.find(w("pStyle")), props.find(w("spacing"))
        style = named.get(w("val")) if named is not None else ""
        if style == "FdSign" and indent is not None:
            indent.set(w("left"), str(round(number(indent, "left", 0) * ratio)))
        if style in {"FdPlain", "Title"} and spacing is not None:
            for name in ("before", "line"):
                value = number(spacing, name, 0)
                if value > 1500:  # the empty space of a cover
                    spacing.set(w(name), str(round(value * min(1.0, after[1] / max(before[1], 1)) * 0.94)))
    room = (after[0] * 635, round(after[1] * 635 * 0.86))
    for frame in block.iter(f"{{{WP}}}inline", f"{{{WP}}}anchor"):
        extent = frame.find(f"{{{WP}}}extent")
        if extent is None:
            continue
        wide, high = int(extent.get("cx", "0")), int(extent.get("cy", "0"))
        shrink = min(1.0, room[0] / max(wide, 1), room[1] / max(high, 1))
        if shrink < 1:
            for size in (extent, *frame.iter(f"{{{A}}}ext")):
                if size.get("cx") and size.get("cy"):
                    size.set("cx", str(int(int(size.get("cx")) * shrink)))
                    size.set("cy", str(int(int(size.get("cy")) * shrink)))
