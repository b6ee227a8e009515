"""Keeps compiled keyword libraries, so that a hundred thousand words are ready in a blink the second time.

A file is read only after its keyed digest has been checked: the key is random, this user's own, and never leaves the
folder, so nothing is ever loaded that this program did not write. Whatever is amiss, the library is compiled anew.
"""

import hashlib
import hmac
import json
import os
import secrets
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import filingdesk
from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write
from filingdesk.infra.paths import cache_dir

if TYPE_CHECKING:
    from filingdesk.scan.entries import Keyword

Arrays = dict[str, npt.NDArray[np.generic]]

_MAGIC = b"filingdesk-words-1\n"
_DIGEST = 32
_KEY = "words.key"
_KEPT = {"words": 8, "table": 2}  # the one unused longest goes first
_ALIGN = 64


def fingerprint(keywords: "Sequence[Keyword]", *settings: str) -> str:
    """Names a library by its content, the settings it is compiled with, and this program's own code."""
    digest = hashlib.blake2b(digest_size=20)
    for texts in ([k.word for k in keywords], [k.category for k in keywords]):
        sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        digest.update(sizes.tobytes())
        digest.update("".join(texts).encode("utf-8", "surrogatepass"))
    digest.update("\0".join([*settings, _code_version()]).encode())
    return digest.hexdigest()


def named(*settings: str) -> str:
    """A name for what follows from these settings and this program's own code."""
    return hashlib.blake2b("\0".join([*settings, _code_version()]).encode(), digest_size=20).hexdigest()


@cache
def _code_version() -> str:
    """Changes with every change of the code that compiles (in a built program: with its version)."""
    digest = hashlib.blake2b(digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    parts = (filingdesk.__version__, unicodedata.unidata_version, sys.byteorder, np.__version__)
    return "/".join((digest.hexdigest(), *parts))


def load(name: str, kind: str = "words") -> Arrays | None:
    """The arrays kept under a name; None when there are none or they are not to be trusted."""
    try:
        path = _path(name, kind)
        data = path.read_bytes()
        if not data.startswith(_MAGIC):
            return None
        body = memoryview(data)[len(_MAGIC) + _DIGEST :]
        if not hmac.compare_digest(data[len(_MAGIC) : len(_MAGIC) + _DIGEST], _sign(name, body)):
            return None
        path.touch()
        return _unpack(body)
    except (OSError, UserError):
        return None


def save(name: str, arrays: Mapping[str, npt.NDArray[np.generic]], kind: str = "words") -> None:
    """Keep arrays under a name; a full or read-only disk only costs the time of compiling again."""
    try:
        body = _pack(arrays)
        path = _path(name, kind)
        atomic_write(path, b"".join((_MAGIC, _sign(name, memoryview(body)), body)))
        _clear(path.parent, kind)
    except (OSError, UserError):
        return


def _path(name: str, kind: str) -> Path:
    folder = cache_dir() / "words"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.{kind}"


def _clear(folder: Path, kind: str) -> None:
    kept = sorted(folder.glob(f"*.{kind}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT[kind] :]:
        path.unlink(missing_ok=True)


def _sign(name: str, body: memoryview) -> bytes:
    # SHA-256 has instructions of its own in today's processors.
    inner = hmac.digest(_key(), name.encode(), "sha256")
    return hmac.digest(inner, body, "sha256")


def signed(name: str, body: bytes) -> bytes:
    """The keyed digest of something this program keeps under a name. Raises OSError and `UserError` where no key can be kept."""
    return _sign(name, memoryview(body))


def is_signed(name: str, body: bytes, digest: bytes) -> bool:
    """Whether `digest` (hex) is what `signed` gave for this; False wherever it cannot be told."""
    try:
        return hmac.compare_digest(signed(name, body).hex().encode(), digest)
    except (OSError, UserError):
        return False


def _key() -> bytes:
    """This user's key, made on first use; one that others could have read or made is replaced."""
    path = cache_dir() / _KEY
    try:
        state = path.lstat()
        mine = os.name == "nt" or (state.st_uid == os.getuid() and state.st_mode & 0o177777 == 0o100600)
        key = path.read_bytes() if mine else b""
        if len(key) == _DIGEST:
            return key
        path.unlink()
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(_DIGEST)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:  # another process was faster
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key)
    return key


def _pack(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    places: list[tuple[str, str, list[int], int]] = []
    parts: list[bytes] = []
    at = 0
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        places.append((name, array.dtype.str, list(array.shape), at))
        gap = -len(raw) % _ALIGN
        parts += [raw, b"\0" * gap]
        at += len(raw) + gap
    head = json.dumps(places).encode()
    # The arrays begin at a multiple of 64 bytes of the file, so that they need not be copied to be read.
    head += b" " * (-(len(_MAGIC) + _DIGEST + 8 + len(head)) % _ALIGN)
    return b"".join((len(head).to_bytes(8, "little"), head, *parts))


def _unpack(body: memoryview) -> Arrays:
    size = int.from_bytes(body[:8], "little")
    places = json.loads(bytes(body[8 : 8 + size]))
    base = 8 + size
    arrays: Arrays = {}
    for name, kind, shape, at in places:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(body, dtype=kind, count=count, offset=base + at).reshape(shape)
    return arrays
