"""Editors of one line: text, numbers, codes, and dates with a calendar."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from filingdesk.domain.flat import Value
from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.domain.spoken_dates import day_words, spoken_date
from filingdesk.domain.values import parse_date
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.behaviour import LeavesUndo, TellsFocus
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.labels import label
from filingdesk.store.model import CHINA

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


class PlainLine(LeavesUndo, TellsFocus, QLineEdit):
    """A line of text of a form."""


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
        self.line.returnPressed.connect(self._finish)
        self.line.left.connect(self._finish)
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

    def _finish(self) -> None:
        self.finished.emit()

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
        self._button.setToolTip("从日历选择（Alt+↓）")
        self._button.setAccessibleName(f"{meta.label}：打开日历")
        self._button.clicked.connect(self.open_calendar)
        self.extra.addWidget(self._button)
        self._popup: QWidget | None = None
        self.today: Callable[[], date] = lambda: datetime.now(CHINA).date()
        self.line.setToolTip("可以写 明天、下周一、3月1日、十天后、2026-3-1，离开时换成完整日期")
        self.line.textChanged.connect(lambda _text: self._tell_day())

    def value(self) -> str:
        """The day as it is stored: what people say (明天) is a written day already, for tomorrow it would be another."""
        text = self.line.text()
        day = None if parse_date(text) else spoken_date(text, self.today())
        return day.isoformat() if day else text

    def _finish(self) -> None:
        if self.value() != self.line.text():
            self.line.setText(self.value())
            self.edited.emit()
        super()._finish()

    def _tell_day(self) -> None:
        text, today = self.line.text(), self.today()
        day = spoken_date(text, today) if text.strip() else None
        words = day_words(day, today) if day else ""
        self._unit.setText(f"{day.isoformat()} {words}" if day and not parse_date(text) else words)
        self._unit.setVisible(bool(words))

    def day_told(self) -> str:
        """The words behind the line: which day is meant."""
        return self._unit.text()

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
        day = spoken_date(self.line.text(), self.today())
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
