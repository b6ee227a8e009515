"""The audit of a list: counts per risk, minima, and doubtful words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.risks import Risk
from filingdesk.scan.audit import Shortfall, audit
from filingdesk.scan.engine import CHANNELS, Interceptor
from filingdesk.scan.library import KeywordRow


def rows(*items: tuple[str, str]) -> list[KeywordRow]:
    return [KeywordRow(word, risk, "", "", number) for number, (word, risk) in enumerate(items, 2)]


def test_counts_and_minima(risks: list[Risk]) -> None:
    items = rows(("赌甲", "A.1.a"), ("賭甲", "A.1.a"), ("乙乙", "A.1.a"), ("丙丙", "A.1.f"), ("丁丁", ""))
    report = audit(items, risks, {"A.1.a": 3, "A.1.f": 1, "A.2.a": 1}, 5)
    assert (report.total, report.distinct) == (5, 4)
    assert report.by_risk == {"A.1.a": 3, "A.1.f": 1, "A.2.a": 0, "A.2.i": 0, "A.3.a": 0, "A.5.b": 0}
    assert report.distinct_by_risk["A.1.a"] == 2
    assert report.shortfalls == [Shortfall("A.2.a", 0, 0, 1)]
    assert report.short_when_folded == [Shortfall("", 5, 4, 5), Shortfall("A.1.a", 3, 2, 3)]
    assert (report.meets_total, report.meets_per_risk) == (True, False)
    assert audit(items, risks, {}, 6).shortfalls == [Shortfall("", 5, 4, 6)]


def test_doubtful_words_are_named_with_their_rows(risks: list[Risk]) -> None:
    items = rows(
        ("赌博", "A.1.a"),
        ("賭博", "A.1.a"),
        ("赌博", "A.1.f"),
        ("赌博", "A.1.a"),
        ("赌博网站", "A.1.a"),
        ("赌", "A.1.a"),
        ("8964", "A.1.a"),
        ("★", "A.1.a"),
        ("浣犲ソ", "A.1.a"),
        ("甲乙", ""),
        ("丙丁", "A.9.a"),
        ("SM", "A.1.f"),
        ("Smoking", "A.1.f"),
        ("玩SM群", "A.1.f"),
    )
    problems = audit(items, risks, {}, 0).problems
    found = [(p.row, p.kind) for p in problems if p.kind != "hits_benign"]
    assert found == [
        (2, "contains_shorter"),
        (3, "folded_duplicate"),
        (4, "other_risk"),
        (5, "duplicate"),
        (6, "contains_shorter"),
        (7, "one_char"),
        (8, "all_digits"),
        (9, "symbols_only"),
        (10, "mojibake"),
        (11, "missing_risk"),
        (12, "unknown_risk"),
        (15, "contains_shorter"),
    ]


def test_words_that_ordinary_sentences_hold_are_named_with_one(risks: list[Risk]) -> None:
    items = rows(
        ("大麻", "A.1.f"), ("ＳＭ", "A.1.f"), ("Smoking", "A.1.f"), ("赌场荷官", "A.1.f"), ("大 麻", "A.1.f")
    )
    found = {p.row: p for p in audit(items, risks, {}, 0).problems if p.kind == "hits_benign"}
    assert set(found) == {2, 4}
    assert "大麻烦" in found[2].message
    assert "9 句" in found[2].message


def test_the_shortest_contained_word_is_named(risks: list[Risk]) -> None:
    report = audit(rows(("网络赌博网站", "A.1.a"), ("赌博网", "A.1.a"), ("博网", "A.1.a")), risks, {}, 0)
    assert [(p.keyword, "「博网」（第 4 行）" in p.message) for p in report.problems] == [
        ("网络赌博网站", True),
        ("赌博网", True),
    ]


def test_an_empty_list_is_short_of_everything(risks: list[Risk]) -> None:
    report = audit([], risks, {"A.1.a": 1}, 10)
    assert (report.total, report.meets_total, report.meets_per_risk) == (0, False, False)


def test_long_lists_are_searched_to_the_end(risks: list[Risk]) -> None:
    words = [chr(0x4E00 + n % 5000) + chr(0x4E00 + n // 5000) + "词" for n in range(60_000)]
    items = rows(*((word, "A.1.a") for word in [*words, "尾巴", "大尾巴"]))
    found = [p for p in audit(items, risks, {}, 0).problems if p.keyword == "大尾巴"]
    assert [p.row for p in found] == [60_003]


def test_every_doubt_says_its_rows_and_its_mend(risks: list[Risk]) -> None:
    items = [
        KeywordRow("赌博", "A.1.a", "", "", 2),
        KeywordRow("赌博", "A.1.a", "", "", 3),
        KeywordRow("賭博", "A.1.a", "", "", 4),
        KeywordRow("賭博", "A.1.f", "", "", 5),
        KeywordRow("★", "A.1.a", "", "", 6),
        KeywordRow("毒\u200b品", "A.1.a", "", "", 7),
        KeywordRow(" 枪支 ", "A.1.a", "", "", 8),
        KeywordRow("浣犲ソ", "A.1.a", "", "", 9),
        KeywordRow("甲乙丙", "", "民族歧视", "", 10),
        KeywordRow("甲乙丁", "", "涉黄", "", 11, "供应商"),
        KeywordRow("甲乙戊", "", "广告", "", 12, "供应商"),
        KeywordRow("甲乙己", "", "涉黄", "", 13),
        KeywordRow("甲乙庚", "A.1.a", "", "A.1.f 宣扬暴力、淫秽色情", 14),
        KeywordRow("甲乙辛", "A.9.z", "", "", 15),
    ]
    known = {"供应商": {"涉黄": "A.1.f", "广告": ""}}
    report = audit(items, risks, {}, 0, categories=known)
    found = {
        (p.row, p.kind): (p.other, (p.fix.action, p.fix.value, p.fix.certain) if p.fix else None)
        for p in report.problems
        if p.kind != "hits_benign"
    }
    assert found == {
        (3, "duplicate"): (2, ("remove", "", True)),
        (4, "folded_duplicate"): (2, ("remove", "", False)),
        (5, "folded_duplicate"): (2, None),
        (6, "symbols_only"): (0, ("remove", "", True)),
        (7, "invisible"): (0, ("word", "毒品", True)),
        (8, "invisible"): (0, ("word", "枪支", True)),
        (9, "mojibake"): (0, ("word", "你好", False)),
        (10, "unknown_risk"): (0, ("risk", "A.2.a", True)),
        (11, "unknown_risk"): (0, ("risk", "A.1.f", True)),
        (13, "unknown_risk"): (0, None),
        (14, "risk_conflict"): (0, ("risk", "A.1.f", False)),
        (15, "unknown_risk"): (0, None),
    }
    assert report.fixable() == {"duplicate": 1, "symbols_only": 1, "invisible": 2, "unknown_risk": 2}


def test_only_the_doubts_asked_for_are_looked_for(risks: list[Risk]) -> None:
    items = rows(("赌", "A.1.a"), ("赌", "A.1.a"), ("赌博", "A.1.a"), ("★", ""))
    kinds = {p.kind for p in audit(items, risks, {}, 0, kinds=["duplicate"]).problems}
    assert kinds == {"duplicate"}
    assert audit(items, risks, {}, 0, kinds=[]).problems == []


_word = st.text(min_size=1, max_size=6).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))


@settings(max_examples=150, deadline=None)
@given(st.one_of(_word, st.text("赌博aZ1①ⓐ．.-·★😀\u200b\u0301ー、（）", min_size=1, max_size=5)))
def test_a_word_can_be_found_unless_the_audit_says_it_cannot(word: str) -> None:
    """The audit's "no channel can find it" is neither forgotten nor said of a word that is found."""
    said = {p.kind for p in audit([KeywordRow(word, row=1)], [], {}, 0, kinds=["symbols_only"]).problems}
    found = Interceptor([word], channels=CHANNELS).scan(word)
    assert bool(found) == (not said)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [KeywordRow("长" * 10_000, "A.1.a", row=1)],
        [KeywordRow("★" * 50, row=1), KeywordRow("\x00", row=2), KeywordRow("", row=3)],
        [KeywordRow("x\ud800y", "A.1.a", row=1), KeywordRow("\udfff", row=2)],
    ],
)
def test_words_that_no_import_takes_are_audited_all_the_same(
    risks: list[Risk], items: list[KeywordRow]
) -> None:
    report = audit(items, risks, {}, 0)
    assert report.total == len(items)
    assert all(problem.message for problem in report.problems)
