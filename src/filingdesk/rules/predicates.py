"""The closed set of predicates a rule may use. Anything else is a small function in `filingdesk.rules.checks`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from filingdesk.domain.specs import by_pattern
from filingdesk.rules.checks.catalog import CHECKS
from filingdesk.rules.hits import Hit, NeedsPerson
from filingdesk.rules.predicate import Predicate, field_problem
from filingdesk.rules.predicates_counts import BankCount, KeywordCount
from filingdesk.rules.predicates_fields import (
    Attached,
    Forbids,
    Mentions,
    OneOf,
    Required,
    Same,
    Valid,
)
from filingdesk.rules.predicates_numbers import AnyItem, DateOrder, MaxNumber, MinCount, MinNumber, Ratio
from filingdesk.rules.view import View


class Attest(Predicate):
    """Only a person can judge: asks `question`, takes 符合, 不符合 or 不适用 with statement and name."""

    message: ClassVar[str] = "人工核查结论为“不符合”：{found}"
    fix: ClassVar[str] = "按条款整改后，在自查页更新这一条的核查结论。"
    question: str
    about: tuple[str, ...] = ()

    def patterns(self) -> tuple[str, ...]:
        return tuple(self.about)

    def problems(self) -> Iterator[str]:
        yield from (problem for path in self.about if (problem := field_problem(path)))

    def expected(self) -> str:
        return self.question

    def judge(self, view: View) -> Iterator[Hit]:
        raise NeedsPerson(self.question)


PREDICATES: dict[str, type[Predicate]] = {
    "required": Required,
    "valid": Valid,
    "min_count": MinCount,
    "any_item": AnyItem,
    "min_number": MinNumber,
    "max_number": MaxNumber,
    "ratio": Ratio,
    "one_of": OneOf,
    "same": Same,
    "attached": Attached,
    "mentions": Mentions,
    "forbids": Forbids,
    "date_order": DateOrder,
    "keyword_count": KeywordCount,
    "bank_count": BankCount,
    "attest": Attest,
}
"""Every predicate by the name rules use; `fn` stands beside them and names a check of `CHECKS`."""


class Fn(Predicate):
    """A small function of `filingdesk.rules.checks`, with parameters of the pack."""

    name: str
    args: Mapping[str, Decimal] = Field(default_factory=dict)

    def problems(self) -> Iterator[str]:
        if self.name not in CHECKS:
            yield f"没有名为“{self.name}”的检查"
        else:
            yield from (p for path in CHECKS[self.name].patterns if (p := _known(path)))

    def patterns(self) -> tuple[str, ...]:
        return CHECKS[self.name].patterns if self.name in CHECKS else ()

    def judge(self, view: View) -> Iterator[Hit]:
        yield from CHECKS[self.name].run(view, **self.args)


def _known(path: str) -> str:
    return "" if path in by_pattern() else f"检查声明了没有的字段“{path}”"
