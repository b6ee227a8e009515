"""The files around the code keep their promises: pins, links of the documents, the bench's own arithmetic."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]


def load(path: Path) -> ModuleType:
    """A script of ours as a module, without leaving a trace in the import system's search path."""
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        canonicalize_name(name): version
        for name, version in (line.split("==") for line in lines if line and not line.startswith("#"))
    }


def test_constraints_are_names_and_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line), line


def test_every_declared_dependency_is_pinned_within_its_own_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, declared):
        version = pins().get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} has no pin"
        assert requirement.specifier.contains(version), f"{requirement} against pin {version}"


def test_every_dependency_has_its_line_in_the_decisions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs/adr/dependencies.md").read_text(encoding="utf-8").lower()
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    missing = [r.name for r in map(Requirement, declared) if r.name.lower() not in text]
    assert missing == []


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "docs/adr/README.md", "docs/architecture.md"]
)
def test_links_to_our_own_documents_lead_somewhere(name: str) -> None:
    page = ROOT / name
    targets = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    pages = [target for target in targets if target.endswith((".md", "/")) or "." not in target]
    missing = [target for target in pages if not (page.parent / target).exists()]
    assert missing == []


def test_dev_help_lists_every_command_and_needs_no_setup() -> None:
    answer = subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), "--help"], capture_output=True, text=True, check=True
    )
    for command in ("demo", "run", "test", "check", "bench", "package"):
        assert re.search(rf"^  {command} +\S", answer.stdout, re.MULTILINE), command


def test_setup_is_redone_when_a_pin_changes_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = load(ROOT / "dev.py")
    before = dev.wanted_stamp()
    assert dev.wanted_stamp() == before
    changed = tmp_path / "constraints.txt"
    changed.write_text(dev.CONSTRAINTS.read_text(encoding="utf-8") + "newcomer==1.0\n", encoding="utf-8")
    monkeypatch.setattr(dev, "CONSTRAINTS", changed)
    assert dev.wanted_stamp() != before


def test_bench_measures_a_window_and_prints_one_json_document() -> None:
    answer = subprocess.run(
        [
            sys.executable,
            str(ROOT / "tests/bench/run.py"),
            *("--json", "--rounds", "1", "--only", "window-bare"),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    (case,) = json.loads(answer.stdout)["cases"]
    assert case["name"] == "window-bare"
    assert 0 < case["median_seconds"] < 60
    assert case["peak_bytes"] > 10_000_000


def test_bench_counts_a_target_from_the_other_cases_median() -> None:
    harness = load(ROOT / "tests/bench/harness.py")

    def command(_shared: Path, _scratch: Path) -> list[str]:
        return []

    bare = harness.CommandCase("bare", "", command)
    ours = harness.CommandCase("ours", "", command, target=harness.Target(1.5, over="bare"))
    results = {
        "bare": harness.Result(bare, [harness.Sample(s, 1) for s in (0.4, 0.5, 9.0)]),
        "ours": harness.Result(ours, [harness.Sample(1.9, 1)]),
    }
    assert results["ours"].limit(results) == pytest.approx(2.0)
    assert results["ours"].meets(results) is True
    assert results["bare"].meets(results) is None
    results["bare"].samples.clear()
    assert results["ours"].meets(results) is None


def test_bench_tells_what_a_failing_command_said(tmp_path: Path) -> None:
    harness = load(ROOT / "tests/bench/harness.py")
    broken = harness.CommandCase(
        "x", "", lambda _shared, _scratch: [sys.executable, "-c", "raise SystemExit('no such sample')"]
    )
    silent = harness.CommandCase(
        "y", "", lambda _shared, _scratch: [sys.executable, "-c", "print('hello')"], until="first-paint"
    )
    results = harness.run_all([broken, silent], 2, lambda _text: None)
    assert results["x"].problem == "no such sample"
    assert "first-paint" in results["y"].problem
    assert results["y"].median is None
