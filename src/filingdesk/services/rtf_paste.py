"""What an RTF clipboard holds, as the html that `word_paste` reads: paragraphs, bold, lists and tables; nothing else acts."""

import re
from html import escape

MAX_BYTES = 4_000_000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z0-9])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_DESTINATIONS = frozenset(
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable", "listoverridetable",
     "rsidtbl", "generator", "themedata", "datastore", "latentstyles", "xmlnstbl", "fldinst", "footnote", "pntext"]
)  # fmt: skip
_CODE_PAGES = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 1252: "cp1252", 65001: "utf-8"}


def html_of(rtf: bytes) -> str:
    """The text of an RTF clipboard as simple html. Never fails: what is not understood gives its words or nothing."""
    reader = _Reader()
    reader.read(rtf[:MAX_BYTES])
    return "".join(reader.out)


class _Reader:
    def __init__(self) -> None:
        self.out: list[str] = []
        self._stack: list[tuple[bool, bool, int]] = []
        self._skipped = self._bold = False
        self._after = 1  # characters that stand for a \\u in older readers
        self._drop = 0
        self._bytes = bytearray()
        self._code = "gb18030"
        self._para: list[str] = []
        self._row: list[str] | None = None
        self._in_table = self._opened = False
        self._list = self._numbered = False
        self._high = 0

    def read(self, rtf: bytes) -> None:
        for match in _TOKEN.finditer(rtf):
            word, number, code, sign, brace, text = match.groups()
            if code is not None:
                if not self._skipped and not self._spared(1):
                    self._bytes.append(int(code, 16))
                continue
            self._flush()
            if word is not None:
                self._control(word.decode(), int(number) if number else None)
            elif sign is not None:
                self._sign(sign)
            elif brace == b"{":
                self._stack.append((self._skipped, self._bold, self._after))
            elif brace == b"}" and self._stack:
                self._skipped, self._bold, self._after = self._stack.pop()
            elif text is not None and not self._skipped:
                self._say(text[self._spare(len(text)) :].decode(self._code, "replace"))
        self._flush()
        self._end_paragraph()
        self._end_table()

    def _spare(self, count: int) -> int:
        """How many of the next characters only repeat a \\u for older readers."""
        dropped = min(self._drop, count)
        self._drop -= dropped
        return dropped

    def _spared(self, count: int) -> bool:
        return self._spare(count) > 0

    def _flush(self) -> None:
        if self._bytes:
            self._say(bytes(self._bytes).decode(self._code, "replace"))
            self._bytes.clear()

    def _say(self, text: str) -> None:
        if text:
            self._para.append(f"<b>{escape(text)}</b>" if self._bold else escape(text))

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._skipped = True
        elif not self._skipped and sign in (b"\\", b"{", b"}"):
            self._say(sign.decode())
        elif not self._skipped and sign == b"~":
            self._say(" ")

    def _control(self, word: str, number: int | None) -> None:
        if word in _DESTINATIONS:
            if word == "pntext":  # the number that is drawn before an item
                self._list = True
            self._skipped = True
            return
        if word == "ansicpg":
            self._code = _CODE_PAGES.get(number or 0, self._code)
        if self._skipped:
            return
        match word:
            case "b":
                self._bold = number != 0
            case "plain":
                self._bold = False
            case "uc":
                self._after = number if number is not None else 1
            case "u" if number is not None:
                self._unicode(number & 0xFFFF)
            case "par" | "sect" | "page":
                self._end_paragraph()
            case "line":
                self._para.append("<br>")
            case "tab" | "emspace" | "enspace":
                self._say(" ")
            case "pard":
                self._in_table = self._list = False
            case "intbl":
                self._in_table = True
            case "ls" if number:
                self._list = True
            case "pndec" | "pnlvlbody":
                self._numbered = True
            case "cell":
                self._row = [*(self._row or []), "".join(self._para)]
                self._para = []
            case "row":
                self._end_row()
            case "lquote" | "rquote" | "ldblquote" | "rdblquote" | "emdash" | "endash" | "bullet":
                self._say(
                    {
                        "lquote": "‘",
                        "rquote": "’",
                        "ldblquote": "“",
                        "rdblquote": "”",
                        "emdash": "—",
                        "endash": "–",
                    }.get(word, "•")
                )

    def _unicode(self, code: int) -> None:
        self._drop = self._after
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            if self._high:
                self._say(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
            self._high = 0
        else:
            self._say(chr(code) if code >= 32 else "")

    def _end_paragraph(self) -> None:
        text = "".join(self._para)
        if self._in_table or self._row is not None:
            self._para = [*self._para, " "] if text else []
            return
        self._end_table()
        self._para = []
        if text.strip():
            tag = "ol" if self._numbered else "ul"
            self.out.append(f"<{tag}><li>{text}</li></{tag}>" if self._list else f"<p>{text}</p>")

    def _end_row(self) -> None:
        if self._row is None:
            return
        if not self._opened:
            self.out.append("<table>")
            self._opened = True
        self.out.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in self._row) + "</tr>")
        self._row, self._para, self._in_table = None, [], False

    def _end_table(self) -> None:
        if self._row is not None:
            self._end_row()
        if self._opened:
            self.out.append("</table>")
            self._opened = False
