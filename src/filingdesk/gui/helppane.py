"""The help pane: follows the focused field and says what to write, why, a good and a bad example, the clause, the papers.

While no field has the cursor it speaks of the page (`pagehelp`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from filingdesk.domain.meta import SourceMark
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.buttons import Door
from filingdesk.gui.widgets.labels import Prose, label


@dataclass(frozen=True)
class ClauseLine:
    """A clause as it is told: its source mark and its name."""

    title: str
    source: SourceMark
    summary: str = ""


@dataclass(frozen=True)
class HelpContent:
    """What the pane says of one field, or of a page; blank parts are left out."""

    title: str
    text: str = ""
    why: str = ""
    good: str = ""
    bad: str = ""
    clauses: Sequence[ClauseLine] = ()
    used_in: Sequence[tuple[str, str]] = ()
    """Papers that use the field, as (paper id, title)."""
    findings: Sequence[str] = ()
    """What the self-check says now."""
    note: str = ""
    used_title: str = "用于"
    doors_title: str = ""
    doors: Sequence[tuple[str, str]] = ()
    """Places to go to, as (path, words)."""
    doors_rest: str = ""
    """What follows the places."""


class HelpPane(QFrame):
    """The right pane; `paper_clicked` tells the id of a paper a user wants to see, `field_clicked` the path of a field."""

    paper_clicked = Signal(str)
    field_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "helpPane")
        self.setFixedWidth(Size.HELP)
        self.setAccessibleName("填写帮助")
        self._content: HelpContent | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        outer.addWidget(self._scroll)
        self.show_content(None)

    def content(self) -> HelpContent | None:
        """What is shown."""
        return self._content

    def show_content(self, content: HelpContent | None) -> None:
        """Show the help of a field or of a page."""
        if content == self._content and self._scroll.widget() is not None:
            return
        self._content = content
        inner = QWidget()
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.M + 2, Space.M, Space.M, Space.L)
        column.setSpacing(Space.XXS)
        if content is not None:
            self._fill(column, content)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        inner.setAutoFillBackground(False)  # setWidget turns it on

    def _fill(self, column: QVBoxLayout, content: HelpContent) -> None:
        head = QHBoxLayout()
        title = label(content.title, "cardTitle", wrap=True)
        head.addWidget(title, 1)
        if content.clauses:
            head.addWidget(SourceBadge(content.clauses[0].source), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        if content.text:
            column.addSpacing(Space.XXS)
            column.addWidget(Prose(content.text, "secondary"))
        if content.findings:
            self._heading(column, "自检发现")
            for sentence in content.findings:
                column.addWidget(self._quote(sentence, "bad"))
        if content.doors or content.doors_rest:
            self._heading(column, content.doors_title)
            for path, words in content.doors:
                self._door(column, words, f"去填：{words}", partial(self.field_clicked.emit, path))
            if content.doors_rest:
                column.addWidget(Prose(content.doors_rest, "secondary"))
        if content.why:
            self._heading(column, "为什么问")
            column.addWidget(Prose(content.why, "secondary"))
        if content.good:
            self._heading(column, "写得好")
            column.addWidget(self._quote(content.good, "good"))
        if content.bad:
            self._heading(column, "常见退回")
            column.addWidget(self._quote(content.bad, "bad"))
        if content.clauses:
            self._heading(column, "依据")
            for clause in content.clauses:
                row = QHBoxLayout()
                row.setSpacing(6)
                row.addWidget(SourceBadge(clause.source), 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(Prose(clause.title, "secondary"), 1)
                column.addLayout(row)
                if clause.summary:
                    column.addWidget(Prose(clause.summary, "small"))
        if content.used_in:
            self._heading(column, content.used_title)
            for identifier, paper in content.used_in:
                self._door(column, paper, f"打开文书：{paper}", partial(self.paper_clicked.emit, identifier))
        if content.note:
            column.addSpacing(Space.S)
            column.addWidget(Prose(content.note, "muted"))

    @staticmethod
    def _door(column: QVBoxLayout, words: str, name: str, act: Callable[[], object]) -> None:
        column.addWidget(Door(words, act, name=name))

    @staticmethod
    def _heading(column: QVBoxLayout, text: str) -> None:
        column.addSpacing(Space.XS)
        column.addWidget(label(text, "section"))

    @staticmethod
    def _quote(text: str, role: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", role)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(10, 7, 10, 7)
        inside.addWidget(Prose(text))
        return frame
