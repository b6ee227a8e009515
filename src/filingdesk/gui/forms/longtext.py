"""The editor of several paragraphs: grows with its text, counts its characters."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.behaviour import LeavesUndo, TellsFocus
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.labels import label
from filingdesk.infra import settings as user_settings
from filingdesk.infra.preferences import PASTE
from filingdesk.services.formatting import plain_words
from filingdesk.services.rtf_paste import html_of
from filingdesk.services.word_paste import Pasted, from_html

FORMAT_HELP = (
    "打开后，文书按格式排这段文字：\n# 小标题　**加粗**\n- 列表　1. 编号　（下一级缩进三格）\n"
    "| 甲 | 乙 |　表格（第二行写 |---|---|）\n![图题](材料里的图片文件名)\n从 Word 粘贴会自动保留标题、列表和表格。"
)


class GrowingText(LeavesUndo, TellsFocus, QPlainTextEdit):
    """Several paragraphs; as high as its text needs, between three and sixteen lines. Tab leaves the field."""

    structured = Signal(object)
    """Text with headings, lists or tables was pasted; whoever listens decides what goes in."""
    MIN_LINES, MAX_LINES = 3, 16

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def _fit(self) -> None:
        lines = max(self.MIN_LINES, min(int(self.document().size().height()), self.MAX_LINES))
        height = lines * QFontMetrics(self.font()).lineSpacing() + 22
        if height != self.height():
            self.setFixedHeight(height)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if user_settings.preference(PASTE) == "plain" and source.hasText():
            super().insertFromMimeData(source)
            return
        html = source.html() if source.hasHtml() else ""
        rich = next((name for name in source.formats() if "rtf" in name or "Rich Text" in name), "")
        if not html and rich:
            html = html_of(bytes(source.data(rich).data()))
        pasted = from_html(html) if html else None
        if pasted is not None and pasted.structured:
            self.structured.emit(pasted)
            return
        super().insertFromMimeData(source)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A form is scrolled with the wheel; a text without the focus must not catch it.
        if self.hasFocus() and self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()


class TextEditor(Editor):
    """Several paragraphs with a line that counts the characters."""

    stretches = True
    format_changed = Signal(bool)
    """The user wants papers to read the marks of this text, or no longer."""
    pictures_left_out = Signal(int)

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self.text = GrowingText()
        self.text.textChanged.connect(self._changed)
        self.text.left.connect(self.finished)
        self.text.entered.connect(self.focused)
        column.addWidget(self.text)
        self._pictures: Callable[[], list[str]] = list
        self._formatted = False
        below = QHBoxLayout()
        below.setSpacing(Space.XXS)
        self._line = label("", "muted")
        below.addWidget(self._line, 1)
        self.picture_button = QToolButton(self)
        self.picture_button.setText("图片")
        self.picture_button.setToolTip("插入一张材料里的图片")
        self.picture_button.setAccessibleName("插入材料里的图片")
        self.picture_button.clicked.connect(lambda: self._picture_menu())
        self.picture_button.hide()
        below.addWidget(self.picture_button)
        self.format_button = QToolButton(self)
        self.format_button.setText("格式")
        self.format_button.setCheckable(True)
        self.format_button.setToolTip(FORMAT_HELP)
        self.format_button.setAccessibleName("按格式排这段文字")
        self.format_button.clicked.connect(self.format_changed)
        below.addWidget(self.format_button)
        column.addLayout(below)
        self.text.structured.connect(self._paste)
        self._usage = ""
        self._showing = False
        self._count()
        self.setFocusProxy(self.text)

    def value(self) -> str:
        return self.text.toPlainText()

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "\n".join(value)
        if text == self.text.toPlainText():
            return
        self._showing = True
        place = self.text.textCursor().position()
        self.text.setPlainText(text)
        cursor = self.text.textCursor()
        cursor.setPosition(min(place, len(text)) if self.text.hasFocus() else 0)
        self.text.setTextCursor(cursor)
        self._showing = False
        self._count()

    def target(self) -> QWidget:
        return self.text

    def set_read_only(self, read_only: bool) -> None:
        self.text.setReadOnly(read_only)
        self.format_button.setEnabled(not read_only)
        self.picture_button.setEnabled(not read_only)

    def set_formatted(self, on: bool) -> None:
        """Whether papers read the marks of this text; tells nobody."""
        if on != self._formatted:
            self._formatted = on
            self._count()
        self.format_button.setChecked(on)
        self.picture_button.setVisible(on)

    def set_pictures(self, ask: Callable[[], list[str]]) -> None:
        """Where the names of the pictures come from."""
        self._pictures = ask

    def insert_picture(self, name: str) -> None:
        """A picture on a line of its own; its caption is written between the brackets."""
        cursor = self.text.textCursor()
        before = "\n" if cursor.positionInBlock() else ""
        cursor.insertText(f"{before}![{name.rpartition('.')[0] or name}]({name})\n")
        self.text.setFocus()

    def _picture_menu(self) -> None:
        menu = QMenu(self)
        names = self._pictures()
        for name in names:
            menu.addAction(name, lambda name=name: self.insert_picture(name))
        if not names:
            menu.addAction("「材料与证据」里还没有图片").setEnabled(False)
        menu.popup(self.picture_button.mapToGlobal(QPoint(0, self.picture_button.height() + 2)))

    def _paste(self, pasted: Pasted) -> None:
        """Text from Word keeps its structure, unless the field holds words that were typed without marks."""
        if self._formatted or not self.text.toPlainText().strip():
            self.text.insertPlainText(pasted.text)
            if not self._formatted:
                self.finished.emit()  # the words are stored before how they are read
                self.format_changed.emit(True)
        else:
            self.text.insertPlainText(plain_words(pasted.text))
        if pasted.pictures:
            self.pictures_left_out.emit(pasted.pictures)

    def set_usage(self, text: str) -> None:
        self._usage = text
        self._count()

    def count_line(self) -> str:
        """The words under the text."""
        return self._line.text()

    def _changed(self) -> None:
        if not self._showing:
            self._count()
            self.edited.emit()

    def _count(self) -> None:
        typed = self.text.toPlainText()
        count = sum(not char.isspace() for char in (plain_words(typed) if self._formatted else typed))
        parts = [f"{count} 字 · 未公布字数上限，以系统提示为准"] if count else []
        if self._usage:
            parts.append(self._usage)
        self._line.setText(" · ".join(parts))
