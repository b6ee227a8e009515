"""Keyword lists as people hand them in: encodings, columns, risks, and an account of every row."""

import codecs
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.domain.risk_lookup import RiskNames
from filingdesk.domain.risks import Risk
from filingdesk.infra.tabular import Table, parse_delimited
from filingdesk.scan.library import KeywordImport, KeywordRow, import_table, keywords_of, read_keywords
from filingdesk.scan.normalize import fold_text

LIST = "关键词,一级分类,二级分类\n示例词甲,A.1,A.1.a\n示例词乙,A.2,民族歧视内容\n"


def from_text(text: str, risks: list[Risk], suffix: str = ".csv") -> KeywordImport:
    return import_table(parse_delimited(text.encode(), f"list{suffix}", suffix), risks)


def said(result: KeywordImport) -> list[tuple[int, str]]:
    return [(item.row, item.kind) for item in (*result.rejected, *result.remarks)]


@pytest.mark.parametrize(
    ("encoding", "bom", "told"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("gb18030", b"", "gb18030"),
        ("gbk", b"", "gb18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_are_recognised(
    tmp_path: Path, risks: list[Risk], encoding: str, bom: bytes, told: str, line_end: str
) -> None:
    path = tmp_path / "词库.csv"
    path.write_bytes(bom + LIST.replace("\n", line_end).encode(encoding))
    result = read_keywords(path, risks)
    assert [(row.word, row.risk, row.row) for row in result.rows] == [
        ("示例词甲", "A.1.a", 2),
        ("示例词乙", "A.2.a", 3),
    ]
    assert result.encoding == told
    assert said(result) == []


def test_mixed_encodings_are_read_row_by_row_and_told(tmp_path: Path, risks: list[Risk]) -> None:
    path = tmp_path / "mixed.csv"
    lines = LIST.splitlines()
    path.write_bytes(
        b"\n".join(
            [
                lines[0].encode(),
                lines[1].encode(),
                "示例词丙,,A.1.f".encode("gb18030"),
                b"\xff\xfe\xff,,A.1.a",
            ]
        )
    )
    result = read_keywords(path, risks)
    assert [row.word for row in result.rows] == ["示例词甲", "示例词丙"]
    assert said(result) == [(4, "undecodable"), (3, "mixed_encoding")]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("序号,关键词,风险", {"word", "risk"}),
        ("ID,Keyword,Risk Type", {"word", "risk"}),
        ("编号,敏感词（必填）,类别", {"word", "category1"}),
        ("编号,*關鍵詞,二级分类", {"word", "category2"}),
        ("编号, 词 ,风险 类别", {"word", "risk"}),
    ],
)
def test_columns_are_found_by_name(risks: list[Risk], header: str, columns: set[str]) -> None:
    result = from_text(f"某公司词库（示例）,,\n\n{header}\n1,示例词,A.1.a\n", risks)
    assert result.rows == [
        KeywordRow(
            "示例词",
            "A.1.a",
            "A.1.a" if "category1" in columns else "",
            "A.1.a" if "category2" in columns else "",
            4,
        )
    ]
    assert set(result.columns) == columns
    assert result.header_row == 3
    assert [(item.row, item.kind) for item in result.rejected] == [(1, "above_header")]
    assert len(result.ignored_columns) == 1


@pytest.mark.parametrize("text", ["姓名,电话\n张示例,1\n李示例,2\n", "A.1.a,x\nb,c\n"])
def test_wrong_columns_are_told_with_what_was_seen(risks: list[Risk], text: str) -> None:
    with pytest.raises(UserError) as caught:
        from_text(text, risks)
    assert caught.value.code == "keywords.columns"
    assert text[:2] in caught.value.message
    assert "关键词" in caught.value.hint


def test_the_user_may_say_which_columns_are_meant(risks: list[Risk]) -> None:
    table = parse_delimited("示例词甲,A.1.a\n".encode(), "x.csv")
    with pytest.raises(UserError):
        import_table(table, risks)
    result = import_table(table, risks, columns={"word": 0, "risk": 1})
    assert [(row.word, row.risk) for row in result.rows] == [("示例词甲", "A.1.a")]


def test_plain_text_is_one_word_a_line(risks: list[Risk]) -> None:
    result = from_text("示例词甲\n示例词，乙\n\n示例词丙", risks, ".txt")
    assert [(row.word, row.row) for row in result.rows] == [
        ("示例词甲", 1),
        ("示例词，乙", 2),
        ("示例词丙", 4),
    ]
    assert (result.blank_rows, result.header_row) == (1, 0)
    assert said(result) == [(1, "missing_risk"), (2, "missing_risk"), (4, "missing_risk")]


@pytest.mark.parametrize(
    ("text", "words"), [("词\n示例甲", ["示例甲"]), ("示例甲\n词\n示例乙", ["示例甲", "词", "示例乙"])]
)
def test_only_the_first_line_of_plain_text_can_be_a_header(
    risks: list[Risk], text: str, words: list[str]
) -> None:
    assert [row.word for row in from_text(text, risks, ".txt").rows] == words


def test_every_row_not_taken_is_told_with_its_reason(risks: list[Risk]) -> None:
    result = from_text(
        "词,风险\n示例甲,A.1.a\n示例甲,A.1.a\n,A.1.a\n=1+1,A.1.a\n"
        + "长" * 101
        + ',A.1.a\n"两\n行",A.1.a\n坏\ufffd字,A.1.a\n★★,A.1.a\n示例甲,A.1.f\n示例乙,\n示例丙,A.9.z\n浣犲ソ,A.1.f\n\n'
        "示例丁,商业违法违规\n示例甲,A.1.f\n'+微,A.1.f\n'=等,A.1.f\n",
        risks,
    )
    assert [(item.row, item.kind) for item in result.rejected] == [
        (3, "duplicate"),
        (4, "empty"),
        (5, "formula"),
        (6, "too_long"),
        (7, "control"),
        (8, "mojibake"),
        (9, "symbols_only"),
        (16, "duplicate"),
    ]
    assert "第 2 行" in result.rejected[0].message
    assert "第 10 行" in result.rejected[-1].message
    assert [(item.row, item.kind) for item in result.remarks] == [
        (10, "other_risk"),
        (11, "missing_risk"),
        (12, "unknown_risk"),
        (13, "mojibake"),
        (15, "unknown_risk"),
    ]
    assert [row.word for row in result.rows] == [
        *("示例甲", "示例甲", "示例乙", "示例丙"),
        "浣犲ソ",
        "示例丁",
        "+微",
        "=等",
    ]
    assert result.blank_rows == 1
    assert result.duplicates == 2
    assert all(item.message for item in (*result.rejected, *result.remarks))


cells = st.sampled_from(
    ["示例甲", "示例乙", "", " ", "=A1", "★", "长" * 101, "两\n行", "坏\ufffd", "A.1.a", "A.1", "x\ud800"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(cells, max_size=3).map(tuple), max_size=12),
    st.sets(st.tuples(st.integers(2, 9), st.just(0))),
)
def test_no_row_is_lost(
    risks: list[Risk], rows: list[tuple[str, ...]], formulas: set[tuple[int, int]]
) -> None:
    table = Table("t", [("词", "风险", "备注"), *rows], "xlsx", formulas=frozenset(formulas))
    try:
        result = import_table(table, risks)
    except UserError as error:
        assert error.code == "keywords.empty"
        assert not any(cell.strip() for row in rows for cell in row)
        return
    numbers = [row.row for row in result.rows] + [item.row for item in result.rejected]
    blank = {n for n, row in enumerate(rows, 2) if not any(cell.strip() for cell in row)} - set(numbers)
    assert len(numbers) == len(set(numbers))
    assert set(numbers) | blank >= set(range(2, len(rows) + 2))
    assert result.blank_rows == len(blank)


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        *[
            (text, "A.1.a")
            for text in ("A.1.a", "a.1.A", "Ａ．１．ａ", " A.1.a ", "A1a", "A.1 a)", "A-1-a", "附录A.1.a")
        ],
        ("A.1.a 煽动颠覆国家政权、推翻社会主义制度", "A.1.a"),
        ("煽动颠覆国家政权、推翻社会主义制度", "A.1.a"),
        ("煽動顛覆國家政權,推翻社會主義制度", "A.1.a"),
        ("民族歧视 内容", "A.2.a"),
        ("A.5.b", "A.5.b"),
        ("A.1", ""),
        ("A.1.z", ""),
        ("A.1.aa", ""),
        ("民族歧视", "A.2.a"),
        ("民族歧视类", "A.2.a"),
        ("A.2.a 民族歧视", "A.2.a"),
        ("A.1.a 民族歧视", ""),
        ("包含歧视性内容", ""),
        ("A.1.a 民族歧视内容", ""),
        ("其他", ""),
    ],
)
def test_risks_are_known_by_id_or_exact_name(risks: list[Risk], text: str, risk: str) -> None:
    answer = RiskNames(risks, fold_text).find(text)
    assert answer.risk == risk
    assert bool(answer.message) == (not risk)


def test_a_group_is_no_risk_and_a_near_name_is_suggested(risks: list[Risk]) -> None:
    names = RiskNames(risks)
    assert names.find("商业违法违规").kind == "group"
    assert "A.2.a" in names.find("民族岐视内容").message


def test_hits_count_under_the_risk_or_else_the_category(risks: list[Risk]) -> None:
    result = from_text("词,一级分类,二级分类\n示例甲,A.1.a,x\n示例乙,涉赌,网络\n示例丙,,\n", risks)
    assert [keyword.category for keyword in keywords_of(result.rows)] == ["A.1.a", "涉赌/网络", ""]


def test_a_sheet_is_read_with_its_oddities(tmp_path: Path, risks: list[Risk]) -> None:
    path = tmp_path / "词库.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = '附件4 & "词"'
    for row in [
        (),
        ("序号", "关键词", "风险"),
        (1, "示例甲", "A.1.a"),
        (2, 8964, "A.1.a"),
        (3, "=B3", "A.1.a"),
        (4, "示例乙", "=C3"),
    ]:
        sheet.append(row)
    sheet["B8"] = " 示例丙 "
    book.create_sheet("说明")["A1"] = "另一张表"
    book.save(path)
    result = read_keywords(path, risks)
    assert [(row.word, row.row) for row in result.rows] == [
        ("示例甲", 3),
        ("8964", 4),
        ("示例乙", 6),
        ("示例丙", 8),
    ]
    assert [(item.row, item.kind) for item in result.rejected] == [(5, "formula")]
    assert [(item.row, item.kind) for item in result.remarks] == [
        (0, "sheet_unread"),
        (6, "missing_risk"),
        (8, "missing_risk"),
    ]
    assert "说明" in result.remarks[0].message
    assert (result.sheet, result.encoding, result.blank_rows) == ('附件4 & "词"', "xlsx", 1)


def test_a_long_list_reports_progress_and_can_be_stopped(tmp_path: Path, risks: list[Risk]) -> None:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["关键词", "风险"])
        for number in range(1, 30_001):
            sheet.write_row(number, 0, [f"示例{number}", "A.1.a"])
    told: list[Progress] = []
    result = read_keywords(path, risks, report=told.append)
    assert len(result.rows) == 30_000
    assert told
    cancel = Cancel()

    def stop(_progress: Progress) -> None:
        cancel.set()

    with pytest.raises(Cancelled):
        read_keywords(path, risks, cancel, stop)


@pytest.mark.parametrize("text", ["关键词,风险\n", "关键词,风险\n,\n ,\n"])
def test_an_empty_list_is_told(risks: list[Risk], text: str) -> None:
    with pytest.raises(UserError) as caught:
        from_text(text, risks)
    assert caught.value.code == "keywords.empty"
