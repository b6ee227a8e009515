"""The card that compares the company profile with this project and lets one choose what to take."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from filingdesk.domain.flat import Value
from filingdesk.domain.values import mask, parse_attachment
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import profile_exchange
from filingdesk.services.profile import Profile
from filingdesk.services.profile_exchange import Difference

Index = QModelIndex | QPersistentModelIndex


def told_value(difference: Difference, value: Value) -> str:
    """A value for people: file names of attachments, personal data masked."""
    parts = [value] if isinstance(value, str) else [parse_attachment(v).name for v in value]
    return "、".join(mask(p) if difference.personal else p for p in parts)


class _Choice(PlainRows[Difference]):
    """Differences with a box to tick in the first column."""

    def __init__(self, columns: tuple[Column[Difference], ...], parent: QWidget) -> None:
        super().__init__(columns, parent)
        self.ticked: set[str] = set()

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            on = self.rows[index.row()].key in self.ticked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        key = self.rows[index.row()].key
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self.ticked.add(key)
        else:
            self.ticked.discard(key)
        self.dataChanged.emit(index, index, [role])
        return True


class DifferencesCard(Card):
    """What the profile has and this project has not, or has otherwise. Blanks are ticked from the start, the others are not."""

    take_wanted = Signal(list)
    leave_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("与本项目的差别", "勾选要放入本项目的", parent)
        self._desk = desk
        self.offer = Prose("", "secondary")
        self.body.addWidget(self.offer)
        columns = (
            Column[Difference]("字段", lambda d: d.label, 290),
            Column[Difference]("本项目", lambda d: told_value(d, d.has) or "（空白）"),
            Column[Difference]("档案", lambda d: told_value(d, d.offers)),
            Column[Difference](
                "情况", lambda d: _state(d), 96, tone=lambda d: "warning" if d.kind == "differs" else ""
            ),
        )
        self.model = _Choice(columns, self)
        self.model.dataChanged.connect(lambda *_: self._count())
        self.table = table_view(self.model, columns, "与本项目的差别，空格勾选")
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.all_button = QPushButton("全选")
        self.none_button = QPushButton("全不选")
        self.blank_button = QPushButton("只选空白的")
        for button, act in (
            (self.all_button, lambda: self._tick(lambda _d: True)),
            (self.none_button, lambda: self._tick(lambda _d: False)),
            (self.blank_button, lambda: self._tick(lambda d: d.kind == "new")),
        ):
            button.setAccessibleName(button.text())
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
        self.told = label("", "muted")
        row.addWidget(self.told)
        row.addStretch(1)
        self.leave_button = QPushButton("保留差别，不再提示")
        self.leave_button.setAccessibleName(self.leave_button.text())
        self.leave_button.clicked.connect(lambda: self.leave_wanted.emit())
        row.addWidget(self.leave_button)
        self.take_button = QPushButton("放入本项目")
        self.take_button.setProperty("role", "primary")
        self.take_button.clicked.connect(lambda: self.take_wanted.emit(self.chosen()))
        row.addWidget(self.take_button)
        self.body.addLayout(row)

    def show_profile(self, profile: Profile) -> None:
        """Compare anew."""
        session = self._desk.session
        found = profile_exchange.compare(session, profile)
        offered = profile_exchange.newer(session, profile, found) if found else []
        new = {d.key for d in found if d.kind == "new"}
        known = {d.key for d in self.model.rows}
        self.model.ticked = {
            d.key for d in found if (d.key in self.model.ticked if d.key in known else d.key in new)
        }
        self.model.show(found)
        fit_rows(self.table, len(found), 10)
        same = not found
        words = "本项目与档案一致，没有可以放入的内容。"
        if found:
            words = f"档案有、本项目空白的 {len(new)} 处；两边不同的 {len(found) - len(new)} 处。"
            if offered:
                words += f"其中 {len(offered)} 处是本项目之后才在档案里填写或修改的。"
        self.offer.set_prose(words)
        self.table.setVisible(not same)
        for button in (self.all_button, self.none_button, self.blank_button, self.take_button):
            button.setVisible(not same)
        self.leave_button.setVisible(bool(offered))
        self._count()

    def chosen(self) -> list[Difference]:
        """What is ticked."""
        return [d for d in self.model.rows if d.key in self.model.ticked]

    def _tick(self, wanted: Any) -> None:
        self.model.ticked = {d.key for d in self.model.rows if wanted(d)}
        if self.model.rows:
            last = self.model.index(len(self.model.rows) - 1, 0)
            self.model.dataChanged.emit(self.model.index(0, 0), last, [])

    def _count(self) -> None:
        count = len(self.chosen())
        self.take_button.setEnabled(bool(count))
        self.take_button.setText(f"放入选中的 {count} 项" if count else "放入本项目")
        self.take_button.setAccessibleName(self.take_button.text())
        self.told.setText("")


def _state(difference: Difference) -> str:
    if difference.kind == "new":
        return "本项目空白"
    return "档案较新" if difference.newer else "两边不同"
