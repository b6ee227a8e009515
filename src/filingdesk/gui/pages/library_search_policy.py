"""Writing a policy card of one's own, or rewriting a shipped one."""

import json
from datetime import date

from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import cards


class PolicyDialog(Dialog):
    """Title, text, place, what to confirm, where it is from, its date."""

    asks_before_leaving = True

    def __init__(self, card: cards.Card | None, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = card.id if card else cards.new_id("", today)
        self._data: cards.PolicyData | None = None
        title = "修改政策卡片" if card else "新建政策卡片"
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label(title, "cardTitle"))
        outer.addWidget(
            Prose("卡片保存在本机、项目之外。没有向主管部门核实过的，不要勾选“已核实”。", "secondary")
        )
        form = QFormLayout()
        form.setSpacing(Space.S)
        self.title_line = self._line(form, "标题", card.title if card else "")
        self.region = self._line(form, "适用地方", card.region if card else "")
        self.text = self._box(form, "内容", card.text if card else "")
        self.todo = self._box(form, "要核实什么", card.todo if card else "")
        self.link = self._line(form, "出处", card.link_text if card else "")
        self.day = self._line(form, "消息日期", card.checked_on if card else today.isoformat())
        self._lines = (self.title_line, self.region, self.link, self.day)
        self._boxes = (self.text, self.todo)
        self.confirmed = QCheckBox("已向主管部门核实")
        self.confirmed.setChecked(bool(card and card.state == cards.CONFIRMED))
        form.addRow("", self.confirmed)
        outer.addLayout(form)
        self.told = label("", "error", wrap=True)
        outer.addWidget(self.told)
        buttons, self.ok = self.answers("保存", self._check)
        outer.addWidget(buttons)

    def typed(self) -> str:
        """All that is typed, for `type_again`."""
        lines = [line.text() for line in self._lines]
        return json.dumps([lines, [box.toPlainText() for box in self._boxes], self.confirmed.isChecked()])

    def type_again(self, typed: str) -> None:
        """Put back what was typed."""
        lines, boxes, confirmed = json.loads(typed)
        for line, text in zip(self._lines, lines, strict=True):
            line.setText(text)
        for box, text in zip(self._boxes, boxes, strict=True):
            box.setPlainText(text)
        self.confirmed.setChecked(confirmed)

    @staticmethod
    def _line(form: QFormLayout, name: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(name)
        form.addRow(name, line)
        return line

    @staticmethod
    def _box(form: QFormLayout, name: str, text: str) -> QPlainTextEdit:
        box = QPlainTextEdit(text)
        box.setAccessibleName(name)
        box.setTabChangesFocus(True)
        box.setFixedHeight(84)
        form.addRow(name, box)
        return box

    def _check(self) -> None:
        try:
            self._data = cards.make_policy(
                self._id,
                title=self.title_line.text(),
                text=self.text.toPlainText(),
                as_of=self.day.text(),
                region=self.region.text(),
                todo=self.todo.toPlainText(),
                link_text=self.link.text(),
                confirmed=self.confirmed.isChecked(),
            )
        except UserError as error:
            self.told.setText(error.message + error.hint)
            return
        self.accept()

    def data(self) -> cards.PolicyData | None:
        """The card; None until it is complete."""
        return self._data
