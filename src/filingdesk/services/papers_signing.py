"""Who signs or seals what, in which paper and on which page: the map for the day of signing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from filingdesk.documents.blocks import SignaturePlace, text_of
from filingdesk.documents.paper import Paper
from filingdesk.domain.completeness import lookup
from filingdesk.domain.facts import Facts

if TYPE_CHECKING:
    from filingdesk.services.papers import Desk


@dataclass(frozen=True)
class SignatureEntry:
    """One place to sign or seal. `page` and `pages` are those of the pdf, None when it cannot be set; `who` may be blank."""

    paper: str
    title: str
    label: str
    kind: str
    """签字 or 盖章."""
    who: str
    dated: bool
    page: int | None = None
    pages: int | None = None


def signature_map(desk: "Desk", papers: Sequence[Paper], *, draft: bool = False) -> list[SignatureEntry]:
    """Every place of these papers, in their order and from front to back."""
    return [entry for each in papers for entry in _places(desk, each, draft)]


def _places(desk: "Desk", found: Paper, draft: bool) -> Iterator[SignatureEntry]:
    if not found.spec.signatures:
        return
    document = desk.document(found.id, draft=draft)
    layout = desk.layout(found.id, draft=draft)
    number = 0
    for block in document.blocks:
        if not isinstance(block, SignaturePlace):
            continue
        label = text_of(block.label)
        page = layout.places[number] if layout else 0
        number += 1
        yield SignatureEntry(
            found.id,
            document.title,
            label,
            "盖章" if block.seal else "签字",
            text_of(block.who) or _who(found, label, desk.facts),
            block.date,
            page or None,
            layout.total if layout else None,
        )


def _who(found: Paper, label: str, facts: Facts) -> str:
    """The person the place is for: by the paper's own plan, by the list of signatories, or nobody that is known."""
    look = lookup(facts)
    for plan in found.spec.signatures:
        if plan.who and label.startswith(plan.label) and isinstance(name := look(plan.who), str) and name:
            return name
    names = [s.name for s in facts.signatories if s.role and label.startswith(s.role) and s.name]
    if label.startswith("受托人"):
        names = [c.name for c in facts.contacts if c.role == "备案联系人" and c.name]
    return "、".join(names)


def as_data(entries: Sequence[SignatureEntry]) -> list[dict[str, Any]]:
    """The map as plain values for the list of materials."""
    return [{**asdict(entry), "page": entry.page or 0, "pages": entry.pages or 0} for entry in entries]
