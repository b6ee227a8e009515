"""The map of signatures and seals, against what stands in the papers themselves."""

import pypdfium2
import pytest

from filingdesk.bootstrap import workspace
from filingdesk.documents.blocks import SignaturePlace, text_of
from filingdesk.services.catalogue import shipped
from filingdesk.services.demo import create_sample
from filingdesk.services.papers import Desk, bundled, page_counts
from filingdesk.services.papers_signing import signature_map
from filingdesk.services.session import Session


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Session:
    opened = create_sample(workspace(), tmp_path_factory.mktemp("sample") / "s.fdproj")
    yield opened
    opened.close()


def words_of(data: bytes, page: int) -> str:
    pdf = pypdfium2.PdfDocument(data)
    text = pdf[page - 1].get_textpage()
    words = text.get_text_range()
    text.close()
    pdf.close()
    return "".join(words.split())


@pytest.mark.parametrize("stage", ["algorithm", "large-model"])
def test_every_place_is_on_the_page_the_map_names(sample, stage) -> None:
    desk = Desk(sample)
    entries = signature_map(desk, bundled(desk.facts, stage))
    assert len(entries) >= 5
    for entry in entries:
        assert entry.page is not None
        assert entry.pages is not None
        assert 1 <= entry.page <= entry.pages
        found = words_of(desk.make(entry.paper, "pdf", draft=False), entry.page)
        assert "".join(entry.label.split()) + "：" in found
    counts = page_counts(desk, stage)
    assert {e.pages for e in entries} <= set(counts.values())


def test_the_people_are_those_of_the_facts(sample) -> None:
    desk = Desk(sample)
    entries = signature_map(desk, bundled(desk.facts, "large-model"))
    report = {e.label: e.who for e in entries if e.paper == "safety-report"}
    roles = {s.role: s.name for s in desk.facts.signatories}
    assert report["安全评估负责人（签字）"] == roles["安全评估负责人"]
    assert report["合法性评估负责人（签字）"] == roles["合法性评估负责人"]
    seals = [e for e in entries if e.kind == "盖章"]
    assert {e.who for e in seals} == {desk.facts.subject.name}


def test_the_plan_of_a_paper_and_its_text_name_the_same_places(sample) -> None:
    desk = Desk(sample)
    for each in shipped():
        if not each.spec.signatures or each.spec.on_request:
            continue
        labels = {
            text_of(block.label)
            for block in desk.document(each.id).blocks
            if isinstance(block, SignaturePlace)
        }
        for plan in each.spec.signatures:
            assert any(label.startswith(plan.label) for label in labels), (each.id, plan.label, labels)
        for label in labels:
            assert any(label.startswith(plan.label) for plan in each.spec.signatures), (each.id, label)
