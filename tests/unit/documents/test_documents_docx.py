"""The Word file as Word and python-docx see it."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn

from filingdesk.documents.blocks import plain_text
from filingdesk.documents.paper import Paper
from filingdesk.documents.render import render, write
from filingdesk.domain.errors import UserError
from unit.documents.support import SmallFacts, filled, label_of, paper_of


@pytest.fixture
def package(sample_paper: Paper, facts: SmallFacts, picture: bytes):
    document = render(sample_paper, facts, label_of, {"total": 12}, draft=False)
    data = write(document, "docx", images=lambda _ref: picture, made=date(2026, 11, 23), author="示例公司")
    return open_docx(io.BytesIO(data))


def reopen(body: str, facts: SmallFacts | None = None, **options):
    document = render(paper_of(body, **options), facts or filled(), label_of)
    return open_docx(io.BytesIO(write(document, "docx")))


def test_every_run_names_its_chinese_font(package) -> None:
    runs = list(package.element.body.iter(qn("w:r")))
    assert len(runs) > 50
    for run in runs:
        fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts is not None
        assert fonts.get(qn("w:eastAsia"))


def test_the_page_is_that_of_official_documents(package) -> None:
    section = package.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    grid = package.element.body.find(f"{qn('w:sectPr')}/{qn('w:docGrid')}")
    assert grid.get(qn("w:linePitch")) == "580"
    body = package.styles["公文正文"]
    assert body.font.size.pt == 16
    assert body.element.find(f"{qn('w:pPr')}/{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"
    normal = package.styles["Normal"].element.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
    assert (normal.get(qn("w:line")), normal.get(qn("w:lineRule"))) == ("580", "exact")


def test_headings_are_numbered_by_word_itself(package) -> None:
    headings = [p for p in package.paragraphs if p.style.name.lower().startswith("heading")]
    assert [p.text for p in headings] == [
        "算法情况",
        "产品",
        "示例客服助手",
        "示例检索台",
        "细目",
        "未编号的标题",
    ]
    numbering = package.part.numbering_part.element
    first = numbering.find(qn("w:abstractNum"))
    levels = [
        (level.find(qn("w:numFmt")).get(qn("w:val")), level.find(qn("w:lvlText")).get(qn("w:val")))
        for level in first.findall(qn("w:lvl"))
    ]
    assert levels == [
        ("chineseCountingThousand", "%1、"),
        ("chineseCountingThousand", "（%2）"),
        ("decimal", "%3."),
        ("decimal", "（%4）"),
    ]
    unnumbered = headings[-1]._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    assert unnumbered.get(qn("w:val")) == "0"
    for level in range(1, 5):
        style = package.styles[f"Heading {level}"].element
        assert style.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
        assert style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}").get(qn("w:val")) == str(level - 1)


def test_two_ordered_lists_number_on_their_own() -> None:
    package = reopen("1. a\n2. b\n\n文字\n\n1. c\n")
    ids = [
        p._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
        for p in package.paragraphs
        if p.style.name == "公文列表"
    ]
    assert ids[0] == ids[1] != ids[2]
    numbers = {n.get(qn("w:numId")): n for n in package.part.numbering_part.element.findall(qn("w:num"))}
    assert numbers[ids[2]].find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val")) == "1"


def test_footer_counts_pages_and_the_contents_update_themselves(package) -> None:
    codes = [node.text.strip() for node in package.sections[0].footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    toc = [node.text.strip() for node in package.element.body.iter(qn("w:instrText"))]
    assert toc[0].startswith("TOC ")
    assert package.settings.element.find(qn("w:updateFields")) is not None


def test_only_papers_with_contents_ask_word_to_update() -> None:
    assert reopen("甲").settings.element.find(qn("w:updateFields")) is None


def test_tables_have_borders_and_heads_that_repeat(package) -> None:
    table = next(t for t in package.tables if t.cell(0, 0).text == "序号")
    head, *rows = table.rows
    assert head._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    assert {edge.get(qn("w:val")) for edge in borders} == {"single"}


def test_form_squares_are_joined(package) -> None:
    form = next(t for t in package.tables if t.cell(0, 0).text == "基本情况")
    assert form.cell(0, 0)._tc is form.cell(0, 3)._tc
    assert form.cell(1, 1)._tc is form.cell(1, 3)._tc
    assert form.cell(3, 0)._tc is form.cell(4, 0)._tc
    assert form.cell(4, 1).text == "续"


def test_the_text_is_that_of_the_blocks(
    sample_paper: Paper, facts: SmallFacts, picture: bytes, package
) -> None:
    document = render(sample_paper, facts, label_of, {"total": 12}, draft=False)
    shown = "".join(node.text or "" for node in package.element.body.iter(qn("w:t")))
    for block_text in plain_text(document).split("\n"):
        words = block_text.lstrip("•0123456789.（）一二、 ")
        assert words in shown


def test_properties_come_from_arguments_only(package) -> None:
    props = package.core_properties
    assert (props.title, props.author, props.last_modified_by) == ("算法说明（样张）", "示例公司", "示例公司")
    assert props.created.date() == props.modified.date() == date(2026, 11, 23)


def test_the_zip_holds_no_clock_and_no_thumbnail(sample_paper: Paper, facts: SmallFacts) -> None:
    data = write(render(sample_paper, facts, label_of, {"total": 1}), "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_a_picture_is_inside_and_a_missing_one_is_named(
    sample_paper: Paper, facts: SmallFacts, package
) -> None:
    assert len(package.inline_shapes) == 1
    document = render(sample_paper, facts, label_of, {"total": 1})
    without = open_docx(io.BytesIO(write(document, "docx")))
    assert "【待补充：图片 标识截图.png】" in "\n".join(p.text for p in without.paragraphs)
    broken = open_docx(io.BytesIO(write(document, "docx", images=lambda _ref: b"not a picture")))
    assert "（见附件“标识截图.png”）" in "\n".join(p.text for p in broken.paragraphs)


def test_a_final_whose_picture_is_lost_is_refused_by_name(sample_paper: Paper, facts: SmallFacts) -> None:
    document = render(sample_paper, facts, label_of, {"total": 1}, draft=False)
    with pytest.raises(UserError, match=r"图 1「标识截图\.png」在项目里找不到") as caught:
        write(document, "docx", images=lambda _ref: None)
    assert caught.value.code == "papers.picture"


def test_a_draft_says_so_on_every_page_and_a_final_does_not(
    sample_paper: Paper, facts: SmallFacts, package
) -> None:
    draft = open_docx(io.BytesIO(write(render(sample_paper, facts, label_of, {"total": 1}), "docx")))
    assert "草稿" in draft.sections[0].header.paragraphs[0].text
    assert package.sections[0].header.paragraphs[0].text == "示例问答生成算法"


def test_gaps_are_red() -> None:
    package = reopen("{{ officer.name }}", SmallFacts())
    run = next(run for p in package.paragraphs for run in p.runs if run.text.startswith("【待补充"))
    assert str(run.font.color.rgb) == "C0341D"


def test_a_final_with_gaps_is_refused_by_name() -> None:
    document = render(
        paper_of("{{ algorithm.name }}{{ algorithm.intro }}"), SmallFacts(), label_of, draft=False
    )
    with pytest.raises(UserError, match="还缺：算法名称、算法简介") as caught:
        write(document, "docx")
    assert caught.value.code == "papers.gaps"
    assert write(document, "docx", allow_gaps=True)


@pytest.mark.parametrize(
    "body", ["", "---\n", "| 甲 |\n|---|\n| 乙 |", "---\n\n| 甲 |\n|---|\n| 乙 |\n\n---\n# 标题"]
)
def test_odd_bodies_still_make_a_file_that_opens(body: str) -> None:
    package = reopen(body)
    last = package.element.body[-2]
    assert last.tag == qn("w:p")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UserError, match="不支持的文书格式「odt」"):
        write(render(paper_of("甲"), filled(), label_of), "odt")


ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs overflowPunct snapToGrid spacing ind jc outlineLvl",
    "w:rPr": "rFonts b bCs i iCs color spacing sz szCs shd lang",
    "w:tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar",
    "w:tcPr": "tcW gridSpan vMerge shd vAlign",
}
EVERY_BLOCK = """
甲

---
# 标题
{{ sign("签字") }}

---
{{ sign("签字") }}

---
::: table 1 1 | 表题
| 甲 | 乙 |
|---|---|
| **粗**{{ officer.name }} | *斜* |
:::
---

| 甲 |
|---|
| 乙 |

| 丙 |
|---|
| 丁 |

---
1. 甲
   - 乙

---
{{ figure(algorithm.shots) }}

---
> 提示

---
## 节 {-}
---
[[toc]]
::: center
居中
:::
"""


def test_properties_stand_in_the_order_word_insists_on() -> None:
    package = reopen(EVERY_BLOCK, SmallFacts(algorithm=filled().algorithm))
    styles = package.styles.element
    seen = 0
    for name, order in ORDER.items():
        wanted = [qn(f"w:{child}") for child in order.split()]
        for element in [*package.element.body.iter(qn(name)), *styles.iter(qn(name))]:
            places = [wanted.index(child.tag) for child in element]
            assert places == sorted(set(places)), [child.tag for child in element]
            seen += 1
    assert seen > 80


def test_a_page_break_reaches_whatever_follows() -> None:
    package = reopen(EVERY_BLOCK)
    breaks = list(package.element.body.iter(qn("w:pageBreakBefore")))
    assert len(breaks) == EVERY_BLOCK.count("\n---\n") == 9


def test_what_only_announces_is_kept_with_what_follows() -> None:
    body = "措施如下。\n\n第一段。\n\n负责的岗位：\n\n第二段。"
    data = write(render(paper_of(body), filled(), label_of), "docx", allow_gaps=True)
    kept = {p.text for p in open_docx(io.BytesIO(data)).paragraphs if p.paragraph_format.keep_with_next}
    assert {"措施如下。", "负责的岗位："} <= kept
    assert not {"第一段。", "第二段。"} & kept


def test_word_takes_it_for_a_chinese_file_of_today(package) -> None:
    settings = package.settings.element
    assert settings.find(qn("w:themeFontLang")).get(qn("w:eastAsia")) == "zh-CN"
    assert settings.find(qn("w:characterSpacingControl")).get(qn("w:val")) == "compressPunctuation"
    modes = {
        entry.get(qn("w:name")): entry.get(qn("w:val")) for entry in settings.iter(qn("w:compatSetting"))
    }
    assert modes["compatibilityMode"] == "15"
    parts = {
        str(part.partname): part.blob.decode()
        for part in package.part.package.iter_parts()
        if "xml" in str(part.partname)
    }
    assert "/word/stylesWithEffects.xml" not in parts
    assert "Macintosh" not in parts["/docProps/app.xml"]
    assert "<Company>示例公司</Company>" in parts["/docProps/app.xml"]
    for font in ("方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"):
        assert f'w:name="{font}"' in parts["/word/fontTable.xml"]


def test_rows_at_both_ends_of_a_long_table_are_held_together() -> None:
    rows = "\n".join(f"| {n} | {'内容' * 30} |" for n in range(12))
    package = reopen(f"| 甲 | 乙 |\n|---|---|\n{rows}\n")
    table = package.tables[0]

    def kept(index: int) -> bool:
        return all(
            p.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
            for p in table.rows[index]._tr.iter(qn("w:p"))
        )

    assert [n for n in range(1, 13) if kept(n)] == [1, 11]
    assert all(r._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for r in table.rows)


def test_words_do_not_touch_the_table_above_them() -> None:
    package = reopen("| 甲 |\n|---|\n| 乙 |\n\n正文。\n\n又一段。")
    after = {p.text: p.paragraph_format.space_before for p in package.paragraphs}
    assert after["正文。"].pt == 6
    assert after["又一段。"] is None


def test_a_paragraph_with_a_long_number_is_not_drawn_apart() -> None:
    package = reopen("统一社会信用代码为91330108MA00000X0X。\n\n没有长的数字。")
    aligned = {p.text: p._p.find(f"{qn('w:pPr')}/{qn('w:jc')}") is not None for p in package.paragraphs}
    assert aligned["统一社会信用代码为91330108MA00000X0X。"]
    assert not aligned["没有长的数字。"]


def test_no_page_follows_breaks_at_the_end() -> None:
    package = reopen("甲\n\n[[landscape]]\n\n乙\n\n[[portrait]]\n")
    assert [section.orientation for section in package.sections] == [0, 1]
