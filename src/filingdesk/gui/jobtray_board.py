"""The list of long work: what runs, how far it is, how it ended, what it made, how it can be done again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress
from filingdesk.services.pace import Pace, taken

KEPT = 30
"""So many pieces of work that ended stay on the list."""
TICK_MS = 1000


class State(StrEnum):
    """Where a piece of work is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


STATE_WORDS = {
    State.RUNNING: "进行中",
    State.DONE: "完成",
    State.FAILED: "没有完成",
    State.STOPPED: "已停止",
}


@dataclass(frozen=True)
class Result:
    """What was made, in one short sentence, and the folder or file that a door leads to."""

    words: str = ""
    made: Path | None = None


@dataclass(frozen=True)
class Naming:
    """What makes a job a piece of long work that people see.

    `page`: the key of the page where it began. `again` begins it anew with the facts as they then stand. `result` tells what
    was made. `stopping` lets the place where it began say that it is being stopped.
    """

    title: str
    page: str = ""
    again: Callable[[], object] | None = None
    result: Callable[[Any], Result] | None = None
    stopping: Callable[[], object] | None = None


@dataclass(eq=False)
class Work:
    """One piece of long work."""

    id: int
    naming: Naming
    cancel: Cancel
    begun: float
    state: State = State.RUNNING
    progress: Progress | None = None
    pace: Pace = field(default_factory=Pace)
    took: float = 0.0
    ended_at: datetime | None = None
    result: Result = field(default_factory=Result)
    fault: str = ""
    hint: str = ""
    seen: bool = False

    @property
    def title(self) -> str:
        """What it does, without saying that it is being done."""
        return self.naming.title.removeprefix("正在")

    @property
    def stopping(self) -> bool:
        """It was asked to stop and has not stopped yet."""
        return self.state is State.RUNNING and self.cancel.is_set()

    @property
    def can_be_done_again(self) -> bool:
        return self.state in (State.FAILED, State.STOPPED) and self.naming.again is not None

    def share(self) -> float | None:
        """How much of what is counted is done, 0 to 1; None while the whole is not known."""
        progress = self.progress
        if progress is None or progress.total <= 0:
            return None
        return min(max(progress.done / progress.total, 0.0), 1.0)

    def doing(self) -> str:
        """What it is at, while it runs; blank where that says no more than the title."""
        text = "正在停止…" if self.stopping else self.progress.text if self.progress else ""
        return "" if text == self.naming.title else text

    def ahead(self, now: float) -> str:
        """How much is done and how long it will still take, as far as that is known."""
        share = self.share()
        if self.stopping or share is None:
            return ""
        return " · ".join(part for part in (f"{int(share * 100)}%", self.pace.words(now)) if part)

    def line(self, now: float) -> str:
        """The words under the title."""
        if self.state is State.RUNNING:
            return " · ".join(part for part in (self.doing(), self.ahead(now)) if part)
        if self.state is State.FAILED:
            return f"{self.fault}{self.hint}"
        words = self.result.words if self.state is State.DONE else "没有做完"
        at = f"{self.ended_at:%H:%M}" if self.ended_at else ""
        return " · ".join(part for part in (words, f"{at} 结束，{taken(self.took)}") if part)


class Board(QObject):
    """All long work of the open project, the latest first."""

    changed = Signal()
    """A piece of work began, ended or left the list."""
    moved = Signal()
    """Something runs and is further now, or a second has passed."""
    ended = Signal(object)
    """The `Work` that ended."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.clock = clock
        self._works: dict[int, Work] = {}
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.moved)

    def works(self) -> list[Work]:
        """The latest first."""
        return list(reversed(self._works.values()))

    def running(self) -> list[Work]:
        """What has not ended, the latest first."""
        return [work for work in self.works() if work.state is State.RUNNING]

    def unseen(self) -> list[Work]:
        """What ended since somebody last looked at the list."""
        return [work for work in self.works() if work.state is not State.RUNNING and not work.seen]

    def mark_seen(self) -> None:
        """Somebody looks at the list."""
        if self.unseen():
            for work in self._works.values():
                work.seen = work.state is not State.RUNNING
            self.changed.emit()

    # The runner tells

    def begin(self, number: int, naming: Naming, cancel: Cancel) -> None:
        """A job with a name was started."""
        self._works[number] = Work(number, naming, cancel, self.clock())
        self._tick.start()
        self.changed.emit()

    def progress(self, number: int, progress: Progress) -> None:
        """It is further."""
        work = self._works.get(number)
        if work is not None:
            work.progress = progress
            work.pace.note(progress, self.clock())
            self.moved.emit()

    def end(self, number: int, state: State, result: Any = None, error: BaseException | None = None) -> None:
        """It ended."""
        work = self._works.get(number)
        if work is None:
            return
        work.state = state
        work.took = self.clock() - work.begun
        work.ended_at = datetime.now().astimezone()
        if state is State.DONE and work.naming.result is not None:
            work.result = work.naming.result(result)
        elif state is State.FAILED:
            work.fault, work.hint = _told(error)
        for old in [w.id for w in self.works() if w.state is not State.RUNNING][KEPT:]:
            del self._works[old]
        if not self.running():
            self._tick.stop()
        self.changed.emit()
        self.ended.emit(work)

    def clear(self) -> None:
        """The project is closed: its work is nobody's business any more."""
        self._works.clear()
        self._tick.stop()
        self.changed.emit()

    # The user wishes

    def stop(self, work: Work) -> None:
        """Ask it to stop."""
        if work.state is State.RUNNING:
            work.cancel.set()
            if work.naming.stopping is not None:
                work.naming.stopping()
            self.moved.emit()

    def again(self, work: Work) -> bool:
        """Do it anew; the old entry gives way when it really began. False when something hindered it (told there)."""
        if not work.can_be_done_again or work.naming.again is None:
            return False
        before = set(self._works)
        work.naming.again()
        if not set(self._works) - before:
            return False
        self._works.pop(work.id, None)
        self.changed.emit()
        return True

    def forget_ended(self) -> None:
        """Clear the list of what ended."""
        self._works = {number: work for number, work in self._works.items() if work.state is State.RUNNING}
        self.changed.emit()


def _told(error: BaseException | None) -> tuple[str, str]:
    if isinstance(error, UserError):
        return error.message, error.hint
    return "程序出错，这项工作没有得到结果。", "错误报告已写好；可以再试一次。"
