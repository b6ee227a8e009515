"""The reuse map: what both filings share is one fact, what has a counterpart is compared, a change tells whom it touches."""

from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.specs import fields, stage_of
from filingdesk.services import checking, reuse
from filingdesk.services.demo import create_sample
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Session:
    made = create_sample(Workspace(who=lambda: "测试员"), tmp_path_factory.mktemp("reuse") / "示例")
    yield made
    made.close()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


def test_every_pair_joins_fields_of_the_two_filings() -> None:
    for pair in reuse.pairs():
        assert pair.to in fields(), pair
        assert pair.source in fields(), pair
        assert stage_of(pair.to) == "large-model", pair
        assert stage_of(pair.source) == "algorithm", pair
        assert pair.note, pair
    targets = [pair.to for pair in reuse.pairs()]
    assert len(targets) == len(set(targets))


def test_the_map_of_the_sample(sample: Session) -> None:
    found = reuse.of_session(sample)
    rows = {row.path: row for row in found.fields}
    name = rows["subject.name"]
    assert (name.kind, name.state) == ("linked", "同一处事实")
    assert "application-form" in name.papers
    assert "self-assessment" in name.first_papers
    place = rows["large_model.compute.inference_place"]
    assert (place.kind, place.same) == ("adapted", True)
    assert rows["algorithm.result.number"].kind == "linked"
    assert rows["large_model.evaluation.refusal_sample"].kind == "new"
    # Every asked field of the second filing is somewhere on the map, and each paper of it.
    assert all(found.count(kind) > 10 for kind in reuse.KIND_WORDS)
    papers = {p.id: p for p in found.papers}
    assert papers["keywords-list"].kind == "new"
    assert papers["application-form"].linked > 5
    assert "self-assessment" not in papers


def test_the_difference_is_told_word_by_word(sample: Session) -> None:
    rows = {row.path: row for row in reuse.of_session(sample).fields}
    row = rows["large_model.compute.inference"]
    parts = reuse.difference(row)
    assert "".join(text for what, text in parts if what != "added") == row.source_value
    assert "".join(text for what, text in parts if what != "gone") == row.value
    assert {"same", "gone", "added"} == {what for what, _ in parts}


def test_blanks_take_what_fits_and_nothing_else(session: Session) -> None:
    session.set("algorithm.assessment.deployment", "示例云 华东1")
    session.set("algorithm.rights.minors", "不面向未成年人")
    session.set("algorithm.output_modalities", ["文本"])
    session.set("large_model.measures.minors", "已经写好的")
    session.add_item("algorithm.products", {"name": "甲", "forms": ["网站", "小程序"]})
    session.add_item("algorithm.models", {"provider": "一"})
    session.add_item("algorithm.models", {"provider": "二"})
    wanted = [p.to for p in reuse.pairs() if "[]" not in p.to]
    revision = session.revision
    reuse.carry(session, wanted)
    model = session.facts.large_model
    assert model.compute.inference_place == "示例云 华东1"
    assert model.measures.minors == "已经写好的"
    assert model.functions == []  # 文本 is no function of the form
    assert model.service.modes == ["小程序"]  # only the term that both forms know
    assert model.name == "甲"
    assert model.development.base_provider == ""  # one of two: nobody can tell which
    assert session.revision == revision + 1
    session.undo()
    assert session.facts.large_model.compute.inference_place == ""
    assert reuse.carry(session, []) is None
    with pytest.raises(UserError):
        reuse.carry(session, ["large_model.nothing"])


def test_a_change_tells_whom_it_touches_in_both_filings(sample: Session) -> None:
    uses, titles = reuse.uses_of(sample), reuse.papers_of(sample.facts)
    found = reuse.impact(["subject.name"], uses, titles, checking.check(sample))
    assert {stage for _i, _t, stage in found.papers} >= {"algorithm", "large-model"}
    assert "算法备案" in found.sentence
    assert "大模型备案" in found.sentence
    assert found.rules
    narrow = reuse.impact(["algorithm.publicity.principle"], uses, titles)
    assert [i for i, _t, _s in narrow.papers] == ["publicity", "algorithm-agreement-clauses"]
    assert reuse.impact(["intake.submitted_on"], {}, titles).papers == ()


def test_findings_at_the_field_are_named(session: Session) -> None:
    session.set("subject.credit_code", "不对")
    report = checking.check(session)
    found = reuse.impact(["subject.credit_code"], {}, {}, report)
    assert found.findings
    assert all(f.path == "subject.credit_code" for f in found.findings)
