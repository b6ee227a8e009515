"""Keywords made ready for matching: folded patterns, the words behind each, and what limits their hits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filingdesk.scan import folding
from filingdesk.scan.normalize import SENTINEL, encode, fold, fold_keeping, fold_table, fold_words


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word to find and the category its hits are counted under (a risk id, or whatever the list says)."""

    word: str
    category: str = ""


KeywordLike = Keyword | str | tuple[str, str]


class Entry:
    """One keyword behind a pattern; what is costly and seldom needed is worked out when asked for."""

    __slots__ = ("_keeping", "category", "lead", "plain", "strict", "tail", "word")

    def __init__(self, word: str, category: str, plain: bool) -> None:
        self.word = word
        self.category = category
        self.plain = plain  # nothing in the word is skipped or expands
        self.lead = 0  # how many characters before the first and
        self.tail = 0  # after the last that counts
        self.strict = False  # too little is left of the word to be found by skipping
        self._keeping: str | None = None
        if not plain:
            kept = fold(encode(word))
            self.lead = int(kept.index[0])
            self.tail = len(word) - 1 - int(kept.index[-1])
            self.strict = _too_short_without_symbols(word, kept.text)

    @property
    def keeping(self) -> str:
        """The word folded without skipping."""
        if self._keeping is None:
            self._keeping = fold_keeping(self.word)
        return self._keeping


def _too_short_without_symbols(word: str, kept: str) -> bool:
    """Whether the word leans on its symbols: "A+" or "50%" must not be found in every "a" or "50"."""
    visible = folding.SKIP_VISIBLE
    if not (fold_table().kind[encode(word)] == visible).any():
        return False
    narrow = sum(1 for char in kept if folding.word_kind(char) != folding.OTHER)
    return narrow + 2 * (len(kept) - narrow) < 4


@dataclass(frozen=True)
class Dictionary:
    """Distinct `patterns`; `entries[i]` are the keywords that fold to pattern i; `unmatchable` fold to nothing."""

    patterns: list[str]
    entries: list[tuple[Entry, ...]]
    unmatchable: list[Keyword]
    size: int


def compile_keywords(keywords: Iterable[KeywordLike]) -> Dictionary:
    """Fold all keywords at once and group those that fold alike."""
    items = [_keyword(item) for item in keywords]
    folded, plain = fold_words([item.word for item in items])
    groups: dict[str, list[Entry]] = {}
    unmatchable: list[Keyword] = []
    for item, pattern, is_plain in zip(items, folded, plain.tolist(), strict=True):
        if not pattern or SENTINEL in pattern:
            unmatchable.append(item)
            continue
        entry = Entry(item.word, item.category, is_plain)
        group = groups.get(pattern)
        if group is None:
            groups[pattern] = [entry]
        else:
            group.append(entry)
    return Dictionary(list(groups), [tuple(group) for group in groups.values()], unmatchable, len(items))


def _keyword(item: KeywordLike) -> Keyword:
    if isinstance(item, Keyword):
        return item
    return Keyword(item) if isinstance(item, str) else Keyword(*item)


def edge_kinds(patterns: Sequence[str]) -> list[tuple[int, int]]:
    """For each pattern, the `word_kind` of its first and last character."""
    kinds: dict[str, int] = {}
    for pattern in patterns:
        for char in (pattern[0], pattern[-1]):
            if char not in kinds:
                kinds[char] = folding.word_kind(char)
    return [(kinds[pattern[0]], kinds[pattern[-1]]) for pattern in patterns]
