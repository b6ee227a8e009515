"""Nothing of the window is ever destroyed from a job's thread."""

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.garbage import Collector, bulk
from filingdesk.gui.jobs import JobRunner


class _Knot:
    """Garbage only the cycle collector can find; tells which thread found it."""

    def __init__(self, told: list[str]) -> None:
        self.me, self.told = self, told

    def __del__(self) -> None:
        self.told.append(threading.current_thread().name)


def test_cycles_made_in_the_window_are_collected_in_its_thread(app: QApplication, qtbot: QtBot) -> None:
    collector = app.findChild(Collector)
    assert isinstance(collector, Collector)
    told: list[str] = []
    _Knot(told)
    ended: list[int] = []

    @bulk
    def job(cancel: Cancel, report: Report) -> int:
        kept = [[number] for number in range(200_000)]
        assert collector.collect() == 0, "nothing is walked while a bulk job runs"
        return len(kept)

    jobs = JobRunner()
    jobs.start(job, on_done=ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    jobs.shutdown()
    assert told in ([], [threading.main_thread().name])
    alive = [[number] for number in range(2_000)]
    collector.collect()
    assert len(alive) == 2_000
    assert told == [threading.main_thread().name]
