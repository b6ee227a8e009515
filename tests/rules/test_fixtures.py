"""Every rule of every shipped pack, by its own good and bad case."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from filingdesk.domain.report import RuleResult
from filingdesk.infra.resources import resource_path
from filingdesk.rules.engine import check
from filingdesk.rules.pack import Pack
from filingdesk.rules.registry import load_pack, load_shipped, shipped_ids
from rules.support import FIXTURES, SUCCESSORS, read_fixture, snapshot_of

PACKS = tuple(shipped_ids())
CASES = [(pack.id, rule.id) for pack in load_shipped(PACKS) for rule in pack.rules]


@cache
def judging_packs() -> dict[str, Pack]:
    """The shipped packs with every blank parameter set to 3, so that the rules that wait for one can be tried."""
    with TemporaryDirectory() as folder:
        for name in PACKS:
            shutil.copytree(resource_path("rulesets", name), Path(folder, name))
            file = Path(folder, name, "pack.yaml")
            text = file.read_text(encoding="utf-8").replace("value: null", "value: 3")
            file.write_text(text, encoding="utf-8")
        return {name: load_pack(Path(folder, name)) for name in PACKS}


def judged(pack: str, rule: str, case: Mapping[str, Any]) -> RuleResult:
    report = check([judging_packs()[pack]], snapshot_of(case, rule))
    assert not report.with_status("error"), [(r.id, r.note) for r in report.with_status("error")]
    return next(result for result in report.results if result.id == rule)


@pytest.mark.parametrize(("pack", "rule"), CASES)
def test_good_case_passes(pack: str, rule: str) -> None:
    result = judged(pack, rule, read_fixture(pack, rule)["good"])
    assert result.status == "passed", [f.message for f in result.findings] or result.note


@pytest.mark.parametrize(("pack", "rule"), CASES)
def test_bad_case_fails_and_says_what(pack: str, rule: str) -> None:
    case = read_fixture(pack, rule)["bad"]
    result = judged(pack, rule, case)
    assert result.status == "failed", result.note
    finding = result.findings[0]
    assert case["message"] in finding.message
    for words in (finding.message, finding.fix):
        assert words.strip()
        assert "{" not in words, "a placeholder was left"
    template = judging_packs()[pack].rule(rule)
    assert template is not None
    for name in ("found", "expected"):
        if f"{{{name}}}" in template.message:
            assert getattr(finding, name) and getattr(finding, name) in finding.message


def test_every_rule_has_one_fixture_and_every_fixture_a_rule() -> None:
    on_disk = {(file.parent.name, file.stem) for file in FIXTURES.glob("*/*.yaml")}
    borrowed = {
        (pack, rule)
        for pack, rule in CASES
        if (pack, rule) not in on_disk and (SUCCESSORS.get(pack), rule) in on_disk
    }
    assert on_disk | borrowed == set(CASES)
