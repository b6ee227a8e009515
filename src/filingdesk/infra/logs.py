"""Logging without anybody's data: what happened and where in the code, never what a field holds."""

import logging
import logging.handlers
import platform
import secrets
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write
from filingdesk.infra.paths import state_dir

LOGGER_NAME = "filingdesk"
FILE_NAME = "filingdesk.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 3
KEPT_REPORTS = 20

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _PlaceOnlyFormatter(logging.Formatter):
    """Writes of an exception its type and its places in the code: a message may quote what the user typed."""

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return describe(error) if isinstance(error, BaseException) else "no exception"

    def formatStack(self, stack_info: str) -> str:
        return stack_info


def setup_logging(*, verbose: int = 0) -> None:
    """Logs into a rotating file of the state folder; `verbose` 1 also tells stderr INFO, 2 DEBUG.

    Call once at the start of a program; a second call replaces the first. Where the folder cannot be written
    (read-only machine), only stderr is left: a log must not hinder the work.
    """
    logger = logging.getLogger(LOGGER_NAME)
    close_logging()
    logger.setLevel(logging.DEBUG if verbose >= 2 else logging.INFO)
    logger.propagate = False
    formatter = _PlaceOnlyFormatter(_FORMAT)
    if verbose:
        console = logging.StreamHandler(sys.stderr)
        console.setFormatter(formatter)
        logger.addHandler(console)
    try:
        file = logging.handlers.RotatingFileHandler(
            state_dir() / FILE_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
        )
    except (OSError, UserError):
        logger.addHandler(logging.NullHandler())
        return
    file.setFormatter(formatter)
    logger.addHandler(file)


def close_logging() -> None:
    """Closes the handlers that `setup_logging` opened."""
    logger = logging.getLogger(LOGGER_NAME)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def describe(error: BaseException) -> str:
    """Type, files, lines and functions of an exception and of its causes; no values, no messages."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        lines.extend(
            f"  {short_path(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        )
        following = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if following is not None:
            lines.append("caused by")
        current = following
    return "\n".join(lines)


def short_path(filename: str) -> str:
    """The path below the package or the library folder: the rest of it often holds the user's name."""
    parts = Path(filename).parts
    for anchor in ("site-packages", "src"):
        if anchor in parts:
            return "/".join(parts[parts.index(anchor) + 1 :])
    return "/".join(parts[-2:])


def write_crash_report(error: BaseException) -> Path:
    """Writes types and places of an unexpected exception into the state folder and gives the file's path.

    It holds neither messages nor local values, so that it can be sent as it is. Raises `UserError` when the
    state folder cannot be written. The oldest reports beyond `KEPT_REPORTS` are removed.
    """
    return _write_report(f"time {_now().isoformat(timespec='seconds')}", describe(error))


def write_end_report(lines: Sequence[str]) -> Path:
    """Writes what is known of a run that did not end in order; the lines hold no values of fields, which is the caller's duty.

    The same file and the same limits as `write_crash_report`.
    """
    return _write_report(*lines)


def _now() -> datetime:
    return datetime.now().astimezone()


def _write_report(*lines: str) -> Path:
    from filingdesk import __version__

    folder = state_dir() / "crash"
    folder.mkdir(exist_ok=True)
    path = folder / f"crash-{_now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.txt"
    head = (
        f"filingdesk {__version__}",
        f"python {platform.python_version()}",
        f"system {platform.system()} {platform.release()} {platform.machine()}",
    )
    text = "\n".join((*head, "", *lines, ""))
    atomic_write(path, text.encode("utf-8", "backslashreplace"))
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT_REPORTS]:
        old.unlink(missing_ok=True)
    return path
