"""Forms with placeholders as an office hands them out: found, explained, filled; the rest of the form stays as it is."""

import io
from pathlib import Path

import pytest
from docx import Document

from filingdesk.documents.blocks import paras_of
from filingdesk.documents.form_blocks import form_blocks
from filingdesk.documents.form_fill import check_form, fill_form
from filingdesk.documents.form_names import meant, search
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_algorithm import Product
from openxml import needs_validator, opens_without_repair
from unit.forms.word import boxed_form, form_of, local_form, names, read, repacked, split_form

ASKED = frozenset(["algorithm.name", "subject.name", "algorithm.types"])


def facts() -> Facts:
    made = Facts()
    made.subject.name = "范本科技（虚构）有限公司"
    made.algorithm.name = "范本问答算法"
    made.algorithm.types = ["生成合成类"]
    made.legal_representative.name = "王样本"
    made.algorithm.products = [Product(id="a", name="范本网页版"), Product(id="b", name="范本小程序")]
    return made


def filled(data: bytes, given: Facts | None = None, *, draft: bool = False):
    return fill_form(data, "表单.docx", given or facts(), {"as_of": "2026年11月23日"}, ASKED, draft=draft)


def opened(data: bytes, given: Facts | None = None, *, draft: bool = False):
    return Document(io.BytesIO(filled(data, given, draft=draft).data))


def texts(data: bytes, given: Facts | None = None) -> list[str]:
    return [paragraph.text for paragraph in opened(data, given).paragraphs]


@pytest.mark.parametrize(
    "written",
    [
        "{{ algorithm.name }}",
        "{{算法名称}}",
        "{{ 算法备案.算法名称 }}",
        "{{ 算法备案 › 算法名称 }}",
        "{{ 算法名称 }}",
    ],
)
def test_a_field_is_named_by_path_or_label(written: str) -> None:
    assert texts(form_of(f"名称：{written}。")) == ["名称：范本问答算法。"]


def test_a_placeholder_that_word_cut_into_runs_is_whole_and_keeps_the_look_of_its_beginning() -> None:
    data = split_form(["前{", "{ 算法", "名称 }", "}后", "面"])
    assert check_form(data, "a.docx").placeholders[0].text == "{{ 算法名称 }}"
    runs = [run for run in opened(data).paragraphs[0].runs if run.text]
    assert "".join(run.text for run in runs) == "前范本问答算法后面"


def test_rows_are_repeated_for_every_record() -> None:
    data = form_of(
        rows=[
            ["序号", "产品"],
            ["{%tr for 产品 in 产品列表 %}", ""],
            ["{{ loop.index }}", "{{ 产品.产品名称 }}"],
            ["{%tr endfor %}", ""],
            ["合计", "{{ 条数(产品列表) }}"],
        ]
    )
    rows = [[cell.text for cell in row.cells] for row in opened(data).tables[0].rows]
    assert rows == [["序号", "产品"], ["1", "范本网页版"], ["2", "范本小程序"], ["合计", "2"]]


def test_one_row_may_hold_beginning_and_end() -> None:
    data = form_of(
        rows=[["{%tr for p in algorithm.products %}{{ loop.index }}", "{{ p.name }}{%tr endfor %}"]]
    )
    rows = [[cell.text for cell in row.cells] for row in opened(data).tables[0].rows]
    assert rows == [["1", "范本网页版"], ["2", "范本小程序"]]


def test_a_table_whose_rows_all_fall_away_leaves_no_broken_file() -> None:
    data = form_of(rows=[["{%tr for p in algorithm.products %}{{ p.name }}{%tr endfor %}"]])
    assert opened(data, Facts()).tables == []


def test_paragraphs_are_kept_or_left_out_whole() -> None:
    data = form_of("甲", "{% if 算法类型 %}", "乙 {{ 算法名称 }}", "{% else %}", "丙", "{% endif %}", "丁")
    assert texts(data) == ["甲", "乙 范本问答算法", "丁"]
    empty = facts()
    empty.algorithm.types = []
    assert texts(data, empty) == ["甲", "丙", "丁"]


def test_choices_become_ticked_boxes() -> None:
    line = texts(form_of("{{ 勾选(算法类型) }}"))[0]
    assert line.startswith("☑生成合成类　☐个性化推送类")
    assert texts(form_of('{{ 选中(算法类型, "生成合成类") }}是 {{ 选中(算法类型, “调度决策类”) }}否')) == [
        "☑是 ☐否"
    ]


def test_a_field_of_a_list_outside_a_loop_shows_every_value() -> None:
    assert texts(form_of("{{ 产品名称 }}")) == ["范本网页版、范本小程序"]
    found = check_form(form_of("{{ 产品名称 }}"), "a.docx").placeholders[0]
    assert found.known
    assert "顿号" in found.meaning


def test_a_person_named_by_section_is_their_name() -> None:
    assert texts(form_of("{{ 法定代表人 }}／{{ 法定代表人姓名 }}／{{ 法定代表人.姓名 }}")) == [
        "王样本／王样本／王样本"
    ]


def test_headers_footers_and_text_boxes_are_filled() -> None:
    data = form_of("x", header="{{ 主体名称 }}", footer="{{ 算法名称 }}")
    section = opened(data).sections[0]
    assert section.header.paragraphs[0].text == "范本科技（虚构）有限公司"
    assert section.footer.paragraphs[0].text == "范本问答算法"
    assert [p.where for p in check_form(data, "a.docx").placeholders] == ["页眉", "页脚"]
    boxed = boxed_form("框内 {{ 算法名称 }}")
    found = check_form(boxed, "a.docx").placeholders
    assert [p.where for p in found] == ["第 1 段", "第 2 段的文本框"]
    assert read(filled(boxed).data, "word/document.xml").count("框内 范本问答算法") == 2


def test_what_is_not_known_is_named_with_its_place_and_the_nearest_fields() -> None:
    data = form_of("甲", "{{ 算法名字 }} {{ 姓名 }}", rows=[["a", "b"], ["c", "{{ algorithm.nam }}"]])
    unknown = [p for p in check_form(data, "a.docx").placeholders if not p.known]
    assert [p.where for p in unknown] == ["第 2 段", "第 2 段", "第 1 个表格第 2 行第 2 格"]
    assert "算法名称（algorithm.name）" in unknown[0].message
    assert "请写清楚是哪一处" in unknown[1].message
    assert "算法安全责任人 › 姓名（safety_officer.name）" in unknown[1].message
    assert "algorithm.name" in unknown[2].message
    with pytest.raises(UserError, match=r"第 2 段.*算法名字"):
        filled(data)


def test_a_field_of_a_loop_that_does_not_exist_is_named() -> None:
    data = form_of("{% for p in 产品列表 %}{{ p.价钱 }}{% endfor %}")
    assert "产品" in next(p for p in check_form(data, "a.docx").placeholders if not p.known).message
    with pytest.raises(UserError, match="价钱"):
        filled(data)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("{{ 算法名称",), "没有配成对"),
        (("｛｛ 算法名称 ｝｝",), "全角"),
        (("{% for p in 产品列表 %}{{ p.name }}",), "没有结尾"),
        (("甲 {% if 算法名称 %} 乙", "丙 {% endif %} 丁"), "不在同一层"),
        (("{% endif %}",), "没有对应的开头"),
        (("{% include 'x' %}",), "不允许的写法"),
        (("{%tr for p in 产品列表 %}{{ p.name }}{%tr endfor %}",), "写在表格里"),
    ],
)
def test_mistakes_of_writing_are_told_with_their_place(lines: tuple[str, ...], said: str) -> None:
    data = form_of(*lines)
    problems = check_form(data, "a.docx").problems
    assert problems
    assert said in problems[0]
    assert "第 " in problems[0]
    with pytest.raises(UserError, match=said):
        filled(data)


def test_rows_and_cells_that_do_not_fit_together_are_told() -> None:
    data = form_of(rows=[["{% for p in 产品列表 %}", "{{ p.name }}"], ["{% endfor %}", ""]])
    assert "{%tr for" in check_form(data, "a.docx").problems[0]


def test_blank_facts_are_gaps_in_place_and_forbid_nothing_but_finals() -> None:
    blank = facts()
    blank.algorithm.name = ""
    made = filled(form_of("名称：{{ 算法名称 }}。"), blank, draft=True)
    assert made.gaps == (("algorithm.name", "算法名称"),)
    document = Document(io.BytesIO(made.data))
    assert [p.text for p in document.paragraphs] == [
        "草稿：仅供内部核对，不得提交",
        "名称：【待补充：算法名称】。",
    ]
    gap = next(run for run in document.paragraphs[1].runs if "待补充" in run.text)
    assert str(gap.font.color.rgb) == "C0341D"
    rest = next(run for run in document.paragraphs[1].runs if run.text == "名称：")
    assert rest.font.color.rgb is None


def test_a_question_that_is_not_asked_stays_blank() -> None:
    made = filled(form_of("上级：{{ 上级单位 }}。"))
    assert made.gaps == ()
    assert Document(io.BytesIO(made.data)).paragraphs[0].text == "上级：。"


def test_lines_of_a_fact_stay_lines() -> None:
    given = facts()
    given.algorithm.name = "第一行\n第二行"
    assert texts(form_of("{{ 算法名称 }}完"), given) == ["第一行\n第二行完"]


def test_everything_else_of_the_form_stays_as_it_was() -> None:
    data = form_of("{{ 算法名称 }}", rows=[["固定文字", "{{ 主体名称 }}"]], header="抬头")
    made = filled(data).data
    assert set(names(made)) == set(names(data))
    for name in names(data):
        if (
            name not in {"[Content_Types].xml", "word/document.xml", "word/header1.xml"}
            and ".rels" not in name
        ):
            assert read(made, name) == read(data, name) if name.endswith(".xml") else True
    assert "固定文字" in read(made, "word/document.xml")


def test_the_same_facts_give_the_same_bytes() -> None:
    data = form_of("{{ 算法名称 }} {{ 勾选(算法类型) }}", rows=[["{{ 产品名称 }}"]])
    assert filled(data).data == filled(data).data


def test_dates_and_masks_have_chinese_names() -> None:
    given = facts()
    given.algorithm.launched_on = "2026-08-03"
    given.safety_officer.mobile = "13800000000"
    line = texts(
        form_of("{{ 日期(algorithm.launched_on) }} {{ 打码(safety_officer.mobile) }} {{ 填表日期 }}"), given
    )
    assert line == ["2026年8月3日 138****0000 2026年11月23日"]


def test_labels_that_offices_use_are_known() -> None:
    assert meant("单位名称") == ("subject.name",)
    assert meant("姓名") == ("legal_representative.name", "safety_officer.name")
    assert meant("算法名称") == ("algorithm.name",)


def test_the_picker_finds_by_label_and_copies_what_works() -> None:
    first = search("算法名称")[0]
    assert first.placeholder == "{{ 算法名称 }}"
    assert texts(form_of(first.placeholder)) == ["范本问答算法"]
    assert search("产品 名称")[0].pattern == "algorithm.products[].name"


def test_every_placeholder_the_picker_copies_is_understood() -> None:
    for entry in search("", limit=2000):
        line = entry.placeholder
        if "[]." in entry.pattern:
            head = entry.pattern.rpartition("[].")[0]
            if "[]" in head:
                continue  # a list inside a list: its picker text needs the outer loop as well
            item = line.removeprefix("{{ ").split(".")[0]
            line = f"{{% for {item} in {head} %}}{line}{{% endfor %}}"
        if entry.is_list:
            line = line.replace("%tr", "%").replace(" … ", "x")
            if "[]" in entry.pattern:
                continue
        found = check_form(form_of(line), "a.docx")
        assert found.ok, (entry, found)


def test_a_word_template_comes_out_as_a_document() -> None:
    data = form_of("{{ 算法名称 }}")
    types = read(data, "[Content_Types].xml").replace("document.main+xml", "template.main+xml")
    made = filled(repacked(data, {"[Content_Types].xml": types.encode()})).data
    assert "template.main" not in read(made, "[Content_Types].xml")
    assert Document(io.BytesIO(made)).paragraphs[0].text == "范本问答算法"


@needs_validator
def test_the_open_xml_sdk_finds_no_error(tmp_path: Path) -> None:
    blank = facts()
    blank.algorithm.name = "第一行\n第二行"
    blank.subject.name = ""
    for name, made in (
        ("form", filled(local_form(), draft=True)),
        ("gaps", filled(local_form(), blank, draft=True)),
        ("none", filled(local_form(), Facts(), draft=True)),
    ):
        opens_without_repair(made.data, name, tmp_path)


def test_the_preview_knows_which_field_every_word_came_from() -> None:
    given = facts()
    given.algorithm.name = "第一行\n第二行"
    given.subject.credit_code = ""
    data = form_of("名称：{{ 算法名称 }}。", rows=[["{{ 主体名称 }}", "{{ 统一社会信用代码 }}"]])
    made = fill_form(data, "a.docx", given, {}, ASKED | {"subject.credit_code"}, draft=True, trace=True)
    blocks = form_blocks(made.data, "a.docx", made.gaps, made.facts)
    runs = [run for block in blocks for line in paras_of(block) for run in line]
    told = [(run.text, run.fact, run.gap) for run in runs if run.text]
    assert told == [
        ("名称：", None, False),
        ("第一行", "algorithm.name", False),
        ("第二行", "algorithm.name", False),
        ("。", None, False),
        ("范本科技（虚构）有限公司", "subject.name", False),
        ("【待补充：统一社会信用代码】", "subject.credit_code", True),
    ]
    assert "\ue025" not in read(filled(data, given, draft=True).data, "word/document.xml")
