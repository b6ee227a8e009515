"""A list of records as cards that open in place: add, duplicate, move, remove; one card holds the form of one record."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from filingdesk.domain.conditions import holds
from filingdesk.domain.meta import NO, YES, Kind
from filingdesk.domain.specs import FieldSpec, ListSpec
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.paste import copy_header, paste_rows
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.dot import ProgressDot
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look

SUMMARY_WORDS = 3
BodyMaker = Callable[[QVBoxLayout, str], None]
"""Fills a layout with the form of the record at a storage key."""


AT_ONCE = 25
"""Cards shown at once; the others wait behind a button, for a list of two hundred would hold up the window."""
SHORT_HELP = 18
"""Characters of help that fit beside the name of a list on a small screen; longer ones stand below, wrapped."""


class _Head(QFrame):
    """The line of a record: a press anywhere opens or closes it."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "recordHead")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)


class RecordCard(QFrame):
    """One record; its form is built when it is first opened."""

    def __init__(self, view: "RecordsView", identity: str, *, nested: bool) -> None:
        super().__init__()
        self.setProperty("role", "subCard" if nested else "card")
        self.view, self.identity = view, identity
        self.key = f"{view.key}[#{identity}]"
        self._open = False
        self._built = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.head = _Head()
        self.head.pressed.connect(lambda: self.set_open(not self._open))
        row = QHBoxLayout(self.head)
        row.setContentsMargins(Space.S, 5, Space.XS, 5)
        row.setSpacing(Space.XS)
        self._arrow = QToolButton()
        self._arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._arrow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._arrow.setAccessibleName("展开或折叠")
        self._arrow.setIcon(icon("chevron-right"))
        self._arrow.setIconSize(QSize(14, 14))
        row.addWidget(self._arrow)
        self._dot = ProgressDot()
        row.addWidget(self._dot)
        self._title = ElidedLabel("", "section")
        row.addWidget(self._title)
        self._badge = Badge("", "blocker", pill=True)
        row.addWidget(self._badge)
        self._summary = ElidedLabel("", "muted")
        row.addWidget(self._summary)
        row.addStretch(1)
        self._buttons: list[QToolButton] = []
        for picture, words, act in (
            ("arrow-up", "上移", lambda: view.move_record(identity, -1)),
            ("arrow-down", "下移", lambda: view.move_record(identity, 1)),
            ("copy", "复制一份", lambda: view.duplicate(identity)),
            ("trash", "删除", lambda: view.remove(identity)),
        ):
            button = QToolButton()
            button.setIcon(icon(picture))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
            self._buttons.append(button)
        outer.addWidget(self.head)
        self._body = QWidget()
        self._body.hide()
        outer.addWidget(self._body)

    def is_open(self) -> bool:
        """Whether the form is shown."""
        return self._open

    def set_open(self, opened: bool) -> None:
        """Show or hide the form."""
        if opened and not self._built:
            column = QVBoxLayout(self._body)
            column.setContentsMargins(Space.L, 0, Space.L, Space.M)
            column.setSpacing(Space.XXS)
            self.view.make_body(column, self.key)
            self._built = True
        self._open = opened
        self._body.setVisible(opened)
        self._arrow.setIcon(icon("chevron-down" if opened else "chevron-right"))
        set_look(self._title, role="cardTitle" if opened else "section")
        self._name_head()

    def update_head(self, number: int, first: bool, last: bool) -> None:
        """Say number, name and state of the record."""
        spec, desk = self.view.spec, self.view.desk
        name = desk.value(f"{self.key}.{spec.meta.title}")
        text = f"{spec.meta.item} {number}" + (f" · {name}" if name else "")
        self._title.setText(text)
        self._dot.set_fraction(desk.fraction_below(self.key))
        count = desk.finding_count_below(self.key)
        self._badge.set_text(f"{count} 项问题")
        self._badge.setVisible(bool(count))
        self._summary.setText(self._summarize())
        read_only = desk.read_only
        for button, enabled in zip(self._buttons, (not first, not last, True, True), strict=True):
            button.setEnabled(enabled and not read_only)
            button.setAccessibleName(f"{button.toolTip()}:{text}")
        self._name_head()

    def _summarize(self) -> str:
        """The choices made in the record, so that a closed list reads like a table."""
        words = []
        for child in self.view.spec.children:
            if (
                isinstance(child, FieldSpec)
                and child.meta.kind in (Kind.CHOICE, Kind.DATE)
                and not child.meta.personal
            ):
                value = self.view.desk.value(f"{self.key}.{child.name}")
                if isinstance(value, str) and value and value not in (YES, NO):
                    words.append(value)
        return " · ".join(words[:SUMMARY_WORDS])

    def _name_head(self) -> None:
        state = "已展开" if self._open else "已收起"
        self.head.setAccessibleName(f"{self._title.text()},{state}，回车切换")


class RecordsView(QWidget):
    """The list at a storage key. `make_body` builds the form of one record; `dropped` names keys whose rows are gone."""

    def __init__(
        self,
        desk: Desk,
        spec: ListSpec,
        key: str,
        make_body: BodyMaker,
        dropped: Callable[[str], None],
        *,
        nested: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.spec, self.key, self.make_body = desk, spec, key, make_body
        self._dropped = dropped
        self._nested = nested
        self._shown = True
        self._cards: dict[str, RecordCard] = {}
        self._limit = AT_ONCE
        self._called: set[str] = set()  # shown though they stand behind the limit: somebody was led there
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, Space.XXS if nested else Space.XS, 0, 0)
        outer.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(label(spec.meta.label, "section" if nested else "cardTitle"))
        self._count = label("", "muted")
        head.addWidget(self._count)
        short = len(spec.meta.help) <= SHORT_HELP
        if short:
            head.addWidget(label(spec.meta.help, "muted"))
        head.addStretch(1)
        self.add_button = QPushButton(f"添加{spec.meta.item}")
        self.add_button.setIcon(icon("plus"))
        self.add_button.setIconSize(QSize(14, 14))
        self.add_button.setAccessibleName(f"添加{spec.meta.item}")
        self.add_button.clicked.connect(self.add)
        self.paste_button = QPushButton("粘贴表格")
        self.paste_button.setAccessibleName(f"粘贴表格：{spec.meta.label}")
        self.paste_button.setToolTip("把 Excel、WPS 里复制的行放进来（在列表上按 Ctrl+V）")
        menu = QMenu(self.paste_button)
        menu.addAction("放入复制的行…").triggered.connect(self.paste)
        menu.addAction("复制表头，到表格里填").triggered.connect(lambda: copy_header(desk, key))
        self.paste_button.setMenu(menu)
        head.addWidget(self.paste_button)
        head.addWidget(self.add_button)
        outer.addLayout(head)
        if not short:
            outer.addWidget(label(spec.meta.help, "muted", wrap=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        outer.addLayout(self._list)
        self.more_button = QPushButton("", self)
        self.more_button.setProperty("role", "link")
        self.more_button.clicked.connect(lambda _checked=False: self.show_more())
        self.more_button.hide()
        outer.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._empty = label(
            f"还没有{spec.meta.label}。点「添加{spec.meta.item}」开始填写。", "muted", wrap=True
        )
        self._empty.setContentsMargins(Space.XXS, Space.XS, 0, Space.S)
        outer.addWidget(self._empty)
        self.sync()
        if len(self._cards) == 1 and not nested:
            next(iter(self._cards.values())).set_open(True)
        self.refresh_heads()

    def ids(self) -> list[str]:
        """The records, in order, as the facts have them."""
        return self.desk.record_ids(self.key)

    def cards(self) -> list[RecordCard]:
        """The cards in order."""
        return [self._cards[identity] for identity in self.ids() if identity in self._cards]

    def sync(self) -> None:
        """Make the cards follow the facts: new ones, gone ones, another order."""
        ids = self.ids()
        shown = self._shown_of(ids)
        for identity in [known for known in self._cards if known not in shown]:
            card = self._cards.pop(identity)
            self._dropped(card.key)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, identity in enumerate(shown):
            card_or_none = self._cards.get(identity)
            if card_or_none is None:
                card_or_none = self._cards[identity] = RecordCard(self, identity, nested=self._nested)
                self._list.insertWidget(place, card_or_none)
            elif self._list.indexOf(card_or_none) != place:
                self._list.removeWidget(card_or_none)
                self._list.insertWidget(place, card_or_none)
        self._empty.setVisible(not ids)
        self._count.setText(f"{len(ids)} 项" if ids else "")
        hidden = len(ids) - len(shown)
        self.more_button.setText(f"再显示 {min(hidden, AT_ONCE)} 项（还有 {hidden} 项没有列出）")
        self.more_button.setAccessibleName(self.more_button.text())
        self.more_button.setVisible(bool(hidden))
        self.add_button.setEnabled(not self.desk.read_only)
        self.paste_button.setEnabled(not self.desk.read_only)
        self.refresh_heads()
        self.refresh_visible()

    def _shown_of(self, ids: list[str]) -> list[str]:
        return [known for place, known in enumerate(ids) if place < self._limit or known in self._called]

    def show_more(self) -> None:
        """List some more of the records."""
        self._limit += AT_ONCE
        self.sync()

    def _call(self, identity: str) -> None:
        """Show a record wherever it stands in the list."""
        if identity not in self._cards and identity in self.ids():
            self._called.add(identity)
            self.sync()

    def refresh_visible(self) -> None:
        """Ask or do not ask, as the facts say."""
        if self.spec.meta.visible_when is not None:
            base = self.key.rpartition(".")[0]
            shown = holds(self.spec.meta.visible_when, self.desk.lookup, base)
            if shown != self._shown:  # never show a list that has no parent yet: it would become a window
                self._shown = shown
                self.setVisible(shown)

    def refresh_heads(self) -> None:
        """Numbers, names and states of all cards."""
        ids = self.ids()
        for number, identity in enumerate(ids, 1):
            card = self._cards.get(identity)
            if card is not None:
                card.update_head(number, number == 1, number == len(ids))

    def open_for(self, key: str) -> None:
        """Open the card that holds a key."""
        self._call(key.removeprefix(f"{self.key}[#").partition("]")[0])
        for card in self._cards.values():
            if key == card.key or key.startswith(f"{card.key}."):
                card.set_open(True)

    def add(self) -> None:
        """A new record at the end, opened, with the cursor in its first field."""
        identity = self.desk.add_record(self.key)
        if identity:
            self._call(identity)
            self.sync()
            self._cards[identity].set_open(True)
            self.desk.go_to(f"{self.key}[#{identity}].{self.spec.children[0].pattern.rpartition('.')[2]}")

    def paste(self) -> None:
        """Take rows that were copied in a spreadsheet, after a look at them."""
        if not self.desk.read_only and paste_rows(self.desk, self.key, self.window()):
            self.sync()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
            return
        super().keyPressEvent(event)

    def duplicate(self, identity: str) -> None:
        """A copy right behind the record."""
        made = self.desk.duplicate_record(self.key, identity)
        if made:
            self._call(made)
            self.sync()
            self._cards[made].set_open(True)

    def remove(self, identity: str) -> None:
        """Take the record away; undo brings it back."""
        if self.desk.remove_record(self.key, self.spec, identity):
            self.sync()

    def move_record(self, identity: str, by: int) -> None:
        """One place up (-1) or down (1)."""
        if self.desk.move_record(self.key, identity, by):
            self.sync()
