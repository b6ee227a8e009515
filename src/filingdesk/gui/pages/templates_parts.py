"""Pieces of the page 模板: the faults below the editor, the picker of fields, the offer of an update, the guide."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from filingdesk.documents.faults import Fault
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.diffview import DiffView
from filingdesk.gui.widgets.labels import label
from filingdesk.infra.resources import resource_path
from filingdesk.services.template_fields import Field, search
from filingdesk.services.templates import Upstream

_ROW = 26
_MAX_ROWS = 4


class FaultList(QListWidget):
    """What is wrong, one row each; `picked` tells the fault whose row was chosen."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("模板里的错误，选中后跳到那一行")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._tell)
        self.itemActivated.connect(self._tell)
        self._faults: tuple[Fault, ...] = ()
        self.hide()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Show these; hidden when there are none."""
        self._faults = tuple(faults)
        self.clear()
        for fault in self._faults:
            where = f"{fault.file} 第 {fault.line} 行" if fault.line else fault.file
            row = QListWidgetItem(f"{where}　{fault.message.lstrip('：')}")
            row.setToolTip(f"{fault.message.lstrip('：')}。{fault.hint}")
            self.addItem(row)
        self.setFixedHeight(min(len(self._faults), _MAX_ROWS) * _ROW + 12)
        self.setVisible(bool(self._faults))

    def faults(self) -> tuple[Fault, ...]:
        """What is shown."""
        return self._faults

    def _tell(self, item: QListWidgetItem) -> None:
        self.picked.emit(self._faults[self.row(item)])


class FieldDialog(Dialog):
    """Fields by their Chinese names; `chosen` is the field that was taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("插入字段")
        self.setMinimumSize(520, 460)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chosen: Field | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self.line = QLineEdit()
        self.line.setPlaceholderText("输入字段的中文名称，例如 单位名称、产品 网址")
        self.line.setAccessibleName("查找字段")
        self.line.setProperty("role", "search")
        self.line.textChanged.connect(self._search)
        column.addWidget(self.line)
        self.rows = QListWidget()
        self.rows.setAccessibleName("字段")
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows.itemActivated.connect(lambda _item: self.accept())
        column.addWidget(self.rows, 1)
        self.none = label("没有找到。换一个词试试。", "muted", parent=self)
        column.addWidget(self.none)
        buttons, self.ok = self.answers("插入")
        column.addWidget(buttons)
        self._found: list[Field] = []
        self._search("")
        self.line.setFocus()

    def _search(self, words: str) -> None:
        self._found = search(words)
        self.rows.clear()
        for field in self._found:
            row = QListWidgetItem(field.trail)
            row.setToolTip(field.pattern)
            row.setSizeHint(QSize(0, Size.ROW))
            self.rows.addItem(row)
        if self._found:
            self.rows.setCurrentRow(0)
        self.none.setVisible(not self._found)
        self.ok.setEnabled(bool(self._found))

    def accept(self) -> None:
        place = self.rows.currentRow()
        if 0 <= place < len(self._found):
            self.chosen = self._found[place]
            super().accept()


class UpdateDialog(Dialog):
    """What changed in the shipped template, and three ways to go; `how` is blank while none was chosen."""

    def __init__(self, title: str, found: Upstream, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("自带模板有更新")
        self.setMinimumSize(760, 520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.how = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        if found.merged is not None:
            words = "下面是自带模板更新的内容。您改的是另外的行，可以合并。"
        else:
            places = "；".join(f"{name} 第 {spans[0][0]} 行" for name, spans in found.conflicts.items())
            words = f"下面是自带模板更新的内容。两边改了同样的地方（{places}），不能自动合并：可以先保留自己的，再对照着改。"
        column.addWidget(label(f"《{title}》", "cardTitle"))
        column.addWidget(label(words, "secondary", wrap=True))
        self.view = DiffView()
        self.view.show_changes(found.changes, "")
        column.addWidget(self.view, 1)
        row, merge = self.answers("合并", lambda: self._choose("merge"), no="以后再说")
        merge.setEnabled(found.merged is not None)
        self.buttons = {"merge": merge}
        for how, name in (("keep", "保留我的"), ("take", "采用自带的")):
            button = row.addButton(name, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(lambda _checked=False, how=how: self._choose(how))
            self.buttons[how] = button
        self.buttons["take"].setToolTip("放弃自己的修改，改用新的自带模板；可以撤销")
        column.addWidget(row)

    def _choose(self, how: str) -> None:
        self.how = how
        self.accept()


class GuideDialog(Dialog):
    """The guide to templates as it ships."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("模板说明")
        self.resize(820, 640)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self.view = QTextBrowser()
        self.view.setAccessibleName("模板说明")
        self.view.setOpenLinks(False)
        text = resource_path("guide", "templates.md").read_text(encoding="utf-8")
        self.view.document().setMarkdown(
            text,
            QTextDocument.MarkdownFeature.MarkdownDialectGitHub
            | QTextDocument.MarkdownFeature.MarkdownNoHTML,
        )
        self.view.document().setDocumentMargin(Space.M)
        self.view.moveCursor(QTextCursor.MoveOperation.Start)
        column.addWidget(self.view)
        close = QPushButton("关闭")
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
