"""What the tests of access share: which controls there are, how a screen reader calls them, where Tab comes to with real keys."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
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
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

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
MOST_STOPS = 3000
MOST_LINKS = 400


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


def trail(widget: QWidget | None, root: QWidget) -> str:
    """Where a widget stands, from the inside out."""
    names = []
    while widget is not None and widget is not root:
        names.append(type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(names)


def nameless(root: QWidget) -> list[str]:
    """The controls below that say nothing, with where they are."""
    return [
        trail(widget, root)
        for widget in root.findChildren(QWidget)
        if (isinstance(widget, CONTROLS) or takes_tab(widget))
        and not inner(widget)
        and widget.isVisibleTo(root)
        and not name_of(widget)
    ]


def reachable(widget: QWidget) -> bool:
    """Must the Tab key come here?"""
    if not isinstance(widget, CONTROLS) or inner(widget) or not widget.isEnabled() or not widget.isVisible():
        return False
    if widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
        return False  # a picture of a button: what is around it is the control
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus and "（Alt+" in widget.toolTip():
        return False  # a key of the field beside it does the same, and the tool tip says which
    # One of several: arrow keys go on from the chosen one.
    one_of = isinstance(widget, QAbstractButton) and (widget.group() is not None or widget.autoExclusive())
    other = one_of and isinstance(widget, QAbstractButton) and not widget.isChecked()
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


def real_walk(
    window: QWidget, qtbot: QtBot, app: QApplication, key: Qt.Key = Qt.Key.Key_Tab
) -> list[QWidget]:
    """Press Tab (or Backtab) until it comes round, and give where it came to, in order. Fails where the cursor is held."""
    start = app.focusWidget()
    if start is None or start.window() is not window:
        window.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(window, key)
        start = app.focusWidget()
    if start is None or start is window:
        return []  # there is nothing to come to
    seen: list[QWidget] = []
    known: set[QWidget] = set()
    at: QWidget | None = start
    modifier = (
        Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_Backtab else Qt.KeyboardModifier.NoModifier
    )
    held = 0
    while at is not None and at.window() is window and len(seen) < MOST_STOPS:
        if at in known and not (at is seen[-1] and isinstance(at, QTextBrowser) and held < MOST_LINKS):
            break
        if at in known:
            held += 1  # from link to link within a text
        else:
            held = 0
            seen.append(at)
            known.add(at)
        before = at
        qtbot.keyClick(at, key, modifier)
        at = app.focusWidget()
        if at is before and len(seen) == 1:
            return seen  # the only control
        assert at is not before or isinstance(before, QTextBrowser), f"held by {trail(before, window)}"
    assert at is not None, f"nobody has the focus behind {trail(seen[-1], window)}"
    assert at.window() is window
    assert at in known
    # Round means: back to where it began. Anything else is a smaller circle from which one does not come out.
    assert at is start, f"a circle at {trail(at, window)} {name_of(at)}, begun at {trail(start, window)}"
    return seen


def page_walk(
    page: QWidget, qtbot: QtBot, app: QApplication, key: Qt.Key = Qt.Key.Key_Tab, look: "Look | None" = None
) -> list[QWidget]:
    """From the first stop of a page (the last one for Backtab) press the key until it leaves the page; where it came to."""
    stops = [widget for widget in chain(page) if takes_tab(widget)]
    if not stops:
        return []
    start = stops[0] if key == Qt.Key.Key_Tab else stops[-1]
    reason = Qt.FocusReason.TabFocusReason if key == Qt.Key.Key_Tab else Qt.FocusReason.BacktabFocusReason
    start.setFocus(reason)
    modifier = (
        Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_Backtab else Qt.KeyboardModifier.NoModifier
    )
    seen: list[QWidget] = []
    at = app.focusWidget()
    held = 0
    while at is not None and page.isAncestorOf(at) and len(seen) < MOST_STOPS:
        if at in seen:
            held += 1
            if not isinstance(at, QTextBrowser) or held > MOST_LINKS:
                break
        else:
            held = 0
            seen.append(at)
            if look is not None:
                look.at(at)
        if "Esc" in at.accessibleDescription():  # takes Tab for itself and says how one gets out
            qtbot.keyClick(at, Qt.Key.Key_Escape)
        qtbot.keyClick(at, key, modifier)
        before, at = at, app.focusWidget()
        if at is before and isinstance(at, QTextBrowser):
            continue
        assert at is not before, f"held by {trail(before, page)} {name_of(before)}"
        if look is not None:
            look.left(before)
    return seen


def chain(root: QWidget) -> list[QWidget]:
    """The widgets below `root` in the order of Tab."""
    found = []
    at = root.nextInFocusChain()
    while at is not root:
        if root.isAncestorOf(at):
            found.append(at)
        at = at.nextInFocusChain()
    return found


def takes_tab(widget: QWidget) -> bool:
    """Does Tab stop here?"""
    wants = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(wants) and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


class Look:
    """Compares how a control looks with the focus and without; each kind of control once."""

    EDGE = 3

    def __init__(self) -> None:
        self.same: dict[str, str] = {}
        self._known: set[tuple[str, str]] = set()
        self._with: tuple[QWidget, QImage] | None = None

    def at(self, widget: QWidget) -> None:
        """The control has the focus now."""
        kind = (type(widget).__name__, str(widget.property("role")))
        if kind not in self._known:
            self._known.add(kind)
            QApplication.processEvents()  # what was just opened is laid out, and scrolled to
            self._with = (widget, self._picture(widget))

    def left(self, widget: QWidget) -> None:
        """The focus went on."""
        if self._with is None or self._with[0] is not widget:
            return
        before, self._with = self._with[1], None
        if widget.isVisible() and before == self._picture(widget):
            self.same[type(widget).__name__] = f"{name_of(widget)} {widget.property('role')}"

    def _picture(self, widget: QWidget) -> QImage:
        edge = self.EDGE
        part = widget.rect().adjusted(-edge, -edge, edge, edge)
        window = widget.window()
        return window.grab(part.translated(widget.mapTo(window, QPoint(0, 0)))).toImage()
