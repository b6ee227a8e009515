"""Long work, free of Qt: a job takes a `Cancel` and a `Report` and returns its result."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from filingdesk.domain.errors import Cancelled


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` units (total 0 = unknown) and one short Chinese line."""

    done: int
    total: int
    text: str = ""


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """A report that nobody reads."""


class Cancel:
    """A flag that the owner of a job sets and the job looks at between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` when the flag is set."""
        if self._event.is_set():
            raise Cancelled


_FREED_AT_ONCE = 5_000


def let_go(rows: list[Any]) -> None:
    """Empty a long list little by little. Freeing a million objects at once holds up every other thread for a third of a second."""
    while rows:
        del rows[-_FREED_AT_ONCE:]
