"""route and diagnose as a user meets them: project or facts file, text or JSON, reports as files, faults in one sentence."""

import io
from pathlib import Path

import docx
import pytest

from cli.helpers import Cli

DAY = ("--as-of", "2026-11-23")


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "答案.yaml"
    path.write_text(
        "intake: {offered_to: [境内社会公众], forms: [短视频], ended: 否}\n"
        "algorithm: {types: [个性化推送类], launched: 是, launched_on: 2026-11-16}\n",
        encoding="utf-8",
    )
    return path


def test_route_of_a_project_in_the_shape_of_the_contract(cli: Cli, sample: Path) -> None:
    found = cli("route", sample, *DAY, "--json")
    assert found.code == 0
    kinds = [(f["kind"], f["required"]) for f in found.json["filings"]]
    assert kinds == [("algorithm", True), ("large-model-filing", True)]
    for filing in found.json["filings"]:
        assert all(set(r) == {"clause", "source", "text"} for r in filing["reasons"])
    assert found.json["questions_open"] == []


def test_route_of_a_facts_file_says_why_and_by_when(cli: Cli, answers: Path) -> None:
    said = cli("route", answers, *DAY)
    assert said.code == 0
    assert "要办算法备案（个性化推送类）" in said.out
    assert "《互联网信息服务算法推荐管理规定》第二十四条" in said.out
    assert "2026-11-30 到期，还有 5 个工作日" in said.out
    assert "不代替网信部门的答复" in said.out


def test_a_json_facts_file_will_do(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text('{"intake": {"offered_to": ["本单位内部人员"]}}', encoding="utf-8")
    found = cli("route", path, "--json").json
    assert [f["required"] for f in found["filings"]] == [False, False]


def test_faults_are_told_in_a_sentence(cli: Cli, tmp_path: Path, answers: Path) -> None:
    assert cli("route", tmp_path / "no.yaml").code == 3
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("intake: {offered: [x]}\n", encoding="utf-8")
    refused = cli("route", wrong)
    assert refused.code == 3
    assert "intake.offered" in refused.err
    assert cli("route", answers, "--as-of", "2026-02-30").code == 3
    refused = cli("diagnose", answers, "--out", tmp_path / "报告.xls")
    assert refused.code == 3
    assert "docx" in refused.err
    assert not (tmp_path / "报告.xls").exists()


def test_diagnose_a_facts_file(cli: Cli, answers: Path, tmp_path: Path) -> None:
    said = cli("diagnose", answers, *DAY)
    assert said.code == 0
    assert "就绪度" in said.out
    assert "通过自查不等于通过审核" in said.out
    out = tmp_path / "报告.docx"
    found = cli("diagnose", answers, *DAY, "--out", out, "--json")
    assert found.json["basis"] == "intake"
    assert found.json["file"] == str(out)
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(out.read_bytes())).paragraphs)
    assert "结论" in text


@pytest.mark.parametrize(("suffix", "begins"), [("pdf", b"%PDF"), ("html", b"<!"), ("json", b"{")])
def test_diagnose_a_project_into_a_file(
    cli: Cli, sample: Path, tmp_path: Path, suffix: str, begins: bytes
) -> None:
    out = tmp_path / f"报告.{suffix}"
    assert cli("diagnose", sample, *DAY, "--out", out).code == 0
    assert out.read_bytes().startswith(begins)


def test_a_whole_project_is_judged_by_its_content(cli: Cli, sample: Path) -> None:
    found = cli("diagnose", sample, *DAY, "--json").json
    assert found["basis"] == "project"
    assert found["readiness"]["score"] > 90
    assert not [i for i in found["items"] if i["state"] == "missing"]
    alone = cli("diagnose", sample, *DAY, "--intake-only", "--json").json
    assert alone["basis"] == "intake"
