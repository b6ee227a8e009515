"""A paper in the company's look comes back from the lawyer like any other: nothing seems changed that was not."""

from pathlib import Path

from filingdesk.bootstrap import workspace
from filingdesk.services import looks, papers, roundtrip
from filingdesk.services.demo import create_sample
from unit.forms.word import company_look, logo


def test_a_paper_in_a_look_is_read_back_without_differences(tmp_path: Path) -> None:
    session = create_sample(workspace(), tmp_path / "s.fdproj")
    looks.put_on(session, "范本.docx", company_look(logo()))
    built = papers.build(session, tmp_path, paper_ids=["responsibility"], formats=["docx"], draft=True)
    returned = roundtrip.read(session, built[0].path)
    assert returned.same > 100
    assert (returned.facts, returned.words, returned.structure) == ((), (), ())
    session.close()
