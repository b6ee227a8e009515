"""Keywords made ready for matching: folded patterns, the words behind each, and what limits their hits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding
from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.matcher_tables import Codes, Ints
from filingdesk.scan.normalize import SENTINEL, FoldTable, encode, fold, fold_table, fold_words

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word to find and the category its hits are counted under (a risk id, or whatever the list says)."""

    word: str
    category: str = ""


KeywordLike = Keyword | str | tuple[str, str]


@dataclass(frozen=True)
class Dictionary:
    """The keywords in columns, so that a hundred thousand of them load and are compared at once.

    Pattern p stands for the entries `groups[p]` to `groups[p + 1]`: the keywords that fold alike, in list order. Entry e
    is the keyword `words[e]` of category `categories[category[e]]`. `plain`: nothing in the word is skipped or expands.
    `lead`, `tail`: characters before the first and after the last that counts. `strict`: too little is left of the word
    to be found by skipping. `unmatchable` fold to nothing.
    """

    patterns: Patterns
    groups: Ints
    words: Sequence[str]
    category: Ints
    categories: list[str]
    plain: Flags
    lead: Ints
    tail: Ints
    strict: Flags
    unmatchable: list[Keyword]
    size: int

    @cached_property
    def word_offsets(self) -> Ints:
        """Where each word begins in `word_codes`."""
        offsets = np.zeros(len(self.words) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, self.words), np.int64, len(self.words)), out=offsets[1:])
        return offsets

    @cached_property
    def word_codes(self) -> Codes:
        """All words' own code points, one after the other."""
        return encode("".join(self.words))

    @cached_property
    def order(self) -> Ints:
        """For each entry its number when all are sorted by word and category."""
        words, names = list(self.words), self.categories
        category = self.category.tolist()
        order = sorted(range(len(words)), key=lambda entry: (words[entry], names[category[entry]]))
        ranks = np.empty(len(words), dtype=np.int64)
        ranks[order] = np.arange(len(words))
        return ranks

    @cached_property
    def simple(self) -> Flags:
        """For each pattern whether one plain keyword stands behind it."""
        alone = np.diff(self.groups) == 1
        simple: Flags = alone & self.plain[self.groups[:-1]] if len(alone) else alone
        return simple

    @cached_property
    def edges(self) -> npt.NDArray[np.uint8]:
        """For each pattern the `word_kind` of its first and last character (two columns)."""
        ends = self.patterns.offsets
        codes = self.patterns.codes
        edge = np.stack([codes[ends[:-1]], codes[ends[1:] - 1]], axis=1)
        distinct, inverse = np.unique(edge, return_inverse=True)
        kinds = np.array([folding.word_kind(chr(code)) for code in distinct.tolist()], dtype=np.uint8)
        return kinds[inverse.reshape(edge.shape)] if len(distinct) else edge.astype(np.uint8)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that `load` needs, by name."""
        left_out = [text for keyword in self.unmatchable for text in (keyword.word, keyword.category)]
        return {
            "pattern_codes": self.patterns.codes,
            "pattern_offsets": self.patterns.offsets,
            "groups": self.groups,
            "word_codes": self.word_codes,
            "word_offsets": self.word_offsets,
            "category": self.category,
            **_text_arrays("categories", self.categories),
            "plain": self.plain,
            "lead": self.lead,
            "tail": self.tail,
            "strict": self.strict,
            "edges": self.edges,
            **_text_arrays("left_out", left_out),
            "size": np.array([self.size]),
        }

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[np.generic]]) -> "Dictionary":
        """From what `arrays` gave."""
        left_out = _texts(arrays["left_out_codes"], arrays["left_out_offsets"])
        known = Dictionary(
            Patterns(arrays["pattern_codes"].view(np.uint32), arrays["pattern_offsets"].view(np.int64)),
            arrays["groups"].view(np.int64),
            _Slices(arrays["word_codes"], arrays["word_offsets"].view(np.int64)),
            arrays["category"].view(np.int64),
            _texts(arrays["categories_codes"], arrays["categories_offsets"]),
            arrays["plain"].view(np.bool_),
            arrays["lead"].view(np.int64),
            arrays["tail"].view(np.int64),
            arrays["strict"].view(np.bool_),
            [Keyword(*pair) for pair in zip(left_out[::2], left_out[1::2], strict=True)],
            int(arrays["size"].item()),
        )
        # Worked out before; a cached property is kept in the instance's dictionary.
        for name in ("word_codes", "word_offsets", "edges"):
            known.__dict__[name] = arrays[name]
        return known

    @cached_property
    def strings(self) -> list[str]:
        """The patterns as text."""
        return self.patterns.strings()


class _Slices(Sequence[str]):
    """Many texts kept as one; each is cut out when asked for, which for most never happens."""

    def __init__(self, codes: npt.NDArray[np.generic], offsets: Ints) -> None:
        self._whole = codes.tobytes().decode("utf-32-le", "surrogatepass")
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        return self._whole[self._offsets[place] : self._offsets[place + 1]]


def _text_arrays(name: str, texts: list[str]) -> dict[str, npt.NDArray[np.generic]]:
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    return {f"{name}_codes": encode("".join(texts)), f"{name}_offsets": offsets}


def _texts(codes: npt.NDArray[np.generic], offsets: npt.NDArray[np.generic]) -> list[str]:
    whole = codes.tobytes().decode("utf-32-le", "surrogatepass")
    return [whole[low:high] for low, high in pairwise(offsets.tolist())]


def _too_short_without_symbols(word: str, kept: str, table: FoldTable) -> bool:
    """Whether the word leans on its symbols: "A+" or "50%" must not be found in every "a" or "50"."""
    if not (table.kind[encode(word)] == folding.SKIP_VISIBLE).any():
        return False
    narrow = sum(1 for char in kept if folding.word_kind(char) != folding.OTHER)
    return narrow + 2 * (len(kept) - narrow) < 4


def compile_keywords(keywords: Iterable[KeywordLike], table: FoldTable | None = None) -> Dictionary:
    """Fold all keywords at once and group those that fold alike."""
    table = table or fold_table()
    items = [keyword_of(item) for item in keywords]
    folded, plain = fold_words([item.word for item in items], table)
    numbers: dict[str, int] = {}
    pattern_of: list[int] = []
    kept: list[int] = []
    unmatchable: list[Keyword] = []
    for place, pattern in enumerate(folded):
        if not pattern or SENTINEL in pattern:
            unmatchable.append(items[place])
            continue
        pattern_of.append(numbers.setdefault(pattern, len(numbers)))
        kept.append(place)
    order = np.argsort(np.array(pattern_of, dtype=np.int64), kind="stable")
    chosen = np.array(kept, dtype=np.int64)[order]
    groups = np.zeros(len(numbers) + 1, dtype=np.int64)
    if pattern_of:
        np.cumsum(np.bincount(pattern_of, minlength=len(numbers)), out=groups[1:])
    words = [items[place].word for place in chosen.tolist()]
    names: dict[str, int] = {}
    category = [names.setdefault(items[place].category, len(names)) for place in chosen.tolist()]
    entry_plain = plain[chosen]
    lead, tail = (np.zeros(len(words), dtype=np.int64) for _ in range(2))
    strict = np.zeros(len(words), dtype=np.bool_)
    for entry in np.flatnonzero(~entry_plain).tolist():
        word = words[entry]
        core = fold(encode(word), table)
        index = core.index
        lead[entry] = index[0]
        tail[entry] = len(word) - 1 - index[-1]
        strict[entry] = _too_short_without_symbols(word, core.text, table)
    return Dictionary(
        Patterns.of(list(numbers)),
        groups,
        words,
        np.array(category, dtype=np.int64),
        list(names),
        entry_plain,
        lead,
        tail,
        strict,
        unmatchable,
        len(items),
    )


def keyword_of(item: KeywordLike) -> Keyword:
    """The keyword that a word, a pair or a keyword stands for."""
    if isinstance(item, Keyword):
        return item
    return Keyword(item) if isinstance(item, str) else Keyword(*item)
