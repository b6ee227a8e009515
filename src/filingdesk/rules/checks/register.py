"""The decorator that makes a function known to rules as `fn: {name: …}`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from filingdesk.rules.hits import Hit
from filingdesk.rules.view import View

CheckFunction = Callable[..., Iterator[Hit]]


@dataclass(frozen=True)
class Check:
    """A check: the function and the patterns of the fields it looks at."""

    name: str
    run: CheckFunction
    patterns: tuple[str, ...]


CHECKS: dict[str, Check] = {}


def check(name: str, *patterns: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a generator `f(view, **parameters) -> Iterator[Hit]` that looks at these patterns."""

    def register(function: CheckFunction) -> CheckFunction:
        if name in CHECKS:
            raise ValueError(f"two checks are named {name}")
        CHECKS[name] = Check(name, function, patterns)
        return function

    return register


__all__ = ["CHECKS", "Check", "Hit", "View", "check"]
