"""The complete sample, made once a module; every test gets a copy of its own to edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.bootstrap import workspace
from filingdesk.services.demo import create_sample
from filingdesk.services.session import Session


@pytest.fixture(scope="module")
def sample_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sample") / "s.fdproj"
    create_sample(workspace(), path).close()
    return path.read_bytes()


@pytest.fixture
def session(tmp_path: Path, sample_bytes: bytes) -> Iterator[Session]:
    path = tmp_path / "s.fdproj"
    path.write_bytes(sample_bytes)
    opened = workspace().open(path)
    yield opened
    opened.close()
