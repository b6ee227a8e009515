"""The block listing of every paper, word for word: full filing and blank filing.

After a wanted change of a template run with `FILINGDESK_UPDATE_GOLDEN=1` and read the difference before committing it.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from filingdesk.documents.listing import dump
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render
from filingdesk.domain.completeness import lookup
from filingdesk.domain.facts import Facts
from filingdesk.domain.specs import label_of
from filingdesk.infra.resources import resource_path
from golden.papers.support import full_facts

DUMPS = Path(__file__).parent / "dumps"
IDS = [paper.id for paper in load_papers(resource_path("templates"))]


def _compare(name: str, lines: list[str]) -> None:
    golden = DUMPS / f"{name}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("FILINGDESK_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8"), f"{name} no longer says what {golden.name} records"


@pytest.mark.parametrize("paper", IDS)
def test_full_filing(
    paper: str, papers: dict[str, Paper], plain_full: dict[str, Any], data_full: dict[str, Any]
) -> None:
    facts = full_facts(papers[paper], plain_full)
    document = render(papers[paper].placed(lookup(facts)), facts, label_of, data_full)
    assert document.gaps == ()
    _compare(f"{paper}.full", dump(document))


@pytest.mark.parametrize("paper", IDS)
def test_blank_filing(paper: str, papers: dict[str, Paper]) -> None:
    _compare(f"{paper}.blank", dump(render(papers[paper], Facts(), label_of)))


def test_no_dump_without_a_paper() -> None:
    assert {path.name for path in DUMPS.glob("*")} == {
        f"{i}.{kind}.txt" for i in IDS for kind in ("full", "blank")
    }
