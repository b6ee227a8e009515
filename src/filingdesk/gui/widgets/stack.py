"""Several widgets in one place, of which one is shown."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget


class SnugStack(QWidget):
    """Like `QStackedWidget`, but as large as the widget that is shown and not as the largest of all: an empty state is no
    taller than its words. (Overriding the hints would not do: a layout asks the stack's own layout for heights.)
    """

    currentChanged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._shown: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, widget: QWidget) -> int:
        """Put a widget at the end; gives its place. The first one is shown."""
        return self.insertWidget(len(self._widgets), widget)

    def insertWidget(self, place: int, widget: QWidget) -> int:
        """Put a widget at a place among the others."""
        self._widgets.insert(place, widget)
        self._column.addWidget(widget)
        widget.setVisible(self._shown is None)
        if self._shown is None:
            self._shown = widget
        return place

    def removeWidget(self, widget: QWidget) -> None:
        """Take a widget out; it stays the stack's child."""
        self._widgets.remove(widget)
        self._column.removeWidget(widget)
        widget.hide()
        if self._shown is widget:
            self._shown = None
            if self._widgets:
                self.setCurrentWidget(self._widgets[0])

    def count(self) -> int:
        return len(self._widgets)

    def widget(self, place: int) -> QWidget:
        return self._widgets[place]

    def currentWidget(self) -> QWidget | None:
        return self._shown

    def currentIndex(self) -> int:
        return self._widgets.index(self._shown) if self._shown is not None else -1

    def setCurrentIndex(self, place: int) -> None:
        self.setCurrentWidget(self._widgets[place])

    def setCurrentWidget(self, widget: QWidget) -> None:
        if widget is self._shown:
            return
        before, self._shown = self._shown, widget
        if before is not None:
            before.hide()
        widget.show()
        self.currentChanged.emit(self._widgets.index(widget))
