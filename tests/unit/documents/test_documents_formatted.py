"""Formatted text of facts: lists, tables, bold and pictures are kept; nothing of it acts on the paper, no word is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.documents.blocks import (
    Document,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    TocPlace,
    paras_of,
    plain_text,
    text_of,
)
from filingdesk.documents.formatted import formatter, plain_words
from filingdesk.documents.render import render, write
from unit.documents.support import Algorithm, SmallFacts, label_of, paper_of

PICTURES = {"流程.png": "流程.png#0123456789abcdef"}
PATHS = frozenset({"algorithm.intro"})
TEXT = """### 总体思路
先检索，**再生成**。
第二行。

1. 接收输入
2. 审核
   - 关键词
   - 分类模型

| 环节 | 负责人 |
|---|---|
| 审核 | 王样本 |

![处理流程](流程.png)
完。"""


def made(text: str, body: str = "# 概述\n\n{{ algorithm.intro }}\n") -> Document:
    facts = SmallFacts(algorithm=Algorithm(name="甲", intro=text))
    return render(paper_of(body), facts, label_of, formatter=formatter(PATHS, PICTURES))


def test_structure_is_kept_and_every_word_knows_its_fact() -> None:
    document = made(TEXT)
    kinds = [type(block) for block in document.blocks if not isinstance(block, Heading)]
    assert kinds[1:] == [Paragraph, Paragraph, Paragraph, ListBlock, Table, Figure, Paragraph]
    assert sum(isinstance(block, Heading) for block in document.blocks) == 1
    runs = [
        run for block in document.blocks[2:] for para in paras_of(block) for run in para if run.text.strip()
    ]
    assert {run.fact for run in runs} == {"algorithm.intro"}
    assert [run.text for run in runs if run.bold] == ["总体思路", "再生成"]
    shown = next(block for block in document.blocks if isinstance(block, ListBlock))
    assert [item.label for item in shown.items] == ["1.", "2.", "•", "•"]
    figure = next(block for block in document.blocks if isinstance(block, Figure))
    assert (figure.ref, text_of(figure.caption)) == (PICTURES["流程.png"], "处理流程")
    assert document.used == ("algorithm.intro",)


def test_in_a_line_or_a_cell_only_the_words_stand() -> None:
    document = made(
        "- 甲\n- **乙**", "介绍：{{ algorithm.intro }}。\n\n| 栏 |\n|---|\n| {{ algorithm.intro }} |\n"
    )
    text = plain_text(document)
    assert "**" not in text
    assert text.count("甲") == 2
    assert text.count("乙") == 2


def test_a_field_that_is_not_formatted_is_printed_as_typed() -> None:
    facts = SmallFacts(algorithm=Algorithm(name="**甲**", intro=TEXT))
    document = render(paper_of("{{ algorithm.intro }}"), facts, label_of)
    assert "**再生成**" in plain_text(document)
    other = render(paper_of("{{ algorithm.name }}"), facts, label_of, formatter=formatter(PATHS, PICTURES))
    assert "**甲**" in plain_text(other)


@pytest.mark.parametrize(
    "text",
    [
        "{{ algorithm.__class__ }}\n\n- x",
        "[[toc]]\n\n- x",
        "::: form 20*\n| 甲 |\n:::\n\n- x",
        "<script>alert(1)</script>\n\n- x",
        "3. 从三开始\n\n**粗**",
        "![外面的图](http://example.invalid/a.png)\n\n- x",
        "##### 太深\n\n- x",
        "- 甲\n\n  | a |\n  |---|\n  | b |",
        "> 引用\n> 第二行\n\n- x",
        "---\n\n- x",
    ],
)
def test_nothing_in_it_acts_and_no_word_is_lost(text: str) -> None:
    document = made(text)
    assert not any(isinstance(block, TocPlace) for block in document.blocks)
    shown = re.sub(r"\s", "", plain_text(document))
    for word in re.findall(r"[\u4e00-\u9fffA-Za-z0-9_]+", text):
        assert word in shown
    for fmt in ("docx", "html"):
        assert write(document, fmt, allow_gaps=True)
    assert b"<script>" not in write(document, "html")


def test_a_number_that_begins_no_list_stays_the_number() -> None:
    assert "3. 从三开始" in plain_text(made("3. 从三开始\n\n**粗**"))


def test_words_alone_for_where_no_format_may_go() -> None:
    assert plain_words("**甲**乙\n\n- 丙\n- 丁") == "甲乙\n• 丙\n• 丁"
    assert plain_words("没有格式\n两行") == "没有格式\n两行"


@given(st.text(alphabet="甲乙a1 *#-|>![]()\n_`\\&.:{}%", max_size=60))
def test_any_text_keeps_its_chinese_words_in_order(text: str) -> None:
    document = made(text or "甲")
    shown = [
        char for block in document.blocks[2:] for para in paras_of(block) for run in para for char in run.text
    ]
    typed = [char for char in text or "甲" if char in "甲乙"]
    assert [char for char in shown if char in "甲乙"] == typed or not text.strip()
