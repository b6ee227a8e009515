"""What is foretold of long work comes from real counts, is coarse, and is silent while it would be a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.jobs import Progress
from filingdesk.services.pace import Pace, duration, taken


def steady(seconds: int, total: int, per_second: int, start: float = 100.0) -> tuple[Pace, float]:
    pace = Pace()
    now = start
    for second in range(seconds + 1):
        now = start + second
        pace.note(Progress(second * per_second, total), now)
    return pace, now


def test_nothing_is_foretold_before_enough_was_counted() -> None:
    pace, now = steady(2, 1000, 100)
    assert pace.words(now) == "", "two seconds are a guess"
    pace = Pace()
    for second, done in enumerate((0, 1, 2, 3)):
        pace.note(Progress(done, 4), 100.0 + 10 * second)
    assert pace.words(130.0) == "", "three steps are a guess, however long they took"
    pace, now = steady(60, 1_000_000, 10)
    assert pace.words(now) == "", "six of ten thousand are a guess"


def test_a_steady_pace_is_told_as_it_is() -> None:
    pace, now = steady(60, 18_000, 100)
    assert pace.seconds_left(now) == pytest.approx(120)
    assert pace.words(now) == "约 2 分钟"
    assert pace.seconds_left(now + 5) == pytest.approx(115), "time goes on between two reports"


def test_what_is_unknown_in_size_is_never_foretold() -> None:
    pace = Pace()
    for second in range(100):
        pace.note(Progress(second, 0), float(second))
    assert pace.words(99.0) == ""


def test_work_that_stands_still_is_not_foretold_and_goes_on_afterwards() -> None:
    pace, now = steady(30, 6000, 100)
    assert pace.words(now) == "约 30 秒"
    assert pace.words(now + 60) == "", "paused"
    for second in range(1, 40):
        pace.note(Progress(3000 + second * 50, 6000), now + 60 + second)
    assert pace.seconds_left(now + 99) == pytest.approx((6000 - 3000 - 1950) / 50, rel=0.05)


def test_another_total_is_another_step_and_says_so() -> None:
    pace, now = steady(30, 6000, 100)
    for second in range(10):
        pace.note(Progress(second, 100), now + 1 + second)
    assert pace.words(now + 10) == "这一步约 2 分钟"


@given(st.lists(st.tuples(st.integers(-5, 2000), st.integers(-1, 2000), st.floats(0, 1e5)), max_size=40))
def test_whatever_is_reported_nothing_breaks_and_nothing_negative_is_told(
    reports: list[tuple[int, int, float]],
) -> None:
    pace, now = Pace(), 0.0
    for done, total, step in reports:
        now += step
        pace.note(Progress(done, total), now)
        left = pace.seconds_left(now)
        assert left is None or left >= 0
        pace.words(now)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "不到 10 秒"),
        (9.9, "不到 10 秒"),
        (10, "约 10 秒"),
        (44, "约 40 秒"),
        (54, "约 50 秒"),
        (55, "约 1 分钟"),
        (100, "约 2 分钟"),
        (3500, "约 58 分钟"),
        (3600, "约 1 小时"),
        (4900, "约 1 小时 20 分钟"),
        (7100, "约 2 小时"),
        (90_000, "一天以上"),
    ],
)
def test_a_rest_is_told_as_coarsely_as_it_deserves(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "用时不到 1 秒"),
        (59.9, "用时 59 秒"),
        (60, "用时 1 分钟"),
        (62, "用时 1 分 2 秒"),
        (3600, "用时 1 小时"),
        (3700, "用时 1 小时 1 分钟"),
    ],
)
def test_what_something_took(seconds: float, words: str) -> None:
    assert taken(seconds) == words
