"""What people really put in: huge, broken or odd pictures, endless tables and paragraphs, characters nobody sees."""

import io
import struct
import zlib

import pypdfium2
import pytest
from docx import Document as open_docx
from PIL import Image

from filingdesk.documents.images import MAX_PIXELS, normalise_picture
from filingdesk.documents.render import render, write
from unit.documents.support import Algorithm, SmallFacts, filled, label_of, paper_of

SHOWN = "{{ figure(algorithm.shots, '截图') }}"


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


FRAMES = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
GOOD = saved(Image.new("RGB", (60, 40), "#123456"), "PNG")
SHOWABLE = {
    "cmyk": saved(Image.new("CMYK", (60, 40), (0, 200, 200, 0)), "JPEG"),
    "animated gif": saved(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
    "animated webp": saved(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
    "16 bit grey": saved(Image.new("I;16", (60, 40), 40000), "PNG"),
    "palette with transparency": saved(Image.new("P", (60, 40), 3), "PNG", transparency=3),
    "one pixel": saved(Image.new("RGB", (1, 1)), "PNG"),
    "very long": saved(Image.new("RGB", (20, 9000)), "PNG"),
}
NO_PICTURE = {
    "200 megapixels": png_that_claims(20_000, 10_000),
    "a bomb": png_that_claims(60_000, 60_000),
    "cut off": GOOD[: len(GOOD) // 2],
    "a jpeg cut off": saved(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")[:500],
    "no picture": b"%PDF-1.7 nothing to see",
    "empty": b"",
}


@pytest.mark.parametrize("kind", SHOWABLE)
@pytest.mark.parametrize("fmt", ["docx", "pdf", "html"])
def test_odd_pictures_are_shown(kind: str, fmt: str) -> None:
    picture = normalise_picture(SHOWABLE[kind])
    assert picture is not None
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.mode == "RGB"
        assert max(image.size) <= 2400
    document = render(paper_of(SHOWN), filled(), label_of, draft=False)
    data = write(document, fmt, images=lambda _ref: SHOWABLE[kind])
    if fmt == "docx":
        assert len(open_docx(io.BytesIO(data)).inline_shapes) == 1


@pytest.mark.parametrize("kind", NO_PICTURE)
@pytest.mark.parametrize("fmt", ["docx", "pdf", "html"])
def test_what_cannot_be_shown_is_pointed_to(kind: str, fmt: str) -> None:
    assert normalise_picture(NO_PICTURE[kind]) is None
    document = render(paper_of(SHOWN), filled(), label_of, draft=False)
    data = write(document, fmt, images=lambda _ref: NO_PICTURE[kind])
    if fmt == "docx":
        assert "（见附件“标识截图.png”）" in "".join(p.text for p in open_docx(io.BytesIO(data)).paragraphs)
    assert data


def test_the_limit_of_pixels_stands_below_what_the_issue_names() -> None:
    assert MAX_PIXELS < 200_000_000


def test_a_table_of_5000_rows_loses_none() -> None:
    body = (
        "::: table 20 80 | 长表\n| 序号 | 内容 |\n|---|---|\n"
        "{% for n in range(5000) %}\n| {{ n }} | 行{{ n }}尾 |\n{% endfor %}\n:::"
    )
    document = render(paper_of(body), filled(), label_of, draft=False)
    table = open_docx(io.BytesIO(write(document, "docx"))).tables[0]
    assert len(table._tbl.tr_lst) == 5001
    pdf = pypdfium2.PdfDocument(write(document, "pdf"))
    words = ""
    for page in (pdf[0], pdf[len(pdf) - 1]):
        text = page.get_textpage()
        words += "".join(text.get_text_range().split())
        text.close()
        page.close()
    pdf.close()
    assert "行0尾" in words
    assert "行4999尾" in words


def test_a_paragraph_of_100000_characters_loses_none() -> None:
    text = "".join(f"第{n}句话很长，" for n in range(12_000))[:100_000]
    document = render(
        paper_of("{{ algorithm.intro }}"), SmallFacts(algorithm=Algorithm(intro=text)), label_of, draft=False
    )
    package = open_docx(io.BytesIO(write(document, "docx", allow_gaps=True)))
    assert text in "".join(p.text for p in package.paragraphs)
    pdf = pypdfium2.PdfDocument(write(document, "pdf", allow_gaps=True))
    assert len(pdf) > 60
    pdf.close()


INVISIBLE = "甲\u0000\u0007乙\u200f\u202e丙\u2066丁\ufeff\u000b戊"


@pytest.mark.parametrize("fmt", ["docx", "pdf", "html"])
def test_control_characters_and_marks_of_direction_are_dropped_and_told(fmt: str) -> None:
    facts = SmallFacts(algorithm=Algorithm(intro=INVISIBLE))
    document = render(paper_of("{{ algorithm.intro }}"), facts, label_of, draft=False)
    assert any("看不见的控制字符没有写入" in warning for warning in document.warnings)
    data = write(document, fmt, allow_gaps=True)
    if fmt == "docx":
        shown = "".join(p.text for p in open_docx(io.BytesIO(data)).paragraphs)
        assert "甲乙丙丁" in shown
        assert not set(shown) & set("\u0000\u0007\u200f\u202e\u2066\u000b")
