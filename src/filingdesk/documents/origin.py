"""Where a Word file of ours comes from, and the names under which it carries that: tags, bookmarks, hashes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from filingdesk.documents.lines import Keys, same_keys

NAMESPACE = "urn:filingdesk:origin:1"
PREFIX, UNREAD = "_fd", "_fdx"
"""Names of the bookmarks of lines, and of paragraphs that take no part in comparisons (contents, pictures' names)."""
TAG_LIMIT = 64


@dataclass(frozen=True)
class Origin:
    """Where a Word file comes from. `export` is the fingerprint of what was exported, `values` the raw facts by key; both
    leave the house as hashes only."""

    paper: str
    template: str = ""
    export: str = ""
    made: date | None = None
    draft: bool = True
    keys: Keys = same_keys
    values: Mapping[str, str] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    """Keys of facts about people: neither they nor the lines that show them leave a hash, which could be guessed at."""


def tag_of(key: str) -> str:
    """The tag of a fact's control: its key, or a hash of it where Word allows no more room."""
    return key if len(key) <= TAG_LIMIT else f"~{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def short_hash(text: str) -> str:
    """Eight hex digits: enough to see whether a line is still the same."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
