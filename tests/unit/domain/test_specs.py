"""Every field is declared once and completely: label, page, clause, and a condition in the one language."""

import pytest

from filingdesk.domain import conditions
from filingdesk.domain.completeness import count, page_questions, questions
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain, iter_leaves, key_of, path_of
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import PAGES, FieldSpec, by_pattern, fields, label_of, page_of, spec_of, trail_of
from filingdesk.services import checking


def test_every_field_has_a_label_and_a_page() -> None:
    assert [p for p, s in by_pattern().items() if not s.meta.label] == []
    assert [p for p in fields() if page_of(p) is None] == []
    assert len(fields()) > 300


def test_every_choice_has_choices_and_nothing_else_has() -> None:
    for pattern, spec in fields().items():
        assert bool(spec.meta.choices) is (spec.meta.kind in {Kind.CHOICE, Kind.MULTI_CHOICE}), pattern


def test_every_condition_is_written_in_the_language_and_looks_at_real_fields() -> None:
    for pattern, spec in by_pattern().items():
        conditions.validate(spec.meta.visible_when)
        for path in conditions.paths_in(spec.meta.visible_when):
            full = f"{pattern.rpartition('.')[0]}{path}" if path.startswith(".") else path
            assert isinstance(spec_of(full), FieldSpec), (pattern, path)


def test_every_clause_of_a_field_is_a_clause_card_of_a_pack() -> None:
    named = {getattr(s.meta, "clause", "") for s in by_pattern().values()} - {""}
    assert [c for c in sorted(named) if checking.clause(c) is None] == []


def test_the_five_types_say_push_not_recommend() -> None:
    spec = by_pattern()["algorithm.types"]
    assert isinstance(spec, FieldSpec)
    assert "个性化推送类" in spec.meta.choices
    assert len(spec.meta.choices) == 5


def test_every_asked_question_stands_on_exactly_one_page() -> None:
    facts, problems = from_plain(
        {
            "algorithm": {"types": ["生成合成类"], "products": [{"name": "x", "functions": [{}]}]},
            "policies": [{}],
        }
    )
    assert problems == []
    whole = sorted(q.path for q in questions(facts))
    paged = sorted(q.path for page in PAGES for q in page_questions(facts, page))
    assert paged == whole


def test_completeness_follows_conditions() -> None:
    page = next(p for p in PAGES if p.key == "basics")
    asked = {q.path for q in page_questions(Facts(), page)}
    assert "algorithm.launched_on" not in asked
    launched, _ = from_plain({"algorithm": {"launched": "是", "launched_on": "2026-01-05"}})
    assert "algorithm.launched_on" in {q.path for q in page_questions(launched, page)}
    assert count(page_questions(launched, page)).filled == 2


def test_a_condition_inside_a_record_looks_at_its_own_record() -> None:
    facts, _ = from_plain({"algorithm": {"models": [{"origin": "自研"}, {"origin": "第三方模型"}]}})
    asked = {q.path for q in questions(facts)}
    assert "algorithm.models[1].algorithm_number" in asked
    assert "algorithm.models[0].algorithm_number" not in asked


def test_labels_and_trails_are_chinese() -> None:
    assert label_of("algorithm.products[0].url") == "访问地址"
    assert trail_of("algorithm.products[1].functions[0].name") == "算法备案 › 产品 2 › 功能 1 › 功能名称"
    assert trail_of("no such path!") == "no such path!"


def test_paths_and_keys_translate_both_ways() -> None:
    facts, _ = from_plain(
        {"algorithm": {"products": [{"name": "a"}, {"name": "b", "functions": [{"name": "f"}]}]}}
    )
    for path, _spec, _value in iter_leaves(facts):
        assert path_of(facts, key_of(facts, path)) == path
    with pytest.raises(KeyError):
        key_of(facts, "algorithm.products[2].name")


@pytest.mark.parametrize(
    "bad",
    [
        "x",
        {"path": "a"},
        {"path": "a", "is": 1, "in": []},
        {"all": []},
        {"any": "x"},
        {"path": "a", "filled": "yes"},
        {},
    ],
)
def test_what_is_no_condition_is_refused(bad: object) -> None:
    with pytest.raises(conditions.ConditionError):
        conditions.validate(bad)
