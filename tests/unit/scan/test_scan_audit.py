"""The audit of a list: counts per risk, minima, and doubtful words."""

from filingdesk.domain.risks import Risk
from filingdesk.scan.audit import Shortfall, audit
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
