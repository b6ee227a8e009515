"""The list in the small window for web forms: one line per place of the form, with its state as shape and word."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from filingdesk.gui.icons import paint_icon
from filingdesk.gui.theme import Size, Space, color, colors, ui_font
from filingdesk.services.webform import STATE_WORDS, State, Step

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
STEP_ROLE = int(Qt.ItemDataRole.UserRole) + 1
TONES: dict[State, str] = {"todo": "faint", "done": "done", "changed": "warning", "blank": "blocker"}


def paint_state(painter: QPainter, rect: QRectF, state: State) -> None:
    """A check mark, an exclamation mark, an open circle or a dash: the state of a step without colour alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tone = TONES[state]
    if state == "done":
        paint_icon(painter, rect, "check", getattr(colors(), tone))
    elif state == "todo":
        painter.setPen(QPen(color(tone), 1.4))
        painter.drawEllipse(rect.adjusted(2.5, 2.5, -2.5, -2.5))
    else:
        painter.setPen(color(tone))
        painter.setFont(ui_font(13, bold=True))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "!" if state == "changed" else "–")
    painter.restore()


class StepModel(QAbstractListModel):
    """Steps of a form, those that pass the filter."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.steps: Sequence[Step] = ()

    def show(self, steps: Sequence[Step]) -> None:
        """Show these; the same number of the same places is repainted, not reset."""
        if [step.key for step in steps] == [step.key for step in self.steps]:
            self.steps = steps
            if steps:
                self.dataChanged.emit(self.index(0), self.index(len(steps) - 1))
            return
        self.beginResetModel()
        self.steps = steps
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        step = self.steps[index.row()]
        if role == STEP_ROLE:
            return step
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{step.title}，{STATE_WORDS[step.state]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return step.title
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, Size.ROW)
        return None


class _StepDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        step: Step = index.data(STEP_ROLE)
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("accent_soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("row_hover"))
        paint_state(painter, QRectF(rect.left() + Space.XS, rect.center().y() - 8, 16, 16), step.state)
        font = ui_font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        left = rect.left() + Space.XS + 16 + Space.XS
        room = rect.right() - Space.XS - left
        words = metrics.elidedText(step.label, Qt.TextElideMode.ElideRight, int(room * 0.62))
        painter.setPen(color("text"))
        line = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), line, words)
        taken = metrics.horizontalAdvance(words) + Space.S
        small = ui_font(Size.SMALL)
        painter.setFont(small)
        painter.setPen(color("blocker" if step.state == "blank" else "muted"))
        tail = "还没填" if step.state == "blank" else " ".join(step.value.split())
        shown = QFontMetrics(small).elidedText(tail, Qt.TextElideMode.ElideRight, int(room - taken))
        end = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(QRectF(left + taken, rect.top(), room - taken, rect.height()), end, shown)


class StepList(QListView):
    """The list itself; it leaves every key to the window, whose keys mean the same wherever the cursor is."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = StepModel(self)
        self.setModel(self.steps)
        self.setItemDelegate(_StepDelegate(self))
        self.setProperty("role", "boxed")
        self.setAccessibleName("各项内容")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)  # the card above grew: the place one stands at stays in view
        self.scrollTo(self.currentIndex())
