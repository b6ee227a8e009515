"""Scans shards in processes of this machine; a process that dies costs one more try of its shard, no more."""

import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.safeparse import child_command
from filingdesk.scan.shards import KeywordSource, Shard, ShardResult

_FRAME = struct.Struct("<Q")
_TELL_EVERY = 0.25
_TRIES = 2


@dataclass(frozen=True)
class Died:
    """A shard on which the process died each time."""

    shard: Shard


Outcome = tuple[Shard, ShardResult | Died]
Going = Callable[[Shard, int], None]
"""Called with a shard and the bytes of it that have been read."""


def run_here(
    shards: Sequence[Shard], keywords: KeywordSource, folder: Path, cancel: Cancel, going: Going
) -> Iterator[Outcome]:
    """Scan the shards one after the other in this process."""
    from filingdesk.scan.shards_scan import scan_shard

    for shard in shards:
        told = _told(lambda place, shard=shard: going(shard, place))  # type: ignore[misc]
        yield shard, scan_shard(shard, keywords, str(folder), cancel, told)


def _told(tell: Callable[[int], None]) -> Callable[..., None]:
    last = time.monotonic()

    def told(record: object, _records: int, _hit: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _TELL_EVERY:
            last = now
            tell(int(getattr(record, "place", 0)))

    return told


def run_pool(
    shards: Sequence[Shard],
    keywords: KeywordSource,
    folder: Path,
    workers: int,
    cancel: Cancel,
    going: Going,
) -> Iterator[Outcome]:
    """Scan the shards in `workers` processes, results as they come. A shard whose process dies is tried once more."""
    pool = _Pool(shards, keywords, folder, going)
    try:
        yield from pool.run(min(workers, len(shards)), cancel)
    finally:
        pool.close()


class _Pool:
    """One thread per process hands out shards and waits; killing the process wakes its thread."""

    def __init__(self, shards: Sequence[Shard], keywords: KeywordSource, folder: Path, going: Going) -> None:
        self._waiting = deque(shards)
        self._total = len(shards)
        self._keywords, self._folder, self._going = keywords, folder, going
        self._outcomes: queue.Queue[Outcome | BaseException] = queue.Queue()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
        self._threads: list[threading.Thread] = []

    def run(self, workers: int, cancel: Cancel) -> Iterator[Outcome]:
        self._threads = [threading.Thread(target=self._drive, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()
        for _ in range(self._total):
            while True:
                cancel.check()
                try:
                    outcome = self._outcomes.get(timeout=0.1)
                    break
                except queue.Empty:
                    continue
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome

    def close(self) -> None:
        """End all processes, whatever they do."""
        self._stop.set()
        with self._lock:
            for child in self._children:
                child.kill()
        for thread in self._threads:
            thread.join()

    def _drive(self) -> None:
        child: _Child | None = None
        try:
            while not self._stop.is_set():
                try:
                    shard = self._waiting.popleft()
                except IndexError:
                    return
                for _ in range(_TRIES):
                    child = child or self._start()
                    if child is None:
                        return
                    result = child.scan(shard, self._going)
                    if result is not None or self._stop.is_set():
                        break
                    self._end(child)
                    child = None
                if not self._stop.is_set():
                    self._outcomes.put((shard, result if result is not None else Died(shard)))
        except BaseException as error:  # noqa: BLE001 - raised again where the results are taken
            self._outcomes.put(error)
        finally:
            if child is not None:
                self._end(child)

    def _start(self) -> "_Child | None":
        with self._lock:
            if self._stop.is_set():
                return None
            child = _Child(self._keywords, self._folder)
            self._children.add(child)
            return child

    def _end(self, child: "_Child") -> None:
        with self._lock:
            self._children.discard(child)
        child.end()


class _Child:
    """A process that scans shards, and the pipes to it."""

    def __init__(self, keywords: KeywordSource, folder: Path) -> None:
        command, environment = child_command("filingdesk.scan.pool:serve")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a dying process prints belongs to nobody's terminal
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._keywords = keywords
        self._folder = folder
        self._begun = False

    def scan(self, shard: Shard, going: Going) -> ShardResult | None:
        """The result; None when the process died."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101 - for the type checker
        try:
            if not self._begun:
                self._begun = True
                begin = {"folder": str(self._folder), "digest": self._keywords.digest}
                _write(stdin, json.dumps(begin).encode())
                _write(stdin, self._keywords.data)
            _write(stdin, shard.as_json().encode())
            while True:
                frame = _read(stdout)
                if frame is None:
                    return None
                kind, body = frame[:1], frame[1:]
                if kind == b"P":
                    going(shard, int(body))
                elif kind == b"R":
                    return ShardResult.from_json(body)
                elif kind == b"U":
                    raise UserError(*json.loads(body))
                else:
                    raise RuntimeError(f"a scanning process failed:\n{body.decode('utf-8', 'replace')}")
        except (BrokenPipeError, ConnectionError, OSError, ValueError):
            return None

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was buffered for a dead process


def _write(stream: IO[bytes], body: bytes) -> None:
    stream.write(_FRAME.pack(len(body)))
    stream.write(body)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_FRAME.size)
    if len(head) != _FRAME.size:
        return None
    (length,) = _FRAME.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def serve() -> None:
    """The child: one shard after the other until the pipe is closed."""
    # Ctrl-C reaches the whole group of processes; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not break the frames
    try:
        begin = json.loads(_read(questions) or b"{}")
        keywords = KeywordSource(_read(questions) or b"", begin.get("digest", ""))
        while (frame := _read(questions)) is not None:
            _write(answers, _answer(Shard.from_json(frame), keywords, begin["folder"], answers))
    except BrokenPipeError:
        sys.exit(0)  # the parent is gone


def _answer(shard: Shard, keywords: KeywordSource, folder: str, answers: IO[bytes]) -> bytes:
    from filingdesk.scan.shards_scan import scan_shard

    try:
        told = _told(lambda place: _write(answers, b"P%d" % place))
        return b"R" + scan_shard(shard, keywords, folder, None, told).as_json().encode()
    except UserError as error:
        return b"U" + json.dumps([error.code, error.message, error.hint]).encode()
    except BrokenPipeError:
        raise
    except MemoryError:
        os._exit(1)  # as if it had been killed: the parent tries once more, then names the shard
    except Exception:  # noqa: BLE001 - the parent raises it
        return b"X" + traceback.format_exc(limit=6)[-4000:].encode("utf-8", "replace")
