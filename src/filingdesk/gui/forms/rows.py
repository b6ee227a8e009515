"""One row of a form: label, editor, and under it the one sentence that a finding has to say."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.conditions import holds
from filingdesk.domain.flat import Value
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec
from filingdesk.domain.values import problem_of
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.attachments import AttachmentsEditor
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.editors import make_editor
from filingdesk.gui.forms.formats import connect_format, show_format
from filingdesk.gui.forms.lines import DateEditor, LineEditor
from filingdesk.gui.forms.notes import add_actions, ask_about, marker_words
from filingdesk.gui.forms.picker import PickButton
from filingdesk.gui.forms.storing import Storing
from filingdesk.gui.theme import Size, Space, color, ui_font
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.services import asking
from filingdesk.services.picking import asks_company, asks_person


def _alt_down(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.KeyPress
        and event.key() == Qt.Key.Key_Down
        and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
    )


def label_width(labels: list[str]) -> int:
    """The width of a label column that fits these labels, within reason; longer ones wrap."""
    metrics = QFontMetrics(ui_font())
    widest = max((metrics.horizontalAdvance(text) for text in labels), default=72)
    return min(max(widest, 72), 150) + 2


class FieldRow(QWidget):
    """The row of one leaf at a storage key; reads and commits through the desk.

    A finding about the field is told under it once the field was left or holds something: a form that nobody has filled yet
    does not shout.
    """

    def __init__(
        self,
        desk: Desk,
        spec: FieldSpec,
        key: str,
        column: int,
        parent: QWidget | None = None,
        *,
        editor: Editor | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.spec, self.key = desk, spec, key
        self._base = key.rpartition(".")[0]
        self._touched = False
        self._dirty = False
        self._shown = True
        meta = spec.meta
        self.editor = editor or (
            AttachmentsEditor(desk, key, meta) if meta.kind is Kind.ATTACHMENTS else make_editor(meta)
        )
        if isinstance(self.editor, DateEditor):
            self.editor.today = lambda: desk.session.today
        self.picker: PickButton | None = None
        if isinstance(self.editor, LineEditor) and (asks_person(spec.pattern) or asks_company(spec.pattern)):
            self.picker = PickButton(desk, key, meta.label)
            self.editor.extra.addWidget(self.picker)
        self.editor.set_label(meta.label)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 3, 3, 3)
        outer.setSpacing(Space.S)
        self._label = label(meta.label, "fieldLabel", wrap=True)
        self._label.setFixedWidth(column)
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._label.setContentsMargins(0, (Size.CONTROL - QFontMetrics(ui_font()).height()) // 2, 0, 0)
        self._label.setBuddy(self.editor.target())
        outer.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        stack = QVBoxLayout()
        stack.setSpacing(3)
        stack.addWidget(self.editor)
        self._error = label("", "error", wrap=True)
        self._error.hide()
        stack.addWidget(self._error)
        outer.addLayout(stack, 1)
        self._outer = outer
        self._marker: QPushButton | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._storing = Storing(self.commit, self)
        self.editor.edited.connect(self._edited)
        self.editor.finished.connect(self._finished)
        self.editor.focused.connect(self._focused)
        if isinstance(self.editor, LineEditor):
            self.editor.line.returnPressed.connect(self._go_on)
        self.editor.target().installEventFilter(self)
        if isinstance(target := self.editor.target(), QPlainTextEdit):
            target.viewport().installEventFilter(self)  # a scrolled text gets the right button there
        connect_format(self.editor, desk, key)
        self.refresh_usage()
        self.set_read_only(desk.read_only)
        self.refresh()

    # What is shown

    def refresh(self) -> None:
        """Show the stored value, unless the user is in the middle of typing another."""
        if not self._dirty:
            self.editor.show_value(self.desk.value(self.key))
        self.refresh_marker()
        self.refresh_visible()
        self.refresh_findings()

    def refresh_marker(self) -> None:
        """Say beside the field how many questions and comments hang on it; the words lead to them."""
        words, tone = marker_words(asking.at(self.desk.session, self.key))
        if self._marker is None:
            if not words:
                return
            self._marker = QPushButton(self)
            self._marker.setProperty("role", "link")
            self._marker.clicked.connect(lambda _checked=False: ask_about(self.desk, self.key, self))
            self._outer.addWidget(self._marker, 0, Qt.AlignmentFlag.AlignTop)
        self._marker.setText(words)
        self._marker.setAccessibleName(f"{self.spec.meta.label}：{words}")
        set_look(self._marker, tone=tone)
        self._marker.setVisible(bool(words))

    def marker(self) -> str:
        """The words beside the field; blank when nothing hangs on it."""
        return self._marker.text() if self._marker is not None else ""

    def refresh_visible(self) -> None:
        """Ask or do not ask, as the facts say."""
        show_format(self.editor, self.desk, self.key)
        condition = self.spec.meta.visible_when
        if condition is not None:
            shown = holds(condition, self.desk.lookup, self._base)
            if shown != self._shown:  # never show a row that has no parent yet: it would become a window
                self._shown = shown
                self.setVisible(shown)

    def refresh_usage(self) -> None:
        """Say in how many papers a shared fact appears."""
        usage = self.desk.usage_count(self.spec.pattern)
        self.editor.set_usage(f"用于 {usage} 份文书" if usage > 1 else "")

    def asked(self) -> bool:
        """Whether the facts make this a question."""
        return holds(self.spec.meta.visible_when, self.desk.lookup, self._base)

    def refresh_findings(self) -> None:
        """Say what is wrong with the field, in one sentence."""
        sentence, severity = self._sentence()
        show = bool(sentence) and (self._touched or bool(self.editor.value()))
        self._error.setText(sentence)
        self._error.setVisible(show)
        set_look(self._error, tone=severity)
        self.editor.set_invalid(show and severity != "warning")
        self.editor.target().setAccessibleDescription(sentence if show else "")

    def error(self) -> str:
        """The sentence that is shown under the field; blank when there is none."""
        return self._error.text() if not self._error.isHidden() else ""

    def _sentence(self) -> tuple[str, str]:
        value = self.editor.value()
        id_kind = self.desk.value(f"{self._base}.id_kind") if self.spec.meta.kind is Kind.ID_NUMBER else ""
        wrong = problem_of(self.spec.meta, value, id_kind=str(id_kind or ""))
        if wrong:
            return wrong, "blocker"
        if self._dirty:
            return "", "blocker"
        findings = self.desk.findings_at(self.key)
        if not findings:
            return "", "blocker"
        first = findings[0]
        return first.message, "warning" if first.severity != "blocker" else "blocker"

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.editor.set_read_only(read_only)
        if self.picker is not None:
            self.picker.setEnabled(not read_only)

    # What the user does

    def focus(self) -> None:
        """Put the cursor here and say at once what is wrong."""
        self._touched = True
        self.refresh_findings()
        self.editor.target().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commit(self) -> None:
        """Store what is typed."""
        self._storing.stop()
        if not self._dirty:
            return
        value: Value = self.editor.value()
        if value == self.desk.value(self.key) or self.desk.commit(self.key, value):
            self._dirty = False
        # When it could not be stored (told already) what was typed stays, and the next key or leaving tries again.
        self.refresh_findings()

    def let_go(self) -> None:
        """The project is being closed: what is typed here and could not be stored is not tried again."""
        self._storing.stop()
        self._dirty = False

    def unsaved(self) -> bool:
        """Whether something is typed here that is not stored."""
        return self._dirty

    def _edited(self) -> None:
        self._dirty = True
        self._storing.typed()
        self.desk.typed.emit(self.key, self.editor.value())

    def _finished(self) -> None:
        self._touched = True
        self.commit()
        self.refresh_findings()

    def _go_on(self) -> None:
        """Enter: on to the next thing that can be filled in, past what belongs to this field."""
        target = self.editor.target()
        widget = target.nextInFocusChain()
        while widget is not None and widget is not target:
            reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(self.window())
            if reachable and widget.isEnabled() and not self.isAncestorOf(widget):
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return
            widget = widget.nextInFocusChain()

    def _focused(self) -> None:
        self.desk.focus_field(self.spec, self.key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if self.picker is not None and self.picker.isEnabled() and _alt_down(event):
            self.picker.offer()
            return True
        if event.type() == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            self.context_menu().popup(event.globalPos())
            return True
        return False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_menu().popup(event.globalPos())

    def context_menu(self) -> QMenu:
        """What can be done with the field: cut and paste where it is typed, questions and history always."""
        target = self.editor.target()
        writes = isinstance(target, QLineEdit | QPlainTextEdit)
        menu = target.createStandardContextMenu() if writes else QMenu(self)  # type: ignore[attr-defined]
        menu.setParent(self, menu.windowFlags())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if writes:
            menu.addSeparator()
        add_actions(menu, self.desk, self.key, self)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        target = self.editor.target()
        if not target.hasFocus() or not isinstance(target, QLineEdit | QPlainTextEdit | QComboBox):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        soft = "blocker_soft" if target.property("invalid") == "true" else "accent_soft"
        painter.setPen(QPen(color(soft), 3))
        corner = target.mapTo(self, target.rect().topLeft())
        ring = QRectF(corner.x(), corner.y(), target.width(), target.height()).adjusted(-1, -1, 1, 1)
        painter.drawRoundedRect(ring, Size.RADIUS + 1, Size.RADIUS + 1)
