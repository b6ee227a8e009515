"""How the files of a rule pack are written: models of pack.yaml, clauses.yaml, rules.yaml, risks.yaml and overlay.yaml."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from filingdesk.domain.conditions import ConditionError, validate
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import SEVERITY_WORDS, Severity

Modal = Literal["应", "不应", "宜", "可", ""]
PackStage = Literal["algorithm", "large-model", "both"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z]{2,4}-\d{3}$")]
PackId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*/[A-Za-z0-9.-]+$")]


class Data(BaseModel):
    """A part of a pack: unknown keys are refused, because a misspelt key would silently weaken a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(Data):
    """One threshold with its source, stated once. `value` blank = no sourced limit; such a rule does not judge."""

    title: Words
    value: Decimal | None
    unit: str = ""
    source: SourceMark
    modal: Modal = ""
    clause: ClauseId
    note: str = ""


class NotCheckable(Data):
    """A clause that no rule can decide, and why: told in docs/rules/coverage.md, so that nobody takes it for checked."""

    clause: ClauseId
    reason: Words


class PackData(Data):
    """pack.yaml. Dates are inclusive; `supersedes` names the pack this one takes the place of."""

    id: PackId
    title: Words
    version: Words
    summary: Words
    effective_from: date
    effective_to: date | None = None
    supersedes: PackId | None = None
    overlay_of: PackId | None = None
    cites: list[PackId] = []
    """Other packs whose clauses the rules of this pack may name, so that no clause is written twice."""
    stage: PackStage
    checked_on: date
    parameters: dict[str, Parameter] = {}
    moved: dict[PackId, list[RuleId]] = {}
    """Rules of this pack that earlier versions of another pack held, by that pack. Their ids are the same."""
    not_checkable: list[NotCheckable] = []

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "PackData":
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("结束日期早于开始日期")
        return self


class Point(Data):
    """One demand inside a clause that holds several: decided by these rules, or not decidable for this reason."""

    text: Words
    rules: list[RuleId] = []
    not_checkable: str = ""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Point":
        if not self.rules and not self.not_checkable:
            raise ValueError("每一点要么写 rules，要么写 not_checkable 的原因")
        return self


class Clause(Data):
    """One clause in our own words. `article` blank = number not known to us (then `to_verify`)."""

    id: ClauseId
    title: Words
    law: Words
    article: str = ""
    text: Words
    source: SourceMark
    effective: date | None = None
    link_text: str = ""
    to_verify: bool = False
    note: str = ""
    points: list[Point] = []

    @model_validator(mode="after")
    def _unchecked_says_so(self) -> "Clause":
        if self.source is SourceMark.STANDARD_UNCHECKED and not self.to_verify:
            raise ValueError("来源是 standard_unchecked 的条款要写 to_verify: true")
        return self


class RiskData(Data):
    """One of the annex A risks; how many keywords and questions it needs stands in the parameters."""

    id: Annotated[str, StringConstraints(pattern=r"^A\.\d\.[a-z]$")]
    group: Annotated[str, StringConstraints(pattern=r"^A\.\d$")]
    group_name: Words
    name: Words


class RisksFile(Data):
    """risks.yaml: annex A and the aspects of the non-refuse bank."""

    risks: list[RiskData]
    non_refuse_aspects: list[Words] = []


class RuleData(Data):
    """One rule of rules.yaml. `check` holds exactly one predicate; `message` and `fix` fall back to the predicate's own."""

    id: RuleId
    title: Words
    why: Words
    clause: ClauseId
    source: SourceMark
    modal: Modal = ""
    severity: Severity
    stage: PackStage | None = None
    when: dict[str, Any] | None = None
    check: Annotated[dict[str, Any], Field(min_length=1, max_length=1)]
    message: str = ""
    fix: str = ""
    evidence: list[Words] = []
    effective_from: date | None = None
    effective_to: date | None = None
    """Days (inclusive) between which the rule judges, when they are narrower than the pack's."""
    workflow: bool = False
    """The program's own default order of work: the one kind of rule that may block without a binding source."""

    @field_validator("when")
    @classmethod
    def _written_in_the_language(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            validate(value)
        except ConditionError as error:
            raise ValueError(str(error)) from error
        return value

    @model_validator(mode="after")
    def _severity_fits_source(self) -> "RuleData":
        if self.source is SourceMark.VENDOR and self.severity != "info" and not self.workflow:
            raise ValueError("来源是厂商说法（vendor）的规则，级别只能是提示（info）")
        if self.source is SourceMark.DERIVED and self.severity == "blocker":
            raise ValueError("来源是推导（derived）的规则，级别至多是提醒（warning）")
        if self.modal == "宜" and self.severity == "blocker":
            raise ValueError("“宜”的要求不能是阻断；属地另有要求的用本地规则调")
        return self


SEVERITY_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "blocker": 2}
_LIMIT: dict[SourceMark, Severity] = {SourceMark.VENDOR: "info", SourceMark.DERIVED: "warning"}


class SeverityChange(Data):
    """Another severity for one rule, with who demands it."""

    rule: RuleId
    severity: Severity
    source: SourceMark
    clause: ClauseId
    why: Words

    @model_validator(mode="after")
    def _fits_its_source(self) -> "SeverityChange":
        limit = _LIMIT.get(self.source)
        if limit and SEVERITY_RANK[self.severity] > SEVERITY_RANK[limit]:
            raise ValueError(f"按这个来源，级别至多是{SEVERITY_WORDS[limit]}（{limit}）")
        return self


class ParameterChange(Data):
    """Another value for one parameter of the pack below, with who demands it. The unit stays."""

    value: Decimal | None
    source: SourceMark
    clause: ClauseId
    note: str = ""


class OverlayData(Data):
    """overlay.yaml. `overlay_of` names a rule pack, or another overlay to stand upon. Dates are inclusive."""

    id: PackId
    title: Words
    version: Words
    summary: Words
    overlay_of: PackId
    effective_from: date
    effective_to: date | None = None
    checked_on: date
    example: bool = False
    """Made to be copied, not to be followed: says so wherever it is named."""
    severities: list[SeverityChange] = []
    set_parameters: dict[str, ParameterChange] = {}
    parameters: dict[str, Parameter] = {}
    clauses: list[Clause] = []
    rules: list[RuleData] = []
