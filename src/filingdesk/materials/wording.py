"""Short patterns for families of words: `应拒答[题|][抽检|抽样][数|数量|]` is twelve labels; and one quick regular expression for many words."""

import re
from collections.abc import Iterable
from typing import Any

_CJK = re.compile("[\u4e00-\u9fff]")
_END = ""


def expand(pattern: str) -> list[str]:
    """All words of a pattern. Square brackets hold alternatives, an empty one makes the piece optional; they may nest.

    Raises ValueError where a bracket is not closed.
    """
    words, rest = _sequence(pattern, 0)
    if rest != len(pattern):
        raise ValueError(f"{pattern!r}: unexpected {pattern[rest]!r}")
    return list(dict.fromkeys(words))


def _sequence(pattern: str, at: int) -> tuple[list[str], int]:
    words = [""]
    while at < len(pattern) and pattern[at] not in "|]":
        if pattern[at] == "[":
            choices: list[str] = []
            while True:
                part, at = _sequence(pattern, at + 1)
                choices += part
                if at >= len(pattern):
                    raise ValueError(f"{pattern!r}: a bracket is not closed")
                if pattern[at] == "]":
                    break
            words = [word + choice for word in words for choice in choices]
        else:
            words = [word + pattern[at] for word in words]
        at += 1
    return words, at


def any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds the longest of the words at each place; a space may part Latin from Chinese letters."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[_END] = {}
    return re.compile(_written(tree, ""), re.IGNORECASE) if tree else None


def _written(tree: dict[str, Any], before: str) -> str:
    ends = _END in tree
    branches = []
    for char, below in tree.items():
        if char == _END:
            continue
        gap = r"\s?" if before and bool(_CJK.match(before)) != bool(_CJK.match(char)) else ""
        branches.append(gap + re.escape(char) + (_written(below, char) if below != {_END: {}} else ""))
    if not branches:
        return ""
    body = "|".join(branches)
    if len(branches) > 1 or ends:
        body = f"(?:{body})"
    # Greedy, so that the longer word wins.
    return f"{body}?" if ends else body
