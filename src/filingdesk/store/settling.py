"""Brings saved transactions onto the disk beside whoever works: waiting for a busy disk takes up to seconds."""

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

from filingdesk.store import connect

_LONG_LOG = 4 << 20
"""Bytes of log from which on it is folded into the file, so that reading stays quick."""


class Settler:
    """A thread that has the system write a project's log to the disk after each transaction.

    The log holds every transaction the moment it is saved, so a program that dies loses nothing; until it is settled a power
    cut may take the last ones, whole, and never damages the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._asked = threading.Event()
        self._wanted = self._done = 0
        self._closing = False
        self._thread: threading.Thread | None = None
        self.failed = False
        """The disk refused: from now on each transaction has to wait for it and to tell."""

    def settle(self) -> None:
        """There is something new in the log."""
        self._wanted += 1
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="filingdesk-settle", daemon=True)
            self._thread.start()
        self._asked.set()

    @property
    def settled(self) -> bool:
        """Whether all of it is on the disk."""
        return self._done == self._wanted

    def close(self) -> None:
        """Settle what it was asked for and end the thread."""
        self._closing = True
        self._asked.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            self._once()
            if self._closing:
                return

    def _once(self) -> None:
        wanted = self._wanted
        if self._done == wanted:
            return
        try:
            size = self._sync()
            self._done = wanted
            if size > _LONG_LOG and not self._closing:
                self._fold()
        except FileNotFoundError:
            pass  # the project was moved or its volume is gone: the next transaction tells
        except (OSError, sqlite3.Error):
            self.failed = True

    def _sync(self) -> int:
        handle = os.open(self._log, os.O_RDWR)
        try:
            os.fsync(handle)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def _fold(self) -> None:
        # Passive: it waits for nobody, nobody waits for it; what others still read stays for the next time.
        with contextlib.closing(connect.raw(self._path, "rw")) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
