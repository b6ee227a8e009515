"""Everything a rule or a paper may look at, frozen at one revision: facts, counts, attachments, attestations, waivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from filingdesk.domain.facts import Facts
from filingdesk.domain.records import BankStats, KeywordStats
from filingdesk.domain.report import PackRef

Answer = Literal["符合", "不符合", "不适用"]


@dataclass(frozen=True)
class AttachmentInfo:
    """One blob of the project: `digest` is the first 16 hex digits of its SHA-256, `size` in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Attestation:
    """A person's statement on a rule that only a person can judge. `day` is ISO; `evidence` are attachment references."""

    rule: str
    answer: Answer
    statement: str
    name: str
    day: str
    evidence: tuple[str, ...] = ()
    basis: str = ""
    """Digest of the facts under the statement when it was made; blank in old records, which stay valid."""


@dataclass(frozen=True)
class Waiver:
    """A blocking finding set aside with a written reason. `fingerprint` blank waives every finding of the rule."""

    rule: str
    reason: str
    who: str
    at: str
    fingerprint: str = ""
    basis: str = ""
    """Digest of the facts under the waiver when it was written; blank in old records, which stay valid."""


@dataclass(frozen=True)
class Snapshot:
    """One state of a project as rules and papers see it. `banks` by bank name (generation, should-refuse, non-refuse)."""

    facts: Facts
    keywords: KeywordStats
    banks: Mapping[str, BankStats]
    as_of: date
    attachments: Mapping[str, AttachmentInfo] = field(default_factory=dict)
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    revision: int = 0
    overlays: tuple[str, ...] = ()
    """Local rules that the project switched on, by id."""
    overlay_texts: Mapping[str, str] = field(default_factory=dict)
    """Local rules whose content the project stays with: id → the text of its file at that time."""
    listed: Mapping[str, str] = field(default_factory=dict)
    """Numbers of which an imported public list said that they are cancelled or somebody else's: number → that sentence."""
    packs: tuple[PackRef, ...] = ()
    """Rule packs that the project stays with; empty: those in force on `as_of`."""
    mended: Mapping[str, str] = field(default_factory=dict)
    """Findings that were once recorded and later gone: fingerprint → ISO day on which they were last seen."""
