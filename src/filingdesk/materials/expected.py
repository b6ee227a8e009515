"""What every file should say, computed from the facts: one `Expectation` per row of the table that has a value."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_model import Evaluation
from filingdesk.domain.flat import get, iter_leaves
from filingdesk.domain.paths import pattern_of, resolve
from filingdesk.domain.values import parse_date, parse_quantity
from filingdesk.materials.matrix import Matrix, Row
from filingdesk.materials.normal import name_key, normal, quantities

_SPLIT = re.compile(r"[、,，;；/|\s]+")
_BLANK = {"", "无", "不涉及", "/", "-"}


@dataclass(frozen=True)
class Expectation:
    """One thing to look for.

    `values` as the facts have them; `allowed` in comparable form: text keys (`name_key`), `date`, `Decimal` or term, by
    kind; `also` the same for values that are right here too. `context` and `rivals` are name keys. `paths` lead to the
    facts, the one to mend first.
    """

    row: Row
    key: str
    title: str
    paths: tuple[str, ...]
    values: tuple[str, ...]
    allowed: frozenset[Any]
    also: frozenset[Any] = frozenset()
    proof_also: frozenset[Any] = frozenset()
    context: str = ""
    rivals: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The right value in one line."""
        return "、".join(dict.fromkeys(self.values)) or "（没有填）"


def expectations(facts: Facts, matrix: Matrix) -> tuple[Expectation, ...]:
    """All rows that the facts give a value to, in the order of the table; blank facts expect nothing."""
    found: list[Expectation] = []
    look = lookup(facts)
    for row in matrix.rows:
        if not row.each:
            found += _one(row, facts, matrix, row.id, row.title, "")
            continue
        base = row.each.removesuffix("[]")
        records = get(facts, base)
        names = [name_key(_text(get(facts, f"{base}[{n}].name"))) for n in range(len(records))]
        for n, record in enumerate(records):
            here = f"{base}[{n}]"
            if holds(row.when, look, here):
                title = f"{row.title}：{record.name or n + 1}"
                rivals = tuple(name for i, name in enumerate(names) if i != n and name and name != names[n])
                for each in _one(row, facts, matrix, f"{row.id}/{record.id or n}", title, here):
                    context = names[n] if row.context else ""
                    found.append(replace(each, context=context, rivals=rivals if context else ()))
    return tuple(found)


def _one(row: Row, facts: Facts, matrix: Matrix, key: str, title: str, base: str) -> Iterator[Expectation]:
    paths = tuple(path for pattern in row.paths for path in _paths(facts, resolve(pattern, base)))
    pairs = [(path, value) for path in paths for value in _values(facts, path)]
    values = [value for _path, value in pairs]
    if row.kind == "terms":
        values = [term for value in values for term in _terms(row, matrix, value)]
    allowed = set(_comparable(row, matrix, values))
    # A number that is nowhere in the facts is to be asked about even where the facts have none yet.
    if not allowed and row.kind not in {"algorithm_number", "model_number"}:
        return
    aliases = _SPLIT.split(_text(get(facts, row.aliases))) if row.aliases else []
    also = set(_comparable(row, matrix, [*_other(facts, row.also, base), *filter(None, aliases)]))
    if row.total:
        also |= {sum((v for v in allowed if isinstance(v, Decimal)), Decimal(0))}
        if row.also:
            also |= {sum(_comparable(row, matrix, _other(facts, row.also, base)), Decimal(0))}
    if row.numbers_inside:
        also |= {q.value for text in _other(facts, row.also, base) for q in quantities(normal(text))}
    yield Expectation(
        row,
        key,
        title,
        tuple(dict.fromkeys(path for path, _value in pairs)) or paths,
        tuple(values),
        frozenset(allowed),
        frozenset(also - allowed),
        frozenset(_comparable(row, matrix, _other(facts, row.also_in_proofs, base))),
    )


def _paths(facts: Facts, pattern: str) -> list[str]:
    """`algorithm.products[].name` → one path per record."""
    head, mark, tail = pattern.partition("[]")
    if not mark:
        return [pattern]
    return [path for n in range(len(get(facts, head))) for path in _paths(facts, f"{head}[{n}]{tail}")]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _values(facts: Facts, path: str) -> list[str]:
    value = get(facts, path)
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return [text.strip() for text in texts if isinstance(text, str) and text.strip() not in _BLANK]


def _other(facts: Facts, patterns: Iterable[str], base: str) -> list[str]:
    paths = [path for pattern in patterns for path in _paths(facts, resolve(pattern, base))]
    return [value for path in paths for value in _values(facts, path)]


def _terms(row: Row, matrix: Matrix, value: str) -> list[str]:
    return terms_in(value, matrix.vocabularies[row.vocabulary])


def terms_in(text: str, vocabulary: dict[str, tuple[str, ...]]) -> list[str]:
    """The terms of a vocabulary that a text names, by their own or another word, in the order of the vocabulary."""
    upper = normal(text).upper()
    found = []
    for term, others in vocabulary.items():
        words = [word.upper() for word in (term, *others)]
        if any(_holds_word(upper, word) for word in words):
            found.append(term)
    return found


def word_for(text: str, term: str, vocabulary: dict[str, tuple[str, ...]]) -> str:
    """The word by which a text names a term."""
    upper = normal(text).upper()
    return next((w for w in (term, *vocabulary[term]) if _holds_word(upper, w.upper())), term)


def _holds_word(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![A-Z0-9]){re.escape(word)}(?![A-Z0-9])", text) is not None


_VERSION = re.compile(r"(?i)v?(\d+(?:\.\d+)+)")


def versions(text: str) -> list[str]:
    """The version numbers of a text, without the V."""
    return [m[1] for m in _VERSION.finditer(normal(text))]


def icp_key(text: str) -> str:
    """The subject's part of an ICP number: 浙icp备00000000号 of 浙ICP备00000000号-1."""
    return re.sub(r"号.*\Z", "号", name_key(text))


def _comparable(row: Row, matrix: Matrix, values: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if row.kind == "date":
            found += [day] if (day := parse_date(value)) else []
        elif row.kind == "number":
            found += [number] if (number := _number(value)) is not None else []
        elif row.kind == "terms":
            found += _terms(row, matrix, value)
        elif row.kind == "version":
            found += versions(value)
        elif row.kind == "icp":
            found += [icp_key(value)]
        else:
            found += [name_key(value)]
    return found


def _number(value: str) -> Decimal | None:
    number = parse_quantity(value)
    if number is not None:
        return number
    inside = [q.value for q in quantities(normal(value))]
    return inside[0] if len(inside) == 1 else None


UnitClass = Literal["people", "bodies", "things", "rate", "machines", "money", "times", "other", "any"]
_UNIT_CLASSES: tuple[tuple[UnitClass, str], ...] = (
    ("people", "人名位"),
    ("bodies", "家"),
    ("things", "条道题个词"),
    ("rate", "%"),
    ("machines", "台张块卡"),
    ("money", "元"),
    ("times", "次"),
)


def unit_class(after: str) -> UnitClass:
    """What kind of thing a number counts, by the text right behind it."""
    unit = after.lstrip(" 余多")[:1]
    return next((name for name, units in _UNIT_CLASSES if unit and unit in units), "other")


@dataclass(frozen=True)
class Bound:
    """Everything a number in a text may rest on: each number that stands in the facts or was counted, with what it counts."""

    numbers: frozenset[tuple[Decimal, UnitClass]]

    def holds(self, value: Decimal, unit: UnitClass, *, rough: bool = False) -> bool:
        """Is there such a number of such things? `rough`: one within a twentieth will do."""
        for known, of in self.numbers:
            if unit not in (of, "any", "other") and of != "any":
                continue
            if value == known or (rough and known > 0 and abs(value - known) <= known / 20):
                return True
        return False


def bound_numbers(facts: Facts, more: Iterable[Decimal] = ()) -> Bound:
    """All numbers of all facts, those inside long texts too, and `more` (counts of keywords, questions, thresholds)."""
    numbers: set[tuple[Decimal, UnitClass]] = {(number, "any") for number in more}
    for _path, spec, value in iter_leaves(facts):
        if not isinstance(value, str) or not value:
            continue
        text = normal(value)
        for found in quantities(text):
            whole = not text[found.end :].strip() and not text[: found.start].strip("约 ")
            unit = "rate" if found.percent else unit_class(spec.meta.unit if whole else text[found.end :])
            numbers.add((found.value, "any" if whole and unit == "other" else unit))
    for holder in {pattern_of(p).split("[]")[0] for p, _s, _v in iter_leaves(facts) if "[" in p}:
        numbers.add((Decimal(len(get(facts, holder))), "any"))
    numbers |= {(rate, "rate") for rate in _rates(facts.large_model.evaluation)}
    return Bound(frozenset(numbers))


def _rates(evaluation: Evaluation) -> Iterator[Decimal]:
    """The pass and refusal rates that papers work out of the counts, in percent, as they may be rounded."""
    for name, total in (
        ("corpus_manual_passed", "corpus_manual_sample"),
        ("corpus_technical_passed", "corpus_technical_sample"),
        ("corpus_technical_sample", "corpus_total"),
        ("output_manual_passed", "output_manual_sample"),
        ("output_keyword_passed", "output_keyword_sample"),
        ("output_classifier_passed", "output_classifier_sample"),
        ("refusal_refused", "refusal_sample"),
        ("non_refusal_refused", "non_refusal_sample"),
    ):
        part, whole = parse_quantity(getattr(evaluation, name)), parse_quantity(getattr(evaluation, total))
        if part is not None and whole:
            rate = part / whole * 100
            yield from (rate.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for places in (0, 1, 2))
