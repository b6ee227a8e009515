"""A clause as it is cited: source badge and name, the whole clause in the tool tip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from filingdesk.domain.meta import SourceMark
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.labels import Prose
from filingdesk.services import routing


class Cite(QWidget):
    """One or several clauses with the mark of what they are cited for."""

    def __init__(self, source: SourceMark, *clauses: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(SourceBadge(source), 0, Qt.AlignmentFlag.AlignTop)
        self.words = Prose("、".join(dict.fromkeys(routing.name_of(c) for c in clauses)), "muted")
        row.addWidget(self.words, 1)
        told = [f"{routing.name_of(c)}：{card.text}" for c in clauses if (card := routing.clause(c))]
        self.setToolTip("\n".join(told))
