"""status as a user meets it: counts, deadlines, what changed since a day and by whom, findings over time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.helpers import Cli
from filingdesk.services import upgrades
from filingdesk.services.checking import check
from filingdesk.services.workspace import Workspace


@pytest.fixture
def worked_on(tmp_path: Path) -> Path:
    """A project that one person filled nine days ago and another changed today."""
    now = datetime.now(UTC)
    old = Workspace(who=lambda: "王敏", clock=lambda: now - timedelta(days=9)).create(tmp_path / "项目")
    old.set("subject.name", "甲公司")
    upgrades.note_findings(old, check(old))
    old.close()
    new = Workspace(who=lambda: "李工", clock=lambda: now).open(old.path)
    new.set("algorithm.name", "示例算法")
    new.add_item("algorithm.products", {"name": "写作助手"})
    new.set_many(
        {
            "intake.offered_to": ["境内社会公众"],
            "intake.forms": ["信息分享"],
            "algorithm.types": ["生成合成类"],
            "algorithm.launched": "是",
            "algorithm.launched_on": new.today.isoformat(),
        },
        "上线",
    )
    new.close()
    return old.path


def test_it_tells_counts_deadlines_changes_and_the_past(cli: Cli, worked_on: Path) -> None:
    before = worked_on.read_bytes()
    said = cli("status", worked_on)
    assert said.code == 0
    assert "阻断" in said.out
    assert "办理算法备案" in said.out
    assert "还有 10 个工作日" in said.out
    assert "产品「写作助手」" in said.out
    assert "李工" in said.out
    assert "甲公司" not in said.out, "values are nobody's business here"
    assert "主体名称" not in said.out
    assert "问题走势" in said.out
    assert "通过自查不等于通过审核" in said.out
    assert worked_on.read_bytes() == before, "looking changes nothing"


def test_json_says_the_same_for_machines(cli: Cli, worked_on: Path) -> None:
    found = cli("status", worked_on, "--json").json
    assert found["findings"]["blockers"] == len(
        [
            f
            for f in cli("check", worked_on, "--fail-on", "never", "--json").json["findings"]
            if f["severity"] == "blocker"
        ]
    )
    assert [clock["working_days_left"] for clock in found["deadlines"]] == [10]
    added = next(change for change in found["changes"] if change["how"] == "新增")
    assert added["path"] == "algorithm.products[0]"
    assert added["who"] == ["李工"]
    assert len(found["trend"]) == 1


def test_the_beginning_can_be_chosen_and_is_checked(cli: Cli, worked_on: Path) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    names = {
        change["title"] for change in cli("status", worked_on, "--since", long_ago, "--json").json["changes"]
    }
    assert {"主体名称", "算法名称"} <= names
    assert cli("status", worked_on, "--since", "上个工作日").code == 0
    for wrong in ("前天", "2999-01-01"):
        refused = cli("status", worked_on, "--since", wrong)
        assert refused.code == 3
        assert wrong in refused.err
