"""Imports keyword lists (xlsx, csv, tsv, txt) and accounts for every row that was not taken."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.risk_lookup import RiskNames
from filingdesk.domain.risks import Risk
from filingdesk.infra.decoding import mojibake
from filingdesk.infra.tabular import Table, read_table
from filingdesk.scan.library_rows import (
    ENDS,
    MAX_WORD_LENGTH,
    KeywordImport,
    KeywordRow,
    Rejected,
    check_word,
    keywords_of,
    without_unseen,
    word_problem,
)
from filingdesk.scan.normalize import fold_text, fold_words

__all__ = [
    "MAX_WORD_LENGTH",
    "NO_RISK",
    "KeywordImport",
    "KeywordRow",
    "Rejected",
    "check_word",
    "import_table",
    "keywords_of",
    "read_keywords",
]

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "word": (
        *("关键词", "词", "关键字", "敏感词", "词语", "词条", "词汇", "违禁词", "屏蔽词", "拦截词"),
        *(
            "拦截关键词",
            "关键词内容",
            "关键词名称",
            "敏感词汇",
            "keyword",
            "keywords",
            "word",
            "words",
            "term",
        ),
    ),
    "risk": (
        *(
            "风险",
            "风险类型",
            "风险类别",
            "风险分类",
            "风险编号",
            "风险名称",
            "风险种类",
            "风险id",
            "安全风险",
        ),
        *("对应风险", "所属风险", "31类风险", "risk", "riskid", "risktype", "riskcategory"),
    ),
    "category1": (
        *("一级分类", "一级类别", "一级类目", "一级", "大类", "类别", "分类", "类型", "类目", "标签"),
        *("category", "category1", "categories", "class", "label", "type", "tag"),
    ),
    "category2": (
        *("二级分类", "二级类别", "二级类目", "二级", "小类", "子类", "子类别"),
        *("category2", "subcategory", "subclass"),
    ),
    "source": ("来源", "词源", "词库来源", "source"),
    "added_on": ("加入日期", "收录日期", "入库日期", "addedon"),
}
NO_RISK = "不归类"
"""In a risk column: decided to belong to no risk, whatever the categories say."""

_HEADER_ROWS = 10
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: .*)?")


def read_keywords(
    path: Path,
    risks: Sequence[Risk],
    cancel: Cancel | None = None,
    report: Report = silent,
    columns: Mapping[str, int] | None = None,
) -> KeywordImport:
    """Read a keyword list. `columns` (word, risk, … → column from 0) overrides what the header says.

    Raises `UserError` (`keywords.columns`, `keywords.empty`, and those of `read_table`) and `Cancelled`.
    """
    cancel = cancel or Cancel()
    return import_table(read_table(path, cancel, report), risks, cancel, report, columns)


def import_table(
    table: Table,
    risks: Sequence[Risk],
    cancel: Cancel | None = None,
    report: Report = silent,
    columns: Mapping[str, int] | None = None,
) -> KeywordImport:
    """Take the keywords out of a table that was read; see `read_keywords`."""
    cancel = cancel or Cancel()
    header_row, places = _find_header(table)
    if columns is not None:
        places = dict(columns)
    elif not header_row:
        places = _only_column(table)
    header = table.rows[header_row - 1] if header_row else ()
    taker = _Taker(table, places, RiskNames(risks, fold_text), risks)
    taker.pass_over(header_row)
    for number in range(header_row + 1, len(table.rows) + 1):
        taker.take(number)
        if not number % 20_000:
            cancel.check()
            report(Progress(number, len(table.rows), f"已检查 {number} 行"))
    rows = taker.without_symbols_only()
    if not rows and not taker.rejected:
        raise UserError(
            "keywords.empty",
            f"「{table.name}」里没有关键词。",
            "请检查是否选对了文件或工作表；第一行表头之下应有内容。",
        )
    used = set(places.values())
    return KeywordImport(
        table.name,
        rows,
        sorted(taker.rejected, key=lambda item: item.row),
        sorted([*taker.remarks, *_file_remarks(table, header_row)], key=lambda item: item.row),
        table.encoding,
        table.sheet,
        {role: header[place] if place < len(header) else "" for role, place in places.items()},
        tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in used),
        header_row,
        taker.blank,
    )


def _find_header(table: Table) -> tuple[int, dict[str, int]]:
    """The header row (from 1; 0 = none) and which column plays which role."""
    # In a list of single words, "词" further down is a word like others.
    single = all(sum(1 for cell in row if cell.strip()) < 2 for row in table.rows[:1000])
    for number, row in enumerate(table.rows[:_HEADER_ROWS], 1):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            role = _role(cell)
            if role:
                places.setdefault(role, place)
        if "word" in places:
            return number, places
        if single and any(cell.strip() for cell in row):
            break
    return 0, {}


def _only_column(table: Table) -> dict[str, int]:
    """A table of one single column needs no header; any other is refused."""
    filled = {place for row in table.rows[:1000] for place, cell in enumerate(row) if cell.strip()}
    if not filled:
        raise UserError("keywords.empty", f"「{table.name}」里没有关键词。", "请检查是否选对了文件或工作表。")
    if len(filled) == 1:
        return {"word": filled.pop()}
    first = next(row for row in table.rows if any(cell.strip() for cell in row))
    seen = "、".join(cell.strip()[:20] for cell in first[:8] if cell.strip())
    raise UserError(
        "keywords.columns",
        f"在「{table.name}」的前 {_HEADER_ROWS} 行没有找到「关键词」这一列；第一行是：{seen}。",
        "请把关键词所在列的表头写成「关键词」，风险所在列写成「风险」（编号如 A.1.a，或风险的中文名称）。",
    )


def _role(cell: str) -> str:
    """The role that a header cell names; a note in brackets after the name does not matter."""
    if not cell or len(cell) > 60:
        return ""
    for text in (cell, re.split(r"[（(\[【/:：*]", cell.strip().lstrip("*"), maxsplit=1)[0]):
        folded = fold_text(text)
        for role, names in COLUMN_NAMES.items():
            if folded in names:
                return role
    return ""


def _file_remarks(table: Table, header_row: int) -> list[Rejected]:
    """What the reader of the table said, save of rows that are refused for it."""
    return [
        Rejected(problem.row, "", problem.kind, problem.message)
        for problem in table.problems
        if problem.kind != "undecodable" or problem.row <= header_row
    ]


class _RiskFound(NamedTuple):
    risk: str
    category1: str
    category2: str
    kind: str
    message: str


class _Taker:
    """Goes through the rows once and sorts them into taken and rejected."""

    def __init__(
        self, table: Table, places: Mapping[str, int], names: RiskNames, risks: Sequence[Risk]
    ) -> None:
        self._table = table
        self._places = {role: places.get(role, -1) for role in COLUMN_NAMES}
        self._names = names
        self._undecodable = {p.row: p.message for p in table.problems if p.kind == "undecodable"}
        self._guarded = table.encoding != "xlsx"
        self._first: dict[str, KeywordRow] = {}  # a million words: the rare second risks stand apart
        self._further: dict[tuple[str, ...], int] = {}
        self._risks: dict[tuple[str, ...], _RiskFound] = {}
        # 附件4 as we write it repeats the risk as classes; they are nothing of the list's own.
        self._repeated = {(f"{r.group} {r.group_name}", f"{r.id} {r.name}"): r.id for r in risks}
        self.rows: list[KeywordRow] = []
        self.rejected: list[Rejected] = []
        self.remarks: list[Rejected] = []
        self.blank = 0

    def pass_over(self, header_row: int) -> None:
        """Name what stands above the header, lest a word be lost there."""
        for number, row in enumerate(self._table.rows[: max(header_row - 1, 0)], 1):
            text = next((cell.strip(ENDS) for cell in row if cell.strip(ENDS)), "")
            if text:
                self._reject(
                    number, text[:40], "above_header", f"在表头（第 {header_row} 行）之上，没有当作关键词"
                )

    def take(self, number: int) -> None:
        row = self._table.rows[number - 1]
        raw = self._cell(row, "word")
        word = raw.strip(ENDS)
        if self._table.formulas and (number, self._places["word"]) in self._table.formulas:
            self._reject(number, word, "formula", "这一格是公式，没有收录；请改成文字")
            return
        if number in self._undecodable:
            self._reject(number, "", "undecodable", self._undecodable[number])
            return
        if not word:
            if any(cell.strip(ENDS) for cell in row):
                self._reject(number, "", "empty", "关键词这一格是空的")
            else:
                self.blank += 1
            return
        if self._guarded and _GUARDED.match(word):
            word = word[1:]  # the quote that protects spreadsheets from such cells, ours among them
        elif self._guarded and word.startswith("="):  # in a workbook a formula is known as one
            self._reject(number, word[:40], "formula", "这一格以等号开头，像是公式，没有收录；请改成文字")
            return
        problem = word_problem(word)
        if problem is not None:
            self._reject(number, word[:40], *problem)
            return
        seen = without_unseen(word)
        if seen != word:
            seen = seen.strip(ENDS)
            if not seen:
                self._reject(number, word[:40], "symbols_only", "只有看不见的字符")
                return
            self.remarks.append(Rejected(number, seen, "invisible", "去掉了词中看不见的字符"))
        self._keep(number, seen, row)

    def _keep(self, number: int, word: str, row: Sequence[str]) -> None:
        texts = (self._cell(row, "risk"), self._cell(row, "category2"), self._cell(row, "category1"))
        found = self._risks.get(texts)
        if found is None:
            found = self._risks[texts] = self._find_risk(*(self._tidy(text) for text in texts))
        source = self._tidy(self._cell(row, "source"))
        written = self._cell(row, "added_on").strip(ENDS)
        day = _iso_day(written) if written else ""
        if written and not day:
            said = f"加入日期「{written[:20]}」认不出，按导入的日子记"
            self.remarks.append(Rejected(number, word, "bad_date", said))
        taken = KeywordRow(word, found.risk, found.category1, found.category2, number, source, day)
        earlier = self._first.setdefault(word, taken)
        if earlier is not taken:
            key = _same_sorting(taken)
            first = earlier.row if _same_sorting(earlier) == key else self._further.get((word, *key))
            if first is not None:
                self._reject(number, word, "duplicate", f"与第 {first} 行重复")
                return
            self._further[word, *key] = number
            known = earlier.risk or earlier.category or "未写明的风险"
            where = f"同一个词在第 {earlier.row} 行归在 {known} 下；两处都保留了"
            self.remarks.append(Rejected(number, word, "other_risk", where))
        if found.kind:
            self.remarks.append(Rejected(number, word, found.kind, found.message))
        original = mojibake(word)
        if original:
            guess = f"像是乱码，原文可能是「{original}」；词已收录，请核对"
            self.remarks.append(Rejected(number, word, "mojibake", guess))
        self.rows.append(taken)

    def _find_risk(self, *texts: str) -> _RiskFound:
        """The first text that names a risk wins."""
        named, category2, category1 = texts
        if named == NO_RISK:
            return _RiskFound("", category1, category2, "missing_risk", "写明不归类；词已收录")
        answers = [self._names.find(text) for text in texts if text]
        for answer in answers:
            if answer.risk:
                own = self._repeated.get((category1, category2)) != answer.risk
                return _RiskFound(answer.risk, category1 if own else "", category2 if own else "", "", "")
        # A risk column in the list's own words is a category, to be mapped or exported again.
        if named and named not in (category1, category2):
            if not category1:
                category1 = named
            elif not category2:
                category2 = named
        if answers:
            message = f"{answers[0].message}；词已收录，但没有归入任何一种风险"
            return _RiskFound("", category1, category2, "unknown_risk", message)
        return _RiskFound("", category1, category2, "missing_risk", "没有写明属于哪一种风险；词已收录")

    def _tidy(self, text: str) -> str:
        """A cell without blank ends, without what no cell may hold, and without the quote that guards spreadsheets."""
        text = _UNFIT.sub(" ", without_unseen(text)).strip(ENDS)
        return text[1:] if self._guarded and _GUARDED.match(text) else text

    def without_symbols_only(self) -> list[KeywordRow]:
        """The rows taken, less those of which nothing is left to match."""
        folded, _ = fold_words([row.word for row in self.rows])
        kept: list[KeywordRow] = []
        for row, text in zip(self.rows, folded, strict=True):
            if text:
                kept.append(row)
            else:
                self._reject(row.row, row.word, "symbols_only", "只有符号或表情，没有可以匹配的字")
        if len(kept) != len(self.rows):
            gone = {row.row for row in self.rows} - {row.row for row in kept}
            self.remarks = [remark for remark in self.remarks if remark.row not in gone]
        return kept

    def _cell(self, row: Sequence[str], role: str) -> str:
        place = self._places[role]
        return row[place] if 0 <= place < len(row) else ""

    def _reject(self, number: int, keyword: str, kind: str, message: str) -> None:
        self.rejected.append(Rejected(number, keyword, kind, message))


def _same_sorting(row: KeywordRow) -> tuple[str, ...]:
    """What must be equal for a word to be there already: the risk, or the list's own category where there is none."""
    return (row.risk,) if row.risk else ("", row.category1, row.category2)


def _iso_day(text: str) -> str:
    """The day in a cell, in ISO form; "" when it is none."""
    found = _DAY.fullmatch(text.strip(ENDS))
    if found is None:
        return ""
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""
