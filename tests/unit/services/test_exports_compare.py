"""Two versions of a paper: what differs is what was done between them, no more and no less, and the redline agrees."""

import io
from pathlib import Path

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn

from filingdesk.documents.lines import Line, Piece
from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.services import exports, exports_compare, papers, redlines
from filingdesk.services.exports_compare import Comparison, State
from filingdesk.services.session import Session

PAPER = "responsibility"
NEW_NAME = "示例更名科技有限公司"


def export(session: Session, folder: Path, paper: str = PAPER) -> None:
    built = papers.build(session, folder, paper_ids=(paper,), formats=("docx",), draft=True)
    exports.note(session, [each.export for each in built])


def compared(session: Session, old: str, new: str, paper: str = PAPER) -> Comparison:
    return exports_compare.compare(session, papers.Desk(session), paper, old, new)


def test_what_was_edited_between_two_exports_is_told(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path)
    before = session.facts.subject.name
    session.set("subject.name", NEW_NAME)
    export(session, tmp_path)
    found = compared(session, "1", "2")
    (fact,) = [each for each in found.facts if each.key == "subject.name"]
    assert (fact.kind, fact.old, fact.new, fact.trail) == (
        "changed",
        before,
        NEW_NAME,
        "主体信息 › 主体名称",
    )
    assert fact.places or found.count("facts")
    assert found.count("facts") == len(found.paragraphs) > 0
    for each in found.paragraphs:
        assert before in "".join(s.old for s in each.stretches)
        assert NEW_NAME in "".join(s.new for s in each.stretches)
    assert found.same > 100
    assert not found.template_changed
    assert found.old.name.startswith("第 1 次导出（")


def test_a_field_that_was_emptied_and_filled_again(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path)
    session.set("subject.name", "")
    export(session, tmp_path)
    (fact,) = [each for each in compared(session, "1", "2").facts if each.key == "subject.name"]
    assert (fact.kind, fact.new) == ("cleared", "")
    (fact,) = [each for each in compared(session, "2", "1").facts if each.key == "subject.name"]
    assert (fact.kind, fact.old) == ("filled", "")


def test_records_that_go_are_told_by_their_name(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path, "self-assessment")
    (kept,) = exports.all_exports(session, "self-assessment")
    values = exports.content(session, kept).values
    key = next(key for key in values if "[#" in key and key.endswith(".name"))
    session.remove_item(key.rpartition(".")[0])
    found = compared(session, "1", "now", "self-assessment")
    (fact,) = [each for each in found.facts if each.key == key]
    assert (fact.kind, fact.old, fact.new) == ("gone", values[key], "")
    assert f"「{values[key]}」 › " in fact.trail
    assert found.count("removed") + found.count("words") > 0


def test_an_export_and_now(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path)
    assert compared(session, "1", "now").nothing
    session.set("subject.name", NEW_NAME)
    found = compared(session, "1", "now")
    assert [each.key for each in found.facts] == ["subject.name"]
    assert found.new.name == "现在的内容"


def test_the_redline_marks_what_the_comparison_tells(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path)
    session.set("subject.name", NEW_NAME)
    found = compared(session, "1", "now")
    desk = papers.Desk(session)
    sides = [redlines.side(which, session, PAPER, desk) for which in ("1", "now")]
    package = open_docx(io.BytesIO(redlines.marked(*sides)))
    marked = {mark.getparent() for mark in package.element.body.iter(qn("w:ins"))}
    assert len(marked) >= len(found.paragraphs)
    assert redlines.compare(*sides).difference.same == found.same


def test_proposals_name_the_last_two_or_the_last_and_now(session: Session, tmp_path: Path) -> None:
    assert exports_compare.proposed(exports.all_exports(session, PAPER)) is None
    export(session, tmp_path)
    assert exports_compare.proposed(exports.all_exports(session, PAPER)) == ("1", "now")
    for name in ("甲公司", "乙公司"):
        session.set("subject.name", name)
        export(session, tmp_path)
    assert exports_compare.proposed(exports.all_exports(session, PAPER)) == ("2", "3")


@pytest.mark.parametrize(("old", "new", "code"), [("1", "1", "same"), ("7", "now", "unknown")])
def test_wrong_choices_are_told(session: Session, tmp_path: Path, old: str, new: str, code: str) -> None:
    export(session, tmp_path)
    with pytest.raises(UserError) as told:
        compared(session, old, new)
    assert told.value.code == f"exports.{code}"


# Lines of our own: every kind of change in one paper


def line(anchor: str, text: str, place: str = "一、总则", fact: str = "") -> Line:
    return Line(anchor, (Piece(text, fact),), place)


def of(*lines: Line) -> State:
    return State("1", "", PAPER, "", lines, {}, "")


def changes(old: State, new: State) -> list[tuple[str, str, str]]:
    found, _same = exports_compare._paragraphs(old.lines, new.lines, Cancel(), lambda _p: None)
    return [
        (each.kind, "".join(s.old for s in each.stretches), "".join(s.new for s in each.stretches))
        for each in found
    ]


ROW = [line(f"a{n}", f"第{n}段的文字各不相同{n * 7919}") for n in range(6)]


def test_every_kind_of_change_stands_where_it_happened() -> None:
    words = line("x1", ROW[1].shown + "，有补充")
    new = of(ROW[0], words, line("n1", "完全新的一段内容"), ROW[3], ROW[4], ROW[5])
    assert changes(of(*ROW), new) == [
        ("words", ROW[1].shown, words.shown),
        ("removed", ROW[2].shown, ""),
        ("added", "", "完全新的一段内容"),
    ]


def test_what_moved_is_told_once() -> None:
    new = of(ROW[0], ROW[2], ROW[3], ROW[4], ROW[1], ROW[5])
    assert changes(of(*ROW), new) == [("moved", ROW[1].shown, ROW[1].shown)]


def test_everything_gone_and_everything_new() -> None:
    assert [kind for kind, _old, _new in changes(of(*ROW), of())] == ["removed"] * 6
    assert [kind for kind, _old, _new in changes(of(), of(*ROW))] == ["added"] * 6


def test_a_big_paper_tells_how_far_it_is_and_can_be_stopped() -> None:
    lines = [line(f"b{n}", f"第{n}段", fact="subject.name" if n % 2 else "") for n in range(5000)]
    new = [Line(each.anchor, (Piece(each.shown + "改", each.pieces[0].fact),), each.place) for each in lines]
    told: list[Progress] = []
    found, same = exports_compare._paragraphs(lines, new, Cancel(), told.append)
    assert (len(found), same) == (5000, 0)
    assert [each.kind for each in found[:2]] == ["words", "facts"]
    assert told[-1].total == 5000
    assert len(told) == 50
    stopped = Cancel()
    stopped.set()
    with pytest.raises(Cancelled):
        exports_compare._paragraphs(lines, new, stopped, told.append)
