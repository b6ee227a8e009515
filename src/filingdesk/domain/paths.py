"""Paths for people (`algorithm.products[0].name`) and keys for storage (`algorithm.products[#k3f9].name`)."""

import re
from dataclasses import dataclass

_SEGMENT = re.compile(r"([a-z][a-z0-9_]*)(?:\[(?:(\d{1,6})|#([A-Za-z0-9_-]{1,40}))\])?\Z")


@dataclass(frozen=True)
class Step:
    """One segment: a name, and for a record either its position (`index`) or its id (`item`)."""

    name: str
    index: int | None = None
    item: str | None = None


class PathError(ValueError):
    """The text is not a path."""


def parse(path: str) -> tuple[Step, ...]:
    """Split a path or key into steps; `PathError` when it is not one."""
    steps = []
    for part in path.split("."):
        match = _SEGMENT.match(part)
        if match is None:
            raise PathError(path)
        name, index, item = match.groups()
        steps.append(Step(name, int(index) if index is not None else None, item))
    return tuple(steps)


def pattern_of(path: str) -> str:
    """The declaration a path or key belongs to: `algorithm.products[0].name` → `algorithm.products[].name`."""
    return re.sub(r"\[[^\]]*\]", "[]", path)


def parent_of(path: str) -> str:
    """The path without its last segment; the empty text at the top."""
    return path.rpartition(".")[0]


def resolve(path: str, base: str) -> str:
    """A path that begins with a dot is relative to the record or section `base`."""
    if path.startswith("."):
        return f"{base}{path}" if base else path[1:]
    return path
