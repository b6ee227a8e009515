"""Filing numbers: the public ones are all taken without a warning about their check digit."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.numbers import check_digit, parse_number

PUBLIC = (Path(__file__).parents[2] / "data" / "filing_numbers.txt").read_text(encoding="utf-8").split()


def test_there_are_a_hundred_public_numbers() -> None:
    assert len(set(PUBLIC)) == 100


@pytest.mark.parametrize("text", PUBLIC)
def test_public_numbers_are_valid_and_their_check_digit_fits(text: str) -> None:
    parsed = parse_number(text)
    assert parsed.valid
    assert not [w for w in parsed.warnings if "末位" in w]
    assert parsed.parts["year"] in {"2021", "2022", "2023", "2024", "2025"}


@given(st.sampled_from(PUBLIC), st.integers(1, 8))
def test_a_wrong_last_digit_warns_but_stays_valid(text: str, shift: int) -> None:
    last = (int(text[-2]) + shift) % 10
    parsed = parse_number(f"{text[:-2]}{last}号")
    assert parsed.valid
    assert bool([w for w in parsed.warnings if "末位" in w]) is (last != check_digit(text[4:-1]))


@given(st.text(max_size=40))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    parsed = parse_number(text)
    assert parsed.valid is (parsed.kind != "unknown" and not [w for w in parsed.warnings if "有效日期" in w])
    assert parsed.valid or parsed.warnings


def test_the_three_kinds_are_told_apart() -> None:
    kinds = {
        parse_number(t).kind
        for t in (PUBLIC[0], "Beijing-WenXinYiYan-20230821", "shanghai-xiaohui-20260828s0217")
    }
    assert kinds == {"algorithm", "large-model-filing", "large-model-registration"}
