"""All engines against the definition of a hit, written plainly: every substring, every keyword."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.scan import folding
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.matcher import build_matcher
from filingdesk.scan.matcher_bulk import Patterns
from filingdesk.scan.normalize import SENTINEL, encode, fold_keeping, fold_table, fold_text

Found = tuple[int, int, str, str, str, str]
ENGINES = ("bulk", "daachorse", "pyahocorasick")
RANKS = ("exact", "folded", "skip")
# `FILINGDESK_HYPOTHESIS=thorough` brings ten thousand cases.
CASES = settings(max_examples=max(400, settings().max_examples * 5))


def kind(char: str) -> int:
    return int(fold_table().kind[encode(char)[0]])


def counts(char: str) -> bool:
    return fold_text(char) != ""


def letter(char: str) -> bool:
    return any(folding.word_kind(part) == folding.LETTER for part in fold_text(char))


def neighbour_is_letter(text: str, place: int, step: int) -> bool:
    while 0 <= place < len(text):
        if counts(text[place]):
            return letter(text[place])
        if kind(text[place]) == folding.SKIP_VISIBLE:
            return False
        place += step
    return False


def bounded(text: str, start: int, end: int, pattern: str) -> bool:
    left = folding.word_kind(pattern[0]) == folding.LETTER
    right = folding.word_kind(pattern[-1]) == folding.LETTER
    return not (left and neighbour_is_letter(text, start - 1, -1)) and not (
        right and neighbour_is_letter(text, end, 1)
    )


def torn(surface: str) -> bool:
    """An empty line inside: two paragraphs, unless every character of a longer word was set apart."""
    gaps = [""]
    for char in surface[1:]:
        if counts(char):
            gaps.append("")
        else:
            gaps[-1] += char
    gaps.pop()
    parted = any(gap.replace(" ", "").count("\n\n") for gap in gaps)
    return parted and (len(gaps) == 1 or "" in gaps)


def strict(word: str) -> bool:
    if not any(kind(char) == folding.SKIP_VISIBLE for char in word):
        return False
    return sum(1 if folding.word_kind(char) else 2 for char in fold_text(word)) < 4


def naive_hits(
    keywords: list[tuple[str, str]], text: str, channels: frozenset[str], allow: list[str] | None = None
) -> set[Found]:
    """All hits in overlapping mode."""
    spans = [
        (start, end)
        for phrase in allow or []
        for start, end in cores(text, fold_text(phrase))
        if loose(text[start:end]) == loose(phrase)
    ]
    best: dict[tuple[str, str, int, int], tuple[int, int, int, int, str]] = {}
    for order, (word, category) in enumerate(keywords):
        pattern = fold_text(word)
        if not pattern or SENTINEL in pattern:
            continue
        lead = next(n for n, char in enumerate(word) if counts(char))
        tail = next(n for n, char in enumerate(reversed(word)) if counts(char))
        for start, end in cores(text, pattern):
            if any(low <= start and end <= high for low, high in spans):
                continue
            low, high = start - lead, end + tail
            whole = text[low:high] if low >= 0 and high <= len(text) else None
            if whole == word:
                found = (0, order, low, high, word)
            elif whole is not None and fold_keeping(whole) == fold_keeping(word):
                found = (1, order, low, high, word)
            elif strict(word) or torn(text[start:end]):
                continue
            else:
                found = (2, order, start, end, word)
            key = (pattern, category, start, end)
            best[key] = min(best.get(key, found), found)
    return {
        (low, high, text[low:high], word, category, RANKS[rank])
        for (_, category, _, _), (rank, _, low, high, word) in best.items()
        if RANKS[rank] in channels
    }


def cores(text: str, pattern: str) -> list[tuple[int, int]]:
    """Places that fold to the pattern and begin and end on characters that count."""
    return [
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if counts(text[start])
        and counts(text[end - 1])
        and fold_text(text[start:end]) == pattern
        and bounded(text, start, end, pattern)
    ]


def loose(text: str) -> str:
    """Folded, without spaces and invisible characters; line ends and punctuation stay."""
    return "".join(
        char
        for char in fold_keeping(text)
        if kind(char) != folding.SKIP_INVISIBLE and (char in "\r\n" or not char.isspace())
    )


# Few characters, so that hits are frequent; every class that the table treats in its own way is among them.
ALPHABET = "赌賭博aAАbß1①ﬁ㎏⒈é\u0301\u200b ，·😀\n𠮷"
words = st.lists(
    st.tuples(st.text(ALPHABET, min_size=1, max_size=4), st.sampled_from(["x", "y"])), max_size=6
)
texts = st.text(ALPHABET, max_size=14)


@CASES
@given(words, texts, st.sets(st.sampled_from(RANKS)), st.lists(st.text(ALPHABET, max_size=4), max_size=2))
def test_every_engine_agrees_with_the_definition(
    keywords: list[tuple[str, str]], text: str, channels: set[str], allow: list[str]
) -> None:
    every = naive_hits(keywords, text, frozenset(RANKS), allow)
    for switched in (set(RANKS), channels):
        expected = {hit for hit in every if hit[-1] in switched}
        for engine in (*ENGINES, "naive"):
            hits = Interceptor(keywords, switched, engine=engine, allow=allow).scan(text)
            assert {tuple(hit) for hit in hits} == expected
            assert len(hits) == len(expected)


@given(words, texts)
def test_longest_hits_are_the_greedy_choice_among_all(keywords: list[tuple[str, str]], text: str) -> None:
    every = Interceptor(keywords).scan(text)
    chosen = Interceptor(keywords, mode="longest").scan(text)
    assert set(chosen) <= set(every)
    places = sorted({(hit.start, hit.end) for hit in chosen})
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(places))
    for hit in every:
        overlapping = [place for place in places if place[0] < hit.end and hit.start < place[1]]
        assert overlapping
        first = overlapping[0]
        assert first[0] < hit.start or (first[0] == hit.start and first[1] >= hit.end) or hit in chosen


@given(words, st.lists(texts, max_size=6))
def test_many_records_give_what_each_gives(keywords: list[tuple[str, str]], records: list[str]) -> None:
    interceptor = Interceptor(keywords)
    together = interceptor.scan_many(records)
    alone = [(number, hit) for number, record in enumerate(records) for hit in interceptor.scan(record)]
    assert together == alone


# Many characters for the filters, two of them for long words that begin alike.
patterns_of = st.one_of(st.text("ab赌𠮷é", min_size=1, max_size=4), st.text("ab", min_size=3, max_size=14))


@CASES
@given(
    st.lists(patterns_of, unique=True, max_size=12),
    st.one_of(st.text("ab赌𠮷é", max_size=30), st.text("ab", max_size=60)),
)
def test_matchers_report_the_same_places(patterns: list[str], text: str) -> None:
    codes = encode(text)
    expected = sorted(zip(*build_matcher(Patterns.of(patterns), "naive").find(codes), strict=True))
    for engine in ENGINES:
        found = sorted(zip(*build_matcher(Patterns.of(patterns), engine).find(codes), strict=True))
        assert found == expected


@pytest.mark.parametrize("shared", [1, 2, 3, 500, 3_000])
def test_long_words_that_begin_alike_are_told_apart(shared: int) -> None:
    head = "".join(chr(0x4E00 + n % 89) for n in range(shared))
    patterns = [head, head + "博", head + "博开", head + "赌票", head + "赌" * 50]
    text = "前" + head + "博开" + head[:-1] + head + "赌" * 50 + head + "赌票" + head + "赌"
    codes = encode(text)
    expected = sorted(zip(*build_matcher(Patterns.of(patterns), "naive").find(codes), strict=True))
    assert len(expected) >= 8
    assert sorted(zip(*build_matcher(Patterns.of(patterns), "bulk").find(codes), strict=True)) == expected
