"""A description of an architecture as plain JSON that a form edits place by place; the form itself follows from the schema.

A tree may hold anything that JSON can hold: what does not fit the schema is shown as it is and judged by `check`.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal, cast

from filingdesk.domain.architecture import FORMAT, ITEM, LONG, REFERS, schema
from filingdesk.domain.json_lines import JsonFault, Pointer, read_json

Tree = dict[str, Any]
_KIND: dict[type, type] = {int: list, str: dict}
_PREFIX = {"components": "c", "models": "m", "deployment": "d"}


@dataclass(frozen=True)
class Field:
    """One value of a form. `refers` is the list (`components`, `deployment`) whose numbers it names."""

    key: str
    title: str
    help: str
    kind: Literal["line", "long", "choice", "flag", "reference"]
    required: bool
    choices: tuple[str, ...] = ()
    refers: str = ""


@dataclass(frozen=True)
class Listing:
    """A list of entries, each with the same fields and lists; `item` is what one entry is called."""

    key: str
    title: str
    item: str
    help: str
    parts: "tuple[Part, ...]"


Part = Field | Listing


@cache
def form() -> tuple[Part, ...]:
    """The parts of the whole description, in the order of the schema; `format` is no question."""
    whole = schema()
    return tuple(part for part in _parts(whole, whole) if part.key != "format")


def _parts(node: Any, whole: Any) -> tuple[Part, ...]:
    required = set(node.get("required", ()))
    return tuple(_part(key, each, key in required, whole) for key, each in node["properties"].items())


def _part(key: str, node: Any, required: bool, whole: Any) -> Part:
    title, words = node["title"], node["description"]
    if node.get("type") == "array":
        entry = whole["$defs"][node["items"]["$ref"].rpartition("/")[2]]
        return Listing(key, title, node[ITEM], entry["description"], _parts(entry, whole))
    words = "" if words == title else words
    if REFERS in node:
        return Field(key, title, words, "reference", required, refers=node[REFERS])
    if "enum" in node:
        return Field(
            key, title, words, "choice", required, choices=tuple(each for each in node["enum"] if each)
        )
    if node["type"] == "boolean":
        return Field(key, title, words, "flag", required)
    return Field(key, title, words, "long" if node.get(LONG) else "line", required)


def read(text: str) -> Tree | None:
    """The tree of a text; None when it is no JSON object."""
    try:
        value = read_json(text).value
    except JsonFault:
        return None
    return value if isinstance(value, dict) else None


def to_text(tree: Tree) -> str:
    """The text of a tree, one value a line."""
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def blank(algorithm: str) -> Tree:
    """A description of nothing yet."""
    return {"format": FORMAT, "algorithm": algorithm, "components": []}


def value_at(tree: Tree, place: Pointer) -> Any:
    """The value at a place; None when there is none."""
    value: Any = tree
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def words_at(tree: Tree, place: Pointer) -> str:
    """The value as a form shows it: text as it is, truth as 是 or 否, anything else as JSON writes it."""
    value = value_at(tree, place)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def entries(tree: Tree, place: Pointer) -> int:
    """How many entries the list at a place has."""
    value = value_at(tree, place)
    return len(value) if isinstance(value, list) else 0


def put(tree: Tree, place: Pointer, value: str | bool) -> Tree:
    """Another value at a place. A number (`id`) that changes is changed wherever it was named."""
    made = copy.deepcopy(tree)
    holder: Any = made
    for step, after in pairwise(place):
        # What is no entry where one should be gives way to one.
        if not isinstance(holder.get(step) if isinstance(holder, dict) else holder[step], _KIND[type(after)]):
            holder[step] = _KIND[type(after)]()
        holder = holder[step]
    key = place[-1]
    before = holder.get(key)
    if value == "" and key not in holder:
        return made
    holder[key] = value
    if key == "id" and isinstance(before, str) and before and value:
        _rename(made, str(place[0]), before, str(value))
    return made


def _rename(tree: Tree, group: str, before: str, after: str) -> None:
    if any(item.get("id") == before for item in _dicts(tree.get(group))):
        return  # the number stood twice; what was named may be the other one
    for part in form():
        if isinstance(part, Listing):
            for item in _dicts(tree.get(part.key)):
                for each in part.parts:
                    named = isinstance(each, Field) and each.refers == group
                    if named and item.get(each.key) == before:
                        item[each.key] = after


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def add(tree: Tree, place: Pointer) -> Tree:
    """One more entry at the end of a list, with a number of its own where entries have one."""
    made = copy.deepcopy(tree)
    items = _list(made, place)
    items.append(_new(made, place))
    return made


def _new(tree: Tree, place: Pointer) -> dict[str, Any]:
    parts = parts_at(place)
    entry: dict[str, Any] = {
        each.key: "" for each in parts if isinstance(each, Field) and each.required and each.kind != "flag"
    }
    if any(each.key == "id" for each in parts):
        entry["id"] = _free(tree, str(place[0]))
    return entry


def _free(tree: Tree, group: str) -> str:
    taken = {item.get("id") for key in _PREFIX for item in _dicts(tree.get(key))}
    prefix = _PREFIX[group]
    return next(f"{prefix}{n}" for n in range(1, len(taken) + 2) if f"{prefix}{n}" not in taken)


def parts_at(place: Pointer) -> tuple[Part, ...]:
    """The parts of the entries of the list at a place."""
    parts: tuple[Part, ...] = form()
    for step in place:
        if isinstance(step, str):
            parts = next(each.parts for each in parts if isinstance(each, Listing) and each.key == step)
    return parts


def _list(tree: Tree, place: Pointer) -> list[Any]:
    holder: Any = value_at(tree, place[:-1])
    if not isinstance(holder.get(place[-1]), list):
        holder[place[-1]] = []
    return cast(list[Any], holder[place[-1]])


def remove(tree: Tree, place: Pointer) -> Tree:
    """Without the entry at a place (the list and its number)."""
    made = copy.deepcopy(tree)
    del _list(made, place[:-1])[int(place[-1])]
    return made


def move(tree: Tree, place: Pointer, by: int) -> Tree:
    """The entry at a place `by` places further down."""
    made = copy.deepcopy(tree)
    items = _list(made, place[:-1])
    item = items.pop(int(place[-1]))
    items.insert(max(0, min(int(place[-1]) + by, len(items))), item)
    return made


def duplicate(tree: Tree, place: Pointer) -> Tree:
    """A copy of the entry right behind it, with a number of its own."""
    made = copy.deepcopy(tree)
    items, at = _list(made, place[:-1]), int(place[-1])
    twin = copy.deepcopy(items[at])
    if isinstance(twin, dict) and "id" in twin and len(place) == 2:
        twin["id"] = _free(made, str(place[0]))
    items.insert(at + 1, twin)
    return made


def named(tree: Tree, group: str) -> tuple[tuple[str, str], ...]:
    """What a reference may name: number and words of every entry of a list."""
    return tuple(
        (item["id"], f"{item.get('name') or '（未命名）'}　{item['id']}")
        for item in _dicts(tree.get(group))
        if isinstance(item.get("id"), str) and item["id"]
    )


def title_of(tree: Tree, place: Pointer) -> str:
    """What an entry is called in its head: its name, or from where to where a flow goes."""
    item = value_at(tree, place)
    if not isinstance(item, dict):
        return ""
    if "source" in item or "target" in item:
        names = {i["id"]: i.get("name") or i["id"] for i in _dicts(tree.get("components")) if "id" in i}
        ends = [str(names.get(item.get(end), item.get(end) or "？")) for end in ("source", "target")]
        return " → ".join(ends)
    return str(item.get("name") or item.get("stage") or "")
