"""One writer at a time: the second opener reads, learns who writes, and a dead writer blocks nobody."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.store.base import describe
from filingdesk.store.model import LockInfo
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit, side_files

_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
with ProjectFile.open(Path(sys.argv[1]), now=now, who="李工") as project:
    project.apply([Change("held", None, "一")], label="x", who="李工", at=now)
    print("held", project.read_only, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_by_another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert holder.stdout
    try:
        assert holder.stdout.readline() == "held False\n"
        yield holder
    finally:
        if holder.poll() is None:
            holder.communicate("\n")
        else:
            holder.communicate()


@pytest.fixture
def closed(project: ProjectFile, path: Path) -> Path:
    edit(project, "a", "一")
    project.close()
    return path


def test_second_opener_reads_and_knows_who_writes(closed: Path) -> None:
    with held_by_another_process(closed) as holder:
        with ProjectFile.open(closed, now=NOW, who=WHO) as project:
            assert project.read_only
            assert project.locked_by == LockInfo("李工", socket.gethostname(), holder.pid, NOW)
            assert project.entries() == {"a": "一", "held": "一"}
            with pytest.raises(UserError) as caught:
                edit(project, "a", "二")
            assert caught.value.code == "project.locked"
            assert "李工" in caught.value.message
        assert (closed.parent / (closed.name + ".lock")).exists(), "the reader leaves the writer's lock"
    assert side_files(closed) == []
    with ProjectFile.open(closed, now=NOW, who=WHO) as project:
        assert not project.read_only
        assert project.locked_by is None


def test_writer_closes_into_one_file_beside_an_idle_reader(closed: Path) -> None:
    with held_by_another_process(closed) as holder:
        with ProjectFile.open(closed, now=NOW) as reader:
            reader.entries()
            holder.communicate("\n")
            assert holder.returncode == 0
            assert side_files(closed) == []
            assert reader.entries() == {"a": "一", "held": "一"}
        assert side_files(closed) == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_killed_writer_blocks_nobody_and_lost_nothing(closed: Path) -> None:
    with held_by_another_process(closed) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert side_files(closed), "a lock file and a log were left behind"
        with ProjectFile.open(closed, now=NOW) as project:
            assert not project.read_only
            assert project.entries()["held"] == "一"
    assert side_files(closed) == []


def test_the_same_project_twice_in_one_program(closed: Path) -> None:
    with ProjectFile.open(closed, now=NOW, who=WHO) as first:
        with ProjectFile.open(closed, now=NOW, who=WHO) as second:
            assert second.locked_by and second.locked_by.pid == os.getpid()
        edit(first, "a", "二")
    assert side_files(closed) == []


def test_a_link_leads_to_the_same_lock(closed: Path, tmp_path: Path) -> None:
    link = tmp_path / "链接.fdproj"
    link.symlink_to(closed)
    with ProjectFile.open(closed, now=NOW), ProjectFile.open(link, now=NOW) as second:
        assert second.read_only


def test_a_refused_file_is_not_left_locked(closed: Path) -> None:
    good = closed.read_bytes()
    closed.write_bytes(good[:4096] + b"\xff" * 64 + good[4160:])
    with pytest.raises(UserError):
        ProjectFile.open(closed, now=NOW)
    closed.write_bytes(good)
    with ProjectFile.open(closed, now=NOW) as project:
        assert not project.read_only


def test_holder_in_words() -> None:
    assert describe(LockInfo()) == "另一个程序"
    assert describe(LockInfo(who="李工", host="办公室-3")) == "李工（办公室-3）"


def test_a_reader_sees_what_the_writer_does(closed: Path) -> None:
    with ProjectFile.open(closed, now=NOW) as writer, ProjectFile.open(closed, now=NOW) as reader:
        edit(writer, "b", "新")
        assert reader.entries()["b"] == "新"
        assert reader.revision == writer.revision
        undoable = reader.last_undoable()
        assert undoable and undoable.revision == writer.revision
        writer.undo(who=WHO, at=NOW)
        redoable = reader.last_redoable()
        assert redoable and redoable.revision == undoable.revision


def test_closing_while_another_program_reads_loses_nothing(closed: Path) -> None:
    writer = ProjectFile.open(closed, now=NOW)
    edit(writer, "b", "新")
    elsewhere = sqlite3.connect(closed, isolation_level=None)
    try:
        elsewhere.execute("BEGIN")
        elsewhere.execute("SELECT count(*) FROM entry").fetchone()
        assert writer._writer
        driver = writer._writer.raw_connection().driver_connection
        assert driver
        driver.execute("PRAGMA busy_timeout=20")
        writer.close()
        assert [notice.code for notice in writer.take_notices()] == ["project.log_left"]
    finally:
        elsewhere.close()
    with ProjectFile.open(closed, now=NOW) as again:
        assert not again.read_only
        assert again.entries() == {"a": "一", "b": "新"}
    assert side_files(closed) == []
