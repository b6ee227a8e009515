"""Rows copied in a spreadsheet become records: read the clipboard, recognise the columns, show what is wrong, take all in one edit."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Value, flatten, key_of
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, ListSpec, spec_of
from filingdesk.domain.values import narrow, problem_of
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

MAX_ROWS = 2_000
"""More than anybody copies by hand; longer lists are imported as files."""
_TERMS = re.compile(r"[、,，;；/\n]+")
_BRACKETS = re.compile(r"[（(［\[].*?[）)］\]]")
_DECORATION = re.compile(r"[\s*＊:：]")


def read_cells(text: str) -> list[list[str]]:
    """The cells of copied rows: tabs between cells, line breaks between rows. A cell that itself holds a tab, a line break or
    quotes comes in quotes, its own quotes doubled; quotes that only stand in the words stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = []
    row: list[str] = []
    place = 0
    while place <= len(text):
        cell, place = _cell(text, place)
        row.append(cell)
        if place >= len(text) or text[place] == "\n":
            rows.append(row)
            row = []
        place += 1
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _cell(text: str, start: int) -> tuple[str, int]:
    """The cell that begins at `start`, and where it ends."""
    if text[start : start + 1] == '"':
        end = start + 1
        while (end := text.find('"', end)) >= 0:
            if text[end + 1 : end + 2] == '"':
                end += 2
                continue
            inner = text[start + 1 : end]
            closed = end + 1 == len(text) or text[end + 1] in "\t\n"
            if closed and any(sign in inner for sign in '\t\n"'):
                return inner.replace('""', '"'), end + 1
            break
    ends = [found for sign in "\t\n" if (found := text.find(sign, start)) >= 0]
    end = min(ends, default=len(text))
    return text[start:end], end


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: `row` and `column` count from 0 in the table without its header."""

    row: int
    column: int
    message: str


@dataclass(frozen=True)
class PastedTable:
    """Copied rows beside the fields they go to. `columns` holds a field name per column ("" = not taken); `titles` are the
    words of the header, blank when there was none."""

    spec: ListSpec
    titles: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blank_rows: int
    cut_rows: int

    @property
    def fields(self) -> dict[str, FieldSpec]:
        return columns_of(self.spec)

    def value(self, row: int, column: int) -> Value:
        """What would be stored of a cell."""
        return value_of_cell(self.fields[self.columns[column]], self.rows[row][column])

    def with_column(self, column: int, name: str) -> "PastedTable":
        """The table with a column that goes to another field ("" = nowhere); a field takes one column at most."""
        columns = ["" if name and known == name else known for known in self.columns]
        columns[column] = name
        return PastedTable(self.spec, self.titles, tuple(columns), self.rows, self.blank_rows, self.cut_rows)

    def problems(self) -> list[CellProblem]:
        """Every cell whose content does not fit its field, and every row that would give an empty record."""
        found = []
        fields = self.fields
        for row, cells in enumerate(self.rows):
            taken = False
            for column, name in enumerate(self.columns):
                if name and cells[column].strip():
                    taken = True
                    value = value_of_cell(fields[name], cells[column])
                    sibling = self._sibling(row, "id_kind")
                    wrong = problem_of(fields[name].meta, value, id_kind=sibling)
                    if wrong:
                        found.append(CellProblem(row, column, wrong))
            if not taken:
                found.append(CellProblem(row, 0, "这一行没有可取的内容，不会放入"))
        return found

    def _sibling(self, row: int, name: str) -> str:
        return self.rows[row][self.columns.index(name)].strip() if name in self.columns else ""

    @property
    def missing(self) -> list[str]:
        """Labels of fields that no column goes to."""
        return [spec.meta.label for name, spec in self.fields.items() if name not in self.columns]

    def records(self) -> list[dict[str, Value]]:
        """field name → value, one per row that holds anything."""
        fields = self.fields
        made = []
        for cells in self.rows:
            record = {
                name: value
                for column, name in enumerate(self.columns)
                if name and (value := value_of_cell(fields[name], cells[column]))
            }
            if record:
                made.append(record)
        return made


def columns_of(spec: ListSpec) -> dict[str, FieldSpec]:
    """The fields of a record that a cell can fill: its own leaves, attachments excepted."""
    return {
        child.name: child
        for child in spec.children
        if isinstance(child, FieldSpec) and child.meta.kind is not Kind.ATTACHMENTS
    }


def header_line(spec: ListSpec) -> str:
    """The header to begin a spreadsheet with."""
    return "\t".join(child.meta.label for child in columns_of(spec).values())


def read_table(path: str, text: str) -> PastedTable:
    """Copied text as a table for the list of records at `path`. The header is recognised by its labels; without one the
    columns are taken in the order of the form. `UserError` when there is nothing to take."""
    spec = spec_of(path)
    if not isinstance(spec, ListSpec) or path.endswith("]"):
        raise UserError("paste.no_list", f"“{path}”不是可以添加多项的列表。", "请在列表上粘贴。")
    cells = read_cells(text)
    if not cells:
        raise UserError(
            "paste.empty", "剪贴板里没有表格内容。", "请在 Excel 或 WPS 里选中要放入的行，复制后再来粘贴。"
        )
    width = max(len(row) for row in cells)
    padded = [(*row, *[""] * (width - len(row))) for row in cells]
    named = _header(spec, padded[0])
    if named is not None:
        titles, columns, body = padded[0], named, padded[1:]
    else:
        names = list(columns_of(spec))
        titles, body = ("",) * width, padded
        columns = tuple(names[i] if i < len(names) else "" for i in range(width))
    filled = [row for row in body if any(cell.strip() for cell in row)]
    return PastedTable(
        spec,
        titles,
        columns,
        tuple(filled[:MAX_ROWS]),
        len(body) - len(filled),
        max(0, len(filled) - MAX_ROWS),
    )


def take(session: Session, path: str, table: PastedTable, *, replace: bool = False) -> Changes | None:
    """Add the records behind the others, or in their place, as one edit that one undo takes back."""
    key = key_of(session.facts, path)
    flat = flatten(session.facts)
    records = table.records()
    own = flat.get(key, [])
    edits: dict[str, Value | None] = {}
    ids = [] if replace or isinstance(own, str) else list(own)
    if replace:
        edits.update({known: None for known in flat if known.startswith(f"{key}[")})
    for record in records:
        identity = secrets.token_hex(4)
        ids.append(identity)
        edits.update({f"{key}[#{identity}].{name}": value for name, value in record.items()})
    edits[key] = ids or None
    verb = "用表格替换" if replace else "粘贴表格"
    return session.edit(edits, f"{verb}：{len(records)} 项{table.spec.meta.item}")


def _header(spec: ListSpec, first: Sequence[str]) -> tuple[str, ...] | None:
    """The field of each column when the first row is a header: at least two known labels (one in a single column), and no
    fewer known than unknown ones."""
    labels: dict[str, str] = {}
    for name, child in columns_of(spec).items():
        labels.setdefault(_plain(child.meta.label), name)
        labels.setdefault(_plain(_BRACKETS.sub("", child.meta.label)), name)
    found: list[str] = []
    unknown = 0
    for cell in first:
        name = labels.get(_plain(cell)) or labels.get(_plain(_BRACKETS.sub("", cell)), "")
        found.append("" if name in found else name)
        unknown += bool(cell.strip() and not name)
    known = sum(map(bool, found))
    filled = sum(bool(cell.strip()) for cell in first)
    return tuple(found) if known >= min(2, filled) and known >= unknown and known else None


def _plain(text: str) -> str:
    return _DECORATION.sub("", narrow(text)).casefold()


def value_of_cell(spec: FieldSpec, cell: str) -> Value:
    """The value that a cell gives a field: choices as the form writes them, several terms split, one line kept one line."""
    text = cell.strip()
    if spec.is_list:
        # A term that itself holds a separator is taken whole.
        parts = [text] if text in spec.meta.choices else _TERMS.split(text)
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if spec.meta.choices:
        plain = _plain(text)
        return next((term for term in spec.meta.choices if _plain(term) == plain), text)
    return text if spec.meta.kind is Kind.LONG_TEXT else " ".join(text.split("\n"))
