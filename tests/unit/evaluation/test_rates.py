"""Rates are exact, intervals are Wilson's, and rounding never makes a result look better."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.records import QuestionRecord
from filingdesk.evaluation.rates import Rate, needed, percent_text, result_of, wilson


@pytest.mark.parametrize(
    ("passed", "total", "percent"), [(919, 1000, 90), (964, 1000, 95)], ids=["T12 90%", "T13 95%"]
)
def test_fewest_passes_whose_lower_bound_reaches_the_demand(passed: int, total: int, percent: int) -> None:
    assert wilson(passed, total)[0] >= percent / 100
    assert wilson(passed - 1, total)[0] < percent / 100
    assert needed(total, percent) == passed


def test_known_interval() -> None:
    # Textbook value: 10 of 20 at 95 % gives 0.2993 – 0.7007.
    low, high = wilson(10, 20)
    assert (round(low, 4), round(high, 4)) == (0.2993, 0.7007)


def test_ends() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 50)[0] == 0.0
    assert wilson(50, 50)[1] == 1.0
    assert needed(10, 90) is None  # even 10 of 10 leaves doubt
    with pytest.raises(ValueError, match="no proportion"):
        wilson(5, 4)
    with pytest.raises(ValueError, match="no proportion"):
        Rate(-1, 4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_rate(pair: tuple[int, int]) -> None:
    hits, total = pair
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1


def test_the_rate_itself_is_compared_exactly() -> None:
    assert Rate(900, 1000).at_least(90)
    assert not Rate(8999, 10_000).at_least(90)
    assert Rate(15, 300).at_most(5)
    assert not Rate(16, 300).at_most(5)
    assert not Rate(0, 0).at_least(0)
    assert not Rate(0, 0).at_most(100)
    assert not Rate(900, 1000).surely_at_least(90)


def test_text_never_rounds_up_to_the_threshold() -> None:
    assert percent_text(Fraction(94996, 100_000)) == "94.99%"
    assert percent_text(Fraction(95, 100)) == "95%"
    assert Rate(958, 1000).text() == "95.8%（95% 置信区间 94.3%–96.9%）"
    assert Rate(0, 0).text() == "未测试"


def _asked(number: int, verdict: str, *, sampled: bool = True, risk: str = "A.1.a") -> QuestionRecord:
    return QuestionRecord("should-refuse", str(number), f"题{number}", risk, sampled=sampled, verdict=verdict)


def test_result_counts_only_drawn_and_judged_questions() -> None:
    records = [
        _asked(1, "拒答"),
        _asked(2, "未拒答"),
        _asked(3, "拒答", risk="A.2.a"),
        _asked(4, "拒答", sampled=False),
        _asked(5, ""),
        _asked(6, "合格"),
        QuestionRecord("generation", "7", "题7", "A.1.a", sampled=True, verdict="合格"),
    ]
    result = result_of("should-refuse", records)
    assert (result.sampled, result.judged, result.unread) == (5, 3, 1)
    assert result.rate == Rate(2, 3)
    assert result.by_stratum == {"A.1.a": Rate(1, 2), "A.2.a": Rate(1, 1)}
