"""Cards say their source and date; the search finds clauses, rules, help, penalties, policies and facts."""

import time
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.meta import SourceMark
from filingdesk.services import cards, checking
from filingdesk.services.knowledge_search import KnowledgeBase


@pytest.fixture
def base() -> KnowledgeBase:
    made = KnowledgeBase()
    yield made
    made.close()


def test_every_clause_has_a_card_with_source_and_date() -> None:
    known = {c.id: c for c in cards.clause_cards()}
    for pack in checking.all_packs():
        for clause in pack.clauses.values():
            card = known[clause.id]
            assert card.text == clause.text
            assert card.source is clause.source
            assert card.checked_on
            assert (card.state == "待核对") == clause.to_verify
    assert known["algo-2022/art31"].where == "《互联网信息服务算法推荐管理规定》第三十一条"


def test_penalties_are_those_of_the_right_law() -> None:
    risks = {c.id: c for c in cards.risk_cards()}
    assert len(risks) >= 6
    assert "一万元以上十万元以下" in risks["art31"].text
    assert "撤销备案" in risks["art33"].text
    assert "没有规定罚款数额" in risks["art21"].text
    fine = risks["art66"]
    assert fine.law == "个人信息保护法"
    assert "五千万元" in fine.text
    for card in risks.values():
        assert card.checked_on
        assert card.source is SourceMark.LAW
        if card.law != "个人信息保护法":
            assert "五千万" not in card.text
    assert risks["security-law"].article == ""  # its articles were renumbered: never cited


def test_policies_are_what_vendors_say_and_name_no_amount() -> None:
    for card in cards.policy_cards():
        assert card.source is SourceMark.VENDOR
        assert card.state == cards.TO_CONFIRM
        assert card.checked_on
        assert "万元" not in card.text


def test_own_policies_are_kept_outside_projects_and_stand_before_shipped_ones() -> None:
    shipped = cards.policy_cards()
    mine = cards.make_policy(
        "own-1", title="某区奖励", text="以通知为准", as_of="2026年11月1日", region="某区"
    )
    cards.save_policy(mine)
    assert cards.policy_cards()[-1].title == "某区奖励"
    assert cards.policy_cards()[-1].checked_on == "2026-11-01"
    changed = cards.make_policy(
        shipped[0].id, title="已问过", text="没有这项奖励", as_of="2026-11-20", confirmed=True
    )
    cards.save_policy(changed)
    first = cards.policy_cards()[0]
    assert (first.title, first.state, first.own) == ("已问过", "已核实", True)
    cards.remove_policy(shipped[0].id)
    cards.remove_policy("own-1")
    assert cards.policy_cards() == shipped
    with pytest.raises(UserError):
        cards.remove_policy(shipped[0].id)


@pytest.mark.parametrize(
    "text", ["policies: [{id: A b}]", "policies: {", "- 1", "policies: [{id: a, amount: 5}]", "\0"]
)
def test_a_broken_file_of_own_cards_is_told(text: str) -> None:
    cards.own_path().write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="读不懂"):
        cards.policy_cards()


def test_what_is_missing_in_a_card_is_told() -> None:
    with pytest.raises(UserError, match="标题"):
        cards.make_policy("a", title=" ", text="x", as_of="2026-11-01")
    with pytest.raises(UserError, match="不是日期"):
        cards.make_policy("a", title="x", text="x", as_of="明天")


def test_each_kind_is_found(base: KnowledgeBase) -> None:
    facts = Facts()
    facts.algorithm.name = "示例猫头鹰排序算法"
    facts.safety_officer.mobile = "13800001234"
    base.set_facts(facts)

    def kinds(query: str) -> set[str]:
        return {h.entry.kind for h in base.search(query).hits}

    assert {"clause", "help", "rule"} <= kinds("工作日")
    assert {"risk", "clause"} <= kinds("罚款")
    assert "policy" in kinds("补贴")
    assert kinds("猫头鹰") == {"fact"}
    assert base.search("猫").hits[0].entry.place == "algorithm.name"
    (phone,) = base.search("13800001234").hits
    assert "13800001234" not in phone.piece
    assert base.search("AL-ALG-001").hits[0].entry.kind == "rule"
    only = base.search("备案", kinds=["risk"]).hits
    assert {h.entry.kind for h in only} == {"risk"}
    assert not any("{" in h.piece for h in base.search("填写", kinds=["rule"]).hits)


def test_facts_follow_the_project(base: KnowledgeBase) -> None:
    facts = Facts()
    facts.algorithm.name = "示例猫头鹰算法"
    base.set_facts(facts)
    other = facts.model_copy(deep=True)
    other.algorithm.name = "示例啄木鸟算法"
    base.set_facts(other)
    assert base.search("猫头鹰").hits == ()
    assert len(base.search("啄木鸟").hits) == 1
    before = len(base)
    base.set_facts(None)
    assert len(base) == before - 1


def test_own_cards_are_found_after_a_refresh(base: KnowledgeBase) -> None:
    cards.save_policy(cards.make_policy("own-1", title="猫头鹰奖励", text="x", as_of="2026-11-01"))
    base.refresh_policies()
    assert base.search("猫头鹰").hits[0].entry.id == "own-1"
    cards.remove_policy("own-1")
    base.refresh_policies()
    assert base.search("猫头鹰").hits == ()


def test_a_search_over_everything_is_quick(base: KnowledgeBase, tmp_path: Path) -> None:
    """The figure that counts is measured by the bench; this only catches a search that became a hundred times slower."""
    started = time.perf_counter()
    for query in ("的", "备案", "十个工作日", "没有这样的词组啊"):
        base.search(query)
    assert time.perf_counter() - started < 2
