"""Agreements, annotation rules, registration and access papers: what changes with the answers, and what goes into a bundle."""

from typing import Any

import pytest

from filingdesk.documents.blocks import SignaturePlace, plain_text
from filingdesk.documents.paper import Paper
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from golden.papers.support import REGISTERED, Say, facts_with

NO_ANNOTATION = {"large_model.annotation.involved": "否"}


@pytest.mark.parametrize(
    ("paper", "field"), [("service-agreement", "agreement"), ("privacy-policy", "privacy")]
)
def test_an_attached_agreement_goes_before_the_draft(
    paper: str, field: str, papers: dict[str, Paper], plain_full: dict[str, Any]
) -> None:
    attached = facts_with(plain_full, {})
    without = facts_with(plain_full, {f"large_model.service.{field}": []})
    assert not papers[paper].is_bundled(lookup(attached))
    assert papers[paper].is_bundled(lookup(without))


def test_annotation_rules_are_handed_in_unless_a_file_is(
    papers: dict[str, Paper], plain_full: dict[str, Any]
) -> None:
    rules = papers["annotation-rules"]
    no_file = {"large_model.annotation.rules_file": []}
    assert not rules.is_bundled(lookup(facts_with(plain_full, {})))
    assert rules.is_bundled(lookup(facts_with(plain_full, no_file)))
    # A file that is no longer asked for does not stand in for the statement.
    assert rules.is_bundled(lookup(facts_with(plain_full, NO_ANNOTATION)))


def test_without_annotation_the_rules_are_a_statement_with_the_reason(say: Say) -> None:
    text = plain_text(say("annotation-rules", NO_ANNOTATION))
    assert "不涉及语料标注，不制定语料标注规则。理由如下。\n（不涉及的理由）说明。" in text
    assert "标注团队" not in text
    assert len(text.splitlines()) < 10


def test_annotation_rules_never_claim_to_cover_what_they_do_not(say: Say) -> None:
    text = plain_text(say("annotation-rules", {"large_model.annotation.covers_risks": "否"}))
    assert "安全性标注规则未覆盖全部31种安全风险。" in text
    assert "安全性标注覆盖下表" not in text


def test_every_risk_of_the_pack_stands_in_the_annotation_rules(say: Say, data_full: dict[str, Any]) -> None:
    text = plain_text(say("annotation-rules"))
    for risk in data_full["risks"]:
        assert f"{risk['id']}\n{risk['group_name']}\n{risk['name']}" in text


def test_an_agreement_names_what_is_forbidden_and_leaves_quality_out(say: Say) -> None:
    text = plain_text(say("service-agreement"))
    assert "1.示例风险组一：示例风险一\n2.示例风险组二：示例风险二" in text
    assert "示例风险五" not in text


def test_an_agreement_without_an_agreed_court_has_no_such_clause(say: Say) -> None:
    assert "争议解决" not in plain_text(say("service-agreement", {"large_model.service.dispute": ""}))


def test_who_collects_nothing_promises_nothing_about_it(say: Say) -> None:
    text = plain_text(say("privacy-policy", {"large_model.personal_data.kinds": "不收集"}))
    assert "我们在提供本服务时不收集您的个人信息。" in text
    assert "处理的目的" not in text and "委托处理" not in text


def test_test_access_without_an_interface_describes_none(say: Say) -> None:
    text = plain_text(say("trial-access", {"large_model.trial_accounts.api": "否"}))
    assert "不提供测试接口" in text and "鉴权方式" not in text
    assert "账号和口令另行移交，不写入本说明。" in text


def test_test_access_goes_into_the_bundle_only_when_asked_for(
    papers: dict[str, Paper], plain_full: dict[str, Any]
) -> None:
    for answer, expected in (("", False), ("否", False), ("是", True)):
        facts = facts_with(plain_full, {"large_model.trial_accounts.in_bundle": answer})
        assert papers["trial-access"].is_bundled(lookup(facts)) is expected


def test_an_authorization_is_made_only_for_somebody_who_acts_for_the_subject(
    papers: dict[str, Paper], plain_full: dict[str, Any], say: Say
) -> None:
    for paper in ("authorization-algorithm", "authorization-large-model"):
        condition = papers[paper].spec.condition
        assert holds(condition, lookup(facts_with(plain_full, {})))
        assert not holds(condition, lookup(facts_with(plain_full, {"delegation.used": "否"})))
        places = [b for b in say(paper).blocks if isinstance(b, SignaturePlace)]
        assert len(places) == 3
    assert "算法备案（算法名称：算法名称）" in plain_text(say("authorization-algorithm"))
    assert "服务登记（模型名称" in plain_text(say("authorization-large-model", REGISTERED))


def test_only_a_model_called_as_it_is_is_said_to_be_unchanged(say: Say) -> None:
    unchanged = "没有对模型进行训练、微调或者其他改动"
    assert unchanged in plain_text(say("registration-called-model"))
    tuned = say("registration-called-model", {"large_model.development.origin": "微调已备案模型"})
    assert unchanged not in plain_text(tuned)
    assert [gap.path for gap in tuned.gaps] == ["large_model.development.origin"]


def test_the_filter_report_gives_layers_in_the_order_in_which_they_work(
    say: Say, plain_full: dict[str, Any]
) -> None:
    backwards = list(reversed(plain_full["large_model"]["reviews"]))
    text = plain_text(say("filter-report", {"large_model.reviews": backwards}))
    layers = ["输入关键词", "输出分类模型", "人工审核"]
    assert [line for line in text.splitlines() if line in layers] == layers


def test_an_incident_rule_that_is_not_issued_is_not_called_issued(
    say: Say, plain_full: dict[str, Any]
) -> None:
    index = next(n for n, p in enumerate(plain_full["policies"]) if p["kind"] == "安全事件应急处置")
    text = plain_text(say("content-safety-policy", {f"policies.{index}.state": "拟建立"}))
    assert "尚未发布，拟定的主要程序如下。" in text
    assert "安全事件按照《" not in text


def test_corpus_sources_show_the_basis_of_their_kind_only(say: Say) -> None:
    text = plain_text(say("corpus-lawfulness"))
    assert text.count("开源许可协议\n") == 1
    assert text.count("采集记录\n") == 1 and text.count("使用者授权\n") == 1
    assert "（合同与承诺丙）说明。" in text and "（合同与承诺甲）说明。" not in text
