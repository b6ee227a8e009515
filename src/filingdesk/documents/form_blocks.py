"""What a filled form says, as blocks: for the preview, for completeness, for whatever reads papers; its layout stays in Word."""

from collections.abc import Iterator, Sequence
from typing import Any

from filingdesk.documents.blocks import Block, Cell, Column, Paragraph, Row, Run, Runs, Table
from filingdesk.documents.form_runs import FACT
from filingdesk.documents.form_scan import ancestor, own
from filingdesk.documents.office_package import Package, w
from filingdesk.documents.styles import DRAFT_HEADER, GAP_COLOUR


def form_blocks(
    data: bytes, name: str, gaps: Sequence[tuple[str, str]], facts: Sequence[tuple[str, str]] = ()
) -> tuple[Block, ...]:
    """The body of a filled form as paragraphs and tables; `gaps` and `facts` (path, label; of a traced filling) lead to their fields."""
    package = Package(data, name)
    body = package.xml(package.main).find(w("body"))
    paths = _Paths({f"【待补充：{label}】": (path, label) for path, label in reversed(gaps)}, facts)
    found = tuple(_blocks(body, paths)) if body is not None else ()
    # The line that marks a draft stands in every preview already.
    return found[1:] if found and isinstance(found[0], Paragraph) and _says_draft(found[0]) else found


def _says_draft(block: Paragraph) -> bool:
    return "".join(run.text for run in block.runs) == DRAFT_HEADER


class _Paths:
    """Which field stands behind words."""

    def __init__(self, gaps: dict[str, tuple[str, str]], facts: Sequence[tuple[str, str]]) -> None:
        self._gaps, self._facts = gaps, facts

    def runs(self, text: str, *, bold: bool, red: bool) -> Iterator[Run]:
        path, label = self._gaps.get(text, ("", "")) if red else ("", "")
        if path:
            yield Run(text, bold=bold, fact=path, gap=True, label=label)
            return
        at = 0
        for found in FACT.finditer(text):
            if found.start() > at:
                yield Run(text[at : found.start()], bold=bold)
            path, label = self._facts[int(found[1])]
            yield Run(found[2], bold=bold, fact=path, label=label)
            at = found.end()
        if at < len(text):
            yield Run(text[at:], bold=bold)


def _blocks(parent: Any, paths: _Paths) -> Iterator[Block]:
    for child in parent:
        if child.tag == w("p"):
            for runs in _lines(child, paths):
                yield Paragraph(runs, indent=False)
            for box in child.iter(w("txbxContent")):
                if not any("Fallback" in str(a.tag) for a in box.iterancestors()):
                    yield from _blocks(box, paths)
        elif child.tag == w("tbl"):
            if (table := _table(child, paths)) is not None:
                yield table
        elif isinstance(child.tag, str) and child.tag != w("sectPr"):
            yield from _blocks(child, paths)


def _lines(paragraph: Any, paths: _Paths) -> Iterator[Runs]:
    runs: list[Run] = []
    for node in own(paragraph):
        if node.tag in {w("br"), w("cr")}:
            yield tuple(runs)
            runs = []
            continue
        text = (node.text or "") if node.tag == w("t") else "\u3000"
        run = ancestor(node, "r")
        red = run is not None and _colour(run) == GAP_COLOUR
        bold = run is not None and run.find(f"{w('rPr')}/{w('b')}") is not None
        runs += paths.runs(text, bold=bold, red=red)
    if runs:
        yield tuple(runs)


def _colour(run: Any) -> str:
    found = run.find(f"{w('rPr')}/{w('color')}")
    return str(found.get(w("val"), "")) if found is not None else ""


def _table(table: Any, paths: _Paths) -> Table | None:
    """The table with its merged cells; what is nested in a cell is told as lines."""
    rows: list[list[tuple[Any, int, int, bool]]] = []
    for tr in table.iter(w("tr")):
        if ancestor(tr, "tbl") is not table:
            continue
        at, cells = 0, []
        for tc in tr.iter(w("tc")):
            if ancestor(tc, "tr") is not tr:
                continue
            span = max(1, int(_value(tc, "gridSpan") or 1))
            merge = tc.find(f"{w('tcPr')}/{w('vMerge')}")
            goes_on = merge is not None and merge.get(w("val"), "continue") == "continue"
            cells.append((tc, at, span, goes_on))
            at += span
        rows.append(cells)
    width = max((cells[-1][1] + cells[-1][2] for cells in rows if cells), default=0)
    if not width or width > 63:
        return None
    made: list[Row] = []
    for index, cells in enumerate(rows):
        row: list[Cell] = []
        for tc, at, span, goes_on in cells:
            if goes_on and _above(rows, index, at, span):
                continue
            depth = 1
            while index + depth < len(rows) and any(
                below[3] and below[1] == at and below[2] == span for below in rows[index + depth]
            ):
                depth += 1
            last = at + span == cells[-1][1] + cells[-1][2]
            row.append(Cell(_paras(tc, paths), (width - at) if last else span, depth))
        if not cells:
            row.append(Cell(((),), width, 1))
        made.append(tuple(row))
    return Table(tuple(Column() for _ in range(width)), (), tuple(made), repeat_head=False)


def _above(rows: Sequence[Sequence[tuple[Any, int, int, bool]]], index: int, at: int, span: int) -> bool:
    """Does a cell above reach down into this one?"""
    return index > 0 and any(cell[1] == at and cell[2] == span for cell in rows[index - 1])


def _value(cell: Any, name: str) -> str:
    found = cell.find(f"{w('tcPr')}/{w(name)}")
    value = str(found.get(w("val"), "")) if found is not None else ""
    return value if value.isdigit() and len(value) < 3 else ""


def _paras(cell: Any, paths: _Paths) -> tuple[Runs, ...]:
    lines = [runs for paragraph in cell.iter(w("p")) for runs in _lines(paragraph, paths)]
    return tuple(lines) or ((),)
