"""templates: a copy is taken out, edited in another program, checked, taken in, compared, restored."""

from pathlib import Path

import pytest

from cli.helpers import Cli


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from filingdesk.bootstrap import workspace
    from filingdesk.services.demo import create_sample

    path = tmp_path_factory.mktemp("templates") / "s.fdproj"
    create_sample(workspace(), path).close()
    return path


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    path = tmp_path / "s.fdproj"
    path.write_bytes(made.read_bytes())
    return path


def test_a_template_goes_out_and_comes_back_changed(cli: Cli, project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "模板"
    ran = cli("templates", "copy", project, "publicity", "--out", folder)
    assert ran.code == 0
    body = folder / "body.md"
    body.write_text(body.read_text(encoding="utf-8") + "\n本单位的补充说明。\n", encoding="utf-8")
    assert cli("templates", "check", project, "publicity", "--body", body).code == 0
    assert cli("templates", "edit", project, "publicity", "--body", body).code == 0
    listed = {row["id"]: row for row in cli("templates", "list", project, "--json").json["templates"]}
    assert listed["publicity"]["state"] == "own"
    assert listed["commitment"]["state"] == "shipped"
    assert not listed["keywords-list"]["editable"]
    changes = cli("templates", "diff", project, "publicity", "--json").json["files"]
    assert [(row["kind"], row["text"]) for row in changes["body.md"] if row["text"]] == [
        ("added", "本单位的补充说明。")
    ]
    assert "+" in cli("templates", "diff", project, "publicity").out
    out = tmp_path / "文书"
    assert cli("build", project, "--doc", "publicity", "--format", "html", "--out", out).code == 0
    assert "本单位的补充说明" in next(out.iterdir()).read_text(encoding="utf-8")
    assert cli("templates", "restore", project, "publicity", "--json").json["restored"]
    assert not cli("templates", "restore", project, "publicity", "--json").json["restored"]
    assert cli("templates", "diff", project, "publicity", "--json").json == {"files": {}}


def test_a_bad_template_is_refused_with_file_line_and_mend(cli: Cli, project: Path, tmp_path: Path) -> None:
    body = tmp_path / "body.md"
    body.write_text("第一行\n\n{{ subject.nmae }}\n", encoding="utf-8")
    for verb in ("check", "edit"):
        ran = cli("templates", verb, project, "publicity", "--body", body)
        assert ran.code == 3
        assert "body.md:3:" in ran.err
        assert "相近的有：name" in ran.err
    told = cli("templates", "check", project, "publicity", "--body", body, "--json")
    assert told.code == 3
    assert [(f["file"], f["line"]) for f in told.json["faults"]] == [("body.md", 3)]
    rows = cli("templates", "list", project, "--json").json["templates"]
    assert {row["state"] for row in rows} == {"shipped"}
    assert not any(row["draft"] for row in rows)


def test_what_cannot_be_done_is_told(cli: Cli, project: Path, tmp_path: Path) -> None:
    missing = cli("templates", "edit", project, "publicity", "--body", tmp_path / "nowhere.md")
    assert missing.code == 3
    assert "nowhere.md" in missing.err
    assert cli("templates", "show", project, "nothing").code == 3
    assert cli("templates", "edit", project, "publicity").code == 3
    assert cli("templates", "copy", project, "question-bank").code == 3
    assert cli("templates", "update", project, "publicity", "--how", "merge").code == 3
    assert cli("templates", "diff", project, "publicity", "--upstream", "--json").json["files"] == {}
    assert "{{" in cli("templates", "show", project, "publicity").out
    assert cli("templates", "show", project, "publicity", "--file", "paper.yaml").out.startswith(
        "id: publicity"
    )
