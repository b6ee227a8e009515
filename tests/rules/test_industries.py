"""Industries: what their files hold, that their rules judge rightly and only advise, and how a faulty file is refused."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts_industry import KEYS, SECTORS
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.report import RuleResult
from filingdesk.domain.specs import FieldSpec, by_pattern, page_of
from filingdesk.infra.resources import resource_path
from filingdesk.rules.engine import check
from filingdesk.rules.industry import (
    Industry,
    all_industry_packs,
    industries,
    industry_files,
    packs_of,
    placeholders,
    read_industry,
)
from filingdesk.rules.registry import load_all, load_shipped
from rules.support import snapshot_of

CASES = Path(__file__).parent / "industries"
ALL = industries()
RULES = [(each.id, rule.id) for each in ALL for rule in each.data.rules]


@cache
def cases(identity: str) -> dict[str, Any]:
    read = yaml.safe_load((CASES / f"{identity}.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def judged(identity: str, rule: str, case: Mapping[str, Any], **more: Any) -> RuleResult:
    name = next(n for n, key in KEYS.items() if key == identity)
    facts = {
        **case.get("facts", {}),
        "industry": {"sectors": [name], identity: case.get("answers", {}), **more},
    }
    snapshot = snapshot_of({**case, "facts": facts}, rule)
    report = check(packs_of([name]), snapshot)
    assert not report.with_status("error"), [(r.id, r.note) for r in report.with_status("error")]
    return next(result for result in report.results if result.id == rule)


@pytest.mark.parametrize(("identity", "rule"), RULES)
def test_good_case_passes(identity: str, rule: str) -> None:
    result = judged(identity, rule, cases(identity)[rule]["good"])
    assert result.status == "passed", [f.message for f in result.findings] or result.note


@pytest.mark.parametrize(("identity", "rule"), RULES)
def test_bad_case_fails_says_what_and_leads_to_the_field(identity: str, rule: str) -> None:
    case = cases(identity)[rule]["bad"]
    result = judged(identity, rule, case)
    assert result.status == "failed", result.note
    finding = result.findings[0]
    assert case["message"] in finding.message
    assert finding.fix.strip()
    assert "{" not in finding.message + finding.fix
    assert finding.severity in {"warning", "info"}
    assert finding.source in {SourceMark.PRACTICE, SourceMark.DERIVED}
    if finding.path:
        assert page_of(finding.path) is not None


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {file.stem for file in CASES.glob("*.yaml")} == {each.id for each in ALL}
    for each in ALL:
        assert set(cases(each.id)) == {rule.id for rule in each.data.rules}


def test_the_eight_industries_are_there_in_depth() -> None:
    assert SECTORS == ("金融", "医疗健康", "教育", "电商零售", "文娱传媒", "政务服务", "交通出行", "人力资源")
    assert [each.name for each in ALL] == list(SECTORS)
    for each in ALL:
        data = each.data
        assert len(data.questions) >= 6, each.id
        assert len(data.risks) >= 5, each.id
        assert len(data.rules) >= 5, each.id
        assert len(data.evidence) >= 4, each.id
        assert data.pointers, each.id


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_its_questions_risks_and_evidence_are_facts_as_the_file_says(each: Industry) -> None:
    data, known = each.data, by_pattern()
    for question in data.questions:
        spec = known[f"{data.base}.{question.id}"]
        assert isinstance(spec, FieldSpec)
        assert (spec.meta.label, spec.meta.help, spec.meta.good) == (
            question.label,
            question.help,
            question.good,
        )
        assert spec.meta.choices == (question.choices or (("是", "否") if question.kind == "yes_no" else ()))
        assert spec.meta.clause == data.clause_id(question.advice)
    for risk in data.risks:
        spec = known[f"{data.base}.risks.{risk.id}"]
        assert isinstance(spec, FieldSpec)
        assert risk.title in spec.meta.label
        assert spec.meta.good == risk.good
    for proof in data.evidence:
        assert isinstance(known[f"{data.base}.proofs.{proof.id}"], FieldSpec)
    written = sum(len(part) for part in (data.questions, data.risks, data.evidence))
    leaves = [s for p, s in known.items() if p.startswith(f"{data.base}.") and isinstance(s, FieldSpec)]
    assert len(leaves) == written, "a field that the file does not know"


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_nothing_in_it_claims_to_be_law(each: Industry) -> None:
    data = each.data
    assert {advice.source for advice in data.advice} <= {SourceMark.PRACTICE, SourceMark.DERIVED}
    said = each.file.text.split("\n", 1)[1]
    assert not re.search(r"第[一二三四五六七八九十百\d ]+条(?!约定)", said), "a clause number"
    assert not re.search(r"(法律|法规|国家)(规定|要求)", said)
    for pointer in data.pointers:
        assert pointer.name.startswith("《")
        outside = said.replace(f"name: {pointer.name}", "")
        assert pointer.name not in outside, "a pointer is a hint, nothing rests on it"


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_every_advice_is_judged_and_every_long_answer_has_a_sample(each: Industry) -> None:
    data = each.data
    assert {rule.clause for rule in data.rules} == {data.clause_id(advice.id) for advice in data.advice}
    for question in data.questions:
        if question.kind == "long_text":
            assert len(question.good) >= 20, question.id
    answered = {name for sentence in data.prose for name in placeholders(sentence.text)}
    asked = {q.id for q in data.questions if q.kind != "yes_no"}
    assert answered == asked, "an answer that no paper prints"


def test_the_linked_risks_are_among_the_31() -> None:
    known = {risk.id for risk in load_shipped(["gbt-45654-2025"])[0].risks}
    for each in ALL:
        for risk in each.data.risks:
            assert risk.risks31, risk.id
            assert set(risk.risks31) <= known


def test_ids_are_unique_over_all_packs() -> None:
    ids = [rule.id for pack in all_industry_packs() for rule in pack.rules]
    others = {rule.id for pack in load_all() for rule in pack.rules}
    assert len(ids) == len(set(ids))
    assert not set(ids) & others


def test_an_answer_of_an_industry_that_is_not_chosen_is_not_judged() -> None:
    case = cases("finance")["IN-FIN-006"]["bad"]
    facts = {**case["facts"], "industry": {"sectors": ["教育"], "finance": case.get("answers", {})}}
    report = check(packs_of(["教育"]), snapshot_of({"facts": facts}))
    assert {result.pack for result in report.results} == {"industry-education"}


def test_a_hidden_answer_is_not_judged() -> None:
    answers = {"uses_credit_data": "否", "credit_data_source": "来源合法合规。"}
    result = judged("finance", "IN-FIN-004", {"answers": answers})
    assert result.status == "not_applicable"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("severity: warning", "severity: blocker", "不能阻断"),
        ("source: practice", "source: law", "不能阻断"),
        ("clause: scope", "clause: nowhere", "nowhere"),
        ("text: \"本服务涉及的金融业务为{scope}。\"", "text: \"{scoop}\"", "scoop"),
        ("id: IN-FIN-001", "id: IN-MED-001", "IN-FIN-"),
        ("help: 征信报告、", "hlep: 征信报告、", "hlep"),
        ("kind: yes_no", "kind: choice", "choices"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_line_and_reason(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = resource_path("industries", "finance.yaml").read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "finance.yaml"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=words) as caught:
        read_industry(place)
    assert "第" in caught.value.message
    assert "行" in caught.value.message


def test_line_ends_do_not_change_the_hash(tmp_path: Path) -> None:
    file = industry_files()[0]
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    again = read_industry(copy)
    assert replace(again, file=ALL[0].file).sha256 == read_industry(file).sha256


@pytest.mark.parametrize(
    ("identity", "rule", "said"),
    [
        ("medical", "IN-MED-007", "回答只作健康科普，不能替代医生诊断，也不代替医生开药。"),
        ("finance", "IN-FIN-006", "不承诺保本，回答下方提示投资有风险。"),
        ("retail", "IN-RET-008", "答复不使用绝对化用语，价格以结算页面为准。"),
    ],
)
def test_words_of_caution_are_not_taken_for_boasting(identity: str, rule: str, said: str) -> None:
    result = judged(identity, rule, {"facts": {"algorithm": {"summary": said}}})
    assert result.status == "passed"
