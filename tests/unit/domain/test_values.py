"""What typed text means: every checked kind accepts what is right, refuses what is wrong, and says why."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain import values
from filingdesk.domain.meta import FieldMeta, Kind

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _with_check(first: str) -> str:
    found = [c for c in ALPHABET if not values.credit_code_problem(first + c)]
    assert len(found) == 1, "exactly one check digit fits"
    return first + found[0]


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_digit_fits_a_credit_code(first: str) -> None:
    _with_check(first)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_in_a_credit_code_is_found(first: str, place: int, other: str) -> None:
    code = _with_check(first)
    wrong = code[:place] + other + code[place + 1 :]
    assert bool(values.credit_code_problem(wrong)) is (wrong != code)


@pytest.mark.parametrize(
    "text", ["91350100M000100Y43", " 91350100m000100y43 ", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_a_known_credit_code_is_read_in_any_width(text: str) -> None:
    assert values.credit_code_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "says"), [("9135", "4 位"), ("91350100M000100Y4O", "“O”"), ("91350100M000100Y44", "校验位")]
)
def test_a_wrong_credit_code_says_why(text: str, says: str) -> None:
    assert says in values.credit_code_problem(text)


def _id_check(first: str) -> str:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    return "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_an_identity_number_with_its_check_digit_is_taken_and_no_other(born: date, serial: int) -> None:
    first = f"110101{born:%Y%m%d}{serial:03d}"
    good = _id_check(first)
    for last in "0123456789X":
        assert (values.id_number_problem(first + last) == "") is (last == good)


def test_a_birthday_that_never_was_is_refused() -> None:
    assert "出生日期" in values.id_number_problem("110101199902300015")


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "20260301", "２０２６－３－１"]
)
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert values.parse_date(text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["", "2026-13-01", "2026年2月30日", "三月一日", "26-3-1", "长期"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert values.parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120000", 120000),
        ("120,000", 120000),
        ("12万", 120000),
        ("约 1.2 万人", 12000),
        ("1.5亿", 150_000_000),
        ("98.5%", Decimal("98.5")),
        ("０", 0),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: int | Decimal) -> None:
    assert values.parse_quantity(text) == number


@pytest.mark.parametrize("text", ["", "十二万", "12,00", "1e5", "nan", "12 34", "约"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert values.parse_quantity(text) is None


@given(st.integers(0, 10**12))
def test_any_grouped_number_is_read(number: int) -> None:
    assert values.parse_quantity(f"{number:,}") == number


@pytest.mark.parametrize(
    ("text", "good"),
    [("13800000001", True), ("+86 138-0000-0001", True), ("23800000001", False), ("1380000000", False)],
)
def test_mobile_numbers(text: str, good: bool) -> None:
    assert (values.mobile_problem(text) == "") is good


def test_a_choice_outside_the_list_names_the_list() -> None:
    meta = FieldMeta("角色", Kind.CHOICE, choices=("甲", "乙"))
    assert values.problem_of(meta, "甲") == ""
    assert "甲、乙" in values.problem_of(meta, "丙")
    many = FieldMeta("类型", Kind.MULTI_CHOICE, choices=("甲", "乙"))
    assert "丁" in values.problem_of(many, ["甲", "丁"])


def test_only_an_identity_card_has_a_check_digit() -> None:
    meta = FieldMeta("证件号码", Kind.ID_NUMBER)
    assert values.problem_of(meta, "E12345678", id_kind="护照") == ""
    assert values.problem_of(meta, "E12345678", id_kind="居民身份证")


@given(st.text(min_size=1, max_size=30))
def test_masking_never_shows_more_than_half(text: str) -> None:
    masked = values.mask(text)
    assert len(masked) == len(text)
    assert masked.count("*") >= len(text) / 2


@given(
    st.text(min_size=1, max_size=30).filter(lambda t: "#" not in t),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)
def test_an_attachment_reference_comes_apart_as_it_was_put_together(name: str, digest: str) -> None:
    attachment = values.Attachment(name, digest)
    assert values.parse_attachment(attachment.reference) == attachment
