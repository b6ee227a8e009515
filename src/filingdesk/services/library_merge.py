"""Takes another list into the library: what is new, what is there already, and what the two sort differently."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.scan.library import KeywordImport, KeywordRow
from filingdesk.scan.normalize import fold_words
from filingdesk.services.keywords import record_of
from filingdesk.services.library import PREVIEW, EditLine, EditPlan, sorting
from filingdesk.services.session import Session

Policy = Literal["ours", "theirs", "both"]
"""For a word that both have under different risks: keep ours, take theirs, or keep both entries."""

Variants = Literal["keep", "skip"]
"""For a word that differs from ours only in case, width, script variant or signs: take it in too, or leave it out."""

POLICY_WORDS: dict[Policy, str] = {"ours": "以现有词库为准", "theirs": "以新词表为准", "both": "两处都保留"}

_STEP = 20_000


@dataclass(frozen=True)
class MergeConflict:
    """A word that both have, sorted differently; `row` as in the list."""

    word: str
    row: int
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class MergePlan:
    """A merge worked out and not yet saved: `plan` is for `library.save_plan`.

    Words of the list: `new` are added, `same` are there already, `filled` give a risk to words of ours without one,
    `variants` differ only in spelling (left out with "skip"). `conflicts`: the first of `conflict_count`.
    """

    plan: EditPlan
    policy: Policy
    new: int
    same: int
    filled: int
    variants: int
    conflict_count: int
    conflicts: tuple[MergeConflict, ...]

    def summary(self) -> str:
        """One sentence for people."""
        parts = [f"新增 {self.new:,} 个", f"已有 {self.same:,} 个"]
        if self.filled:
            parts.append(f"补上风险 {self.filled:,} 个")
        if self.conflict_count:
            parts.append(f"两边风险不同 {self.conflict_count:,} 个（{POLICY_WORDS[self.policy]}）")
        if self.variants:
            parts.append(f"只差写法 {self.variants:,} 个")
        return "，".join(parts) + "。"


def plan_merge(
    session: Session,
    read: KeywordImport,
    *,
    policy: Policy = "ours",
    variants: Variants = "keep",
    source: str = "",
    cancel: Cancel | None = None,
    report: Report = silent,
) -> MergePlan:
    """Work out a merge; the library is only read. `source` is what the new words' source is called (else the file's name)."""
    cancel = cancel or Cancel()
    base = session.file.keyword_version()
    theirs: dict[str, list[KeywordRow]] = {}
    for row in read.rows:
        theirs.setdefault(row.word, []).append(row)
    ours, alike = _ours(session, read, theirs, variants, cancel, report)
    changes: dict[int, KeywordRecord | None] = {}
    add: list[KeywordRecord] = []
    lines: list[EditLine] = []
    conflicts: list[MergeConflict] = []
    same = filled = new = conflict_count = 0
    name = source.strip()
    for word, rows in theirs.items():
        records = [record_of(row, read.name, session.today, name) for row in rows]
        mine = ours.get(word)
        if mine is None:
            if word in alike and variants == "skip":
                continue
            new += len(records)
            add.extend(records)
            continue
        known = {record.risk for record in mine if record.risk}
        wanted = [record for record in records if record.risk and record.risk not in known]
        same += len(records) - len(wanted)
        if not wanted:
            continue
        if not known:
            filled += len(wanted)
            _fill(mine, wanted, changes, add)
            _line(lines, mine[0], wanted, "补上风险")
            continue
        conflict_count += 1
        if len(conflicts) < PREVIEW:
            risks = tuple(sorted({record.risk for record in records if record.risk}))
            conflicts.append(MergeConflict(word, rows[0].row, tuple(sorted(known)), risks))
        if policy == "both":
            add.extend(wanted)
            _line(lines, mine[0], wanted, "两处都保留")
        elif policy == "theirs":
            _take_theirs(mine, [record for record in records if record.risk], changes, add)
            _line(lines, mine[0], wanted, "以新词表为准")
    removed = sum(1 for record in changes.values() if record is None)
    left = len(alike) if variants == "skip" else 0
    label = f"合并关键词「{name or read.name}」"
    plan = EditPlan(
        label,
        base,
        tuple(changes),
        lambda row: changes[row.id],
        tuple(add),
        len(changes) - removed,
        removed,
        0,
        left,
        tuple([*lines, *(EditLine(r.word, "", sorting(r), "新增") for r in add)][:PREVIEW]),
        tuple(
            EditLine(word, "", "", f"与库中「{mine}」只差写法")
            for word, mine in list(alike.items())[:PREVIEW]
        )
        if variants == "skip"
        else (),
    )
    return MergePlan(plan, policy, new, same, filled, len(alike), conflict_count, tuple(conflicts))


def _ours(
    session: Session,
    read: KeywordImport,
    theirs: dict[str, list[KeywordRow]],
    variants: Variants,
    cancel: Cancel,
    report: Report,
) -> tuple[dict[str, list[KeywordRecord]], dict[str, str]]:
    """Our rows of words that they have too; and their words that are only another spelling of one of ours."""
    words = list(theirs)
    spellings: dict[str, list[str]] = {}
    for word, form in zip(words, fold_words(words)[0], strict=True):
        spellings.setdefault(form, []).append(word)
    total = session.file.keyword_stats().total
    ours: dict[str, list[KeywordRecord]] = {}
    alike: dict[str, str] = {}
    piece: list[KeywordRecord] = []

    def look(records: Sequence[KeywordRecord]) -> None:
        forms = fold_words([record.word for record in records])[0]
        for record, form in zip(records, forms, strict=True):
            for word in spellings.get(form, ()):
                if word == record.word:
                    ours.setdefault(word, []).append(record)
                else:
                    alike.setdefault(word, record.word)

    for number, record in enumerate(session.file.iter_keywords()):
        piece.append(record)
        if len(piece) == _STEP:
            cancel.check()
            report(Progress(number, max(total, number), "正在与词库比对"))
            look(piece)
            piece.clear()
    look(piece)
    return ours, {word: mine for word, mine in alike.items() if word not in ours}


def _fill(
    mine: Sequence[KeywordRecord],
    wanted: Sequence[KeywordRecord],
    changes: dict[int, KeywordRecord | None],
    add: list[KeywordRecord],
) -> None:
    """Our row without a risk gets theirs and stays where it is; further risks become further rows."""
    changes[mine[0].id] = replace(mine[0], risk=wanted[0].risk)
    add.extend(wanted[1:])


def _take_theirs(
    mine: Sequence[KeywordRecord],
    records: Sequence[KeywordRecord],
    changes: dict[int, KeywordRecord | None],
    add: list[KeywordRecord],
) -> None:
    """Rows of ours that they sort elsewhere give way, in place; those both agree on stay."""
    agreed = {record.risk for record in mine} & {record.risk for record in records}
    wanted = [record for record in records if record.risk not in agreed]
    for row in mine:
        if row.risk not in agreed:
            changes[row.id] = wanted.pop(0) if wanted else None
    add.extend(wanted)


def _line(lines: list[EditLine], mine: KeywordRecord, wanted: Sequence[KeywordRecord], note: str) -> None:
    if len(lines) < PREVIEW:
        after = "、".join(sorting(record) for record in wanted)
        lines.append(EditLine(mine.word, sorting(mine), after, note))
