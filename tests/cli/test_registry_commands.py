"""registry: import a list, ask it about a number and about a whole project."""

from pathlib import Path

from cli.helpers import Cli

A = "网信算备330106000000000000001号"


def test_import_search_verify_remove(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "清单2026-06-12.csv"
    path.write_text(f"算法名称,主体名称,备案编号,备注\n示例算法,示例甲公司,{A},已注销\n", encoding="utf-8")
    done = cli("registry", "import", path, "--source", "官网", "--json").json["lists"][0]
    assert (done["entries"], done["cancelled"], done["date"]) == (1, 1, "2026-06-12")
    assert cli("registry", "list").out.count("官网") == 1
    assert cli("registry", "search", "甲公司").out.count("已注销") == 1
    assert "未查到不等于未备案" in cli("registry", "search", "乙公司").out
    ran = cli("registry", "verify", A)
    assert ran.code == 1
    assert "已注销" in ran.out
    missing = cli("registry", "verify", "网信算备330106000000000000021号")
    assert missing.code == 0
    assert "未查到不等于未备案" in missing.out
    assert "2026-06-12" in missing.out
    assert cli("registry", "verify").code == 3
    assert cli("registry", "remove", done["id"]).code == 0
    assert cli("registry", "list", "--json").json == {"lists": []}


def test_a_bad_row_is_named(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "清单2026-06-12.csv"
    path.write_text(f"主体名称,备案编号\n甲公司,{A}\n乙公司,编号\n", encoding="utf-8")
    ran = cli("registry", "import", path)
    assert ran.code == 3
    assert "第 3 行" in ran.err
    assert cli("registry", "import", path, "--skip-bad").out.count("跳过 第 3 行") == 1


def test_a_project_is_asked_as_a_whole(cli: Cli, tmp_path: Path, sample: Path) -> None:
    path = tmp_path / "清单2026-06-12.csv"
    number = cli("facts", "get", sample, "algorithm.result.number").out.strip()
    path.write_text(f"主体名称,备案编号\n别家公司,{number or A}\n", encoding="utf-8")
    cli("facts", "set", sample, "algorithm.result.number", number or A)
    cli("registry", "import", path)
    ran = cli("registry", "verify", "--project", sample, "--json")
    told = {v["path"]: v["status"] for v in ran.json["verdicts"]}
    assert told["algorithm.result.number"] == "other_holder"
    assert ran.code == 1
