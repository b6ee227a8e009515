"""What counts as the same character, what is skipped, and where it stood."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.scan import normalize
from filingdesk.scan.normalize import encode, fold, fold_keeping, fold_table, fold_text, fold_words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("賭博", "赌博"),
        ("ＳＭ", "sm"),
        ("ⓢ𝐦", "sm"),
        ("ѕМ", "sm"),
        ("ΒΕΤ", "bet"),
        ("ｶﾞ", "ガ"),
        ("か\u3099", "が"),
        ("café", "cafe\u0301"),
        ("①❷⓿２", "1202"),
        ("٣", "3"),
        ("ﬁ", "fi"),
        ("㎏", "kg"),
        ("Straße", "STRASSE"),
        ("㍿", "株式會社"),
        ("🅰", "a"),
        ("ᴀʙ", "AB"),
        ("K", "k"),
        ("豈", "岂"),
        ("⒈", "1"),
    ],
)
def test_variants_fold_alike(written: str, plain: str) -> None:
    assert fold_text(written) == fold_text(plain) != ""


@pytest.mark.parametrize(
    "between",
    [
        *(
            " ",
            "\u3000",
            "，",
            "。",
            "*",
            "·",
            "_",
            "\u200b",
            "\ufeff",
            "\u00ad",
            "\u0301",
            "\ufe0f",
            "\t",
            "\n",
        ),
        *(
            "😀",
            "👨\u200d👩\u200d👧",
            "🇨🇳",
            "👍🏽",
            "1\ufe0f\u20e3"[1:],
            "♂️",
            "★",
            "™",
            "丶",
            "\x00",
            "\U000e0101",
        ),
    ],
)
def test_what_stands_between_characters_is_skipped(between: str) -> None:
    assert fold_text(f"赌{between}博") == "赌博"


@pytest.mark.parametrize("kept", ["1", "v", "了", "ก", "བ", "ि", "한", "〇", "\ue000"])
def test_letters_digits_and_vowel_signs_are_not_skipped(kept: str) -> None:
    assert len(fold_text(f"赌{kept}博")) == 3


def test_lone_surrogates_match_nothing_and_break_nothing() -> None:
    assert fold_text("赌\ud800博") == f"赌{normalize.SENTINEL}博"


def test_table_is_stable_under_itself() -> None:
    skip = fold_table().skip
    single = skip < 0x110000
    targets = np.unique(skip[single])
    assert (skip[targets] == targets).all()


def test_case_never_matters() -> None:
    for code in range(0x3000):
        char = chr(code)
        if unicodedata.category(char) in ("Ll", "Lu"):
            assert fold_text(char.upper()) == fold_text(char.lower()) or len(char.upper()) > 1, hex(code)


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab赌賭 ，ﬁ㎏⒈é\u0301😀\ud83d")), max_size=40)
)
def test_index_points_back_to_where_each_character_came_from(text: str) -> None:
    folded = fold(encode(text))
    parts = [fold_text(char) for char in text]
    assert folded.text == "".join(parts)
    assert folded.index.tolist() == [place for place, part in enumerate(parts) for _ in part]
    assert fold_keeping(text) == "".join(fold_keeping(char) for char in text)


@given(st.lists(st.text(alphabet="ab赌賭 ，ﬁ㎏⒈é\u0301😀", max_size=6), max_size=8))
def test_many_words_fold_as_one_by_one(words: list[str]) -> None:
    folded, plain = fold_words(words)
    assert folded == [fold_text(word) for word in words]
    for word, is_plain in zip(words, plain.tolist(), strict=True):
        assert is_plain == all(len(fold_text(c)) == 1 and len(fold_keeping(c)) == 1 for c in word)
