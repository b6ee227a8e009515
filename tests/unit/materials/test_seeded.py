"""The seeded bundle: how many planted contradictions and claims are found, and how many alarms are false."""

from collections.abc import Iterator

import pytest

from filingdesk.materials.claims import ClaimContext, find_claims
from filingdesk.materials.expected import bound_numbers, expectations
from filingdesk.materials.indexed import Indexed
from filingdesk.materials.match import Cell, Matcher
from filingdesk.materials.matrix import claims, matrix
from filingdesk.materials.normal import name_key, squash
from filingdesk.materials.pieces import FileText, Piece
from filingdesk.materials.reading import read_file
from filingdesk.services.sample import sample_facts
from unit.materials import seeding

TARGET = 0.95


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Cell]]:
    matcher = Matcher(expectations(sample_facts(), matrix()), matrix())
    found = {}
    for path in seeding.write_files(tmp_path_factory.mktemp("seeded")):
        text = read_file(path)
        assert text.readable, text.failed
        found[path.name] = matcher.match(Indexed(text, pdf=path.suffix == ".pdf"), proof="合同" in path.name)
    return found


def alarms(results: dict[str, dict[str, Cell]]) -> Iterator[tuple[str, str, str]]:
    for file, cells in results.items():
        for row, cell in cells.items():
            if cell.state == "conflict":
                yield from ((file, row, place.found) for place in cell.places)


def test_planted_contradictions_are_found_and_nothing_else(results: dict[str, dict[str, Cell]]) -> None:
    planted = seeding.planted()
    assert len(planted) >= 40
    hit: set[int] = set()
    false = []
    for file, row, found in alarms(results):
        meant = {
            n
            for n, p in enumerate(planted)
            if (p.file, p.row) == (file, row) and squash(found.split("、")[0]) in name_key(p.text)
        }
        hit |= meant
        if not meant:
            false.append((file, row, found))
    recall = len(hit) / len(planted)
    precision = len(hit) / (len(hit) + len(false))
    missed = [p for n, p in enumerate(planted) if n not in hit]
    print(f"contradictions: recall {recall:.3f}, precision {precision:.3f}")
    assert recall >= TARGET, missed
    assert precision >= TARGET, false


def test_labelled_sentences_get_their_claims_and_the_others_none() -> None:
    sentences = seeding.load()["sentences"]
    assert len(sentences) >= 60
    facts = sample_facts()
    names = ((None, "附件4-拦截关键词列表"), (None, "附件5-评估测试题"))
    context = ClaimContext(names, bound_numbers(facts), tuple((p.title, p.state) for p in facts.policies))
    right = false = missed = 0
    wrong = []
    for label, text in sentences:
        found = {
            c.rule.id for c in find_claims(Indexed(FileText((Piece(text, "第 1 段"),))), context, claims())
        }
        right += label in found
        false += len(found - {label})
        missed += label != "none" and label not in found
        if found != ({label} - {"none"}):
            wrong.append((label, found, text))
    recall, precision = right / (right + missed), right / (right + false)
    print(f"claims: recall {recall:.3f}, precision {precision:.3f}")
    assert recall >= TARGET and precision >= TARGET, wrong
