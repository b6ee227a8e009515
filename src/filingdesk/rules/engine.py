"""Judges a snapshot by packs: every rule of every pack comes out once, with its findings."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from filingdesk.domain.conditions import holds
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import CheckReport, Finding, RuleResult, Severity, Status
from filingdesk.domain.snapshot import Attestation, Snapshot
from filingdesk.rules.basis import STALE, basis_of
from filingdesk.rules.engine_words import words_of
from filingdesk.rules.hits import Hit, NeedsPerson, NotApplicable
from filingdesk.rules.pack import Pack, Rule
from filingdesk.rules.view import View

logger = logging.getLogger(__name__)

UNCHECKED_HINT = "此要求仅有单一来源，请与正式标准文本核对。"
MAX_FINDINGS = 200
"""Of one rule: a rule over records cannot flood the list; what is left out is counted in the last message."""


@dataclass(frozen=True)
class Memo:
    """The last check, to make the next one of nearly the same state quick: what each rule read, and what came of it.

    Nothing is declared: a rule is judged again when anything it looked at is different, so a rule cannot go stale in silence.
    """

    view: View
    known: Mapping[int, tuple[Rule, Severity, RuleResult, frozenset[str]]]

    def still_holds(self, snapshot: Snapshot) -> bool:
        """Is everything but the facts as it was? (Then only the facts that a rule read decide.)"""
        return replace(self.view.snapshot, facts=snapshot.facts, revision=snapshot.revision) == snapshot


def check(
    packs: Iterable[Pack],
    snapshot: Snapshot,
    *,
    severity_overrides: Mapping[str, Severity] | None = None,
) -> CheckReport:
    """Judge `snapshot` by `packs`. `severity_overrides`: rule id → severity, for trying what another severity would do.

    Never raises for a rule: one that crashes comes out as `error` with a note, and blocks the verdict.
    """
    return check_again(packs, snapshot, None, severity_overrides=severity_overrides)[0]


def check_again(
    packs: Iterable[Pack],
    snapshot: Snapshot,
    memo: Memo | None,
    *,
    severity_overrides: Mapping[str, Severity] | None = None,
) -> tuple[CheckReport, Memo]:
    """`check`, taking over from `memo` what cannot have changed; and the memo for the next time."""
    packs = tuple(packs)
    view = View(snapshot)
    overrides = severity_overrides or {}
    usable = memo is not None and memo.still_holds(snapshot)
    changed = view.changed_since(memo.view) if memo is not None and usable else set[str]()
    known: dict[int, tuple[Rule, Severity, RuleResult, frozenset[str]]] = {}
    results = []
    for pack in packs:
        for rule in pack.rules:
            severity = overrides.get(rule.id, rule.severity)
            entry = memo.known.get(id(rule)) if memo is not None and usable else None
            if (
                entry is None
                or entry[0] is not rule
                or entry[1] != severity
                or entry[2].pack != pack.id
                or entry[2].status == "error"
                or not entry[3].isdisjoint(changed)
            ):
                view.reads = set()
                result = judge(rule, pack.id, view, severity)
                entry = (rule, severity, result, frozenset(view.reads))
            known[id(rule)] = entry
            results.append(entry[2])
    refs = tuple(pack.ref for pack in packs)
    report = CheckReport(refs, tuple(results), snapshot.as_of.isoformat(), snapshot.revision)
    return report, Memo(view, known)


def judge(rule: Rule, pack: str, view: View, severity: Severity | None = None) -> RuleResult:
    """What becomes of one rule."""
    result = RuleResult(
        id=rule.id,
        title=rule.title,
        status="passed",
        severity=severity or rule.severity,
        stage=rule.stage,
        clause=rule.clause,
        source=rule.source,
        pack=pack,
    )
    try:
        return _judge(rule, view, result)
    except Exception as error:  # noqa: BLE001 - whatever a rule does, the report must name it
        # The message may hold what somebody typed, so only its kind and the place in our code are logged.
        logger.error("rule %s crashed: %s", rule.id, type(error).__name__)
        return replace(
            result, status="error", note=f"规则出错（{type(error).__name__}），没有得出结论；请把它报告给我们"
        )


def _judge(rule: Rule, view: View, result: RuleResult) -> RuleResult:
    if not rule.in_force(view.snapshot.as_of):
        return replace(result, status="not_applicable", note=f"{view.snapshot.as_of} 这一天不适用这一条")
    if not holds(rule.when, view.lookup):
        return replace(result, status="not_applicable")
    if rule.unset or rule.predicate is None:
        return replace(
            result, status="not_applicable", note=f"参数 {rule.unset} 没有可靠来源，以系统提示为准"
        )
    try:
        hits = list(rule.predicate.judge(view))
    except NotApplicable as outcome:
        return replace(result, status="not_applicable", note=str(outcome))
    except NeedsPerson as outcome:
        return _attested(rule, view, result, str(outcome))
    return _with(rule, view, result, hits)


def _attested(rule: Rule, view: View, result: RuleResult, question: str) -> RuleResult:
    """A rule that only a person decides: the statement on record, if it is complete."""
    statement = view.snapshot.attestations.get(rule.id)
    if statement is None:
        return replace(result, status="manual", note=question)
    if missing := _missing_in(statement):
        return replace(result, status="manual", note=f"{question}（核查记录缺少{missing}）")
    # 不符合 stays a finding until somebody looks again: a change of the facts alone must not lift it.
    if statement.answer != "不符合" and _is_stale(statement.basis, rule, view):
        return replace(result, status="manual", note=f"{STALE}：{question}")
    match statement.answer:
        case "符合":
            return replace(result, note=statement.statement)
        case "不适用":
            return replace(result, status="not_applicable", note=statement.statement)
        case "不符合":
            hit = Hit("", statement.statement or "没有写原因", "符合")
            return _with(rule, view, result, [hit])
        case other:
            assert_never(other)


def _is_stale(basis: str, rule: Rule, view: View, path: str = "") -> bool:
    return bool(basis) and basis != basis_of(rule, view, path)


def _missing_in(statement: Attestation) -> str:
    parts = {"核查人": statement.name, "日期": statement.day}
    if statement.answer != "不符合":
        parts["说明"] = statement.statement
    return "、".join(word for word, value in parts.items() if not value.strip())


def _with(rule: Rule, view: View, result: RuleResult, hits: list[Hit]) -> RuleResult:
    if not hits:
        return result
    findings = [_finding(rule, view, result, hit) for hit in hits[:MAX_FINDINGS]]
    notes = [f"另有 {len(hits) - MAX_FINDINGS} 处同样的问题没有列出"] if len(hits) > MAX_FINDINGS else []
    if any(not f.waived and _waiver_of(f, view.snapshot, rule, view) is False for f in findings):
        notes.append(f"此前说明的理由{STALE}")
    status: Status = "waived" if all(finding.waived for finding in findings) else "failed"
    return replace(result, status=status, findings=tuple(findings), note="；".join(notes))


def _finding(rule: Rule, view: View, result: RuleResult, hit: Hit) -> Finding:
    words = words_of(hit, view)
    fix = rule.fix.format_map(words)
    if rule.source is SourceMark.STANDARD_UNCHECKED:
        fix += UNCHECKED_HINT
    fix += rule.cited
    finding = Finding(
        rule=rule.id,
        title=rule.title,
        severity=result.severity,
        stage=rule.stage,
        path=hit.path,
        message=rule.message.format_map(words),
        found=hit.found,
        expected=hit.expected,
        fix=fix,
        clause=rule.clause,
        source=rule.source,
    )
    if day := view.snapshot.mended.get(finding.fingerprint):
        finding = replace(
            finding, message=f"{finding.message}（{day} 记录过这一问题，后来改正了，现在又出现）"
        )
    return replace(finding, waived=bool(_waiver_of(finding, view.snapshot, rule, view)))


def _waiver_of(finding: Finding, snapshot: Snapshot, rule: Rule, view: View) -> bool | None:
    """Waived, by the rule as a whole or by `rule:fingerprint`? False: there is a reason, but what it rests on has changed.
    None: there is none. A waiver without a reason does not count."""
    known: bool | None = None
    for key, path in ((finding.rule, ""), (f"{finding.rule}:{finding.fingerprint}", finding.path)):
        waiver = snapshot.waivers.get(key)
        if waiver is None or not waiver.reason.strip() or (key == finding.rule and waiver.fingerprint):
            continue
        if not _is_stale(waiver.basis, rule, view, path):
            return True
        known = False
    return known
