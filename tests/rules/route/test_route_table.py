"""The decision table itself: checked when read, faults named with file and line; working days against a plain count."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path
from filingdesk.rules import registry
from filingdesk.rules.route_table import load_table, shipped

CALENDAR = shipped().calendar
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource_path("rulesets", "routes"), tmp_path / "routes"))


def test_the_folder_is_no_pack() -> None:
    assert "routes" not in registry.shipped_ids()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("path: intake.forms\n", "path: intake.form\n", "intake.forms"),
        ("yes: {path: intake.humanlike, is: 是}", 'yes: {path: "@nothing", is: 是}', "@nothing"),
        (
            "clause: algo-2022/art25\n    source: law",
            "clause: algo-2022/art99\n    source: law",
            "algo-2022/art99",
        ),
        ("signal: public, yes: opinion", "signal: publik, yes: opinion", "publik"),
        ("yes: opinion, no: supporter", "yes: opinio, no: supporter", "opinio"),
        ("yes: file, no: public-llm", "yes: file, no: ended", "绕了一圈"),
        ("days: $cancel_days", "days: $cancel_weeks", "cancel_weeks"),
        ("unsure: 角色\n", "unsure: 职务\n", "职务"),
        ("  - id: minors\n    title: 面向", "  - id: minors\n    titel: 面向", "titel"),
        ("yes: {path: intake.on_device, is: 是}", 'yes: {path: "@on_device", is: yes}', "依赖自己"),
        (
            "after: [algorithm.launched_on, intake.ended_on]",
            "after: [algorithm.launched_on, intake.end]",
            "intake.end",
        ),
    ],
)
def test_a_fault_in_the_table_is_refused_with_place_and_reason(
    folder: Path, before: str, after: str, told: str
) -> None:
    path = folder / "route.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_table(folder)
    assert caught.value.code == "pack.invalid"
    assert "route.yaml 第" in caught.value.message
    assert told in caught.value.message


def test_a_weekend_listed_as_holiday_is_refused(folder: Path) -> None:
    path = folder / "workdays.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2026-01-01, ", "2026-01-03, ", 1), encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"workdays\.yaml"):
        load_table(folder)


@settings(max_examples=150, deadline=None)
@given(start=DAYS, days=st.integers(1, 60))
def test_the_nth_working_day_is_a_working_day_and_the_nth(start: date, days: int) -> None:
    found = CALENDAR.after(start, days)
    assert CALENDAR.is_working(found.day)
    assert (
        sum(CALENDAR.is_working(start + timedelta(n)) for n in range(1, (found.day - start).days + 1)) == days
    )
    years = range((start + timedelta(1)).year, found.day.year + 1)
    assert found.guessed == tuple(y for y in years if y not in CALENDAR.known)


@settings(max_examples=150, deadline=None)
@given(start=DAYS, length=st.integers(-40, 900))
def test_the_count_between_two_days_is_that_of_going_day_by_day(start: date, length: int) -> None:
    end = start + timedelta(length)
    naive = sum(CALENDAR.is_working(start + timedelta(n)) for n in range(1, length + 1))
    assert CALENDAR.between(start, end).days == naive


def test_known_days() -> None:
    assert not CALENDAR.is_working(date(2026, 10, 7))
    assert CALENDAR.is_working(date(2026, 10, 10))  # a Saturday, worked
    assert not CALENDAR.is_working(date(2026, 10, 11))
    assert CALENDAR.after(date(2026, 9, 24), 10).day == date(2026, 10, 15)


def test_the_last_day_of_the_calendar_ends_the_count() -> None:
    assert CALENDAR.after(date(9999, 12, 30), 10).day == date.max
