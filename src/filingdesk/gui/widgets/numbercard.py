"""A card with one big number; a click opens what stands behind it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout

from filingdesk.gui.theme import Space, figures, ui_font
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import ElidedLabel, set_look


class NumberCard(Card):
    """A big number with a line above and below; a click opens what stands behind it."""

    pressed = Signal()

    def __init__(self, title: str, tone: str) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("door", "true")
        self._tone = tone
        self._title = title
        self.body.setSpacing(0)
        self.heading = ElidedLabel(title, "muted")
        self.body.addWidget(self.heading)
        self.number = ElidedLabel("–", "number")
        self.number.setFont(figures(ui_font(28, bold=True)))
        self.body.addWidget(self.number)
        self.note = ElidedLabel("", "muted")
        self.note_row = QHBoxLayout()
        self.note_row.setSpacing(Space.XS)
        self.note_row.addWidget(self.note)
        self.body.addLayout(self.note_row)

    def show_number(self, value: str, note: str, *, alarming: bool) -> None:
        """Another number; an alarming one wears the card's tone."""
        self.number.setText(value)
        self.note.setText(note)
        set_look(self.number, tone=self._tone if alarming else "")
        self.setAccessibleName(f"{self._title} {value} {note}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)
