"""A button with words that does one thing."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from filingdesk.gui.widgets.labels import set_look


def button(
    text: str, act: Callable[[], object], *, tip: str = "", name: str = "", role: str = ""
) -> QPushButton:
    """`name` is what a screen reader says, where the words alone do not tell; `role` is `primary`, `link` or blank."""
    made = QPushButton(text)
    made.setAccessibleName(name or text)
    made.setToolTip(tip)
    if role:
        made.setProperty("role", role)
    made.clicked.connect(lambda _checked=False: act())
    return made


class Door(QPushButton):
    """Words in a line of their own that lead somewhere; what finds no room is cut at the end and told in the tool tip."""

    def __init__(self, words: str, act: Callable[[], object], *, name: str) -> None:
        super().__init__(words)
        self._words = words
        self.setAccessibleName(name)
        set_look(self, role="rowLink", tone="accent")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda _checked=False: act())

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._words) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - 2)
        if shown != self.text():
            self.setText(shown)
            self.setToolTip(self._words if shown != self._words else "")
