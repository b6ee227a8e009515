"""A check that takes over what cannot have changed gives the same report as one from nothing, and is quick."""

import random
from dataclasses import replace
from datetime import date

import pytest

from filingdesk.domain.flat import Flat, flatten, unflatten
from filingdesk.domain.records import KeywordStats
from filingdesk.domain.snapshot import Snapshot, Waiver
from filingdesk.rules.engine import Memo, check, check_again
from filingdesk.rules.registry import load_shipped
from filingdesk.services import sample

PACKS = load_shipped()
DAY = date(2026, 11, 23)


def state(flat: Flat, revision: int = 0) -> Snapshot:
    return Snapshot(unflatten(flat), KeywordStats(), {}, DAY, revision=revision)


@pytest.fixture(scope="module")
def flat() -> Flat:
    return flatten(sample.sample_facts("complete"))


def test_after_each_of_many_edits_the_report_is_that_of_a_full_check(flat: Flat) -> None:
    """Edits pile up: fields cleared, changed, records removed and brought back."""
    choose = random.Random(20261123)
    now = dict(flat)
    report, memo = check_again(PACKS, state(now), None)
    keys = sorted(flat)
    for revision in range(1, 60):
        key = choose.choice(keys)
        if key not in now:
            now[key] = flat[key]
        elif choose.random() < 0.4:
            del now[key]
        elif isinstance(now[key], str):
            now[key] = choose.choice(
                ["", "是", "否", "登记", "备案", "2031-01-01", "12", "示例", "超过一切的绝对安全"]
            )
        else:
            now[key] = list(now[key])[:-1]
        snapshot = state(now, revision)
        report, memo = check_again(PACKS, snapshot, memo)
        assert report == check(PACKS, snapshot), key


def judged_anew(memo: Memo, after: Memo) -> int:
    return sum(after.known[key][2] is not entry[2] for key, entry in memo.known.items())


def test_only_touched_rules_are_judged_again(flat: Flat) -> None:
    _, memo = check_again(PACKS, state(flat), None)
    _, same = check_again(PACKS, state(flat, 1), memo)
    assert judged_anew(memo, same) == 0
    _, edited = check_again(PACKS, state({**flat, "subject.website": "https://example.com"}, 2), memo)
    assert 0 < judged_anew(memo, edited) < 20


def test_what_is_no_fact_is_compared_too(flat: Flat) -> None:
    """Another day, other counts, a waiver: everything is judged again."""
    snapshot = state(flat)
    _, memo = check_again(PACKS, snapshot, None)
    waiver = Waiver("LM-KW-001", "属地同意", "陈样例", "2026-11-20")
    for other in (
        replace(snapshot, as_of=date(2026, 12, 31)),
        replace(snapshot, keywords=KeywordStats(9, 9)),
        replace(snapshot, waivers={"LM-KW-001": waiver}),
    ):
        report, _ = check_again(PACKS, other, memo)
        assert report == check(PACKS, other)


def test_other_packs_are_not_taken_for_the_same(flat: Flat) -> None:
    _, memo = check_again(PACKS, state(flat), None)
    legacy = load_shipped(["tc260-003"])
    assert check_again(legacy, state(flat), memo)[0] == check(legacy, state(flat))
