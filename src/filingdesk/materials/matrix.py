"""The table of what is compared (`resources/consistency/matrix.yaml`), read and checked once."""

import re
from functools import cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from filingdesk.infra.resources import resource_path
from filingdesk.materials.wording import expand

RowKind = Literal[
    "name",
    "company",
    "person",
    "code",
    "icp",
    "algorithm_number",
    "model_number",
    "date",
    "number",
    "terms",
    "version",
    "place",
    "text",
    "address",
    "url",
    "all",
]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Data):
    """One row of the table; the file's head explains the keys."""

    id: str
    title: str
    group: str
    kind: RowKind
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    loose: tuple[str, ...] = ()
    """Labels that count only where one of `near` stands in the same sentence; of several rows the one with the nearest."""
    near: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    """Turns of speech without a label; the group `v` is the value."""
    stage: Literal["algorithm", "large-model", "both"] = "both"
    each: str = ""
    when: dict[str, Any] | None = None
    context: str = ""
    aliases: str = ""
    also: tuple[str, ...] = ()
    also_in_proofs: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    before_date: tuple[str, ...] = ()
    after_date: tuple[str, ...] = ()
    after_name: tuple[str, ...] = ()
    near_miss: bool = False
    signed: bool = False
    tails: tuple[str, ...] = ()
    shape: str = ""
    vocabulary: str = ""
    part: bool = False
    """The terms of one place may be some of the right ones."""
    total: bool = False
    """The sum of the values is right too."""
    numbers_inside: bool = False
    """Any number inside the texts of `also` is right too."""
    billions: bool = False
    """7B means seven billion here."""
    unit: str = ""
    whose: Literal["", "subject"] = ""
    everywhere: bool = False
    """Also in files in which other companies speak."""
    proof: str = ""
    reasons: tuple[int, ...] = ()

    @field_validator("labels", "loose")
    @classmethod
    def _families(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for pattern in patterns for word in expand(pattern)))


class Proofs(_Data):
    """Which files are other companies' own."""

    patterns: tuple[str, ...]
    evidence_kinds: tuple[str, ...]
    file_names: str


class Matrix(_Data):
    """The whole file."""

    version: str
    separators: tuple[str, ...]
    rows: tuple[Row, ...]
    vocabularies: dict[str, dict[str, tuple[str, ...]]]
    regions: tuple[str, ...]
    clouds: tuple[str, ...]
    others: tuple[str, ...]
    """Words after which a sentence speaks of somebody else, or of something earlier."""
    not_values: tuple[str, ...]
    model_number_places: tuple[str, ...]
    proofs: Proofs


class ClaimRule(_Data):
    """One kind of unproved claim; the head of the file explains the keys."""

    id: str
    title: str
    patterns: tuple[str, ...] = ()
    words: dict[str, str] = {}
    """Families of words that stand as {NAME} in the patterns, and in the families before them."""
    weak: tuple[str, ...] = ()
    """Two different ones of these in a sentence without a digit count as one pattern."""
    not_before: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    message: str
    fix: str
    level: Literal["warning", "info"] = "warning"
    reasons: tuple[int, ...] = ()

    @property
    def written_out(self) -> tuple[str, ...]:
        """The patterns with their families of words in place."""
        return tuple(_in_place(pattern, self.words) for pattern in self.patterns)


def _in_place(pattern: str, words: dict[str, str]) -> str:
    while found := re.search(r"\{([A-Z]{2,})\}", pattern):
        pattern = pattern.replace(found[0], words[found[1]])
    return pattern


class Claims(_Data):
    """`claims.yaml`."""

    version: str
    rules: tuple[ClaimRule, ...]


@cache
def matrix() -> Matrix:
    """The shipped table."""
    text = resource_path("consistency", "matrix.yaml").read_text(encoding="utf-8")
    return Matrix.model_validate(yaml.safe_load(text))


@cache
def claims() -> Claims:
    """The shipped list of unproved claims."""
    text = resource_path("consistency", "claims.yaml").read_text(encoding="utf-8")
    return Claims.model_validate(yaml.safe_load(text))


@cache
def reason_notes() -> dict[int, str]:
    """Number of a reason for return → what is left to a person."""
    text = resource_path("consistency", "reasons.yaml").read_text(encoding="utf-8")
    return {int(number): str(note) for number, note in yaml.safe_load(text).items()}
