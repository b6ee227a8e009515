"""What the second filing takes from the first: field by field and paper by paper, linked, adapted or new; and whom a fact touches."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import yaml

from filingdesk.domain.completeness import questions
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value, iter_leaves
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.report import CheckReport, Finding
from filingdesk.domain.specs import (
    STAGE_TITLES,
    FieldSpec,
    Stage,
    fields,
    label_of,
    page_of,
    spec_of,
    stage_of,
)
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.resources import resource_path
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session

ReuseKind = Literal["linked", "adapted", "new"]
KIND_WORDS: dict[ReuseKind, str] = {"linked": "沿用", "adapted": "改写", "new": "新填"}
FIRST: Stage = "algorithm"
SECOND: Stage = "large-model"
STAGE_WORDS = {**STAGE_TITLES, "both": "两次备案"}

Uses = Mapping[str, Collection[str]]
"""pattern of a field → ids of the papers that show or need it."""


@dataclass(frozen=True)
class Pair:
    """A field of the large-model filing and its counterpart in the algorithm filing. `how`: the same words, or adapted ones."""

    to: str
    source: str
    how: Literal["same", "adapt"]
    note: str


@cache
def pairs() -> tuple[Pair, ...]:
    """The counterparts that ship with the program."""
    data = yaml.safe_load(resource_path("knowledge", "reuse.yaml").read_text(encoding="utf-8"))
    return tuple(Pair(p["to"], p["from"], p["how"], p["note"]) for p in data["pairs"])


@dataclass(frozen=True)
class FieldRow:
    """One field of the second filing. `value` and `source_value` are texts for people, blank when nothing is there; for a field
    of records the values of all of them. `papers` and `first_papers` are ids of the papers of either filing."""

    kind: ReuseKind
    path: str
    value: str
    source: str = ""
    source_value: str = ""
    note: str = ""
    papers: tuple[str, ...] = ()
    first_papers: tuple[str, ...] = ()
    same: bool = False

    @property
    def label(self) -> str:
        holder = self.path.rpartition(".")[0].removesuffix("[]")
        return f"{label_of(holder)} › {label_of(self.path)}" if holder else label_of(self.path)

    @property
    def page(self) -> str:
        """The page it is edited on."""
        page = page_of(self.path)
        return page.title if page else ""

    @property
    def state(self) -> str:
        """In words: how the two stand to each other."""
        if self.kind == "linked":
            return "同一处事实" if self.value else "同一处事实，还没填"
        if self.kind == "new":
            return "已填" if self.value else "还没填"
        if not self.value:
            return "可以带入" if self.source_value else "两处都还没填"
        if not self.source_value:
            return "第一次备案没有填"
        return "内容相同" if self.same else "内容不同"


@dataclass(frozen=True)
class PaperRow:
    """One paper of the second filing and where its facts come from (numbers of fields)."""

    id: str
    title: str
    linked: int
    adapted: int
    new: int

    @property
    def kind(self) -> ReuseKind:
        """linked: nothing in it is of this filing alone; new: nothing comes from the first."""
        if self.linked and not self.adapted and not self.new:
            return "linked"
        return "adapted" if self.linked or self.adapted else "new"


@dataclass(frozen=True)
class ReuseMap:
    """The whole map, in the order of the forms."""

    fields: tuple[FieldRow, ...]
    papers: tuple[PaperRow, ...]

    def count(self, kind: ReuseKind) -> int:
        """How many fields."""
        return sum(row.kind == kind for row in self.fields)

    @property
    def to_take(self) -> tuple[FieldRow, ...]:
        """Adapted fields that are blank while the first filing has something."""
        return tuple(r for r in self.fields if r.kind == "adapted" and not r.value and r.source_value)


def shown(pattern: str, values: Sequence[Value]) -> str:
    """The values of one field (of all records) as people read them."""
    spec = fields().get(pattern)
    attached = spec is not None and spec.meta.kind is Kind.ATTACHMENTS
    texts = []
    for value in values:
        parts = [value] if isinstance(value, str) else list(value)
        parts = [parse_attachment(p).name for p in parts] if attached else parts
        texts.append("、".join(p.strip() for p in parts if p.strip()))
    return "；".join(dict.fromkeys(t for t in texts if t))


def reuse_map(facts: Facts, uses: Uses, paper_titles: Mapping[str, tuple[str, str]]) -> ReuseMap:
    """The map over facts; `uses` as papers use the fields now, `paper_titles`: id → (title, stage)."""
    values: dict[str, list[Value]] = {}
    for _path, spec, value in iter_leaves(facts):
        if value:
            values.setdefault(spec.pattern, []).append(value)
    text = {pattern: shown(pattern, found) for pattern, found in values.items()}
    by_target = {pair.to: pair for pair in pairs()}
    asked = {
        q.spec.pattern
        for q in questions(facts)
        if isinstance(q.spec, FieldSpec) and stage_of(q.path) == SECOND
    }
    second = {i for i, (_title, stage) in paper_titles.items() if stage in {SECOND, "both"}}
    first = {i for i, (_title, stage) in paper_titles.items() if stage in {FIRST, "both"}}
    rows = []
    for pattern in fields():
        users = tuple(uses.get(pattern, ()))
        in_second = tuple(i for i in users if i in second)
        in_first = tuple(i for i in users if i in first)
        if stage_of(pattern) != SECOND:
            if in_second:
                rows.append(
                    FieldRow("linked", pattern, text.get(pattern, ""), pattern, "", "", in_second, in_first)
                )
        elif pattern in asked or pattern in text or in_second:
            rows.append(_own(pattern, text, by_target.get(pattern), in_second))
    found = tuple(rows)
    return ReuseMap(found, tuple(_papers(found, paper_titles, second)))


def _own(pattern: str, text: Mapping[str, str], pair: Pair | None, papers: tuple[str, ...]) -> FieldRow:
    value = text.get(pattern, "")
    if pair is None:
        return FieldRow("new", pattern, value, papers=papers)
    source = text.get(pair.source, "")
    return FieldRow(
        "adapted",
        pattern,
        value,
        pair.source,
        source,
        pair.note,
        papers,
        same=bool(value) and value == source,
    )


def _papers(
    rows: Sequence[FieldRow], titles: Mapping[str, tuple[str, str]], second: Collection[str]
) -> list[PaperRow]:
    found = []
    for identity, (title, _stage) in titles.items():
        if identity in second:
            kinds = [row.kind for row in rows if identity in row.papers]
            found.append(PaperRow(identity, title, *(kinds.count(k) for k in ("linked", "adapted", "new"))))
    return found


def papers_of(facts: Facts) -> dict[str, tuple[str, str]]:
    """id → (title, stage) of the papers this project needs."""
    from filingdesk.services import papers

    return {p.id: (p.title, p.spec.stage) for p in papers.wanted(facts)}


def uses_of(session: Session) -> dict[str, list[str]]:
    """pattern → ids of the papers that use it; renders every paper once, some hundred milliseconds."""
    from filingdesk.services import papers

    desk = papers.Desk(session)
    ids = {p.title: p.id for p in desk.wanted()}
    return {pattern: [ids[t] for t in titles if t in ids] for pattern, titles in papers.uses(desk).items()}


def of_session(session: Session) -> ReuseMap:
    """The map of an open project."""
    return reuse_map(session.facts, uses_of(session), papers_of(session.facts))


def difference(row: FieldRow) -> list[tuple[Literal["same", "gone", "added"], str]]:
    """Word by word, what was made of the first filing's text in the second."""
    matcher = difflib.SequenceMatcher(None, row.source_value, row.value, autojunk=False)
    parts: list[tuple[Literal["same", "gone", "added"], str]] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            parts.append(("same", row.source_value[a:b]))
            continue
        if b > a:
            parts.append(("gone", row.source_value[a:b]))
        if d > c:
            parts.append(("added", row.value[c:d]))
    return parts


# -- taking over ------------------------------------------------------------------------------------------------------


def carriable(facts: Facts, pattern: str) -> Value:
    """What would be written into a blank field of the second filing; blank when nothing fits: the source is blank, is one of
    several records, or is a term that the field does not offer."""
    pair = next((p for p in pairs() if p.to == pattern), None)
    target = fields().get(pattern)
    if pair is None or target is None or "[]" in pattern:
        return ""
    found = [v for _p, spec, v in iter_leaves(facts) if spec.pattern == pair.source and v]
    if len(found) != 1:
        return ""
    source = fields()[pair.source]
    value = found[0]
    if target.is_list != source.is_list or (target.meta.kind is Kind.ATTACHMENTS) != (
        source.meta.kind is Kind.ATTACHMENTS
    ):
        if target.meta.kind in {Kind.TEXT, Kind.LONG_TEXT} and source.meta.kind is Kind.MULTI_CHOICE:
            return "、".join(value)
        return ""
    if target.meta.choices:
        terms = [value] if isinstance(value, str) else value
        fitting = [t for t in terms if t in target.meta.choices]
        return fitting if target.is_list else (fitting[0] if fitting else "")
    return value


def carry(session: Session, patterns: Collection[str]) -> Changes | None:
    """Fill blank fields of the second filing with what the first says, as one edit; a filled field is never touched."""
    values: dict[str, Value] = {}
    for pattern in patterns:
        if spec_of(pattern) is None or "[]" in pattern:
            raise UserError("reuse.path", f"“{pattern}”不能带入。", "用 reuse 看哪些字段可以带入。")
        if not session.value(pattern):
            value = carriable(session.facts, pattern)
            if value:
                values[pattern] = value
    return session.set_many(values, "带入算法备案的内容") if values else None


# -- whom a change touches --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Impact:
    """What hangs on some fields: papers as (id, title, stage), rules as (id, title, stage), findings that stand there now."""

    papers: tuple[tuple[str, str, str], ...]
    rules: tuple[tuple[str, str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def sentence(self) -> str:
        """One line: how many papers of either filing, how many rules and findings."""
        counts = [
            f"{STAGE_WORDS[stage]} {n} 份文书"
            for stage in (FIRST, SECOND, "both")
            if (n := sum(p[2] == stage for p in self.papers))
        ]
        if self.rules:
            counts.append(f"{len(self.rules)} 条规则")
        if self.findings:
            counts.append(f"{len(self.findings)} 个现有问题")
        return f"涉及：{'、'.join(counts)}。" if counts else "没有文书和规则用到它。"


def impact(
    paths: Collection[str],
    uses: Uses,
    paper_titles: Mapping[str, tuple[str, str]],
    report: CheckReport | None = None,
) -> Impact:
    """Which papers, rules and findings, in both filings, some fields touch. Cheap: lookups only."""
    patterns = {pattern_of(path) for path in paths}
    ids = {i for pattern in patterns for i in uses.get(pattern, ())}
    papers = tuple((i, *paper_titles[i]) for i in paper_titles if i in ids)
    found = tuple(f for f in report.findings if f.path and pattern_of(f.path) in patterns) if report else ()
    return Impact(papers, tuple(_rules(patterns)), found)


def rules_reading(paths: Collection[str]) -> list[tuple[str, str]]:
    """(id, title) of the rules that judge a field, or decide by it whether they apply."""
    return [(i, title) for i, title, _stage in _rules({pattern_of(p) for p in paths})]


def _rules(patterns: Collection[str]) -> list[tuple[str, str, str]]:
    readers = _readers()
    found = {rule for pattern in patterns for rule in readers.get(pattern, ())}
    return [rule for rule in _every_rule() if rule in found]


def _packs() -> list[Any]:
    from filingdesk.services import checking

    return [*checking.packs(), *checking.industry_packs()]


@cache
def _every_rule() -> tuple[tuple[str, str, str], ...]:
    return tuple((r.id, r.title, str(r.stage)) for pack in _packs() for r in pack.rules)


@cache
def _readers() -> dict[str, set[tuple[str, str, str]]]:
    readers: dict[str, set[tuple[str, str, str]]] = {}
    for pack in _packs():
        for rule in pack.rules:
            for pattern in (*rule.patterns, *rule.condition_patterns):
                readers.setdefault(pattern, set()).add((rule.id, rule.title, str(rule.stage)))
    return readers


def as_json(found: ReuseMap) -> dict[str, Any]:
    """The map for a script; personal values are left out."""

    def value(path: str, text: str) -> str:
        spec = spec_of(path)
        return "（个人信息）" if text and isinstance(spec, FieldSpec) and spec.meta.personal else text

    return {
        "counts": {kind: found.count(kind) for kind in KIND_WORDS},
        "fields": [
            {
                "kind": row.kind,
                "path": row.path,
                "label": row.label,
                "page": row.page,
                "value": value(row.path, row.value),
                "from": row.source,
                "from_value": value(row.source, row.source_value),
                "state": row.state,
                "note": row.note,
                "papers": list(row.papers),
                "first_papers": list(row.first_papers),
            }
            for row in found.fields
        ],
        "papers": [
            {
                "id": p.id,
                "title": p.title,
                "kind": p.kind,
                "linked": p.linked,
                "adapted": p.adapted,
                "new": p.new,
            }
            for p in found.papers
        ],
        "to_take": [row.path for row in found.to_take],
    }
