"""Preferences: found by name or pinyin, in force at once, remembered, each with a way back; a bad settings file is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from filingdesk.gui import theme
from filingdesk.gui.app import last_project
from filingdesk.gui.forms.longtext import GrowingText
from filingdesk.gui.outfolder import out_folder
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.preferences import PreferencesDialog
from filingdesk.gui.shell import Shell
from filingdesk.gui.wearing import wear
from filingdesk.infra import settings
from filingdesk.infra.preferences import PREFERENCES
from filingdesk.services import palette
from filingdesk.services.workspace import Workspace
from gui.delivery import LONG, show
from gui.test_access import nameless


@pytest.fixture
def dialog(shell: Shell, qtbot: QtBot, app: QApplication) -> Iterator[PreferencesDialog]:
    shell.actions_.preferences.trigger()
    (found,) = shell.findChildren(PreferencesDialog)
    qtbot.waitUntil(palette.is_warm, timeout=20_000)
    yield found
    found.close()
    theme.apply(app, dark=False, text=1.0)
    theme.set_still(app, False)


def press(dialog: PreferencesDialog, key: str, title: str) -> None:
    chips = dialog.rows[key].chips
    assert chips is not None
    (chip,) = [chip for chip in chips.chips() if chip.text() == title]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)


def test_the_key_the_start_page_and_the_sidebar_lead_there(project: Shell, qtbot: QtBot) -> None:
    assert project.actions_.preferences.shortcut().toString() == "Ctrl+,"
    assert project.workbench is not None
    project.workbench.sidebar.preferences.click()
    (found,) = project.findChildren(PreferencesDialog)
    assert found.isVisible()
    found.close()
    assert project.close_project()
    project.start.preferences_button.click()
    assert found.isVisible()
    assert nameless(found) == []
    QTest.keyClick(found, Qt.Key.Key_Escape)
    assert not found.isVisible()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("文字", "text"),
        ("wzdx", "text"),
        ("字号", "text"),
        ("shense", "theme"),
        ("备份", "backups"),
        ("bf", "backups"),
    ],
)
def test_the_search_leaves_what_is_meant(dialog: PreferencesDialog, words: str, first: str) -> None:
    dialog.search.setText(words)
    assert first in dialog.shown()
    assert len(dialog.shown()) < len(PREFERENCES)


def test_a_search_for_nothing_says_so_and_escape_brings_all_back(dialog: PreferencesDialog) -> None:
    dialog.search.setText("没有这样的词")
    assert dialog.shown() == []
    assert dialog.nothing.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert len(dialog.shown()) == len(PREFERENCES)


def test_the_finder_of_the_window_leads_to_one_preference(project: Shell, qtbot: QtBot) -> None:
    project.top.finder.found.emit("pref:text")
    (found,) = project.findChildren(PreferencesDialog)
    chips = found.rows["text"].chips
    assert chips is not None
    qtbot.waitUntil(lambda: any(chip.hasFocus() for chip in chips.chips()))
    found.close()


def test_dark_holds_at_once_and_the_way_back_shows(dialog: PreferencesDialog, app: QApplication) -> None:
    row = dialog.rows["theme"]
    press(dialog, "theme", "深色")
    assert theme.is_dark()
    assert settings.preference("theme") == "dark"
    assert row.back.isVisible()
    press(dialog, "theme", "浅色")
    assert not theme.is_dark()
    row.back.click()
    assert settings.preference("theme") == "system"
    assert not row.back.isVisible()


def test_a_choice_cannot_be_given_up_only_changed(dialog: PreferencesDialog) -> None:
    press(dialog, "theme", "深色")
    press(dialog, "theme", "深色")
    chips = dialog.rows["theme"].chips
    assert chips is not None
    assert chips.values() == ["深色"]


def test_larger_text_holds_at_once_everywhere_and_goes_back_exactly(
    project: Shell, app: QApplication, qtbot: QtBot
) -> None:
    assert project.workbench is not None
    row = project.workbench.sidebar.row("overview")
    title = next(found for found in project.findChildren(QLabel) if found.property("role") == "pageTitle")
    title.ensurePolished()
    before = (row.font().pixelSize(), title.font().pixelSize(), app.font().pixelSize())
    assert before == (13, 20, 13)
    project.actions_.text_larger.trigger()
    project.actions_.text_larger.trigger()
    assert settings.preference("text") == "130"
    title.ensurePolished()
    assert (row.font().pixelSize(), title.font().pixelSize(), app.font().pixelSize()) == (17, 26, 17)
    assert theme.ui_font(theme.Size.SMALL).pixelSize() == 16
    project.actions_.look_dark.trigger()
    assert row.font().pixelSize() == 17, "another look leaves the size alone"
    project.actions_.text_larger.trigger()
    assert settings.preference("text") == "130", "the largest stays the largest"
    project.actions_.text_normal.trigger()
    title.ensurePolished()
    assert (row.font().pixelSize(), title.font().pixelSize(), app.font().pixelSize()) == before


def test_less_movement_stops_menus_and_comes_back(dialog: PreferencesDialog, app: QApplication) -> None:
    menu = Qt.UIEffect.UI_AnimateMenu
    moved = app.isEffectEnabled(menu)
    press(dialog, "motion", "减少")
    assert theme.is_still()
    assert not app.isEffectEnabled(menu)
    press(dialog, "motion", "保留")
    assert not theme.is_still()
    assert app.isEffectEnabled(menu) is moved


def test_what_was_chosen_is_worn_by_the_next_start(app: QApplication) -> None:
    settings.choose("text", "115")
    settings.choose("motion", "less")
    settings.choose("theme", "dark")
    try:
        wear(app)
        assert (theme.text_factor(), theme.is_still(), theme.is_dark()) == (1.15, True, True)
    finally:
        theme.apply(app, dark=False, text=1.0)
        theme.set_still(app, False)


def test_a_folder_is_taken_shown_and_given_back(dialog: PreferencesDialog, tmp_path: Path) -> None:
    row = dialog.rows["out_folder"]
    row.chosen.emit("out_folder", str(tmp_path))
    assert str(tmp_path) in row.folder.text()
    assert settings.preference("out_folder") == str(tmp_path)
    row.chosen.emit("out_folder", str(tmp_path / "拔掉的盘"))
    assert "找不到" in row.folder.text()
    row.back.click()
    assert settings.preference("out_folder") == ""


def test_bundles_and_papers_go_where_the_user_prefers(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    page = show(project, "bundle")
    assert isinstance(page, BundlePage)
    qtbot.waitUntil(lambda: page.where.text().startswith(str(tmp_path)), timeout=LONG)
    preferred = tmp_path / "归档"
    preferred.mkdir()
    settings.choose("out_folder", str(preferred))
    project.desk.changed.emit(None)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.where.text().startswith(str(preferred)), timeout=LONG)
    preferred.rmdir()
    assert out_folder(page.desk) == tmp_path, "a folder that is gone is no place to write to"


def test_a_start_goes_on_with_the_last_project_only_when_wanted_and_there(
    project: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "试点项目.fdproj"
    assert last_project(project.workspace) is None
    settings.choose("start", "last")
    assert last_project(project.workspace) == path
    assert project.close_project()
    path.rename(tmp_path / "搬走了.fdproj")
    assert last_project(project.workspace) is None


def test_words_only_are_pasted_when_preferred(app: QApplication, qtbot: QtBot) -> None:
    text = GrowingText()
    qtbot.addWidget(text)
    structured: list[object] = []
    text.structured.connect(structured.append)
    data = QMimeData()
    data.setHtml("<h1>标题</h1><ul><li>甲</li></ul>")
    data.setText("标题\n甲")
    text.insertFromMimeData(data)
    assert len(structured) == 1
    settings.choose("paste", "plain")
    text.insertFromMimeData(data)
    assert len(structured) == 1
    assert text.toPlainText() == "标题\n甲"


def test_all_goes_back_at_once(dialog: PreferencesDialog) -> None:
    press(dialog, "text", "特大")
    press(dialog, "backups", "30 份")
    dialog.all_back.click()
    assert settings.load().settings.preferences == {}
    assert theme.text_factor() == 1.0
    assert not dialog.all_back.isEnabled()


def test_the_list_of_recent_projects_can_be_forgotten(project: Shell, qtbot: QtBot) -> None:
    assert project.close_project()
    assert project.workspace.recent()
    project.start.preferences_button.click()
    (found,) = project.findChildren(PreferencesDialog)
    found.forget.click()
    assert project.workspace.recent() == []
    found.close()


def test_settings_that_cannot_be_written_are_told_and_the_dialog_shows_what_holds(
    shell: Shell, qtbot: QtBot, app: QApplication, filingdesk_home: Path
) -> None:
    told: list[BaseException] = []
    made = PreferencesDialog(shell.jobs, told.append, shell)
    made.open_at()
    folder = filingdesk_home / "config"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_bytes(b"a file in the way")
    press(made, "theme", "深色")
    assert len(told) == 1
    assert not theme.is_dark()
    folder.unlink()
    made.open_at()
    chips = made.rows["theme"].chips
    assert chips is not None
    assert chips.values() == ["跟随系统"]
    made.close()


def test_a_broken_settings_file_is_told_on_the_start_page_and_in_the_project_opened_at_once(
    app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    settings.take_notices()
    settings.settings_path().write_bytes(b"{ half")
    window = Shell(Workspace(who=lambda: "测试员"))
    window.show()
    qtbot.waitUntil(lambda: window.knowledge.ready, timeout=LONG)
    assert "settings.json.broken" in window.start.notice.text()
    assert window.start.notice.isVisible()
    assert window.create_project(tmp_path / "新的.fdproj")
    assert window.workbench is not None
    assert "settings.json.broken" in window.workbench.notice.text()
    window.close()
    window.deleteLater()
