"""reuse, impact, search, cards from the command line."""

from pathlib import Path

from cli.helpers import Cli


def test_the_reuse_map(cli: Cli, sample: Path) -> None:
    document = cli("reuse", sample, "--json").json
    rows = {row["path"]: row for row in document["fields"]}
    assert rows["subject.name"]["kind"] == "linked"
    assert rows["large_model.measures.minors"]["from"] == "algorithm.rights.minors"
    assert rows["legal_representative.name"]["value"] == "（个人信息）"
    assert {p["id"] for p in document["papers"]} >= {"application-form", "safety-report"}
    only = cli("reuse", sample, "--kind", "new", "--json").json
    assert {row["kind"] for row in only["fields"]} == {"new"}
    assert "同一处事实" in cli("reuse", sample, "--kind", "linked").out
    assert cli("reuse", sample, "--kind", "old").code == 3


def test_carrying_fills_blanks_once(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "a.fdproj"
    cli("new", path)
    cli("facts", "set", path, "algorithm.assessment.deployment", "示例云")
    assert cli("reuse", path, "--json").json["to_take"] == ["large_model.compute.inference_place"]
    assert cli("reuse", path, "--carry", "--json").json["carried"] == 1
    assert cli("facts", "get", path, "large_model.compute.inference_place").out.strip() == "示例云"
    assert cli("reuse", path, "--carry", "--json").json["carried"] == 0


def test_whom_a_change_touches(cli: Cli, sample: Path) -> None:
    document = cli("impact", sample, "subject.name", "--json").json
    assert {p["stage"] for p in document["papers"]} >= {"algorithm", "large-model"}
    assert document["rules"]
    assert "大模型备案" in cli("impact", sample, "subject.name").out
    assert cli("impact", sample, "subject.nam").code == 3
    assert cli("impact", sample, "subject").code == 3


def test_search(cli: Cli, sample: Path) -> None:
    document = cli("search", "罚款", "--json").json
    assert {"clause", "risk"} <= {h["kind"] for h in document["hits"]}
    hit = document["hits"][0]
    assert all(hit["piece"][a:b] == "罚款" for a, b in hit["marks"])
    assert "fact" not in {h["kind"] for h in cli("search", "示例智联", "--json").json["hits"]}
    found = cli("search", "示例智联", "--project", sample, "--kind", "fact", "--json").json["hits"]
    assert found[0]["kind"] == "fact"
    assert "没有找到" in cli("search", "卫星云图").out
    assert cli("search", "x", "--kind", "nothing").code == 3


def test_cards(cli: Cli) -> None:
    every = cli("cards", "list", "--json").json["cards"]
    assert {c["kind"] for c in every} == {"clause", "risk", "policy"}
    assert all(c["checked_on"] for c in every)
    assert "没有规定罚款数额" in cli("cards", "list", "--kind", "risk").out
    made = cli("cards", "add", "某区奖励", "以通知为准", "--as-of", "2026-11-01", "--json").json["id"]
    assert "待核实" in cli("cards", "list", "--id", made).out
    assert cli("cards", "remove", made).code == 0
    assert cli("cards", "list", "--id", made).code == 3
    assert cli("cards", "list", "--kind", "x").code == 3
