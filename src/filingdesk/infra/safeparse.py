"""Opens files of strangers: checks zip archives before unpacking, parses in a child that can be killed."""

import contextlib
import json
import multiprocessing
import os
import re
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

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
    limits = limits or ZipLimits()
    with telling(path, "读取"):
        size = path.stat().st_size
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise UserError(
                "zip.broken",
                f"「{path.name}」已损坏，或不是它的扩展名所说的格式。",
                "请向提供者要一份完好的文件。",
            ) from error
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if any(member.flag_bits & 1 for member in members):
        raise UserError("zip.encrypted", f"「{path.name}」加了密码，无法读取。", "请取消密码后再试。")
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
            f"「{path.name}」{reason}，像是压缩炸弹，没有打开。",
            "请确认来源；内容确实很多时，请拆成几份或另存为 csv。",
        )
    for member in members:
        name = member.filename.replace("\\", "/")
        parts = name.split("/")
        if name.startswith("/") or ":" in parts[0] or ".." in parts or any(_DEVICE.match(p) for p in parts):
            raise UserError(
                "zip.names",
                f"「{path.name}」里有不正常的文件名「{member.filename[:60]}」，没有打开。",
                "请确认来源，或请提供者重新另存一份。",
            )


Send = Callable[[bytes], None]
Worker = Callable[..., None]


def run_limited(
    worker: Worker, *args: Any, path: Path, limits: ParseLimits | None = None, cancel: Cancel | None = None
) -> Iterator[bytes]:
    """Run `worker(send, *args)` in a child process and yield what it sends; kill it when it is too slow.

    `worker` is a module-level function; it hands over bytes only, since nothing that a parser of a hostile
    file returns should be unpickled here. `path` names the file in messages. A `UserError` of the worker is
    raised here again. Raises `UserError` `parse.too_slow`, `parse.too_big` or `parse.crashed`, and
    `Cancelled`. A frozen program must call `multiprocessing.freeze_support()` first thing in `main`.
    """
    limits = limits or ParseLimits()
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sender, limits.memory, worker, args), daemon=True)
    child.start()
    sender.close()
    deadline = time.monotonic() + limits.seconds
    try:
        while True:
            if cancel is not None:
                cancel.check()
            if time.monotonic() > deadline:
                raise UserError(
                    "parse.too_slow",
                    f"读取「{path.name}」超过 {limits.seconds:g} 秒，已停止。",
                    "文件可能过大或有问题；请拆成几份，或另存为 csv 再试。",
                )
            if not receiver.poll(0.05):
                continue
            try:
                message = receiver.recv_bytes()
            except EOFError:
                child.join(5)
                raise _crashed(path, child.exitcode) from None
            kind, body = message[:1], message[1:]
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
        receiver.close()
        if child.is_alive():
            child.join(0.2)
        if child.is_alive():
            child.kill()
        child.join()
        child.close()


def _too_big(path: Path) -> UserError:
    return UserError(
        "parse.too_big",
        f"读取「{path.name}」需要的内存超过了限额，已停止。",
        "文件可能过大或有问题；请拆成几份，或另存为 csv 再试。",
    )


def _crashed(path: Path, exit_code: int | None) -> UserError:
    # A refused allocation ends Rust and C++ parsers by abort.
    if exit_code is not None and -exit_code in (signal.SIGABRT, getattr(signal, "SIGKILL", 9)):
        return _too_big(path)
    return UserError(
        "parse.crashed", f"「{path.name}」无法读取：解析程序意外退出。", "文件可能已损坏；请另存一份再试。"
    )


def _child(sender: Connection, memory: int, worker: Worker, args: tuple[Any, ...]) -> None:
    # What a dying parser prints belongs to nobody's terminal.
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _limit_memory(memory)
    try:
        worker(lambda body: sender.send_bytes(b"D" + body), *args)
        sender.send_bytes(b".")
    except UserError as error:
        sender.send_bytes(b"U" + json.dumps([error.code, error.message, error.hint]).encode())
    except MemoryError:
        sender.send_bytes(b"M")
    except BrokenPipeError:
        return  # the parent has lost interest
    except BaseException:  # noqa: BLE001 - a panic of a Rust parser is no Exception; the parent raises it
        sender.send_bytes(b"X" + traceback.format_exc(limit=4)[-2000:].encode("utf-8", "replace"))


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
