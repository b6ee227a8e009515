"""One editor per kind of leaf: text, long text, date, number, choices. They know nothing of facts, only of a value."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.domain.values import parse_date
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.labels import label, set_look

MAX_CHIPS = 6
WIDTHS = {
    Kind.TEXT: 460,
    Kind.DATE: 190,
    Kind.NUMBER: 190,
    Kind.PERCENT: 120,
    Kind.CREDIT_CODE: 260,
    Kind.ID_NUMBER: 260,
    Kind.MOBILE: 190,
    Kind.EMAIL: 320,
    Kind.URL: 460,
    Kind.ALGORITHM_NUMBER: 320,
    Kind.MODEL_NUMBER: 320,
}
PLACEHOLDERS = {
    Kind.DATE: "2026-03-01",
    Kind.URL: "https://",
    Kind.PERCENT: "%",
}


class Editor(QWidget):
    """What a form row holds. `edited` while a user types, `finished` when a value is complete (choice made, focus left)."""

    edited = Signal()
    finished = Signal()
    focused = Signal()

    stretches = False
    """Whether the editor takes the whole width of the card."""

    def value(self) -> Value:
        """What the editor holds now."""
        raise NotImplementedError

    def show_value(self, value: Value) -> None:
        """Show another value; tells nobody."""
        raise NotImplementedError

    def target(self) -> QWidget:
        """The widget that takes the focus."""
        raise NotImplementedError

    def set_label(self, text: str) -> None:
        """The name for a screen reader."""
        self.target().setAccessibleName(text)

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.target().setEnabled(not read_only)

    def set_invalid(self, invalid: bool) -> None:
        """Mark the editor as holding something that a finding speaks of."""
        set_look(self.target(), invalid="true" if invalid else "false")

    def set_usage(self, text: str) -> None:
        """The quiet words at the right, such as 用于 6 份文书."""


class PlainLine(QLineEdit):
    """A line that leaves undo to the project: one history, not two."""

    left = Signal()
    entered = Signal()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class LineEditor(Editor):
    """One line, with a unit behind it and the count of papers inside it."""

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.line = PlainLine()
        self.line.setMaximumWidth(WIDTHS.get(meta.kind, 460))
        self.line.setMinimumWidth(min(120, WIDTHS.get(meta.kind, 460)))
        self.line.setPlaceholderText(PLACEHOLDERS.get(meta.kind, ""))
        if meta.kind in (Kind.NUMBER, Kind.PERCENT):
            self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line.textEdited.connect(lambda _text: self.edited.emit())
        self.line.returnPressed.connect(self.finished)
        self.line.left.connect(self.finished)
        self.line.entered.connect(self.focused)
        self._unit = label(meta.unit or ("%" if meta.kind is Kind.PERCENT else ""), "secondary")
        self._usage = label("", "muted", parent=self.line)
        self._usage.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._usage.hide()
        self._outside = label("", "muted")
        self._outside.hide()
        self._narrow = WIDTHS.get(meta.kind, 460) < 460
        row.addWidget(self.line, 10)
        self.extra = QHBoxLayout()
        row.addLayout(self.extra)
        row.addWidget(self._unit)
        self._unit.setVisible(bool(self._unit.text()))
        row.addWidget(self._outside)
        row.addStretch(1)
        self.setFocusProxy(self.line)

    def value(self) -> str:
        return self.line.text()

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "、".join(value)
        if text != self.line.text():
            place = self.line.cursorPosition()
            self.line.setText(text)
            self.line.setCursorPosition(min(place, len(text)) if self.line.hasFocus() else 0)

    def target(self) -> QWidget:
        return self.line

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)

    def set_usage(self, text: str) -> None:
        inside = not self._narrow
        if text == self._usage.text():
            return
        self._usage.setText(text)
        self._usage.setVisible(bool(text) and inside)
        self._outside.setText(text)
        self._outside.setVisible(bool(text) and not inside)
        width = self._usage.sizeHint().width() + 10 if text and inside else 0
        self.line.setTextMargins(0, 0, width, 0)
        self._place_usage()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._place_usage)

    def _place_usage(self) -> None:
        size = self._usage.sizeHint()
        self._usage.setGeometry(
            self.line.width() - size.width() - 11,
            (self.line.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )


class DateEditor(LineEditor):
    """A date typed freely, or taken from a calendar."""

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(meta, parent)
        self._button = QToolButton()
        self._button.setIcon(icon("calendar"))
        self._button.setIconSize(QSize(16, 16))
        self._button.setToolTip("从日历选择(Alt+↓)")
        self._button.setAccessibleName(f"{meta.label}：打开日历")
        self._button.clicked.connect(self.open_calendar)
        self.extra.addWidget(self._button)
        self._popup: QWidget | None = None

    def open_calendar(self) -> None:
        """Show a calendar under the line."""
        popup = QWidget(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(popup)
        column.setContentsMargins(1, 1, 1, 1)
        calendar = QCalendarWidget()
        calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setAccessibleName("日历")
        calendar.setMinimumSize(300, 240)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekend, calendar.weekdayTextFormat(Qt.DayOfWeek.Monday))
        day = parse_date(self.line.text())
        if day is not None:
            calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        column.addWidget(calendar)
        calendar.clicked.connect(self._taken)
        calendar.activated.connect(self._taken)
        popup.move(self.line.mapToGlobal(QPoint(0, self.line.height() + 2)))
        self._popup = popup
        popup.show()
        calendar.setFocus()

    def take(self, day: date) -> None:
        """Write a day as the program writes days."""
        self.line.setText(day.isoformat())
        self.edited.emit()
        self.finished.emit()

    def _taken(self, day: QDate) -> None:
        if self._popup is not None:
            self._popup.close()
            self._popup = None
        self.take(date(day.year(), day.month(), day.day()))
        self.line.setFocus()

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._button.setEnabled(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        super().keyPressEvent(event)


class GrowingText(QPlainTextEdit):
    """Several paragraphs; as high as its text needs, between three and sixteen lines. Tab leaves the field."""

    left = Signal()
    entered = Signal()
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

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return False
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A form is scrolled with the wheel; a text without the focus must not catch it.
        if self.hasFocus() and self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class TextEditor(Editor):
    """Several paragraphs with a line that counts the characters."""

    stretches = True

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
        self._line = label("", "muted")
        column.addWidget(self._line)
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
        count = sum(not char.isspace() for char in self.text.toPlainText())
        parts = [f"{count} 字 · 未公布字数上限，以系统提示为准"] if count else []
        if self._usage:
            parts.append(self._usage)
        self._line.setText(" · ".join(parts))
        self._line.setVisible(bool(parts))


class QuietCombo(QComboBox):
    """A combo box that does not change when the page is scrolled over it."""

    entered = Signal()
    left = Signal()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class ComboEditor(Editor):
    """One of more than six terms."""

    BLANK = "请选择"

    def __init__(self, meta: FieldMeta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.combo = QuietCombo()
        self.combo.addItem(self.BLANK, "")
        for term in meta.choices:
            self.combo.addItem(term, term)
        widest = max(QFontMetrics(self.combo.font()).horizontalAdvance(term) for term in meta.choices)
        self.combo.setMinimumWidth(min(widest + 60, 460))
        self.combo.setMaxVisibleItems(16)
        self.combo.view().setAccessibleName(meta.label)
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.combo.activated.connect(self._chosen)
        self.combo.entered.connect(self.focused)
        self.combo.left.connect(self.finished)
        row.addWidget(self.combo)
        row.addStretch(1)
        self.setFocusProxy(self.combo)

    def value(self) -> str:
        return str(self.combo.currentData() or "")

    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else "、".join(value)
        index = self.combo.findData(text)
        if index < 0:
            self.combo.addItem(text, text)
            index = self.combo.count() - 1
        self.combo.setCurrentIndex(index)

    def target(self) -> QWidget:
        return self.combo

    def _chosen(self, _index: int) -> None:
        self.edited.emit()
        self.finished.emit()


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


def make_editor(meta: FieldMeta) -> Editor:
    """The editor of a leaf that is not an attachment."""
    if meta.kind is Kind.LONG_TEXT:
        return TextEditor(meta)
    if meta.kind is Kind.DATE:
        return DateEditor(meta)
    if meta.kind is Kind.MULTI_CHOICE:
        return ChipEditor(meta.choices, multiple=True)
    if meta.kind is Kind.CHOICE:
        if len(meta.choices) <= MAX_CHIPS:
            return ChipEditor(meta.choices, multiple=False)
        return ComboEditor(meta)
    return LineEditor(meta)
