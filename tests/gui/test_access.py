"""Who cannot see or point works too: every control says what it is, and the keyboard reaches every control and leaves it again."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

import filingdesk.gui
from filingdesk.gui import registry
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from gui.access import Look, name_of, nameless, page_walk, reachable, walk
from gui.delivery import open_sample, settle, show


def test_every_control_says_what_it_is(shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    assert nameless(shell) == []
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    silent = {}
    for entry in registry.entries():
        page = show(shell, entry.key)
        settle(shell, qtbot)
        if found := nameless(page):
            silent[entry.key] = found
    assert not silent, "\n".join(f"{key}: {set(names)}" for key, names in silent.items())
    assert nameless(shell) == []
    desk.webform_wanted.emit("")
    assert shell.workbench is not None
    assert shell.workbench.webform is not None
    assert nameless(shell.workbench.webform) == []


def not_reached(page: QWidget, come_to: set[QWidget]) -> list[str]:
    """The controls of a page that neither stand among those come to nor are stood for by one of them."""
    reached = come_to | {proxy for widget in come_to if (proxy := widget.focusProxy())}
    return [
        f"{type(widget).__name__} {name_of(widget)}"
        for widget in page.findChildren(QWidget)
        if reachable(widget) and widget not in reached
    ]


def test_tab_comes_to_every_control_of_every_page(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    missed = {}
    for entry in registry.entries():
        page = show(shell, entry.key)
        settle(shell, qtbot)
        come_to = walk(page)
        if lost := not_reached(page, come_to):
            missed[entry.key] = lost[:8]
    assert not missed, "\n".join(f"{key}: {names}" for key, names in missed.items())


@pytest.mark.parametrize("half", [0, 1])
def test_real_keys_walk_through_every_page_and_back(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, half: int
) -> None:
    """Tab and Shift+Tab themselves, not the order that Qt would take: every control is come to, none holds the cursor, and
    each kind of control shows that it has it."""
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    missed: dict[str, list[str]] = {}
    look = Look()
    for entry in registry.entries()[half::2]:
        page = show(shell, entry.key)
        settle(shell, qtbot)
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            come_to = set(page_walk(page, qtbot, app, key, look))
            if lost := not_reached(page, come_to):
                missed[f"{entry.key} {key.name}"] = lost[:8]
    assert not missed, "\n".join(f"{key}: {names}" for key, names in missed.items())
    assert not look.same, f"nothing shows where the cursor is: {look.same}"


def test_tab_leaves_every_field_again(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    """Real keys: nothing holds the cursor, also not a field of many lines."""
    page = show(project, "subject")
    settle(project, qtbot)
    assert project.desk is not None
    project.desk.go_to("subject.name")
    seen: list[QWidget] = []
    for _ in range(400):
        at = app.focusWidget()
        assert at is not None
        if at in seen:
            break
        seen.append(at)
        qtbot.keyClick(at, Qt.Key.Key_Tab)
    assert app.focusWidget() is seen[0], "Tab came round"
    inside = [widget for widget in seen if page.isAncestorOf(widget)]
    assert len(inside) > 30
    assert any(project.workbench.sidebar.isAncestorOf(widget) for widget in seen)  # type: ignore[union-attr]
    assert any(project.workbench.drawer.isAncestorOf(widget) for widget in seen)  # type: ignore[union-attr]


def test_one_key_goes_round_the_parts_of_the_window(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    workbench = project.workbench
    assert workbench is not None
    page = show(project, "subject")
    assert project.desk is not None
    project.desk.go_to("subject.name")
    parts = []
    for _ in range(4):
        project.actions_.next_pane.trigger()
        focus = app.focusWidget()
        assert focus is not None
        parts.append(
            next(
                (
                    part
                    for part in (workbench.sidebar, page, workbench.help, workbench.drawer)
                    if part is focus or part.isAncestorOf(focus)
                ),
                None,
            )
        )
    assert parts == [workbench.help, workbench.drawer, workbench.sidebar, page]
    project.actions_.previous_pane.trigger()
    assert workbench.sidebar.isAncestorOf(app.focusWidget())  # type: ignore[arg-type]
    assert workbench.sidebar.row("subject").hasFocus()


def test_nothing_moves_by_itself() -> None:
    """There are no animations; one that comes must first ask the system whether motion is wanted."""
    folder = Path(filingdesk.gui.__file__).parent
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "QMovie"):
            assert word not in text, f"{file.name}: {word}"


def keys_in_force(shell: Shell) -> dict[str, list[str]]:
    """Key → who listens to it now: actions, shortcuts and buttons that are enabled, visible and in reach of the page in front."""
    found: dict[str, list[str]] = {}

    def add(keys: QKeySequence, who: str) -> None:
        if not keys.isEmpty():
            found.setdefault(keys.toString(), []).append(who)

    for action in shell.findChildren(QAction):
        # An action that only stands in a menu which is not the window's own has no key of its own there.
        if action.isEnabled() and shell in action.associatedObjects():
            for keys in action.shortcuts():
                add(keys, f"action {action.text()}")
    for shortcut in shell.findChildren(QShortcut):
        holder = shortcut.parent()
        if shortcut.isEnabled() and isinstance(holder, QWidget) and holder.isVisible():
            add(shortcut.key(), f"{type(holder).__name__} {shortcut.key().toString()}")
    for button in shell.findChildren(QAbstractButton):
        if button.isVisible() and button.isEnabled():
            add(button.shortcut(), f"button {name_of(button)}")
    return found


def test_no_key_means_two_things(shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    """Qt does nothing at all for a key that two listen to."""
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    twice: dict[str, dict[str, list[str]]] = {}
    for entry in registry.entries():
        show(shell, entry.key)
        settle(shell, qtbot)
        keys = keys_in_force(shell)
        assert "Ctrl+F" in keys
        double = {key: who for key, who in keys.items() if len(who) > 1}
        if double:
            twice[entry.key] = double
    assert not twice


def test_letters_in_menus_are_different(project: Shell) -> None:
    """Alt+letter within a menu chooses one entry."""
    for menu in project.findChildren(QMenu):
        letters = [
            found[1].upper()
            for action in menu.actions()
            if (found := re.search(r"&([A-Za-z0-9])", action.text()))
        ]
        double = {letter for letter in letters if letters.count(letter) > 1}
        assert not double, (menu.title(), [a.text() for a in menu.actions()])


def test_alt_and_a_number_go_to_the_parts_of_a_form(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path, "incomplete")
    for key in ("subject", "details", "corpus", "measures"):
        page = show(shell, key)
        assert isinstance(page, FormPage)
        settle(shell, qtbot)
        page.go_to_part(0)
        shown = [part for part in page._parts if not part.isHidden()]
        assert len(shown) > 1
        for number, part in enumerate(shown[:9], 1):
            focus = app.focusWidget()
            assert focus is not None
            qtbot.keyClick(focus, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.AltModifier)
            focus = app.focusWidget()
            assert focus is not None
            assert part.isAncestorOf(focus), (key, number)
