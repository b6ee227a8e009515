"""What is remembered between two runs survives, and a broken settings file never stands in the way."""

from pathlib import Path

import pytest

from filingdesk.infra import settings
from filingdesk.infra.preferences import GROUPS, PREFERENCES
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


def test_the_file_of_a_later_program_is_read_as_far_as_understood_and_kept_before_it_is_overwritten() -> None:
    content = '{"version": 9, "theme": "sepia", "more": 1, "recent": ["/a"], "preferences": {"text": "115", "x": "y"}}'
    settings_path().write_text(content, encoding="utf-8")
    loaded = settings.load()
    assert loaded.settings.recent == ("/a",)
    assert loaded.settings.preference("theme") == "system"
    assert loaded.settings.preference("text") == "115"
    assert "settings.json.newer" in loaded.notice
    assert settings_path().read_text("utf-8") == content, "reading changes nothing"
    settings.choose("text", "130")
    assert settings_path().with_name("settings.json.newer").read_text("utf-8") == content
    assert settings.load().settings.preferences == {"text": "130", "x": "y"}
    assert settings.load().notice == ""


def test_a_sentence_about_the_file_waits_for_whoever_can_tell_it_and_is_told_once() -> None:
    settings.take_notices()
    settings_path().write_bytes(b"{ half")
    settings.load()
    settings.load()
    told = settings.take_notices()
    assert len(told) == 1
    assert "settings.json.broken" in told[0]
    assert settings.take_notices() == ()


def test_a_preference_comes_back_and_the_default_leaves_no_trace() -> None:
    for declared in PREFERENCES:
        assert settings.preference(declared.key) == declared.default
        other = str(settings_path().parent) if declared.kind == "folder" else declared.choices[-1].value
        settings.choose(declared.key, other)
        assert settings.preference(declared.key) == other
    for declared in PREFERENCES:
        settings.choose(declared.key, declared.default)
    assert settings.load().settings == Settings()


def test_a_value_that_means_nothing_here_counts_as_the_default_and_cannot_be_chosen() -> None:
    settings.save(Settings(preferences={"text": "9000"}))
    assert settings.preference("text") == "100"
    with pytest.raises(ValueError, match="text"):
        settings.choose("text", "9000")


def test_every_preference_says_what_it_is_and_has_its_default_among_its_choices() -> None:
    assert len({declared.key for declared in PREFERENCES}) == len(PREFERENCES)
    for declared in PREFERENCES:
        assert declared.title
        assert declared.help
        assert declared.group in GROUPS
        assert declared.accepts(declared.default)


def test_traces_are_forgotten_and_choices_stay(tmp_path: Path) -> None:
    kept = Settings(theme="dark", preferences={"text": "115"}, window={"help": "0"})
    full = kept.with_recent(tmp_path / "a.fdproj").with_place(tmp_path / "a.fdproj", "papers|")
    assert full.without_traces() == kept


def test_noting_a_recent_project_never_hinders(tmp_path: Path, filingdesk_home: Path) -> None:
    settings.update_recent(tmp_path / "a.fdproj")
    assert settings.load().settings.recent == (str(tmp_path / "a.fdproj"),)
    (filingdesk_home / "config" / "settings.json").unlink()
    (filingdesk_home / "config").rmdir()
    (filingdesk_home / "config").write_bytes(b"a file in the way")
    settings.update_recent(tmp_path / "b.fdproj")
    assert settings.load().settings == Settings()
    assert "config" in settings.load().notice
