"""The picker of fields: searched by Chinese label, copied as the placeholder to write into a Word form."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from filingdesk.documents.form_names import Field
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import forms

PAUSE_MS = 100
LIMIT = 2000
_HINTS = (
    '勾选题：{{ 勾选(算法类型) }} 印出全部选项；{{ 选中(算法类型, "生成合成类") }} 只印一个 ☑ 或 ☐。\n'
    "表格逐行：在一行里写 {%tr for 产品 in 产品列表 %}{{ 产品.产品名称 }} … {%tr endfor %}。\n"
    "有才写：单独一段 {% if 字段 %}，到单独一段 {% endif %} 为止。"
)


class FieldPicker(QWidget):
    """A box for words, the fields that match, and a button that copies how to write the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card("字段", "复制写法，粘到 Word 里")
        self.query = QLineEdit()
        self.query.setProperty("role", "search")
        self.query.setPlaceholderText("按中文名称查，例如：算法名称")
        self.query.setAccessibleName("查字段")
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(lambda _text: self._pause.start())
        self.query.returnPressed.connect(self.search)
        card.body.addWidget(self.query)
        columns = (
            Column[Field]("字段", lambda field: field.trail, 200),
            Column[Field]("写法", lambda field: field.placeholder),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "字段，回车复制写法")
        self.table.activated.connect(lambda _index: self.copy())
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _old: self._enable())
        card.body.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.count = label("", "muted")
        row.addWidget(self.count)
        row.addStretch(1)
        self.copy_button = QPushButton("复制写法")
        self.copy_button.setAccessibleName("复制选中字段的写法")
        self.copy_button.clicked.connect(lambda: self.copy())
        row.addWidget(self.copy_button)
        card.body.addLayout(row)
        card.body.addWidget(Prose(_HINTS, "small"))
        column.addWidget(card)
        self.search()

    def search(self) -> None:
        """Show the fields that match what is typed."""
        self._pause.stop()
        found = forms.find_fields(self.query.text(), LIMIT)
        self.model.show(found)
        self.count.setText(f"{len(found)} 个字段" if found else "没有找到，换个词试试")
        if found:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._enable()

    def copy(self) -> None:
        """Put how to write the chosen field into the clipboard."""
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            text = self.model.rows[row].placeholder
            QGuiApplication.clipboard().setText(text)
            self.count.setText(f"已复制 {text}")

    def _enable(self) -> None:
        self.copy_button.setEnabled(0 <= self.table.currentIndex().row() < len(self.model.rows))
