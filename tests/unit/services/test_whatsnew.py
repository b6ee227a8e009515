"""What changed since a moment: told once, in words, with a door; what is again as it was is only counted."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.services import asking, openings, tally, upgrades, whatsnew
from filingdesk.services.changes import TALLY
from filingdesk.services.checking import check
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace
from filingdesk.store.model import Json

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fresh(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    made = Workspace(who=lambda: "王敏", clock=clock).create(tmp_path / "项目")
    yield made
    made.close()


def told(session: Session, since: datetime) -> list[tuple[str, str, str]]:
    return [(thing.how, thing.title, thing.place) for thing in whatsnew.since(session, since).things]


def test_a_day_begins_at_midnight_in_china(fresh: Session, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in China
    fresh.set("subject.name", "甲公司")
    clock.now = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    fresh.set("algorithm.name", "算法")
    today = fresh.today
    assert today == date(2026, 11, 23)
    assert told(fresh, whatsnew.day_start(today)) == [("填写", "算法名称", "算法基础属性")]
    assert len(told(fresh, whatsnew.day_start(whatsnew.yesterday(today)))) == 2
    assert whatsnew.last_working_day(today) == date(2026, 11, 20), "yesterday was a Sunday"


def test_a_field_leads_to_itself_and_one_that_is_as_before_is_only_counted(
    fresh: Session, clock: Clock
) -> None:
    fresh.set("algorithm.name", "甲")
    fresh.set("subject.name", "公司")
    clock.now = later = START + timedelta(days=1)
    fresh.set("algorithm.name", "乙")
    fresh.set("subject.name", "别的")
    fresh.undo()
    news = whatsnew.since(fresh, later)
    assert [(thing.target, thing.how, thing.who, thing.when) for thing in news.things] == [
        ("algorithm.name", "修改", ("王敏",), "11-21 10:00")
    ]
    assert news.settled == 1
    tomorrow = whatsnew.since(fresh, later + timedelta(days=1))
    assert tomorrow.things == ()
    assert tomorrow.last is not None
    assert (tomorrow.last.who, tomorrow.last.label) == ("王敏", "撤销：修改「主体名称」")
    fresh.set("algorithm.name", "")
    assert told(fresh, later) == [("清空", "算法名称", "算法基础属性")]


def test_a_record_is_told_once_with_its_name_not_by_each_field(fresh: Session, clock: Clock) -> None:
    kept = fresh.add_item("algorithm.products", {"name": "客服", "access_url": "a"})
    lost = fresh.add_item("algorithm.products", {"name": "旧的"})
    clock.now = later = START + timedelta(days=1)
    new = fresh.add_item("algorithm.products", {"name": "写作", "access_url": "b"})
    fresh.add_item(f"{new}.functions", {"name": "续写"})
    fresh.remove_item(lost)
    fresh.set("algorithm.products[0].name", "客服二")
    found = {(thing.how, thing.title): thing for thing in whatsnew.since(fresh, later).things}
    assert set(found) == {
        ("新增", "产品「写作」"),
        ("删除", "产品「旧的」"),
        ("修改", "产品「客服二」 › 产品名称"),
    }
    assert found["删除", "产品「旧的」"].target == "algorithm.products"
    for thing in found.values():
        assert fresh.human_path(thing.target)
    assert kept


def test_records_that_only_change_places_are_told_as_such(fresh: Session, clock: Clock) -> None:
    fresh.add_item("algorithm.products", {"name": "一"})
    second = fresh.add_item("algorithm.products", {"name": "二"})
    clock.now = later = START + timedelta(days=1)
    fresh.move_item(second, 0)
    assert [how for how, _title, _place in told(fresh, later)] == ["调整顺序"]


def test_reasons_questions_and_libraries_have_doors_and_own_records_are_no_news(
    fresh: Session, clock: Clock
) -> None:
    clock.now = later = START + timedelta(days=1)
    fresh.waive("AF-SUB-010", "已提交")
    fresh.set("algorithm.name", "甲")
    asking.add(fresh, "algorithm.name", "对吗？", ask=True, to="工程师")
    upgrades.note_findings(fresh, check(fresh))
    assert fresh.marks(TALLY), "the checkpoint left its point"
    news = whatsnew.since(fresh, later)
    assert {thing.target for thing in news.things} == {"rule:AF-SUB-010", "algorithm.name"}
    assert [thing.title for thing in news.things if "批注" in thing.title] == ["算法名称的批注与提问"]
    assert news.people == (("王敏", 3),)
    titles = {thing.title for thing in whatsnew.named(news, {}, {"AF-SUB-010": "主体名称"}).things}
    assert "豁免理由 「主体名称」" in titles


def test_papers_are_those_that_use_what_changed(fresh: Session, clock: Clock) -> None:
    clock.now = later = START + timedelta(days=1)
    fresh.set("algorithm.name", "甲")
    fresh.add_item("algorithm.products", {"name": "写作"})
    uses = {
        "algorithm.name": [("p1", "申请表"), ("p2", "报告")],
        "algorithm.products[].name": [("p2", "报告")],
        "subject.name": [("p3", "别的")],
    }
    assert whatsnew.since(fresh, later).papers(uses) == (("p2", "报告", 2), ("p1", "申请表", 1))


@settings(max_examples=25)
@given(
    edits=st.lists(
        st.tuples(
            st.sampled_from(["name", "subject", "add", "remove", "undo", "day"]), st.sampled_from("甲乙")
        ),
        max_size=14,
    )
)
def test_nothing_is_told_exactly_when_the_facts_are_as_before(edits: list[tuple[str, str]]) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        session = Workspace(who=lambda: "王敏", clock=clock).create(Path(folder, "x"))
        session.add_item("algorithm.products", {"name": "一"})
        clock.now = later = START + timedelta(days=1)
        before = session.facts
        for kind, text in edits:
            if kind == "name":
                session.set("algorithm.name", text)
            elif kind == "subject":
                session.set("subject.name", text if text == "甲" else "")
            elif kind == "add":
                session.add_item("algorithm.products", {"name": text})
            elif kind == "remove" and session.facts.algorithm.products:
                session.remove_item("algorithm.products[0]")
            elif kind == "undo" and session.undo_step is not None and session.undo_step.revision > 1:
                session.undo()
        news = whatsnew.since(session, later)
        assert bool(news.things) == (session.facts != before)
        added = {p.id for p in session.facts.algorithm.products} - {p.id for p in before.algorithm.products}
        assert sum(thing.how == "新增" for thing in news.things) == len(added)
        for thing in news.things:
            assert session.human_path(thing.target)
            assert thing.title
            assert thing.place
        session.close()


# The count of a day


def test_a_checkpoint_leaves_one_point_a_day_that_undo_passes_over(fresh: Session, clock: Clock) -> None:
    fresh.set("algorithm.name", "甲")
    first = check(fresh)
    upgrades.note_findings(fresh, first)
    revision = fresh.revision
    assert upgrades.note_findings(fresh, check(fresh)) is None, "the same count is not written again"
    assert fresh.revision == revision
    fresh.set("subject.name", "公司")
    upgrades.note_findings(fresh, check(fresh))
    (point,) = tally.points(fresh)
    assert point.day == date(2026, 11, 20)
    assert (point.blockers, point.warnings) == (
        check(fresh).count("blocker") + len(check(fresh).with_status("error")),
        check(fresh).count("warning"),
    )
    assert fresh.undo_step is not None
    assert fresh.undo_step.label.startswith("修改「")
    clock.now = START + timedelta(days=4)
    upgrades.note_findings(fresh, check(fresh))
    assert [p.day.day for p in tally.points(fresh)] == [20, 24], "no day between is made up"
    assert tally.before(tally.points(fresh), date(2026, 11, 24)) == point


def test_a_waiver_alone_moves_the_count_without_a_new_check(fresh: Session) -> None:
    upgrades.note_findings(fresh, check(fresh))
    before = tally.points(fresh)[-1]
    rule = next(f.rule for f in check(fresh).findings if f.severity == "blocker")
    fresh.waive(rule, "已处理")
    content = fresh.content_revision
    upgrades.note_findings(fresh, check(fresh))
    assert tally.points(fresh)[-1].blockers < before.blockers
    assert fresh.content_revision == content, "a count is a note: nothing has to be judged again"


def test_points_are_bounded(fresh: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "KEPT_DAYS", 3)
    for day in range(6):
        clock.now = START + timedelta(days=day)
        upgrades.note_findings(fresh, check(fresh))
    assert [p.day.day for p in tally.points(fresh)] == [23, 24, 25]
    assert len(fresh.marks(TALLY)) == 3


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["blockers", "warnings", "manual", "packs"]), inner)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(date.isoformat) | st.text(max_size=10), JSON
    )
)
def test_damaged_points_are_left_out_and_the_others_stand_in_order(marks: dict[str, Json]) -> None:
    found = tally.read(marks)
    assert [p.day for p in found] == sorted({p.day for p in found})
    for point in found:
        assert min(point.blockers, point.warnings, point.manual) >= 0
        assert str(point.blockers) in point.spoken()
    sound = {"blockers": 3, "warnings": 4, "manual": 5, "packs": "a"}
    again = tally.read({**marks, "2027-01-01": sound, "2027-01-02": {**sound, "packs": "b"}})
    assert [p.blockers for p in again[-2:]] == [3, 3]
    assert again[-1].rules_changed


# When it was open before


def test_the_opening_before_is_remembered_per_project(tmp_path: Path) -> None:
    one, two = tmp_path / "一.fdproj", tmp_path / "二.fdproj"
    assert openings.note(one, START) is None
    assert openings.note(two, START) is None
    assert openings.note(one, START + timedelta(days=1)) == START
    assert openings.note(one, START + timedelta(days=2)) == START + timedelta(days=1)
    assert openings.note(one, START) is None, "a time that has not come: the clock was set back"


def test_a_damaged_record_of_openings_is_no_hindrance(tmp_path: Path, filingdesk_home: Path) -> None:
    openings.note(tmp_path / "一.fdproj", START)
    for text in ("{", "[]", '{"x": 3}', "[" * 100_000):
        (filingdesk_home / "state" / openings.FILE_NAME).write_text(text)
        assert openings.note(tmp_path / "一.fdproj", START) is None
        assert openings.note(tmp_path / "一.fdproj", START) == START
