"""When this person last had a project open on this machine, so that the window can tell what changed since."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write
from filingdesk.infra.paths import state_dir

FILE_NAME = "openings.json"
MAX_PROJECTS = 200


def note(project: Path, now: datetime) -> datetime | None:
    """Note that a project is opened now; gives when it was opened before, None the first time on this machine.

    A folder that cannot be written or a damaged file must not hinder the work: then nothing is known.
    """
    path = str(project.absolute())
    known = _read()
    before = known.pop(path, None)
    kept = dict(list(known.items())[-(MAX_PROJECTS - 1) :])
    text = json.dumps({**kept, path: now.astimezone(UTC).isoformat(timespec="seconds")}, ensure_ascii=False)
    with suppress(OSError, UserError):
        atomic_write(state_dir() / FILE_NAME, text.encode("utf-8", "surrogateescape"))
    return _moment(before, now)


def _read() -> dict[str, str]:
    try:
        found = json.loads((state_dir() / FILE_NAME).read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError, UserError, RecursionError):
        return {}
    if not isinstance(found, Mapping):
        return {}
    return {str(path): at for path, at in found.items() if isinstance(at, str)}


def _moment(text: str | None, now: datetime) -> datetime | None:
    """The moment that was noted; None for none, for nonsense, and for a time that has not come (the clock was set back)."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and found <= now else None
