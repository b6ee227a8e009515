"""A statement or a waiver holds for the facts it was given for, and no longer."""

from dataclasses import replace
from typing import Any

import pytest

from filingdesk.domain.report import RuleResult
from filingdesk.domain.snapshot import Attestation, Snapshot, Waiver
from filingdesk.rules.basis import STALE, basis_of
from filingdesk.rules.engine import check
from filingdesk.rules.pack import Rule
from filingdesk.rules.registry import load_shipped
from filingdesk.rules.view import View
from rules.support import snapshot_of

PACKS = load_shipped()


def rule_of(identity: str) -> Rule:
    return next(rule for pack in PACKS if (rule := pack.rule(identity)))


def judged(identity: str, snapshot: Snapshot) -> RuleResult:
    return next(r for r in check(PACKS, snapshot).results if r.id == identity)


def state(facts: dict[str, Any], **more: Any) -> Snapshot:
    return snapshot_of({"facts": facts, **more})


def stated(snapshot: Snapshot, basis: str, answer: Any = "符合") -> Snapshot:
    given = Attestation("AL-ALG-017", answer, "核查过了", "陈样例", "2026-11-20", basis=basis)
    return replace(snapshot, attestations={"AL-ALG-017": given})


BEFORE = state({"algorithm": {"name": "甲算法"}})
AFTER = state({"algorithm": {"name": "乙算法"}})
ELSEWHERE = state({"algorithm": {"name": "甲算法", "summary": "别处改了"}})


def test_a_statement_goes_stale_when_its_fact_changes_and_says_so() -> None:
    basis = basis_of(rule_of("AL-ALG-017"), View(BEFORE))
    assert judged("AL-ALG-017", stated(BEFORE, basis)).status == "passed"
    assert judged("AL-ALG-017", stated(ELSEWHERE, basis)).status == "passed"
    result = judged("AL-ALG-017", stated(AFTER, basis))
    assert result.status == "manual"
    assert result.note.startswith(STALE)


def test_a_statement_without_basis_stays_valid() -> None:
    assert judged("AL-ALG-017", stated(AFTER, "")).status == "passed"


def test_a_change_of_facts_does_not_lift_what_somebody_found_wrong() -> None:
    basis = basis_of(rule_of("AL-ALG-017"), View(BEFORE))
    assert judged("AL-ALG-017", stated(AFTER, basis, "不符合")).status == "failed"


def waived(snapshot: Snapshot, rule: str, basis: str, fingerprint: str = "") -> Snapshot:
    key = f"{rule}:{fingerprint}" if fingerprint else rule
    given = Waiver(rule, "属地同意", "陈样例", "2026-11-20T10:00:00+08:00", fingerprint, basis)
    return replace(snapshot, waivers={key: given})


def test_a_waiver_goes_stale_with_the_facts_of_its_rule() -> None:
    same = state({"subject": {"name": "甲公司", "icp_holder": "乙公司"}})
    other = state({"subject": {"name": "甲公司", "icp_holder": "丙公司"}})
    basis = basis_of(rule_of("AL-SUB-007"), View(same))
    assert judged("AL-SUB-007", waived(same, "AL-SUB-007", basis)).status == "waived"
    result = judged("AL-SUB-007", waived(other, "AL-SUB-007", basis))
    assert result.status == "failed"
    assert STALE in result.note
    assert judged("AL-SUB-007", waived(other, "AL-SUB-007", "")).status == "waived"


PRODUCTS = [{"name": "甲", "state": "已上线"}, {"name": "乙", "state": "已上线"}]


def test_a_waiver_of_one_finding_rests_on_its_own_record_only() -> None:
    first = state({"algorithm": {"products": PRODUCTS}})
    found = next(
        f for f in judged("AL-PRD-010", first).findings if f.path == "algorithm.products[0].screenshots"
    )
    basis = basis_of(rule_of("AL-PRD-010"), View(first), found.path)
    shot = ["截图.png#0123456789abcdef"]
    second = state({"algorithm": {"products": [PRODUCTS[0], {**PRODUCTS[1], "screenshots": shot}]}})
    still = judged("AL-PRD-010", waived(second, "AL-PRD-010", basis, found.fingerprint))
    assert still.status == "waived"
    gone = state(
        {"algorithm": {"products": [{**PRODUCTS[0], "screenshots": shot}, PRODUCTS[1]]}},
        missing=["0123456789abcdef"],
    )
    assert judged("AL-PRD-010", waived(gone, "AL-PRD-010", basis, found.fingerprint)).status == "failed"


@pytest.mark.parametrize(("rule", "more"), [
    ("LM-KW-001", {"keywords": {"total": 9000, "distinct": 9000}}),
    ("LM-BNK-007", {"banks": {"should-refuse": {"total": 400, "distinct": 400}}}),
])  # fmt: skip
def test_a_waiver_about_a_library_rests_on_its_counts(rule: str, more: dict[str, Any]) -> None:
    then = snapshot_of(more)
    basis = basis_of(rule_of(rule), View(then))
    assert basis
    assert judged(rule, waived(then, rule, basis)).status == "waived"
    assert judged(rule, waived(snapshot_of({}), rule, basis)).status == "failed"


def test_moving_a_record_is_no_change_of_facts() -> None:
    rule = rule_of("AL-PRD-012")
    one = [{"name": "甲", "forms": ["网站"]}, {"name": "乙", "forms": ["APP"]}]
    there, back = (View(state({"algorithm": {"products": p}})) for p in (one, one[::-1]))
    assert basis_of(rule, there) == basis_of(rule, back)


def test_a_finding_that_was_mended_and_is_back_says_so() -> None:
    snapshot = state({"subject": {"name": "甲公司", "icp_holder": "乙公司"}})
    finding = judged("AL-SUB-007", snapshot).findings[0]
    assert "又出现" not in finding.message
    again = judged("AL-SUB-007", replace(snapshot, mended={finding.fingerprint: "2026-10-01"})).findings[0]
    assert "2026-10-01" in again.message
    assert "又出现" in again.message
    assert again.fingerprint == finding.fingerprint
