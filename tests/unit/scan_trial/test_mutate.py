"""Disguises: the same for the same seed in every process, and each one is what the channel is meant to find."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.scan.channels import CHANNELS
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.mutate import MUTATED, SEPARATORS, Dice, carriers, mutate

WORDS = ["赌博网站", "大麻", "SM", "加微信", "代开发票123", "bet365", "嘻嘻哈哈", "大", "示例·词", "A+"]


def test_the_draws_are_those_of_every_machine() -> None:
    """Written down once: another Python or another hash seed must not change what a report says can be redone."""
    dice = Dice(7, "skip", "示例")
    assert [dice.below(10) for _ in range(12)] == [9, 7, 3, 8, 2, 0, 0, 1, 2, 0, 5, 7]
    assert all(0 <= Dice("x", n).below(3) < 3 for n in range(100))
    many = Dice("many")
    counts = [0] * 5
    for _ in range(5000):
        counts[many.below(5)] += 1
    assert min(counts) > 850  # a lopsided die would test some separators hardly ever


def test_another_process_makes_the_same_disguises() -> None:
    here = [mutate(word, channel, 11) for word in WORDS for channel in MUTATED]
    code = (
        "from filingdesk.scan.mutate import MUTATED, mutate\n"
        f"print(ascii([mutate(w, c, 11) for w in {WORDS!r} for c in MUTATED]))"
    )
    for hash_seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "PYTHONHASHSEED": hash_seed,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONUTF8": "1",
            },
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert ran.stdout.strip() == ascii(here)


def test_another_seed_makes_others() -> None:
    first = [mutate(word, "skip", 1) for word in WORDS]
    assert first != [mutate(word, "skip", 2) for word in WORDS]


def test_every_channel_of_the_engine_is_either_disguised_for_or_named_untested() -> None:
    assert set(MUTATED) <= set(CHANNELS)


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("大", "skip"),
        ("x", "skip"),
        ("哈嘻", "folded"),
        ("SM", "repeat"),
        ("赌博", "repeat"),
        ("售", "pinyin"),
    ],
)
def test_a_word_without_a_disguise_says_so(word: str, channel: str) -> None:
    assert all(mutate(word, channel, seed) is None for seed in range(5))


@given(
    st.text("赌博网站毒品大麻枪支诈骗代开发票门户abcKMz019", min_size=2, max_size=8), st.integers(0, 10**6)
)
def test_each_disguise_is_found_by_its_channel(word: str, seed: int) -> None:
    """`exact` hides nothing; the other disguises are never the word itself, and the engine sees through them."""
    interceptor = Interceptor([word])
    for channel in MUTATED:
        if channel not in interceptor.channels:
            continue
        variant = mutate(word, channel, seed)
        if variant is None:
            continue
        assert (variant.text == word) is (channel == "exact")
        text = f"他说{variant.text}，没有人懂"
        end = 2 + len(variant.text)
        assert [hit for hit in interceptor.scan(text) if hit.start >= 2 and hit.end <= end], (
            channel,
            variant,
        )
        assert channel == "exact" or word not in text


@pytest.mark.parametrize("channel", ["pinyin", "split"])
@pytest.mark.parametrize("word", ["赌博网站", "代开发票", "枪支弹药", "冰毒", "诈骗", "旅行团购", "女装"])
def test_the_bold_channels_see_through_what_is_made_for_them(word: str, channel: str) -> None:
    interceptor = Interceptor([word], channels=["all"])
    seen = set()
    for seed in range(30):
        variant = mutate(word, channel, seed)
        assert variant is not None
        seen.add(variant.method)
        text = f"他说{variant.text}，没有人懂"
        hits = [hit for hit in interceptor.scan(text) if hit.start == 2 and hit.surface == variant.text]
        assert hits, variant
        assert {hit.channel for hit in hits} == {channel}, (variant, hits)
    assert seen == ({"split"} if channel == "split" else {"letters", "spaced", "toned", "mixed", "homophone"})


def test_separators_are_all_used_in_time() -> None:
    methods = {v.method for seed in range(200) if (v := mutate("赌博网站", "skip", seed))}
    assert methods == set(SEPARATORS)
    folded = {v.method for seed in range(300) if (v := mutate("门网ab12", "folded", seed))}
    assert folded == {"case", "width", "circled", "bold", "lookalike", "radical", "traditional"}


def test_carriers_are_neutral_sentences_with_one_place() -> None:
    assert len(carriers()) >= 40
    assert len(set(carriers())) == len(carriers())
    assert all(before or after for before, after in carriers())
