"""What a statement or a waiver rests on: a digest of the facts its rule looks at, so that it can go stale."""

import hashlib
import json

from filingdesk.domain.paths import pattern_of
from filingdesk.rules.pack import Rule
from filingdesk.rules.predicate import Fields
from filingdesk.rules.predicates_fields import Required
from filingdesk.rules.view import View

STALE = "依据的内容已变化，请重新核查"


def basis_of(rule: Rule, view: View, path: str = "") -> str:
    """16 hex digits over the values of `rule.patterns` and the counts it judges; blank when the rule looks at neither.

    With `path`, the basis of that one finding: only the leaf, where each leaf is judged on its own; else only the record it
    stands in, where the pattern stands in that list. The order of records does not matter.
    """
    patterns = rule.patterns
    if path and isinstance(rule.predicate, Fields) and not _as_one(rule.predicate):
        patterns = tuple(p for p in patterns if p == pattern_of(path)) or patterns
    parts: list[tuple[str, list[str]]] = [(p, _values(view, p, path)) for p in patterns]
    parts += [(name, _counts(view, name)) for name in (rule.predicate.libraries() if rule.predicate else ())]
    if not parts:
        return ""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _as_one(predicate: Fields) -> bool:
    return isinstance(predicate, Required) and predicate.at_least_one


def _values(view: View, pattern: str, path: str) -> list[str]:
    places = view.expand(pattern)
    record, bracket, _ = path.rpartition("]")
    if bracket and pattern.startswith(f"{pattern_of(record + bracket)}"):
        places = [place for place in places if place.startswith(record + bracket)]
    found = [f"{view.count(place)}\n{view.text(place)}" for place in places if view.filled(place)]
    return sorted(found)


def _counts(view: View, name: str) -> list[str]:
    """Totals and counts per risk of the keyword library or of one bank."""
    head, _, bank = name.partition("/")
    if head == "@keywords":
        keywords = view.snapshot.keywords
        return [str(keywords.distinct), *(f"{k}={v}" for k, v in sorted(keywords.by_risk.items()))]
    stats = view.snapshot.banks.get(bank)
    if stats is None:
        return []
    per = {**stats.by_risk, **stats.by_aspect}
    return [str(stats.distinct), *(f"{k}={v}" for k, v in sorted(per.items()))]
