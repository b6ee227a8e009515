"""A rule pack with a fault is refused with file, line, rule and reason; a good one is the same on every system."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from filingdesk.domain.errors import UserError
from filingdesk.infra.resources import resource_path
from filingdesk.rules.differences import diff
from filingdesk.rules.registry import load_pack, load_shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "algo-2022"
    shutil.copytree(resource_path("rulesets", "algo-2022"), target)
    return target


def edit(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = folder / name
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    file.write_text(after, encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_pack(folder)
    assert caught.value.code == "pack.invalid"
    return caught.value.message


RULE = """
- id: AL-TST-001
  title: 试
  why: 试
  clause: practice/return-01
  source: practice
  severity: blocker
  check: {required: {paths: [algorithm.name]}}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("algorithm.name", "algorithm.nmae", ["AL-TST-001", "algorithm.nmae", "algorithm.name"]),
        ("required:", "requried:", ["AL-TST-001", "requried"]),
        ("{paths:", "{path:", ["AL-TST-001", "path"]),
        ("severity: blocker", "severity: fatal", ["AL-TST-001", "severity"]),
        ("source: practice", "source: vendor", ["AL-TST-001", "vendor"]),
        ("source: practice", "source: derived", ["AL-TST-001", "derived"]),
        ("source: practice", "source: hearsay", ["AL-TST-001", "source"]),
        ("practice/return-01", "practice/return-99", ["AL-TST-001", "practice/return-99"]),
        ("title: 试", "titel: 试", ["AL-TST-001", "titel"]),
        ("  why: 试\n", "", ["AL-TST-001", "why"]),
        ("id: AL-TST-001", "id: AL-ALG-001", ["AL-ALG-001", "重复"]),
        ("id: AL-TST-001", "id: rule one", ["rule one"]),
        ("{required: {paths: [algorithm.name]}}", "{fn: no_such}", ["AL-TST-001", "no_such"]),
        ("{required: {paths: [algorithm.name]}}", "{min_count: {of: evidence, at_least: $T99}}", ["$T99"]),
        ("{required: {paths: [algorithm.name]}}", "{required: {paths: [algorithm.products]}}", ["algorithm.products"]),
        ("{required: {paths: [algorithm.name]}}", "{min_number: {path: algorithm.name}}", ["at_least"]),
        ("{required: {paths: [algorithm.name]}}", "{same: {paths: [algorithm.name]}}", ["same"]),
        ("{required: {paths: [algorithm.name]}}", "{attached: {paths: [algorithm.name]}}", ["附件"]),
        ("{required: {paths: [algorithm.name]}}", "{bank_count: {bank: other, at_least: 1}}", ["other"]),
        ("{required: {paths: [algorithm.name]}}", "{}", ["check"]),
        ("severity: blocker", "severity: blocker\n  message: '{nonsense}'", ["nonsense"]),
        ("severity: blocker", "severity: blocker\n  message: '{found.__class__}'", ["found.__class__"]),
        ("severity: blocker", "severity: blocker\n  fix: '{found'", ["fix"]),
        ("severity: blocker", "severity: blocker\n  when: {path: algorithm.nmae, is: 是}", ["algorithm.nmae"]),
        ("severity: blocker", "severity: blocker\n  when: {eval: 1}", ["when"]),
        ("severity: blocker", "severity: blocker\n  when: {path: .state, is: 是}", [".state"]),
        ("severity: blocker", "severity: blocker\n  severity: info", ["两次"]),
        ("title: 试", "title: &a 试\n  message: *a", ["锚点"]),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_refused_with_file_line_and_reason(
    folder: Path, old: str, new: str, words: list[str]
) -> None:
    assert old in RULE
    edit(folder, "rules.yaml", lambda text: text + RULE.replace(old, new, 1))
    message = refusal(folder)
    assert "rules.yaml 第" in message
    for word in words:
        assert word in message


def test_the_line_is_the_rule_s_own(folder: Path) -> None:
    lines = (folder / "rules.yaml").read_text(encoding="utf-8").count("\n")
    edit(folder, "rules.yaml", lambda text: text + RULE.replace("severity: blocker", "severity: fatal"))
    assert f"第 {lines + 7} 行" in refusal(folder)


def test_broken_yaml_names_the_line(folder: Path) -> None:
    edit(folder, "clauses.yaml", lambda text: "- {id: [\n" + text)
    assert "clauses.yaml 第" in refusal(folder)


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 100_000, "{a: " * 50_000, "? " * 100_000])
def test_a_file_that_is_only_depth_is_refused(folder: Path, text: str) -> None:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    assert "嵌套太深" in refusal(folder)


def test_missing_file_and_missing_folder(folder: Path) -> None:
    (folder / "clauses.yaml").unlink()
    assert "clauses.yaml" in refusal(folder)
    assert "不存在" in refusal(folder / "nowhere")


def test_bytes_that_are_no_text(folder: Path) -> None:
    (folder / "rules.yaml").write_bytes("- 规则".encode("gb18030"))
    assert "UTF-8" in refusal(folder)


def test_a_parameter_without_source_is_refused(folder: Path) -> None:
    edit(folder, "pack.yaml", lambda text: text.replace("    source: law\n", "", 1))
    message = refusal(folder)
    assert "pack.yaml" in message
    assert "source" in message


def test_a_pack_cannot_cite_itself(folder: Path) -> None:
    edit(folder, "pack.yaml", lambda text: text + "cites: [algo-2022]\n")
    assert "自己" in refusal(folder)


def test_a_should_clause_cannot_be_made_to_block(folder: Path) -> None:
    edit(
        folder, "rules.yaml", lambda text: text + RULE.replace("source: practice", "source: law\n  modal: 宜")
    )
    assert "宜" in refusal(folder)


def test_the_hash_is_about_contents_not_line_ends(folder: Path) -> None:
    before = load_pack(folder).sha256
    assert before == load_shipped(["algo-2022"])[0].sha256
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_pack(folder).sha256 == before
    edit(folder, "pack.yaml", lambda text: text.replace("value: 10", "value: 11"))
    assert load_pack(folder).sha256 != before


def test_an_unknown_pack_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="没有规则包") as caught:
        load_shipped(["algo-1999"])
    assert "algo-2022" in caught.value.hint


def test_packs_are_read_once() -> None:
    assert load_shipped(["algo-2022"])[0] is load_shipped(["algo-2022"])[0]


def test_diff_tells_what_came_went_and_changed(folder: Path) -> None:
    before = load_pack(folder)
    assert diff(before, before) == []
    edit(folder, "pack.yaml", lambda text: text.replace("value: 10", "value: 15"))
    edit(folder, "rules.yaml", lambda text: text + RULE)
    edit(folder, "rules.yaml", lambda text: text.replace("title: 填写算法名称", "title: 写上算法名称"))
    changes = {(d.kind, d.id): d for d in diff(before, load_pack(folder))}
    assert changes["parameter", "filing_days"].after == "15 个工作日"
    assert changes["rule", "AL-TST-001"].before == ""
    assert changes["rule", "AL-ALG-001"].after == "写上算法名称"
