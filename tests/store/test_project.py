"""A project is created, edited, closed and reopened: everything is there, and nothing lies beside it."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.store.journal import decode, encode
from filingdesk.store.model import Change, ProjectClosed, StoreConflict
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit, side_files


def test_what_was_saved_is_there_after_reopening(project: ProjectFile, path: Path) -> None:
    saved = project.apply(
        [
            Change("algorithm.name", None, "示例算法 <&> 😀"),
            Change("algorithm.products", None, ["k3f9", "a001"]),
            Change("@attest/GB-5.1", None, {"by": "测试员", "ok": True, "n": 3}),
        ],
        label="首次填写",
        who=WHO,
        at=NOW,
    )
    assert saved.revision == 1
    project.close()

    with ProjectFile.open(path, now=NOW) as again:
        assert again.entries() == {
            "@attest/GB-5.1": {"by": "测试员", "ok": True, "n": 3},
            "algorithm.name": "示例算法 <&> 😀",
            "algorithm.products": ["k3f9", "a001"],
        }
        assert again.snapshot() == (1, again.entries())
        assert again.transaction(1) == saved
        assert again.verify() == []


def test_closed_project_is_one_plain_file(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    assert side_files(path), "while open there is a lock and a log"
    project.close()
    project.close()
    assert side_files(path) == []
    assert path.read_bytes()[18:20] == b"\x01\x01", "no write-ahead log mark"
    with pytest.raises(ProjectClosed):
        project.entries()
    with pytest.raises(ProjectClosed):
        edit(project, "a", "二")


def test_a_project_that_is_only_looked_at_keeps_its_bytes(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    project.close()
    before = path.read_bytes()
    with ProjectFile.open(path, now=NOW + timedelta(days=3)) as again:
        again.entries()
        again.verify()
        again.last_undoable()
    assert path.read_bytes() == before
    assert side_files(path) == []


def test_deleting_a_value_removes_it(project: ProjectFile) -> None:
    edit(project, "a", "一")
    edit(project, "a", None)
    assert project.entries() == {}
    assert [(row.old, row.new) for row in project.history("a")] == [(None, "一"), ("一", None)]


def test_a_change_built_on_an_old_value_saves_nothing(project: ProjectFile) -> None:
    edit(project, "a", "一")
    with pytest.raises(StoreConflict) as caught:
        project.apply([Change("b", None, "新"), Change("a", "并非一", "二")], label="x", who=WHO, at=NOW)
    assert "一" not in str(caught.value), "values stay out of logs"
    assert project.entries() == {"a": "一"}
    assert project.revision == 1


def test_misuse_is_refused(project: ProjectFile) -> None:
    with pytest.raises(ValueError, match="without changes"):
        project.apply([], label="x", who=WHO, at=NOW)
    with pytest.raises(ValueError, match="without zone"):
        edit(project, "a", "一", at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="own"):
        edit(project, "@library/keywords", {"version": 7})
    with pytest.raises(ValueError, match="own"):
        edit(project, "@project", "x")
    assert project.entries() == {}


def test_create_never_overwrites(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    project.close()
    before = path.read_bytes()
    with pytest.raises(UserError) as caught:
        ProjectFile.create(path, who=WHO, at=NOW)
    assert caught.value.code == "project.exists"
    assert path.read_bytes() == before
    assert side_files(path) == []


def test_create_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        ProjectFile.create(tmp_path / "没有" / "x.fdproj", who=WHO, at=NOW)
    assert caught.value.code == "project.folder"
    assert "没有" in str(caught.value)


def test_journal_tells_who_when_and_what(project: ProjectFile) -> None:
    edit(project, "a", "一")
    edit(project, "a", "二", at=NOW + timedelta(hours=1))
    rows = list(project.journal())
    assert [row.kind for row in rows] == ["create", "edit", "edit"]
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.revision for row in rows] == [0, 1, 2]
    assert rows[2].who == WHO
    assert rows[2].at == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert (rows[2].old, rows[2].new) == ("一", "二")
    assert rows[2].prev_hash == rows[1].hash != rows[2].hash


def test_half_a_surrogate_pair_is_kept_as_typed(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "半个\ud83d")
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        assert again.entries()["a"] == "半个\ud83d"
        assert again.verify() == []


def test_threads_read_while_the_window_edits(project: ProjectFile) -> None:
    edit(project, "n", 0)
    wrong: list[str] = []
    stop = threading.Event()

    def read() -> None:
        last = 0
        while not stop.is_set():
            revision, entries = project.snapshot()
            number = entries["n"]
            if not isinstance(number, int) or number < last or revision != number + 1:
                wrong.append(f"revision {revision} with value {number} after {last}")
                return
            last = number

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 101):
        project.apply([Change("n", number - 1, number)], label="加一", who=WHO, at=NOW)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert project.entries()["n"] == 100


def test_edits_from_several_threads_are_all_kept(project: ProjectFile) -> None:
    def write(name: str) -> None:
        for number in range(20):
            project.apply([Change(f"{name}{number}", None, "x")], label="x", who=WHO, at=NOW)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(project.entries()) == 60
    assert project.revision == 60
    assert project.verify() == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(_JSON)
def test_values_survive_their_stored_form(value: object) -> None:
    text = encode(value)  # type: ignore[arg-type]
    assert decode(text) == value
    assert text.encode("utf-8").decode("utf-8") == text
