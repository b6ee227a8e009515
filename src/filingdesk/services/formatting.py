"""Which long fields are written in Markdown, and what papers make of them."""

from typing import TYPE_CHECKING

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import path_of
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, label_of, spec_of
from filingdesk.domain.values import parse_attachment
from filingdesk.services.changes import FORMAT, Changes
from filingdesk.services.session import Session

if TYPE_CHECKING:  # the window reads this before its first paint and must not pay for the papers
    from filingdesk.documents.proxies import Formatter

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def is_formatted(session: Session, key: str) -> bool:
    """Whether the text of a field (by storage key) is written in Markdown."""
    return bool(session.marks(FORMAT).get(key))


def set_formatted(session: Session, key: str, on: bool) -> Changes | None:
    """Let papers read the marks of a long field, or print them as typed; the text itself stays as it is."""
    spec = spec_of(key)
    if not isinstance(spec, FieldSpec) or spec.meta.kind is not Kind.LONG_TEXT:
        raise UserError(
            "format.field", f"「{label_of(key)}」不是可以带格式的长文本。", "只有多段文字的字段可以。"
        )
    words = "按格式排" if on else "按原样排"
    return session.set_marks(FORMAT, {key: True if on else None}, f"{words}：「{spec.meta.label}」")


def pictures(facts: Facts) -> dict[str, str]:
    """File name → reference of every picture of the evidence; of two of one name the first."""
    found: dict[str, str] = {}
    for item in facts.evidence:
        for reference in item.files:
            name = parse_attachment(reference).name
            if name.lower().endswith(_PICTURES):
                found.setdefault(name, reference)
    return found


def plain_words(text: str) -> str:
    """A formatted text without its marks, for where nothing but words may go."""
    from filingdesk.documents import formatted

    return formatted.plain_words(text)


def formatter_of(session: Session, facts: Facts) -> "Formatter | None":
    """What a rendering of this project asks for each fact; None when nothing is formatted."""
    from filingdesk.documents.formatted import formatter

    paths = set()
    for key in session.marks(FORMAT):
        try:
            paths.add(path_of(facts, key))
        except KeyError:  # its record is gone; undo may bring it back
            continue
    return formatter(frozenset(paths), pictures(facts)) if paths else None
