"""The page 行业补充: which industries, and for each chosen one its questions, risks and evidence."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from filingdesk.domain import specs
from filingdesk.domain.facts_industry import KEYS
from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import Source
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.widgets.labels import Prose
from filingdesk.services import industries


class IndustryPage(FormPage):
    """A page of forms whose cards are made when their industry is chosen: eight at once would be a hundred and fifty rows for
    a project that needs none. A card stays, unseen, when its industry is switched off, as do its answers."""

    def __init__(self, desk: Desk, page: specs.Page, parent: QWidget | None = None) -> None:
        self._cards: dict[str, QWidget] = {}
        self._adding: Iterator[int] | None = None
        self._ready = False
        super().__init__(desk, replace(page, parts=("industry",)), parent)
        self._kept = Prose("", "muted")
        self._kept.setParent(self.content)
        self._kept.hide()
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._add_some)

    # Building

    def _build(self) -> Iterator[int]:
        yield from super()._build()
        self.column.insertWidget(self.column.count() - 1, self._kept)
        yield from self._add_missing()
        self._ready = True

    def _add_missing(self) -> Iterator[int]:
        """Make the cards of the chosen industries that have none yet, a few rows at a time."""
        for name in [n for n in KEYS if n in self.desk.facts.industry.sectors and n not in self._cards]:
            known = set(self._rows)
            for count in self._build_part(f"industry.{KEYS[name]}"):
                self._put(name)
                yield count
            self._put(name)
            for key in set(self._rows) - known:
                row = self._rows[key]
                row.refresh()
                row.refresh_findings()
                row.refresh_usage()
                row.set_read_only(self.desk.read_only)
        self._refresh_groups()

    def _put(self, name: str) -> None:
        """Bring a new card to its place: below the question, in the order of offer."""
        if name in self._cards:
            return
        card = self._card(f"industry.{KEYS[name]}")
        before = sum(other in self._cards for other in list(KEYS)[: list(KEYS).index(name)])
        self.column.removeWidget(card)
        self.column.insertWidget(self.column.indexOf(self._card("industry")) + 1 + before, card)
        self._cards[name] = card

    def _card(self, pattern: str) -> QWidget:
        return next(widget for spec, widget in self._groups if spec.pattern == pattern)

    def _add_some(self) -> None:
        if self._adding is None or next(self._adding, None) is None:
            self._adding = None
            self._turn.stop()

    def finish(self) -> None:
        """Make the rest of the cards now: somebody wants to go there."""
        while self._adding is not None:
            self._add_some()

    # Showing

    def refresh(self, keys: frozenset[str] | None) -> None:
        super().refresh(keys)
        if self._ready and any(name not in self._cards for name in self.desk.facts.industry.sectors):
            self.finish()
            self._adding = self._add_missing()
            self._turn.start()
        self._say_kept()

    def find_source(self) -> Source | None:
        self.finish()
        return super().find_source()

    def reveal(self, path: str) -> bool:
        self.finish()
        return super().reveal(path)

    def _say_kept(self) -> None:
        kept = industries.kept_answers(self.desk.facts)
        told = "、".join(f"{name} {count} 处" for name, count in kept.items())
        self._kept.set_prose(
            f"没有选、但保留着答案：{told}。重新选上就回来；现在不写进文书，也不检查。" if kept else ""
        )
        self._kept.setVisible(bool(kept))
