"""The pdf: every code point there, fonts embedded, lines broken as Chinese is set, no glyph missing in silence."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.documents.blocks import Run, plain_text
from filingdesk.documents.paper import Paper
from filingdesk.documents.pdf_fonts import SERIF
from filingdesk.documents.pdf_text import NO_END, NO_START, TextStyle, break_lines
from filingdesk.documents.render import render, write
from filingdesk.domain.errors import UserError
from unit.documents.support import Officer, SmallFacts, filled, label_of, paper_of

SPACES = re.compile(r"\s")


def pages_of(data: bytes) -> Iterator[str]:
    pdf = pypdfium2.PdfDocument(data)
    try:
        for page in pdf:
            text = page.get_textpage()
            yield text.get_text_range()
            text.close()
            page.close()
    finally:
        pdf.close()


def squeezed(text: str) -> str:
    return SPACES.sub("", text)


def pdf_of(body: str, facts: SmallFacts | None = None, *, draft: bool = False, **spec: str) -> bytes:
    document = render(paper_of(body, **spec), facts or filled(), label_of, draft=draft)
    return write(document, "pdf", allow_gaps=True)


def test_every_code_point_of_the_blocks_is_in_the_pdf(
    sample_paper: Paper, facts: SmallFacts, picture: bytes
) -> None:
    document = render(sample_paper, facts, label_of, {"total": 12}, draft=False)
    pages = list(pages_of(write(document, "pdf", images=lambda _ref: picture)))
    header, total = "示例问答生成算法", len(pages)
    wanted = Counter(squeezed(plain_text(document)))
    for number in range(1, total + 1):
        wanted += Counter(squeezed(f"{header}第{number}页共{total}页"))
    # Besides the blocks: the contents (title, headings, page numbers).
    headings = ["一、算法情况", "（一）产品", "1.示例客服助手", "2.示例检索台", "未编号的标题"]
    numbers = [max(n for n, page in enumerate(pages, 1) if words in squeezed(page)) for words in headings]
    assert numbers == sorted(numbers)
    wanted += Counter("目录" + "".join(headings)) + Counter("".join(map(str, numbers)))
    assert Counter(squeezed("".join(pages))) == wanted


def test_all_fonts_are_embedded() -> None:
    data = pdf_of(
        "# 标题\n**粗**☑☐ plain {{ officer.name }}\n\n| a | b |\n|---|---|\n| 甲 | |\n\n> 提示", draft=True
    )
    assert b"Helvetica" not in data
    fonts = re.findall(rb"/BaseFont\s*/([A-Za-z0-9+-]+)", data)
    assert {name.split(b"+")[-1].split(b"-")[0] for name in fonts} <= {
        b"NotoSerifSC",
        b"NotoSansSC",
        b"DejaVuSans",
    }
    assert len(re.findall(rb"/FontFile2", data)) == len(set(fonts))


def test_right_to_left_text_is_refused_rather_than_set_backwards() -> None:
    document = render(paper_of("{{ officer.name }}"), SmallFacts(officer=Officer(name="مثال")), label_of)
    with pytest.raises(UserError, match=r"officer\.name.*U\+0645"):
        write(document, "pdf")


def test_the_glyph_gate_also_stands_before_the_header() -> None:
    paper = paper_of("甲", header='"{{ officer.name }}"')
    document = render(paper, SmallFacts(officer=Officer(name="王🦄本")), label_of)
    with pytest.raises(UserError, match=r"U\+1F984"):
        write(document, "pdf")


def test_bookmarks_follow_the_headings(sample_paper: Paper, facts: SmallFacts) -> None:
    data = write(render(sample_paper, facts, label_of, {"total": 1}), "pdf")
    pdf = pypdfium2.PdfDocument(data)
    marks = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
    meta = pdf.get_metadata_dict()
    pdf.close()
    assert marks == [
        (0, "一、算法情况"),
        (1, "（一）产品"),
        (2, "1.示例客服助手"),
        (2, "2.示例检索台"),
        (3, "（1）细目"),
        (1, "未编号的标题"),
    ]
    assert meta["Title"] == "算法说明（样张）"
    assert meta["Subject"] == "（示例问答生成算法）"


def test_contents_name_the_page_of_each_heading() -> None:
    pages = list(pages_of(pdf_of("[[toc]]\n---\n# 甲\n文字\n\n---\n# 乙\n文字")))
    first = squeezed(pages[0])
    assert len(pages) == 3
    assert "一、甲" in first
    assert re.search(r"一、甲.*2", first)
    assert re.search(r"二、乙.*3", first)


def test_a_character_without_glyph_stops_the_export_and_names_the_field() -> None:
    facts = SmallFacts(officer=Officer(name="王🦄本"))
    document = render(paper_of("负责人：{{ officer.name }}"), facts, label_of)
    with pytest.raises(UserError) as caught:
        write(document, "pdf")
    assert caught.value.code == "papers.glyph"
    assert "U+1F984" in caught.value.message
    assert "officer.name" in caught.value.message
    assert "王🦄本" in write(document, "html").decode()


@pytest.mark.parametrize("char", ["镕", "喆", "䶮", "㛃", "𬭎", "☑", "☐", "①", "㎡", "‰", "—", "…", "“", "·"])
def test_rare_characters_of_names_and_signs_are_printed(char: str) -> None:
    pages = list(pages_of(pdf_of("{{ officer.name }}", SmallFacts(officer=Officer(name=char * 3)))))
    assert squeezed("".join(pages)).count(char) == 3


STYLE = TextStyle(SERIF, 16, 28)


def lines(text: str, width: float = 160, style: TextStyle = STYLE) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in break_lines((Run(text),), style, width)]


def test_no_line_begins_with_a_closing_or_ends_with_an_opening_mark() -> None:
    text = "甲乙丙丁戊己庚辛壬癸，子丑寅卯辰巳午未申（酉戌亥）天地玄黄宇宙洪荒日“月盈昃”。" * 3
    for line in lines(text):
        assert line[0] not in NO_START
        assert line[-1] not in NO_END
    assert "".join(lines(text)) == text


def test_latin_words_dates_and_numbers_stay_whole() -> None:
    out = lines("版本为ExampleChat于2026-09-01发布共12,345.67条")
    assert any("ExampleChat" in line for line in out)
    assert any("2026-09-01" in line for line in out)
    assert any("12,345.67" in line for line in out)


def test_a_long_address_is_parted_at_its_slashes() -> None:
    out = lines("https://example.cn/aaaaaaa/bbbbbbbbbb/cccccccccc")
    assert len(out) > 1
    assert all(line.endswith("/") for line in out[:-1])


def test_the_official_line_holds_28_characters_and_the_page_22_lines() -> None:
    body = "字" * (28 * 22 - 2 + 28 * 3)
    pages = list(pages_of(pdf_of(body, show_title="false")))
    assert [squeezed(page).count("字") for page in pages] == [28 * 22 - 2, 28 * 3]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"甲乙，。（）“”……——、 ab1/-.《》☑", "longword", "　", "https://example.cn/x"]),
        max_size=60,
    ).map("".join),
    st.sampled_from([18.0, 40.0, 161.0]),
)
def test_breaking_lines_loses_and_adds_nothing_and_stays_inside(text: str, width: float) -> None:
    broken = break_lines((Run(text),), STYLE, width)
    assert "".join(piece.text for line in broken for piece in line.pieces) == text
    for line in broken:
        words = list(line.pieces)
        while words and words[-1].space:
            words.pop()
        # The last line may stand a little closer to take in a character or two.
        closer = 0.06 * STYLE.size * (len(line.pieces) - 1) if line.last else 0.0
        assert sum(piece.width for piece in words) <= width + closer + 0.01 or len(words) == 1


def test_a_heading_is_never_alone_at_the_foot_of_a_page() -> None:
    for before in range(17, 23):
        body = "\n\n".join(["字"] * before) + "\n\n# 章\n## 节\n\n正文第一段。\n"
        for page in pages_of(pdf_of(body, show_title="false")):
            if "章" in page:
                assert "正文" in page


def test_heads_of_long_tables_repeat_and_every_row_is_there_once() -> None:
    rows = "\n".join(f"| 行{i:03d} | {'内容' * (i % 40)} |" for i in range(120))
    pages = list(pages_of(pdf_of(f"::: table 20 80 | 长表\n| 编号头 | 内容头 |\n|---|---|\n{rows}\n:::")))
    text = "".join(pages)
    assert len(pages) > 3
    assert all("编号头" in page for page in pages)
    assert [text.count(f"行{i:03d}") for i in range(120)] == [1] * 120
    assert text.count("内容") == len(pages) + sum(i % 40 for i in range(120))


def test_rows_taller_than_a_page_are_cut_and_nothing_is_lost() -> None:
    words = "".join(f"第{i:04d}句。" for i in range(500))
    facts = SmallFacts(officer=Officer(name=words))
    body = (
        "::: form 20* 30 20* 30\n| 说明 | {{ officer.name }} | | |\n| ^ | {{ officer.name }} | < | < |\n:::"
    )
    pages = [squeezed(page) for page in pages_of(pdf_of(body, facts))]
    text = "".join(page.removeprefix(f"第{n}页共{len(pages)}页") for n, page in enumerate(pages, 1))
    assert len(pages) > 2
    assert text.count("说明") == 1
    for i in range(500):
        assert text.count(f"第{i:04d}句。") == 2


def test_a_draft_is_marked_on_every_page_and_a_final_is_not() -> None:
    body = "甲\n\n---\n乙"
    drafts = list(pages_of(pdf_of(body, draft=True)))
    assert all(page.count("草稿") == 2 for page in drafts)
    assert "草稿" not in "".join(pages_of(pdf_of(body)))


def test_two_pdfs_at_once_in_two_threads_are_the_same_as_alone() -> None:
    bodies = [f"# 甲{i}\n{chr(0x4E00 + i)}**粗{i}**" for i in range(6)]
    alone = [pdf_of(body) for body in bodies]
    with ThreadPoolExecutor(max_workers=3) as pool:
        assert list(pool.map(pdf_of, bodies)) == alone


def test_an_empty_body_is_one_page() -> None:
    assert len(list(pages_of(pdf_of("", show_title="false")))) == 1


def test_headings_that_skip_a_level_still_make_bookmarks() -> None:
    pdf = pypdfium2.PdfDocument(pdf_of("## 甲\n#### 乙\n# 丙\n### 丁"))
    marks = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
    pdf.close()
    assert marks == [(0, "（一）甲"), (1, "（1）乙"), (0, "一、丙"), (1, "1.丁")]


def test_small_tables_stay_on_one_page() -> None:
    rows = "\n".join(f"| 行{i} | 内容 |" for i in range(4))
    for before in range(15, 22):
        body = "\n\n".join(["字"] * before) + f"\n\n::: form 20* 80\n{rows}\n:::\n"
        for page in pages_of(pdf_of(body, show_title="false")):
            assert ("行0" in page) == ("行3" in page)


def test_a_table_that_goes_on_says_so_above_its_repeated_head() -> None:
    rows = "\n".join(f"| {n} | 第{n}条 |" for n in range(1, 121))
    body = f"正文。\n\n::: table 20 80 | 清单\n| 序号 | 内容 |\n|---|---|\n{rows}\n:::\n\n后文。"
    pages = [squeezed(page) for page in pages_of(pdf_of(body))]
    assert len(pages) >= 3
    assert "表1清单" in pages[0]
    assert "续表1" not in pages[0]
    for page in pages[1:]:
        # The line stands above the head on the new page, never alone at the foot of the page before.
        assert page.count("续表1序号内容") == 1
        assert page.index("续表1") < page.index("条")
    found = [int(n) for page in pages for n in re.findall(r"第(\d+)条", page)]
    assert found == list(range(1, 121))


def test_a_table_on_one_page_or_without_a_number_is_not_marked() -> None:
    short = "::: table 20 80 | 清单\n| 序号 | 内容 |\n|---|---|\n| 1 | 甲 |\n:::"
    assert "续表" not in "".join(pages_of(pdf_of(short)))
    many = "::: keyvalue\n" + "\n".join(f"项目{n}：内容" for n in range(90)) + "\n:::"
    pages = list(pages_of(pdf_of(many)))
    assert len(pages) > 1
    assert "续表" not in "".join(pages)


@pytest.mark.parametrize("before", range(18, 32))
def test_an_announcement_does_not_stand_alone_at_the_foot_of_a_page(before: int) -> None:
    filler = "\n\n".join(f"第{n}段。" for n in range(before))
    body = f"{filler}\n\n采取的措施如下。\n\n" + "甲" * 300 + "\n\n负责的岗位：\n\n" + "乙" * 300
    pages = [squeezed(page) for page in pages_of(pdf_of(body))]
    for words, first in (("采取的措施如下。", "甲"), ("负责的岗位：", "乙")):
        page = next(page for page in pages if words in page)
        assert first in page[page.index(words) + len(words) :]


@pytest.mark.parametrize("rows", range(20, 44, 2))
def test_signatures_after_a_table_never_stand_alone_on_a_page(rows: int) -> None:
    lines = "\n".join(f"| {n} | 第{n}条 |" for n in range(1, rows + 1))
    table = f"::: table 20 80 | 清单\n| 序号 | 内容 |\n|---|---|\n{lines}\n:::"
    body = table + '\n\n{{ seal("单位（盖章）", "甲公司") }}'
    pages = [squeezed(page) for page in pages_of(pdf_of(body))]
    assert sum(page.count("单位（盖章）") for page in pages) == 1
    signed = next(page for page in pages if "单位（盖章）" in page)
    assert f"第{rows}条" in signed
    assert [int(n) for page in pages for n in re.findall(r"第(\d+)条", page)] == list(range(1, rows + 1))
    assert all("条" in page for page in pages)


def test_a_number_stands_on_one_line_with_its_unit() -> None:
    style = TextStyle(STYLE.font, 16.0, 28.0)
    for text, whole in (
        ("保存不少于3年以上", "3年"),
        ("规模为约1.1 GB左右", "1.1 GB"),
        ("共抽取 200 条样本", "200 条"),
    ):
        for width in range(60, 170, 8):
            lines = [
                "".join(piece.text for piece in line.pieces)
                for line in break_lines((Run(text),), style, float(width))
            ]
            assert any(whole in line for line in lines), (width, lines)


def test_a_last_line_of_one_character_is_taken_into_the_line_before_it() -> None:
    style = TextStyle(STYLE.font, 12.0, 22.0)
    broken = break_lines((Run("字" * 31),), style, 30 * 12.0)
    assert [len(line.pieces) for line in broken] == [31]
    # Four characters are a line of their own.
    assert len(break_lines((Run("字" * 34),), style, 30 * 12.0)) == 2


def rows_by_page(body: str) -> list[list[str]]:
    return [re.findall(r"行\d\d", page) for page in pages_of(pdf_of(body, show_title="false"))]


def test_no_row_of_a_table_stands_alone_on_a_page() -> None:
    for before in range(8, 22):
        for count in (4, 9, 21):
            table = "\n".join(f"| 行{n:02d} | 内容 |" for n in range(count))
            body = (
                "\n\n".join(["字"] * before)
                + f"\n\n::: table 20 80 | 数据\n| 甲 | 乙 |\n|---|---|\n{table}\n:::\n"
            )
            spread = [rows for rows in rows_by_page(body) if rows]
            assert sum(map(len, spread)) == count
            assert all(len(rows) >= 2 for rows in spread), (before, count, spread)


def test_breaks_at_the_end_make_no_empty_page() -> None:
    assert len(list(pages_of(pdf_of("甲\n\n[[landscape]]\n\n乙\n\n[[portrait]]\n")))) == 2
