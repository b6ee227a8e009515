"""Reads txt, md and html into pieces; tables of html and Markdown keep their cells."""

import re
from html.parser import HTMLParser

from filingdesk.infra.decoding import decode_bytes
from filingdesk.materials.pieces import Piece

_BLOCKS = {
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "section",
    "article",
    "blockquote",
    "dt",
    "dd",
}
_HIDDEN = {"script", "style", "head", "template", "noscript"}
_MARKUP = re.compile(r"^\s{0,3}(#{1,6}\s+|[-*+]\s+|>\s?)|\*\*|__(?=\S)|`")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def read_text(data: bytes, suffix: str) -> list[Piece]:
    """Pieces of a text file in any of the usual encodings; places are line numbers (html: paragraphs)."""
    text = decode_bytes(data).text
    if suffix in {".html", ".htm"}:
        return _html(text)
    pieces = []
    markdown = suffix == ".md"
    table = row = 0
    for number, line in enumerate(text.splitlines(), 1):
        place, images = f"第 {number} 行", 0
        if markdown:
            images = len(_PICTURE.findall(line))
            line = _PICTURE.sub("", line)
            if line.count("|") >= 2 and line.strip().startswith("|"):
                if _RULE.match(line):
                    continue
                table, row = (table, row + 1) if row else (table + 1, 1)
                cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
                pieces.append(Piece("\t".join(cells), place, "row", table, row - 1, images))
                continue
            row = 0
            shape = "heading" if line.lstrip().startswith("#") else "text"
            line = _MARKUP.sub("", line)
            if line.strip() or images:
                pieces.append(Piece(line, place, "heading" if shape == "heading" else "text", images=images))
        elif line.strip():
            pieces.append(Piece(line, place))
    return pieces


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None
        self._hidden = self._images = self._table = self._row = self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "img":
            self._images += 1
        elif tag == "table":
            self.flush()
            self._table, self._row = self._table + 1, 0
        elif tag == "tr":
            self.flush()
            self._cells = []
        elif tag in _BLOCKS and self._cells is None:
            self.flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append(" ".join("".join(self._text).split()))
            self._text.clear()
        elif tag == "tr" and self._cells is not None:
            cells, self._cells = self._cells, None
            self._text.clear()
            if any(cells):
                place = f"表 {max(self._table, 1)} 第 {self._row + 1} 行"
                self.pieces.append(
                    Piece("\t".join(cells), place, "row", max(self._table, 1), self._row, self._images)
                )
            self._images, self._row = 0, self._row + 1
        elif tag in _BLOCKS and self._cells is None:
            self.flush("heading" if tag[0] == "h" and tag[1:].isdigit() else "text")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(data)

    def flush(self, shape: str = "text") -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if text or self._images:
            self._count += 1
            kind = "heading" if shape == "heading" else "text"
            self.pieces.append(Piece(text, f"第 {self._count} 段", kind, images=self._images))  # type: ignore[arg-type]
            self._images = 0


def _html(text: str) -> list[Piece]:
    parser = _Html()
    parser.feed(text)
    parser.close()
    parser.flush()
    return parser.pieces
