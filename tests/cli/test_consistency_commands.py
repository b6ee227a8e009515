"""`consistency`: what contradicts, what is claimed, what could not be read; exit code 1 for contradictions only."""

from pathlib import Path

import pytest

from cli.helpers import Cli


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    folder = tmp_path / "改过的文书"
    folder.mkdir()
    (folder / "说明.txt").write_text(
        "算法名称：示例智联客服问答算法\n上线时间：2026年9月3日\n本算法绝对安全。\n", encoding="utf-8"
    )
    return folder


def test_the_sample_agrees_with_itself_and_unreadable_files_are_named(cli: Cli, sample: Path) -> None:
    ran = cli("consistency", sample)
    assert ran.code == 0 and "矛盾 0 处，要证据的说法 0 处" in ran.out
    assert "读不了，没有核对（不等于没有问题）" in ran.out and "用户协议.pdf" in ran.out
    assert ran.out.count("像是扫描件") == 1, "one reason is said once, with all its files"


def test_a_contradiction_is_told_with_fact_place_words_and_mend(cli: Cli, sample: Path, wrong: Path) -> None:
    ran = cli("consistency", sample, wrong)
    assert ran.code == 1
    assert "[矛盾] 算法名称（退回原因 1、退回原因 14）" in ran.out
    assert "说明.txt，第 1 行：示例智联客服问答算法" in ran.out and "「algorithm.name」" in ran.out
    assert "[绝对化的话] 说明.txt，第 3 行" in ran.out


def test_json_gives_the_whole_matrix(cli: Cli, sample: Path, wrong: Path) -> None:
    ran = cli("consistency", sample, wrong, "--json")
    document = ran.json
    assert ran.code == 1
    assert [(c["fact"], c["found"]) for c in document["conflicts"]] == [
        ("algorithm-name", "示例智联客服问答算法"),
        ("launched-on", "2026年9月3日"),
    ]
    cells = {f["name"]: f["cells"] for f in document["files"]}
    assert cells["说明.txt"]["algorithm-name"] == "conflict" and cells["说明.txt"]["credit-code"] == "absent"
    assert cells["《算法安全自评估报告》"]["algorithm-name"] == "same"
    # Never absent: what is not read is not known.
    assert set(cells["用户协议.pdf"].values()) == {"unread"}


def test_one_stage_compares_the_papers_of_that_filing_only(cli: Cli, sample: Path) -> None:
    names = {f["name"] for f in cli("consistency", sample, "--stage", "large-model", "--json").json["files"]}
    assert "《安全评估报告》" in names and "《算法安全自评估报告》" not in names


def test_short_names_are_declared_once(cli: Cli, sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "协议.txt"
    file.write_text("运营主体：示例智联\n", encoding="utf-8")
    assert cli("consistency", sample, file).code == 1
    assert cli("facts", "set", sample, "subject.aliases", "示例智联、SLZL").code == 0
    assert cli("consistency", sample, file).code == 0


def test_the_table_is_written_as_a_workbook(cli: Cli, sample: Path, wrong: Path, tmp_path: Path) -> None:
    out = tmp_path / "核对.xlsx"
    assert cli("consistency", sample, wrong, "--out", out).code == 1
    from openpyxl import load_workbook

    book = load_workbook(out)
    assert book.sheetnames == ["核对表", "矛盾", "要证据的说法", "没有读到的"]
    assert [row[4].value for row in book["矛盾"].iter_rows(min_row=2)] == [
        "示例智联客服问答算法",
        "2026年9月3日",
    ]


def test_a_path_that_is_not_there_and_a_format_that_cannot_be_written(cli: Cli, sample: Path) -> None:
    ran = cli("consistency", sample, "/nowhere/a.docx")
    assert ran.code == 3 and "找不到" in ran.err
    ran = cli("consistency", sample, "--out", "a.pdf")
    assert ran.code == 3 and ".xlsx" in ran.err
