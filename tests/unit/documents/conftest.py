"""Fixtures of the papers' tests."""

import io

import pytest
from PIL import Image

from filingdesk.documents.paper import Paper, load_paper
from unit.documents.support import GOLDEN, SmallFacts, filled


@pytest.fixture
def sample_paper() -> Paper:
    return load_paper(GOLDEN / "sample")


@pytest.fixture
def facts() -> SmallFacts:
    return filled()


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "#88AADD").save(out, "PNG")
    return out.getvalue()
