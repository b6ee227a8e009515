"""How text of a Word file really looks: defaults, styles built on styles, theme fonts and direct formatting, put together."""

from copy import deepcopy
from typing import Any

from lxml import etree

from filingdesk.documents.look import Align, Rule, TextLook
from filingdesk.documents.office_package import A, Package, w

_MERGED = {w("rFonts"), w("spacing"), w("ind")}
_FONT_KINDS = ("ascii", "hAnsi", "eastAsia", "cs")
_MAX_CHAIN = 20
_ALIGNS: dict[str, Align] = {
    "left": "left",
    "start": "left",
    "center": "center",
    "right": "right",
    "end": "right",
    "both": "both",
    "distribute": "both",
}

Props = dict[str, Any]
"""tag → element."""


def merge(base: Props, more: Any) -> Props:
    """Properties with others over them; of fonts, spacing and indents attribute by attribute."""
    out = dict(base)
    for child in more if more is not None else ():
        if not isinstance(child.tag, str):
            continue
        if child.tag in _MERGED and child.tag in out:
            mixed = deepcopy(out[child.tag])
            for kind in _FONT_KINDS:
                if child.get(w(kind)) is not None or child.get(w(f"{kind}Theme")) is not None:
                    mixed.attrib.pop(w(kind), None)
                    mixed.attrib.pop(w(f"{kind}Theme"), None)
            mixed.attrib.update(child.attrib)
            out[child.tag] = mixed
        else:
            out[child.tag] = child
    return out


class Styles:
    """The styles of a file."""

    def __init__(self, package: Package) -> None:
        parts = {rel.kind: rel.target for rel in package.relations(package.main) if not rel.external}
        self._theme = _theme(package, parts.get("theme", ""))
        part = parts.get("styles", "")
        root = package.xml(part) if part in package.parts else etree.Element(w("styles"))
        self._by_id: dict[str, Any] = {
            style.get(w("styleId"), ""): style for style in root.findall(w("style"))
        }
        defaults = root.find(w("docDefaults"))
        self._run_defaults: Props = {}
        self._paragraph_defaults: Props = {}
        if defaults is not None:
            self._run_defaults = merge({}, defaults.find(f"{w('rPrDefault')}/{w('rPr')}"))
            self._paragraph_defaults = merge({}, defaults.find(f"{w('pPrDefault')}/{w('pPr')}"))
        self.default: str = next(
            (
                key
                for key, style in self._by_id.items()
                if style.get(w("type")) == "paragraph" and style.get(w("default")) in {"1", "true"}
            ),
            "",
        )

    def name(self, style: str) -> str:
        """What a style is called."""
        found = self._by_id.get(style)
        named = found.find(w("name")) if found is not None else None
        return str(named.get(w("val"), style)) if named is not None else style

    def id_of(self, name: str) -> str:
        """The id of the paragraph style of that name, blank when there is none."""
        for key, style in self._by_id.items():
            if style.get(w("type")) == "paragraph" and self.name(key).lower() == name.lower():
                return key
        return ""

    def chain(self, style: str) -> list[Any]:
        """A style and what it is based on, the basis first."""
        found: list[Any] = []
        while style and style in self._by_id and len(found) < _MAX_CHAIN:
            element = self._by_id[style]
            found.insert(0, element)
            based = element.find(w("basedOn"))
            style = based.get(w("val"), "") if based is not None else ""
        return found

    def paragraph(self, style: str, direct: Any = None) -> Props:
        """The properties of a paragraph of a style."""
        props = self._paragraph_defaults
        for element in self.chain(style or self.default):
            props = merge(props, element.find(w("pPr")))
        return merge(props, direct)

    def run(self, style: str, direct: Any = None) -> Props:
        """The properties of a run in a paragraph of a style."""
        props = self._run_defaults
        for element in self.chain(style or self.default):
            props = merge(props, element.find(w("rPr")))
        if direct is not None:
            named = direct.find(w("rStyle"))
            if named is not None:
                for element in self.chain(named.get(w("val"), "")):
                    props = merge(props, element.find(w("rPr")))
        return merge(props, direct)

    def fonts(self, props: Props) -> tuple[str, str]:
        """(Chinese font, Latin font) of a run."""
        fonts = props.get(w("rFonts"))

        def one(kind: str) -> str:
            if fonts is None:
                return ""
            theme = fonts.get(w(f"{kind}Theme"), "")
            return self._theme.get(theme, "") or str(fonts.get(w(kind), ""))

        latin = one("ascii") or one("hAnsi") or "Times New Roman"
        return clean_font(one("eastAsia")) or "宋体", clean_font(latin) or "Times New Roman"

    def text_look(self, style: str, paragraph: Any = None, run: Any = None) -> TextLook:
        """Everything of one stretch of text."""
        para, chars = self.paragraph(style, paragraph), self.run(style, run)
        east_asia, latin = self.fonts(chars)
        spacing, indent = para.get(w("spacing")), para.get(w("ind"))
        colour = chars.get(w("color"))
        shade = str(colour.get(w("val"), "")) if colour is not None else ""
        aligned = para.get(w("jc"))
        before = number(spacing, "before", 0)
        after = number(spacing, "after", 0)
        if spacing is not None and spacing.get(w("beforeLines")):
            before = before or round(number(spacing, "beforeLines", 0) * 2.4)
        if spacing is not None and spacing.get(w("afterLines")):
            after = after or round(number(spacing, "afterLines", 0) * 2.4)
        rule: Rule = "auto"
        told = str(spacing.get(w("lineRule"), "auto")) if spacing is not None else "auto"
        if told in {"exact", "atLeast"}:
            rule = "exact" if told == "exact" else "atLeast"
        hanging = number(indent, "hanging", 0)
        chars_first = indent.get(w("firstLineChars")) if indent is not None else None
        return TextLook(
            style=self.name(style or self.default),
            east_asia=east_asia,
            latin=latin,
            size=number(chars.get(w("sz")), "val", 20) / 2,
            bold=on(chars.get(w("b"))),
            italic=on(chars.get(w("i"))),
            color=shade.upper() if _is_colour(shade) else "",
            before=max(0, before),
            after=max(0, after),
            line=number(spacing, "line", 240) or 240,
            rule=rule,
            first=-hanging if hanging else number(indent, "firstLine", 0),
            first_chars=int(chars_first)
            if chars_first is not None and chars_first.lstrip("-").isdigit()
            else None,
            left=max(0, number(indent, "left", 0) or number(indent, "start", 0)),
            align=_ALIGNS.get(str(aligned.get(w("val"), "left")) if aligned is not None else "left", "left"),
        )


def number(element: Any, name: str, otherwise: int) -> int:
    """A whole number out of an attribute."""
    if element is None:
        return otherwise
    try:
        return round(float(element.get(w(name), otherwise)))
    except ValueError:
        return otherwise


def on(element: Any) -> bool:
    """Is a yes-or-no property set?"""
    return element is not None and element.get(w("val"), "true") not in {"0", "false", "off", "none"}


def clean_font(name: str) -> str:
    """A font name fit for a file: no control characters, at most 60."""
    return "".join(char for char in name if char.isprintable())[:60].strip()


def _is_colour(text: str) -> bool:
    return len(text) == 6 and all(char in "0123456789abcdefABCDEF" for char in text) and text.strip("0") != ""


def _theme(package: Package, part: str) -> dict[str, str]:
    """Theme font name → font."""
    if part not in package.parts:
        return {}
    root = package.xml(part)
    found = {}
    for place in ("major", "minor"):
        fonts = next(root.iter(f"{{{A}}}{place}Font"), None)
        if fonts is None:
            continue
        latin = fonts.find(f"{{{A}}}latin")
        east = fonts.find(f"{{{A}}}ea")
        chinese = next(
            (f.get("typeface", "") for f in fonts.findall(f"{{{A}}}font") if f.get("script") == "Hans"), ""
        )
        western = latin.get("typeface", "") if latin is not None else ""
        found[f"{place}Ascii"] = found[f"{place}HAnsi"] = western
        found[f"{place}EastAsia"] = (east.get("typeface", "") if east is not None else "") or chinese
    return found
