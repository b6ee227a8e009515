"""Self-check of a project: packs, report, effects of one rule; the same for window and command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import Stage
from filingdesk.rules import engine, registry, route_table
from filingdesk.rules.pack import Pack, Rule, used_by
from filingdesk.rules.report_json import packs_json, report_json
from filingdesk.rules.schema import Clause
from filingdesk.services.session import Session


def packs(ids: tuple[str, ...] | None = None) -> list[Pack]:
    """The shipped packs, all or by id; each is read once per run."""
    return registry.load_shipped(ids)


def check(
    session: Session,
    *,
    stage: Stage | None = None,
    as_of: date | None = None,
    pack_ids: tuple[str, ...] | None = None,
) -> CheckReport:
    """Judge the project as it stands."""
    return check_snapshot(session.snapshot(as_of), stage=stage, pack_ids=pack_ids)


def check_snapshot(
    snapshot: Snapshot, *, stage: Stage | None = None, pack_ids: tuple[str, ...] | None = None
) -> CheckReport:
    """Judge a frozen state; free of the project file, so a job may run it."""
    return engine.check(packs(pack_ids), snapshot).for_stage(stage)


def as_json(report: CheckReport) -> dict[str, Any]:
    """The report as the command line prints it."""
    return report_json(report)


def packs_as_json() -> dict[str, Any]:
    """All shipped packs as the command line prints them."""
    return packs_json(registry.list_packs())


def rule(rule_id: str) -> tuple[Pack, Rule] | None:
    """A rule and its pack by id."""
    for pack in packs():
        found = pack.rule(rule_id)
        if found is not None:
            return pack, found
    return None


def clause(clause_id: str) -> Clause | None:
    """A clause card by id, whichever pack (or the decision table of the 适用判定) holds it."""
    for pack in packs():
        if clause_id in pack.clauses:
            return pack.clauses[clause_id]
    return route_table.own_clauses().get(clause_id)


@dataclass(frozen=True)
class RiskRow:
    """How one annex A risk is covered. `minimum` None: the pack asks for none."""

    id: str
    name: str
    count: int
    minimum: int | None

    @property
    def ok(self) -> bool | None:
        """Is the minimum reached? None when there is none."""
        return None if self.minimum is None else self.count >= self.minimum


def standard_pack() -> Pack:
    """The pack that holds annex A and the thresholds of the standard."""
    return next(pack for pack in packs() if pack.risks)


def coverage(kind: str, by_risk: Mapping[str, int]) -> list[RiskRow]:
    """Counts per risk against the pack's minima. `kind`: keywords, generation or should-refuse."""
    pack = standard_pack()
    return [
        RiskRow(risk.id, risk.name, by_risk.get(risk.id, 0), pack.minimum(kind, risk.id))  # type: ignore[arg-type]
        for risk in pack.risks
    ]


def aspect_coverage(by_aspect: Mapping[str, int]) -> list[RiskRow]:
    """Counts per aspect of the non-refuse bank against T9."""
    pack = standard_pack()
    minimum = threshold("T9")
    return [RiskRow(name, name, by_aspect.get(name, 0), minimum) for name in pack.aspects]


def threshold(parameter: str) -> int | None:
    """A whole-number parameter of the standard's pack (T2, T8 …); None when the pack has no sourced value."""
    value = standard_pack().value(parameter)
    return int(value) if value is not None else None


def rules_by_field() -> dict[str, list[str]]:
    """pattern of a field → ids of the rules that judge it, over all packs."""
    users: dict[str, list[str]] = {}
    for pack in packs():
        for pattern, rules in used_by(pack).items():
            users.setdefault(pattern, []).extend(rules)
    return users


def pack_diff(before: str, after: str) -> list[registry.Difference]:
    """What changes from one shipped pack to another."""
    return registry.diff(packs((before,))[0], packs((after,))[0])
