"""The channels that alter the text: repeated characters, pinyin, characters taken apart; and what must stay quiet."""

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.scan.channels import CHANNELS, DEFAULT_CHANNELS, choose_channels
from filingdesk.scan.engine import Interceptor


def found(words: list[str], text: str, **options: object) -> list[tuple[str, str]]:
    options.setdefault("channels", ["all"])
    hits = Interceptor(words, **options).scan(text)  # type: ignore[arg-type]
    assert all(text[hit.start : hit.end] == hit.surface for hit in hits)
    return [(hit.surface, hit.channel) for hit in hits]


@pytest.mark.parametrize(
    ("word", "text", "surface"),
    [
        ("赌博", "去赌赌博博吧", "赌赌博博"),
        ("代开发票", "代代开开发发票票", "代代开开发发票票"),
        ("代开发票", "代开开开发票", "代开开开发票"),
        ("代开发票", "代开，开发票", "代开，开发票"),
        ("代开发票", "代開開发票", "代開開发票"),
        ("嘻嘻哈哈", "嘻嘻嘻哈哈哈", "嘻嘻嘻哈哈哈"),
        ("asshole", "assshole", "assshole"),
        ("sex", "找sexxx", "sexxx"),
        ("SM", "玩ssmm", "ssmm"),
        ("网络赌博网站", "网络赌赌博博网站", "网络赌赌博博网站"),
    ],
)
def test_repeated_characters_are_found(word: str, text: str, surface: str) -> None:
    assert (surface, "repeat") in found([word], text)
    assert (surface, "repeat") in found([word], text, channels=DEFAULT_CHANNELS)
    assert (surface, "repeat") not in found([word], text, channels=["exact", "folded", "skip"])


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("嘻嘻哈哈", "嘻哈"),
        ("嘻嘻哈哈", "嘻嘻哈"),
        ("asshole", "ashole"),
        ("as", "ass"),
        ("god", "good"),
        ("bet", "beet"),
        ("hel", "hell"),
        ("6464", "66446644"),
        ("中国人", "我爱中国。国人自强"),
        ("A+B", "a bb"),
    ],
)
def test_words_with_double_letters_and_double_characters_stay_right(word: str, text: str) -> None:
    assert found([word], text, channels=DEFAULT_CHANNELS) == []


def test_a_keyword_that_stands_as_it_is_needs_no_repeat_channel() -> None:
    assert found(["赌博"], "好好赌赌博吧") == [("赌博", "exact")]
    assert found(["嘻嘻哈哈"], "嘻嘻哈哈") == [("嘻嘻哈哈", "exact")]


@pytest.mark.parametrize(
    ("word", "text", "surface"),
    [
        ("赌博", "去dubo吧", "dubo"),
        ("赌博", "去 du bo 吧", "du bo"),
        ("赌博", "DÙ-BÓ", "DÙ-BÓ"),
        ("赌博", "dǔbó", "dǔbó"),
        ("赌博", "ｄｕｂｏ", "ｄｕｂｏ"),
        ("赌博", "du3bo2", "du3bo2"),
        ("赌博", "wangluodubowangzhan", "dubo"),
        ("代开发票", "代开发piao", "代开发piao"),
        ("代开发票", "dai开fa票", "dai开fa票"),
        ("绿卡", "lvka", "lvka"),
        ("绿卡", "lǜ卡", "lǜ卡"),
        ("银行卡", "yinhangka", "yinhangka"),
        ("西安事变", "xian事变", "xian事变"),
        ("西安事变", "xi'an事变", "xi'an事变"),
        ("毒品", "独品", "独品"),
        ("毒品", "毒pin", "毒pin"),
        ("微信", "维信", "维信"),
        ("代开发票", "带开发漂", "带开发漂"),
        ("加v信", "珈v信", "珈v信"),
        ("乾坤赌场", "前坤赌场", "前坤赌场"),
        ("乾坤赌场", "qiankunduchang", "qiankunduchang"),
        ("干部", "赣部", "赣部"),
    ],
)
def test_keywords_are_heard(word: str, text: str, surface: str) -> None:
    assert found([word], text) == [(surface, "pinyin")]
    assert found([word], text, channels=DEFAULT_CHANNELS) == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("赌博", "the dubious robots"),
        ("毒", "du"),
        ("毒", "读"),
        ("毒品", "读贫"),
        ("毒品", "读书作品"),
        ("方案", "fang"),
        ("干部", "前部"),
        ("赌博", "d u b o"),
        ("赌博", "dub o"),
        ("bet", "被"),
    ],
)
def test_what_only_sounds_a_little_alike_is_left_alone(word: str, text: str) -> None:
    assert found([word], text) == []


@pytest.mark.parametrize(
    ("word", "text", "surface"),
    [
        ("枪支", "买木仓支", "木仓支"),
        ("诈骗", "讠乍马扁", "讠乍马扁"),
        ("诈骗", "言乍骗", "言乍骗"),
        ("诈骗", "讠 乍·马扁", "讠 乍·马扁"),
        ("赌博", "貝者博", "貝者博"),
        ("女子骗", "女子马扁", "女子马扁"),
        ("法", "搞氵去吧", "氵去"),
    ],
)
def test_characters_taken_apart_are_put_together(word: str, text: str, surface: str) -> None:
    assert found([word], text, channels=["split"]) == [(surface, "split")]
    assert found([word], text, channels=DEFAULT_CHANNELS) == []


@pytest.mark.parametrize(
    ("word", "text"), [("好", "女子"), ("好看", "女人看"), ("枪支", "木制仓库支出"), ("明天", "日月同天")]
)
def test_neighbours_that_only_could_be_one_character_are_left_alone(word: str, text: str) -> None:
    assert found([word], text) == []


@pytest.mark.parametrize(
    ("word", "text", "surfaces"),
    [
        ("bet", "见 https://exa.mple/b-e-t/x 页", []),
        ("bet", "写信 b.e.t@example.com", []),
        ("bet", "www.b-e-t.example", []),
        ("bet", "https://bet.example/", ["bet"]),
        ("bet", "b-e-t", ["b-e-t"]),
        ("赌博", "赌https://example.com/博", []),
        ("du博", "du.博", ["du.博"]),
    ],
)
def test_addresses_are_not_shredded(word: str, text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in found([word], text, channels=DEFAULT_CHANNELS)] == surfaces


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("赌。博", ["赌。博"]),
        ("赌！博", ["赌！博"]),
        ("赌\n博", ["赌\n博"]),
        ("他好赌。\n博物馆", []),
        ("他好赌\n\n博物馆", []),
        ("他好赌！”\r\n博物馆", []),
        ("赌\u2029\u2029博", []),
    ],
)
def test_a_paragraph_end_parts_two_characters(text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in found(["赌博"], text)] == surfaces


def test_a_word_spread_over_paragraphs_on_purpose_is_found() -> None:
    assert found(["代开发票"], "代。\n开。\n发。\n票") == [("代。\n开。\n发。\n票", "skip")]
    assert found(["代开发票"], "请代开\n\n发票") == []


def test_number_styles_are_an_option() -> None:
    assert found(["六四"], "64 陆肆 ⑥④ 六四", channels=DEFAULT_CHANNELS) == [("六四", "exact")]
    assert found(["六四"], "64 陆肆 ⑥④ 六四", channels=DEFAULT_CHANNELS, numbers=True) == [
        ("64", "folded"),
        ("陆肆", "folded"),
        ("⑥④", "folded"),
        ("六四", "exact"),
    ]


def test_all_stands_for_every_channel() -> None:
    assert choose_channels(["all"]) == set(CHANNELS)
    assert choose_channels(["exact", "pinyin"]) == {"exact", "pinyin"}
    with pytest.raises(UserError) as caught:
        choose_channels(["拼音"])
    assert caught.value.code == "scan.channel_unknown"
    assert "pinyin" in caught.value.hint


def test_allowed_phrases_suppress_suspicions_too() -> None:
    assert found(["毒品"], "独品牌", allow=["独品牌"]) == []


def test_one_suspicion_for_each_category() -> None:
    hits = Interceptor([("毒品", "a"), ("毒品", "b"), ("毒·品", "a")], channels=["all"]).scan("毒pin")
    assert sorted((hit.keyword, hit.category) for hit in hits) == [("毒品", "a"), ("毒品", "b")]


@pytest.mark.parametrize("engine", ["bulk", "daachorse", "pyahocorasick", "naive"])
def test_strange_lists_and_texts(engine: str) -> None:
    long = "赌" + "博开" * 4_999 + "票"
    words = ["", "★★", "\ud800", "\x00", "毒\x00品", long, "赌博"]
    interceptor = Interceptor(words, channels=["all"], engine=engine)
    assert [keyword.word for keyword in interceptor.unmatchable] == ["", "★★", "\ud800", "\x00"]
    text = "x" + long + "\ud83d毒品\x00毒\x00品\udc00赌\x00博\udfff"
    assert {(hit.keyword, hit.channel) for hit in interceptor.scan(text)} == {
        (long, "exact"),
        ("毒\x00品", "skip"),
        ("毒\x00品", "exact"),
        ("赌博", "exact"),
        ("赌博", "skip"),
    }
    assert Interceptor([], channels=["all"], engine=engine).scan("任何 text 讠乍马扁 dubo") == []
    assert interceptor.scan("") == []
    assert interceptor.scan("\ud800" * 20 + "\x00" * 20) == []
