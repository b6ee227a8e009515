"""Predicates over counts, numbers, shares and days."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from filingdesk.domain.conditions import holds, paths_in
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, by_pattern, label_of
from filingdesk.domain.values import parse_date
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.predicate import (
    Predicate,
    condition_problems,
    field_problem,
    figure,
    list_problem,
    percent,
    single,
)
from filingdesk.rules.view import View


class MinCount(Predicate):
    """A list (records for which `where` holds) or a choice has at least so many entries."""

    message: ClassVar[str] = "“{label}”现有 {found} 项，至少要 {expected} 项"
    fix: ClassVar[str] = "到「{page}」页补充“{label}”。"
    of: str
    at_least: Decimal
    where: dict[str, Any] | None = None

    def patterns(self) -> tuple[str, ...]:
        inner = tuple(f"{self.of}[]{p}" for p in paths_in(self.where) if p.startswith("."))
        return (self.of, *inner)

    def problems(self) -> Iterator[str]:
        if not list_problem(self.of):
            yield from condition_problems(self.where, f"{self.of}[]")
        elif problem := field_problem(self.of):
            yield problem
        elif self.where is not None:
            yield "where 只能用于列表"

    def expected(self) -> str:
        return f"至少 {figure(self.at_least)} 项"

    def judge(self, view: View) -> Iterator[Hit]:
        holders = view.expand(self.of)
        asked = [holder for holder in holders if view.visible(holder)]
        if not asked:
            raise NotApplicable
        for holder in asked:
            if isinstance(by_pattern()[self.of], FieldSpec):
                found = len(view.terms(holder))
            else:
                places = (f"{holder}[{i}]" for i in range(view.count(holder)))
                found = sum(holds(self.where, view.lookup, place) for place in places)
            if found < self.at_least:
                yield Hit(holder, str(found), figure(self.at_least))


class AnyItem(Predicate):
    """A list holds a record for which `where` holds, and in one of those the leaves `filled` are not blank."""

    message: ClassVar[str] = "{problem}"
    fix: ClassVar[str] = "到「{page}」页补充。"
    of: str
    where: dict[str, Any]
    filled: tuple[str, ...] = ()
    called: str
    """What the record is, in words: 已发布的“科技伦理审查”制度."""

    def patterns(self) -> tuple[str, ...]:
        inner = tuple(f"{self.of}[]{p}" for p in (*paths_in(self.where), *self.filled))
        return (self.of, *dict.fromkeys(inner))

    def problems(self) -> Iterator[str]:
        if problem := list_problem(self.of):
            yield problem
            return
        yield from condition_problems(self.where, f"{self.of}[]")
        yield from (p for f in self.filled if (p := field_problem(f"{self.of}[]{f}")))

    def expected(self) -> str:
        return f"有{self.called}"

    def judge(self, view: View) -> Iterator[Hit]:
        if not view.visible(self.of):
            raise NotApplicable
        records = list(view.records(self.of, self.where))
        if not records:
            words = f"“{label_of(self.of)}”里没有{self.called}"
            yield Hit(self.of, "没有", self.called, {"problem": words})
            return
        missing: dict[str, list[str]] = {}
        for record in records:
            blank = [f"{record}{leaf}" for leaf in self.filled if not view.filled(f"{record}{leaf}")]
            if not blank:
                return
            missing[record] = blank
        record, blank = min(missing.items(), key=lambda pair: len(pair[1]))
        words = "".join(f"“{label_of(path)}”" for path in blank)
        problem = f"{self.called}没有写全，缺{words}（{view.item(blank[0])}）"
        yield Hit(blank[0], f"缺{words}", f"写全的{self.called}", {"problem": problem})


class _Bounded(Predicate):
    path: str
    unit: str = ""

    def patterns(self) -> tuple[str, ...]:
        return (self.path,)

    def problems(self) -> Iterator[str]:
        if problem := field_problem(self.path):
            yield problem

    def _judge(self, view: View, bound: Decimal, *, least: bool) -> Iterator[Hit]:
        places = [place for place in view.expand(self.path) if view.visible(place)]
        if not places:
            raise NotApplicable
        for place in places:
            number = view.number(place)
            if number is None:
                yield Hit(place, view.show(place), f"{figure(bound)}{self.unit}")
            elif (number < bound) if least else (number > bound):
                yield Hit(place, f"{figure(number)}{self.unit}", f"{figure(bound)}{self.unit}")


class MinNumber(_Bounded):
    """A number is at least so large; blank fails too."""

    message: ClassVar[str] = "{place}：{found}，要求不少于 {expected}"
    fix: ClassVar[str] = "到「{page}」页核对“{label}”；确实不够的，补足以后再填新的结果。"
    at_least: Decimal

    def expected(self) -> str:
        return f"不少于 {figure(self.at_least)}{self.unit}"

    def judge(self, view: View) -> Iterator[Hit]:
        yield from self._judge(view, self.at_least, least=True)


class MaxNumber(_Bounded):
    """A number is at most so large; blank fails too."""

    message: ClassVar[str] = "{place}：{found}，要求不超过 {expected}"
    fix: ClassVar[str] = "到「{page}」页核对“{label}”；确实超过的，先整改，再填新的结果。"
    at_most: Decimal

    def expected(self) -> str:
        return f"不超过 {figure(self.at_most)}{self.unit}"

    def judge(self, view: View) -> Iterator[Hit]:
        yield from self._judge(view, self.at_most, least=False)


class Ratio(Predicate):
    """A share of two counts, in percent, at least or at most so large. Judged exactly, never on a rounded share."""

    message: ClassVar[str] = "{ratio}：{found}，要求{expected}"
    fix: ClassVar[str] = "到「{page}」页核对两个数；确实不达标的，整改后重新抽检，再填新的结果。"
    called: str
    numerator: str
    denominator: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def patterns(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)

    def problems(self) -> Iterator[str]:
        if (self.at_least is None) == (self.at_most is None):
            yield "at_least 和 at_most 要写一个，也只能写一个"
        for path in self.patterns():
            yield from single(path, Kind.NUMBER)

    def expected(self) -> str:
        least = self.at_least is not None
        bound = self.at_least if self.at_least is not None else self.at_most or Decimal(0)
        return f"{'不低于' if least else '不高于'} {figure(bound)}%"

    def judge(self, view: View) -> Iterator[Hit]:
        if not view.visible(self.numerator) or not view.visible(self.denominator):
            raise NotApplicable
        part, whole = view.number(self.numerator), view.number(self.denominator)
        hit_words = {"ratio": self.called}
        if part is None or whole is None:
            blank = self.numerator if part is None else self.denominator
            yield Hit(blank, f"算不出（{label_of(blank)}：{view.show(blank)}）", self.expected(), hit_words)
        elif whole <= 0 or part < 0 or part > whole:
            yield Hit(
                self.numerator,
                f"算不出（{figure(part)} 与 {figure(whole)} 矛盾）",
                self.expected(),
                hit_words,
            )
        elif self.at_least is not None and part * 100 < self.at_least * whole:
            share = percent(part, whole, down=True)
            yield Hit(
                self.numerator, f"{share}（{figure(part)}/{figure(whole)}）", self.expected(), hit_words
            )
        elif self.at_most is not None and part * 100 > self.at_most * whole:
            share = percent(part, whole, down=False)
            yield Hit(
                self.numerator, f"{share}（{figure(part)}/{figure(whole)}）", self.expected(), hit_words
            )


class DateOrder(Predicate):
    """One day is not later than another. Days that are blank or no dates are left to `required` and `valid`."""

    message: ClassVar[str] = "{other}（{found}）晚于{place}（{expected}）"
    fix: ClassVar[str] = "到「{page}」页核对日期的先后。"
    earlier: str
    later: str | None = None
    """Blank: the day of the check (the text is then {expected} = 今天的日期)."""

    def patterns(self) -> tuple[str, ...]:
        return (self.earlier, self.later) if self.later else (self.earlier,)

    def problems(self) -> Iterator[str]:
        for path in self.patterns():
            yield from single(path, Kind.DATE)

    def expected(self) -> str:
        return f"{label_of(self.earlier)}不晚于{label_of(self.later) if self.later else '检查当天'}"

    def judge(self, view: View) -> Iterator[Hit]:
        if not all(view.visible(path) for path in self.patterns()):
            raise NotApplicable
        first = parse_date(view.text(self.earlier))
        second = parse_date(view.text(self.later)) if self.later else view.snapshot.as_of
        if first is None or second is None:
            raise NotApplicable("日期还没有填全")
        if first > second:
            words = {"other": view.place(self.earlier)}
            yield Hit(self.later or self.earlier, first.isoformat(), second.isoformat(), words)
