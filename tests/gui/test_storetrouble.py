"""The disk is full, the file vanishes, the stick is pulled: a sentence once, in sight afterwards, and nothing typed is lost."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import Shell
from filingdesk.services.workspace import Workspace
from gui.delivery import LONG, answer, desk_of, show
from gui.ime import write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move an open file")
PROJECT = "试点项目.fdproj"
TYPED = "不能丢的内容"


@pytest.fixture
def stick(shell: Shell, tmp_path: Path, checked: Callable[[], None]) -> Path:
    """A project in a folder that can be taken away."""
    folder = tmp_path / "移动硬盘"
    folder.mkdir()
    assert shell.create_project(folder / PROJECT)
    checked()
    desk_of(shell).commit("subject.address", "之前存的")
    return folder


def name_row(shell: Shell) -> FieldRow:
    page = show(shell, "subject")
    assert isinstance(page, FormPage)
    row = page.row("subject.name")
    assert row is not None
    return row


def type_name(shell: Shell, words: str = TYPED) -> FieldRow:
    row = name_row(shell)
    assert isinstance(row.editor, LineEditor)
    row.focus()
    write(row.editor.line, words)
    row.commit()
    return row


def press(button: str) -> list[str]:
    """Press this button in the next box; the list then holds its words."""
    words: list[str] = []

    def look(box: QMessageBox) -> None:
        words.append(f"{box.text()} {box.informativeText()} [{' '.join(b.text() for b in box.buttons())}]")
        next(each for each in box.buttons() if each.text() == button).click()

    answer(QMessageBox, look)
    return words


def test_a_vanished_file_is_told_once_stays_in_sight_and_keeps_what_was_typed(
    shell: Shell, stick: Path, qtbot: QtBot
) -> None:
    away = stick.with_name("拔掉的")
    stick.rename(away)
    words = press("稍后再说")
    row = type_name(shell)
    assert len(words) == 1
    assert PROJECT in words[0]
    assert str(stick) in words[0]
    assert words[0].endswith("[另存一份… 稍后再说]"), "there is nothing to open again"
    assert row.editor.value() == TYPED
    assert shell.top.saved.text() == "未保存"
    assert shell.workbench is not None
    notice = shell.workbench.lock_notice
    assert notice.isVisible()
    assert "没有保存" in notice.text()
    type_name(shell, "又打几个字")  # the next pause meets the same trouble: no second box
    assert notice.isVisible()
    away.rename(stick)  # the stick is back
    row.commit()
    qtbot.waitUntil(lambda: not notice.isVisible())
    assert shell.top.saved.text().startswith("已保存")
    assert desk_of(shell).facts.subject.name == f"{TYPED}又打几个字"


def test_saved_elsewhere_the_work_goes_on_there_with_what_was_typed(
    shell: Shell, stick: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    shutil.rmtree(stick)
    press("稍后再说")
    type_name(shell)
    target = tmp_path / "另存.fdproj"
    shell.trouble.copy_to(target)
    qtbot.waitUntil(lambda: shell.desk is not None and shell.desk.session.path == target, timeout=LONG)
    facts = desk_of(shell).facts
    assert (facts.subject.name, facts.subject.address) == (TYPED, "之前存的")
    assert shell.workbench is not None
    current = shell.workbench.current()
    assert current is not None
    assert current.key == "subject", "where the user was"
    assert not shell.workbench.lock_notice.isVisible()
    assert str(target) in shell.workbench.notice.text()
    assert "1 处" in shell.workbench.notice.text()


def test_a_replaced_file_is_opened_anew_and_takes_what_was_typed(
    shell: Shell, stick: Path, qtbot: QtBot
) -> None:
    path = stick / PROJECT
    session = desk_of(shell).session
    session.file.save_copy(
        stick / "同步.fdproj"
    )  # as a sync program does it: a file of another number in its place
    (stick / "同步.fdproj").replace(path)
    words = press("重新打开")
    type_name(shell)
    assert len(words) == 1
    qtbot.waitUntil(lambda: shell.desk is not None and shell.desk.session is not session, timeout=LONG)
    assert desk_of(shell).session.path == path
    assert desk_of(shell).facts.subject.name == TYPED


def test_a_place_that_cannot_be_written_is_told_and_the_project_stays_open(
    shell: Shell, stick: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    words = press("知道了")
    shell.trouble.copy_to(tmp_path / "没有这个文件夹" / "另存.fdproj")
    qtbot.waitUntil(lambda: bool(words), timeout=LONG)
    assert "没有这个文件夹" in words[0]
    assert desk_of(shell).facts.subject.address == "之前存的"


@pytest.mark.parametrize(("button", "closed"), [("先不关闭", False), ("直接关闭", True)])
def test_closing_asks_when_the_file_is_gone(shell: Shell, stick: Path, button: str, closed: bool) -> None:
    shutil.rmtree(stick)
    words = press(button)
    assert shell.close_project() is closed
    assert len(words) == 1
    assert "另存一份…" in words[0]
    assert (shell.desk is None) is closed
    if not closed:
        press("直接关闭")
        assert shell.close_project()
    assert shell.start.isVisible()


def test_a_full_disk_offers_another_place(shell: Shell, stick: Path, qtbot: QtBot, tmp_path: Path) -> None:
    file = desk_of(shell).session.file
    assert file._writer is not None
    driver = file._writer.raw_connection().driver_connection
    assert driver is not None
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count={pages}")  # stands for the disk, which a test cannot fill
    words = press("稍后再说")
    long = "很长的话" * 20_000
    assert not desk_of(shell).commit("safety_office.duties", long)
    assert "磁盘已满" in words[0]
    assert "另存一份…" in words[0]
    assert shell.workbench is not None
    assert shell.workbench.lock_notice.isVisible()
    driver.execute("PRAGMA max_page_count=1000000")
    assert desk_of(shell).commit("safety_office.duties", long)
    notice = shell.workbench.lock_notice
    qtbot.waitUntil(lambda: not notice.isVisible())


def test_what_another_window_holds_can_be_tried_again_once_it_is_free(
    shell: Shell, stick: Path, qtbot: QtBot
) -> None:
    second = Shell(Workspace(who=lambda: "另一人"))
    qtbot.addWidget(second)
    second.show()
    try:
        assert second.open_project(stick / PROJECT)
        assert second.workbench is not None
        show(second, "subject")
        second.workbench.lock_notice.action_clicked.emit()
        assert second.desk is not None
        assert second.desk.read_only
        assert "还没有关闭" in second.workbench.notice.text()
        assert "测试员" in second.workbench.lock_notice.text()
        assert shell.close_project()
        second.workbench.lock_notice.action_clicked.emit()
        assert not second.desk.read_only
        assert "可以修改" in second.workbench.notice.text()
        assert not second.workbench.lock_notice.isVisible()
        current = second.workbench.current()
        assert current is not None
        assert current.key == "subject"
    finally:
        second.close()
