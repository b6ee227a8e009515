"""What must hold of the packs we ship, whatever is in them."""

from datetime import date, timedelta

import pytest

from filingdesk.domain.meta import FieldMeta, Kind, RecordsMeta, SourceMark
from filingdesk.domain.specs import by_pattern, fields
from filingdesk.rules.industry import all_industry_packs
from filingdesk.rules.pack import Pack, find_clause, used_by
from filingdesk.rules.registry import in_force, load_all, load_shipped, shipped_ids
from filingdesk.rules.schema import Clause

PACKS = load_shipped()
ALL = load_all()
RULES = [(pack, rule) for pack in PACKS for rule in pack.rules]
BY_ID = {pack.id: pack for pack in ALL}
ALGORITHM, MODEL, LEGACY = BY_ID["algo-2022"], BY_ID["gbt-45654-2025"], BY_ID["tc260-003"]
DAYS = sorted({pack.data.effective_from for pack in ALL})


def test_the_packs_are_there_in_depth() -> None:
    assert set(shipped_ids()) == {
        "algo-2022", "deep-synthesis-2023", "gbt-45654-2025", "genai-interim-2023",
        "humanlike-2026", "labels-2025", "tc260-003",
    }  # fmt: skip
    assert len({rule.id for _, rule in RULES}) >= 180


@pytest.mark.parametrize("day", DAYS)
def test_rule_ids_are_unique_on_every_day(day: date) -> None:
    ids = [rule.id for pack in in_force(day) for rule in pack.rules]
    assert len(ids) == len(set(ids))


def test_an_id_stands_in_two_packs_only_where_one_takes_the_place_of_the_other() -> None:
    holders: dict[str, list[Pack]] = {}
    for pack in ALL:
        for rule in pack.rules:
            holders.setdefault(rule.id, []).append(pack)
    shared = {tuple(pack.id for pack in packs) for packs in holders.values() if len(packs) > 1}
    assert shared == {("gbt-45654-2025", "tc260-003")}
    assert MODEL.data.supersedes == LEGACY.id
    assert LEGACY.data.effective_to == MODEL.data.effective_from - timedelta(days=1)
    for rule in LEGACY.rules:
        successor = MODEL.rule(rule.id)
        assert successor is not None
        assert successor.title == rule.title, rule.id


def test_each_day_has_one_standard_at_most_and_the_clauses_it_needs() -> None:
    for day in DAYS:
        assert sum(bool(pack.risks) for pack in in_force(day)) <= 1
    assert [p.id for p in in_force(date(2025, 6, 1))] == [
        "algo-2022", "deep-synthesis-2023", "genai-interim-2023", "tc260-003",
    ]  # fmt: skip
    assert [p.id for p in in_force(date(2026, 11, 23))] == [p.id for p in PACKS]


def test_a_law_judges_nothing_before_it_was_in_force() -> None:
    """A rule of a pack never cites a clause that comes into force after the rule does."""
    for pack in ALL:
        for rule in pack.rules:
            clause = find_clause([pack, *ALL], rule.clause)
            assert clause is not None
            begins = rule.effective_from or pack.data.effective_from
            assert clause.effective is None or clause.effective <= begins, rule.id


def test_rules_that_moved_are_where_the_record_says() -> None:
    moved = {
        (source, rule): pack.id for pack in ALL for source, ids in pack.data.moved.items() for rule in ids
    }
    assert moved["algo-2022", "AL-LBL-001"] == "labels-2025"
    assert moved["gbt-45654-2025", "LM-ORD-001"] == "genai-interim-2023"
    for (source, rule), _target in moved.items():
        assert BY_ID[source].rule(rule) is None


def test_only_the_default_order_blocks_without_a_binding_source() -> None:
    weak = {SourceMark.VENDOR, SourceMark.DERIVED}
    blocking = [rule.id for _, rule in RULES if rule.source in weak and rule.severity == "blocker"]
    assert blocking == ["LM-ORD-001"]
    assert [rule.id for _, rule in RULES if rule.workflow] == ["LM-ORD-001"]


def test_the_form_of_a_filing_number_is_derived_and_never_blocks() -> None:
    numbers = {
        p for p, spec in fields().items() if spec.meta.kind in {Kind.ALGORITHM_NUMBER, Kind.MODEL_NUMBER}
    }
    judging = [rule for _, rule in RULES if rule.predicate_name == "valid" and numbers & set(rule.patterns)]
    assert len(judging) >= 5
    for rule in judging:
        assert (rule.source, rule.severity) == (SourceMark.DERIVED, "warning"), rule.id
        assert set(rule.patterns) <= numbers, "one rule must not mix what is derived with what is not"


def test_vendor_claims_are_advice() -> None:
    for _, rule in RULES:
        if rule.source is SourceMark.VENDOR and not rule.workflow:
            assert rule.severity == "info", rule.id


def test_a_should_clause_never_blocks() -> None:
    assert not [rule.id for _, rule in RULES if rule.modal == "宜" and rule.severity == "blocker"]


def test_every_clause_that_a_field_names_exists() -> None:
    named = {
        spec.meta.clause
        for spec in by_pattern().values()
        if isinstance(spec.meta, FieldMeta | RecordsMeta) and spec.meta.clause
    }
    assert named
    missing = {clause for clause in named if find_clause([*ALL, *all_industry_packs()], clause) is None}
    assert not missing


def test_no_clause_is_written_in_two_packs() -> None:
    ids = [clause for pack in ALL for clause in pack.clauses]
    assert len(ids) == len(set(ids))


def test_no_clause_is_a_placeholder() -> None:
    for pack in ALL:
        for clause in pack.clauses.values():
            assert "待补" not in clause.text + clause.title + clause.law
            assert len(clause.text) >= 8, clause.id


def test_the_standard_s_unknown_clause_numbers_are_left_blank() -> None:
    for clause in MODEL.clauses.values():
        if clause.id.startswith("gbt-45654-2025/"):
            assert clause.article == ""
            assert clause.to_verify


def test_every_threshold_of_the_standard_is_a_parameter_with_a_source() -> None:
    names = {name.split(".")[0] for name in MODEL.parameters}
    assert {f"T{n}" for n in range(1, 18)} <= names
    for pack in PACKS:
        for name, parameter in pack.parameters.items():
            assert parameter.title, name
            if parameter.value is None:
                assert parameter.note, f"{name} must say why it is blank"


SOURCED = {
    "T1": 5, "T2": 10000, "T3.A.1": 200, "T3.A.2": 100, "T4": 7, "T5.total": 2000, "T5.A.1": 50,
    "T5.A.2": 50, "T5.A.3": 20, "T5.A.4": 20, "T5.A.5": 20, "T7.total": 500, "T7.A.1": 20, "T7.A.2": 20,
    "T8": 500, "T9": 20, "T10.sample": 4000, "T10.rate": 96, "T11.sample": 10, "T11.rate": 98,
    "T12.sample": 1000, "T12.rate": 90, "T13.sample": 300, "T13.rate": 95, "T14.sample": 300, "T14.rate": 5,
    "T15": 4, "T16.consecutive": 3, "T16.daily": 5, "T17": 3,
}  # fmt: skip
"""The table of the standard, typed a second time on purpose: a slip in the pack must not pass."""


@pytest.mark.parametrize(("name", "value"), SOURCED.items())
def test_thresholds(name: str, value: int) -> None:
    assert MODEL.value(name) == value
    assert LEGACY.value(name) == value


CHAPTERS = {"T1": "5.1", "T15": "7", "T16": "7", "T17": "9", "T2": "8", "T9": "8", "T10": "9", "T14": "9"}


@pytest.mark.parametrize(("threshold", "chapter"), CHAPTERS.items())
def test_the_legacy_standard_has_its_chapters(threshold: str, chapter: str) -> None:
    assert LEGACY.clauses[f"tc260-003/{threshold}"].article == chapter


def test_only_the_legacy_standard_demands_a_filed_base_model() -> None:
    old, new = LEGACY.rule("LM-DEV-006"), MODEL.rule("LM-DEV-006")
    assert old is not None
    assert new is not None
    assert (old.severity, new.severity) == ("blocker", "warning")


SHOULD = {"T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"}


@pytest.mark.parametrize("pack", [MODEL, LEGACY], ids=lambda pack: pack.id)
def test_should_and_shall_are_told_apart(pack: Pack) -> None:
    for name, parameter in pack.parameters.items():
        if name.startswith("T"):
            assert (parameter.modal == "宜") == (name.split(".")[0] in SHOULD), name


@pytest.mark.parametrize("pack", [MODEL, LEGACY], ids=lambda pack: pack.id)
def test_annex_a_has_31_risks_in_five_groups(pack: Pack) -> None:
    groups: dict[str, int] = {}
    for risk in pack.risks:
        groups[risk.group] = groups.get(risk.group, 0) + 1
    assert groups == {"A.1": 8, "A.2": 9, "A.3": 5, "A.4": 7, "A.5": 2}
    assert len(pack.aspects) == 13


@pytest.mark.parametrize(
    ("kind", "risk", "minimum"),
    [
        ("keywords", "A.1.h", 200),
        ("keywords", "A.2.i", 100),
        ("keywords", "A.3.a", None),
        ("generation", "A.2.a", 50),
        ("generation", "A.5.b", 20),
        ("should-refuse", "A.1.a", 20),
        ("should-refuse", "A.4.a", None),
    ],
)
def test_minimum_per_risk(kind: str, risk: str, minimum: int | None) -> None:
    assert MODEL.minimum(kind, risk) == minimum  # type: ignore[arg-type]


def test_the_eight_systems_of_article_7_have_a_rule_each() -> None:
    titles = [rule.title for rule in ALGORITHM.rules if rule.clause == "algo-2022/art7"]
    for system in (
        "算法机制机理审核", "科技伦理审查", "用户注册", "信息发布审核",
        "数据安全和个人信息保护", "反电信网络诈骗", "安全评估监测", "安全事件应急处置",
    ):  # fmt: skip
        assert any(system in title for title in titles), system


@pytest.mark.parametrize("article", [2, 7, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 24, 26])
def test_every_article_that_facts_can_decide_has_a_rule(article: int) -> None:
    assert any(rule.clause == f"algo-2022/art{article}" for rule in ALGORITHM.rules)


@pytest.mark.parametrize("reason", range(1, 17))
def test_every_reason_for_return_has_a_rule(reason: int) -> None:
    clause = f"practice/return-{reason:02}"
    assert any(rule.clause == clause for _, rule in RULES)


@pytest.mark.parametrize("threshold", [f"T{n}" for n in range(1, 18)])
def test_every_threshold_has_a_rule(threshold: str) -> None:
    assert any(rule.clause == f"gbt-45654-2025/{threshold}" for rule in MODEL.rules)


def test_used_by_is_computed_from_the_rules() -> None:
    users = used_by(ALGORITHM)
    assert "AL-ALG-001" in users["algorithm.name"]
    assert {"AL-SUB-001", "AL-SUB-007", "AL-SUB-008"} <= set(users["subject.name"])
    assert set(users) <= set(by_pattern())


def test_unchecked_and_vendor_rules_are_marked_in_their_clause_or_rule() -> None:
    """A rule never claims more than the source it cites: law needs a law's clause."""
    for pack, rule in RULES:
        clause = find_clause([pack, *PACKS], rule.clause)
        assert clause is not None
        if rule.source is SourceMark.LAW:
            assert clause.source is SourceMark.LAW, rule.id


def test_each_pack_is_hashed(pack: Pack = ALGORITHM) -> None:
    assert len(pack.sha256) == 64
    assert ALGORITHM.sha256 != MODEL.sha256


CLAUSES = [(pack, clause) for pack in ALL for clause in pack.clauses.values()]


@pytest.mark.parametrize(("pack", "clause"), CLAUSES, ids=lambda part: part.id)
def test_every_clause_is_checked_or_says_why_not(pack: Pack, clause: Clause) -> None:
    cited = {rule.id for other in ALL for rule in other.rules if rule.clause == clause.id}
    named = {rule for point in clause.points for rule in point.rules}
    blind = {entry.clause for entry in pack.data.not_checkable}
    assert cited or named or clause.id in blind
    assert not (cited and clause.id in blind), "it is checked after all"
    known = {rule.id for other in ALL for rule in other.rules}
    assert named <= known
    if clause.points:
        assert cited <= named, "a rule of this clause is under none of its points"
