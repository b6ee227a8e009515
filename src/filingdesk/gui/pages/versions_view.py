"""Reads changes: a bar to choose which, a window with both texts, from change to change by key."""

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QTabBar,
    QTextBrowser,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import Source
from filingdesk.gui.icons import icon
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.pages.versions_rows import DOOR, ROWS_AT_ONCE, Row, anchor, html_of
from filingdesk.gui.theme import Space, color, colors
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import label

BESIDE, INLINE = "并排", "合在一起"
_GROUPS = (("全部", ""), ("字段", "facts"), ("段落", "paragraphs"))
NEXT_KEY, PREVIOUS_KEY = "Alt+PgDown", "Alt+PgUp"


class ChangesSource(Source):
    """Every change, also those that are not set yet."""

    words = "在不同之处里查找"

    def __init__(self, view: "ChangesView") -> None:
        super().__init__(view.browser)
        self.view = view

    def state(self) -> Hashable:
        return id(self.view.rows)

    def count(self) -> int:
        return len(self.view.rows)

    def said(self, line: int) -> str:
        return self.view.rows[line].said

    def current(self) -> int:
        return self.view.current()

    def show(self, line: int) -> None:
        self.view.go_to(line)


class ChangesView(QWidget):
    """Shows rows, or a sentence in their place; `wanted` tells the key of a field that somebody wants to go to."""

    wanted = Signal(str)

    def __init__(
        self, parse: Callable[[str], QTextDocument], desk: Desk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._parse, self._desk = parse, desk
        self._all: tuple[Row, ...] = ()
        self.rows: tuple[Row, ...] = ()
        self._names = ("", "")
        self._doors = False
        self._first = 0
        self._at = -1
        self._ticket: Ticket | None = None
        self._generation = 0
        self._document: QTextDocument | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.bar = QFrame()
        self.bar.setLayout(self._make_bar())
        column.addWidget(self.bar)
        holder = QWidget()
        self.stack = QStackedLayout(holder)
        self.browser = QTextBrowser()
        self.browser.setProperty("role", "compare")
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName("两个版本的不同")
        self.browser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.browser.anchorClicked.connect(self._follow)
        self.stack.addWidget(self.browser)
        self.quiet = QWidget()
        words = QVBoxLayout(self.quiet)
        self.quiet_title = label("", "section", parent=self.quiet)
        self.quiet_text = label("", "small", parent=self.quiet)
        words.addStretch(1)
        for each in (self.quiet_title, self.quiet_text):
            words.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
        words.addStretch(2)
        self.stack.addWidget(self.quiet)
        column.addWidget(holder, 1)
        self.more = QPushButton("")
        self.more.setProperty("role", "link")
        self.more.clicked.connect(lambda: self.go_to(self._first + ROWS_AT_ONCE))
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        for keys, by in ((NEXT_KEY, 1), (PREVIOUS_KEY, -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda by=by: self.step(by))

    def _make_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("看哪些不同")
        for name, _group in _GROUPS:
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(lambda _at: self._choose())
        row.addWidget(self.tabs)
        row.addStretch(1)
        self.place = label("", "muted")
        row.addWidget(self.place)
        for picture, name, keys, by in (
            ("arrow-up", "上一处不同", "Alt+PgUp", -1),
            ("arrow-down", "下一处不同", "Alt+PgDn", 1),
        ):
            button = QToolButton()
            button.setIcon(icon(picture))
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（{keys}）")
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
            row.addWidget(button)
        self.look = ChipGroup((BESIDE, INLINE), multiple=False)
        self.look.set_label("怎么显示")
        self.look.set_values([BESIDE])
        self.look.setFixedWidth(150)
        self.look.changed.connect(self._choose_look)
        row.addWidget(self.look)
        return row

    # What is shown

    def show_words(self, title: str, text: str) -> None:
        """A sentence in place of rows."""
        self._generation += 1
        self._all = self.rows = ()
        self.quiet_title.setText(title)
        self.quiet_text.setText(text)
        self.stack.setCurrentWidget(self.quiet)
        self.bar.hide()
        self.more.hide()

    def show_rows(self, rows: Sequence[Row], names: tuple[str, str], *, doors: bool) -> None:
        """Show these from the first one on; `names` are those of the two versions."""
        self._all, self._names, self._doors = tuple(rows), names, doors
        for at, (name, group) in enumerate(_GROUPS):
            count = sum(row.group == group for row in rows) if group else len(rows)
            self.tabs.setTabText(at, f"{name} {count:,}")
            self.tabs.setTabEnabled(at, bool(count))
        if not self.tabs.isTabEnabled(self.tabs.currentIndex()):
            self.tabs.setCurrentIndex(0)
        self.bar.show()
        self.stack.setCurrentWidget(self.browser)
        self._choose()

    def show_again(self) -> None:
        """The same rows in the colours of now."""
        if self.rows:
            self._set(self._first)

    def _choose(self) -> None:
        group = _GROUPS[self.tabs.currentIndex()][1]
        self.rows = tuple(row for row in self._all if not group or row.group == group)
        self._at = -1
        if self.rows:
            self._set(0)

    _beside = True

    def _choose_look(self, chosen: list[str]) -> None:
        if not chosen:  # a second press takes the choice back: one of the two it must be
            self.look.set_values([INLINE if self._beside else BESIDE])
        self._beside = self.look.values() == [BESIDE]
        self.show_again()

    def _set(self, first: int) -> None:
        """Set the rows from `first` on in a job, and show them."""
        if self._ticket is not None:
            self._ticket.cancel()
        self._generation += 1
        generation, self._first = self._generation, first
        part = [(at, self.rows[at]) for at in range(first, min(first + ROWS_AT_ONCE, len(self.rows)))]
        names, palette, beside, doors = self._names, colors(), self._beside, self._doors

        def job(cancel: Cancel, _report: Report) -> QTextDocument:
            html = html_of(part, names, palette, beside=beside, doors=doors)
            cancel.check()
            return self._parse(html)

        def done(document: QTextDocument) -> None:
            if generation != self._generation:
                return
            self._ticket = None
            self._document = document
            self.browser.setDocument(document)
            self._tell()
            if self._at >= first:
                self._point()

        self._ticket = self._desk.jobs.start(job, on_done=done, on_error=self._desk.failed.emit)
        left = len(self.rows) - first - len(part)
        self.more.setText(f"还有 {left:,} 处，看下面 {min(left, ROWS_AT_ONCE)} 处")
        self.more.setAccessibleName(self.more.text())
        self.more.setVisible(left > 0)
        self._tell()

    def _tell(self) -> None:
        count = len(self.rows)
        self.place.setText(f"第 {self._at + 1:,} / {count:,} 处" if self._at >= 0 else f"共 {count:,} 处")

    # Going from change to change

    def step(self, by: int) -> None:
        """The next change, or the one before; round at the ends."""
        if self.rows and self.isVisible():
            start = self._first - 1 if self._at < 0 and by > 0 else self._at
            self.go_to((max(start, -1) + by) % len(self.rows))

    def go_to(self, number: int) -> None:
        """Show a change (from 0)."""
        if not 0 <= number < len(self.rows):
            return
        self._at = number
        first = number - number % ROWS_AT_ONCE
        if first != self._first:
            self._set(first)
        else:
            self._point()

    def current(self) -> int:
        """The change that was gone to last, -1 before that."""
        return self._at

    def _point(self) -> None:
        self.browser.scrollToAnchor(anchor(self._at))
        cursor = self._cursor_at(anchor(self._at))
        if cursor is not None:
            self.browser.setTextCursor(cursor)
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(color("accent_soft"))  # type: ignore[attr-defined]
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # type: ignore[attr-defined]
            mark.cursor = cursor  # type: ignore[attr-defined]
            self.browser.setExtraSelections([mark])
        self._tell()

    def _cursor_at(self, name: str) -> QTextCursor | None:
        block = self.browser.document().begin()
        while block.isValid():
            at = block.begin()
            while not at.atEnd():
                if name in at.fragment().charFormat().anchorNames():
                    cursor = QTextCursor(block)
                    cursor.setPosition(at.fragment().position())
                    return cursor
                at += 1
            block = block.next()
        return None

    def _follow(self, url: QUrl) -> None:
        target = url.toString()
        if target.startswith(DOOR):
            self.wanted.emit(self.rows[int(target.removeprefix(DOOR))].door)
