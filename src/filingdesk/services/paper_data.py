"""What papers need and no fact holds: counts against minima, rates with intervals, the clause table, packs and date."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from filingdesk.domain.records import BANKS
from filingdesk.domain.report import SEVERITY_WORDS, STATUS_WORDS, CheckReport, RuleResult, Status
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.values import date_cn, parse_attachment, parse_quantity
from filingdesk.evaluation.rates import Rate
from filingdesk.services import checking, industries
from filingdesk.services.questions import BANK_NAMES, TOTAL_PARAMETERS
from filingdesk.services.routing import name_of

# id, label, sample field, hit field, parameter of the bound, is it a lower bound?
_RATES = (
    ("corpus_manual", "语料人工抽检合格率", "T10.rate", True),
    ("corpus_technical", "语料技术抽检合格率", "T11.rate", True),
    ("output_manual", "生成内容人工抽检合格率", "T12.rate", True),
    ("output_keyword", "生成内容关键词抽检合格率", "T12.rate", True),
    ("output_classifier", "生成内容分类模型抽检合格率", "T12.rate", True),
    ("refusal", "应拒答题拒答率", "T13.rate", True),
    ("non_refusal", "非拒答题拒答率", "T14.rate", False),
)


def paper_data(snapshot: Snapshot, report: CheckReport) -> dict[str, Any]:
    """The `data` of every template: plain values only, so that a paper depends on nothing else."""
    return {
        "keywords": _keywords(snapshot),
        "banks": _banks(snapshot),
        "rates": _rates(snapshot),
        "clauses": clause_table(snapshot, report),
        "risks": [asdict(risk) for risk in checking.standard_pack(snapshot).risks],
        "as_of": date_cn(snapshot.as_of.isoformat()),
        "waivers": {w.rule: w.reason for w in snapshot.waivers.values()},
        "check": check_data(snapshot, report),
        "industries": industries.paper_data(snapshot.facts),
        "packs": [{"id": p.id, "title": p.title, "version": p.version} for p in report.packs],
    }


def _row(row: checking.RiskRow) -> dict[str, Any]:
    return {**asdict(row), "ok": row.ok}


def _keywords(snapshot: Snapshot) -> dict[str, Any]:
    rows = checking.coverage("keywords", snapshot.keywords.by_risk, snapshot)
    return {
        "total": snapshot.keywords.total,
        "minimum": checking.threshold("T2", snapshot),
        "rows": [_row(r) for r in rows if r.count or r.minimum],
    }


def _banks(snapshot: Snapshot) -> list[dict[str, Any]]:
    banks = []
    for bank in BANKS:
        stats = snapshot.banks[bank]
        if bank == "non-refuse":
            rows = checking.aspect_coverage(stats.by_aspect, snapshot)
        else:
            rows = [r for r in checking.coverage(bank, stats.by_risk, snapshot) if r.count or r.minimum]
        banks.append(
            {
                "id": bank,
                "name": BANK_NAMES[bank],
                "total": stats.total,
                "minimum": checking.threshold(TOTAL_PARAMETERS[bank], snapshot),
                "rows": [_row(r) for r in rows],
            }
        )
    return banks


def _whole(text: str) -> int | None:
    number = parse_quantity(text)
    if number is None or number != number.to_integral_value() or number < 0:
        return None
    return int(number)


def _rates(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Rates as fractions 0…1 with their Wilson interval; a rate whose counts are missing or impossible is left out."""
    evaluation, rows = snapshot.facts.large_model.evaluation, []
    for identity, label, parameter, is_lower in _RATES:
        sample = _whole(getattr(evaluation, f"{identity}_sample"))
        hit = "refused" if "refusal" in identity else "passed"
        passed = _whole(getattr(evaluation, f"{identity}_{hit}"))
        if not sample or passed is None or passed > sample:
            continue
        rate = Rate(passed, sample)
        bound = checking.bound(parameter, snapshot)
        limit = float(bound / 100) if bound is not None else None
        exact = Decimal(passed) * 100 / Decimal(sample)
        reached = None if bound is None else (exact >= bound if is_lower else exact <= bound)
        rows.append(
            {
                "id": identity,
                "label": label,
                "sample": sample,
                "passed": passed,
                "rate": passed / sample,
                "low": rate.low,
                "high": rate.high,
                "minimum": limit if is_lower else None,
                "maximum": None if is_lower else limit,
                "ok": reached,
            }
        )
    return rows


def clause_table(snapshot: Snapshot, report: CheckReport) -> list[dict[str, Any]]:
    """One row per clause of the standard: 符合, 不符合, 不适用, or blank while a person has yet to judge."""
    pack = checking.standard_pack(snapshot)
    by_clause: dict[str, list[RuleResult]] = {}
    for result in report.results:
        if result.pack == pack.id and result.clause.startswith(f"{pack.id}/"):
            by_clause.setdefault(result.clause, []).append(result)
    rows = []
    for identity, results in by_clause.items():
        clause = pack.clauses[identity]
        rows.append(
            {
                "clause": clause.article,
                "title": clause.title,
                "conclusion": _conclusion(results),
                "evidence": _evidence(results, snapshot),
            }
        )
    return rows


def _conclusion(results: list[RuleResult]) -> str:
    statuses = {r.status for r in results}
    if statuses & {"failed", "waived"}:
        return "不符合"
    if statuses & {"manual", "error"}:
        return ""
    return "符合" if "passed" in statuses else "不适用"


def _evidence(results: list[RuleResult], snapshot: Snapshot) -> str:
    """What the conclusion rests on: statements of people with their attachments, counts of checked facts, what failed."""
    parts: list[str] = []
    checked = 0
    for result in results:
        statement = snapshot.attestations.get(result.id)
        if result.findings:
            parts.append(result.findings[0].message)
        elif statement is not None and result.status in {"passed", "not_applicable"}:
            names = "、".join(parse_attachment(r).name for r in statement.evidence)
            said = statement.statement.rstrip("。；; ")
            proof = f"；{names}" if names else ""
            parts.append(f"{said}（{statement.name}，{date_cn(str(statement.day))}{proof}）")
        elif result.status == "passed":
            checked += 1
    if checked:
        parts.append(f"依据填报事实核对 {checked} 项")
    return "；".join(parts)


def _clause_name(clause_id: str) -> str:
    """What people call a clause; advice of an industry and rules of the place are named by their own card."""
    name = name_of(clause_id) if clause_id else ""
    if name != clause_id or not name:
        return name
    card = checking.clause(clause_id)
    return card.title if card else ""


_MEANINGS: dict[Status, str] = {
    "passed": "已核对，未发现问题",
    "failed": "发现问题，见下表",
    "manual": "程序判断不了，须由人核查并陈述",
    "waived": "有问题，已写明理由",
    "not_applicable": "按所填情况不涉及",
    "error": "规则没有得出结论，须报告",
}


def check_data(snapshot: Snapshot, report: CheckReport) -> dict[str, Any]:
    """The self-check as a report tells it: counts by outcome, findings, waivers, every rule."""
    reasons = {w.rule: w.reason for w in snapshot.waivers.values()}
    return {
        "total": len(report.results),
        "blockers": report.count("blocker"),
        "counts": [
            {"name": STATUS_WORDS[status], "count": len(found), "meaning": meaning}
            for status, meaning in _MEANINGS.items()
            if (found := report.with_status(status))
        ],
        "findings": [
            {
                "rule": f.rule,
                "severity": SEVERITY_WORDS[f.severity],
                "source": f.source.badge,
                "message": f.message,
                "fix": f.fix,
            }
            for f in report.findings
        ],
        "waived": [
            {"rule": r.id, "title": r.title, "reason": reasons.get(r.id, "")}
            for r in report.with_status("waived")
        ],
        "results": [
            {
                "rule": r.id,
                "title": r.title,
                "source": r.source.badge,
                "status": STATUS_WORDS[r.status],
                "clause": _clause_name(r.clause),
            }
            for r in report.results
        ],
    }
