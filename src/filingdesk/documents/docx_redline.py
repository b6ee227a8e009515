"""Marks in a Word file what changed against an earlier state of it: real tracked changes that Word, WPS and LibreOffice show."""

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document as open_package
from docx.oxml import parse_xml

from filingdesk.documents.docx_xml import NS, take_apart
from filingdesk.documents.lines import COMPUTED, Line
from filingdesk.documents.returned_body import BodyReader, ReturnedLine
from filingdesk.documents.returned_match import match_lines, out_of_order
from filingdesk.documents.worddiff import word_diff
from filingdesk.documents.zipping import normalised_zip

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIRST_ID = 900_000
_BEHIND_RPR = {f"{_W}sectPr", f"{_W}pPrChange"}


def redline(new: bytes, old: Sequence[Line], author: str, when: date) -> bytes:
    """The Word file `new` with everything marked that was not so in `old`. Accepting all changes gives `new` again.

    `new` is a file without tracked changes; `author` and `when` sign every mark. Same arguments, same bytes.
    """
    package = open_package(io.BytesIO(new))
    _Marker(package, old, author, when).mark()
    out = io.BytesIO()
    package.save(out)
    take_apart(package.element.body)
    return normalised_zip(out.getvalue())


class _Marker:
    def __init__(self, package: Any, old: Sequence[Line], author: str, when: date) -> None:
        self._root = package.element
        self._styles = {style.style_id for style in package.styles}
        self._old = old
        self._sign = f'w:author={quoteattr(author)} w:date="{when.isoformat()}T00:00:00Z"'
        self._count = _FIRST_ID

    def mark(self) -> None:
        reader = BodyReader({})
        reader.read(self._root, None)
        matched = match_lines(self._old, reader.lines)
        for moved in out_of_order(matched):
            del matched[moved]
        added = [n for n in range(len(reader.lines)) if n not in matched]
        for index, at in matched.items():
            self._inside(reader.elements[index], self._old[at], reader.lines[index])
        self._gone(reader, matched)
        for index in added:
            self._whole(reader.elements[index])
        self._rows({id(reader.elements[n]) for n in added}, reader.elements)

    def _next(self) -> str:
        self._count += 1
        return f'w:id="{self._count}" {self._sign}'

    def _change(self, kind: str) -> Any:
        return parse_xml(f"<w:{kind} {NS} {self._next()}/>")

    # Within a paragraph

    def _inside(self, paragraph: Any, old: Line, new: ReturnedLine) -> None:
        before, after = old.text, new.text
        if before.strip() == after.strip():
            return
        runs = list(_text_runs(paragraph))
        if "".join(text for _run, text in runs) != after:
            # Something in it that we do not understand: said as a whole.
            self._whole(paragraph)
            paragraph.addprevious(self._deleted(old))
            return
        at = 0
        cuts: list[tuple[int, int, str]] = []
        for stretch in word_diff(before, after):
            if stretch.kind == "changed":
                cuts.append((at, at + len(stretch.new), stretch.old.replace(COMPUTED, "")))
            at += len(stretch.new)
        pieces = _split(runs, {edge for start, end, _old in cuts for edge in (start, end)})
        for start, end, gone in cuts:
            inside = [run for run, text, here in pieces if start <= here and here + len(text) <= end and text]
            anchor = next((run for run, _text, here in pieces if here >= start), None)
            if gone:
                self._delete_before(gone, anchor, pieces[-1][0] if pieces else None, paragraph)
            for run in inside:
                self._wrap(run, "ins")

    def _delete_before(self, text: str, anchor: Any, last: Any, paragraph: Any) -> None:
        model = anchor if anchor is not None else last
        change = self._change("del")
        change.append(_run(text, model, deleted=True))
        if anchor is not None:
            anchor.addprevious(change)
        elif last is not None:
            last.addnext(change)
        else:
            paragraph.append(change)

    def _wrap(self, run: Any, kind: str) -> None:
        change = self._change(kind)
        run.addprevious(change)
        change.append(run)

    # Whole paragraphs

    def _whole(self, paragraph: Any) -> None:
        for run in list(paragraph.iter(f"{_W}r")):
            if run.getparent().tag not in {f"{_W}ins", f"{_W}del"}:
                self._wrap(run, "ins")
        self._mark_end(paragraph, "ins")

    def _mark_end(self, paragraph: Any, kind: str) -> None:
        props = paragraph.find(f"{_W}pPr")
        if props is None:
            props = parse_xml(f"<w:pPr {NS}/>")
            paragraph.insert(0, props)
        look = props.find(f"{_W}rPr")
        if look is None:
            look = parse_xml(f"<w:rPr {NS}/>")
            behind = next((child for child in props if child.tag in _BEHIND_RPR), None)
            if behind is not None:
                behind.addprevious(look)
            else:
                props.append(look)
        look.insert(0, self._change(kind))

    def _deleted(self, line: Line, *, end: bool = True) -> Any:
        style = "FdTableText" if line.table else "FdBody"
        named = f'<w:pStyle w:val="{style}"/>' if style in self._styles else ""
        paragraph = parse_xml(f"<w:p {NS}><w:pPr>{named}</w:pPr></w:p>")
        change = self._change("del")
        change.append(_run(line.shown, None, deleted=True))
        paragraph.append(change)
        if end:
            self._mark_end(paragraph, "del")
        return paragraph

    def _gone(self, reader: BodyReader, matched: dict[int, int]) -> None:
        """Paragraphs that are gone are set, crossed out, behind what stood before them; rows of a table as rows."""
        here = {at: index for index, at in matched.items()}
        last: Any = None
        table: Any = None
        at = 0
        while at < len(self._old):
            if at in here:
                last = reader.elements[here[at]]
                table = _outermost_table(last)
                at += 1
                continue
            end = self._together(at, here)
            following = next(
                (reader.elements[here[n]] for n in range(end, len(self._old)) if n in here), None
            )
            row = _whole_row(last, following) if self._old[at].table else None
            if row is not None:
                for made in self._deleted_rows(row, self._old[at:end]):
                    row.addnext(made)
                    row = last = made
                at = end
                continue
            line = self._old[at]
            paragraph = self._deleted(line)
            if last is None:
                self._root.body.insert(0, paragraph)
            elif last.tag == f"{_W}tr":
                _outermost_table(last).addnext(paragraph)
                table = None
            elif line.table or table is None:
                last.addnext(paragraph)
            else:
                table.addnext(paragraph)
                table = None
            last = paragraph
            at += 1

    def _together(self, at: int, here: dict[int, int]) -> int:
        """Behind the last of the lines from `at` on that are gone with it and belong to the same block (a row, a table)."""
        first, end = self._old[at], at + 1
        while end < len(self._old) and end not in here:
            line = self._old[end]
            if not line.table or line.block != first.block:
                break
            end += 1
        return end

    def _deleted_rows(self, model: Any, lines: Sequence[Line]) -> Iterator[Any]:
        """Rows like `model` with these lines crossed out: one line a cell where that comes out even, else all in one cell."""
        cells = model.findall(f"{_W}tc")
        even = len(lines) % len(cells) == 0
        step = len(cells) if even else len(lines)
        for start in range(0, len(lines), step):
            row = parse_xml(f"<w:tr {NS}><w:trPr/></w:tr>")
            row[0].append(self._change("del"))
            part = lines[start : start + step]
            if even:
                for cell, line in zip(cells, part, strict=True):
                    row.append(self._deleted_cell([line], _width(cell), _span(cell)))
            else:
                row.append(self._deleted_cell(part, "", sum(map(_span, cells))))
            yield row

    def _deleted_cell(self, lines: Sequence[Line], width: str, span: int) -> Any:
        wide = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else ""
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        cell = parse_xml(f"<w:tc {NS}><w:tcPr>{wide}{spanned}</w:tcPr></w:tc>")
        for line in lines:
            cell.append(self._deleted(line, end=False))
        return cell

    def _rows(self, added: set[int], elements: Sequence[Any]) -> None:
        """A row all of whose words are new is a new row."""
        words: dict[Any, list[bool]] = {}
        for element in elements:
            row = next(element.iterancestors(f"{_W}tr"), None)
            if row is not None:
                words.setdefault(row, []).append(id(element) in added)
        for row, new in words.items():
            if not all(new):
                continue
            props = row.find(f"{_W}trPr")
            if props is None:
                props = parse_xml(f"<w:trPr {NS}/>")
                own = row.find(f"{_W}tblPrEx")
                if own is not None:
                    own.addnext(props)
                else:
                    row.insert(0, props)
            props.append(self._change("ins"))


def _whole_row(last: Any, following: Any) -> Any:
    """The row that `last` ends, None when it stands in no table or when what follows stands in the same row."""
    if last is None:
        return None
    row = last if last.tag == f"{_W}tr" else next(last.iterancestors(f"{_W}tr"), None)
    if row is None or (following is not None and row in following.iterancestors(f"{_W}tr")):
        return None
    return row


def _width(cell: Any) -> str:
    wide = cell.find(f"{_W}tcPr/{_W}tcW")
    return str(wide.get(f"{_W}w") or "") if wide is not None and wide.get(f"{_W}type") == "dxa" else ""


def _span(cell: Any) -> int:
    spanned = cell.find(f"{_W}tcPr/{_W}gridSpan")
    number = spanned.get(f"{_W}val") if spanned is not None else "1"
    return int(number) if str(number).isdigit() else 1


def _outermost_table(element: Any) -> Any:
    tables = list(element.iterancestors(f"{_W}tbl"))
    return tables[-1] if tables else None


def _text_runs(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """The runs of a paragraph with their words; what Word computes is one stand-in, its runs are left alone (None)."""
    depth = 0
    pending = False
    for run in paragraph.iter(f"{_W}r"):
        for child in run:
            if child.tag != f"{_W}fldChar":
                continue
            kind = child.get(f"{_W}fldCharType")
            if kind == "begin":
                depth += 1
            elif kind == "end":
                depth -= 1
                pending = depth == 0
        if depth or pending:
            if pending:
                pending = False
                yield run, COMPUTED
            continue
        text = "".join(_words(run))
        if text:
            yield run, text


def _words(run: Any) -> Iterator[str]:
    for child in run:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            yield child.text or ""
        elif name == "br" and child.get(f"{_W}type") not in {"page", "column"}:
            yield "\n"
        elif name == "tab":
            yield "\t"
        elif name == "noBreakHyphen":
            yield "-"


def _split(runs: Sequence[tuple[Any, str]], edges: set[int]) -> list[tuple[Any, str, int]]:
    """Cut runs at the edges (offsets in the whole text): (run, its words, where it begins)."""
    out: list[tuple[Any, str, int]] = []
    at = 0
    for run, text in runs:
        inner = sorted(edge - at for edge in edges if at < edge < at + len(text))
        if text == COMPUTED or not inner:
            out.append((run, text, at))
        else:
            starts = [0, *inner]
            for start, end in zip(starts, [*inner, len(text)], strict=True):
                piece = _run(text[start:end], run)
                run.addprevious(piece)
                out.append((piece, text[start:end], at + start))
            run.getparent().remove(run)
        at += len(text)
    return out


def _run(text: str, model: Any, *, deleted: bool = False) -> Any:
    """A run of these words in the look of another one."""
    name = "delText" if deleted else "t"
    inner = []
    for index, line in enumerate(text.split("\n")):
        if index:
            inner.append("<w:br/>")
        for number, part in enumerate(line.split("\t")):
            if number:
                inner.append("<w:tab/>")
            if part:
                inner.append(f'<w:{name} xml:space="preserve">{escape(part)}</w:{name}>')
    run = parse_xml(f"<w:r {NS}>{''.join(inner)}</w:r>")
    look = model.find(f"{_W}rPr") if model is not None else None
    if look is not None:
        run.insert(0, deepcopy(look))
    return run
