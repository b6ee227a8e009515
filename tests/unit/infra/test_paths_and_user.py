"""Every folder of ours moves with FILINGDESK_HOME, and the journal always has a name to note."""

from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.infra import paths
from filingdesk.infra.user import UNKNOWN_USER, current_user


def test_the_three_folders_stand_in_the_given_home(filingdesk_home: Path) -> None:
    folders = {paths.config_dir(), paths.state_dir(), paths.cache_dir()}
    assert len(folders) == 3
    assert all(folder.is_dir() and folder.parent == filingdesk_home for folder in folders)


def test_without_it_the_systems_own_place_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FILINGDESK_HOME")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert "filingdesk" in paths.config_dir().parts


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FILINGDESK_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError) as caught:
        paths.config_dir()
    assert "无法建立" in caught.value.message


def test_the_account_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "李四\x07 ")
    assert current_user() == "李四"


def test_a_machine_that_tells_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000, raising=False)
    assert current_user() == UNKNOWN_USER
