"""Draws samples that anybody can draw again: seeded, stratified, the same on every machine and Python version."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")


def _rank(seed: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\x00{key}".encode()).digest()


def draw(items: Sequence[T], size: int, *, seed: str, key: Callable[[T], str]) -> list[T]:
    """`size` items (all, when there are fewer), in their own order.

    The items whose SHA-256 of seed and key is smallest are drawn: no dependence on the order of the list. `key` must
    tell items apart (ValueError otherwise); `size` must not be negative.
    """
    _check(items, size, key)
    places = sorted(range(len(items)), key=lambda place: _rank(seed, key(items[place])))
    return [items[place] for place in sorted(places[:size])]


def stratified(
    items: Sequence[T], size: int, *, seed: str, key: Callable[[T], str], stratum: Callable[[T], str]
) -> list[T]:
    """`size` items (all, when there are fewer), each stratum in proportion, in their own order.

    Shares are rounded by largest remainder, ties by the stratum's name; a stratum that has items gets at least one as
    long as there are as many draws as strata.
    """
    _check(items, size, key)
    groups: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        groups[stratum(item)].append(place)
    quota = allot({name: len(places) for name, places in groups.items()}, size)
    chosen: list[int] = []
    for name, places in groups.items():
        ranked = sorted(places, key=lambda place: _rank(seed, key(items[place])))
        chosen += ranked[: quota[name]]
    return [items[place] for place in sorted(chosen)]


def allot(sizes: dict[str, int], total: int) -> dict[str, int]:
    """How many of `total` draws each stratum gets, in proportion to its size and never more than it has."""
    population = sum(sizes.values())
    total = min(total, population)
    if not total:
        return dict.fromkeys(sizes, 0)
    filled = [name for name, n in sizes.items() if n]
    floor = 1 if total >= len(filled) else 0
    shares = {name: Fraction(n * total, population) for name, n in sizes.items()}
    quota = {name: max(floor if sizes[name] else 0, int(share)) for name, share in shares.items()}
    left = total - sum(quota.values())
    by_need = sorted(sizes, key=lambda name: (quota[name] - shares[name], name))
    while left > 0:  # the largest remainder first, and round again where a stratum is exhausted
        for name in by_need:
            if left and quota[name] < sizes[name]:
                quota[name] += 1
                left -= 1
    while left < 0:  # the guaranteed ones have taken too many: give back where the surplus is largest
        name = max((n for n in sizes if quota[n] > floor), key=lambda n: (quota[n] - shares[n], quota[n], n))
        quota[name] -= 1
        left += 1
    return quota


def _check(items: Sequence[T], size: int, key: Callable[[T], str]) -> None:
    if size < 0:
        raise ValueError("a sample cannot be negative")
    if len({key(item) for item in items}) != len(items):
        raise ValueError("two items have the same key")
