"""Facts as a flat mapping of keys to values and back; plain data (from YAML or JSON) to facts with every problem named."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_subject import Item
from filingdesk.domain.paths import PathError, Step, parse
from filingdesk.domain.specs import FieldSpec, GroupSpec, ListSpec, Spec, nearest, root, spec_of

Value = str | list[str]
Flat = dict[str, Value]


def flatten(facts: Facts) -> Flat:
    """key → value of every leaf that is not blank, and list path → ids of its records in order."""
    flat: Flat = {}
    _flatten(root().children, facts, "", flat)
    return flat


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _name(spec: Spec) -> str:
    return spec.pattern.rpartition(".")[2]


def _flatten(specs: tuple[Spec, ...], model: BaseModel, prefix: str, flat: Flat) -> None:
    for spec in specs:
        name = _name(spec)
        key, value = _join(prefix, name), getattr(model, name)
        if isinstance(spec, FieldSpec):
            if value:
                flat[key] = list(value) if isinstance(value, list) else value
        elif isinstance(spec, GroupSpec):
            _flatten(spec.children, value, key, flat)
        elif value:
            flat[key] = [item.id for item in value]
            for item in value:
                _flatten(spec.children, item, f"{key}[#{item.id}]", flat)


def unflatten(flat: Mapping[str, Any]) -> Facts:
    """The facts behind a flat mapping; keys that no declaration knows are left alone (see `unknown_keys`)."""
    return cast(Facts, _unflatten(Facts, root().children, flat, ""))


def _unflatten(
    model: type[BaseModel], specs: tuple[Spec, ...], flat: Mapping[str, Any], prefix: str
) -> BaseModel:
    values: dict[str, Any] = {}
    for spec in specs:
        name = _name(spec)
        key = _join(prefix, name)
        if isinstance(spec, FieldSpec):
            value = flat.get(key)
            if value is None:
                value = [] if spec.is_list else ""
            values[name] = list(value) if spec.is_list else value
        elif isinstance(spec, GroupSpec):
            values[name] = _unflatten(spec.model, spec.children, flat, key)
        else:
            items = []
            for identity in flat.get(key) or []:
                item = _unflatten(spec.model, spec.children, flat, f"{key}[#{identity}]")
                cast(Item, item).id = identity
                items.append(item)
            values[name] = items
    return model.model_construct(**values)


def unknown_keys(flat: Mapping[str, Any]) -> list[str]:
    """Keys of a flat mapping that today's declarations do not know (from another version of the program)."""
    return [key for key in flat if not key.startswith("@") and spec_of(key) is None]


def get(facts: Facts, path: str) -> Any:
    """The value, section or list of records at a path or key; `KeyError` when there is none."""
    node: Any = facts
    try:
        steps = parse(path)
    except PathError:
        raise KeyError(path) from None
    for step in steps:
        node = _step(node, step, path)
    return node


def _step(node: Any, step: Step, path: str) -> Any:
    if not isinstance(node, BaseModel) or step.name not in type(node).model_fields:
        raise KeyError(path)
    node = getattr(node, step.name)
    if step.index is not None:
        if not isinstance(node, list) or step.index >= len(node):
            raise KeyError(path)
        return node[step.index]
    if step.item is not None:
        found = [item for item in node if isinstance(item, Item) and item.id == step.item]
        if not found:
            raise KeyError(path)
        return found[0]
    return node


def key_of(facts: Facts, path: str) -> str:
    """`algorithm.products[0].name` → `algorithm.products[#k3f9].name`; `KeyError` when a record is missing."""
    return _translate(facts, path, to_key=True)


def path_of(facts: Facts, key: str) -> str:
    """`algorithm.products[#k3f9].name` → `algorithm.products[0].name`; `KeyError` when the record is gone."""
    return _translate(facts, key, to_key=False)


def _translate(facts: Facts, path: str, *, to_key: bool) -> str:
    node: Any = facts
    parts = []
    try:
        steps = parse(path)
    except PathError:
        raise KeyError(path) from None
    for step in steps:
        holder = _step(node, Step(step.name), path)
        node = _step(node, step, path)
        if isinstance(node, Item) and isinstance(holder, list):
            parts.append(f"{step.name}[#{node.id}]" if to_key else f"{step.name}[{holder.index(node)}]")
        else:
            parts.append(step.name)
    return ".".join(parts)


def iter_leaves(facts: Facts) -> Iterator[tuple[str, FieldSpec, Value]]:
    """Every leaf with its path for people, its declaration and its value, blanks included."""
    yield from _leaves(root().children, facts, "")


def leaves_below(spec: Spec, node: Any, path: str) -> Iterator[tuple[str, FieldSpec, Value]]:
    """The leaves below one declaration whose value is `node` and whose path is `path`."""
    if isinstance(spec, FieldSpec):
        yield path, spec, node
    elif isinstance(spec, GroupSpec):
        yield from _leaves(spec.children, node, path)
    else:
        for index, item in enumerate(node):
            yield from _leaves(spec.children, item, f"{path}[{index}]")


def _leaves(specs: tuple[Spec, ...], model: BaseModel, prefix: str) -> Iterator[tuple[str, FieldSpec, Value]]:
    for spec in specs:
        name = _name(spec)
        yield from leaves_below(spec, getattr(model, name), _join(prefix, name))


@dataclass(frozen=True)
class PlainProblem:
    """Something in plain data that is not a fact: where, what, and what may have been meant."""

    path: str
    message: str


def to_plain(facts: Facts) -> dict[str, Any]:
    """Facts as plain data for YAML or JSON: blanks left out, records with their `id`."""
    return _plain(root().children, facts)


def _plain(specs: tuple[Spec, ...], model: BaseModel) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if isinstance(model, Item):
        plain["id"] = model.id
    for spec in specs:
        name = _name(spec)
        value = getattr(model, name)
        if isinstance(spec, FieldSpec):
            if value:
                plain[name] = value
        elif isinstance(spec, GroupSpec):
            if inner := _plain(spec.children, value):
                plain[name] = inner
        elif value:
            plain[name] = [_plain(spec.children, item) for item in value]
    return plain


def from_plain(data: Any) -> tuple[Facts, list[PlainProblem]]:
    """Facts from plain data. Numbers, booleans and dates become text (true → 是). Everything that does not fit is listed and not taken."""
    problems: list[PlainProblem] = []
    if data is None:
        return Facts(), problems
    if not isinstance(data, Mapping):
        return Facts(), [PlainProblem("", "最外层应是“字段: 值”的结构")]
    flat: Flat = {}
    _read(root().children, data, "", "", flat, problems)
    return unflatten(flat), problems


def _read(
    specs: tuple[Spec, ...],
    data: Mapping[Any, Any],
    path: str,
    key: str,
    flat: Flat,
    problems: list[PlainProblem],
) -> None:
    known = {_name(spec): spec for spec in specs}
    for raw, value in data.items():
        name = str(raw)
        here = _join(path, name)
        spec = known.get(name)
        if spec is None:
            if not (name == "id" and path.endswith("]")):
                close = nearest(here)
                hint = f"，相近的有 {'、'.join(close)}" if close else ""
                problems.append(PlainProblem(here, f"没有这个字段{hint}"))
        elif isinstance(spec, FieldSpec):
            _read_leaf(spec, value, here, _join(key, name), flat, problems)
        elif isinstance(spec, GroupSpec):
            if isinstance(value, Mapping):
                _read(spec.children, value, here, _join(key, name), flat, problems)
            elif value is not None:
                problems.append(PlainProblem(here, "这里应是一组字段，不是单个值"))
        else:
            _read_records(spec, value, here, _join(key, name), flat, problems)


def _read_records(
    spec: ListSpec, value: Any, path: str, key: str, flat: Flat, problems: list[PlainProblem]
) -> None:
    if value is None:
        return
    if not isinstance(value, list):
        problems.append(PlainProblem(path, f"这里应是{spec.meta.label}的列表"))
        return
    ids: list[str] = []
    given = {str(item["id"]) for item in value if isinstance(item, Mapping) and item.get("id")}
    for index, item in enumerate(value):
        here = f"{path}[{index}]"
        if not isinstance(item, Mapping):
            problems.append(PlainProblem(here, f"每{spec.meta.item}应是一组字段"))
            continue
        identity = str(item.get("id") or "")
        if identity and (identity in ids or not _is_id(identity)):
            problems.append(
                PlainProblem(f"{here}.id", f"编号“{identity}”重复或含有不允许的字符，已换成新的编号")
            )
            identity = ""
        if not identity:
            identity = next(
                n for k in range(1, len(value) * 2 + 2) if (n := f"n{k}") not in given and n not in ids
            )
        ids.append(identity)
        _read(spec.children, item, here, f"{key}[#{identity}]", flat, problems)
    if ids:
        flat[key] = ids


def _is_id(text: str) -> bool:
    try:
        return len(parse(f"x[#{text}]")) == 1
    except PathError:
        return False


def _scalar(value: Any) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case int() | float():
            return str(value)
        case dt.datetime():
            return value.isoformat(" ")
        case dt.date():
            return value.isoformat()
        case _:
            return None


def _read_leaf(
    spec: FieldSpec, value: Any, path: str, key: str, flat: Flat, problems: list[PlainProblem]
) -> None:
    if value is None:
        return
    if spec.is_list:
        parts = value if isinstance(value, list) else [value]
        texts = [_scalar(part) for part in parts]
        if any(t is None for t in texts):
            problems.append(PlainProblem(path, f"“{spec.meta.label}”应是文字的列表"))
        kept = [t for t in texts if t]
        if kept:
            flat[key] = kept
        return
    text = _scalar(value)
    if text is None:
        problems.append(PlainProblem(path, f"“{spec.meta.label}”应是文字，不是列表或一组字段"))
    elif text:
        flat[key] = text
