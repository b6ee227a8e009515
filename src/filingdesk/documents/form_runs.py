"""Runs of a filled form: where a line ends or a gap begins a run is cut, so that the gap can be red; the line of a draft."""

import re
from copy import deepcopy
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from filingdesk.documents.form_scan import ancestor
from filingdesk.documents.office_package import w
from filingdesk.documents.styles import DRAFT_HEADER, GAP_COLOUR

BREAK, GAP_OPEN, GAP_CLOSE = "\ue022", "\ue023", "\ue024"
"""Stand in the text of a run until `split_runs` puts a line break there, or makes what is between red."""
_SPECIAL = re.compile(f"[{BREAK}{GAP_OPEN}{GAP_CLOSE}]")


FACT = re.compile("\ue025(\\d+)\ue026([^\ue027]*)\ue027")
"""A fact in the text of a traced filling: its number and its words."""


def traced(number: int, words: str) -> str:
    """Words of a fact with its number, line by line, so that a break never cuts the mark."""
    return BREAK.join(f"\ue025{number}\ue026{line}\ue027" for line in words.split(BREAK))


def split_runs(root: Any) -> None:
    """Put breaks and gaps in place. The tree is changed."""
    for node in list(root.iter(w("t"))):
        if _SPECIAL.search(node.text or ""):
            _split_run(node)


def escaped(text: str) -> str:
    """Words of a fact or an expression as XML."""
    return escape(text).replace("\r\n", "\n").replace("\n", BREAK).replace("\t", " ")


def _split_run(node: Any) -> None:
    """Cut a run where a line ends or a gap begins, so that the gap can be red and the line can break."""
    run = ancestor(node, "r")
    if run is None:
        node.text = _SPECIAL.sub(" ", node.text or "")
        return
    children = list(run)
    tail = children[children.index(node) + 1 :]
    look = run.find(w("rPr"))
    pieces: list[tuple[str, bool]] = []
    in_gap = False
    for piece in re.split(f"([{BREAK}{GAP_OPEN}{GAP_CLOSE}])", node.text or ""):
        if piece in {GAP_OPEN, GAP_CLOSE}:
            in_gap = piece == GAP_OPEN
        elif piece:
            pieces.append((piece, in_gap))
    run.remove(node)
    for child in tail:
        run.remove(child)
    last = run
    for text, gap in pieces:
        made = etree.Element(w("r"))
        if look is not None:
            made.append(deepcopy(look))
        if gap:
            _redden(made)
        if text == BREAK:
            etree.SubElement(made, w("br"))
        else:
            etree.SubElement(made, w("t")).text = text
        last.addnext(made)
        last = made
    if tail:
        made = etree.Element(w("r"))
        if look is not None:
            made.append(deepcopy(look))
        made.extend(tail)
        last.addnext(made)
    if all(child.tag == w("rPr") for child in run):
        run.getparent().remove(run)


_AFTER_COLOUR = [
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
    "oMath",
    "rPrChange",
]


def _redden(run: Any) -> None:
    look = run.find(w("rPr"))
    if look is None:
        look = etree.SubElement(run, w("rPr"))
    for old in [*look.findall(w("color"))]:
        look.remove(old)
    colour = etree.Element(w("color"))
    colour.set(w("val"), GAP_COLOUR)
    later = next((child for child in look if etree.QName(child).localname in _AFTER_COLOUR), None)
    if later is None:
        look.append(colour)
    else:
        later.addprevious(colour)


def mark_draft(root: Any) -> None:
    """The first line of a draft says that it is one."""
    body = root.find(w("body"))
    if body is None:
        return
    paragraph = etree.Element(w("p"))
    props = etree.SubElement(paragraph, w("pPr"))
    etree.SubElement(props, w("jc")).set(w("val"), "center")
    run = etree.SubElement(paragraph, w("r"))
    _redden(run)
    etree.SubElement(run, w("t")).text = DRAFT_HEADER
    body.insert(0, paragraph)
