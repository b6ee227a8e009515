"""An editor for template text: fixed-width type, line numbers, quiet colours for code, faults marked at their lines."""

import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from filingdesk.gui.theme import Size, color, mono_font

_INDENT = "  "
WAY_OUT = "Tab 缩进两格。要离开编辑框，按 Esc 再按 Tab，或者按 Shift+Tab。"


class _Colours(QSyntaxHighlighter):
    """Statements, expressions and comments of a template, and the marks of its Markdown."""

    def __init__(self, document: QTextDocument, yaml: bool) -> None:
        super().__init__(document)
        self._yaml = yaml
        self._rules: list[tuple[re.Pattern[str], QTextCharFormat]] = []
        self.learn()

    def learn(self) -> None:
        """Take the colours of the palette that is in use now."""

        def look(name: str, *, bold: bool = False) -> QTextCharFormat:
            made = QTextCharFormat()
            made.setForeground(color(name))
            if bold:
                made.setFontWeight(QFont.Weight.DemiBold)
            return made

        marks = (
            [(r"^\s*(?:- )?[A-Za-z_]+(?=:)", look("accent")), (r"(?:^|\s)#.*$", look("muted"))]
            if self._yaml
            else [
                (r"^#{1,4} .*$", look("text", bold=True)),
                (r"^:::.*$", look("done")),
                (r"^\s*(?:[-*]|\d+\.) ", look("done")),
                (r"^---$|^\[\[\w+\]\]$", look("done")),
            ]
        )
        code = [
            (r"\{%.*?%\}", look("warning")),
            (r"\{\{.*?\}\}", look("accent")),
            (r"\{#.*?#\}", look("muted")),
        ]
        self._rules = [(re.compile(pattern), made) for pattern, made in (*marks, *code)]

    def highlightBlock(self, text: str) -> None:
        for pattern, made in self._rules:
            for match in pattern.finditer(text):
                # Qt counts UTF-16 units, Python code points.
                start = len(text[: match.start()].encode("utf-16-le")) // 2
                self.setFormat(start, len(match.group().encode("utf-16-le")) // 2, made)


class _Numbers(QWidget):
    """The strip with the line numbers."""

    def __init__(self, editor: "CodeEdit") -> None:
        super().__init__(editor)
        self._editor = editor
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._editor.go_to_line(self._editor.cursorForPosition(event.pos()).blockNumber() + 1)


class CodeEdit(QPlainTextEdit):
    """The editor. `line_entered` tells the line (from 1) that the cursor came to."""

    line_entered = Signal(int)

    def __init__(self, *, yaml: bool = False, coloured: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "code")
        self.setAccessibleDescription(WAY_OUT)
        self._leaves = False
        self.setTabChangesFocus(True)
        self.setFont(mono_font(Size.BODY))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 2)
        self._numbers = _Numbers(self)
        self._colours = _Colours(self.document(), yaml) if coloured else None
        self._faults: dict[int, str] = {}
        self._line = 0
        self.blockCountChanged.connect(lambda _count: self._set_margin())
        self.updateRequest.connect(self._follow)
        self.cursorPositionChanged.connect(self._moved)
        self._set_margin()
        self._mark()

    # Text

    def show_text(self, text: str) -> None:
        """Put another text in; what was typed before can no longer be taken back."""
        self._faults = {}
        self.setPlainText(text)
        self._mark()

    def insert(self, text: str) -> None:
        """Put text at the cursor, as one step that can be taken back."""
        cursor = self.textCursor()
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self.setFocus()

    def go_to_line(self, line: int) -> None:
        """Put the cursor on a line (from 1) and bring it into view."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount()) - 1))
        cursor = QTextCursor(block)
        self.setFocus()
        self.setTextCursor(cursor)
        self.centerCursor()

    def line(self) -> int:
        """The line (from 1) with the cursor."""
        return self.textCursor().blockNumber() + 1

    def set_faults(self, faults: Mapping[int, str]) -> None:
        """Mark lines (from 1) with what is wrong there."""
        self._faults = dict(faults)
        self._mark()
        self._numbers.update()

    def faults(self) -> dict[int, str]:
        """The lines that are marked."""
        return dict(self._faults)

    # Looks

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            words = self._faults.get(
                self.cursorForPosition(self.mapFromGlobal(self.cursor().pos())).blockNumber() + 1
            )
            self.setToolTip(words or ("" if self.isReadOnly() else WAY_OUT))
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        colours = getattr(self, "_colours", None)
        if event.type() == QEvent.Type.PaletteChange and colours is not None:
            colours.learn()
            colours.rehighlight()
            self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab and not event.modifiers() and not self.isReadOnly():
            self.insertPlainText(_INDENT)
            return
        # Whoever has only the keyboard must get out of a field that takes Tab for itself.
        self._leaves = event.key() == Qt.Key.Key_Escape
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if forward and not self._leaves and not self.isReadOnly():
            return False  # Tab is a key like others then
        self._leaves = False
        return super().focusNextPrevChild(forward)

    def numbers_width(self) -> int:
        """How wide the strip is."""
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 18

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draw the strip; a line with a fault has a red number on a soft ground."""
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), color("bg"))
        painter.setFont(mono_font(Size.SMALL))
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        here = self.textCursor().blockNumber()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            if block.isVisible() and top + height >= event.rect().top():
                number = block.blockNumber()
                spot = QRect(0, round(top), self._numbers.width(), self.fontMetrics().height())
                if number + 1 in self._faults:
                    painter.fillRect(spot, color("blocker_soft"))
                    painter.setPen(color("blocker"))
                else:
                    painter.setPen(color("text" if number == here else "muted"))
                painter.drawText(
                    spot.adjusted(0, 0, -9, 0),
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                    str(number + 1),
                )
            top += height
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()

    def _set_margin(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.numbers_width(), inside.height()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mark()

    def _follow(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def _moved(self) -> None:
        line = self.line()
        if line != self._line:
            self._line = line
            self._mark()
            self._numbers.update()
            self.line_entered.emit(line)

    def _mark(self) -> None:
        """The line with the cursor and the lines with faults have a ground of their own; made when it can be seen."""
        if not self.isVisible():
            return
        marks = [] if self.isReadOnly() else [self._ground(self.textCursor(), color("row_hover"))]
        for line in self._faults:
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                marks.append(self._ground(QTextCursor(block), color("blocker_soft")))
        self.setExtraSelections(marks)

    @staticmethod
    def _ground(cursor: QTextCursor, ground: QColor) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.format.setBackground(ground)  # type: ignore[attr-defined]
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # type: ignore[attr-defined]
        mark.cursor = cursor  # type: ignore[attr-defined]
        mark.cursor.clearSelection()  # type: ignore[attr-defined]
        return mark
