"""Attachments come back byte for byte, are stored once, and need little memory however large."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.store.blobs import PART
from filingdesk.store.model import BlobInfo
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO


def test_bytes_come_back_by_hash_and_by_its_beginning(project: ProjectFile, path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than two parts
    sha256 = project.put_blob(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert project.put_blob(data) == sha256
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        assert again.blobs() == [BlobInfo(sha256, len(data))]
        assert again.get_blob(sha256) == data
        assert again.get_blob(sha256[:16].upper()) == data
        assert again.has_blob(sha256[:16])
        assert not again.has_blob("0" * 16)
        assert again.revision == 0, "an attachment alone is no edit"
        assert again.verify() == []


@settings(max_examples=20)
@given(st.sampled_from([0, 1, PART - 1, PART, PART + 1, 2 * PART]))
def test_every_size(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    data = b"\x00\xff" * (size // 2) + b"x" * (size % 2)
    with ProjectFile.create(tmp_path_factory.mktemp("b") / "x.fdproj", who=WHO, at=NOW) as project:
        assert project.get_blob(project.put_blob(data)) == data
        assert [info.size for info in project.blobs()] == [size]
        assert project.verify() == []


def test_a_file_is_stored_from_disk(project: ProjectFile, tmp_path: Path) -> None:
    source = tmp_path / "承诺书.pdf"
    source.write_bytes(b"%PDF-" + b"1" * 3_000_000)
    assert project.get_blob(project.put_blob_file(source)) == source.read_bytes()
    with pytest.raises(UserError) as caught:
        project.put_blob_file(tmp_path / "没有.pdf")
    assert "没有.pdf" in caught.value.message


def test_a_missing_attachment_is_told(project: ProjectFile) -> None:
    with pytest.raises(UserError) as caught:
        project.get_blob("0123456789abcdef")
    assert caught.value.code == "project.blob_missing"
    assert "0123456789abcdef" in caught.value.message
    for wrong in ("short", "0" * 15, "g" * 16, "%" * 16):
        with pytest.raises(ValueError, match="not a blob reference"):
            project.get_blob(wrong)


_LARGE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from filingdesk.store.project import ProjectFile
size = 100_000_000

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

with ProjectFile.create(Path(sys.argv[1]), who="x", at=datetime.now(UTC)) as project:
    project.put_blob(b"warm")
    bare = peak()
    data = b"x" * size
    sha256 = project.put_blob(data)
    print((peak() - bare) / size)
    del data
    assert len(project.get_blob(sha256)) == size
    print((peak() - bare) / size)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_attachment_needs_little_more_than_itself(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LARGE, str(tmp_path / "x.fdproj")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    stored, fetched = map(float, done.stdout.split())
    assert 0.9 < stored < 1.6, "the bytes themselves and some parts"
    assert fetched < 2.6
