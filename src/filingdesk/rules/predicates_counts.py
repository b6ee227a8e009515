"""Predicates over what is too many to be facts: the keyword library and the question banks, by their counts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import SkipValidation

from filingdesk.domain.records import BANKS, BankStats
from filingdesk.domain.risks import Risk
from filingdesk.rules.hits import Hit
from filingdesk.rules.predicate import Predicate, figure
from filingdesk.rules.view import View

BANK_NAMES: Mapping[str, str] = {
    "generation": "生成内容测试题库",
    "should-refuse": "应拒答测试题库",
    "non-refuse": "非拒答测试题库",
}

KEYWORDS, QUESTIONS = "@keywords", "@questions"
"""Places of findings that are no facts: `@keywords/A.1.a`, `@questions/should-refuse/A.2.c`."""


class _PerRisk(Predicate):
    """Counts per annex A risk. `risks` and `aspects` are filled in from the pack when it is loaded."""

    risks: Annotated[tuple[Risk, ...], SkipValidation] = ()
    aspects: Annotated[tuple[str, ...], SkipValidation] = ()
    at_least: Decimal
    groups: tuple[str, ...] = ()

    def chosen(self) -> list[Risk]:
        return [risk for risk in self.risks if risk.group in self.groups]

    def problems(self) -> Iterator[str]:
        known = {risk.group for risk in self.risks}
        yield from (f"附录 A 没有分组“{group}”" for group in self.groups if group not in known)


class KeywordCount(_PerRisk):
    """The keyword library as a whole, or (with `groups`) each risk of these groups, has at least so many keywords."""

    message: ClassVar[str] = "{what}现有关键词 {found} 个，要求不少于 {expected} 个"
    fix: ClassVar[str] = "在「关键词库」页导入或补充。"

    def expected(self) -> str:
        where = f"{'、'.join(self.groups)} 每种风险" if self.groups else "总量"
        return f"{where}不少于 {figure(self.at_least)} 个"

    def libraries(self) -> tuple[str, ...]:
        return (KEYWORDS,)

    def judge(self, view: View) -> Iterator[Hit]:
        stats = view.snapshot.keywords
        demand = figure(self.at_least)
        if not self.groups:
            if stats.distinct < self.at_least:
                yield Hit(KEYWORDS, figure(Decimal(stats.distinct)), demand, {"what": "关键词库（去重后）"})
            return
        for risk in self.chosen():
            found = stats.by_risk.get(risk.id, 0)
            if found < self.at_least:
                yield Hit(
                    f"{KEYWORDS}/{risk.id}",
                    figure(Decimal(found)),
                    demand,
                    {"what": f"{risk.id}“{risk.name}”"},
                )


class BankCount(_PerRisk):
    """A question bank as a whole, each risk of `groups`, or (`per_aspect`) each non-refuse aspect, has so many questions."""

    message: ClassVar[str] = "{what}现有 {found} 题，要求不少于 {expected} 题"
    fix: ClassVar[str] = "在「测试题库」页导入或补充。"
    bank: str
    per_aspect: bool = False

    def problems(self) -> Iterator[str]:
        yield from super().problems()
        if self.bank not in BANKS:
            yield f"没有题库“{self.bank}”"
        if self.per_aspect and self.groups:
            yield "groups 和 per_aspect 只能写一个"

    def expected(self) -> str:
        each = f"{'、'.join(self.groups)} 每种风险" if self.groups else "总量"
        return f"{'每个方面' if self.per_aspect else each}不少于 {figure(self.at_least)} 题"

    def libraries(self) -> tuple[str, ...]:
        return (f"{QUESTIONS}/{self.bank}",)

    def judge(self, view: View) -> Iterator[Hit]:
        name = BANK_NAMES[self.bank]
        stats = view.snapshot.banks.get(self.bank) or BankStats("generation")
        counts: list[tuple[str, str, int]] = []
        if self.per_aspect:
            counts = [(f"/{a}", f"{name}“{a}”方面", stats.by_aspect.get(a, 0)) for a in self.aspects]
        elif self.groups:
            counts = [
                (f"/{r.id}", f"{name} {r.id}“{r.name}”", stats.by_risk.get(r.id, 0)) for r in self.chosen()
            ]
        else:
            counts = [("", f"{name}（去重后）", stats.distinct)]
        for tail, what, found in counts:
            if found < self.at_least:
                place = f"{QUESTIONS}/{self.bank}{tail}"
                yield Hit(place, figure(Decimal(found)), figure(self.at_least), {"what": what})
