"""The samples: complete means complete, the same every time, harmless, and its numbers agree with each other."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
import yaml
from fontTools.ttLib import TTFont
from PIL import Image

from filingdesk.domain import conditions
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_algorithm_records import RISK_KINDS
from filingdesk.domain.facts_subject import EVIDENCE_KINDS, POLICY_KINDS, Item
from filingdesk.domain.flat import from_plain, get, iter_leaves, to_plain
from filingdesk.domain.meta import Kind
from filingdesk.domain.records import BANKS
from filingdesk.domain.specs import fields, spec_of
from filingdesk.domain.values import parse_attachment, parse_quantity, problem_of
from filingdesk.evaluation.rates import Rate, result_of
from filingdesk.infra.resources import resource_path
from filingdesk.scan.normalize import fold_words
from filingdesk.services import sample
from filingdesk.services.sample import SAMPLES, SampleName

BOILERPLATE = ("领先", "一流", "卓越", "先进", "最佳", "全方位", "一站式", "赋能", "助力", "顶尖", "完美")


@cache
def _facts(name: SampleName = "complete") -> Facts:
    return sample.sample_facts(name)


def _yaml(*parts: str) -> Any:
    return yaml.safe_load(resource_path(*parts).read_text("utf-8"))


@cache
def _parameters() -> dict[str, int]:
    pack = _yaml("rulesets", sample.RISK_PACK, "pack.yaml")
    return {name: entry["value"] for name, entry in pack["parameters"].items()}


def _visible(facts: Facts, path: str) -> bool:
    """Is the question asked: its own condition and those of all that it stands in."""

    def look(other: str) -> Any:
        try:
            return get(facts, other)
        except KeyError:
            return None

    parts = path.split(".")
    for end in range(1, len(parts) + 1):
        here = ".".join(parts[:end])
        spec = spec_of(here)
        if spec is None:
            continue
        meta = spec.meta
        if not conditions.holds(meta.visible_when, look, here.rpartition(".")[0]):
            return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_of_the_file_is_a_fact(name: SampleName) -> None:
    facts, problems = from_plain(_yaml("samples", name, "facts.yaml"))
    assert problems == []
    assert from_plain(to_plain(facts)) == (facts, [])


def test_complete_means_every_question_is_answered() -> None:
    facts = _facts()
    blank = [
        path
        for path, spec, value in iter_leaves(facts)
        if not value and not spec.meta.optional and _visible(facts, path)
    ]
    assert blank == []


def test_every_value_fits_its_field() -> None:
    facts = _facts()
    wrong = {
        path: problem for path, spec, value in iter_leaves(facts) if (problem := problem_of(spec.meta, value))
    }
    assert wrong == {}


def test_nothing_is_answered_that_is_not_asked() -> None:
    facts = _facts()
    assert [p for p, _, value in iter_leaves(facts) if value and not _visible(facts, p)] == []


def test_the_complete_sample_covers_what_papers_need() -> None:
    facts = _facts()
    assert {policy.kind for policy in facts.policies} == set(POLICY_KINDS) - {"其他"}
    assert {item.kind for item in facts.evidence} == set(EVIDENCE_KINDS)
    assert {risk.kind for risk in facts.algorithm.risks} == set(RISK_KINDS)
    assert {source.kind for source in facts.large_model.corpus} == {"开源", "自采", "商业", "使用者输入"}
    assert len({review.layer for review in facts.large_model.reviews}) == 6
    assert {s.role for s in facts.signatories} >= {"法定代表人", "安全评估负责人", "合法性评估负责人"}
    assert len(facts.algorithm.flow) >= 9
    # A reader must be able to tell at once that nobody real is meant.
    assert "示例" in facts.subject.name
    assert facts.legal_representative.id_number[6:10] == "1900"
    assert ".example.cn" in facts.subject.website


@pytest.mark.parametrize("name", SAMPLES)
def test_ids_are_given_and_unique(name: SampleName) -> None:
    def records(node: Any) -> Iterator[list[Item]]:
        for field in type(node).model_fields:
            value = getattr(node, field)
            if isinstance(value, list) and value and isinstance(value[0], Item):
                yield value
                for item in value:
                    yield from records(item)
            elif hasattr(type(value), "model_fields"):
                yield from records(value)

    for items in records(_facts(name)):
        ids = [item.id for item in items]
        assert len(set(ids)) == len(ids)


def test_the_complete_sample_holds_no_praise() -> None:
    for path, _, value in iter_leaves(_facts()):
        text = value if isinstance(value, str) else "".join(value)
        assert not [word for word in BOILERPLATE if word in text], path


def test_numbers_agree() -> None:
    facts = _facts()
    model = facts.large_model
    users = [parse_quantity(p.monthly_active_users) or Decimal(0) for p in facts.algorithm.products]
    assert parse_quantity(facts.subject.monthly_active_users) == sum(users)
    records = {c.id: parse_quantity(c.records) or Decimal(0) for c in model.corpus}
    total = sum(records.values())
    assert parse_quantity(model.evaluation.corpus_total) == total
    foreign = sum(records[c.id] for c in model.corpus if c.foreign == "是")
    assert parse_quantity(model.governance.foreign_share) == round(Decimal(foreign) * 100 / total, 1)
    kinds = {(c.language, c.modality): c for c in model.corpus}
    assert all(sum((c.language, c.modality) == kind for c in model.corpus) > 1 for kind in kinds), (
        "several sources per language and type"
    )
    assert facts.subject.name == facts.subject.icp_holder == facts.algorithm.rights.agreement_subject


@pytest.mark.parametrize("name", SAMPLES)
def test_attachments_are_small_files_behind_every_reference(name: SampleName) -> None:
    files = sample.sample_attachments(name)
    named = set()
    for path, spec, value in iter_leaves(_facts(name)):
        if spec.meta.kind is Kind.ATTACHMENTS:
            for reference in value:
                found = parse_attachment(reference)
                named.add(found.name)
                assert hashlib.sha256(files[found.name]).hexdigest().startswith(found.digest), path
                assert found.digest, path
    assert named == set(files)
    for file, data in files.items():
        assert len(data) < 150_000, file
        if file.endswith(".pdf"):
            with pdfium.PdfDocument(data) as document:
                assert len(document) == 1
            continue
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert picture.format == "PNG"
            assert picture.width >= 400
            assert picture.height < 1400, f"{file} is cut off"


def test_the_same_bytes_every_time() -> None:
    first = (sample.sample_facts(), sample.sample_attachments())
    sample._attachments.cache_clear()
    sample._plain_facts.cache_clear()
    assert (sample.sample_facts(), sample.sample_attachments()) == first
    assert sample.sample_keywords() == sample.sample_keywords()
    assert sample.sample_questions() == sample.sample_questions()


def test_every_sign_in_the_pictures_has_a_glyph() -> None:
    with TTFont(resource_path("fonts", "NotoSansSC-Regular.ttf"), lazy=True) as font:
        cmap = font.getBestCmap()
    text = resource_path("samples", "complete", "pictures.yaml").read_text("utf-8")
    text += resource_path("samples", "complete", "facts.yaml").read_text("utf-8")
    assert {sign for sign in text if sign != "\n" and ord(sign) not in cmap} == set()


def test_keyword_library_meets_the_minima() -> None:
    words = sample.sample_keywords()
    per_risk = Counter(word.risk for word in words)
    assert len({word.word for word in words}) == len(words) >= _parameters()["T2"]
    for risk in sample._risks():
        if risk.group in {"A.1", "A.2"}:
            assert per_risk[risk.id] >= _parameters()[f"T3.{risk.group}"]
        assert per_risk[risk.id] > 0


def test_keywords_are_invented_and_found_in_no_ordinary_text() -> None:
    words = [record.word for record in sample.sample_keywords()]
    assert all(word.startswith(("示例", "shili-", "yangben-", "ceshi-")) for word in words)
    prose = "\n".join(
        value if isinstance(value, str) else "\n".join(value) for _, _, value in iter_leaves(_facts())
    )
    prose += "\n".join(f"{q.text}\n{q.response}" for bank in sample.sample_questions().values() for q in bank)
    assert [word for word in words if word in prose] == []


def test_keywords_stay_different_when_folded_and_none_begins_another() -> None:
    folded, _ = fold_words([record.word for record in sample.sample_keywords()])
    known = set(folded)
    assert len(known) == len(folded)
    assert [word for word in folded if any(word[:end] in known for end in range(1, len(word)))] == []


def test_banks_meet_the_minima() -> None:
    banks, parameters = sample.sample_questions(), _parameters()
    assert set(banks) == set(BANKS)
    for bank, key in (("generation", "T5.total"), ("should-refuse", "T7.total"), ("non-refuse", "T8")):
        texts = [q.text for q in banks[bank]]  # type: ignore[index]
        assert len(set(texts)) == len(texts) >= parameters[key]
        assert all(text.startswith("示例题") for text in texts)
        numbers = [q.number for q in banks[bank]]  # type: ignore[index]
        assert len(set(numbers)) == len(numbers)
    for bank, key in (("generation", "T5"), ("should-refuse", "T7")):
        per_risk = Counter(q.risk for q in banks[bank])  # type: ignore[index]
        for risk in sample._risks():
            if f"{key}.{risk.group}" in parameters:
                assert per_risk[risk.id] >= parameters[f"{key}.{risk.group}"]
    per_aspect = Counter(q.aspect for q in banks["non-refuse"])
    aspects = _yaml("rulesets", sample.RISK_PACK, "risks.yaml")["non_refuse_aspects"]
    assert all(per_aspect[aspect] >= parameters["T9"] for aspect in aspects)
    assert set(per_aspect) == set(aspects)


@pytest.mark.parametrize("name", SAMPLES)
def test_verdicts_in_the_banks_equal_the_evaluation_facts(name: SampleName) -> None:
    banks, said = sample.sample_questions(name), _facts(name).large_model.evaluation
    pairs = {
        "generation": (said.output_manual_passed, said.output_manual_sample),
        "should-refuse": (said.refusal_refused, said.refusal_sample),
        "non-refuse": (said.non_refusal_refused, said.non_refusal_sample),
    }
    for bank in BANKS:
        result = result_of(bank, banks[bank])
        assert (str(result.rate.successes), str(result.rate.total)) == pairs[bank]
        assert result.sampled == result.judged
        assert result.unread == 0
        assert all(q.response for q in banks[bank] if q.sampled)
        assert all(not q.response and not q.verdict for q in banks[bank] if not q.sampled)


def test_the_complete_sample_passes_its_tests_even_at_the_lower_bound() -> None:
    results = {bank: result_of(bank, rows) for bank, rows in sample.sample_questions().items()}
    p = _parameters()
    assert results["generation"].rate.surely_at_least(p["T12.rate"])
    assert results["should-refuse"].rate.surely_at_least(p["T13.rate"])
    assert results["non-refuse"].rate.surely_at_most(p["T14.rate"])
    assert results["generation"].sampled >= p["T12.sample"]
    assert results["should-refuse"].sampled >= p["T13.sample"]
    assert results["non-refuse"].sampled >= p["T14.sample"]
    # Every risk and every aspect is in the sample.
    assert len(results["generation"].by_stratum) == 31
    assert len(results["should-refuse"].by_stratum) == 17
    assert len(results["non-refuse"].by_stratum) == 13


def test_statements_are_about_the_rule_and_name_existing_attachments() -> None:
    stated = sample.attestations({"R1": "gbt-45654-2025/annotation 标注规则", "R2": "something else"})
    assert "标注" in stated["R1"].statement
    assert stated["R1"].statement != stated["R2"].statement
    digests = {hashlib.sha256(data).hexdigest()[:16] for data in sample.sample_attachments().values()}
    for one in stated.values():
        assert one.answer == "符合"
        assert one.evidence
        assert {parse_attachment(reference).digest for reference in one.evidence} <= digests
    assert sample.attestations({"R1": "x"}, "incomplete") == {}


def test_every_statement_can_be_used() -> None:
    data = _yaml("samples", "complete", "attestations.yaml")
    files = sample.sample_attachments()
    for entry in data["statements"]:
        assert all(file in files for file in entry["evidence"])
    assert data["statements"][-1]["words"] == []


def test_the_incomplete_sample_has_its_intended_defects() -> None:
    text = resource_path("samples", "incomplete", "facts.yaml").read_text("utf-8")
    listed = [line for line in text.splitlines() if line.startswith("#  ")]
    assert 18 <= len(listed) <= 26
    good, bad = _facts(), _facts("incomplete")
    assert problem_of(fields()["subject.credit_code"].meta, bad.subject.credit_code)
    assert bad.subject.icp_holder != bad.subject.name
    assert bad.algorithm.labels.explicit_screenshots == []
    assert "图像" in bad.algorithm.output_modalities
    assert "PNG" not in bad.algorithm.output_formats
    assert bad.algorithm.products[1].url == ""
    third = next(m for m in bad.algorithm.models if m.origin == "第三方模型")
    assert third.proof == []
    assert {p.kind for p in good.policies} - {p.kind for p in bad.policies} == {"反电信网络诈骗"}
    assert bad.algorithm.result.filed_on == ""
    assert bad.algorithm.result.number == ""
    refusals = Rate(
        int(bad.large_model.evaluation.refusal_refused), int(bad.large_model.evaluation.refusal_sample)
    )
    assert not refusals.at_least(_parameters()["T13.rate"])
    per_risk = Counter(word.risk for word in sample.sample_keywords("incomplete"))
    assert per_risk["A.2.c"] == 86
    assert len(sample.sample_questions("incomplete")["generation"]) < _parameters()["T5.total"]


def test_texts_for_the_interception_test_hold_words_of_the_library() -> None:
    words = {record.word for record in sample.sample_keywords()}
    lines = sample.sample_scan_texts()
    hit = [line for line in lines if any(word in line for word in words)]
    assert 0 < len(hit) < len(lines)
    spaced = [line for line in lines if any(word in line.replace("-", "") for word in words)]
    assert len(spaced) > len(hit)
