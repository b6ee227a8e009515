"""Whether the file that is open is still the one at its path: on most systems writing to a file that was moved, deleted or
replaced goes well and is lost."""

from pathlib import Path

Identity = tuple[int, int]
"""Volume and number of a file on it."""


def identity(path: Path) -> Identity | None:
    """Which file stands there; None where there is none, or the volume is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_there(path: Path, known: Identity | None) -> bool:
    """Whether that file still stands there. A volume without numbers (0) can only be asked whether anything does."""
    now = identity(path)
    return now is not None and (known is None or now == known or 0 in (now[1], known[1]))
