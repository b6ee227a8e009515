"""What a report says nothing about, and why: rules that did not apply, that only a person can judge, that failed, not yet in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filingdesk.domain.conditions import holds
from filingdesk.domain.paths import resolve
from filingdesk.domain.report import STATUS_WORDS, CheckReport, RuleResult, Status
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import label_of
from filingdesk.rules.view import View
from filingdesk.services import checking, rulesets

STATUSES: tuple[Status, ...] = ("error", "manual", "not_applicable")


@dataclass(frozen=True)
class Unchecked:
    """One rule (or, with status 未施行, one pack) that gave no verdict; `reason` is one sentence."""

    id: str
    title: str
    status: str
    reason: str


def count(report: CheckReport) -> int:
    """How many rules gave no verdict."""
    return sum(result.status in STATUSES for result in report.results)


def reasons(report: CheckReport, snapshot: Snapshot) -> dict[str, str]:
    """Rule id → why it gave no verdict."""
    rules = {rule.id: rule for pack in rulesets.judging(snapshot).packs for rule in pack.rules}
    lookup = View(snapshot).lookup
    found = {}
    for result in report.results:
        if result.status in STATUSES:
            rule = rules.get(result.id)
            found[result.id] = _reason(result, rule.when if rule else None, lookup)
    return found


def listed(report: CheckReport, snapshot: Snapshot) -> list[Unchecked]:
    """All of it, faults first; then the packs that are not yet in force on the day of the report."""
    why = reasons(report, snapshot)
    rules = [
        Unchecked(result.id, result.title, STATUS_WORDS[status], why[result.id])
        for status in STATUSES
        for result in report.with_status(status)
    ]
    later = [
        Unchecked(
            pack.id, pack.title, "未施行", f"{pack.data.effective_from} 起施行，{report.as_of} 还不适用"
        )
        for pack in checking.not_judged(report)
    ]
    return rules + later


def _reason(result: RuleResult, when: Mapping[str, Any] | None, lookup: Any) -> str:
    if result.note:
        return result.note
    if result.status == "not_applicable" and when is not None and not holds(when, lookup):
        return f"只在这种情况下检查：{words(when)}"
    return {"manual": "只能由人判断", "error": "没有得出结论"}.get(result.status, "不适用于现在填写的内容")


def words(condition: Mapping[str, Any]) -> str:
    """A condition as people say it: 「模型来源」是“自研”."""
    for key, joint in (("all", "，并且"), ("any", "，或者")):
        if key in condition:
            return joint.join(words(part) for part in condition[key])
    if "not" in condition:
        return f"不是（{words(condition['not'])}）"
    name = f"「{label_of(resolve(condition['path'], ''))}」"
    if "has" in condition:
        return f"{name}包括“{condition['has']}”"
    if "has_any" in condition:
        return f"{name}包括{_one_of(condition['has_any'])}"
    if "is" in condition:
        return f"{name}是“{condition['is']}”" if condition["is"] else f"{name}空着"
    if "in" in condition:
        return f"{name}是{_one_of(condition['in'])}"
    return f"{name}已填" if condition["filled"] else f"{name}空着"


def _one_of(terms: Any) -> str:
    return "或".join(f"“{term}”" for term in terms)
