"""Covers, contents, numbers that are referred to, sheets that lie, drawings: the same in Word and pdf."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pypdfium2
import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from PIL import Image

from filingdesk.documents.blocks import Diagram, Turn, plain_text
from filingdesk.documents.drawing import Words, arrow_head, folded
from filingdesk.documents.drawing_png import draw_png, draw_svg
from filingdesk.documents.figures import Bar, Step, bar_chart, flow_chart
from filingdesk.documents.render import page_map, render, write
from filingdesk.domain.errors import UserError
from unit.documents.support import Officer, SmallFacts, filled, label_of, paper_of

REFERRED = """
各产品见{{ ref("products") }}，又见{{ ref("flow") }}。

::: table 1 1 | 先来的表
| 甲 | 乙 |
|---|---|
| 一 | 二 |
:::

::: table 1 1 | 产品 [#products]
| 甲 | 乙 |
|---|---|
| 见{{ ref("flow") }} | 二 |
:::

{{ barchart(data.rows, "数量", "（个）", label="flow") }}
"""
ROWS = {"rows": [{"id": "A.1", "name": "风险甲", "count": 250, "minimum": 200}]}


def document_of(body: str, *, draft: bool = False, data: dict[str, object] | None = None, **spec: str):
    return render(paper_of(body, **spec), filled(), label_of, ROWS if data is None else data, draft)


def package_of(body: str, **options):
    return open_docx(io.BytesIO(write(document_of(body, **options), "docx", allow_gaps=True)))


def pdf_pages(data: bytes) -> list[tuple[str, float, float]]:
    """Text, width and height of every page."""
    pdf = pypdfium2.PdfDocument(data)
    out = []
    for page in pdf:
        text = page.get_textpage()
        out.append((re.sub(r"\s", "", text.get_text_range()), *page.get_size()))
        text.close()
        page.close()
    pdf.close()
    return out


def fields(element) -> list[str]:
    return [node.text.strip() for node in element.iter(qn("w:instrText"))]


def test_a_reference_shows_the_number_wherever_the_table_stands() -> None:
    text = plain_text(document_of(REFERRED))
    assert "各产品见表 2，又见图 1。" in text
    assert "见图 1\n二" in text


HEADINGS = """
详见“{{ ref("risk") }}”和“{{ ref("open") }}”。

# 算法情况

## 风险防控 [#risk]

正文。

# 其他 {-} [#open]

又见“{{ ref("risk") }}”。
"""


def test_a_heading_can_be_referred_to_by_its_words() -> None:
    document = document_of(HEADINGS)
    text = plain_text(document)
    assert "详见“风险防控”和“其他”。" in text
    assert "（一）风险防控" in text
    assert "[#" not in text
    data = write(document, "docx", allow_gaps=True)
    body = open_docx(io.BytesIO(data)).element.body
    names = [node.get(qn("w:name")) for node in body.iter(qn("w:bookmarkStart"))]
    aims = [code.split()[1] for code in fields(body) if code.startswith("REF ")]
    assert len(aims) == 3
    assert set(aims) <= set(names)
    shown = pdf_pages(write(document, "pdf", allow_gaps=True))[0][0]
    assert "详见“风险防控”和“其他”。" in shown


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('见{{ ref("none") }}。\n\n# 标题 [#other]', "引用了没有的图表「none」"),
        ("# 甲 [#same]\n\n# 乙 [#same]", "都叫「same」"),
    ],
)
def test_a_reference_to_no_heading_or_to_two_is_refused(body: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        document_of(body)


def test_in_word_numbers_count_themselves_and_references_point_to_them() -> None:
    body = package_of(REFERRED).element.body
    codes = fields(body)
    assert codes.count("SEQ 表 \\* ARABIC") == 2
    assert codes.count("SEQ 图 \\* ARABIC") == 1
    names = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    asked = {code.split()[1] for code in codes if code.startswith("REF ")}
    assert asked == {"_Ref_products", "_Ref_flow"} <= names
    numbers = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(numbers) == len(set(numbers))


def test_in_the_pdf_references_are_links() -> None:
    pdf = write(document_of(REFERRED), "pdf")
    assert len(re.findall(rb"/Subtype\s*/Link", pdf)) >= 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("见{{ ref('nowhere') }}。", "引用了没有的图表「nowhere」"),
        ("::: table 1 | 甲 [#same]\n| 甲 |\n:::\n::: table 1 | 乙 [#same]\n| 甲 |\n:::", "都叫「same」"),
        ("::: table 1 | [#bare]\n| 甲 |\n:::\n见{{ ref('bare') }}", "没有表题，无法引用"),
        ("见{{ ref('No Good') }}。", "只能用小写字母"),
        ("甲\n\n::: cover\n编制单位：乙\n:::", "封面没有放在最前面"),
    ],
)
def test_references_that_lead_nowhere_are_told(body: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        document_of(body)


COVERED = "::: cover\n编制单位：{{ officer.name }}\n:::\n\n[[toc]]\n\n---\n# 甲\n文字\n\n## 乙\n文字\n\n---\n# 丙\n文字"


def test_a_cover_has_no_head_and_foot_and_the_pages_count_on() -> None:
    pages = pdf_pages(write(document_of(COVERED, subtitle="副题", header="页眉字"), "pdf"))
    assert pages[0][0] == "测试文书副题编制单位：王样本"
    assert all("页眉字" in text and f"第{n}页共4页" in text for n, (text, *_) in enumerate(pages[1:], 2))
    package = package_of(COVERED, subtitle="副题", header="页眉字")
    section = package.sections[0]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "页眉字"
    assert section.first_page_header.paragraphs[0].text == ""
    assert not fields(section.first_page_footer._element)


def test_a_draft_says_so_on_its_cover_too() -> None:
    document = document_of(COVERED, draft=True)
    assert "草稿" in pdf_pages(write(document, "pdf"))[0][0]
    package = open_docx(io.BytesIO(write(document, "docx")))
    assert "草稿" in package.sections[0].first_page_header.paragraphs[0].text


def test_the_contents_in_word_already_show_what_the_pdf_shows() -> None:
    package = package_of(COVERED)
    entries = [p for p in package.paragraphs if p.style.name.startswith("toc ")]
    shown = ["".join(node.text or "" for node in p._p.iter(qn("w:t"))) for p in entries]
    assert shown == ["一、甲3", "（一）乙3", "二、丙4"]
    marks = {m.get(qn("w:name")) for m in package.element.body.iter(qn("w:bookmarkStart"))}
    links = {link.get(qn("w:anchor")) for p in entries for link in p._p.iter(qn("w:hyperlink"))}
    assert len(links) == 3
    assert links <= marks
    first = next(package.element.body.iter(qn("w:fldChar")))
    assert first.get(qn("w:dirty")) == "true"
    kinds = [c.get(qn("w:fldCharType")) for c in package.element.body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_a_name_no_font_can_show_still_goes_to_word_without_page_numbers() -> None:
    paper = paper_of("[[toc]]\n\n# {{ officer.name }}")
    document = render(paper, SmallFacts(officer=Officer(name="王🦄")), label_of)
    assert page_map(document) is None
    package = open_docx(io.BytesIO(write(document, "docx", allow_gaps=True)))
    assert [p.text for p in package.paragraphs if p.style.name == "toc 1"] == ["一、王🦄\t"]


def test_very_long_contents_show_the_first_level_only() -> None:
    body = "[[toc]]\n" + "\n".join(f"# 章{n}\n## 节{n}\n文字\n" for n in range(20))
    package = package_of(body)
    assert {p.style.name for p in package.paragraphs if p.style.name.startswith("toc ")} == {"toc 1"}


def test_long_contents_leave_the_third_level_out() -> None:
    body = "[[toc]]\n" + "\n".join(f"# 章{n}\n## 节{n}\n### 目{n}\n文字\n" for n in range(15))
    package = package_of(body)
    assert {p.style.name for p in package.paragraphs if p.style.name.startswith("toc ")} == {"toc 1", "toc 2"}
    assert 'TOC \\o "1-2"' in fields(package.element.body)[0]


LYING = "# 甲\n文字\n\n[[landscape]]\n\n# 宽表\n\n::: table 1 1 | 表题\n| 甲 | 乙 |\n:::\n\n[[portrait]]\n\n# 乙\n文字"


@pytest.mark.parametrize("style", ["official", "report", "form"])
def test_a_wide_table_lies_and_what_follows_stands_again(style: str) -> None:
    pages = pdf_pages(write(document_of(LYING, style=style, header="页眉字"), "pdf"))
    assert [width > height for _, width, height in pages] == [False, True, False]
    assert "宽表" in pages[1][0]
    assert "表1" in pages[1][0]
    assert all(f"第{n}页共3页" in text and "页眉字" in text for n, (text, *_) in enumerate(pages, 1))
    package = package_of(LYING, style=style, header="页眉字")
    assert [s.page_width > s.page_height for s in package.sections] == [False, True, False]
    assert [s.header.paragraphs[0].text for s in package.sections] == ["页眉字"] * 3
    assert not any(s.different_first_page_header_footer for s in package.sections)


def test_the_cover_is_that_of_the_first_section_only() -> None:
    package = package_of("::: cover\n编制单位：乙\n:::\n\n" + LYING)
    assert [s.different_first_page_header_footer for s in package.sections] == [True, False, False]


def test_a_paper_may_end_lying() -> None:
    package = package_of("# 甲\n\n[[landscape]]\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |")
    assert package.sections[-1].page_width > package.sections[-1].page_height
    assert any(isinstance(block, Turn) for block in document_of("[[landscape]]").blocks)


STEPS = [
    Step("接收提问", "用户输入", "系统自动"),
    Step("审核" * 20, "输入审核", "人工"),
    *[Step(f"环节{n}", "其他", "系统自动并人工复核") for n in range(9)],
]


@pytest.mark.parametrize("count", [1, 2, 4, 5, 11])
def test_every_step_is_drawn_once_inside_the_sheet_and_joined_to_the_next(count: int) -> None:
    drawing = flow_chart(STEPS[:count])
    words = [shape.text for shape in drawing.shapes if isinstance(shape, Words)]
    assert sorted({int(m[1]) for w in words if (m := re.match(r"(\d+)\. ", w))}) == list(range(1, count + 1))
    heads = [arrow_head(s) for s in drawing.shapes if getattr(s, "arrow", False)]
    assert len(heads) == count - 1
    for shape in drawing.shapes:
        if hasattr(shape, "width"):
            assert 0 <= shape.x <= shape.x + shape.width <= drawing.width
            assert 0 <= shape.y <= shape.y + shape.height <= drawing.height


def test_a_bar_below_its_minimum_can_be_told_without_colour() -> None:
    shapes = bar_chart([Bar("甲", 10, 200), Bar("乙", 300, 200), Bar("丙", 0)]).shapes
    bars = [s for s in shapes if hasattr(s, "dashed") and hasattr(s, "width")][:3]
    assert [bar.dashed for bar in bars] == [True, False, False]
    assert bars[1].width > bars[0].width > bars[2].width > 0


def test_folding_keeps_latin_words_and_says_when_it_cuts() -> None:
    assert folded("调用 Transformer 模型", 70, 9, 3) == ["调用", "Transformer", "模型"]
    assert folded("一二三四五六七八九十", 45, 9, 1) == ["一二三四…"]
    assert folded("", 45, 9, 2) == []


def test_a_drawing_is_lines_in_the_pdf_and_svg_with_png_in_word() -> None:
    document = document_of('{{ flowchart(data.flow, "流程") }}', data={"flow": FLOW})
    assert b"/Subtype /Image" not in write(document, "pdf")
    pages = pdf_pages(write(document, "pdf"))
    assert "1.接收提问" in pages[0][0]
    with zipfile.ZipFile(io.BytesIO(write(document, "docx"))) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert sorted(name.rsplit(".", 1)[1] for name in names) == ["png", "svg"]
        svg = next(archive.read(name) for name in names if name.endswith("svg"))
        assert "1. 接收提问".encode() in svg
        assert b"svgBlip" in archive.read("word/document.xml")
        assert 'Extension="svg"' in archive.read("[Content_Types].xml").decode() or "drawing1.svg" in (
            archive.read("[Content_Types].xml").decode()
        )
    html = write(document, "html").decode()
    assert "data:image/png;base64," in html


FLOW = [
    {"name": "接收提问", "stage": "用户输入", "decided_by": "系统自动"},
    {"name": "<&审核>", "stage": "输入审核", "decided_by": "人工"},
]


def test_what_is_typed_cannot_act_as_markup_in_a_drawing() -> None:
    document = document_of('{{ flowchart(data.flow, "流程") }}', data={"flow": FLOW})
    drawing = next(block for block in document.blocks if isinstance(block, Diagram)).drawing
    texts = [node.text for node in ElementTree.fromstring(draw_svg(drawing)).iter() if node.text]
    assert "2. <&审核>" in texts
    with Image.open(io.BytesIO(draw_png(drawing))) as image:
        assert image.size == (round(drawing.width * 3), round(drawing.height * 3))


def test_the_glyph_gate_stands_before_drawings() -> None:
    flow = [{"name": "环节🦄", "stage": "其他", "decided_by": "人工"}]
    document = document_of('{{ flowchart(data.flow, "流程") }}', data={"flow": flow})
    with pytest.raises(UserError, match=r"U\+1F984"):
        write(document, "pdf")


def test_page_map_finds_headings_and_signatures() -> None:
    body = '# 甲\n\n{{ sign("甲方") }}\n\n---\n\n# 乙\n\n{{ sign("乙方") }}\n\n{{ seal() }}'
    found = page_map(document_of(body))
    assert found is not None
    assert (found.total, found.headings, found.places) == (2, (1, 2), (1, 2, 2))


def test_another_paper_is_called_by_its_name_or_is_a_gap() -> None:
    body = "见{{ annex('keywords-list') }}。"
    assert "见附件4《词表》。" in plain_text(
        document_of(body, data={"papers": {"keywords-list": "附件4《词表》"}})
    )
    assert [gap.path for gap in document_of(body, data={}).gaps] == ["@paper/keywords-list"]
