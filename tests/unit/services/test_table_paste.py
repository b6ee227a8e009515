"""Rows from a spreadsheet: cells as they were, columns recognised, wrong cells named, one undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.services.session import Session
from filingdesk.services.table_paste import MAX_ROWS, header_line, read_cells, read_table, take
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("甲\t乙\r\n丙\t丁\r\n", [["甲", "乙"], ["丙", "丁"]]),
        ('"第一行\n第二行"\t乙', [["第一行\n第二行", "乙"]]),
        ('"他说""好""\n再见"\t乙', [['他说"好"\n再见', "乙"]]),
        ('"引用"内容\t"整格引号"', [['"引用"内容', '"整格引号"']]),
        ('没有收尾的"引号\t乙\n"开头有\t丁', [['没有收尾的"引号', "乙"], ['"开头有', "丁"]]),
        ("甲\t\t丙", [["甲", "", "丙"]]),
        ("\n\n甲", [[""], [""], ["甲"]]),
        ("", []),
        ("\t\t\n\n", []),
    ],
)
def test_cells_are_read_as_they_stood_in_the_spreadsheet(text: str, cells: list[list[str]]) -> None:
    assert read_cells(text) == cells


_CELL = st.text(st.sampled_from('甲乙ab"\n\t ，'), max_size=6)


def _copied(rows: list[list[str]]) -> str:
    """As Excel and WPS put cells on the clipboard: quoted only when a cell holds a tab or a line break."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if "\t" in text or "\n" in text else text

    return "".join("\t".join(map(cell, row)) + "\r\n" for row in rows)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=2, max_size=3), min_size=1, max_size=4))
def test_whatever_a_spreadsheet_copies_comes_back(rows: list[list[str]]) -> None:
    if any(c.startswith('"') and "\n" not in c and "\t" not in c for row in rows for c in row):
        return  # words that begin with a quote are ambiguous; the cases above say how they are read
    kept = list(rows)
    while kept and not any(cell.strip() for cell in kept[-1]):
        kept.pop()
    assert read_cells(_copied(rows)) == kept


def test_a_header_is_recognised_in_any_order_and_the_rest_is_told(session: Session) -> None:
    text = "手机号码 *\t姓 名\t部门\t用途：\n13800000001\t王样本\t法务\t技术联系人\n"
    table = read_table("contacts", text)
    assert table.columns == ("mobile", "name", "", "role")
    assert table.missing == ["职务", "电子邮箱"]
    assert table.problems() == []
    take(session, "contacts", table)
    (contact,) = session.facts.contacts
    assert (contact.name, contact.mobile, contact.role) == ("王样本", "13800000001", "技术联系人")


def test_without_a_header_columns_are_taken_in_the_order_of_the_form(session: Session) -> None:
    table = read_table("contacts", "王样本\t备案联系人\n李示范\t技术联系人")
    assert table.columns == ("name", "role")
    assert [r["name"] for r in table.records()] == ["王样本", "李示范"]


def test_a_header_alone_gives_no_record_and_the_form_s_own_header_is_known() -> None:
    spec = read_table("large_model.corpus", "x\ty").spec
    table = read_table("large_model.corpus", header_line(spec) + "\n")
    assert table.records() == []
    assert table.missing == []


def test_wrong_cells_are_named_and_taken_as_typed(session: Session) -> None:
    table = read_table("contacts", "姓名\t用途\t手机号码\n王样本\t老板\t123\n")
    found = {(p.row, p.column): p.message for p in table.problems()}
    assert "不在可选项中" in found[0, 1]
    assert "11 位" in found[0, 2]
    take(session, "contacts", table)
    assert (session.facts.contacts[0].role, session.facts.contacts[0].mobile) == ("老板", "123")


def test_several_choices_in_a_cell_are_split_and_written_as_the_form_writes_them(session: Session) -> None:
    table = read_table(
        "algorithm.products", "产品名称\t服务形式\t服务对象\n甲\t网站、小程序\t社会公众,企业\n"
    )
    assert table.problems() == []
    take(session, "algorithm.products", table)
    product = session.facts.algorithm.products[0]
    assert (product.forms, product.audience) == (["网站", "小程序"], ["社会公众", "企业"])


def test_two_hundred_rows_are_one_edit_and_one_undo_takes_them_back(session: Session) -> None:
    session.add_item("large_model.corpus", {"name": "原有"})
    rows = "\n".join(f"来源{n}\t开源\t{n}" for n in range(200))
    table = read_table("large_model.corpus", f"语料来源名称\t来源类型\t条数\n{rows}")
    take(session, "large_model.corpus", table)
    names = [c.name for c in session.facts.large_model.corpus]
    assert names == ["原有", *(f"来源{n}" for n in range(200))]
    assert session.undo_step is not None
    assert session.undo_step.label == "粘贴表格：200 项来源"
    session.undo()
    assert [c.name for c in session.facts.large_model.corpus] == ["原有"]


def test_replacing_takes_the_others_away_and_undo_brings_them_back(session: Session) -> None:
    first = session.add_item("algorithm.products", {"name": "旧"})
    session.add_item(f"{first}.functions", {"name": "旧功能"})
    take(session, "algorithm.products", read_table("algorithm.products", "新一\n新二"), replace=True)
    assert [p.name for p in session.facts.algorithm.products] == ["新一", "新二"]
    assert not any("旧" in str(value) for value in session.file.entries().values())
    session.undo()
    assert session.facts.algorithm.products[0].functions[0].name == "旧功能"


def test_a_list_inside_a_record_takes_rows_too(session: Session) -> None:
    path = session.add_item("algorithm.products", {"name": "甲"})
    table = read_table(
        f"{path}.functions", "功能名称\t功能介绍\n问答\t第一段\n".replace("第一段", '"一\n二"')
    )
    take(session, f"{path}.functions", table)
    function = session.facts.algorithm.products[0].functions[0]
    assert (function.name, function.description) == ("问答", "一\n二")


def test_a_column_can_be_sent_to_another_field() -> None:
    table = read_table("contacts", "王样本\t合规经理").with_column(1, "position")
    assert table.records() == [{"name": "王样本", "position": "合规经理"}]
    assert table.with_column(0, "position").columns == ("position", "")


def test_blank_rows_and_rows_beyond_the_limit_are_counted() -> None:
    rows = "\n".join(f"人{n}" for n in range(MAX_ROWS + 3))
    table = read_table("contacts", f"甲\n\n \n{rows}")
    assert (table.blank_rows, table.cut_rows, len(table.rows)) == (2, 4, MAX_ROWS)


def test_an_empty_clipboard_and_a_place_that_is_no_list_are_told() -> None:
    with pytest.raises(UserError, match="剪贴板里没有"):
        read_table("contacts", " \n")
    with pytest.raises(UserError, match="不是可以添加多项"):
        read_table("subject.name", "甲")
