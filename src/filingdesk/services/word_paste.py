"""What was copied in Word, WPS or a browser as Markdown: headings, lists, tables and bold are kept, everything else is words."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_CHARACTERS = 4_000_000
_SKIPPED = frozenset(["style", "script", "head", "title", "xml", "o:p", "svg", "template"])
_BLOCKS = frozenset(["p", "div", "section", "article", "blockquote", "pre", "dd", "dt", "figcaption"])
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")
_LEVEL = re.compile(r"mso-list:[^;]*?level(\d)")
_HEADING_CLASS = re.compile(r"MsoHeading(\d)|heading\s*(\d)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_STARTS = re.compile(r"^(\s*)([#>|+-]|\d{1,9}[.)])(?=\s|$|[|])")


@dataclass(frozen=True)
class Pasted:
    """The Markdown, whether it holds more than plain lines, and how many pictures were left out."""

    text: str
    structured: bool
    pictures: int = 0


def from_html(html: str) -> Pasted:
    """The text of an html clipboard. Never fails: what is not understood gives its words."""
    reader = _Reader()
    reader.feed(html[:MAX_CHARACTERS])
    reader.close()
    lines = reader.finish()
    return Pasted(_joined(lines), reader.structured, reader.pictures)


@dataclass
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None


class _Reader(HTMLParser):
    """Gathers (kind, text) lines: `p` paragraphs, `li` items, `h` headings, `table` whole tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, str]] = []
        self.structured = False
        self.pictures = 0
        self._words: list[tuple[str, bool]] = []
        self._skip = 0
        self._hidden = False  # the number that Word writes before an item
        self._mark = ""
        self._bold: list[tuple[str, bool]] = []
        self._lists: list[list[int]] = []  # 0: bullets; else the next number
        self._item: tuple[int, str] | None = None
        self._heading = 0
        self._tables: list[_Table] = []

    # What the parser tells

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skip or tag in _SKIPPED:
            self._skip += tag in _SKIPPED
            return
        given = {name: value or "" for name, value in attrs}
        style, kind = given.get("style", ""), given.get("class", "")
        if tag in {"b", "strong"} or (tag == "span" and (_BOLD.search(style) or _NOT_BOLD.search(style))):
            on = not _NOT_BOLD.search(style)
            self._bold.append((tag, on))
        elif tag == "br":
            self._end_line(soft=True)
        elif tag == "img":
            self.pictures += 1
        elif tag in {"ul", "ol"}:
            self._end_line()
            start = given.get("start", "1")
            self._lists.append([int(start) if start.isdigit() else 1] if tag == "ol" else [0])
        elif tag == "li":
            self._end_line()
            self._item = self._next_item()
        elif re.fullmatch(r"h[1-6]", tag):
            self._end_line()
            self._heading = int(tag[1])
        elif tag in _BLOCKS:
            if not (self._item is not None and not self._has_words()):
                self._end_line()
            if match := _LEVEL.search(style.lower()):
                self._item = (int(match[1]) - 1, "word")
            elif match := _HEADING_CLASS.search(kind):
                self._heading = int(match[1] or match[2])
        elif tag == "table":
            self._end_line()
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._words = []
            self._tables[-1].cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skip = max(0, self._skip - 1)
            return
        if self._skip:
            return
        for at in range(len(self._bold) - 1, -1, -1):
            if self._bold[at][0] == tag:
                del self._bold[at]
                return
        if tag in {"ul", "ol"}:
            self._end_line()
            if self._lists:
                self._lists.pop()
        elif tag == "li" or tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self._end_line()
        elif tag in {"td", "th"} and self._tables and self._tables[-1].cell is not None:
            self._end_line()
            table = self._tables[-1]
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append(" ".join(table.cell or []))
            table.cell = None
        elif tag == "table" and self._tables:
            self._end_table(self._tables.pop())

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._hidden:
            self._mark += data
            return
        text = _SPACE.sub(" ", data)
        if text and (text != " " or self._words):
            self._words.append((text, any(on for _tag, on in self._bold[-1:])))

    def unknown_decl(self, data: str) -> None:
        """Word wraps the number of an item in `<![if !supportLists]> … <![endif]>`."""
        if "supportLists" in data:
            self._hidden, self._mark = True, ""
        elif data.startswith("endif"):
            self._hidden = False

    # Lines

    def _has_words(self) -> bool:
        return any(text.strip() for text, _bold in self._words)

    def _next_item(self) -> tuple[int, str]:
        if not self._lists:
            return 0, "-"
        level, counter = len(self._lists) - 1, self._lists[-1]
        if counter[0] == 0:
            return level, "-"
        counter[0] += 1
        return level, f"{counter[0] - 1}."

    def _end_line(self, *, soft: bool = False) -> None:
        text = _marked(self._words)
        self._words = []
        cell = self._tables[-1].cell if self._tables else None
        if cell is not None:
            if text:
                cell.append(text.replace("|", "\\|"))
            return
        item, heading = self._item, self._heading
        if not soft:
            self._item, self._heading = None, 0
        if not text:
            return
        if item is not None:
            level, mark = item
            if mark == "word":
                mark = "1." if re.search(r"[0-9A-Za-z一二三四五六七八九十①-⑳]", self._mark) else "-"
            self.structured = True
            self.lines.append(("li", f"{'   ' * level}{mark} {text}"))
            self._item = None
        elif heading:
            self.structured = True
            self.lines.append(("h", f"{'#' * min(heading, 4)} {text.replace('**', '')}"))
        else:
            self.structured = self.structured or "**" in text
            self.lines.append(("p", _STARTS.sub(_escaped_start, text)))

    def _end_table(self, table: _Table) -> None:
        rows = [row for row in table.rows if any(row)]
        if not rows:
            return
        if self._tables and self._tables[-1].cell is not None:  # a table inside a cell: its words
            self._tables[-1].cell.append("；".join(" ".join(row) for row in rows))
            return
        width = max(len(row) for row in rows)
        if width == 1 or len(rows) == 1:
            self.lines += [("p", _STARTS.sub(_escaped_start, " ".join(row))) for row in rows]
            return
        self.structured = True
        full = [[*row, *[""] * (width - len(row))] for row in rows]
        drawn = [f"| {' | '.join(row)} |" for row in full]
        self.lines.append(("table", "\n".join([drawn[0], "|" + "---|" * width, *drawn[1:]])))

    def finish(self) -> list[tuple[str, str]]:
        """Everything, whatever was left open."""
        self._end_line()
        while self._tables:
            self._end_table(self._tables.pop())
        return self.lines


def _escaped_start(match: "re.Match[str]") -> str:
    """Words that would begin a list, a heading or a table are made words again."""
    sign = match[2]
    return f"{match[1]}{sign[:-1]}\\{sign[-1]}" if sign[0].isdigit() else f"{match[1]}\\{sign}"


def _marked(words: list[tuple[str, bool]]) -> str:
    """Words with bold ones between stars; stars that were typed stay stars."""
    out = ""
    at = 0
    while at < len(words):
        bold = words[at][1]
        text = ""
        while at < len(words) and words[at][1] == bold:
            text += words[at][0].replace("*", "\\*")
            at += 1
        core = text.strip()
        if bold and core:
            before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            out += f"{before}**{core}**{after}"
        else:
            out += text
    return _SPACE.sub(" ", out).strip()


def _joined(lines: list[tuple[str, str]]) -> str:
    """Lines with the blank ones that Markdown needs between blocks of different kinds."""
    out: list[str] = []
    before = ""
    for kind, text in lines:
        if out and (kind != before or kind == "table") and {kind, before} & {"li", "table"}:
            out.append("")
        out.append(text)
        before = kind
    return "\n".join(out)
