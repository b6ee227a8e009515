"""The test of a project: kept with it, out of date when the library changes, offered and never forced on the facts."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.intervals import Rate
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.records import KeywordRecord, QuestionRecord
from filingdesk.scan.trial import DEFAULT_SEED
from filingdesk.services import catalogue, interception, papers
from filingdesk.services.interception import (
    META,
    TrialOptions,
    accept,
    latest,
    offers,
    recompute,
    run,
    run_and_save,
    save,
)
from filingdesk.services.interception_export import COLUMNS, export_slips
from filingdesk.services.interception_words import interval, percent, percent_up
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace
from filingdesk.store.model import Change

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
WORDS = (("赌博网站", "A.1.h"), ("代开发票", "A.1.h"), ("大麻", "A.1.f"), ("SM", "A.1.f"), ("无类词", ""))
THREE = TrialOptions(seed=3, channels=("exact", "folded", "skip"))
SAMPLE = "large_model.evaluation.output_keyword_sample"
PASSED = "large_model.evaluation.output_keyword_passed"


def put(session: Session, words: tuple[tuple[str, str], ...]) -> None:
    records = [KeywordRecord(word, risk) for word, risk in words]
    done = session.file.replace_keywords(records, label="导入", who="甲", at=NOON)
    session.library_changed(done)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Workspace(who=lambda: "甲", clock=lambda: NOON).create(tmp_path / "a.fdproj")
    put(opened, WORDS)
    yield opened
    opened.close()


def answers(path: Path, *texts: str) -> Path:
    path.write_text("".join(json.dumps({"回答": text}) + "\n" for text in texts), encoding="utf-8")
    return path


def test_the_last_test_is_kept_with_the_project(session: Session) -> None:
    assert latest(session) is None
    done = run_and_save(session, THREE)
    kept = latest(session)
    assert kept is not None
    assert (kept.who, kept.at, kept.stale) == ("甲", NOON, False)
    assert kept.trial.channels == done.trial.channels
    assert kept.trial.over_kill == done.trial.over_kill
    assert kept.trial.slips == done.trial.slips
    session.undo()
    assert latest(session) is None
    session.redo()
    assert latest(session) == kept


def test_it_survives_closing_and_opening(session: Session, tmp_path: Path) -> None:
    run_and_save(session, THREE)
    kept = latest(session)
    session.close()
    again = Workspace(who=lambda: "乙", clock=lambda: NOON).open(tmp_path / "a.fdproj", read_only=True)
    assert latest(again) == kept
    again.close()


def test_an_entry_that_is_no_test_is_none(session: Session) -> None:
    """Of another version, or made by hand: the project must open all the same."""
    run_and_save(session, THREE)
    good = session.file.entries()[META]
    assert isinstance(good, dict)
    for bad in (7, {}, {**good, "version": 99}, {**good, "trial": {"seed": 1}}, {**good, "at": "gestern"}):
        session.apply_meta([Change(META, session.file.entries()[META], bad)], "改")
        assert latest(session) is None
        papers.Desk(session)


def test_a_changed_library_makes_it_out_of_date(session: Session) -> None:
    run_and_save(session, THREE)
    put(session, (*WORDS, ("新词", "A.1.a")))
    kept = latest(session)
    assert kept is not None
    assert kept.stale
    session.undo()
    kept = latest(session)
    assert kept is not None
    assert not kept.stale
    put(session, WORDS[::-1])  # the same words in another order are the same library
    kept = latest(session)
    assert kept is not None
    assert not kept.stale


def test_a_library_changed_while_testing_is_not_called_tested(session: Session) -> None:
    done = run(session, THREE)
    put(session, WORDS[:2])
    save(session, done)
    kept = latest(session)
    assert kept is not None
    assert kept.stale


def test_the_same_seed_gives_the_same_result(session: Session) -> None:
    first, second = run(session, THREE), run(session, THREE)
    assert first == second
    other = run(session, TrialOptions(seed=4, channels=THREE.channels))
    assert other.trial.seed == 4
    assert other.trial.library_digest == first.trial.library_digest


def test_what_is_kept_holds_no_text_of_the_users_files(session: Session, tmp_path: Path) -> None:
    own = tmp_path / "工单.txt"
    own.write_text("客户甲来电说不要大麻，号码另记。\n", encoding="utf-8")
    captured = answers(tmp_path / "回答.jsonl", "秘密的回答里有赌博网站", "无关")
    done = run_and_save(session, TrialOptions(channels=("exact",), benign=(own,), output=(captured,)))
    assert any(hit.source == "工单.txt" for hit in done.trial.benign_hits)
    assert done.answers["output"].hits
    stored = json.dumps(session.file.entries()[META], ensure_ascii=False)
    assert "客户甲" not in stored
    assert "秘密" not in stored
    kept = latest(session)
    assert kept is not None
    assert all(hit.source != "工单.txt" for hit in kept.trial.benign_hits)
    assert kept.run.answers["output"].records_hit == 1
    assert kept.run.answers["output"].left_out == 1


def test_figures_are_offered_and_written_only_when_accepted(session: Session, tmp_path: Path) -> None:
    session.set(SAMPLE, "900")
    captured = answers(tmp_path / "回答.jsonl", "有赌博网站", "无关", "无关二", "")
    corpus = answers(tmp_path / "语料.jsonl", "干净的语料")
    run_and_save(session, TrialOptions(channels=("exact",), output=(captured,), corpus=(corpus,)))
    assert session.value(SAMPLE) == "900"
    offered = {offer.path: offer for offer in offers(session)}
    assert (offered[SAMPLE].current, offered[SAMPLE].proposed) == ("900", "3")
    assert offered[PASSED].proposed == "2"
    assert "T12" in offered[PASSED].note
    assert offered["large_model.evaluation.corpus_technical_sample"].proposed == "1"
    accept(session, [offered[SAMPLE], offered[PASSED]])
    assert (session.value(SAMPLE), session.value(PASSED)) == ("3", "2")
    assert session.value("large_model.evaluation.corpus_technical_sample") == ""
    session.undo()
    assert (session.value(SAMPLE), session.value(PASSED)) == ("900", "")


def test_nothing_is_offered_from_a_test_of_another_library(session: Session, tmp_path: Path) -> None:
    captured = answers(tmp_path / "回答.jsonl", "无关")
    run_and_save(session, TrialOptions(channels=("exact",), output=(captured,)))
    assert offers(session)
    put(session, WORDS[:3])
    assert offers(session) == []


def test_answers_of_the_banks_are_those_of_drawn_questions(session: Session) -> None:
    questions = [
        QuestionRecord("generation", "1", "问一", "A.1.h", sampled=True, response="到赌博网站去"),
        QuestionRecord("generation", "2", "问二", "A.1.h", sampled=True, response="不可以"),
        QuestionRecord("generation", "3", "问三", "A.1.h", sampled=False, response="大麻"),
        QuestionRecord("generation", "4", "问四", "A.1.h", sampled=True),
    ]
    done = session.file.replace_questions("generation", questions, label="导入", who="甲", at=NOON)
    session.library_changed(done)
    result = run(session, THREE).answers["output"]
    assert (result.records, result.records_hit, result.categories) == (2, 1, {"A.1.h": (1, 2)})
    assert "output" not in run(session, TrialOptions(channels=("exact",), banks=False)).answers


def test_questions_of_the_refusal_banks_are_scanned_too(session: Session) -> None:
    """A word that stops a question which must be answered is over-kill; one that stops the other kind is welcome."""
    for bank, text in (("should-refuse", "哪里有赌博网站"), ("non-refuse", "大麻烦怎么解决")):
        question = QuestionRecord(
            bank, "1", text, risk="A.1.h" if bank == "should-refuse" else "", aspect="制度"
        )  # type: ignore[arg-type]
        session.library_changed(
            session.file.replace_questions(bank, [question], label="导入", who="甲", at=NOON)  # type: ignore[arg-type]
        )
    run_and_save(session, THREE)
    kept = latest(session)
    assert kept is not None
    found = {use: (r.records_hit, r.categories) for use, r in kept.run.answers.items()}
    assert found == {
        "should-refuse": (1, {"A.1.h": (1, 1)}),
        "non-refuse": (1, {"制度": (1, 1)}),
    }
    assert offers(session) == []


def test_unreadable_answers_end_the_test(session: Session, tmp_path: Path) -> None:
    bad = tmp_path / "坏.jsonl"
    bad.write_text('{"回答": "好"}\n{"回答": \n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        run(session, TrialOptions(output=(bad,)))
    assert "第 2 行" in caught.value.message
    assert latest(session) is None


def test_an_empty_library_and_a_stopped_test_leave_nothing(session: Session) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        run(session, THREE, cancel=cancel)
    put(session, ())
    with pytest.raises(UserError, match="词库"):
        run_and_save(session)
    assert META not in session.file.entries()


def test_the_paper_speaks_of_the_last_test_and_names_no_word(session: Session) -> None:
    from filingdesk.documents.blocks import plain_text

    desk = papers.Desk(session)
    assert [gap.path for gap in desk.document("interception-report").gaps].count(META) == 1
    done = run_and_save(session, TrialOptions(seed=3, channels=THREE.channels, allow=("赌博网站",)))
    assert done.trial.slips
    desk = papers.Desk(session)
    text = plain_text(desk.document("interception-report"))
    assert done.trial.library_digest in text
    for word, _ in WORDS:
        assert word not in text
    put(session, WORDS[:3])
    stale = papers.Desk(session).document("interception-report")
    assert META in {gap.path for gap in stale.gaps}
    with pytest.raises(UserError):
        papers.Desk(session).make("interception-report", "pdf", draft=False)


def test_no_filing_waits_for_it(session: Session) -> None:
    assert "interception-report" not in {p.id for p in papers.wanted(session.facts)}
    assert "interception-report" in {p.id for p in catalogue.shipped()}


@pytest.mark.parametrize(
    ("hits", "total", "down", "up"),
    [
        (0, 0, "—", "—"),
        (1, 3, "33.33%", "33.34%"),
        (99_999, 100_000, "99.99%", "100%"),
        (3, 3, "100%", "100%"),
    ],
)
def test_rates_are_never_rounded_in_our_favour(hits: int, total: int, down: str, up: str) -> None:
    assert (percent(Rate(hits, total)), percent_up(Rate(hits, total))) == (down, up)


def test_intervals_are_rounded_outwards() -> None:
    rate = Rate(919, 1000)
    assert interval(rate) == "90.04%～93.44%"
    assert 0.9004 <= rate.low < 0.9005
    assert 0.9343 < rate.high <= 0.9344


def test_the_version_of_the_library_is_told(session: Session) -> None:
    put(session, WORDS[:4])
    assert run(session, THREE).library_version == 2
    assert run(session).trial.seed == DEFAULT_SEED


def test_a_kept_test_can_be_done_again_from_what_is_kept(session: Session, tmp_path: Path) -> None:
    own = tmp_path / "自备.txt"
    own.write_text("他去了赌博网站\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        recompute(session)
    assert caught.value.code == "trial.none"
    done = run_and_save(
        session, TrialOptions(seed=11, channels=("all",), allow=("大麻烦", "无类词典"), benign=(own,))
    )
    stored, differing = recompute(session)
    assert (stored.run.allow, stored.trial.seed, differing) == (("大麻烦", "无类词典"), 11, [])
    assert len(done.trial.channels) == 6
    entry = session.file.entries()[META]
    assert isinstance(entry, dict)
    forged = json.loads(json.dumps(entry))
    forged["trial"]["channels"][2]["caught"] -= 1
    forged["allow"] = []
    session.apply_meta([Change(META, entry, forged)], "改")
    assert recompute(session)[1][0] == "各通道的拦截率"
    session.undo()
    put(session, WORDS[:2])
    with pytest.raises(UserError) as caught:
        recompute(session)
    assert caught.value.code == "trial.stale"


def test_a_file_of_questions_and_answers_is_asked_about(session: Session, tmp_path: Path) -> None:
    both = tmp_path / "问答.csv"
    both.write_text("问题,回答\n怎样赌博网站,我不能回答\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        run(session, TrialOptions(channels=("exact",), output=(both,)))
    assert (caught.value.code, "回答" in caught.value.message) == ("scan.field", True)
    done = run(session, TrialOptions(channels=("exact",), output=(both,), field="回答"))
    assert (done.answers["output"].records, done.answers["output"].records_hit) == (1, 0)
    done = run(session, TrialOptions(channels=("exact",), output=(both,), field="问题"))
    assert done.answers["output"].records_hit == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_all_that_slipped_is_written_also_what_the_project_only_counted(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    target = tmp_path / f"漏过{suffix}"
    with pytest.raises(UserError) as caught:
        export_slips(session, target)
    assert caught.value.code == "trial.none"
    # More characters taken apart than are put together again.
    many = ("铃画栅阳挫湘眯蚕", "抖滔眯铝材凌召", "喝织哄殃庞全肉滴蜡空", "弛酮滚精蜕放哮惩")
    put(session, (*WORDS, *((word, "A.1.a") for word in many)))
    monkeypatch.setattr(interception, "KEPT_SLIPS", 3)
    done = run_and_save(session, TrialOptions(channels=("exact", "split"), banks=False))
    every = done.trial.slips
    stored = latest(session)
    assert stored is not None
    assert len(stored.trial.slips) == 3 < len(every)
    assert export_slips(session, target) == len(every)
    rows = [row for sheet in read_rows(target) for row in sheet]
    assert rows[0] == list(COLUMNS)
    assert [row[3] for row in rows[1:]] == [slip.surface for slip in every]
    assert [(row[0], row[2], row[4]) for row in rows[1:]] == [(word, "拆分字形", "拆字") for word in many]
    assert rows[1][1].startswith("A.1.a ")
    assert export_slips(session, target, channel="split") == len(every)
    before = target.read_bytes()
    with pytest.raises(UserError) as caught:
        export_slips(session, target, risk="A.5.c")
    assert caught.value.code == "trial.no_slips"
    assert target.read_bytes() == before
    put(session, WORDS)
    with pytest.raises(UserError) as caught:
        export_slips(session, target)
    assert caught.value.code == "trial.stale"
    with pytest.raises(UserError) as caught:
        export_slips(session, tmp_path / "漏过.txt")
    assert caught.value.code == "trial.format"


def read_rows(path: Path) -> list[list[list[str]]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [list(csv.reader(stream))]
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
