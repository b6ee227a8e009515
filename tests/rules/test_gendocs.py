"""The documents of the rules say what the packs say, and a stale one is noticed."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from filingdesk.rules.registry import load_all

TOOL = Path(__file__).resolve().parents[2] / "tools" / "gendocs.py"


@pytest.fixture
def gendocs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gendocs", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_stale_or_left_over_document_is_named(
    gendocs: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gendocs.main([], tmp_path) == 0
    assert gendocs.main(["--check"], tmp_path) == 0
    page = tmp_path / "algo-2022.md"
    page.write_text(page.read_text(encoding="utf-8") + "一句手写的话\n", encoding="utf-8")
    (tmp_path / "old-pack.md").write_text("旧", encoding="utf-8")
    capsys.readouterr()
    assert gendocs.main(["--check"], tmp_path) == 1
    told = capsys.readouterr().out
    assert "algo-2022.md" in told
    assert "old-pack.md" in told
    assert "gbt-45654-2025.md" not in told


def test_every_rule_is_documented_without_placeholders(gendocs: ModuleType) -> None:
    documents = gendocs.documents()
    for pack in load_all():
        text = documents[f"{pack.id}.md"]
        assert "{" not in text
        for rule in pack.rules:
            assert f"### {rule.id} {rule.title}" in text
            assert rule.why in text


def test_coverage_leaves_no_clause_unexplained(gendocs: ModuleType) -> None:
    text = gendocs.documents()["coverage.md"]
    for pack in load_all():
        assert f"## {pack.title}" in text
        for clause in pack.clauses.values():
            assert f"`{clause.id}`" in text
    assert "没有规则，也没有说明原因" not in text
    assert "不能自动检查：" in text
