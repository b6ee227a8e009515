"""The paragraphs that a project says in its own words, listed over all papers, with what became of each."""

from dataclasses import dataclass

from filingdesk.documents.rewriting import Override, Stale
from filingdesk.domain.errors import UserError
from filingdesk.services import overrides
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session


@dataclass(frozen=True)
class OwnWords:
    """A paragraph in the project's own words, for lists. `told` says why it is left out of the paper; blank when it is in.
    `stale` is what can be decided about it (`overrides.keep`)."""

    paper: str
    title: str
    override: Override
    told: str
    stale: Stale | None = None

    @property
    def text(self) -> str:
        return overrides.words_of(self.override)


def own_words(session: Session, desk: Desk | None = None, paper: str = "") -> tuple[OwnWords, ...]:
    """Everything that the project says in its own words (in one paper)."""
    kept = overrides.kept(session)
    if not kept:
        return ()
    desk = desk or Desk(session)
    found: list[OwnWords] = []
    for name, here in kept.items():
        if paper not in {"", name}:
            continue
        try:
            title, why = desk.paper(name).title, ""
            stale = {s.override.anchor: s for s in desk.rewritten(name).stale}
        except UserError as error:
            # A paper that this filing or this version does not have: its words are kept and told all the same.
            title, why, stale = name, error.message, {}
        found += [
            OwnWords(
                name,
                title,
                each,
                why or (overrides.told_of(stale[anchor]) if anchor in stale else ""),
                stale.get(anchor),
            )
            for anchor, each in here.items()
        ]
    return tuple(found)
