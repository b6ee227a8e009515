"""ask: questions on fields, exported, answered by a colleague, imported with a view of conflicts."""

from pathlib import Path

from cli.helpers import Cli


def test_a_question_goes_out_and_its_answer_comes_back(cli: Cli, sample: Path, tmp_path: Path) -> None:
    cli("facts", "set", sample, "algorithm.scenario", "")
    asked = cli("ask", "add", sample, "algorithm.scenario", "谁在什么时候用？", "--to", "产品", "--json").json
    assert asked["state"] == "open"
    assert cli("ask", "list", sample).code == 1
    out = tmp_path / "待答.xlsx"
    assert cli("ask", "export", sample, "--out", out, "--json").json["questions"] == 1
    back = tmp_path / "回答.csv"
    back.write_text(
        f"编号,现在的内容,回答,回答人\n{asked['id']},,消费者咨询时使用,周样张\n", encoding="utf-8"
    )
    seen = cli("ask", "import", sample, back, "--dry-run", "--json").json["answers"][0]
    assert (seen["status"], seen["taken"]) == ("clean", False)
    assert cli("facts", "get", sample, "algorithm.scenario").out.strip() == ""
    done = cli("ask", "import", sample, back, "--take-clean", "--json")
    assert done.code == 0
    assert done.json["answers"][0]["taken"]
    assert cli("facts", "get", sample, "algorithm.scenario").out.strip() == "消费者咨询时使用"
    listed = cli("ask", "list", sample, "--json")
    assert (listed.code, listed.json["open"]) == (0, 0)
    assert listed.json["notes"][0]["answered_by"] == "周样张"


def test_a_conflict_is_told_by_the_exit_code_and_taken_only_when_named(
    cli: Cli, sample: Path, tmp_path: Path
) -> None:
    asked = cli("ask", "add", sample, "algorithm.scenario", "对吗？", "--json").json
    back = tmp_path / "回答.csv"
    back.write_text(f"编号,现在的内容,回答\n{asked['id']},导出时的话,新的话\n", encoding="utf-8")
    before = cli("facts", "get", sample, "algorithm.scenario").out
    told = cli("ask", "import", sample, back, "--take-clean")
    assert told.code == 1
    assert "有冲突" in told.out
    assert cli("facts", "get", sample, "algorithm.scenario").out == before
    assert cli("ask", "import", sample, back, "--take", "Q999999").code == 3
    assert cli("ask", "answer", sample, "nope", "x").code == 3
