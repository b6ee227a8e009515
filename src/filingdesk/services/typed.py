"""What somebody is in the middle of typing: kept beside the edits, so that a killed program costs less than a second of it.

For long texts that become an edit only when they are done (a template, the architecture as source, a reason in a dialog). Only
what differs from the text that is stored is kept, as a note that undo passes over, and it goes when the edit is made.
"""

import hashlib

from filingdesk.services.changes import TYPED
from filingdesk.services.session import Session

_LABEL = "正在填写"


def hold(session: Session, name: str, base: str, text: str) -> None:
    """Keep what `text` makes of `base`, the stored text; nothing when both are the same. Raises `UserError`."""
    if text == base:
        drop(session, name)
        return
    start = _common(base, text)
    end = _common(base[start:][::-1], text[start:][::-1])
    session.set_marks(
        TYPED,
        {
            name: {
                "base": _digest(base),
                "at": start,
                "cut": len(base) - start - end,
                "put": text[start : len(text) - end],
            }
        },
        _LABEL,
        undoable=False,
    )


def held(session: Session, name: str, base: str) -> str | None:
    """The text that was being typed over `base`; None when there is none, or it was typed over another text."""
    found = session.marks(TYPED).get(name)
    if not isinstance(found, dict) or found.get("base") != _digest(base):
        return None
    at, cut, put = found.get("at"), found.get("cut"), found.get("put")
    if not (isinstance(at, int) and isinstance(cut, int) and isinstance(put, str)):
        return None
    return base[:at] + put + base[at + cut :]


def drop(session: Session, name: str) -> None:
    """It became an edit, or nobody wants it any more. Raises `UserError`."""
    if name in session.marks(TYPED):
        session.set_marks(TYPED, {name: None}, _LABEL, undoable=False)


def _common(one: str, other: str) -> int:
    """How many characters are the same at the beginning."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
