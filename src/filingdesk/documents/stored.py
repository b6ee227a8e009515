"""A document as plain data and back, so that an export can be compared and set again later."""

import dataclasses
from typing import Any

from filingdesk.documents import blocks, drawing
from filingdesk.documents.blocks import Document

_KINDS = {
    kind.__name__: kind
    for module in (blocks, drawing)
    for kind in vars(module).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


def to_plain(value: Any) -> Any:
    """Blocks, runs and tuples as dicts and lists; what has its default value is left out."""
    if isinstance(value, (list, tuple)):
        return [to_plain(part) for part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {"_": type(value).__name__}
        for each in dataclasses.fields(value):
            content = getattr(value, each.name)
            if each.default is dataclasses.MISSING or content != each.default:
                plain[each.name] = to_plain(content)
        return plain
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} cannot be stored")


def from_plain(plain: Any) -> Any:
    """The inverse of `to_plain`. Fields that this version does not know are left out; `ValueError` for an unknown kind."""
    if isinstance(plain, list):
        return tuple(from_plain(part) for part in plain)
    if not isinstance(plain, dict):
        return plain
    kind = _KINDS.get(str(plain.get("_")))
    if kind is None:
        raise ValueError(f"unknown kind {plain.get('_')!r}")
    known = {each.name for each in dataclasses.fields(kind)}
    try:
        return kind(**{name: from_plain(part) for name, part in plain.items() if name in known})
    except TypeError as error:
        raise ValueError(str(error)) from error


def document_from(plain: Any) -> Document:
    """A stored document; `ValueError` when it is none."""
    found = from_plain(plain)
    if not isinstance(found, Document):
        raise ValueError("no document")
    return found
