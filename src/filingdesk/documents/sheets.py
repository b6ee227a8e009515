"""The editable spreadsheets 附件4 and 附件5: rows stream to disk, every value is text, the same rows give the same bytes."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.zipping import normalised_zip
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent

KEYWORD_COLUMNS = ("关键词", "一级分类", "二级分类")
QUESTION_COLUMNS = ("序号", "测试题", "一级分类", "二级分类", "模型返回", "研判结果")
MAX_ROWS = 1_048_575
"""Rows of one sheet below its head (the format allows 1,048,576 with it)."""
MAX_CELL = 32_767
"""Characters in one cell; longer text is refused by name, for Excel would cut it."""
_FIXED_DATE = datetime(2000, 1, 1)
_REPORT_EVERY = 5_000
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


@dataclass(frozen=True)
class Sheet:
    """One sheet: name (≤ 31 characters), head, column widths in characters, rows of text. `rows` is read once."""

    name: str
    columns: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[str]]


def keyword_sheet(rows: Iterable[Sequence[str]], name: str = "拦截关键词列表") -> Sheet:
    """附件4: rows of (keyword, first class, second class)."""
    return Sheet(name, KEYWORD_COLUMNS, (28, 30, 34), rows)


def question_sheet(name: str, rows: Iterable[Sequence[str]]) -> Sheet:
    """One bank of 附件5: rows of (number, question, first class, second class, model's answer, judgement)."""
    return Sheet(name, QUESTION_COLUMNS, (8, 60, 24, 28, 60, 12), rows)


def write_xlsx(
    sheets: Iterable[Sheet],
    *,
    title: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
    total: int = 0,
    max_rows: int = MAX_ROWS,
) -> bytes:
    """Bytes of a workbook. More than `max_rows` rows go on to further sheets (…-2, …-3).

    Nothing is ever written as formula, link or number. Control characters are dropped; a cell over 32,767
    characters raises `UserError` naming sheet, row and column.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    try:
        book.set_properties({"title": title, "author": "", "comments": "", "created": _FIXED_DATE})
        formats = _Formats(book)
        names: set[str] = set()
        done = 0
        for sheet in sheets:
            done = _write_sheet(
                book, sheet, formats, names, max_rows, cancel or Cancel(), report, done, total
            )
        if not names:
            raise UserError("papers.no_sheets", "没有可写入表格的内容。", "请先导入关键词或测试题。")
    except BaseException:
        book.filename = io.BytesIO()
        book.close() if book.worksheets() else None
        raise
    book.close()
    report(Progress(done, total or done, "写入表格"))
    return normalised_zip(out.getvalue())


class _Formats:
    def __init__(self, book: Any) -> None:
        font = {"font_name": "宋体", "font_size": 11, "valign": "top"}
        self.head = book.add_format(
            {**font, "bold": True, "bg_color": "#E9ECF1", "border": 1, "align": "center", "valign": "vcenter"}
        )
        self.text = book.add_format({**font, "num_format": "@"})
        self.wrapped = book.add_format({**font, "num_format": "@", "text_wrap": True})


def _write_sheet(
    book: Any,
    sheet: Sheet,
    formats: _Formats,
    names: set[str],
    max_rows: int,
    cancel: Cancel,
    report: Report,
    done: int,
    total: int,
) -> int:
    part = 0
    page: Any = None
    row_in_page = 0
    write: Callable[..., Any] | None = None
    looks = [formats.wrapped if width >= 40 else formats.text for width in sheet.widths]
    for number, row in enumerate(_with_first(sheet.rows), 1):
        if page is None or row_in_page > max_rows:
            part += 1
            page = _new_page(book, sheet, formats, names, part)
            write, row_in_page = page.write_string, 1
        if row is None:
            break
        if len(row) != len(sheet.columns):
            raise ValueError(f"sheet {sheet.name}: row {number} has {len(row)} cells")
        for column, value in enumerate(row):
            text = clean_text(value)[0]
            if len(text) > MAX_CELL // 2 and len(text.encode("utf-16-le")) // 2 > MAX_CELL:
                raise UserError(
                    "papers.cell_too_long",
                    f"「{sheet.name}」第 {number} 行「{sheet.columns[column]}」有 {len(text)} 个字，超过表格单元格的上限 {MAX_CELL}。",
                    "请缩短这一格的内容，或另附文件。",
                )
            if text and write is not None:
                write(row_in_page, column, text, looks[column])
        row_in_page += 1
        done += 1
        if done % _REPORT_EVERY == 0:
            cancel.check()
            report(Progress(done, total, "写入表格"))
    return done


def _with_first(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str] | None]:
    """The rows; a single None when there are none, so that an empty bank still gets its sheet and head."""
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        yield None


def _new_page(book: Any, sheet: Sheet, formats: _Formats, names: set[str], part: int) -> Any:
    suffix = f"-{part}" if part > 1 else ""
    name = sheet.name.translate(_FORBIDDEN_IN_NAME).strip("' ")[: 31 - len(suffix)] + suffix
    counter = 2
    while name.lower() in names:
        tail = f"({counter})"
        name, counter = name[: 31 - len(tail)] + tail, counter + 1
    names.add(name.lower())
    page = book.add_worksheet(name)
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    page.set_row(0, 22)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&C第 &P 页 共 &N 页")
    for column, words in enumerate(sheet.columns):
        page.write_string(0, column, words, formats.head)
    return page
