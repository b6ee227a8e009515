"""The help pane: follows the focused field and says what to write, why, a good and a bad example, the clause, the papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from filingdesk.domain.meta import SourceMark
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import EmptyState
from filingdesk.gui.widgets.labels import Prose, label


@dataclass(frozen=True)
class ClauseLine:
    """A clause as it is told: its source mark and its name."""

    title: str
    source: SourceMark
    summary: str = ""


@dataclass(frozen=True)
class HelpContent:
    """What the pane says of one field; blank parts are left out."""

    title: str
    text: str = ""
    why: str = ""
    good: str = ""
    bad: str = ""
    clauses: Sequence[ClauseLine] = ()
    used_in: Sequence[tuple[str, str]] = ()
    """Papers that use the field, as (paper id, title)."""
    findings: Sequence[str] = ()
    """What the self-check says of this field now."""
    note: str = ""


class HelpPane(QFrame):
    """The right pane; `paper_clicked` tells the id of a paper a user wants to see."""

    paper_clicked = Signal(str)

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
        """Show the help of a field, or the resting text."""
        if content == self._content and self._scroll.widget() is not None:
            return
        self._content = content
        inner = QWidget()
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.M + 2, Space.M, Space.M, Space.L)
        column.setSpacing(Space.XXS)
        if content is None:
            column.addWidget(
                EmptyState(
                    "填写帮助", "点进一个字段，这里会说明怎么写、为什么问、依据哪一条。", picture="help"
                )
            )
        else:
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
            self._heading(column, "用于")
            for identifier, paper in content.used_in:
                link = QPushButton(paper)
                link.setProperty("role", "link")
                link.setAccessibleName(f"打开文书：{paper}")
                link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                link.clicked.connect(
                    lambda _checked=False, identifier=identifier: self.paper_clicked.emit(identifier)
                )
                column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if content.note:
            column.addSpacing(Space.S)
            column.addWidget(Prose(content.note, "muted"))

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
