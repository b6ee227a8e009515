"""One search over clauses, rules, help of fields, penalties, policies and the facts of the open project."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import iter_leaves
from filingdesk.domain.meta import Kind, SourceMark
from filingdesk.domain.specs import FieldSpec, fields, label_of, page_of, trail_of
from filingdesk.domain.values import mask, parse_attachment
from filingdesk.infra.fulltext import FullText, excerpt
from filingdesk.services import cards

HitKind = Literal["clause", "rule", "help", "risk", "policy", "fact"]
KIND_WORDS: dict[HitKind, str] = {
    "clause": "条款",
    "rule": "规则",
    "help": "填写帮助",
    "risk": "法律责任",
    "policy": "政策",
    "fact": "事实",
}


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. `place`: the path of a field (help, fact), `rule:ID`, or blank for a card."""

    kind: HitKind
    id: str
    title: str
    where: str
    body: str
    source: SourceMark | None = None
    place: str = ""
    personal: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Hit:
    """A found entry with a piece of its text and the places of the query's words in that piece."""

    entry: Entry
    piece: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Results:
    """The hits, the best first. `loose`: nothing held the words as written, these share a part of them."""

    query: str
    hits: tuple[Hit, ...]
    loose: bool = False


class KnowledgeBase:
    """The index, kept for the life of the program; made in some hundred milliseconds, asked in a few. `set_facts` follows the
    open project; without one only the shipped knowledge is searched. May be built in a job and asked from the window."""

    def __init__(self) -> None:
        self._index = FullText()
        self._entries: dict[str, Entry] = {}
        self._policies: frozenset[str] = frozenset()
        for kind, entries in (
            ("clause", _clauses()),
            ("rule", _rules()),
            ("help", _help()),
            ("risk", _cards("risk")),
        ):
            self._put(kind, list(entries))
        self.refresh_policies()

    def __len__(self) -> int:
        return len(self._index)

    def close(self) -> None:
        """Give the memory back."""
        self._index.close()

    def _put(self, kind: str, entries: list[Entry]) -> None:
        self._entries.update({e.key: e for e in entries})
        self._index.put(kind, [(e.key, f"{e.title} {e.where}", f"{e.id} {e.body}") for e in entries])

    def refresh_policies(self) -> None:
        """Read the user's own policy cards again."""
        entries = list(_cards("policy"))
        self._index.keep_only("policy", {e.key for e in entries})
        self._put("policy", entries)

    def set_facts(self, facts: Facts | None) -> None:
        """Search in these facts too; only what changed is indexed anew."""
        entries = list(_facts(facts)) if facts is not None else []
        keys = {e.key for e in entries}
        for gone in [k for k, e in self._entries.items() if e.kind == "fact" and k not in keys]:
            del self._entries[gone]
        self._index.keep_only("fact", keys)
        self._put("fact", entries)

    def entries(self, kind: str) -> list[Entry]:
        """Everything of one kind, to leaf through."""
        return [e for e in self._entries.values() if e.kind == kind]

    def entry(self, key: str) -> Entry | None:
        """The entry of a key (`clause:algo-2022/art24`)."""
        return self._entries.get(key)

    def search(self, query: str, *, kinds: Collection[str] | None = None, limit: int = 50) -> Results:
        """What holds every word of the query."""
        found = self._index.search(query, groups=kinds, limit=limit)
        hits = []
        for each in found:
            entry = self._entries[each.key]
            text = mask(entry.body) if entry.personal else entry.body
            piece, marks = excerpt(text, query)
            hits.append(Hit(entry, piece, marks))
        return Results(query, tuple(hits), any(not each.all_words for each in found))


def _clauses() -> Iterator[Entry]:
    for card in cards.clause_cards():
        yield _entry(card)


def _cards(kind: cards.CardKind) -> Iterator[Entry]:
    for card in cards.risk_cards() if kind == "risk" else cards.policy_cards():
        yield _entry(card)


def _entry(card: cards.Card) -> Entry:
    body = " ".join(part for part in (card.text, card.note, card.todo, card.state) if part)
    return Entry(card.kind, card.id, card.title, card.where, body, card.source)


def _rules() -> Iterator[Entry]:
    from filingdesk.services import checking

    for pack in [*checking.packs(), *checking.industry_packs()]:
        for rule in pack.rules:
            clause = pack.clauses.get(rule.clause)
            where = f"《{clause.law}》{clause.article}" if clause else pack.title
            # A mend with a blank to be filled by the finding says nothing by itself.
            body = " ".join(part for part in (rule.why, rule.fix) if part and "{" not in part)
            yield Entry("rule", rule.id, rule.title, where, body, rule.source, f"rule:{rule.id}")


def _help() -> Iterator[Entry]:
    for pattern, spec in fields().items():
        meta = spec.meta
        page = page_of(pattern)
        if page is None:
            continue
        body = " ".join(p for p in (meta.help, meta.why, meta.good, meta.bad, "、".join(meta.choices)) if p)
        holder = pattern.rpartition(".")[0].removesuffix("[]")
        where = " › ".join(dict.fromkeys([page.title, *([label_of(holder)] if holder else [])]))
        yield Entry("help", pattern, meta.label, where, body, place=pattern)


def _facts(facts: Facts) -> Iterator[Entry]:
    for path, spec, value in iter_leaves(facts):
        if value:
            parts = [value] if isinstance(value, str) else value
            if spec.meta.kind is Kind.ATTACHMENTS:
                parts = [parse_attachment(p).name for p in parts]
            where = " › ".join(trail_of(path).split(" › ")[:-1])
            yield Entry(
                "fact", path, spec.meta.label, where, "、".join(parts), place=path, personal=_personal(spec)
            )


def _personal(spec: FieldSpec) -> bool:
    return spec.meta.personal
