"""Finds the words of the library in what is typed: the words live in a process of their own, so that typing never waits."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.scan.channels import CHANNELS, DEFAULT_CHANNELS
from filingdesk.services.apart import DIED, Helper

TASK = "filingdesk.services.keyword_tasks:try_words"
SUSPICIONS = frozenset(CHANNELS) - frozenset(DEFAULT_CHANNELS)
"""Channels whose hits are for a person to look at."""
TYPING_PAUSE_MS = 60
PAINTED_MS = 150
"""The page is painted by then; a process that starts takes a core for a while."""


@dataclass(frozen=True)
class Hit:
    """A keyword at `start`:`end` (code points of the text, end exclusive) with the text found there."""

    start: int
    end: int
    surface: str
    keyword: str
    category: str
    channel: str


@dataclass(frozen=True)
class Answer:
    """What was found in one text: the first hits, how many there are in all and by channel, the time it took."""

    text: str
    hits: Sequence[Hit] = ()
    count: int = 0
    by_channel: dict[str, int] = field(default_factory=dict)
    milliseconds: float = 0.0


class _Run(QObject):
    """One process and the thread that starts it and listens to it; hands its messages over to the window's thread."""

    came = Signal(object, object)
    broke = Signal(object, object)

    def __init__(self, project: Path) -> None:
        super().__init__()
        self._project = project
        self._helper: Helper | None = None
        self._ended = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Start in a thread: even starting a process takes a moment."""
        if self._ended:
            return
        threading.Thread(target=self._listen, name="filingdesk-finder", daemon=True).start()

    def ask(self, text: str, channels: Sequence[str], number: int) -> None:
        """Send a question; the answer comes by `came`."""
        with self._lock:
            if self._helper is not None:
                self._helper.send({"text": text, "channels": list(channels), "number": number})

    def end(self) -> None:
        """End the process without waiting for it."""
        with self._lock:
            self._ended = True
            helper = self._helper
        if helper is not None:
            helper.kill()

    def _listen(self) -> None:
        helper = Helper(TASK, {"project": str(self._project)})
        with self._lock:
            self._helper = helper
            ended = self._ended
        fault: BaseException = UserError(DIED, "后台检测程序意外退出。", "请重新打开这一页。")
        with suppress(RuntimeError):  # the window is gone
            try:
                for message in () if ended else helper.messages():
                    self.came.emit(self, message)
            except (UserError, Cancelled, RuntimeError) as error:
                fault = error
            finally:
                helper.close()
                helper.release()
            if not self._ended:
                self.broke.emit(self, fault)


class Finder(QObject):
    """Keeps the words of one state of the library ready in another process and asks it, the newest question only.

    `ready` tells how many words there are, `building` that a channel is being made, `answered` an `Answer`.
    """

    ready = Signal(int)
    building = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: _Run | None = None
        self._size = 0
        self._is_ready = False
        self._number = 0
        self._asked: tuple[str, frozenset[str]] | None = None
        self._sent: tuple[str, frozenset[str]] | None = None  # what is being looked at
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    @property
    def is_ready(self) -> bool:
        """Whether texts can be tried."""
        return self._is_ready

    @property
    def size(self) -> int:
        """How many words are ready."""
        return self._size

    def start(self, project: Path) -> None:
        """Take the words of a project as they are now; whatever was ready before is not asked any more."""
        self.stop()
        self._run = run = _Run(project)
        run.came.connect(self._take)
        run.broke.connect(self._take_fault)
        QTimer.singleShot(PAINTED_MS, run, run.begin)

    def stop(self) -> None:
        """End the other process."""
        run, self._run = self._run, None
        self._is_ready, self._size, self._sent = False, 0, None
        if run is not None:
            run.end()

    def ask(self, text: str, channels: Sequence[str]) -> None:
        """Look at a text soon: when nothing else is asked for a moment."""
        self._asked = (text, frozenset(channels))
        self._pause.start()

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._asked = None
        self._pause.stop()

    @Slot()
    def _ask(self) -> None:
        if self._asked is None or self._run is None or not self._is_ready or self._sent is not None:
            return
        self._sent = self._asked
        self._number += 1
        self._run.ask(self._sent[0], sorted(self._sent[1]), self._number)

    @Slot(object, object)
    def _take(self, run: object, message: dict[str, Any]) -> None:
        if run is not self._run:
            return  # of an earlier state of the library
        kind, body = message["kind"], message["body"]
        if kind == "ready":
            self._is_ready, self._size = True, body["size"]
            self.ready.emit(self._size)
            self._ask()
        elif kind == "building":
            self.building.emit()
        elif kind == "hits":
            sent, self._sent = self._sent, None
            if sent is not None and sent == self._asked:
                self._asked = None
                self.answered.emit(_answer(sent[0], body))
            elif not self._pause.isActive():
                self._ask()

    @Slot(object, object)
    def _take_fault(self, run: object, error: BaseException) -> None:
        if run is self._run:
            self.stop()
            self.failed.emit(error)


def _answer(text: str, body: dict[str, Any]) -> Answer:
    return Answer(
        text,
        [Hit(*hit) for hit in body["hits"]],
        body["count"],
        body["channels"],
        body["milliseconds"],
    )
