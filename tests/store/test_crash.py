"""A writer killed at any moment loses no save that it had acknowledged, and tears none."""

import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.store import blobs
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit, side_files

_WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile
now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
project = ProjectFile.open(Path(sys.argv[1]), now=now)
number = project.entries().get("n") or 0
while True:
    before = number or None
    number += 1
    both = [Change("n", before, number), Change("m", before, number), Change(f"k{number}", None, "值" * 200)]
    project.apply(both, label="x", who="x", at=now)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_killed_writers_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "x.fdproj"
    ProjectFile.create(path, who=WHO, at=NOW).close()
    chance = random.Random(20261123)
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITE, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert writer.stdout
        for _ in range(chance.randint(1, 60)):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in writer.communicate()[0].splitlines() if line.strip()]
        with ProjectFile.open(path, now=NOW) as project:
            entries = project.entries()
            number = entries["n"]
            assert isinstance(number, int)
            assert number >= max(acknowledged, default=1)
            assert entries["m"] == number, "both values of one transaction, or none"
            assert {f"k{i}" for i in range(1, number + 1)} == entries.keys() - {"n", "m"}
            assert project.revision == number
            assert project.verify() == []
        assert side_files(path) == []


def test_a_save_torn_on_a_place_without_wal_is_rolled_back(project: ProjectFile, tmp_path: Path) -> None:
    """Copies the file in the middle of a transaction, as a crash leaves it: with its rollback journal."""
    project._wal_tried = True
    edit(project, "a", "一")
    torn = tmp_path / "torn" / "x.fdproj"
    torn.parent.mkdir()
    with pytest.raises(RuntimeError), project._write() as connection:
        # Larger than SQLite's cache, so that pages reach the file before the commit.
        data = random.Random(1).randbytes(8_000_000)
        blobs.put(connection, hashlib.sha256(data).hexdigest(), len(data), io.BytesIO(data))
        shutil.copy(project.path, torn)
        shutil.copy(f"{project.path}-journal", f"{torn}-journal")
        raise RuntimeError("the moment of the crash")
    assert torn.stat().st_size > 4_000_000

    before = torn.read_bytes()
    with pytest.raises(UserError) as caught:
        ProjectFile.open(torn, now=NOW, read_only=True)
    assert caught.value.code == "project.recover_first"
    assert torn.read_bytes() == before

    with ProjectFile.open(torn, now=NOW) as again:
        assert again.entries() == {"a": "一"}
        assert again.blobs() == []
        assert again.verify() == []
    assert side_files(torn) == []


def test_a_log_left_by_a_crash_is_played_back(project: ProjectFile, tmp_path: Path) -> None:
    edit(project, "a", "一")
    edit(project, "a", "二")
    torn = tmp_path / "torn" / "x.fdproj"
    torn.parent.mkdir()
    shutil.copy(project.path, torn)
    shutil.copy(f"{project.path}-wal", f"{torn}-wal")
    with ProjectFile.open(torn, now=NOW, read_only=True) as reader:
        assert reader.entries() == {"a": "二"}
    with ProjectFile.open(torn, now=NOW) as again:
        assert again.entries() == {"a": "二"}
        assert again.verify() == []
    assert side_files(torn) == []
