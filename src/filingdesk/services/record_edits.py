"""What adding, copying, removing or moving a record of a list makes of the facts; stores nothing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_subject import Item
from filingdesk.domain.flat import Flat, Value, get
from filingdesk.domain.specs import ListSpec, spec_of
from filingdesk.services.unknown import key_at, unknown_path


@dataclass(frozen=True)
class Edited:
    """The facts by storage key as they shall be, what the edit is called, and the path of the record it is about (blank: gone)."""

    flat: Flat
    label: str
    path: str = ""


@dataclass(frozen=True)
class _Place:
    """A record in its list: path and key of the list, the ids in order, the record's own id, what such records are called."""

    path: str
    key: str
    ids: list[str]
    id: str
    name: str

    def inside(self, identity: str) -> str:
        return f"{self.key}[#{identity}]."


def added(facts: Facts, flat: Flat, path: str, values: Mapping[str, Value], index: int | None) -> Edited:
    """One more record in the list at `path`, at the end or at `index`."""
    spec = _list(facts, path)
    key, identity = key_at(facts, path), _new_id()
    ids = list(cast(list[str], flat.get(key, [])))
    ids.insert(len(ids) if index is None else index, identity)
    filled = {f"{key}[#{identity}].{name}": value for name, value in values.items() if value}
    return Edited({**flat, key: ids, **filled}, f"新增{spec.meta.item}", f"{path}[{ids.index(identity)}]")


def duplicated(facts: Facts, flat: Flat, path: str) -> Edited:
    """A copy right behind the record. Records inside keep their ids (they are another list)."""
    place, identity = _place(facts, flat, path), _new_id()
    place.ids.insert(place.ids.index(place.id) + 1, identity)
    source, target = place.inside(place.id), place.inside(identity)
    copied = {target + k.removeprefix(source): v for k, v in flat.items() if k.startswith(source)}
    where = f"{place.path}[{place.ids.index(identity)}]"
    return Edited({**flat, place.key: place.ids, **copied}, f"复制{place.name}", where)


def removed(facts: Facts, flat: Flat, path: str) -> Edited:
    """The record and everything in it gone."""
    place = _place(facts, flat, path)
    inside = place.inside(place.id)
    rest = {k: v for k, v in flat.items() if not k.startswith(inside) and k != place.key}
    place.ids.remove(place.id)
    return Edited({**rest, place.key: place.ids} if place.ids else rest, f"删除{place.name}")


def moved(facts: Facts, flat: Flat, path: str, to: int) -> Edited:
    """The record at position `to` of its list."""
    place = _place(facts, flat, path)
    place.ids.remove(place.id)
    to = max(0, min(to, len(place.ids)))
    place.ids.insert(to, place.id)
    return Edited({**flat, place.key: place.ids}, f"移动{place.name}", f"{place.path}[{to}]")


def _place(facts: Facts, flat: Flat, path: str) -> _Place:
    list_path = path.rpartition("[")[0]
    spec = _list(facts, list_path)
    try:
        item = get(facts, path)
    except KeyError:
        raise unknown_path(path, facts) from None
    if not isinstance(item, Item):
        raise unknown_path(path, facts)
    key = key_at(facts, list_path)
    return _Place(list_path, key, list(cast(list[str], flat.get(key, []))), item.id, spec.meta.item)


def _list(facts: Facts, path: str) -> ListSpec:
    spec = spec_of(path)
    if not isinstance(spec, ListSpec) or path.endswith("]"):
        raise unknown_path(path, facts)
    return spec


def _new_id() -> str:
    return secrets.token_hex(4)
