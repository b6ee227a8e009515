"""The finder reads pinyin by initials, whole or begun, with any reading of a character; what is written comes first."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.services import palette
from filingdesk.services.demo import create_sample
from filingdesk.services.palette import Found, Palette
from filingdesk.services.palette_facts import facts_found
from filingdesk.services.workspace import Workspace


@pytest.fixture(autouse=True)
def warm() -> Iterator[None]:
    palette.warm_up()
    yield


def made(*titles: str) -> Palette:
    found = Palette()
    found.fill(Found("字段", title, "某处", f"field:{n}") for n, title in enumerate(titles))
    return found


TITLES = ("自评估内容", "关键词库", "重要行为", "网站 ICP 备案号", "中文名称", "月活跃用户量", "收益率")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("zpg", "自评估内容"),
        ("zipinggu", "自评估内容"),
        ("zping", "自评估内容"),
        ("gjck", "关键词库"),
        ("guanjianck", "关键词库"),
        ("zyxw", "重要行为"),
        ("cyxw", "重要行为"),
        ("zyhw", "重要行为"),
        ("zhwmc", "中文名称"),
        ("wzicp", "网站 ICP 备案号"),
        ("icp", "网站 ICP 备案号"),
        ("yhyyhl", "月活跃用户量"),
        ("syl", "收益率"),
        ("sysh", "收益率"),
        ("ＺＰＧ", "自评估内容"),
        ("评估", "自评估内容"),
    ],
)
def test_letters_and_characters_find_the_title(query: str, title: str) -> None:
    assert title in [found.title for found in made(*TITLES).search(query)]


@pytest.mark.parametrize("query", ["zpx", "gck", "nothing", "x", "评价", "zpgk"])
def test_letters_that_do_not_spell_it_do_not_find_it(query: str) -> None:
    assert "自评估内容" not in [found.title for found in made(*TITLES).search(query)]


def test_what_is_written_comes_before_what_is_only_spoken() -> None:
    found = made("以客户评估", "ICP 备案号", "安全评估").search("icp")
    assert found[0].title == "ICP 备案号"
    assert made("安全评估内容", "评估").search("评估")[0].title == "评估"


def test_all_words_must_be_there() -> None:
    found = made("算法备案编号", "算法名称", "模型备案号")
    assert [f.title for f in found.search("算法 bh")] == ["算法备案编号"]
    assert found.search("") == []
    assert found.search("   ") == []


def test_facts_are_found_but_personal_ones_are_not(tmp_path: Path) -> None:
    session = create_sample(Workspace(who=lambda: "测试员"), tmp_path / "示例")
    try:
        found = facts_found(session.facts)
        name = session.facts.legal_representative.id_number
        assert name
        assert name not in {f.title for f in found}
        assert session.facts.subject.name in {f.title for f in found}
    finally:
        session.close()


def test_two_thousand_titles_are_searched_in_a_moment() -> None:
    many = Palette()
    many.fill(
        Found("字段", f"{a}{b}{c}说明", "算法备案 › 安全", f"field:{a}{b}{c}")
        for a in ("自评估", "关键词", "主体", "产品", "数据", "模型", "语料", "标识", "审核", "投诉")
        for b in ("名称", "类型", "来源", "规模", "用途", "期限", "说明", "附件", "时间", "责任人")
        for c in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    )
    many.search("z")
    best = min(_timed(many, query) for query in ("zpgmc", "zt", "s", "评估"))
    assert best < 0.03


def _timed(many: Palette, query: str) -> float:
    begun = time.perf_counter()
    many.search(query)
    return time.perf_counter() - begun
