"""What is being typed is kept as a difference, fits only the text it was typed over, and is no edit."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filingdesk.bootstrap import workspace
from filingdesk.services import typed, whatsnew
from filingdesk.services.session import Session

TEXT = st.text(alphabet="ab，\n", max_size=12)


@pytest.fixture
def blank(tmp_path: Path) -> Session:
    return workspace().create(tmp_path / "p.fdproj")


def test_any_text_over_any_other_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    session = workspace().create(tmp_path_factory.mktemp("t") / "p.fdproj")

    @given(TEXT, TEXT)
    def comes_back(base: str, text: str) -> None:
        typed.hold(session, "x", base, text)
        assert typed.held(session, "x", base) == (text if text != base else None)

    comes_back()
    session.close()


def test_it_is_kept_over_closing_and_only_the_difference_is_written(blank: Session, tmp_path: Path) -> None:
    base = "很长的正文。" * 2000
    typed.hold(blank, "template/x", base, base[:6000] + "半句" + base[6000:])
    entry = blank.marks("@typed/")["template/x"]
    assert isinstance(entry, dict)
    assert entry["put"] == "半句"
    blank.close()
    again = workspace().open(tmp_path / "p.fdproj")
    assert typed.held(again, "template/x", base) == base[:6000] + "半句" + base[6000:]
    assert typed.held(again, "template/x", base + "。") is None, "somebody changed the text meanwhile"
    typed.drop(again, "template/x")
    assert typed.held(again, "template/x", base) is None
    again.close()


def test_it_is_no_edit(blank: Session) -> None:
    blank.set("subject.name", "示例公司")
    before, step, clock = blank.content_revision, blank.undo_step, blank.clock()
    typed.hold(blank, "waive/R1", "", "理由写到一")
    assert blank.content_revision == before
    assert blank.undo_step == step
    assert "typed" not in str(whatsnew.since(blank, clock))
    blank.undo()
    assert typed.held(blank, "waive/R1", "") == "理由写到一", "undo passes over it"
    typed.hold(blank, "waive/R1", "", "理由写到一半")
    assert blank.redo() is not None, "and redo is still there"
    blank.close()
