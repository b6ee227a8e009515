"""new, facts, number: what is typed on the command line ends up in the project, and mistakes are named."""

from pathlib import Path

import pytest

from cli.helpers import Cli


def test_new_never_overwrites(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "我的备案.fdproj"
    assert cli("new", target).code == 0
    before = target.read_bytes()
    again = cli("new", target)
    assert again.code == 3
    assert "已经存在" in again.err
    assert target.read_bytes() == before


def test_set_and_get_text_and_several_choices(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "a.fdproj"
    cli("new", project)
    assert cli("facts", "set", project, "algorithm.name", "示例算法").code == 0
    assert cli("facts", "set", project, "algorithm.types", "生成合成类", "检索过滤类").code == 0
    assert cli("facts", "get", project, "algorithm.name").out == "示例算法\n"
    assert cli("facts", "get", project, "algorithm.types", "--json").json["value"] == [
        "生成合成类",
        "检索过滤类",
    ]
    assert cli("facts", "set", project, "algorithm.name", "").code == 0
    assert cli("facts", "get", project, "algorithm.name").out == "\n"


def test_an_unknown_path_names_the_nearest(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "a.fdproj"
    cli("new", project)
    ran = cli("facts", "set", project, "algorithm.nmae", "x")
    assert ran.code == 3
    assert "algorithm.name" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_export_and_import_carry_everything_over(cli: Cli, sample: Path, tmp_path: Path, suffix: str) -> None:
    exported, other = tmp_path / f"f.{suffix}", tmp_path / "b.fdproj"
    assert cli("facts", "export", sample, exported).code == 0
    assert cli("new", other, "--from", exported).code == 0
    again = tmp_path / f"g.{suffix}"
    cli("facts", "export", other, again)
    assert again.read_bytes() == exported.read_bytes()


def test_a_refused_import_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    project, source = tmp_path / "a.fdproj", tmp_path / "f.yaml"
    cli("new", project)
    cli("facts", "set", project, "algorithm.name", "原名")
    source.write_text("algorithm:\n  name: 新名\n  nmae: x\n", encoding="utf-8")
    ran = cli("facts", "import", project, source)
    assert ran.code == 3
    assert "algorithm.nmae" in ran.err
    assert cli("facts", "get", project, "algorithm.name").out == "原名\n"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("网信算备110101135224304220013号", "algorithm", 0),
        ("Beijing-WenXinYiYan-20230821", "large-model-filing", 0),
        ("Shanghai-XiaoHui-20260828S0217", "large-model-registration", 0),
        ("网信算备123号", "unknown", 1),
        ("Beijing-X-20231345", "large-model-filing", 1),
    ],
)
def test_number(cli: Cli, text: str, kind: str, code: int) -> None:
    ran = cli("number", text, "--json")
    assert (ran.json["kind"], ran.code) == (kind, code)
    assert ran.json["valid"] is (code == 0)


def test_a_wrong_check_digit_is_a_warning_never_an_error(cli: Cli) -> None:
    ran = cli("number", "网信算备110101135224304220015号")
    assert ran.code == 0
    assert "校验" in ran.out


@pytest.mark.parametrize(
    "content",
    [b"", b"not a project", b"SQLite format 3\x00" + b"\x00" * 200, b"PK\x03\x04zip"],
)
def test_a_file_that_is_no_project_is_refused_and_untouched(cli: Cli, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.fdproj"
    path.write_bytes(content)
    for arguments in (
        ("check", path),
        ("facts", "get", path, "algorithm.name"),
        ("facts", "set", path, "algorithm.name", "x"),
    ):
        ran = cli(*arguments, "--json")
        assert ran.code == 3
        assert ran.json["error"]["message"]
    assert path.read_bytes() == content


def test_usage_errors_exit_with_2(cli: Cli) -> None:
    assert cli("facts", "set").code == 2
    assert cli("scan", "x.txt").code == 2
