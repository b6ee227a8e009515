"""What the library writes can be taken in again, and nothing is lost or changed on the way."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filingdesk.domain.records import KeywordRecord
from filingdesk.scan.library import check_word, read_keywords
from filingdesk.services import checking, keywords
from filingdesk.services.library_export import Layout, export
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
