"""keywords versions, diff, ledger, export, split, merge, edit, fix, map: the library's workbench without a window."""

import csv
from pathlib import Path

import openpyxl
import pytest

from cli.helpers import Cli

LIST = "关键词,风险,类别\n代开发票,A.1.h,\n赌博网站,A.1.h,\n某某类词,,涉黄\n赌博网站,A.1.f,\n"


@pytest.fixture
def project(cli: Cli, tmp_path: Path) -> Path:
    path = tmp_path / "a.fdproj"
    cli("new", path)
    ran = cli("keywords", "import", path, table(tmp_path / "词.csv", LIST), "--source", "供应商甲", "--json")
    assert ran.json["open_categories"] == ["涉黄"]
    return path


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def words(cli: Cli, project: Path, tmp_path: Path) -> list[tuple[str, str]]:
    target = tmp_path / "看看.csv"
    assert cli("keywords", "export", project, target, "--json").code == 0
    with target.open(encoding="utf-8-sig", newline="") as stream:
        return [(row["关键词"], row["风险"]) for row in csv.DictReader(stream)]


def test_edits_by_filter(cli: Cli, project: Path, tmp_path: Path) -> None:
    dry = cli("keywords", "edit", project, "--risk", "无", "--set-risk", "A.1.f", "--dry-run", "--json")
    assert (dry.json["saved"], dry.json["changed"], dry.json["total"]) == (False, 1, 4)
    assert ("某某类词", "") in words(cli, project, tmp_path)
    done = cli("keywords", "edit", project, "--risk", "无", "--set-risk", "A.1.f", "--json")
    assert (done.code, done.json["saved"]) == (0, True)
    assert (
        cli("keywords", "edit", project, "--search", "赌博", "--replace", "网站", "平台", "--json").json[
            "changed"
        ]
        == 2
    )
    assert (
        cli(
            "keywords", "edit", project, "--add", "新词甲", "--add", "★", "--set-risk", "A.1.a", "--json"
        ).json["added"]
        == 1
    )
    assert cli("keywords", "edit", project, "--source", "供应商甲", "--risk", "A.1.h", "--delete").code == 0
    assert words(cli, project, tmp_path) == [
        ("某某类词", "A.1.f"),
        ("赌博平台", "A.1.f"),
        ("新词甲", "A.1.a"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--delete",),
        ("--all",),
        ("--all", "--delete", "--set-risk", "A.1.a"),
        ("--all", "--add", "词"),
    ],
)
def test_an_edit_must_say_what_and_which(cli: Cli, project: Path, arguments: tuple[str, ...]) -> None:
    ran = cli("keywords", "edit", project, *arguments)
    assert ran.code == 2
    assert "请写" in ran.err or "不能" in ran.err


def test_versions_diff_and_restore(cli: Cli, project: Path, tmp_path: Path) -> None:
    cli("keywords", "edit", project, "--risk", "A.1.f", "--delete")
    found = cli("keywords", "versions", project, "--json").json["versions"]
    assert [(v["version"], v["total"], v["in_force"]) for v in found] == [(2, 3, True), (1, 4, False)]
    change = cli("keywords", "diff", project, "--json").json
    assert (change["before"], change["after"]) == (1, 2)
    assert [(c["kind"], c["word"]) for c in change["changes"]] == [("risk", "赌博网站")]
    assert cli("keywords", "diff", project, 0, 1, "--json").json["counts"]["added"] == 3
    out = tmp_path / "变动.csv"
    shown = cli("keywords", "diff", project, 1, 2, "--out", out)
    assert "改风险 1" in shown.out
    assert "赌博网站" in out.read_text(encoding="utf-8-sig")
    gone = cli("keywords", "diff", project, 1, 7)
    assert (gone.code, "第 7 版" in gone.err) == (3, True)
    assert cli("keywords", "restore", project, 1, "--json").json == {"version": 3, "origin": 1, "total": 4}
    assert "恢复到第 1 版" in cli("keywords", "versions", project).out


def test_ledger(cli: Cli, project: Path, tmp_path: Path) -> None:
    book = cli("keywords", "ledger", project, "--json").json
    assert (book["days"], book["missed"], len(book["periods"]), book["overdue"]) == (7, 0, 1, False)
    assert "更新 1 次" in cli("keywords", "ledger", project).out
    out = tmp_path / "台账.xlsx"
    assert cli("keywords", "ledger", project, "--out", out).code == 0
    sheets = openpyxl.load_workbook(out)
    assert sheets.sheetnames == ["更新台账", "各次更新"]
    assert sheets["更新台账"]["D2"].value == "1"
    empty = tmp_path / "b.fdproj"
    cli("new", empty)
    assert "还没有更新过" in cli("keywords", "ledger", empty).out
    assert cli("keywords", "ledger", empty, "--out", out).code == 3


def test_export_split_and_their_refusals(cli: Cli, project: Path, tmp_path: Path) -> None:
    annex = tmp_path / "附件4.xlsx"
    assert cli("keywords", "export", project, annex, "--json").json["rows"] == 4
    sheet = openpyxl.load_workbook(annex).active
    assert [cell.value for cell in sheet[1]] == ["关键词", "一级分类", "二级分类"]
    plain = tmp_path / "词.txt"
    assert cli("keywords", "export", project, plain, "--layout", "words", "--risk", "A.1.h").code == 0
    assert plain.read_text(encoding="utf-8") == "代开发票\n赌博网站\n"
    assert cli("keywords", "export", project, tmp_path / "x.docx").code == 3
    assert cli("keywords", "export", project, tmp_path / "y.csv", "--search", "没有这个").code == 3
    assert not (tmp_path / "y.csv").exists()
    folder = tmp_path / "拆分"
    files = cli("keywords", "split", project, folder, "--json").json["files"]
    assert sorted((Path(f["path"]).name[:5], f["rows"]) for f in files) == [
        ("A.1.f", 1),
        ("A.1.h", 2),
        ("没有归类.", 1),
    ]
    assert sorted(p.name for p in folder.iterdir()) == sorted(Path(f["path"]).name for f in files)
    again = cli("keywords", "split", project, folder)
    assert (again.code, "已经存在" in again.err) == (3, True)


def test_merge(cli: Cli, project: Path, tmp_path: Path) -> None:
    more = table(tmp_path / "新.csv", "关键词,风险\n代开发票,A.1.a\n新词甲,A.1.a\n★,A.1.a\n")
    dry = cli("keywords", "merge", project, more, "--dry-run")
    assert "将会：新增 1 个" in dry.out
    assert "没有保存" in dry.out
    ran = cli("keywords", "merge", project, more, "--conflict", "theirs", "--json").json
    assert (ran["new"], ran["conflict_count"], ran["rejected"], ran["total"]) == (1, 1, 1, 5)
    assert ran["conflicts"] == [{"word": "代开发票", "row": 2, "ours": ["A.1.h"], "theirs": ["A.1.a"]}]
    assert words(cli, project, tmp_path)[0] == ("代开发票", "A.1.a")


def test_audit_of_a_project_and_its_mends(cli: Cli, project: Path, tmp_path: Path) -> None:
    cli(
        "keywords",
        "import",
        project,
        table(tmp_path / "疑.csv", "关键词,风险,类别\n毒品甲,A.1.h,\n无类词,,健康歧视\n"),
    )
    cli("keywords", "edit", project, "--search", "无类词", "--set-risk", "无")
    found = cli("keywords", "audit", project, "--json").json
    assert found["fixable"] == {"unknown_risk": 1}
    problem = next(p for p in found["problems"] if p["kind"] == "unknown_risk")
    assert (problem["row"], problem["fix"]) == (2, {"action": "risk", "value": "A.2.h", "certain": True})
    assert "keywords fix" in cli("keywords", "audit", project).out
    assert cli("keywords", "fix", project, "--json").json["changed"] == 1
    assert words(cli, project, tmp_path) == [("毒品甲", "A.1.h"), ("无类词", "A.2.h")]
    assert cli("keywords", "fix", project, "--kind", "hits_benign").code == 2


def test_map_is_listed_proposed_set_and_applied(cli: Cli, project: Path, tmp_path: Path) -> None:
    asked = cli("keywords", "map", project, "--source", "供应商甲", "--json").json
    assert asked["map"] == {}
    assert [(q["category"], q["words"], q["proposal"]) for q in asked["open"]] == [("涉黄", 1, "A.1.f")]
    assert "不会自动采用" in cli("keywords", "map", project, "--source", "供应商甲").out
    done = cli(
        "keywords", "map", project, "--source", "供应商甲", "--set", "涉黄=A.1.g", "--apply", "--json"
    ).json
    assert (done["map"], done["open"], done["applied"]["changed"]) == ({"涉黄": "A.1.g"}, [], 1)
    assert ("某某类词", "A.1.g") in words(cli, project, tmp_path)
    # The next list of this source needs no questions.
    again = cli("keywords", "import", project, tmp_path / "词.csv", "--source", "供应商甲", "--json").json
    assert again["open_categories"] == []
    assert ("某某类词", "A.1.g") in words(cli, project, tmp_path)
    other = cli(
        "keywords", "map", project, "--source", "乙", "--list", tmp_path / "词.csv", "--accept", "--json"
    ).json
    assert other["map"] == {"涉黄": "A.1.f"}
    assert {one["source"] for one in cli("keywords", "map", project, "--json").json["sources"]} == {
        "供应商甲",
        "乙",
    }
    file = tmp_path / "对照.csv"
    assert cli("keywords", "map", project, "--source", "乙", "--out", file).code == 0
    assert cli("keywords", "map", project, "--source", "丙", "--from", file, "--json").json["map"] == {
        "涉黄": "A.1.f"
    }


@pytest.mark.parametrize("pair", ["涉黄", "涉黄=A.9.z", "=A.1.f", "涉黄="])
def test_a_wrong_pair_is_refused(cli: Cli, project: Path, pair: str) -> None:
    ran = cli("keywords", "map", project, "--source", "甲", "--set", pair)
    assert ran.code == 3
    assert cli("keywords", "map", project, "--source", "甲", "--json").json["map"] == {}


def test_a_map_needs_a_source(cli: Cli, project: Path) -> None:
    assert cli("keywords", "map", project, "--set", "涉黄=A.1.f").code == 2


@pytest.mark.parametrize(
    ("data", "code", "kinds"),
    [
        (b"", 3, set()),
        ("关键词,风险\n".encode(), 3, set()),
        (("关键词\n" + "长" * 10_000 + "\n").encode(), 0, {"too_long"}),
        ("关键词\n★★\n……\n😀\n".encode(), 0, {"symbols_only"}),
        ("关键词\n毒\0品\n好词\n".encode(), 0, {"control", "missing_risk"}),
        ("关键词\n毒品\ud800\n好的词\n".encode("utf-8", "surrogatepass"), 0, {"undecodable", "missing_risk"}),
        (
            "关键词\n好的词\n另一词\n".encode() + "第三词\n".encode("gb18030"),
            0,
            {"mixed_encoding", "missing_risk"},
        ),
        ("关键词\n好的词\n".encode("utf-16"), 0, {"missing_risk"}),
        (b"PK\x03\x04 not a workbook", 3, set()),
    ],
    ids=[
        "empty",
        "header only",
        "10000 characters",
        "symbols",
        "NUL",
        "lone surrogate",
        "mixed",
        "UTF-16",
        "no zip",
    ],
)
def test_bad_lists_end_well(
    cli: Cli, project: Path, tmp_path: Path, data: bytes, code: int, kinds: set[str]
) -> None:
    bad = tmp_path / "坏表.csv"
    bad.write_bytes(data)
    before = words(cli, project, tmp_path)
    audited = cli("keywords", "audit", bad, "--json")
    assert audited.code == code
    if code:
        assert "坏表.csv" in audited.err
    else:
        found = {p["kind"] for p in audited.json["problems"]}
        assert kinds <= found
        told = [(p["row"], p["kind"]) for p in audited.json["problems"]]
        assert len(told) == len(set(told))
    merged = cli("keywords", "merge", project, bad, "--json")
    assert merged.code == code
    kept = [pair for pair in words(cli, project, tmp_path) if pair in before]
    assert kept == before
