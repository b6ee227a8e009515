"""What changes from one rule pack to another: clauses, rules and parameters that come, go or say something else."""

from collections.abc import Iterator
from dataclasses import dataclass

from filingdesk.rules.pack import Pack


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two packs. `kind`: rule, clause or parameter; a blank side = not there. `clause`: under
    which clause of the later pack it stands, of the earlier one where it is gone."""

    kind: str
    id: str
    what: str
    before: str
    after: str
    clause: str = ""

    @property
    def word(self) -> str:
        """Its kind in Chinese."""
        return {"rule": "规则", "clause": "条款", "parameter": "参数"}[self.kind]

    @property
    def what_word(self) -> str:
        """What of it differs, in Chinese."""
        return _WORDS.get(self.what, self.what)


@dataclass(frozen=True)
class ClauseDifference:
    """All that differs under one clause."""

    clause: str
    heading: str
    differences: tuple[Difference, ...]


_WORDS = {
    "title": "标题",
    "severity": "级别",
    "clause": "依据",
    "source": "来源",
    "modal": "用语",
    "predicate_name": "检查方式",
    "message": "提示",
    "fix": "改法",
    "check": "要求",
    "规则": "",
    "条款": "",
    "参数": "",
    "article": "条款号",
    "text": "内容",
}


def diff(a: Pack, b: Pack) -> list[Difference]:
    """What changes from pack `a` to pack `b`: rules, clauses and parameters that come, go or say something else.

    Where `b` takes the place of `a`, clauses of the same name behind the slash are the same clause under two numberings.
    """
    return [*_diff_clauses(a, b), *_diff_parameters(a, b), *_diff_rules(a, b)]


def by_clause(a: Pack, b: Pack) -> list[ClauseDifference]:
    """The same, under the clause that each belongs to, in the order of the later pack; clauses that are gone come last."""
    groups: dict[str, list[Difference]] = {}
    for each in diff(a, b):
        groups.setdefault(each.clause, []).append(each)
    order = [*b.clauses, *a.clauses, *groups]
    return [
        ClauseDifference(clause, _heading(clause, a, b), tuple(groups[clause]))
        for clause in dict.fromkeys(order)
        if clause in groups
    ]


def _heading(identity: str, a: Pack, b: Pack) -> str:
    clause = b.clauses.get(identity) or a.clauses.get(identity)
    if clause is None:
        return identity
    return f"{clause.law} {clause.article}".strip() + f" {clause.title}（{identity}）"


def _pairs(a: Pack, b: Pack) -> dict[str, str]:
    """Clauses of `a` by the id they have in `b`: the same id, or the same demand under another numbering.

    Two numberings are told apart by what the rules say: a rule with the same id in both packs names the same clause twice.
    """
    same = {identity: identity for identity in a.clauses if identity in b.clauses}
    for rule in b.rules:
        old = a.rule(rule.id)
        if old is not None and old.clause in a.clauses and rule.clause in b.clauses:
            same.setdefault(rule.clause, old.clause)
    return same


def _diff_clauses(a: Pack, b: Pack) -> Iterator[Difference]:
    pairs = _pairs(a, b)
    for identity, new in b.clauses.items():
        old = a.clauses.get(pairs.get(identity, ""))
        if old is None:
            yield Difference("clause", identity, "条款", "", new.text, identity)
            continue
        for name in ("title", "article", "text", "source"):
            was, now = str(getattr(old, name)), str(getattr(new, name))
            if was != now:
                blank = "（待核对）" if name == "article" else "（空）"
                yield Difference("clause", identity, name, was or blank, now or blank, identity)
    gone = set(a.clauses) - set(pairs.values())
    for identity, clause in a.clauses.items():
        if identity in gone:
            yield Difference("clause", identity, "条款", clause.text, "", identity)


def _diff_rules(a: Pack, b: Pack) -> Iterator[Difference]:
    pairs = _pairs(a, b)
    before, after = {r.id: r for r in a.rules}, {r.id: r for r in b.rules}
    for identity in sorted(before.keys() | after.keys()):
        old, new = before.get(identity), after.get(identity)
        known = new or old
        if known is None:
            continue
        if old is None or new is None:
            title = known.title
            yield Difference(
                "rule", identity, "规则", title if old else "", title if new else "", known.clause
            )
            continue
        for name in ("title", "severity", "clause", "source", "modal", "predicate_name", "message", "fix"):
            was, now = str(getattr(old, name)), str(getattr(new, name))
            if was != now and not (name == "clause" and pairs.get(now) == was):
                yield Difference("rule", identity, name, was, now, known.clause)
        changed = (old.predicate, old.when) != (new.predicate, new.when)
        if changed and old.predicate_name == new.predicate_name:
            was = old.predicate.expected() if old.predicate else ""
            now = new.predicate.expected() if new.predicate else ""
            yield Difference("rule", identity, "check", was, now, known.clause)


def _diff_parameters(a: Pack, b: Pack) -> Iterator[Difference]:
    for name in sorted(a.parameters.keys() | b.parameters.keys()):
        old, new = a.parameters.get(name), b.parameters.get(name)
        known = new or old
        if known is None:
            continue
        was, now = (
            f"{p.value if p.value is not None else '（空）'} {p.unit}".strip() if p else ""
            for p in (old, new)
        )
        if was != now:
            yield Difference("parameter", name, "参数", was, now, known.clause)
