"""An older project is backed up and brought up in one step; a step that fails leaves it as it was."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from filingdesk.domain.errors import UserError
from filingdesk.store import backup
from filingdesk.store.migrate import Migrations
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit, side_files


def _add_table(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE extra(x INTEGER)")


def _fail(connection: Connection) -> None:
    raise RuntimeError("a bug in a migration")


@pytest.fixture
def closed(project: ProjectFile, path: Path) -> Path:
    edit(project, "a", "一")
    project.close()
    return path


def test_an_older_project_is_backed_up_and_brought_up(closed: Path) -> None:
    steps = Migrations(3, {1: _add_table, 2: lambda connection: None})
    with ProjectFile.open(closed, now=NOW, who=WHO, migrations=steps) as project:
        assert project.entries() == {"a": "一"}
        assert [row.kind for row in project.journal()] == ["create", "edit", "migrate"]
        undoable = project.last_undoable()
        assert undoable and undoable.kind == "edit"
        assert project.verify() == []
    (copy,) = backup.existing(closed)
    assert "升级前" in copy.name
    ProjectFile.open(copy, now=NOW).close()
    with pytest.raises(UserError) as caught:
        ProjectFile.open(closed, now=NOW)
    assert caught.value.code == "project.newer"
    with ProjectFile.open(closed, now=NOW, migrations=steps) as project:
        assert project.revision == 2, "not migrated twice"
        assert not project.read_only


def test_a_failing_step_leaves_the_old_project(closed: Path) -> None:
    with pytest.raises(RuntimeError):
        ProjectFile.open(closed, now=NOW, migrations=Migrations(3, {1: _add_table, 2: _fail}))
    assert side_files(closed) == []
    with ProjectFile.open(closed, now=NOW) as project:
        assert project.entries() == {"a": "一"}
        assert len(list(project.journal())) == 2
        assert not project.read_only


def test_an_older_project_opened_for_reading_is_left_alone(closed: Path) -> None:
    before = closed.read_bytes()
    with pytest.raises(UserError) as caught:
        ProjectFile.open(closed, now=NOW, read_only=True, migrations=Migrations(2, {1: _add_table}))
    assert caught.value.code == "project.older"
    assert closed.read_bytes() == before


def test_a_number_nobody_ever_wrote(closed: Path) -> None:
    data = bytearray(closed.read_bytes())
    data[60:64] = bytes(4)
    closed.write_bytes(data)
    with pytest.raises(UserError) as caught:
        ProjectFile.open(closed, now=NOW)
    assert caught.value.code == "project.damaged"
    assert closed.read_bytes() == bytes(data)
