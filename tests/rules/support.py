"""Builds the snapshot of a rule's fixture: partial facts, counts, an attestation; everything else blank."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from filingdesk.domain.flat import from_plain
from filingdesk.domain.records import BankStats, KeywordStats
from filingdesk.domain.snapshot import AttachmentInfo, Attestation, Snapshot

FIXTURES = Path(__file__).parent / "fixtures"
AS_OF = date(2026, 11, 23)
SUCCESSORS = {"tc260-003": "gbt-45654-2025"}


def _digests(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall(r"#([0-9a-f]{16})\Z", value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _digests(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _digests(inner)


def snapshot_of(case: Mapping[str, Any], rule: str = "") -> Snapshot:
    """`facts`, `keywords`, `banks`, `listed` as in the fixture; every attachment's bytes are there unless listed under `missing`."""
    facts, problems = from_plain(case.get("facts", {}))
    assert not problems, problems
    gone = set(case.get("missing", []))
    attestations = {}
    if answer := case.get("attest"):
        attestations[rule] = Attestation(rule, answer, "核查过了", "陈样例", "2026-11-20")
    return Snapshot(
        facts=facts,
        keywords=KeywordStats(**case.get("keywords", {})),
        banks={name: BankStats(name, **counts) for name, counts in case.get("banks", {}).items()},
        as_of=date.fromisoformat(str(case.get("as_of", AS_OF))),
        attachments={d: AttachmentInfo(d, 10) for d in _digests(case.get("facts", {})) if d not in gone},
        attestations=attestations,
        listed=case.get("listed", {}),
    )


def read_fixture(pack: str, rule: str) -> dict[str, Any]:
    """good and bad case of one rule: of this pack, or of the pack that took its place (the same demand has the same case)."""
    own = FIXTURES / pack / f"{rule}.yaml"
    with (own if own.is_file() else FIXTURES / SUCCESSORS[pack] / own.name).open(encoding="utf-8") as stream:
        data = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert isinstance(data, dict)
    return data
