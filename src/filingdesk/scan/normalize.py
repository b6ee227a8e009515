"""Folds dictionary and text with one code-point table and remembers where every kept character came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

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
_CHUNK = 1 << 15


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


_MANY_ASKED = 40  # from one place in so many on, an index of all is cheaper than searching for each


@dataclass(frozen=True)
class Folded:
    """Folded code points and the way back to where each stood.

    `gone` are the places in the original that were skipped, `several` those of characters that folded to several, or
    to fewer than their parts. The full index is worked out only when asked for: most texts hold few hits.
    """

    codes: Codes
    gone: Index
    several: Index
    full: Index | None

    @property
    def text(self) -> str:
        return decode(self.codes)

    @cached_property
    def gone_before(self) -> Index:
        """For each skipped character how many were kept before it."""
        return self.gone - np.arange(len(self.gone))

    def origins(self, places: Index) -> Index:
        """The code-point offsets in the original of folded places."""
        if self.full is not None:
            return self.full.take(places)
        if len(places) * _MANY_ASKED > len(self.codes):
            return self._kept.take(places)
        return places + np.searchsorted(self.gone_before, places, side="right")

    @cached_property
    def _kept(self) -> Index:
        """Where each folded character stood, when each stood for one."""
        kept = np.ones(len(self.codes) + len(self.gone), dtype=np.bool_)
        kept[self.gone] = False
        return np.flatnonzero(kept)

    @property
    def index(self) -> Index:
        """`origins` of every place."""
        return self.origins(np.arange(len(self.codes)))


def encode(text: str) -> Codes:
    """Code points of `text`, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def decode(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


@cache
def fold_table(numbers: bool = False) -> FoldTable:
    """The table of this process, built on first use; with `numbers` 一, 壹 and 1 are one and the same."""
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
    if numbers:
        for char, digit in folding.NUMBERS.items():
            alike = keep == ord(char)
            skip[alike] = keep[alike] = ord(digit)
            kind[alike] = folding.DIGIT
    for array in (skip, keep, kind):
        array.flags.writeable = False
    return FoldTable(skip, keep, kind, skip_many, keep_many)


def fold(codes: Codes, table: FoldTable | None = None) -> Folded:
    """Fold and skip; the codes of a text of n characters give up to n (rarely more) folded characters."""
    table = table or fold_table()
    kept: list[Codes] = []
    marks: list[Index] = []
    several = np.zeros(0, dtype=np.int64)
    # Beyond the second-level cache every pass would wait for memory.
    for low in range(0, len(codes), _CHUNK):
        part = table.skip.take(codes[low : low + _CHUNK])
        plain = part < _MANY
        places = np.flatnonzero(plain)
        if len(places) < len(part):
            np.logical_not(plain, out=plain)
            marks.append(np.flatnonzero(plain) + low)
            many = part[marks[-1] - low] == _MANY
            if many.any():
                several = np.append(several, marks[-1][many])
                marks[-1] = marks[-1][~many]
            part = part.take(places)
        kept.append(part)
    gone = np.concatenate(marks) if marks else several[:0]
    if not len(several):
        return Folded(np.concatenate(kept) if kept else codes, gone, several, None)
    counts = np.ones(len(codes), dtype=np.int64)
    counts[gone] = 0
    parts = [table.skip_many[int(code)] for code in codes[several]]
    counts[several] = [len(codes_) for codes_ in parts]
    index = np.repeat(np.arange(len(codes)), counts)
    out = table.skip[codes[index]]
    ends = np.cumsum(counts)
    for place, several_codes in zip(several, parts, strict=True):
        end = int(ends[place])
        out[end - len(several_codes) : end] = several_codes
    return Folded(out, gone, several, index)


def fold_keeping(text: str, table: FoldTable | None = None) -> str:
    """Fold without skipping anything: equal results mean "equal but for case, width, script variant"."""
    table = table or fold_table()
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


def fold_words(
    words: Sequence[str], table: FoldTable | None = None
) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Fold many words at once: their folded forms, and for each whether nothing was skipped or expanded."""
    table = table or fold_table()
    lengths = np.fromiter((len(word) for word in words), dtype=np.int64, count=len(words))
    ends = np.cumsum(lengths)
    folded = fold(encode("".join(words)), table)
    cuts = np.searchsorted(folded.index, ends, side="left")
    text = folded.text
    starts = np.concatenate(([0], cuts[:-1])) if len(words) else cuts
    plain = (cuts - starts) == lengths
    plain[np.searchsorted(ends, folded.several, side="right")] = False
    pairs = zip(starts.tolist(), cuts.tolist(), strict=True)
    return [text[start:cut] for start, cut in pairs], plain
