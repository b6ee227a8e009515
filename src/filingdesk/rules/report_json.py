"""A self-check as the JSON document that the command line promises."""

from typing import Any

from filingdesk.domain.report import DISCLAIMER, CheckReport, PackRef
from filingdesk.rules.registry import PackSummary


def _ref(ref: PackRef) -> dict[str, str]:
    return {"id": ref.id, "version": ref.version, "sha256": ref.sha256}


def report_json(report: CheckReport) -> dict[str, Any]:
    """`pack` is the first pack; all of them stand in `packs`. Waived findings are left out of `findings`."""
    return {
        "pack": _ref(report.packs[0]) if report.packs else None,
        "packs": [_ref(ref) for ref in report.packs],
        "as_of": report.as_of,
        "revision": report.revision,
        "verdict": report.verdict,
        "counts": {
            "blocker": report.count("blocker"),
            "warning": report.count("warning"),
            "info": report.count("info"),
        },
        "rules": [
            {
                "id": r.id,
                "status": r.status,
                "severity": r.severity,
                "title": r.title,
                "pack": r.pack,
                "note": r.note,
            }
            for r in report.results
        ],
        "findings": [
            {
                "rule": f.rule,
                "severity": f.severity,
                "path": f.path,
                "message": f.message,
                "found": f.found,
                "expected": f.expected,
                "fix": f.fix,
                "clause": f.clause,
                "source": f.source.value,
                "fingerprint": f.fingerprint,
            }
            for f in report.findings
        ],
        "disclaimer": DISCLAIMER,
    }


def packs_json(packs: list[PackSummary]) -> dict[str, Any]:
    """What `filingdesk packs --json` prints."""
    return {
        "packs": [
            {
                "id": p.ref.id,
                "title": p.ref.title,
                "version": p.ref.version,
                "rules": p.rules,
                "effective_from": p.effective_from,
                "effective_to": p.effective_to,
                "sha256": p.ref.sha256,
                "overlay_of": p.overlay_of,
                "state": f"已被取代，适用至 {p.effective_to}" if p.effective_to else "现行",
            }
            for p in packs
        ]
    }
