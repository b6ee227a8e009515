"""Public lists: every row taken or named, merged cells filled, numbers and holders verified with the list's date."""

from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
import xlsxwriter

from filingdesk.bootstrap import workspace
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_algorithm_records import UsedModel
from filingdesk.services import checking
from filingdesk.services import registry_lists as lists
from filingdesk.services.registry_import import date_in, read_list

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
HEAD = ["序号", "算法名称", "算法类别", "主体名称", "应用产品", "主要用途", "备案编号", "备注"]
A = "网信算备330106000000000000001号"
B = "网信算备110108000000000000003号"
ROWS = [
    ["1", "示例推荐算法", "个性化推送类", "示例甲科技有限公司", "甲应用", "推荐内容", A, ""],
    ["2", "示例检索算法", "检索过滤类", "示例乙（北京）科技有限公司", "乙应用", "检索", B, "已注销"],
]


def word(path: Path, rows: list[list[str]], *, merge: bool = False, tables: int = 1) -> Path:
    document = docx.Document()
    document.add_paragraph("境内互联网信息服务算法备案清单（2026年6月）")
    for n in range(tables):
        table = document.add_table(rows=0, cols=len(HEAD))
        for row in [HEAD, *rows] if n == 0 else rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        if merge:
            for column in (1, 2, 3):
                text = table.cell(1, column).text
                merged = table.cell(1, column).merge(table.cell(2, column))
                merged.text = text
    document.save(str(path))
    return path


def comma(path: Path, rows: list[list[str]]) -> Path:
    path.write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    return path


def test_word_sheet_and_text_give_the_same(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "算法备案清单20260612.xlsx"))
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 7, "算法备案清单")
    for i, row in enumerate([HEAD, *ROWS], start=1):
        sheet.write_row(i, 0, row)
    book.close()
    found = [
        read_list(word(tmp_path / "清单.docx", ROWS)),
        read_list(tmp_path / "算法备案清单20260612.xlsx"),
        read_list(comma(tmp_path / "清单 2026-06-12.csv", [HEAD, *ROWS])),
    ]
    assert len({each.entries for each in found}) == 1
    assert [each.date for each in found] == ["2026-06", "2026-06-12", "2026-06-12"]
    assert [(e.number, e.cancelled) for e in found[0].entries] == [(A, False), (B, True)]
    assert found[0].title == "境内互联网信息服务算法备案清单（2026年6月）"


def test_merged_cells_are_filled(tmp_path: Path) -> None:
    second = ["2", "", "", "", "丙应用", "推荐", B, ""]
    entries = read_list(word(tmp_path / "a.docx", [ROWS[0], second], merge=True)).entries
    assert [(e.name, e.holder) for e in entries] == [("示例推荐算法", "示例甲科技有限公司")] * 2
    book = xlsxwriter.Workbook(str(tmp_path / "b.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(2, 0, HEAD)
    sheet.write_row(3, 0, ROWS[0])
    sheet.write_row(4, 0, second)
    for column in (1, 2, 3):
        sheet.merge_range(3, column, 4, column, ROWS[0][column])
    book.close()
    entries = read_list(tmp_path / "b.xlsx").entries
    assert [(e.name, e.holder) for e in entries] == [("示例推荐算法", "示例甲科技有限公司")] * 2


def test_a_list_goes_on_in_the_next_table_and_products_are_merged(tmp_path: Path) -> None:
    found = read_list(word(tmp_path / "a.docx", ROWS, tables=2))
    assert len(found.entries) == 2
    assert found.repeated == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["3", "丙", "类", "示例丙公司", "", "", "网信算备12号", ""], "第 4 行"),
        (["3", "丙", "类", "", "", "", "网信算备330106000000000000021号", ""], "没有写主体"),
        (["3", "丙", "类", "示例丙公司", "", "", "", ""], "没有备案编号"),
        (["3", "", "", "", "", "", "", ""], "没有备案编号"),
        (["3", "丙", "类", "示例丙公司", "", "", A, ""], "两个主体"),
    ],
)
def test_a_bad_row_refuses_the_file_and_is_named(tmp_path: Path, row: list[str], why: str) -> None:
    path = comma(tmp_path / "清单2026-06-12.csv", [HEAD, *ROWS, row])
    with pytest.raises(UserError, match=why) as caught:
        lists.import_list(path, at=AT)
    assert caught.value.code == "registry.rows"
    assert lists.lists() == []
    done = lists.import_list(path, at=AT, skip_bad=True)
    assert len(done.list.left_out) == 1
    assert len(done.list.entries) == 2


def test_titles_and_remarks_are_no_bad_rows(tmp_path: Path) -> None:
    blank = [""] * 8
    rows = [
        ["算法备案清单 2026年6月12日", *blank[1:]],
        HEAD,
        *ROWS,
        blank,
        ["注：按编号排序", *blank[1:]],
        HEAD,
    ]
    found = read_list(comma(tmp_path / "a.csv", rows))
    assert (len(found.entries), found.left_out, found.date) == (2, (), "2026-06-12")


def test_broken_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "b.docx").write_bytes(b"\xd0\xcf\x11\xe0 old")
    (tmp_path / "c.docx").write_text("no", encoding="utf-8")
    whole = word(tmp_path / "d.docx", ROWS).read_bytes()
    (tmp_path / "e.docx").write_bytes(whole[: len(whole) // 2])
    for name in "abce":
        with pytest.raises(UserError):
            lists.import_list(tmp_path / f"{name}.docx", at=AT)
    document = docx.Document()
    document.add_paragraph("没有表格")
    document.save(str(tmp_path / "f.docx"))
    with pytest.raises(UserError, match="没有表格"):
        lists.import_list(tmp_path / "f.docx", at=AT)
    with pytest.raises(UserError, match="表头"):
        lists.import_list(comma(tmp_path / "g.csv", [["甲", "乙"], ["1", "2"]]), at=AT)
    with pytest.raises(UserError, match="--date"):
        lists.import_list(comma(tmp_path / "h.csv", [HEAD, *ROWS]), at=AT)
    with pytest.raises(UserError, match="不是日期"):
        lists.import_list(comma(tmp_path / "i.csv", [HEAD, *ROWS]), at=AT, day="明天")


def test_verdicts_always_say_the_date_and_what_not_finding_means(tmp_path: Path) -> None:
    nothing = lists.verify(A)
    assert nothing.status == "no_lists"
    assert lists.NOT_FOUND_IS_NOT_UNFILED in nothing.sentence
    lists.import_list(comma(tmp_path / "a.csv", [HEAD, *ROWS]), at=AT, day="2026-06-12", source="示例网址")
    found = lists.verify(f" {A.replace('网信', '网信 ')} ".replace(" ", ""), "示例甲科技有限公司")
    assert found.status == "found"
    assert "2026-06-12" in found.sentence
    assert found.hits[0].source == "示例网址"
    assert lists.verify(B, "示例乙(北京)科技有限公司").status == "cancelled"
    other = lists.verify(A, "示例丙公司")
    assert other.status == "other_holder"
    assert "示例甲科技有限公司" in other.sentence
    missing = lists.verify("网信算备330106000000000000021号")
    assert missing.status == "not_found"
    assert lists.NOT_FOUND_IS_NOT_UNFILED in missing.sentence
    assert "2026-06-12" in missing.sentence
    assert lists.verify("备案号").status == "bad_number"
    assert lists.verify(A.translate(str.maketrans("0123456789", "０１２３４５６７８９"))).status == "found"


def test_a_later_cancellation_counts(tmp_path: Path) -> None:
    lists.import_list(comma(tmp_path / "a.csv", [HEAD, ROWS[0]]), at=AT, day="2026-06-12")
    lists.import_list(comma(tmp_path / "算法注销清单.csv", [HEAD, ROWS[0]]), at=AT, day="2026-09-01")
    verdict = lists.verify(A)
    assert verdict.status == "cancelled"
    assert "2026-09-01" in verdict.sentence


def test_lists_of_large_models_have_their_own_columns(tmp_path: Path) -> None:
    head = ["序号", "属地", "模型名称", "备案单位", "备案号", "备案时间"]
    row = ["1", "浙江", "示例大模型", "示例丁公司", "Zhejiang-ShiLi-20260101", "2026年1月1日"]
    lists.import_list(comma(tmp_path / "a.csv", [head, row]), at=AT, day="2026-03")
    verdict = lists.verify("zhejiang-shili-20260101", "示例丁公司")
    assert verdict.status == "found"
    assert lists.search("示例 浙江")[0].entry.filed_on == "2026年1月1日"
    assert lists.search("找不到") == []


def test_the_same_file_replaces_itself_and_lists_are_removed(tmp_path: Path) -> None:
    path = comma(tmp_path / "a.csv", [HEAD, *ROWS])
    first = lists.import_list(path, at=AT, day="2026-06-12")
    again = lists.import_list(path, at=AT, day="2026-06-13")
    assert (first.replaced, again.replaced) == (False, True)
    assert [each.date for each in lists.lists()] == ["2026-06-13"]
    lists.remove(again.list.id)
    assert lists.lists() == []
    with pytest.raises(UserError):
        lists.remove(again.list.id)


def test_a_damaged_list_is_told(tmp_path: Path) -> None:
    done = lists.import_list(comma(tmp_path / "a.csv", [HEAD, *ROWS]), at=AT, day="2026-06-12")
    (lists.folder() / f"{done.list.id}.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="已损坏"):
        lists.lists()


def test_every_number_a_project_relies_on_is_asked(tmp_path: Path) -> None:
    lists.import_list(comma(tmp_path / "a.csv", [HEAD, *ROWS]), at=AT, day="2026-06-12")
    facts = Facts()
    facts.subject.name = "示例甲科技有限公司"
    facts.algorithm.result.number = A
    facts.algorithm.models = [UsedModel(id="m", provider="示例乙（北京）科技有限公司", algorithm_number=B)]
    told = {c.path: v.status for c, v in lists.verify_called(facts)}
    assert told == {"algorithm.models[0].algorithm_number": "cancelled", "algorithm.result.number": "found"}


def test_what_a_list_says_against_a_number_stays_in_the_project_and_is_checked(tmp_path: Path) -> None:
    lists.import_list(comma(tmp_path / "a.csv", [HEAD, *ROWS]), at=AT, day="2026-06-12")
    path = tmp_path / "s.fdproj"
    session = workspace().create(path)
    session.add_item("algorithm.models")
    session.set("algorithm.models[0].origin", "第三方模型")
    session.set("algorithm.models[0].algorithm_number", B)

    def told() -> list[str]:
        return [f.message for f in checking.check(session).findings if f.rule == "AL-MDL-008"]

    assert told() == []  # a rule reads no files
    assert lists.keep(session, lists.verify_called(session.facts)) is not None
    assert lists.keep(session, lists.verify_called(session.facts)) is None
    for each in lists.lists():
        lists.remove(each.id)
    session.close()
    session = workspace().open(path)
    assert len(told()) == 1 and "2026-06-12" in told()[0] and "注销" in told()[0]
    session.set("algorithm.models[0].algorithm_number", A)
    assert told() == []
    session.close()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("（2026年6月12日）", "2026-06-12"),
        ("清单20260612.docx", "2026-06-12"),
        ("2026年6月", "2026-06"),
        ("2026.6.12", "2026-06-12"),
        ("2026-02-31", ""),
        ("网信算备330106000000000000001号", ""),
        ("没有", ""),
    ],
)
def test_dates_in_titles(text: str, day: str) -> None:
    assert date_in(text) == day


def test_how_old_a_list_is() -> None:
    def made(day: str) -> lists.PublicList:
        return lists.PublicList("a", "t", "f", day, "", "", ())

    assert lists.age_in_days(made("2026-11-20"), date(2026, 11, 23)) == 3
    assert lists.age_in_days(made("2026-11"), date(2026, 11, 23)) == 0
    assert lists.age_in_days(made("2026-10"), date(2026, 11, 23)) == 22
