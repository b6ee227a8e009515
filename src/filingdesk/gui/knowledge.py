"""What the packs and papers know: judges a snapshot, explains clauses, tells which papers use a field. Read once, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from filingdesk.domain.facts import Facts
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.records import BankStats
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.helppane import ClauseLine
from filingdesk.services import checking
from filingdesk.services.checking import RiskRow, When
from filingdesk.services.session import Session

if TYPE_CHECKING:
    from filingdesk.rules.route import RouteResult
    from filingdesk.services.papers import PaperStatus


@dataclass(frozen=True)
class PapersView:
    """How far each wanted paper is, and which papers use a field (`uses`: field pattern → (id, title) pairs)."""

    statuses: Sequence["PaperStatus"] = ()
    uses: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


class Knowledge:
    """Lookups that the window needs. `prepare` reads the packs once, in a job; before that the lookups are empty."""

    def __init__(self) -> None:
        self.ready = False
        self.paper_titles: Mapping[str, str] = {}
        self._clauses: Mapping[str, ClauseLine] = {}

    def prepare(self, _cancel: Cancel | None = None, _report: Report | None = None) -> None:
        """Read packs and papers; free of Qt, so a job may run it."""
        from filingdesk.services import catalogue, routing

        # Of every pack, older versions and the decision table: a project may stay with what is superseded.
        known = {**routing.table().clauses}
        for pack in (*checking.all_packs(), *checking.packs(), *checking.industry_packs()):
            known.update(pack.clauses)
        self._clauses = {
            clause.id: ClauseLine(f"{clause.law}{clause.article}" or clause.title, clause.source, clause.text)
            for clause in known.values()
        }
        self.paper_titles = {paper.id: paper.title for paper in catalogue.shipped()}
        self.ready = True

    def check(self, snapshot: Snapshot) -> CheckReport:
        """Judge a frozen state by all packs."""
        return checking.check_snapshot(snapshot)

    def keyword_coverage(self, by_risk: Mapping[str, int], when: When = None) -> list[RiskRow]:
        """Counts per risk against what the standard asks for, only the risks that have a minimum. `when`: the project's
        snapshot, so that the packs it stays with and its local rules decide."""
        if not self.ready:
            return []
        return [row for row in checking.coverage("keywords", by_risk, when) if row.minimum is not None]

    def bank_coverage(self, banks: Mapping[str, BankStats], when: When = None) -> list[bool]:
        """Every minimum of the standard for the three question banks: is it reached? In no particular order."""
        if not self.ready:
            return []
        from filingdesk.services.questions import TOTAL_PARAMETERS

        reached = []
        for stats in banks.values():
            bank = stats.bank
            total = checking.threshold(TOTAL_PARAMETERS[bank], when)
            reached += [stats.distinct >= total] if total is not None else []
            rows = (
                checking.aspect_coverage(stats.by_aspect, when)
                if bank == "non-refuse"
                else checking.coverage(bank, stats.by_risk, when)
            )
            reached += [bool(row.ok) for row in rows if row.minimum is not None]
        return reached

    def route(self, facts: Facts, as_of: date) -> "RouteResult":
        """Which filings are due on a day; a few milliseconds once `prepare` has read the table."""
        from filingdesk.services import routing

        return routing.route(facts, as_of)

    def clause_line(self, clause: str) -> ClauseLine | None:
        """A clause as it is told; None when neither a pack nor a local rule has it."""
        found = self._clauses.get(clause)
        if found is None and self.ready and clause and (card := checking.clause(clause)):
            found = ClauseLine(f"{card.law}{card.article}", card.source, card.text)
        return found

    def clause_lines(self) -> Sequence[ClauseLine]:
        """Every clause of packs and decision table; empty until `prepare` has read them."""
        return tuple(self._clauses.values())

    def papers_view(
        self, session: Session, snapshot: Snapshot, report: CheckReport, cancel: Cancel
    ) -> PapersView:
        """How far the papers are; renders each of them, so ask in a job."""
        from filingdesk.gui.paperstate import papers_view

        return papers_view(session, snapshot, report, cancel)
