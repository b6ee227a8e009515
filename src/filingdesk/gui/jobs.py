"""Runs long work beside the window: a thread pool, and one object that owns the signals."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from filingdesk.domain.errors import Cancelled
from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui.jobtray_board import Board, Naming, State

T = TypeVar("T")
MIN_SECONDS_BETWEEN_PROGRESS = 0.05
PAINT_MS = 40
PATIENCE = 1.0
"""Seconds that a running job lets the window go first, at most."""
WORKERS = 4
"""Some of them only wait for work that is done apart; the rows of a table must not wait behind those."""


class End(StrEnum):
    """How a job ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STATES = {End.DONE: State.DONE, End.FAILED: State.FAILED, End.CANCELLED: State.STOPPED}


@dataclass(frozen=True)
class Outcome:
    """The one end event of a job: its result, or what it raised."""

    end: End
    result: Any = None
    error: BaseException | None = None


class _Turns(Cancel):
    """The flag of a job, which waits where the job looks at it while the window has something new to paint."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__()
        self._gate = gate

    def check(self) -> None:
        super().check()
        if not self._gate.is_set():
            self._gate.wait(PATIENCE)
            super().check()


@dataclass
class _Running:
    cancel: Cancel
    on_done: Callable[[Any], None] | None
    on_error: Callable[[BaseException], None] | None
    on_cancelled: Callable[[], None] | None
    on_progress: Callable[[Progress], None] | None


@dataclass(frozen=True)
class Ticket:
    """A handle on a started job."""

    id: int
    cancel_flag: Cancel

    def cancel(self) -> None:
        """Ask the job to stop; its end event says `cancelled` unless it was quicker."""
        self.cancel_flag.set()


class JobRunner(QObject):
    """Starts jobs and calls back in the window's thread.

    Progress is told at most 20 times a second, the last one always; each job ends with exactly one of done, failed,
    cancelled; after `drop_all` (the project was closed) nothing of the earlier jobs is told any more. A job with a name is
    long work that people see on the `board`.
    """

    busy_changed = Signal(int)
    unhandled = Signal(object)
    _progress = Signal(int, object)
    _ended = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="filingdesk-job")
        self._running: dict[int, _Running] = {}
        self._ids = itertools.count(1)
        self.board = Board(self)
        self._shut = False
        self._gate = threading.Event()
        self._gate.set()
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.setInterval(PAINT_MS)
        self._painted.timeout.connect(self._gate.set)
        self._progress.connect(self._tell_progress)
        self._ended.connect(self._tell_end)

    def start(
        self,
        job: Callable[[Cancel, Report], T],
        *,
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[BaseException], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        named: Naming | None = None,
    ) -> Ticket:
        """Run `job(cancel, report)`; an error without `on_error` goes out by the signal `unhandled`."""
        number = next(self._ids)
        cancel = _Turns(self._gate)
        if self._shut:  # a timer of a page may fire once more while the window goes
            cancel.set()
            return Ticket(number, cancel)
        self._running[number] = _Running(cancel, on_done, on_error, on_cancelled, on_progress)
        if named is not None:
            self.board.begin(number, named, cancel)
        self.busy_changed.emit(len(self._running))
        self._pool.submit(self._work, number, job, cancel)
        return Ticket(number, cancel)

    @contextmanager
    def after_paint(self) -> Iterator[None]:
        """Jobs that are started inside begin a moment after it, and those that run wait at their next step. They take turns with the
        window at Python's lock, and what the window shows anew is painted first."""
        self._gate.clear()
        self._painted.start()  # already: should a dialog be asked inside, jobs do not wait for its answer
        try:
            yield
        finally:
            self._painted.start()

    def busy(self) -> int:
        """How many jobs have not ended."""
        return len(self._running)

    def drop_all(self) -> None:
        """Cancel everything and forget it: the project of these jobs is closed."""
        for running in self._running.values():
            running.cancel.set()
        self._running.clear()
        self.board.clear()
        self.busy_changed.emit(0)

    def shutdown(self) -> None:
        """Cancel everything and wait for the threads; call before the application ends. Nothing begins after it."""
        self._shut = True
        self.drop_all()
        self._gate.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, number: int, job: Callable[[Cancel, Report], Any], cancel: Cancel) -> None:
        throttle = _Throttle(lambda progress: self._progress.emit(number, progress))
        self._gate.wait()
        try:
            cancel.check()
            outcome = Outcome(End.DONE, job(cancel, throttle.report))
        except Cancelled:
            outcome = Outcome(End.CANCELLED)
        except BaseException as error:  # noqa: BLE001 - carried to the window's thread and told there
            outcome = Outcome(End.FAILED, error=error)
        throttle.flush()
        self._ended.emit(number, outcome)

    @Slot(int, object)
    def _tell_progress(self, number: int, progress: Progress) -> None:
        running = self._running.get(number)
        if running is not None:
            self.board.progress(number, progress)
            if running.on_progress is not None:
                running.on_progress(progress)

    @Slot(int, object)
    def _tell_end(self, number: int, outcome: Outcome) -> None:
        running = self._running.pop(number, None)
        if running is None:
            return
        self.busy_changed.emit(len(self._running))
        self.board.end(number, _STATES[outcome.end], outcome.result, outcome.error)
        if outcome.end is End.DONE:
            if running.on_done is not None:
                running.on_done(outcome.result)
        elif outcome.end is End.CANCELLED:
            if running.on_cancelled is not None:
                running.on_cancelled()
        elif running.on_error is not None and outcome.error is not None:
            running.on_error(outcome.error)
        else:
            self.unhandled.emit(outcome.error)


class _Throttle:
    """Lets at most one progress through per interval and keeps the last one for the end."""

    def __init__(self, send: Callable[[Progress], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._last = 0.0
        self._held: Progress | None = None

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        with self._lock:
            if now - self._last < MIN_SECONDS_BETWEEN_PROGRESS:
                self._held = progress
                return
            self._last, self._held = now, None
        self._send(progress)

    def flush(self) -> None:
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            self._send(held)
