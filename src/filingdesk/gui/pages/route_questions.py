"""One question of the guided intake: what is asked, the answer, 不清楚, and how to find out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.domain.facts_intake import NO_FORM, NOT_OWN, UNSURE
from filingdesk.domain.flat import Value
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.choices import ChipEditor
from filingdesk.gui.forms.editors import make_editor
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.chips import Chip
from filingdesk.gui.widgets.dot import ProgressDot
from filingdesk.gui.widgets.labels import Prose, label

UNSURE_KEY = "intake.unsure"
_ALONE = frozenset({UNSURE, NO_FORM, NOT_OWN})
"""Answers that leave no room for another beside them."""


class _Choice(ChipEditor):
    """Chips of several choices where 不清楚 and 没有 stand alone."""

    def __init__(self, choices: tuple[str, ...], *, multiple: bool) -> None:
        super().__init__(choices, multiple=multiple)
        self._before: list[str] = []

    def show_value(self, value: Value) -> None:
        super().show_value(value)
        self._before = self.group.values()

    def _chosen(self, values: list[str]) -> None:
        added = [term for term in values if term not in self._before]
        if added and added[0] in _ALONE:
            values = added
        elif added:
            values = [term for term in values if term not in _ALONE]
        self.group.set_values(values)
        self._before = values
        super()._chosen(values)


class Answer(Editor):
    """An editor with 不清楚 behind it, for a field that has no such term of its own."""

    unsure_pressed = Signal(bool)
    stretches = True

    def __init__(self, inner: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inner = inner
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(inner, 1)
        self.chip = Chip(UNSURE)
        if isinstance(inner, ChipEditor):
            flow = inner.group.layout()
            if flow is not None:
                flow.addWidget(self.chip)
        else:
            row.addWidget(self.chip)
        self.chip.clicked.connect(self.unsure_pressed)
        for name in ("edited", "finished", "focused"):
            getattr(inner, name).connect(getattr(self, name))
        self.setFocusProxy(inner)

    def value(self) -> Value:
        return self.inner.value()

    def show_value(self, value: Value) -> None:
        self.inner.show_value(value)

    def target(self) -> QWidget:
        return self.inner.target()

    def set_label(self, text: str) -> None:
        self.inner.set_label(text)
        self.chip.setAccessibleName(f"{text}：{UNSURE}")

    def set_read_only(self, read_only: bool) -> None:
        self.inner.set_read_only(read_only)
        self.chip.setEnabled(not read_only)

    def set_invalid(self, invalid: bool) -> None:
        self.inner.set_invalid(invalid)


def _editor(spec: FieldSpec, unsure_term: str) -> Editor:
    meta = spec.meta
    inner: Editor
    if meta.kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
        inner = _Choice(tuple(meta.choices), multiple=meta.kind is Kind.MULTI_CHOICE)
    else:
        inner = make_editor(meta)
    return Answer(inner) if unsure_term else inner


class QuestionRow(FieldRow):
    """One question. Which questions are asked decides the decision table, not the field; the page shows and hides the rows."""

    def __init__(self, desk: Desk, spec: FieldSpec, how: str, unsure_term: str) -> None:
        self._term = unsure_term
        editor = _editor(spec, unsure_term)
        super().__init__(desk, spec, spec.pattern, 1, editor=editor)
        if isinstance(editor, Answer):
            editor.unsure_pressed.connect(self._press_unsure)
        self._label.hide()
        outer = self.layout()
        item = outer.itemAt(1) if outer is not None else None
        stack = item.layout() if item is not None else None
        if outer is None or not isinstance(stack, QVBoxLayout):
            raise TypeError("a form row is a label beside a column")
        outer.setContentsMargins(0, Space.XS, 0, Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self.dot = ProgressDot(0.0, 12)
        head.addWidget(self.dot)
        self.question = label(spec.meta.label, "section", wrap=True)
        self.question.setBuddy(editor.target())
        head.addWidget(self.question, 1)
        self.state = label("", "muted")
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        stack.insertLayout(0, head)
        self.help = Prose(spec.meta.help, "muted")
        stack.insertWidget(1, self.help)
        self.help.setVisible(bool(spec.meta.help))  # once it has its parent: alone it would be a window
        self.how = Prose(f"怎样弄清：{how}", "small")
        stack.addWidget(self.how)
        self.show_state(answered=False, unsure=False)

    def refresh_visible(self) -> None:
        """The page decides."""

    def refresh(self) -> None:
        super().refresh()
        if isinstance(self.editor, Answer):
            self.editor.chip.setChecked(self._listed() and not self.desk.value(self.key))

    def show_state(self, *, answered: bool, unsure: bool) -> None:
        """Answered, answered 不清楚, or still open."""
        self.dot.set_fraction(1.0 if answered else 0.5 if unsure else 0.0)
        self.state.setText("" if answered else "待弄清" if unsure else "未回答")
        self.how.setVisible(unsure)

    def commit(self) -> None:
        """An answer takes 不清楚 back, in the same step."""
        value = self.editor.value()
        if self._dirty and value and self._listed():
            self._storing.stop()
            rest = [term for term in self._unsure() if term != self._term]
            done = self.desk.attempt(
                lambda: self.desk.session.set_many(
                    {self.key: value, UNSURE_KEY: rest}, f"回答「{self.spec.meta.label}」"
                )
            )
            if done is not None:
                self._dirty = False
        super().commit()

    def _unsure(self) -> list[str]:
        found = self.desk.value(UNSURE_KEY)
        return found if isinstance(found, list) else []

    def _listed(self) -> bool:
        return bool(self._term) and self._term in self._unsure()

    def _press_unsure(self, on: bool) -> None:
        rest = [term for term in self._unsure() if term != self._term]
        blank: Value = [] if self.spec.meta.kind is Kind.MULTI_CHOICE else ""
        values: dict[str, Value] = {UNSURE_KEY: [*rest, self._term] if on else rest}
        if on and self.desk.value(self.key):
            values[self.key] = blank
        self._storing.stop()
        self._dirty = False
        self.desk.attempt(
            lambda: self.desk.session.set_many(
                values, f"「{self.spec.meta.label}」{UNSURE if on else '待回答'}"
            )
        )
        self.refresh()
