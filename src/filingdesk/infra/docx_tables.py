"""Reads the tables of a Word file that people hand in, merged cells filled, in a child process; no Word library needed."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.files import telling
from filingdesk.infra.safeparse import Send, check_zip, run_limited

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_COLUMNS = 200


@dataclass(frozen=True)
class WordTables:
    """The text before the first table, and each table as rows of cells; a merged cell's text stands in all of its places."""

    heading: str
    tables: tuple[tuple[tuple[str, ...], ...], ...]


def read_docx_tables(path: Path, cancel: Cancel | None = None, *, keep_breaks: bool = False) -> WordTables:
    """The tables of a .docx; a line break inside a paragraph is a space unless `keep_breaks`. Raises `UserError` (`docx.format`, `docx.broken`, `zip.*`, `parse.*`) and `Cancelled`."""
    with telling(path, "读取"), path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            "docx.format",
            f"「{path.name}」是旧版 doc，或加了密码。",
            "请在 Word 或 WPS 里另存为不加密的 docx。",
        )
    if not head.startswith(b"PK\x03\x04"):
        raise UserError("docx.format", f"「{path.name}」不是 Word 文件。", "请使用 docx 文件。")
    check_zip(path)
    heading, tables = "", []
    for body in run_limited(_worker, str(path), "\n" if keep_breaks else " ", path=path, cancel=cancel):
        piece = json.loads(body)
        if isinstance(piece, str):
            heading = piece
        else:
            tables.append(tuple(tuple(row) for row in piece))
    return WordTables(heading, tuple(tables))


def _worker(send: Send, name: str, line_break: str) -> None:
    """In the child: send the heading, then each table, as JSON."""
    path = Path(name)
    broken = UserError(
        "docx.broken", f"「{path.name}」不是完好的 Word 文件。", "请在 Word 或 WPS 里打开并另存一份再试。"
    )
    try:
        with zipfile.ZipFile(path) as archive:
            data = archive.read("word/document.xml")
    except (KeyError, zipfile.BadZipFile) as error:
        raise broken from error
    if b"<!DOCTYPE" in data[:4096]:  # no Word writes one; it is how entities are made to explode
        raise broken
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no document type, limited memory and time
    except ElementTree.ParseError as error:
        raise broken from error
    body = root.find(f"{_W}body")
    blocks = list(body) if body is not None else []
    words = []
    for block in blocks:
        if block.tag == f"{_W}tbl":
            break
        words.append(_text(block))
    send(json.dumps("\n".join(w for w in words if w)[:2000]).encode())
    for block in blocks:
        if block.tag == f"{_W}tbl":
            send(json.dumps(list(_rows(block, line_break))).encode())


def _rows(table: ElementTree.Element, line_break: str) -> Iterator[list[str]]:
    above: list[str] = []
    for row in table.iter(f"{_W}tr"):
        cells: list[str] = []
        for cell in row.findall(f"{_W}tc"):
            properties = cell.find(f"{_W}tcPr")
            span, continues = 1, False
            if properties is not None:
                grid = properties.find(f"{_W}gridSpan")
                if grid is not None:
                    given = grid.get(f"{_W}val", "")
                    span = int(given) if given.isdecimal() and len(given) < 5 else 1
                merge = properties.find(f"{_W}vMerge")
                continues = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            place = len(cells)
            text = above[place] if continues and place < len(above) else _text(cell, line_break)
            cells += [text] * max(1, min(span, _MAX_COLUMNS - place))
        yield cells
        above = cells


def _text(element: ElementTree.Element, line_break: str = " ") -> str:
    paragraphs = []
    for paragraph in element.iter(f"{_W}p"):
        parts = [
            node.text or "" if node.tag == f"{_W}t" else line_break if node.tag == f"{_W}br" else " "
            for node in paragraph.iter()
            if node.tag in {f"{_W}t", f"{_W}tab", f"{_W}br"}
        ]
        paragraphs.append("".join(parts))
    return re.sub(r"[ \t]+", " ", "\n".join(paragraphs)).strip()
