"""Two texts word by word: Chinese by characters, Latin by words; what stays, what goes, what comes."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_MOST = 4_000_000
"""Pairs of tokens that are compared; longer texts are shown as replaced between their common beginning and end."""


@dataclass(frozen=True)
class Stretch:
    """Text that stays (`old` == `new`), goes (`new` blank), comes (`old` blank) or is replaced."""

    kind: Literal["same", "changed"]
    old: str
    new: str


def word_diff(old: str, new: str) -> tuple[Stretch, ...]:
    """The stretches in order; joined they give both texts."""
    if old == new:
        return (Stretch("same", old, new),) if old else ()
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    head = 0
    while head < min(len(ours), len(theirs)) and ours[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < min(len(ours), len(theirs)) - head and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    out: list[Stretch] = []
    if head:
        out.append(_stretch("same", ours[:head], theirs[:head]))
    inner, outer = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if len(inner) * len(outer) > _MOST:
        out.append(_stretch("changed", inner, outer))
    else:
        for tag, a0, a1, b0, b1 in SequenceMatcher(None, inner, outer, autojunk=False).get_opcodes():
            kind: Literal["same", "changed"] = "same" if tag == "equal" else "changed"
            out.append(_stretch(kind, inner[a0:a1], outer[b0:b1]))
    if tail:
        out.append(_stretch("same", ours[len(ours) - tail :], theirs[len(theirs) - tail :]))
    return tuple(_readable(out))


def _stretch(kind: Literal["same", "changed"], old: list[str], new: list[str]) -> Stretch:
    return Stretch(kind, "".join(old), "".join(new))


def _readable(stretches: list[Stretch]) -> list[Stretch]:
    """A single letter that stays between two changes is taken into them: confetti cannot be read."""
    out: list[Stretch] = []
    for index, each in enumerate(stretches):
        before = out[-1] if out else None
        last = index + 1 == len(stretches)
        tiny = (
            each.kind == "same" and len(each.old) == 1 and not last and stretches[index + 1].kind == "changed"
        )
        if before is not None and before.kind == "changed" and (each.kind == "changed" or tiny):
            out[-1] = Stretch("changed", before.old + each.old, before.new + each.new)
        else:
            out.append(each)
    return out
