"""Local rules without YAML: what the editor writes judges as a pack does; what is no good is refused with place and reason."""

import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.records import BANKS, BankStats, KeywordStats
from filingdesk.domain.snapshot import Snapshot
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore, registry
from filingdesk.services import checking, localrules, rulesets, upgrades
from filingdesk.services.localrules import Draft, ParameterDraft, RuleDraft, SeverityDraft

DAY = date(2026, 11, 23)


def draft(**changes: object) -> Draft:
    made = Draft(
        title="示例市要求",
        overlay_of="gbt-45654-2025",
        law="示例市材料要求（虚构）",
        text="关键词库必须达到总量。",
        source=SourceMark.PRACTICE,
        effective_from="2025-11-01",
        checked_on="2026-11-23",
        id=localrules.new_id(),
        severities=(SeverityDraft("LM-KW-001", "blocker", "通知要求必须达到"),),
        parameters=(ParameterDraft("T13.sample", "500", SourceMark.VENDOR, "示例"),),
        rules=(
            RuleDraft("写明评估团队", "mentions", "large_model.evaluation.team", "warning", ("人", "名")),
            RuleDraft("公司内部复核", "attest", "", "warning", question="是否经过内部复核"),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def snapshot(**changes: object) -> Snapshot:
    made = Snapshot(Facts(), KeywordStats(), {b: BankStats(b) for b in BANKS}, DAY)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_what_is_saved_judges_and_is_cited() -> None:
    made = draft()
    localrules.save(made)
    report = checking.check_snapshot(snapshot(overlays=(made.id,)))
    results = {r.id: r for r in report.results}
    assert results["LM-KW-001"].severity == "blocker"
    assert "示例市要求" in results["LM-KW-001"].findings[0].fix
    assert results["DQ-LOC-002"].status == "manual"
    assert "DQ-LOC-001" in results
    assert checking.bound("T13.sample", snapshot(overlays=(made.id,))) == 500


def test_it_comes_back_into_the_editor_as_it_was_and_keeps_its_rule_ids() -> None:
    made = draft()
    localrules.save(made)
    again = localrules.draft_of(made.id)
    assert again == replace(
        made, rules=tuple(replace(r, id=f"DQ-LOC-{n:03}") for n, r in enumerate(made.rules, 1))
    )
    localrules.save(replace(again, rules=again.rules[1:]))
    assert [r.id for r in localrules.draft_of(made.id).rules] == ["DQ-LOC-002"]


def test_rules_of_two_overlays_get_ids_of_their_own() -> None:
    first = draft()
    localrules.save(first)
    second = draft()
    assert second.id != first.id
    localrules.save(second)
    ids = [r.id for d in (first, second) for r in localrules.draft_of(d.id).rules]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " "}, "名称"),
        ({"law": ""}, "出处的文件名称"),
        ({"severities": (), "parameters": (), "rules": ()}, "还没有任何调整"),
        ({"severities": (SeverityDraft("XX-NO-001", "blocker", "x"),)}, "没有规则“XX-NO-001”"),
        ({"severities": (SeverityDraft("LM-KW-001", "blocker", ""),)}, "为什么"),
        ({"source": SourceMark.VENDOR}, "级别至多是提示"),
        ({"parameters": (ParameterDraft("T13.sample", "很多", SourceMark.PRACTICE),)}, "不是数字"),
        ({"parameters": (ParameterDraft("T99", "1", SourceMark.PRACTICE),)}, "没有参数“T99”"),
        ({"rules": (RuleDraft("x", "attached", "algorithm.name", "warning"),)}, "不是附件"),
        ({"rules": (RuleDraft("x", "required", "no.such", "warning"),)}, "no.such"),
        ({"effective_from": "明天"}, "不是日期"),
    ],
)
def test_a_draft_that_is_no_good_is_refused_with_the_reason(changes: dict[str, object], reason: str) -> None:
    made = draft(**changes)
    with pytest.raises(UserError, match=reason):
        localrules.save(made)
    assert not (packstore.folder() / made.id).exists()


def test_a_demand_of_the_law_is_not_made_lighter() -> None:
    rule = next(
        r
        for p in registry.load_all()
        if p.id == "algo-2022"
        for r in p.rules
        if r.source is SourceMark.LAW and r.severity == "blocker" and r.modal != "宜"
    )
    with pytest.raises(UserError, match="不能由阻断调轻"):
        localrules.check(
            draft(
                overlay_of="algo-2022",
                parameters=(),
                rules=(),
                severities=(SeverityDraft(rule.id, "info", "想轻一点"),),
            )
        )


def test_one_written_by_hand_beyond_the_editor_is_left_alone() -> None:
    made = draft()
    file = localrules.save(made)
    text = file.read_text(encoding="utf-8").replace(
        "  why: 本地要求，见依据。\n",
        "  why: 本地要求，见依据。\n  when: {path: algorithm.types, has: 生成合成类}\n",
        1,
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="丢内容"):
        localrules.draft_of(made.id)
    assert file.read_text(encoding="utf-8") == text


def test_a_dropped_overlay_is_taken_in_once(tmp_path: Path) -> None:
    folder = tmp_path / "市里给的"
    shutil.copytree(resource_path("rulesets", "overlay-example"), folder)
    file = folder / "overlay.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("overlay-example", "shi-2026").replace("OX-ASM", "SH-ASM"),
        encoding="utf-8",
    )
    taken = localrules.take_in(folder)
    assert (taken.id, taken.kind) == ("shi-2026", "overlay")
    assert rulesets.named_overlay("shi-2026").data.title
    with pytest.raises(UserError) as caught:
        localrules.take_in(file)
    assert caught.value.code == "localrules.exists"
    assert localrules.take_in(file, replace=True).id == "shi-2026"


def test_a_dropped_zip_is_read_and_a_bad_one_refused_with_line_and_reason(tmp_path: Path) -> None:
    good = tmp_path / "包.zip"
    text = (resource_path("rulesets", "overlay-example") / "overlay.yaml").read_text(encoding="utf-8")
    text = text.replace("overlay-example", "shi-2027").replace("OX-ASM", "SH-ASM")
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("shi-2027/overlay.yaml", text)
        archive.writestr("../../evil.txt", "x")
    assert localrules.take_in(good).id == "shi-2027"
    with zipfile.ZipFile(tmp_path / "坏.zip", "w") as archive:
        archive.writestr("a/overlay.yaml", text.replace("LM-KW-001", "LM-KW-999"))
    with pytest.raises(UserError, match=r"第 \d+ 行.*LM-KW-999"):
        localrules.take_in(tmp_path / "坏.zip", replace=True)
    (tmp_path / "假.zip").write_bytes(b"no zip")
    with pytest.raises(UserError, match="不是完好的 zip"):
        localrules.take_in(tmp_path / "假.zip")
    (tmp_path / "读我.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match="不是规则包"):
        localrules.take_in(tmp_path / "读我.txt")


def test_a_pack_of_ones_own_and_an_older_version_are_taken_in(tmp_path: Path) -> None:
    for name, kind in (("algo-2022", "kept"), ("our-pack", "pack")):
        folder = tmp_path / name
        shutil.copytree(resource_path("rulesets", "algo-2022"), folder)
        file = folder / "pack.yaml"
        text = file.read_text(encoding="utf-8").replace("id: algo-2022", f"id: {name}", 1)
        file.write_text(text.replace("version: ", "version: 1.", 1), encoding="utf-8")
        assert localrules.take_in(folder).kind == kind
    states = {u.pack.id: u.state for u in packstore.user_packs() if u.pack}
    assert states == {"algo-2022": "kept", "our-pack": "local"}
    assert {"our-pack", "algo-2022"} <= {p.id for p in checking.comparable()}


def test_the_effect_of_switching_one_on_is_told_before(tmp_path: Path) -> None:
    made = draft()
    localrules.save(made)
    effect = upgrades.overlay_effect(snapshot(), [made.id])
    assert "LM-KW-001" in {f.rule for f in effect.harder}
    assert set(effect.new_rules) == {"DQ-LOC-001", "DQ-LOC-002"}
    assert upgrades.overlay_effect(snapshot(overlays=(made.id,)), []).gone_rules == effect.new_rules


def test_a_version_the_project_stays_with_that_is_gone_blocks_and_says_so() -> None:
    ref = next(p for p in registry.in_force(DAY) if p.id == "algo-2022").ref
    gone = type(ref)(ref.id, "1999.1", "0" * 64, "旧规则")
    report = checking.check_snapshot(snapshot(packs=(gone,)))
    told = [r for r in report.results if r.status == "error"]
    assert [r.id for r in told] == ["pack:algo-2022"]
    assert "不在这台电脑上" in told[0].title
    assert report.verdict == "blocked"
    assert any(r.id == "AL-ALG-001" for r in report.results), "the packs in force judge meanwhile"
    assert checking.coverage("keywords", {}, snapshot(packs=(gone,)))


def test_removing_takes_only_that_one_away() -> None:
    one = draft()
    localrules.save(one)
    two = draft()
    localrules.save(two)
    localrules.remove(one.id)
    assert [u.overlay.id for u in packstore.user_packs() if u.overlay] == [two.id]
