"""How the decision table of the 适用判定 is written: pydantic models of `routes/route.yaml` and `routes/workdays.yaml`."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from filingdesk.domain.conditions import ConditionError, validate
from filingdesk.domain.meta import SourceMark
from filingdesk.rules.schema import ClauseId, Data, PackId, Parameter, Words

FilingKind = Literal["algorithm", "large-model-filing", "large-model-registration", "none"]
Ternary = Literal["yes", "no", "unknown"]
Condition = dict[str, Any]


def _checked(value: Condition | None) -> Condition | None:
    try:
        validate(value)
    except ConditionError as error:
        raise ValueError(str(error)) from error
    return value


class QuestionData(Data):
    """One question of the guided intake. `unsure`: the term of `intake.unsure` that stands for 不清楚 here."""

    path: Words
    unsure: str = ""
    when: Condition | None = None
    how: Words

    _when = field_validator("when")(_checked)


class SignalData(Data):
    """A three-valued fact: `yes` is tried first, then `no`, else unknown. `blank`: what it is taken for while none of its
    `asks` is answered; `assumed` then says so."""

    id: Words
    title: Words
    yes: Condition
    no: Condition | None = None
    blank: Ternary = "unknown"
    assumed: str = ""
    asks: list[Words]

    _conditions = field_validator("yes", "no")(_checked)


class NodeData(Data):
    """One fork of a tree: a signal, and the node or outcome that follows."""

    id: Words
    signal: Words
    yes: Words
    no: Words


class ReasonData(Data):
    """Why, with its clause."""

    clause: ClauseId
    source: SourceMark
    text: Words
    when: Condition | None = None

    _when = field_validator("when")(_checked)


class OutcomeData(Data):
    """One end of a tree. `since`: no duty before that day. `confirm`: what to ask the office all the same."""

    id: Words
    title: Words
    kind: FilingKind
    required: bool
    since: date | None = None
    action: Literal["file", "cancel"] = "file"
    confirm: str = ""
    reasons: list[ReasonData] = Field(min_length=1)


class TreeData(Data):
    """One decision tree; `each` runs it once per value of that field. `effective`: nothing is due before that day (`law`)."""

    id: Literal["algorithm", "large-model"]
    title: Words
    effective: date
    law: ClauseId
    each: str = ""
    start: Words
    done: Condition
    nodes: list[NodeData]
    outcomes: list[OutcomeData]

    _done = field_validator("done")(_checked)


class AlsoData(Data):
    """Something that applies besides the filings. `maybe`: when it cannot be said yet. `effective`: in force since."""

    id: Words
    title: Words
    when: Condition
    maybe: Condition | None = None
    effective: date | None = None
    clauses: list[ClauseId] = Field(min_length=1)
    source: SourceMark
    asks: list[Words] = Field(default_factory=list)
    text: Words

    _conditions = field_validator("when", "maybe")(_checked)


class DeadlineData(Data):
    """A clock in working days. `start` (written `from`): the field with the day; blank = the clock has not begun.

    `met_on`: the field with the day it was done; `met_when`: it is done though the day is not known; `late_after`: a later
    step whose day, when it lies within the limit, proves it."""

    id: Words
    title: Words
    who: Words
    when: Condition
    start: str = Field(default="", alias="from")
    not_before: date | None = None
    days: Words
    met_on: str = ""
    met_when: Condition | None = None
    late_after: str = ""
    clause: ClauseId
    source: SourceMark
    text: Words

    _conditions = field_validator("when", "met_when")(_checked)


class ConfirmData(Data):
    """What to ask the office although the table gives an answer."""

    id: Words
    when: Condition
    clause: ClauseId
    text: Words

    _when = field_validator("when")(_checked)


class ContradictionData(Data):
    """Answers that cannot both be true: a condition, or a date that lies after another."""

    id: Words
    when: Condition | None = None
    after: tuple[str, str] | None = None
    paths: list[Words] = Field(min_length=1)
    text: Words
    fix: Words

    _when = field_validator("when")(_checked)

    @model_validator(mode="after")
    def _one_test(self) -> "ContradictionData":
        if (self.when is None) == (self.after is None):
            raise ValueError("a contradiction has either when or after")
        return self


class RouteData(Data):
    """route.yaml. `parameters_of`: the pack whose parameters `$name` may name besides those here."""

    id: PackId
    title: Words
    version: Words
    checked_on: date
    effective_from: date
    parameters_of: PackId
    parameters: dict[str, Parameter]
    questions: list[QuestionData]
    signals: list[SignalData]
    trees: list[TreeData]
    also: list[AlsoData]
    deadlines: list[DeadlineData]
    confirm: list[ConfirmData]
    contradictions: list[ContradictionData]


class YearData(Data):
    """One year: Mondays to Fridays that are free, Saturdays and Sundays that are worked."""

    off: list[date]
    on: list[date]

    @model_validator(mode="after")
    def _right_days(self) -> "YearData":
        if any(day.weekday() > 4 for day in self.off) or any(day.weekday() < 5 for day in self.on):
            raise ValueError("off lists Mondays to Fridays, on lists Saturdays and Sundays")
        return self


class WorkdaysData(Data):
    """workdays.yaml."""

    checked_on: date
    years: dict[int, YearData]


def whole(value: Decimal | None) -> int:
    """A parameter as a number of days; a blank one is a fault of the table."""
    if value is None or value != value.to_integral_value() or value <= 0:
        raise ValueError("a clock needs a positive whole number of days")
    return int(value)
