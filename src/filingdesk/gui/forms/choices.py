"""Editors of choices: chips for a few terms, a list for many."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListView, QVBoxLayout, QWidget

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.behaviour import TellsFocus
from filingdesk.gui.widgets.chips import ChipGroup


class QuietCombo(TellsFocus, QComboBox):
    """A combo box that does not change when the page is scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ListEditor(Editor):
    """One entry of a list that opens; the data of an entry is its value."""

    share = 0
    """How much of the room the list takes, of `share` + 1 parts; 0: as much as it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.combo = QuietCombo()
        self.combo.setView(QListView())  # the style's own menu knows nothing of the style sheet
        self.combo.setMaxVisibleItems(16)
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.combo.activated.connect(self._chosen)
        self.combo.entered.connect(self.focused)
        self.combo.left.connect(self.finished)
        row.addWidget(self.combo, self.share)
        row.addStretch(1)
        self.setFocusProxy(self.combo)

    def value(self) -> str:
        return str(self.combo.currentData() or "")

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "、".join(value)
        index = self.combo.findData(text)
        if index < 0:
            self.combo.addItem(self.unknown(text), text)
            index = self.combo.count() - 1
        self.combo.setCurrentIndex(index)

    def unknown(self, text: str) -> str:
        """How a value is shown that the list does not have."""
        return text

    def target(self) -> QWidget:
        return self.combo

    def _chosen(self, _index: int) -> None:
        self.edited.emit()
        self.finished.emit()


class ComboEditor(ListEditor):
    """One of more than six terms."""

    BLANK = "请选择"

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo.addItem(self.BLANK, "")
        for term in meta.choices:
            self.combo.addItem(term, term)
        widest = max(QFontMetrics(self.combo.font()).horizontalAdvance(term) for term in meta.choices)
        self.combo.setMinimumWidth(min(widest + 60, 460))
        self.combo.view().setAccessibleName(meta.label)


class ChipEditor(Editor):
    """Up to six terms as chips; several terms as chips whatever their number."""

    stretches = True

    def __init__(self, choices: Sequence[str], *, multiple: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._multiple = multiple
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        self.group = ChipGroup(choices, multiple=multiple)
        self.group.changed.connect(self._chosen)
        self.group.focus_left.connect(self.finished)
        for chip in self.group.chips():
            chip.installEventFilter(self)
        row.addWidget(self.group)
        self.setFocusProxy(self.group)

    def value(self) -> Value:
        values = self.group.values()
        if self._multiple:
            return values
        return values[0] if values else ""

    def show_value(self, value: Value) -> None:
        self.group.set_values([value] if isinstance(value, str) else value)

    def target(self) -> QWidget:
        return self.group.chips()[0]

    def set_label(self, text: str) -> None:
        self.group.set_label(text)

    def set_read_only(self, read_only: bool) -> None:
        self.group.set_read_only(read_only)

    def set_invalid(self, invalid: bool) -> None:
        """Chips have no frame to colour; the sentence under them says it."""

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        return False

    def _chosen(self, _values: list[str]) -> None:
        self.edited.emit()
        self.finished.emit()
