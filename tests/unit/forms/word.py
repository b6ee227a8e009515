"""Word files made in code for the tests of own forms and own looks; every name in them is evidently fictional."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image, ImageDraw

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def form_of(*lines: str, rows: Sequence[Sequence[str]] = (), header: str = "", footer: str = "") -> bytes:
    """A form with these paragraphs, one table and a header."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(len(rows), len(rows[0]), "Table Grid")
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    return saved(document)


def split_form(pieces: Sequence[str]) -> bytes:
    """One paragraph whose words Word has cut into runs of different looks."""
    document = Document()
    paragraph = document.add_paragraph()
    for index, piece in enumerate(pieces):
        paragraph.add_run(piece).bold = bool(index % 2)
    return saved(document)


def boxed_form(text: str) -> bytes:
    """A form with a text box, in the two copies that Word keeps of it."""
    box = f'<w:txbxContent xmlns:w="{W}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>'
    xml = (
        f'<w:p xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><w:r><mc:AlternateContent>'
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    data = form_of("单位：{{ 主体名称 }}")
    document = read(data, "word/document.xml").replace("<w:sectPr", f"{xml}<w:sectPr", 1)
    return repacked(data, {"word/document.xml": document.encode()})


def read(data: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part).decode()


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def repacked(data: bytes, changed: Mapping[str, bytes | None]) -> bytes:
    """The same file with other parts; None takes one out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in archive.namelist():
            if name not in changed:
                made.writestr(name, archive.read(name))
        for name, content in changed.items():
            if content is not None:
                made.writestr(name, content)
    return out.getvalue()


def related(
    data: bytes, kind: str, target: str, *, external: bool = False, part: str = "word/document.xml"
) -> bytes:
    """The same file with one more relationship `rIdBad` of a part."""
    folder, _slash, file = part.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
    known = names(data)
    text = (
        read(data, rels)
        if rels in known
        else '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    mode = ' TargetMode="External"' if external else ""
    entry = (
        '<Relationship Id="rIdBad" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        f'{kind}" Target="{target}"{mode}/>'
    )
    return repacked(data, {rels: text.replace("</Relationships>", f"{entry}</Relationships>").encode()})


def with_xml(data: bytes, inner: str) -> bytes:
    """The same file with more XML at the beginning of its body."""
    text = read(data, "word/document.xml").replace("<w:body>", f"<w:body>{inner}", 1)
    return repacked(data, {"word/document.xml": text.encode()})


def field(code: str) -> str:
    """A paragraph with a field."""
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def logo(size: tuple[int, int] = (360, 120), mode: str = "RGB") -> bytes:
    """An evidently invented mark."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, size[1] - 8, size[1] - 8), fill="#1F6F54")
    draw.rectangle((size[1] + 10, size[1] // 3, size[0] - 8, 2 * size[1] // 3), fill="#C9A227")
    out = io.BytesIO()
    if mode == "RGB":
        image.save(out, "PNG")
    else:
        image.convert(mode).save(out, "JPEG")
    return out.getvalue()


def _fonts(style, east_asia: str, latin: str) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asia)):
        fonts.set(qn(f"w:{name}"), value)


def _page_field(paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "text":
            run.text = text
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = f" {text} "
            run._r.append(instruction)


def company_look(picture: bytes | None = None, *, footer_page: bool = False) -> bytes:
    """The look of an invented company: its fonts, sizes, margins, a header with a mark and a footer."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(32), Mm(25)
    section.left_margin, section.right_margin = Mm(31), Mm(24)
    section.header_distance, section.footer_distance = Mm(12), Mm(13)
    styles = document.styles
    for name, east_asia, latin, size, colour in (
        ("Normal", "宋体", "Arial", 12, None),
        ("Heading 1", "微软雅黑", "Arial", 18, "1F6F54"),
        ("Heading 2", "微软雅黑", "Arial", 15, "1F6F54"),
        ("Heading 3", "微软雅黑", "Arial", 13, "333333"),
        ("Title", "微软雅黑", "Arial", 26, "1F6F54"),
        ("Caption", "楷体", "Arial", 10, "555555"),
        ("Header", "微软雅黑", "Arial", 9, "555555"),
        ("Footer", "宋体", "Arial", 9, "555555"),
    ):
        style = styles[name]
        _fonts(style, east_asia, latin)
        style.font.size = Pt(size)
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
    normal = styles["Normal"].paragraph_format
    normal.line_spacing, normal.space_after, normal.first_line_indent = 1.5, Pt(6), Pt(24)
    styles["Heading 1"].paragraph_format.space_before = Pt(18)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("范本公司文件", "Title")
    document.add_heading("第一章", 1)
    document.add_paragraph("正文示范。" * 12)
    document.add_heading("第一节", 2)
    document.add_paragraph("正文示范。" * 12)
    document.add_paragraph("表 1 示范", "Caption")
    table = document.add_table(2, 2, "Table Grid")
    for cell in (cell for row in table.rows for cell in row.cells):
        cell.text = "表格文字"
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(10)
    head = section.header.paragraphs[0]
    if picture is not None:
        head.add_run().add_picture(io.BytesIO(picture), height=Mm(9))
    head.add_run("　范本科技（虚构）有限公司")
    foot = section.footer.paragraphs[0]
    foot.text = "虚构路 1 号　电话 000-0000"
    if footer_page:
        foot.add_run("　第 ")
        _page_field(foot, "PAGE")
        foot.add_run(" 页，共 ")
        _page_field(foot, "NUMPAGES")
        foot.add_run(" 页")
    return saved(document)


def local_form() -> bytes:
    """A form as an invented local office might hand it out: a bordered table, boxes to tick, rows to repeat, a place to sign."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    _fonts(document.styles["Normal"], "宋体", "Times New Roman")
    document.styles["Normal"].font.size = Pt(11)
    section.header.paragraphs[0].text = "示范省（虚构）网络信息办公室"
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("算法备案补充信息表")
    run.bold, run.font.size = True, Pt(18)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    rows = [
        ["单位名称", "{{ 单位名称 }}", "统一社会信用代码", "{{ 统一社会信用代码 }}"],
        ["法定代表人", "{{ 法定代表人 }}", "算法安全责任人", "{{ 算法安全责任人姓名 }}"],
        ["算法名称", "{{ 算法名称 }}", "上线日期", "{{ 日期(algorithm.launched_on) }}"],
        ["算法类型", "{{ 勾选(算法类型) }}", "", ""],
    ]
    table = document.add_table(len(rows), 4, "Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(3, 1).merge(table.cell(3, 3))
    document.add_paragraph("关联产品：")
    products = document.add_table(4, 3, "Table Grid")
    for row, texts in zip(
        products.rows,
        [
            ["序号", "产品名称", "访问地址"],
            ["{%tr for 产品 in 产品列表 %}", "", ""],
            ["{{ loop.index }}", "{{ 产品.产品名称 }}", "{{ 产品.访问地址 }}"],
            ["{%tr endfor %}", "", ""],
        ],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph('{% if "生成合成类" in algorithm.types %}')
    document.add_paragraph("本算法属于生成合成类，已按要求添加标识。")
    document.add_paragraph("{% endif %}")
    document.add_paragraph(
        "单位（盖章）：　　　　　　　　年　　月　　日"
    ).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return saved(document)
