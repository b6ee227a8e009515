"""The problems drawer: what the self-check found, live; filtered, by page, walked with F8, mended where a mend is certain."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.drawer_rows import (
    Head,
    Problem,
    ProblemDelegate,
    ProblemModel,
    Sieve,
    kinds_shown,
)
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.chips import Chip
from filingdesk.gui.widgets.labels import label

if TYPE_CHECKING:  # the rules must not be loaded before the first paint
    from filingdesk.services.quickfixes import Fix

__all__ = ["Problem", "ProblemsDrawer"]

_HEAD, _EMPTY = 44, 100
_ROOMY = 880
"""Width from which the head has room for the hint on F8."""
Mends = Mapping[tuple[str, str], tuple["Fix", ...]]
"""(rule, fingerprint) → certain mends."""


class ProblemsDrawer(QFrame):
    """The drawer; `jump` leads to a problem, `waive` and `attest` ask for a dialog, `mend` asks to make a quick fix."""

    jump = Signal(object)
    waive = Signal(object)
    attest = Signal(object)
    mend = Signal(object)
    """A `Fix` that the user wants."""
    report_clicked = Signal()
    collapsed_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drawer")
        self.setAccessibleName("问题")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.XS)
        outer.setSpacing(Space.XXS)
        self._page = ""
        self._mends: Mends = {}
        self._problems: tuple[Problem, ...] = ()
        self._walked: tuple[str, str] | None = None
        self._walked_at = 0
        outer.addLayout(self._make_head())
        self.model = ProblemModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(ProblemDelegate(self.view, self._mend_first))
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("问题列表，回车跳到字段，左右键折叠或展开一页，Alt+回车修正")
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.clicked.connect(self._activated)
        self.view.activated.connect(self._activated)
        outer.addWidget(self.view, 1)
        self.empty = label("", "secondary")
        self.empty.setContentsMargins(0, Space.S, 0, Space.S)
        outer.addWidget(self.empty)
        outer.addStretch(0)
        self._collapsed = self._checking = False
        self._height: int = Size.DRAWER
        self.show_problems((), manual=0)

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(label("问题", "section"))
        self.blockers, self.warnings, self.manual, self.here = (
            self._chip(text, tip)
            for text, tip in (
                ("阻断 0", "只看阻断"),
                ("提醒 0", "只看提醒"),
                ("需人工 0", "看只能由人核查的项目"),
                ("本页", "只看这一页上的问题"),
            )
        )
        for chip in (self.blockers, self.warnings, self.manual, self.here):
            head.addWidget(chip)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("筛选问题")
        self.search.setAccessibleName("筛选问题")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(90)
        self.search.setMaximumWidth(180)
        self.search.textChanged.connect(lambda _text: self._sift())
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName("清除筛选")
        head.addWidget(self.search, 1)
        self.hint = label("F8 下一条", "muted")
        head.addWidget(self.hint)
        head.addStretch(1)
        self.unchecked = QPushButton()
        self.unchecked.setProperty("role", "link")
        self.unchecked.setToolTip("没有检查的规则和原因：不适用、只能由人判断、没有得出结论")
        self.unchecked.clicked.connect(self.report_clicked)
        head.addWidget(self.unchecked)
        self.toggle = QToolButton()
        self.toggle.setIcon(icon("chevron-down"))
        self.toggle.setAccessibleName("收起问题")
        self.toggle.setToolTip("收起或展开问题(Ctrl+J)")
        self.toggle.clicked.connect(lambda: self.set_collapsed(not self.collapsed()))
        head.addWidget(self.toggle)
        return head

    def _chip(self, text: str, tip: str) -> Chip:
        chip = Chip(text)
        chip.setToolTip(tip)
        chip.clicked.connect(lambda _checked: self._sift())
        return chip

    def show_problems(
        self, problems: Sequence[Problem], *, manual: int, checking: bool = False, unchecked: int = 0
    ) -> None:
        """Show these, which come in the order of walking, those of one page together; `manual` counts the items that only a
        person can check, `unchecked` all rules that gave no verdict."""
        current = self.current()
        self._problems = tuple(problems)
        for chip, name, number in (
            (self.blockers, "阻断", kinds_shown(problems, "blocker", "error")),
            (self.warnings, "提醒", kinds_shown(problems, "warning")),
            (self.manual, "需人工", manual),
        ):
            chip.setText(f"{name} {number}")
            chip.setAccessibleName(f"只看{name}，{number} 条")
            chip.updateGeometry()
        self.unchecked.setText(f"没有检查的 {unchecked}")
        self.unchecked.setAccessibleName(f"没有检查的 {unchecked} 条规则和原因")
        self.unchecked.setVisible(bool(unchecked))
        self._checking = checking
        self.model.set_items(self._with_mends())
        self._lay_out()
        self._select(current)

    def show_mends(self, mends: Mends) -> None:
        """Which problems have a quick fix."""
        if mends != self._mends:
            self._mends = mends
            current = self.current()
            self.model.set_items(self._with_mends())
            self._select(current)

    def mends_of(self, problem: Problem) -> "tuple[Fix, ...]":
        """The certain mends of a problem."""
        return self._mends.get((problem.rule, problem.fingerprint), ())

    def _with_mends(self) -> list[Problem]:
        return [
            replace(problem, mend=fixes[0].label) if (fixes := self.mends_of(problem)) else problem
            for problem in self._problems
        ]

    def show_page(self, key: str) -> None:
        """Another page is in front: what 本页 means."""
        self._page = key
        if self.here.isChecked():
            self._sift()

    def _sift(self) -> None:
        kinds: set[str] = set()
        kinds |= {"blocker", "error"} if self.blockers.isChecked() else set()
        kinds |= {"warning"} if self.warnings.isChecked() else set()
        kinds |= {"manual"} if self.manual.isChecked() else set()
        page = self._page if self.here.isChecked() else ""
        current = self.current()
        self.model.set_sieve(Sieve(frozenset(kinds), page, self.search.text()))
        self._lay_out()
        self._select(current)

    def show_only(self, kind: Literal["blocker", "warning"]) -> None:
        """Open, with only these listed and the cursor on the first."""
        self.search.clear()
        for chip in (self.blockers, self.warnings, self.manual, self.here):
            chip.setChecked(chip is (self.blockers if kind == "blocker" else self.warnings))
        if self._collapsed:
            self.set_collapsed(False)
        self._sift()
        if items := self.model.items():
            self._select(items[0])
        (self.view if items else self.toggle).setFocus(Qt.FocusReason.OtherFocusReason)

    def _select(self, problem: Problem | None) -> None:
        row = self.model.place_of(problem) if problem is not None else -1
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row))

    def current(self) -> Problem | None:
        """The problem that is selected."""
        index = self.view.currentIndex()
        row = self.model.row(index.row()) if index.isValid() else None
        return row if isinstance(row, Problem) else None

    def collapsed(self) -> bool:
        """Whether only the head is shown."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show only the head, or all."""
        self._collapsed = collapsed
        self._lay_out()
        self.toggle.setIcon(icon("chevron-up" if collapsed else "chevron-down"))
        self.toggle.setAccessibleName("展开问题" if collapsed else "收起问题")
        self.collapsed_changed.emit(collapsed)

    def fit(self, window_height: int) -> None:
        """Leave room for the page in a low window."""
        self._height = Size.DRAWER if window_height >= 800 else 124
        self._lay_out()

    def _lay_out(self) -> None:
        """The head alone, the head and a sentence, or the list: no higher than what there is to say."""
        some = bool(self.model.items())
        hidden = bool(self._problems) and not some
        self.view.setVisible(not self._collapsed and some)
        self.empty.setVisible(not self._collapsed and not some)
        if self._checking:
            self.empty.setText("正在自检…")
        elif hidden and self.model.sieve != Sieve():
            self.empty.setText("没有符合筛选的问题。")
        else:
            self.empty.setText("没有发现阻断和提醒。通过自查不等于通过审核。")
        # While a check runs the room is kept: what it finds would else push the page up.
        high = self._height if some or self._checking else _EMPTY
        self.setFixedHeight(_HEAD if self._collapsed else high)

    def step(self, by: int) -> None:
        """Walk to the next (`1`) or previous (`-1`) problem and jump there.

        When the problem last jumped to is gone (it was mended), the walk goes on from its place, it does not begin anew.
        """
        items = self.model.items()
        if not items:
            return
        current = self.current()
        identities = [problem.identity for problem in items]
        if current is not None and current.identity in identities:
            place = identities.index(current.identity) + by
        elif self._walked is None:
            place = 0 if by > 0 else len(items) - 1
        elif self._walked in identities:  # folded away meanwhile
            place = identities.index(self._walked) + by
        else:
            place = self._walked_at if by > 0 else self._walked_at - 1
        place %= len(items)
        chosen = items[place]
        self._walked, self._walked_at = chosen.identity, place
        self.model.open(chosen.page)
        self._select(chosen)
        self.jump.emit(chosen)

    def _activated(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if isinstance(row, Head):
            self._fold(row)
        else:
            identities = [problem.identity for problem in self.model.items()]
            self._walked, self._walked_at = row.identity, identities.index(row.identity)
            self.jump.emit(row)

    def _fold(self, head: Head) -> None:
        self.model.toggle(head.key)
        for number in range(self.model.rowCount()):
            row = self.model.row(number)
            if isinstance(row, Head) and row.key == head.key:
                self.view.setCurrentIndex(self.model.index(number))

    def _mend_first(self, problem: Problem) -> None:
        fixes = self.mends_of(problem)
        if fixes:
            self.mend.emit(fixes[0])

    def mend_current(self) -> bool:
        """Make the quick fix of the selected problem; False when it has none."""
        current = self.current()
        if current is None or not self.mends_of(current):
            return False
        self._mend_first(current)
        return True

    def _menu(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        row = self.model.row(index.row()) if index.isValid() else None
        if isinstance(row, Problem):
            self.menu_for(row).exec(self.view.viewport().mapToGlobal(point))

    def menu_for(self, problem: Problem) -> QMenu:
        """The context menu of one problem."""
        menu = QMenu(self)
        menu.addAction("跳到字段", lambda: self.jump.emit(problem))
        for fix in self.mends_of(problem):
            menu.addAction(f"修正：{fix.label}", lambda fix=fix: self.mend.emit(fix))
        if problem.kind == "manual":
            menu.addAction("人工核查…", lambda: self.attest.emit(problem))
        elif problem.kind != "error":
            menu.addAction("豁免并写明理由…", lambda: self.waive.emit(problem))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.setVisible(self.width() >= _ROOMY)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.view.currentIndex()
        row = self.model.row(index.row()) if index.isValid() else None
        key = event.key()
        if key == Qt.Key.Key_Menu and isinstance(row, Problem):
            place = self.view.visualRect(index).center()
            self.menu_for(row).exec(self.view.viewport().mapToGlobal(place))
        elif isinstance(row, Head) and (key, row.open) in (
            (Qt.Key.Key_Left, True),
            (Qt.Key.Key_Right, False),
        ):
            self._fold(row)
        else:
            super().keyPressEvent(event)
