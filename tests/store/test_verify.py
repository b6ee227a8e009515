"""One changed byte in a closed project is found, and the row or attachment that has it is named."""

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.records import KeywordRecord, QuestionRecord
from filingdesk.store.model import StoreProblem
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit

DATA = b"ATTACHMENT-CONTENT" * 10


@pytest.fixture
def closed(project: ProjectFile, path: Path) -> Path:
    edit(project, "subject.name", "ENTRY-VALUE-OLD")
    edit(project, "subject.name", "ENTRY-VALUE-NEW")
    project.put_blob(DATA)
    project.replace_keywords([KeywordRecord("KEYWORD-ONE", "A.1.a")], label="导入", who=WHO, at=NOW)
    question = QuestionRecord("generation", "Q-1", "QUESTION-TEXT", "A.1.a")
    project.replace_questions("generation", [question], label="导入", who=WHO, at=NOW)
    row = project.question_page("generation", 0, 1)[0]
    judged = replace(row, verdict="VERDICT-GOOD")
    project.update_questions("generation", [judged], label="判定", who=WHO, at=NOW)
    project.close()
    return path


def check(path: Path) -> list[StoreProblem]:
    with ProjectFile.open(path, now=NOW, read_only=True) as project:
        return project.verify()


def flip(path: Path, text: bytes, occurrence: int = 0) -> None:
    data = bytearray(path.read_bytes())
    place = -1
    for _ in range(occurrence + 1):
        place = data.index(text, place + 1)
    data[place + len(text) - 1] ^= 1
    path.write_bytes(data)


def sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_sound_project_has_no_problems(closed: Path) -> None:
    assert check(closed) == []


def test_a_flipped_byte_is_named(closed: Path) -> None:
    good = closed.read_bytes()
    expected: dict[bytes, str] = {
        b"ATTACHMENT-CONTENTATTACHMENT": "blob.changed",
        b"KEYWORD-ONE": "library.row",
        b"QUESTION-TEXT": "library.row",
        b'"total": 1}': "library.stats",
        b"ENTRY-VALUE-OLD": "journal.hash",
    }
    for text, code in expected.items():
        flip(closed, text)
        problems = check(closed)
        assert code in {problem.code for problem in problems}, text
        closed.write_bytes(good)


def test_every_place_where_a_value_stands_is_watched(closed: Path) -> None:
    good = closed.read_bytes()
    found: list[set[tuple[str, str]]] = []
    for occurrence in range(good.count(b"ENTRY-VALUE-NEW")):
        flip(closed, b"ENTRY-VALUE-NEW", occurrence)
        found.append({(problem.code, problem.where) for problem in check(closed)})
        closed.write_bytes(good)
    assert any(("entry.changed", "subject.name") in places for places in found)
    assert any(("journal.hash", "journal #3") in places for places in found)


def test_problems_are_told_with_the_name_of_what_is_broken(closed: Path) -> None:
    flip(closed, b"KEYWORD-ONE")
    (problem,) = (problem for problem in check(closed) if problem.code == "library.row")
    assert problem.where == "keywords #1"
    assert "KEYWORD-ON" in problem.message
    assert "关键词库" in problem.message


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("DELETE FROM journal WHERE seq = 2", "journal.gap", "journal #3"),
        ("UPDATE journal SET who = '别人' WHERE seq = 2", "journal.hash", "journal #2"),
        (
            "UPDATE journal SET at = '2020-01-01T00:00:00.000+00:00' WHERE seq = 3",
            "journal.hash",
            "journal #3",
        ),
        ("UPDATE journal SET revision = 9 WHERE seq = 3", "journal.gap", "journal #3"),
        ("DELETE FROM entry WHERE key = 'subject.name'", "entry.lost", "subject.name"),
        ("INSERT INTO entry VALUES ('subject.code', '\"x\"')", "entry.unknown", "subject.code"),
        ("DELETE FROM keyword", "library.digest", "keywords v1"),
        ("UPDATE library_version SET purged = 1 WHERE library = 'keywords'", "library.lost", "keywords"),
        ("UPDATE library_version SET digest = 'x'", "library.digest", "keywords v1"),
        ("UPDATE library_version SET total = 9", "library.stats", "keywords v1"),
        ("UPDATE question SET verdict = '合格' WHERE to_version IS NULL", "library.row", "generation #2"),
        ("UPDATE blob SET size = 1", "blob.changed", ""),
        ("DELETE FROM blob", "blob.stray", ""),
        (
            "UPDATE entry SET value = '{broken' WHERE key = '@library/keywords'",
            "library.unreadable",
            "library",
        ),
        ("DROP TABLE question", "file.table", "question"),
    ],
)
def test_tampering_through_the_database_is_named(closed: Path, statement: str, code: str, where: str) -> None:
    sql(closed, statement)
    problems = check(closed)
    assert (code, where) in {(problem.code, problem.where if where else "") for problem in problems}
    assert all(problem.message for problem in problems)


def test_a_broken_attachment_is_not_handed_out(closed: Path) -> None:
    flip(closed, b"ATTACHMENT-CONTENTATTACHMENT")
    with ProjectFile.open(closed, now=NOW) as project:
        (info,) = project.blobs()
        with pytest.raises(UserError) as caught:
            project.get_blob(info.sha256)
    assert caught.value.code == "project.blob_damaged"
    assert info.sha256[:16] in caught.value.message


def test_random_damage_ends_in_a_sentence_or_a_list(closed: Path) -> None:
    """Whatever byte is flipped, nothing crashes; most flips of used bytes are found."""
    good = closed.read_bytes()
    used = [place for place in range(len(good)) if good[place]]
    chance = random.Random(7)
    found = 0
    for _ in range(120):
        data = bytearray(good)
        data[chance.choice(used)] ^= 1 << chance.randrange(8)
        closed.write_bytes(data)
        try:
            found += bool(check(closed))
        except UserError as error:
            assert error.code in ("project.damaged", "project.foreign", "project.newer")
            found += 1
    assert found > 84
