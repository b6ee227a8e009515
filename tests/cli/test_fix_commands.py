"""check --fixes lists certain mends and changes nothing; fix makes them and says what it did."""

from pathlib import Path

from cli.helpers import Cli


def test_a_certain_mend_is_listed_then_made(cli: Cli, sample: Path) -> None:
    name = cli("facts", "get", sample, "subject.name").out.strip()
    cli("facts", "set", sample, "subject.icp_holder", "")
    listed = cli("check", sample, "--fixes", "--json", "--fail-on", "never").json["fixes"]
    assert [(f["rule"], f["path"]) for f in listed] == [("AL-SUB-006", "subject.icp_holder")]
    said = cli("check", sample, "--fixes", "--fail-on", "never").out
    assert "有确定改法的（1）" in said
    assert cli("facts", "get", sample, "subject.icp_holder").out.strip() == ""
    done = cli("fix", sample, "AL-SUB-006")
    assert done.code == 0
    assert name in done.out
    assert cli("facts", "get", sample, "subject.icp_holder").out.strip() == name
    assert cli("check", sample, "--fixes", "--json", "--fail-on", "never").json["fixes"] == []


def test_what_is_not_certain_is_refused_with_what_to_do(cli: Cli, sample: Path) -> None:
    cli("facts", "set", sample, "subject.icp_holder", "乙示例公司")
    ran = cli("fix", sample, "AL-SUB-007")
    assert ran.code == 3
    assert "没有确定的改法" in ran.err
    assert cli("fix", sample, "AL-SUB-002").code == 3
