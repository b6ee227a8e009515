"""The index finds Chinese words of any length, Latin ones by their beginning, and forgets what it is told to forget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.infra.fulltext import FullText, excerpt

DOCS = [
    ("a", "备案期限", "在提供服务之日起十个工作日内履行备案手续"),
    ("b", "显式标识", "按 GB 45438-2025 在文本起始处标识"),
    ("c", "罚款", "并处一万元以上十万元以下罚款 ART31"),
]


@pytest.fixture
def index() -> FullText:
    made = FullText()
    made.put("law", DOCS)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("备", ["a"]),
        ("期限", ["a"]),
        ("十个工作日", ["a"]),
        ("起始处", ["b"]),
        ("45438", ["b"]),
        ("454", ["b"]),  # a number by its beginning
        ("ｇｂ", ["b"]),  # full width
        ("art", ["c"]),
        ("备案 工作日", ["a"]),
        ("备案 罚款", []),
        ("", []),
        ("！？", []),
        ('" OR ( *', []),  # the language of the engine means nothing here
        ("NOT 备案", []),
    ],
)
def test_words_of_any_length(index: FullText, query: str, keys: list[str]) -> None:
    assert [f.key for f in index.search(query) if f.all_words] == keys


def test_what_is_not_there_as_written_is_found_loosely_and_says_so(index: FullText) -> None:
    found = index.search("备案的期限")
    assert found[0].key == "a"
    assert not found[0].all_words
    assert index.search("卫星") == []


def test_the_title_weighs_more(index: FullText) -> None:
    index.put("law", [("d", "其他", "罚款" + "的种类" * 3)])
    assert [f.key for f in index.search("罚款")] == ["c", "d"]


def test_groups_limit_replacing_and_forgetting(index: FullText) -> None:
    index.put("fact", [("f", "备案号", "备案")])
    assert {f.key for f in index.search("备案")} == {"a", "f"}
    assert [f.key for f in index.search("备案", groups=["fact"])] == ["f"]
    assert len(index.search("备案", limit=1)) == 1
    index.put("fact", [("f", "编号", "改了")])
    assert [f.key for f in index.search("备案")] == ["a"]
    assert [f.key for f in index.search("改了")] == ["f"]
    index.keep_only("fact", [])
    assert index.search("改了") == []
    assert len(index) == len(DOCS)


@given(st.text(max_size=30))
def test_no_query_breaks_it(query: str) -> None:
    made = FullText()
    made.put("law", DOCS)
    made.search(query)
    piece, marks = excerpt(DOCS[0][2], query)
    assert all(0 <= a < b <= len(piece) for a, b in marks)
    made.close()


@given(st.text(alphabet="备案服务之日起ABCabc123 ", min_size=1, max_size=40), st.data())
def test_any_piece_of_chinese_is_found(text: str, data: st.DataObject) -> None:
    made = FullText()
    made.put("x", [("k", "", text)])
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    piece = text[start : start + data.draw(st.integers(1, 6))]
    if piece.strip() and not any(c in "ABCabc123 " for c in piece):
        assert [f.key for f in made.search(piece)] == ["k"]
    made.close()


def test_the_piece_shows_the_word_and_marks_it() -> None:
    text = "甲" * 100 + "在提供服务之日起十个工作日内" + "乙" * 100
    piece, marks = excerpt(text, "工作日")
    assert [piece[a:b] for a, b in marks] == ["工作日"]
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert len(piece) <= 62
    assert excerpt("", "甲") == ("", ())
