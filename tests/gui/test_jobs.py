"""Long work beside the window: one end per job, not too many words on the way, silence after the project is closed."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui.jobs import JobRunner


@pytest.fixture
def runner(app: QApplication) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.shutdown()


def test_a_result_comes_back_once_in_the_window_s_thread(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[tuple[int, bool]] = []
    home = threading.get_ident()
    runner.start(
        lambda cancel, report: 41 + 1,
        on_done=lambda value: seen.append((value, threading.get_ident() == home)),
    )
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.waitUntil(lambda: runner.busy() == 0)
    assert seen == [(42, True)]


def test_progress_is_thinned_out_and_the_last_word_arrives(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[Progress] = []
    ended: list[int] = []

    def job(cancel: Cancel, report: Report) -> int:
        for done in range(10_000):
            report(Progress(done + 1, 10_000))
        return len(told)

    runner.start(job, on_progress=told.append, on_done=lambda _n: ended.append(len(told)))
    qtbot.waitUntil(lambda: bool(ended), timeout=10_000)
    assert told[-1].done == 10_000
    assert len(told) < 200
    assert ended == [len(told)], "nothing is told after the end"


def test_a_cancelled_job_ends_as_cancelled_and_only_so(runner: JobRunner, qtbot: QtBot) -> None:
    begun = threading.Event()
    ends: list[str] = []

    def job(cancel: Cancel, report: Report) -> None:
        begun.set()
        while True:
            cancel.check()

    ticket = runner.start(
        job,
        on_done=lambda _r: ends.append("done"),
        on_error=lambda _e: ends.append("failed"),
        on_cancelled=lambda: ends.append("cancelled"),
    )
    assert begun.wait(5)
    ticket.cancel()
    qtbot.waitUntil(lambda: runner.busy() == 0)
    assert ends == ["cancelled"]


def test_a_fault_is_told_as_it_was_raised(runner: JobRunner, qtbot: QtBot) -> None:
    faults: list[BaseException] = []

    def job(cancel: Cancel, report: Report) -> None:
        raise UserError("disk.full", "磁盘空间不足。", "请清理磁盘。")

    runner.start(job, on_error=faults.append)
    qtbot.waitUntil(lambda: bool(faults))
    assert isinstance(faults[0], UserError)
    assert faults[0].hint == "请清理磁盘。"


def test_an_error_that_nobody_waits_for_is_still_told(runner: JobRunner, qtbot: QtBot) -> None:
    def job(cancel: Cancel, report: Report) -> None:
        raise ValueError("ours")

    with qtbot.waitSignal(runner.unhandled) as told:
        runner.start(job)
    assert isinstance(told.args[0], ValueError)


def test_nothing_of_a_closed_project_is_told(runner: JobRunner, qtbot: QtBot) -> None:
    go = threading.Event()
    told: list[object] = []
    runner.start(lambda cancel, report: go.wait(5), on_done=told.append, on_progress=told.append)
    runner.drop_all()
    go.set()
    after: list[int] = []
    runner.start(lambda cancel, report: 1, on_done=after.append)
    qtbot.waitUntil(lambda: after == [1])
    assert told == []


def test_the_window_goes_on_while_a_job_computes(runner: JobRunner, qtbot: QtBot) -> None:
    beats: list[int] = []
    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(lambda: beats.append(1))
    timer.start()
    ended: list[int] = []

    def job(cancel: Cancel, report: Report) -> int:
        return sum(number * number % 7 for number in range(3_000_000))

    runner.start(job, on_done=lambda _sum: ended.append(len(beats)))
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    timer.stop()
    assert ended[0] >= 8, "the event loop came round while Python computed in the other thread"


def test_a_job_that_a_page_starts_while_it_is_turned_to_lets_it_be_painted_first(
    runner: JobRunner, qtbot: QtBot
) -> None:
    painted = threading.Event()
    seen: list[bool] = []
    with runner.after_paint():
        runner.start(lambda cancel, report: painted.is_set(), on_done=seen.append)
        assert sum(range(3_000_000))  # the page is being made: time enough for a thread to begin
    QTimer.singleShot(0, painted.set)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [True]


def test_a_job_that_runs_waits_at_its_next_step_while_a_page_is_turned_to(
    runner: JobRunner, qtbot: QtBot
) -> None:
    steps: list[int] = []

    def job(cancel: Cancel, report: Report) -> None:
        while True:
            cancel.check()
            steps.append(1)

    ticket = runner.start(job)
    qtbot.waitUntil(lambda: len(steps) > 10)
    with runner.after_paint():
        before = len(steps)
        assert sum(range(3_000_000))  # the page is being made: time enough for a thousand steps
        assert len(steps) - before <= 1
    qtbot.waitUntil(lambda: len(steps) > before + 10)
    with runner.after_paint():
        ticket.cancel()
    qtbot.waitUntil(lambda: runner.busy() == 0)


def test_closing_while_a_page_is_turned_to_does_not_wait_for_its_paint(app: QApplication) -> None:
    runner = JobRunner()
    done: list[int] = []
    with runner.after_paint():
        runner.start(lambda cancel, report: 1, on_done=done.append)
        runner.shutdown()
    assert done == []


def test_nothing_begins_any_more_while_the_window_goes(app: QApplication) -> None:
    runner = JobRunner()
    ran: list[int] = []
    runner.shutdown()
    ticket = runner.start(lambda _cancel, _report: ran.append(1), on_done=lambda _result: ran.append(2))
    QApplication.processEvents()
    assert ticket.cancel_flag.is_set()
    assert (ran, runner.busy()) == ([], 0)
