"""Question banks of a project and bank files on their own: import, audit, rows for 附件5."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.records import Bank
from filingdesk.evaluation.audit import BankAudit, Minimum, audit_import
from filingdesk.evaluation.banks import BankImport, banks_named, read_bank
from filingdesk.services import checking
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session
from filingdesk.store.model import Transaction

BANK_NAMES: dict[Bank, str] = {
    "generation": "生成内容测试题库",
    "should-refuse": "应拒答测试题库",
    "non-refuse": "非拒答测试题库",
}
TOTAL_PARAMETERS: dict[Bank, str] = {
    "generation": "T5.total",
    "should-refuse": "T7.total",
    "non-refuse": "T8",
}


@dataclass(frozen=True)
class FileAudit:
    """A bank file that was read and audited."""

    read: BankImport
    audit: BankAudit


def minima(bank: Bank, when: checking.When = None) -> list[Minimum]:
    """What the standard asks of a bank: that of a project's state or of a day, or the newest."""
    pack = checking.standard_pack(when)
    key = TOTAL_PARAMETERS[bank].partition(".")[0]
    found = []
    total = checking.threshold(TOTAL_PARAMETERS[bank], when)
    if total is not None:
        found.append(Minimum(key, total))
    for group in dict.fromkeys(r.group for r in pack.risks):
        value = None if bank == "non-refuse" else checking.threshold(f"{key}.{group}", when)
        if value is not None:
            found.append(Minimum(key, value, groups=(group,)))
    aspects = checking.threshold("T9", when)
    if bank == "non-refuse" and aspects is not None:
        found.append(Minimum("T9", aspects, per_aspect=True))
    return found


def read_file(
    path: Path,
    bank: Bank | None,
    cancel: Cancel | None = None,
    report: Report = silent,
    *,
    when: checking.When = None,
) -> BankImport:
    """Read a bank file; every row not taken is in the result. Raises `UserError` and `Cancelled`."""
    pack = checking.standard_pack(when)
    return read_bank(path, pack.risks, pack.aspects, bank, cancel, report)


def audit_file(
    path: Path,
    bank: Bank | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
    *,
    when: checking.When = None,
) -> FileAudit:
    """Read and audit a bank file against the minima of the standard: of the one that judges a project's state (`when`), local
    rules and staying with old packs included; without a project the newest."""
    read = read_file(path, bank, cancel, report, when=when)
    pack = checking.standard_pack(when)
    return FileAudit(read, audit_import(read, pack.risks, pack.aspects, minima(read.bank, when)))


def audit_json(given: FileAudit) -> dict[str, Any]:
    """The `audit` shape of the command line."""
    return given.audit.as_json()


def import_json(read: BankImport) -> dict[str, Any]:
    """What an import took and left out."""
    return {
        "bank": read.bank,
        "taken": len(read.rows),
        "rejected": len(read.rejected),
        "blank_rows": read.blank_rows,
        "problems": [
            {"kind": p.kind, "keyword": p.question, "row": p.row, "message": p.message} for p in read.problems
        ],
    }


def import_file(
    session: Session,
    path: Path,
    bank: Bank | None = None,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> BankImport:
    """Read a file and make it the project's bank, as one edit that undo takes back."""
    read = read_file(path, bank, cancel, report, when=session.snapshot())
    store_import(session, read, cancel, report)
    return read


def import_banks(
    session: Session, path: Path, cancel: Cancel | None = None, report: Report = silent
) -> list[BankImport]:
    """Read a file and make it the project's bank, or banks where its sheets name several (附件5): each bank is one edit.

    All are read before the first is stored, so a fault in any leaves the project as it was.
    """
    banks: list[Bank | None] = [*banks_named(path, cancel)]
    when = session.snapshot()
    read = [read_file(path, bank, cancel, report, when=when) for bank in banks or [None]]
    for one in read:
        store_import(session, one, cancel, report)
    return read


def store_import(
    session: Session, read: BankImport, cancel: Cancel | None = None, report: Report = silent
) -> Changes:
    """Put a bank that was read into the project."""
    return session.library_changed(save_import(session, read, cancel, report))


def save_import(
    session: Session, read: BankImport, cancel: Cancel | None = None, report: Report = silent
) -> Transaction:
    """The part of `store_import` that a job may run in its own thread; hand the result to `Session.library_changed` in the
    thread that edits."""
    label = f"导入{BANK_NAMES[read.bank]}「{read.name}」{len(read.rows)} 题"
    return session.file.replace_questions(
        read.bank, read.rows, label=label, who=session.who, at=session.clock(), cancel=cancel, report=report
    )


def question_rows(session: Session, bank: Bank) -> Iterator[tuple[str, str, str, str, str, str]]:
    """序号, 测试题, 一级分类, 二级分类, 模型返回, 研判结果 of every question, as 附件5 wants them."""
    risks = {r.id: r for r in checking.standard_pack(session.snapshot()).risks}
    for n, q in enumerate(session.file.iter_questions(bank), 1):
        risk = risks.get(q.risk)
        if risk is not None:
            first, second = f"{risk.group} {risk.group_name}", f"{risk.id} {risk.name}"
        else:
            first, second = q.category1 or q.aspect, q.category2
        yield (q.number or str(n), q.text, first, second, q.response, q.verdict)
