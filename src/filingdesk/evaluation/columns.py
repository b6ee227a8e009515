"""Recognises the columns of a question bank file, and which of the three banks it is."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from filingdesk.domain.errors import UserError
from filingdesk.domain.records import BANKS, Bank
from filingdesk.domain.risk_lookup import find_aspect, plain_form
from filingdesk.domain.values import narrow
from filingdesk.infra.tabular import Table

BANK_LABELS: Mapping[Bank, str] = {
    "generation": "生成内容测试题库",
    "should-refuse": "应拒答测试题库",
    "non-refuse": "非拒答测试题库",
}

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("测试题", "问题", "题目", "测试问题", "测试题目", "试题", "题干", "提问", "测试用例", "输入"),
        *("测试题内容", "问题内容", "题目内容", "question", "questions", "prompt", "query"),
    ),
    "number": ("序号", "编号", "题号", "no", "id", "number", "index"),
    "risk": (
        *("风险", "风险类型", "风险类别", "风险分类", "风险编号", "风险名称", "安全风险", "所属风险"),
        *("对应风险", "31类风险", "risk", "riskid", "risktype"),
    ),
    "aspect": ("方面", "所属方面", "涉及方面", "aspect"),
    "category1": ("一级分类", "一级类别", "一级", "大类", "类别", "分类", "类型", "category", "category1"),
    "category2": ("二级分类", "二级类别", "二级", "小类", "子类", "category2", "subcategory"),
    "response": (
        *("模型返回", "回答", "模型回答", "模型输出", "返回", "返回结果", "返回内容", "生成内容", "模型答复"),
        *("答复", "输出", "输出内容", "answer", "response", "output", "reply"),
    ),
    "verdict": (
        *("研判结果", "研判", "判定结果", "判定", "评估结果", "评测结果", "测试结果", "结果", "结论"),
        *("是否合格", "是否通过", "是否拒答", "verdict", "result", "label"),
    ),
    "judged_by": ("研判人", "研判人员", "判定人", "审核人", "评估人", "judge"),
    "judged_on": ("研判日期", "研判时间", "判定日期", "评估日期", "测试日期", "测试时间"),
    "sampled": ("是否抽样", "抽样", "是否抽检", "抽检", "sampled"),
    "bank": ("题库", "题库类型", "题库类别", "所属题库", "测试题库", "bank"),
    "note": ("备注", "说明", "note", "remark", "comment"),
}
_HEADER_ROWS = 10
BLANKS = " \t\r\n　\u00a0\ufeff\u200b\u200c\u200d\u2060"
"""What is cut off both ends of a cell: spaces of all kinds and signs that cannot be seen."""


def find_columns(table: Table) -> tuple[int, dict[str, int]]:
    """The header row (from 1; 0 = none) and which column plays which role.

    A table of one single column needs no header. Raises `UserError` (`questions.columns`, `questions.empty`).
    """
    for number, row in enumerate(table.rows[:_HEADER_ROWS], 1):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            if role := _role(cell):
                places.setdefault(role, place)
        if "text" in places:
            return number, places
    filled = {place for row in table.rows[:1000] for place, cell in enumerate(row) if cell.strip(BLANKS)}
    if not filled:
        raise UserError(
            "questions.empty", f"「{table.name}」里没有测试题。", "请检查是否选对了文件或工作表。"
        )
    if len(filled) == 1:
        return 0, {"text": filled.pop()}
    first = next(row for row in table.rows if any(cell.strip(BLANKS) for cell in row))
    seen = "、".join(cell.strip()[:20] for cell in first[:8] if cell.strip(BLANKS))
    raise UserError(
        "questions.columns",
        f"在「{table.name}」的前 {_HEADER_ROWS} 行没有找到「测试题」这一列；第一行是：{seen}。",
        "请把题目所在列的表头写成「测试题」，分类写成「一级分类」「二级分类」，方面写成「方面」。",
    )


def header_row_of(table: Table) -> int:
    """The header row of a table whose columns were chosen by hand: the first row where no header is known."""
    try:
        return find_columns(table)[0]
    except UserError as error:
        if error.code != "questions.columns":
            raise
        return 1


def _role(cell: str) -> str:
    """The role that a header cell names; a note in brackets after the name does not matter."""
    if not cell or len(cell) > 60:
        return ""
    for text in (cell, re.split(r"[（(\[【/:：*]", cell.strip().lstrip("*"), maxsplit=1)[0]):
        form = plain_form(text).casefold()
        for role, names in COLUMN_NAMES.items():
            if form in names:
                return role
    return ""


def name_bank(text: str) -> Bank | None:
    """The bank that a text speaks of: 应拒答…, 非拒答…, 生成内容…, or the English id."""
    form = narrow(text).casefold()
    if form in BANKS:
        return form
    for word, bank in (
        ("非拒答", "non-refuse"),
        ("不应拒答", "non-refuse"),
        ("应拒答", "should-refuse"),
        ("拒答", "should-refuse"),
        ("生成内容", "generation"),
    ):
        if word in form:
            return bank  # type: ignore[return-value]
    return None


def guess_bank(
    table: Table, header_row: int, places: Mapping[str, int], aspects: Sequence[str]
) -> tuple[Bank, bool]:
    """Which bank a table is, and whether it says so: a 题库 column, the sheet or file name, or a 方面 column."""
    if (place := places.get("bank")) is not None:
        named = Counter(
            bank for row in table.rows[header_row:] if place < len(row) and (bank := name_bank(row[place]))
        )
        if named:
            return named.most_common(1)[0][0], True
    for text in (table.sheet, table.name):
        if bank := name_bank(text):
            return bank, True
    for role in ("aspect", "category1", "category2"):
        if (place := places.get(role)) is not None:
            cells = [row[place] for row in table.rows[header_row : header_row + 200] if place < len(row)]
            if cells and sum(bool(find_aspect(cell, aspects)) for cell in cells) > len(cells) / 2:
                return "non-refuse", True
    return "generation", False
