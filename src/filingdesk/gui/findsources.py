"""What Ctrl+F searches: the lines of a list, the fields of a form with all their records, the text of a reading window."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QTextBrowser, QWidget


class Source(ABC):
    """Lines that can be searched. `owner` is the widget they stand in; when it goes, the search ends."""

    words = "在列表中查找"
    """What the search box says while it is empty."""

    def __init__(self, owner: QWidget) -> None:
        self.owner = owner

    @abstractmethod
    def count(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def said(self, line: int) -> str:
        """Everything that can be read in a line, folded to lower case."""

    @abstractmethod
    def current(self) -> int:
        """The line one stands on, -1 when on none."""

    @abstractmethod
    def show(self, line: int) -> None:
        """Bring a line into view without taking the cursor from the search box."""

    def state(self) -> Hashable:
        """Changes whenever the lines may have changed."""
        return self.count()

    def leave(self) -> None:
        """The search is over: the cursor goes to where it led."""
        if self.owner.isVisible():
            self.owner.setFocus(Qt.FocusReason.OtherFocusReason)


class ViewSource(Source):
    """The lines of a list or table; every column and whatever a screen reader would say of a line."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.view = view
        self._changes = 0
        model = view.model()
        for signal in (model.dataChanged, model.modelReset, model.layoutChanged, model.rowsRemoved):
            signal.connect(self._changed)

    def _changed(self, *_what: object) -> None:
        self._changes += 1

    def count(self) -> int:
        return self.view.model().rowCount()

    def state(self) -> Hashable:
        return self.count(), self._changes

    def current(self) -> int:
        return self.view.currentIndex().row()

    def said(self, line: int) -> str:
        model: QAbstractItemModel = self.view.model()
        parts = []
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()  # private in Qt's lists
        for column in range(columns):
            index = model.index(line, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                parts.append(str(index.data(role) or ""))
        return " ".join(parts).casefold()

    def show(self, line: int) -> None:
        column = max(self.view.currentIndex().column(), 0)
        index = self.view.model().index(line, column)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)


class TextSource(Source):
    """The paragraphs of a reading window."""

    words = "在这段文字中查找"

    def __init__(self, browser: QTextBrowser) -> None:
        super().__init__(browser)
        self.browser = browser

    def count(self) -> int:
        return self.browser.document().blockCount()

    def state(self) -> Hashable:
        document = self.browser.document()
        return id(document), document.revision(), document.blockCount()

    def current(self) -> int:
        return self.browser.textCursor().blockNumber()

    def said(self, line: int) -> str:
        return self.browser.document().findBlockByNumber(line).text().casefold()

    def show(self, line: int) -> None:
        cursor = QTextCursor(self.browser.document().findBlockByNumber(line))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.browser.setTextCursor(cursor)
        self.browser.ensureCursorVisible()


@dataclass(frozen=True)
class Place:
    """One line of a `PlaceSource`: what is read there, and how it is called."""

    key: str
    text: str
    name: str


class PlaceSource(Source):
    """Places of a page that are made when they are looked at: fields in records that are not open, rows not listed yet.

    `places` gives them all, `state` changes with them, `find` shows one and gives its widget, `go` puts the cursor there.
    """

    words = "在这一页查找字段和内容"

    def __init__(
        self,
        owner: QWidget,
        places: Callable[[], Sequence[Place]],
        state: Callable[[], Hashable],
        find: Callable[[str], QWidget | None],
        go: Callable[[str], object],
    ) -> None:
        super().__init__(owner)
        self._read, self._state, self._find, self._go = places, state, find, go
        self._places: Sequence[Place] = ()
        self._known: Hashable = None
        self._at = -1
        self._frame: FoundFrame | None = None

    def state(self) -> Hashable:
        return self._state()

    def count(self) -> int:
        state = self._state()
        if state != self._known:
            self._known, self._places = state, self._read()
            self._at = -1
        return len(self._places)

    def said(self, line: int) -> str:
        return self._places[line].text

    def current(self) -> int:
        return self._at

    def show(self, line: int) -> None:
        self._at = line
        self._unmark()
        widget = self._find(self._places[line].key)
        if widget is not None:
            self._frame = FoundFrame(widget)

    def name(self, line: int) -> str:
        """How a line is called, for the note beside the search box."""
        return self._places[line].name

    def leave(self) -> None:
        self._unmark()
        if self.owner.isVisible() and self._at >= 0:
            self._go(self._places[self._at].key)

    def _unmark(self) -> None:
        if self._frame is not None:
            self._frame.take_away()
            self._frame = None


class FoundFrame(QFrame):
    """A frame around what was found; it goes with the widget that it stands around."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setProperty("role", "found")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._gone = False
        around.installEventFilter(self)
        around.destroyed.connect(self._forget)
        self.setGeometry(around.rect())
        self.raise_()
        self.show()

    def _forget(self) -> None:
        self._gone = True

    def take_away(self) -> None:
        """Remove it."""
        if not self._gone:
            self.hide()
            self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False


def list_in(page: QWidget, focus: QWidget | None) -> QAbstractItemView | None:
    """The list that has the focus, else the longest that is seen on the page."""
    views = [
        view for view in page.findChildren(QAbstractItemView) if view.isVisible() and view.model() is not None
    ]
    for view in views:
        if focus is not None and (view is focus or view.isAncestorOf(focus)):
            return view
    return max(views, key=lambda view: view.model().rowCount(), default=None)


def text_in(page: QWidget, focus: QWidget | None, *, focused: bool) -> QTextBrowser | None:
    """The reading window that has the focus; when `focused` is not asked for, else the first one seen."""
    browsers = [each for each in page.findChildren(QTextBrowser) if each.isVisible()]
    inside = [each for each in browsers if focus is not None and (each is focus or each.isAncestorOf(focus))]
    return next(iter(inside or ([] if focused else browsers)), None)


def own_search(page: QWidget) -> QLineEdit | None:
    """The search box that a page brings along; it looks through everything, also what is not loaded."""
    boxes = [box for box in page.findChildren(QLineEdit) if box.property("role") == "search"]
    return next((box for box in boxes if box.isVisible() and box.isEnabled()), None)
