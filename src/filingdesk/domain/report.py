"""The outcome of a self-check: findings, the status of every rule, the verdict."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from filingdesk.domain.meta import SourceMark

Severity = Literal["blocker", "warning", "info"]
Status = Literal["passed", "failed", "not_applicable", "manual", "waived", "error"]
Verdict = Literal["blocked", "warnings", "clean"]

SEVERITY_WORDS: dict[Severity, str] = {"blocker": "阻断", "warning": "提醒", "info": "提示"}
STATUS_WORDS: dict[Status, str] = {
    "passed": "通过",
    "failed": "未通过",
    "not_applicable": "不适用",
    "manual": "待人工核查",
    "waived": "已说明理由",
    "error": "规则出错",
}
DISCLAIMER = "通过自查不等于通过审核"


@dataclass(frozen=True)
class PackRef:
    """Which pack judged: `sha256` is over the pack's files."""

    id: str
    version: str
    sha256: str
    title: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where (`path` for people, may be blank), what was found, what was expected, what to do."""

    rule: str
    title: str
    severity: Severity
    stage: str
    path: str
    message: str
    found: str
    expected: str
    fix: str
    clause: str
    source: SourceMark
    waived: bool = False

    @property
    def fingerprint(self) -> str:
        """Stable name of this finding across runs: rule + place (not the value, so a waiver survives an edit elsewhere)."""
        return hashlib.sha256(f"{self.rule}\n{self.path}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule of the pack."""

    id: str
    title: str
    status: Status
    severity: Severity
    stage: str
    clause: str
    source: SourceMark
    pack: str
    findings: tuple[Finding, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class CheckReport:
    """A self-check: every rule of the packs appears once in `results`."""

    packs: tuple[PackRef, ...]
    results: tuple[RuleResult, ...]
    as_of: str
    revision: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that are not waived, blockers first, in the order of the rules."""
        rank = {"blocker": 0, "warning": 1, "info": 2}
        found = [f for r in self.results for f in r.findings if not f.waived]
        return tuple(sorted(found, key=lambda f: rank[f.severity]))

    def count(self, severity: Severity) -> int:
        return sum(f.severity == severity for f in self.findings)

    def with_status(self, status: Status) -> tuple[RuleResult, ...]:
        return tuple(r for r in self.results if r.status == status)

    @property
    def verdict(self) -> Verdict:
        """`blocked` with a blocker or a crashed rule; `warnings` with a warning; else `clean` (which is no approval)."""
        if self.count("blocker") or self.with_status("error"):
            return "blocked"
        return "warnings" if self.count("warning") else "clean"

    def for_stage(self, stage: str | None) -> "CheckReport":
        """The part about one filing; rules of both stages (`both`) stay."""
        if stage is None:
            return self
        kept = tuple(r for r in self.results if r.stage in {stage, "both"})
        return CheckReport(self.packs, kept, self.as_of, self.revision)
