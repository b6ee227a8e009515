"""From template and facts to blocks: gaps, literal facts, numbering, helpers."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.documents.blocks import (
    CheckList,
    Document,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    SignaturePlace,
    Table,
    facts_of,
    paras_of,
    plain_text,
    text_of,
)
from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.listing import dump
from filingdesk.documents.numbering import chinese
from filingdesk.documents.paper import Paper
from filingdesk.documents.render import render
from unit.documents.support import (
    GOLDEN,
    SHOT,
    Algorithm,
    Officer,
    SmallFacts,
    filled,
    label_of,
    paper_of,
)


def draw(body: str, facts: SmallFacts | None = None, **data: object) -> Document:
    return render(paper_of(body, show_title="false"), facts or filled(), label_of, data)


def lines_of(document: Document) -> list[str]:
    return dump(document)


def test_the_sample_template_gives_the_recorded_blocks(sample_paper: Paper, facts: SmallFacts) -> None:
    listing = "\n".join(dump(render(sample_paper, facts, label_of, {"total": 12}))) + "\n"
    recorded = GOLDEN / "sample" / "expected.txt"
    if os.environ.get("FILINGDESK_UPDATE_GOLDEN"):
        recorded.write_text(listing, encoding="utf-8")
    assert listing == recorded.read_text(encoding="utf-8")


def test_blank_facts_are_gaps_in_reading_order_once_each(sample_paper: Paper) -> None:
    document = render(sample_paper, SmallFacts(), label_of, {"total": 0})
    paths = [gap.path for gap in document.gaps]
    assert paths[:3] == ["algorithm.name", "algorithm.intro", "products"]
    assert len(paths) == len(set(paths))
    assert "【待补充：算法简介】" in plain_text(document)
    unseen = [gap for gap in document.gaps if not gap.shown]
    assert [(gap.path, gap.label) for gap in unseen] == [("algorithm.proof", "证明材料")]


def test_a_filled_paper_has_no_gaps_and_knows_its_facts(sample_paper: Paper, facts: SmallFacts) -> None:
    document = render(sample_paper, facts, label_of, {"total": 12})
    assert document.gaps == ()
    assert "products[1].name" in document.used
    table = next(block for block in document.blocks if isinstance(block, Table) and block.caption)
    assert facts_of(table) == ("products[0].name", "products[0].note", "products[1].name", "products[1].note")


def test_asking_for_a_blank_fact_is_no_gap() -> None:
    assert draw("{% if officer.name %}有{% else %}无{% endif %}。", SmallFacts()).gaps == ()


def test_numbers_restart_below_a_higher_heading() -> None:
    document = draw("# a\n## b\n## c\n### d\n# e\n## f\n#### g\n# 附 {-}\n# h\n")
    numbers = [block.number for block in document.blocks if isinstance(block, Heading)]
    assert numbers == ["一、", "（一）", "（二）", "1.", "二、", "（一）", "（1）", "", "三、"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
    ],
)
def test_chinese_numbers(number: int, words: str) -> None:
    assert chinese(number) == words


def test_a_fact_of_several_lines_becomes_several_paragraphs() -> None:
    document = draw("{{ algorithm.intro }}")
    assert lines_of(document) == [
        "P [algorithm.intro|先检索，再生成。]",
        "P [algorithm.intro|第二段以 # 开头也不是标题。]",
    ]


def test_check_never_loses_a_choice_that_is_not_offered() -> None:
    document = draw("{{ check(products[1].forms, ['网站']) }}")
    assert plain_text(document) == "☐网站　☑大屏"


def test_check_of_a_blank_choice_shows_empty_boxes_and_the_gap() -> None:
    document = draw("{{ check(algorithm.kind, ['甲', '乙']) }}", SmallFacts())
    assert plain_text(document).startswith("☐甲　☐乙【待补充：")
    assert [gap.path for gap in document.gaps] == ["algorithm.kind"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("{{ date_cn(algorithm.launched_on) }}", "2026年9月1日"),
        ("{{ mask(officer.mobile) }}", "138****0000"),
        ("{{ mask(officer.name) }}", "王**"),
        ("{{ attached(algorithm.shots) }}", "标识截图.png"),
        ("{{ opt(products[1].note, '未填写') }}", "未填写"),
        ("{{ count(products) }} 个", "2 个"),
        ("{{ need(officer.name) }}", "王样本"),
        ("{{ products | map(attribute='name') | join('、') }}", "示例客服助手、示例检索台"),
        ("{{ products[0].forms }}", "网站、小程序"),
        ("{{ data.words }}与{{ extra['words'] }}", "*不是斜体*与*不是斜体*"),
        ("{% if officer.name == '王样本' and '网站' in products[0].forms %}是{% endif %}", "是"),
        ("中文\n换行", "中文换行"),
        ("two\nwords", "two words"),
        ("two\n**bold** words", "two bold words"),
        ("::: signature\n单位 | 示例公司 | 盖章 | 无日期\n:::", "单位：示例公司"),
    ],
)
def test_helpers(body: str, shown: str) -> None:
    assert plain_text(draw(body, words="*不是斜体*")) == shown


def test_dates_that_are_none_stay_as_typed() -> None:
    facts = SmallFacts(algorithm=Algorithm(launched_on="明年春天"))
    assert plain_text(draw("{{ date_cn(algorithm.launched_on) }}", facts)) == "明年春天"


def test_block_helpers_stand_alone_wherever_they_are_called() -> None:
    document = draw(
        "文字{{ figure(algorithm.shots, '图名') }}再来{{ sign('签字') }}{{ checklist(algorithm.kind, ['甲']) }}"
    )
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Figure, Paragraph, SignaturePlace, CheckList]
    figure = document.blocks[1]
    assert isinstance(figure, Figure)
    assert (figure.ref, figure.number, figure.fact) == (SHOT, "图 1", "algorithm.shots")


def test_clause_marks_print_nothing_and_stay_with_their_block() -> None:
    document = draw("甲{{ clause('algo-2022/art16') }}乙\n\n丙")
    assert [block.clauses for block in document.blocks] == [("algo-2022/art16",), ()]
    assert plain_text(document) == "甲乙\n丙"


def test_lists_keep_levels_and_restart_their_numbers() -> None:
    document = draw("1. a\n2. b\n   1. c\n   2. d\n3. e\n\n文字\n\n1. f\n")
    lists = [block for block in document.blocks if isinstance(block, ListBlock)]
    assert [[(item.level, item.label) for item in block.items] for block in lists] == [
        [(0, "1."), (0, "2."), (1, "（1）"), (1, "（2）"), (0, "3.")],
        [(0, "1.")],
    ]


def test_dropped_characters_are_told_not_swallowed() -> None:
    facts = SmallFacts(officer=Officer(name="王\x00样\u202e本"))
    document = draw("{{ officer.name }}", facts)
    assert plain_text(document) == "王样本"
    assert document.warnings == ("「字段 officer.name」中有 2 个看不见的控制字符没有写入文书。",)


def test_a_fact_of_control_characters_only_is_a_gap() -> None:
    document = draw("{{ officer.name }}", SmallFacts(officer=Officer(name="\x00\u200b")))
    assert [gap.path for gap in document.gaps] == ["officer.name"]


SPICE = st.sampled_from(
    ["**粗**", "# 标题", "| 甲 | 乙 |", "{{ officer.name }}", "{% raw %}", "<b>", "&lt;", "---", "::: form", "[[toc]]", ":::",
     "1. 项", "- 项", "> 引", "\\*", "`x`", "[a](b)", "{-}", "<br>", "：", "^", "<", "\ue000\ue101\ue001", "\r\n", "\u2028"]
)  # fmt: skip
ANY_TEXT = st.lists(st.one_of(st.text(max_size=12), SPICE), max_size=5).map("".join)
PLACES = """{{ officer.name }}

句{{ officer.name }}中**{{ officer.name }}**

# 标题{{ officer.name }}

- {{ officer.name }}

| 甲 | 乙 |
|---|---|
| {{ officer.name }} | x |

::: form 20* 80
| 名 | {{ officer.name }} |
:::
::: keyvalue
名：{{ officer.name }}
:::
> {{ officer.name }}
"""


@settings(max_examples=80, deadline=None)
@given(ANY_TEXT)
def test_any_text_comes_out_as_itself_and_as_nothing_else(text: str) -> None:
    document = render(paper_of(PLACES, show_title="false"), SmallFacts(officer=Officer(name=text)), label_of)
    wanted = [line for line in clean_text(text)[0].strip().split("\n") if line.strip()]
    if not wanted:
        assert len(document.gaps) == 1
        return
    kinds = {type(block).__name__ for block in document.blocks}
    assert kinds == {"Paragraph", "Heading", "ListBlock", "Table", "KeyValue", "Note"}
    pieces: list[str] = []
    for block in document.blocks:
        for para in paras_of(block):
            if isinstance(block, Heading):
                assert text_of(run for run in para if run.fact) == " ".join(
                    clean_text(text)[0].strip().split("\n")
                )
            else:
                pieces.extend(run.text for run in para if run.fact == "officer.name")
    assert pieces == wanted * 8
