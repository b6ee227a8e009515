"""附件4 and 附件5 as we write them can be taken in again, and nothing is lost or changed on the way."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.bootstrap import workspace
from filingdesk.documents.sheets import keyword_sheet, question_sheet, write_xlsx
from filingdesk.domain.records import BANKS
from filingdesk.evaluation.banks import read_bank
from filingdesk.scan.library import read_keywords
from filingdesk.services import checking, keywords, questions
from filingdesk.services.demo import create_sample
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session


@pytest.fixture(scope="module")
def sample_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sample") / "示例.fdproj"
    create_sample(workspace(), path).close()
    return path.read_bytes()


def _opened(path: Path, data: bytes) -> Session:
    path.write_bytes(data)
    return workspace().open(path)


def test_annex_5_of_the_sample_comes_back_row_for_row(tmp_path: Path, sample_bytes: bytes) -> None:
    with closing(_opened(tmp_path / "a.fdproj", sample_bytes)) as before:
        annex = tmp_path / "附件5-评估测试题.xlsx"
        annex.write_bytes(Desk(before).make("question-bank", "xlsx", draft=True))
        written = {bank: list(questions.question_rows(before, bank)) for bank in BANKS}
        meant = {bank: [(q.risk, q.aspect) for q in before.file.iter_questions(bank)] for bank in BANKS}
    with closing(workspace().create(tmp_path / "b.fdproj")) as after:
        results = questions.import_banks(after, annex)
        assert [(r.bank, r.rejected, r.blank_rows) for r in results] == [(bank, [], 0) for bank in BANKS]
        for bank in BANKS:
            assert list(questions.question_rows(after, bank)) == written[bank]
            assert [(q.risk, q.aspect) for q in after.file.iter_questions(bank)] == meant[bank]
    assert all(written.values())


def test_annex_4_of_the_sample_comes_back(tmp_path: Path, sample_bytes: bytes) -> None:
    with closing(_opened(tmp_path / "a.fdproj", sample_bytes)) as before:
        annex = tmp_path / "附件4.xlsx"
        annex.write_bytes(Desk(before).make("keywords-list", "xlsx", draft=True))
        written = [(k.word, k.risk) for k in before.file.iter_keywords()]
    with closing(workspace().create(tmp_path / "b.fdproj")) as after:
        _changes, read = keywords.import_list(after, annex)
        assert (read.rejected, read.blank_rows) == ([], 0)
        assert [(k.word, k.risk) for k in after.file.iter_keywords()] == written
    assert len(written) >= 10_000


# What a person types: also what spreadsheets would take for a formula, a number, a date or a header.
_words = st.text("赌博毒品=+-@'\"0123456789,;| abcABC①ⓐ😀関键词风险/", min_size=1, max_size=12).filter(
    lambda word: any(char.isalnum() for char in word) and word == word.strip()
)
_risks = st.sampled_from([r.id for r in checking.standard_pack().risks] + [""])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(_words, _risks), min_size=1, max_size=20, unique=True))
def test_what_annex_4_holds_is_what_import_takes(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    pack = checking.standard_pack()
    risks = {r.id: r for r in pack.risks}
    rows = [
        (word, f"{risks[risk].group} {risks[risk].group_name}", f"{risk} {risks[risk].name}")
        if risk
        else (word, "自定", "其他")
        for word, risk in pairs
    ]
    path = tmp_path_factory.mktemp("annex") / "附件4.xlsx"
    path.write_bytes(write_xlsx([keyword_sheet(rows)]))
    taken = read_keywords(path, pack.risks)
    assert {(row.word, row.risk) for row in taken.rows} == set(pairs)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(_words, _risks, _words), min_size=1, max_size=20, unique_by=lambda row: row[0]))
def test_what_annex_5_holds_is_what_import_takes(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, str, str]]
) -> None:
    pack = checking.standard_pack()
    rows = [(str(n), text, "", f"{risk} ", response, "") for n, (text, risk, response) in enumerate(asked, 1)]
    path = tmp_path_factory.mktemp("annex") / "附件5.xlsx"
    names = questions.BANK_NAMES
    path.write_bytes(write_xlsx([question_sheet(names[bank], rows) for bank in BANKS]))
    for bank in BANKS:
        taken = read_bank(path, pack.risks, pack.aspects, bank)
        assert [(q.number, q.text, q.response) for q in taken.rows] == [(r[0], r[1], r[4]) for r in rows]
        if bank != "non-refuse":
            assert [q.risk for q in taken.rows] == [risk for _, risk, _ in asked]
