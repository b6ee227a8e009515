"""Finds many patterns in folded text: one protocol, several engines with equal hits."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from filingdesk.domain.errors import UserError
from filingdesk.scan.matcher_bulk import BulkMatcher, Patterns
from filingdesk.scan.matcher_tables import Codes, Ints

ENGINES = ("bulk", "daachorse", "pyahocorasick", "naive")


class Matcher(Protocol):
    """Built over distinct, non-empty patterns; finds every occurrence, overlapping ones too."""

    name: str

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        """(starts, pattern numbers) of all matches in the code points, in no certain order."""
        ...


def _decode(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def _columns(found: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    both = np.array(found, dtype=np.int64)
    return both[:, 0], both[:, 1]


class DaachorseMatcher:
    """Character-wise double array (Rust); lets other threads run while it searches."""

    name = "daachorse"

    def __init__(self, patterns: Patterns) -> None:
        import daachorse

        self._automaton: Any = None
        if len(patterns):
            self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(patterns.strings())

    def serialize(self) -> bytes:
        """The automaton; nothing for an empty one."""
        return b"" if self._automaton is None else bytes(self._automaton.serialize())

    def deserialize(self, data: bytes) -> None:
        """The automaton that `serialize` gave."""
        import daachorse

        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick.deserialize(data) if data else None

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        found = [] if self._automaton is None else self._automaton.find_overlapping(_decode(codes))
        if not found:
            return _columns([])
        table = np.array(found, dtype=np.int64)
        return table[:, 0], table[:, 2]


class PyAhocorasickMatcher:
    """pyahocorasick over UTF-8 bytes read as Latin-1: its nodes list their children, and 256 are few.

    UTF-8 is self-synchronising, so a byte match is always a character match.
    """

    name = "pyahocorasick"

    def __init__(self, patterns: Patterns) -> None:
        import ahocorasick

        self._automaton: Any = ahocorasick.Automaton()
        for number, pattern in enumerate(patterns.strings()):
            key = pattern.encode("utf-8").decode("latin-1")
            self._automaton.add_word(key, (number, len(pattern)))
        self._empty = not len(patterns)
        if not self._empty:
            self._automaton.make_automaton()

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        if self._empty:
            return _columns([])
        raw = _decode(codes).encode("utf-8")
        found = list(self._automaton.iter(raw.decode("latin-1")))
        if not found:
            return _columns([])
        # Characters up to and including the byte: one per byte that begins a character.
        begins = (np.frombuffer(raw, dtype=np.uint8) & 0xC0) != 0x80
        ends = np.cumsum(begins)[[last for last, _ in found]]
        table = np.array([pair for _, pair in found], dtype=np.int64)
        return ends - table[:, 1], table[:, 0]


class NaiveMatcher:
    """`str.find` for each pattern: slow and obviously right; the others are tested against it."""

    name = "naive"

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns.strings()

    def find(self, codes: Codes) -> tuple[Ints, Ints]:
        text = _decode(codes)
        matches: list[tuple[int, int]] = []
        for number, pattern in enumerate(self._patterns):
            start = text.find(pattern)
            while start >= 0:
                matches.append((start, number))
                start = text.find(pattern, start + 1)
        return _columns(matches)


def matcher_arrays(matcher: Matcher) -> dict[str, npt.NDArray[np.generic]]:
    """The compiled matcher as arrays; nothing where the engine cannot store itself."""
    if isinstance(matcher, BulkMatcher):
        return matcher.arrays()
    if isinstance(matcher, DaachorseMatcher):
        return {"automaton": np.frombuffer(matcher.serialize(), dtype=np.uint8)}
    return {}


def load_matcher(arrays: Mapping[str, npt.NDArray[np.generic]], engine: str) -> Matcher:
    """From what `matcher_arrays` gave; the arrays must be our own (see `scan.cache`)."""
    if engine == "bulk":
        return BulkMatcher.load(arrays)
    matcher = DaachorseMatcher.__new__(DaachorseMatcher)
    matcher.deserialize(arrays["automaton"].tobytes())
    return matcher


def choose_engine(engine: str = "auto") -> str:
    """The engine that `engine` stands for here: "auto" takes the fastest, which needs nothing but NumPy."""
    if engine == "auto":
        return "bulk"
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
            "请改用 --engine auto 或 pyahocorasick，结果相同。",
        )
    return engine


def build_matcher(patterns: Patterns, engine: str = "auto") -> Matcher:
    """A matcher over `patterns` (distinct, non-empty)."""
    name = choose_engine(engine)
    if name == "bulk":
        return BulkMatcher(patterns)
    if name == "daachorse":
        return DaachorseMatcher(patterns)
    if name == "pyahocorasick":
        return PyAhocorasickMatcher(patterns)
    return NaiveMatcher(patterns)
