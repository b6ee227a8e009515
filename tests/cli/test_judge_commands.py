"""check, waive, packs: the sample is clean, and one blank field is named with rule, path and mend."""

from pathlib import Path

from cli.helpers import Cli


def test_the_sample_has_no_blocker(cli: Cli, sample: Path) -> None:
    ran = cli("check", sample, "--json", "--as-of", "2026-11-23")
    assert ran.code == 0, ran.json["findings"]
    assert ran.json["counts"]["blocker"] == 0
    assert len(ran.json["rules"]) >= 105
    assert not [r for r in ran.json["rules"] if r["status"] == "error"]


def test_a_blank_name_is_a_blocker_with_rule_path_and_fix(cli: Cli, sample: Path) -> None:
    cli("facts", "set", sample, "algorithm.name", "")
    ran = cli("check", sample, "--json")
    assert ran.code == 1
    found = [f for f in ran.json["findings"] if f["path"] == "algorithm.name" and f["severity"] == "blocker"]
    assert found
    assert all(f["rule"] and f["fix"] and f["clause"] and f["source"] for f in found)
    said = cli("check", sample)
    assert said.code == 1
    assert "通过自查不等于通过审核" in said.out
    assert found[0]["rule"] in said.out
    assert cli("check", sample, "--fail-on", "never").code == 0
    assert cli("check", sample, "--stage", "large-model", "--fail-on", "never", "--json").code == 0


def test_a_waiver_with_a_reason_lifts_a_blocker(cli: Cli, sample: Path) -> None:
    for path in ("algorithm.result.number", "algorithm.result.number_pending_reason"):
        cli("facts", "set", sample, path, "")
    before = cli("check", sample, "--stage", "large-model", "--json")
    assert "LM-ORD-001" in {f["rule"] for f in before.json["findings"]}
    assert cli("waive", sample, "LM-ORD-001", "--reason", "算法备案已提交,属地同意先行受理").code == 0
    after = cli("check", sample, "--stage", "large-model", "--json")
    assert "LM-ORD-001" not in {f["rule"] for f in after.json["findings"]}
    assert {r["id"]: r["status"] for r in after.json["rules"]}["LM-ORD-001"] == "waived"


def test_a_waiver_needs_a_known_rule_and_a_reason(cli: Cli, sample: Path) -> None:
    assert cli("waive", sample, "XX-XX-999", "--reason", "x").code == 3
    assert cli("waive", sample, "LM-ORD-001", "--reason", " ").code == 3


def test_packs_are_listed_with_their_hash(cli: Cli) -> None:
    packs = {p["id"]: p for p in cli("packs", "--json").json["packs"]}
    assert packs["algo-2022"]["rules"] >= 45
    assert packs["gbt-45654-2025"]["rules"] >= 60
    assert all(len(p["sha256"]) == 64 for p in packs.values())
    assert cli("packs", "show", "algo-2022").code == 0
    assert cli("packs", "show", "nothing").code == 3


def test_a_wrong_date_is_refused(cli: Cli, sample: Path) -> None:
    assert cli("check", sample, "--as-of", "2026-13-01").code == 3


def test_a_day_in_the_past_is_judged_by_the_packs_of_that_day(cli: Cli, sample: Path) -> None:
    then = cli("check", sample, "--as-of", "2025-06-01", "--json", "--fail-on", "never").json
    now = cli("check", sample, "--as-of", "2026-11-23", "--json", "--fail-on", "never").json
    packs = [{pack["id"] for pack in report["packs"]} for report in (then, now)]
    assert packs[0] - packs[1] == {"tc260-003"}
    assert packs[1] - packs[0] == {"gbt-45654-2025", "labels-2025", "humanlike-2026"}
    assert now["verdict"] == "clean"
    # What the sample writes down for 2026 lies in the future of that day, and nothing else is wrong.
    late = {finding["rule"] for finding in then["findings"]}
    assert late == {"AL-ALG-012", "AL-ASM-005", "AL-POL-016", "AL-RES-006", "LM-ASM-004"}
    # The base model had to be filed under the old standard, and is only a reminder since.
    severity = [{r["id"]: r["severity"] for r in report["rules"]}["LM-DEV-006"] for report in (then, now)]
    assert severity == ["blocker", "warning"]


def test_a_day_before_every_law_checks_nothing_and_says_so(cli: Cli, sample: Path) -> None:
    ran = cli("check", sample, "--as-of", "2020-01-01")
    assert ran.code == 1
    assert "没有适用的规则包，什么都没有检查" in ran.out
