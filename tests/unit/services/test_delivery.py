"""From the sample to papers and bundles: finals only without blockers, nothing promised that is not inside."""

import json
from pathlib import Path

import pytest

from filingdesk.bootstrap import workspace
from filingdesk.domain.errors import UserError
from filingdesk.services import bundling, checking, papers
from filingdesk.services.demo import create_sample, run_demo
from filingdesk.services.session import Session


def test_every_paper_of_the_sample_is_complete(session: Session) -> None:
    desk = papers.Desk(session)
    statuses = [desk.status(p.id) for p in papers.wanted(desk.facts)]
    assert {s.title: [g.label for g in s.gaps] for s in statuses if s.gaps} == {}
    core = {
        "self-assessment",
        "publicity",
        "responsibility",
        "commitment",
        "application-form",
        "safety-report",
    }
    assert {s.id for s in statuses} >= {*core, "keywords-list", "question-bank"}


def test_a_blank_fact_is_a_gap_in_a_draft_and_stops_a_final(session: Session, tmp_path: Path) -> None:
    session.set("algorithm.publicity.intention", "")
    desk = papers.Desk(session)
    assert [g.path for g in desk.status("publicity").gaps] == ["algorithm.publicity.intention"]
    assert "待补充" in desk.preview("publicity")
    built = papers.build(session, tmp_path / "草稿", paper_ids=["publicity"], formats=["docx"], draft=True)
    assert [b.gaps for b in built] == [1]
    with pytest.raises(UserError):
        papers.build(session, tmp_path / "正式", paper_ids=["publicity"], formats=["docx"])
    assert not (tmp_path / "正式" / "拟公示内容.docx").exists()


def test_a_blocker_of_one_filing_does_not_stop_the_other(session: Session, tmp_path: Path) -> None:
    session.set("algorithm.name", "")
    with pytest.raises(UserError, match="阻断"):
        bundling.export_bundle(session, "algorithm", tmp_path)
    assert list(tmp_path.glob("*提交包")) == []
    report = checking.check(session)
    assert report.for_stage("algorithm").count("blocker") > 0


def test_papers_of_the_two_filings_stay_apart(session: Session) -> None:
    folders = {
        stage: {f.path for f in bundling.plan_bundle(session, stage).files}
        for stage in ("algorithm", "large-model")
    }
    assert any("自评估报告" in p for p in folders["algorithm"])
    assert not any("自评估报告" in p for p in folders["large-model"])
    assert not any("身份" in p or "证件照" in p for p in folders["large-model"])
    assert any(p.startswith("4 ") and p.endswith(".xlsx") for p in folders["large-model"])


def test_an_attachment_that_is_gone_is_named_with_its_field(session: Session) -> None:
    session.set("safety_officer.proof", ["不存在.pdf#0123456789abcdef"])
    with pytest.raises(UserError) as caught:
        bundling.plan_bundle(session, "algorithm")
    assert "不存在.pdf" in caught.value.message
    assert "工作证明" in caught.value.message


def test_evidence_is_not_put_in_twice(session: Session) -> None:
    files = bundling.plan_bundle(session, "algorithm").files
    names = [f.name for f in files if f.folder.startswith("3 ")]
    assert len(names) == len(set(names))


def test_a_waiver_is_written_into_the_manifest(session: Session, tmp_path: Path) -> None:
    for path in ("algorithm.result.number", "algorithm.result.number_pending_reason"):
        session.set(path, "")
    session.set("algorithm.result.state", "已提交待批")
    session.waive("LM-ORD-001", "属地同意先行受理")
    written = bundling.export_bundle(session, "large-model", tmp_path)
    manifest = json.loads((written.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["waivers"][0]["reason"] == "属地同意先行受理"
    assert manifest["disclaimer"] == "通过自查不等于通过审核"


def test_the_demo_runs_twice_but_never_over_edited_work(tmp_path: Path) -> None:
    first = run_demo(workspace(), tmp_path)
    assert first.ok
    again = run_demo(workspace(), tmp_path)
    assert again.ok
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [first.project.name, *(b.path.name for b in first.bundles)]
    )
    session = workspace().open(first.project)
    session.set("algorithm.name", "我的算法")
    session.close()
    with pytest.raises(UserError, match="没有覆盖"):
        run_demo(workspace(), tmp_path)


def test_the_incomplete_sample_shows_about_twenty_findings(tmp_path: Path) -> None:
    session = create_sample(workspace(), tmp_path / "i", "incomplete")
    report = checking.check(session)
    rules = {f.rule for f in report.findings}
    session.close()
    assert 18 <= len(rules) <= 40, sorted(rules)
    assert report.verdict == "blocked"
