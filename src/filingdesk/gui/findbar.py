"""Ctrl+F in the long list of a page: a small bar under it, Enter or F3 for the next line, Shift for the one before, Esc away."""

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QWidget,
)

from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.labels import label

SLICE = 2000
"""Lines looked through before the window may do something else."""


def list_in(page: QWidget, focus: QWidget | None) -> QAbstractItemView | None:
    """The list that has the focus, else the longest that is seen on the page."""
    views = [
        view for view in page.findChildren(QAbstractItemView) if view.isVisible() and view.model() is not None
    ]
    for view in views:
        if focus is not None and (view is focus or view.isAncestorOf(focus)):
            return view
    return max(views, key=lambda view: view.model().rowCount(), default=None)


def own_search(page: QWidget) -> QLineEdit | None:
    """The search box that a page brings along; it looks through everything, also what is not loaded."""
    boxes = [box for box in page.findChildren(QLineEdit) if box.property("role") == "search"]
    return next((box for box in boxes if box.isVisible() and box.isEnabled()), None)


class FindBar(QFrame):
    """The bar. It searches the list it was opened for; every column and whatever a screen reader would say of a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drawer")
        self.setAccessibleName("在列表中查找")
        self._view: QAbstractItemView | None = None
        self._run = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.XS)
        row.setSpacing(Space.XS)
        self.text = QLineEdit()
        self.text.setProperty("role", "search")
        self.text.setPlaceholderText("在列表中查找")
        self.text.setAccessibleName("在列表中查找")
        self.text.setMaximumWidth(320)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(lambda _text: self.step(0))
        row.addWidget(self.text, 1)
        self.previous = self._button("arrow-up", "上一处（Shift+F3）", -1)
        self.next = self._button("arrow-down", "下一处（F3）", 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        self.note = label("", "muted")
        row.addWidget(self.note)
        row.addStretch(1)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setAccessibleName("关闭查找")
        close.setToolTip("关闭查找（Esc）")
        close.clicked.connect(self.leave)
        row.addWidget(close)
        self.hide()

    def _button(self, picture: str, words: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setAccessibleName(words.partition("（")[0])
        button.setToolTip(words)
        button.setShortcut(QKeySequence("F3" if by > 0 else "Shift+F3"))
        button.clicked.connect(lambda _checked=False: self.step(by))
        return button

    def open_for(self, view: QAbstractItemView) -> None:
        """Search this list."""
        if view is not self._view:
            self._view = view
            view.destroyed.connect(lambda _gone=None, view=view: self._forget(view))
        self.note.setText("")
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    def leave(self) -> None:
        """Put the bar away; the cursor goes back to the list."""
        self._run += 1
        self.hide()
        if self._view is not None and self._view.isVisible():
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_unless(self, page: QWidget) -> None:
        """Another page is in front: the bar of the last one goes."""
        if self._view is None or not page.isAncestorOf(self._view):
            self._run += 1
            self._view = None
            self.hide()

    def _forget(self, view: QAbstractItemView) -> None:
        if self._view is view:
            self._view = None
            self.hide()

    def step(self, by: int) -> None:
        """The next (`1`), previous (`-1`) or, while typing (`0`), the nearest line that holds the words."""
        self._run += 1
        words = self.text.text().casefold().split()
        view = self._view
        if view is None or not words:
            self.note.setText("")
            return
        count = view.model().rowCount()
        here = view.currentIndex().row()
        start = max(here, 0) if by == 0 else here + by
        self._look(words, start, -1 if by < 0 else 1, count, count, self._run)

    def _look(self, words: list[str], at: int, by: int, left: int, count: int, run: int) -> None:
        view = self._view
        if run != self._run or view is None:
            return
        model = view.model()
        if model.rowCount() != count:  # the list changed meanwhile
            return
        for _ in range(min(left, SLICE)):
            row = at % count
            if all(word in _said(model, row) for word in words):
                self._show(view, row, wrapped=not 0 <= at < count)
                return
            at, left = at + by, left - 1
        if left <= 0:
            self.note.setText("没有找到")
            return
        QTimer.singleShot(0, self, lambda: self._look(words, at, by, left, count, run))

    def _show(self, view: QAbstractItemView, row: int, *, wrapped: bool) -> None:
        column = max(view.currentIndex().column(), 0)
        view.setCurrentIndex(view.model().index(row, column))
        view.scrollTo(view.model().index(row, column))
        self.note.setText(f"第 {row + 1} 行" + ("（从头继续）" if wrapped else ""))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
        return False


def _said(model: QAbstractItemModel, row: int) -> str:
    parts = []
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()  # private in Qt's lists
    for column in range(columns):
        index = model.index(row, column)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            parts.append(str(index.data(role) or ""))
    return " ".join(parts).casefold()
