"""Repeat, pinyin and split on every engine against their definitions, written plainly: every place, every keyword."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from filingdesk.scan import folding
from filingdesk.scan.channels import DEFAULT_CHANNELS
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.normalize import encode, fold, fold_text
from filingdesk.scan.pinyin import segmentations, sounds
from filingdesk.scan.split import components

ENGINES = ("bulk", "daachorse", "pyahocorasick", "naive")
Place = tuple[int, int, str]
# `FILINGDESK_HYPOTHESIS=thorough` brings ten thousand cases to each channel.
CASES = settings(max_examples=max(150, settings().max_examples * 5))


def letter(char: str) -> bool:
    return folding.word_kind(char) == folding.LETTER


def whole_word(word: str, text: str, start: int, end: int) -> bool:
    """Latin edges of the keyword do not touch a letter; spaces of these texts part words."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (letter(word[0]) and before != "" and letter(before)) and not (
        letter(word[-1]) and after != "" and letter(after)
    )


def check(words: list[str], text: str, channel: str, expected: set[Place]) -> None:
    for engine in ENGINES:
        hits = Interceptor(words, [channel], engine=engine).scan(text)
        assert {(hit.start, hit.end, hit.keyword) for hit in hits} == expected, engine
        assert len(hits) == len(expected)


# ---- repeat ----


def repeated(words: list[str], text: str) -> set[Place]:
    core = fold(encode(text))
    runs: list[tuple[str, int, int]] = []  # character, first and last place in the folded text
    for char, same in groupby(enumerate(core.text), key=lambda pair: pair[1]):
        places = [place for place, _ in same]
        runs.append((char, places[0], places[-1]))
    found: set[Place] = set()
    for word in words:
        meant = [(char, len(list(same))) for char, same in groupby(word)]
        if len(meant) < 2:
            continue
        for first in range(len(runs) - len(meant) + 1):
            there = runs[first : first + len(meant)]
            if [run[0] for run in there] != [char for char, _ in meant]:
                continue
            sizes = [last - low + 1 for _, low, last in there]
            if not credible(meant, sizes):
                continue
            start, end = int(core.index[there[0][1]]), int(core.index[there[-1][2]]) + 1
            if whole_word(word, text, start, end):
                found.add((start, end, word))
    return found


def credible(meant: list[tuple[str, int]], sizes: list[int]) -> bool:
    letters = [(size, least) for (char, least), size in zip(meant, sizes, strict=True) if letter(char)]
    multiplied = len(letters) > 1 and any(
        all(size == times * least for size, least in letters) for times in range(2, 20)
    )
    more = []
    for (char, least), size in zip(meant, sizes, strict=True):
        if size < least or (size > least and char.isdigit()):
            return False
        if size > least and letter(char) and size < 3 and not multiplied:
            return False
        more.append(size > least)
    latin_edge = (more[0] and letter(meant[0][0])) or (more[-1] and letter(meant[-1][0]))
    return any(more[1:-1]) or latin_edge or all(more)


def doubling(alphabet: str, most: int) -> st.SearchStrategy[str]:
    """Texts in which characters often stand several times in a row."""
    pieces = st.tuples(st.sampled_from(alphabet), st.integers(1, 3)).map(lambda pair: pair[0] * pair[1])
    return st.lists(pieces, max_size=most).map("".join)


@CASES
@given(
    st.lists(st.text("赌博嘻sm1", min_size=1, max_size=5), max_size=5, unique=True),
    doubling("赌博嘻sm1 ，", 9),
)
def test_repeat(words: list[str], text: str) -> None:
    check(words, text, "repeat", repeated(words, text))


@pytest.mark.parametrize("size", [10, 70, 200])
def test_repeat_in_long_texts_and_keywords(size: int) -> None:
    word = fold_text("".join(chr(0x4E00 + n) for n in range(size)))
    text = "嘻" * 300 + word[:3] + word[2:] + "哈" * 90 + "".join(c * 40 for c in word) + "赌赌赌博博博"
    words = [word, "赌博", "嘻哈"]
    check(words, text, "repeat", repeated(words, text))


# ---- split ----


def taken_apart(words: list[str], text: str) -> set[Place]:
    core = fold(encode(text))

    def ends(place: int, rest: str, joined: bool) -> Iterator[int]:
        if not rest:
            if joined:
                yield place
            return
        if core.text[place : place + 1] == rest[0]:
            yield from ends(place + 1, rest[1:], joined)
        pair = (core.text[place : place + 1], core.text[place + 1 : place + 2])
        if rest[0] in components().get(pair, []):
            yield from ends(place + 2, rest[1:], True)

    return {
        (int(core.index[start]), int(core.index[end - 1]) + 1, word)
        for word in words
        if len(word) > 1
        for start in range(len(core.text))
        for end in ends(start, word, False)
    }


@CASES
@given(
    st.lists(st.text("枪支诈骗好看女吗", min_size=2, max_size=4), max_size=5, unique=True),
    st.text("木仓支言乍马扁女子看枪骗口 ", max_size=9),
)
def test_split(words: list[str], text: str) -> None:
    check(words, text, "split", taken_apart(words, text))


# ---- pinyin ----

Token = tuple[int, int, int | None, str]  # start, end, syllable that is spelled, else None; character


def readings(text: str) -> Iterator[list[Token]]:
    """The text as tokens; one word at most is read another way than the usual."""
    parts: list[tuple[int, str]] = []
    for is_word, same in groupby(enumerate(text), key=lambda pair: letter(pair[1])):
        places = list(same)
        if is_word:
            parts.append((places[0][0], "".join(char for _, char in places)))
        else:
            parts.extend((place, char) for place, char in places)
    ways = [segmentations(part) if letter(part[0]) else () for _, part in parts]
    choices = [[0] * len(parts)]
    choices += [
        [other if place == number else 0 for place in range(len(parts))]
        for number, options in enumerate(ways)
        for other in range(1, len(options))
    ]
    for chosen in choices:
        tokens: list[Token] = []
        for (start, part), options, number in zip(parts, ways, chosen, strict=True):
            if options:
                tokens += [
                    (start + low, start + high, syllable, "") for low, high, syllable in options[number]
                ]
            else:
                tokens += [
                    (start + at, start + at + 1, None, char) for at, char in enumerate(part) if char != " "
                ]
        yield tokens


def heard(words: list[str], text: str) -> set[Place]:
    table = sounds()
    found: set[Place] = set()
    for tokens in readings(text):
        for word in words:
            if sum(char in table.of for char in word) < 2:
                continue
            for first in range(len(tokens) - len(word) + 1):
                part = tokens[first : first + len(word)]
                own = spelled = 0
                off = False
                for char, (_, _, syllable, there) in zip(word, part, strict=True):
                    known = table.of.get(char, {})
                    if syllable is not None:
                        if syllable not in known:
                            break
                        spelled += 1
                    elif there == char:
                        own += 1
                    else:
                        usual = next(iter(table.of.get(there, {})), None)
                        if usual is None or usual not in known:
                            break
                        off |= not known[usual] & table.of[there][usual]
                else:
                    if own < len(word) and (not off or 2 * (own + spelled) >= len(word)):
                        found.add((part[0][0], part[-1][1], word))
    return found


SOUNDING = st.lists(
    st.sampled_from(
        [*"毒独赌博搏吸行航型乾干1 ", "du", "bo", "xi", "an", "xian", "bo2", "sm", "毒xian", "，"]
    ),
    max_size=8,
).map("".join)


@CASES
@given(st.lists(st.text("毒赌博西安先行", min_size=2, max_size=3), max_size=4, unique=True), SOUNDING)
def test_pinyin(words: list[str], text: str) -> None:
    assume(not set(text) & set("12，"))  # the definition above knows no digits
    check(words, text, "pinyin", heard(words, text))


@CASES
@given(
    st.lists(st.text("毒赌博安行乾干1xian", min_size=1, max_size=5), max_size=6, unique=True),
    SOUNDING,
)
def test_all_channels_together(words: list[str], text: str) -> None:
    """What stands there literally is found on the way to what sounds like it, or not at all."""
    plain = Interceptor(words).scan(text)
    for engine in ENGINES:
        hits = Interceptor(words, ["all"], engine=engine).scan(text)
        assert [hit for hit in hits if hit.channel in DEFAULT_CHANNELS] == plain, engine
        if engine == ENGINES[0]:
            first = hits
        assert hits == first, engine
