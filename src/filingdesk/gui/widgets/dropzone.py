"""A place where files and folders are dropped or chosen."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import IconPicture
from filingdesk.gui.widgets.labels import label, set_look

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object


def local_files(event: QDropEvent) -> list[Path]:
    """The files and folders of this machine that are being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class TakesFiles(_Widget):
    """Joined with a page on which files may be dropped anywhere; the page says what becomes of them (`take_files`)."""

    def take_files(self, paths: list[Path]) -> None:
        """Files were dropped."""
        raise NotImplementedError

    def ready_for_files(self) -> bool:
        """Whether files may be dropped now."""
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.ready_for_files() and local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := local_files(event):
            event.acceptProposedAction()
            self.take_files(paths)


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
        if self.isEnabled() and local_files(event):
            event.acceptProposedAction()
            set_look(self, over="true")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_look(self, over="false")

    def dropEvent(self, event: QDropEvent) -> None:
        set_look(self, over="false")
        if paths := local_files(event):
            event.acceptProposedAction()
            self.dropped.emit(paths)
