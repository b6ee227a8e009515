"""Work in a process of its own: a window stays quick whatever is computed, and a crash there costs only that work.

A task is a function `task(arguments, line)` of this package. Arguments, messages and the result are JSON and should be
small: reading a large text of JSON holds up every thread of the window.
"""

import contextlib
import importlib
import json
import os
import queue
import signal
import struct
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import IO, Any

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.infra.safeparse import child_command

_FRAME = struct.Struct("<Q")
_TELL_EVERY = 0.05
_GRACE = 10.0
"""Seconds that a task has to end after it was asked to stop; then its process is ended."""
_NICE = 5
"""Where processor cores are few, the window that somebody types in goes first."""
DIED = "apart.died"

Task = Callable[[dict[str, Any], "Line"], Any]


class Pause:
    """A switch that the owner of a job turns: work apart waits at its next step while it is on."""

    def __init__(self) -> None:
        self._on = threading.Event()

    @property
    def on(self) -> bool:
        return self._on.is_set()

    def turn(self, on: bool) -> None:
        """On: wait. Off: go on."""
        if on:
            self._on.set()
        else:
            self._on.clear()


class Helper:
    """A started process with a task. `messages` are what the task sends; closing ends it at once."""

    def __init__(self, task: str, arguments: dict[str, Any]) -> None:
        command, environment = child_command(f"{__name__}:{serve.__name__}")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
            | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._writing = threading.Lock()
        self.send({"task": task, "arguments": arguments})

    def send(self, message: dict[str, Any]) -> None:
        """Give the task a message; nothing happens when it has ended (`messages` tells that)."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - for the type checker
        with self._writing, contextlib.suppress(OSError, ValueError):
            _write(stdin, message)

    def messages(self) -> Iterator[dict[str, Any]]:
        """What comes back, up to the end. Raises what the task raised (`UserError`, `Cancelled`)."""
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - for the type checker
        while True:
            try:
                message = _read(stdout)
            except (OSError, ValueError):
                message = None
            if message is None:
                raise UserError(
                    DIED,
                    "后台处理程序意外退出，这次没有得到结果。",
                    "可能是内存不足；请关闭其他程序后重试。",
                )
            kind = message["kind"]
            if kind == "fault":
                raise UserError(*message["body"])
            if kind == "cancelled":
                raise Cancelled
            if kind == "bug":
                raise RuntimeError(f"work apart failed:\n{message['body']}")
            yield message
            if kind == "result":
                return

    def kill(self) -> None:
        """Have the process ended, without waiting for that. From any thread, also twice."""
        self._process.kill()

    def close(self) -> None:
        """End the process, whatever it does, and wait for that."""
        self._process.kill()
        self._process.wait()

    def release(self) -> None:
        """Close the pipes; call in the thread that reads `messages`, after `close`."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def run_apart(
    task: str,
    arguments: dict[str, Any],
    cancel: Cancel | None = None,
    report: Report = silent,
    pause: Pause | None = None,
) -> Any:
    """Run `task` ("module:function") to its end in another process and give its result.

    `cancel` asks it to stop and then ends it. Raises what the task raises, `Cancelled`, and `UserError` (`apart.died`).
    """
    cancel = cancel or Cancel()
    cancel.check()
    helper = Helper(task, arguments)
    inbox: queue.Queue[dict[str, Any] | BaseException] = queue.Queue()

    def listen() -> None:
        try:
            for message in helper.messages():
                inbox.put(message)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            inbox.put(error)

    listener = threading.Thread(target=listen, name="filingdesk-apart", daemon=True)
    listener.start()
    asked = 0.0
    paused = False
    try:
        while True:
            if cancel.is_set() and not asked:
                asked = time.monotonic()
                helper.send({"do": "cancel"})
            if asked and time.monotonic() - asked > _GRACE:
                raise Cancelled
            if pause is not None and pause.on is not paused:
                paused = pause.on
                helper.send({"do": "pause" if paused else "resume"})
            try:
                message = inbox.get(timeout=0.05)
            except queue.Empty:
                continue
            if isinstance(message, BaseException):
                if asked and isinstance(message, UserError) and message.code == DIED:
                    raise Cancelled
                raise message
            if message["kind"] == "progress":
                report(Progress(*message["body"]))
            elif message["kind"] == "result":
                return message["body"]
    finally:
        helper.close()
        listener.join()
        helper.release()


class Line:
    """The task's end of the pipes: how it tells and is told."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._writing = threading.Lock()
        self.cancel = Cancel()
        self._going = threading.Event()
        self._going.set()
        self._asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self._last = 0.0

    def report(self, progress: Progress) -> None:
        """Tell how far the work is; waits here while it is paused."""
        self._going.wait()
        now = time.monotonic()
        if now - self._last >= _TELL_EVERY:
            self._last = now
            self.send("progress", [progress.done, progress.total, progress.text])

    def send(self, kind: str, body: Any) -> None:
        """Tell something."""
        with self._writing:
            _write(self._answers, {"kind": kind, "body": body})

    def questions(self) -> Iterator[dict[str, Any]]:
        """Messages of the window as they come, of those that wait only the newest: it has moved on from the others."""
        while True:
            asked = self._asked.get()
            with contextlib.suppress(queue.Empty):
                while True:
                    asked = self._asked.get_nowait()
            yield asked

    def listen(self, stream: IO[bytes]) -> None:
        """Take in what the window says; when it falls silent there is nobody left to work for."""
        while True:
            try:
                message = _read(stream)
            except (OSError, ValueError):
                message = None
            if message is None:
                os._exit(0)
            act = message.get("do")
            if act == "pause":
                self._going.clear()
            elif act == "resume":
                self._going.set()
            elif act == "cancel":
                self.cancel.set()
                self._going.set()
            else:
                self._asked.put(message)


def serve() -> None:
    """The other process: one task, then the end."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    # Ctrl-C reaches the whole group of processes; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # By number: a windowed program has no sys.stdin and no sys.stdout, but it has the pipes.
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not break the frames
    begin = _read(questions)
    if begin is None:
        return
    line = Line(answers)
    threading.Thread(target=line.listen, args=(questions,), daemon=True).start()
    try:
        line.send("result", _task(begin["task"])(begin["arguments"], line))
    except BrokenPipeError:
        pass
    except UserError as error:
        line.send("fault", [error.code, error.message, error.hint])
    except Cancelled:
        line.send("cancelled", None)
    except MemoryError:
        os._exit(1)  # as if it had been killed: there is no memory to say more
    except BaseException:  # noqa: BLE001 - the parent raises it
        line.send("bug", traceback.format_exc(limit=6)[-4000:])
    os._exit(0)  # no thread, no cache and no million words need an orderly end here


def _task(name: str) -> Task:
    module, _, function = name.partition(":")
    if module.split(".")[0] != __name__.split(".")[0]:
        raise ValueError(f"not a task of this program: {name}")
    found: Task = getattr(importlib.import_module(module), function)
    return found


def _write(stream: IO[bytes], message: dict[str, Any]) -> None:
    # ASCII: lone surrogates of a damaged text survive the way.
    body = json.dumps(message).encode("ascii")
    stream.write(_FRAME.pack(len(body)) + body)
    stream.flush()


def _read(stream: IO[bytes]) -> dict[str, Any] | None:
    head = stream.read(_FRAME.size)
    if len(head) != _FRAME.size:
        return None
    (length,) = _FRAME.unpack(head)
    body = stream.read(length)
    if len(body) != length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message
