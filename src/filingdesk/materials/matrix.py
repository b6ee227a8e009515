"""The table of what is compared (`resources/consistency/matrix.yaml`), read and checked once."""

from functools import cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from filingdesk.infra.resources import resource_path

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
    unit: str = ""
    whose: Literal["", "subject"] = ""
    everywhere: bool = False
    """Also in files in which other companies speak."""
    proof: str = ""
    reasons: tuple[int, ...] = ()


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
    not_values: tuple[str, ...]
    model_number_places: tuple[str, ...]
    proofs: Proofs


class ClaimRule(_Data):
    """One kind of unproved claim; the head of the file explains the keys."""

    id: str
    title: str
    patterns: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    message: str
    fix: str
    level: Literal["warning", "info"] = "warning"
    reasons: tuple[int, ...] = ()


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
