"""The form of the description of the architecture: a card for each part, made from the schema; entries open in place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from filingdesk.domain.architecture import Problem, pointer_text
from filingdesk.domain.json_lines import Pointer
from filingdesk.gui.icons import icon
from filingdesk.gui.pages.architecture_fields import FieldRow
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.disclosure import Disclosure
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.services import architecture_tree as trees
from filingdesk.services.architecture_tree import Field, Listing, Part, Tree

Change = Callable[[Tree], Tree]
AT_ONCE = 40
"""Entries shown at once; more come by a button."""
IN_VIEW, PAINTED_MS, PER_STEP, STEP_MS = 6, 80, 3, 15
"""Entries made before the form is shown; the time in which it is painted; entries made at each step after that. One is ten
widgets, and most lie below."""

Problems = Mapping[str, Sequence[Problem]]


def below(problems: Problems, place: Pointer) -> list[Problem]:
    """The problems at a place and inside it."""
    here = pointer_text(place)
    return [p for key, found in problems.items() if key == here or key.startswith(f"{here}/") for p in found]


class Parts(QWidget):
    """The fields and lists of one entry, or of the whole description."""

    def __init__(self, form: "ArchitectureForm", place: Pointer, parts: Sequence[Part]) -> None:
        super().__init__()
        self.form, self.place = form, place
        self.rows: dict[str, FieldRow] = {}
        self.lists: dict[str, EntryList] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.error = label("", "error", wrap=True, parent=self)
        self.error.hide()
        column.addWidget(self.error)
        for part in parts:
            if isinstance(part, Field):
                row = self.rows[part.key] = FieldRow(part, self)
                row.stored.connect(lambda words, part=part: self._stored(part, words))
                row.typed.connect(form.typed)
                column.addWidget(row)
            else:
                view = self.lists[part.key] = EntryList(form, part, partial(self.inside, part.key))
                column.addSpacing(Space.XS)
                column.addWidget(view)

    def inside(self, key: str) -> Pointer:
        """Where a part of this entry stands in the tree."""
        return (*self.place, key)

    def _stored(self, part: Field, words: str) -> None:
        name = trees.title_of(self.form.tree, self.place)
        where = f"{name}：{part.title}" if name else part.title
        self.form.change(lambda tree: self._put(tree, part, words), f"修改架构描述「{where}」")

    def _put(self, tree: Tree, part: Field, words: str) -> Tree:
        value: str | bool = words == "是" if part.kind == "flag" else words.strip()
        return trees.put(tree, (*self.place, part.key), value)

    def with_typed(self, tree: Tree) -> Tree:
        """The tree with what is being typed here and is not handed over yet."""
        for row in self.rows.values():
            if row.unsaved():
                tree = self._put(tree, row.field, row.words())
        for view in self.lists.values():
            tree = view.with_typed(tree)
        return tree

    def sync(self) -> None:
        """Show what the tree says now."""
        tree, problems = self.form.tree, self.form.problems
        for key, row in self.rows.items():
            known = trees.named(tree, row.field.refers) if row.field.refers else ()
            words = trees.words_at(tree, (*self.place, key))
            row.show_words("否" if row.field.kind == "flag" and not words else words, known)
            row.editor.set_read_only(self.form.read_only)
            row.show_problems(problems.get(pointer_text((*self.place, key)), ()))
        for view in self.lists.values():
            view.sync()
        own = problems.get(pointer_text(self.place), ()) if self.place else ()
        self.error.setText("；".join(f"{p.message}（第 {p.line} 行）" for p in own))
        self.error.setVisible(bool(own))

    def store(self) -> None:
        """Hand over whatever is still being typed."""
        for row in self.rows.values():
            row.store()
        for view in self.lists.values():
            view.store()


class Entry(QFrame):
    """One entry of a list: its head, and its fields once it is opened."""

    def __init__(self, view: "EntryList", index: int) -> None:
        super().__init__()
        self.setProperty("role", "subCard")
        self.view, self.index = view, index
        self.parts: Parts | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, 2, Space.XS, 2)
        self.line = Disclosure(view.part.item, self._fill)
        column.addWidget(self.line)
        self.title = ElidedLabel("", "section")
        self.line.head_row.addWidget(self.title, 1)
        self.badge = Badge("", "blocker", pill=True)
        self.line.head_row.addWidget(self.badge)
        self.buttons: list[QToolButton] = []
        for picture, words, act in (
            ("arrow-up", "上移", lambda: view.move_entry(self.index, -1)),
            ("arrow-down", "下移", lambda: view.move_entry(self.index, 1)),
            ("copy", "复制一份", lambda: view.duplicate(self.index)),
            ("trash", "删除", lambda: view.remove(self.index)),
        ):
            button = QToolButton()
            button.setIcon(icon(picture))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self.line.head_row.addWidget(button)
            self.buttons.append(button)

    @property
    def place(self) -> Pointer:
        """Where the entry stands in the tree."""
        return (*self.view.place(), self.index)

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, Space.XXS, Space.XS, Space.S)
        self.parts = Parts(self.view.form, self.place, self.view.part.parts)
        column.addWidget(self.parts)
        self.parts.sync()
        for view in self.parts.lists.values():
            view.grow(IN_VIEW)

    def sync(self, last: int) -> None:
        """Show what the tree says now."""
        form = self.view.form
        name = trees.title_of(form.tree, self.place)
        text = f"{self.view.part.item} {self.index + 1}" + (f" · {name}" if name else "")
        self.title.setText(text)
        found = below(form.problems, self.place)
        errors = sum(p.severity == "error" for p in found)
        self.badge.set_text(
            f"{errors} 处错误" if errors else f"{len(found)} 处提醒", "blocker" if errors else "warning"
        )
        self.badge.setVisible(bool(found))
        for button, usable in zip(self.buttons, (self.index > 0, self.index < last, True, True), strict=True):
            button.setEnabled(usable and not form.read_only)
            button.setAccessibleName(f"{button.toolTip()}：{text}")
        if self.parts is not None:
            self.parts.sync()


class EntryList(QWidget):
    """The entries of one list."""

    def __init__(self, form: "ArchitectureForm", part: Listing, place: Callable[[], Pointer]) -> None:
        super().__init__()
        self.form, self.part, self.place = form, part, place
        self._made: list[Entry] = []
        self._limit = AT_ONCE
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        self.nested = len(place()) > 1
        self.name = label(part.title, "section" if self.nested else "cardTitle", parent=self)
        head.addWidget(self.name)
        self.count = label("", "muted", parent=self)
        head.addWidget(self.count)
        head.addStretch(1)
        self.add_button = QPushButton(f"添加{part.item}")
        self.add_button.setIcon(icon("plus"))
        self.add_button.setIconSize(QSize(14, 14))
        self.add_button.setAccessibleName(f"添加{part.item}")
        self.add_button.clicked.connect(lambda _checked=False: self.add())
        head.addWidget(self.add_button)
        column.addLayout(head)
        if not self.nested:
            column.addWidget(label(part.help, "muted", wrap=True, parent=self))
        self.error = label("", "error", wrap=True, parent=self)
        self.error.hide()
        column.addWidget(self.error)
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XXS)
        column.addLayout(self._list)
        self.more_button = QPushButton("", self)
        self.more_button.setProperty("role", "link")
        self.more_button.clicked.connect(lambda _checked=False: self._more())
        column.addWidget(self.more_button)

    @property
    def entries(self) -> list[Entry]:
        """Those that are shown, in order; all of them are made by then."""
        self.grow(self._limit)
        return self._made

    def grow(self, most: int) -> int:
        """Make up to `most` of the entries that are not made yet; gives how many it made."""
        total = trees.entries(self.form.tree, self.place())
        missing = max(0, min(total, self._limit) - len(self._made))
        for _number in range(min(most, missing)):
            entry = Entry(self, len(self._made))
            self._made.append(entry)
            self._list.addWidget(entry)
            entry.sync(total - 1)
        return min(most, missing)

    def sync(self) -> None:
        """Show what the tree says now; entries stay as open as they were, place by place. Those to come are left to `grow`."""
        total = trees.entries(self.form.tree, self.place())
        shown = min(total, self._limit)
        while len(self._made) > shown:
            entry = self._made.pop()
            self._list.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        for entry in self._made:
            entry.sync(total - 1)
        self.count.setText(f"{total} 项" if total else "还没有")
        self.add_button.setEnabled(not self.form.read_only)
        self.more_button.setText(
            f"再显示 {min(AT_ONCE, total - shown)} 项（还有 {total - shown} 项没有列出）"
        )
        self.more_button.setVisible(total > shown)
        own = self.form.problems.get(pointer_text(self.place()), ())
        self.error.setText("；".join(f"{p.message}（第 {p.line} 行）" for p in own))
        self.error.setVisible(bool(own))
        self.form.grow_soon()

    def _more(self) -> None:
        self._limit += AT_ONCE
        self.sync()

    def store(self) -> None:
        """Hand over whatever is still being typed."""
        for entry in self._made:
            if entry.parts is not None:
                entry.parts.store()

    def with_typed(self, tree: Tree) -> Tree:
        """The tree with what is being typed in the entries that are open."""
        for entry in self._made:
            if entry.parts is not None:
                tree = entry.parts.with_typed(tree)
        return tree

    def nested_lists(self) -> list["EntryList"]:
        """The lists inside the entries that are open."""
        return [
            inner for entry in self._made if entry.parts is not None for inner in entry.parts.lists.values()
        ]

    def show_entry(self, index: int) -> Entry | None:
        """Open one entry, wherever it stands in the list."""
        if index >= trees.entries(self.form.tree, self.place()):
            return None
        if index >= self._limit:
            self._limit = index + 1
            self.sync()
        self.entries[index].line.set_open(True)
        return self.entries[index]

    def add(self) -> None:
        """One more at the end, opened, with the cursor in its name."""
        self.form.change(
            lambda tree: trees.add(tree, self.place()), f"架构描述：添加{self.part.item}", store_first=True
        )
        entry = self.show_entry(trees.entries(self.form.tree, self.place()) - 1)
        if entry is not None and entry.parts is not None:
            rows = entry.parts.rows
            next(row for key, row in rows.items() if key != "id").editor.target().setFocus()

    def remove(self, index: int) -> None:
        """Take one away; undo brings it back."""
        place = (*self.place(), index)
        self.form.change(
            lambda tree: trees.remove(tree, place), f"架构描述：删除{self.part.item}", store_first=True
        )

    def duplicate(self, index: int) -> None:
        """A copy right behind it."""
        place = (*self.place(), index)
        self.form.change(
            lambda tree: trees.duplicate(tree, place), f"架构描述：复制{self.part.item}", store_first=True
        )

    def move_entry(self, index: int, by: int) -> None:
        """One place up (-1) or down (1); whether it is open goes with it."""
        place = (*self.place(), index)
        ends = [self.entries[i] for i in (index, index + by) if i < len(self.entries)]
        states = [entry.line.is_open() for entry in ends]
        self.form.change(
            lambda tree: trees.move(tree, place, by), f"架构描述：移动{self.part.item}", store_first=True
        )
        for entry, opened in zip(ends, reversed(states), strict=True):
            entry.line.set_open(opened)


class ArchitectureForm(QScrollArea):
    """The whole form. `changed` tells the tree after an edit and what the edit is called; `typed` every key before that."""

    changed = Signal(object, str)
    typed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.tree: Tree = {}
        self.problems: Problems = {}
        self.read_only = False
        self._growing = QTimer(self)
        self._growing.timeout.connect(self._grow_on)
        inside = QWidget()
        inside.setProperty("role", "content")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Space.XS, 0)
        column.setSpacing(Space.S)
        fields = [part for part in trees.form() if isinstance(part, Field)]
        card = Card("基本信息")
        self.head = Parts(self, (), fields)
        card.body.addWidget(self.head)
        column.addWidget(card)
        self.lists: dict[str, EntryList] = {}
        for part in trees.form():
            if isinstance(part, Listing):
                view = self.lists[part.key] = EntryList(self, part, partial(self.head.inside, part.key))
                card = Card()
                card.setAccessibleName(part.title)
                card.body.addWidget(view)
                column.addWidget(card)
        column.addStretch(1)
        self.setWidget(inside)

    def show_tree(self, tree: Tree, problems: Sequence[Problem], *, read_only: bool) -> None:
        """Show another state of the description and what is wrong with it."""
        self.tree, self.read_only = tree, read_only
        found: dict[str, list[Problem]] = {}
        for problem in problems:
            found.setdefault(problem.pointer, []).append(problem)
        self.problems = found
        self.head.sync()
        for view in self.lists.values():
            view.sync()
        self._grow(IN_VIEW)

    def grow_soon(self) -> None:
        """Entries are to come: make them while nothing else happens."""
        if not self._growing.isActive():
            self._growing.start(PAINTED_MS)

    def _grow_on(self) -> None:
        self._growing.setInterval(STEP_MS)
        self._grow(PER_STEP)

    def _grow(self, most: int) -> None:
        for view in self._all_lists():
            most -= view.grow(most)
            if most <= 0:
                return
        self._growing.stop()

    def _all_lists(self) -> Iterator[EntryList]:
        waiting = list(self.lists.values())
        while waiting:
            view = waiting.pop(0)
            yield view
            waiting += view.nested_lists()

    def change(self, act: Change, words: str, *, store_first: bool = False) -> None:
        """Edit the tree and tell it."""
        if store_first:
            self.store()
        if not self.read_only:
            self.changed.emit(act(self.tree), words)

    def store(self) -> None:
        """Hand over whatever is still being typed."""
        self.head.store()
        for view in self.lists.values():
            view.store()

    def with_typed(self) -> Tree:
        """The tree with whatever is still being typed."""
        tree = self.head.with_typed(self.tree)
        for view in self.lists.values():
            tree = view.with_typed(tree)
        return tree

    def row_at(self, pointer: str) -> FieldRow | None:
        """The row of a place (`/models/0/name`), its entry opened; None when the form asks no such thing."""
        parts: Parts = self.head
        lists = self.lists
        steps = pointer.strip("/").split("/")
        while len(steps) > 1 and steps[0] in lists and steps[1].isdigit():
            entry = lists[steps[0]].show_entry(int(steps[1]))
            if entry is None or entry.parts is None:
                return None
            parts, lists, steps = entry.parts, entry.parts.lists, steps[2:]
        return parts.rows.get(steps[0]) if steps else next(iter(parts.rows.values()))
