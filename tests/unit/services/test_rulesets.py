"""What a project judges with: by day, by choice, with local rules; nothing that was answered is lost on the way."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from filingdesk.bootstrap import workspace
from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore
from filingdesk.rules.pack import Pack
from filingdesk.rules.registry import in_force, load_pack
from filingdesk.services import checking, upgrades
from filingdesk.services.rulesets import PACKS
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

LEGACY_DAY, TODAY = date(2025, 6, 1), date(2026, 11, 23)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = workspace().create(tmp_path / "s.fdproj")
    yield opened
    opened.close()


def ids(session: Session, day: date | None = None) -> list[str]:
    return [ref.id for ref in checking.check(session, as_of=day).packs]


def test_the_day_selects_the_packs(session: Session) -> None:
    assert "tc260-003" in ids(session, LEGACY_DAY)
    assert "gbt-45654-2025" not in ids(session, LEGACY_DAY)
    assert "labels-2025" not in ids(session, LEGACY_DAY)
    assert "tc260-003" not in ids(session, TODAY)
    assert {"gbt-45654-2025", "labels-2025", "humanlike-2026"} <= set(ids(session, TODAY))


def test_thresholds_are_those_of_the_day() -> None:
    assert checking.standard_pack(LEGACY_DAY).id == "tc260-003"
    assert checking.standard_pack(date(2025, 10, 31)).id == "tc260-003"
    assert checking.standard_pack(date(2025, 11, 1)).id == "gbt-45654-2025"
    assert checking.standard_pack().id == "gbt-45654-2025"
    assert checking.threshold("T2", LEGACY_DAY) == 10000
    assert checking.threshold("T2", date(2023, 9, 1)) is None
    assert all(row.minimum is None for row in checking.coverage("keywords", {}, date(2023, 9, 1)))


def test_the_base_model_must_be_filed_by_the_old_standard_only(session: Session) -> None:
    session.set("large_model.development.origin", "微调开源模型")
    severity = {
        day: next(r.severity for r in checking.check(session, as_of=day).results if r.id == "LM-DEV-006")
        for day in (LEGACY_DAY, TODAY)
    }
    assert severity == {LEGACY_DAY: "blocker", TODAY: "warning"}


def test_a_statement_given_in_the_project_goes_stale(session: Session) -> None:
    def status() -> str:
        return next(r.status for r in checking.check(session).results if r.id == "AL-ALG-017")

    session.set("algorithm.name", "甲算法")
    assert status() == "manual"
    session.attest("AL-ALG-017", "符合", "逐页看过", "陈样例")
    assert status() == "passed"
    session.set("algorithm.summary", "与此无关")
    assert status() == "passed"
    session.set("algorithm.name", "乙算法")
    assert status() == "manual"
    session.set("algorithm.name", "甲算法")
    assert status() == "passed"


def test_a_waiver_given_in_the_project_goes_stale(session: Session) -> None:
    session.set_many({"subject.name": "甲公司", "subject.icp_holder": "乙公司"}, "填写")
    finding = next(f for f in checking.check(session).findings if f.rule == "AL-SUB-007")
    session.waive("AL-SUB-007", "集团内分工", fingerprint=finding.fingerprint)
    assert finding.fingerprint not in {f.fingerprint for f in checking.check(session).findings}
    session.set("subject.icp_holder", "丙公司")
    assert finding.fingerprint in {f.fingerprint for f in checking.check(session).findings}


def test_a_day_before_every_law_is_not_clean(session: Session) -> None:
    report = checking.check(session, as_of=date(2020, 1, 1))
    assert report.packs == ()
    assert report.verdict == "blocked"
    assert "2022-03-01" in report.results[0].note
    assert {p.id for p in checking.not_judged(report)} == {p.id for p in checking.all_packs()}


# ---- local rules ----


def test_a_project_switches_local_rules_on_and_off(session: Session) -> None:
    upgrades.set_overlays(session, ["overlay-example"])
    assert ids(session)[-1] == "overlay-example"
    assert "OX-ASM-001" in {r.id for r in checking.check(session).results}
    assert ids(session, LEGACY_DAY)[-1] == "tc260-003"
    told = {r.id: r for r in checking.check(session, as_of=LEGACY_DAY).results}["overlay:overlay-example"]
    assert told.status == "not_applicable"
    assert checking.threshold("T13.sample", session.snapshot()) == 500
    assert checking.threshold("T13.sample", TODAY) == 300
    upgrades.set_overlays(session, [])
    assert "overlay-example" not in ids(session)
    with pytest.raises(UserError, match="没有本地规则"):
        upgrades.set_overlays(session, ["no-such"])


def test_local_rules_that_are_gone_are_told_and_the_rest_is_judged(session: Session) -> None:
    place = packstore.folder() / "mine"
    shutil.copytree(resource_path("rulesets", "overlay-example"), place)
    file = place / "overlay.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("overlay-example", "mine").replace("OX-", "MX-"),
        encoding="utf-8",
    )
    upgrades.set_overlays(session, ["mine"])
    before = checking.check(session)
    assert not before.with_status("error")
    shutil.rmtree(place)
    report = checking.check(session)
    lost = report.with_status("error")
    assert [r.id for r in lost] == ["overlay:mine"]
    assert report.verdict == "blocked"
    assert len(report.results) == len(before.results)  # one rule of its own less, one complaint more


def test_an_overlay_named_by_path_counts_for_one_check(session: Session) -> None:
    path = resource_path("rulesets", "overlay-example", "overlay.yaml")
    report = checking.check(session, overlays=[str(path)])
    assert report.packs[-1].id == "overlay-example"
    assert "overlay-example" not in ids(session)


# ---- versions ----


@pytest.fixture
def old_pack(tmp_path: Path) -> Pack:
    """An earlier version of the algorithm pack: one rule less, one more lenient."""
    folder = tmp_path / "old" / "algo-2022"
    shutil.copytree(resource_path("rulesets", "algo-2022"), folder)
    pack = folder / "pack.yaml"
    pack.write_text(
        re.sub(r"(?m)^version: .*$", "version: 2025.1.1", pack.read_text(encoding="utf-8")), encoding="utf-8"
    )
    rules = folder / "rules.yaml"
    head, _, tail = rules.read_text(encoding="utf-8").partition("- id: AL-ALG-001\n")
    rest = tail[tail.index("- id: ") :]
    rules.write_text(
        (head + rest).replace(
            "  severity: blocker\n  stage: both\n  check: {same: {paths: [subject.name, subject.icp_holder]",
            "  severity: warning\n  stage: both\n  check: {same: {paths: [subject.name, subject.icp_holder]",
        ),
        encoding="utf-8",
    )
    return load_pack(folder)


def pin(session: Session, packs: list[Pack]) -> None:
    """What an earlier version of the program left in the project and in the user's folder."""
    for pack in packs:
        packstore.keep(pack)
    listed: Json = [{"id": p.id, "version": p.version, "sha256": p.sha256, "title": p.title} for p in packs]
    note: Json = {"packs": listed, "as_of": "2026-11-01", "stay": False}
    session.apply_meta([Change(PACKS, session.note(PACKS), note)], "试")


def test_the_upgrade_tells_what_appears_and_what_gets_harder(session: Session, old_pack: Pack) -> None:
    session.set_many({"subject.name": "甲公司", "subject.icp_holder": "乙公司"}, "填写")
    assert upgrades.offer(session) is None
    now = in_force(session.today)
    pin(session, [old_pack, *now[1:]])
    effect = upgrades.offer(session)
    assert effect is not None
    assert [f.rule for f in effect.appear] == ["AL-ALG-001"]
    assert effect.disappear == ()
    assert [f.rule for f in effect.harder] == ["AL-SUB-007"]
    assert effect.new_rules == ("AL-ALG-001",)
    back = upgrades.upgrade_effect(session, now, [old_pack, *now[1:]])
    assert [f.rule for f in back.disappear] == ["AL-ALG-001"]
    assert [f.rule for f in back.softer] == ["AL-SUB-007"]


def test_staying_reproduces_the_old_report_and_upgrading_keeps_every_answer(
    session: Session, old_pack: Pack
) -> None:
    session.set_many({"subject.name": "甲公司", "subject.icp_holder": "乙公司"}, "填写")
    pin(session, [old_pack, *in_force(session.today)[1:]])
    upgrades.stay(session)
    shutil.rmtree(old_pack.folder or Path("nowhere"))
    first = json.dumps(checking.as_json(upgrades.pinned_report(session)), ensure_ascii=False)
    assert first == json.dumps(checking.as_json(upgrades.pinned_report(session)), ensure_ascii=False)
    assert '"2025.1.1"' in first
    assert "AL-ALG-001" not in first
    assert checking.check(session).packs[0].version == "2025.1.1"
    assert checking.standard_pack(session.snapshot()).id == "gbt-45654-2025"
    facts = session.facts
    upgrades.upgrade(session)
    assert session.facts == facts
    assert checking.check(session).packs[0].version != "2025.1.1"
    assert upgrades.offer(session) is None


def test_a_report_on_record_is_the_same_after_closing_and_opening(tmp_path: Path) -> None:
    path = tmp_path / "s.fdproj"
    session = workspace().create(path)
    session.set("subject.name", "甲公司")
    upgrades.record(session, checking.check(session))
    first = json.dumps(checking.as_json(upgrades.pinned_report(session)))
    session.close()
    again = workspace().open(path)
    assert json.dumps(checking.as_json(upgrades.pinned_report(again))) == first
    again.close()


def test_staying_with_a_version_that_is_not_here_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="还没有记录"):
        upgrades.stay(session)
    gone = [{"id": "algo-2022", "version": "1999.1", "sha256": "0" * 64}]
    session.apply_meta([Change(PACKS, None, {"packs": gone, "as_of": "2026-01-01", "stay": False})], "试")
    with pytest.raises(UserError, match=r"1999\.1"):
        upgrades.stay(session)


def test_recording_twice_writes_once(session: Session) -> None:
    report = checking.check(session)
    assert upgrades.record(session, report) is not None
    assert upgrades.record(session, report) is None
    found = upgrades.pins(session)
    assert found is not None
    assert [ref.id for ref in found.packs] == [pack.id for pack in in_force(session.today)]


def test_a_finding_that_comes_back_after_being_mended_says_so(session: Session) -> None:
    def message() -> str:
        found = [f.message for f in checking.check(session).findings if f.rule == "AL-ALG-001"]
        return found[0] if found else ""

    assert message()
    assert "又出现" not in message()
    upgrades.record(session, checking.check(session))
    session.set("algorithm.name", "甲算法")
    assert message() == ""
    upgrades.record(session, checking.check(session))
    session.set("algorithm.name", "")
    assert "又出现" in message()


def on_record(session: Session) -> str:
    """The report on record without the number of the edit, which goes on counting."""
    document = checking.as_json(upgrades.pinned_report(session))
    return json.dumps({**document, "revision": 0}, ensure_ascii=False)


def test_a_project_keeps_the_local_rules_it_was_judged_by(tmp_path: Path) -> None:
    place = packstore.folder() / "mine"
    shutil.copytree(resource_path("rulesets", "overlay-example"), place)
    file = place / "overlay.yaml"
    text = file.read_text(encoding="utf-8").replace("overlay-example", "mine").replace("OX-", "MX-")
    file.write_text(text, encoding="utf-8")
    path = tmp_path / "s.fdproj"
    session = workspace().create(path)
    session.set("large_model.evaluation.team", "甲组")
    upgrades.set_overlays(session, ["mine"])
    upgrades.record(session, checking.check(session))
    first = on_record(session)
    assert "{place}" not in first and "MX-ASM-001" in first
    assert not upgrades.is_pending(session)

    file.write_text(text.replace("severity: warning", "severity: blocker"), encoding="utf-8")
    assert on_record(session) == first
    offered = upgrades.offer(session)
    assert offered is not None
    assert [f.rule for f in offered.harder] == ["MX-ASM-001"]
    assert {f.severity for f in checking.check(session).findings if f.rule == "MX-ASM-001"} == {"blocker"}

    upgrades.stay(session)
    assert {f.severity for f in checking.check(session).findings if f.rule == "MX-ASM-001"} == {"warning"}
    shutil.rmtree(place)
    session.close()
    session = workspace().open(path)
    report = checking.check(session)
    assert not report.with_status("error")  # the file is gone; the project has its content
    assert {f.severity for f in report.findings if f.rule == "MX-ASM-001"} == {"warning"}
    assert on_record(session) == first

    shutil.copytree(resource_path("rulesets", "overlay-example"), place)
    file.write_text(text.replace("severity: warning", "severity: blocker"), encoding="utf-8")
    upgrades.upgrade(session)
    assert {f.severity for f in checking.check(session).findings if f.rule == "MX-ASM-001"} == {"blocker"}
    assert upgrades.offer(session) is None
    session.close()
