"""A hit in its context: the words before and after run out of the hit, which stands in one column over all rows."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from filingdesk.gui.theme import Size, color, ui_font

Index = QModelIndex | QPersistentModelIndex
CONTEXT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""A model gives (before, hit, after, tone) under this role."""
_PAD = 3


class ContextDelegate(QStyledItemDelegate):
    """Paints a cell whose model gives `CONTEXT_ROLE`; others as usual."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        given = index.data(CONTEXT_ROLE)
        if given is None:
            super().paint(painter, option, index)
            return
        before, hit, after, tone = given
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("accent_soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("row_hover"))
        painter.setPen(color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(ui_font())
        metrics = QFontMetrics(ui_font())
        inside = rect.adjusted(6, 0, -6, 0)
        shown = metrics.elidedText(hit, Qt.TextElideMode.ElideMiddle, inside.width() // 2)
        wide = metrics.horizontalAdvance(shown)
        middle = Qt.AlignmentFlag.AlignVCenter
        at = inside.left() + int(inside.width() * 0.4) if before else inside.left() + _PAD
        at = min(at, inside.right() - wide - _PAD)
        left = QRect(inside.left(), rect.top(), max(at - _PAD - 1 - inside.left(), 0), rect.height())
        painter.setPen(color("secondary"))
        painter.drawText(
            left,
            middle | Qt.AlignmentFlag.AlignRight,
            metrics.elidedText(before, Qt.TextElideMode.ElideLeft, left.width()),
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(f"{tone}_soft"))
        ground = QRectF(at - _PAD, rect.center().y() - 9, wide + 2 * _PAD, 20)
        painter.drawRoundedRect(ground, 3, 3)
        painter.setPen(color(tone))
        painter.drawText(QRect(at, rect.top(), wide + 2, rect.height()), middle, shown)
        right = QRect(at + wide + _PAD + 1, rect.top(), 0, rect.height())
        right.setRight(inside.right())
        painter.setPen(color("secondary"))
        painter.drawText(right, middle, metrics.elidedText(after, Qt.TextElideMode.ElideRight, right.width()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(300, Size.ROW)
