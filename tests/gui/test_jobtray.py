"""The tray of long work: what runs, ended, failed or was stopped, across pages, with doors and a second try."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui import theme
from filingdesk.gui.jobs import JobRunner
from filingdesk.gui.jobtray_board import KEPT, Naming, Result, State, Work
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.shell import Shell
from filingdesk.infra import settings
from gui.delivery import LONG, answer, open_sample, settle, show
from gui.test_access import nameless

SECOND = Progress(1, 2, "第二步")


class Gate:
    """A job that waits until the test lets it go on."""

    def __init__(self, result: object = "成果", fault: UserError | None = None) -> None:
        self.open = threading.Event()
        self.begun = threading.Event()
        self._result, self._fault = result, fault

    def __call__(self, cancel: Cancel, report: Report) -> object:
        report(SECOND)
        self.begun.set()
        while not self.open.wait(0.01):
            cancel.check()
        if self._fault is not None:
            raise self._fault
        return self._result


@pytest.fixture
def strip(project: Shell, qtbot: QtBot) -> Iterator[WorkStrip]:
    page = show(project, "papers")
    assert project.desk is not None
    settle(project, qtbot)
    made = WorkStrip(project.desk, page)
    yield made
    project.jobs.drop_all()


def only(shell: Shell) -> Work:
    (work,) = shell.jobs.board.works()
    return work


def ended(shell: Shell, qtbot: QtBot) -> Work:
    qtbot.waitUntil(lambda: only(shell).state is not State.RUNNING, timeout=LONG)
    return only(shell)


def test_before_any_work_the_status_line_is_calm(project: Shell) -> None:
    status = project.status
    assert not any(widget.isVisible() for widget in (status.tray, status.bar, status.cancel, status.message))


def test_work_is_seen_from_every_page_and_leads_back_to_its_own(
    project: Shell, strip: WorkStrip, qtbot: QtBot
) -> None:
    gate = Gate()
    strip.run("正在生成文书", gate, lambda _made: None, result=lambda _made: Result("写好了 3 份"))
    qtbot.waitUntil(lambda: "第二步" in project.status.message.text(), timeout=LONG)
    assert project.status.message.text() == "生成文书 · 第二步"
    assert project.status.ahead.text() == "50%"
    assert project.status.tray.text() == "1 件进行中"
    show(project, "overview")
    project.actions_.tray.trigger()
    tray = project.longwork.tray
    assert tray.isVisible()
    row = tray.rows[only(project).id]
    assert (row.word.text(), row.title.text()) == ("进行中", "生成文书")
    assert row.stop.isVisible()
    assert not row.made.isVisible()
    assert nameless(tray) == []
    gate.open.set()
    work = ended(project, qtbot)
    assert work.state is State.DONE
    assert row.word.text() == "完成"
    assert row.line.accessibleName().startswith("写好了 3 份")
    assert not row.bar.isVisible()
    row.page.click()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "papers"
    assert tray.isVisible(), "another page does not put it away"
    QTest.keyClick(tray, Qt.Key.Key_Escape)
    assert not tray.isVisible()
    assert project.status.tray.text() == "最近的工作"


def test_what_ended_unseen_is_counted_until_somebody_looks(
    project: Shell, strip: WorkStrip, qtbot: QtBot
) -> None:
    gate = Gate()
    gate.open.set()
    strip.run("正在比较", gate, lambda _made: None)
    ended(project, qtbot)
    assert project.status.tray.text() == "1 件已结束"
    project.status.tray.click()
    assert project.status.tray.text() == "最近的工作"
    project.longwork.tray.forget.click()
    assert project.jobs.board.works() == []
    assert project.longwork.tray.nothing.isVisible()
    assert not project.status.tray.isVisible()


def test_work_is_stopped_from_the_tray_and_done_again_where_it_began(
    project: Shell, strip: WorkStrip, qtbot: QtBot
) -> None:
    gates = [Gate(), Gate()]
    told: list[object] = []

    def begin() -> None:
        gate = gates.pop(0)
        gate.open.clear()
        strip.run("正在核对", gate, told.append, on_cancelled=lambda: told.append("停"), again=begin)

    last = gates[1]
    begin()
    qtbot.waitUntil(lambda: only(project).progress is not None, timeout=LONG)
    show(project, "overview")
    project.status.tray.click()
    tray = project.longwork.tray
    tray.rows[only(project).id].stop.click()
    assert not strip.cancel.isEnabled(), "the place where it began says that it is being stopped"
    assert ended(project, qtbot).state is State.STOPPED
    assert told == ["停"]
    (row,) = tray.rows.values()
    row.again.click()
    assert project.workbench is not None
    current = project.workbench.current()
    assert current is not None
    assert current.key == "papers"
    assert only(project).state is State.RUNNING, "the old entry gave way"
    last.open.set()
    assert ended(project, qtbot).state is State.DONE
    assert told == ["停", "成果"]


def test_a_fault_stays_readable_with_what_to_do(project: Shell, strip: WorkStrip, qtbot: QtBot) -> None:
    fault = UserError("disk.full", "无法写入“/盘/包”：磁盘空间不足。", "请清理磁盘。")
    gate = Gate(fault=fault)
    gate.open.set()
    told: list[BaseException] = []
    strip.run("正在导出", gate, lambda _made: None, on_error=told.append, again=lambda: None)
    assert ended(project, qtbot).state is State.FAILED
    assert told == [fault]
    assert project.status.tray.text() == "1 件没有完成"
    project.status.tray.click()
    (row,) = project.longwork.tray.rows.values()
    assert row.line.accessibleName() == "无法写入“/盘/包”：磁盘空间不足。请清理磁盘。"
    row.again.click()
    assert [work.state for work in project.jobs.board.works()] == [State.FAILED], (
        "nothing began: the entry stays"
    )


def test_what_cannot_sensibly_be_repeated_offers_no_repeat(
    project: Shell, strip: WorkStrip, qtbot: QtBot
) -> None:
    gate = Gate(fault=UserError("x", "不行。", ""))
    gate.open.set()
    strip.run("正在读取", gate, lambda _made: None, on_error=lambda _error: None)
    assert not ended(project, qtbot).can_be_done_again


def test_the_door_opens_the_folder_of_what_was_made_and_says_when_it_is_gone(
    project: Shell, strip: WorkStrip, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    made = tmp_path / "成果" / "核对表.xlsx"
    made.parent.mkdir()
    gate = Gate()
    gate.open.set()
    strip.run("正在写核对表", gate, lambda _made: None, result=lambda _made: Result("写好了", made))
    ended(project, qtbot)
    project.status.tray.click()
    (row,) = project.longwork.tray.rows.values()
    row.made.click()
    assert opened == [str(made.parent)]
    made.parent.rmdir()
    row.made.click()
    assert opened == [str(made.parent)]
    assert "找不到" in row.line.accessibleName()


def test_a_closed_project_takes_its_work_along(project: Shell, strip: WorkStrip, qtbot: QtBot) -> None:
    gate = Gate()
    strip.run("正在比较", gate, lambda _made: None)
    project.status.tray.click()
    settings.choose("running", "stop")
    assert project.close_project()
    assert project.jobs.board.works() == []
    assert not project.longwork.tray.isVisible()


@pytest.mark.parametrize(("button", "closed"), [("等它做完", False), ("停下并关闭", True)])
def test_closing_asks_while_work_runs(
    project: Shell, strip: WorkStrip, qtbot: QtBot, button: str, closed: bool
) -> None:
    gate = Gate()
    strip.run("正在扫描 语料.jsonl", gate, lambda _made: None)
    words: list[str] = []

    def press(box: QMessageBox) -> None:
        words.append(box.text())
        next(each for each in box.buttons() if each.text() == button).click()

    answer(QMessageBox, press)
    assert project.close_project() is closed
    assert words == ["“扫描 语料.jsonl”还没有做完。"]
    gate.open.set()


def test_an_unknown_whole_moves_unless_nothing_should_move(
    project: Shell, strip: WorkStrip, app: QApplication
) -> None:
    strip.bar.show_share(None)
    assert (strip.bar.minimum(), strip.bar.maximum()) == (0, 0)
    theme.set_still(app, True)
    try:
        strip.bar.show_share(None)
        assert strip.bar.maximum() > 0
        assert 0 < strip.bar.value() < strip.bar.maximum()
    finally:
        theme.set_still(app, False)


def test_only_so_much_of_what_ended_is_kept_and_what_runs_always(app: QApplication, qtbot: QtBot) -> None:
    runner = JobRunner()
    gate = Gate()
    runner.start(gate, named=Naming("正在扫描"))
    for _number in range(KEPT + 5):
        runner.start(lambda _cancel, _report: None, named=Naming("正在比较"))
        qtbot.waitUntil(lambda: len(runner.board.running()) == 1, timeout=LONG)
    assert len(runner.board.works()) == KEPT + 1
    gate.open.set()
    qtbot.waitUntil(lambda: not runner.board.running(), timeout=LONG)
    runner.shutdown()


def test_a_bundle_is_listed_with_its_folder_and_a_failed_one_can_be_tried_again(
    shell: Shell,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    open_sample(shell, qtbot, tmp_path)
    page = show(shell, "bundle")
    assert isinstance(page, BundlePage)
    ready: Callable[[], bool] = lambda: not page.hindrance()  # noqa: E731
    qtbot.waitUntil(ready, timeout=LONG)
    page.export()
    work = ended(shell, qtbot)
    assert work.title.startswith("导出")
    assert work.state is State.DONE
    assert work.result.made is not None
    assert work.result.made.is_dir()
    assert "校验通过" in work.result.words
    assert work.naming.again == page.export
