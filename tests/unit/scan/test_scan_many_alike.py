"""Where many keywords sound alike they are found by other tables than where few do; the hits are the same."""

from hypothesis import given
from hypothesis import strategies as st

from filingdesk.scan.engine import Interceptor
from filingdesk.scan.pinyin import sounds

# Characters of two syllables in all tones: every pair of them is a keyword of one of four sounds.
_SHI = [
    char for char, readings in sounds().of.items() if next(iter(readings)) == sounds().names.index("shi")
][:9]
_JI = [char for char, readings in sounds().of.items() if next(iter(readings)) == sounds().names.index("ji")][
    :9
]
_WORDS = [a + b for a in _SHI for b in _JI] + [a + b for a in _JI for b in _JI[:3]]
_KEYWORDS = [(word, "x") for word in _WORDS[::2]]
_OTHERS = ["中", "，", " ", "shi", "ji", "shiji", "3", "dream", "\n"]
_QUICK = Interceptor(_KEYWORDS, ["all"], engine="bulk")
_PLAIN = Interceptor(_KEYWORDS, ["all"], engine="naive")


@given(st.lists(st.sampled_from([*_SHI, *_JI, *_OTHERS]), max_size=12).map("".join))
def test_keywords_that_sound_alike_are_found_as_the_plain_way_finds_them(text: str) -> None:
    assert _QUICK.scan(text) == _PLAIN.scan(text)


def test_the_many_are_all_listed() -> None:
    hits = _QUICK.scan("shi ji")
    assert {hit.keyword for hit in hits} == {word for word, _ in _KEYWORDS if word[0] in _SHI}
    assert {hit.channel for hit in hits} == {"pinyin"}
