"""Files that are not ours, broken, newer, or in a place that cannot be written end in a sentence, untouched."""

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.store import connect
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit, side_files


@pytest.fixture
def closed(project: ProjectFile, path: Path) -> Path:
    changes = [Change(f"k{number}", None, "内容" * 20) for number in range(200)]
    project.apply(changes, label="填写", who=WHO, at=NOW)
    project.close()
    return path


def _foreign_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entry(key, value)")
    connection.close()


def _newer(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[60:64] = struct.pack(">I", 2)
    path.write_bytes(data)


def _flipped_structure(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:4104] = b"\xff" * 8
    path.write_bytes(data)


def _flipped_size(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def _without_table(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE journal")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 a zip file"), "project.foreign"),
        (lambda path: path.write_bytes(b""), "project.foreign"),
        (lambda path: path.write_bytes("只是一段文字".encode()), "project.foreign"),
        (_foreign_database, "project.foreign"),
        (lambda path: path.write_bytes(path.read_bytes()[:50]), "project.damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "project.damaged"),
        (_flipped_size, "project.damaged"),
        (_flipped_structure, "project.damaged"),
        (_without_table, "project.damaged"),
        (_newer, "project.newer"),
    ],
    ids=["zip", "empty", "text", "other-sqlite", "head-only", "cut", "last-page", "pages", "table", "newer"],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_refused_and_untouched(
    closed: Path, spoil: Callable[[Path], object], code: str, read_only: bool
) -> None:
    spoil(closed)
    before = closed.read_bytes()
    with pytest.raises(UserError) as caught:
        ProjectFile.open(closed, now=NOW, read_only=read_only)
    assert caught.value.code == code
    assert closed.name in caught.value.message
    assert closed.read_bytes() == before
    assert side_files(closed) == []


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        ProjectFile.open(tmp_path / "没有.fdproj", now=NOW)
    assert caught.value.code == "project.missing"
    with pytest.raises(UserError) as caught:
        ProjectFile.open(tmp_path, now=NOW)
    assert caught.value.code == "project.foreign"
    assert list(tmp_path.iterdir()) == []


def test_full_disk_keeps_what_was_saved(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    assert project._writer
    driver = project._writer.raw_connection().driver_connection
    assert driver
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count={pages + 3}")
    with pytest.raises(UserError) as caught:
        edit(project, "b", "很长" * 100_000)
    assert caught.value.code == "project.disk_full"
    assert path.name in caught.value.message
    with pytest.raises(UserError):
        project.put_blob(b"x" * 1_000_000)
    assert project.entries() == {"a": "一"}
    assert project.revision == 1
    driver.execute("PRAGMA max_page_count=1000000")
    edit(project, "b", "有空间了")
    assert project.verify() == []
    project.close()
    assert side_files(path) == []


def test_read_only_opening_refuses_edits(closed: Path) -> None:
    before = closed.read_bytes()
    with ProjectFile.open(closed, now=NOW, read_only=True) as project:
        assert project.read_only
        assert len(project.entries()) == 200
        for attempt in (
            lambda: edit(project, "a", "一"),
            lambda: project.undo(who=WHO, at=NOW),
            lambda: project.put_blob(b"x"),
            lambda: project.replace_keywords([], label="x", who=WHO, at=NOW),
        ):
            with pytest.raises(UserError) as caught:
                attempt()
            assert caught.value.code == "project.read_only"
    assert closed.read_bytes() == before


_AS_NOBODY = """
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from filingdesk.domain.errors import UserError
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
now = datetime.now(UTC)
folder, elsewhere = Path(sys.argv[1]), Path(sys.argv[2])
# Root may write everywhere, so become nobody; by then everything must be imported.
ProjectFile.create(elsewhere / "warm.fdproj", who="x", at=now).close()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with ProjectFile.open(folder / "p.fdproj", now=now) as project:
        print(project.read_only, len(project.entries()), [notice.code for notice in project.take_notices()])
        project.apply([Change("a", "一", "二")], label="x", who="x", at=now)
except UserError as error:
    print(error.code)
try:
    ProjectFile.create(folder / "new.fdproj", who="x", at=now)
except UserError as error:
    print(error.code)
"""


def _in_a_folder_that_cannot_be_written(folder: Path, elsewhere: Path) -> list[str]:
    """What opening and creating there says; the folder's content must be the same afterwards."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(folder), str(elsewhere)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    finally:
        folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    return done.stdout.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work differently")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        with ProjectFile.create(Path(name, "p.fdproj"), who=WHO, at=NOW) as project:
            edit(project, "a", "一")
        assert _in_a_folder_that_cannot_be_written(Path(name), tmp_path) == [
            "True 1 ['project.read_only_place']",
            "project.read_only",
            "file.permission",
        ]


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work differently")
def test_a_crashed_project_in_a_folder_that_cannot_be_written(project: ProjectFile, tmp_path: Path) -> None:
    edit(project, "a", "一")
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(project.path, Path(name, "p.fdproj"))
        shutil.copy(f"{project.path}-wal", Path(name, "p.fdproj-wal"))
        said = _in_a_folder_that_cannot_be_written(Path(name), tmp_path)
    assert said == ["project.recover_first", "file.permission"]


def test_where_wal_is_refused_the_old_journal_is_used(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    # This VFS has no shared memory, as network shares have none.
    connection = sqlite3.connect(f"{path.as_uri()}?vfs=unix-dotfile", uri=True, isolation_level=None)
    try:
        assert connect.switch_to_wal(connection) is False
        connection.execute("CREATE TABLE t(x)")
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    finally:
        connection.close()
