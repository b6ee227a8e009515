"""The help pane says whom a change touches in both filings, and what public lists say of a number."""

from datetime import UTC, datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from filingdesk.gui.shell import Shell
from filingdesk.services import registry_lists as lists
from gui.delivery import LONG, desk_of, settle

A = "网信算备330106000000000000001号"


def test_whom_a_change_touches(project: Shell, qtbot: QtBot) -> None:
    desk = desk_of(project)
    qtbot.waitUntil(lambda: bool(desk.papers.uses), timeout=LONG)
    desk.go_to("subject.name")
    assert project.workbench is not None
    project.workbench._follow("subject.name")
    content = project.workbench.help.content()
    assert content is not None
    assert "算法备案" in content.note
    assert "规则" in content.note


def test_a_cancelled_number_is_told_beside_the_field(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    path.write_text(f"主体名称,备案编号,备注\n示例甲公司,{A},已注销\n", encoding="utf-8")
    desk = desk_of(project)
    desk.session.add_item("algorithm.models", {"origin": "第三方模型", "algorithm_number": A})
    key = desk.key_of("algorithm.models[0].algorithm_number")
    assert project.workbench is not None
    project.workbench._follow(key)
    content = project.workbench.help.content()
    assert content is not None
    assert "清单" not in content.note  # nothing was imported, nothing is said
    lists.import_list(path, at=datetime(2026, 11, 23, tzinfo=UTC), day="2026-06-12")
    project.workbench._follow(key)  # the first look reads the list beside the window
    settle(project, qtbot)
    project.workbench._follow(key)
    content = project.workbench.help.content()
    assert content is not None
    assert any("已注销" in words and "2026-06-12" in words for words in content.findings)
