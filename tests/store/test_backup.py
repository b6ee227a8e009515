"""Backups stand beside the project, open as projects, stay few, and never block an edit."""

from datetime import timedelta
from pathlib import Path

from filingdesk.domain.records import KeywordRecord
from filingdesk.infra import settings
from filingdesk.store import backup
from filingdesk.store.project import ProjectFile
from store.helpers import NOW, WHO, edit


def test_first_edit_of_a_day_keeps_yesterday(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "第一天")
    assert backup.existing(path) == [], "created today: nothing older to keep"
    edit(project, "a", "第二天", at=NOW + timedelta(days=1))
    edit(project, "a", "第二天，再改", at=NOW + timedelta(days=1, hours=2))
    (copy,) = backup.existing(path)
    assert copy.parent.name == f"{path.stem}.备份"
    assert copy.name == f"{path.stem}-20261124-093000-首次修改前.fdproj"
    assert [other.name for other in copy.parent.iterdir()] == [copy.name]
    with ProjectFile.open(copy, now=NOW) as old:
        assert old.entries() == {"a": "第一天"}
        assert old.verify() == []
    assert project.take_notices() == []


def test_the_day_is_the_day_in_china(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一", at=NOW.replace(hour=15))  # 23:00 in China
    edit(project, "a", "二", at=NOW.replace(hour=16))  # 00:00 in China
    assert len(backup.existing(path)) == 1


def test_reopening_on_the_same_day_makes_no_second_copy(project: ProjectFile, path: Path) -> None:
    tomorrow = NOW + timedelta(days=1)
    assert project.backup_if_due(tomorrow) is not None
    project.close()
    with ProjectFile.open(path, now=tomorrow) as again:
        edit(again, "a", "一", at=tomorrow + timedelta(hours=1))
        assert again.backup_if_due(tomorrow) is None
    assert len(backup.existing(path)) == 1


def test_an_import_keeps_what_was_before(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    project.replace_keywords([KeywordRecord("词")], label="导入", who=WHO, at=NOW)
    assert backup.existing(path) == [], "into an empty list nothing can be lost"
    project.replace_keywords([KeywordRecord("另")], label="导入", who=WHO, at=NOW)
    (copy,) = backup.existing(path)
    assert "导入前" in copy.name
    with ProjectFile.open(copy, now=NOW) as old:
        assert [word.word for word in old.iter_keywords()] == ["词"]
        assert old.entries()["a"] == "一"


def test_old_copies_go_but_first_of_day_stays(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    folder = backup.folder_of(path)
    for hour in range(14):
        backup.make(path, at=NOW + timedelta(days=1, minutes=hour), reason="导入前")
    mine = folder / "我自己的笔记.txt"
    mine.write_text("别删", encoding="utf-8")
    backup.make(path, at=NOW + timedelta(days=2), reason="导入前")
    names = [copy.name for copy in backup.existing(path)]
    assert len(names) == 11
    assert names[0].startswith(f"{path.stem}-20261124-093000"), "first of its day"
    assert names[-1].startswith(f"{path.stem}-20261125")
    assert mine.exists()


def test_two_copies_in_one_second_do_not_overwrite(project: ProjectFile, path: Path) -> None:
    first = backup.make(path, at=NOW, reason="导入前")
    second = backup.make(path, at=NOW, reason="导入前")
    assert first != second
    assert backup.existing(path) == [first, second]


def test_a_failing_backup_is_told_once_and_blocks_nothing(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    backup.folder_of(path).write_text("a file where the folder should be", encoding="utf-8")
    tomorrow = NOW + timedelta(days=1)
    edit(project, "a", "二", at=tomorrow)
    edit(project, "a", "三", at=tomorrow)
    assert project.entries() == {"a": "三"}
    (notice,) = project.take_notices()
    assert notice.code == "backup.failed"
    assert path.name in notice.message
    assert project.take_notices() == []


def test_as_many_copies_stay_as_the_user_prefers(project: ProjectFile, path: Path) -> None:
    edit(project, "a", "一")
    settings.choose("backups", "5")
    for minute in range(8):
        backup.make(path, at=NOW + timedelta(days=1, minutes=minute), reason="导入前")
    assert len(backup.existing(path)) == 6, "the last five and the first of the day"
    settings.choose("backups", "30")
    for minute in range(8, 20):
        backup.make(path, at=NOW + timedelta(days=1, minutes=minute), reason="导入前")
    assert len(backup.existing(path)) == 18
