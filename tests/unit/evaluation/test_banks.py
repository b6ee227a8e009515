"""A question bank file is read with every row accounted for, and audited against minima."""

from pathlib import Path

import pytest
import xlsxwriter

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.risk_lookup import find_aspect, find_risk
from filingdesk.domain.risks import Risk
from filingdesk.evaluation.audit import Minimum, audit_import
from filingdesk.evaluation.banks import BankImport, banks_named, read_bank
from filingdesk.evaluation.verdicts import read_verdict

RISKS = [
    Risk("A.1.a", "第一种、示例风险", "A.1", "示例组一"),
    Risk("A.1.b", "第二种示例风险", "A.1", "示例组一"),
    Risk("A.2.a", "第三种示例风险", "A.2", "示例组二"),
]
ASPECTS = ("制度", "文化", "历史")


def _csv(tmp_path: Path, text: str, name: str = "题.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8-sig")
    return path


def _read(path: Path, **more: object) -> BankImport:
    return read_bank(path, RISKS, ASPECTS, **more)  # type: ignore[arg-type]


def test_official_columns_of_annex_5(tmp_path: Path) -> None:
    path = _csv(
        tmp_path,
        "附件5,,,,,\n序号,测试题,一级分类,二级分类,模型返回,研判结果\n"
        "1,示例题甲,示例组一,第一种 示例风险,好的,合格\n"
        "2,示例题乙,示例组一,A.1.b,=你好,不合格\n"
        "3,示例题丙,示例组二,A.2.a,,\n",
    )
    taken = _read(path, bank="generation")
    assert [(r.number, r.risk, r.response, r.verdict, r.sampled) for r in taken.rows] == [
        ("1", "A.1.a", "好的", "合格", True),
        ("2", "A.1.b", "=你好", "不合格", True),
        ("3", "A.2.a", "", "", False),
    ]
    assert taken.row_numbers == [3, 4, 5]
    assert taken.problems == []


def test_every_row_is_taken_rejected_or_blank(tmp_path: Path) -> None:
    path = _csv(
        tmp_path,
        "编号,问题,风险,备注\n1,示例题甲,A.1.a,\n2,示例题甲,A.1.a,再来\n3,,A.1.a,只有风险\n,,,\n"
        f"5,{'长' * 9000},A.1.a,\n6,示例题己,A.9.z,\n7,示例题庚,,\n8,示例题甲,A.1.b,\n9,坏\x07题,A.1.a,\n",
    )
    taken = _read(path, bank="generation")
    assert [r.number for r in taken.rows] == ["1", "6", "7", "8"]
    assert [(item.row, item.kind) for item in taken.rejected] == [
        (3, "duplicate"),
        (4, "empty"),
        (6, "too_long"),
        (10, "control"),
    ]
    assert taken.blank_rows == 1
    assert [(item.row, item.kind) for item in taken.remarks] == [
        (7, "unknown_risk"),
        (8, "missing_risk"),
        (9, "other_risk"),
    ]
    assert "A.9.z" in taken.remarks[0].message
    assert len(taken.rows) + len(taken.rejected) + taken.blank_rows == 9
    assert taken.counts()["duplicate"] == 1


def test_xlsx_with_a_formula_and_a_sheet_left_out(tmp_path: Path) -> None:
    path = tmp_path / "应拒答.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("应拒答题库")
    for row, cells in enumerate(
        [["题目", "二级分类", "是否拒答"], ["示例题甲", "A.1.a", "是"], ["示例题乙", "A.2.a", "否"]]
    ):
        sheet.write_row(row, 0, cells)
    sheet.write_formula(3, 0, '="示例"&"题丙"', None, "示例题丙")
    book.add_worksheet("其他").write(0, 0, "示例题丁")
    book.close()
    taken = _read(path)
    assert taken.bank == "should-refuse"
    assert [r.verdict for r in taken.rows] == ["拒答", "未拒答"]
    assert [item.kind for item in taken.rejected] == ["formula"]
    assert "其他" in next(item.message for item in taken.remarks if item.row == 0)


def _annex_5(path: Path, names: tuple[str, ...]) -> Path:
    book = xlsxwriter.Workbook(path)
    for name in names:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["序号", "测试题", "一级分类", "二级分类", "模型返回", "研判结果"])
        sheet.write_row(1, 0, ["1", f"示例题{name}", "A.1 示例组一", "A.1.a 第一种、示例风险", "", ""])
    book.close()
    return path


def test_the_sheet_that_names_the_bank_is_read(tmp_path: Path) -> None:
    path = _annex_5(tmp_path / "附件5-评估测试题.xlsx", ("生成内容测试题库", "应拒答测试题库", "说明"))
    assert banks_named(path) == ["generation", "should-refuse"]
    for bank, name in (("generation", "生成内容测试题库"), ("should-refuse", "应拒答测试题库")):
        taken = _read(path, bank=bank)
        assert [(r.text, r.risk) for r in taken.rows] == [(f"示例题{name}", "A.1.a")]
        assert (taken.sheet, taken.counts()) == (name, {"sheet_unread": 2})


def test_a_bank_that_goes_on_in_further_sheets_is_read_whole(tmp_path: Path) -> None:
    path = _annex_5(tmp_path / "附件5.xlsx", ("应拒答测试题库", "应拒答测试题库-2", "应拒答测试题库-3"))
    taken = _read(path, bank="should-refuse")
    assert [r.text for r in taken.rows] == [f"示例题应拒答测试题库{n}" for n in ("", "-2", "-3")]
    assert taken.row_numbers == [2, 4, 6]
    assert taken.counts() == {"next_sheet": 2}
    assert "第 3 行起是工作表「应拒答测试题库-2」" in taken.remarks[0].message


def test_a_sheet_of_another_bank_is_not_imported_by_mistake(tmp_path: Path) -> None:
    path = _annex_5(tmp_path / "附件5-评估测试题.xlsx", ("生成内容测试题库", "别的"))
    with pytest.raises(UserError) as caught:
        _read(path, bank="should-refuse")
    assert caught.value.code == "questions.other_bank"
    assert "生成内容测试题库" in caught.value.message
    assert [r.risk for r in _read(path, bank="generation").rows] == ["A.1.a"]


def test_the_bank_is_told_by_the_file(tmp_path: Path) -> None:
    by_aspect = _csv(tmp_path, "测试题,方面\n示例题甲,文化方面\n示例题乙,历史\n示例题丙,美食\n", "a.csv")
    taken = _read(by_aspect)
    assert taken.bank == "non-refuse"
    assert [r.aspect for r in taken.rows] == ["文化", "历史", ""]
    assert [item.kind for item in taken.remarks] == ["unknown_aspect"]
    by_column = _csv(
        tmp_path, "题库,测试题\n应拒答测试题库,示例题甲\n非拒答,示例题乙\n应拒答,示例题丙\n", "b.csv"
    )
    taken = _read(by_column)
    assert (taken.bank, [item.kind for item in taken.rejected]) == ("should-refuse", ["other_bank"])
    untold = _read(_csv(tmp_path, "示例题甲\n示例题乙\n", "c.txt"))
    assert (untold.bank, untold.header_row, len(untold.rows)) == ("generation", 0, 2)
    assert "bank_guessed" in untold.counts()


def test_an_unknown_verdict_is_kept_in_the_note_and_not_counted(tmp_path: Path) -> None:
    path = _csv(tmp_path, "测试题,风险,研判结果,备注,研判日期\n示例题甲,A.1.a,再看看,甲注,昨天\n")
    taken = _read(path, bank="generation")
    record = taken.rows[0]
    assert (record.verdict, record.note, record.sampled) == ("", "甲注；研判结果原文：再看看", False)
    assert {item.kind for item in taken.remarks} == {"unknown_verdict", "date"}


def test_columns_that_cannot_be_found(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        _read(_csv(tmp_path, "甲,乙\n1,2\n"))
    assert caught.value.code == "questions.columns"
    assert "甲、乙" in caught.value.message
    with pytest.raises(UserError) as caught:
        _read(_csv(tmp_path, "测试题,风险\n,\n"))
    assert caught.value.code == "questions.empty"


def test_columns_chosen_by_hand(tmp_path: Path) -> None:
    path = _csv(tmp_path, "甲,乙\nA.1.a,示例题甲\n")
    taken = _read(path, bank="generation", columns={"text": 1, "risk": 0})
    assert [(r.text, r.risk) for r in taken.rows] == [("示例题甲", "A.1.a")]
    assert taken.columns == {"text": "乙", "risk": "甲"}


def test_cancel(tmp_path: Path) -> None:
    from filingdesk.domain.errors import Cancelled

    path = _csv(tmp_path, "测试题,风险\n" + "".join(f"示例题{n},A.1.a\n" for n in range(6000)))
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        _read(path, cancel=cancel)


def test_audit_says_what_is_short_and_what_is_alike(tmp_path: Path) -> None:
    path = _csv(
        tmp_path,
        "测试题,风险\n示例题 甲?,A.1.a\n示例题甲？,A.1.a\n示例题乙,A.1.a\n示例题乙,A.1.a\n示例题丙,A.2.a\n",
    )
    minima = [
        Minimum("T5", 4),
        Minimum("T5", 1, ("A.1",)),
        Minimum("T6", 1, ("A.2",)),
    ]
    found = audit_import(_read(path, bank="generation"), RISKS, ASPECTS, minima)
    plain = found.as_json()
    assert (plain["total"], plain["distinct"], plain["duplicates"]) == (4, 4, 1)
    assert plain["by_risk"] == {"A.1.a": 3, "A.1.b": 0, "A.2.a": 1}
    assert plain["meets"] == {"T5": False, "T6": True}
    kinds = {(item["kind"], item["row"]) for item in plain["problems"]}
    assert kinds == {("duplicate", 5), ("near_duplicate", 3), ("below_minimum", 0)}
    short = next(item for item in plain["problems"] if item["kind"] == "below_minimum")
    assert "A.1.b" in short["message"]
    assert "0 题" in short["message"]


def test_audit_of_aspects(tmp_path: Path) -> None:
    taken = _read(_csv(tmp_path, "测试题,方面\n示例题甲,文化\n示例题乙,历史\n"))
    found = audit_import(taken, RISKS, ASPECTS, [Minimum("T9", 1, per_aspect=True), Minimum("T8", 2)])
    assert found.by_aspect == {"制度": 0, "文化": 1, "历史": 1}
    assert found.meets == {"T9": False, "T8": True}


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("A.1.a", "A.1.a"),
        ("Ａ１ａ", "A.1.a"),
        ("A.1 a)", "A.1.a"),
        ("A.1.b 第二种示例风险", "A.1.b"),
        ("第一种 示例风险", "A.1.a"),
        ("A.1.a 第二种示例风险", None),
        ("A.1", None),
        ("示例组一", None),
        ("A.7.a", None),
        ("", None),
    ],
)
def test_risk_by_id_or_name(text: str, risk: str | None) -> None:
    found = find_risk(text, RISKS)
    assert (found.id if found else None) == risk


def test_aspect_by_name() -> None:
    assert find_aspect("我国文化方面", ASPECTS) == "文化"
    assert find_aspect("历史文化", ASPECTS) == ""
    assert find_aspect("这是一段提到文化的很长的说明文字", ASPECTS) == ""


@pytest.mark.parametrize(
    ("said", "generation", "should_refuse", "non_refuse"),
    [
        ("合格", "合格", "拒答", "未拒答"),
        ("不合格", "不合格", "未拒答", "拒答"),
        ("是", "合格", "拒答", "拒答"),
        ("否", "不合格", "未拒答", "未拒答"),
        ("已拒答。", None, "拒答", "拒答"),
        ("", "", "", ""),
        ("也许", None, None, None),
    ],
)
def test_verdicts(said: str, generation: str, should_refuse: str, non_refuse: str) -> None:
    assert read_verdict("generation", said) == generation
    assert read_verdict("should-refuse", said) == should_refuse
    assert read_verdict("non-refuse", said) == non_refuse
