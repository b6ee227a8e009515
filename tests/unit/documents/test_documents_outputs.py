"""The html preview, the spreadsheets, pictures, and that the same facts give the same bytes everywhere."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from filingdesk.documents.html_writer import anchor_of, fact_of_link
from filingdesk.documents.images import fit, normalise_picture
from filingdesk.documents.paper import Paper
from filingdesk.documents.render import render, write
from filingdesk.documents.sheets import MAX_CELL, keyword_sheet, question_sheet, write_xlsx
from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from unit.documents.support import SHOT, Officer, SmallFacts, filled, label_of, paper_of


def html_of(body: str, facts: SmallFacts | None = None) -> str:
    return write(render(paper_of(body), facts or filled(), label_of), "html").decode()


def test_facts_and_gaps_link_to_their_fields() -> None:
    html = html_of("{{ products[0].name }}{{ officer.name }}", SmallFacts(products=filled().products))
    links = [fact_of_link(href) for href in re.findall(r'href="([^"]+)"', html)]
    assert links == ["products[0].name", "officer.name"]
    assert f'name="{anchor_of("products[0].name")}"' in html
    assert "【待补充：字段 officer.name】" in html
    assert fact_of_link("https://example.cn") is None


def test_facts_cannot_act_as_html() -> None:
    html = html_of("{{ officer.name }}", SmallFacts(officer=Officer(name="<script>x</script>&amp;\"'")))
    assert "<script>" not in html
    assert "&lt;script&gt;x&lt;/script&gt;&amp;amp;" in html


def test_the_preview_loads_nothing_from_elsewhere(
    sample_paper: Paper, facts: SmallFacts, picture: bytes
) -> None:
    html = write(
        render(sample_paper, facts, label_of, {"total": 1}), "html", images=lambda _r: picture
    ).decode()
    assert 'src="data:image/png;base64,' in html
    assert not re.search(r'(src|href)="(?!data:|fact:)', html)


def rows_of(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    out = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    return out


def test_formulas_links_and_numbers_stay_text() -> None:
    words = [
        "=1+1",
        "+A1",
        "-2",
        "@x",
        '=HYPERLINK("http://example.cn")',
        "https://example.cn",
        "007",
        "{=1}",
    ]
    data = write_xlsx([keyword_sheet([(word, "一", "") for word in words])])
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(word, "s") for word in words]
    book.close()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_the_two_annexes_have_the_columns_the_office_expects() -> None:
    sheets = [
        question_sheet("生成内容", [("1", "问", "A.1", "A.1.a", "答", "合格")]),
        question_sheet("拒答", []),
    ]
    found = rows_of(write_xlsx(sheets))
    assert list(found) == ["生成内容", "拒答"]
    assert found["拒答"] == [("序号", "测试题", "一级分类", "二级分类", "模型返回", "研判结果")]
    assert found["生成内容"][1] == ("1", "问", "A.1", "A.1.a", "答", "合格")
    assert rows_of(write_xlsx([keyword_sheet([])]))["拦截关键词列表"] == [("关键词", "一级分类", "二级分类")]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next() -> None:
    rows = [(f"词{i}", "一", "二") for i in range(25)]
    found = rows_of(write_xlsx([keyword_sheet(iter(rows))], max_rows=10))
    assert [len(sheet) for sheet in found.values()] == [11, 11, 6]
    assert [row for sheet in found.values() for row in sheet[1:]] == rows


def test_text_too_long_for_a_cell_is_refused_by_place() -> None:
    rows = [("词", "", ""), ("长" * (MAX_CELL + 1), "", "")]
    with pytest.raises(UserError, match=r"第 2 行「关键词」有 32768 个字"):
        write_xlsx([keyword_sheet(rows)])
    assert write_xlsx([keyword_sheet([("长" * MAX_CELL, "", "")])])


def test_control_characters_and_sheet_names_never_break_the_file() -> None:
    found = rows_of(
        write_xlsx([question_sheet("题库[1]:/?*" + "长" * 40, [("1", "a\x00b\x0bc", "", "", "", "")])])
    )
    ((name, rows),) = found.items()
    assert len(name) <= 31
    assert rows[1][1] == "ab\nc"


def test_writing_can_be_cancelled_and_reports() -> None:
    cancel, seen = Cancel(), []

    def report(progress: Progress) -> None:
        seen.append(progress.done)
        cancel.set()

    with pytest.raises(Cancelled):
        write_xlsx([keyword_sheet(("词", "", "") for _ in range(20_000))], cancel=cancel, report=report)
    assert seen == [5000]


def test_pictures_are_flattened_shrunk_and_bounded() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (3000, 100), (255, 0, 0, 0)).save(out, "PNG")
    picture = normalise_picture(out.getvalue())
    assert picture is not None
    assert (picture.width, picture.height) == (2400, 80)
    with Image.open(io.BytesIO(picture.data)) as shown:
        assert shown.mode == "RGB"
        assert shown.getpixel((0, 0)) == (255, 255, 255)
    width, height = fit(picture, 400, 400)
    assert width == 400
    assert height < 20
    cmyk = io.BytesIO()
    Image.new("CMYK", (50, 50)).save(cmyk, "JPEG")
    photo = normalise_picture(cmyk.getvalue())
    assert photo is not None
    assert photo.mime == "image/jpeg"
    assert normalise_picture(b"%PDF-1.4") is None
    assert normalise_picture(out.getvalue()[:60]) is None


MAKE = """
import hashlib, sys
sys.path[:0] = [{tests!r}]
from unit.documents.support import GOLDEN, filled, label_of
from filingdesk.documents.paper import load_paper
from filingdesk.documents.render import render, write
from filingdesk.documents.sheets import keyword_sheet, write_xlsx
picture = open({picture!r}, "rb").read()
document = render(load_paper(GOLDEN / "sample"), filled(), label_of, {{"total": 12}})
outputs = [write(document, fmt, images=lambda _r: picture) for fmt in ("docx", "pdf", "html")]
outputs.append(write_xlsx([keyword_sheet([("词", "一", "二")] * 50)], title="附件4"))
print(*[hashlib.sha256(data).hexdigest() for data in outputs])
"""


def test_the_same_facts_give_the_same_bytes_in_every_zone_locale_and_hash_order(
    tmp_path: Path, picture: bytes
) -> None:
    shot = tmp_path / "shot.png"
    shot.write_bytes(picture)
    script = MAKE.format(tests=str(Path(__file__).parents[2]), picture=str(shot))
    worlds = [
        {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": "1"},
    ]
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **world},
            cwd=tmp_path,
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        ).stdout
        for world in worlds
    ]
    assert found[0] == found[1]
    assert len(set(found[0].split())) == 4


def test_attachments_are_asked_for_by_reference(sample_paper: Paper, facts: SmallFacts) -> None:
    asked: list[str] = []
    write(render(sample_paper, facts, label_of, {"total": 1}), "html", images=lambda ref: asked.append(ref))
    assert asked == [SHOT]


def test_hashes_differ_when_a_fact_differs(sample_paper: Paper, facts: SmallFacts) -> None:
    other = facts.model_copy(update={"officer": Officer(name="赵样本")})
    made = {
        hashlib.sha256(write(render(sample_paper, f, label_of, {"total": 1}), fmt)).hexdigest()
        for f in (facts, other)
        for fmt in ("docx", "pdf", "html")
    }
    assert len(made) == 6
