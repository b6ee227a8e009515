"""The tour: five steps, left at once with Esc, offered once and then only from the menu."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui import touring
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.tour import Tour


def tours(shell: Shell) -> list[Tour]:
    return [tour for tour in shell.findChildren(Tour) if tour.isVisible()]


def test_it_comes_once_at_the_first_project_and_can_be_left_at_once(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filingdesk.gui.shell.TOUR_MS", 0)
    shell.offers_tour = True
    assert not touring.seen()
    assert shell.create_project(tmp_path / "一.fdproj")
    qtbot.waitUntil(lambda: len(tours(shell)) == 1)
    (tour,) = tours(shell)
    assert tour.next_button.hasFocus()
    assert shell.rect().contains(tour.geometry())
    qtbot.keyClick(tour.next_button, Qt.Key.Key_Escape)
    assert tours(shell) == []
    assert touring.seen()
    shell.close_project()
    assert shell.create_project(tmp_path / "二.fdproj")
    app.processEvents()
    app.processEvents()
    assert tours(shell) == []


def test_five_steps_from_the_menu(project: Shell, qtbot: QtBot) -> None:
    project.actions_.tour.trigger()
    (tour,) = tours(project)
    titles = []
    for number in range(1, 6):
        assert tour.number.text() == f"{number} / 5"
        assert project.rect().contains(tour.geometry()), tour.title.text()
        titles.append(tour.title.text())
        tour.next_button.click()
    assert len(set(titles)) == 5
    assert tours(project) == []


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080)])
def test_a_card_hides_neither_what_it_speaks_of_nor_the_title_of_the_page(
    project: Shell, app: QApplication, size: tuple[int, int]
) -> None:
    project.resize(*size)
    app.processEvents()
    project.actions_.tour.trigger()
    app.processEvents()
    (tour,) = tours(project)
    assert project.workbench is not None
    page = project.workbench.current()
    assert isinstance(page, ScrollPage)
    for step in tour._steps:
        for spoken in (step.target(), page.title_label):
            assert spoken is not None
            at = QRect(spoken.mapTo(project, QPoint(0, 0)), spoken.size())
            hidden = at & tour.geometry()
            whole = at.width() * at.height()
            assert max(hidden.width(), 0) * max(hidden.height(), 0) < 0.05 * whole, step.title
        tour.next_button.click()
        app.processEvents()


def test_closing_the_project_takes_it_away(project: Shell, qtbot: QtBot) -> None:
    project.actions_.tour.trigger()
    assert tours(project)
    project.close_project()
    qtbot.waitUntil(lambda: not tours(project))
