"""One value of the description of the architecture: its editor, and below it what is wrong with it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.domain.architecture import Problem
from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.choices import ChipEditor, ComboEditor, ListEditor, QuietCombo
from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.forms.longtext import GrowingText
from filingdesk.gui.theme import Size, Space, ui_font
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.services.architecture_tree import Field

LABEL_WIDTH = 92
FLAG = ("是", "否")
FEW = 6


class PlainText(Editor):
    """Several lines of text, no more than that."""

    stretches = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.text = GrowingText()
        self._showing = False
        self.text.textChanged.connect(lambda: None if self._showing else self.edited.emit())
        self.text.left.connect(self.finished)
        self.text.entered.connect(self.focused)
        column.addWidget(self.text)
        self.setFocusProxy(self.text)

    def value(self) -> str:
        return self.text.toPlainText()

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "\n".join(value)
        if text != self.text.toPlainText():
            self._showing = True
            self.text.setPlainText(text)
            self._showing = False

    def target(self) -> QWidget:
        return self.text

    def set_read_only(self, read_only: bool) -> None:
        self.text.setReadOnly(read_only)


class ReferenceEditor(ListEditor):
    """One of the entries of another list, by its name; a number that stands nowhere is shown as such."""

    share = 10

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo.setMinimumWidth(220)
        self.combo.setMaximumWidth(460)
        self.combo.setMinimumContentsLength(14)
        self.combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.offer(())

    def offer(self, known: Sequence[tuple[str, str]]) -> None:
        """What can be chosen: number and words."""
        wanted = [("", ComboEditor.BLANK), *known]
        if wanted == [(self.combo.itemData(i), self.combo.itemText(i)) for i in range(self.combo.count())]:
            return
        chosen = self.value()
        self.combo.clear()
        for number, words in wanted:
            self.combo.addItem(words, number)
        self.show_value(chosen)

    def unknown(self, text: str) -> str:
        return f"{text}（没有这个编号）"


def make_editor(field: Field) -> Editor:
    """The editor of a value, as its schema says."""
    if field.kind == "reference":
        return ReferenceEditor()
    if field.kind == "long":
        return PlainText()
    if field.kind == "flag":
        return ChipEditor(FLAG, multiple=False)
    if field.kind == "choice":
        if len(field.choices) <= FEW:
            return ChipEditor(field.choices, multiple=False)
        return ComboEditor(FieldMeta(field.title, Kind.CHOICE, choices=field.choices))
    return LineEditor(FieldMeta(field.title))


class FieldRow(QWidget):
    """Label, editor and the sentence below; `stored` tells the words when somebody has finished with them, `typed`
    every key before that."""

    stored = Signal(str)
    typed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._shown = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(Space.S)
        name = label(field.title, "fieldLabel", wrap=True, parent=self)
        name.setFixedWidth(LABEL_WIDTH)
        name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        name.setContentsMargins(0, (Size.CONTROL - QFontMetrics(ui_font()).height()) // 2, 0, 0)
        name.setToolTip(field.help)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        stack = QVBoxLayout()
        stack.setSpacing(2)
        self.editor = make_editor(field)
        self.editor.set_label(field.title)
        target = self.editor.target()
        if isinstance(self.editor, LineEditor):
            self.editor.line.setPlaceholderText(field.help)
        elif isinstance(self.editor, PlainText):
            self.editor.text.setPlaceholderText(field.help)
        target.setToolTip(field.help)
        name.setBuddy(target)
        self.editor.finished.connect(self.store)
        self.editor.edited.connect(self.typed)
        stack.addWidget(self.editor)
        self._error = label("", "error", wrap=True, parent=self)
        self._error.hide()
        stack.addWidget(self._error)
        row.addLayout(stack, 1)

    def show_words(self, words: str, known: Sequence[tuple[str, str]] = ()) -> None:
        """Show another value, unless somebody is in the middle of typing one; `known` is what a reference may name."""
        if isinstance(self.editor, ReferenceEditor):
            self.editor.offer(known)
        if self.unsaved() and words == self._shown:
            return
        self._shown = words
        self.editor.show_value(words)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong, in the words of the first problem and with its line."""
        first = problems[0] if problems else None
        words = f"{first.message}（第 {first.line} 行）。{first.hint}" if first else ""
        tone = "warning" if first is not None and first.severity == "warning" else "blocker"
        self._error.setText(words)
        self._error.setVisible(bool(words))
        set_look(self._error, tone=tone)
        self.editor.set_invalid(bool(words) and tone == "blocker")
        self.editor.target().setAccessibleDescription(words)

    def problem(self) -> str:
        """The sentence below the editor; blank when nothing is wrong."""
        return self._error.text()

    def words(self) -> str:
        """What the editor holds."""
        value = self.editor.value()
        return value if isinstance(value, str) else "、".join(value)

    def unsaved(self) -> bool:
        """Whether something was typed that is not stored."""
        return self.words() != self._shown

    def store(self) -> None:
        """Hand over what was typed, once."""
        if self.unsaved():
            self._shown = self.words()
            self.stored.emit(self._shown)
