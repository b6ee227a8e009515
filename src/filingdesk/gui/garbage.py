"""The cycle collector runs in the window's own thread only.

Python collects in whichever thread makes the threshold full. A job's thread would then destroy what belongs to Qt from
the wrong thread: seen as a window that waits for ever, each of both threads holding what the other needs.
"""

import gc
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer

T = TypeVar("T")
P = ParamSpec("P")
EVERY_MS = 1000
THRESHOLDS = (700, 10, 10)
"""New objects before the young are looked at, and how many such looks before the next older ones are: Python's own."""


class _Bulk:
    """How many bulk jobs run: meanwhile nothing is collected."""

    lock = threading.Lock()
    running = 0


def bulk(work: Callable[P, T]) -> Callable[P, T]:
    """For a job that makes a million small objects: the cycle collector rests meanwhile.

    It would walk all of them again and again without letting any other thread run: measured with 1,000,000 words, a third
    of the time and stops of the window of over two seconds. What is counted by references is freed as ever.
    """

    @wraps(work)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> T:
        with _Bulk.lock:
            _Bulk.running += 1
        try:
            return work(*args, **kwargs)
        finally:
            with _Bulk.lock:
                _Bulk.running -= 1

    return quiet


class Collector(QObject):
    """Takes the collector over from Python for as long as it lives; make it in the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._spared = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def spare_what_stays(self) -> None:
        """Once, before the first project is opened: what is there then is modules and declarations, which stay and need not be
        walked again. Later it would keep what is left of closed projects for ever."""
        if not self._spared:
            self._spared = True
            gc.freeze()

    def collect(self) -> int:
        """Collect the oldest generation that is due; gives how many objects were unreachable."""
        if _Bulk.running:
            return 0
        due = [
            generation for generation, count in enumerate(gc.get_count()) if count > THRESHOLDS[generation]
        ]
        return gc.collect(due[-1]) if due else 0


def spare_what_stays() -> None:
    """Have the application's collector pass over what is there now (`Collector.spare_what_stays`)."""
    app = QCoreApplication.instance()
    collector = app.findChild(Collector) if app is not None else None
    if isinstance(collector, Collector):
        collector.spare_what_stays()
