"""Folds dictionary and text with one code-point table and remembers where every kept character came from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from filingdesk.scan import cache as kept
from filingdesk.scan import folding
from filingdesk.scan.matcher_tables import pick

Codes = npt.NDArray[np.uint32]
Index = npt.NDArray[np.int64]

# U+FDD0 is a noncharacter: nothing a person types. It stands between records, is never skipped, and no
# keyword may hold it, so no hit can reach from one record into the next.
SENTINEL = "\ufdd0"
_SIZE = 0x110000
_MANY = 0xFFFFFFFF
DROP = 0xFFFFFFFE
_CHUNK = 1 << 15
"""Characters folded at a time: beyond the second-level cache every pass would wait for memory. A place in it fits 16 bits."""


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
    """Folded code points and the way back to where each stood.

    `plain` tells of each character of the original whether it folded to one; `inside` is where in its chunk each folded
    character stood, and `firsts` how many there are before each chunk. `several` are the places of characters that
    folded to several, or to fewer than their parts: where there are any, `full` is the whole index.
    """

    codes: Codes
    plain: npt.NDArray[np.bool_]
    inside: npt.NDArray[np.uint16]
    firsts: Index
    several: Index
    full: Index | None

    @property
    def text(self) -> str:
        return decode(self.codes)

    @cached_property
    def gone(self) -> Index:
        """The places in the original that were skipped."""
        skipped = np.logical_not(self.plain)
        skipped[self.several] = False
        return skipped.nonzero()[0]

    @cached_property
    def gone_before(self) -> Index:
        """For each skipped character how many were kept before it."""
        return self.gone - np.arange(len(self.gone))

    def origins(self, places: Index) -> Index:
        """The code-point offsets in the original of folded places."""
        if self.full is not None:
            return self.full.take(places)
        origins = pick(self._chunks, places).astype(np.int64)
        origins *= _CHUNK
        origins += pick(self.inside, places)
        return origins

    @cached_property
    def _chunks(self) -> npt.NDArray[np.unsignedinteger[Any]]:
        """In which chunk each folded character stood."""
        chunks = np.empty(len(self.inside), dtype=np.min_scalar_type(len(self.firsts)))
        for number, (low, high) in enumerate(pairwise([*self.firsts.tolist(), len(chunks)])):
            chunks[low:high] = number
        return chunks

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
    """The table of this process, built or loaded on first use; with `numbers` 一, 壹 and 1 are one and the same."""
    name = kept.named("fold", str(numbers))
    arrays = kept.load(name, "table")
    if arrays is not None and arrays.keys() >= {"skip", "keep", "kind", "skip_many", "keep_many"}:
        return FoldTable(
            arrays["skip"].view(np.uint32),
            arrays["keep"].view(np.uint32),
            arrays["kind"].view(np.uint8),
            _unrolled(arrays["skip_many"].tolist()),
            _unrolled(arrays["keep_many"].tolist()),
        )
    table = _built(numbers)
    many = {"skip_many": _rolled(table.skip_many), "keep_many": _rolled(table.keep_many)}
    kept.save(name, {"skip": table.skip, "keep": table.keep, "kind": table.kind, **many}, "table")
    return table


def _rolled(many: dict[int, list[int]]) -> Codes:
    """Each code point, how many it folds to, and these."""
    return np.array([n for code, codes in many.items() for n in (code, len(codes), *codes)], dtype=np.uint32)


def _unrolled(numbers: list[int]) -> dict[int, list[int]]:
    many: dict[int, list[int]] = {}
    at = 0
    while at < len(numbers):
        code, size = numbers[at : at + 2]
        many[code] = numbers[at + 2 : at + 2 + size]
        at += 2 + size
    return many


def _built(numbers: bool) -> FoldTable:
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
        left = [] if folding.is_ornament(char) else [c for c in whole if not folding.skip_kind(c)]
        if not left:
            skip[code] = DROP
            kind[code] = folding.skip_kind(code) or folding.SKIP_VISIBLE
            continue
        kind[code] = folding.word_kind("".join(map(chr, left)))
        if len(whole) == 1:
            skip[code] = left[0]
        else:
            skip[code] = _MANY
            skip_many[code] = left
    for low, high, block_kind in folding.skipped_blocks():
        skip[low:high] = DROP
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
    size = len(codes)
    out = np.empty(size, dtype=np.uint32)
    plain = np.empty(size, dtype=np.bool_)
    inside = np.empty(size, dtype=np.uint16)
    firsts: list[int] = []
    many = False
    count = 0
    for low in range(0, size, _CHUNK):
        part = pick(table.skip, codes[low : low + _CHUNK])
        here = plain[low : low + _CHUNK]
        np.less(part, DROP, out=here)
        many = many or part.max() == _MANY
        places = here.nonzero()[0]
        firsts.append(count)
        end = count + len(places)
        part.take(places, out=out[count:end], mode="wrap")  # `raise` would go through a buffer
        inside[count:end] = places
        count = end
    index = np.array(firsts, dtype=np.int64)
    if not many:
        return Folded(out[:count], plain, inside[:count], index, index[:0], None)
    return _with_several(codes, table, Folded(out, plain, inside, index, index[:0], None))


def _with_several(codes: Codes, table: FoldTable, folded: Folded) -> Folded:
    """Where characters fold to several the whole index is worked out."""
    mapped = table.skip.take(codes)
    several = (mapped == _MANY).nonzero()[0]
    counts = np.ones(len(codes), dtype=np.int64)
    counts[mapped == DROP] = 0
    parts = [table.skip_many[int(code)] for code in codes[several]]
    counts[several] = [len(codes_) for codes_ in parts]
    index = np.repeat(np.arange(len(codes)), counts)
    out = mapped[index]
    ends = np.cumsum(counts)
    for place, several_codes in zip(several, parts, strict=True):
        end = int(ends[place])
        out[end - len(several_codes) : end] = several_codes
    return replace(folded, codes=out, several=several, full=index)


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
