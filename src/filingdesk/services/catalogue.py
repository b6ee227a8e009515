"""Which papers a project has: those shipped with the program, overlaid by the officer's own copies kept in the project."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

from filingdesk.documents.paper import SHARED_FOLDER, Paper, assemble, load_papers
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import Stage
from filingdesk.infra.resources import resource_path
from filingdesk.services.changes import TEMPLATE
from filingdesk.services.forms import OwnForm, listed
from filingdesk.services.session import Session

MATERIALS_LIST: Final = "materials-list"
_ANNEX = re.compile(r"附件\d+")


@cache
def shipped() -> tuple[Paper, ...]:
    """Every paper that ships with the program, in bundle order."""
    return tuple(sorted(load_papers(resource_path("templates")), key=lambda p: (p.spec.order, p.id)))


@cache
def shared_pieces() -> tuple[tuple[str, str], ...]:
    """The shipped pieces that any template may include, by file name."""
    folder = resource_path("templates", SHARED_FOLDER)
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md")))


@dataclass(frozen=True)
class OwnTemplate:
    """The officer's own copy of a shipped paper, and the shipped text it was made from."""

    yaml: str
    body: str
    base_yaml: str
    base_body: str
    base_sha256: str

    def as_entry(self) -> dict[str, str]:
        """As the project keeps it."""
        return {
            "yaml": self.yaml,
            "body": self.body,
            "base_yaml": self.base_yaml,
            "base_body": self.base_body,
            "base_sha256": self.base_sha256,
        }


def own_templates(session: Session) -> dict[str, OwnTemplate]:
    """The own copies by id of their paper."""
    return {
        paper: OwnTemplate(**{name: str(entry.get(name, "")) for name in OwnTemplate.__dataclass_fields__})
        for paper, entry in session.marks(TEMPLATE).items()
        if isinstance(entry, Mapping)
    }


@dataclass(frozen=True)
class Catalogue:
    """The papers of one project. `own`: ids made from the officer's own template; `broken`: own templates that this version of
    the program cannot read, with the reason (nothing is made of those)."""

    papers: tuple[Paper, ...]
    own: frozenset[str] = frozenset()
    broken: Mapping[str, UserError] = field(default_factory=dict)
    forms: Mapping[str, OwnForm] = field(default_factory=dict)
    """Whole Word forms of the office by the id of their paper; they have no template of ours."""

    def paper(self, paper_id: str) -> Paper:
        """One paper by id; `UserError` names the known ones."""
        for known in self.papers:
            if known.id == paper_id:
                return known
        raise UserError(
            "papers.unknown",
            f"没有编号为“{paper_id}”的文书。",
            f"现有：{'、'.join(p.id for p in self.papers)}。",
        )

    def readable(self, paper_id: str) -> Paper:
        """One paper to make something of; `UserError` when its own template cannot be read."""
        if paper_id in self.broken:
            raise self.broken[paper_id]
        return self.paper(paper_id)

    def wanted(self, facts: Facts, stage: Stage | None = None) -> list[Paper]:
        """The papers this filing needs (conditions applied), without the list of materials, which only a bundle has, and
        without those that are made on request only."""
        look = lookup(facts)
        return [
            p.placed(look)
            for p in self.papers
            if p.id != MATERIALS_LIST
            and not p.spec.on_request
            and stage in {None, p.spec.stage}
            and holds(p.spec.condition, look)
        ]

    def placed(self, facts: Facts, paper_ids: Sequence[str] = ()) -> list[Paper]:
        """These papers (all wanted ones by default) under the names that the facts call for."""
        look = lookup(facts)
        return [self.paper(i).placed(look) for i in paper_ids] or self.wanted(facts)

    def bundled(self, facts: Facts, stage: Stage) -> list[Paper]:
        """The papers that leave the house with the bundle: working drafts and what is handed in apart are not among them."""
        look = lookup(facts)
        return [p for p in self.wanted(facts, stage) if p.is_bundled(look)]

    def names(self, facts: Facts) -> dict[str, str]:
        """paper id → how running text calls it in this filing: 附件4《拦截关键词列表》, or its title alone."""
        names = {}
        for each in self.wanted(facts):
            number = _ANNEX.search(each.spec.folder)
            title = _ANNEX.sub("", each.title).lstrip("-")
            names[each.id] = f"{number[0]}《{title}》" if number else f"《{title}》"
        return names


@cache
def plain() -> Catalogue:
    """The shipped papers alone."""
    return Catalogue(shipped())


def catalogue(session: Session) -> Catalogue:
    """The papers of a project."""
    own = own_templates(session)
    forms = {form.paper_id: form for form in listed(session)}
    if not own and not forms:
        return plain()
    papers: list[Paper] = []
    broken: dict[str, UserError] = {}
    for base in shipped():
        if base.id not in own:
            papers.append(base)
            continue
        try:
            papers.append(own_paper(base.id, own[base.id].yaml, own[base.id].body))
        except UserError as error:
            papers.append(base)
            broken[base.id] = error
    papers += [form.paper() for form in forms.values()]
    papers.sort(key=lambda p: (p.spec.order, p.id))
    return Catalogue(tuple(papers), frozenset(own) & {p.id for p in papers}, broken, forms)


@lru_cache(maxsize=200)
def own_paper(paper_id: str, yaml_text: str, body: str) -> Paper:
    """A paper of the officer's own texts with the shipped pieces. Raises `TemplateError` for a bad yaml."""
    return assemble(paper_id, yaml_text, body, shared_pieces())


def origin_of(found: Catalogue, paper_id: str) -> dict[str, Any]:
    """Which template a paper was made with, for the manifest of a bundle."""
    return {
        "paper": paper_id,
        "sha256": found.paper(paper_id).sha256,
        "origin": "own" if paper_id in found.own or paper_id in found.forms else "shipped",
    }
