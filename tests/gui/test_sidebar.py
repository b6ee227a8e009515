"""The sidebar: groups fold and stay folded, the page that is shown is always seen, a ring only where something is to be filled."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.shell import Shell
from filingdesk.gui.sidebar import Sidebar
from gui.delivery import open_sample


def sidebar_of(shell: Shell) -> Sidebar:
    assert shell.workbench is not None
    return shell.workbench.sidebar


def test_a_group_folds_tells_what_blocks_and_stays_folded(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    sidebar = sidebar_of(shell)
    head = sidebar.head("算法备案")
    head.setFocus()
    qtbot.keyClick(head, Qt.Key.Key_Space)
    assert head.folded
    assert sidebar.row("basics").isHidden()
    inside = [row for row in (sidebar.row(k) for k in sidebar._groups["算法备案"]) if row.state().blockers]
    assert f"{sum(r.state().blockers for r in inside)} 项阻断" in head.accessibleName()
    path = desk.session.path
    shell.close_project()
    assert shell.open_project(path)
    assert sidebar_of(shell).folded() == ("算法备案",)
    sidebar_of(shell).head("算法备案").click()
    assert sidebar_of(shell).folded() == ()
    assert not sidebar_of(shell).row("basics").isHidden()


def test_going_to_a_folded_page_opens_its_group(project: Shell) -> None:
    sidebar = sidebar_of(project)
    sidebar.head("大模型备案").click()
    assert sidebar.folded() == ("大模型备案",)
    assert project.workbench is not None
    project.workbench.go("keywords")
    assert sidebar.folded() == ()
    assert not sidebar.row("keywords").isHidden()


def test_arrow_keys_pass_over_folded_pages(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    sidebar = sidebar_of(project)
    sidebar.head("算法备案").click()
    at = sidebar.row("profile")
    at.setFocus()
    met = []
    for _ in range(4):
        focus = app.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_Down)
        met.append(app.focusWidget())
    wanted = [
        sidebar.head("算法备案"),
        sidebar.head("大模型备案"),
        sidebar.row("reuse"),
        sidebar.row("model"),
    ]
    assert met == wanted
