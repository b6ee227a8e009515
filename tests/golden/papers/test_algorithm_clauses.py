"""The clause drafts of the algorithm filing: they change with type, role and data, and leave open what no fact carries."""

import pytest

from filingdesk.documents.blocks import plain_text
from filingdesk.documents.paper import Paper
from golden.papers.support import Say

AGREEMENT, PRIVACY = "algorithm-agreement-clauses", "algorithm-privacy-clauses"

BY_TYPE = {
    "生成合成类": ("不得去除、篡改、隐匿这些标识", "防止虚假新闻"),
    "个性化推送类": ("您可以关闭个性化推送", "避免重复推送"),
    "排序精选类": ("操纵榜单", "人工干预和由用户自主选择"),
    "检索过滤类": ("操纵检索结果",),
    "调度决策类": ("订单分配、报酬、工作时间和奖惩", "不合理的差别待遇"),
}


@pytest.mark.parametrize("kind", BY_TYPE)
def test_clauses_are_those_of_the_type_and_of_no_other(kind: str, say: Say) -> None:
    text = plain_text(say(AGREEMENT, {"algorithm.types": [kind]}))
    for other, words in BY_TYPE.items():
        for sentence in words:
            assert (sentence in text) == (other == kind), (kind, sentence)


def test_a_supporter_speaks_to_customers_and_lists_no_products(say: Say, papers: dict[str, Paper]) -> None:
    given = say(AGREEMENT, {"algorithm.role": "服务技术支持者"})
    text = plain_text(given)
    assert "客户不得去除" in text
    assert "（以下称“您”）" not in text
    assert "使用本算法的产品" not in text
    assert "产品名称甲" not in text
    assert plain_text(say(AGREEMENT)).startswith("用户协议算法条款")
    assert text.startswith("技术服务协议算法条款")
    assert not papers[AGREEMENT].spec.bundle
    assert not papers[PRIVACY].spec.bundle


def test_drafts_say_that_they_are_drafts_and_leave_the_rest_to_the_lawyer(say: Say) -> None:
    for paper in (AGREEMENT, PRIVACY):
        text = plain_text(say(paper))
        assert "草案" in text
        assert "审定以前请不要对外公布" in text
        assert "由法务补写的事项" in text


def test_only_a_number_that_was_given_is_stated(say: Say) -> None:
    assert "本算法的备案号为网信算备" in plain_text(say(AGREEMENT))
    text = plain_text(say(AGREEMENT, {"algorithm.result.number": ""}))
    assert "本算法的备案号为" not in text
    assert "取得备案号后填写" in text


def test_of_personal_data_nothing_is_said_that_the_data_sets_do_not_say(say: Say) -> None:
    text = plain_text(say(PRIVACY))
    assert "“数据集名称甲”含有个人信息" in text
    assert "均不含个人信息" not in text
    none = {f"algorithm.datasets.{n}.personal_data": "否" for n in (0, 1)}
    text = plain_text(say(PRIVACY, none))
    assert "上述数据均不含个人信息。" in text
    assert "含有个人信息，合法来源" not in text
    unknown = {**none, "algorithm.datasets.1.personal_data": ""}
    assert "均不含个人信息" not in plain_text(say(PRIVACY, unknown))
    # A data set whose origin is open may be what users typed.
    assert "上述数据中没有使用者的输入。" in plain_text(say(PRIVACY))
    assert "没有使用者的输入" not in plain_text(say(PRIVACY, {"algorithm.datasets.0.source": ""}))
    typed = plain_text(say(PRIVACY, {**none, "algorithm.datasets.0.source": "使用者输入"}))
    assert "“数据集名称甲”来自使用者的输入" in typed
    assert "关闭“把输入用于训练”的方式" in typed


def test_tags_and_orders_stand_only_where_the_type_has_them(say: Say) -> None:
    assert "用户标签" not in plain_text(say(PRIVACY))
    assert "用户标签" in plain_text(say(PRIVACY, {"algorithm.types": ["个性化推送类"]}))
    assert "劳动者的信息" in plain_text(say(PRIVACY, {"algorithm.types": ["调度决策类"]}))
