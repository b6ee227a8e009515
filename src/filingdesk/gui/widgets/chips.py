"""Chips: short choices side by side, one or several, by mouse and by keyboard."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLayout, QLayoutItem, QSizePolicy, QWidget

from filingdesk.gui.theme import Space, color, ui_font


class Chip(QAbstractButton):
    """One choice: a rounded button that stays pressed."""

    HEIGHT = 26

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(ui_font())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 22, self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on, enabled = self.isChecked(), self.isEnabled()
        if on:
            fill, line, text = "accent_soft", "accent", "accent"
        else:
            fill, line, text = (
                ("hover" if self.underMouse() and enabled else "surface"),
                "control_border",
                "text",
            )
        if not enabled:
            line, text = "border", "muted"
        painter.setBrush(color(fill))
        painter.setPen(QPen(color("accent" if self.hasFocus() else line), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5) if self.hasFocus() else rect, 13, 13)
        painter.setPen(color(text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class FlowLayout(QLayout):
    """Lays its items out in lines like words."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # Asked again and again for one width while the layouts above settle.
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), apply=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, apply=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, apply: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if apply:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self._gap
            line = max(line, hint.height())
        return y + line - rect.y()


class ChipGroup(QWidget):
    """A set of chips; `changed` tells the chosen terms after a user's choice, never after `set_values`.

    Single choice: a second press on the chosen chip takes the choice back. A stored term that is not among the choices is
    shown as an extra chip: what was typed is kept.
    """

    changed = Signal(list)
    focus_left = Signal()

    def __init__(self, choices: Sequence[str], *, multiple: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._multiple = multiple
        self._choices = tuple(choices)
        self._chips: list[Chip] = []
        self._flow = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for term in choices:
            self._add(term)
        if self._chips:
            self.setFocusProxy(self._chips[0])

    def _add(self, term: str) -> Chip:
        chip = Chip(term, self)
        chip.clicked.connect(lambda checked, chip=chip: self._clicked(chip, checked))
        chip.installEventFilter(self)
        self._flow.addWidget(chip)
        self._chips.append(chip)
        return chip

    def set_label(self, label: str) -> None:
        """Names the group and every chip for a screen reader."""
        self.setAccessibleName(label)
        for chip in self._chips:
            chip.setAccessibleName(f"{label}:{chip.text()}")

    def chips(self) -> tuple[Chip, ...]:
        """The chips from left to right."""
        return tuple(self._chips)

    def values(self) -> list[str]:
        """The chosen terms in the order of the choices."""
        return [chip.text() for chip in self._chips if chip.isChecked()]

    def set_values(self, values: Iterable[str]) -> None:
        """Show these terms as chosen, without telling `changed`."""
        wanted = [value for value in values if value]
        known = {chip.text() for chip in self._chips}
        for value in wanted:
            if value not in known:
                chip = self._add(value)
                chip.setToolTip("不在可选项中，保留原来填写的内容")
                chip.show()
        for chip in self._chips:
            chip.setChecked(chip.text() in wanted)
        self.updateGeometry()

    def set_read_only(self, read_only: bool) -> None:
        """Chips that only show."""
        for chip in self._chips:
            chip.setEnabled(not read_only)

    def _clicked(self, chip: Chip, checked: bool) -> None:
        if not self._multiple and checked:
            for other in self._chips:
                if other is not chip:
                    other.setChecked(False)
        self.changed.emit(self.values())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(watched, Chip):
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(
                    Qt.Key(event.key())
                )
                if step:
                    index = (self._chips.index(watched) + step) % len(self._chips)
                    self._chips[index].setFocus(Qt.FocusReason.TabFocusReason)
                    return True
                if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    watched.click()
                    return True
            elif isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
                self.focus_left.emit()
        return False

    def minimumSizeHint(self) -> QSize:
        return QSize(80, Chip.HEIGHT + Space.XXS)
