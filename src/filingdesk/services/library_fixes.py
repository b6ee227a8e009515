"""Mends what an audit of the library found, where the mend is certain, many rows as one edit that one undo takes back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.records import KeywordRecord
from filingdesk.scan.audit import ALL_KINDS, AuditProblem, Fix
from filingdesk.services import keywords
from filingdesk.services.library import EditPlan, KeywordSelection, plan_rows
from filingdesk.services.session import Session


@dataclass(frozen=True)
class FixKind:
    """What can be done about one kind of doubt with one click; `certain`: without looking at every word first."""

    kind: str
    words: str
    certain: bool


FIXES: Mapping[str, FixKind] = {
    one.kind: one
    for one in (
        FixKind("symbols_only", "删除检测不到的词", True),
        FixKind("invisible", "去掉空白和看不见的字符", True),
        FixKind("duplicate", "删除重复的行", True),
        FixKind("unknown_risk", "按已有的对照和名称归类", True),
        FixKind("missing_risk", "按已有的对照归类", True),
        FixKind("folded_duplicate", "同一风险下只留第一个写法", False),
        FixKind("risk_conflict", "改为分类所写的风险", False),
        FixKind("mojibake", "改回原文，改不回的删除", False),
        FixKind("contains_shorter", "删除同一风险下被包含的长词", False),
        FixKind("one_char", "删除只有一个字的词", False),
        FixKind("all_digits", "删除全是数字的词", False),
    )
}
"""Kinds without an entry (other_risk, hits_benign) need a person for every word."""

CERTAIN: tuple[str, ...] = tuple(kind for kind, fix in FIXES.items() if fix.certain)


def plan_fixes(
    session: Session,
    kinds: Collection[str] = CERTAIN,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> EditPlan:
    """Work out the mends of these kinds on the library as it stands now. By default all that are certain (一键处理)."""
    wanted = [kind for kind in ALL_KINDS if kind in kinds and kind in FIXES]
    found = keywords.audit_project(session, cancel, report, kinds=wanted)
    mends: dict[int, list[AuditProblem]] = {}
    for problem in found.problems:
        if problem.fix is not None:
            mends.setdefault(problem.row, []).append(problem)
    label = FIXES[wanted[0]].words if len(wanted) == 1 else "体检处理"
    if not mends:
        return EditPlan(label, session.file.keyword_version())
    by_id: dict[int, list[AuditProblem]] = {}
    for number, row in enumerate(session.file.iter_keywords(), 1):
        if number in mends:
            by_id[row.id] = mends[number]

    def note(row: KeywordRecord) -> str:
        return "；".join(problem.message for problem in by_id[row.id])

    return plan_rows(
        session,
        KeywordSelection(ids=tuple(by_id)),
        lambda row: _mended(row, by_id.get(row.id, [])),
        f"{label}：{{n}} 个关键词",
        cancel,
        report,
        note=note,
    )


def _mended(row: KeywordRecord, problems: list[AuditProblem]) -> KeywordRecord | None:
    fixes: list[Fix] = [problem.fix for problem in problems if problem.fix is not None]
    if any(fix.action == "remove" for fix in fixes):
        return None
    for fix in fixes:
        row = replace(row, risk=fix.value) if fix.action == "risk" else replace(row, word=fix.value)
    return row
