"""The closed set of predicates a rule may use. Anything else is a small function in `filingdesk.rules.checks`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from filingdesk.domain.conditions import holds, paths_in
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.specs import FieldSpec, by_pattern, label_of
from filingdesk.domain.values import narrow, parse_attachment, parse_date, parse_quantity, problem_of
from filingdesk.rules.checks.catalog import CHECKS
from filingdesk.rules.hits import Hit, NeedsPerson, NotApplicable
from filingdesk.rules.predicate import (
    Fields,
    Predicate,
    condition_problems,
    field_problem,
    figure,
    list_problem,
    percent,
    single,
)
from filingdesk.rules.predicates_counts import BankCount, KeywordCount
from filingdesk.rules.view import BLANK_WORD, View


class Required(Fields):
    """All these leaves hold something (with `at_least_one`: one of them does)."""

    message: ClassVar[str] = "{place}没有填写"
    fix: ClassVar[str] = "到「{page}」页填写“{label}”。"
    at_least_one: bool = False

    def expected(self) -> str:
        return "至少填写一项" if self.at_least_one else "都要填写"

    def judge(self, view: View) -> Iterator[Hit]:
        places = self.places(view)
        if self.at_least_one:
            if not any(view.filled(place) for place in places):
                yield Hit(places[0], BLANK_WORD, "至少填写一项")
            return
        for place in places:
            if not view.filled(place):
                yield Hit(place, BLANK_WORD, "填写")


class Valid(Fields):
    """What is written in these leaves is what its kind demands (a date, a credit code …). Blank ones are not looked at."""

    message: ClassVar[str] = "{place}不正确:{problem}"
    fix: ClassVar[str] = "到「{page}」页改正“{label}”。"

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            spec = by_pattern()[pattern_of(place)]
            if not isinstance(spec, FieldSpec):
                continue
            value: str | list[str] = view.terms(place) if spec.is_list else view.text(place)
            id_kind = view.text(f"{parent_of(place)}.id_kind") if spec.meta.kind is Kind.ID_NUMBER else ""
            if problem := problem_of(spec.meta, value, id_kind=id_kind or "居民身份证"):
                yield Hit(place, view.show(place), "格式正确", {"problem": problem})


class MinCount(Predicate):
    """A list (records for which `where` holds) or a choice has at least so many entries."""

    message: ClassVar[str] = "“{label}”现有 {found} 项,至少要 {expected} 项"
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

    message: ClassVar[str] = "“{label}”中没有{expected}"
    fix: ClassVar[str] = "到「{page}」页的“{label}”中补充。"
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
            yield Hit(self.of, "没有", self.called)
            return
        missing: dict[str, list[str]] = {}
        for record in records:
            blank = [f"{record}{leaf}" for leaf in self.filled if not view.filled(f"{record}{leaf}")]
            if not blank:
                return
            missing[record] = blank
        record, blank = min(missing.items(), key=lambda pair: len(pair[1]))
        words = "、".join(label_of(path) for path in blank)
        yield Hit(blank[0], f"缺 {words}", f"写全的{self.called}")


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

    message: ClassVar[str] = "{place}为 {found},要求不少于 {expected}"
    at_least: Decimal

    def expected(self) -> str:
        return f"不少于 {figure(self.at_least)}{self.unit}"

    def judge(self, view: View) -> Iterator[Hit]:
        yield from self._judge(view, self.at_least, least=True)


class MaxNumber(_Bounded):
    """A number is at most so large; blank fails too."""

    message: ClassVar[str] = "{place}为 {found},要求不超过 {expected}"
    at_most: Decimal

    def expected(self) -> str:
        return f"不超过 {figure(self.at_most)}{self.unit}"

    def judge(self, view: View) -> Iterator[Hit]:
        yield from self._judge(view, self.at_most, least=False)


class Ratio(Predicate):
    """A share of two counts, in percent, at least or at most so large. Judged exactly, never on a rounded share."""

    message: ClassVar[str] = "{ratio}为 {found},要求{expected}"
    called: str
    numerator: str
    denominator: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def patterns(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)

    def problems(self) -> Iterator[str]:
        if (self.at_least is None) == (self.at_most is None):
            yield "at_least 和 at_most 要写一个,也只能写一个"
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
            yield Hit(blank, f"算不出({label_of(blank)}:{view.show(blank)})", self.expected(), hit_words)
        elif whole <= 0 or part < 0 or part > whole:
            yield Hit(
                self.numerator, f"算不出({figure(part)} 与 {figure(whole)} 矛盾)", self.expected(), hit_words
            )
        elif self.at_least is not None and part * 100 < self.at_least * whole:
            share = percent(part, whole, down=True)
            yield Hit(self.numerator, f"{share}({figure(part)}/{figure(whole)})", self.expected(), hit_words)
        elif self.at_most is not None and part * 100 > self.at_most * whole:
            share = percent(part, whole, down=False)
            yield Hit(self.numerator, f"{share}({figure(part)}/{figure(whole)})", self.expected(), hit_words)


class OneOf(Fields):
    """These leaves hold one of the values (a list holds only such). Blank fails unless `blank: true`."""

    message: ClassVar[str] = "{place}为“{found}”,应为{expected}"
    values: list[str]
    blank: bool = False

    def expected(self) -> str:
        return "、".join(f"“{value}”" for value in self.values)

    def judge(self, view: View) -> Iterator[Hit]:
        for place in self.places(view):
            terms = view.terms(place)
            if (not terms and not self.blank) or any(term not in self.values for term in terms):
                yield Hit(place, view.show(place), self.expected())


class Same(Predicate):
    """All these leaves that are filled say the same, spaces and width of characters aside; numbers by their value."""

    message: ClassVar[str] = "{place}是“{found}”,而{other}是“{expected}”"
    fix: ClassVar[str] = "核对以哪一处为准,到「{page}」页改成一致。"
    paths: list[str]

    def patterns(self) -> tuple[str, ...]:
        return tuple(self.paths)

    def problems(self) -> Iterator[str]:
        if len(self.paths) < 2:
            yield "same 至少要两个路径"
        yield from (problem for path in self.paths if (problem := field_problem(path)))

    def expected(self) -> str:
        return "写法一致"

    @staticmethod
    def _plain(text: str) -> str:
        number = parse_quantity(text)
        return str(number.normalize()) if number is not None else "".join(narrow(text).split()).casefold()

    def judge(self, view: View) -> Iterator[Hit]:
        places = [p for path in self.paths for p in view.expand(path) if view.visible(p) and view.filled(p)]
        if len(places) < 2:
            raise NotApplicable("没有可以比较的两处")
        first, *others = places
        for place in others:
            if self._plain(view.text(place)) != self._plain(view.text(first)):
                yield Hit(place, view.show(place), view.show(first), {"other": view.place(first)})


class Attached(Fields):
    """Each of these leaves holds an attachment whose bytes are in the project."""

    message: ClassVar[str] = "{place}:{found}"
    fix: ClassVar[str] = "到「{page}」页为“{label}”添加文件。"

    def problems(self) -> Iterator[str]:
        yield from super().problems()
        for pattern in self.patterns():
            spec = by_pattern().get(pattern)
            if isinstance(spec, FieldSpec) and spec.meta.kind is not Kind.ATTACHMENTS:
                yield f"“{pattern}”不是附件"

    def expected(self) -> str:
        return "附上文件"

    def judge(self, view: View) -> Iterator[Hit]:
        blobs = view.snapshot.attachments
        for place in self.places(view):
            references = view.terms(place)
            if not references:
                yield Hit(place, "没有附件", self.expected())
            for reference in references:
                attachment = parse_attachment(reference)
                blob = blobs.get(attachment.digest)
                if blob is None:
                    yield Hit(place, f"附件“{attachment.name}”的内容不在项目里,请重新添加", self.expected())
                elif blob.size == 0:
                    yield Hit(place, f"附件“{attachment.name}”是空文件", self.expected())


class Mentions(Fields):
    """Each of these texts speaks of one of the words. Blank texts are left to `required`."""

    message: ClassVar[str] = "{place}没有写到{expected}"
    words: list[str]

    def expected(self) -> str:
        return " / ".join(self.words)

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            text = narrow(view.text(place)).casefold()
            if not any(word.casefold() in text for word in self.words):
                yield Hit(place, view.show(place), self.expected())


class Forbids(Fields):
    """None of these texts holds one of the words."""

    message: ClassVar[str] = "{place}里有“{found}”"
    words: list[str]

    def expected(self) -> str:
        return f"不出现:{'、'.join(self.words)}"

    def judge(self, view: View) -> Iterator[Hit]:
        places = [place for place in self.places(view) if view.filled(place)]
        if not places:
            raise NotApplicable("还没有填写")
        for place in places:
            text = narrow(view.text(place)).casefold()
            if found := [word for word in self.words if word.casefold() in text]:
                yield Hit(place, "”“".join(found), self.expected())


class DateOrder(Predicate):
    """One day is not later than another. Days that are blank or no dates are left to `required` and `valid`."""

    message: ClassVar[str] = "{other}({found})晚于{place}({expected})"
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


class Attest(Predicate):
    """Only a person can judge: asks `question`, takes 符合, 不符合 or 不适用 with statement and name."""

    message: ClassVar[str] = "人工核查结论为“不符合”:{found}"
    fix: ClassVar[str] = "按条款整改后,在自查页更新这一条的核查结论。"
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
