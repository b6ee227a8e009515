"""boilerplate: what is near what, as text and as JSON."""

from pathlib import Path

from cli.helpers import Cli

COPIED = "每周由内容安全组抽检三百条会话，凡是引用过期价格的答复当天下线，责任编辑两日内补写依据并登记。"


def test_a_copy_from_another_project_is_named(cli: Cli, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.fdproj", tmp_path / "other.fdproj"
    for project, field in ((mine, "algorithm.assessment.further"), (other, "algorithm.control.data_safety")):
        assert cli("new", project).code == 0
        assert cli("facts", "set", project, field, COPIED).code == 0
    document = cli("boilerplate", mine, "--against", other, "--json").json
    found = next(p for p in document["paragraphs"] if COPIED[:10] in p["text"])
    assert found["score"] >= 0.9
    assert found["nearest"]["where"] == "other"
    assert found["facts"][0]["path"] == "algorithm.assessment.further"
    said = cli("boilerplate", mine, "--against", other, "--doc", "self-assessment", "--min", "0.9").out
    assert "最像其他项目：other" in said
    assert "不是主管部门的查重" in said
    missing = cli("boilerplate", mine, "--against", tmp_path / "没有")
    assert missing.code == 3
    assert "没有" in missing.err
