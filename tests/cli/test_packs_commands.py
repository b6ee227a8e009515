"""packs and check: which rules judge, what changed between two of them, local rules, staying with old ones."""

from pathlib import Path

from cli.helpers import Cli
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore


def test_every_pack_is_listed_with_its_state(cli: Cli) -> None:
    (packstore.folder() / "rubbish").mkdir()
    document = cli("packs", "list", "--json").json
    packs = {p["id"]: p for p in document["packs"]}
    assert packs["tc260-003"]["effective_to"] == "2025-10-31"
    assert packs["tc260-003"]["state"].startswith("已被取代")
    assert packs["gbt-45654-2025"]["state"] == "现行"
    assert [o["id"] for o in document["overlays"]] == ["overlay-example"]
    assert document["user"][0]["state"] == "没有载入"
    assert "pack.yaml" in document["user"][0]["reason"]
    said = cli("packs").out
    assert "tc260-003" in said
    assert "rubbish" in said


def test_differences_stand_under_their_clause(cli: Cli) -> None:
    document = cli("packs", "diff", "tc260-003", "gbt-45654-2025", "--json").json
    model = next(c for c in document["clauses"] if c["clause"] == "gbt-45654-2025/model")
    assert {"rule LM-DEV-006 severity"} <= {
        f"{d['kind']} {d['id']} {d['what']}" for d in model["differences"]
    }
    assert not [d for d in document["differences"] if d["kind"] == "parameter"]
    said = cli("packs", "diff", "tc260-003", "gbt-45654-2025").out
    assert "LM-DEV-006" in said
    assert "级别：阻断 → 提醒" in said
    assert cli("packs", "diff", "tc260-003", "tc260-003").out.strip() == "两个规则包没有差别。"


def test_the_day_selects_the_standard(cli: Cli, sample: Path) -> None:
    def judged(*more: str) -> list[str]:
        ran = cli("check", sample, "--json", "--fail-on", "never", *more)
        return [p["id"] for p in ran.json["packs"]]

    assert "tc260-003" in judged("--as-of", "2025-06-01")
    assert "gbt-45654-2025" not in judged("--as-of", "2025-06-01")
    assert "tc260-003" not in judged("--as-of", "2026-11-23")
    assert "TC260-003" in cli("check", sample, "--as-of", "2025-06-01", "--fail-on", "never").out


def test_local_rules_for_one_check_and_for_the_project(cli: Cli, sample: Path) -> None:
    plain = cli("check", sample, "--as-of", "2026-11-23", "--json")
    assert plain.code == 0
    path = resource_path("rulesets", "overlay-example")
    for named in ("overlay-example", path, path / "overlay.yaml"):
        ran = cli("check", sample, "--as-of", "2026-11-23", "--json", "--overlay", named)
        assert ran.code == 1
        assert "overlay-example" in [pack["id"] for pack in ran.json["packs"]]
    assert cli("check", sample, "--overlay", "nothing").code == 3
    assert cli("packs", "enable", sample, "overlay-example").code == 0
    assert cli("check", sample, "--as-of", "2026-11-23").code == 1
    assert cli("packs", "disable", sample, "overlay-example").code == 0
    assert cli("check", sample, "--as-of", "2026-11-23").code == 0


def test_a_faulty_overlay_is_refused_with_file_line_and_reason(
    cli: Cli, sample: Path, tmp_path: Path
) -> None:
    text = resource_path("rulesets", "overlay-example", "overlay.yaml").read_text(encoding="utf-8")
    file = tmp_path / "overlay.yaml"
    file.write_text(text.replace("rule: LM-KW-001", "rule: LM-KW-999"), encoding="utf-8")
    ran = cli("check", sample, "--overlay", file)
    assert ran.code == 3
    line = text[: text.index("rule: LM-KW-001")].count("\n") + 1
    assert f"overlay.yaml 第 {line} 行" in ran.err
    assert "LM-KW-999" in ran.err


def test_a_bundle_puts_the_packs_on_record_and_the_report_can_be_made_again(
    cli: Cli, sample: Path, tmp_path: Path
) -> None:
    assert cli("packs", "status", sample, "--json").json["packs"] == []
    assert cli("check", sample, "--pinned").code == 3
    assert cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "out").code == 0
    status = cli("packs", "status", sample, "--json").json
    assert "gbt-45654-2025" in {p["id"] for p in status["packs"]}
    assert status["upgrade"] is None
    first = cli("check", sample, "--pinned", "--json").out
    assert first == cli("check", sample, "--pinned", "--json").out
    assert cli("packs", "stay", sample).code == 0
    assert cli("packs", "status", sample, "--json").json["stay"] is True
    assert cli("packs", "upgrade", sample).code == 0
    assert cli("packs", "status", sample, "--json").json["stay"] is False
    kept = {each.folder.name.rsplit("-", 2)[0] for each in packstore.user_packs()}
    assert "algo-2022" in kept
