"""Signature places at the right and never alone, attachments that are no pictures, grouped numbers, labels of gaps."""

import io

import pypdfium2 as pdfium
import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn

from filingdesk.documents.blocks import Document, Figure, Heading, Paragraph, Run, SignaturePlace, plain_text
from filingdesk.documents.helpers import grouped
from filingdesk.documents.render import render, write
from filingdesk.documents.signing import sign_indent
from filingdesk.documents.styles import STYLES
from unit.documents.support import SmallFacts, filled, label_of, paper_of


def _signed(lines: int) -> Document:
    words = tuple(Paragraph((Run(f"第{n}段正文。"),)) for n in range(lines))
    places = (
        SignaturePlace((Run("法定代表人（签字）"),)),
        SignaturePlace((Run("单位（盖章）"),), (Run("示例智联科技（杭州）有限公司"),), seal=True),
    )
    return Document("x", "示例", (*words, *places), draft=False)


def test_all_places_of_a_paper_begin_at_one_edge_in_the_right_half() -> None:
    document = _signed(2)
    page = STYLES["report"]
    edge = sign_indent(document, page)
    assert edge > page.text_width * 0.25
    word = WordDocument(io.BytesIO(write(document, "docx")))
    edges = {
        p._p.pPr.ind.get(qn("w:left"))
        for p in word.paragraphs
        if p.style is not None and p.style.name == "公文签署"
    }
    assert len(edges) == 1
    assert int(edges.pop() or 0) == round(sign_indent(document, STYLES["official"]) * 20)


@pytest.mark.parametrize("lines", range(16, 25))
def test_no_signature_page_is_without_words(lines: int) -> None:
    """Whatever the length of the text, the page with the seal also holds the end of the text."""
    pdf = pdfium.PdfDocument(write(_signed(lines), "pdf"))
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    assert "段正文" in pages[-1]
    assert "单位（盖章）" in pages[-1] and "法定代表人" in pages[-1]


def test_a_long_name_of_the_subject_still_fits() -> None:
    place = SignaturePlace((Run("单位（盖章）"),), (Run("示例" * 40),), seal=True)
    assert sign_indent(Document("x", "示例", (place,)), STYLES["official"]) == 0


def _with_shots(*references: str) -> SmallFacts:
    facts = filled()
    facts.algorithm.shots = list(references)
    return facts


def test_an_attachment_that_is_no_picture_is_named_in_words() -> None:
    paper = paper_of('{{ figure(algorithm.shots, "显式标识截图") }}')
    both = _with_shots("标识.PNG#0123456789abcdef", "标识说明.pdf#0123456789abcdef")
    document = render(paper, both, label_of)
    assert [b.ref for b in document.blocks if isinstance(b, Figure)] == ["标识.PNG#0123456789abcdef"]
    assert "显式标识截图：见附件“标识说明.pdf”。" in plain_text(document)
    assert document.gaps == ()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("120000", "120,000"),
        ("999", "999"),
        ("1860", "1,860"),
        ("12万", "12万"),
        ("8.6", "8.6"),
        ("1,860", "1,860"),
        ("007001", "007001"),
        ("2026-09-01", "2026-09-01"),
        ("", ""),
    ],
)
def test_only_plain_whole_numbers_are_grouped(typed: str, shown: str) -> None:
    assert grouped(typed) == shown


def test_a_grouped_number_still_belongs_to_its_fact() -> None:
    facts = filled()
    facts.algorithm.name = "12000"
    document = render(paper_of("{{ number_cn(algorithm.name) }}和{{ number_cn(4500) }}"), facts, label_of)
    runs = [run for block in document.blocks if isinstance(block, Paragraph) for run in block.runs]
    assert [(run.text, run.fact) for run in runs] == [("12,000", "algorithm.name"), ("和4,500", None)]


def test_the_label_of_a_gap_is_words_even_when_put_together_from_facts() -> None:
    paper = paper_of('{{ gap(algorithm.name ~ "的证明", "algorithm.proof") }}')
    (gap,) = render(paper, filled(), label_of).gaps
    assert gap.label == "示例问答生成算法的证明"


def test_two_things_missing_from_one_list_are_two_gaps() -> None:
    paper = paper_of(
        '{{ gap("联系人", "products") }}，{{ gap("签字人", "products") }}，{{ gap("联系人", "products") }}'
    )
    gaps = render(paper, SmallFacts(), label_of).gaps
    assert [(gap.path, gap.label) for gap in gaps] == [("products", "联系人"), ("products", "签字人")]


@pytest.mark.parametrize("lines", range(12, 24))
def test_no_heading_is_left_alone_at_the_foot_of_a_page(lines: int) -> None:
    """Nor the upper of two headings: wherever the page ends, both stand above their text."""
    words = tuple(Paragraph((Run(f"第{n}段正文。"),)) for n in range(lines))
    headings = (Heading(1, (Run("上级标题"),)), Heading(2, (Run("下级标题"),)))
    for length in (20, 70, 400):
        document = Document(
            "x", "示例", (*words, *headings, Paragraph((Run("所属正文" * length),))), draft=False
        )
        pages = [
            page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(write(document, "pdf"))
        ]
        (at,) = [n for n, text in enumerate(pages) if "上级标题" in text]
        assert "下级标题" in pages[at] and "所属正文" in pages[at]
