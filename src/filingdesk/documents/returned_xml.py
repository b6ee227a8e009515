"""Small tools for reading WordprocessingML of any maker: names without namespaces, properties that are on, the text of runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_BOXES = {"FE": "☑", "52": "☑", "A8": "☐", "6F": "☐", "FD": "☒", "53": "☒"}
_SKIPPED = {"instrText", "delInstrText", "rPr", "pPr", "sdtPr", "txbxContent", "Fallback", "drawing", "pict"}


@dataclass(frozen=True)
class Mark:
    """What one run or bookmark contributes to a line. `empty`: a control without words."""

    text: str = ""
    key: str = ""
    gap: bool = False
    computed: bool = False
    bold: bool = False
    italic: bool = False
    anchor: str = ""
    empty: bool = False


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute of Word's namespace, blank when it is not there."""
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}") or ""


def property_on(element: Element, *steps: str) -> bool:
    """Whether the property at the end of `steps` is there and not switched off."""
    for step in steps:
        found = next((child for child in element if local_name(child) == step), None)
        if found is None:
            return False
        element = found
    return attribute(element, "val") not in {"0", "false", "off", "none"}


def run_texts(element: Element, *, alone: bool = False) -> str:
    """The words of an element, deleted ones included; `alone`: the element is itself a child of a run."""
    return "".join(_texts(element) if not alone else _own(element))


def _own(child: Element) -> Iterator[str]:
    match local_name(child):
        case "t" | "delText":
            yield child.text or ""
        case "tab":
            yield "\t"
        case "br" | "cr":
            yield "" if attribute(child, "type") in {"page", "column"} else "\n"
        case "noBreakHyphen":
            yield "-"
        case "sym":
            yield _BOXES.get(attribute(child, "char").upper()[-2:], "")
        case "AlternateContent" | "ruby" | "rubyBase" | "Choice":
            yield from _texts(child)


def _texts(element: Element) -> Iterator[str]:
    for child in element:
        local = local_name(child)
        if local in _SKIPPED:
            continue
        if local_name(element) in {"r", "rubyBase"} or local in {"t", "delText"}:
            yield from _own(child)
        else:
            yield from _texts(child)
