"""industries: list, show, set."""

from pathlib import Path

from cli.helpers import Cli


def test_set_list_and_what_is_kept(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "p.fdproj"
    assert cli("new", project).code == 0
    assert cli("industries", "set", project, "金融", "hr", "--json").json["sectors"] == ["金融", "人力资源"]
    assert cli("facts", "set", project, "industry.finance.risk_notice", "回答下方提示风险。").code == 0
    found = cli("check", project, "--json", "--fail-on", "never").json
    assert "industry-finance" in {p["id"] for p in found["packs"]}
    ran = cli("industries", "set", project, "--none", "--json").json
    assert ran == {"changed": True, "sectors": [], "kept": {"金融": 1}}
    assert cli("facts", "get", project, "industry.finance.risk_notice").out.strip() == "回答下方提示风险。"
    said = cli("industries", "list", "--project", project).out
    assert "保留着 1 处答案" in said
    assert cli("industries", "set", project).code == 3
    wrong = cli("industries", "set", project, "航天")
    assert wrong.code == 3
    assert "航天" in wrong.err


def test_show_names_sources_and_what_is_unverified(cli: Cli) -> None:
    document = cli("industries", "show", "医疗健康", "--json").json
    assert document["id"] == "medical"
    assert {q["source"] for q in document["questions"]} == {"practice"}
    assert {p["state"] for p in document["pointers"]} == {"待核实"}
    said = cli("industries", "show", "medical").out
    assert "IN-MED-001" in said
    assert "待核实" in said
    assert len(cli("industries", "list", "--json").json["industries"]) == 8
    assert "industry-medical" in cli("packs", "list").out
    assert cli("packs", "show", "industry-medical", "--json").json["title"] == "行业补充：医疗健康"
