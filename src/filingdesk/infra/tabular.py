"""Reads a table that people hand in (xlsx, csv, tsv, txt) as rows of text, and says what it could not take."""

import contextlib
import csv
import datetime
import html
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.infra.decoding import decode_bytes
from filingdesk.infra.files import telling
from filingdesk.infra.safeparse import MEGABYTE, ParseLimits, Send, ZipLimits, check_zip, run_limited

# A sheet of a million rows and four columns unpacks to 200 MB; the child's memory limit stands behind this.
SHEET_ZIP_LIMITS = ZipLimits(total=512 * MEGABYTE)
SHEET_LIMITS = ParseLimits(seconds=60.0)
MAX_TEXT_FILE = 512 * MEGABYTE
_CHUNK = 10_000
_QUOTED = re.compile('"[^"]*"')
_DELIMITERS = "\t,;，|"


@dataclass(frozen=True)
class TableProblem:
    """Something about one row (from 1; 0 = the whole file) that the reader of the table must be told."""

    row: int
    kind: str
    message: str


@dataclass(frozen=True)
class Table:
    """Rows of text as they stand in the file: `rows[0]` is row 1; a blank or unreadable row is empty.

    `formulas` are the cells (row from 1, column from 0) of a sheet that hold a formula; their text is the
    value last computed. `encoding` is "xlsx" for sheets.
    """

    name: str
    rows: list[tuple[str, ...]]
    encoding: str
    sheet: str = ""
    problems: list[TableProblem] = field(default_factory=list)
    formulas: frozenset[tuple[int, int]] = frozenset()


def read_table(
    path: Path, cancel: Cancel | None = None, report: Report = silent, *, sheet: str | None = None
) -> Table:
    """Read the sheet of this title (None: the first visible one that holds anything), or the whole text file.

    Raises `UserError` (`table.format`, `table.broken`, `table.too_big`, `table.empty`, `table.no_sheet`, `zip.*`,
    `parse.*`) and `Cancelled`. A text file may be UTF-8 with or without BOM, UTF-16 or GB18030, even mixed.
    """
    cancel = cancel or Cancel()
    with telling(path, "读取"):
        with path.open("rb") as stream:
            head = stream.read(8)
        size = path.stat().st_size
    if not size:
        raise UserError("table.empty", f"「{path.name}」是空文件。", "请检查是否选对了文件。")
    if head.startswith(b"PK\x03\x04"):
        return _read_sheet(path, cancel, report, sheet)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            "table.format",
            f"「{path.name}」是旧版 xls，或加了密码。",
            "请在 Excel 或 WPS 里另存为不加密的 xlsx。",
        )
    if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".tab", ""):
        raise UserError(
            "table.format", f"「{path.name}」不是能读取的表格。", "请使用 xlsx、csv、tsv 或 txt 文件。"
        )
    if size > MAX_TEXT_FILE:
        raise UserError(
            "table.too_big",
            f"「{path.name}」有 {size // MEGABYTE} MB，超过 {MAX_TEXT_FILE // MEGABYTE} MB。",
            "请拆成几份再试。",
        )
    with telling(path, "读取"):
        data = path.read_bytes()
    return parse_delimited(data, path.name, path.suffix.lower(), cancel, report)


def list_sheets(path: Path, cancel: Cancel | None = None) -> tuple[str, ...]:
    """Titles of the visible sheets of a workbook that hold anything, in their order; () for a text file.

    Raises `UserError` as `read_table` does, and `Cancelled`.
    """
    with telling(path, "读取"), path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return ()
    check_zip(path, SHEET_ZIP_LIMITS)
    titles: tuple[str, ...] = ()
    for body in run_limited(_titles_worker, str(path), path=path, limits=SHEET_LIMITS, cancel=cancel):
        titles = tuple(json.loads(body))
    return titles


def parse_delimited(
    data: bytes, name: str, suffix: str = ".csv", cancel: Cancel | None = None, report: Report = silent
) -> Table:
    """The table in the bytes of a csv, tsv or txt file; see `read_table`."""
    cancel = cancel or Cancel()
    decoded = decode_bytes(data)
    text = decoded.text
    delimiter = guess_delimiter(text, suffix)
    problems: list[TableProblem] = []
    if not delimiter:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        rows: list[tuple[str, ...]] = [(line,) if line else () for line in lines]
        ends: Sequence[int] = range(1, len(rows) + 1)
    else:
        try:
            rows, ends = _split(text, delimiter, csv.QUOTE_MINIMAL, cancel, report)
        except csv.Error:
            # One stray quote would draw all that follows into a single cell.
            rows, ends = _split(text, delimiter, csv.QUOTE_NONE, cancel, report)
            rows = [tuple(unquote(cell) for cell in row) for row in rows]
            problems.append(
                TableProblem(0, "stray_quote", "文件里有不成对的引号，已改为一行一条来读，请核对含引号的行。")
            )
    by_line = _line_to_row(ends, [*decoded.mixed, *decoded.undecodable])
    problems.extend(
        TableProblem(
            by_line[line],
            "mixed_encoding",
            f"这一行的编码与文件其他部分（{decoded.encoding}）不同，已分别识别，请核对。",
        )
        for line in decoded.mixed
    )
    for line in decoded.undecodable:
        row = by_line[line]
        problems.append(TableProblem(row, "undecodable", "这一行的编码无法识别，没有读取。"))
        if 0 < row <= len(rows):
            rows[row - 1] = ()
    return Table(name, rows, decoded.encoding, problems=problems)


def guess_delimiter(text: str, suffix: str) -> str:
    """What parts the cells, judged by the beginning of a file; see `find_delimiter`."""
    # What stands in quotes may hold any sign and many lines.
    return find_delimiter(_QUOTED.sub('""', text[:50_000]).splitlines()[:20], suffix)


def find_delimiter(lines: Sequence[str], suffix: str) -> str:
    """What parts the cells: the sign that most lines hold equally often; "" where each line is one cell."""
    lines = [line for line in lines if line.strip()]
    if suffix in (".tsv", ".tab"):
        return "\t"
    best, best_lines = "", 0
    signs = [sign for sign in _DELIMITERS if lines and sign in lines[0]] or _DELIMITERS
    for sign in signs:
        counts = Counter(line.count(sign) for line in lines)
        times, number = max(
            ((n, c) for n, c in counts.items() if n), key=lambda item: item[1], default=(0, 0)
        )
        if times and number > best_lines:
            best, best_lines = sign, number
    # In plain text a comma may be part of a phrase: nearly every line must agree.
    needed = len(lines) * (0.9 if suffix == ".txt" else 0.5)
    if best and best_lines >= needed:
        return best
    return "," if suffix == ".csv" else ""


def _split(
    text: str, delimiter: str, quoting: int, cancel: Cancel, report: Report
) -> tuple[list[tuple[str, ...]], list[int]]:
    """Rows, and for each the line of the file on which it ends."""
    known: dict[str, str] = {}  # a category stands in thousands of rows: keep it once
    rows: list[tuple[str, ...]] = []
    ends: list[int] = []
    csv.field_size_limit(MAX_TEXT_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
    for cells in reader:
        first, *rest = cells or ("",)
        rows.append((first, *(known.setdefault(cell, cell) for cell in rest)) if first or rest else ())
        ends.append(reader.line_num)
        if not len(rows) % _CHUNK:
            cancel.check()
            report(Progress(len(rows), 0, f"已读取 {len(rows)} 行"))
    return rows, ends


def unquote(cell: str) -> str:
    """A cell without the quotes around it, where the csv reader was told to leave them alone."""
    whole = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if whole else cell


def _line_to_row(ends: Sequence[int], lines: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    row = 0
    for line in sorted(lines):
        while row < len(ends) and ends[row] < line:
            row += 1
        found[line] = row + 1
    return found


def _read_sheet(path: Path, cancel: Cancel, report: Report, title: str | None) -> Table:
    check_zip(path, SHEET_ZIP_LIMITS)
    rows: list[tuple[str, ...]] = []
    known: dict[str, str] = {}
    summary: dict[str, object] = {}
    total = 0
    wanted = () if title is None else (title,)
    for body in run_limited(_sheet_worker, str(path), *wanted, path=path, limits=SHEET_LIMITS, cancel=cancel):
        message = json.loads(body)
        if isinstance(message, dict):
            summary.update(message)
            total = int(message.get("height", total))
            continue
        for cells in message:
            first, *rest = cells or ("",)
            rows.append((first, *(known.setdefault(cell, cell) for cell in rest)) if any(cells) else ())
        report(Progress(len(rows), total, f"已读取 {len(rows)} 行"))
    if not summary.get("sheet"):
        raise UserError("table.empty", f"「{path.name}」里没有内容。", "请检查是否选对了文件。")
    unread = summary["unread"]
    problems = [
        TableProblem(0, "sheet_unread", f"{which}没有读取；一次只读一张工作表。")
        for which in unread  # type: ignore[attr-defined]
    ]
    formulas = frozenset((int(r), int(c)) for r, c in summary["formulas"])  # type: ignore[attr-defined]
    return Table(path.name, rows, "xlsx", str(summary["sheet"]), problems, formulas)


@contextlib.contextmanager
def _workbook(path: Path) -> Iterator[tuple[Any, list[str], list[str]]]:
    """In the child: the open workbook and the titles of its visible and of its hidden sheets."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(str(path))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        yield book, visible, [meta.name for meta in book.sheets_metadata if meta.name not in visible]
    except calamine.PasswordError as error:
        raise UserError(
            "table.format", f"「{path.name}」加了密码，无法读取。", "请取消密码后再试。"
        ) from error
    except (calamine.CalamineError, zipfile.BadZipFile, KeyError) as error:
        raise UserError(
            "table.broken",
            f"「{path.name}」不是完好的 xlsx 表格。",
            "请在 Excel 或 WPS 里打开并另存一份再试。",
        ) from error


def _titles_worker(send: Send, name: str) -> None:
    """In the child: send the titles of the visible sheets that hold anything."""
    with _workbook(Path(name)) as (book, visible, _hidden):
        send(json.dumps([title for title in visible if book.get_sheet_by_name(title).height]).encode())


def _sheet_worker(send: Send, name: str, wanted: str | None = None) -> None:
    """In the child: send heights, then rows in pieces, as JSON."""
    path = Path(name)
    with _workbook(path) as (book, visible, hidden):
        if wanted is not None and wanted not in visible:
            raise UserError(
                "table.no_sheet",
                f"「{path.name}」里没有名为「{wanted}」的工作表。",
                f"有的是：{'、'.join(visible)}。",
            )
        chosen = None if wanted is None else book.get_sheet_by_name(wanted)
        unread: list[str] = []
        for title in visible:
            sheet = book.get_sheet_by_name(title)
            if chosen is None and sheet.height:
                chosen = sheet
            elif sheet.height and title != wanted:
                unread.append(f"工作表「{title}」（{sheet.height} 行）")
        unread.extend(f"隐藏的工作表「{title}」" for title in hidden)
        if chosen is None or not chosen.height:
            return
        head = {"sheet": chosen.name, "height": chosen.total_height, "unread": unread, "formulas": []}
        send(json.dumps(head).encode())
        piece: list[list[str]] = []
        for row in chosen.iter_rows():
            piece.append([_cell_text(cell) for cell in row])
            if len(piece) == _CHUNK:
                send(json.dumps(piece).encode())
                piece.clear()
        send(json.dumps(piece).encode())
        send(json.dumps({"formulas": list(_formula_cells(path, chosen.name))}).encode())


def _cell_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})([0-9]+)\"[^>]*>\s*<(?:\w+:)?f[\s/>]")


def _formula_cells(path: Path, sheet: str) -> Iterator[tuple[int, int]]:
    """Cells of a sheet that hold a formula, found in its XML: the reader of values does not tell."""
    with zipfile.ZipFile(path) as archive:
        member = _sheet_member(archive, sheet)
        if member is None:
            return
        with archive.open(member) as stream:
            rest = b""
            while block := stream.read(4 * MEGABYTE):
                block = rest + block
                # Nearly all sheets hold none, and a plain search is many times faster than the pattern.
                suspicious = b"<f" in block or b":f" in block
                for match in _FORMULA.finditer(block) if suspicious else ():
                    column = 0
                    for letter in match[1]:
                        column = column * 26 + letter - 64
                    yield int(match[2]), column - 1
                # A cell may straddle two blocks; one whose end was seen is not looked at again.
                rest = block[max(block.rfind(b"<c "), block.rfind(b":c "), len(block) - 4096) :]


def _attributes(tag: bytes) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
    return {key: html.unescape(double or single) for key, double, single in pairs}


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member that holds the sheet of this title."""
    identity = None
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        attributes = _attributes(tag)
        if attributes.get("name") == sheet:
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), None)
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        attributes = _attributes(tag)
        if identity is not None and attributes.get("Id") == identity:
            target = attributes.get("Target", "").lstrip("/")
            return target if target.startswith("xl/") else f"xl/{target}"
    return None
