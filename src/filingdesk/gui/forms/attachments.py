"""The editor of attachments: add by dialog, by drag and drop or by pasting a screenshot; list, open, remove."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta
from filingdesk.domain.values import parse_attachment
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import IconPicture
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look

DIALOG_FILTER = "常用材料 (*.pdf *.png *.jpg *.jpeg *.docx *.xlsx *.doc *.xls *.wps *.et *.txt *.csv *.json *.zip);;所有文件 (*)"


def size_words(size: int) -> str:
    """A size in bytes as people say it."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


class _AddButton(QPushButton):
    """The button that takes the focus for the whole editor."""

    def __init__(self, owner: "AttachmentsEditor") -> None:
        super().__init__("添加文件…")
        self._owner = owner
        self.setIcon(icon("attach"))
        self.setIconSize(QSize(14, 14))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._owner.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._owner.paste()
            return
        super().keyPressEvent(event)


class AttachmentsEditor(Editor):
    """A list of references `NAME#HASH16` at a storage key; adding and removing go through the desk at once."""

    stretches = True

    def __init__(self, desk: Desk, key: str, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key, self._meta = desk, key, meta
        self._references: list[str] = []
        self._read_only = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XXS)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._zone = QFrame()
        self._zone.setProperty("role", "dropZone")
        self._zone.setMaximumWidth(460)
        row = QHBoxLayout(self._zone)
        row.setContentsMargins(6, 5, 10, 5)
        self._add = _AddButton(self)
        self._add.clicked.connect(self.choose)
        row.addWidget(self._add)
        row.addWidget(label("或把文件拖到这里，截图可 Ctrl+V 粘贴", "muted"), 1)
        column.addWidget(self._zone)
        self.setAcceptDrops(True)
        self.setFocusProxy(self._add)

    def value(self) -> list[str]:
        return list(self._references)

    def show_value(self, value: Value) -> None:
        references = [value] if isinstance(value, str) and value else list(value)
        if references == self._references:
            return
        self._references = references
        empty(self._list)
        for reference in references:
            self._list.addWidget(self._line(reference))

    def target(self) -> QWidget:
        return self._add

    def set_label(self, text: str) -> None:
        self._add.setAccessibleName(f"{text}：添加文件")

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._zone.setVisible(not read_only)
        self.setAcceptDrops(not read_only)

    def set_invalid(self, invalid: bool) -> None:
        set_look(self._zone, invalid="true" if invalid else "false")

    def _line(self, reference: str) -> QWidget:
        attachment = parse_attachment(reference)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(4, 2, 0, 2)
        row.setSpacing(Space.XS)
        row.addWidget(IconPicture("file", 16, "secondary"))
        name = ElidedLabel(attachment.name, mode=Qt.TextElideMode.ElideMiddle)
        row.addWidget(name)
        size = self._desk.attachment_size(attachment.digest)
        row.addWidget(
            label(
                size_words(size) if size is not None else "文件缺失",
                "muted",
                tone="" if size is not None else "blocker",
            )
        )
        for picture, words, act in (
            ("open", "打开", lambda: self._desk.open_attachment(reference)),
            ("trash", "移除", lambda: self._remove(reference)),
        ):
            button = QToolButton()
            button.setIcon(icon(picture))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words)
            button.setAccessibleName(f"{words}：{attachment.name}")
            button.clicked.connect(lambda _checked=False, act=act: act())
            button.setEnabled(picture == "open" or not self._read_only)
            row.addWidget(button)
        row.addStretch(1)
        return line

    def choose(self) -> None:
        """Ask for files."""
        files, _filter = QFileDialog.getOpenFileNames(
            self, f"添加{self._meta.label}", self._desk.folder(), DIALOG_FILTER
        )
        self.add([Path(file) for file in files])

    def add(self, files: list[Path]) -> None:
        """Take files into the project and list them."""
        if files and not self._read_only:
            self._desk.attach(self._key, files)
            self.show_value(self._desk.value(self._key))

    def paste(self) -> None:
        """Take a picture or files from the clipboard."""
        clipboard = QApplication.clipboard()
        mime = clipboard.mimeData()
        if mime is not None and mime.hasUrls():
            self.add(_files_of(mime))
            return
        image = clipboard.image()
        if not image.isNull():
            self._desk.attach_image(self._key, image)
            self.show_value(self._desk.value(self._key))

    def _remove(self, reference: str) -> None:
        rest = [other for other in self._references if other != reference]
        if self._desk.commit(self._key, rest):
            self.show_value(self._desk.value(self._key))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_of(event.mimeData()):
            event.acceptProposedAction()
            set_look(self._zone, over="true")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_look(self._zone, over="false")

    def dropEvent(self, event: QDropEvent) -> None:
        set_look(self._zone, over="false")
        event.acceptProposedAction()
        self.add(_files_of(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)


def _files_of(mime: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
