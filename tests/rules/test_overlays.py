"""Local rules: what they may change, what they may not, and how a faulty one is refused."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path
from filingdesk.rules import packstore
from filingdesk.rules.engine import check
from filingdesk.rules.overlay import Overlay, apply, check_overlay, load_overlay
from filingdesk.rules.pack import Pack
from filingdesk.rules.registry import in_force, load_all, load_pack, load_shipped
from rules.support import snapshot_of

BASE = """id: test-local
title: 试用属地要求
version: "1"
summary: 试
overlay_of: gbt-45654-2025
effective_from: 2025-11-01
checked_on: 2026-11-23
clauses:
  - {id: test-local/notice, title: 通知, law: 试用通知, text: 虚构的试用通知, source: practice}
severities:
  - {rule: LM-KW-001, severity: blocker, source: practice, clause: test-local/notice, why: 通知第一条}
set_parameters:
  T2: {value: 20000, source: practice, clause: test-local/notice}
rules:
  - id: TX-ASM-001
    title: 写明评估方法
    why: 通知第二条
    clause: test-local/notice
    source: practice
    severity: warning
    check: {required: {paths: [large_model.evaluation.method]}}
"""


def overlay(folder: Path, text: str = BASE, name: str = "test-local") -> Overlay:
    place = folder / name
    place.mkdir()
    (place / "overlay.yaml").write_text(text, encoding="utf-8")
    return load_overlay(place)


def laid(one: Overlay, others: Mapping[str, Overlay] | None = None) -> list[Pack]:
    packs, skipped = apply(load_shipped(["gbt-45654-2025"]), [one], load_all(), (others or {}).get)
    assert not skipped
    return packs


def test_severity_parameter_and_rule_come_from_the_overlay_with_its_source(tmp_path: Path) -> None:
    snapshot = snapshot_of({"keywords": {"total": 15000, "distinct": 15000}})
    before = {f.rule: f for f in check(load_shipped(["gbt-45654-2025"]), snapshot).findings}
    assert "LM-KW-001" not in before
    report = check(laid(overlay(tmp_path)), snapshot)
    found = {f.rule: f for f in report.findings}
    keywords = found["LM-KW-001"]
    assert (keywords.severity, keywords.expected) == ("blocker", "20,000")
    assert "试用属地要求" in keywords.fix
    assert "通知第一条" in keywords.fix
    assert found["TX-ASM-001"].clause == "test-local/notice"
    assert [ref.id for ref in report.packs] == ["gbt-45654-2025", "test-local"]
    untouched = found["LM-COR-001"]
    assert untouched == before["LM-COR-001"]


def test_the_shipped_pack_is_not_changed_by_laying_something_over_it(tmp_path: Path) -> None:
    laid(overlay(tmp_path))
    shipped = load_shipped(["gbt-45654-2025"])[0]
    assert shipped.value("T2") == 10000
    rule = shipped.rule("LM-KW-001")
    assert rule is not None
    assert rule.severity == "warning"


def test_an_overlay_of_an_overlay_sees_what_lies_below(tmp_path: Path) -> None:
    lower = overlay(tmp_path)
    text = BASE.replace("id: test-local\n", "id: test-firm\n", 1).replace(
        "overlay_of: gbt-45654-2025", "overlay_of: test-local"
    )
    text = text.replace("value: 20000", "value: 30000").replace("TX-ASM-001", "TX-ASM-002")
    text = text.split("clauses:")[0] + text[text.index("severities:") :]
    upper = overlay(tmp_path, text, "test-firm")
    packs = laid(upper, {"test-local": lower})
    assert [p.id for p in packs] == ["gbt-45654-2025", "test-local", "test-firm"]
    assert packs[0].value("T2") == 30000


def test_an_overlay_whose_pack_is_not_in_force_changes_nothing_and_is_named(tmp_path: Path) -> None:
    packs, skipped = apply(in_force(date(2025, 6, 1)), [overlay(tmp_path)], load_all(), lambda _: None)
    assert [p.id for p in packs] == [p.id for p in in_force(date(2025, 6, 1))]
    assert [each.id for each in skipped] == ["test-local"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("overlay_of: gbt-45654-2025", "overlay_of: gbt-9999", 5, ["gbt-9999", "gbt-45654-2025"]),
        ("overlay_of: gbt-45654-2025", "overlay_of: test-local", 5, ["绕了一圈", "test-local → test-local"]),
        ("rule: LM-KW-001", "rule: LM-KW-999", 11, ["LM-KW-999"]),
        ("T2: {value", "T99: {value", 13, ["T99"]),
        ("clause: test-local/notice, why", "clause: test-local/other, why", 11, ["test-local/other"]),
        ("severity: blocker, source: practice", "severity: blocker, source: vendor", 11, ["info"]),
        ("LM-KW-001, severity: blocker", "LM-COR-001, severity: info", 11, ["不能", "调轻"]),
        ("TX-ASM-001", "AL-ALG-001", 15, ["AL-ALG-001", "已被"]),
        ("large_model.evaluation.method", "large_model.evaluation.mehtod", 21, ["large_model.evaluation.mehtod"]),
        ("severities:", "severitys:", 11, ["severitys"]),
        ("value: 20000", "value: viele", 13, ["T2"]),
        ("{id: test-local/notice", "{id: practice/return-01", 9, ["test-local/"]),
    ],
)  # fmt: skip
def test_a_faulty_overlay_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, words: list[str]
) -> None:
    assert old in BASE
    with pytest.raises(UserError) as caught:
        one = overlay(tmp_path, BASE.replace(old, new, 1))
        check_overlay(one, load_all(), {one.id: one}.get)
    assert caught.value.code == "pack.invalid"
    assert f"overlay.yaml 第 {line} 行" in caught.value.message
    for word in words:
        assert word in caught.value.message


def test_two_overlays_that_stand_upon_each_other_are_refused(tmp_path: Path) -> None:
    def of(identity: str, target: str) -> str:
        return f"id: {identity}\ntitle: 试\nversion: '1'\nsummary: 试\noverlay_of: {target}\neffective_from: 2025-11-01\nchecked_on: 2026-11-23\n"

    one = overlay(tmp_path, of("loop-a", "loop-b"), "loop-a")
    two = overlay(tmp_path, of("loop-b", "loop-a"), "loop-b")
    with pytest.raises(UserError, match="loop-a → loop-b → loop-a"):
        check_overlay(one, load_all(), {"loop-a": one, "loop-b": two}.get)


def test_the_shipped_example_is_sound_and_off(tmp_path: Path) -> None:
    example = packstore.shipped_overlay("overlay-example")
    assert example is not None
    assert example.data.example
    assert "示例" in example.data.title
    assert check_overlay(example, load_all(), packstore.shipped_overlay) == "gbt-45654-2025"
    assert "overlay-example" not in {p.id for p in load_shipped()}
    enough = {"facts": {"large_model": {"evaluation": {"refusal_sample": "400", "team": "评估团队"}}}}
    snapshot = snapshot_of(enough)
    plain = {f.rule for f in check(load_shipped(["gbt-45654-2025"]), snapshot).findings}
    over = {f.rule for f in check(laid(example), snapshot).findings}
    assert over - plain == {"LM-ASM-015", "OX-ASM-001"}


# ---- the user's folder ----


def test_what_lies_in_the_user_s_folder_is_listed_with_state_and_reason() -> None:
    place = packstore.folder()
    overlay(place)
    overlay(place, BASE.replace("LM-KW-001", "LM-KW-999"), "broken")
    shutil.copytree(resource_path("rulesets", "labels-2025"), place / "labels-old")
    (place / "rubbish").mkdir()
    states = {each.folder.name: each for each in packstore.user_packs()}
    assert {name: each.state for name, each in states.items()} == {
        "broken": "refused", "labels-old": "kept", "rubbish": "refused", "test-local": "local",
    }  # fmt: skip
    assert "LM-KW-999" in states["broken"].reason
    assert "第 11 行" in states["broken"].reason
    assert "pack.yaml" in states["rubbish"].reason


def test_rubbish_in_the_user_s_folder_is_refused_one_by_one() -> None:
    place = packstore.folder()
    (place / "note.txt").write_text("x", encoding="utf-8")
    (place / "gb").mkdir()
    (place / "gb" / "overlay.yaml").write_bytes("title: 规则".encode("gb18030"))
    (place / "list.yaml").write_text("- 1", encoding="utf-8")
    (place / "empty.yaml").write_text("", encoding="utf-8")
    (place / "twice.yaml").write_text("id: a\nid: b\n", encoding="utf-8")
    (place / "deep.yaml").write_text("rules: " + "[" * 90_000, encoding="utf-8")
    (place / "folder.yaml").mkdir()
    found = {each.folder.name: each for each in packstore.user_packs()}
    assert len(found) == 7
    assert {each.state for each in found.values()} == {"refused"}
    assert "应是一个文件夹" in found["note.txt"].reason
    assert "UTF-8" in found["gb"].reason
    assert "第 2 行" in found["twice.yaml"].reason
    assert "第 1 行" in found["list.yaml"].reason
    assert packstore.find_overlay("a") is None


def test_two_overlays_of_one_id_do_not_both_count() -> None:
    place = packstore.folder()
    overlay(place, BASE, "one")
    overlay(place, BASE, "two")
    assert [each.state for each in packstore.user_packs()] == ["local", "refused"]


def test_a_kept_version_judges_after_the_program_has_moved_on(tmp_path: Path) -> None:
    old = tmp_path / "algo-2022"
    shutil.copytree(resource_path("rulesets", "algo-2022"), old)
    file = old / "pack.yaml"
    file.write_text(
        re.sub(r"(?m)^version: .*$", "version: 2020.1.1", file.read_text(encoding="utf-8")), encoding="utf-8"
    )
    pack = load_pack(old)
    kept = packstore.keep(pack)
    assert kept is not None
    assert packstore.keep(pack) == kept
    shutil.rmtree(old)
    again = packstore.load_version(pack.ref)
    assert (again.version, again.sha256) == ("2020.1.1", pack.sha256)
    assert load_shipped(["algo-2022"])[0].sha256 != pack.sha256


def test_a_version_that_is_not_here_is_named() -> None:
    ref = load_shipped(["algo-2022"])[0].ref
    gone = type(ref)(ref.id, "1999.1", "0" * 64)
    with pytest.raises(UserError, match=r"1999\.1") as caught:
        packstore.load_version(gone)
    assert caught.value.code == "pack.version_missing"
