"""A fresh project under a name that holds a rare character, an emoji and a space."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "䶮与😀 的备案.fdproj"


@pytest.fixture
def project(path: Path) -> Iterator[ProjectFile]:
    with ProjectFile.create(path, who=WHO, at=NOW) as opened:
        yield opened
