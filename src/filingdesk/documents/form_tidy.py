"""Puts a filled form right again: no table without rows, no cell without a paragraph, no name or number given twice."""

from typing import Any

from lxml import etree

from filingdesk.documents.office_package import WP, w

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def tidy(root: Any) -> None:
    """Mend what loops and conditions leave behind. The tree is changed."""
    _fill_empty(root)
    _once_each(root)


def _fill_empty(root: Any) -> None:
    for row in list(root.iter(w("tr"))):
        if next((cell for cell in row.iter(w("tc"))), None) is None:
            row.getparent().remove(row)
    for table in list(root.iter(w("tbl"))):
        if next(table.iter(w("tr")), None) is None:
            table.getparent().remove(table)
    for holder in list(root.iter(w("tc"), w("txbxContent"), w("hdr"), w("ftr"))):
        blocks = [c for c in holder if c.tag in {w("p"), w("tbl"), w("sdt")}]
        # Word wants a paragraph at the end of every cell.
        if not blocks or (holder.tag == w("tc") and blocks[-1].tag == w("tbl")):
            etree.SubElement(holder, w("p"))


def _once_each(root: Any) -> None:
    """What a loop copied carries the same numbers and names; Word wants each of them once."""
    paragraphs: set[str] = set()
    for element in root.iter(etree.Element):
        identity = element.get(f"{{{_W14}}}paraId")
        if identity is not None:
            if identity in paragraphs:
                for name in ("paraId", "textId"):
                    element.attrib.pop(f"{{{_W14}}}{name}", None)
            paragraphs.add(identity)
    drawings: set[str] = set()
    for element in root.iter(f"{{{WP}}}docPr"):
        number = element.get("id", "0")
        if number in drawings:
            number = str(next(n for n in range(50_000, 1_000_000) if str(n) not in drawings))
            element.set("id", number)
        drawings.add(number)
    names: set[str] = set()
    numbers: set[str] = set()
    open_marks: list[str] = []
    dropped: list[str] = []
    for element in list(root.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        number = element.get(w("id"), "")
        if element.tag == w("bookmarkStart"):
            name = element.get(w("name"), "")
            if name in names or number in numbers:
                dropped.append(number)
                element.getparent().remove(element)
            names.add(name)
            numbers.add(number)
            open_marks.append(number)
        elif open_marks.count(number) > 1 and number in dropped:
            dropped.remove(number)
            element.getparent().remove(element)
    for name in ("sdtPr",):
        seen: set[str] = set()
        for props in root.iter(w(name)):
            identity_element = props.find(w("id"))
            if identity_element is not None:
                if identity_element.get(w("val")) in seen:
                    props.remove(identity_element)
                else:
                    seen.add(identity_element.get(w("val")))
