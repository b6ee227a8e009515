"""The problems drawer: what the self-check found, live; walks with F8, jumps to the field, offers to waive or to attest."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Size, Space, color, mono_font, ui_font
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.severity import WORDS, paint_severity

Index = QModelIndex | QPersistentModelIndex
_HEAD, _EMPTY = 44, 100


@dataclass(frozen=True)
class Problem:
    """One line of the drawer. `kind` is a severity or `manual`; `path` is where it leads, `place` says that in words."""

    kind: str
    rule: str
    message: str
    place: str
    path: str
    fix: str = ""
    fingerprint: str = ""

    def spoken(self) -> str:
        """The line as a screen reader says it."""
        return f"{WORDS.get(self.kind, self.kind)} {self.rule} {self.message} {self.place}".strip()


class ProblemModel(QAbstractListModel):
    """The problems in the order of walking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Problem, ...] = ()

    def items(self) -> tuple[Problem, ...]:
        """All lines."""
        return self._items

    def set_items(self, items: Sequence[Problem]) -> None:
        """Other lines; the view is reset only when they differ."""
        fresh = tuple(items)
        if fresh == self._items:
            return
        self.beginResetModel()
        self._items = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self._items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{item.message}\n怎么改：{item.fix}" if item.fix else item.message
        if role == Qt.ItemDataRole.UserRole:
            return item
        return None


class _ProblemDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 28)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        problem: Problem = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 0.5, 0, -0.5), Size.RADIUS, Size.RADIUS)
        middle = rect.center().y()
        paint_severity(painter, QRectF(rect.x() + 6, middle - 6.5, 14, 14), problem.kind)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        mono = mono_font(12)
        painter.setFont(mono)
        painter.setPen(color("muted"))
        rule_width = max(QFontMetrics(mono).horizontalAdvance("LM-CORPUS-000"), 92)
        rule = QFontMetrics(mono).elidedText(problem.rule, Qt.TextElideMode.ElideRight, rule_width)
        painter.drawText(QRect(rect.x() + 32, rect.y(), rule_width, rect.height()), flags, rule)
        small = ui_font(Size.SMALL)
        painter.setFont(small)
        place_width = min(QFontMetrics(small).horizontalAdvance(problem.place) + 4, rect.width() // 3)
        place_rect = QRect(rect.right() - place_width - 6, rect.y(), place_width, rect.height())
        place = QFontMetrics(small).elidedText(problem.place, Qt.TextElideMode.ElideLeft, place_width)
        painter.drawText(place_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, place)
        body = ui_font()
        painter.setFont(body)
        painter.setPen(color("text"))
        left = rect.x() + 32 + rule_width + Space.S
        text_rect = QRect(left, rect.y(), place_rect.left() - left - Space.S, rect.height())
        text = QFontMetrics(body).elidedText(problem.message, Qt.TextElideMode.ElideRight, text_rect.width())
        painter.drawText(text_rect, flags, text)
        painter.restore()


class ProblemsDrawer(QFrame):
    """The drawer; `jump` leads to a problem, `waive` and `attest` ask for a dialog."""

    jump = Signal(object)
    waive = Signal(object)
    attest = Signal(object)
    report_clicked = Signal()
    collapsed_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drawer")
        self.setAccessibleName("问题")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.XS)
        outer.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(label("问题", "section"))
        self.blockers = Badge("阻断 0", "blocker", pill=True)
        self.warnings = Badge("提醒 0", "warning", pill=True)
        head.addWidget(self.blockers)
        head.addWidget(self.warnings)
        self.hint = label("F8 下一条", "muted")
        head.addWidget(self.hint)
        head.addStretch(1)
        self.manual = QPushButton()
        self.manual.setProperty("role", "link")
        self.manual.setAccessibleName("需人工核查的项目")
        self.manual.clicked.connect(self.report_clicked)
        head.addWidget(self.manual)
        self.toggle = QToolButton()
        self.toggle.setIcon(icon("chevron-down"))
        self.toggle.setAccessibleName("收起问题")
        self.toggle.setToolTip("收起或展开问题(Ctrl+J)")
        self.toggle.clicked.connect(lambda: self.set_collapsed(not self.collapsed()))
        head.addWidget(self.toggle)
        outer.addLayout(head)
        self.model = ProblemModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_ProblemDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("问题列表，回车跳到字段")
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

    def show_problems(self, problems: Sequence[Problem], *, manual: int, checking: bool = False) -> None:
        """Show these; `manual` counts the items that only a person can check."""
        current = self.current()
        self.model.set_items(problems)
        blockers = sum(problem.kind in ("blocker", "error") for problem in problems)
        warnings = sum(problem.kind == "warning" for problem in problems)
        self.blockers.set_text(f"阻断 {blockers}")
        self.warnings.set_text(f"提醒 {warnings}")
        self.manual.setText(f"另有 {manual} 项需人工核查" if manual else "")
        self.manual.setVisible(bool(manual))
        self._checking = checking
        self._lay_out()
        self.empty.setText("正在自检…" if checking else "没有发现阻断和提醒。通过自查不等于通过审核。")
        if current is not None:
            same = [
                row
                for row, item in enumerate(problems)
                if (item.rule, item.path) == (current.rule, current.path)
            ]
            if same:
                self.view.setCurrentIndex(self.model.index(same[0]))

    def current(self) -> Problem | None:
        """The problem that is selected."""
        index = self.view.currentIndex()
        return self.model.items()[index.row()] if index.isValid() else None

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
        self.view.setVisible(not self._collapsed and some)
        self.empty.setVisible(not self._collapsed and not some)
        # While a check runs the room is kept: what it finds would else push the page up.
        high = self._height if some or self._checking else _EMPTY
        self.setFixedHeight(_HEAD if self._collapsed else high)

    def step(self, by: int) -> None:
        """Walk to the next (`1`) or previous (`-1`) problem and jump there.

        When the problem last jumped to is gone (it was mended), the walk goes on from its place, it does not begin anew.
        """
        count = self.model.rowCount()
        if not count:
            return
        index = self.view.currentIndex()
        row = (index.row() + by) % count if index.isValid() else (0 if by > 0 else count - 1)
        self.view.setCurrentIndex(self.model.index(row))
        self.jump.emit(self.model.items()[row])

    def _activated(self, index: QModelIndex) -> None:
        self.jump.emit(self.model.items()[index.row()])

    def _menu(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        if index.isValid():
            menu = self.menu_for(self.model.items()[index.row()])
            menu.exec(self.view.viewport().mapToGlobal(point))

    def menu_for(self, problem: Problem) -> QMenu:
        """The context menu of one problem."""
        menu = QMenu(self)
        menu.addAction("跳到字段", lambda: self.jump.emit(problem))
        if problem.kind == "manual":
            menu.addAction("人工核查…", lambda: self.attest.emit(problem))
        elif problem.kind != "error":
            menu.addAction("豁免并写明理由…", lambda: self.waive.emit(problem))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.current()
        if event.key() == Qt.Key.Key_Menu and current is not None:
            place = self.view.visualRect(self.view.currentIndex()).center()
            self.menu_for(current).exec(self.view.viewport().mapToGlobal(place))
            return
        super().keyPressEvent(event)
