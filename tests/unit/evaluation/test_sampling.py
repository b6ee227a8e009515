"""A sample can be drawn again by anybody, and keeps the proportions of its strata."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.evaluation.sampling import allot, draw, stratified

ITEMS = [f"q{n}" for n in range(100)]


def _same(item: str) -> str:
    return item


def test_same_seed_same_sample_whatever_the_order() -> None:
    first = draw(ITEMS, 10, seed="2026-11", key=_same)
    again = draw(ITEMS[::-1], 10, seed="2026-11", key=_same)
    assert sorted(first) == sorted(again)
    assert len(first) == 10
    assert first != draw(ITEMS, 10, seed="2026-12", key=_same)


def test_the_sample_is_pinned() -> None:
    # Changing this list changes which questions an officer has already asked: never without a migration.
    assert draw(ITEMS, 5, seed="filingdesk", key=_same) == ["q35", "q41", "q68", "q97", "q99"]


def test_more_than_there_are_gives_all() -> None:
    assert draw(ITEMS[:3], 10, seed="s", key=_same) == ITEMS[:3]
    assert stratified([], 10, seed="s", key=_same, stratum=_same) == []


def test_two_questions_with_one_number_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        draw(["a", "a"], 1, seed="s", key=_same)
    with pytest.raises(ValueError, match="negative"):
        draw(["a"], -1, seed="s", key=_same)


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 60), max_size=12), st.integers(0, 300))
def test_allotment(sizes: dict[str, int], total: int) -> None:
    quota = allot(sizes, total)
    population = sum(sizes.values())
    assert sum(quota.values()) == min(total, population)
    assert all(0 <= quota[name] <= sizes[name] for name in sizes)
    filled = [name for name, size in sizes.items() if size]
    if total >= len(filled):
        assert all(quota[name] >= 1 for name in filled)


def test_shares_follow_the_sizes() -> None:
    assert allot({"a": 60, "b": 30, "c": 10}, 10) == {"a": 6, "b": 3, "c": 1}
    items = [f"{group}{n}" for group, size in (("a", 60), ("b", 30), ("c", 10)) for n in range(size)]
    drawn = stratified(items, 10, seed="s", key=_same, stratum=lambda item: item[0])
    assert [sum(item[0] == g for item in drawn) for g in "abc"] == [6, 3, 1]
