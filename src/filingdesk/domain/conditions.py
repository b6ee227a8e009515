"""The one small language of conditions: `visible_when` of fields, `when` of rules, `if` of papers. No eval."""

from collections.abc import Callable, Mapping
from typing import Any

from filingdesk.domain.paths import resolve

Lookup = Callable[[str], Any]
"""Gives the value at a path (text or list of text); None when there is none."""

_TESTS = ("has", "is", "in", "filled", "has_any")


class ConditionError(ValueError):
    """The condition is not written in the language; the message says what is wrong."""


def holds(condition: Mapping[str, Any] | None, lookup: Lookup, base: str = "") -> bool:
    """Does the condition hold? None always holds. A path that begins with a dot is relative to `base`."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(c, lookup, base) for c in condition["all"])
    if "any" in condition:
        return any(holds(c, lookup, base) for c in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], lookup, base)
    value = lookup(resolve(condition["path"], base))
    return _test(condition, value)


def _test(condition: Mapping[str, Any], value: Any) -> bool:
    if "has" in condition:
        return bool(value) and condition["has"] in value
    if "has_any" in condition:
        return bool(value) and any(term in value for term in condition["has_any"])
    if "is" in condition:
        return bool(value == condition["is"])
    if "in" in condition:
        return bool(value in condition["in"])
    return bool(value) is bool(condition["filled"])


def validate(condition: Any) -> None:
    """Raise `ConditionError` unless `condition` is written in the language."""
    if condition is None:
        return
    if not isinstance(condition, Mapping):
        raise ConditionError(f"condition must be a mapping, not {condition!r}")
    keys = set(condition)
    if len(keys) == 1 and keys <= {"all", "any"}:
        inner = next(iter(condition.values()))
        if not isinstance(inner, list) or not inner:
            raise ConditionError(f"{next(iter(keys))} needs a list of conditions")
        for part in inner:
            validate(part)
    elif keys == {"not"}:
        validate(condition["not"])
    elif "path" in keys and len(keys) == 2 and keys - {"path"} <= set(_TESTS):
        if not isinstance(condition["path"], str):
            raise ConditionError("path must be text")
        if "filled" in keys and not isinstance(condition["filled"], bool):
            raise ConditionError("filled must be true or false")
    else:
        raise ConditionError(
            f"not a condition: {sorted(keys)}; use path with one of {', '.join(_TESTS)}, or all/any/not"
        )


def paths_in(condition: Mapping[str, Any] | None) -> list[str]:
    """Every path a condition looks at."""
    if condition is None:
        return []
    if "path" in condition:
        return [condition["path"]]
    if "not" in condition:
        return paths_in(condition["not"])
    inner = condition.get("all") or condition.get("any") or []
    return [path for part in inner for path in paths_in(part)]
