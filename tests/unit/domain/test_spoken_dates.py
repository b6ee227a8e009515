"""Days as people say them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.spoken_dates import day_words, spoken_date

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("今天", (2026, 11, 23)),
        ("明天", (2026, 11, 24)),
        (" 大后天 ", (2026, 11, 26)),
        ("昨日", (2026, 11, 22)),
        ("周三", (2026, 11, 25)),
        ("下周一", (2026, 11, 30)),
        ("下周日", (2026, 12, 6)),
        ("上个星期五", (2026, 11, 20)),
        ("下下周二", (2026, 12, 8)),
        ("礼拜天", (2026, 11, 29)),
        ("2026-3-1", (2026, 3, 1)),
        ("20260301", (2026, 3, 1)),
        ("2026年3月1日", (2026, 3, 1)),
        ("3月1日", (2027, 3, 1)),
        ("三月一号", (2027, 3, 1)),
        ("12月5日", (2026, 12, 5)),
        ("1-5", (2027, 1, 5)),
        ("10/20", (2026, 10, 20)),
        ("十二月三十一日", (2026, 12, 31)),
        ("明年3月1日", (2027, 3, 1)),
        ("去年12月20日", (2025, 12, 20)),
        ("10天后", (2026, 12, 3)),
        ("十天后", (2026, 12, 3)),
        ("两", None),
        ("2周前", (2026, 11, 9)),
        ("3个月后", (2027, 2, 23)),
        ("1年以前", (2025, 11, 23)),
        ("月底", (2026, 11, 30)),
        ("下个月底", (2026, 12, 31)),
        ("下月1号", (2026, 12, 1)),
        ("2月30日", None),
        ("13月1日", None),
        ("下周八", None),
        ("尽快", None),
        ("", None),
        ("3月", None),
        ("长期", None),
    ],
)
def test_what_people_say_is_the_day_they_mean(said: str, meant: tuple[int, int, int] | None) -> None:
    assert spoken_date(said, TODAY) == (date(*meant) if meant else None)


def test_a_day_without_its_year_is_the_nearest_one() -> None:
    assert spoken_date("1月5日", date(2026, 12, 28)) == date(2027, 1, 5)
    assert spoken_date("12月20日", date(2027, 1, 4)) == date(2026, 12, 20)
    assert spoken_date("2月29日", date(2028, 1, 1)) == date(2028, 2, 29)


def test_the_end_of_a_longer_month_stays_in_the_shorter_one() -> None:
    assert spoken_date("1个月后", date(2027, 1, 31)) == date(2027, 2, 28)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.text(max_size=8))
def test_any_words_on_any_day_give_a_day_or_nothing(today: date, text: str) -> None:
    found = spoken_date(text, today)
    assert found is None or isinstance(found, date)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from("一二三四五六日"))
def test_next_week_is_one_week_after_this_one(today: date, day: str) -> None:
    this, following = spoken_date(f"本周{day}", today), spoken_date(f"下周{day}", today)
    assert this is not None
    assert following == this + timedelta(days=7)
    assert "一二三四五六日"[this.weekday()] == day


def test_a_day_is_told_with_its_weekday_and_distance() -> None:
    assert day_words(date(2026, 11, 24), TODAY) == "周二 · 明天"
    assert day_words(date(2027, 1, 2), TODAY) == "周六 · 40 天后"
    assert day_words(date(2020, 1, 1), TODAY) == "周三"
