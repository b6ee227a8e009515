"""Hits of the interceptor: channels, places, boundaries, allow-list."""

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.scan.engine import Interceptor

ENGINES = ("bulk", "daachorse", "pyahocorasick")


def found(words: list[str], text: str, **options: object) -> list[tuple[str, str]]:
    hits = Interceptor(words, **options).scan(text)  # type: ignore[arg-type]
    assert all(text[hit.start : hit.end] == hit.surface for hit in hits)
    return [(hit.surface, hit.channel) for hit in hits]


@pytest.mark.parametrize(
    ("surface", "channel"),
    [
        ("赌博网站", "exact"),
        ("賭博網站", "folded"),
        ("赌 博网站", "skip"),
        ("赌-博*网·站", "skip"),
        ("赌\u200b博\ufeff网\u00ad站", "skip"),
        ("赌\u0301博\ufe0f网站", "skip"),
        ("赌😀博👨\u200d👩\u200d👧网🇨🇳站", "skip"),
        ("賭，博\n網　站", "skip"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_weakest_sufficient_channel_is_named(surface: str, channel: str, engine: str) -> None:
    text = f"𝒜😀他去{surface}，输光了"
    assert found(["赌博网站"], text, engine=engine) == [(surface, channel)]


def test_places_are_code_points_of_the_original() -> None:
    (hit,) = Interceptor([("毒品", "A.1.f")]).scan("😀e\u0301𠮷毒 品")
    assert (hit.start, hit.end, hit.category) == (4, 7, "A.1.f")


@pytest.mark.parametrize(
    ("word", "text", "surfaces"),
    [
        ("SM", "Smoking plasma ASMR sms", []),
        ("SM", "我要sm吧 SM。s-m", ["sm", "SM", "s-m"]),
        ("SM", "Ｓｍｏｋｉｎｇ", []),
        ("SM", "S\u200bM\u200boking", []),
        ("SM", "玩SM2次", ["SM"]),
        ("bet", "alphabet betting b.e.t bet", ["b.e.t", "bet"]),
        ("ass", "was so", []),
        ("加v", "加v信 加vip", ["加v"]),
        ("нато", "натовский нато НАТО", ["нато", "НАТО"]),
        ("64", "1964年 64", ["64", "64"]),
    ],
)
def test_latin_words_are_whole_words(word: str, text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in found([word], text)] == surfaces


def test_digits_can_be_made_part_of_words() -> None:
    assert found(["64", "SM"], "1964年 64 SM2 SM", digit_bounds=True) == [("64", "exact"), ("SM", "exact")]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("大麻烦来了", []),
        ("大 麻 烦", []),
        ("大麻煩", []),
        ("大麻，烦死了", ["大麻"]),
        ("大麻\n烦死了", ["大麻"]),
        ("惹大麻烦，吸大麻", ["大麻"]),
    ],
)
def test_allowed_phrases_suppress_what_lies_inside(text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in found(["大麻"], text, allow=["大麻烦"])] == surfaces


def test_a_hit_that_reaches_out_of_an_allowed_phrase_stays() -> None:
    assert found(["麻烦制造"], "大麻烦制造者", allow=["大麻烦"]) == [("麻烦制造", "exact")]


def test_overlapping_and_longest() -> None:
    words = ["赌博", "赌博网站", "博网", "网站"]
    assert [s for s, _ in found(words, "赌博网站")] == ["赌博", "赌博网站", "博网", "网站"]
    assert [s for s, _ in found(words, "赌博网站 网站", mode="longest")] == ["赌博网站", "网站"]


def test_channels_can_be_switched() -> None:
    text = "赌博 賭博 赌-博"
    for channel, surface in zip(("exact", "folded", "skip"), text.split(" "), strict=True):
        assert found(["赌博"], text, channels={channel}) == [(surface, channel)]


def test_a_word_in_two_categories_counts_in_both() -> None:
    hits = Interceptor([("赌博", "A.1.h"), ("賭博", "A.1.h"), ("赌博", "A.3.e")]).scan("賭博")
    assert [(hit.keyword, hit.category, hit.channel) for hit in hits] == [
        ("賭博", "A.1.h", "exact"),
        ("赌博", "A.3.e", "folded"),
    ]


def test_words_with_symbols() -> None:
    words = ["《某书》", "阿·明", "A+", "50%"]
    text = "《某书》某书 阿明 阿·明 A a A+ ａ+ 50 50%"
    assert found(words, text) == [
        ("《某书》", "exact"),
        ("某书", "skip"),
        ("阿明", "skip"),
        ("阿·明", "exact"),
        ("A+", "exact"),
        ("ａ+", "folded"),
        ("50%", "exact"),
    ]


def test_words_of_which_nothing_is_left_are_told() -> None:
    interceptor = Interceptor(["赌博", "★★", "😀", "", "\ud800"])
    assert [keyword.word for keyword in interceptor.unmatchable] == ["★★", "😀", "", "\ud800"]
    assert interceptor.size == 5


def test_a_ligature_is_not_cut_in_two() -> None:
    assert found(["i", "fi"], "ﬁ") == [("ﬁ", "folded")]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_list_finds_nothing(engine: str) -> None:
    assert found([], "任何文字", engine=engine) == []
    assert found(["赌博"], "", engine=engine) == []
    assert found(["★"], "★", engine=engine) == []


def test_records_do_not_run_into_each_other() -> None:
    hits = Interceptor(["赌博", "SM"]).scan_many(["赌", "博", "", "x赌博", "S", "M", "SM", "oking"])
    assert [(record, hit.start, hit.surface) for record, hit in hits] == [(3, 1, "赌博"), (6, 0, "SM")]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"engine": "regex"}, "scan.engine_unknown"),
        ({"channels": {"exakt"}}, "scan.channel_unknown"),
        ({"mode": "shortest"}, "scan.mode_unknown"),
    ],
)
def test_unknown_options_are_refused_by_name(options: dict[str, object], code: str) -> None:
    with pytest.raises(UserError) as caught:
        Interceptor(["赌博"], **options)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert "可用的有" in caught.value.hint


def test_many_keywords_at_one_place_come_in_the_order_of_their_text() -> None:
    words = [("赌博", f"A.{number:03}") for number in range(300)]
    hits = Interceptor(words[::-1]).scan("赌博")
    assert [hit.category for hit in hits] == [category for _, category in words]
    assert Interceptor(words[:20][::-1]).scan("赌博") == hits[:20]
