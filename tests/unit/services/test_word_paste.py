"""Text copied in Word keeps its structure as Markdown; whatever the html is, its words come through."""

from hypothesis import given
from hypothesis import strategies as st

from filingdesk.documents.formatted import formatted, plain_words
from filingdesk.services.rtf_paste import html_of
from filingdesk.services.word_paste import from_html

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style>
<xml><o:x>不要</o:x></xml></head><body lang=ZH-CN><!--StartFragment-->
<h2><span>总体思路</span></h2>
<p class=MsoNormal><span lang=EN-US>本算法</span><b><span>先检索</span></b><span>，再生成。</span></p>
<p class=MsoListParagraph style='margin-left:18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>接收输入</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>2.</span><![endif]>审核</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span>\u00b7</span><![endif]>关键词</p>
<table class=MsoTable><tr><td><p><b>环节</b></p></td><td><p>负责人</p></td></tr>
<tr><td><p>审核</p></td><td><p>王样本</p><p>李样本</p></td></tr></table>
<p>尾段<o:p></o:p></p><p><img src="file:///C:/x.png"></p>
<!--EndFragment--></body></html>"""


def test_a_piece_of_a_word_document_keeps_headings_lists_tables_and_bold() -> None:
    pasted = from_html(WORD)
    assert pasted.structured
    assert pasted.pictures == 1
    assert pasted.text == (
        "## 总体思路\n"
        "本算法**先检索**，再生成。\n"
        "\n"
        "1. 接收输入\n"
        "1. 审核\n"
        "   - 关键词\n"
        "\n"
        "| **环节** | 负责人 |\n"
        "|---|---|\n"
        "| 审核 | 王样本 李样本 |\n"
        "\n"
        "尾段"
    )
    words = plain_words(pasted.text)
    assert "1. 接收输入\n2. 审核" in words
    assert "不要" not in words


def test_lists_of_a_browser_and_a_start_of_its_own() -> None:
    pasted = from_html(
        "<ul><li>甲</li><li><p>乙</p><ol><li>子</li></ol></li></ul><ol start=3><li>丙</li></ol>"
    )
    assert pasted.text == "- 甲\n- 乙\n   1. 子\n3. 丙"


def test_plain_paragraphs_are_plain_and_signs_stay_signs() -> None:
    pasted = from_html("<p>第一段</p><p># 不是标题</p><p>1. 不是列表</p><p>2*3*4</p><p>a<br>b</p>")
    assert not pasted.structured
    assert pasted.text == "第一段\n\\# 不是标题\n1\\. 不是列表\n2\\*3\\*4\na\nb"


def test_what_is_pasted_prints_the_words_that_were_copied() -> None:
    made = formatted(from_html(WORD).text, "x", "", {})
    assert made is not None
    for word in ("总体思路", "先检索", "接收输入", "关键词", "负责人", "李样本", "尾段"):
        assert word in made[0].text


@given(st.text(alphabet="甲乙<>/bptdrlioua =\"'!&;-*|#", max_size=120))
def test_any_html_is_survived(html: str) -> None:
    from_html(html)


@given(st.lists(st.sampled_from(["甲", "乙乙", "*", "a|b", "# x", "- y"]), min_size=1, max_size=6))
def test_no_word_of_a_table_is_lost(cells: list[str]) -> None:
    html = (
        "<table>" + "".join(f"<tr><td>{c}</td><td>末{n}</td></tr>" for n, c in enumerate(cells)) + "</table>"
    )
    words = plain_words(from_html(html).text).replace("\\", "")
    for n, cell in enumerate(cells):
        assert f"末{n}" in words
        assert cell.strip("*|#- ") in words


RTF = (
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 \'cb\'ce\'cc\'e5;}}{\*\generator x;}\pard\b "
    + "".join(f"\\'{byte:02x}" for byte in "总体思路".encode("gb18030")).encode()
    + rb"\b0\par \u20808?\u26816?\u32034? a\{b\}\par"
    rb"{\pntext\bullet\tab}item\par\pard\trowd\intbl \u29615?\u33410?\cell B\cell\row\intbl C\cell D\cell\row\pard end\par}"
)


def test_rich_text_of_older_programs_keeps_words_bold_lists_and_tables() -> None:
    pasted = from_html(html_of(RTF))
    assert pasted.structured
    assert pasted.text == ("**总体思路**\n先检索 a{b}\n\n- item\n\n| 环节 | B |\n|---|---|\n| C | D |\n\nend")
    assert "宋体" not in pasted.text


@given(st.binary(max_size=200))
def test_any_rich_text_is_survived(data: bytes) -> None:
    from_html(html_of(b"{\\rtf1 " + data))
    from_html(html_of(data))
