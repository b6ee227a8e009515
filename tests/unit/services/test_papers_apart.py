"""Exports in a process of their own: the same bytes as here, of the state that was on the screen, and nothing half left behind."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.records import KeywordRecord
from filingdesk.services import (
    bundling,
    checking,
    diagnosis,
    diagnosis_report,
    exports,
    localrules,
    looks,
    papers,
    papers_apart,
    redlines,
    templates,
    upgrades,
)
from filingdesk.services.demo import create_sample
from filingdesk.services.localrules import Draft, RuleDraft
from filingdesk.services.session import Session
from filingdesk.services.templates import Text
from filingdesk.services.workspace import Workspace
from filingdesk.store.model import CHINA
from unit.forms.word import company_look, logo

ADDRESS = "subject.address"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def at_file(act: Callable[[], object], number: int = 3) -> Callable[[Progress], None]:
    """Do something once, when so many files are made: the folder is half full then."""
    done: list[int] = []

    def report(progress: Progress) -> None:
        if progress.total and progress.done >= number and not done:
            done.append(1)
            act()

    return report


def kill_children() -> None:
    for child in psutil.Process().children():
        os.kill(child.pid, signal.SIGTERM)


def test_a_bundle_has_the_bytes_it_has_when_made_here(session: Session, tmp_path: Path) -> None:
    desk = papers.Desk(session)
    here = bundling.export_bundle(session, "algorithm", tmp_path / "这里", desk=desk)
    made = papers_apart.export_bundle(session, session.snapshot(), "algorithm", tmp_path / "那里")
    assert made.path.name == here.path.name
    assert tree(made.path) == tree(here.path)
    assert made.verified.ok
    assert made.verified.files == len(tree(made.path))
    assert made.judged_as(desk.report)
    assert {each.paper: each for each in made.exports} == desk.exports


def test_papers_and_the_diagnosis_have_the_same_bytes_too(session: Session, tmp_path: Path) -> None:
    state = session.snapshot()
    ids = ["publicity", "keywords-list"]
    for draft in (True, False):
        here = papers.build(session, tmp_path / f"这里{draft}", paper_ids=ids, draft=draft)
        there = papers_apart.build(session, state, tmp_path / f"那里{draft}", paper_ids=ids, draft=draft)
        assert [(each.paper, each.path.name, each.gaps, each.export) for each in here] == [
            (each.paper, each.path.name, each.gaps, each.export) for each in there
        ]
        assert tree(tmp_path / f"这里{draft}") == tree(tmp_path / f"那里{draft}")
    found = diagnosis.diagnose_snapshot(state, checking.check_snapshot(state))
    diagnosis_report.write_report(found, state.facts, tmp_path / "这里.docx")
    papers_apart.write_diagnosis(session, state, tmp_path / "那里.docx", found.basis)
    assert (tmp_path / "这里.docx").read_bytes() == (tmp_path / "那里.docx").read_bytes()


def test_what_a_project_has_of_its_own_goes_the_same_way(tmp_path: Path) -> None:
    """Its look, a template, words and a local rule of its own, a waiver, and the day of its clock."""
    day = datetime(2026, 12, 1, 9, 30, tzinfo=CHINA)
    session = create_sample(Workspace(who=lambda: "测试员", clock=lambda: day), tmp_path / "s.fdproj")
    looks.put_on(session, "范本.docx", company_look(logo()))
    text = templates.shipped_text("publicity")
    assert templates.save(session, "publicity", Text(text.yaml, f"{text.body}\n另行说明。\n")).taken
    local = Draft(
        "示例市要求",
        "algo-2022",
        "示例市材料要求（虚构）",
        "写明团队。",
        SourceMark.PRACTICE,
        "2025-11-01",
        "2026-11-23",
        id="shili",
        rules=(RuleDraft("写明意图", "mentions", "algorithm.publicity.intention", "blocker", ("绝无此词",)),),
    )
    localrules.save(local)
    upgrades.set_overlays(session, [local.id])
    state = session.snapshot()
    found = checking.check_snapshot(state).for_stage("algorithm").findings
    (blocked,) = [each for each in found if each.severity == "blocker"]
    session.waive(blocked.rule, "虚构的理由")
    desk = papers.Desk(session)
    here = bundling.export_bundle(session, "algorithm", tmp_path / "这里", desk=desk)
    made = papers_apart.export_bundle(session, session.snapshot(), "algorithm", tmp_path / "那里")
    assert tree(made.path) == tree(here.path)
    assert here.manifest.as_of == "2026-12-01"
    assert [each.reason for each in here.manifest.waivers] == ["虚构的理由"]
    assert {each.origin for each in here.manifest.templates} == {"shipped", "own"}
    assert made.judged_as(desk.report)
    exports.note(session, made.exports)
    session.set("algorithm.publicity.mechanism", "改过的一句话。")
    now = session.snapshot()
    papers_apart.write_redline(session, now, tmp_path / "那里.docx", "publicity", "1", redlines.NOW)
    sides = [redlines.side(each, session, "publicity") for each in ("1", redlines.NOW)]
    marked = redlines.marked(sides[0], sides[1], author=now.facts.subject.name)
    assert (tmp_path / "那里.docx").read_bytes() == marked
    session.close()


def test_what_is_edited_after_it_was_asked_for_is_not_in_the_file(session: Session, tmp_path: Path) -> None:
    state = session.snapshot()
    before = papers.build(session, tmp_path / "先", paper_ids=["publicity"])
    own = tree(tmp_path / "先")
    session.set("algorithm.publicity.intention", "后来才写的一句话。")
    session.undo()
    session.set("algorithm.publicity.mechanism", "又改了一次。")
    session.add_item("algorithm.products")
    assert session.revision > state.revision

    def edit() -> None:
        session.set(ADDRESS, "边导出边改")

    there = papers_apart.build(
        session, state, tmp_path / "后", paper_ids=["publicity"], report=at_file(edit, 1)
    )
    assert tree(tmp_path / "后") == own
    assert [each.export for each in there] == [each.export for each in before]
    made = papers_apart.export_bundle(session, state, "algorithm", tmp_path / "包")
    assert f'"project_revision": {state.revision},' in (made.path / "manifest.json").read_text("utf-8")
    assert session.facts.algorithm.publicity.mechanism == "又改了一次。"


def test_a_library_that_is_replaced_meanwhile_is_told(session: Session, tmp_path: Path) -> None:
    def replace() -> None:
        rows = [KeywordRecord("示例词语", "A.1.a")]
        session.library_changed(
            session.file.replace_keywords(rows, label="导入", who="测试员", at=session.clock())
        )

    state = session.snapshot()
    for report in (at_file(replace), at_file(lambda: None)):  # while it runs; before it begins
        with pytest.raises(UserError) as told:
            papers_apart.export_bundle(session, state, "algorithm", tmp_path / "包", report=report)
        assert told.value.code == "exports.library_changed"
        assert list((tmp_path / "包").glob("*")) == []


def test_a_cancelled_bundle_leaves_nothing(session: Session, tmp_path: Path) -> None:
    cancel = Cancel()
    with pytest.raises(Cancelled):
        papers_apart.export_bundle(
            session,
            session.snapshot(),
            "algorithm",
            tmp_path / "包",
            cancel=cancel,
            report=at_file(cancel.set),
        )
    assert list((tmp_path / "包").iterdir()) == []


def test_a_process_that_is_killed_is_told_and_leaves_what_was_there(session: Session, tmp_path: Path) -> None:
    state, out = session.snapshot(), tmp_path / "包"
    old = tree(papers_apart.export_bundle(session, state, "algorithm", out).path)
    with pytest.raises(UserError) as told:
        papers_apart.export_bundle(
            session, state, "algorithm", out, replace=True, report=at_file(kill_children)
        )
    assert told.value.code == "apart.died"
    assert "意外退出" in told.value.message
    (kept,) = out.iterdir()
    assert tree(kept) == old
    with pytest.raises(UserError, match="意外退出"):
        papers_apart.build(session, state, tmp_path / "文书", draft=True, report=at_file(kill_children))
    assert [path.name for path in (tmp_path / "文书").iterdir() if path.name.startswith(".")] == []


def test_what_blocks_is_said_as_it_is_here(session: Session, tmp_path: Path) -> None:
    session.set("algorithm.name", "")
    with pytest.raises(UserError) as here:
        bundling.export_bundle(session, "algorithm", tmp_path)
    with pytest.raises(UserError) as there:
        papers_apart.export_bundle(session, session.snapshot(), "algorithm", tmp_path)
    assert (here.value.code, here.value.message) == (there.value.code, there.value.message)


def test_only_what_is_new_is_kept_on_record(session: Session, tmp_path: Path) -> None:
    built = papers_apart.build(session, session.snapshot(), tmp_path, paper_ids=["publicity"])
    made = [each.export for each in built]
    exports.note_kept(session, exports.keep(session, made))
    exports.note_kept(session, exports.keep(session, made))
    (kept,) = exports.all_exports(session, "publicity")
    assert (kept.number, kept.paper) == (1, "publicity")
    assert exports.content(session, kept).document.id == "publicity"
