"""Out to Word and back, over the sample: facts and wording are taken over one by one, nothing is lost or overwritten unasked."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn

from filingdesk.bootstrap import workspace
from filingdesk.documents.blocks import plain_text
from filingdesk.documents.returned import read_returned
from filingdesk.documents.returned_compare import FactEdit
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Value
from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.services import exports, overrides, papers, redlines, roundtrip
from filingdesk.services.returned_values import read_back
from filingdesk.services.session import Session
from unit.documents.returning import new_paragraph, paragraph_with, replace_words, type_into

PAPER = "responsibility"
WORDS = "其职责如下"
NEW_NAME = "示例更名科技有限公司"


def export(session: Session, folder: Path, paper: str = PAPER) -> Path:
    built = papers.build(session, folder, paper_ids=(paper,), formats=("docx",), draft=True)
    exports.note(session, [each.export for each in built])
    return built[0].path


def edit(path: Path, change: Callable[[Any], None], name: str = "律师改过.docx") -> Path:
    package = open_docx(str(path))
    change(package)
    out = path.with_name(name)
    package.save(str(out))
    return out


def paper_text(session: Session, paper: str = PAPER) -> str:
    return plain_text(papers.Desk(session).document(paper))


def test_an_export_comes_back_without_a_difference(session: Session, tmp_path: Path) -> None:
    found = roundtrip.read(session, export(session, tmp_path))
    assert found.nothing
    assert (found.base, found.export, found.notices) == ("record", 1, ())
    assert found.same > 100


@pytest.mark.parametrize("paper", ["application-form", "self-assessment", "safety-report", "commitment"])
def test_papers_of_every_shape_come_back_without_a_difference(
    session: Session, tmp_path: Path, paper: str
) -> None:
    assert roundtrip.read(session, export(session, tmp_path, paper)).nothing


def test_exports_are_kept_on_record_and_are_no_edit(session: Session, tmp_path: Path) -> None:
    session.set("subject.name", NEW_NAME)
    session.undo()
    export(session, tmp_path / "a")
    export(session, tmp_path / "b")
    assert [e.number for e in exports.all_exports(session, PAPER)] == [1]
    assert session.redo_step is not None
    session.redo()
    export(session, tmp_path / "c")
    assert [e.number for e in exports.all_exports(session, PAPER)] == [1, 2]
    assert session.undo_step is not None
    assert session.undo_step.label == "修改「主体名称」"
    assert not session.file.verify()


def test_a_changed_fact_is_taken_over_and_taken_back(session: Session, tmp_path: Path) -> None:
    before = session.facts.subject.name
    back = edit(export(session, tmp_path), lambda p: type_into(p, "subject.name", NEW_NAME))
    found = roundtrip.read(session, back)
    (fact,) = found.facts
    assert (fact.path, fact.old, fact.new, fact.state) == ("subject.name", before, NEW_NAME, "new")
    assert fact.elsewhere > 0
    assert "另有" in fact.note
    done = roundtrip.accept(session, found, ["subject.name"])
    assert done.label == "退回稿 律师改过.docx：修改「主体名称」"
    assert session.facts.subject.name == NEW_NAME
    assert before not in paper_text(session)
    assert roundtrip.read(session, back).facts[0].state == "same"
    session.undo()
    assert session.facts.subject.name == before


def test_a_fact_changed_on_both_sides_is_a_conflict(session: Session, tmp_path: Path) -> None:
    back = edit(export(session, tmp_path), lambda p: type_into(p, "subject.name", NEW_NAME))
    session.set("subject.name", "第三个示例名称")
    found = roundtrip.read(session, back)
    (fact,) = found.facts
    assert (fact.state, fact.now, fact.new) == ("conflict", "第三个示例名称", NEW_NAME)
    assert found.takeable == ()
    roundtrip.accept(session, found, ["subject.name"])
    assert session.facts.subject.name == NEW_NAME


def test_two_different_answers_to_one_question_are_told(session: Session, tmp_path: Path) -> None:
    def both(package: Any) -> None:
        type_into(package, "subject.name", "甲公司", 0)
        type_into(package, "subject.name", "乙公司", 1)

    found = roundtrip.read(session, edit(export(session, tmp_path), both))
    (fact,) = found.facts
    assert fact.state == "refused"
    assert "不一样" in fact.note
    with pytest.raises(UserError) as caught:
        roundtrip.accept(session, found, ["subject.name"])
    assert caught.value.code == "returned.refused"


def test_new_wording_becomes_the_projects_own_everywhere(session: Session, tmp_path: Path) -> None:
    first = export(session, tmp_path)
    back = edit(first, lambda p: replace_words(p, WORDS, "其职责由律师改写如下"))
    found = roundtrip.read(session, back)
    (words,) = found.words
    assert words.state == "new"
    roundtrip.accept(session, found, found.takeable)
    desk = papers.Desk(session)
    assert "其职责由律师改写如下" in plain_text(desk.document(PAPER))
    assert "【本项目改写】" in desk.preview(PAPER)
    assert desk.make(PAPER, "pdf", draft=True).startswith(b"%PDF")
    again = roundtrip.read(session, export(session, tmp_path / "again"))
    assert again.nothing
    assert [w.state for w in roundtrip.read(session, back).words] == ["same"]
    # Edited once more, it stays one override; the template's words bring the template back.
    once_more = edit(
        export(session, tmp_path / "third"), lambda p: replace_words(p, "由律师改写如下", "再改如下")
    )
    found = roundtrip.read(session, once_more)
    roundtrip.accept(session, found, found.takeable)
    assert "其职责再改如下" in paper_text(session)
    assert len(overrides.kept(session)[PAPER]) == 1
    original = edit(export(session, tmp_path / "fourth"), lambda p: replace_words(p, "其职责再改如下", WORDS))
    found = roundtrip.read(session, original)
    roundtrip.accept(session, found, found.takeable)
    assert PAPER not in overrides.kept(session)


def test_facts_in_new_wording_stay_live(session: Session, tmp_path: Path) -> None:
    path = export(session, tmp_path)
    with_fact = next(
        t.text
        for p in open_docx(str(path)).element.body.iter(qn("w:p"))
        if list(p.iter(qn("w:sdt")))
        for t in p.iter(qn("w:t"))
        if "负责。" in (t.text or "")
    )
    back = edit(path, lambda p: replace_words(p, with_fact, with_fact.replace("负责。", "负责（专职）。")))
    found = roundtrip.read(session, back)
    assert found.words[0].lost == ()
    roundtrip.accept(session, found, found.takeable)
    keys = [p.fact for o in overrides.kept(session)[PAPER].values() for p in o.pieces or () if p.fact]
    text_facts = [k for k in keys if "[" not in k and isinstance(session.value(k), str)]
    assert text_facts
    session.set(text_facts[0], "后来改的示例内容")
    done = papers.Desk(session).rewritten(PAPER)
    assert not done.stale
    assert "后来改的示例内容" in plain_text(done.document)
    assert "负责（专职）。" in plain_text(done.document)


def _freeze(package: Any) -> None:
    """Type over a control: the fact becomes plain words."""
    for holder in package.element.body.iter(qn("w:sdt")):
        tag = holder.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val"))
        if tag == "safety_office.name":
            run = next(holder.iter(qn("w:r")))
            next(run.iter(qn("w:t"))).text = "冻结的名称"
            holder.addprevious(run)
            holder.getparent().remove(holder)
            return


def test_wording_that_fell_behind_is_told_and_never_printed(session: Session, tmp_path: Path) -> None:
    found = roundtrip.read(session, edit(export(session, tmp_path), _freeze))
    (words,) = found.words
    assert words.lost == ("safety_office.name",)
    assert "只剩文字" in words.note
    roundtrip.accept(session, found, [words.id])
    assert "冻结的名称" in paper_text(session)
    session.set("safety_office.name", "新设的示例办公室")
    desk = papers.Desk(session)
    done = desk.rewritten(PAPER)
    assert "冻结的名称" not in plain_text(done.document)
    assert [s.reason for s in done.stale] == ["outdated"]
    assert any("没有放进文书" in words for words in done.document.warnings)
    with pytest.raises(UserError) as caught:
        desk.make(PAPER, "docx", draft=False)
    assert caught.value.code == "papers.override_stale"
    overrides.keep(session, PAPER, done.stale[0])
    kept = papers.Desk(session)
    assert "冻结的名称" in plain_text(kept.document(PAPER))
    assert kept.make(PAPER, "docx", draft=False)
    session.undo()
    anchor = done.stale[0].override.anchor
    overrides.drop(session, PAPER, [anchor[:8]])
    assert papers.Desk(session).make(PAPER, "docx", draft=False)


def test_wording_whose_paragraph_is_gone_is_told(session: Session, tmp_path: Path) -> None:
    back = edit(export(session, tmp_path), lambda p: replace_words(p, WORDS, "其职责改写如下"))
    found = roundtrip.read(session, back)
    roundtrip.accept(session, found, found.takeable)
    session.set("safety_office.duties", "")
    session.set("safety_office.name", "")
    done = papers.Desk(session).rewritten(PAPER)
    if done.applied:  # the template still says it without those fields
        assert "其职责改写如下" in plain_text(done.document)
    else:
        assert [s.reason for s in done.stale] == ["gone"]
        assert done.document.warnings


def test_a_foreign_paragraph_is_kept_word_for_word_in_its_place(session: Session, tmp_path: Path) -> None:
    words = "律师新增：“逐字”——　<保留>&１２３。"
    back = edit(
        export(session, tmp_path), lambda p: paragraph_with(p, WORDS).addprevious(new_paragraph(words))
    )
    found = roundtrip.read(session, back)
    (added,) = found.structure
    roundtrip.accept(session, found, [added.id])
    text = paper_text(session).split("\n")
    assert text.index(words) + 1 == next(n for n, line in enumerate(text) if WORDS in line)
    assert roundtrip.read(session, back).structure[0].state == "same"
    assert roundtrip.read(session, export(session, tmp_path / "again")).nothing


def test_added_paragraphs_are_edited_and_taken_out_again(session: Session, tmp_path: Path) -> None:
    def add(package: Any) -> None:
        for words in ("第二段新增。", "第一段新增。"):
            paragraph_with(package, WORDS).addprevious(new_paragraph(words))

    found = roundtrip.read(session, edit(export(session, tmp_path / "1"), add))
    roundtrip.accept(session, found, found.takeable)

    def once_more(package: Any) -> None:
        replace_words(package, "第一段新增", "第一段改过")
        gone = paragraph_with(package, "第二段新增")
        gone.getparent().remove(gone)

    found = roundtrip.read(session, edit(export(session, tmp_path / "2"), once_more))
    assert [(w.old, w.new) for w in found.words] == [("第一段新增。", "第一段改过。")]
    roundtrip.accept(session, found, [each.id for each in found.every])
    text = paper_text(session)
    assert "第一段改过。" in text
    assert "第二段新增" not in text
    assert not any(not line.strip() for line in text.split("\n"))
    assert roundtrip.read(session, export(session, tmp_path / "3")).nothing


def test_a_field_copied_from_elsewhere_is_kept_as_words(session: Session, tmp_path: Path) -> None:
    def copy(package: Any) -> None:
        from copy import deepcopy

        holder = next(package.element.body.iter(qn("w:sdt")))
        run = next(r for r in paragraph_with(package, WORDS).iter(qn("w:r")))
        run.addnext(deepcopy(holder))

    found = roundtrip.read(session, edit(export(session, tmp_path), copy))
    (words,) = found.words
    assert "复制来的" in words.note
    assert not any(piece.fact for piece in words.pieces)
    roundtrip.accept(session, found, [words.id])
    assert f"{session.facts.subject.name}" in paper_text(session)


def test_a_removed_paragraph_goes_only_when_it_is_named(session: Session, tmp_path: Path) -> None:
    def remove(package: Any) -> None:
        gone = paragraph_with(package, WORDS)
        gone.getparent().remove(gone)

    found = roundtrip.read(session, edit(export(session, tmp_path), remove))
    (removed,) = found.structure
    assert (removed.kind, removed.state) == ("removed", "new")
    assert found.takeable == ()
    roundtrip.accept(session, found, [removed.id])
    assert WORDS not in paper_text(session)
    session.undo()
    assert WORDS in paper_text(session)


def test_a_file_in_which_everything_was_deleted_changes_nothing(session: Session, tmp_path: Path) -> None:
    def clear(package: Any) -> None:
        for child in list(package.element.body)[:-1]:
            package.element.body.remove(child)

    revision = session.revision
    path = export(session, tmp_path)
    revision = session.revision
    with pytest.raises(UserError) as caught:
        roundtrip.read(session, edit(path, clear))
    assert caught.value.code == "returned.empty"
    assert session.revision == revision


def test_the_wrong_paper_and_a_foreign_file_are_refused(session: Session, tmp_path: Path) -> None:
    path = export(session, tmp_path)
    with pytest.raises(UserError) as caught:
        roundtrip.read(session, path, paper="commitment")
    assert caught.value.code == "returned.other_paper"
    foreign = tmp_path / "别处.docx"
    package = open_docx()
    package.add_paragraph("与我们无关。")
    package.save(str(foreign))
    with pytest.raises(UserError) as caught:
        roundtrip.read(session, foreign)
    assert caught.value.code == "returned.not_ours"


def test_a_file_of_another_project_is_refused_unless_asked_for(
    session: Session, tmp_path: Path, sample_bytes: bytes
) -> None:
    session.set("subject.name", "别的示例公司")
    path = export(session, tmp_path)
    other = tmp_path / "other.fdproj"
    other.write_bytes(sample_bytes)
    second = workspace().open(other)
    try:
        with pytest.raises(UserError) as caught:
            roundtrip.read(second, path)
        assert caught.value.code == "returned.other_project"
        assert roundtrip.read(second, path, anyway=True).base == "hashes"
    finally:
        second.close()


def test_without_the_record_the_hashes_tell_who_changed_what(session: Session, tmp_path: Path) -> None:
    built = papers.build(session, tmp_path, paper_ids=(PAPER,), formats=("docx",), draft=True)

    def change(package: Any) -> None:
        type_into(package, "subject.name", NEW_NAME)
        type_into(package, "safety_office.head", "陈示例")
        replace_words(package, WORDS, "其职责改写如下")

    back = edit(built[0].path, change)
    session.set("safety_office.head_position", "项目里后来改的职务")
    found = roundtrip.read(session, back)
    assert found.base == "hashes"
    assert [(f.path, f.new, f.state) for f in found.facts] == [
        ("subject.name", NEW_NAME, "new"),
        ("safety_office.head", "陈示例", "conflict"),
    ]
    assert "不知道" in found.facts[1].note  # a person's name leaves no hash
    assert [w.state for w in found.words] == ["new"]
    assert not found.structure


def test_what_is_about_people_leaves_no_hash(session: Session, tmp_path: Path) -> None:
    built = papers.build(session, tmp_path, paper_ids=("self-assessment",), formats=("docx",), draft=True)
    origin = read_returned(built[0].path).origin
    assert origin is not None
    hashes = dict(origin.facts)
    personal = exports.personal_of(hashes)
    assert personal
    assert {hashes[key] for key in personal} == {""}
    assert hashes["subject.name"]
    blank = {anchor for anchor, digest in origin.lines if not digest}
    lines = read_returned(built[0].path).lines
    assert blank == {
        line.anchors[0] for line in lines if any(piece.fact in personal for piece in line.pieces)
    }
    assert roundtrip.read(session, built[0].path).nothing


def test_wording_changed_on_both_sides_is_a_conflict(session: Session, tmp_path: Path) -> None:
    path = export(session, tmp_path)
    first = edit(path, lambda p: replace_words(p, WORDS, "甲律师的说法"), "甲.docx")
    second = edit(path, lambda p: replace_words(p, WORDS, "乙律师的说法"), "乙.docx")
    found = roundtrip.read(session, first)
    roundtrip.accept(session, found, found.takeable)
    found = roundtrip.read(session, second)
    (words,) = found.words
    assert (words.state, words.now, words.new) == ("conflict", "甲律师的说法。", "乙律师的说法。")
    assert found.takeable == ()
    roundtrip.accept(session, found, [words.id])
    assert "乙律师的说法" in paper_text(session)
    assert [o.source for o in overrides.kept(session)[PAPER].values()] == ["乙.docx"]


def test_an_older_export_is_compared_with_what_it_said_then(session: Session, tmp_path: Path) -> None:
    old = export(session, tmp_path)
    session.set("safety_office.head_position", "后来的职务")
    export(session, tmp_path / "later")
    found = roundtrip.read(session, edit(old, lambda p: type_into(p, "safety_office.head", "陈示例")))
    assert [(f.path, f.state) for f in found.facts] == [("safety_office.head", "new")]
    assert any("第 1 次导出" in notice for notice in found.notices)


def test_an_unknown_id_and_an_edit_in_between_are_refused(session: Session, tmp_path: Path) -> None:
    back = edit(export(session, tmp_path), lambda p: type_into(p, "subject.name", NEW_NAME))
    found = roundtrip.read(session, back)
    with pytest.raises(UserError) as caught:
        roundtrip.accept(session, found, ["subject.nothing"])
    assert caught.value.code == "returned.unknown"
    session.set("subject.name", "刚改的示例名称")
    with pytest.raises(UserError) as caught:
        roundtrip.accept(session, found, ["subject.name"])
    assert caught.value.code == "returned.edited_since"
    assert session.facts.subject.name == "刚改的示例名称"


def test_two_exports_are_compared_and_marked(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "a")
    before = session.facts.subject.name
    session.set("subject.name", NEW_NAME)
    export(session, tmp_path / "b")
    old, new = redlines.side("1", session, PAPER), redlines.side("2", session, PAPER)
    found = redlines.compare(old, new).difference
    assert {(f.key, f.old, f.new) for f in found.facts} == {("subject.name", before, NEW_NAME)}
    assert not (found.words or found.added or found.removed)
    data = redlines.marked(old, redlines.side("now", session, PAPER), author=NEW_NAME)
    body = open_docx(io.BytesIO(data)).element.body
    assert len(list(body.iter(qn("w:ins")))) > 0
    assert len(list(body.iter(qn("w:del")))) > 0
    with pytest.raises(UserError) as caught:
        redlines.side("9", session, PAPER)
    assert caught.value.code == "exports.unknown"


def _spec(path: str) -> FieldSpec:
    spec = spec_of(path)
    assert isinstance(spec, FieldSpec)
    return spec


def _edit(old: str, new: str) -> FactEdit:
    return FactEdit("k", old, new, not old, "", "", "")


TEXT, LIST = "subject.name", "algorithm.types"


@pytest.mark.parametrize(
    ("path", "raw", "pairs", "wanted"),
    [
        (TEXT, "甲", [("甲", "乙")], "乙"),
        (TEXT, "", [("", "新填")], "新填"),
        (TEXT, "", [("无", "有一项")], "有一项"),
        (TEXT, "甲", [("甲", "")], ""),
        (TEXT, "甲", [("甲", "乙"), ("甲", "丙")], None),
        (TEXT, "2026-09-01", [("2026年9月1日", "2026年10月8日")], "2026-10-08"),
        (TEXT, "2026-09-01", [("2026年9月1日", "十月初")], None),
        (TEXT, "2026-09-01", [("2026年9月1日", "2026年10月8日"), ("2026-09-01", "2026-10-08")], "2026-10-08"),
        (TEXT, "120000", [("120,000", "130,000")], "130000"),
        (TEXT, "一\n二\n三", [("二", "贰")], "一\n贰\n三"),
        (TEXT, "一\n二\n三", [("二", ""), ("三", "叁")], "一\n叁"),
        (TEXT, "引言\n- 一\n- 二", [("二", "贰")], "引言\n- 一\n- 贰"),
        (TEXT, "引言\n1. 一\n2. 二", [("一", "")], "引言\n2. 二"),
        (TEXT, "引言\n- 含**粗体**的字", [("含粗体的字", "改写")], None),
        (TEXT, "13800000000", [("138****0000", "139****0000")], None),
        (LIST, ["甲", "乙"], [("甲、乙", "甲、丙")], ["甲", "丙"]),
        (LIST, ["甲", "乙"], [("乙", "丁")], ["甲", "丁"]),
        (LIST, ["甲"], [("☑甲　☐乙　☐丙", "☑甲　☑乙　☐丙")], ["甲", "乙"]),
        (LIST, ["甲"], [("☑甲　☐乙", "☐甲　☒乙")], ["乙"]),
        (LIST, ["甲"], [("☐乙", "☑乙"), ("☑甲", "☐甲")], ["乙"]),
        (LIST, ["甲"], [("☑甲　☐乙", "☑甲　☐改名")], None),
        (TEXT, "是", [("☑是　☐否", "☐是　☑否")], "否"),
        (TEXT, "是", [("☑是　☐否", "☑是　☑否")], None),
    ],
)
def test_what_stands_in_the_paper_is_read_back_into_the_field(
    path: str, raw: Value, pairs: list[tuple[str, str]], wanted: Value | None
) -> None:
    value, why = read_back(_spec(path), raw, [_edit(old, new) for old, new in pairs])
    assert value == wanted
    assert bool(why) == (wanted is None)


def test_names_of_attachments_are_not_typed_back() -> None:
    value, why = read_back(
        _spec("licence.scan"), ["执照.pdf#0123456789abcdef"], [_edit("执照.pdf", "新的.pdf")]
    )
    assert value is None
    assert "附件" in why
