"""Redlines: real tracked changes; accepting all gives the newer file, rejecting all the older one."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.documents.docx_redline import redline
from filingdesk.documents.lines import lines_of
from filingdesk.documents.worddiff import word_diff
from unit.documents.returning import (
    came_back,
    edited,
    new_paragraph,
    paragraph_with,
    replace_words,
    type_into,
    word_file,
)
from unit.documents.test_returned import BODY, made

WHEN = date(2026, 11, 23)


def marked(new: bytes) -> bytes:
    return redline(new, lines_of(made()), "示例公司", WHEN)


def words(data: bytes, *, deleted: bool) -> list[str]:
    """The words of each paragraph as a reader would have them after rejecting (`deleted`) or accepting every change."""
    body = open_docx(io.BytesIO(data)).element.body
    out = [""]
    for paragraph in body.iter(qn("w:p")):
        for run in paragraph.iter(qn("w:r")):
            inside = {parent.tag for parent in run.iterancestors()}
            if (qn("w:ins") in inside and deleted) or (qn("w:del") in inside and not deleted):
                continue
            for child in run:
                if child.tag in {qn("w:t"), qn("w:delText")}:
                    out[-1] += child.text or ""
        ends = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        dropped = qn("w:ins") if deleted else qn("w:del")
        if ends is None or ends.find(dropped) is None:
            out.append("")
    return [text for text in out if text]


def edit(package: Any) -> None:
    type_into(package, "officer.name", "李样本")
    replace_words(package, "真实、准确、完整", "属实、完整")
    paragraph_with(package, "联系电话").addnext(new_paragraph("律师新增的一段。"))
    gone = paragraph_with(package, "类型：")
    gone.getparent().remove(gone)
    package.tables[0].add_row().cells[0].text = "新的一行"


def test_accepting_gives_the_new_file_and_rejecting_the_old_one() -> None:
    old, new = word_file(made()), edited(word_file(made()), edit)
    data = marked(new)
    assert words(data, deleted=False) == words(new, deleted=False)
    assert sorted(words(data, deleted=True)) == sorted(words(old, deleted=False))


def test_only_what_changed_is_marked_and_every_mark_is_signed() -> None:
    data = marked(
        edited(word_file(made()), lambda p: replace_words(p, "真实、准确、完整", "真实、合法、完整"))
    )
    body = open_docx(io.BytesIO(data)).element.body
    changes = [e for e in body.iter() if e.tag in {qn("w:ins"), qn("w:del")}]
    assert [(c.tag, "".join(t.text for t in c.iter(qn("w:t"), qn("w:delText")))) for c in changes] == [
        (qn("w:del"), "准确"),
        (qn("w:ins"), "合法"),
    ]
    assert {c.get(qn("w:author")) for c in changes} == {"示例公司"}
    assert {c.get(qn("w:date")) for c in changes} == {"2026-11-23T00:00:00Z"}


def test_a_redline_is_the_same_every_time_and_reads_as_the_new_file(tmp_path: Path) -> None:
    new = edited(word_file(made()), edit)
    data = marked(new)
    assert data == marked(new)
    came, plain = came_back(tmp_path, data), came_back(tmp_path, new)
    assert [line.text for line in came.lines] == [line.text for line in plain.lines]
    assert came.revisions


def test_the_same_file_has_nothing_to_mark() -> None:
    body = open_docx(io.BytesIO(marked(word_file(made())))).element.body
    assert not [e for e in body.iter() if e.tag in {qn("w:ins"), qn("w:del")}]


def test_another_template_is_marked_too() -> None:
    other = made(
        body=BODY.replace("上线日期为", "于").replace("# 产品\n", "# 产品情况\n").replace("- 类型", "- 种类")
    )
    data = marked(word_file(other))
    assert words(data, deleted=False) == words(word_file(other), deleted=False)


@given(st.text("甲乙丙 ab1，\n", max_size=30), st.text("甲乙丙 ab1，\n", max_size=30))
@settings(max_examples=150, deadline=None)
def test_stretches_join_to_both_texts(old: str, new: str) -> None:
    stretches = word_diff(old, new)
    assert "".join(s.old for s in stretches) == old
    assert "".join(s.new for s in stretches) == new
    assert all((s.kind == "same") == (s.old == s.new) for s in stretches)


@pytest.mark.parametrize("count", [60_000])
def test_two_long_texts_that_share_nothing_are_compared_at_once(count: int) -> None:
    assert len(word_diff("甲" * count + "乙", "丙" * count + "乙")) == 2


def test_a_row_that_is_gone_is_a_deleted_row() -> None:
    """Not paragraphs heaped into the row above it."""

    def drop_row(package: Any) -> None:
        row = package.tables[0].rows[1]._tr
        row.getparent().remove(row)

    whole = word_file(made())
    cells = list(open_docx(io.BytesIO(whole)).tables[0].rows[1]._tr.iter(qn("w:tc")))
    said = ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in cells]
    data = marked(edited(whole, drop_row))
    table = open_docx(io.BytesIO(data)).element.body.find(qn("w:tbl"))
    gone = [row for row in table.iter(qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None]
    assert len(gone) == 1
    assert table.index(gone[0]) == [r.tag for r in table].index(qn("w:tr")) + 1
    text = ["".join(t.text or "" for t in cell.iter(qn("w:delText"))) for cell in gone[0].iter(qn("w:tc"))]
    assert text == said
    # Every run in it is crossed out: rejecting gives the row back, accepting takes it away.
    assert not list(gone[0].iter(qn("w:t")))
    assert words(data, deleted=True) == words(whole, deleted=True)
    assert words(data, deleted=False) == words(edited(whole, drop_row), deleted=False)
