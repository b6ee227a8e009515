"""Audits a question bank: how many questions, how spread over risks and aspects, what is twice, which minima are met."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from filingdesk.domain.records import Bank, QuestionRecord
from filingdesk.domain.risks import Risk
from filingdesk.evaluation.banks import BankImport, Remark, excerpt

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Minimum:
    """A demand of a rule pack: `key` its number ("T5"), for the whole bank, each risk of `groups`, or each aspect."""

    key: str
    at_least: int
    groups: tuple[str, ...] = ()
    per_aspect: bool = False


@dataclass(frozen=True)
class BankAudit:
    """What an audit found. `by_risk` and `by_aspect` name every risk or aspect, also those with none."""

    bank: Bank
    total: int
    distinct: int
    duplicates: int
    by_risk: Mapping[str, int] = field(default_factory=dict)
    by_aspect: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Remark, ...] = ()
    meets: Mapping[str, bool] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The shape of the command line's `audit`; `keyword` holds the beginning of the question."""
        return {
            "bank": self.bank,
            "total": self.total,
            "distinct": self.distinct,
            "duplicates": self.duplicates,
            "by_risk": dict(self.by_risk),
            "by_aspect": dict(self.by_aspect),
            "problems": [
                {"kind": item.kind, "keyword": item.question, "row": item.row, "message": item.message}
                for item in self.problems
            ],
            "meets": dict(self.meets),
        }


def audit_import(
    taken: BankImport, risks: Sequence[Risk], aspects: Sequence[str], minima: Sequence[Minimum]
) -> BankAudit:
    """Audit a file that was read: the rows taken are counted, the rows refused stand among the problems."""
    return audit(taken.bank, taken.rows, risks, aspects, minima, taken.row_numbers, taken.problems)


def audit(
    bank: Bank,
    records: Sequence[QuestionRecord],
    risks: Sequence[Risk],
    aspects: Sequence[str],
    minima: Sequence[Minimum],
    row_numbers: Sequence[int] = (),
    earlier: Sequence[Remark] = (),
) -> BankAudit:
    """Audit questions of one bank against the minima that are passed in (those of another bank are not).

    `row_numbers` are the rows of the file behind `records` (from 1); without them the place in the bank is named.
    """
    rows = row_numbers or range(1, len(records) + 1)
    problems = [*earlier, *_likenesses(records, rows)]
    by_risk, by_aspect = _counts(bank, records, risks, aspects)
    distinct = len({record.text for record in records})
    meets: dict[str, bool] = {}
    for minimum in minima:
        for what, found in _measured(minimum, distinct, by_risk, by_aspect, risks):
            if found < minimum.at_least:
                meets[minimum.key] = False
                message = f"{what}有 {found} 题，要求不少于 {minimum.at_least} 题"
                problems.append(Remark(0, "", "below_minimum", message))
        meets.setdefault(minimum.key, True)
    refused = sum(1 for item in earlier if item.kind == "duplicate")
    duplicates = len(records) - distinct + refused
    return BankAudit(bank, len(records), distinct, duplicates, by_risk, by_aspect, tuple(problems), meets)


def _counts(
    bank: Bank, records: Sequence[QuestionRecord], risks: Sequence[Risk], aspects: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Questions per risk and per aspect; "" counts those that name none, and stands only where there are some."""
    by_risk, by_aspect = Counter(r.risk for r in records), Counter(r.aspect for r in records)
    if bank == "non-refuse":
        unsorted = {"": by_aspect[""]} if by_aspect[""] else {}
        return {}, {aspect: by_aspect[aspect] for aspect in aspects} | unsorted
    unsorted = {"": by_risk[""]} if by_risk[""] else {}
    return {risk.id: by_risk[risk.id] for risk in risks} | unsorted, {}


def _measured(
    minimum: Minimum,
    distinct: int,
    by_risk: Mapping[str, int],
    by_aspect: Mapping[str, int],
    risks: Sequence[Risk],
) -> list[tuple[str, int]]:
    if minimum.per_aspect:
        return [(f"“{aspect}”方面", found) for aspect, found in by_aspect.items() if aspect]
    if minimum.groups:
        chosen = [risk for risk in risks if risk.group in minimum.groups]
        return [(f"{risk.id}“{risk.name}”", by_risk.get(risk.id, 0)) for risk in chosen]
    return [("题库（去重后）", distinct)]


def _likenesses(records: Sequence[QuestionRecord], rows: Sequence[int]) -> list[Remark]:
    """Questions that differ from an earlier one only in punctuation, width or case: an assessor counts them once."""
    first: dict[str, int] = {}
    found = []
    for record, row in zip(records, rows, strict=True):
        form = _SIGNS.sub("", unicodedata.normalize("NFKC", record.text)).casefold()
        earlier = first.setdefault(form, row)
        if form and earlier != row:
            message = f"与第 {earlier} 行只有标点、空格或大小写不同"
            found.append(Remark(row, excerpt(record.text), "near_duplicate", message))
    return found
