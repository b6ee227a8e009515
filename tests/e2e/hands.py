"""Hands and eyes of somebody who sits before the window: keys and the mouse go in, what is on the screen comes out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from filingdesk.gui.desk import Desk
from filingdesk.gui.drawer import Problem
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.page import Page
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.chips import Chip
from filingdesk.gui.workbench import Workbench
from gui.ime import write

LONG = 120_000
"""Milliseconds that a station may take on a busy machine."""
MOST_TABS = 120
D = TypeVar("D", bound=QWidget)
P = TypeVar("P", bound=Page)


class Hands:
    """Everything the test does goes through these; nothing is set behind the window's back."""

    def __init__(self, shell: Shell, app: QApplication, qtbot: QtBot) -> None:
        self.shell, self.app, self.bot = shell, app, qtbot
        self._folder = os.environ.get("FILINGDESK_E2E_PICTURES")

    # What is there

    @property
    def desk(self) -> Desk:
        assert self.shell.desk is not None, "no project is open"
        return self.shell.desk

    @property
    def bench(self) -> Workbench:
        assert self.shell.workbench is not None, "no project is open"
        return self.shell.workbench

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to become so; never for a time."""
        self.bot.waitUntil(lambda: bool(true()), timeout=LONG)

    def page(self, kind: type[P]) -> P:
        """The page in front, which must be of this kind."""
        page = self.bench.current()
        assert isinstance(page, kind), f"in front is {page!r}"
        return page

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def is_on(self, name: str) -> bool:
        """Whether the focus is on what a screen reader calls by this name."""
        widget = QApplication.focusWidget()
        return widget is not None and widget.accessibleName() == name

    def is_mended(self, problem: Problem) -> bool:
        """Whether the drawer no longer lists a problem."""
        return problem.identity not in [each.identity for each in self.bench.drawer.model.items()]

    @staticmethod
    def is_blank(label: QLabel) -> bool:
        """Whether a label says nothing."""
        return not label.text()

    def row(self, path: str) -> FieldRow:
        """The row of a field that is on the screen."""
        row = self.page(FormPage).row(path)
        assert row is not None, f"no row for {path}"
        assert row.isVisible(), f"{path} is not asked"
        return row

    def picture(self, name: str, window: QWidget | None = None) -> None:
        """A small picture of the window, when a folder for it is named."""
        if self._folder:
            self.app.processEvents()
            Path(self._folder).mkdir(parents=True, exist_ok=True)
            image = (window or self.shell).grab()
            image = image.scaledToWidth(min(960, image.width()), Qt.TransformationMode.SmoothTransformation)
            assert image.save(str(Path(self._folder, f"{name}.png")))

    def awake(self) -> None:
        """Without a window manager nobody gives the focus back after another window."""
        self._awaken(self.shell)

    def _awaken(self, window: QWidget) -> None:
        def active() -> bool:
            if not window.isActiveWindow():
                window.activateWindow()
            return window.isActiveWindow()

        self.until(active)

    def judged(self) -> None:
        """Wait until the report on the screen speaks of what is stored."""
        desk = self.desk
        self.until(lambda: desk.report is not None and desk.report.revision == desk.session.revision)

    def settled(self) -> None:
        """Wait until nothing is worked on any more."""
        self.until(lambda: self.shell.jobs.busy() == 0)

    def blockers(self) -> int:
        """What the drawer counts."""
        return int(self.bench.drawer.blockers.text().removeprefix("阻断 "))

    # Keys and mouse

    def key(
        self,
        key: Qt.Key,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        at: QWidget | None = None,
    ) -> None:
        """A key, to whatever has the focus."""
        QTest.keyClick(at or QApplication.focusWidget() or self.shell, key, held)

    def control(self, key: Qt.Key) -> None:
        """A shortcut with Ctrl."""
        self.key(key, Qt.KeyboardModifier.ControlModifier)

    def say(self, text: str) -> None:
        """Type: Latin letters and digits key by key, Chinese as an input method commits it."""
        widget = self.focused()
        if text.isascii():
            QTest.keyClicks(widget, text)
        else:
            write(widget, text)

    def click(self, widget: QWidget) -> None:
        """A press of the left button on something that is to be seen and can be pressed."""
        name = widget.accessibleName()
        assert widget.isVisible(), f"{name} is not on the screen"
        assert widget.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def button(self, holder: QWidget, text: str) -> QAbstractButton:
        """The button with these words, once it is on the screen."""

        def found() -> list[QAbstractButton]:
            return [b for b in holder.findChildren(QAbstractButton) if b.isVisible() and b.text() == text]

        self.until(found)
        assert len(found()) == 1, f"{len(found())} buttons say {text}"
        return found()[0]

    def turn_to(self, title: str) -> None:
        """Go to a page or a field the way the hand does: Ctrl+K, its name, Enter."""
        finder = self.shell.top.finder
        self.control(Qt.Key.Key_K)
        self.until(finder.hasFocus)
        self.say(title)
        self.key(Qt.Key.Key_Return)

    def tab_to(self, wanted: Callable[[QWidget], bool]) -> QWidget:
        """Press Tab until the focus is where it is wanted."""
        for _ in range(MOST_TABS):
            here = QApplication.focusWidget()
            if here is not None and wanted(here):
                return here
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab leads nowhere; the focus is on {self.focused().accessibleName()}")

    def fill(self, path: str, text: str, stored: str | None = None) -> FieldRow:
        """Tab to a field of the page in front, type, leave it with Tab."""
        row = self.row(path)
        self.tab_to(lambda widget: widget is row.editor.target())
        self.retype(text)
        self.key(Qt.Key.Key_Tab)
        wanted = text if stored is None else stored
        self.until(lambda: self.desk.lookup(path) == wanted)
        return row

    def retype(self, text: str) -> None:
        """Put other words in place of those in the field with the focus."""
        self.control(Qt.Key.Key_A)
        self.say(text)

    def choose(self, row: FieldRow, *terms: str) -> None:
        """Tab to the chips of a row, walk with the arrows, take each term with Space."""
        for term in terms:
            self.tab_to(lambda widget: isinstance(widget, Chip) and row.isAncestorOf(widget))
            chip = self._walk_to(term)
            self.key(Qt.Key.Key_Space)
            assert chip.isChecked(), f"{term} is not marked"

    def _walk_to(self, term: str) -> Chip:
        for _ in range(MOST_TABS):
            here = self.focused()
            assert isinstance(here, Chip)
            if here.text() == term:
                return here
            self.key(Qt.Key.Key_Right)
        raise AssertionError(f"the arrows do not lead to {term}")

    # Other windows

    def meet(self, kind: type[D], act: Callable[[D], object], begin: Callable[[], object]) -> D:
        """Begin something that brings up a window of its own, and act in it."""
        met: list[D] = []
        faults: list[BaseException] = []

        def look() -> None:
            window = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if not isinstance(window, kind):
                timer.start(10)
                return
            met.append(window)
            try:
                if not isinstance(window, QMenu):
                    self._awaken(window)
                act(window)
            except BaseException as fault:  # noqa: BLE001 - kept and raised below: an exception in a slot would be lost
                faults.append(fault)
                window.close()

        timer = QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(look)
        timer.start(0)
        begin()
        self.until(lambda: met)
        timer.stop()
        if faults:
            raise faults[0]
        self.awake()
        return met[0]

    def name_file(self, path: Path, begin: Callable[[], object]) -> None:
        """Answer the next file dialog with a path typed into it."""

        def act(dialog: QFileDialog) -> None:
            name = dialog.findChild(QLineEdit, "fileNameEdit")
            assert name is not None
            name.setText(str(path))
            dialog.accept()

        self.meet(QFileDialog, act, begin)

    def pick(self, menu: QMenu, words: str) -> None:
        """Press the line of a menu."""
        action = next((each for each in menu.actions() if words in each.text()), None)
        assert action is not None, f"{words} is not in {[each.text() for each in menu.actions()]}"
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

    def menu_at(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """The right button on a line of a list."""
        view.scrollTo(index)
        place = view.visualRect(index).center()
        assert view.viewport().rect().contains(place), "the line is not to be seen"
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
        QApplication.sendEvent(view.viewport(), asked)


def words_of(widget: QLabel) -> str:
    """The words of a line as they are read, without their dress."""
    return widget.accessibleName() or widget.text()


def words_on(widget: QWidget) -> str:
    """Every word that can be read on a part of the window, line by line."""
    found = [
        words_of(child) for child in widget.findChildren(QLabel) if child.isVisible() and words_of(child)
    ]
    return "\n".join(found)
