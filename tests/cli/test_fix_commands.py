"""check --fixes lists certain mends and changes nothing; fix makes them and says what it did."""

from pathlib import Path

from cli.helpers import Cli


def test_a_certain_mend_is_listed_then_made(cli: Cli, sample: Path) -> None:
    code = cli("facts", "get", sample, "subject.credit_code").out.strip()
    typed = f"{code[:8].lower()} {code[8:].lower()}"
    cli("facts", "set", sample, "subject.credit_code", typed)
    listed = cli("check", sample, "--fixes", "--json", "--fail-on", "never").json["fixes"]
    assert ("AL-SUB-002", "subject.credit_code") in [(f["rule"], f["path"]) for f in listed]
    said = cli("check", sample, "--fixes", "--fail-on", "never").out
    assert "有确定改法的（" in said
    assert cli("facts", "get", sample, "subject.credit_code").out.strip() == typed
    done = cli("fix", sample, "AL-SUB-002")
    assert done.code == 0
    assert code in done.out
    assert cli("facts", "get", sample, "subject.credit_code").out.strip() == code
    assert cli("check", sample, "--fixes", "--json", "--fail-on", "never").json["fixes"] == []


def test_what_must_be_read_in_a_document_is_no_certain_mend(cli: Cli, sample: Path) -> None:
    cli("facts", "set", sample, "subject.icp_holder", "")
    assert cli("check", sample, "--fixes", "--json", "--fail-on", "never").json["fixes"] == []


def test_what_is_not_certain_is_refused_with_what_to_do(cli: Cli, sample: Path) -> None:
    cli("facts", "set", sample, "subject.icp_holder", "乙示例公司")
    ran = cli("fix", sample, "AL-SUB-007")
    assert ran.code == 3
    assert "没有确定的改法" in ran.err
    assert cli("fix", sample, "AL-SUB-002").code == 3
