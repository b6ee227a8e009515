"""Self-check of a project: packs, report, effects of one rule; the same for window and command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import CheckReport, PackRef, RuleResult, Status
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import Stage
from filingdesk.rules import differences, engine, industry, packstore, registry, route_table
from filingdesk.rules.pack import Minimum, Pack, Rule, used_by
from filingdesk.rules.report_json import packs_json, report_json
from filingdesk.rules.schema import Clause
from filingdesk.services import rulesets
from filingdesk.services.session import Session


def packs(ids: tuple[str, ...] | None = None) -> list[Pack]:
    """The shipped packs by id, or (None) those that nothing has taken the place of; each is read once per run."""
    if not ids:
        return registry.load_shipped(ids)
    advice = (
        {pack.id: pack for pack in industry_packs()} if any(i.startswith("industry-") for i in ids) else {}
    )
    return [advice[i] if i in advice else registry.load_shipped([i])[0] for i in ids]


def industry_packs() -> list[Pack]:
    """The advice of every industry as packs, chosen or not; only those that a project chose judge it."""
    return industry.all_industry_packs()


def all_packs() -> list[Pack]:
    """Every shipped pack, the superseded ones too."""
    return registry.load_all()


def packs_for(as_of: date) -> list[Pack]:
    """The shipped packs in force on a day: what judges by default."""
    return registry.in_force(as_of)


def check(
    session: Session,
    *,
    stage: Stage | None = None,
    as_of: date | None = None,
    pack_ids: tuple[str, ...] | None = None,
    overlays: Sequence[str] = (),
) -> CheckReport:
    """Judge the project as it stands. With `as_of`, by the packs in force on that day, also where the project stays with others."""
    snapshot = session.snapshot(as_of)
    if as_of is not None:
        snapshot = replace(snapshot, packs=())
    return check_snapshot(snapshot, stage=stage, pack_ids=pack_ids, overlays=overlays)


def check_snapshot(
    snapshot: Snapshot,
    *,
    stage: Stage | None = None,
    pack_ids: tuple[str, ...] | None = None,
    overlays: Sequence[str] = (),
) -> CheckReport:
    """Judge a frozen state; free of the project file, so a job may run it. Local rules of the project that cannot be used come
    out as an `error`, which blocks the verdict."""
    judging = rulesets.judging(snapshot, pack_ids, overlays)
    report, _last.memo = engine.check_again(judging.packs, snapshot, _last.memo)
    told = [_unusable(identity, reason) for identity, reason in judging.unusable]
    told += [_idle(identity, snapshot.as_of) for identity in judging.idle]
    told += [_missing(ref) for ref in judging.missing]
    if not judging.packs:
        told.append(_nothing_in_force(snapshot.as_of))
    return replace(report, results=(*report.results, *told)).for_stage(stage)


def check_on(snapshot: Snapshot) -> CheckReport:
    """Judge a frozen state by the packs in force on its day, also where the project stays with others."""
    return check_snapshot(replace(snapshot, packs=()))


def _about_packs(identity: str, title: str, status: Status, note: str) -> RuleResult:
    return RuleResult(
        id=identity,
        title=title,
        status=status,
        severity="blocker",
        stage="both",
        clause="",
        source=SourceMark.PRACTICE,
        pack=identity.partition(":")[2],
        note=note,
    )


def _unusable(identity: str, reason: str) -> RuleResult:
    note = f"项目启用了本地规则“{identity}”，但{reason}"
    return _about_packs(f"overlay:{identity}", f"本地规则“{identity}”没有用上", "error", note)


def _missing(ref: PackRef) -> RuleResult:
    name = f"{ref.title or ref.id} {ref.version}"
    note = (
        f"项目沿用“{name}”，这台电脑上没有这一版，先按现行规则检查；从当时的电脑复制过来，或者改用现行规则包"
    )
    return _about_packs(f"pack:{ref.id}", f"沿用的规则包“{name}”不在这台电脑上", "error", note)


def _idle(identity: str, day: date) -> RuleResult:
    title = f"本地规则“{identity}”这一天不适用"
    return _about_packs(
        f"overlay:{identity}", title, "not_applicable", f"{day} 它自己或它所依据的规则包不在适用期间"
    )


def _nothing_in_force(day: date) -> RuleResult:
    """A day before every law: nothing was judged, which must never look like nothing was found."""
    first = min(pack.data.effective_from for pack in all_packs())
    note = f"{day} 没有适用的规则包，什么都没有检查；最早的规则包自 {first} 起适用"
    return _about_packs("packs:none", "没有适用的规则包", "error", note)


def not_judged(report: CheckReport) -> list[Pack]:
    """The shipped packs that are not yet in force on the day of the report: what it says nothing about."""
    day = date.fromisoformat(report.as_of)
    return [pack for pack in all_packs() if pack.data.effective_from > day]


class _Last:
    """The last check of this run. It only ever saves work: what it holds is compared, never trusted; so threads may share it."""

    memo: engine.Memo | None = None


_last = _Last()


def as_json(report: CheckReport) -> dict[str, Any]:
    """The report as the command line prints it."""
    return report_json(report)


def packs_as_json() -> dict[str, Any]:
    """All packs as the command line prints them: shipped, shipped overlays, what lies in the user's folder."""
    document = packs_json(registry.list_packs())
    document["overlays"] = [
        {
            **_ref(o.ref),
            "overlay_of": o.data.overlay_of,
            "state": "示例，默认不启用" if o.data.example else "可用",
        }
        for o in packstore.shipped_overlays()
    ]
    document["industries"] = [
        {**_ref(pack.ref), "rules": len(pack.rules), "state": "选了这个行业才判断"}
        for pack in industry_packs()
    ]
    document["user"] = [_user_pack(each) for each in packstore.user_packs()]
    document["folder"] = str(packstore.folder())
    return document


def _ref(ref: PackRef) -> dict[str, str]:
    return {"id": ref.id, "title": ref.title, "version": ref.version, "sha256": ref.sha256}


def _user_pack(each: packstore.UserPack) -> dict[str, Any]:
    ref = each.ref or PackRef(each.folder.name, "", "")
    return {
        **_ref(ref),
        "overlay_of": each.overlay.data.overlay_of if each.overlay else None,
        "path": str(each.folder),
        "state": packstore.STATE_WORDS[each.state],
        "reason": each.reason,
    }


def rule(rule_id: str) -> tuple[Pack, Rule] | None:
    """A rule and its pack by id; where a standard and its predecessor have it, the newer one."""
    for pack in [*packs(), *all_packs(), *industry_packs()]:
        found = pack.rule(rule_id)
        if found is not None:
            return pack, found
    return None


def clause(clause_id: str) -> Clause | None:
    """A clause card by id, whichever pack, local rules or decision table of the 适用判定 holds it."""
    for pack in [*all_packs(), *industry_packs()]:
        if clause_id in pack.clauses:
            return pack.clauses[clause_id]
    if clause_id in (own := route_table.own_clauses()):
        return own[clause_id]
    overlay = packstore.find_overlay(clause_id.partition("/")[0])
    return next((c for c in overlay.data.clauses if c.id == clause_id), None) if overlay else None


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


When = Snapshot | date | None
"""Whose standard: of the packs that judge this state (local rules and staying with old packs included), of a day, or the newest."""


def standard_pack(when: When = None) -> Pack:
    """The pack that holds annex A and the thresholds of the standard.

    Before the first of them there is no standard; then its successor is named, and `threshold` and `coverage` give no minimum.
    """
    return _standard(when)[0]


def _standard(when: When) -> tuple[Pack, bool]:
    """The pack, and whether it binds."""
    standards = sorted((p for p in all_packs() if p.risks), key=lambda p: p.data.effective_from)
    if when is None:
        return standards[-1], True
    if isinstance(when, Snapshot):
        judging = next((p for p in rulesets.judging(when).packs if p.risks), None)
        if judging is not None:
            return judging, True
        when = when.as_of
    day = when
    started = [p for p in standards if p.data.effective_from <= day]
    pack = started[-1] if started else standards[0]
    return pack, pack.in_force(day)


def coverage(kind: str, by_risk: Mapping[str, int], when: When = None) -> list[RiskRow]:
    """Counts per risk against the minima of the standard. `kind`: keywords, generation or should-refuse."""
    pack, binds = _standard(when)
    return [
        RiskRow(
            r.id, r.name, by_risk.get(r.id, 0), pack.minimum(cast(Minimum, kind), r.id) if binds else None
        )
        for r in pack.risks
    ]


def aspect_coverage(by_aspect: Mapping[str, int], when: When = None) -> list[RiskRow]:
    """Counts per aspect of the non-refuse bank against T9."""
    minimum = threshold("T9", when)
    return [RiskRow(name, name, by_aspect.get(name, 0), minimum) for name in standard_pack(when).aspects]


def threshold(parameter: str, when: When = None) -> int | None:
    """A whole-number parameter of the standard (T2, T8 …); None when it has no sourced value or no standard is in force."""
    value = bound(parameter, when)
    return int(value) if value is not None else None


def bound(parameter: str, when: When = None) -> Decimal | None:
    """A parameter of the standard as it stands; None when it has no sourced value or no standard is in force."""
    pack, binds = _standard(when)
    return pack.value(parameter) if binds else None


def rules_by_field() -> dict[str, list[str]]:
    """pattern of a field → ids of the rules that judge it, over all packs."""
    users: dict[str, list[str]] = {}
    for pack in [*packs(), *industry_packs()]:
        for pattern, rules in used_by(pack).items():
            users.setdefault(pattern, []).extend(rules)
    return users


def comparable() -> list[Pack]:
    """Every pack that can be compared or read: the shipped ones, then the versions kept on this machine and the user's own."""
    kept = [u.pack for u in packstore.user_packs() if u.pack is not None]
    return [*all_packs(), *sorted(kept, key=lambda pack: (pack.id, pack.version))]


def pack_diff(before: str, after: str) -> list[differences.Difference]:
    """What changes from one shipped pack to another."""
    return differences.diff(packs((before,))[0], packs((after,))[0])


def pack_diff_by_clause(before: str, after: str) -> list[differences.ClauseDifference]:
    """The same, clause by clause."""
    return differences.by_clause(packs((before,))[0], packs((after,))[0])
