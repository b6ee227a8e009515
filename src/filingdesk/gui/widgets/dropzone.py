"""A place where files and folders are dropped or chosen."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import IconPicture
from filingdesk.gui.widgets.labels import label, set_look


class DropZone(QFrame):
    """Says what can be dropped, with buttons for those who would rather choose; `dropped` tells the paths."""

    dropped = Signal(list)

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "dropZone")
        self.setAccessibleName(words)
        self.setAcceptDrops(True)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self.row.setSpacing(Space.XS)
        self.row.addWidget(IconPicture("inbox", 26))
        self.words = label(words, "secondary", wrap=True)
        self.row.addWidget(self.words, 1)

    def add_button(self, text: str) -> QPushButton:
        """A button at the right."""
        button = QPushButton(text)
        button.setAccessibleName(text)
        self.row.addWidget(button)
        return button

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.isEnabled() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            set_look(self, over="true")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_look(self, over="false")

    def dropEvent(self, event: QDropEvent) -> None:
        set_look(self, over="false")
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)
