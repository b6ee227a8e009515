"""The format on disk: schema 1 as written down, so that no change of it slips out without a migration."""

import sqlite3
from pathlib import Path

from filingdesk.store.connect import check_header, file_uri
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit

SCHEMA_1 = Path(__file__).with_name("schema-1.sql")


def test_schema_1_is_what_was_written_down(project: ProjectFile, path: Path) -> None:
    project.close()
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    ).fetchall()
    connection.close()
    text = "".join(" ".join(row[0].split()) + ";\n" for row in rows)
    assert text == SCHEMA_1.read_text(encoding="utf-8"), "a new format needs a number and a migration"


def test_the_header_says_whose_file_and_which_format(project: ProjectFile, path: Path) -> None:
    project.close()
    assert path.read_bytes()[68:72] == b"FDP1"
    assert check_header(path, newest=1) == 1


def test_shares_of_windows_are_addressed_as_sqlite_wants() -> None:
    assert file_uri("file://server/share/%E9%A1%B9.fdproj") == "file:////server/share/%E9%A1%B9.fdproj"
    assert file_uri("file:///C:/x.fdproj") == "file:///C:/x.fdproj"


def test_without_wal_everything_works_the_same(project: ProjectFile, path: Path) -> None:
    project._wal_tried = True  # as on a network share: the rollback journal stays
    edit(project, "a", "一")
    edit(project, "a", "二")
    project.undo(who=WHO, at=NOW)
    assert not path.with_name(path.name + "-wal").exists()
    project.close()
    with ProjectFile.open(path, now=NOW) as again:
        assert again.entries() == {"a": "一"}
        assert again.verify() == []
