"""What changes from one rule pack to another: clauses, rules and parameters that come, go or say something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from filingdesk.rules.pack import Pack


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two packs. `kind`: rule, clause or parameter; a blank side = not there."""

    kind: str
    id: str
    what: str
    before: str
    after: str


def diff(a: Pack, b: Pack) -> list[Difference]:
    """What changes from pack `a` to pack `b`: rules, clauses and parameters that come, go or say something else."""
    return [*_diff_rules(a, b), *_diff_parts("clause", a.clauses, b.clauses), *_diff_parameters(a, b)]


def _diff_rules(a: Pack, b: Pack) -> Iterator[Difference]:
    before, after = {r.id: r for r in a.rules}, {r.id: r for r in b.rules}
    for identity in sorted(before.keys() | after.keys()):
        old, new = before.get(identity), after.get(identity)
        if old is None or new is None:
            known = old or new
            title = known.title if known else ""
            yield Difference("rule", identity, "规则", title if old else "", title if new else "")
            continue
        for name in ("title", "severity", "clause", "source", "modal", "predicate_name", "message", "fix"):
            was, now = str(getattr(old, name)), str(getattr(new, name))
            if was != now:
                yield Difference("rule", identity, name, was, now)
        if (old.predicate, old.when) != (
            new.predicate,
            new.when,
        ) and old.predicate_name == new.predicate_name:
            was = old.predicate.expected() if old.predicate else ""
            yield Difference(
                "rule", identity, "check", was, new.predicate.expected() if new.predicate else ""
            )


def _diff_parts(kind: str, before: Any, after: Any) -> Iterator[Difference]:
    for identity in sorted(before.keys() | after.keys()):
        old, new = before.get(identity), after.get(identity)
        if old != new:
            yield Difference(kind, identity, "条款", old.text if old else "", new.text if new else "")


def _diff_parameters(a: Pack, b: Pack) -> Iterator[Difference]:
    for name in sorted(a.parameters.keys() | b.parameters.keys()):
        was, now = (
            f"{p.value if p.value is not None else ''} {p.unit}".strip() if p else ""
            for p in (a.parameters.get(name), b.parameters.get(name))
        )
        if was != now:
            yield Difference("parameter", name, "参数", was, now)
