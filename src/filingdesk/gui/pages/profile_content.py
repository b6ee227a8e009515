"""The card that lists everything the company profile holds, and lets one change a line or drop a record."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLineEdit, QPushButton, QWidget

from filingdesk.domain.flat import Value, iter_leaves
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, trail_of
from filingdesk.domain.values import mask, parse_attachment
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.services.profile import Profile


@dataclass(frozen=True)
class Line:
    """One filled field of the profile."""

    path: str
    spec: FieldSpec
    value: Value

    @property
    def text(self) -> str:
        """The value for people, personal data masked."""
        parts = [self.value] if isinstance(self.value, str) else list(self.value)
        if self.spec.meta.kind is Kind.ATTACHMENTS:
            parts = [parse_attachment(p).name for p in parts]
        return "、".join(mask(p) if self.spec.meta.personal else p for p in parts)

    @property
    def record(self) -> str:
        """`permits[0]` when it belongs to a record, else blank."""
        head, bracket, rest = self.path.partition("]")
        return f"{head}{bracket}" if rest else ""


class ContentCard(Card):
    """`edited` tells (path, new value), `removed` the path of a record."""

    edited = Signal(str, object)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("档案内容", "", parent)
        columns = (
            Column[Line]("字段", lambda r: trail_of(r.path), 320),
            Column[Line]("内容", lambda r: r.text),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "档案内容，回车修改")
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        self.table.activated.connect(lambda _index: self._ask())
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(label("也可以在“主体与人员”页改好，再存入档案。扫描件随附件字段一起保存。", "muted"))
        row.addStretch(1)
        self.remove_button = QPushButton("去掉这一条")
        self.remove_button.setToolTip("从档案里去掉整条联系人、资质、签字人或制度")
        self.remove_button.clicked.connect(lambda: self._remove())
        self.edit_button = QPushButton("修改…")
        self.edit_button.clicked.connect(lambda: self._ask())
        for button in (self.remove_button, self.edit_button):
            button.setAccessibleName(button.text())
            row.addWidget(button)
        self.body.addLayout(row)

    def show_profile(self, profile: Profile) -> None:
        """List what is filled."""
        before = self.line()
        self.model.show(
            [Line(path, spec, value) for path, spec, value in iter_leaves(profile.facts) if value]
        )
        fit_rows(self.table, len(self.model.rows), 12)
        self.set_hint(f"{len(self.model.rows)} 项")
        if before is not None:
            for place, line in enumerate(self.model.rows):
                if line.path == before.path:
                    self.table.setCurrentIndex(self.model.index(place, 0))
        self._enable()

    def line(self) -> Line | None:
        """The chosen line."""
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def _enable(self) -> None:
        line = self.line()
        self.edit_button.setEnabled(line is not None and line.spec.meta.kind is not Kind.ATTACHMENTS)
        self.remove_button.setEnabled(line is not None and bool(line.record))

    def _remove(self) -> None:
        line = self.line()
        if line is not None and line.record:
            self.removed.emit(line.record)

    def _ask(self) -> None:
        line = self.line()
        if line is None or not self.edit_button.isEnabled():
            return
        title, name = "修改档案", trail_of(line.path)
        if line.spec.is_list:
            text, ok = QInputDialog.getText(
                self, title, f"{name}（用顿号分隔）", QLineEdit.EchoMode.Normal, "、".join(line.value)
            )
            value: object = [part.strip() for part in text.split("、") if part.strip()]
        elif line.spec.meta.kind is Kind.LONG_TEXT:
            text, ok = QInputDialog.getMultiLineText(self, title, name, str(line.value))
            value = text
        elif line.spec.meta.choices:
            choices = list(dict.fromkeys([*line.spec.meta.choices, str(line.value)]))
            text, ok = QInputDialog.getItem(
                self, title, name, choices, choices.index(str(line.value)), editable=False
            )
            value = text
        else:
            text, ok = QInputDialog.getText(self, title, name, QLineEdit.EchoMode.Normal, str(line.value))
            value = text.strip()
        if ok:
            self.edited.emit(line.path, value)
