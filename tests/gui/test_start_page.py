"""The start page: three choices, the sample one click away and whole or not there at all."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from filingdesk.domain.jobs import Cancel, silent
from filingdesk.gui.sample import TOLD, sample_job, sample_place
from filingdesk.gui.shell import Shell
from filingdesk.services import demo
from filingdesk.services.workspace import Workspace
from gui.delivery import LONG, desk_of


def test_one_click_shows_the_sample_and_a_second_one_the_same_again(
    shell: Shell, qtbot: QtBot, filingdesk_home: Path
) -> None:
    qtbot.mouseClick(shell.start.sample_button, Qt.MouseButton.LeftButton)
    assert not shell.start.new_button.isEnabled(), "nothing else can be begun meanwhile"
    qtbot.waitUntil(lambda: shell.desk is not None, timeout=LONG)
    path = desk_of(shell).session.path
    assert path == sample_place()
    assert path.is_relative_to(filingdesk_home)
    assert [file.name for file in path.parent.iterdir() if file.suffix == ".fdproj"] == [path.name]
    assert shell.workbench is not None
    assert TOLD in shell.workbench.notice.text()
    desk_of(shell).commit("subject.city", "改过的城市")
    shell.close_project()
    assert shell.start.new_button.isEnabled()
    qtbot.mouseClick(shell.start.sample_button, Qt.MouseButton.LeftButton)
    assert desk_of(shell).facts.subject.city == "改过的城市"


def test_a_sample_that_failed_on_the_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(demo, "_fill", fail)
    with pytest.raises(OSError, match="disk full"):
        sample_job(Workspace(who=lambda: "测试员"), tmp_path / "示例.fdproj")(Cancel(), silent)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


def test_where_the_sample_cannot_be_kept_another_place_is_asked_for(
    shell: Shell, filingdesk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(*args: object, **_more: object) -> tuple[str, str]:
        asked.append(str(args[1]))
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    (filingdesk_home / "data").mkdir(exist_ok=True)
    (filingdesk_home / "data" / "示例").write_text("in the way")
    shell.start.sample_button.click()
    assert asked == ["把示例存到"]
    assert shell.desk is None


def test_the_three_choices_come_first_for_the_keyboard(shell: Shell, qtbot: QtBot) -> None:
    start = shell.start
    tiles = (start.new_button, start.open_button, start.sample_button)
    tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
    for tile in tiles:
        assert tile.hasFocus()
        assert tile.accessibleName()
        qtbot.keyClick(tile, Qt.Key.Key_Tab)
    assert start.profile_button.hasFocus()
