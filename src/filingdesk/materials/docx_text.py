"""Reads the text of a Word file from its XML: body, tables, text boxes, headers, footers, notes, comments.

Not by python-docx: that belongs to `documents`, does not see text boxes, content controls and footnotes, and builds
objects we do not need. Runs in a child process (`reading`), so a hostile file can only break that.
"""

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from filingdesk.domain.errors import UserError
from filingdesk.materials.pieces import Piece, Shape

Element = ElementTree.Element
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\d*\.xml\Z")
_NAMES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
_PICTURES = {"blip", "imagedata", "chart", "wgp", "wpc", "relIds"}  # pictures, charts, drawn groups, diagrams
_SKIPPED = {"Fallback", "del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tcPr", "sectPr"}
MAX_PART = 256 << 20


def read_docx(stream: object) -> tuple[list[Piece], dict[str, int]]:
    """Pieces in reading order and remarks (`comments`, `revisions`) of a Word file given as a path or binary stream.

    Raises `UserError` `docx.broken` when it is no Word file.
    """
    try:
        with zipfile.ZipFile(stream) as archive:  # type: ignore[call-overload]
            names = sorted((n for n in archive.namelist() if _PARTS.match(n)), key=_order)
            if not any(n.startswith("word/document") for n in names):
                raise UserError("docx.broken", "里面没有 Word 正文。", "请确认它是 docx 文件。")
            pieces: list[Piece] = []
            reader = _Reader(pieces)
            for name in names:
                reader.part(archive.read(name), _kind(name))
    except (zipfile.BadZipFile, KeyError, EOFError, ElementTree.ParseError, NotImplementedError) as error:
        raise UserError(
            "docx.broken", "文件已损坏，读不出内容。", "请在 Word 或 WPS 里打开后另存一份。"
        ) from error
    return pieces, {"comments": reader.comments, "revisions": reader.revisions}


def _kind(name: str) -> str:
    found = _PARTS.match(name)
    return re.sub(r"\d", "", found[1]) if found else ""


def _order(name: str) -> tuple[int, str]:
    kinds = ("document", "header", "footer", "footnotes", "endnotes", "comments")
    return kinds.index(_kind(name)), name


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}") or ""


class _Reader:
    """Walks the parts; knows how many paragraphs and tables there were."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.comments = self.revisions = 0
        self._paragraphs = self._tables = 0
        self._where = ""

    def part(self, data: bytes, kind: str) -> None:
        if len(data) > MAX_PART:
            raise UserError("docx.too_big", "正文太大，没有读取。", "请拆成几份再试。")
        if b"<!DOCTYPE" in data[:4096]:
            raise UserError("docx.broken", "里面有不该出现的 DTD，没有读取。", "请另存一份再试。")
        root = ElementTree.fromstring(data)  # noqa: S314 - see the import
        self._where = _NAMES.get(kind, "")
        self._note = kind == "comments"
        if self._note:
            self.comments = sum(_local(e) == "comment" for e in root)
        self.revisions += sum(_local(e) in {"ins", "del"} for e in root.iter())
        self._blocks(root)

    def _blocks(self, parent: Element) -> None:
        for child in parent:
            local = _local(child)
            if local == "p":
                self._paragraph(child)
            elif local == "tbl":
                self._table(child)
            elif local not in _SKIPPED:  # body, content controls, insertions, custom XML, a note
                self._blocks(child)

    def _place(self) -> str:
        return self._where or f"第 {self._paragraphs} 段"

    def _paragraph(self, element: Element) -> None:
        if not self._where:
            self._paragraphs += 1
        text = "".join(_texts(element))
        images = _images(element)
        if text.strip() or images:
            shape: Shape = "note" if self._note else "heading" if _is_heading(element) else "text"
            self.pieces.append(Piece(text, self._place(), shape, images=images))
        for box in _boxes(element):
            before, self._where = self._where, f"{self._place()}的文本框"
            self._blocks(box)
            self._where = before

    def _table(self, element: Element) -> None:
        self._tables += 1
        number = self._tables
        for index, row in enumerate(_rows(element)):
            cells, images, inner = [], 0, []
            for cell in _cells(row):
                paragraphs = [p for p in cell.iter() if _local(p) == "p"]
                lines = ["".join(_texts(p)).replace("\t", " ").strip() for p in _direct_paragraphs(cell)]
                cells.append("\n".join(line for line in lines if line))
                images += sum(_images(p) for p in paragraphs)
                inner += [t for t in _direct(cell) if _local(t) == "tbl"]
            if any(cells) or images:
                place = f"{self._where}表 {number} 第 {index + 1} 行"
                self.pieces.append(Piece("\t".join(cells), place, "row", number, index, images))
            for table in inner:
                self._table(table)


def _direct(cell: Element) -> Iterator[Element]:
    """The blocks of a cell, through content controls, not into nested tables."""
    for child in cell:
        local = _local(child)
        if local in {"p", "tbl"}:
            yield child
        elif local not in _SKIPPED:
            yield from _direct(child)


def _direct_paragraphs(cell: Element) -> Iterator[Element]:
    return (child for child in _direct(cell) if _local(child) == "p")


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if _local(child) == "tr":
            yield child
        elif _local(child) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if _local(child) == "tc":
            yield child
        elif _local(child) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _cells(child)


def _texts(element: Element) -> Iterator[str]:
    """The text of a paragraph as Word shows it, without what was deleted and without its text boxes."""
    for child in element:
        local = _local(child)
        if local == "t":
            yield child.text or ""
        elif local == "tab":
            yield "\t" if _local(element) == "r" else ""
        elif local in {"br", "cr"}:
            yield "\n"
        elif local == "noBreakHyphen":
            yield "-"
        elif local == "sym":
            yield _symbol(child)
        elif local not in _SKIPPED and local != "txbxContent":
            yield from _texts(child)


def _symbol(element: Element) -> str:
    """A ticked or empty box drawn with a symbol font."""
    code = _attribute(element, "char").upper()[-2:]
    return {"FE": "☑", "52": "☑", "A8": "☐", "6F": "☐", "FD": "☒", "53": "☒"}.get(code, "")


def _boxes(element: Element) -> Iterator[Element]:
    for child in element:
        local = _local(child)
        if local == "txbxContent":
            yield child
        elif local != "Fallback":
            yield from _boxes(child)


def _images(element: Element) -> int:
    count = 0
    for child in element:
        local = _local(child)
        if local in _PICTURES:
            count += 1
        elif local != "Fallback":
            count += _images(child)
    return count


def _is_heading(paragraph: Element) -> bool:
    for child in paragraph:
        if _local(child) == "pPr":
            for mark in child:
                if _local(mark) == "outlineLvl":
                    return True
                if _local(mark) == "pStyle":
                    return bool(
                        re.match(r"(?i)(heading|标题)?\s*\d\Z|heading|title|标题", _attribute(mark, "val"))
                    )
    return False
