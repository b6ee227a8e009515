"""A project whose file is moved, deleted, replaced or unplugged while it is open: told before anything is lost, and copied."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.store.project import ProjectFile
from filingdesk.store.whereabouts import identity, is_there
from store.helpers import NOW, WHO, edit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move an open file")


def delete(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("改了名.fdproj"))


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("搬走了"))


def replace(path: Path) -> None:
    other = path.with_name("同步来的.fdproj")
    shutil.copy(path, other)
    other.replace(path)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "移动硬盘"
    folder.mkdir()
    return folder / "项目.fdproj"


@pytest.mark.parametrize("harm", [delete, rename, move_folder, replace])
def test_no_edit_is_called_saved_that_nobody_will_find_again(
    there: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    project = ProjectFile.create(there, who=WHO, at=NOW)
    edit(project, "a", "之前")
    assert project.is_there()
    harm(there)
    assert not project.is_there()
    with pytest.raises(UserError) as caught:
        edit(project, "a", "之后")
    assert caught.value.code == "project.gone"
    assert there.name in caught.value.message
    assert str(there.parent) in caught.value.message
    assert "没有保存" in caught.value.message
    with pytest.raises(UserError):
        project.put_blob(b"x")
    target = tmp_path / "另存.fdproj"
    project.save_copy(target)
    project.close()
    with ProjectFile.open(target, now=NOW) as saved:
        assert saved.entries() == {"a": "之前"}
        assert saved.verify() == []
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_project_that_was_only_looked_at_is_copied_too(there: Path, tmp_path: Path) -> None:
    with ProjectFile.create(there, who=WHO, at=NOW) as made:
        edit(made, "a", "之前")
    project = ProjectFile.open(there, now=NOW)
    assert project.entries() == {"a": "之前"}
    there.unlink()
    project.save_copy(tmp_path / "另存.fdproj")
    project.close()
    with ProjectFile.open(tmp_path / "另存.fdproj", now=NOW) as saved:
        assert saved.entries() == {"a": "之前"}


@pytest.mark.parametrize("harm", [rename, move_folder])
def test_what_was_saved_is_in_the_file_wherever_it_is_now(
    there: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    project = ProjectFile.create(there, who=WHO, at=NOW)
    edit(project, "a", "之前")
    harm(there)
    project.close()
    (found,) = tmp_path.rglob("*.fdproj")
    with ProjectFile.open(found, now=NOW) as again:
        assert again.entries() == {"a": "之前"}


def test_put_back_it_is_written_again(there: Path) -> None:
    project = ProjectFile.create(there, who=WHO, at=NOW)
    edit(project, "a", "一")
    away = there.with_name("拿走.fdproj")
    there.rename(away)
    with pytest.raises(UserError):
        edit(project, "a", "二")
    away.rename(there)
    edit(project, "a", "二")
    project.close()
    with ProjectFile.open(there, now=NOW) as again:
        assert again.entries() == {"a": "二"}


def test_a_copy_never_takes_the_place_of_the_open_file_and_a_bad_place_is_told(
    there: Path, tmp_path: Path
) -> None:
    with ProjectFile.create(there, who=WHO, at=NOW) as project:
        edit(project, "a", "一")
        with pytest.raises(UserError) as caught:
            project.save_copy(there)
        assert caught.value.code == "project.same"
        with pytest.raises(UserError):
            project.save_copy(tmp_path / "没有" / "另存.fdproj")
        edit(project, "a", "二")


def test_a_volume_that_numbers_no_files_is_only_asked_whether_something_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    known = identity(path)
    assert known is not None
    assert is_there(path, (known[0], 0))
    assert not is_there(path, (known[0], known[1] + 1))
    path.unlink()
    assert not is_there(path, (known[0], 0))
