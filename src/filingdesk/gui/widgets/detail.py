"""The card beside a list: what is selected there, in a column that scrolls."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState


class DetailCard(Card):
    """Each `begin` replaces what it says."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setMinimumWidth(width)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self.body.addWidget(self.area)

    def begin(self) -> QVBoxLayout:
        """An empty column in place of what was shown."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Space.XXS, 0)
        column.setSpacing(Space.XS)
        self.area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the card shows through
        return column

    def invite(self, title: str, text: str) -> None:
        """Nothing is selected: what would be seen here."""
        self.begin().addWidget(EmptyState(title, text, picture="search"))
