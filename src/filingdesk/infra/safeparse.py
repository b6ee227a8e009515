"""Opens files of strangers: checks zip archives before unpacking, parses in a child that can be killed."""

import contextlib
import importlib
import io
import json
import os
import queue
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel
from filingdesk.infra.files import telling

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class ZipLimits:
    """What an honest archive stays under: bytes when unpacked, unpacked ÷ packed, number of members."""

    total: int = 200 * MEGABYTE
    ratio: int = 100
    members: int = 2000


@dataclass(frozen=True)
class ParseLimits:
    """What a parser may use: wall-clock seconds, and bytes over its own code (not enforced on Windows)."""

    seconds: float = 20.0
    memory: int = 1024 * MEGABYTE


_DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def check_zip(path: Path, limits: ZipLimits | None = None) -> None:
    """Read the directory of a zip (xlsx, docx) and refuse bombs and hostile names; unpacks nothing.

    Raises `UserError`: `zip.broken`, `zip.encrypted`, `zip.bomb`, `zip.names`.
    """
    with telling(path, "读取"), path.open("rb") as stream:
        check_archive(stream, path.name, limits)


def check_archive(stream: IO[bytes], name: str, limits: ZipLimits | None = None) -> None:
    """`check_zip` for a file that is open already or lies in memory; `name` is what it is called in messages."""
    limits = limits or ZipLimits()
    size = stream.seek(0, io.SEEK_END)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UserError(
            "zip.broken",
            f"「{name}」已损坏，或不是它的扩展名所说的格式。",
            "请向提供者要一份完好的文件。",
        ) from error
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if any(member.flag_bits & 1 for member in members):
        raise UserError("zip.encrypted", f"「{name}」加了密码，无法读取。", "请取消密码后再试。")
    reason = ""
    if len(members) > limits.members:
        reason = f"内含 {len(members)} 个文件，超过 {limits.members} 个"
    elif total > limits.total:
        reason = f"解压后有 {total // MEGABYTE} MB，超过 {limits.total // MEGABYTE} MB"
    elif total > limits.ratio * max(size, 1):
        reason = f"解压后是原来的 {total // max(size, 1)} 倍，超过 {limits.ratio} 倍"
    elif packed > size:
        reason = "内部文件互相重叠"  # one deflated block counted many times: a known kind of bomb
    if reason:
        raise UserError(
            "zip.bomb",
            f"「{name}」{reason}，像是压缩炸弹，没有打开。",
            "请确认来源；内容确实很多时，请拆成几份或另存为 csv。",
        )
    for member in members:
        inner = member.filename.replace("\\", "/")
        parts = inner.split("/")
        if inner.startswith("/") or ":" in parts[0] or ".." in parts or any(_DEVICE.match(p) for p in parts):
            raise UserError(
                "zip.names",
                f"「{name}」里有不正常的文件名「{member.filename[:60]}」，没有打开。",
                "请确认来源，或请提供者重新另存一份。",
            )


Send = Callable[[bytes], None]
Worker = Callable[..., None]

CHILD_FLAG = "--filingdesk-child"
_FRAME = struct.Struct("<IB")


def run_limited(
    worker: Worker, *args: str, path: Path, limits: ParseLimits | None = None, cancel: Cancel | None = None
) -> Iterator[bytes]:
    """Run `worker(send, *args)` in a child process and yield what it sends; kill it when it is too slow.

    `worker` is a function of an importable module. It hands over bytes only: nothing that a parser of a
    hostile file returns should be unpickled here. `path` names the file in messages. A `UserError` of the
    worker is raised here again. Raises `UserError` `parse.too_slow`, `parse.too_big` or `parse.crashed`,
    and `Cancelled`. A frozen program must call `run_if_child()` first thing in `main`.
    """
    limits = limits or ParseLimits()
    request = {"module": worker.__module__, "name": worker.__name__, "args": args, "memory": limits.memory}
    child = _start()
    frames: queue.Queue[tuple[int, bytes] | None] = queue.Queue(maxsize=16)
    stop = threading.Event()
    reader = threading.Thread(target=_read_frames, args=(child.stdout, frames, stop), daemon=True)
    reader.start()
    deadline = time.monotonic() + limits.seconds
    try:
        with contextlib.suppress(OSError):  # a child that died at once is told below
            assert child.stdin is not None  # noqa: S101 - for the type checker
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        while True:
            if cancel is not None:
                cancel.check()
            if time.monotonic() > deadline:
                raise UserError(
                    "parse.too_slow",
                    f"读取「{path.name}」超过 {limits.seconds:g} 秒，已停止。",
                    "文件可能过大或有问题；请拆成几份，或另存为 csv 再试。",
                )
            try:
                frame = frames.get(timeout=0.05)
            except queue.Empty:
                continue
            if frame is None:
                raise _crashed(path, child.wait())
            kind, body = bytes([frame[0]]), frame[1]
            if kind == b"D":
                yield body
            elif kind == b"U":
                raise UserError(*json.loads(body))
            elif kind == b"M":
                raise _too_big(path)
            elif kind == b"X":
                raise RuntimeError(f"the parser failed:\n{body.decode('utf-8', 'replace')}")
            else:
                return
    finally:
        stop.set()
        child.kill()
        child.wait()
        reader.join()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def child_command(target: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment that start this program as a helper process: `target` is MODULE:FUNCTION of ours.

    Not multiprocessing: its children run the caller's main script again, Qt and all, and fail without one.
    """
    environment = dict(os.environ)
    # Helpers count and compare, no linear algebra: threads for that would only slow their start.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG, target], environment
    environment["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    module, _, function = target.partition(":")
    return [sys.executable, "-P", "-c", f"from {module} import {function}; {function}()"], environment


def _start() -> "subprocess.Popen[bytes]":
    command, environment = child_command(f"{__name__}:{serve_child.__name__}")
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a dying parser prints belongs to nobody's terminal
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _read_frames(
    stream: IO[bytes], frames: "queue.Queue[tuple[int, bytes] | None]", stop: threading.Event
) -> None:
    """Fill the queue until the child falls silent; None is the end."""
    frame: tuple[int, bytes] | None = (0, b"")
    while frame is not None and not stop.is_set():
        head = stream.read(_FRAME.size)
        frame = None
        if len(head) == _FRAME.size:
            length, kind = _FRAME.unpack(head)
            body = stream.read(length)
            frame = (kind, body) if len(body) == length else None
        while not stop.is_set():
            try:
                frames.put(frame, timeout=0.05)
                break
            except queue.Full:
                continue


def _too_big(path: Path) -> UserError:
    return UserError(
        "parse.too_big",
        f"读取「{path.name}」需要的内存超过了限额，已停止。",
        "文件可能过大或有问题；请拆成几份，或另存为 csv 再试。",
    )


def _crashed(path: Path, exit_code: int) -> UserError:
    # A refused allocation ends Rust and C++ parsers by abort.
    if -exit_code in (signal.SIGABRT, getattr(signal, "SIGKILL", 9)):
        return _too_big(path)
    return UserError(
        "parse.crashed", f"「{path.name}」无法读取：解析程序意外退出。", "文件可能已损坏；请另存一份再试。"
    )


def run_if_child() -> None:
    """In a frozen program: become the helper process that `child_command` asked for, if any, and never return."""
    if sys.argv[1:2] == [CHILD_FLAG] and len(sys.argv) == 3:
        module, _, function = sys.argv[2].partition(":")
        if module.split(".")[0] == __name__.split(".")[0]:
            getattr(importlib.import_module(module), function)()
        sys.exit(0)


def serve_child() -> None:
    """The child: read one request from standard input, answer in frames on standard output."""
    # By number: a windowed program has no sys.stdin and no sys.stdout, but it has the pipes.
    with os.fdopen(os.dup(0), "rb") as questions:
        request = json.loads(questions.read())
    # A library that prints must not break the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def answer(kind: bytes, body: bytes = b"") -> None:
        answers.write(_FRAME.pack(len(body), kind[0]) + body)
        answers.flush()

    worker = getattr(importlib.import_module(request["module"]), request["name"])
    _limit_memory(request["memory"])
    try:
        worker(lambda body: answer(b"D", body), *request["args"])
        answer(b".")
    except UserError as error:
        answer(b"U", json.dumps([error.code, error.message, error.hint]).encode())
    except MemoryError:
        answer(b"M")
    except BaseException:  # noqa: BLE001 - a panic of a Rust parser is no Exception; the parent raises it
        answer(b"X", traceback.format_exc(limit=4)[-2000:].encode("utf-8", "replace"))


def _limit_memory(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    used = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with contextlib.suppress(OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = used + memory if hard == resource.RLIM_INFINITY else min(used + memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
