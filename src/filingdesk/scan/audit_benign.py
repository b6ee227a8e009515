"""Which words of a list hit the harmless text that comes with the program, and so would stop ordinary users."""

from collections.abc import Mapping
from typing import NamedTuple

from filingdesk.domain.jobs import Cancel
from filingdesk.scan.benign import benign_sentences
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.normalize import SENTINEL, fold_text

_CHANNELS = ("exact", "folded", "skip")
_SHOWN = 12  # characters of the sentence on either side of the hit


class BenignUse(NamedTuple):
    """A word (folded form) that hits `sentences` harmless sentences; `example` is a piece of the first."""

    folded: str
    sentences: int
    example: str


def benign_uses(words: Mapping[str, str], cancel: Cancel | None = None) -> list[BenignUse]:
    """`words`: folded form → a word of the list. Takes the same time for ten words and a million."""
    cancel = cancel or Cancel()
    sentences = benign_sentences()
    # Only words that occur at all are given to the engine, which then judges word boundaries and the like.
    lengths = sorted({len(text) for text in words})
    occurring: set[str] = set()
    for number, piece in enumerate(fold_text(SENTINEL.join(sentences)).split(SENTINEL)):
        if not number % 500:
            cancel.check()
        for length in lengths:
            if length > len(piece):
                break
            for start in range(len(piece) - length + 1):
                part = piece[start : start + length]
                if part in words:
                    occurring.add(part)
    if not occurring:
        return []
    found: dict[str, tuple[set[int], str]] = {}
    by_word = {words[text]: text for text in sorted(occurring)}
    for number, hit in Interceptor(by_word, channels=_CHANNELS).scan_many(sentences):
        sentence = sentences[number]
        example = sentence[max(0, hit.start - _SHOWN) : hit.end + _SHOWN]
        found.setdefault(by_word[hit.keyword], (set(), example))[0].add(number)
    return [BenignUse(text, len(numbers), example) for text, (numbers, example) in sorted(found.items())]
