"""papers return, exports, diff, redline, overrides as a user would run them."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn

from cli.helpers import Cli
from unit.documents.returning import new_paragraph, paragraph_with, replace_words, type_into

PAPER, WORDS, NAME = "responsibility", "其职责如下", "示例更名科技有限公司"


def _edit(package: Any) -> None:
    type_into(package, "subject.name", NAME)
    replace_words(package, WORDS, "其职责由律师改写如下")
    paragraph_with(package, "其职责由律师改写如下").addprevious(new_paragraph("律师新增一段。"))


@pytest.fixture
def returned(cli: Cli, sample: Path, tmp_path: Path) -> Path:
    out = cli(
        "build", sample, "--doc", PAPER, "--format", "docx", "--draft", "--out", tmp_path / "out", "--json"
    )
    package = open_docx(out.json["files"][0]["path"])
    _edit(package)
    path = tmp_path / "退回稿.docx"
    package.save(str(path))
    return path


def test_a_returned_paper_is_told_and_nothing_is_changed(cli: Cli, sample: Path, returned: Path) -> None:
    before = sample.read_bytes()
    done = cli("papers", "return", sample, returned)
    assert done.code == 0
    for words in (
        "字段（1 处）",
        NAME,
        "文字（1 处）",
        "其职责由律师改写如下",
        "结构（1 处）",
        "律师新增一段。",
    ):
        assert words in done.out
    assert sample.read_bytes() == before
    plain = cli("papers", "return", sample, returned, "--json").json
    assert [f["path"] for f in plain["facts"]] == ["subject.name"]
    assert (plain["paper"], plain["export"], plain["accepted"]) == (PAPER, 1, [])


def test_one_change_is_taken_by_name_and_all_by_a_flag(cli: Cli, sample: Path, returned: Path) -> None:
    assert cli("papers", "return", sample, returned, "--accept", "subject.name").code == 0
    assert cli("facts", "get", sample, "subject.name").out.strip() == NAME
    assert cli("papers", "overrides", "list", sample, "--json").json == {"overrides": []}
    done = cli("papers", "return", sample, returned, "--accept-all", "--json").json
    assert len(done["accepted"]) == 2
    rows = cli("papers", "overrides", "list", sample, "--json").json["overrides"]
    assert {(row["paper"], row["applied"], row["source"]) for row in rows} == {(PAPER, True, "退回稿.docx")}
    again = cli("papers", "return", sample, returned, "--accept-all")
    assert "没有可以直接采用的改动" in again.out
    dropped = cli("papers", "overrides", "drop", sample, PAPER, rows[0]["anchor"])
    assert dropped.code == 0
    assert len(cli("papers", "overrides", "list", sample, "--json").json["overrides"]) == 1


def test_exports_are_compared_and_marked(cli: Cli, sample: Path, returned: Path, tmp_path: Path) -> None:
    cli("papers", "return", sample, returned, "--accept-all")
    told = cli("papers", "exports", sample)
    assert "responsibility  第 1 次  草稿" in told.out
    options = ("--project", sample, "--paper", PAPER)
    plain = cli("papers", "diff", "1", "now", *options, "--json").json
    assert {f["new"] for f in plain["facts"]} == {NAME}
    assert [w["new"] for w in plain["words"]] == ["其职责由律师改写如下。"]
    assert "主体名称" in cli("papers", "diff", "1", "now", *options).out
    out = tmp_path / "修订稿.docx"
    assert cli("papers", "redline", "1", "now", "--out", out, *options).code == 0
    first = out.read_bytes()
    marks = list(open_docx(str(out)).element.body.iter(qn("w:ins")))
    assert {mark.get(qn("w:author")) for mark in marks} == {NAME}
    refused = cli("papers", "redline", "1", "now", "--out", out, *options)
    assert refused.code == 3
    assert cli("papers", "redline", "1", "now", "--out", out, "--replace", *options).code == 0
    assert out.read_bytes() == first


def test_the_papers_of_a_bundle_are_kept_on_record(cli: Cli, sample: Path, tmp_path: Path) -> None:
    assert cli("bundle", sample, "--stage", "algorithm", "--out", tmp_path / "b").code == 0
    kept = cli("papers", "exports", sample, "--json").json["exports"]
    assert {"self-assessment", PAPER} <= {each["paper"] for each in kept}
    assert not any(each["draft"] for each in kept)
    word = next((tmp_path / "b").rglob("*主体责任*.docx"))
    plain = cli("papers", "return", sample, word, "--json").json
    assert (plain["facts"], plain["words"], plain["structure"]) == ([], [], [])
    assert cli("verify", sample).code == 0


def test_wording_that_fell_behind_is_listed_and_confirmed(
    cli: Cli, sample: Path, returned: Path, tmp_path: Path
) -> None:
    package = open_docx(str(returned))
    for holder in list(package.element.body.iter(qn("w:sdt"))):
        if holder.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")) == "safety_office.name":
            run = next(holder.iter(qn("w:r")))
            next(run.iter(qn("w:t"))).text = "打在控件外的名称"
            holder.addprevious(run)
            holder.getparent().remove(holder)
            break
    package.save(str(returned))
    cli("papers", "return", sample, returned, "--accept-all")
    cli("facts", "set", sample, "safety_office.name", "新设的示例办公室")
    rows = cli("papers", "overrides", "list", sample, "--json").json["overrides"]
    behind = [row for row in rows if not row["applied"]]
    assert len(behind) == 1
    assert "没有放进文书" in cli("papers", "overrides", "list", sample).out
    refused = cli("build", sample, "--doc", PAPER, "--out", tmp_path / "final")
    assert refused.code == 3
    assert cli("papers", "overrides", "keep", sample, PAPER, behind[0]["anchor"]).code == 0
    rows = cli("papers", "overrides", "list", sample, "--json").json["overrides"]
    assert all(row["applied"] for row in rows)


def test_two_word_files_are_compared_without_a_project(cli: Cli, returned: Path, tmp_path: Path) -> None:
    original = next((tmp_path / "out").glob("*.docx"))
    plain = cli("papers", "diff", original, returned, "--json").json
    assert [a["text"] for a in plain["added"]] == ["律师新增一段。"]
    out = tmp_path / "r.docx"
    assert cli("papers", "redline", original, returned, "--out", out, "--author", "示例律师").code == 0
    assert {m.get(qn("w:author")) for m in open_docx(str(out)).element.body.iter(qn("w:del"))} == {"示例律师"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("papers", "return", "{sample}", "没有.docx"), "找不到"),
        (("papers", "return", "{sample}", "{returned}", "--accept", "no.such"), "没有编号"),
        (("papers", "return", "{sample}", "{sample}"), "docx"),
        (("papers", "diff", "1", "2"), "--project"),
        (("papers", "diff", "1", "7", "--project", "{sample}", "--paper", PAPER), "没有第 7 次"),
        (("papers", "overrides", "drop", "{sample}", PAPER, "zzzz"), "没有"),
    ],
)
def test_faults_are_told_in_a_sentence(
    cli: Cli, sample: Path, returned: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = cli(*(a.format(sample=sample, returned=returned) for a in arguments))
    assert done.code == 3
    assert words in done.err
    assert "Traceback" not in done.err
