"""A look round in five steps: a card beside the part it speaks of; Esc or 不看了 leaves it at once, the window stays usable."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.gui.theme import Size, Space, color
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, label

WIDTH = 340


@dataclass(frozen=True)
class Step:
    """One stop: what it says and, when asked, the part of the window it speaks of (None: not seen now)."""

    title: str
    text: str
    target: Callable[[], QWidget | None]


class _Ring(QWidget):
    """A line around the part that is spoken of; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("accent"), 2))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), Size.RADIUS, Size.RADIUS)


def _clear(size: QSize, room: QRect, area: QRect, spared: QRect) -> QPoint:
    """Where a card of this size hides least of what it speaks of (`area`) and of what is spared: beside it, below it, above it,
    else in a corner of the room."""
    gap, wide, high = Space.S, size.width(), size.height()
    middle = area.center().y() - high // 2
    right, low = room.right() - wide - gap, room.bottom() - high - gap
    places = (
        QPoint(area.right() + gap, middle),
        QPoint(area.left() - wide - gap, middle),
        QPoint(area.right() - wide, area.bottom() + gap),
        QPoint(area.left() + gap, area.top() - high - gap),
        QPoint(right, low),
        QPoint(gap, low),
        QPoint(right, gap),
    )

    def hidden(at: QPoint) -> int:
        card = QRect(at, size)
        covered = (card & area, card & spared)
        return sum(part.width() * part.height() for part in covered if not part.isEmpty())

    return min((at for at in places if room.contains(QRect(at, size))), key=hidden, default=room.topLeft())


class Tour(Card):
    """The card; `left` is sent once, when it is over or was left."""

    left = Signal()

    def __init__(self, steps: tuple[Step, ...], spared: Callable[[], QRect], parent: QWidget) -> None:
        """`spared` is a part of `parent` that no card should stand on: the title of the page."""
        super().__init__(parent=parent)
        self._steps = steps
        self._spared = spared
        self._at = 0
        self._over = False
        self.setProperty("role", "tour")
        self.setFixedWidth(WIDTH)
        self._ring = _Ring(parent)
        head = QHBoxLayout()
        self.title = label("", "cardTitle")
        head.addWidget(self.title, 1)
        self.number = label("", "muted")
        head.addWidget(self.number)
        self.words = Prose("", "")
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.leave_button = button("不看了", self.leave)
        self.leave_button.setToolTip("关闭（Esc）；以后可以从菜单“带我看一遍”再打开")
        self.back_button = button("上一步", lambda: self.step(-1))
        self.next_button = button("下一步", lambda: self.step(1))
        self.next_button.setProperty("role", "primary")
        row.addWidget(self.leave_button)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        column.addLayout(row)
        self.body.addLayout(column)
        parent.installEventFilter(self)

    def begin(self) -> None:
        """Show the first step."""
        self._at = 0
        self._show_step()
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """Go on or back; behind the last step the tour is over."""
        self._at += by
        if self._at >= len(self._steps):
            self.leave()
        else:
            self._at = max(self._at, 0)
            self._show_step()

    def leave(self) -> None:
        """Put it away."""
        if self._over:
            return
        self._over = True
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
        self._ring.hide()
        self._ring.deleteLater()
        self.hide()
        self.left.emit()
        self.deleteLater()

    def _show_step(self) -> None:
        step = self._steps[self._at]
        self.title.setText(step.title)
        self.number.setText(f"{self._at + 1} / {len(self._steps)}")
        self.words.setText(step.text)
        self.setAccessibleName(f"{step.title}。{step.text}")
        self.back_button.setEnabled(self._at > 0)
        last = self._at == len(self._steps) - 1
        self.next_button.setText("开始" if last else "下一步")
        self.next_button.setAccessibleName(self.next_button.text())
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self.adjustSize()
        self.resize(WIDTH, max(self.sizeHint().height(), self.heightForWidth(WIDTH)))
        target = self._steps[self._at].target()
        if target is None or not target.isVisible():
            self._ring.hide()
            self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
            return
        area = QRect(target.mapTo(parent, QPoint(0, 0)), target.size())
        self._ring.setGeometry(area)
        self._ring.show()
        self._ring.raise_()
        self.move(_clear(self.size(), parent.rect(), area, self._spared()))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self._over:
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
