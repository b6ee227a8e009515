"""Puts the company's own look on a finished paper: styles, margins, head, foot and mark; what the paper says is not touched.

Works on the package that `docx_writer` made, so numbering, contents, captions, content controls, page numbers, sections that
lie and ticked boxes stay what they are. The same paper and look give the same bytes.
"""

from typing import Any

from filingdesk.documents.form_scan import ancestor
from filingdesk.documents.look import Look, TextLook
from filingdesk.documents.look_pages import A4_WIDTH, Pages, child, drop, order_of, put
from filingdesk.documents.look_styles import number
from filingdesk.documents.office_package import Package, to_xml, w

_ROLE_OF = {
    "Normal": "body",
    "FdBody": "body",
    "FdPlain": "body",
    "FdList": "body",
    "FdSign": "body",
    "FdFigure": "body",
    "FdCoverLine": "body",
    "FdNote": "body",
    "Title": "title",
    "Subtitle": "subtitle",
    "Heading1": "heading1",
    "Heading2": "heading2",
    "Heading3": "heading3",
    "Heading4": "heading4",
    "FdTableText": "table",
    "FdTableHead": "table_head",
    "Caption": "caption",
    "TOCHeading": "heading1",
    "TOC1": "toc1",
    "TOC2": "toc2",
    "TOC3": "toc3",
    "Header": "header",
    "Footer": "footer",
}
"""Style of our papers → role of the look."""
_ELSE = {
    "subtitle": "body",
    "heading4": "heading3",
    "table": "body",
    "table_head": "table",
    "caption": "table",
    "toc1": "body",
    "toc2": "body",
    "toc3": "body",
    "header": "body",
    "footer": "body",
}
"""A role that the look does not know follows its neighbour, in fonts and colour only."""
_FULL = {
    "Normal",
    "FdBody",
    "FdPlain",
    "FdList",
    "Title",
    "Heading1",
    "Heading2",
    "Heading3",
    "Heading4",
    "Caption",
}
"""Styles that take spacing too; the others keep the measures that tables, places to sign and contents need."""
_PPR = order_of(
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd "
    "tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
    "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc "
    "textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
)
_RPR = order_of(
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
    "vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
)

_STYLE = order_of(
    "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal "
    "personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"
)


def apply_look(data: bytes, look: Look) -> bytes:
    """A paper as the company's look has it."""
    return _Applier(Package(data, "文书"), look).run()


def found_text(look: Look, role: str) -> tuple[TextLook | None, bool]:
    """(the text look of a role or of its neighbour, whether it is the role's own)."""
    own = True
    while role and role not in look.texts:
        role, own = _ELSE.get(role, ""), False
    return (look.texts.get(role), own) if role else (None, False)


class _Applier:
    def __init__(self, package: Package, look: Look) -> None:
        self._package, self._look = package, look
        self._parts = {rel.kind: rel.target for rel in package.relations(package.main) if not rel.external}
        self._root = package.xml(package.main)

    def run(self) -> bytes:
        self._styles()
        self._numbering()
        pages = Pages(self._package, self._root, self._look, self._fonts)
        pages.fit_sections()
        pages.put_strips()
        self._fonts(self._root)
        self._package.parts[self._package.main] = to_xml(self._root)
        return self._package.to_bytes()

    # Styles

    def _styles(self) -> None:
        part = self._parts["styles"]
        root = self._package.xml(part)
        for style in root.findall(w("style")):
            name = style.get(w("styleId"), "")
            text, own = found_text(self._look, _ROLE_OF.get(name, ""))
            if text is None:
                continue
            chars = child(style, "rPr", _STYLE)
            _set_fonts(child(chars, "rFonts", _RPR), text)
            if own:
                self._own_chars(name, chars, text)
            elif _ROLE_OF[name] == "heading4":
                put(chars, "color", _RPR, text.color or None)
            drop(chars, "spacing")  # the condensed line of 28 characters belongs to the official page
            if own and name in _FULL:
                self._own_paragraph(name, child(style, "pPr", _STYLE), text)
            elif name in {"FdSign", "TOC1", "TOC2", "TOC3", "Subtitle"} and (
                body := self._look.texts.get("body")
            ):
                spacing = child(style.find(w("pPr")), "spacing", _PPR)
                spacing.set(w("line"), str(body.line))
                spacing.set(w("lineRule"), body.rule)
                if name.startswith("TOC"):
                    for mark in ("sz", "szCs"):
                        put(chars, mark, _RPR, str(round(body.size * 2)))
        page = self._look.page
        if page is not None:
            for tab in (
                t
                for s in root.findall(w("style"))
                if s.get(w("styleId"), "").startswith("TOC")
                for t in s.iter(w("tab"))
            ):
                tab.set(w("pos"), str(A4_WIDTH - page.left - page.right))
        defaults = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
        if defaults is not None and (body := self._look.texts.get("body")):
            _set_fonts(child(defaults, "rFonts", _RPR), body)
        self._package.parts[part] = to_xml(root)

    def _own_chars(self, name: str, chars: Any, text: TextLook) -> None:
        size = text.size + (1 if name == "FdCoverLine" else 0)
        if name in {"FdNote", "TOCHeading"}:
            size = number(chars.find(w("sz")), "val", round(text.size * 2)) / 2
        half = str(round(size * 2))
        put(chars, "sz", _RPR, half)
        put(chars, "szCs", _RPR, half)
        if name in {"FdTableHead"} or name.startswith(("Heading", "Title", "Caption", "Subtitle")):
            for mark in ("b", "bCs"):
                put(chars, mark, _RPR, "1" if text.bold else "0")
            for mark in ("i", "iCs"):
                put(chars, mark, _RPR, "1" if text.italic else "0")
        put(chars, "color", _RPR, text.color or None)

    def _own_paragraph(self, name: str, props: Any, text: TextLook) -> None:
        spacing = child(props, "spacing", _PPR)
        # A caption must not touch the table before it.
        least = 60 if name == "Caption" else 0
        before, after = max(text.before, least), max(text.after, least)
        for key, value in (("before", before), ("after", after), ("line", text.line)):
            spacing.set(w(key), str(value))
        spacing.set(w("lineRule"), text.rule)
        if name == "Normal":
            put(props, "jc", _PPR, text.align if text.align in {"left", "both"} else "both")
            return
        indent = child(props, "ind", _PPR)
        if name in {"FdBody", "FdList"}:
            self._first_line(indent, text)
        elif name.startswith("Heading"):
            self._first_line(indent, text)
            put(props, "jc", _PPR, text.align)
        elif name in {"Title", "Caption"}:
            put(props, "jc", _PPR, text.align)
        drop(props, "snapToGrid")

    def _first_line(self, indent: Any, text: TextLook) -> None:
        """The first line as in the reference; lists keep the room for their numbers."""
        chars = text.first_chars
        first = max(0, text.first)
        if chars is None:
            # 24 points at 12 point text are two characters, whatever the size of a heading.
            chars = round(first / 20 / text.size * 100) if first else 0
        indent.set(w("firstLineChars"), str(max(0, min(chars, 600))))
        indent.set(w("firstLine"), str(first or round(text.size * max(chars, 0) / 5)))

    def _numbering(self) -> None:
        part = self._parts.get("numbering", "")
        if part not in self._package.parts:
            return
        root = self._package.xml(part)
        for abstract in root.findall(w("abstractNum")):
            for level in abstract.findall(w("lvl")):
                named = level.find(w("pStyle"))
                role = _ROLE_OF.get(named.get(w("val"), ""), "body") if named is not None else "body"
                text, _own = found_text(self._look, role)
                fonts = level.find(f"{w('rPr')}/{w('rFonts')}")
                if text is not None and fonts is not None:
                    for kind in ("ascii", "hAnsi"):
                        fonts.set(w(kind), text.latin)
        self._package.parts[part] = to_xml(root)

    def _fonts(self, root: Any) -> None:
        """Our runs name their fonts themselves: they follow the style of their paragraph."""
        for paragraph in root.iter(w("p")):
            named = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
            style = named.get(w("val"), "Normal") if named is not None else "Normal"
            text, _own = found_text(self._look, _ROLE_OF.get(style, ""))
            if text is None:
                continue
            for run in paragraph.iter(w("r")):
                fonts = run.find(f"{w('rPr')}/{w('rFonts')}")
                if fonts is not None and ancestor(run, "p") is paragraph:
                    _set_fonts(fonts, text)
            # The title of a cover is larger than the style: by as much as before.
            if style == "Title" and "title" in self._look.texts:
                for size in paragraph.iter(w("sz"), w("szCs")):
                    size.set(w("val"), str(round(text.size * 2)))
                spacing = paragraph.find(f"{w('pPr')}/{w('spacing')}")
                if spacing is not None and spacing.get(w("lineRule")) == "exact":
                    spacing.set(w("lineRule"), "atLeast")


def _set_fonts(fonts: Any, text: TextLook) -> None:
    fonts.set(w("eastAsia"), text.east_asia)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(w(kind), text.latin)
