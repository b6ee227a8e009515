"""What a field is: label, kind, help, clause and condition, declared once beside the field itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ConditionData = Mapping[str, Any]
"""A condition as written in a field, rule or paper; see `filingdesk.domain.conditions`."""


class Kind(StrEnum):
    """How a leaf is typed and read. Every kind is stored as text (or a list of text) exactly as typed."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    PERCENT = "percent"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    CREDIT_CODE = "credit_code"
    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    EMAIL = "email"
    URL = "url"
    ALGORITHM_NUMBER = "algorithm_number"
    MODEL_NUMBER = "model_number"
    ATTACHMENTS = "attachments"


LIST_KINDS = frozenset({Kind.MULTI_CHOICE, Kind.ATTACHMENTS})
"""Kinds whose leaf is a list of text instead of text."""


class SourceMark(StrEnum):
    """Where a fact of law or practice was read; shown to the user as a badge on every rule and help text."""

    LAW = "law"
    STANDARD = "standard"
    STANDARD_UNCHECKED = "standard_unchecked"
    PRACTICE = "practice"
    VENDOR = "vendor"
    DERIVED = "derived"

    @property
    def badge(self) -> str:
        """The Chinese badge: 法定, 标准, 标准·待核对, 实务, 厂商说法 or 推导."""
        return _BADGES[self]


_BADGES: dict[SourceMark, str] = {
    SourceMark.LAW: "法定",
    SourceMark.STANDARD: "标准",
    SourceMark.STANDARD_UNCHECKED: "标准·待核对",
    SourceMark.PRACTICE: "实务",
    SourceMark.VENDOR: "厂商说法",
    SourceMark.DERIVED: "推导",
}


@dataclass(frozen=True)
class FieldMeta:
    """The declaration of one leaf.

    `clause` names a clause of a rule pack (`algo-2022/art24`); which rules and papers use a field is computed, never written
    here. `optional` leaves do not count for completeness. `personal` leaves are masked in logs and previews.
    `visible_when` decides whether the question is asked; a hidden answer is kept.
    """

    label: str
    kind: Kind = Kind.TEXT
    help: str = ""
    why: str = ""
    good: str = ""
    bad: str = ""
    clause: str = ""
    choices: tuple[str, ...] = ()
    visible_when: ConditionData | None = field(default=None, hash=False)
    optional: bool = False
    personal: bool = False
    unit: str = ""


@dataclass(frozen=True)
class RecordsMeta:
    """The declaration of a list of records: `label` of the list, `item` the word for one record, `title` the leaf that names it."""

    label: str
    item: str
    title: str
    help: str = ""
    clause: str = ""
    visible_when: ConditionData | None = field(default=None, hash=False)
    optional: bool = False


@dataclass(frozen=True)
class SectionMeta:
    """The declaration of a group of leaves."""

    label: str
    help: str = ""
    visible_when: ConditionData | None = field(default=None, hash=False)


def text(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002 - the word of the form
    """One line of text."""
    return FieldMeta(label, Kind.TEXT, help, **more)


def long_text(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """Several paragraphs."""
    return FieldMeta(label, Kind.LONG_TEXT, help, **more)


def choice(label: str, choices: tuple[str, ...], help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """One of a few terms."""
    return FieldMeta(label, Kind.CHOICE, help, choices=choices, **more)


def choices(label: str, terms: tuple[str, ...], help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """Any number of a few terms."""
    return FieldMeta(label, Kind.MULTI_CHOICE, help, choices=terms, **more)


YES, NO = "是", "否"


def yes_no(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """是 or 否."""
    return FieldMeta(label, Kind.CHOICE, help, choices=(YES, NO), **more)


def of_kind(kind: Kind, label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """A leaf of a checked kind (date, number, credit code …)."""
    return FieldMeta(label, kind, help, **more)


def date(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """A date, as typed: 2026-03-01, 2026年3月1日 or 2026/3/1."""
    return FieldMeta(label, Kind.DATE, help, **more)


def number(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """A number, as typed: 120000, 12万 or 120,000."""
    return FieldMeta(label, Kind.NUMBER, help, **more)


def attachments(label: str, help: str = "", **more: Any) -> FieldMeta:  # noqa: A002
    """Attachments, each as a reference NAME#HASH16."""
    return FieldMeta(label, Kind.ATTACHMENTS, help, **more)
