"""Families of words, and the one pattern that finds the longest of many."""

import pytest

from filingdesk.materials.wording import any_of, expand


def test_a_family_is_every_combination_once() -> None:
    assert expand("应拒答[题|][抽检|抽样][数|]") == [
        "应拒答题抽检数",
        "应拒答题抽检",
        "应拒答题抽样数",
        "应拒答题抽样",
        "应拒答抽检数",
        "应拒答抽检",
        "应拒答抽样数",
        "应拒答抽样",
    ]
    assert expand("a[b[c|]|d]") == ["abc", "ab", "ad"]


@pytest.mark.parametrize("bad", ["应[拒答", "应]拒答", "应|拒答"])
def test_a_broken_family_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        expand(bad)


def test_the_longest_word_is_found_with_or_without_a_space_between_scripts() -> None:
    pattern = any_of(["模型", "模型版本", "模型版本号", "ICP备案号"])
    assert pattern is not None
    text = "模型版本号与模型，icp 备案号"
    assert [m[0] for m in pattern.finditer(text)] == ["模型版本号", "模型", "icp 备案号"]
    assert any_of([]) is None
