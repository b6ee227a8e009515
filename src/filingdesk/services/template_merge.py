"""Compares texts by line, and joins what two sides changed in a common base where no line was changed by both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison; `old` and `new` are its numbers there (from 1), None where it is not."""

    kind: Literal["same", "gone", "added"]
    text: str
    old: int | None
    new: int | None


@dataclass(frozen=True)
class Merged:
    """The joined text; `conflicts` are the line numbers (from 1) of the base, and the first and last of each place, that both
    sides changed differently. With conflicts `text` is blank: nothing is joined by half."""

    text: str
    conflicts: tuple[tuple[int, int], ...]


def diff_lines(old: str, new: str) -> tuple[DiffLine, ...]:
    """Every line of two texts, in reading order."""
    return tuple(_lines(old.split("\n"), new.split("\n")))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for at in range(b - a):
                yield DiffLine("same", old[a + at], a + at + 1, c + at + 1)
            continue
        for at in range(a, b):
            yield DiffLine("gone", old[at], at + 1, None)
        for at in range(c, d):
            yield DiffLine("added", new[at], None, at + 1)


def merge(base: str, mine: str, theirs: str) -> Merged:
    """What `mine` and `theirs` each changed in `base`, in one text."""
    rows, own, other = base.split("\n"), mine.split("\n"), theirs.split("\n")
    out: list[str] = []
    conflicts: list[tuple[int, int]] = []
    at = in_own = in_other = 0
    for start, end, from_own, from_other in _common(rows, own, other):
        was, now, then = rows[at:start], own[in_own:from_own], other[in_other:from_other]
        if now == was:
            out.extend(then)
        elif then in (was, now):
            out.extend(now)
        else:
            conflicts.append((at + 1, max(start, at + 1)))
        out.extend(rows[start:end])
        at, in_own, in_other = end, from_own + end - start, from_other + end - start
    return Merged("" if conflicts else "\n".join(out), tuple(conflicts))


def _common(base: list[str], own: list[str], other: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of the base that both sides kept: first, end, and where they begin in each side; the end of all comes last."""
    left = SequenceMatcher(None, base, own, autojunk=False).get_matching_blocks()
    right = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < end:
            yield start, end, a.b + start - a.a, b.b + start - b.a
        if a.a + a.size < b.a + b.size:
            i += 1
        else:
            j += 1
    yield len(base), len(base), len(own), len(other)
