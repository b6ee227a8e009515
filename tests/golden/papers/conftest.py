"""The shipped papers and a filing in which every field is filled, for the tests of what the papers say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from filingdesk.documents.blocks import Document
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render
from filingdesk.domain.completeness import lookup
from filingdesk.domain.conditions import holds
from filingdesk.domain.specs import label_of
from filingdesk.infra.resources import resource_path
from golden.papers.support import REGISTERED, Change, Say, facts_with

HERE = Path(__file__).parent


def read_yaml(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="session")
def papers() -> dict[str, Paper]:
    return {paper.id: paper for paper in load_papers(resource_path("templates"))}


@pytest.fixture(scope="session")
def data_full() -> dict[str, Any]:
    return read_yaml(HERE / "data_full.yaml")


@pytest.fixture(scope="session")
def plain_full() -> dict[str, Any]:
    return read_yaml(HERE / "facts_full.yaml")


@pytest.fixture
def say(papers: dict[str, Paper], plain_full: dict[str, Any], data_full: dict[str, Any]) -> Say:
    """Render a paper of the full filing with some fields changed (`path` → new value)."""

    def render_changed(paper: str, changes: Change | None = None, data: Change | None = None) -> Document:
        registers = not holds(papers[paper].spec.condition, lookup(facts_with(plain_full, {})))
        facts = facts_with(plain_full, {**(REGISTERED if registers else {}), **(changes or {})})
        return render(
            papers[paper].placed(lookup(facts)), facts, label_of, data_full if data is None else data
        )

    return render_changed
