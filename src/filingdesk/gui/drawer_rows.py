"""The lines of the problems drawer: problems under the page they are mended on, filtered and folded, and how a line is painted."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from filingdesk.gui.icons import paint_icon
from filingdesk.gui.theme import Size, Space, color, colors, mono_font, ui_font
from filingdesk.gui.widgets.severity import WORDS, paint_severity

Index = QModelIndex | QPersistentModelIndex
LINE = 28
FIX_WORD = "修正"


@dataclass(frozen=True)
class Problem:
    """One line of the drawer. `kind` is a severity or `manual`; `path` is where it leads, `place` says that in words; `page` and
    `page_title` are where it is mended. `mend` is what a quick fix does, blank when none is certain."""

    kind: str
    rule: str
    message: str
    place: str
    path: str
    fix: str = ""
    fingerprint: str = ""
    page: str = ""
    page_title: str = "其他"
    mend: str = ""

    def spoken(self) -> str:
        """The line as a screen reader says it."""
        mend = f"Alt+回车修正：{self.mend}" if self.mend else ""
        return f"{WORDS.get(self.kind, self.kind)} {self.rule} {self.message} {self.place} {mend}".strip()

    @property
    def identity(self) -> tuple[str, str]:
        """By which a problem is known again in the next report."""
        return self.rule, self.path


@dataclass(frozen=True)
class Head:
    """The line over the problems of one page."""

    key: str
    title: str
    blockers: int
    others: int
    open: bool

    def spoken(self) -> str:
        """The line as a screen reader says it."""
        return f"{self.title} {self.counts} {'已展开' if self.open else '已折叠'}"

    @property
    def counts(self) -> str:
        """阻断 3 · 其他 2."""
        parts = [f"阻断 {self.blockers}"] if self.blockers else []
        parts += [f"{'其他' if self.blockers else '共'} {self.others}"] if self.others else []
        return " · ".join(parts)


@dataclass(frozen=True)
class Sieve:
    """What of the problems is shown: `kinds` blank means all that need a mend; `page` blank means every page."""

    kinds: frozenset[str] = frozenset()
    page: str = ""
    text: str = ""

    def passes(self, problem: Problem) -> bool:
        """Is this one shown?"""
        wanted = problem.kind in self.kinds if self.kinds else problem.kind != "manual"
        if not wanted or (self.page and problem.page != self.page):
            return False
        said = f"{problem.rule} {problem.message} {problem.place} {problem.page_title}".casefold()
        return all(word in said for word in self.text.casefold().split())


class ProblemModel(QAbstractListModel):
    """The problems in the order of walking, each page under its head; folded pages keep their problems for the walk."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Problem, ...] = ()
        self._items: tuple[Problem, ...] = ()
        self._rows: tuple[Head | Problem, ...] = ()
        self._folded: set[str] = set()
        self.sieve = Sieve()

    def items(self) -> tuple[Problem, ...]:
        """The problems that pass the sieve, in the order of walking; folded ones too."""
        return self._items

    def everything(self) -> tuple[Problem, ...]:
        """All problems, whatever the sieve."""
        return self._all

    def row(self, number: int) -> Head | Problem:
        """One line."""
        return self._rows[number]

    def set_items(self, items: Sequence[Problem]) -> None:
        """Other problems; the view is reset only when the lines differ."""
        self._all = tuple(items)
        self._arrange()

    def set_sieve(self, sieve: Sieve) -> None:
        """Show another part."""
        self.sieve = sieve
        self._arrange()

    def toggle(self, key: str) -> None:
        """Fold or open the problems of a page."""
        self._folded ^= {key}
        self._arrange()

    def open(self, key: str) -> None:
        """Make sure the problems of a page are seen."""
        if key in self._folded:
            self.toggle(key)

    def place_of(self, problem: Problem) -> int:
        """The line of a problem; -1 when it is not shown."""
        return next(
            (
                n
                for n, r in enumerate(self._rows)
                if isinstance(r, Problem) and r.identity == problem.identity
            ),
            -1,
        )

    def _arrange(self) -> None:
        groups: dict[str, list[Problem]] = {}
        for problem in self._all:
            if self.sieve.passes(problem):
                groups.setdefault(problem.page, []).append(problem)
        rows: list[Head | Problem] = []
        for key, problems in groups.items():
            blockers = sum(p.kind in ("blocker", "error") for p in problems)
            is_open = key not in self._folded
            rows.append(Head(key, problems[0].page_title, blockers, len(problems) - blockers, is_open))
            rows += problems if is_open else []
        self._items = tuple(p for problems in groups.values() for p in problems)
        if tuple(rows) != self._rows:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.spoken()
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, Problem):
            return f"{item.message}\n怎么改：{item.fix}" if item.fix else item.message
        return None


class ProblemDelegate(QStyledItemDelegate):
    """Paints a line; a press on the word 修正 calls `on_fix` with the problem."""

    def __init__(self, view: QAbstractItemView, on_fix: Callable[[Problem], None]) -> None:
        super().__init__(view)
        self._on_fix = on_fix

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Head | Problem = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("row_hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 0.5, 0, -0.5), Size.RADIUS, Size.RADIUS)
        if isinstance(item, Head):
            _paint_head(painter, rect, item)
        else:
            _paint_problem(painter, rect, item)
        painter.restore()

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        item = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(event, QMouseEvent) and isinstance(item, Problem) and item.mend:
            inside = fix_rect(option.rect).contains(event.position().toPoint())  # type: ignore[attr-defined]
            if inside and event.button() == Qt.MouseButton.LeftButton:
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self._on_fix(item)
                return True
        return False


def fix_rect(rect: QRect) -> QRect:
    """Where the word 修正 stands in a line that has a quick fix."""
    width = QFontMetrics(ui_font(Size.SMALL)).horizontalAdvance(FIX_WORD) + 20
    return QRect(rect.right() - width - 4, rect.y() + 3, width, rect.height() - 6)


def _paint_head(painter: QPainter, rect: QRect, head: Head) -> None:
    paint_icon(
        painter,
        QRectF(rect.x() + 6, rect.center().y() - 6.5, 14, 14),
        "chevron-down" if head.open else "chevron-right",
        colors().secondary,
    )
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    font = ui_font(bold=True)
    painter.setFont(font)
    painter.setPen(color("text"))
    width = QFontMetrics(font).horizontalAdvance(head.title)
    painter.drawText(QRect(rect.x() + 26, rect.y(), width + 4, rect.height()), flags, head.title)
    painter.setFont(ui_font(Size.SMALL))
    painter.setPen(color("muted"))
    painter.drawText(rect.adjusted(26 + width + Space.S, 0, 0, 0), flags, head.counts)


def _paint_problem(painter: QPainter, rect: QRect, problem: Problem) -> None:
    left, middle = rect.x() + 24, rect.center().y()
    paint_severity(painter, QRectF(left, middle - 6.5, 14, 14), problem.kind)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    mono = mono_font(12)
    painter.setFont(mono)
    painter.setPen(color("muted"))
    rule_width = max(QFontMetrics(mono).horizontalAdvance("LM-CORPUS-000"), 92)
    rule = QFontMetrics(mono).elidedText(problem.rule, Qt.TextElideMode.ElideRight, rule_width)
    painter.drawText(QRect(left + 24, rect.y(), rule_width, rect.height()), flags, rule)
    small = ui_font(Size.SMALL)
    right = rect.right() - 6
    if problem.mend:
        button = fix_rect(rect)
        painter.setPen(color("accent"))
        painter.setBrush(color("accent_soft"))
        painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(small)
        painter.drawText(button, Qt.AlignmentFlag.AlignCenter, FIX_WORD)
        right = button.left() - Space.S
    painter.setFont(small)
    painter.setPen(color("muted"))
    # The page stands in the head already: only the field is said here.
    words = problem.place.removeprefix(f"{problem.page_title} › ")
    place_width = min(QFontMetrics(small).horizontalAdvance(words) + 4, rect.width() // 3)
    place_rect = QRect(right - place_width, rect.y(), place_width, rect.height())
    place = QFontMetrics(small).elidedText(words, Qt.TextElideMode.ElideLeft, place_width)
    painter.drawText(place_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, place)
    body = ui_font()
    painter.setFont(body)
    painter.setPen(color("text"))
    text_left = left + 24 + rule_width + Space.S
    text_rect = QRect(text_left, rect.y(), place_rect.left() - text_left - Space.S, rect.height())
    text = QFontMetrics(body).elidedText(problem.message, Qt.TextElideMode.ElideRight, text_rect.width())
    painter.drawText(text_rect, flags, text)


def kinds_shown(problems: Collection[Problem], *kinds: str) -> int:
    """How many are of these kinds."""
    return sum(problem.kind in kinds for problem in problems)
