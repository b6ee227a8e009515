"""The shipped papers and a filing in which every field is filled, for the tests of what the papers say."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from filingdesk.documents.blocks import Document
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import from_plain
from filingdesk.domain.specs import label_of
from filingdesk.infra.resources import resource_path

HERE = Path(__file__).parent

Change = dict[str, Any]
Say = Callable[..., Document]


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
        facts = facts_with(plain_full, changes or {})
        return render(papers[paper], facts, label_of, data_full if data is None else data)

    return render_changed


def facts_with(plain: dict[str, Any], changes: Change) -> Facts:
    """The filing with the value at each path replaced; a number in the path picks a record."""
    tree = copy.deepcopy(plain)
    for path, value in changes.items():
        node: Any = tree
        *way, last = path.split(".")
        for step in way:
            node = node[int(step)] if step.isdigit() else node[step]
        if last.isdigit():
            node[int(last)] = value
        else:
            node[last] = value
    facts, problems = from_plain(tree)
    assert not problems
    return facts
