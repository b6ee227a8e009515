"""Joins the report with the drawer: problems in the order of the pages, and the quick fixes, found beside the window."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from filingdesk.domain.facts import Facts
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.desk import Desk
from filingdesk.gui.drawer import Mends, ProblemsDrawer
from filingdesk.gui.drawer_rows import Problem
from filingdesk.gui.places import home, place_words
from filingdesk.gui.profilekeeper import keeper

if TYPE_CHECKING:  # the rules must not be loaded before the first paint
    from filingdesk.services.quickfixes import Fix

FIX_PAUSE_MS = 400
"""Quick fixes are looked for when typing rests."""
_OTHER = "整个项目"


def problems_of(report: CheckReport, pages: Sequence[str], titles: Mapping[str, str]) -> list[Problem]:
    """The lines of the drawer: faults of rules, findings by page from top to bottom of the sidebar, what a person must check."""
    found = [
        Problem(r.severity, r.id, r.note or r.title, "规则出错", f"rule:{r.id}", page="", page_title=_OTHER)
        for r in report.with_status("error")
    ]
    for finding in report.findings:
        page, _inside = home(finding.path)
        found.append(
            Problem(
                finding.severity,
                finding.rule,
                finding.message,
                place_words(finding.path),
                finding.path or f"rule:{finding.rule}",
                finding.fix,
                finding.fingerprint,
                page,
                titles.get(page, _OTHER),
            )
        )
    order = {key: place for place, key in enumerate(pages)}
    found.sort(key=lambda problem: order.get(problem.page, -1))
    found += [
        Problem("manual", r.id, r.title, "", f"rule:{r.id}", r.note, page="manual", page_title="需人工核查")
        for r in report.with_status("manual")
    ]
    return found


class Mender(QObject):
    """Finds the quick fixes of the report in force and makes those that are asked for."""

    def __init__(self, desk: Desk, drawer: ProblemsDrawer, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._drawer = drawer
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(FIX_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        desk.checked.connect(self._pause.start)
        desk.closing.connect(self._pause.stop)
        drawer.mend.connect(self.mend)

    def _look(self) -> None:
        desk, report = self._desk, self._desk.report
        snapshot, content = desk.session.snapshot(), desk.session.content_revision
        if report is None or desk.read_only or report.revision < content:
            return  # the next report looks again
        profile = keeper(desk).profile
        facts = profile.facts if profile is not None else None
        desk.jobs.start(
            lambda _cancel, _report: _found(report, snapshot, facts),
            on_done=lambda mends: self._take(mends, content),
            on_error=desk.failed.emit,
        )

    def _take(self, mends: Mends, content: int) -> None:
        if content == self._desk.session.content_revision:
            self._drawer.show_mends(mends)

    def mend(self, fix: "Fix") -> None:
        """Make a quick fix and offer to take it back."""
        from filingdesk.services import quickfixes

        if self._desk.read_only:
            return
        if self._desk.attempt(lambda: quickfixes.apply(self._desk.session, fix)) is not None:
            self._desk.told.emit(f"已{fix.label}。{fix.note}", "accent", "undo")

    def mend_at(self, key: str) -> bool:
        """Make the quick fix of the field with the cursor; False when there is none."""
        for finding in self._desk.findings_at(key):
            problem = Problem(finding.severity, finding.rule, "", "", finding.path, "", finding.fingerprint)
            if fixes := self._drawer.mends_of(problem):
                self.mend(fixes[0])
                return True
        return False


def _found(report: CheckReport, snapshot: Snapshot, profile: Facts | None) -> Mends:
    from filingdesk.services import quickfixes

    return quickfixes.all_fixes(report, snapshot, profile)
