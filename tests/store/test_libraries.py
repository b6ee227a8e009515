"""Keyword library and question banks: imported, paged, counted, edited, and undone to the very row."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.domain.records import BANKS, BankStats, KeywordRecord, KeywordStats, QuestionRecord, RowFilter
from filingdesk.store import libraries
from filingdesk.store.model import StoreConflict
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit

LATER = NOW + timedelta(days=9)


def words(project: ProjectFile) -> list[str]:
    return [row.word for row in project.iter_keywords()]


def load(project: ProjectFile, *names: str) -> None:
    rows = [KeywordRecord(name, "A.1.a") for name in names]
    project.replace_keywords(rows, label="导入", who=WHO, at=NOW)


def questions(bank: str, count: int) -> list[QuestionRecord]:
    return [
        QuestionRecord(bank, f"{number:03}", f"问题{number}？", "A.1.a", "制度")  # type: ignore[arg-type]
        for number in range(count)
    ]


def test_rows_come_back_as_they_went_in(project: ProjectFile, path: Path) -> None:
    rows = [
        KeywordRecord("甲😀", "A.1.a", "一级", "二级", "自建", date(2026, 3, 1)),
        KeywordRecord("乙%_", "A.2.c"),
        KeywordRecord("甲😀"),
    ]
    project.replace_keywords(rows, label="导入词库.xlsx", who=WHO, at=NOW)
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        found = list(again.iter_keywords())
        assert [replace(row, id=0) for row in found] == rows
        assert len({row.id for row in found}) == 3
        stats = again.keyword_stats()
        assert (stats.total, stats.distinct) == (3, 2)
        assert stats.by_risk == {"": 1, "A.1.a": 1, "A.2.c": 1}
        assert stats.last_updated == date(2026, 11, 23)
        assert again.verify() == []


def test_an_empty_library(project: ProjectFile) -> None:
    assert project.keyword_stats().total == 0
    assert project.keyword_page(0, 10) == []
    assert list(project.iter_keywords()) == []
    assert project.bank_stats("generation").by_risk == {}


def test_pages_filters_and_counts(project: ProjectFile) -> None:
    rows = [KeywordRecord(f"词{number:03}", f"A.1.{'abc'[number % 3]}", "政治") for number in range(100)]
    project.replace_keywords(
        [*rows, KeywordRecord("100%纯"), KeywordRecord("ABc")], label="x", who=WHO, at=NOW
    )
    assert [row.word for row in project.keyword_page(10, 3)] == ["词010", "词011", "词012"]
    assert [row.word for row in project.keyword_page(1, 2, risk="A.1.b")] == ["词004", "词007"]
    assert [row.word for row in project.keyword_page(0, 9, risk="")] == ["100%纯", "ABc"]
    assert [row.word for row in project.keyword_page(0, 9, search="0%")] == ["100%纯"]
    assert [row.word for row in project.keyword_page(0, 9, search="abc")] == ["ABc"]
    assert project.keyword_count() == 102
    assert project.keyword_count(risk="A.1.a") == 34
    assert project.keyword_count(risk="A.1.a", search="词09") == 4
    assert project.keyword_count(search="政治") == 100


def test_import_is_undone_and_redone_to_the_row(project: ProjectFile, path: Path) -> None:
    load(project, "甲", "乙")
    first = list(project.iter_keywords())
    first_stats = project.keyword_stats()
    project.replace_keywords([KeywordRecord("丙")], label="换一批", who=WHO, at=LATER)
    second = list(project.iter_keywords())
    second_stats = project.keyword_stats()
    assert second_stats.last_updated == date(2026, 12, 2)
    project.undo(who=WHO, at=LATER)
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        assert list(again.iter_keywords()) == first
        assert again.keyword_stats() == first_stats
        again.redo(who=WHO, at=LATER)
        assert list(again.iter_keywords()) == second
        assert again.keyword_stats() == second_stats
        again.undo(who=WHO, at=LATER)
        again.undo(who=WHO, at=LATER)
        assert list(again.iter_keywords()) == []
        assert again.keyword_stats().total == 0
        again.redo(who=WHO, at=LATER)
        assert list(again.iter_keywords()) == first
        assert again.verify() == []


def test_a_new_import_after_undo_goes_on_from_what_is_there(project: ProjectFile) -> None:
    load(project, "甲", "乙")
    project.replace_keywords([KeywordRecord("丙")], label="x", who=WHO, at=NOW)
    project.undo(who=WHO, at=NOW)
    project.add_keywords([KeywordRecord("丁")], label="加一个词", who=WHO, at=NOW)
    assert words(project) == ["甲", "乙", "丁"]
    assert project.last_redoable() is None
    project.undo(who=WHO, at=NOW)
    assert words(project) == ["甲", "乙"]
    assert project.verify() == []


def test_the_journal_tells_counts_and_digests_not_words(project: ProjectFile) -> None:
    load(project, "甲词", "乙词")
    project.add_keywords([KeywordRecord("丙词")], label="补充", who=WHO, at=NOW)
    row = project.history("@library/keywords")[-1]
    assert (row.kind, row.label) == ("import", "补充")
    assert isinstance(row.old, dict)
    assert isinstance(row.new, dict)
    assert (row.old["count"], row.new["count"]) == (2, 3)
    assert row.new["digest"] == project.keyword_stats().digest != row.old["digest"]
    assert "词" not in str(row.old) + str(row.new)


def test_editing_a_row_keeps_its_place(project: ProjectFile) -> None:
    load(project, "甲", "乙", "丙")
    row = project.keyword_page(1, 1)[0]
    project.update_keywords([replace(row, word="乙改")], label="改词", who=WHO, at=LATER)
    assert words(project) == ["甲", "乙改", "丙"]
    assert project.keyword_stats().last_updated == date(2026, 12, 2)
    project.remove_keywords([project.keyword_page(0, 1)[0].id], label="删词", who=WHO, at=LATER)
    assert words(project) == ["乙改", "丙"]
    project.undo(who=WHO, at=LATER)
    project.undo(who=WHO, at=LATER)
    assert words(project) == ["甲", "乙", "丙"]
    assert project.verify() == []


def test_a_row_that_is_no_longer_there_cannot_be_edited(project: ProjectFile) -> None:
    load(project, "甲")
    old = project.keyword_page(0, 1)[0]
    load(project, "乙")
    with pytest.raises(ValueError, match="not in the current version"):
        project.update_keywords([replace(old, word="丙")], label="x", who=WHO, at=NOW)
    assert words(project) == ["乙"]


def test_the_same_words_in_another_order_have_the_same_digest(project: ProjectFile) -> None:
    load(project, "甲", "乙")
    before = project.keyword_stats()
    rows = [KeywordRecord("乙", "A.1.a"), KeywordRecord("甲", "A.1.a")]
    project.replace_keywords(rows, label="x", who=WHO, at=LATER)
    assert project.keyword_stats() == before, "nothing was updated: the day stays, too"
    rows[0] = replace(rows[0], source="新来源")
    project.replace_keywords(rows, label="x", who=WHO, at=LATER)
    assert project.keyword_stats().digest != before.digest
    assert project.keyword_stats().last_updated == before.last_updated
    rows[0] = replace(rows[0], risk="A.2.a")
    project.replace_keywords(rows, label="x", who=WHO, at=LATER)
    assert project.keyword_stats().last_updated == date(2026, 12, 2)


def test_a_cancelled_import_changes_nothing(project: ProjectFile) -> None:
    load(project, "甲")
    cancel = Cancel()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        cancel.set()

    rows = [KeywordRecord(f"词{number}") for number in range(12_000)]
    with pytest.raises(Cancelled):
        project.replace_keywords(rows, label="x", who=WHO, at=NOW, cancel=cancel, report=report)
    assert [(progress.done, progress.total) for progress in seen] == [(5000, 12_000)]
    assert words(project) == ["甲"]
    undoable = project.last_undoable()
    assert undoable and undoable.revision == project.revision == 1
    load(project, "乙")
    assert words(project) == ["乙"]
    assert project.verify() == []


def test_a_row_that_cannot_be_stored_is_named(project: ProjectFile) -> None:
    load(project, "甲")
    with pytest.raises(UserError) as caught:
        project.replace_keywords([KeywordRecord("好"), KeywordRecord("坏\ud83d")], label="x", who=WHO, at=NOW)
    assert "第 2 行" in caught.value.message
    assert words(project) == ["甲"]


def test_reading_on_while_the_library_is_replaced(project: ProjectFile) -> None:
    rows = [KeywordRecord(f"词{number}") for number in range(11_000)]
    project.replace_keywords(rows, label="x", who=WHO, at=NOW)
    reading = project.iter_keywords()
    assert next(reading).word == "词0"
    load(project, "甲")
    assert sum(1 for _ in reading) == 10_999, "the version it began with"
    project.undo(who=WHO, at=NOW)
    project.redo(who=WHO, at=NOW)
    project.replace_keywords(rows, label="x", who=WHO, at=NOW)
    reading = project.iter_keywords()
    next(reading)
    project.undo(who=WHO, at=NOW)
    load(project, "乙")
    with pytest.raises(StoreConflict):
        list(reading)


def test_old_versions_go_when_they_grow_too_many(
    project: ProjectFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "KEEP_ROWS", 25)
    for batch in range(5):
        load(project, *(f"{batch}-{number}" for number in range(10)))
    undone = 0
    while project.undo(who=WHO, at=NOW):
        undone += 1
        assert len(words(project)) == 10
    assert undone == 2, "25 superseded rows allow two whole versions"
    assert words(project)[0] == "2-0"
    assert project.verify() == []
    project.redo(who=WHO, at=NOW)
    assert words(project)[0] == "3-0"


def test_the_version_before_is_kept_whatever_its_size(
    project: ProjectFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "KEEP_ROWS", 0)
    load(project, *"甲乙丙")
    load(project, *"丁戊")
    load(project, "己")
    project.undo(who=WHO, at=NOW)
    assert words(project) == ["丁", "戊"]
    assert project.undo(who=WHO, at=NOW) is None
    assert project.verify() == []


def test_edits_and_imports_are_undone_in_one_line(project: ProjectFile) -> None:
    edit(project, "a", "一")
    load(project, "甲")
    edit(project, "a", "二")
    project.undo(who=WHO, at=NOW)
    assert (project.entries()["a"], words(project)) == ("一", ["甲"])
    project.undo(who=WHO, at=NOW)
    assert (project.entries(), words(project)) == ({"a": "一"}, [])


def test_banks_do_not_mix(project: ProjectFile) -> None:
    for number, bank in enumerate(BANKS):
        project.replace_questions(bank, questions(bank, 10 + number), label="x", who=WHO, at=NOW)
    project.replace_questions("should-refuse", questions("should-refuse", 2), label="x", who=WHO, at=NOW)
    assert [project.bank_stats(bank).total for bank in BANKS] == [10, 2, 12]
    project.undo(who=WHO, at=NOW)
    assert [project.bank_stats(bank).total for bank in BANKS] == [10, 11, 12]
    assert [len(list(project.iter_questions(bank))) for bank in BANKS] == [10, 11, 12]
    with pytest.raises(ValueError, match="another bank"):
        project.add_questions("generation", questions("non-refuse", 1), label="x", who=WHO, at=NOW)
    assert project.verify() == []


def test_judgements_count_but_do_not_update_the_bank(project: ProjectFile) -> None:
    project.replace_questions("generation", questions("generation", 20), label="x", who=WHO, at=NOW)
    chosen = project.question_page("generation", 3, 4)
    judged = [
        replace(
            row, sampled=True, response="答", verdict=verdict, judged_by="王", judged_on=date(2026, 12, 1)
        )
        for row, verdict in zip(chosen, ["合格", "合格", "不合格", ""], strict=True)
    ]
    project.update_questions("generation", judged, label="判定", who=WHO, at=LATER)
    stats = project.bank_stats("generation")
    assert (stats.total, stats.answered, stats.judged) == (20, 4, 3)
    assert (stats.sampled, stats.sampled_judged) == (4, 3)
    assert stats.by_verdict == {"合格": 2, "不合格": 1}
    assert stats.by_aspect == {"制度": 20}
    assert stats.by_risk == {"A.1.a": 20}
    assert stats.last_updated == date(2026, 11, 23)
    again = project.question_page("generation", 3, 4)
    assert [replace(row, id=0) for row in again] == [replace(row, id=0) for row in judged]
    assert project.question_count("generation", RowFilter(verdict="合格")) == 2
    assert project.question_count("generation", RowFilter(sampled=False, search="问题1")) == 11
    assert [row.number for row in project.question_page("generation", 0, 9, RowFilter(verdict="不合格"))] == [
        "005"
    ]
    new_text = replace(again[0], text="另一个问题？")
    project.update_questions("generation", [new_text], label="改题", who=WHO, at=LATER)
    assert project.bank_stats("generation").last_updated == date(2026, 12, 2)


def test_statistics_are_what_a_recount_gives(project: ProjectFile) -> None:
    load(project, *"甲乙丙")
    project.add_keywords([KeywordRecord("甲", "A.1.b")], label="x", who=WHO, at=NOW)
    rows = list(project.iter_keywords())
    risks = [row.risk for row in rows]
    assert project.keyword_stats() == KeywordStats(
        total=len(rows),
        distinct=len({row.word for row in rows}),
        by_risk={risk: risks.count(risk) for risk in set(risks)},
        last_updated=date(2026, 11, 23),
        digest=project.keyword_stats().digest,
    )
    assert isinstance(project.bank_stats("non-refuse"), BankStats)
