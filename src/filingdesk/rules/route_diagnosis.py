"""The data of the 备案风险诊断: dimensions, items, cards, milestones; read and checked from `routes/diagnosis.yaml`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from filingdesk.domain.conditions import paths_in
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.infra.resources import resource_path
from filingdesk.rules.packfile import model, read_file
from filingdesk.rules.route_schema import Condition, _checked
from filingdesk.rules.route_table import FOLDER, _path_problem, shipped
from filingdesk.rules.schema import ClauseId, Data, PackId, Words

Scope = Literal["algorithm", "large-model"]
Consequence = Literal["penal", "blocked", "return", "advice"]


class Dimension(Data):
    """One axis of the picture."""

    id: Words
    title: Words


class Weight(Data):
    """How a consequence is called and how much it weighs in the score."""

    title: Words
    weight: Annotated[int, Field(ge=1, le=10)]


class Item(Data):
    """One thing that is looked at. With only the intake: in place when `answers` are given, or `have` is said to be at hand.
    `effort` in person-days (our estimate); `phase` orders the work plan."""

    id: Words
    dimension: Words
    title: Words
    scopes: list[Scope] = Field(min_length=1)
    when: Condition | None = None
    rules: list[Words]
    have: list[Words] = Field(default_factory=list)
    answers: list[Words] = Field(default_factory=list)
    consequence: Consequence
    clause: ClauseId
    source: SourceMark
    why: Words
    todo: Words
    blocks: list[Words] = Field(default_factory=list)
    effort: Annotated[Decimal, Field(gt=0, le=60)]
    phase: Annotated[int, Field(ge=1, le=5)]

    _when = field_validator("when")(_checked)


class Other(Data):
    """What becomes of rules that no item names: none is lost."""

    dimension: Words
    title: Words
    consequence: Consequence
    clause: ClauseId
    source: SourceMark
    why: Words
    todo: Words
    effort: Annotated[Decimal, Field(gt=0)]
    phase: int


class FromRoute(Data):
    """The words of items that come from the 适用判定 itself."""

    title: Words
    clause: ClauseId
    source: SourceMark
    why: Words
    todo: str = ""


class CardData(Data):
    """One card about penalties."""

    id: Words
    title: Words
    clause: ClauseId
    source: SourceMark
    text: Words
    scopes: list[Scope]


class MilestoneData(Data):
    """A step of the plan that others decide."""

    id: Words
    scope: Scope
    when: Condition | None = None
    title: Words
    after_phase: int
    clause: ClauseId
    source: SourceMark
    text: Words

    _when = field_validator("when")(_checked)


class DiagnosisData(Data):
    """diagnosis.yaml. `people` and `week_days`: the capacity that the work plan assumes.
    `by_route`: rules left out because the 适用判定 judges the same, with the calendar of holidays."""

    id: PackId
    version: Words
    checked_on: date
    people: Annotated[int, Field(ge=1)]
    week_days: Annotated[int, Field(ge=1, le=7)]
    dimensions: list[Dimension]
    consequences: dict[Consequence, Weight]
    items: list[Item]
    other: Other
    by_route: list[Words]
    overdue: FromRoute
    contradiction: FromRoute
    open: FromRoute
    cards: list[CardData]
    milestones: list[MilestoneData]


@dataclass(frozen=True)
class DiagnosisTable:
    """The data, checked."""

    data: DiagnosisData

    def items_of(self, rule: str) -> frozenset[str]:
        """The ids of the items that look at a rule, whichever pack it comes from."""
        return frozenset(i.id for i in self.data.items if any(fnmatchcase(rule, p) for p in i.rules))

    def unmatched(self, rules: Iterable[str]) -> list[str]:
        """The patterns that none of these rules answers to: a pack may be older, so they are no fault of the file."""
        known = list(rules)
        patterns = [*(p for item in self.data.items for p in item.rules), *self.data.by_route]
        return [p for p in patterns if not any(fnmatchcase(rule, p) for rule in known)]


def load_diagnosis(folder: Path) -> DiagnosisTable:
    """Read and check the data in `folder`. `UserError("pack.invalid")` names file, line and reason."""
    file = read_file(folder, "diagnosis.yaml")
    data = model(DiagnosisData, file, file.data)
    problem = next(_problems(data), None)
    if problem is not None:
        raise file.refuse(problem[1], *problem[0])
    return DiagnosisTable(data)


@lru_cache(maxsize=1)
def shipped_diagnosis() -> DiagnosisTable:
    """The data that comes with the program, read once per run."""
    return load_diagnosis(resource_path("rulesets", FOLDER))


Problem = tuple[tuple[str | int, ...], str]


def _problems(data: DiagnosisData) -> Iterator[Problem]:
    table = shipped()
    dimensions = {d.id for d in data.dimensions}
    prepared = by_pattern()["intake.prepared"]
    terms = set(prepared.meta.choices) if isinstance(prepared, FieldSpec) else set()
    seen: set[str] = set()
    for index, item in enumerate(data.items):
        place = ("items", index)
        if item.id in seen:
            yield place, f"编号“{item.id}”重复"
        seen.add(item.id)
        if item.dimension not in dimensions:
            yield place, f"没有维度“{item.dimension}”"
        for path in item.answers:
            if path not in table.order:
                yield place, f"“{path}”不是适用判定的问题"
        for term in item.have:
            if term not in terms:
                yield place, f"“{term}”不在“手上已经有的”可选项中"
        for path in paths_in(item.when):
            if reason := _path_problem(path, set(table.signals)):
                yield place, reason
    for index, milestone in enumerate(data.milestones):
        for path in paths_in(milestone.when):
            if reason := _path_problem(path, set(table.signals)):
                yield ("milestones", index), reason
    if data.other.dimension not in dimensions:
        yield ("other",), f"没有维度“{data.other.dimension}”"
    cited: list[tuple[tuple[str | int, ...], Any]] = [
        *((("items", i), x.clause) for i, x in enumerate(data.items)),
        *((("cards", i), x.clause) for i, x in enumerate(data.cards)),
        *((("milestones", i), x.clause) for i, x in enumerate(data.milestones)),
        *(((n,), getattr(data, n).clause) for n in ("other", "overdue", "contradiction", "open")),
    ]
    for place_of, clause in cited:
        if clause not in table.clauses:
            yield place_of, f"没有条款“{clause}”"
