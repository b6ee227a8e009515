"""What is remembered between two runs survives, and a broken settings file never stands in the way."""

from pathlib import Path

import pytest

from filingdesk.infra import settings
from filingdesk.infra.settings import MAX_RECENT, Settings, settings_path


def test_first_run_has_defaults_and_no_notice() -> None:
    loaded = settings.load()
    assert loaded.settings == Settings()
    assert loaded.notice == ""


def test_everything_comes_back(tmp_path: Path) -> None:
    project = tmp_path / "示例.fdproj"
    changed = (
        Settings()
        .with_recent(project)
        .with_place(project, "algorithm.products")
        .with_window(geometry="AdnQywAD", splitter="AAAA/w==")
        .with_theme("dark")
    )
    settings.save(changed)
    assert settings.load().settings == changed
    assert settings.load().settings.place(project) == "algorithm.products"


def test_recent_is_latest_first_without_repeats_and_bounded(tmp_path: Path) -> None:
    current = Settings()
    for number in range(MAX_RECENT + 5):
        current = current.with_recent(tmp_path / f"{number}.fdproj")
    current = current.with_recent(tmp_path / "10.fdproj")
    assert current.recent[0] == str(tmp_path / "10.fdproj")
    assert len(current.recent) == len(set(current.recent)) == MAX_RECENT


def test_a_project_can_be_forgotten(tmp_path: Path) -> None:
    one, two = tmp_path / "1.fdproj", tmp_path / "2.fdproj"
    current = Settings().with_recent(one).with_recent(two).with_place(one, "x").without_recent(one)
    assert current.recent == (str(two),)
    assert current.place(one) is None


def test_pruning_drops_deleted_files_but_not_an_unplugged_drive(tmp_path: Path) -> None:
    here, deleted, unplugged = tmp_path / "a.fdproj", tmp_path / "b.fdproj", tmp_path / "usb" / "c.fdproj"
    here.touch()
    current, gone = Settings(recent=(str(here), str(deleted), str(unplugged))).pruned()
    assert current.recent == (str(here), str(unplugged))
    assert gone == (str(deleted),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"recent": "x"}',
        b'{"recent": [1]}',
        b'{"window": {"a": 1}}',
        b"[" * 100_000,
    ],
)
def test_a_broken_file_is_set_aside_and_told(content: bytes) -> None:
    settings_path().write_bytes(content)
    loaded = settings.load()
    assert loaded.settings == Settings()
    assert "settings.json.broken" in loaded.notice
    assert settings_path().with_name("settings.json.broken").read_bytes() == content
    assert settings.load().notice == ""


def test_what_a_later_program_wrote_is_not_broken() -> None:
    settings_path().write_text(
        '{"version": 9, "theme": "sepia", "more": 1, "recent": ["/a"]}', encoding="utf-8"
    )
    loaded = settings.load()
    assert loaded.notice == ""
    assert loaded.settings == Settings(recent=("/a",))


def test_noting_a_recent_project_never_hinders(tmp_path: Path, filingdesk_home: Path) -> None:
    settings.update_recent(tmp_path / "a.fdproj")
    assert settings.load().settings.recent == (str(tmp_path / "a.fdproj"),)
    (filingdesk_home / "config" / "settings.json").unlink()
    (filingdesk_home / "config").rmdir()
    (filingdesk_home / "config").write_bytes(b"a file in the way")
    settings.update_recent(tmp_path / "b.fdproj")
