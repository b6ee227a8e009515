"""Who cannot see or point works too: every control says what it is, and the keyboard reaches every control and leaves it again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import filingdesk.gui
from filingdesk.gui import registry
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
        app.processEvents()
        if found := nameless(page):
            silent[entry.key] = found
    assert not silent, "\n".join(f"{key}: {set(names)}" for key, names in silent.items())
    assert nameless(shell) == []
    desk.webform_wanted.emit("")
    assert shell.workbench is not None
    assert shell.workbench.webform is not None
    assert nameless(shell.workbench.webform) == []


def test_tab_comes_to_every_control_of_every_page(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = open_sample(shell, qtbot, tmp_path, "incomplete")
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    missed = {}
    for entry in registry.entries():
        page = show(shell, entry.key)
        settle(shell, qtbot)
        app.processEvents()
        come_to = walk(page)
        proxies = {w.focusProxy() for w in come_to if w.focusProxy() is not None}
        lost = [
            f"{type(w).__name__} {name_of(w)}"
            for w in page.findChildren(QWidget)
            if reachable(w) and w not in come_to and w not in proxies
        ]
        if lost:
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
        app.processEvents()
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            come_to = set(page_walk(page, qtbot, app, key, look))
            proxies = {w.focusProxy() for w in come_to if w.focusProxy() is not None}
            lost = [
                f"{type(w).__name__} {name_of(w)}"
                for w in page.findChildren(QWidget)
                if reachable(w) and w not in come_to and w not in proxies
            ]
            if lost:
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
