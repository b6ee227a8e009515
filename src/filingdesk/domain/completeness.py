"""Which questions are asked (conditions applied) and how many of them are answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from filingdesk.domain.conditions import holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Value, get
from filingdesk.domain.paths import parent_of
from filingdesk.domain.specs import PAGES, FieldSpec, ListSpec, Page, Spec, by_pattern, root


@dataclass(frozen=True)
class Completeness:
    """How many of the asked, required leaves are answered. An empty required list counts as one unanswered question."""

    filled: int
    asked: int

    @property
    def ratio(self) -> float:
        """0.0 … 1.0; nothing asked is complete."""
        return self.filled / self.asked if self.asked else 1.0

    def __add__(self, other: "Completeness") -> "Completeness":
        return Completeness(self.filled + other.filled, self.asked + other.asked)


def lookup(facts: Facts) -> Callable[[str], Any]:
    """How conditions read values: None where there is nothing."""

    def find(path: str) -> Any:
        try:
            return get(facts, path)
        except KeyError:
            return None

    return find


def is_visible(spec: Spec, path: str, facts: Facts) -> bool:
    """Is this one declaration asked, its ancestors left aside? `path` is the path of the value itself."""
    return holds(spec.meta.visible_when, lookup(facts), parent_of(path))


@dataclass(frozen=True)
class Question:
    """One asked leaf, or an empty list (`value` [] and `spec` a ListSpec)."""

    path: str
    spec: FieldSpec | ListSpec
    value: Value

    @property
    def required(self) -> bool:
        return not self.spec.meta.optional


def questions(facts: Facts) -> Iterator[Question]:
    """Every asked leaf of the whole tree."""
    return _children(root().children, facts, "", facts, frozenset())


def page_questions(facts: Facts, page: Page) -> Iterator[Question]:
    """The asked leaves of one page."""
    for part in page.parts:
        spec = by_pattern()[part]
        yield from _ask(spec, get(facts, part), part, facts, frozenset(_other_parts(part)))


def _other_parts(part: str) -> Iterator[str]:
    for page in PAGES:
        for other in page.parts:
            if other != part and other.startswith(f"{part}."):
                yield other


def _ask(spec: Spec, value: Any, path: str, facts: Facts, skip: frozenset[str]) -> Iterator[Question]:
    if not is_visible(spec, path, facts):
        return
    if isinstance(spec, FieldSpec):
        yield Question(path, spec, value)
    elif isinstance(spec, ListSpec):
        if not value:
            yield Question(path, spec, [])
        for index, item in enumerate(value):
            yield from _children(spec.children, item, f"{path}[{index}]", facts, skip)
    else:
        yield from _children(spec.children, value, path, facts, skip)


def _children(
    specs: tuple[Spec, ...], model: BaseModel, prefix: str, facts: Facts, skip: frozenset[str]
) -> Iterator[Question]:
    for child in specs:
        if child.pattern not in skip:
            name = child.pattern.rpartition(".")[2]
            yield from _ask(child, getattr(model, name), f"{prefix}.{name}" if prefix else name, facts, skip)


def count(asked: Iterator[Question]) -> Completeness:
    """Count the required ones."""
    filled = total = 0
    for question in asked:
        if question.required:
            total += 1
            filled += bool(question.value)
    return Completeness(filled, total)
