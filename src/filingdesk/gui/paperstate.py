"""How far the papers are and which papers use a field: rendered once per state, for a job beside the window."""

from typing import Any

from filingdesk.documents.rewriting import Rewritten
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.knowledge import PapersView
from filingdesk.services import papers
from filingdesk.services.session import Session


class _OnceRendered(papers.Desk):
    """A paper asked for twice is rendered once; before each, the window may have its turn."""

    def __init__(self, session: Session, snapshot: Snapshot, report: CheckReport, cancel: Cancel) -> None:
        super().__init__(session, snapshot, report)
        self._cancel = cancel
        self._rendered: dict[str, Rewritten] = {}

    def rewritten(self, paper_id: str, *, draft: bool = True, **more: Any) -> Rewritten:
        self._cancel.check()
        if more or not draft:
            return super().rewritten(paper_id, draft=draft, **more)
        if paper_id not in self._rendered:
            self._rendered[paper_id] = super().rewritten(paper_id)
        return self._rendered[paper_id]


def papers_view(session: Session, snapshot: Snapshot, report: CheckReport, cancel: Cancel) -> PapersView:
    """The state of the wanted papers; reads the snapshot, not the project file."""
    desk = _OnceRendered(session, snapshot, report, cancel)
    wanted = desk.wanted()
    statuses = tuple(desk.status(paper.id) for paper in wanted)
    ids = {paper.title: paper.id for paper in wanted}
    uses = {
        pattern: tuple((ids.get(title, ""), title) for title in titles)
        for pattern, titles in papers.uses(desk).items()
    }
    return PapersView(statuses, uses)
