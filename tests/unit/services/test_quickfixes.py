"""Quick fixes: offered only where nothing is left to decide, each clears its finding and is one edit that undo takes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import unflatten
from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.domain.report import Finding
from filingdesk.services import checking, quickfixes
from filingdesk.services.demo import create_sample
from filingdesk.services.quickfixes import Fix
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace

GOOD_CODE = "91310000MA1FL00003"


def _meta(kind: Kind, choices: tuple[str, ...] = ()) -> FieldMeta:
    return FieldMeta(kind=kind, label="字段", choices=choices)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Workspace(who=lambda: "测试员").create(tmp_path / "项目")
    yield made
    made.close()


def _finding(session: Session, rule: str, path: str) -> Finding:
    report = checking.check(session)
    return next(f for f in report.findings if (f.rule, f.path) == (rule, path))


def _fixes(session: Session, rule: str, path: str, profile: Facts | None = None) -> list[Fix]:
    return quickfixes.fixes_for(_finding(session, rule, path), session.snapshot(), profile)


def _valid_code() -> str:
    from filingdesk.domain.values import credit_code_problem

    stem = GOOD_CODE[:17]
    return next(stem + c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if not credit_code_problem(stem + c))


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        (Kind.DATE, "2026年3月1号", "2026-03-01"),
        (Kind.DATE, "２０２６年３月１号", "2026-03-01"),
        (Kind.DATE, "2026-03-01 00:00:00", "2026-03-01"),
        (Kind.DATE, "2026年3月1日（周日）", "2026-03-01"),
        (Kind.DATE, "二〇二六年三月十一日", "2026-03-11"),
        (Kind.DATE, "二零二六年十月三十一日", "2026-10-31"),
        (Kind.DATE, "2026—3—1", "2026-03-01"),
        (Kind.MOBILE, "（+86）138.0000.0000", "13800000000"),
        (Kind.MOBILE, "１３８ ００００ ００００", "13800000000"),
        (Kind.EMAIL, "zhang ＠ example。cn", "zhang@example.cn"),
        (Kind.URL, "https: //example.cn", "https://example.cn"),
        (Kind.NUMBER, "1 200 000", "1200000"),
        (Kind.ALGORITHM_NUMBER, "网信算备 110108102930001230011", "网信算备110108102930001230011号"),
    ],
)
def test_the_way_of_writing_is_mended(kind: Kind, typed: str, written: str) -> None:
    assert quickfixes.normalised(_meta(kind), typed) == written


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.DATE, "2026年3月"),
        (Kind.DATE, "明天"),
        (Kind.DATE, "3/1/2026"),
        (Kind.DATE, "26.3.1"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "二〇二六年二月三十日"),
        (Kind.MOBILE, "13800000000转8001"),
        (Kind.MOBILE, "13800000000 / 13900000000"),
        (Kind.MOBILE, "+852 5123 4567"),
        (Kind.URL, "https://a.cn https://b.cn"),
        (Kind.NUMBER, "12 34"),
        (Kind.NUMBER, "若干"),
        (Kind.TEXT, "随便　写"),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(kind: Kind, typed: str) -> None:
    from filingdesk.domain.values import problem_of

    written = quickfixes.normalised(_meta(kind), typed)
    assert not written or problem_of(_meta(kind), written)


def test_a_term_of_a_list_is_found_by_its_letters_only_when_it_is_the_only_one() -> None:
    meta = _meta(Kind.CHOICE, ("网站", "App", "小程序"))
    assert quickfixes.normalised(meta, "ＡＰＰ") == "App"
    assert quickfixes.normalised(meta, "网 站") == "网站"
    assert quickfixes.normalised(meta, "客户端") == ""
    several = _meta(Kind.MULTI_CHOICE, ("网站", "App"))
    assert quickfixes.normalised(several, ["app", "网站"]) == ["App", "网站"]
    assert quickfixes.normalised(several, ["app", "电视"]) == ""


def test_a_credit_code_is_written_right_only_when_its_check_digit_holds(session: Session) -> None:
    code = _valid_code()
    session.set("subject.credit_code", f"{code[:8].lower()} {code[8:]}")
    (fix,) = _fixes(session, "AL-SUB-002", "subject.credit_code")
    assert fix.changes == {"subject.credit_code": code}
    assert "统一社会信用代码" in fix.label
    quickfixes.apply(session, fix)
    assert session.value("subject.credit_code") == code
    assert session.undo_step is not None
    assert session.undo_step.label == fix.label
    session.undo()
    assert session.value("subject.credit_code") == f"{code[:8].lower()} {code[8:]}"
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    session.set("subject.credit_code", f"{wrong[:8]} {wrong[8:]}")
    assert _fixes(session, "AL-SUB-002", "subject.credit_code") == []


def test_what_must_be_read_in_a_document_is_not_copied_from_what_it_is_compared_with(
    session: Session,
) -> None:
    session.set("subject.icp_number", "示例备00000000号")
    session.set("subject.name", "云帆示例科技有限公司")
    assert _fixes(session, "AL-SUB-006", "subject.icp_holder") == []


def test_two_sides_that_say_different_things_are_left_to_a_person(session: Session) -> None:
    session.set_many({"subject.name": "甲示例公司", "subject.icp_holder": "乙示例公司"}, "填写")
    assert _fixes(session, "AL-SUB-007", "subject.icp_holder") == []


def test_a_blank_takes_what_the_profile_has(session: Session) -> None:
    profile = unflatten({"subject.name": "云帆示例科技有限公司", "subject.city": "示例市"})
    (fix,) = _fixes(session, "AL-SUB-001", "subject.city", profile)
    assert fix.changes == {"subject.city": "示例市"}
    assert "单位档案" in fix.label
    assert _fixes(session, "AL-SUB-001", "subject.district", profile) == []


def test_personal_values_are_not_spelled_out_in_the_label(session: Session) -> None:
    session.set("algorithm.name", "示例算法")
    session.set("legal_representative.id_kind", "居民身份证")
    session.set("legal_representative.id_number", "110105 19491231 002X")
    (fix,) = _fixes(session, "AL-LEG-002", "legal_representative.id_number")
    assert fix.changes == {"legal_representative.id_number": "11010519491231002X"}
    assert "19491231" not in fix.label


def test_every_fix_of_the_incomplete_sample_clears_its_finding(tmp_path: Path) -> None:
    made = create_sample(Workspace(who=lambda: "测试员"), tmp_path / "示例", "incomplete")
    try:
        report, snapshot = checking.check(made), made.snapshot()
        found = quickfixes.all_fixes(report, snapshot)
        for (rule, fingerprint), fixes in found.items():
            quickfixes.apply(made, fixes[0])
            after = {(f.rule, f.fingerprint) for f in checking.check(made).findings}
            assert (rule, fingerprint) not in after
            made.undo()
    finally:
        made.close()


def test_mending_by_rule_says_why_it_does_nothing(session: Session) -> None:
    session.set_many({"subject.name": "甲示例公司", "subject.icp_holder": "乙示例公司"}, "填写")
    report = checking.check(session)
    with pytest.raises(UserError, match="没有确定的改法"):
        quickfixes.apply_rule(session, report, "AL-SUB-007")
    with pytest.raises(UserError, match="没有查出问题"):
        quickfixes.apply_rule(session, report, "AL-SUB-002")


def test_the_second_filing_takes_a_number_from_the_first(session: Session) -> None:
    place = session.add_item(
        "algorithm.models", {"name": "示例基座", "model_number": "Example-Model-20250101"}
    )
    session.set("large_model.development.origin", "直接调用已备案模型")
    report = checking.check(session)
    blank = [f for f in report.findings if f.path == "large_model.development.base_number"]
    assert blank
    (fix,) = quickfixes.fixes_for(blank[0], session.snapshot())
    assert fix.changes == {"large_model.development.base_number": "Example-Model-20250101"}
    assert "算法备案" in fix.label
    session.add_item("algorithm.models", {"name": "另一个", "model_number": "Other-Model-20250102"})
    assert quickfixes.fixes_for(blank[0], session.snapshot()) == [], "two models: a person has to say which"
    assert place


def test_the_first_filing_takes_what_the_second_says_in_the_same_words(session: Session) -> None:
    session.set("large_model.compute.inference_place", "示例云华东节点")
    (fix,) = _fixes(session, "AL-ASM-007", "algorithm.assessment.deployment")
    assert fix.changes == {"algorithm.assessment.deployment": "示例云华东节点"}
    assert "大模型备案" in fix.label
