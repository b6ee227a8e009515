"""Asked before several fields change at once: what will be written, and which papers, rules and findings it touches."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services.reuse import STAGE_WORDS, Impact

_PAPERS_NAMED = 12


class ImpactDialog(Dialog):
    """A list of (field, new value) and the impact, with one button to go on."""

    def __init__(
        self,
        title: str,
        intro: str,
        rows: Sequence[tuple[str, str]],
        impact: Impact,
        accept: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(680, 480)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label(title, "cardTitle"))
        outer.addWidget(Prose(intro, "secondary"))
        columns = (
            Column[tuple[str, str]]("字段", lambda r: r[0], 230),
            Column[tuple[str, str]]("将写入", lambda r: r[1]),
        )
        self.model = PlainRows(columns, self)
        self.model.show(list(rows))
        self.table = table_view(self.model, columns, "将写入的内容")
        self.table.setProperty("role", "boxed")
        fit_rows(self.table, len(rows), 9)
        outer.addWidget(self.table)
        self.sentence = Prose(impact.sentence)
        outer.addWidget(self.sentence)
        self.papers = Prose(_papers(impact), "small")
        self.papers.setVisible(bool(impact.papers))
        outer.addWidget(self.papers)
        outer.addStretch(1)
        buttons, self.ok = self.answers(accept)
        outer.addWidget(buttons)


def _papers(impact: Impact) -> str:
    """The papers by filing, the first dozen."""
    lines = []
    for stage, word in STAGE_WORDS.items():
        titles = [title for _i, title, s in impact.papers if s == stage]
        if titles:
            more = f" 等 {len(titles)} 份" if len(titles) > _PAPERS_NAMED else ""
            lines.append(f"{word}：{'、'.join(f'《{t}》' for t in titles[:_PAPERS_NAMED])}{more}")
    return "\n".join(lines)
