"""A paper goes out as Word, is edited, and is read back: what changed is found, and nothing else."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filingdesk.documents.blocks import Document
from filingdesk.documents.lines import lines_of
from filingdesk.documents.paper import Paper
from filingdesk.documents.render import render
from filingdesk.documents.returned_compare import difference
from filingdesk.domain.errors import UserError
from unit.documents.returning import (
    came_back,
    changes,
    control,
    edited,
    new_paragraph,
    paragraph_with,
    replace_words,
    shown,
    type_into,
    word_file,
)
from unit.documents.support import Algorithm, Officer, Product, SmallFacts, filled, label_of, paper_of

BODY = """# 基本情况

本算法名为“{{ algorithm.name }}”，由{{ officer.name }}负责，上线日期为{{ date_cn(algorithm.launched_on) }}。

{{ algorithm.intro }}

- 联系电话：{{ officer.mobile }}
- 类型：{{ algorithm.kind }}

# 产品

{% for product in products %}
## {{ product.name }}

{{ product.name }}的形态为{{ product.forms }}，说明：{{ need(product.note) }}。

| 项目 | 内容 |
| --- | --- |
| 名称 | {{ product.name }} |
| 是否上线 | {{ check(product.forms, ["网站", "小程序", "大屏"]) }} |
{% endfor %}

本单位承诺以上内容真实、准确、完整。
"""


def made(facts: SmallFacts | None = None, body: str = BODY) -> Document:
    return render(paper_of(body), facts or filled(), label_of)


LIBREOFFICE = Path(__file__).parents[2] / "data" / "returned" / "libreoffice-7.4.docx"
"""`word_file(made())`, opened and saved as docx by LibreOffice 7.4.7 (`soffice --headless --convert-to docx`)."""

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\ufffc")
    | st.sampled_from(["。", "，", "\n", "☑", " ", "\u200f", "\x07", "<", "&"]),
    max_size=40,
)


@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3), TEXT)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_nobody_touched_comes_back_without_a_difference(
    tmp_path: Path, name: str, intro: str, officer: str, forms: list[str], note: str
) -> None:
    facts = SmallFacts(
        algorithm=Algorithm(name=name, intro=intro, kind=forms, launched_on="2026-09-01"),
        officer=Officer(name=officer, mobile=note),
        products=[Product(id="a", name=name, forms=forms, note=note), Product(id="b", name=officer)],
    )
    document = made(facts)
    file = came_back(tmp_path, word_file(document))
    assert [(line.anchors[0], line.text) for line in file.lines] == shown(lines_of(document))
    found = changes(tmp_path, document, lambda _package: None)
    assert found.nothing
    assert found.same == len(lines_of(document))


def test_the_facts_of_the_sample_paper_come_back(
    sample_paper: Paper, facts: SmallFacts, tmp_path: Path
) -> None:
    document = render(sample_paper, facts, label_of, {"total": 12}, draft=False)
    base = lines_of(document)
    file = came_back(tmp_path, word_file(document))
    theirs = [[(p.fact, p.text) for p in line.pieces if p.fact] for line in file.lines]
    assert theirs == [[(p.fact, p.text) for p in line.facts] for line in base]
    assert any(theirs)


def test_a_fact_edited_in_its_control_is_a_fact_and_no_change_of_words(tmp_path: Path) -> None:
    found = changes(tmp_path, made(), lambda p: type_into(p, "officer.name", "李样本"))
    assert [(e.key, e.old, e.new, e.was_gap) for e in found.facts] == [
        ("officer.name", "王样本", "李样本", False)
    ]
    assert not (found.words or found.removed or found.added or found.moved)


def test_a_filled_gap_is_a_fact(tmp_path: Path) -> None:
    found = changes(tmp_path, made(), lambda p: type_into(p, "products[1].note", "律师补的说明"))
    assert [(e.key, e.old, e.new, e.was_gap) for e in found.facts] == [
        ("products[1].note", "", "律师补的说明", True)
    ]


def test_an_emptied_control_shows_words_placeholder_and_counts_as_blank(tmp_path: Path) -> None:
    def empty(package: Any) -> None:
        type_into(package, "officer.name", "单击或点击此处输入文字。")
        control(package, "officer.name").find(qn("w:sdtPr")).append(
            parse_xml(f"<w:showingPlcHdr {nsdecls('w')}/>")
        )

    found = changes(tmp_path, made(), empty)
    assert [(e.key, e.new) for e in found.facts] == [("officer.name", "")]


def test_changed_words_keep_the_facts_in_them(tmp_path: Path) -> None:
    found = changes(tmp_path, made(), lambda p: replace_words(p, "本算法名为", "本单位的算法名为"))
    (edit,) = found.words
    assert edit.new_text.startswith("本单位的算法名为“示例问答生成算法”")
    assert [p.fact for p in edit.new if p.fact] == ["algorithm.name", "officer.name", "algorithm.launched_on"]
    assert not edit.lost
    assert not found.facts


def test_typing_over_a_control_is_told_as_a_lost_field(tmp_path: Path) -> None:
    def over(package: Any) -> None:
        holder = control(package, "officer.name")
        run = next(holder.iter(qn("w:r")))
        holder.addprevious(run)
        holder.getparent().remove(holder)

    (edit,) = changes(tmp_path, made(), over).words
    assert edit.lost == ("officer.name",)


def test_removed_added_and_moved_paragraphs_are_told(tmp_path: Path) -> None:
    def shuffle(package: Any) -> None:
        body = package.element.body
        promise = paragraph_with(package, "本单位承诺")
        body.remove(paragraph_with(package, "联系电话"))
        promise.addnext(new_paragraph("律师新增：“逐字保留”——　<&>　１２３。"))
        body.insert(0, promise)

    found = changes(tmp_path, made(), shuffle)
    assert [r.line.text for r in found.removed] == ["联系电话：13800000000"]
    assert [m.line.text for m in found.moved] == ["本单位承诺以上内容真实、准确、完整。"]
    assert not found.facts


def test_a_foreign_paragraph_survives_word_for_word(tmp_path: Path) -> None:
    words = "律师新增：“逐字保留”——　１２３  两个空格；ＡＢＣ。"
    found = changes(
        tmp_path, made(), lambda p: paragraph_with(p, "本单位承诺").addprevious(new_paragraph(words))
    )
    (added,) = found.added
    assert added.text == words
    assert not added.inside
    assert found.same == len(lines_of(made()))


def test_a_row_that_is_not_ours_is_told_as_a_table(tmp_path: Path) -> None:
    def row(package: Any) -> None:
        cells = package.tables[0].add_row().cells
        cells[0].text, cells[1].text = "律师加的行", "内容"

    found = changes(tmp_path, made(), row)
    assert [(a.text, a.table) for a in found.added] == [("律师加的行", True), ("内容", True)]


def test_a_paragraph_in_a_cell_belongs_to_the_cell(tmp_path: Path) -> None:
    found = changes(tmp_path, made(), lambda p: p.tables[0].rows[1].cells[1].add_paragraph("同格补充"))
    (added,) = found.added
    assert (added.text, added.table, added.inside) == ("同格补充", False, True)
    assert added.after is not None
    assert added.after.text == "示例客服助手"


def test_paragraphs_of_a_longer_text_belong_to_the_fact(tmp_path: Path) -> None:
    document = made(SmallFacts(algorithm=Algorithm(intro="第一段。\n第二段。\n第三段。")))

    def edit(package: Any) -> None:
        paragraph_with(package, "第二段").addnext(new_paragraph("插入的一段。"))
        gone = paragraph_with(package, "第一段")
        gone.getparent().remove(gone)

    found = changes(tmp_path, document, edit)
    assert {(e.key, e.old, e.new) for e in found.facts} == {
        ("algorithm.intro", "第一段。", ""),
        ("algorithm.intro", "第二段。", "第二段。\n插入的一段。"),
    }
    assert not (found.removed or found.added)


def test_a_line_break_typed_into_a_control_stays_in_the_fact(tmp_path: Path) -> None:
    def enter(package: Any) -> None:
        holder = control(package, "algorithm.intro", 0)
        paragraph = holder.getparent()
        props = holder.find(qn("w:sdtPr"))
        block = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        paragraph.addprevious(block)
        block.insert(0, props)
        block[1].append(paragraph)
        for run in list(holder.find(qn("w:sdtContent"))):
            holder.addprevious(run)
        paragraph.remove(holder)
        block[1].append(new_paragraph("换行后的话。"))

    found = changes(tmp_path, made(), enter)
    assert [(e.key, e.old, e.new) for e in found.facts] == [
        ("algorithm.intro", "先检索，再生成。", "先检索，再生成。\n换行后的话。")
    ]
    assert not (found.added or found.words)


def test_joined_paragraphs_are_told(tmp_path: Path) -> None:
    def join(package: Any) -> None:
        first, second = paragraph_with(package, "本算法名为"), paragraph_with(package, "先检索")
        for child in list(second):
            if child.tag != qn("w:pPr"):
                first.append(child)
        second.getparent().remove(second)

    found = changes(tmp_path, made(), join)
    assert [(r.line.text, r.joined) for r in found.removed] == [("先检索，再生成。", True)]


def test_tracked_changes_are_read_as_accepted_and_listed_with_comments(tmp_path: Path) -> None:
    sign = 'w:author="赵律师" w:date="2026-11-20T09:30:00Z"'

    def track(package: Any) -> None:
        run = next(r for r in paragraph_with(package, "本单位承诺").iter(qn("w:r")))
        deleted = parse_xml(
            f'<w:del {nsdecls("w")} w:id="901" {sign}><w:r><w:delText>以上内容</w:delText></w:r></w:del>'
        )
        run.addnext(deleted)
        inserted = parse_xml(
            f'<w:ins {nsdecls("w")} w:id="902" {sign}><w:r><w:t>本报告内容</w:t></w:r></w:ins>'
        )
        deleted.addnext(inserted)
        text = next(run.iter(qn("w:t")))
        head, _, tail = str(text.text).partition("以上内容")
        text.text = head
        inserted.addnext(parse_xml(f'<w:r {nsdecls("w")}><w:t xml:space="preserve">{tail}</w:t></w:r>'))
        gone = paragraph_with(package, "先检索")
        for each in list(gone.iter(qn("w:r"))):
            change = parse_xml(f'<w:del {nsdecls("w")} w:id="903" {sign}/>')
            each.addprevious(change)
            change.append(each)
            for t in list(each.iter(qn("w:t"))):
                t.tag = qn("w:delText")
        props = gone.find(qn("w:pPr"))
        props.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="904" {sign}/></w:rPr>'))

    document = made()
    data = edited(word_file(document), track)
    comments = (
        f'<w:comments {nsdecls("w")}><w:comment w:id="7" {sign}><w:p><w:r><w:t>请核对日期</w:t></w:r></w:p>'
        "</w:comment></w:comments>"
    )
    data = _with_part(data, "word/comments.xml", comments.encode())
    data = _changed_part(
        data,
        "word/document.xml",
        lambda text: text.replace(
            "</w:body>",
            '<w:p><w:commentRangeStart w:id="7"/><w:r><w:t>批注处</w:t></w:r><w:commentRangeEnd w:id="7"/></w:p></w:body>',
        ),
    )
    file = came_back(tmp_path, data)
    texts = [line.text for line in file.lines]
    assert "本单位承诺本报告内容真实、准确、完整。" in texts
    assert not any("先检索" in text for text in texts)
    assert {(r.kind, r.author, r.date[:10]) for r in file.revisions} == {
        ("删除", "赵律师", "2026-11-20"),
        ("插入", "赵律师", "2026-11-20"),
    }
    assert [(c.author, c.text, c.about) for c in file.comments] == [("赵律师", "请核对日期", "批注处")]
    assert any("全部接受修订" in notice for notice in file.notices)


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _changed_part(data: bytes, name: str, change: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(
                info.filename, change(content.decode()).encode() if info.filename == name else content
            )
    return out.getvalue()


def test_without_tags_and_controls_the_facts_are_found_by_the_words_around_them(tmp_path: Path) -> None:
    """What LibreOffice 7.4 leaves: bookmarks, and controls without their tags."""

    def strip(package: Any) -> None:
        type_into(package, "officer.name", "李样本")
        for props in list(package.element.body.iter(qn("w:sdtPr"))):
            for child in list(props):
                props.remove(child)

    found = changes(tmp_path, made(), strip)
    assert [(e.key, e.old, e.new) for e in found.facts] == [("officer.name", "王样本", "李样本")]
    assert not (found.words or found.removed or found.added)


def test_libreoffice_keeps_what_it_takes_to_come_back(tmp_path: Path) -> None:
    file = came_back(tmp_path, LIBREOFFICE.read_bytes())
    assert file.origin is not None
    assert file.origin.paper == "test"
    found = difference(lines_of(made()), file)
    assert found.nothing
    assert found.same == len(lines_of(made()))


def test_edits_in_libreoffice_are_found(tmp_path: Path) -> None:
    data = _changed_part(
        LIBREOFFICE.read_bytes(),
        "word/document.xml",
        lambda text: text.replace("王样本", "李样本").replace("真实、准确、完整", "属实"),
    )
    found = difference(lines_of(made()), came_back(tmp_path, data))
    assert [(e.key, e.old, e.new) for e in found.facts] == [("officer.name", "王样本", "李样本")]
    assert [e.new_text for e in found.words] == ["本单位承诺以上内容属实。"]
    assert not (found.removed or found.added or found.moved)


def test_a_session_in_libreoffice_with_tracked_changes(tmp_path: Path) -> None:
    """`LIBREOFFICE`'s original, edited through LibreOffice's own interface: two plain edits, then with tracking on a
    paragraph inserted, one emptied, words put in and taken out."""
    file = came_back(tmp_path, LIBREOFFICE.with_name("libreoffice-7.4-edited.docx").read_bytes())
    found = difference(lines_of(made()), file)
    assert [(e.key, e.old, e.new) for e in found.facts] == [("officer.name", "王样本", "李样本")]
    assert [(e.new_text, e.lost) for e in found.words] == [
        ("联系电话（手机）：13800000000", ()),
        ("本单位承诺内容属实。", ()),
    ]
    assert [r.line.text for r in found.removed] == ["类型：生成合成类"]
    assert [a.text for a in found.added] == ["律师在LibreOffice里新增的一段。"]
    assert [(r.kind, r.text) for r in file.revisions] == [
        ("插入", "（手机）"),
        ("删除", "类型：生成合成类"),
        ("插入", "律师在LibreOffice里新增的一段。"),
        ("删除", "以上"),
    ]


def test_without_any_mark_the_lines_are_found_by_their_words(tmp_path: Path) -> None:
    def strip(package: Any) -> None:
        replace_words(package, "真实、准确、完整", "真实、准确、完整、合法")
        for name in ("w:bookmarkStart", "w:bookmarkEnd"):
            for mark in list(package.element.body.iter(qn(name))):
                mark.getparent().remove(mark)

    found = changes(tmp_path, made(), strip)
    assert [e.new_text for e in found.words] == ["本单位承诺以上内容真实、准确、完整、合法。"]
    assert not (found.removed or found.added or found.moved)


def test_a_paragraph_of_a_hundred_thousand_characters(tmp_path: Path) -> None:
    facts = filled()
    facts.algorithm.intro = "甲乙丙丁，" * 20_000
    document = made(facts)
    found = changes(
        tmp_path, document, lambda p: type_into(p, "algorithm.intro", "甲乙丙丁，" * 20_000 + "戊")
    )
    (edit,) = found.facts
    assert len(edit.new) == 100_001
    assert not found.words


def test_control_characters_and_direction_marks_are_left_out_and_told(tmp_path: Path) -> None:
    data = edited(word_file(made()), lambda p: type_into(p, "officer.name", "李\u200f样\u202e本"))
    file = came_back(tmp_path, data)
    assert any("2 个看不见的控制字符" in notice for notice in file.notices)
    assert any(piece.text == "李样本" for line in file.lines for piece in line.pieces)


def test_macros_are_told_and_left_alone(tmp_path: Path) -> None:
    file = came_back(tmp_path, _with_part(word_file(made()), "word/vbaProject.bin", b"\xd0\xcf\x11\xe0"))
    assert any("宏" in notice for notice in file.notices)
    assert file.lines


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("坏.docx", b"PK\x03\x04 nothing", "zip.broken"),
        ("空.docx", b"", "zip.broken"),
        ("旧.doc", b"\xd0\xcf\x11\xe0", "returned.broken"),
    ],
)
def test_what_is_no_word_file_is_refused_in_a_sentence(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(UserError) as caught:
        came_back(tmp_path, data, name)
    assert caught.value.code == code
    assert name in caught.value.message


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("<w:body>", "<w:body", 1),
        lambda text: text.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1),
        lambda text: "",
        lambda text: text.replace("?>", "?>" + "<!--" + "x" * 9000 + "--><!DOCTYPE x>", 1),
    ],
)
def test_a_damaged_or_hostile_body_is_refused(tmp_path: Path, change: Any) -> None:
    data = _changed_part(word_file(made()), "word/document.xml", change)
    with pytest.raises(UserError) as caught:
        came_back(tmp_path, data)
    assert caught.value.code == "returned.broken"


def test_a_body_nested_without_end_is_refused(tmp_path: Path) -> None:
    deep = 30_000
    data = _changed_part(
        word_file(made()),
        "word/document.xml",
        lambda text: text.replace("</w:body>", "<w:sdt>" * deep + "</w:sdt>" * deep + "</w:body>"),
    )
    with pytest.raises(UserError) as caught:
        came_back(tmp_path, data)
    assert caught.value.code in {"returned.broken", "zip.bomb"}


def test_controls_are_invisible_and_gaps_can_be_typed_into() -> None:
    package = open_docx(io.BytesIO(word_file(made())))
    for each in package.element.body.iter(qn("w:sdt")):
        props = each.find(qn("w:sdtPr"))
        names = [child.tag.rpartition("}")[2] for child in props]
        text = "".join(t.text or "" for t in each.iter(qn("w:t")))
        assert ("showingPlcHdr" in names) == text.startswith("【待补充")
        assert ("appearance" in names) != ("showingPlcHdr" in names)
        assert len(props.find(qn("w:tag")).get(qn("w:val"))) <= 64


def test_without_an_origin_nothing_is_marked() -> None:
    from filingdesk.documents.render import write

    package = open_docx(io.BytesIO(write(made(), "docx")))
    assert not list(package.element.body.iter(qn("w:sdt")))
    assert not [
        m for m in package.element.body.iter(qn("w:bookmarkStart")) if m.get(qn("w:name")).startswith("_fd")
    ]


def test_an_anchor_stays_when_facts_and_other_paragraphs_change() -> None:
    before = lines_of(made())
    facts = filled()
    facts.algorithm.name, facts.officer.name, facts.products[0].note = "改名", "", ""
    after = lines_of(made(facts, BODY.replace("# 产品", "新的一段。\n\n# 产品")))
    assert {line.anchor for line in before} <= {line.anchor for line in after}
    assert len({line.anchor for line in before}) == len(before)


def test_the_same_words_under_two_headings_are_told_apart() -> None:
    body = "# 甲\n\n无。\n\n# 乙\n\n无。\n\n无。\n"
    lines = {line.place + line.text: line.anchor for line in lines_of(made(body=body))}
    assert len({line.anchor for line in lines_of(made(body=body))}) == 6
    without = lines_of(made(body=body.replace("# 甲\n\n无。\n\n", "# 甲\n\n有。\n\n")))
    assert lines["二、乙无。"] in {line.anchor for line in without}
