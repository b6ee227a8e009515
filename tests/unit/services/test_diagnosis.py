"""The diagnosis says what would be sent back, ranked, with clause and mend; its score is explained; its report is whole."""

import io
import time
from datetime import date
from typing import Any

import docx
import pypdfium2
import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain
from filingdesk.rules.route_diagnosis import load_diagnosis, shipped_diagnosis
from filingdesk.services import catalogue, checking, diagnosis, diagnosis_report, papers, routing
from filingdesk.services.diagnosis import diagnose
from filingdesk.services.sample import sample_facts

TODAY = date(2026, 11, 23)
INTAKE: dict[str, Any] = {
    "intake": {
        "offered_to": ["境内社会公众"],
        "forms": ["小程序"],
        "llm": "使用",
        "humanlike": "否",
        "on_device": "否",
        "data_sources": ["开源", "商业采购"],
        "personal_data": "含个人信息",
        "prepared": ["开源许可协议", "显式标识", "测试题库"],
    },
    "algorithm": {"types": ["生成合成类"], "role": "服务提供者", "launched": "否"},
    "large_model": {"serves_minors": "是", "development": {"origin": "微调开源模型"}},
}


def facts(plain: dict[str, Any]) -> Facts:
    found, problems = from_plain(plain)
    assert problems == []
    return found


def with_intake(**changes: Any) -> Facts:
    return facts({**INTAKE, "intake": {**INTAKE["intake"], **changes}})


def test_from_the_intake_alone() -> None:
    found = diagnose(facts(INTAKE), TODAY)
    assert found.basis == "intake"
    states = {i.id: i.state for i in (*found.items, *found.ready)}
    assert states["corpus-open"] == "ready"
    assert states["corpus-bought"] == "missing"
    assert "corpus-collected" not in states, "that source was not named"
    assert states["consent"] == "missing"
    assert states["explicit-label"] == "ready"
    assert states["implicit-label"] == "missing"
    assert states["banks"] == "ready"
    assert states["keywords"] == "missing"
    assert states["annotation"] == "unknown", "nothing was said about it"
    assert {c.id for c in found.cards} == {"art31", "art33", "art21", "art66"}


def test_saying_that_something_is_at_hand_raises_the_score_and_takes_it_off_the_list() -> None:
    before = diagnose(facts(INTAKE), TODAY)
    after = diagnose(with_intake(prepared=[*INTAKE["intake"]["prepared"], "拦截关键词库"]), TODAY)
    assert before.score is not None
    assert after.score is not None
    assert after.score > before.score
    assert "keywords" in {i.id for i in before.items} - {i.id for i in after.items}


def test_unsure_is_neither_missing_nor_at_hand() -> None:
    states = {i.id: i.state for i in diagnose(with_intake(prepared=["不清楚"]), TODAY).items}
    assert states["keywords"] == states["explicit-label"] == "unknown"


def test_risks_are_ranked_by_consequence() -> None:
    for found in (diagnose(facts(INTAKE), TODAY), diagnose(sample_facts("incomplete"), TODAY)):
        weights = [found.data.consequences[i.consequence].weight for i in found.items]
        assert weights == sorted(weights, reverse=True)
        for item in found.items:
            assert item.found
            assert item.why
            assert item.todo
            assert routing.clause(item.clause) is not None, item.id


def test_the_incomplete_sample_names_its_defects() -> None:
    found = diagnose(sample_facts("incomplete"), TODAY)
    said = "\n".join(sentence for item in found.items for sentence in item.found)
    for defect in (
        "已过 66 个工作日",
        "反电信网络诈骗",
        "校验位不对",
        "部署位置",
        "6.2%",
        "93%",
        "600 条",
        "杭州示例网络有限公司",
    ):
        assert defect in said, defect
    assert found.items[0].id.startswith("overdue:")


def test_no_finding_is_lost() -> None:
    """Every rule that failed stands in an item, or is one that the route judges itself."""
    tree = sample_facts("incomplete")
    found = diagnose(tree, TODAY)
    shown = {rule for item in (*found.items, *found.ready) for rule in item.rules}
    table = shipped_diagnosis()
    assert table.unmatched(r.id for pack in checking.all_packs() for r in pack.rules) == []
    for rule in shown:
        assert checking.rule(rule) is not None
    report = checking.check_snapshot(_snapshot(tree))
    failed = {
        r.id
        for r in report.results
        if r.status == "failed" and checking.rule(r.id)[1].predicate_name not in diagnosis._NOT_IN_A_FILE  # type: ignore[index]
    }
    assert failed - shown <= set(table.data.by_route)


def _snapshot(tree: Facts) -> Any:
    from filingdesk.domain.records import BANKS, BankStats, KeywordStats
    from filingdesk.domain.snapshot import Snapshot

    return Snapshot(tree, KeywordStats(), {bank: BankStats(bank) for bank in BANKS}, TODAY)


def test_a_facts_file_does_not_claim_that_attachments_are_missing() -> None:
    found = diagnose(sample_facts(), TODAY)
    assert found.basis == "facts"
    assert {i.state for i in found.items} <= {"unknown", "check", "weak"}
    keywords = next(i for i in found.items if i.id == "keywords")
    assert "事实文件里没有" in keywords.found[0]


def test_nothing_due_means_no_score_and_no_penalties() -> None:
    found = diagnose(facts({"intake": {"offered_to": ["本单位内部人员"]}}), TODAY)
    assert found.score is None
    assert found.items == found.cards == found.tasks == ()
    assert "不需要" in diagnosis_report.headline(found)


def test_nothing_answered_asks_first_who_uses_it() -> None:
    found = diagnose(Facts(), TODAY)
    assert found.score is not None
    assert found.score < 10
    assert all(item.maybe for item in found.items if not item.id.startswith("open:"))
    assert any("服务提供给谁" in sentence for item in found.items for sentence in item.found)


def test_the_score_is_explained_and_is_no_probability() -> None:
    found = diagnose(facts(INTAKE), TODAY)
    data = diagnosis_report.as_json(found, facts(INTAKE))
    assert 0 <= data["readiness"]["score"] < 100
    text = data["readiness"]["note"]
    assert "加权" in text
    assert "概率" not in text
    assert "通过率" not in text
    assert all(0 <= d.score <= 100 for d in found.dimensions if d.score is not None)


def test_penalties_are_those_of_the_law() -> None:
    cards = {c.id: c.text for c in shipped_diagnosis().data.cards}
    assert "一万元以上十万元以下" in cards["art31"]
    assert "警告" in cards["art31"]
    assert "撤销备案" in cards["art33"]
    assert "没有规定罚款数额" in cards["art21"]
    assert "万元" not in cards["art21"]
    assert "五千万元以下" in cards["art66"]
    assert "不是暂行办法" in cards["art66"]
    assert next(c for c in shipped_diagnosis().data.cards if c.id == "art66").clause == "pipl-2021/art66"


def test_the_plan_holds_every_open_item_once_and_the_weeks_are_full() -> None:
    found = diagnose(facts(INTAKE), TODAY)
    assert sorted(t.item for t in found.tasks) == sorted(i.id for i in found.items)
    capacity = found.data.people * found.data.week_days
    assert found.weeks == -(-sum(t.effort for t in found.tasks) // capacity)
    first_weeks = [t.first_week for t in found.tasks]
    assert first_weeks == sorted(first_weeks)
    by_title = {m.title: m.week for m in found.milestones}
    assert by_title["提交主体备案"] <= by_title["提交算法备案"] <= by_title["向属地网信办提交大模型材料"]


def test_a_plan_that_misses_the_legal_limit_says_so() -> None:
    launched = {**INTAKE["algorithm"], "launched": "是", "launched_on": "2026-11-20"}
    found = diagnose(facts({**INTAKE, "algorithm": launched}), TODAY)
    warning = next(m.warning for m in found.milestones if m.title == "提交算法备案")
    assert "2026-12-04" in warning
    assert not any(m.warning for m in diagnose(facts(INTAKE), TODAY).milestones)


def test_no_duration_is_invented_for_the_offices() -> None:
    for step in diagnose(facts(INTAKE), TODAY).milestones:
        if step.source.value != "law":
            assert "没有可靠来源" in step.text


@pytest.mark.parametrize("name", ["intake", "incomplete", "nothing"])
def test_the_report_is_whole_in_every_format(name: str) -> None:
    tree = {"intake": facts(INTAKE), "incomplete": sample_facts("incomplete"), "nothing": Facts()}[name]
    found = diagnose(tree, TODAY)
    word = docx.Document(io.BytesIO(diagnosis_report.make(found, tree, "docx")))
    text = "\n".join(p.text for p in word.paragraphs)
    text += "\n".join(c.text for t in word.tables for row in t.rows for c in row.cells)
    for item in found.items:
        assert item.title in text
        assert item.why in text
    assert "待补充" not in text
    assert "通过自查不等于通过审核" in text
    html = diagnosis_report.make(found, tree, "html").decode()
    assert found.items[0].why in html
    pdf = pypdfium2.PdfDocument(diagnosis_report.make(found, tree, "pdf"))
    pages = "".join(pdf[i].get_textpage().get_text_range() for i in range(len(pdf)))
    assert "备案风险诊断报告" in pages
    assert diagnosis_report.make(found, tree, "docx") == diagnosis_report.make(found, tree, "docx")
    pdf.close()


def test_the_report_is_no_paper_of_a_filing() -> None:
    assert "diagnosis" not in {p.id for p in catalogue.shipped()}
    with pytest.raises(UserError):
        papers.paper("diagnosis")
    titles = {p.id for p in catalogue.shipped()}
    assert {b for i in shipped_diagnosis().data.items for b in i.blocks} <= titles


def test_a_fault_in_the_data_is_refused_with_its_line(tmp_path: Any) -> None:
    from filingdesk.infra.resources import resource_path

    text = resource_path("rulesets", "routes", "diagnosis.yaml").read_text(encoding="utf-8")
    for before, after, told in (
        ("dimension: labels", "dimension: lables", "lables"),
        ("have: [ICP 备案]", "have: [ICP备案]", "ICP备案"),
        ("clause: pipl-2021/art66", "clause: pipl-2021/art67", "art67"),
        ('when: {path: "@filed", is: yes}', 'when: {path: "@file", is: yes}', "@file"),
    ):
        (tmp_path / "diagnosis.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(UserError, match=r"diagnosis\.yaml 第 \d+ 行") as caught:
            load_diagnosis(tmp_path)
        assert told in caught.value.message


def test_speed() -> None:
    """Below a second; the best of three, so that a busy machine does not fail."""
    tree = sample_facts("incomplete")
    diagnose(tree, TODAY)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        diagnosis_report.as_json(diagnose(tree, TODAY), tree)
        times.append(time.perf_counter() - start)
    assert min(times) < 1


def test_the_headline_counts_what_is_open_and_names_what_is_done() -> None:
    assert diagnosis_report.headline(diagnose(sample_facts("incomplete"), TODAY)).startswith(
        "要办：算法备案、大模型备案；有 "
    )
    assert "要办：大模型备案；已办：算法备案" in diagnosis_report.headline(diagnose(sample_facts(), TODAY))


def test_two_contradictions_about_one_answer_are_two_items() -> None:
    tree = with_intake(forms=["论坛", "以上都没有"])
    tree = tree.model_copy(update={"algorithm": tree.algorithm.model_copy(update={"public_opinion": "否"})})
    ids = [i.id for i in diagnose(tree, TODAY).items]
    assert {"contradiction:forms-none-and-some", "contradiction:forms-but-no-opinion"} <= set(ids)
    assert len(ids) == len(set(ids))
