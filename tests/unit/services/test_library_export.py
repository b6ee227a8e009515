"""What the library writes can be taken in again, and nothing is lost or changed on the way."""

import csv
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.records import KeywordRecord
from filingdesk.scan.library import check_word, read_keywords
from filingdesk.services import checking, keywords, library_tables, library_versions
from filingdesk.services.library import KeywordSelection
from filingdesk.services.library_export import Layout, SplitBy, export, split
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
RISKS = [risk.id for risk in checking.standard_pack().risks]

# What a person types: also what spreadsheets take for a formula, a number, a date, an error, an escape or a header.
_signs = st.text(
    "赌博毒品=+-@'\"0123456789,;|\t abcABC①ⓐ😀䶮𠮷关键词风险/_xA\u0301\u200d\u3000", min_size=1, max_size=12
)
_any = st.text(min_size=1, max_size=8)
_words = (
    st.one_of(_signs, _any, st.sampled_from(["=1+1", "'=x", "007", "1e5", "2026-01-02", "TRUE", "#N/A"]))
    .map(lambda text: check_word(text))
    .filter(lambda checked: not checked[1])
    .map(lambda checked: checked[0])
)
_categories = st.sampled_from(
    ["", "涉黄", "A,B", '引"号', "=和", "'-x", "a;b|c", "健康歧视", "A.1.f", "其他/别的"]
)
_records = st.builds(
    KeywordRecord,
    _words,
    st.sampled_from([*RISKS, ""]),
    _categories,
    _categories,
    st.sampled_from(["供应商甲", "=来源", "表.xlsx"]),
    st.sampled_from([DAY, date(2024, 2, 29)]),
)


def opened(path: Path) -> Session:
    return Workspace(who=lambda: "甲", clock=lambda: NOON).create(path)


def put(session: Session, records: list[KeywordRecord]) -> None:
    done = session.file.replace_keywords(records, label="导入", who="甲", at=NOON)
    session.library_changed(done)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(opened(tmp_path / "a.fdproj")) as one:
        yield one


def entry(record: KeywordRecord) -> tuple[str, ...]:
    return (
        (record.word, record.risk) if record.risk else (record.word, "", record.category1, record.category2)
    )


@pytest.mark.parametrize(
    ("suffix", "layout"), [(".csv", "full"), (".txt", "full"), (".xlsx", "full"), (".xlsx", "annex")]
)
@settings(max_examples=12, deadline=None)
@given(records=st.lists(_records, min_size=1, max_size=15, unique_by=entry))
@example(
    records=[
        KeywordRecord("=cmd|x", "A.1.f", "", "", "甲", DAY),
        KeywordRecord("_x0041_", "", "", "", "甲", DAY),
    ]
)
def test_importing_what_was_exported_gives_the_same_library(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, layout: Layout, records: list[KeywordRecord]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    with closing(opened(folder / "a.fdproj")) as session:
        put(session, records)
        done = export(session, folder / f"词库{suffix}", layout)
        assert (done.rows, done.altered) == (len(records), 0)
    read = read_keywords(done.path, checking.standard_pack().risks)
    assert (read.rejected, read.blank_rows) == ([], 0)
    if layout == "annex":  # 附件4 has no room for a list's own categories beside a risk
        sorted_ones = [(r.word, r.risk) for r in records if r.risk]
        assert [row.word for row in read.rows] == [r.word for r in records]
        pairs = zip(read.rows, records, strict=True)
        assert [(row.word, row.risk) for row, was in pairs if was.risk] == sorted_ones
    else:
        assert list(keywords.records_of(read, date(1999, 1, 1))) == records


MIXED = [
    KeywordRecord("甲词", "A.1.f", source="供应商甲", added_on=DAY),
    KeywordRecord("乙词", "A.1.h", source="供应商/乙", added_on=DAY),
    KeywordRecord("丙词", "", "涉黄", "低俗", "供应商甲", DAY),
    KeywordRecord("甲词", "", "其他", "", "", None),
]


@pytest.mark.parametrize(("by", "files"), [("risk", 3), ("group", 2), ("source", 3), ("category", 3)])
@pytest.mark.parametrize("suffix", [".csv", ".txt", ".xlsx"])
def test_split_files_hold_every_word_once(
    session: Session, tmp_path: Path, by: SplitBy, files: int, suffix: str
) -> None:
    put(session, MIXED)
    written = split(session, tmp_path / "拆分", by, suffix, "full")
    assert len(written) == files
    assert {one.path for one in written} == set((tmp_path / "拆分").iterdir())
    back = []
    for one in written:
        read = read_keywords(one.path, checking.standard_pack().risks)
        assert len(read.rows) == one.rows
        back += [(row.word, row.risk, row.category) for row in read.rows]
    assert sorted(back) == sorted(
        (r.word, r.risk, "/".join(filter(None, (r.category1, r.category2)))) for r in MIXED
    )


def test_a_stopped_or_refused_export_leaves_the_old_file(session: Session, tmp_path: Path) -> None:
    target = tmp_path / "词库.csv"
    with pytest.raises(UserError) as caught:
        export(session, target)
    assert caught.value.code == "library.empty"
    put(session, [KeywordRecord(f"词{n}", "A.1.f") for n in range(6_000)])
    target.write_text("旧的", encoding="utf-8")
    cancel = Cancel()
    cancel.set()
    for suffix in (".csv", ".xlsx"):
        with pytest.raises(Cancelled):
            export(session, target.with_suffix(suffix), cancel=cancel)
    assert target.read_text(encoding="utf-8") == "旧的"
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix in {".csv", ".xlsx", ".part"}) == [
        "词库.csv"
    ]
    assert export(session, target, selection=KeywordSelection(search="词59")).rows == 111


def test_words_a_sheet_cannot_hold_are_counted(session: Session, tmp_path: Path) -> None:
    put(session, [KeywordRecord("毒\u200b品", "A.1.h"), KeywordRecord("毒品", "A.1.h")])
    assert export(session, tmp_path / "a.xlsx").altered == 1
    assert export(session, tmp_path / "a.csv").altered == 0


def test_a_sheet_that_is_too_small_is_refused(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(session, MIXED)
    monkeypatch.setattr("filingdesk.services.library_export.MAX_ROWS", 3)
    with pytest.raises(UserError) as caught:
        export(session, tmp_path / "a.xlsx")
    assert caught.value.code == "library.too_many"
    assert not (tmp_path / "a.xlsx").exists()


def test_cells_that_spreadsheets_would_run_are_guarded(session: Session, tmp_path: Path) -> None:
    put(session, [KeywordRecord("=1+1", "", "@sum", "-x", "+来源", DAY), KeywordRecord("'=x", "A.1.f")])
    export(session, tmp_path / "a.csv")
    cells = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert cells[1] == "'=1+1,,'@sum,'-x,'+来源,2026-11-20"
    assert cells[2] == "''=x,A.1.f,,,,"


def test_the_ledger_table_is_ready_for_papers(session: Session, tmp_path: Path) -> None:
    put(session, MIXED)
    book = library_versions.ledger(session)
    assert library_tables.period_rows(book) == [
        ("1", "2026-11-16", "2026-11-22", "1", "3", "0", "0", "4", "甲", "尚未结束")
    ]
    assert library_tables.update_rows(book) == [
        ("1", "2026-11-20 12:00", "1", "导入", "3", "0", "0", "4", "甲")
    ]
    assert "首个周期尚未结束" in library_tables.ledger_words(book)
    library_tables.export_ledger(book, tmp_path / "台账.csv")
    with (tmp_path / "台账.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == list(library_tables.PERIOD_COLUMNS)
    assert len(rows) == 2
    with pytest.raises(UserError):
        library_tables.export_ledger(book, tmp_path / "台账.docx")
