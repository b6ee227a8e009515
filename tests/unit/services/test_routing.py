"""The guided intake asks little and only what matters; the judgement is fast, steady and honest about what it does not know."""

import time
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_intake import UNSURE
from filingdesk.domain.flat import from_plain
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.services import checking, routing
from filingdesk.services.sample import sample_facts

TODAY = date(2026, 11, 23)


def facts(**sections: Any) -> Facts:
    found, problems = from_plain(sections)
    assert problems == []
    return found


def _answer(path: str) -> st.SearchStrategy[Any]:
    spec = by_pattern()[path]
    assert isinstance(spec, FieldSpec)
    if spec.is_list:
        return st.lists(st.sampled_from(spec.meta.choices), max_size=3, unique=True)
    if spec.meta.choices:
        return st.sampled_from(("", *spec.meta.choices))
    return st.sampled_from(("", "2026-11-01", "2019-05-06", "2030-01-01", "不是日期"))


PATHS = [q.path for q in routing.table().data.questions]
ANSWERS = st.fixed_dictionaries({}, optional={path: _answer(path) for path in [*PATHS, "intake.unsure"]})


def _tree(answers: dict[str, Any]) -> Facts:
    tree: dict[str, Any] = {}
    for path, value in answers.items():
        node = tree
        *way, last = path.split(".")
        for step in way:
            node = node.setdefault(step, {})
        node[last] = value
    return facts(**tree)


@settings(max_examples=200, deadline=None)
@given(answers=ANSWERS)
def test_whatever_is_answered_there_are_at_most_fifteen_questions_and_an_outcome(
    answers: dict[str, Any],
) -> None:
    tree = _tree(answers)
    assert len(routing.intake(tree, TODAY)) <= 15
    result = routing.route(tree, TODAY)
    assert {f.scope for f in result.filings} == {"algorithm", "large-model"}
    for filing in result.filings:
        assert filing.reasons
        if filing.required is None:
            assert [q for q in result.open if filing.scope in q.decides], (
                "an open outcome names what decides it"
            )
    cited = {r.clause for f in result.filings for r in f.reasons} | {
        c for a in result.also for c in a.clauses
    }
    assert all(routing.clause(c) for c in cited)
    assert routing.as_json(routing.route(tree, TODAY)) == routing.as_json(result)


HIDES_OTHERS = {"intake.offered_to", "algorithm.types", "algorithm.launched", "intake.ended"}
"""Their answers decide which other answers count."""


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_answering_an_open_question_closes_it_and_never_turns_a_settled_outcome(
    answers: dict[str, Any],
) -> None:
    before = routing.route(_tree(answers), TODAY)
    for question in before.open:
        spec = by_pattern().get(question.path)
        if question.kind == "confirm" or not isinstance(spec, FieldSpec) or not spec.meta.choices:
            continue
        if question.path in HIDES_OTHERS:
            continue
        for term in spec.meta.choices:
            if term == UNSURE:
                continue
            after = routing.route(_tree({**answers, question.path: [term] if spec.is_list else term}), TODAY)
            assert question.path not in {q.path for q in after.open}
            for scope in ("algorithm", "large-model"):
                if scope in question.decides:
                    continue
                was = {(f.kind, f.required) for f in before.filings if f.scope == scope}
                if None not in {r for _, r in was}:
                    assert was == {(f.kind, f.required) for f in after.filings if f.scope == scope}


def test_an_internal_tool_is_asked_one_question() -> None:
    asked = routing.intake(facts(intake={"offered_to": ["本单位内部人员"]}), TODAY)
    assert [q.path for q in asked] == ["intake.offered_to"]


def test_every_question_can_be_answered_with_unsure() -> None:
    for question in routing.table().data.questions:
        spec = by_pattern()[question.path]
        assert isinstance(spec, FieldSpec)
        dated = question.path.startswith("intake.") and spec.meta.kind.value == "date"
        assert UNSURE in spec.meta.choices or question.unsure or dated, question.path
    listed = by_pattern()["intake.unsure"]
    assert isinstance(listed, FieldSpec)
    assert {q.unsure for q in routing.table().data.questions} - {""} == set(listed.meta.choices)


def test_a_hidden_answer_does_not_count() -> None:
    trained = {"own_corpus": ["用自有语料训练或微调"], "offered_to": ["境内社会公众"], "llm": "使用"}
    called = {"development": {"origin": "直接调用已备案模型"}}
    own = {"development": {"origin": "自研"}}
    types = {"types": ["生成合成类"]}
    assert routing.route(facts(intake=trained, algorithm=types, large_model=called), TODAY).contradictions
    result = routing.route(facts(intake=trained, algorithm=types, large_model=own), TODAY)
    assert result.contradictions == ()
    assert "called-but-trained" not in {c.id for c in result.contradictions}


def test_an_unsettled_point_is_never_given_as_a_reason() -> None:
    """Forms unknown, but due all the same: the paper must not say that the service has a listed form."""
    tree = facts(
        intake={"offered_to": ["境内社会公众"], "forms": [UNSURE], "llm": "使用"},
        algorithm={"types": ["生成合成类"]},
        large_model={"development": {"origin": "自研"}},
    )
    filing = routing.route(tree, TODAY).filings[0]
    assert filing.required is True
    assert not any("服务有法规列举的形式" in r.text for r in filing.reasons)


def test_samples() -> None:
    complete = routing.route(sample_facts(), TODAY)
    assert [(f.kind, f.required, f.done) for f in complete.filings] == [
        ("algorithm", True, True),
        ("large-model-filing", True, False),
    ]
    assert complete.open == complete.contradictions == complete.assumed == ()
    assert {c.id: c.state for c in complete.clocks} == {"file": "met"}
    incomplete = routing.route(sample_facts("incomplete"), TODAY)
    assert {c.id: (c.state, c.left) for c in incomplete.clocks} == {"file": ("overdue", -66)}


def test_the_limits_stand_once_in_the_pack() -> None:
    pack = next(p for p in checking.packs() if p.id == "algo-2022")
    assert routing.table().days["filing_days"] == pack.value("filing_days") == 10
    assert routing.table().days["cancel_days"] == pack.value("cancel_days") == 20


def test_every_clause_of_the_table_is_a_card() -> None:
    assert checking.clause("humanlike-2026/scope") is not None
    assert checking.clause("nothing/none") is None


def test_drawing_holds_every_node_that_a_path_names() -> None:
    result = routing.route(sample_facts(), TODAY)
    for scope in ("algorithm", "large-model"):
        drawn = routing.drawing(scope)  # type: ignore[arg-type]
        names = {n["id"] for n in drawn["nodes"]} | {o["id"] for o in drawn["outcomes"]}
        steps = [s for s in result.path if s.tree == scope]
        assert steps[0].node == drawn["start"]
        assert {s.node for s in steps} | {t for s in steps for t in s.leads_to} <= names


def test_speed() -> None:
    """At most ten milliseconds on a quiet machine; the best of several runs, so that a busy one does not fail."""
    tree = sample_facts()
    routing.route(tree, TODAY)
    best = min(_timed(tree) for _ in range(15))
    assert best < 0.01


def _timed(tree: Facts) -> float:
    start = time.perf_counter()
    routing.route(tree, TODAY)
    return time.perf_counter() - start


def test_clauses_are_named_as_people_cite_them() -> None:
    assert routing.name_of("algo-2022/art24") == "《互联网信息服务算法推荐管理规定》第二十四条"
    assert routing.name_of("labels-2025/explicit") == "《人工智能生成合成内容标识办法》、GB 45438-2025"
    assert routing.name_of("practice/llm-route") == "备案还是登记"
    assert routing.name_of("no/such") == "no/such"
