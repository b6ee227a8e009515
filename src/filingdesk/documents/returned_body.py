"""Walks the body of a returned Word file: lines with their marks, tracked changes, comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.lines import COMPUTED, Piece
from filingdesk.documents.origin import PREFIX, UNREAD
from filingdesk.documents.returned_xml import Element, Mark, attribute, local_name, property_on, run_texts
from filingdesk.domain.errors import UserError

MAX_LINES = 200_000
_LONGEST = 500


@dataclass(frozen=True)
class ReturnedLine:
    """One paragraph with words. `anchors` are those it carries (several when paragraphs were joined), `table`, `row` and `cell`
    count from 1, 0 outside tables; `place` is the heading it stands under."""

    anchors: tuple[str, ...]
    pieces: tuple[Piece, ...]
    place: str = ""
    table: int = 0
    row: int = 0
    cell: int = 0

    @property
    def spot(self) -> tuple[int, int, int]:
        """The cell it stands in."""
        return self.table, self.row, self.cell

    @property
    def text(self) -> str:
        return "".join(COMPUTED if piece.computed else piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Revision:
    """A tracked change: 插入, 删除, 移来, 移走 or 改格式."""

    kind: str
    author: str
    date: str
    text: str
    place: str


@dataclass(frozen=True)
class Comment:
    """A comment and the words it is about."""

    author: str
    date: str
    text: str
    about: str
    place: str


_PLACEHOLDERS = re.compile(
    r"\s*(单击或点击此处输入文字|单击此处输入文字|点击此处输入文字|Click or tap here to enter text)[。.]?\s*"
)


Held = tuple[str, bool]
FREE: Held = ("", False)


class BodyReader:
    """Walks the body once, in order. `elements` are the paragraphs of `lines` (elements of lxml will do as well)."""

    def __init__(self, tags: dict[str, str]) -> None:
        self._known = tags
        self.lines: list[ReturnedLine] = []
        self.elements: list[Any] = []
        self.revisions: list[Revision] = []
        self.comments: dict[str, Comment] = {}
        self.tagged = False
        self.boxes = self.dropped = self.notes = 0
        self._fields: list[bool] = []
        self._place = ""
        self._tables = 0
        self._table = self._row = self._cell = 0
        self._carried: list[Mark] = []
        self._paragraphs = self._marked = 0
        self._open: dict[str, list[str]] = {}

    def read(self, root: Element, comments: Element | None) -> None:
        for each in comments if comments is not None else ():
            text = "\n".join("".join(run_texts(p)) for p in each.iter() if local_name(p) == "p").strip()
            number = attribute(each, "id")
            self.comments[number] = Comment(attribute(each, "author"), attribute(each, "date"), text, "", "")
        self._blocks(root)
        if self._carried:
            self._close(self._carried)
        for number, words in self._open.items():
            if number in self.comments:
                self.comments[number] = replace(self.comments[number], about="".join(words)[:200])

    def _blocks(self, parent: Element, held: Held = FREE) -> None:
        for child in parent:
            local = local_name(child)
            if local == "p":
                self._paragraph(child, held)
            elif local == "tbl":
                self._in_table(child)
            elif local == "sdt":
                # A line break typed into a control makes Word put it around the paragraphs.
                self._blocks(child, self._held(child, held))
            elif local in {"body", "sdtContent", "customXml", "ins", "moveTo"}:
                self._blocks(child, held)

    def _in_table(self, table: Element) -> None:
        before = self._table, self._row, self._cell
        self._tables += 1
        self._table, self._row, self._cell = self._tables, 0, 0
        for row, _held in self._through(table, "tr", FREE):
            if property_on(row, "trPr", "del"):
                self._revision(row, "删除", "（表格行）")
                continue
            self._row += 1
            for number, (cell, held) in enumerate(self._through(row, "tc", FREE), 1):
                self._cell = number
                self._blocks(cell, held)
        self._table, self._row, self._cell = before

    def _through(self, parent: Element, wanted: str, held: Held) -> Iterator[tuple[Element, Held]]:
        """The rows of a table or cells of a row, through controls and insertions around them."""
        for child in parent:
            local = local_name(child)
            if local == wanted:
                yield child, held
            elif local == "sdt":
                yield from self._through(child, wanted, self._held(child, held))
            elif local in {"sdtContent", "ins", "moveTo", "customXml"}:
                yield from self._through(child, wanted, held)

    def _paragraph(self, element: Element, held: Held) -> None:
        self._paragraphs += 1
        marks = list(self._walk(element, *held))
        whole = [*self._carried, *marks]
        self._carried = []
        if property_on(element, "pPr", "rPr", "del") or property_on(element, "pPr", "rPr", "moveFrom"):
            # The end of this paragraph was deleted: what is left of it is joined to the next one.
            kept = [mark for mark in whole if mark.text]
            self._carried = whole if kept else []
            return
        self._close(whole, element)

    def _close(self, marks: list[Mark], element: Element | None = None) -> None:
        anchors = [mark.anchor for mark in marks if mark.anchor]
        if any(anchor.startswith(UNREAD[len(PREFIX) :]) for anchor in anchors):
            return
        pieces = _pieces(marks)
        if not any(piece.text.strip() for piece in pieces if not piece.computed):
            return
        if len(self.lines) >= MAX_LINES:
            raise UserError("returned.broken", "这份文书的段落太多，没有读完。", "请拆成几份再试。")
        if element is not None and not self._table and _is_heading(element):
            self._place = "".join(piece.text for piece in pieces)[:60]
        own = list(dict.fromkeys(anchors))
        if not own and self._continues(pieces):
            last = self.lines[-1]
            self.lines[-1] = replace(last, pieces=_glued(last.pieces, pieces))
            return
        self.elements.append(element)
        self.lines.append(
            ReturnedLine(
                tuple(dict.fromkeys(anchors)), pieces, self._place, self._table, self._row, self._cell
            )
        )

    def _continues(self, pieces: tuple[Piece, ...]) -> bool:
        """Is this paragraph what follows a line break that was typed into a fact?"""
        keys = {piece.fact for piece in pieces}
        # Where the editor dropped our bookmarks, every paragraph stands for itself.
        last = self.lines[-1].pieces if self.lines and self.lines[-1].anchors else ()
        return len(keys) == 1 and "" not in keys and bool(last) and last[-1].fact in keys

    def _walk(self, element: Element, key: str, gap: bool) -> Iterator[Mark]:
        for child in element:
            local = local_name(child)
            match local:
                case "r":
                    yield from self._run(child, key, gap)
                case "sdt":
                    yield from self._control(child, key, gap)
                case "bookmarkStart":
                    name = attribute(child, "name")
                    if name.startswith(PREFIX):
                        yield Mark(anchor=name[len(PREFIX) :])
                case "del" | "moveFrom":
                    self._revision(child, "删除" if local == "del" else "移走")
                case "ins" | "moveTo":
                    self._revision(child, "插入" if local == "ins" else "移来")
                    yield from self._walk(child, key, gap)
                case "fldSimple":
                    for mark in self._walk(child, key, gap):
                        yield replace(mark, computed=bool(mark.text))
                case "commentRangeStart":
                    self._open[attribute(child, "id")] = []
                case "commentRangeEnd":
                    self._end_comment(attribute(child, "id"))
                case "pPr":
                    if property_on(child, "pPrChange"):
                        self._revision(child, "改格式")
                case "hyperlink" | "smartTag" | "customXml" | "sdtContent" | "dir" | "bdo":
                    yield from self._walk(child, key, gap)

    def _end_comment(self, number: str) -> None:
        words = self._open.pop(number, [])
        if number in self.comments:
            self.comments[number] = replace(
                self.comments[number], about="".join(words)[:200], place=self._place
            )

    def _held(self, control: Element, held: Held) -> Held:
        """What a control stands for: the key of its fact and whether it shows a placeholder."""
        key, gap = held
        for props in control:
            if local_name(props) != "sdtPr":
                continue
            for prop in props:
                if local_name(prop) == "tag" and (known := self._known.get(attribute(prop, "val"))):
                    key = known
                    self.tagged = True
                elif local_name(prop) == "showingPlcHdr":
                    gap = True
        return key, gap

    def _control(self, control: Element, key: str, gap: bool) -> Iterator[Mark]:
        inner_key, inner_gap = self._held(control, (key, gap))
        found = False
        for content in control:
            if local_name(content) == "sdtContent":
                for mark in self._walk(content, inner_key, inner_gap):
                    found = found or bool(mark.text)
                    yield mark
        if not found and inner_key:
            yield Mark(key=inner_key, gap=inner_gap, empty=True)

    def _run(self, run: Element, key: str, gap: bool) -> Iterator[Mark]:
        bold, italic = property_on(run, "rPr", "b"), property_on(run, "rPr", "i")
        for child in run:
            local = local_name(child)
            if local == "fldChar":
                match attribute(child, "fldCharType"):
                    case "begin":
                        self._fields.append(False)
                    case "separate" if self._fields:
                        self._fields[-1] = True
                    case "end" if self._fields:
                        self._fields.pop()
                continue
            if local in {"footnoteReference", "endnoteReference"}:
                self.notes += 1
            if local in {"drawing", "pict", "AlternateContent"}:
                self.boxes += sum(local_name(e) == "txbxContent" for e in child.iter()) > 0
            text = run_texts(child, alone=True)
            if not text:
                continue
            text, dropped = clean_text(text)
            self.dropped += dropped
            if self._fields and not self._fields[-1]:
                continue  # the code of a field
            if gap and _PLACEHOLDERS.fullmatch(text):
                continue
            for words in self._open.values():
                words.append(text)
            yield Mark(text, key, gap, computed=bool(self._fields), bold=bold, italic=italic)

    def _revision(self, element: Element, kind: str, text: str = "") -> None:
        words = text or "".join(run_texts(element))
        if not words.strip() and kind != "改格式":
            return
        made = Revision(kind, attribute(element, "author"), attribute(element, "date"), words, self._place)
        last = self.revisions[-1] if self.revisions else None
        if (
            last is not None
            and self._marked == self._paragraphs
            and replace(last, text="") == replace(made, text="")
        ):
            # Editors cut one edit into a mark for each run.
            self.revisions[-1] = replace(last, text=(last.text + words)[:_LONGEST])
            return
        self._marked = self._paragraphs
        self.revisions.append(replace(made, text=words[:_LONGEST]))


def _is_heading(paragraph: Element) -> bool:
    for props in paragraph:
        if local_name(props) != "pPr":
            continue
        for prop in props:
            if local_name(prop) == "outlineLvl":
                return True
            if local_name(prop) == "pStyle":
                return bool(re.match(r"(?i)(heading|标题)\s*\d", attribute(prop, "val")))
    return False


def _pieces(marks: list[Mark]) -> tuple[Piece, ...]:
    """Neighbouring marks of one kind as one piece."""
    out: list[Piece] = []
    for mark in marks:
        if not mark.text and not mark.empty:
            continue
        piece = Piece(mark.text, mark.key, mark.gap, mark.computed and not mark.key, mark.bold, mark.italic)
        last = out[-1] if out else None
        if last is not None and _joins(last, piece):
            out[-1] = replace(last, text=last.text + piece.text)
        else:
            out.append(piece)
    return tuple(out)


def _glued(last: tuple[Piece, ...], more: tuple[Piece, ...]) -> tuple[Piece, ...]:
    text = "".join(piece.text for piece in more)
    return (*last[:-1], replace(last[-1], text=f"{last[-1].text}\n{text}", gap=False))


def _joins(last: Piece, piece: Piece) -> bool:
    if last.fact or piece.fact:
        return last.fact == piece.fact and last.gap == piece.gap
    return last.computed == piece.computed and (
        last.computed or (last.bold, last.italic) == (piece.bold, piece.italic)
    )
