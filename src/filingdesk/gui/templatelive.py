"""Keeps the preview of a template in step with what is typed: one job at a time, the last text wins, faults by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextDocument

from filingdesk.documents.faults import Fault, TemplateError
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.pages.papers_sheet import parse
from filingdesk.services import papers, templates
from filingdesk.services.session import Session
from filingdesk.services.templates import Text

PREVIEW_PAUSE_MS = 20
CHECK_PAUSE_MS = 600
MARGIN = 28
"""Of the sheet, in pixels: it is narrower here than on the page of papers."""


@dataclass(frozen=True)
class _Shown:
    """What a job brought: a document, or why there is none; and the desk to go on with."""

    document: QTextDocument | None
    faults: tuple[Fault, ...]
    desk: papers.Desk


class TemplateLive(QObject):
    """`previewed` tells (paper, document); `judged` the faults of a text: at once those that stop the preview, a little later
    those of the whole check (`whole` true)."""

    previewed = Signal(str, object)
    judged = Signal(object, bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._paper = ""
        self._text: Text | None = None
        self._made: tuple[int, papers.Desk] | None = None
        self._ticket: Ticket | None = None
        self._again = False
        self._generation = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_PAUSE_MS)
        self._soon.timeout.connect(self._render)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_PAUSE_MS)
        self._later.timeout.connect(self._check)

    def show(self, paper: str, text: Text) -> None:
        """Follow this text from now on."""
        if paper != self._paper:
            self._generation += 1
        self._paper, self._text = paper, text
        self._soon.start()
        self._later.start()

    def stop(self) -> None:
        """Follow nothing."""
        self._generation += 1
        self._paper, self._text = "", None
        self._soon.stop()
        self._later.stop()

    def _render(self) -> None:
        if self._text is None:
            return
        if self._ticket is not None:
            self._again = True
            return
        self._again = False
        generation, paper, text, home = self._generation, self._paper, self._text, self.thread()
        session, snapshot, known, report = self._frozen()
        content = session.content_revision

        def job(cancel: Cancel, _report: Report) -> _Shown:
            desk = known or papers.Desk(session, snapshot, report)
            cancel.check()
            try:
                html = templates.preview(desk, paper, text)
            except TemplateError as error:
                return _Shown(None, error.faults, desk)
            except UserError as error:
                return _Shown(None, (Fault(paper, None, f"：{error.message}", error.hint),), desk)
            cancel.check()
            return _Shown(parse(html, home, MARGIN), (), desk)

        def done(shown: _Shown) -> None:
            self._ticket = None
            self._made = (content, shown.desk)
            if generation == self._generation:
                if shown.document is not None:
                    self.previewed.emit(paper, shown.document)
                else:
                    self.judged.emit(shown.faults, False)
            if self._again:
                self._render()

        self._ticket = self._desk.jobs.start(job, on_done=done, on_error=self._failed)

    def _check(self) -> None:
        """The whole judgement, when nothing was typed for a while."""
        if self._text is None:
            return
        generation, paper, text = self._generation, self._paper, self._text
        session, snapshot, known, report = self._frozen()

        def job(_cancel: Cancel, _report: Report) -> Sequence[Fault]:
            return templates.check(known or papers.Desk(session, snapshot, report), paper, text)

        def done(faults: Sequence[Fault]) -> None:
            if generation == self._generation and text is self._text:
                self.judged.emit(tuple(faults), True)

        self._desk.jobs.start(job, on_done=done, on_error=self._desk.failed.emit)

    def _frozen(self) -> tuple[Session, Snapshot, papers.Desk | None, CheckReport | None]:
        """The state to work on: what was made of it already, and its report when there is one."""
        session = self._desk.session
        snapshot, content = session.snapshot(), session.content_revision
        known = self._made[1] if self._made is not None and self._made[0] == content else None
        report = self._desk.report
        fresh = report if report is not None and report.revision >= content else None
        return session, snapshot, known, fresh

    def _failed(self, error: BaseException) -> None:
        self._ticket = None
        self._desk.failed.emit(error)
