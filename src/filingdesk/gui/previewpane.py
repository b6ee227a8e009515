"""The paper beside the form: shows at once what is typed, comes to the field in focus, leads from a word to its field."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Value
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.paths import pattern_of
from filingdesk.gui.completeness import page_key
from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.choices import QuietCombo
from filingdesk.gui.icons import icon
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.pages.papers_list import chip_of
from filingdesk.gui.pages.papers_sheet import PaperSheet, parse
from filingdesk.gui.pages.papers_tables import preview_of
from filingdesk.gui.places import home
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.labels import label
from filingdesk.services import papers
from filingdesk.services.livefacts import with_typed

PAUSE_MS = 15
"""Keystrokes that fall together are shown together; a preview that is being made is followed by the next one at once."""
NARROWEST, WIDEST = 300, 560
_MARGIN = 26
_TABLES = frozenset({"keywords-list", "question-bank"})


class PreviewPane(QFrame):
    """The pane. `closed` tells that the user wants it away."""

    closed = Signal()
    shown = Signal()
    """A preview of the newest text is on the sheet."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setProperty("role", "helpPane")
        self.setAccessibleName("文书预览")
        self._page = ""
        self._paper = ""
        self._pinned = False
        self._typed: dict[str, Value] = {}
        self._ticket: Ticket | None = None
        self._again = False
        self._scroll_to = ""
        self._made: tuple[int, papers.Desk] | None = None
        self._last_typed = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(1, Space.S, 0, 0)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setContentsMargins(Space.S, 0, Space.XS, 0)
        head.setSpacing(Space.XS)
        self.choice: QComboBox = QuietCombo()
        self.choice.setAccessibleName("预览哪份文书")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(8)
        self.choice.activated.connect(self._chosen)
        head.addWidget(self.choice, 1)
        self.chip = Badge("", pill=True)
        self.chip.hide()
        head.addWidget(self.chip)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("收起预览（F7）")
        self.close_button.setAccessibleName("收起文书预览")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.note = label("", "muted", wrap=True, parent=self)
        self.note.setContentsMargins(Space.S, 0, Space.S, 0)
        self.note.hide()
        column.addWidget(self.note)
        self.sheet = PaperSheet()
        self.sheet.wanted.connect(self._follow)
        column.addWidget(self.sheet, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._render)
        desk.typed.connect(self._on_typed)
        desk.changed.connect(self._on_changed)
        desk.field_focused.connect(self._on_focus)
        desk.papers_known.connect(self._fill)
        self.hide()

    # What is shown

    def show_page(self, page: str) -> None:
        """Show a paper that speaks of this page of forms."""
        if page != self._page:
            self._page, self._pinned = page, False
        self._fill()

    def fit(self, over: int) -> None:
        """Take what the form leaves over, within reason."""
        self.setFixedWidth(max(NARROWEST, min(WIDEST, over)))

    def paper(self) -> str:
        """The id of the paper that is shown; blank when none is."""
        return self._paper

    def _candidates(self) -> list[tuple[str, str]]:
        """The papers that use fields of this page first (those that use most of them leading), then the others."""
        uses: dict[str, int] = {}
        for pattern, found in self.desk.papers.uses.items():
            if page_key(pattern) == self._page:
                for paper, _title in found:
                    uses[paper] = uses.get(paper, 0) + 1
        known = [(s.id, s.title) for s in self.desk.papers.statuses if s.id not in _TABLES]
        return sorted(known, key=lambda each: -uses.get(each[0], 0))

    def _fill(self) -> None:
        if self.isHidden():
            return
        candidates = self._candidates()
        if [
            (self.choice.itemData(i), self.choice.itemText(i)) for i in range(self.choice.count())
        ] != candidates:
            self.choice.clear()
            for paper, title in candidates:
                self.choice.addItem(title, paper)
        ids = [paper for paper, _title in candidates]
        if not ids:
            self.sheet.show_words(
                "正在准备…" if not self.desk.papers.statuses else "还没有用到这一页的文书。"
            )
            return
        self._turn_to(self._paper if self._pinned and self._paper in ids else self._best(ids))

    def _best(self, ids: Sequence[str]) -> str:
        """The paper to show: the one that is there when it uses the field in focus, else the first that does."""
        using = {paper for paper, _title in self.desk.papers.uses.get(pattern_of(self.desk.focused_key), ())}
        if using and page_key(pattern_of(self.desk.focused_key)) == self._page:
            if self._paper in using:
                return self._paper
            return next((paper for paper in ids if paper in using), ids[0])
        return self._paper if self._paper in ids[:3] else ids[0]

    def _turn_to(self, paper: str) -> None:
        place = self.choice.findData(paper)
        if place >= 0:
            self.choice.setCurrentIndex(place)
        changed = paper != self._paper
        self._paper = paper
        self._show_state()
        if changed:
            self._scroll_to = self._path(self.desk.focused_key)
        self._pause.start()

    def _show_state(self) -> None:
        status = next((s for s in self.desk.papers.statuses if s.id == self._paper), None)
        self.chip.setVisible(status is not None)
        if status is not None:
            self.chip.set_text(*chip_of(status))

    def _chosen(self, place: int) -> None:
        self._pinned = True
        self._turn_to(str(self.choice.itemData(place)))

    # Following

    def _on_typed(self, key: str, value: object) -> None:
        if self.isHidden() or not isinstance(value, (str, list)):
            return
        self._typed[key] = value
        if key != self._last_typed:
            self._last_typed, self._scroll_to = key, self._path(key)
        self._pause.start()

    def _on_changed(self, keys: object) -> None:
        if isinstance(keys, frozenset):
            for key in keys:
                self._typed.pop(key, None)
        else:
            self._typed.clear()
        if not self.isHidden():
            self._pause.start()

    def _on_focus(self, key: str) -> None:
        if self.isHidden():
            return
        self._scroll_to, self._last_typed = self._path(key), key
        before = self._paper
        if not self._pinned:
            self._fill()
        if self._paper == before and self._scroll_to:
            self.sheet.scroll_to(self._scroll_to)

    def _path(self, key: str) -> str:
        return self.desk.session.human_path(key) if key else ""

    def _follow(self, path: str) -> None:
        page, inside = home(path)
        self.desk.go(page or "check", inside if page else "")

    def _render(self) -> None:
        """Make the preview beside the window's thread: one at a time, the newest text last."""
        if self.isHidden() or not self._paper:
            return
        if self._ticket is not None:
            self._again = True
            return
        self._again = False
        paper, typed, here = self._paper, dict(self._typed), self.thread()
        session, snapshot, report = self.desk.session, self.desk.session.snapshot(), self.desk.report
        known = self._made[1] if self._made is not None and self._made[0] == snapshot.revision else None

        def job(cancel: Cancel, _report: Report) -> tuple[QTextDocument, papers.Desk]:
            desk = known or papers.Desk(session, snapshot, report)
            cancel.check()
            shown = desk.typing(with_typed(snapshot.facts, typed)) if typed else desk
            html = preview_of(session, shown, paper)
            cancel.check()
            return parse(html, here, _MARGIN), desk

        def done(made: tuple[QTextDocument, papers.Desk]) -> None:
            self._ticket = None
            document = made[0]
            self._made = (snapshot.revision, made[1])
            if paper == self._paper:
                self.note.hide()
                self.sheet.show_document(paper, document)
                if self._scroll_to:
                    self.sheet.scroll_to(self._scroll_to)
                    self._scroll_to = ""
                if not self._again:
                    self.shown.emit()
            if self._again:
                self._render()

        def failed(error: BaseException) -> None:
            self._ticket = None
            if isinstance(error, UserError):
                self.note.setText(f"{error.message}{error.hint}")
                self.note.show()
            else:
                self.desk.failed.emit(error)

        self._ticket = self.desk.jobs.start(job, on_done=done, on_error=failed)
