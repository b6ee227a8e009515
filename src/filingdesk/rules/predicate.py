"""What all predicates share: where they look, how they refuse a badly written rule, what they say by default."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from filingdesk.domain.conditions import ConditionError, paths_in, validate
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, ListSpec, by_pattern, nearest
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.view import View


def unknown(pattern: str) -> str:
    """The complaint about a path that no declaration knows."""
    close = "、".join(nearest(pattern))
    return f"没有字段“{pattern}”" + (f"，相近的有 {close}" if close else "")


def field_problem(pattern: str) -> str:
    """Why a pattern is no leaf; blank when it is one."""
    spec = by_pattern().get(pattern)
    if spec is None:
        return unknown(pattern)
    return "" if isinstance(spec, FieldSpec) else f"“{pattern}”不是单个字段"


def list_problem(pattern: str) -> str:
    """Why a pattern is no list of records; blank when it is one."""
    spec = by_pattern().get(pattern)
    if spec is None:
        return unknown(pattern)
    return "" if isinstance(spec, ListSpec) else f"“{pattern}”不是列表"


def condition_problems(condition: dict[str, Any] | None, base: str = "") -> Iterator[str]:
    """Complaints about a condition: not in the language, or about an unknown path. `base` is the record's pattern."""
    try:
        validate(condition)
    except ConditionError as error:
        yield str(error)
        return
    for path in paths_in(condition):
        if path.startswith(".") and not base:
            yield f"条件里的“{path}”以点开头，但这里没有所属的记录"
            continue
        pattern = pattern_of(f"{base}{path}" if path.startswith(".") else path)
        if pattern not in by_pattern():
            yield unknown(pattern)


def figure(number: Decimal) -> str:
    """A number as people read it: 10,000; 0.5."""
    text = f"{number.normalize():f}"
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"


def percent(part: Decimal, whole: Decimal, *, down: bool) -> str:
    """A share with two digits, rounded to the side that never flatters: 95.99 % is not shown as 96 %."""
    share = (part * 100 / whole).quantize(Decimal("0.01"), ROUND_FLOOR if down else ROUND_CEILING)
    return f"{share.normalize():f}%"


class Predicate(BaseModel):
    """One of the closed set. `judge` yields hits, or raises `NotApplicable` when there was nothing to look at."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    message: ClassVar[str] = "{label}：{found}"
    fix: ClassVar[str] = "到「{page}」页核对“{label}”，按实际情况改正。"

    def problems(self) -> Iterator[str]:
        """Complaints about how the rule is written."""
        yield from ()

    def patterns(self) -> tuple[str, ...]:
        """The fields whose value decides."""
        return ()

    def libraries(self) -> tuple[str, ...]:
        """The lists whose counts decide: `@keywords`, `@questions/BANK`."""
        return ()

    def expected(self) -> str:
        """The demand in a few words, for the documents; blank when the title says it."""
        return ""

    def judge(self, view: View) -> Iterator[Hit]:
        raise NotImplementedError


class Fields(Predicate):
    """Looks at leaves: `paths`, or the leaves `.a` of `each` record of a list (those for which `where` holds)."""

    paths: list[str]
    each: str | None = None
    where: dict[str, Any] | None = None

    def patterns(self) -> tuple[str, ...]:
        return tuple(f"{self.each}[]{p}" if self.each else p for p in self.paths)

    def problems(self) -> Iterator[str]:
        if not self.paths:
            yield "paths 是空的"
        if self.each:
            if problem := list_problem(self.each):
                yield problem
            yield from (f"each 之下的路径以点开头：“{p}”" for p in self.paths if not p.startswith("."))
            yield from condition_problems(self.where, f"{self.each}[]")
        elif self.where is not None:
            yield "where 只能和 each 一起用"
        for pattern in self.patterns():
            if problem := field_problem(pattern):
                yield problem

    def places(self, view: View) -> list[str]:
        """Every place to look at whose question is asked; `NotApplicable` when there is none."""
        if self.each:
            places = [f"{record}{p}" for record in view.records(self.each, self.where) for p in self.paths]
        else:
            places = [place for p in self.paths for place in view.expand(p)]
        asked = [place for place in places if view.visible(place)]
        if not asked:
            raise NotApplicable
        return asked


def single(path: str, *kinds: Kind) -> Iterator[str]:
    """Complaints about a path that should be one leaf outside of lists, of one of these kinds."""
    if problem := field_problem(path):
        yield problem
        return
    if "[]" in path:
        yield f"“{path}”在列表之内，这里只能用单个字段"
    spec = by_pattern()[path]
    if kinds and isinstance(spec, FieldSpec) and spec.meta.kind not in kinds:
        yield f"“{path}”的类型是 {spec.meta.kind}，不能这样比较"
