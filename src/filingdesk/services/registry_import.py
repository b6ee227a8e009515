"""Reads a public filing list that the user downloaded: finds the columns, takes every row or says which one it cannot take."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date as calendar_date
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.numbers import parse_number
from filingdesk.infra.docx_tables import read_docx_tables
from filingdesk.infra.merged_cells import fill_merged
from filingdesk.infra.tabular import list_sheets, read_table

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "备案编号",
        "备案号",
        "算法备案号",
        "算法备案编号",
        "模型备案号",
        "登记编号",
        "登记号",
        "上线编号",
        "备案登记编号",
    ),
    "name": (
        "算法名称",
        "模型名称",
        "大模型名称",
        "应用名称",
        "功能名称",
        "应用或功能名称",
        "应用/功能名称",
        "服务名称",
    ),
    "holder": (
        "主体名称",
        "备案主体",
        "备案单位",
        "登记单位",
        "单位名称",
        "备案单位名称",
        "公司名称",
        "企业名称",
    ),
    "kind": ("算法类别", "算法类型", "类别", "角色"),
    "product": ("应用产品", "产品名称", "应用产品名称"),
    "purpose": ("主要用途", "用途"),
    "filed_on": ("备案时间", "备案日期", "登记时间", "登记日期", "上线时间"),
    "place": ("属地", "地区", "省份"),
    "called": ("调用的已备案模型", "已备案模型名称", "调用模型", "所调用的已备案模型"),
    "note": ("备注", "状态"),
}
"""What the columns of the public lists are called, and how we call them."""
_BY_TITLE = {title: name for name, titles in COLUMNS.items() for title in titles}
NEEDED = ("number", "holder")
_WORD = {".docx", ".doc"}
_CANCELLED = re.compile("注销|撤销")
_NOT_CANCELLED = re.compile("未(被)?(注销|撤销)")
_DATES = (
    re.compile(r"(20\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
    re.compile(r"(20\d{2})[-./_](\d{1,2})[-./_](\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)"),
    re.compile(r"(20\d{2})\s*年\s*(\d{1,2})\s*月"),
    re.compile(r"(20\d{2})[-./_](\d{1,2})(?![-./_\d])"),
)


@dataclass(frozen=True)
class Entry:
    """One row of a public list, as printed there; `cancelled`: the list says that the filing was cancelled or revoked."""

    number: str
    holder: str
    name: str = ""
    kind: str = ""
    product: str = ""
    purpose: str = ""
    filed_on: str = ""
    place: str = ""
    called: str = ""
    note: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class ReadList:
    """What a file holds: rows, those that were not taken (place, why), how many were the same twice, a date found in its title."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    repeated: int = 0
    date: str = ""
    title: str = ""
    cancels: bool = False
    notes: tuple[str, ...] = field(default=())


def read_list(path: Path, cancel: Cancel | None = None, report: Report = silent) -> ReadList:
    """Read a list from docx, xlsx, csv, tsv. Rows that cannot be taken are in `left_out`; the caller decides whether that may
    be. Raises `UserError`: `registry.columns` when no table has the public columns, and whatever the readers raise."""
    heading, tables, notes = _tables(path, cancel, report)
    entries: list[Entry] = []
    left_out: list[tuple[str, str]] = []
    columns: dict[str, int] = {}
    width = 0
    words = [path.stem, heading]
    seen_columns = False
    word = path.suffix.lower() in _WORD
    for where, rows in tables:
        if not word:  # a list in Word goes on in the next table, a sheet is a list of its own
            columns = {}
        for index, row in enumerate(rows, start=1):
            if found := _header(row):
                columns, width, seen_columns = found, len(row), True
                continue
            filled = [_clean(c) for c in row if _clean(c)]
            if not filled:
                continue
            if (
                len(set(filled)) == 1 and not filled[0].isdecimal()
            ):  # a title or a remark over the whole width
                words.append(filled[0])
                continue
            place = where.format(row=index)
            if not columns:  # words before the first header
                continue
            if word and len(row) != width:  # another table of the document, or a row with missing cells
                if any(parse_number(re.sub(r"\s+", "", cell)).kind != "unknown" for cell in filled):
                    left_out.append((place, "列数与表头不同，看不出是哪一列"))
                continue
            entry, problem = _entry(row, columns)
            if problem:
                left_out.append((place, problem))
            elif entry is not None:
                entries.append(entry)
    if not seen_columns:
        raise UserError(
            "registry.columns",
            f"「{path.name}」里没有找到公示清单的表头。",
            "需要有“备案编号”和“主体名称”（或“备案单位”）两列；列名请与公示清单一致。",
        )
    title = next((w for w in words[1:] if "清单" in w or "公告" in w or "信息" in w), path.stem).split("\n")[
        0
    ]
    cancels = any("注销" in w for w in (path.stem, title))
    if cancels:
        entries = [replace(e, cancelled=True) for e in entries]
    kept, repeated, conflicts = _once(entries)
    return ReadList(
        tuple(kept),
        (*left_out, *conflicts),
        repeated,
        next((d for w in words if (d := date_in(w))), ""),
        title[:80],
        cancels,
        tuple(notes),
    )


def _tables(
    path: Path, cancel: Cancel | None, report: Report
) -> tuple[str, list[tuple[str, Sequence[Sequence[str]]]], list[str]]:
    if path.suffix.lower() in _WORD:
        found = read_docx_tables(path, cancel)
        if not found.tables:
            raise UserError(
                "registry.columns", f"「{path.name}」里没有表格。", "请选择带表格的公示清单，或另存为 xlsx。"
            )
        return (
            found.heading,
            [(f"第 {n} 个表格第 {{row}} 行", rows) for n, rows in enumerate(found.tables, start=1)],
            [],
        )
    sheets = list_sheets(path, cancel)
    if not sheets:
        table = read_table(path, cancel, report)
        return "", [("第 {row} 行", table.rows)], [p.message for p in table.problems]
    tables: list[tuple[str, Sequence[Sequence[str]]]] = []
    for sheet in sheets:
        table = read_table(path, cancel, report, sheet=sheet)
        named = sheet.replace("{", "").replace("}", "")
        where = "第 {row} 行" if len(sheets) == 1 else f"工作表“{named}”第 {{row}} 行"
        tables.append((where, fill_merged(path, table, cancel)))
    return "", tables, []


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _header(row: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        name = _BY_TITLE.get(re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)))
        if name and name not in columns:
            columns[name] = index
    return columns if all(name in columns for name in NEEDED) else {}


def _entry(row: Sequence[str], columns: dict[str, int]) -> tuple[Entry | None, str]:
    """The row as an entry, or why it is none."""
    cells = {name: _clean(row[i]) if i < len(row) else "" for name, i in columns.items()}
    number = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cells["number"]))
    if not number:
        return None, "没有备案编号"
    parsed = parse_number(number)
    if parsed.kind == "unknown":
        return None, f"备案编号“{number[:40]}”{parsed.warnings[0] if parsed.warnings else '看不懂'}"
    if not cells["holder"]:
        return None, f"备案编号“{number}”没有写主体"
    note = cells.get("note", "")
    over = bool(_CANCELLED.search(note)) and not _NOT_CANCELLED.search(note)
    return Entry(**{**cells, "number": number}, cancelled=over), ""


def _once(entries: Sequence[Entry]) -> tuple[list[Entry], int, list[tuple[str, str]]]:
    """Each number once per holder: the lists give a line to every product. A number with two holders is told."""
    kept: dict[tuple[str, str], Entry] = {}
    holders: dict[str, str] = {}
    conflicts = []
    repeated = 0
    for entry in entries:
        key = number_key(entry.number)
        same = (key, holder_key(entry.holder))
        if same in kept:
            repeated += 1
            continue
        first = holders.setdefault(key, entry.holder)
        if holder_key(first) != holder_key(entry.holder):
            conflicts.append((f"编号 {entry.number}", f"同一编号有两个主体：“{first}”和“{entry.holder}”"))
            continue
        kept[same] = entry
    return list(kept.values()), repeated, conflicts


def number_key(number: str) -> str:
    """Two spellings of one number have the same key: full width, spaces and case aside."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)).casefold()


def holder_key(holder: str) -> str:
    """Two spellings of one company have the same key: full-width brackets and spaces aside. Short names are other names."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", holder)).casefold()


def date_in(text: str) -> str:
    """The date a title or file name speaks of: 2026-06-12, or 2026-06 when only the month is given; blank when there is none."""
    for pattern in _DATES:
        if match := pattern.search(text):
            year, month, *day = (int(part) for part in match.groups())
            try:
                found = calendar_date(year, month, day[0] if day else 1)
            except ValueError:
                continue
            return found.isoformat() if day else f"{found:%Y-%m}"
    return ""
