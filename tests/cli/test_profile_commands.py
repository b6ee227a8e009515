"""profile: saved from one project, sealed by a password, taken into another; what differs is told and chosen."""

from pathlib import Path

import pytest

from cli.helpers import Cli
from filingdesk.services import profile as profiles


@pytest.fixture
def blank(cli: Cli, tmp_path: Path) -> Path:
    path = tmp_path / "新项目.fdproj"
    assert cli("new", path).code == 0
    return path


def test_a_new_project_takes_the_profile_in_one_step(cli: Cli, sample: Path, blank: Path) -> None:
    saved = cli("profile", "save", sample, "--json").json
    assert saved["saved"]
    done = cli("profile", "insert", blank, "--json").json
    taken = {row["path"]: row for row in done["taken"]}
    assert taken["subject.name"]["offers"].startswith("示例")
    assert taken["licence.scan"]["kind"] == "new"
    assert done["kept"] == []
    assert "示例" not in str(taken["legal_representative.id_number"]["offers"])
    assert "*" in taken["legal_representative.id_number"]["offers"]  # personal values are masked
    for path in ("subject.name", "safety_officer.mobile", "signatories[0].name", "licence.scan"):
        assert cli("facts", "get", blank, path).out == cli("facts", "get", sample, path).out
    assert cli("verify", blank).code == 0  # the attachment's bytes came along
    assert cli("profile", "insert", blank, "--json").json["taken"] == []
    assert cli("profile", "diff", blank, "--json").json["differences"] == []


def test_what_differs_is_kept_listed_and_taken_when_named(cli: Cli, sample: Path, blank: Path) -> None:
    cli("profile", "save", sample)
    cli("facts", "set", blank, "subject.name", "另一家公司")
    cli("facts", "set", blank, "subject.website", "https://other.example.cn")
    done = cli("profile", "insert", blank, "--json").json
    assert [row["path"] for row in done["kept"]] == ["subject.name", "subject.website"]
    assert cli("facts", "get", blank, "subject.name").out.strip() == "另一家公司"
    assert cli("profile", "insert", blank, "--take", "subject.name").code == 0
    assert cli("facts", "get", blank, "subject.name").out.strip().startswith("示例")
    assert cli("facts", "get", blank, "subject.website").out.strip() == "https://other.example.cn"
    assert cli("profile", "insert", blank, "--overwrite").code == 0
    assert cli("facts", "get", blank, "subject.website").out.strip() != "https://other.example.cn"


def test_blanks_never_overwrite_either_way(cli: Cli, sample: Path, blank: Path) -> None:
    cli("profile", "save", sample)
    cli("profile", "set", "subject.website", "")
    cli("facts", "set", blank, "subject.website", "https://kept.example.cn")
    cli("profile", "insert", blank, "--overwrite")
    assert cli("facts", "get", blank, "subject.website").out.strip() == "https://kept.example.cn"
    cli("facts", "set", blank, "subject.name", "")
    cli("profile", "save", blank)
    shown = {row["path"]: row["value"] for row in cli("profile", "show", "--json").json["facts"]}
    assert shown["subject.name"].startswith("示例")
    assert shown["subject.website"] == "https://kept.example.cn"


def test_a_password_seals_and_a_wrong_one_is_told(
    cli: Cli, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("profile", "save", sample)
    assert "示例智联" in profiles.load().facts.subject.name
    (tmp_path / "新密码").write_text("口令-1\n", encoding="utf-8")
    (tmp_path / "错").write_text("口令-2\n", encoding="utf-8")
    assert cli("profile", "password", "--new-password-file", tmp_path / "新密码").code == 0
    assert "示例" not in profiles.file_path().read_text(encoding="utf-8")
    assert not (profiles.folder() / profiles.PREVIOUS).exists()  # nothing lies open beside it
    assert profiles.file_path().stat().st_mode & 0o077 == 0
    assert profiles.folder().stat().st_mode & 0o077 == 0
    asked = cli("profile", "show")
    assert asked.code == 3
    assert "设了密码" in asked.err
    wrong = cli("profile", "show", "--password-file", tmp_path / "错")
    assert wrong.code == 3
    assert "密码不对" in wrong.err
    monkeypatch.setenv("FILINGDESK_PROFILE_PASSWORD", "口令-1")
    assert cli("profile", "show", "--json").json["sealed"] is True
    assert cli("profile", "set", "subject.city", "杭州").code == 0
    assert cli("profile", "show", "--json").json["sealed"] is True
    data = bytearray(profiles.file_path().read_bytes())
    data[len(data) // 2] ^= 1
    profiles.file_path().write_bytes(bytes(data))
    broken = cli("profile", "show")
    assert broken.code == 3
    assert "已损坏" in broken.err
    assert "Traceback" not in broken.err


def test_permits_run_out(cli: Cli) -> None:
    cli("profile", "set", "permits[0].kind", "增值电信业务经营许可证（IDC）")
    cli("profile", "set", "permits[0].number", "B1-20200001")
    cli("profile", "set", "permits[0].valid_until", "2020年5月31日")
    cli("profile", "set", "permits[1].kind", "网络安全等级保护备案")
    cli("profile", "set", "permits[1].valid_until", "长期")
    ran = cli("profile", "expiring")
    assert ran.code == 1
    assert "已过期" in ran.out
    assert "等级保护" not in ran.out
    assert cli("profile", "remove", "permits[0]").code == 0
    assert cli("profile", "expiring").code == 0
    assert cli("profile", "set", "permits[5].number", "x").code == 3
    assert cli("profile", "set", "algorithm.name", "x").code == 3


def test_a_scan_is_kept_and_inserted(cli: Cli, blank: Path, tmp_path: Path) -> None:
    scan = tmp_path / "许可证.pdf"
    scan.write_bytes(b"%PDF-1.4 example")
    cli("profile", "set", "permits[0].kind", "ICP 备案")
    assert cli("profile", "attach", "permits[0].scan", scan).code == 0
    assert cli("profile", "attach", "subject.name", scan).code == 3
    cli("profile", "insert", blank)
    assert cli("facts", "get", blank, "permits[0].scan").out.startswith("许可证.pdf#")
    assert cli("verify", blank).code == 0


def test_other_filed_algorithms_are_referred_to(cli: Cli, sample: Path, blank: Path, tmp_path: Path) -> None:
    number = cli("facts", "get", sample, "algorithm.result.number").out.strip()
    if not number:
        number = "网信算备330106000000000000001号"
        cli("facts", "set", sample, "algorithm.result.number", number)
    name = cli("facts", "get", sample, "algorithm.name").out.strip()
    assert cli("profile", "refer", blank, "--from", sample).code == 0
    assert cli("facts", "get", blank, "large_model.algorithms[0].number").out.strip() == number
    again = cli("profile", "refer", blank, "--from", sample, "--json").json
    assert again == {"path": "large_model.algorithms[0]", "changed": False}
    assert cli("profile", "refer", sample, "--from", sample).code == 3
    other = tmp_path / "别家.fdproj"
    cli("new", other)
    cli("facts", "set", other, "subject.credit_code", "91110000000000000X")
    cli("facts", "set", other, "algorithm.name", "别家算法")
    cli("facts", "set", blank, "subject.credit_code", "91330100MA00000000")
    refused = cli("profile", "refer", blank, "--from", other)
    assert refused.code == 3
    assert "主体" in refused.err
    cli("profile", "save", sample)
    third = tmp_path / "第三个.fdproj"
    cli("new", third)
    assert cli("profile", "refer", third, "--json").json["algorithms"][0]["name"] == name
    assert cli("profile", "refer", third, number).code == 0
    assert cli("facts", "get", third, "large_model.algorithms[0].name").out.strip() == name
    cli("profile", "insert", third)
    assert cli("facts", "get", third, "large_model.algorithms[0].name").out.strip() == name


def test_what_the_profile_got_later_is_offered_until_left(cli: Cli, sample: Path, blank: Path) -> None:
    def offered() -> list[str]:
        rows = cli("profile", "diff", blank, "--json").json["differences"]
        return [row["path"] for row in rows if row["offered"]]

    cli("profile", "save", sample)
    cli("profile", "insert", blank)
    assert offered() == []
    cli("profile", "set", "subject.website", "https://new.example.cn")
    assert offered() == ["subject.website"]
    cli("profile", "leave", blank)
    assert offered() == []
    cli("facts", "set", blank, "subject.address", "项目里后改的地址")
    assert offered() == []  # the project is newer here
    assert len(cli("profile", "diff", blank, "--json").json["differences"]) == 2


def test_the_version_before_comes_back_and_clearing_asks(cli: Cli) -> None:
    assert cli("profile", "restore").code == 3
    cli("profile", "set", "subject.name", "甲")
    cli("profile", "set", "subject.name", "乙")
    profiles.file_path().write_text("{", encoding="utf-8")
    assert cli("profile", "show").code == 3
    assert cli("profile", "restore").code == 0
    assert profiles.load().facts.subject.name == "甲"
    assert cli("profile", "clear").code == 3
    assert profiles.exists()
    assert cli("profile", "clear", "--yes").code == 0
    assert list(profiles.folder().iterdir()) == []
