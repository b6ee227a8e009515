"""keywords test: figures as text and JSON, the whole result in a file, kept only when wanted."""

import json
from pathlib import Path

from cli.helpers import Cli


def _project(cli: Cli, folder: Path) -> Path:
    project, source = folder / "a.fdproj", folder / "词.csv"
    source.write_text("关键词,风险\n赌博网站,A.1.h\n大麻,A.1.f\n门,A.2.a\n", encoding="utf-8")
    assert cli("new", project).code == 0
    assert cli("keywords", "import", project, source).code == 0
    return project


def test_the_test_is_told_kept_and_can_be_made_again(cli: Cli, tmp_path: Path) -> None:
    project, out = _project(cli, tmp_path), tmp_path / "结果.json"
    options = ("--seed", "5", "--channels", "exact,folded,skip", "--json")
    first = cli("keywords", "test", project, *options, "--out", out)
    assert first.code == 0
    assert [c["channel"] for c in first.json["channels"]] == ["exact", "folded", "skip"]
    assert first.json["channels"][0] | {"low": 0, "high": 0} == {
        "channel": "exact",
        "tested": 3,
        "caught": 3,
        "by_shorter": 0,
        "unmutable": 0,
        "low": 0,
        "high": 0,
    }
    assert {hit["keyword"] for hit in first.json["benign_hits"]} == {"大麻", "门"}
    assert json.loads(out.read_text(encoding="utf-8"))["trial"]["seed"] == 5
    assert cli("keywords", "test", project, *options).json == first.json
    built = cli("build", project, "--doc", "interception-report", "--out", tmp_path, "--draft", "--json")
    assert [Path(file["path"]).suffix for file in built.json["files"]] == [".docx", ".pdf"]


def test_people_are_told_what_slips_and_what_is_hit(cli: Cli, tmp_path: Path) -> None:
    project, allow = _project(cli, tmp_path), tmp_path / "放行.txt"
    allow.write_text("赌博网站\n", encoding="utf-8")
    own = tmp_path / "工单.txt"
    own.write_text("您好。\n出门左转。\n", encoding="utf-8")
    ran = cli(
        "keywords", "test", project, "--allow", allow, "--benign", own, "--channels", "exact", "--no-keep"
    )
    assert ran.code == 0
    assert "赌博网站 → 赌博网站" in ran.out
    assert "工单.txt：2 句中 1 句" in ran.out
    assert "「大麻」9 处，如 近似难例 第 " in ran.out
    assert "误拦率" in ran.out


def test_without_keep_the_project_stays_as_it_is(cli: Cli, tmp_path: Path) -> None:
    project = _project(cli, tmp_path)
    before = project.read_bytes()
    assert cli("keywords", "test", project, "--no-keep", "--json").code == 0
    assert project.read_bytes() == before


def test_answers_give_figures_for_the_report(cli: Cli, tmp_path: Path) -> None:
    project, source = _project(cli, tmp_path), tmp_path / "回答.csv"
    source.write_text("编号,回答\n1,去赌博网站\n2,不行\n", encoding="utf-8")
    ran = cli("keywords", "test", project, "--answers", source, "--field", "回答", "--channels", "exact")
    assert ran.code == 0
    assert "2 条，1 条命中" in ran.out
    assert "可用于安全评估报告：生成内容关键词抽检数 2" in ran.out
    facts = cli("facts", "get", project, "large_model.evaluation.output_keyword_sample", "--json").out
    assert "2" not in facts


def test_faults_of_the_input_are_told(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "空.fdproj"
    cli("new", project)
    assert cli("keywords", "test", project).code == 3
    full = _project(cli, tmp_path)
    assert cli("keywords", "test", full, "--channels", "exact,telepathy").code == 3
    missing = cli("keywords", "test", full, "--benign", tmp_path / "没有.txt")
    assert missing.code == 3
    assert "没有.txt" in missing.err


def test_the_last_test_is_verified_by_doing_it_again(cli: Cli, tmp_path: Path) -> None:
    project = _project(cli, tmp_path)
    assert cli("keywords", "test", project, "--verify").code == 3
    allow = tmp_path / "放行.txt"
    allow.write_text("大麻烦\n", encoding="utf-8")
    assert cli("keywords", "test", project, "--seed", "9", "--channels", "all", "--allow", allow).code == 0
    before = project.read_bytes()
    ran = cli("keywords", "test", project, "--verify", "--json")
    assert (ran.code, ran.json["same"], ran.json["seed"]) == (0, True, 9)
    assert "复算一致" in cli("keywords", "test", project, "--verify").out
    assert project.read_bytes() == before
