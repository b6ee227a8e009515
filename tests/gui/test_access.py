"""Who cannot see or point works too: every control says what it is, and the keyboard reaches every control and leaves it again."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import filingdesk.gui
from filingdesk.gui import registry
from filingdesk.gui.dialogs import AttestDialog, WaiveDialog
from filingdesk.gui.shell import Shell
from gui.delivery import open_sample, settle, show

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it: its own name, the label that belongs to it, or its words."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    window = widget.window()
    for label in window.findChildren(QLabel):
        if label.buddy() is widget:
            return label.text()
    return ""


def inner(widget: QWidget) -> bool:
    """A part that Qt makes inside a control and that nobody meets by itself."""
    parent = widget.parentWidget()
    own = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView)
    made = isinstance(parent, QLineEdit | QComboBox | QAbstractSpinBox | QTabBar)
    corner = isinstance(parent, QAbstractItemView) and isinstance(widget, QAbstractButton)
    popup = type(parent).__name__ == "QComboBoxPrivateContainer"
    return isinstance(widget, QScrollBar) or own or made or corner or popup


def nameless(root: QWidget) -> list[str]:
    """The controls below that say nothing, with where they are."""
    found = []
    for widget in root.findChildren(QWidget):
        if (
            isinstance(widget, CONTROLS)
            and not inner(widget)
            and widget.isVisibleTo(root)
            and not name_of(widget)
        ):
            above, trail = widget, []
            while above is not None and above is not root:
                trail.append(type(above).__name__)
                above = above.parentWidget()
            found.append(" < ".join(trail))
    return found


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


def test_dialogs_say_what_their_controls_are(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    dialogs = [
        WaiveDialog("AL-SUB-001", "问题", project),
        AttestDialog("AL-SUB-001", "规则", "问题", project.desk.session.today, parent=project),
    ]
    for dialog in dialogs:
        assert nameless(dialog) == []
        dialog.deleteLater()


def reachable(widget: QWidget) -> bool:
    """Must the Tab key come here?"""
    if not isinstance(widget, CONTROLS) or inner(widget) or not widget.isEnabled() or not widget.isVisible():
        return False
    if widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
        return False  # a picture of a button: what is around it is the control
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus and "（Alt+" in widget.toolTip():
        return False  # a key of the field beside it does the same, and the tool tip says which
    # One of several: arrow keys go on from the chosen one.
    other = isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()
    return not other


def walk(root: QWidget) -> set[QWidget]:
    """What Tab comes to below `root`."""
    seen: set[QWidget] = set()
    at = root.nextInFocusChain()
    while at is not root:
        if at.focusPolicy().value & Qt.FocusPolicy.TabFocus.value and at.isVisible() and at.isEnabled():
            seen.add(at)
        at = at.nextInFocusChain()
    return seen


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
