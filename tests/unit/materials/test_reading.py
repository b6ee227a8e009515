"""Every format is read with its places; what cannot be read is told, never taken for empty."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.resources import resource_path
from filingdesk.materials.pieces import FileText
from filingdesk.materials.reading import read_bytes, read_file
from unit.materials import seeding

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(**parts: str) -> bytes:
    """A Word file of nothing but the given parts: name of the part → XML inside its root."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, inside in parts.items():
            root = "document" if name == "document" else name.rstrip("0123456789")
            inner = f"<w:body>{inside}</w:body>" if name == "document" else inside
            archive.writestr(f"word/{name}.xml", f"<w:{root} {W}>{inner}</w:{root}>")
    return out.getvalue()


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def shown(text: FileText) -> list[tuple[str, str]]:
    return [(piece.place, piece.text) for piece in text.pieces]


def test_a_word_file_is_read_in_all_its_corners() -> None:
    box = f"<w:p><w:r><w:pict><w:txbxContent>{p('框里')}</w:txbxContent></w:pict></w:r></w:p>"
    table = (
        f"<w:tbl><w:tr><w:tc>{p('算法名称')}</w:tc><w:tc>{p('甲')}{p('乙')}</w:tc></w:tr></w:tbl>"
        f"<w:sdt><w:sdtContent>{p('控件里')}</w:sdtContent></w:sdt>"
    )
    changed = "<w:p><w:del><w:r><w:delText>删了</w:delText></w:r></w:del><w:ins><w:r><w:t>加了</w:t></w:r></w:ins></w:p>"
    text = read_bytes(
        "报告.docx",
        word(
            document=p("正文") + table + box + changed,
            header1=p("页眉里"),
            footer1=p("页脚里"),
            footnotes=f"<w:footnote>{p('脚注里')}</w:footnote>",
            comments=f"<w:comment>{p('批注里')}</w:comment>",
        ),
    )
    assert shown(text) == [
        ("第 1 段", "正文"),
        ("表 1 第 1 行", "算法名称\t甲\n乙"),
        ("第 2 段", "控件里"),
        ("第 3 段的文本框", "框里"),
        ("第 4 段", "加了"),
        ("页眉", "页眉里"),
        ("页脚", "页脚里"),
        ("脚注", "脚注里"),
        ("批注", "批注里"),
    ]
    assert text.notes == {"comments": 1, "revisions": 2}


def test_pdf_text_has_pages_and_wrapped_lines_are_one_paragraph() -> None:
    text = read_bytes(
        "a.pdf", seeding.pdf_of(["本算法的名称是示例智联客服对话", "生成算法。", "上线时间：2026年8月3日。"])
    )
    assert text.pages == 1 and not text.failed
    assert shown(text) == [
        ("第 1 页", "本算法的名称是示例智联客服对话生成算法。"),
        ("第 1 页", "上线时间：2026年8月3日。"),
    ]


def scan(pages: int, with_text: bool = False) -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if "Seeded" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Seeded", str(resource_path("fonts", "NotoSansSC-Regular.ttf"))))
    out = io.BytesIO()
    canvas = Canvas(out)
    if with_text:
        canvas.setFont("Seeded", 12)
        canvas.drawString(60, 700, "这一页有文字，主体名称在后面的扫描页。")
        canvas.showPage()
    picture = ImageReader(Image.new("RGB", (200, 280), "white"))
    for _ in range(pages):
        canvas.drawImage(picture, 0, 0, 500, 700)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", "owner", strength=128))
    canvas.drawString(60, 700, "x")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked_docx() -> bytes:
    """What Office writes for a file with a password: an OLE container with a stream of this name."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    )


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(60_000_000))
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.docx", locked_docx, "打开密码"),
        ("a.doc", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "旧版 Office"),
        ("a.pdf", locked_pdf, "打开密码"),
        ("a.pdf", lambda: scan(2), "扫描件"),
        ("a.pdf", lambda: b"%PDF-1.4 nothing", "损坏"),
        ("a.docx", lambda: b"PK\x03\x04broken", "损坏"),
        ("a.docx", lambda: b"plain text", "损坏"),
        ("a.docx", bomb, "压缩炸弹"),
        ("a.docx", entities, "DTD"),
        ("a.docx", lambda: word(header1=p("只有页眉")), "没有 Word 正文"),
        ("a.xlsx", lambda: b"PK\x03\x04broken", "损坏"),
        ("a.png", lambda: b"\x89PNG", "图片"),
        ("a.zip", lambda: b"PK\x03\x04", "读不了这种格式"),
        ("a.wps", lambda: b"\x00\x01", "读不了 .wps"),
        ("a.docx", lambda: b"", "空文件"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, make: Callable[[], bytes], reason: str) -> None:
    text = read_bytes(name, make())
    assert reason in text.failed and not text.readable and not text.pieces


def test_scanned_pages_of_a_mixed_pdf_are_named() -> None:
    text = read_bytes("a.pdf", scan(2, with_text=True))
    assert text.readable and text.partly == ("第 2、3 页像是扫描图片，没有文字可读",)


def test_a_file_that_vanished_is_told() -> None:
    assert "找不到" in read_file(Path("/nowhere/a.docx")).failed


def test_tables_of_sheets_html_and_markdown_keep_their_cells() -> None:
    table = [["项目", "内容"], ["算法名称", "甲算法"]]
    sheet = read_bytes("a.xlsx", seeding.xlsx_of([table]))
    assert [(q.place, q.text) for q in sheet.pieces][1] == ("工作表「说明」第 2 行", "算法名称\t甲算法")
    html = read_bytes(
        "a.html",
        b"<table><tr><th>\xe9\xa1\xb9</th><td>1</td></tr></table><script>x</script><p>\xe5\xa5\xbd</p>",
    )
    assert [q.text for q in html.pieces] == ["项\t1", "好"]
    markdown = read_bytes("a.md", "# 标题\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n![图](a.png)\n".encode())
    assert [(q.text, q.images) for q in markdown.pieces] == [("标题", 0), ("甲\t乙", 0), ("1\t2", 0), ("", 1)]


def test_text_in_an_old_encoding_is_read() -> None:
    assert read_bytes("a.txt", "主体名称：甲\r\n".encode("gb18030")).pieces[0].text == "主体名称：甲"


def test_cancelling_stops_the_reading() -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        read_bytes("a.pdf", seeding.pdf_of(["甲"]), cancel)
