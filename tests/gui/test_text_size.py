"""With the largest text every page still fits a small screen, and no words of a button or label are cut off."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.exceptions import TimeoutError as StillNot
from pytestqt.qtbot import QtBot

from filingdesk.gui import registry
from filingdesk.gui.page import Page, ScrollPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.labels import ElidedLabel
from gui.delivery import open_sample, settle, show

SMALL = (1280, 720)
PATIENCE = 10_000
LARGEST = 2
"""Steps from the ordinary size of text to the largest."""


def cut_off(root: QWidget) -> list[str]:
    """Words that have less room than they need; what shortens itself and says the rest in a tool tip is fine."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel | Door):
            continue
        if isinstance(widget, QLabel) and widget.text() and not widget.wordWrap():
            # A label asks for room around its words too; only the words themselves count here.
            need = widget.fontMetrics().size(0, widget.text())
            room = widget.contentsRect()
        elif isinstance(widget, QPushButton) and widget.text():
            need, room = widget.fontMetrics().size(0, widget.text()), widget.rect()
        elif isinstance(widget, QLabel) and widget.text() and widget.hasHeightForWidth():
            need = QRect(0, 0, 0, widget.heightForWidth(widget.width()) - 2).size()
            room = widget.rect()
        else:
            continue
        if need.width() > room.width() + 1 or need.height() > room.height() + 1:
            words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            found.append(
                f"{type(widget).__name__} {words[:30]!r} {need.toTuple()} in {room.size().toTuple()}"
            )
    return found


def faults(page: Page, shell: Shell) -> list[str]:
    """Where the page does not fit."""
    areas = page.findChildren(QScrollArea)
    if isinstance(page, ScrollPage):
        areas.append(page.area)
    found = [
        f"{area.widget().width() - area.viewport().width()} px too wide"
        for area in areas
        if area.isVisible() and area.widget().width() > area.viewport().width()
    ]
    if page.mapTo(shell, QPoint(page.width(), 0)).x() > shell.width():
        found.append("beyond the window")
    return found + cut_off(page)


def test_the_largest_text_fits_every_page(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    shell.resize(*SMALL)
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    for _step in range(LARGEST):
        shell.actions_.text_larger.trigger()
    try:
        wrong: dict[str, list[str]] = {}
        for entry in registry.entries():
            page = show(shell, entry.key)
            settle(shell, qtbot)
            with suppress(StillNot):  # what is laid out in several turns is judged when it stands
                qtbot.waitUntil(lambda page=page: not faults(page, shell), timeout=PATIENCE)  # type: ignore[misc]
            found = faults(page, shell)
            if found:
                wrong[entry.key] = sorted(set(found))
        assert shell.width() == SMALL[0]
        assert not (frame := cut_off(shell.top) + cut_off(shell.status)), frame
        assert not wrong, "\n".join(f"{key}: {line}" for key, lines in wrong.items() for line in lines)
    finally:
        shell.actions_.text_normal.trigger()
