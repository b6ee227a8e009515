"""The company's own look: read from a reference file as it really looks, put on papers that keep saying the same."""

import io
import re
import time
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn

from filingdesk.documents.blocks import (
    Column,
    Cover,
    Heading,
    Paragraph,
    Run,
    SignaturePlace,
    Table,
    Title,
    TocPlace,
    Turn,
)
from filingdesk.documents.blocks import Document as Paper
from filingdesk.documents.look_apply import apply_look
from filingdesk.documents.look_read import read_look
from filingdesk.documents.numbering import number_blocks
from filingdesk.documents.render import write
from filingdesk.domain.errors import UserError
from filingdesk.services.looks import read_safely, sample_document
from openxml import needs_validator, opens_without_repair
from unit.forms.word import (
    company_look,
    form_of,
    logo,
    names,
    read,
    related,
    repacked,
    saved,
    with_xml,
)

MARK = logo()


def paper(*, draft: bool = False, cover: bool = False) -> Paper:
    """A paper with everything that a look must not harm."""
    small = sample_document(draft)
    wide = (
        Turn(True),
        Heading(1, (Run("宽表"),)),
        Table((Column(50), Column(50)), (), small.blocks[-2].rows, caption=(Run("横排表"),)),
        Turn(False),
        Paragraph((Run("末段 见"), Run("？", ref="flow"))),
    )
    front = (
        (Cover((Run("封面题目"),), (), (((Run("编制单位"),), ((Run("虚构单位"),),)),)),)
        if cover
        else (Title((Run("题目"),)),)
    )
    table = Table((Column(50), Column(50)), (), small.blocks[-2].rows, caption=(Run("流程"),), label="flow")
    blocks = (*front, TocPlace(), *small.blocks[1:-1], table, *wide, SignaturePlace((Run("负责人"),)))
    return Paper(
        id="x", title="示例文书", blocks=number_blocks(blocks), draft=draft, header="虚构单位　示例文书"
    )


def dressed(reference: bytes, given: Paper | None = None) -> bytes:
    return write(given or paper(), "docx", look=read_look(reference, "范本.docx"))


def words(data: bytes) -> str:
    root = Document(io.BytesIO(data)).element.body
    return "".join(node.text or "" for node in root.iter(qn("w:t")))


def test_fonts_sizes_and_margins_are_what_the_reference_shows() -> None:
    look = read_look(company_look(MARK), "范本.docx")
    body, heading = look.texts["body"], look.texts["heading1"]
    assert (body.east_asia, body.latin, body.size, body.line, body.first) == ("宋体", "Arial", 12, 360, 480)
    assert (heading.east_asia, heading.size, heading.bold, heading.color) == ("微软雅黑", 18, True, "1F6F54")
    assert look.texts["table"].size == 10
    assert look.page is not None
    assert [round(v / 56.7) for v in (look.page.top, look.page.bottom, look.page.left, look.page.right)] == [
        32,
        25,
        31,
        24,
    ]
    assert look.header is not None
    assert len(look.header.pictures) == 1
    assert "范本科技（虚构）有限公司" in look.header.text
    assert ("页脚", "“虚构路 1 号　电话 000-0000”") in look.taken


def test_direct_formatting_counts_when_most_of_the_text_has_it() -> None:
    document = Document()
    for _ in range(4):
        run = document.add_paragraph().add_run("直接设了格式的正文，样式里没有。")
        run.font.name = "Arial"
        run.font.size = document.styles["Title"].font.size
        run._r.rPr.rFonts.set(qn("w:eastAsia"), "楷体")
    document.add_paragraph("短")
    found = read_look(saved(document), "a.docx").texts.get("body")
    assert found is None or found.east_asia == "楷体"


def test_the_paper_says_the_same_in_another_look() -> None:
    plain = write(paper(), "docx")
    made = apply_look(plain, read_look(company_look(MARK), "范本.docx"))
    assert words(made) == words(plain)
    document = Document(io.BytesIO(made))
    styles = document.styles
    assert styles["公文正文"].font.size.pt == 12
    assert styles["heading 1" if "heading 1" in styles else "Heading 1"].font.size.pt == 18
    run = next(p for p in document.paragraphs if p.style.name == "公文正文").runs[0]
    fonts = run._r.rPr.rFonts
    assert (fonts.get(qn("w:eastAsia")), fonts.get(qn("w:ascii"))) == ("宋体", "Arial")
    heading = next(p for p in document.paragraphs if p.style.name.lower() == "heading 1").runs[0]
    assert heading._r.rPr.rFonts.get(qn("w:eastAsia")) == "微软雅黑"


def test_numbering_contents_captions_and_boxes_survive() -> None:
    plain, made = write(paper(), "docx"), dressed(company_look(MARK))
    for part in ("word/document.xml",):
        before, after = read(plain, part), read(made, part)
        for sign in (
            "w:numPr",
            "w:bookmarkStart",
            "w:instrText",
            "w:fldChar",
            "w:sdt>",
            "w:hyperlink",
            "w:tblHeader",
        ):
            assert before.count(sign) == after.count(sign), sign
        assert "TOC \\o" in after
        assert "SEQ 表" in after
        assert "☑" in after
    assert "chineseCountingThousand" in read(made, "word/numbering.xml")


def test_sections_that_lie_stay_and_tables_fit_every_text_area() -> None:
    document = Document(io.BytesIO(dressed(company_look(MARK))))
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    upright = document.sections[0]
    assert [
        round(m.mm)
        for m in (upright.top_margin, upright.bottom_margin, upright.left_margin, upright.right_margin)
    ] == [32, 25, 31, 24]
    rooms = [210 - 55, 210 - 55, 297 - 57]
    for table, room in zip(document.tables, rooms, strict=True):
        wide = int(table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w"))) / 56.7
        assert wide == pytest.approx(room, abs=1)


def test_head_and_foot_are_the_companys_and_pages_are_counted() -> None:
    document = Document(io.BytesIO(dressed(company_look(MARK))))
    section = document.sections[0]
    assert "范本科技（虚构）有限公司" in section.header.paragraphs[0].text
    assert section.header.part.related_parts[
        next(iter(section.header._element.iter(qn("a:blip")))).get(qn("r:embed"))
    ].blob.startswith(b"\x89PNG")
    foot = "".join(p.text for p in section.footer.paragraphs)
    assert "虚构路 1 号" in foot
    assert "共" in foot
    counted = dressed(company_look(MARK, footer_page=True))
    xml = read(counted, "word/footer1.xml")
    assert xml.count(" PAGE ") == xml.count(" NUMPAGES ") == 1
    assert "电话 000-0000" in xml


def test_a_draft_stays_marked() -> None:
    document = Document(io.BytesIO(dressed(company_look(MARK), paper(draft=True))))
    lines = [p.text for p in document.sections[0].header.paragraphs]
    assert lines[0] == "草稿：仅供内部核对，不得提交"
    assert "范本科技" in lines[1]


def test_a_cover_stays_bare_unless_the_look_has_a_first_page() -> None:
    made = dressed(company_look(MARK), paper(cover=True))
    assert Document(io.BytesIO(made)).sections[0].first_page_header.paragraphs[0].text == ""
    reference = Document(io.BytesIO(company_look(MARK)))
    reference.sections[0].different_first_page_header_footer = True
    reference.sections[0].first_page_header.paragraphs[0].text = "首页信头（虚构）"
    first = dressed(saved(reference), paper())
    section = Document(io.BytesIO(first)).sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "首页信头（虚构）"
    assert "范本科技" in section.header.paragraphs[0].text
    assert "共" in "".join(p.text for p in section.first_page_footer.paragraphs)


def test_the_title_goes_where_the_head_asks_for_it() -> None:
    reference = Document(io.BytesIO(company_look(MARK)))
    reference.sections[0].header.paragraphs[0].add_run("｜{{ 文书名称 }}")
    head = Document(io.BytesIO(dressed(saved(reference)))).sections[0].header.paragraphs[0].text
    assert head.endswith("｜示例文书")


def test_the_same_paper_and_look_give_the_same_bytes() -> None:
    reference = company_look(MARK)
    assert dressed(reference) == dressed(reference)
    assert write(paper(), "pdf", look=read_look(reference, "a.docx")) == write(
        paper(), "pdf", look=read_look(reference, "a.docx")
    )


def test_without_a_look_nothing_changes() -> None:
    bare = Document()
    look = read_look(saved(bare), "空.docx")
    made = apply_look(write(paper(), "docx"), look)
    assert words(made) == words(write(paper(), "docx"))
    assert ("页眉", "文件没有页眉，沿用原来的") in look.left_out


def test_the_pdf_has_margins_head_and_foot_of_the_look() -> None:
    data = write(paper(), "pdf", look=read_look(company_look(MARK), "范本.docx"))
    pdf = pypdfium2.PdfDocument(data)
    page = pdf[0]
    text = page.get_textpage()
    shown = text.get_text_range()
    text.close()
    images = [o for o in page.get_objects() if o.type == 3]
    page.close()
    total = len(pdf)
    pdf.close()
    assert "范本科技（虚构）有限公司" in shown
    assert "虚构路 1 号" in shown
    assert f"共 {total} 页" in re.sub(r"\s+", " ", shown)
    assert "虚构单位　示例文书" not in shown
    assert images


@needs_validator
def test_the_open_xml_sdk_finds_no_error(tmp_path: Path) -> None:
    first = Document(io.BytesIO(company_look(MARK)))
    first.sections[0].different_first_page_header_footer = True
    first.sections[0].first_page_header.paragraphs[0].text = "首页"
    cases = {
        "plain": dressed(company_look(MARK)),
        "page": dressed(company_look(MARK, footer_page=True), paper(draft=True, cover=True)),
        "first": dressed(saved(first)),
    }
    for name, data in cases.items():
        opens_without_repair(data, name, tmp_path)


# What a reference file may bring along


def _header_part(data: bytes) -> str:
    return next(name for name in names(data) if re.fullmatch(r"word/header\d+\.xml", name))


def _in_header(inner: str, data: bytes | None = None) -> bytes:
    data = data or company_look(MARK)
    part = _header_part(data)
    return repacked(data, {part: read(data, part).replace("</w:hdr>", f"{inner}</w:hdr>").encode()})


def everything(data: bytes) -> str:
    return "".join(read(data, name) for name in names(data) if name.endswith((".xml", ".rels")))


REFUSED = {
    "macros": (lambda: repacked(company_look(MARK), {"word/vbaProject.bin": b"x"}), "宏"),
    "macro relation": (lambda: related(company_look(MARK), "vbaProject", "a.bin"), "宏"),
    "controls": (lambda: repacked(company_look(MARK), {"word/activeX/activeX1.bin": b"x"}), "控件"),
    "entities": (
        lambda: repacked(
            company_look(MARK),
            {"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'},
        ),
        "实体",
    ),
    "bomb": (lambda: repacked(company_look(MARK), {"word/media/z.bin": bytes(150 << 20)}), "压缩炸弹"),
    "locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "密码"),
    "broken": (lambda: company_look(MARK)[:5000], "已损坏"),
    "broken styles": (
        lambda: repacked(company_look(MARK), {"word/styles.xml": b"<w:styles"}),
        "不是完好的 XML",
    ),
    "text": (lambda: b"not a word file", "已损坏"),
    "way out": (lambda: repacked(company_look(MARK), {"../x": b"x"}), "不正常的文件名"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_some_references_are_refused_with_a_sentence(name: str) -> None:
    make, word = REFUSED[name]
    with pytest.raises(UserError, match=word) as told:
        read_look(make(), "坏格式.docx")
    assert "坏格式.docx" in told.value.message
    assert told.value.hint


def test_what_points_outside_is_left_out_and_named() -> None:
    data = company_look(MARK)
    part = _header_part(data)
    data = related(data, "image", "http://example.invalid/spy.png", external=True, part=part)
    data = _in_header(
        '<w:p xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:hyperlink r:id="rIdBad">'
        "<w:r><w:t>链接文字</w:t></w:r></w:hyperlink></w:p>",
        data,
    )
    data = related(
        data, "attachedTemplate", "http://example.invalid/t.dotm", external=True, part="word/settings.xml"
    )
    look = read_look(data, "范本.docx")
    told = " ".join(why for what, why in look.left_out if what == "外部引用")
    assert "spy.png" in told
    assert "t.dotm" in told
    made = dressed(data)
    assert "example.invalid" not in everything(made)
    assert "TargetMode" not in everything(made)


def test_fields_objects_and_shapes_of_a_head_do_not_come_along() -> None:
    inner = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>显示的文字</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict></w:r></w:p>'
    )
    data = _in_header(inner)
    look = read_look(data, "范本.docx")
    told = [what for what, _why in look.left_out]
    assert "页眉里的域 DDEAUTO" in told
    assert "页眉里的旧式图形或水印" in told
    made = dressed(data)
    assert "DDEAUTO" not in everything(made)
    assert "显示的文字" in everything(made)


def test_pictures_that_cannot_be_shown_are_named() -> None:
    data = company_look(MARK)
    media = next(name for name in names(data) if name.startswith("word/media/"))
    look = read_look(repacked(data, {media: b"\x01\x00\x00\x00 EMF" + bytes(200)}), "范本.docx")
    assert any("图片" in what and "PNG" in why for what, why in look.left_out)
    assert look.header is not None
    assert look.header.pictures == ()


def test_a_cmyk_mark_becomes_a_plain_picture() -> None:
    data = company_look(MARK)
    media = next(name for name in names(data) if name.startswith("word/media/"))
    made = dressed(repacked(data, {media: logo(mode="CMYK")}))
    picture = next(name for name in names(made) if name.startswith("word/media/look"))
    import zipfile

    from PIL import Image

    with (
        zipfile.ZipFile(io.BytesIO(made)) as archive,
        Image.open(io.BytesIO(archive.read(picture))) as opened,
    ):
        assert opened.mode == "RGB"


def test_measures_that_make_no_sense_are_not_taken() -> None:
    reference = Document(io.BytesIO(company_look(MARK)))
    section = reference.sections[0]
    section.left_margin = section.right_margin = section.page_width // 3
    look = read_look(saved(reference), "a.docx")
    assert look.page is None
    assert any(what == "页边距" for what, _why in look.left_out)
    letter = Document()
    assert read_look(saved(letter), "a.docx").page is None


def test_styles_that_are_based_on_each_other_do_not_hang() -> None:
    data = company_look(MARK)
    styles = read(data, "word/styles.xml")
    looped = styles.replace(
        "</w:styles>",
        '<w:style w:type="paragraph" w:styleId="A1"><w:name w:val="A1"/><w:basedOn w:val="A2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="A2"><w:name w:val="A2"/><w:basedOn w:val="A1"/></w:style></w:styles>',
    )
    data = with_xml(
        repacked(data, {"word/styles.xml": looped.encode()}),
        '<w:p><w:pPr><w:pStyle w:val="A1"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>',
    )
    began = time.monotonic()
    read_look(data, "a.docx")
    assert time.monotonic() - began < 3


def test_a_font_name_cannot_carry_markup() -> None:
    data = company_look(MARK)
    styles = read(data, "word/styles.xml").replace('"微软雅黑"', '"微&quot;/&gt;&lt;w:x a=&quot;"')
    made = dressed(repacked(data, {"word/styles.xml": styles.encode()}))
    assert "<w:x" not in everything(made)
    assert Document(io.BytesIO(made)).paragraphs


def test_another_process_looks_first() -> None:
    assert read_safely(company_look(MARK), "范本.docx").texts
    with pytest.raises(UserError, match="宏"):
        read_safely(repacked(form_of("x"), {"word/vbaProject.bin": b"x"}), "a.docx")
