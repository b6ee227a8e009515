"""architecture: a template from the sample, edited by hand, checked, taken in, drawn."""

import json
from pathlib import Path

import pytest

from cli.helpers import Cli


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from filingdesk.bootstrap import workspace
    from filingdesk.services.demo import create_sample

    path = tmp_path_factory.mktemp("architecture") / "s.fdproj"
    create_sample(workspace(), path).close()
    return path


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    path = tmp_path / "s.fdproj"
    path.write_bytes(made.read_bytes())
    return path


def test_the_template_is_valid_and_comes_back(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "架构.json"
    assert cli("architecture", "template", project, "--out", file).code == 0
    ran = cli("architecture", "check", file, "--project", project, "--json")
    assert ran.code == 0
    assert ran.json["ok"]
    assert all(p["severity"] == "warning" and p["line"] > 1 for p in ran.json["problems"])
    assert cli("architecture", "template", project, "--out", file).code == 3

    text = json.loads(file.read_text(encoding="utf-8"))
    text["components"][0]["name"] = "改过名的网页端"
    file.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    assert cli("architecture", "import", project, file).code == 0
    out = tmp_path / "文书"
    assert cli("build", project, "--doc", "technical-description", "--format", "html", "--out", out).code == 0
    assert (
        cli("facts", "get", project, "algorithm.architecture", "--json")
        .json["value"][0]
        .startswith("架构.json#")
    )


def test_a_fault_is_told_with_its_line_and_nothing_is_taken_in(
    cli: Cli, project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "坏.json"
    file.write_text(
        '{"format": "filingdesk-architecture/1",\n "algorithm": "别的算法",\n "components": []\n}', "utf-8"
    )
    ran = cli("architecture", "check", file)
    assert ran.code == 1
    assert "坏.json:3: 错误 /components" in ran.out
    taken = cli("architecture", "import", project, file)
    assert taken.code == 3
    assert "第 3 行" in taken.err
    assert cli("facts", "get", project, "algorithm.architecture", "--json").json["value"] == []


def test_another_name_than_the_filing_uses_is_refused(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    cli("architecture", "template", project, "--out", file)
    cli("facts", "set", project, "algorithm.name", "改了名的算法")
    ran = cli("architecture", "import", project, file)
    assert ran.code == 3
    assert "不一致" in ran.err


def test_drawn_and_described(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    cli("architecture", "template", project, "--out", file)
    assert cli("architecture", "draw", file, "--out", tmp_path / "a.svg").code == 0
    assert "智能客服助手网页版" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert cli("architecture", "draw", file, "--out", tmp_path / "a.gif").code == 3
    described = json.loads(cli("architecture", "schema").out)
    assert described["$schema"].endswith("2020-12/schema")
    assert set(described["properties"]) >= {"components", "flows", "models", "safety_layers", "deployment"}


def test_an_empty_project_has_no_template(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "空.fdproj"
    cli("new", project)
    ran = cli("architecture", "template", project)
    assert ran.code == 3
    assert "请先填" in ran.err


@pytest.mark.parametrize("data", [b"\xff\xfe{", b"x" * 2_000_001])
def test_files_that_are_no_text_are_refused(cli: Cli, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(data)
    assert cli("architecture", "check", file).code == 3
