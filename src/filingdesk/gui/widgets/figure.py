"""A number with its title above and a quiet line below, to stand in a row with others."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from filingdesk.gui.theme import figures, ui_font
from filingdesk.gui.widgets.labels import label, set_look


class Figure(QWidget):
    """Shows one number; a tone says how it is meant."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.heading = label(title, "muted")
        self.number = label("–")
        self.number.setFont(figures(ui_font(22, bold=True)))
        self.note = label("", "muted", wrap=True)
        for part in (self.heading, self.number, self.note):
            column.addWidget(part)
        column.addStretch(1)

    def show_figure(self, value: str, note: str = "", tone: str = "") -> None:
        """Another number, what is said below it, and its tone (`done`, `warning`, `blocker` or blank)."""
        self.number.setText(value)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        set_look(self.number, tone=tone)
        self.setAccessibleName(f"{self._title} {value} {note}".strip())
