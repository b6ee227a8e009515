"""Folds dictionary and text with one code-point table and remembers where every kept character came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from filingdesk.scan import folding

Codes = npt.NDArray[np.uint32]
Index = npt.NDArray[np.int64]

# U+FDD0 is a noncharacter: nothing a person types. It stands between records, is never skipped, and no
# keyword may hold it, so no hit can reach from one record into the next.
SENTINEL = "\ufdd0"
_SIZE = 0x110000
_DROP = 0xFFFFFFFF
_MANY = 0xFFFFFFFE


@dataclass(frozen=True)
class FoldTable:
    """The table over all 0x110000 code points.

    `skip[c]` is the folded code point, or a mark for "skipped" or "several"; `keep[c]` is the same without
    skipping; `kind[c]` is one of the kinds of `scan.folding`. Characters that fold to several stand in
    `skip_many` and `keep_many`.
    """

    skip: Codes
    keep: Codes
    kind: npt.NDArray[np.uint8]
    skip_many: dict[int, list[int]]
    keep_many: dict[int, list[int]]


@dataclass(frozen=True)
class Folded:
    """Folded code points; `index[i]` is the code-point offset in the original of the i-th of them.

    `several` says that some original character folded to several, or to fewer than its parts.
    """

    codes: Codes
    index: Index
    several: bool

    @property
    def text(self) -> str:
        return decode(self.codes)


def encode(text: str) -> Codes:
    """Code points of `text`, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def decode(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


@cache
def fold_table() -> FoldTable:
    """The one table of this process, built on first use."""
    skip = np.arange(_SIZE, dtype=np.uint32)
    kind = np.zeros(_SIZE, dtype=np.uint8)
    # UTF-32 and the matchers refuse lone surrogates: a stranger that matches nothing stands in for them.
    skip[0xD800:0xE000] = ord(SENTINEL)
    keep = skip.copy()
    skip_many: dict[int, list[int]] = {}
    keep_many: dict[int, list[int]] = {}
    for code in folding.remarkable_codes():
        char = chr(code)
        whole = [ord(c) for c in folding.fold_character(char)]
        if len(whole) == 1:
            keep[code] = whole[0]
        else:
            keep[code] = _MANY
            keep_many[code] = whole
        # A symbol counts when it stands for letters (ⓒ, ㎏, ①), else it is skipped.
        kept = [] if folding.is_ornament(char) else [c for c in whole if not folding.skip_kind(c)]
        if not kept:
            skip[code] = _DROP
            kind[code] = folding.skip_kind(code) or folding.SKIP_VISIBLE
            continue
        kind[code] = folding.word_kind("".join(map(chr, kept)))
        if len(whole) == 1:
            skip[code] = kept[0]
        else:
            skip[code] = _MANY
            skip_many[code] = kept
    for low, high, block_kind in folding.skipped_blocks():
        skip[low:high] = _DROP
        kind[low:high] = block_kind
    for array in (skip, keep, kind):
        array.flags.writeable = False
    return FoldTable(skip, keep, kind, skip_many, keep_many)


def fold(codes: Codes) -> Folded:
    """Fold and skip; the codes of a text of n characters give up to n (rarely more) folded characters."""
    table = fold_table()
    mapped = table.skip[codes]
    several = mapped == _MANY
    if not several.any():
        index = np.flatnonzero(mapped != _DROP)
        return Folded(mapped[index], index, False)
    counts = (mapped != _DROP).astype(np.int64)
    places = np.flatnonzero(several)
    parts = [table.skip_many[int(code)] for code in codes[places]]
    counts[places] = [len(part) for part in parts]
    index = np.repeat(np.arange(len(codes)), counts)
    out = mapped[index]
    ends = np.cumsum(counts)
    for place, part in zip(places, parts, strict=True):
        end = int(ends[place])
        out[end - len(part) : end] = part
    return Folded(out, index, True)


def fold_keeping(text: str) -> str:
    """Fold without skipping anything: equal results mean "equal but for case, width, script variant"."""
    table = fold_table()
    codes = encode(text)
    mapped = table.keep[codes]
    if not (mapped == _MANY).any():
        return decode(mapped)
    out: list[int] = []
    for code, target in zip(codes.tolist(), mapped.tolist(), strict=True):
        out.extend(table.keep_many[code] if target == _MANY else [target])
    return "".join(map(chr, out))


def fold_text(text: str) -> str:
    """The folded and skipped form of one text."""
    return fold(encode(text)).text


def fold_words(words: Sequence[str]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Fold many words at once: their folded forms, and for each whether nothing was skipped or expanded."""
    lengths = np.fromiter((len(word) for word in words), dtype=np.int64, count=len(words))
    ends = np.cumsum(lengths)
    folded = fold(encode("".join(words)))
    cuts = np.searchsorted(folded.index, ends, side="left")
    text = folded.text
    starts = np.concatenate(([0], cuts[:-1])) if len(words) else cuts
    plain = (cuts - starts) == lengths
    if folded.several:
        many = np.isin(encode("".join(words)), list(fold_table().skip_many))
        touched = np.searchsorted(ends, np.flatnonzero(many), side="right")
        plain[touched] = False
    pairs = zip(starts.tolist(), cuts.tolist(), strict=True)
    return [text[start:cut] for start, cut in pairs], plain
