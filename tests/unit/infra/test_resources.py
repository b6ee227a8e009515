"""Our own data is found by one locator, and its absence is told as a broken installation."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.infra import resources
from filingdesk.infra.resources import ResourceMissing, resource_path, resource_root


@pytest.fixture(autouse=True)
def fresh_search() -> Iterator[None]:
    resource_root.cache_clear()
    yield
    resource_root.cache_clear()


def test_a_shipped_file_is_found_with_its_content() -> None:
    font = resource_path("fonts", "NotoSansSC-Regular.ttf")
    assert font.is_absolute()
    assert font.read_bytes()[:4] == b"\x00\x01\x00\x00"


def test_a_missing_file_is_told_by_name() -> None:
    with pytest.raises(ResourceMissing) as caught:
        resource_path("fonts", "没有.ttf")
    assert "fonts/没有.ttf" in caught.value.message
    assert "重新安装" in caught.value.hint


@pytest.mark.parametrize("name", ["../pyproject.toml", "fonts/../../pyproject.toml", "/etc/passwd", "C:\\x"])
def test_a_name_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="resource name"):
        resource_path(name)


def test_frozen_inside_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "_internal" / "filingdesk" / "_resources"
    inside.mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    assert resource_root() == inside


def test_frozen_beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "nothing-here"), raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "filingdesk"))
    assert resource_root() == tmp_path / "resources"


def test_nothing_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "a" / "filingdesk" / "infra" / "resources.py"))
    with pytest.raises(ResourceMissing):
        resource_root()
