"""Beside the list of paragraphs: one of them with what stands elsewhere too, its nearest source, and the fields to fill."""

from collections.abc import Callable
from functools import partial
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.places import place_words
from filingdesk.gui.theme import Space, color
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.detail import DetailCard
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services.boilerplate import LEVELS, Paragraph

TONES = ("blocker", "warning", "accent", "neutral")
_LONGEST = 1500


def tone_of(level: str) -> str:
    """The tone of a level's badge."""
    return TONES[[word for _bound, word in LEVELS].index(level)]


class ParagraphDetail(DetailCard):
    """The card at the right."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(280, parent)
        self._desk = desk
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is selected."""
        self.invite("选一段看看", "这里显示它和哪里像、相同的是哪些字、写哪些内容会更具体。")

    def show_paragraph(self, found: Paragraph) -> None:
        """One paragraph."""
        column = self.begin()
        badge = Badge(f"{found.score:.0%}　{found.level}", tone_of(found.level), pill=True)
        column.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(label(f"《{found.title}》", "cardTitle", wrap=True))
        column.addWidget(Prose(found.place, "small"))
        column.addWidget(self._marked(found))
        if found.match is not None:
            match = found.match
            column.addSpacing(Space.XXS)
            column.addWidget(label(f"最像：{match.kind_word}", "section", wrap=True))
            column.addWidget(Prose(" · ".join(part for part in (match.where, match.place) if part), "small"))
            if match.kind != "template":
                column.addWidget(Prose(match.text[:_LONGEST], "secondary"))
        if found.advice:
            column.addSpacing(Space.XXS)
            column.addWidget(Prose(found.advice))
        for path, name in found.facts:
            words = place_words(path) or name
            self._button(column, f"去写：{words}", partial(self._desk.go_to, path))
        self._button(column, "看这份文书", lambda: self._desk.go("papers", f"paper:{found.paper}"))
        column.addStretch(1)

    def _marked(self, found: Paragraph) -> QLabel:
        """The paragraph, what stands elsewhere too underlined and on a tinted ground."""
        text, end, parts = found.text[:_LONGEST], 0, []
        ground = color(
            f"{tone_of(found.level)}_soft" if tone_of(found.level) != "neutral" else "hover"
        ).name()
        for start, stop in found.match.spans if found.match is not None else ():
            if start >= len(text):
                break
            parts.append(escape(text[end:start]))
            parts.append(f'<u style="background-color:{ground}">{escape(text[start:stop])}</u>')
            end = stop
        parts.append(escape(text[end:]))
        shown = label("", "body", wrap=True)
        shown.setTextFormat(Qt.TextFormat.RichText)
        shown.setText(f'<p style="line-height:150%">{"".join(parts)}</p>'.replace("\n", "<br>"))
        shown.setAccessibleName(text)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return shown

    @staticmethod
    def _button(column: QVBoxLayout, text: str, act: Callable[[], None]) -> None:
        button = QPushButton(text if len(text) <= 26 else f"{text[:25]}…")
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: act())
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
