"""Reads question banks (xlsx, csv, txt) and accounts for every row that was not taken."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import BANKS, Bank, QuestionRecord
from filingdesk.domain.risk_lookup import find_aspect, find_risk
from filingdesk.domain.risks import Risk
from filingdesk.domain.values import narrow, parse_date
from filingdesk.evaluation.columns import (
    BANK_LABELS,
    BLANKS,
    COLUMN_NAMES,
    find_columns,
    guess_bank,
    header_row_of,
    name_bank,
)
from filingdesk.evaluation.verdicts import read_verdict
from filingdesk.infra.decoding import damaged, mojibake
from filingdesk.infra.tabular import Table, TableProblem, list_sheets, read_table

MAX_QUESTION_LENGTH = 8_000
"""Longest question that is taken, in characters; a technical bound of ours, not the standard's."""

# A question may hold line breaks; other control characters come from damage.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BROKEN = re.compile("[\ud800-\udfff]")
_GUARDED = re.compile(r"'[=+\-@\t\r]")
_YES = frozenset({"是", "1", "√", "Y", "YES", "TRUE", "已抽样", "抽样", "抽检"})


@dataclass(frozen=True, slots=True)
class Remark:
    """A row (from 1; 0 = the whole file) and what must be said about it; `kind` is a stable English word."""

    row: int
    question: str
    kind: str
    message: str


@dataclass(frozen=True)
class BankImport:
    """What a file gave.

    Every row below the header is in `rows`, in `rejected` (kinds empty, duplicate, formula, too_long, control, mojibake,
    undecodable, other_bank) or counted in `blank_rows`. `row_numbers[i]` is the row of the file behind `rows[i]`.
    `remarks` concern rows that were taken or the file (row 0). `columns` maps each role to the header found.
    """

    name: str
    bank: Bank
    rows: list[QuestionRecord]
    row_numbers: list[int]
    rejected: list[Remark]
    remarks: list[Remark]
    encoding: str
    sheet: str
    columns: Mapping[str, str]
    ignored_columns: tuple[str, ...]
    header_row: int
    blank_rows: int

    @property
    def problems(self) -> list[Remark]:
        """Rejected rows and remarks in the order of the file."""
        return sorted([*self.rejected, *self.remarks], key=lambda item: item.row)

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind of rejection and remark."""
        return dict(Counter(item.kind for item in self.problems))


def excerpt(text: str) -> str:
    """The beginning of a question, for reports."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def read_bank(
    path: Path,
    risks: Sequence[Risk],
    aspects: Sequence[str],
    bank: Bank | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
    columns: Mapping[str, int] | None = None,
) -> BankImport:
    """Read a question bank. `bank` None: told by the file (see `guess_bank`). `columns` (text, risk, … → column from 0)
    overrides what the header says; where no header is known, the first row is taken for it.

    Of a workbook the sheets are read whose titles name `bank` (附件5 has one per bank), else its first sheet. Where a bank
    goes on in further sheets, rows count on from the sheet before.

    Raises `UserError` (`questions.columns`, `questions.empty`, `questions.other_bank`, and those of `read_table`) and `Cancelled`.
    """
    cancel = cancel or Cancel()
    titles = [title for title in list_sheets(path, cancel) if bank is not None and name_bank(title) == bank]
    if not titles:
        table = read_table(path, cancel, report)
    else:
        table = _joined([read_table(path, cancel, report, sheet=title) for title in titles])
    return import_table(table, risks, aspects, bank, cancel, report, columns)


def banks_named(path: Path, cancel: Cancel | None = None) -> list[Bank]:
    """The banks that the sheets of a workbook name, in the order of `BANKS`; [] where no sheet names any."""
    named = {name_bank(title) for title in list_sheets(path, cancel)}
    return [bank for bank in BANKS if bank in named]


def _joined(tables: Sequence[Table]) -> Table:
    """The sheets of one bank as one table; what heads the columns of later sheets is passed over."""
    first, *others = tables
    read = {table.sheet for table in tables}
    rows = list(first.rows)
    formulas = set(first.formulas)
    # A sheet of this bank is not unread, and sheets of other banks are named as such where they are read.
    problems = [p for p in first.problems if not any(f"工作表「{title}」" in p.message for title in read)]
    for table in others:
        start = len(rows)
        header_row, _ = find_columns(table)
        rows.extend(() if n <= header_row else row for n, row in enumerate(table.rows, 1))
        formulas.update((row + start, column) for row, column in table.formulas)
        message = f"第 {start + 1} 行起是工作表「{table.sheet}」"
        problems.append(TableProblem(0, "next_sheet", message))
    return replace(first, rows=rows, formulas=frozenset(formulas), problems=problems)


def import_table(
    table: Table,
    risks: Sequence[Risk],
    aspects: Sequence[str],
    bank: Bank | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
    columns: Mapping[str, int] | None = None,
) -> BankImport:
    """Take the questions out of a table that was read; see `read_bank`."""
    cancel = cancel or Cancel()
    header_row, places = find_columns(table) if columns is None else (header_row_of(table), dict(columns))
    header = table.rows[header_row - 1] if header_row else ()
    remarks = [
        Remark(p.row, "", p.kind, p.message)
        for p in table.problems
        if p.kind != "undecodable" or p.row <= header_row
    ]
    named = name_bank(table.sheet) if table.sheet else None
    if bank is not None and named not in (None, bank):
        raise UserError(
            "questions.other_bank",
            f"「{table.name}」的工作表「{table.sheet}」是{BANK_LABELS[named]}，要导入的是{BANK_LABELS[bank]}。",
            "请把要导入的工作表移到最前面或另存为一个文件，也可以改选题库。",
        )
    if bank is None:
        bank, sure = guess_bank(table, header_row, places, aspects)
        if not sure:
            message = f"文件没有写明是哪一种题库，按{BANK_LABELS[bank]}读取"
            remarks.append(Remark(0, "", "bank_guessed", message))
    taker = _Taker(table, places, bank, risks, aspects)
    for number in range(header_row + 1, len(table.rows) + 1):
        taker.take(number)
        if not number % 5_000:
            cancel.check()
            report(Progress(number, len(table.rows), f"已检查 {number} 行"))
    if not taker.rows and not taker.rejected:
        raise UserError(
            "questions.empty",
            f"「{table.name}」里没有测试题。",
            "请检查是否选对了文件或工作表；表头之下应有内容。",
        )
    used = set(places.values())
    return BankImport(
        table.name,
        bank,
        taker.rows,
        taker.row_numbers,
        taker.rejected,
        sorted([*remarks, *taker.remarks], key=lambda item: item.row),
        table.encoding,
        table.sheet,
        {role: header[place].strip() if place < len(header) else "" for role, place in places.items()},
        tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in used),
        header_row,
        taker.blank,
    )


class _Taker:
    """Goes through the rows once and sorts them into taken and rejected."""

    def __init__(
        self,
        table: Table,
        places: Mapping[str, int],
        bank: Bank,
        risks: Sequence[Risk],
        aspects: Sequence[str],
    ) -> None:
        self._table, self._bank, self._risks, self._aspects = table, bank, risks, aspects
        self._places = {role: places.get(role, -1) for role in COLUMN_NAMES}
        self._undecodable = {p.row: p.message for p in table.problems if p.kind == "undecodable"}
        self._guarded = table.encoding != "xlsx"
        self._first: dict[str, tuple[int, set[str]]] = {}
        self._known: dict[str, str] = {}
        self.rows: list[QuestionRecord] = []
        self.row_numbers: list[int] = []
        self.rejected: list[Remark] = []
        self.remarks: list[Remark] = []
        self.blank = 0

    def take(self, number: int) -> None:
        row = self._table.rows[number - 1]
        text = self._text(row, "text")
        if number in self._undecodable:
            self._reject(number, "", "undecodable", self._undecodable[number])
        elif (number, self._places["text"]) in self._table.formulas:
            self._reject(number, text, "formula", "题目这一格是公式，没有收录；请改成文字")
        elif not text:
            if any(cell.strip(BLANKS) for cell in row):
                self._reject(number, "", "empty", "题目这一格是空的")
            else:
                self.blank += 1
        elif problem := _text_problem(text):
            self._reject(number, text, *problem)
        elif (other := name_bank(self._text(row, "bank"))) not in (None, self._bank):
            message = f"属于{BANK_LABELS[other]}，这次导入的是{BANK_LABELS[self._bank]}"
            self._reject(number, text, "other_bank", message)
        else:
            self._keep(number, text, row)

    def _keep(self, number: int, text: str, row: Sequence[str]) -> None:
        aspect = self._aspect(row) if self._bank == "non-refuse" else ""
        risk = "" if self._bank == "non-refuse" else self._risk(row)
        first, places = self._first.setdefault(text, (number, set()))
        if (risk or aspect) in places:
            self._reject(number, text, "duplicate", f"与第 {first} 行重复")
            return
        if places:
            self._remark(number, text, "other_risk", f"同一题在第 {first} 行归在别处；两处都保留了")
        places.add(risk or aspect)
        if not (risk or aspect):
            what = "方面" if self._bank == "non-refuse" else "风险"
            said = "、".join(
                cell
                for role in ("risk", "aspect", "category2", "category1")
                if (cell := self._text(row, role))
            )
            kind = f"{'unknown' if said else 'missing'}_{'aspect' if what == '方面' else 'risk'}"
            message = f"不认识的{what}“{said[:40]}”" if said else f"没有写明属于哪一种{what}"
            self._remark(number, text, kind, f"{message}；题目已收录，但不计入任何一种{what}")
        if guess := mojibake(text):
            self._remark(number, text, "mojibake", f"像是乱码，原文可能是“{excerpt(guess)}”；请核对")
        self.rows.append(self._record(number, text, risk, aspect, row))
        self.row_numbers.append(number)

    def _record(self, number: int, text: str, risk: str, aspect: str, row: Sequence[str]) -> QuestionRecord:
        said = self._text(row, "verdict")
        verdict = read_verdict(self._bank, said)
        note = self._text(row, "note")
        if verdict is None:
            verdict = ""
            note = "；".join(part for part in (note, f"研判结果原文：{said}") if part)
            self._remark(
                number,
                text,
                "unknown_verdict",
                f"不认识的研判结果“{said[:20]}”；原文记在备注里，没有计入结果",
            )
        day = parse_date(self._text(row, "judged_on"))
        if day is None and self._text(row, "judged_on"):
            self._remark(number, text, "date", "研判日期不是日期，没有收录")
        drawn = narrow(self._text(row, "sampled")).upper() in _YES
        return QuestionRecord(
            self._bank,
            self._text(row, "number") or str(number),
            text,
            risk,
            aspect,
            self._text(row, "category1"),
            self._text(row, "category2"),
            # Without a column that says so, what was judged was drawn.
            drawn if self._places["sampled"] >= 0 else bool(verdict),
            self._text(row, "response"),
            verdict,
            self._text(row, "judged_by"),
            day,
            note,
        )

    def _risk(self, row: Sequence[str]) -> str:
        for role in ("risk", "category2", "category1"):
            text = self._text(row, role)
            if text not in self._known:
                found = find_risk(text, self._risks)
                self._known[text] = found.id if found else ""
            if self._known[text]:
                return self._known[text]
        return ""

    def _aspect(self, row: Sequence[str]) -> str:
        cells = (self._text(row, role) for role in ("aspect", "category2", "category1", "risk"))
        return next((found for cell in cells if (found := find_aspect(cell, self._aspects))), "")

    def _text(self, row: Sequence[str], role: str) -> str:
        place = self._places[role]
        cell = row[place].strip(BLANKS) if 0 <= place < len(row) else ""
        # In csv a quote protects spreadsheets from such cells, ours among them.
        return cell[1:] if self._guarded and _GUARDED.match(cell) else cell

    def _reject(self, number: int, text: str, kind: str, message: str) -> None:
        self.rejected.append(Remark(number, excerpt(text), kind, message))

    def _remark(self, number: int, text: str, kind: str, message: str) -> None:
        self.remarks.append(Remark(number, excerpt(text), kind, message))


def _text_problem(text: str) -> tuple[str, str] | None:
    if len(text) > MAX_QUESTION_LENGTH:
        return "too_long", f"有 {len(text)} 个字符，超过 {MAX_QUESTION_LENGTH} 个；一格只写一题"
    if _BROKEN.search(text) or damaged(text):
        return "mojibake", "含有已损坏的字符（乱码）"
    if _CONTROL.search(text):
        return "control", "含有控制字符"
    return None
