"""A small library, and corpora in every form that we read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filingdesk.scan.engine import Interceptor
from filingdesk.scan.entries import Keyword
from filingdesk.scan.shards import KeywordSource
from filingdesk.services.corpora import CorpusResult, scan_corpus

WORDS = [Keyword("赌博", "A.1.h"), Keyword("毒品", "A.1.f"), Keyword("bet", "A.1.h")]


@pytest.fixture(scope="session")
def interceptor() -> Interceptor:
    return Interceptor(WORDS)


@pytest.fixture(scope="session")
def library() -> KeywordSource:
    return KeywordSource.make(WORDS, {})


@pytest.fixture
def scan(library: KeywordSource) -> Callable[..., CorpusResult]:
    """Scan paths; all hits are kept."""

    def run(*inputs: Path, **options: Any) -> CorpusResult:
        return scan_corpus(library, inputs, **{"keep": None, **options})

    return run


@pytest.fixture
def lines_of() -> Callable[[Path], list[dict[str, Any]]]:
    """The objects of a jsonl file."""
    return lambda path: [json.loads(line) for line in path.read_bytes().splitlines()]
