"""Saved edits reach the disk beside whoever works, and the file says when."""

import sqlite3
import threading
from pathlib import Path

from filingdesk.store.project import ProjectFile
from filingdesk.store.settling import Settler
from store.helpers import NOW, WHO, edit

LONG_S = 30.0


def settled(project: ProjectFile) -> bool:
    """Wait until it is, as a window does."""
    never, looks = threading.Event(), 0
    while not project.settled and looks < LONG_S / 0.01:
        never.wait(0.01)
        looks += 1
    return project.settled


def test_what_is_saved_settles_while_the_project_is_open(tmp_path: Path) -> None:
    path = tmp_path / "x.fdproj"
    with ProjectFile.create(path, who=WHO, at=NOW) as project:
        for number in range(5):
            edit(project, "n", number + 1)
        assert settled(project)


def test_a_long_log_is_folded_into_the_file_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "x.fdproj"
    with ProjectFile.create(path, who=WHO, at=NOW) as project:
        before = path.stat().st_size
        for number in range(6):
            edit(project, f"n{number}", "长" * 500_000)
        assert settled(project)
        never, looks = threading.Event(), 0
        while path.stat().st_size < before + 1_000_000 and looks < LONG_S / 0.01:
            never.wait(0.01)
            looks += 1
        assert path.stat().st_size > before + 1_000_000
        edit(project, "last", 1)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with ProjectFile.open(path, now=NOW) as project:
        assert project.entries()["last"] == 1
        assert len(project.entries()) >= 7


def test_a_disk_that_refuses_is_not_said_to_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "x.fdproj"
    Path(f"{path}-wal").mkdir()  # cannot be opened as a log
    settler = Settler(path)
    settler.settle()
    never, looks = threading.Event(), 0
    while not settler.failed and looks < LONG_S / 0.01:
        never.wait(0.01)
        looks += 1
    assert settler.failed
    assert not settler.settled
    settler.close()


def test_after_the_disk_refused_each_edit_waits_for_it(tmp_path: Path) -> None:
    with ProjectFile.create(tmp_path / "x.fdproj", who=WHO, at=NOW) as project:
        edit(project, "n", 1)
        assert settled(project)
        settler = project._settler
        assert settler is not None
        assert _synchronous(project) == 1, "NORMAL: the settler sees to the disk"
        settler.failed = True
        edit(project, "n", 2)
        assert _synchronous(project) == 2, "FULL: an edit has ended when the disk has it"
        assert project.settled
        assert project.entries()["n"] == 2


def _synchronous(project: ProjectFile) -> int:
    assert project._writer is not None
    connection = project._writer.raw_connection()
    try:
        return int(connection.cursor().execute("PRAGMA synchronous").fetchone()[0])
    finally:
        connection.close()
