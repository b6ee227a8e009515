"""The officer's own templates: copied, edited, compared, restored, brought up to date; papers and bundles follow."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.bootstrap import workspace
from filingdesk.bundle.manifest import FIRST_FORMAT, Manifest, read_manifest
from filingdesk.domain.errors import UserError
from filingdesk.services import bundling, papers, templates
from filingdesk.services.catalogue import OwnTemplate, catalogue, shipped
from filingdesk.services.changes import TEMPLATE
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session
from filingdesk.services.template_merge import diff_lines, merge
from filingdesk.services.templates import Text

PAPER = "publicity"


def with_body(extra: str) -> Text:
    text = templates.shipped_text(PAPER)
    return Text(text.yaml, f"{text.body}\n{extra}\n")


def own_of_older(session: Session, body: str, *, base_body: str) -> None:
    """As a project looks whose copy was made when the program shipped another text."""
    text = templates.shipped_text(PAPER)
    own = OwnTemplate(text.yaml, body, text.yaml, base_body, "0" * 64)
    session.set_marks(TEMPLATE, {PAPER: own.as_entry()}, "测试")


def test_papers_are_made_of_the_saved_text_until_it_is_undone(session: Session) -> None:
    saved = templates.save(session, PAPER, with_body("本单位另行说明：{{ subject.name }}。"))
    assert saved.taken
    assert saved.faults == ()
    shown = Desk(session).preview(PAPER)
    assert "本单位另行说明" in shown
    assert session.facts.subject.name in shown
    state = templates.state(session, PAPER)
    assert (state.state, state.who) == ("own", session.who)
    assert state.at
    assert state.sha256 != papers.paper(PAPER).sha256
    session.undo()
    assert "本单位另行说明" not in Desk(session).preview(PAPER)
    assert templates.state(session, PAPER).state == "shipped"


def test_the_own_template_lives_in_the_project_file(session: Session, tmp_path: Path) -> None:
    templates.save(session, PAPER, with_body("另行说明。"))
    copy = tmp_path / "copy.fdproj"
    session.file.close()
    shutil.copy(session.path, copy)
    again = workspace().open(copy)
    try:
        assert "另行说明" in Desk(again).preview(PAPER)
        assert templates.state(again, PAPER).state == "own"
    finally:
        again.close()


def test_restoring_brings_the_shipped_paper_back_and_one_undo_the_own_one(session: Session) -> None:
    plain = Desk(session).preview(PAPER)
    templates.save(session, PAPER, with_body("另行说明。"))
    templates.restore(session, PAPER)
    assert Desk(session).preview(PAPER) == plain
    session.undo()
    assert "另行说明" in Desk(session).preview(PAPER)


def test_title_and_condition_of_an_own_template_count(session: Session) -> None:
    text = templates.shipped_text(PAPER)
    retitled = text.yaml.replace("title: ", "title: 本单位的", 1)
    assert templates.save(session, PAPER, Text(retitled, text.body)).taken
    desk = Desk(session)
    assert desk.paper(PAPER).title.startswith("本单位的")
    assert next(p for p in desk.wanted() if p.id == PAPER).title.startswith("本单位的")
    never = text.yaml + "if: {path: algorithm.types, has: 没有这一类}\n"
    assert templates.save(session, PAPER, Text(never, text.body)).taken
    assert PAPER not in {p.id for p in Desk(session).wanted()}
    assert PAPER in {p.id for p in papers.wanted(session.facts)}


def test_a_text_with_faults_waits_as_a_draft_and_is_taken_once_mended(session: Session) -> None:
    saved = templates.save(session, PAPER, with_body("{{ subject.nmae }}"))
    assert not saved.taken
    assert [(f.file, f.line) for f in saved.faults] == [("body.md", len(with_body("").body.split("\n")) - 1)]
    assert "name" in saved.faults[0].hint
    assert "nmae" not in templates.text_in_use(session, PAPER).body
    assert "nmae" in templates.text_to_edit(session, PAPER).body
    templates.save(session, PAPER, with_body("{{ subject.name }}"))
    state = templates.state(session, PAPER)
    assert (state.state, state.draft) == ("own", False)


def test_a_fault_of_the_markup_names_the_line_of_the_template_not_of_its_output(session: Session) -> None:
    loop = "{% for p in algorithm.products %}\n{{ p.name }}\n\n{% endfor %}"
    text = Text(templates.shipped_text(PAPER).yaml, f"一\n\n{loop}\n\n::: form 20*\n| 甲 | 乙 |\n:::\n")
    (fault,) = templates.check(Desk(session), PAPER, text)
    assert fault.line == 8
    assert "2 格" in fault.message


def test_a_branch_that_no_facts_take_today_is_read_all_the_same(session: Session) -> None:
    text = with_body('{% if subject.name == "没有人" %}{{ algorithm.nmae }}{% endif %}')
    assert [f.code for f in templates.check(Desk(session), PAPER, text)] == ["template.undefined"]


def test_every_shipped_template_passes_the_check_as_an_own_one(session: Session) -> None:
    desk = Desk(session)
    for paper in shipped():
        if templates.state(session, paper.id).fixed:
            continue
        assert templates.check(desk, paper.id, Text(paper.yaml, paper.body + "\n")) == (), paper.id


def test_tables_made_of_the_library_have_no_template(session: Session) -> None:
    with pytest.raises(UserError, match="词库或题库"):
        templates.copy(session, "keywords-list")
    with pytest.raises(UserError, match="没有编号"):
        templates.copy(session, "nothing")


def test_an_update_of_the_shipped_template_is_offered_and_joined_where_lines_differ(session: Session) -> None:
    shipped_body = templates.shipped_text(PAPER).body
    older = shipped_body.replace(shipped_body.split("\n")[0], "旧的第一行", 1)
    own_of_older(session, f"{older}\n本单位的末行。\n", base_body=older)
    assert templates.state(session, PAPER).state == "outdated"
    found = templates.upstream(session, PAPER)
    assert found is not None
    assert [line.text for line in found.changes["body.md"] if line.kind == "gone"] == ["旧的第一行"]
    assert found.merged is not None
    assert found.merged.body == f"{shipped_body}\n本单位的末行。\n"
    assert templates.follow(session, PAPER, "merge").taken
    assert templates.state(session, PAPER).state == "own"
    assert templates.text_in_use(session, PAPER) == found.merged


def test_lines_changed_by_both_are_not_joined_and_keeping_settles_it(session: Session) -> None:
    shipped_body = templates.shipped_text(PAPER).body
    first = shipped_body.split("\n")[0]
    own_of_older(
        session, shipped_body.replace(first, "我的第一行", 1), base_body=shipped_body.replace(first, "旧", 1)
    )
    found = templates.upstream(session, PAPER)
    assert found is not None
    assert found.merged is None
    assert found.conflicts["body.md"][0][0] == 1
    with pytest.raises(UserError, match=r"body\.md 第 1 行"):
        templates.follow(session, PAPER, "merge")
    templates.follow(session, PAPER, "keep")
    assert templates.state(session, PAPER).state == "own"
    assert templates.text_in_use(session, PAPER).body.startswith("我的第一行")
    session.undo()
    templates.follow(session, PAPER, "take")
    assert templates.state(session, PAPER).state == "shipped"


def test_an_own_template_that_no_longer_fits_stops_its_paper_not_the_others(session: Session) -> None:
    text = templates.shipped_text(PAPER)
    own = OwnTemplate(text.yaml, "{{ subject.gone }}", text.yaml, text.body, "0" * 64)
    session.set_marks(TEMPLATE, {PAPER: own.as_entry()}, "测试")
    desk = Desk(session)
    status = desk.status(PAPER)
    assert not status.complete
    assert "第 1 行" in status.fault
    assert desk.status("commitment").complete
    assert papers.uses(desk)
    unreadable = OwnTemplate("id: [", text.body, text.yaml, text.body, "0" * 64)
    session.set_marks(TEMPLATE, {PAPER: unreadable.as_entry()}, "测试")
    assert templates.state(session, PAPER).state == "broken"
    assert "paper.yaml" in Desk(session).status(PAPER).fault
    with pytest.raises(UserError, match=r"paper\.yaml"):
        Desk(session).make(PAPER, "html", draft=True)


def test_the_bundle_names_the_template_of_every_paper(session: Session, tmp_path: Path) -> None:
    templates.save(session, PAPER, with_body("另行说明。"))
    written = bundling.export_bundle(session, "algorithm", tmp_path / "out")
    entries = {e.paper: e for e in written.manifest.templates}
    assert {p.id for p in Desk(session).bundled("algorithm")} <= set(entries)
    assert {e.paper for e in written.manifest.templates if e.origin == "own"} == {PAPER}
    made_of = {f.template for f in written.manifest.files if f.template}
    assert made_of <= {e.sha256 for e in entries.values()}
    assert bundling.verify(written.path).ok


def test_a_manifest_of_the_first_format_is_still_proved(session: Session, tmp_path: Path) -> None:
    written = bundling.export_bundle(session, "algorithm", tmp_path / "out")
    values = json.loads((written.path / "manifest.json").read_text(encoding="utf-8"))
    del values["templates"]
    older = Manifest.model_validate({**values, "format": FIRST_FORMAT, "seal": ""}).sealed()
    assert b"templates" not in older.to_bytes()
    (written.path / "manifest.json").write_bytes(older.to_bytes())
    assert bundling.verify(written.path).ok
    tampered = older.to_bytes().replace(b'"subject"', b'"templates": [],\n "subject"')
    assert read_manifest(tampered) is None


def test_without_own_templates_a_project_uses_the_shipped_papers(session: Session) -> None:
    assert catalogue(session).papers == shipped()


LINES = st.lists(st.sampled_from(["甲", "乙", "丙", "丁", ""]), max_size=8)


@given(LINES, LINES)
def test_a_comparison_holds_both_texts_whole(old: list[str], new: list[str]) -> None:
    rows = diff_lines("\n".join(old), "\n".join(new))
    assert "\n".join(r.text for r in rows if r.kind != "added") == "\n".join(old)
    assert "\n".join(r.text for r in rows if r.kind != "gone") == "\n".join(new)


@given(LINES, LINES, LINES)
def test_joining_loses_nothing_of_a_side_that_changed_alone(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    a, b, c = "\n".join(base), "\n".join(mine), "\n".join(theirs)
    assert merge(a, b, a).text == b
    assert merge(a, a, c).text == c
    assert merge(a, b, b).text == b
    joined, other_way = merge(a, b, c), merge(a, c, b)
    assert bool(joined.conflicts) == bool(other_way.conflicts)
    if not joined.conflicts:
        assert joined.text == other_way.text
