"""Every field of a page of forms as a line to search, with all its records, whether their cards are open or not."""

from collections.abc import Iterator, Sequence

from filingdesk.domain.conditions import holds
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, GroupSpec, ListSpec, Spec, by_pattern
from filingdesk.domain.values import parse_attachment
from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import Place


def places_of(desk: Desk, parts: Sequence[tuple[str, Sequence[Spec]]]) -> list[Place]:
    """The asked fields of these parts (path, what is shown of it), in the order of the page."""
    found: list[Place] = []
    for part, children in parts:
        spec = by_pattern()[part]
        if not _asked(desk, spec, part):
            continue
        if isinstance(spec, ListSpec):
            found += _records(desk, spec, part, "")
        else:
            found += _fields(desk, children, part, spec.meta.label)
    return found


def _asked(desk: Desk, spec: Spec, key: str) -> bool:
    return spec.meta.visible_when is None or holds(
        spec.meta.visible_when, desk.lookup, key.rpartition(".")[0]
    )


def _fields(desk: Desk, children: Sequence[Spec], base: str, where: str) -> Iterator[Place]:
    for child in children:
        key = f"{base}.{child.pattern.rpartition('.')[2]}"
        if not _asked(desk, child, key):
            continue
        if isinstance(child, FieldSpec):
            text = f"{where} {child.meta.label} {_value(desk, child, key)}"
            yield Place(key, text.casefold(), f"{where} › {child.meta.label}")
        elif isinstance(child, ListSpec):
            yield from _records(desk, child, key, where)
        elif isinstance(child, GroupSpec):
            yield from _fields(desk, child.children, key, child.meta.label)


def _records(desk: Desk, spec: ListSpec, key: str, where: str) -> Iterator[Place]:
    for number, identity in enumerate(desk.record_ids(key), 1):
        record = f"{key}[#{identity}]"
        name = " › ".join(filter(None, (where, f"{spec.meta.item} {number}")))
        yield from _fields(desk, spec.children, record, name)


def _value(desk: Desk, spec: FieldSpec, key: str) -> str:
    value = desk.value(key)
    if spec.meta.kind is Kind.ATTACHMENTS:
        return " ".join(parse_attachment(reference).name for reference in value)
    return value if isinstance(value, str) else " ".join(value)
