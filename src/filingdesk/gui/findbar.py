"""Ctrl+F on a page: a small bar under it, Enter or F3 for the next hit, Shift for the one before, how many there are, Esc away."""

from bisect import bisect_left
from collections.abc import Hashable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget
from shiboken6 import isValid

from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import (
    PlaceSource,
    Source,
    TextSource,
    ViewSource,
    list_in,
    own_search,
    text_in,
)
from filingdesk.gui.icons import icon
from filingdesk.gui.page import Page
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.labels import ElidedLabel

SLICE = 2000
"""Lines looked through before the window may do something else."""


def find_in(page: Page, focus: QWidget | None, bar: "FindBar", desk: Desk) -> None:
    """Search a page: by its own box, which sees all; else what it offers, the list or the text on it by the bar."""
    from filingdesk.gui.pages.lazy_rows import LazyRows

    box, view, text = own_search(page), list_in(page, focus), text_in(page, focus, focused=True)
    offered = page.find_source()
    inside = focus is not None and view is not None and (view is focus or view.isAncestorOf(focus))
    if box is not None:
        box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        box.selectAll()
    elif offered is not None and not inside:
        bar.open_for(offered)
    elif text is not None:
        bar.open_for(TextSource(text))
    elif view is not None and view.model().rowCount():
        if isinstance(view.model(), LazyRows):
            desk.tell("这张表只载入看得到的部分，请用表上方的筛选来找。")
        else:
            bar.open_for(ViewSource(view))
    elif (text := text_in(page, focus, focused=False)) is not None:
        bar.open_for(TextSource(text))
    else:
        desk.tell("这一页没有列表。查找字段和页面请用 Ctrl+K。")


class FindBar(QFrame):
    """The bar. It searches the source it was opened for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drawer")
        self.setAccessibleName("在这一页查找")
        self._source: Source | None = None
        self._run = 0
        self._hits: list[int] = []
        self._searched: tuple[list[str], Hashable] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.XS)
        row.setSpacing(Space.XS)
        self.text = QLineEdit()
        self.text.setProperty("role", "search")
        self.text.setAccessibleName("在这一页查找")
        self.text.setMaximumWidth(320)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(lambda _text: self.step(0))
        row.addWidget(self.text, 1)
        self.previous = self._button("arrow-up", "上一处（Shift+F3）", -1)
        self.next = self._button("arrow-down", "下一处（F3）", 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        self.note = ElidedLabel("", "muted")
        row.addWidget(self.note, 2)
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

    def open_for(self, source: Source) -> None:
        """Search this source; the words of the last search stay, to be typed over."""
        if self._source is None or source.owner is not self._source.owner:
            source.owner.destroyed.connect(self._look_after)
        self._source, self._searched = source, None
        self.text.setPlaceholderText(source.words)
        self.note.setText("")
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    def leave(self) -> None:
        """Put the bar away; the cursor goes to where the search led."""
        self._run += 1
        self._end_without_owner()
        self.hide()
        if self._source is not None:
            self._source.leave()

    def close_unless(self, page: QWidget) -> None:
        """Another page is in front: the bar of the last one goes."""
        self._end_without_owner()
        owner = self._source.owner if self._source is not None else None
        if owner is None or not (owner is page or page.isAncestorOf(owner)):
            self._run += 1
            self._source = None
            self.hide()

    def _look_after(self) -> None:
        """Something that was searched is gone; perhaps it is what is searched now."""
        QTimer.singleShot(0, self, self._end_without_owner)

    def _end_without_owner(self) -> None:
        if self._source is not None and not isValid(self._source.owner):
            self._source = None
            self.hide()

    def step(self, by: int) -> None:
        """The next (`1`), previous (`-1`) or, while typing (`0`), the nearest line that holds the words."""
        self._run += 1
        words = self.text.text().casefold().split()
        self._end_without_owner()
        source = self._source
        if source is None or not words:
            self.note.setText("")
            return
        count = source.count()
        asked = (words, source.state())
        if asked == self._searched:
            self._go(by)
            return
        self._searched = None
        self._look(asked, [], 0, count, by, self._run)

    def _look(
        self, asked: tuple[list[str], Hashable], hits: list[int], at: int, count: int, by: int, run: int
    ) -> None:
        """Look through a slice of the lines, then let the window live, then the next."""
        source = self._source
        if (
            run != self._run or source is None or not isValid(source.owner) or source.state() != asked[1]
        ):  # the lines changed meanwhile
            return
        end = min(at + SLICE, count)
        hits += [line for line in range(at, end) if all(word in source.said(line) for word in asked[0])]
        if end == count:
            self._hits, self._searched = hits, asked
            self._go(by)
            return
        self.note.setText(f"正在查找…已有 {len(hits):,} 处")
        QTimer.singleShot(0, self, lambda: self._look(asked, hits, end, count, by, run))

    def _go(self, by: int) -> None:
        """Show the hit that a step leads to; round at the ends."""
        source, hits = self._source, self._hits
        if source is None:
            return
        if not hits:
            self.note.setText("没有找到")
            return
        here = source.current()
        start = max(here, 0) if by == 0 else here + by
        # The hit at or behind `start`; going back the last one not behind it.
        place = bisect_left(hits, start) if by >= 0 else bisect_left(hits, start + 1) - 1
        wrapped = not 0 <= place < len(hits)
        place %= len(hits)
        source.show(hits[place])
        # What was shown may have opened a record: that is no other text to search.
        self._searched = (self._searched[0], source.state()) if self._searched else None
        name = f"　{source.name(hits[place])}" if isinstance(source, PlaceSource) else ""
        round_ = "（从头继续）" if wrapped and by else ""
        self.note.setText(f"第 {place + 1:,} 处，共 {len(hits):,} 处{round_}{name}")

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
        return False
