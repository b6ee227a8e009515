"""Industries of a project: chosen and unchosen without loss, judged, printed only as answered, handed in with the bundle."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from filingdesk.documents.blocks import plain_text
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_industry import KEYS, SECTORS
from filingdesk.domain.flat import from_plain
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import fields
from filingdesk.services import checking, industries, papers
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture
def session(tmp_path: Path) -> Any:
    made = Workspace(who=lambda: "陈样例", clock=lambda: datetime(2026, 11, 23, tzinfo=UTC)).create(
        tmp_path / "p"
    )
    yield made
    made.close()


def printed(session: Session, paper: str) -> str:
    return plain_text(papers.Desk(session).document(paper))


BOUNDARY = "不给买卖建议，提示“不构成投资建议”，转持证投资顾问。"


def test_an_industry_switched_off_loses_nothing_and_says_nothing(session: Session) -> None:
    industries.choose(session, ["finance", "教育"])
    assert session.facts.industry.sectors == ["金融", "教育"]
    session.set("industry.finance.advice_boundary", BOUNDARY)
    session.set("industry.finance.risks.stock_picking", "固定话术并抽检。")
    assert BOUNDARY in printed(session, "self-assessment")
    industries.choose(session, ["教育"])
    assert session.facts.industry.finance.advice_boundary == BOUNDARY
    assert industries.kept_answers(session.facts) == {"金融": 2}
    assert BOUNDARY not in printed(session, "self-assessment")
    assert "IN-FIN-001" not in {r.id for r in checking.check(session).results}
    industries.choose(session, ["金融"])
    assert BOUNDARY in printed(session, "self-assessment")
    assert "固定话术并抽检。" in printed(session, "safety-report")
    session.undo()
    assert session.facts.industry.sectors == ["教育"]
    assert [row.label for row in session.history("industry.sectors")]


def test_its_rules_judge_as_any_others_and_never_block(session: Session) -> None:
    before = checking.check(session)
    industries.choose(session, ["金融"])
    after = checking.check(session)
    assert after.count("blocker") == before.count("blocker")
    assert {ref.id for ref in after.packs} - {ref.id for ref in before.packs} == {"industry-finance"}
    finding = next(f for f in after.findings if f.rule == "IN-FIN-001")
    assert finding.path == "industry.finance.scope"
    assert "行业补充" in finding.fix
    clause = checking.clause(finding.clause)
    assert clause is not None
    assert clause.source.badge == "实务"
    assert checking.rule("IN-FIN-001") is not None


def test_named_packs_judge_alone(session: Session) -> None:
    industries.choose(session, ["金融"])
    report = checking.check(session, pack_ids=("algo-2022",))
    assert [ref.id for ref in report.packs] == ["algo-2022"]


def test_without_an_answer_nothing_is_printed(session: Session) -> None:
    plain = printed(session, "self-assessment")
    industries.choose(session, list(SECTORS))
    assert printed(session, "self-assessment") == plain
    session.set("industry.medical.uses_records", "否")
    text = printed(session, "self-assessment")
    assert "本服务不使用病历、检验或影像数据。" in text
    assert "医疗健康行业特有风险" not in text


def test_a_hidden_answer_is_kept_and_not_printed(session: Session) -> None:
    industries.choose(session, ["金融"])
    session.set("industry.finance.uses_credit_data", "是")
    session.set("industry.finance.credit_data_source", "评分由示例征信返回，用户在弹窗授权。")
    assert "示例征信" in printed(session, "self-assessment")
    session.set("industry.finance.uses_credit_data", "否")
    assert "示例征信" not in printed(session, "self-assessment")
    assert "示例征信" in session.facts.industry.finance.credit_data_source


def answered() -> Facts:
    """Every question of every industry answered."""
    plain: dict[str, Any] = {"sectors": list(SECTORS)}
    for pattern, spec in fields().items():
        way = pattern.split(".")
        if way[0] != "industry" or len(way) < 3:
            continue
        node = plain
        for step in way[1:-1]:
            node = node.setdefault(step, {})
        meta = spec.meta
        if meta.kind is Kind.ATTACHMENTS:
            node[way[-1]] = [f"{meta.label}.pdf#00000000000000aa"]
        elif meta.choices:
            node[way[-1]] = list(meta.choices) if spec.is_list else "是"
        else:
            node[way[-1]] = f"答复{pattern}"
    facts, problems = from_plain({"industry": plain})
    assert not problems
    return facts


def test_every_answer_reaches_the_papers(session: Session) -> None:
    session.replace_facts(answered(), "全部答上")
    desk = papers.Desk(session)
    used = {path for paper in ("self-assessment", "safety-report") for path in desk.document(paper).used}
    mute = {p for p, spec in fields().items() if p.startswith("industry.") and p not in used}
    # A yes/no question decides what else is asked; its "no" is a sentence of its own.
    assert mute - {"industry.sectors"} == {
        p for p, spec in fields().items() if p.startswith("industry.") and spec.meta.choices == ("是", "否")
    }
    said = plain_text(desk.document("self-assessment"))
    for name in KEYS:
        for title in ("行业应用情况", "行业特有风险", "行业补充措施", "行业佐证材料"):
            assert f"{name}{title}" in said


def test_what_is_given_is_handed_in(session: Session) -> None:
    from filingdesk.services.bundling import bundle_data

    for stage in ("algorithm", "large-model"):
        material = next(
            m for m in bundle_data(stage, session.facts).materials if m.holds("industry.x.proofs.y")
        )
        assert material.folder
        assert not material.holds("algorithm.rights.agreement")


def test_evidence_asked_for_and_not_given_is_told(session: Session) -> None:
    from filingdesk.services.bundling import _empty_materials, bundle_data

    industries.choose(session, ["政务服务"])
    reference = session.attach("industry.government.proofs.entrust", "委托书.pdf", b"%PDF-1.4 example")
    assert reference.startswith("委托书.pdf#")
    desk = papers.Desk(session)
    told = [
        line for line in _empty_materials(desk, bundle_data("algorithm", session.facts)) if "行业佐证" in line
    ]
    assert any("政策库清单与更新记录" in line for line in told)
    assert not any("委托文件或合同" in line for line in told)
    assert len(told) == 4


def test_an_unknown_industry_is_named_with_the_known_ones(session: Session) -> None:
    with pytest.raises(UserError, match="航天") as caught:
        industries.choose(session, ["航天"])
    assert "金融" in caught.value.hint
    assert session.facts.industry.sectors == []


def test_standing_counts_what_is_asked(session: Session) -> None:
    industries.choose(session, ["金融"])
    session.set("industry.finance.scope", ["证券"])
    session.set("industry.medical.boundary", "不下诊断。")
    rows = {row.name: row for row in industries.standing(session.facts)}
    finance = rows["金融"]
    assert finance.chosen
    assert (finance.answered, finance.given) == (1, 0)
    assert finance.asked > 10
    assert (rows["医疗健康"].chosen, rows["医疗健康"].kept) == (False, 1)


def test_questions_rules_and_answers_are_found_by_search(session: Session) -> None:
    from filingdesk.services.knowledge_search import KnowledgeBase

    industries.choose(session, ["金融"])
    session.set("industry.finance.advice_boundary", BOUNDARY)
    known = KnowledgeBase()
    try:
        known.set_facts(session.facts)
        assert "industry.finance.risks.stock_picking" in {
            h.entry.place for h in known.search("变相荐股").hits
        }
        assert "rule:IN-FIN-003" in {h.entry.place for h in known.search("写明适当性").hits}
        assert "industry.finance.advice_boundary" in {
            h.entry.place for h in known.search("持证投资顾问", kinds=["fact"]).hits
        }
    finally:
        known.close()
