"""Finds the placeholders of a Word form, whole even where Word cut them into runs, and turns a part into a template.

All that is Word's own stays outside the template: it travels as opaque tokens, so nothing of the form but its
placeholders is ever read as code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from filingdesk.documents.office_package import w
from filingdesk.domain.errors import UserError

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HALF = re.compile(r"\{\{|\}\}|\{%|%\}")
_FULL_WIDTH = re.compile(r"[｛{]\s?[｛]|[｝]\s?[｝}]|[｛{]％|％[｝}]")
_INNER = re.compile(r"\A(?:\{\{|\{%|\{#)[-+]?(?P<inner>.*?)[-+]?(?:\}\}|%\}|#\})\Z", re.DOTALL)
_LEVEL = re.compile(r"\A(?P<level>tr|tc|p|r)\s+(?P<rest>.*)\Z", re.DOTALL)
_OPENERS = {"for": "endfor", "if": "endif"}
_MIDDLE = {"elif", "else"}
_KEYWORDS = {*_OPENERS, *_OPENERS.values(), *_MIDDLE, "set"}
_MARK_OPEN, _MARK_CLOSE = "\ue020", "\ue021"
_OURS = re.compile("[\ue000-\ue10f]")
MARK = re.compile(r"<\?fd (\d+)\?>|\ue020(\d+)\ue021")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\xa0": " ", "\u3000": " "})
_EXCERPT = 24
MAX_TAGS = 5000


@dataclass(frozen=True)
class Place:
    """Where a placeholder stands: `where` in words, `line` the text around it."""

    where: str
    line: str

    @property
    def words(self) -> str:
        return f"{self.where}「{self.line}」" if self.line else self.where


@dataclass
class Tag:
    """One placeholder or statement. `inner` is what stands between the braces, without the level."""

    text: str
    inner: str
    kind: str
    """print, statement or comment."""
    place: Place
    word: str = ""
    """The first word of a statement: for, if, endfor …"""
    level: str = ""
    """Which piece of the form it steers: tr a row, tc a cell, p a paragraph, r a run; blank = in the line."""
    copy: bool = False
    """It stands in the second copy that Word keeps of a text box."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form, and where."""

    place: Place
    message: str
    hint: str = ""

    def raised(self, name: str) -> UserError:
        """As a fault of the user."""
        return UserError("form.syntax", f"表单「{name}」{self.place.words}：{self.message}。", self.hint)


@dataclass
class Scan:
    """A part with its tags marked: `pieces` alternate between XML and the number of a tag."""

    tags: list[Tag] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pieces: list[str | int] = field(default_factory=list)


def scan(root: Any, part: str, first: int = 0) -> Scan:
    """Find and mark the tags of a part; `first` is the number of its first tag. The tree is changed."""
    return _Scanner(root, part, first).run()


def own(paragraph: Any) -> Iterator[Any]:
    """The text, tabs and breaks of a paragraph in their order, without what stands in a text box inside it."""
    for child in paragraph:
        if child.tag in {w("txbxContent"), w("del"), w("moveFrom"), w("p"), w("tbl")}:
            continue
        if child.tag in {w("t"), w("tab"), w("br"), w("cr")}:
            if child.tag != w("tab") or child.getparent().tag == w("r"):
                yield child
        elif isinstance(child.tag, str):
            yield from own(child)


def words_of(nodes: list[Any]) -> str:
    """The text that these nodes show."""
    return "".join((node.text or "") if node.tag == w("t") else " " for node in nodes)


def ancestor(element: Any, name: str) -> Any:
    """The nearest element of that name around one, or None."""
    return next(iter(element.iterancestors(w(name))), None)


class _Scanner:
    def __init__(self, root: Any, part: str, first: int) -> None:
        self._root, self._part, self._first = root, part, first
        self._found = Scan()
        self._holders: list[tuple[int, Any]] = []
        for stray in list(root.iter(etree.PI, etree.Comment)):
            if stray.getparent() is not None:
                _take_out(stray)
        body = [p for p in root.iter(w("p")) if _is_plain(p)]
        self._numbers = {p: number for number, p in enumerate(body, 1)}
        self._tables = {
            t: n for n, t in enumerate((t for t in root.iter(w("tbl")) if ancestor(t, "tbl") is None), 1)
        }

    def run(self) -> Scan:
        for paragraph in list(self._root.iter(w("p"))):
            self._paragraph(paragraph)
        if len(self._found.tags) > MAX_TAGS:
            raise UserError("form.too_many", f"表单里有超过 {MAX_TAGS} 个占位符。", "请拆成几份。")
        self._levels()
        if not self._found.problems:
            self._pair()
        text = etree.tostring(self._root, encoding="unicode")
        at = 0
        for match in MARK.finditer(text):
            self._found.pieces += [text[at : match.start()], int(match[1] or match[2])]
            at = match.end()
        self._found.pieces.append(text[at:])
        return self._found

    def _paragraph(self, paragraph: Any) -> None:
        nodes = list(own(paragraph))
        line = words_of(nodes)
        if not line.strip() or not any(mark in line for mark in "{}｛｝"):
            if _OURS.search(line):
                self._problem(
                    self._place(paragraph, line), "有保留字符（私用区）", "请删掉这个看不见的字符。"
                )
            return
        if _OURS.search(line):
            self._problem(self._place(paragraph, line), "有保留字符（私用区）", "请删掉这个看不见的字符。")
            return
        matches = list(TAG.finditer(line))
        rest = TAG.sub("", line)
        if half := _HALF.search(rest):
            self._problem(
                self._place(paragraph, line, line.find(half[0])),
                f"“{half[0]}”没有配成对",
                "一个占位符要在同一段里写完，例如 {{ 算法名称 }}。",
            )
        elif full := _FULL_WIDTH.search(rest):
            self._problem(
                self._place(paragraph, line, line.find(full[0])),
                f"“{full[0]}”是全角的大括号，不会被填写",
                "请改成半角的 {{ }}。",
            )
        if any(match[0].startswith("{%") for match in matches):
            alone = not TAG.sub("", line).strip() and not _holds_picture(paragraph)
        else:
            alone = False
        tags = [
            self._tag(match[0], self._place(paragraph, line, match.start()), paragraph) for match in matches
        ]
        if alone and all(tag.kind != "print" for tag in tags) and not _paired(tags):
            for tag in tags:
                tag.level = tag.level or ("p" if tag.kind == "statement" else "")
        numbers = []
        for tag in tags:
            numbers.append(self._first + len(self._found.tags))
            self._found.tags.append(tag)
        for match, number in reversed(list(zip(matches, numbers, strict=True))):
            holder = _mark(nodes, match.start(), match.end(), number)
            self._holders.append((number, holder))

    def _tag(self, text: str, place: Place, paragraph: Any) -> Tag:
        match = _INNER.match(text)
        inner = " ".join((match["inner"] if match else "").translate(_QUOTES).split())
        copy = any(etree.QName(a).localname == "Fallback" for a in paragraph.iterancestors())
        if text.startswith("{#"):
            return Tag(text, inner, "comment", place, copy=copy)
        levelled = _LEVEL.match(inner)
        level = ""
        if levelled and (text.startswith("{%") or levelled["level"] in {"r", "p"}):
            word = levelled["rest"].split(" ", 1)[0]
            if word in _KEYWORDS or text.startswith("{{"):
                level, inner = levelled["level"], levelled["rest"]
        if text.startswith("{{"):
            return Tag(text, inner, "print", place, copy=copy)
        word = inner.split(" ", 1)[0].split("(", 1)[0]
        if word not in _KEYWORDS:
            self._problem(
                place, f"用了不允许的写法“{word[:20]}”", "表单里只能用 for、if、elif、else 和 set。"
            )
        return Tag(text, inner, "statement", place, word=word, level=level, copy=copy)

    def _problem(self, place: Place, message: str, hint: str = "") -> None:
        self._found.problems.append(Problem(place, message, hint))

    def _place(self, paragraph: Any, line: str, at: int = 0) -> Place:
        start = max(0, at - 6)
        excerpt = " ".join(line[start : start + _EXCERPT].split())
        excerpt = ("…" if start else "") + excerpt + ("…" if start + _EXCERPT < len(line) else "")
        return Place(self._where(paragraph), excerpt)

    def _where(self, paragraph: Any) -> str:
        box = ancestor(paragraph, "txbxContent")
        outside = ancestor(box, "p") if box is not None else paragraph
        anchor = paragraph if outside is None else outside
        before = f"{self._part}" if self._part else ""
        cell = ancestor(anchor, "tc")
        if cell is not None:
            row = ancestor(cell, "tr")
            tables = list(cell.iterancestors(w("tbl")))
            table = tables[-1]
            number = self._tables.get(table, 0)
            rows = [e for e in table.iter(w("tr")) if ancestor(e, "tbl") is table]
            top_row = next((e for e in (row, *row.iterancestors(w("tr"))) if e in rows), row)
            cells = [e for e in top_row.iter(w("tc")) if ancestor(e, "tr") is top_row]
            top_cell = next((e for e in (cell, *cell.iterancestors(w("tc"))) if e in cells), cell)
            place = f"{before}第 {number} 个表格第 {rows.index(top_row) + 1 if top_row in rows else 1} 行第 {cells.index(top_cell) + 1 if top_cell in cells else 1} 格"
        elif before:
            place = before
        else:
            place = f"第 {self._numbers.get(anchor, 1)} 段"
        return f"{place}的文本框" if box is not None else place

    def _levels(self) -> None:
        """Move the statements that steer rows, cells, paragraphs or runs out to where these stand."""
        by_holder: dict[Any, list[tuple[int, Any]]] = {}
        order: list[Any] = []
        self._holders.sort(key=lambda pair: pair[0])
        self._anchors: dict[int, tuple[str, Any]] = {}
        for number, node in self._holders:
            tag = self._found.tags[number - self._first]
            paragraph = ancestor(node, "p")
            if not tag.level:
                self._anchors[number] = ("", paragraph)
                continue
            holder = ancestor(node, tag.level) if tag.level != "p" else paragraph
            if holder is None:
                self._problem(tag.place, f"“{tag.text}”要写在表格里", "重复一行的写法只能放在表格的行里。")
                continue
            if holder not in by_holder:
                order.append(holder)
            by_holder.setdefault(holder, []).append((number, node))
        for holder in order:
            tags = [self._found.tags[number - self._first] for number, _node in by_holder[holder]]
            numbers = [number for number, _node in by_holder[holder]]
            for number, node in by_holder[holder]:
                node.text = (node.text or "").replace(f"{_MARK_OPEN}{number}{_MARK_CLOSE}", "")
            parent = holder.getparent()
            if _paired(
                tags
            ):  # the beginning and the end stand in the same row: it is this row that is repeated
                holder.addprevious(_sign(numbers[0]))
                after = holder
                for number in numbers[1:]:
                    after.addnext(_sign(number))
                    after = after.getnext()
            else:
                if left := self._left(holder, numbers):
                    place = self._found.tags[left - self._first].place
                    self._problem(
                        place,
                        "和循环或条件的标记写在了同一行，会随这一行一起去掉",
                        "请把标记单独放一行（段）。",
                    )
                for number in numbers:
                    holder.addprevious(_sign(number))
                _take_out(holder)
            for number, tag in zip(numbers, tags, strict=True):
                self._anchors[number] = (tag.level, parent)

    def _left(self, holder: Any, numbers: list[int]) -> int:
        """The number of a tag that would vanish with the row that is taken out; 0 when there is none."""
        text = "".join(holder.itertext())
        found = [int(number) for number in re.findall(f"{_MARK_OPEN}(\\d+){_MARK_CLOSE}", text)]
        return next((n + 0 for n in found if n not in numbers and self._kind(n) != "comment"), 0)

    def _kind(self, number: int) -> str:
        return self._found.tags[number - self._first].kind

    def _pair(self) -> None:
        """Every beginning needs its end, at the same level and under the same parent."""
        stack: list[tuple[Tag, tuple[str, Any]]] = []
        for number, tag in enumerate(self._found.tags, self._first):
            if tag.kind != "statement" or tag.word == "set":
                continue
            anchor = self._anchors.get(number, ("", None))
            if tag.word in _OPENERS:
                stack.append((tag, anchor))
                continue
            if not stack or (tag.word not in _MIDDLE and _OPENERS[stack[-1][0].word] != tag.word):
                self._problem(tag.place, f"“{tag.text}”前面没有对应的开头", "请检查 for、if 是否成对。")
                return
            opener, where = stack[-1]
            if where[0] != anchor[0] or where[1] is not anchor[1]:
                self._problem(
                    tag.place,
                    f"“{tag.text}”和{opener.place.where}的“{opener.text}”不在同一层",
                    "重复表格的行用 {%tr for … %} 和 {%tr endfor %}；整段用单独一段的 {% for … %} 和 {% endfor %}。",
                )
                return
            if tag.word not in _MIDDLE:
                stack.pop()
        if stack:
            tag = stack[-1][0]
            self._problem(tag.place, f"“{tag.text}”没有结尾", f"请补上 {{% {_OPENERS[tag.word]} %}}。")


def _paired(tags: list[Tag]) -> bool:
    """Does every beginning among them end among them, and the other way round?"""
    stack: list[str] = []
    for tag in tags:
        if tag.kind != "statement" or tag.word == "set":
            continue
        if tag.word in _OPENERS:
            stack.append(_OPENERS[tag.word])
        elif tag.word in _MIDDLE:
            if not stack:
                return False
        elif not stack or stack.pop() != tag.word:
            return False
    return not stack and any(tag.word in _OPENERS for tag in tags)


def _is_plain(paragraph: Any) -> bool:
    return all(etree.QName(a).localname not in {"tc", "txbxContent"} for a in paragraph.iterancestors())


def _holds_picture(paragraph: Any) -> bool:
    return any(next(paragraph.iter(w(name)), None) is not None for name in ("drawing", "pict", "object"))


def _mark(nodes: list[Any], start: int, end: int, number: int) -> Any:
    """Put the mark of a tag where it begins and take its letters out of every run it was cut into."""
    at = 0
    holder = None
    for node in nodes:
        length = len(node.text or "") if node.tag == w("t") else 1
        low, high = max(start, at), min(end, at + length)
        if low < high:
            if node.tag == w("t"):
                text = node.text or ""
                mark = f"{_MARK_OPEN}{number}{_MARK_CLOSE}" if holder is None else ""
                node.text = text[: low - at] + mark + text[high - at :]
                holder = node if holder is None else holder
            elif node.getparent() is not None:
                _take_out(node)  # a break in the middle of a placeholder
        at += length
    return holder


def _take_out(element: Any) -> None:
    """Remove an element and keep the text behind it."""
    parent = element.getparent()
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _sign(number: int) -> Any:
    return etree.PI("fd", str(number))
