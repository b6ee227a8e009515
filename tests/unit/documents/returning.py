"""Word files as they come back: made by the writer, then edited by python-docx the way a person edits in Word."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document as open_docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from filingdesk.documents.blocks import Document
from filingdesk.documents.docx_writer import write_docx
from filingdesk.documents.lines import Line, lines_of
from filingdesk.documents.origin import Origin
from filingdesk.documents.returned import ReturnedFile, read_returned
from filingdesk.documents.returned_compare import Difference, difference

Edit = Callable[[Any], None]


def word_file(document: Document) -> bytes:
    return write_docx(document, lambda _ref: None, None, "示例", None, Origin(document.id))


def edited(data: bytes, edit: Edit) -> bytes:
    package = open_docx(io.BytesIO(data))
    edit(package)
    out = io.BytesIO()
    package.save(out)
    return out.getvalue()


def came_back(folder: Path, data: bytes, name: str = "退回稿.docx") -> ReturnedFile:
    path = folder / name
    path.write_bytes(data)
    return read_returned(path)


def changes(folder: Path, document: Document, edit: Edit) -> Difference:
    base = lines_of(document)
    return difference(base, came_back(folder, edited(word_file(document), edit)))


def control(package: Any, tag: str, place: int = 0) -> Any:
    found = [
        each
        for each in package.element.body.iter(qn("w:sdt"))
        if each.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")) == tag
    ]
    return found[place]


def type_into(package: Any, tag: str, text: str, place: int = 0) -> None:
    """Type a text into a control, as Word stores it."""
    holder = control(package, tag, place)
    props = holder.find(qn("w:sdtPr"))
    gap = props.find(qn("w:showingPlcHdr"))
    if gap is not None:
        props.remove(gap)
    texts = list(holder.iter(qn("w:t")))
    texts[0].text = text
    for extra in [*texts[1:], *holder.iter(qn("w:br"))]:
        extra.getparent().remove(extra)


def paragraph_with(package: Any, words: str) -> Any:
    """The paragraph element whose text (controls included) holds these words."""
    for each in package.element.body.iter(qn("w:p")):
        if words in "".join(t.text or "" for t in each.iter(qn("w:t"))):
            return each
    raise AssertionError(f"no paragraph with {words}")


def replace_words(package: Any, old: str, new: str) -> None:
    """Replace words that stand within one run."""
    for each in package.element.body.iter(qn("w:t")):
        if old in (each.text or ""):
            each.text = (each.text or "").replace(old, new)
            return
    raise AssertionError(f"no run with {old}")


def new_paragraph(text: str) -> Any:
    return parse_xml(f'<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>')


def shown(lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    return [(line.anchor, line.text) for line in lines]
