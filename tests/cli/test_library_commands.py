"""keywords, scan, questions: every row is accounted for, and hits stand at their place in the original."""

import gzip
import json
from pathlib import Path

from cli.helpers import Cli


def _list(path: Path) -> Path:
    path.write_text(
        "关键词,风险\n代开发票,A.1.h\n代开发票,A.1.h\n,A.1.a\n=1+1,A.1.a\n示例词,没有这种风险\nSM,A.2.a\n",
        encoding="gb18030",
    )
    return path


def test_audit_accounts_for_every_row(cli: Cli, tmp_path: Path) -> None:
    ran = cli("keywords", "audit", _list(tmp_path / "词.csv"), "--json")
    assert ran.code == 0
    assert ran.json["by_risk"]["A.1.h"] == 1
    assert ran.json["meets"] == {"T2": False, "T3": False}
    kinds = {p["kind"] for p in ran.json["problems"]}
    assert {"duplicate", "empty", "unknown_risk"} <= kinds
    assert all(p["row"] for p in ran.json["problems"] if p["kind"] in {"duplicate", "empty"})


def test_import_replaces_and_adds(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "a.fdproj"
    cli("new", project)
    first = cli("keywords", "import", project, _list(tmp_path / "词.csv"), "--json")
    assert first.code == 0
    assert first.json["total"] == first.json["taken"]
    more = tmp_path / "更多.txt"
    more.write_text("新词甲\n新词乙\n代开发票\n", encoding="utf-8")
    total = cli("keywords", "import", project, more, "--add", "--json").json["total"]
    assert total > first.json["total"]
    assert cli("keywords", "import", project, more, "--json").json["total"] == 3


def test_a_list_without_a_word_column_is_refused(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("姓名,电话\n示例,1\n", encoding="utf-8")
    ran = cli("keywords", "audit", source)
    assert ran.code == 3
    assert "x.csv" in ran.err


def test_scan_gives_places_in_the_original(cli: Cli, tmp_path: Path) -> None:
    text = "😀专业代*开*发票,不是Smoking\n没有\n"
    source = tmp_path / "文本.txt"
    source.write_text(text, encoding="utf-8")
    ran = cli("scan", "--keywords", _list(tmp_path / "词.csv"), source, "--json")
    assert ran.code == 0
    assert [(h["record"], h["surface"], h["keyword"], h["channel"]) for h in ran.json["hits"]] == [
        (0, "代*开*发票", "代开发票", "skip")
    ]
    hit = ran.json["hits"][0]
    assert text.splitlines()[0][hit["start"] : hit["end"]] == hit["surface"]
    assert (ran.json["records"], ran.json["records_hit"]) == (2, 1)


def test_scan_reads_standard_input_and_writes_a_file(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "命中.jsonl"
    ran = cli(
        "scan", "--keywords", _list(tmp_path / "词.csv"), "--out", out, "-", stdin="代开发票\n".encode()
    )
    assert ran.code == 0
    assert [json.loads(line)["keyword"] for line in out.read_text(encoding="utf-8").splitlines()] == [
        "代开发票"
    ]


def test_questions_are_imported_with_a_report(cli: Cli, tmp_path: Path) -> None:
    project, source = tmp_path / "a.fdproj", tmp_path / "题.csv"
    cli("new", project)
    source.write_text(
        "序号,测试题,一级分类,二级分类\n1,示例题一?,A.1,A.1.a\n2,,A.1,A.1.a\n3,示例题一?,A.1,A.1.a\n",
        encoding="utf-8",
    )
    ran = cli("questions", "import", project, source, "--bank", "generation", "--json")
    assert ran.code == 0
    assert (ran.json["total"], ran.json["taken"], ran.json["rejected"]) == (1, 1, 2)
    audit = cli("questions", "audit", source, "--json")
    assert audit.json["meets"]["T5"] is False


def test_a_workbook_with_a_sheet_per_bank_is_imported_whole(cli: Cli, sample: Path, tmp_path: Path) -> None:
    made = cli("build", sample, "--doc", "question-bank", "--draft", "--out", tmp_path / "出")
    assert made.code == 0
    annex = next((tmp_path / "出").rglob("*.xlsx"))
    project = tmp_path / "新.fdproj"
    cli("new", project)
    ran = cli("questions", "import", project, annex, "--json")
    assert ran.code == 0
    assert [b["bank"] for b in ran.json["banks"]] == ["generation", "should-refuse", "non-refuse"]
    assert all(b["total"] == b["taken"] >= 500 and b["rejected"] == 0 for b in ran.json["banks"])
    one = cli("questions", "import", project, annex, "--bank", "non-refuse", "--json")
    assert (one.json["bank"], one.json["total"]) == ("non-refuse", ran.json["banks"][2]["total"])


def test_scan_of_a_corpus_is_sampled_reported_and_the_same_again(cli: Cli, tmp_path: Path) -> None:
    corpus = tmp_path / "语料"
    (corpus / "网页").mkdir(parents=True)
    (corpus / "网页" / "a.txt").write_text("好话\n" * 90 + "代开发票\n" * 10, encoding="utf-8")
    (corpus / "书.jsonl.gz").write_bytes(gzip.compress(b'{"body": "\xe5\xa5\xbd"}\n' * 50))
    words, out = _list(tmp_path / "词.csv"), tmp_path / "命中.jsonl"
    command = ("scan", "--keywords", words, "--field", "body", "--workers", "2", corpus)
    whole = cli(*command, "--json")
    assert whole.code == 0
    assert [(s["source"], s["records"], s["records_hit"], s["T1"]) for s in whole.json["sources"]] == [
        ("语料", 50, 0, True),
        ("语料/网页", 100, 10, False),
    ]
    assert len(whole.json["hits"]) == 10
    drawn = [cli(*command, "--sample", "20%", "--seed", "7", "--out", out, "--json").json for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert (drawn[0]["population"], drawn[0]["records"], drawn[0]["sample"]["seed"]) == (150, 30, 7)
    assert drawn[0]["T11"]["sample"] is True
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == drawn[0]["hit_count"] == drawn[0]["sources"][1]["records_hit"]
    told = cli(*command, "--sample", "20%")
    assert "命中只是线索" in told.out
    assert "抽样 20%（种子 0）：150 条中检测了 30 条" in told.out


def test_scan_options_that_contradict_each_other_are_refused(cli: Cli, tmp_path: Path) -> None:
    words, text = _list(tmp_path / "词.csv"), tmp_path / "a.txt"
    text.write_text("代开发票", encoding="utf-8")
    command = ("scan", "--keywords", words)
    assert cli(*command, "-", "--sample", "10%", stdin=b"").code == 2
    assert cli(*command, text, "--resume").code == 2
    assert cli(*command, text, "--sample", "0%").code == 3
    refused = cli(*command, text, "--out", tmp_path / "命中.xlsx")
    assert (refused.code, "jsonl" in refused.err) == (3, True)
    missing = cli(*command, text, "--out", tmp_path / "没有" / "命中.jsonl")
    assert (missing.code, "没有" in missing.err) == (3, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "词.csv"]
