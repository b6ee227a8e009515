"""雷同自查: the map, the list and the detail agree, filters work, fields are one press away, nothing is written."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.bootstrap import workspace
from filingdesk.gui.pages.boilerplate import EVERY, INTRO, WORDS, BoilerplatePage
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.heatgrid import HeatGrid
from filingdesk.services import boilerplate
from gui.delivery import LONG, desk_of, settle, show

COPIED = "每周由内容安全组抽检三百条会话，凡是引用过期价格的答复当天下线，责任编辑两日内补写依据并登记。"
FIELD = "algorithm.assessment.further"


def compared(shell: Shell, qtbot: QtBot, against: list[Path]) -> BoilerplatePage:
    page = show(shell, "boilerplate")
    assert isinstance(page, BoilerplatePage)
    page.add_files(against)
    qtbot.waitUntil(lambda: page.found is not None and not page.strip.busy, timeout=LONG)
    settle(shell, qtbot)
    return page


def test_a_copy_is_shown_with_its_source_and_leads_to_the_field(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = desk_of(project)
    desk.session.set(FIELD, COPIED)
    other = workspace().create(tmp_path / "别的项目")
    other.set("algorithm.control.data_safety", COPIED)
    other.close()
    revision = desk.session.revision
    page = compared(project, qtbot, [other.path])
    assert desk.session.revision == revision
    assert boilerplate.DISCLAIMER in INTRO
    page.kinds.set_values(["其他项目"])
    page._show_rows()
    assert [row.text for row in page.rows.rows] == [COPIED]
    first = page.rows.data(page.rows.index(0, 0))
    assert "100%" in first
    assert "▰▰▰▰" in first
    buttons = {b.accessibleName(): b for b in page.detail.findChildren(QPushButton)}
    leading = next(button for name, button in buttons.items() if name.startswith("去写"))
    leading.click()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "assessment"
    settle(project, qtbot)


def test_the_map_walks_with_the_list_and_filters_tell_when_nothing_is_left(
    project: Shell, qtbot: QtBot
) -> None:
    page = compared(project, qtbot, [])
    assert page.found is not None
    assert page.shown_levels() == list(WORDS[:3])
    page.levels.chips()[3].click()
    assert page.shown_levels() == list(WORDS)
    assert page.kinds.values() == [EVERY]
    assert len(page.rows.rows) == len(page.found.paragraphs)
    paper, grid = next(iter(page._grids.items()))
    parts = [p for p in page.found.paragraphs if p.paper == paper]
    before = grid.current()
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current() == before + 1
    assert page.rows.rows[page.table.currentIndex().row()] == parts[before + 1]
    page.kinds.set_values(["以前的材料"])
    page._show_rows()
    assert page.lists.currentIndex() == 1
    desk_of(project).session.set(FIELD, COPIED)
    assert "改过了" in page.notice.text()
    settle(project, qtbot)


def test_squares_show_their_level_without_colour_and_are_picked_where_they_stand(qtbot: QtBot) -> None:
    grid = HeatGrid("试")
    qtbot.addWidget(grid)
    grid.show_levels([0, 1, 2, 3] * 10, [""] * 40)
    grid.resize(118, grid.height())
    picked: list[int] = []
    grid.picked.connect(picked.append)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid._rect(13).center().toPoint())
    assert picked == [13]
    assert grid.accessibleName() == "试：40 段"


def test_a_recent_project_is_read_only_when_ticked(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    other = workspace().create(tmp_path / "去年的项目")
    other.close()
    workspace().remember(other.path)
    page = show(project, "boilerplate")
    assert isinstance(page, BoilerplatePage)
    page._fill_recent()
    actions = [action for action in page.recent_menu.actions() if action.isEnabled()]
    ticked = next(action for action in actions if action.text() == "去年的项目")
    assert desk_of(project).session.path.stem not in {action.text() for action in actions}
    assert not ticked.isChecked()
    assert page.files == []
    ticked.setChecked(True)
    assert page.files == [other.path]
    ticked.setChecked(False)
    assert page.files == []
    settle(project, qtbot)
