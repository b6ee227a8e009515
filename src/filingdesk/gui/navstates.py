"""What the list of pages says of each: how much is filled, what blocks, what reminds."""

from filingdesk.domain import specs
from filingdesk.gui.desk import Desk
from filingdesk.gui.places import home
from filingdesk.gui.sidebar import NavState, Sidebar


class NavStates:
    """Keeps the states of a sidebar."""

    def __init__(self, desk: Desk, sidebar: Sidebar) -> None:
        self._desk, self._sidebar = desk, sidebar
        self._counted: object = None
        self._covered: tuple[float | None, float | None] = (None, None)

    def checked(self) -> None:
        """After a check; local rules lie in files of their own, so minima may be others."""
        self._counted = None
        self.update()

    def update(self) -> None:
        """Count anew what may have changed."""
        done = self._desk.completeness()
        report = self._desk.report
        counts: dict[str, list[int]] = {}
        for finding in report.findings if report else ():
            key, _inside = home(finding.path)
            tally = counts.setdefault(key, [0, 0])
            if finding.severity == "blocker":
                tally[0] += 1
            elif finding.severity == "warning":
                tally[1] += 1
        ratios = {
            entry.key: tallied.ratio if (tallied := done.pages.get(entry.key)) else None
            for entry in specs.PAGES
        }
        covered, asked = self._libraries_covered()
        for key, fraction in {**ratios, "keywords": covered, "questions": asked}.items():
            blockers, warnings = counts.get(key, (0, 0))
            self._sidebar.set_state(key, NavState(fraction, blockers, warnings))

    def _libraries_covered(self) -> tuple[float | None, float | None]:
        """How much of the minima keywords and banks reach; counted again only when they, or what they are held against, changed."""
        state, knowledge = self._desk.session.snapshot(), self._desk.knowledge
        counted = (state.keywords, state.banks, state.as_of, state.packs, state.overlays, state.overlay_texts)
        if self._counted != (knowledge.ready, counted):
            self._counted = (knowledge.ready, counted)
            words = knowledge.keyword_coverage(state.keywords.by_risk, state)
            reached = knowledge.bank_coverage(state.banks, state)
            self._covered = (
                sum(bool(row.ok) for row in words) / len(words) if words else None,
                sum(reached) / len(reached) if reached else None,
            )
        return self._covered
