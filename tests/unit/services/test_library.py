"""The workbench of the keyword library: every edit is one step back, nothing goes without being told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.records import KeywordRecord
from filingdesk.services import keywords, library_map, library_versions
from filingdesk.services.library import (
    EditPlan,
    KeywordSelection,
    apply_plan,
    plan_add,
    plan_delete,
    plan_replace,
    plan_set_category,
    plan_set_risk,
    plan_word,
)
from filingdesk.services.library_fixes import CERTAIN, plan_fixes
from filingdesk.services.library_merge import plan_merge
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

MONDAY = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
WORDS = (
    KeywordRecord("赌博网站", "A.1.h", source="甲表"),
    KeywordRecord("赌博网站", "A.1.f", source="甲表"),
    KeywordRecord("代开发票", "A.1.h", source="乙表"),
    KeywordRecord("某某类词", "", "涉黄", "低俗", "乙表"),
)


class Days:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def session(tmp_path: Path, days: Days) -> Iterator[Session]:
    opened = Workspace(who=lambda: "甲", clock=days).create(tmp_path / "a.fdproj")
    put(opened, WORDS)
    yield opened
    opened.close()


def put(session: Session, records: tuple[KeywordRecord, ...]) -> None:
    done = session.file.replace_keywords(records, label="导入", who="甲", at=session.clock())
    session.library_changed(done)


def shown(session: Session) -> list[tuple[str, str]]:
    return [(row.word, row.risk) for row in session.file.iter_keywords()]


def list_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "新表.csv"
    path.write_text(text, encoding="utf-8")
    return path


def takes_back(session: Session, plan: EditPlan) -> None:
    """Save a plan; one undo must bring back the very rows, one redo the edit."""
    before = list(session.file.iter_keywords())
    assert apply_plan(session, plan) is not None
    after = list(session.file.iter_keywords())
    session.undo()
    assert list(session.file.iter_keywords()) == before
    session.redo()
    assert list(session.file.iter_keywords()) == after
    assert session.file.verify() == []


def test_a_selection_is_sorted_anew_and_doubles_go(session: Session) -> None:
    plan = plan_set_risk(session, KeywordSelection(search="赌博"), "A.1.g")
    assert (plan.changed, plan.removed, plan.merged) == (1, 1, 1)
    assert "同一风险下已有同一个词" in plan.summary()
    takes_back(session, plan)
    assert shown(session) == [("赌博网站", "A.1.g"), ("代开发票", "A.1.h"), ("某某类词", "")]


def test_a_word_that_joins_one_that_stays_goes(session: Session) -> None:
    plan = plan_set_risk(session, KeywordSelection(risk="A.1.f"), "A.1.h")
    assert (plan.changed, plan.merged) == (0, 1)
    takes_back(session, plan)
    assert shown(session)[0] == ("赌博网站", "A.1.h")
    assert len(shown(session)) == 3


def test_nothing_to_do_is_said_and_saves_nothing(session: Session) -> None:
    plan = plan_set_risk(session, KeywordSelection(risk="A.1.h"), "A.1.h")
    assert plan.empty
    assert plan.summary() == "没有要改的。"
    assert apply_plan(session, plan) is None
    assert session.file.keyword_version() == 1


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (KeywordSelection(source="甲表"), ["代开发票", "某某类词"]),
        (KeywordSelection(category="涉黄/低俗"), ["赌博网站", "赌博网站", "代开发票"]),
        (KeywordSelection(risk=""), ["赌博网站", "赌博网站", "代开发票"]),
        (KeywordSelection(risk="A.1.h", source="乙表"), ["赌博网站", "赌博网站", "某某类词"]),
        (KeywordSelection(search="低俗"), ["赌博网站", "赌博网站", "代开发票"]),
        (KeywordSelection(), []),
    ],
)
def test_what_is_chosen_is_deleted(session: Session, chosen: KeywordSelection, left: list[str]) -> None:
    takes_back(session, plan_delete(session, chosen))
    assert [word for word, _ in shown(session)] == left


def test_rows_are_chosen_by_id_too(session: Session) -> None:
    ids = tuple(row.id for row in session.file.iter_keywords())
    takes_back(session, plan_delete(session, KeywordSelection(ids=(ids[2], ids[0]))))
    assert shown(session) == [("赌博网站", "A.1.f"), ("某某类词", "")]


def test_replacing_keeps_the_place_and_skips_what_would_be_no_word(session: Session) -> None:
    plan = plan_replace(session, KeywordSelection(), "代开发票", "★")
    assert (plan.changed, plan.skipped) == (0, 1)
    assert plan.left[0].word == "代开发票"
    takes_back(session, plan_replace(session, KeywordSelection(), "代开", "虚开"))
    assert [word for word, _ in shown(session)][2] == "虚开发票"


def test_a_replaced_word_joins_the_one_that_is_there(session: Session) -> None:
    put(session, (*WORDS, KeywordRecord("虚开发票", "A.1.h"), KeywordRecord("虚代开发票", "A.1.a")))
    plan = plan_replace(session, KeywordSelection(), "代开", "虚开")
    assert (plan.changed, plan.merged) == (1, 1)
    takes_back(session, plan)
    assert shown(session)[2:] == [("某某类词", ""), ("虚开发票", "A.1.h"), ("虚虚开发票", "A.1.a")]


def test_categories_are_written(session: Session) -> None:
    takes_back(session, plan_set_category(session, KeywordSelection(risk=""), category2="色情"))
    last = list(session.file.iter_keywords())[-1]
    assert (last.category1, last.category2) == ("涉黄", "色情")


@pytest.mark.parametrize("word", ["", "  ", "★★", "两\n行", "长" * 101, "坏\ufffd", "x\ud800", "\x00"])
def test_a_word_must_be_a_keyword(session: Session, word: str) -> None:
    row = next(iter(session.file.iter_keywords()))
    with pytest.raises(UserError) as caught:
        plan_word(session, row.id, word)
    assert caught.value.code == "library.word"
    plan = plan_add(session, [(word, "A.1.a")])
    assert plan.empty
    assert plan.skipped == 1
    assert plan.left[0].note


def test_single_words_are_added(session: Session) -> None:
    given = [(" 新词甲 ", "A.1.a"), ("代开发票", "A.1.h"), ("新词甲", "A.1.a"), ("代开发票", "A.1.a")]
    plan = plan_add(session, given)
    assert (plan.added, plan.skipped) == (2, 2)
    assert {line.note for line in plan.left} == {"词库里已有", "写了两次"}
    takes_back(session, plan)
    assert shown(session)[-2:] == [("新词甲", "A.1.a"), ("代开发票", "A.1.a")]


def test_a_risk_must_exist(session: Session) -> None:
    for act in (
        lambda: plan_set_risk(session, KeywordSelection(), "A.9.z"),
        lambda: plan_add(session, [("词", "A.9.z")]),
        lambda: library_map.save_map(session, "甲", {"涉黄": "A.9.z"}),
    ):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.code == "library.risk"


def test_a_plan_is_refused_when_the_library_has_moved_on(session: Session) -> None:
    plan = plan_delete(session, KeywordSelection(risk="A.1.h"))
    apply_plan(session, plan_word(session, next(iter(session.file.iter_keywords())).id, "别的词"))
    with pytest.raises(UserError) as caught:
        apply_plan(session, plan)
    assert caught.value.code == "library.moved"
    assert ("代开发票", "A.1.h") in shown(session)


def test_a_stopped_edit_changes_nothing(session: Session) -> None:
    plan = plan_delete(session, KeywordSelection())
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        apply_plan(session, plan, cancel)
    assert shown(session) == [(row.word, row.risk) for row in WORDS]


def test_words_keep_the_day_they_joined(session: Session, days: Days, tmp_path: Path) -> None:
    path = list_of(
        tmp_path, "关键词,风险,加入日期\n甲甲词,A.1.a,\n乙乙词,A.1.a,2024年2月3日\n丙丙词,A.1.a,去年\n"
    )
    _changes, read = keywords.import_list(session, path)
    assert [(item.row, item.kind) for item in read.remarks] == [(4, "bad_date")]
    days.pass_by(7)
    keywords.import_list(
        session, list_of(tmp_path, "关键词,风险\n甲甲词,A.1.a\n乙乙词,A.1.b\n丁丁词,A.1.a\n")
    )
    assert [(r.word, str(r.added_on)) for r in session.file.iter_keywords()] == [
        ("甲甲词", "2026-11-02"),
        ("乙乙词", "2026-11-09"),  # in another risk it is a new entry
        ("丁丁词", "2026-11-09"),
    ]


# Merge

NEW_LIST = "关键词,风险\n代开发票,A.1.a\n赌博网站,A.1.h\n某某类词,A.1.f\n全新的词,A.1.a\n賭博網站,A.1.h\n"


@pytest.mark.parametrize(
    ("policy", "variants", "rows"),
    [
        ("ours", "skip", [("代开发票", "A.1.h"), ("某某类词", "A.1.f"), ("全新的词", "A.1.a")]),
        ("theirs", "skip", [("代开发票", "A.1.a"), ("某某类词", "A.1.f"), ("全新的词", "A.1.a")]),
        (
            "both",
            "keep",
            [
                *(("代开发票", "A.1.h"), ("某某类词", "A.1.f"), ("代开发票", "A.1.a")),
                *(("全新的词", "A.1.a"), ("賭博網站", "A.1.h")),
            ],
        ),
    ],
)
def test_merge_by_policy(
    session: Session, tmp_path: Path, policy: str, variants: str, rows: list[tuple[str, str]]
) -> None:
    read = keywords.read_list(list_of(tmp_path, NEW_LIST))
    merge = plan_merge(session, read, policy=policy, variants=variants, source="丙公司")  # type: ignore[arg-type]
    assert (merge.same, merge.filled, merge.variants, merge.conflict_count) == (1, 1, 1, 1)
    conflict = merge.conflicts[0]
    assert (conflict.word, conflict.row, conflict.ours, conflict.theirs) == (
        "代开发票",
        2,
        ("A.1.h",),
        ("A.1.a",),
    )
    takes_back(session, merge.plan)
    # Where both agree on a risk, our other entry of the word stays.
    assert shown(session) == [("赌博网站", "A.1.h"), ("赌博网站", "A.1.f"), *rows]
    assert {r.source for r in session.file.iter_keywords() if r.word == "全新的词"} == {"丙公司"}


def test_merging_the_same_list_again_does_nothing(session: Session, tmp_path: Path) -> None:
    read = keywords.read_list(list_of(tmp_path, NEW_LIST))
    apply_plan(session, plan_merge(session, read, policy="theirs").plan)
    again = plan_merge(session, read, policy="theirs")
    assert again.plan.empty
    assert (again.new, again.conflict_count) == (0, 0)


# Mends

DOUBTFUL = (
    KeywordRecord("赌博网站", "A.1.h"),
    KeywordRecord("赌博网站", "A.1.h"),
    KeywordRecord("★★", "A.1.h"),
    KeywordRecord("毒\u200b品", "A.1.h"),
    KeywordRecord("某某类词", "", "健康歧视"),
    KeywordRecord("另一类词", "", "涉黄", source="供应商甲"),
    KeywordRecord("賭博網站", "A.1.h"),
    KeywordRecord("赌", "A.1.h"),
    KeywordRecord("矛盾的词", "A.1.h", "民族歧视内容"),
)


def test_one_click_mends_only_what_is_certain(session: Session) -> None:
    put(session, DOUBTFUL)
    library_map.save_map(session, "供应商甲", {"涉黄": "A.1.f"})
    plan = plan_fixes(session)
    assert (plan.changed, plan.removed) == (3, 2)
    assert all(line.note for line in plan.lines)
    takes_back(session, plan)
    assert shown(session) == [
        *(("赌博网站", "A.1.h"), ("毒品", "A.1.h"), ("某某类词", "A.2.h"), ("另一类词", "A.1.f")),
        *(("賭博網站", "A.1.h"), ("赌", "A.1.h"), ("矛盾的词", "A.1.h")),
    ]
    assert plan_fixes(session).empty


@pytest.mark.parametrize(
    ("kind", "gone"),
    [("folded_duplicate", "賭博網站"), ("one_char", "赌"), ("duplicate", "赌博网站"), ("symbols_only", "★★")],
)
def test_one_kind_is_mended_when_asked_for(session: Session, kind: str, gone: str) -> None:
    put(session, DOUBTFUL)
    plan = plan_fixes(session, [kind])
    assert [(line.word, line.after) for line in plan.lines] == [(gone, "")]
    assert (kind in CERTAIN) == (kind in {"duplicate", "symbols_only"})


def test_a_written_category_may_correct_a_risk(session: Session) -> None:
    put(session, DOUBTFUL)
    takes_back(session, plan_fixes(session, ["risk_conflict"]))
    assert shown(session)[-1] == ("矛盾的词", "A.2.a")


# Categories

FOREIGN = "关键词,类别,小类\n词甲甲,涉黄,低俗\n词乙乙,涉黄,色情\n词丙丙,广告,\n词甲甲,广告,\n词丁丁,A.1.a,\n"


def test_foreign_categories_are_asked_once_per_source(session: Session, tmp_path: Path) -> None:
    path = list_of(tmp_path, FOREIGN)
    asked = library_map.questions_for(session, keywords.read_list(path), "供应商甲")
    assert [(q.category, q.words, q.decided) for q in asked] == [
        ("广告", 2, False),
        ("涉黄/低俗", 1, False),
        ("涉黄/色情", 1, False),
    ]
    assert [q.risk for q in asked] == ["", "A.1.f", "A.1.f"]
    assert asked[1].why
    # A proposal alone sorts nothing.
    read = library_map.with_map(session, keywords.read_list(path), "供应商甲")
    assert {row.risk for row in read.rows} == {"", "A.1.a"}
    library_map.save_map(session, "供应商甲", {"涉黄": "A.1.f", "涉黄/低俗": "A.4.a", "广告": ""})
    assert all(q.decided for q in library_map.questions_for(session, keywords.read_list(path), " 供应商甲"))
    _changes, read = keywords.import_list(session, path, source="供应商甲")
    assert shown(session) == [
        *(("词甲甲", "A.4.a"), ("词乙乙", "A.1.f"), ("词丙丙", ""), ("词甲甲", ""), ("词丁丁", "A.1.a")),
    ]
    assert "unknown_risk" not in read.counts()
    assert {row.source for row in session.file.iter_keywords()} == {"供应商甲"}
    assert "unknown_risk" not in keywords.audit_project(session).counts()


def test_a_map_sorts_words_that_are_in_the_library(session: Session) -> None:
    library_map.save_map(session, "乙表", {"涉黄": "A.1.f"})
    assert [q.decided for q in library_map.library_questions(session, "乙表")] == [True]
    takes_back(session, library_map.plan_map(session, "乙表"))
    assert shown(session)[-1] == ("某某类词", "A.1.f")


def test_a_map_is_undone_forgotten_and_taken_along(session: Session, tmp_path: Path) -> None:
    library_map.save_map(session, "甲", {"涉黄": "A.1.f", "广告": ""})
    session.undo()
    assert library_map.map_of(session, "甲").risks == {}
    session.redo()
    target = tmp_path / "对照.csv"
    assert library_map.export_map(session, "甲", target) == 2
    library_map.import_map(session, "乙", target)
    assert library_map.map_of(session, "乙").risks == {"涉黄": "A.1.f", "广告": ""}
    library_map.save_map(session, "甲", {"涉黄": None, "广告": None})
    assert [one.source for one in library_map.maps(session)] == ["乙"]


@pytest.mark.parametrize("text", ["分类,风险\n涉黄,不知道\n", "分类,风险\n涉黄,\n", "分类,风险\n"])
def test_a_map_with_a_wrong_line_is_refused_whole(session: Session, tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError):
        library_map.import_map(session, "甲", list_of(tmp_path, text))
    assert library_map.maps(session) == []


def test_two_categories_that_become_one_risk_leave_one_row(session: Session, tmp_path: Path) -> None:
    path = list_of(tmp_path, "关键词,类别\n词甲甲,涉黄\n词甲甲,色情\n")
    library_map.save_map(session, "甲", {"涉黄": "A.1.f", "色情": "A.1.f"})
    read = library_map.with_map(session, keywords.read_list(path), "甲")
    assert [(row.word, row.risk) for row in read.rows] == [("词甲甲", "A.1.f")]
    assert [(item.row, item.kind) for item in read.rejected] == [(3, "duplicate")]


# Versions and the ledger


def test_versions_say_who_when_and_what(session: Session, days: Days) -> None:
    days.pass_by(1)
    apply_plan(session, plan_set_risk(session, KeywordSelection(risk=""), "A.1.f"))
    apply_plan(session, plan_delete(session, KeywordSelection(risk="A.1.h", source="乙表")))
    newest, middle, oldest = library_versions.versions(session)
    assert (newest.version, newest.total, newest.in_force, newest.who) == (3, 3, True, "甲")
    assert newest.counts is not None
    assert middle.counts is not None
    assert oldest.counts is not None
    assert (newest.counts["removed"], middle.counts["risk"], oldest.counts["added"]) == (1, 1, 3)
    assert middle.at.date() == date(2026, 11, 3)
    session.undo()
    newest, middle, oldest = library_versions.versions(session)
    assert (newest.undone, newest.in_force, middle.in_force) == (True, False, True)


def test_diff_between_any_two_versions(session: Session) -> None:
    put(session, (*WORDS[1:3], KeywordRecord("某某类词", "A.1.f"), KeywordRecord("新的", "A.1.a")))
    put(session, (KeywordRecord("新的", "A.1.a"), KeywordRecord("新的", "A.1.a")))
    found = library_versions.diff(session, 1, 2)
    assert [(c.kind, c.word) for c in found.changes] == [
        ("added", "新的"),
        ("risk", "某某类词"),
        ("risk", "赌博网站"),
    ]
    assert [label.risk for label in found.changes[2].before] == ["A.1.f", "A.1.h"]
    assert [label.risk for label in found.changes[2].after] == ["A.1.f"]
    back = library_versions.diff(session, 2, 1)
    assert [(c.kind, c.before, c.after) for c in back.changes] == [
        ({"added": "removed"}.get(c.kind, c.kind), c.after, c.before) for c in found.changes
    ]
    assert library_versions.diff(session, 2).counts == {
        "added": 0,
        "removed": 3,
        "risk": 0,
        "category": 0,
        "rows": 1,
    }
    assert library_versions.diff(session, 0, 1).counts["added"] == 3
    with pytest.raises(UserError) as caught:
        library_versions.diff(session, 1, 9)
    assert caught.value.code == "library.no_version"


def test_an_import_of_the_same_list_changes_nothing(session: Session, days: Days) -> None:
    days.pass_by(7)
    put(session, WORDS)
    assert not any(library_versions.diff(session, 1, 2).counts.values())
    assert len(library_versions.ledger(session).updates) == 1


def test_an_earlier_version_comes_back_as_a_new_one(session: Session) -> None:
    before = shown(session)
    apply_plan(session, plan_delete(session, KeywordSelection(risk="A.1.h")))
    library_versions.restore(session, 1)
    assert shown(session) == before
    assert session.file.keyword_version() == 3
    session.undo()
    with pytest.raises(UserError) as caught:
        library_versions.restore(session, 3)
    assert caught.value.code == "library.undone"
    assert session.file.verify() == []


def test_the_ledger_shows_weeks_without_an_update(session: Session, days: Days) -> None:
    days.pass_by(2)
    apply_plan(session, plan_add(session, [("周三的词", "A.1.a")]))
    days.pass_by(14)
    apply_plan(session, plan_add(session, [("后来的词", "A.1.a")]))
    session.undo()
    days.pass_by(7)
    book = library_versions.ledger(session)
    assert (book.days, book.source) == (7, "standard_unchecked")
    assert [(p.first.isoformat(), len(p.updates), p.missed, p.open) for p in book.periods] == [
        ("2026-11-02", 2, False, False),
        ("2026-11-09", 0, True, False),
        ("2026-11-16", 0, True, False),  # what was undone is no update
        ("2026-11-23", 0, False, True),
    ]
    assert (book.longest_gap, book.since_last, book.overdue) == (21, 21, True)
    session.redo()
    book = library_versions.ledger(session)
    assert [p.missed for p in book.periods] == [
        False,
        True,
        True,
        False,
    ]  # in force from the day it was repeated
    assert not book.overdue


def test_a_ledger_without_a_library(tmp_path: Path, days: Days) -> None:
    opened = Workspace(who=lambda: "甲", clock=days).create(tmp_path / "b.fdproj")
    book = library_versions.ledger(opened)
    assert (book.periods, book.updates, book.overdue) == ((), (), False)
    opened.close()
