"""What the officer sees of a self-check: statuses, waivers, statements, severities, words that give nothing away."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.facts import Facts
from filingdesk.domain.records import KeywordStats
from filingdesk.domain.snapshot import Attestation, Snapshot, Waiver
from filingdesk.domain.specs import FieldSpec, ListSpec, root
from filingdesk.rules import engine
from filingdesk.rules.checks import register
from filingdesk.rules.checks.algorithm import formats_of, working_days
from filingdesk.rules.engine import UNCHECKED_HINT, check
from filingdesk.rules.hits import Hit
from filingdesk.rules.pack import Pack
from filingdesk.rules.registry import load_pack, load_shipped
from filingdesk.rules.report_json import packs_json, report_json
from filingdesk.rules.view import View
from filingdesk.rules.workdays import china
from rules.support import AS_OF, snapshot_of

PACKS = load_shipped()
EMPTY = Snapshot(Facts(), KeywordStats(), {}, AS_OF)


def one(tmp_path: Path, rule: str, **pack: Any) -> Pack:
    """A pack with a single rule."""
    folder = tmp_path / "probe"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "id: probe\ntitle: 试\nversion: '1'\nsummary: 试\neffective_from: 2026-01-01\nstage: algorithm\n"
        "checked_on: 2026-01-01\n",
        encoding="utf-8",
    )
    (folder / "clauses.yaml").write_text(
        "- {id: probe/one, title: 试, law: 试, text: 试, source: practice}\n", encoding="utf-8"
    )
    head = "id: XX-TST-001, title: 试, why: 试, clause: probe/one, source: practice, severity: blocker"
    (folder / "rules.yaml").write_text(f"- {{{head}, {rule}}}\n", encoding="utf-8")
    return load_pack(folder)


def test_every_rule_comes_out_once_even_of_nothing() -> None:
    report = check(PACKS, EMPTY)
    assert [r.id for r in report.results] == [rule.id for pack in PACKS for rule in pack.rules]
    assert not report.with_status("error")
    assert report.verdict == "blocked"
    assert [p.sha256 for p in report.packs] == [p.sha256 for p in PACKS]


def test_a_pure_registration_asks_for_no_corpus() -> None:
    case = {"facts": {"large_model": {"route": "登记", "development": {"origin": "直接调用已备案模型"}}}}
    status = {r.id: r.status for r in check(PACKS, snapshot_of(case)).results}
    assert status["LM-COR-001"] == "not_applicable"
    assert status["LM-ANN-001"] == "not_applicable"
    assert status["LM-REG-001"] == "failed"


def test_a_supporter_fills_in_services_and_no_products() -> None:
    case = {"facts": {"algorithm": {"role": "服务技术支持者"}}}
    status = {r.id: r.status for r in check(PACKS, snapshot_of(case)).results}
    assert status["AL-PRD-001"] == "not_applicable"
    assert status["AL-SVC-001"] == "failed"


def test_only_white_space_is_blank() -> None:
    report = check(PACKS, snapshot_of({"facts": {"algorithm": {"name": " \u3000\n"}}}))
    assert any(f.rule == "AL-ALG-001" and f.path == "algorithm.name" for f in report.findings)


def test_a_blank_threshold_fails_and_says_so() -> None:
    report = check(PACKS, EMPTY)
    finding = next(f for f in report.findings if f.rule == "LM-ASM-017")
    assert "未填写" in finding.message
    assert "300" in finding.message


@pytest.mark.parametrize(
    ("passed", "sample", "fails"), [(95996, 100000, True), (96, 100, False), (96, 0, True), (7, 5, True)]
)
def test_a_share_is_judged_exactly(passed: int, sample: int, fails: bool) -> None:
    evaluation = {"corpus_manual_sample": str(sample), "corpus_manual_passed": str(passed)}
    report = check(PACKS, snapshot_of({"facts": {"large_model": {"evaluation": evaluation}}}))
    found = [f for f in report.findings if f.rule == "LM-ASM-006"]
    assert bool(found) is fails
    assert all("96%(" not in f.message for f in found), "a share that fails must not look as if it passed"


def test_a_waiver_of_the_rule_and_of_one_finding() -> None:
    report = check(PACKS, EMPTY)
    several = next(r for r in report.results if r.id == "AL-SUB-001")
    assert len(several.findings) > 2
    first = several.findings[0]
    single = Waiver("AL-SUB-001", "主体备案系统已带出", "陈样例", "2026-11-20", first.fingerprint)
    whole = Waiver("AL-ALG-001", "名称待定", "陈样例", "2026-11-20")
    snapshot = replace(EMPTY, waivers={f"AL-SUB-001:{first.fingerprint}": single, "AL-ALG-001": whole})
    after = {r.id: r for r in check(PACKS, snapshot).results}
    assert after["AL-ALG-001"].status == "waived"
    assert after["AL-SUB-001"].status == "failed"
    assert [f.waived for f in after["AL-SUB-001"].findings].count(True) == 1
    assert after["AL-SUB-001"].findings[0].waived


def test_a_waiver_without_a_reason_does_not_count() -> None:
    snapshot = replace(EMPTY, waivers={"AL-ALG-001": Waiver("AL-ALG-001", "  ", "陈样例", "2026-11-20")})
    assert {r.id: r.status for r in check(PACKS, snapshot).results}["AL-ALG-001"] == "failed"


def test_each_finding_of_one_rule_can_be_waived_on_its_own() -> None:
    for result in check(PACKS, EMPTY).results:
        prints = [f.fingerprint for f in result.findings]
        assert len(prints) == len(set(prints)), result.id


@pytest.mark.parametrize(
    ("attestation", "status"),
    [
        (None, "manual"),
        (Attestation("AL-OFF-005", "符合", "已看扫描件", "陈样例", "2026-11-20"), "passed"),
        (Attestation("AL-OFF-005", "不适用", "无需签名", "陈样例", "2026-11-20"), "not_applicable"),
        (Attestation("AL-OFF-005", "不符合", "签名是打印的", "陈样例", "2026-11-20"), "failed"),
        (Attestation("AL-OFF-005", "符合", "已看扫描件", "", "2026-11-20"), "manual"),
        (Attestation("AL-OFF-005", "符合", " ", "陈样例", "2026-11-20"), "manual"),
    ],
)
def test_what_only_a_person_can_judge(attestation: Attestation | None, status: str) -> None:
    attestations = {"AL-OFF-005": attestation} if attestation else {}
    results = check(PACKS, replace(EMPTY, attestations=attestations)).results
    result = next(r for r in results if r.id == "AL-OFF-005")
    assert result.status == status
    if status == "manual":
        assert "手写" in result.note
    if status == "failed":
        assert "签名是打印的" in result.findings[0].message


def test_a_rule_that_crashes_is_named_and_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_view: View) -> Any:
        raise ZeroDivisionError("秘密内容")
        yield Hit()

    monkeypatch.setitem(register.CHECKS, "crash", register.Check("crash", crash, ()))
    report = check([one(tmp_path, "check: {fn: crash}")], EMPTY)
    (result,) = report.results
    assert result.status == "error"
    assert "ZeroDivisionError" in result.note
    assert "秘密内容" not in result.note
    assert report.verdict == "blocked"


def test_a_flood_of_findings_is_cut_and_counted(tmp_path: Path) -> None:
    pack = one(tmp_path, "check: {required: {each: evidence, paths: [.title]}}")
    case = {"facts": {"evidence": [{"proves": "x"}] * (engine.MAX_FINDINGS + 7)}}
    (result,) = check([pack], snapshot_of(case)).results
    assert len(result.findings) == engine.MAX_FINDINGS
    assert "7" in result.note


def test_an_overlay_may_change_the_severity() -> None:
    report = check(PACKS, EMPTY, severity_overrides={"LM-KW-001": "blocker"})
    assert next(f for f in report.findings if f.rule == "LM-KW-001").severity == "blocker"


def test_what_has_one_source_only_sends_to_the_official_text() -> None:
    for finding in check(PACKS, EMPTY).findings:
        assert (UNCHECKED_HINT in finding.fix) == (finding.source == "standard_unchecked"), finding.rule


PERSONAL = {
    "legal_representative": {"name": "欧阳示例甲", "id_kind": "居民身份证", "id_number": "110101190001019999"},
    "safety_officer": {"name": "司徒示例乙", "id_kind": "居民身份证", "id_number": "110101190001018888", "mobile": "13712", "email": "nobody-at-example"},
    "contacts": [{"name": "诸葛示例丙", "mobile": "99912345678", "email": "somebody-at-example"}],
    "signatories": [{"role": "法定代表人", "name": "上官示例丁"}],
}  # fmt: skip


def test_no_finding_spells_out_personal_data() -> None:
    report = check(PACKS, snapshot_of({"facts": PERSONAL}))
    text = json.dumps(report_json(report), ensure_ascii=False)
    assert {"AL-LEG-002", "AL-OFF-002", "AL-OFF-003", "AL-CON-002", "LM-ASM-026"} <= {
        f.rule for f in report.findings
    }
    for secret in (
        "欧阳示例甲", "110101190001019999", "司徒示例乙", "110101190001018888", "13712", "nobody-at-example",
        "诸葛示例丙", "99912345678", "somebody-at-example", "上官示例丁",
    ):  # fmt: skip
        assert secret not in text, secret


def test_no_personal_leaf_reaches_a_report() -> None:
    """Every leaf marked personal holds a secret; every other leaf something that is likely to be complained about."""
    secrets: list[str] = []

    def fill(specs: Any) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for spec in specs:
            name = spec.pattern.rpartition(".")[2]
            if isinstance(spec, FieldSpec):
                value = "某某" if not spec.meta.choices else spec.meta.choices[0]
                if spec.meta.personal and not spec.is_list:
                    value = f"机密{len(secrets):03}之内容不可见"
                    secrets.append(value)
                data[name] = [value] if spec.is_list else value
            elif isinstance(spec, ListSpec):
                data[name] = [fill(spec.children), fill(spec.children)]
            else:
                data[name] = fill(spec.children)
        return data

    report = check(PACKS, snapshot_of({"facts": fill(root().children)}))
    text = json.dumps(report_json(report), ensure_ascii=False)
    assert len(secrets) > 10
    assert not [secret for secret in secrets if secret in text]


def test_the_json_document_has_the_promised_shape() -> None:
    document = report_json(check(PACKS, EMPTY))
    assert set(document["pack"]) == {"id", "version", "sha256"}
    assert document["verdict"] == "blocked"
    assert set(document["counts"]) == {"blocker", "warning", "info"}
    assert {"id", "status", "severity"} <= set(document["rules"][0])
    assert set(document["findings"][0]) == {
        "rule", "severity", "path", "message", "found", "expected", "fix", "clause", "source", "fingerprint",
    }  # fmt: skip
    json.dumps(document)


def test_the_default_order_is_satisfied_by_a_reason() -> None:
    case = {"facts": {"algorithm": {"result": {"number_pending_reason": "已提交待批"}}}}
    status = {r.id: r.status for r in check(PACKS, snapshot_of(case)).results}
    assert status["LM-ORD-001"] == "passed"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 9), date(2026, 11, 23), 10),
        (date(2026, 9, 30), date(2026, 10, 12), 4),  # the National Day holiday; Saturday the 10th is worked
        (date(2026, 2, 13), date(2026, 2, 24), 2),  # Spring Festival, worked Saturday the 14th
        (date(2026, 11, 23), date(2026, 11, 9), 0),
    ],
)
def test_clocks_count_working_days_as_arranged(start: date, end: date, days: int) -> None:
    assert working_days(start, end) == days


def test_the_rules_and_the_route_count_alike() -> None:
    case = {
        "facts": {"algorithm": {"launched": "是", "launched_on": "2026-08-03", "result": {"state": "准备中"}}}
    }
    snapshot = snapshot_of(case)
    found = next(f for f in check(PACKS, snapshot).findings if f.rule == "AL-ALG-013")
    due = china().after(date(2026, 8, 3), 10)
    over = china().between(due.day, snapshot.as_of)
    assert int(found.found) == 10 + over.days


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TXT、JSON", ["txt", "json"]),
        ("ＪＰＧ,png;docx", ["jpg", "png", "docx"]),
        ("流式文本", ["文本"]),
        ("HEIF", ["heif"]),
        ("无", []),
    ],
)
def test_file_formats_are_recognised(text: str, words: list[str]) -> None:
    assert [word for word, _ in formats_of(text)] == words


def test_a_file_format_we_do_not_know_is_no_accusation() -> None:
    algorithm = {"output_modalities": ["文本", "图像"], "output_formats": "TXT、HEIF"}
    status = {r.id: r.status for r in check(PACKS, snapshot_of({"facts": {"algorithm": algorithm}})).results}
    assert status["AL-IO-002"] == "passed"


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://kefu.example.cn", True),
        ("kefu.example.cn/help", True),
        ("搜索“示例”", False),
        ("a@example.cn", False),
    ],
)
def test_a_web_address_may_lack_its_scheme(url: str, fine: bool) -> None:
    products = [{"name": "网页版", "forms": ["网站"], "url": url}]
    results = check(PACKS, snapshot_of({"facts": {"algorithm": {"products": products}}})).results
    assert {r.id: r.status for r in results}["AL-PRD-003"] == ("passed" if fine else "failed")


def test_a_pack_is_in_force_from_its_first_day() -> None:
    model = load_shipped(["gbt-45654-2025"])[0]
    assert not model.in_force(date(2025, 10, 31))
    assert model.in_force(date(2025, 11, 1))


NASTY = ["", " ", "0", "-1", "1e9", "九", "{found}", "%s", "2026-13-40", "2026-02-29", "0001-01-01", "是", "否", "\ud7ff", "A" * 300, "𠮷示例", "，、。", "1/0", "99999999999999999999999999999", "图.png#0123456789abcdef", "#", "网信算备000000000000000000000号", "a-b-00000000"]  # fmt: skip


def _plain(specs: Any, draw: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for spec in specs:
        name = spec.pattern.rpartition(".")[2]
        if isinstance(spec, FieldSpec):
            pool = st.sampled_from([*NASTY, *spec.meta.choices])
            data[name] = draw(st.lists(pool, max_size=2) if spec.is_list else pool)
        elif isinstance(spec, ListSpec):
            data[name] = [_plain(spec.children, draw) for _ in range(draw(st.integers(0, 2)))]
        else:
            data[name] = _plain(spec.children, draw)
    return data


@settings(max_examples=12)
@given(st.data())
def test_no_rule_crashes_whatever_was_typed(data: st.DataObject) -> None:
    snapshot = snapshot_of({"facts": _plain(root().children, data.draw)})
    report = check(PACKS, snapshot)
    assert not report.with_status("error"), [(r.id, r.note) for r in report.with_status("error")]
    json.dumps(report_json(report))


def test_hidden_answers_are_kept_but_not_judged() -> None:
    case = {"facts": {"algorithm": {"types": ["检索过滤类"], "labels": {"explicit_text": "仅供参考"}}}}
    status = {r.id: r.status for r in check(PACKS, snapshot_of(case)).results}
    assert status["AL-LBL-002"] == "not_applicable"


def test_packs_json() -> None:
    from filingdesk.rules.registry import list_packs

    document = packs_json(list_packs())
    assert set(document["packs"][0]) == {
        "id", "title", "version", "rules", "effective_from", "effective_to", "sha256", "overlay_of", "state",
    }  # fmt: skip
