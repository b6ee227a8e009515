"""Numbers, dates and names mean the same however they are written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.materials.normal import chinese_number, days, name_key, normal, quantities, squash

_DIGITS, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")


def in_chinese(number: int) -> str:
    """A whole number below 10^12 in Chinese digits, as it is written on cheques without the cheque's digits."""

    def below(part: int) -> str:
        text, gap = "", False
        for place in (3, 2, 1, 0):
            digit = part // 10**place % 10
            if digit:
                text += ("零" if gap and text else "") + _DIGITS[digit] + _UNITS[place]
                gap = False
            else:
                gap = True
        return text

    text = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // scale % 10**4
        if part:
            text += ("零" if text and part < 1000 else "") + below(part) + name
    return text


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.integers(min_value=1, max_value=10**12 - 1))
@settings(max_examples=150)
def test_a_number_is_the_same_in_all_its_spellings(number: int) -> None:
    spellings = [str(number), f"{number:,}", full_width(str(number)), full_width(f"{number:,}")]
    if number >= 10:
        spellings.append(in_chinese(number))
    if number % 10_000 == 0:
        spellings.append(f"{number // 10_000}万")
        spellings.append(f"{number // 10_000} 万")
    for spelling in spellings:
        found = [q.value for q in quantities(normal(f"共{spelling}人"))]
        assert found == [Decimal(number)], spelling


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10万", 100_000),
        ("十万", 100_000),
        ("1.2 亿", 120_000_000),
        ("两万", 20_000),
        ("三千二", 3_200),
        ("三千零二", 3_002),
        ("一亿零五十万", 100_500_000),
        ("十二", 12),
        ("１，８６０", 1_860),
    ],
)
def test_usual_ways_to_write_a_number(text: str, value: int) -> None:
    assert [q.value for q in quantities(normal(text))] == [Decimal(value)]


@pytest.mark.parametrize("text", ["一家公司", "第三方", "统一社会", "V1.2.0"])
def test_a_word_with_a_digit_in_it_is_no_number(text: str) -> None:
    assert not list(quantities(normal(text)))


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2089, 12, 31)))
@settings(max_examples=150)
def test_a_day_is_the_same_in_all_its_spellings(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(y))
    chinese = f"{year}年{in_chinese(m)}月{in_chinese(d)}日".replace("一十", "十")
    spellings = [
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:02} 月 {d:02} 日",
        f"{y}-{m:02}-{d:02}",
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        full_width(f"{y}年{m}月{d}日"),
        f"{y}{m:02}{d:02}",
        *([chinese] if 2000 <= y < 2090 else []),
    ]
    for spelling in spellings:
        found = [(f.year, f.month, f.day) for f in days(normal(f"上线时间：{spelling}"))]
        assert found == [(y, m, d)], spelling


@pytest.mark.parametrize(
    "text", ["2026年13月1日", "2026-02-30", "V1.2.0", "192.0.2.10", "91330108MA00000X0X"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert not list(days(normal(text)))


def test_a_month_fits_all_its_days() -> None:
    (found,) = days("2026年8月上线")
    assert found.fits(date(2026, 8, 3)) and not found.fits(date(2026, 9, 3))


@given(st.text(max_size=60))
def test_normal_text_stays_as_it_is(text: str) -> None:
    once = normal(text)
    assert name_key(once) == name_key(text) or squash(normal(once)) == squash(once)


def test_brackets_quotes_and_width_do_not_make_another_name() -> None:
    assert name_key("示例智联科技（杭州）有限公司") == name_key("《示例智联科技(杭州) 有限公司》")


def test_no_number_comes_from_nothing() -> None:
    assert chinese_number("") is None and chinese_number("万") is None and chinese_number("算法") is None
