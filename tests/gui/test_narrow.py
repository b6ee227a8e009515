"""On a small screen (1280×720, or 1920×1080 at 150 %) every page fits: nothing is cut off at the right."""

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from filingdesk.gui import registry
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.shell import Shell
from gui.delivery import open_sample, settle, show

NARROW = (1180, 720)


def test_no_page_is_wider_than_a_small_screen(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    shell.resize(*NARROW)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    too_wide = {}
    for entry in registry.entries():
        page = show(shell, entry.key)
        settle(shell, qtbot)
        app.processEvents()
        areas = page.findChildren(QScrollArea)
        if isinstance(page, ScrollPage):
            areas.append(page.area)
        for area in areas:
            inside = area.widget()
            if area.isVisible() and inside is not None and inside.width() > area.viewport().width():
                too_wide[entry.key] = inside.width() - area.viewport().width()
        right = page.mapTo(shell, QPoint(page.width(), 0)).x()
        if right > shell.width():
            too_wide[entry.key] = right - shell.width()
    assert shell.width() == NARROW[0]
    assert too_wide == {}
