"""The shipped packs judge the samples as intended: the complete one clean, the incomplete one with its defects."""

import hashlib
from collections import Counter
from datetime import date
from functools import cache

import pytest

from filingdesk.domain.records import BANKS, BankStats, KeywordStats
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import AttachmentInfo, Snapshot
from filingdesk.rules import engine, registry
from filingdesk.services import sample
from filingdesk.services.sample import SampleName

TODAY = date(2026, 11, 23)


@cache
def _snapshot(name: SampleName, as_of: date = TODAY) -> Snapshot:
    """The state a project has when a sample was just put in."""
    words, questions = sample.sample_keywords(name), sample.sample_questions(name)
    attachments = {}
    for data in sample.sample_attachments(name).values():
        digest = hashlib.sha256(data).hexdigest()[:16]
        attachments[digest] = AttachmentInfo(digest, len(data))
    per_risk = Counter(word.risk for word in words)
    keywords = KeywordStats(len(words), len({w.word for w in words}), per_risk, as_of)
    banks: dict[str, BankStats] = {}
    for bank in BANKS:
        rows = questions[bank]
        banks[bank] = BankStats(
            bank,
            len(rows),
            len({q.text for q in rows}),
            Counter(q.risk for q in rows),
            Counter(q.aspect for q in rows if q.aspect),
            sum(bool(q.response) for q in rows),
            sum(bool(q.verdict) for q in rows),
            Counter(q.verdict for q in rows if q.verdict),
            sum(q.sampled for q in rows),
            sum(q.sampled and bool(q.verdict) for q in rows),
            as_of,
        )
    return Snapshot(sample.sample_facts(name), keywords, banks, as_of, attachments)


def _check(name: SampleName, as_of: date = TODAY) -> CheckReport:
    packs = registry.load_shipped(None)
    snapshot = _snapshot(name, as_of)
    manual = engine.check(packs, snapshot).with_status("manual")
    stated = sample.attestations({r.id: f"{r.clause} {r.title}" for r in manual}, name)
    return engine.check(
        packs,
        Snapshot(
            snapshot.facts,
            snapshot.keywords,
            snapshot.banks,
            as_of,
            snapshot.attachments,
            attestations=stated,
        ),
    )


# Opened again later, the sample must not have spoiled; only keywords and banks age, and they are put in anew.
@pytest.mark.parametrize("as_of", [TODAY, date(2027, 1, 4), date(2027, 12, 31)])
def test_the_complete_sample_is_clean_today_and_later(as_of: date) -> None:
    report = _check("complete", as_of)
    found = [f"{f.rule} {f.path} {f.message}" for f in report.findings if f.severity != "info"]
    assert found == []
    assert report.with_status("manual") == ()
    assert report.with_status("error") == ()


def test_every_statement_fits_its_rule() -> None:
    manual = engine.check(registry.load_shipped(None), _snapshot("complete")).with_status("manual")
    assert manual
    stated = sample.attestations({r.id: f"{r.clause} {r.title}" for r in manual})
    general = sample.attestations({"X": ""})["X"].statement
    assert [rule for rule, one in stated.items() if one.statement == general] == []


def test_the_incomplete_sample_shows_its_defects() -> None:
    report = _check("incomplete")
    assert report.verdict == "blocked"
    assert report.with_status("error") == ()
    assert 18 <= len(report.findings) <= 32
    paths = {f.path for f in report.findings}
    assert {
        "subject.credit_code",
        "subject.icp_holder",
        "algorithm.rights.agreement_subject",
        "algorithm.output_formats",
        "algorithm.models[3].proof",
        "algorithm.labels.explicit_screenshots",
        "algorithm.products[1].url",
        "algorithm.assessment.deployment",
        "algorithm.launched_on",
        "algorithm.result.number",
        "algorithm.summary",
        "algorithm.flow",
        "policies",
        "signatories",
        "large_model.evaluation.refusal_refused",
        "@keywords/A.2.c",
        "@questions/generation",
    } <= paths
