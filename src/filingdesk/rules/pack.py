"""A loaded rule pack: rules ready to judge, clauses, parameters, annex A."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from filingdesk.domain.conditions import paths_in
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.report import PackRef, Severity
from filingdesk.domain.risks import Risk
from filingdesk.rules.predicate import Predicate
from filingdesk.rules.schema import Clause, PackData, Parameter, RuleData

Minimum = Literal["keywords", "generation", "should-refuse"]
_MINIMA: dict[str, tuple[str, ...]] = {"keywords": ("T3",), "generation": ("T5",), "should-refuse": ("T7",)}


@dataclass(frozen=True)
class Rule:
    """One rule, its predicate compiled. `unset` names the parameter that has no sourced value (the rule does not judge)."""

    id: str
    title: str
    why: str
    clause: str
    source: SourceMark
    modal: str
    severity: Severity
    stage: str
    when: Mapping[str, Any] | None
    predicate_name: str
    predicate: Predicate | None
    message: str
    fix: str
    evidence: tuple[str, ...]
    workflow: bool = False
    unset: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    written: RuleData | None = None
    """As the pack's file has it: what an overlay compiles anew with its own parameters."""
    cited: str = ""
    """What local rules changed in it, told behind the mend."""

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The fields whose values the rule judges."""
        return self.predicate.patterns() if self.predicate else ()

    @cached_property
    def condition_patterns(self) -> tuple[str, ...]:
        """The fields that decide whether the rule applies."""
        return tuple(dict.fromkeys(pattern_of(path) for path in paths_in(self.when)))

    def in_force(self, day: date) -> bool:
        """Does the rule itself judge on this day? (Its pack may still not be in force.)"""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    @property
    def is_attested(self) -> bool:
        """Does only a person decide?"""
        return self.predicate_name == "attest"


@dataclass(frozen=True)
class Pack:
    """A rule pack. `sha256` is over its files, the same on every system."""

    data: PackData
    rules: tuple[Rule, ...]
    clauses: Mapping[str, Clause]
    risks: tuple[Risk, ...]
    aspects: tuple[str, ...]
    sha256: str
    folder: Path | None = None

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def title(self) -> str:
        return self.data.title

    @property
    def version(self) -> str:
        return self.data.version

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return self.data.parameters

    @property
    def ref(self) -> PackRef:
        return PackRef(self.id, self.version, self.sha256, self.title)

    def in_force(self, day: date) -> bool:
        """Do the pack's rules apply on this day?"""
        until = self.data.effective_to
        return self.data.effective_from <= day and (until is None or day <= until)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, if the pack has it."""
        return self._by_id.get(rule_id)

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def value(self, parameter: str) -> Decimal | None:
        """The value of a parameter; None when the pack has none of that name or it is blank."""
        found = self.parameters.get(parameter)
        return found.value if found else None

    def minimum(self, kind: Minimum, risk: str) -> int | None:
        """How many keywords or questions one annex A risk needs; None when the pack asks for none.

        Looked up as `T3.A.1` (keywords), `T5.A.1` (generation), `T7.A.1` (should-refuse).
        """
        group = risk.rpartition(".")[0]
        for name in _MINIMA[kind]:
            value = self.value(f"{name}.{group}")
            if value is not None:
                return int(value)
        return None


def used_by(pack: Pack) -> dict[str, list[str]]:
    """pattern of a field → ids of the rules that judge its value, in the order of the pack. Computed, never written."""
    users: dict[str, list[str]] = {}
    for rule in pack.rules:
        for pattern in dict.fromkeys(rule.patterns):
            users.setdefault(pattern, []).append(rule.id)
    return users


def find_clause(packs: Iterable[Pack], clause: str) -> Clause | None:
    """The clause of this id in the first pack that has it."""
    return next((pack.clauses[clause] for pack in packs if clause in pack.clauses), None)
