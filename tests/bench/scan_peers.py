"""What the interceptor is measured against: other engines on the raw text, and what no pipeline in Python can undercut.

Each peer gives a function from a text to the number of matches; None stands for "not here", with the reason.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Search = Callable[[str], int]


@dataclass(frozen=True)
class Peer:
    """An engine: how to build it, how many characters it is given (slow ones see a part), its longest sensible list."""

    name: str
    build: Callable[[list[str]], Search]
    most_chars: int = 1 << 40
    most_words: int = 1 << 40
    module: str = ""


def missing(peer: Peer) -> str:
    """Why the peer cannot run here; empty when it can."""
    if not peer.module:
        return ""
    try:
        importlib.import_module(peer.module)
    except ImportError as error:
        return f"{peer.name}: not installed ({error})"
    return ""


def _daachorse(words: list[str]) -> Search:
    import daachorse

    automaton = daachorse.CharwiseDoubleArrayAhoCorasick(words)
    return lambda text: len(automaton.find_overlapping(text))


def _ahocorasick_rs(words: list[str]) -> Search:
    module: Any = importlib.import_module("ahocorasick_rs")
    kind = module.Implementation.ContiguousNFA
    automaton = module.AhoCorasick(words, implementation=kind, store_patterns=False)
    return lambda text: len(automaton.find_matches_as_indexes(text, overlapping=True))


def _pyahocorasick(words: list[str]) -> Search:
    import ahocorasick

    automaton: Any = ahocorasick.Automaton()
    for number, word in enumerate(words):
        automaton.add_word(word, number)
    automaton.make_automaton()
    return lambda text: sum(1 for _ in automaton.iter(text))


def _translate(words: list[str]) -> Search:
    from filingdesk.scan.normalize import fold_table, fold_text

    table = fold_table().skip
    meaning: dict[int, int | None] = {}
    for code in np.flatnonzero(table != np.arange(len(table))).tolist():
        target = int(table[code])
        meaning[code] = target if target < 0x110000 else None
    search = _pyahocorasick([fold_text(word) for word in words])
    return lambda text: search(text.translate(meaning))


def _flashtext(words: list[str]) -> Search:
    module: Any = importlib.import_module("flashtext")
    processor = module.KeywordProcessor()
    processor.add_keywords_from_list(words)
    return lambda text: len(processor.extract_keywords(text))


def _hyperscan(words: list[str]) -> Search:
    module: Any = importlib.import_module("hyperscan")
    database = module.Database(mode=module.HS_MODE_BLOCK)
    literals = [word.encode() for word in words]
    database.compile(expressions=literals, ids=list(range(len(words))), elements=len(words), literal=True)

    def search(text: str) -> int:
        found: list[int] = []
        database.scan(text.encode(), match_event_handler=lambda *match: found.append(match[0]))
        return len(found)

    return search


def _floor(_words: list[str]) -> Search:
    from filingdesk.scan.normalize import DROP, encode, fold_table

    table = fold_table().skip

    def search(text: str) -> int:
        codes = encode(text)
        kept = 0
        for low in range(0, len(codes), 1 << 16):
            mapped = table.take(codes[low : low + (1 << 16)])
            index = np.flatnonzero(mapped < DROP)
            kept += len(mapped.take(index))
        return kept

    return search


def _memcpy(_words: list[str]) -> Search:
    # The same characters at four bytes each, copied once.
    return lambda text: len(text.encode("utf-32-le", "surrogatepass"))


PEERS = [
    Peer("raw daachorse", _daachorse, module="daachorse"),
    Peer("raw ahocorasick_rs", _ahocorasick_rs, module="ahocorasick_rs"),
    Peer("raw pyahocorasick", _pyahocorasick, most_chars=2_000_000, module="ahocorasick"),
    Peer("translate + pyahocorasick", _translate, most_chars=2_000_000, module="ahocorasick"),
    Peer("flashtext", _flashtext, most_chars=2_000_000, most_words=100_000, module="flashtext"),
    Peer("hyperscan", _hyperscan, most_words=100_000, module="hyperscan"),
    Peer("floor: table, drop, index", _floor),
    Peer("memcpy to 4 bytes each", _memcpy),
]
