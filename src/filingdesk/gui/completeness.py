"""How much of a page or a record is filled: counts the questions that the facts make askable."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from filingdesk.domain import specs
from filingdesk.domain.conditions import Lookup, holds
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import FieldSpec, GroupSpec, Spec


@dataclass(frozen=True)
class Question:
    """One askable, not optional question: its key and whether it is answered. An empty list counts as one."""

    key: str
    pattern: str
    answered: bool


def questions(facts: Facts, lookup: Lookup) -> Iterator[Question]:
    """Every question that the facts make askable, hidden and optional ones left out."""
    yield from _below(specs.root().children, facts, "", lookup)


def _below(children: tuple[Spec, ...], node: BaseModel, base: str, lookup: Lookup) -> Iterator[Question]:
    for spec in children:
        if not holds(spec.meta.visible_when, lookup, base):
            continue
        name = spec.pattern.rpartition(".")[2]
        key = f"{base}.{name}" if base else name
        value: Any = getattr(node, name)
        if isinstance(spec, FieldSpec):
            if not spec.meta.optional:
                yield Question(key, spec.pattern, bool(value))
        elif isinstance(spec, GroupSpec):
            yield from _below(spec.children, value, key, lookup)
        else:
            if not value and not spec.meta.optional:
                yield Question(key, spec.pattern, False)
            for item in value:
                yield from _below(spec.children, item, f"{key}[#{item.id}]", lookup)


@lru_cache(maxsize=2048)
def page_key(pattern: str) -> str:
    """The page on which a pattern is edited; blank when none."""
    page = specs.page_of(pattern)
    return page.key if page else ""


@dataclass
class Tally:
    """Answered and asked."""

    answered: int = 0
    asked: int = 0

    @property
    def fraction(self) -> float | None:
        """0..1, None when nothing is asked."""
        return self.answered / self.asked if self.asked else None


class Completeness:
    """The state of all questions at one moment."""

    def __init__(self, facts: Facts, lookup: Lookup) -> None:
        self._questions = tuple(questions(facts, lookup))
        self.pages: dict[str, Tally] = {}
        for question in self._questions:
            tally = self.pages.setdefault(page_key(question.pattern), Tally())
            tally.asked += 1
            tally.answered += question.answered

    def below(self, prefix: str) -> Tally:
        """The questions below a key."""
        inside = [q.answered for q in self._questions if q.key.startswith(f"{prefix}.") or q.key == prefix]
        return Tally(sum(inside), len(inside))

    def first_blank(self, page: str) -> str:
        """The key of the first unanswered question of a page; blank when all are answered."""
        return next((q.key for q in self._questions if not q.answered and page_key(q.pattern) == page), "")
