"""Finds many patterns in folded text: one protocol, several engines with equal hits."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from filingdesk.domain.errors import UserError

Match = tuple[int, int, int]
"""(start, end, pattern number): offsets in characters of the searched text, end exclusive."""

ENGINES = ("daachorse", "pyahocorasick", "naive")


class Matcher(Protocol):
    """Built over distinct, non-empty patterns; finds every occurrence, overlapping ones too."""

    name: str

    def find(self, text: str) -> list[Match]:
        """All matches, ordered by end, longer ones first."""
        ...


class DaachorseMatcher:
    """Character-wise double array (Rust); lets other threads run while it searches."""

    name = "daachorse"

    def __init__(self, patterns: Sequence[str]) -> None:
        import daachorse

        self._automaton: Any = None
        if patterns:
            self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(list(patterns))

    def find(self, text: str) -> list[Match]:
        if self._automaton is None:
            return []
        found: list[Match] = self._automaton.find_overlapping(text)
        return found


class PyAhocorasickMatcher:
    """pyahocorasick over UTF-8 bytes read as Latin-1: its nodes list their children, and 256 are few.

    UTF-8 is self-synchronising, so a byte match is always a character match.
    """

    name = "pyahocorasick"

    def __init__(self, patterns: Sequence[str]) -> None:
        import ahocorasick

        self._automaton: Any = ahocorasick.Automaton()
        for number, pattern in enumerate(patterns):
            key = pattern.encode("utf-8").decode("latin-1")
            self._automaton.add_word(key, (number, len(pattern)))
        self._empty = not patterns
        if patterns:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Match]:
        if self._empty:
            return []
        raw = text.encode("utf-8")
        found = list(self._automaton.iter(raw.decode("latin-1")))
        if not found:
            return []
        # Characters up to and including the byte: one per byte that begins a character.
        begins = (np.frombuffer(raw, dtype=np.uint8) & 0xC0) != 0x80
        ends = np.cumsum(begins)[[last for last, _ in found]].tolist()
        return [(end - length, end, number) for end, (_, (number, length)) in zip(ends, found, strict=True)]


class NaiveMatcher:
    """`str.find` for each pattern: slow and obviously right; the others are tested against it."""

    name = "naive"

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = list(patterns)

    def find(self, text: str) -> list[Match]:
        matches: list[Match] = []
        for number, pattern in enumerate(self._patterns):
            start = text.find(pattern)
            while start >= 0:
                matches.append((start, start + len(pattern), number))
                start = text.find(pattern, start + 1)
        matches.sort(key=lambda match: (match[1], match[0]))
        return matches


def choose_engine(engine: str = "auto") -> str:
    """The engine that `engine` stands for here: "auto" takes daachorse where it is installed."""
    if engine == "auto":
        return "daachorse" if find_spec("daachorse") else "pyahocorasick"
    if engine not in ENGINES:
        raise UserError(
            "scan.engine_unknown",
            f"没有名为「{engine}」的匹配引擎。",
            f"可用的有：auto、{'、'.join(ENGINES)}。",
        )
    if engine == "daachorse" and not find_spec("daachorse"):
        raise UserError(
            "scan.engine_missing",
            "这台电脑没有装 daachorse 匹配引擎。",
            "请改用 --engine auto 或 pyahocorasick，结果相同，只是慢一些。",
        )
    return engine


def build_matcher(patterns: Sequence[str], engine: str = "auto") -> Matcher:
    """A matcher over `patterns` (distinct, non-empty)."""
    name = choose_engine(engine)
    if name == "daachorse":
        return DaachorseMatcher(patterns)
    if name == "pyahocorasick":
        return PyAhocorasickMatcher(patterns)
    return NaiveMatcher(patterns)
