"""Rows that are too many to be facts: keywords and test questions, and the counts that rules read of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Bank = Literal["generation", "should-refuse", "non-refuse"]
"""Test question banks: 生成内容测试题库, 应拒答测试题库, 非拒答测试题库."""

BANKS: tuple[Bank, ...] = ("generation", "should-refuse", "non-refuse")


@dataclass(frozen=True, slots=True)
class KeywordRecord:
    """One keyword of the interception library.

    `risk` is the id of an annex A risk ("A.1.a") or blank; `id` is the row's number in the project file,
    0 for a row that is not stored yet. An edited row gets a new `id`.
    """

    word: str
    risk: str = ""
    category1: str = ""
    category2: str = ""
    source: str = ""
    added_on: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question of a test bank with, once asked, the model's answer and what a person judged of it.

    `risk` is an annex A id (generation and should-refuse banks), `aspect` a non-refuse aspect (制度 …).
    `sampled` marks the questions drawn for the assessment. `verdict` is the judge's word, blank = not judged.
    `id` is the row's number in the project file, 0 for a row not stored yet; an edited row gets a new `id`.
    """

    bank: Bank
    number: str
    text: str
    risk: str = ""
    aspect: str = ""
    category1: str = ""
    category2: str = ""
    sampled: bool = False
    response: str = ""
    verdict: str = ""
    judged_by: str = ""
    judged_on: date | None = None
    note: str = ""
    id: int = 0


@dataclass(frozen=True)
class RowFilter:
    """Which rows of a list; None = any, "" = rows where it is blank.

    `search` is looked for in word, number, text and categories (ASCII letters in either case). `aspect`,
    `verdict` and `sampled` are for question banks only.
    """

    risk: str | None = None
    aspect: str | None = None
    verdict: str | None = None
    sampled: bool | None = None
    search: str | None = None


@dataclass(frozen=True)
class KeywordStats:
    """Counts of the keyword library as it stands.

    `distinct`: different words as written; `by_risk`: rows per risk id, "" = rows without one;
    `last_updated`: the day (China) the words, risks or categories last changed; `digest`: SHA-256 (hex) of
    the sorted row hashes, so equal libraries in any order have equal digests.
    """

    total: int = 0
    distinct: int = 0
    by_risk: Mapping[str, int] = field(default_factory=dict)
    last_updated: date | None = None
    digest: str = ""


@dataclass(frozen=True)
class BankStats:
    """Counts of one question bank as it stands.

    `by_risk`, `by_aspect`, `by_verdict`: rows per value, rows with a blank value are left out of `by_aspect`
    and `by_verdict` and stand under "" in `by_risk`; `answered`: rows with a response; `judged`: rows with a
    verdict; `sampled`, `sampled_judged`: rows drawn for the assessment, and those of them with a verdict;
    `last_updated`: the day (China) the questions themselves last changed: answers and verdicts do not count.
    """

    bank: Bank
    total: int = 0
    distinct: int = 0
    by_risk: Mapping[str, int] = field(default_factory=dict)
    by_aspect: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    judged: int = 0
    by_verdict: Mapping[str, int] = field(default_factory=dict)
    sampled: int = 0
    sampled_judged: int = 0
    last_updated: date | None = None
    digest: str = ""
