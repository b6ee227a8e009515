"""What an edit changed; every view refreshes from this one record."""

from dataclasses import dataclass, field
from datetime import datetime

from filingdesk.domain.flat import Value
from filingdesk.store.model import CHINA

WAIVER, ATTEST, META, LIBRARY = "@waiver/", "@attest/", "@meta/", "@library/"
PASTED, COMMENT, EXPORT = "@pasted/", "@comment/", "@export/"
TALLY = "@tally/"
"""How many findings stood on a day: `@tally/2026-11-23` (`services.tally`)."""
TYPED = "@typed/"
"""What is being typed and is not an edit yet (`services.typed`)."""
MARKS = (PASTED, COMMENT, EXPORT, TALLY, TYPED)
"""Notes of people on facts: what was pasted into a web form, what colleagues are asked; records of exported papers, of what
self-checks counted and of what is being typed. No rule looks at them."""
TEMPLATE, TEMPLATE_DRAFT = "@template/", "@template-draft/"
FORM, LOOK = "@form/", "@look"
"""A Word form of the office (`services.forms`), the company's own look (`services.looks`)."""
OVERRIDE = "@override/"
"""A paragraph of a paper in this project's own words (`services.overrides`)."""
FORMAT = "@format/"
"""Long fields whose text is written in Markdown: `@format/KEY` is true."""
ARCHITECTURE_DRAFT = "@architecture-draft"
"""The description of the architecture while it has errors (`services.architecture_edit`)."""
KEPT = (*MARKS, FORMAT, TEMPLATE, TEMPLATE_DRAFT, FORM, LOOK, OVERRIDE, ARCHITECTURE_DRAFT)
"""Entries that a session holds in memory beside facts, judgements and notes on rules (`Session.marks`)."""


@dataclass(frozen=True)
class Changes:
    """One saved transaction as views see it. `keys` are storage keys; `origin` is whoever made the edit, so that a view can
    ignore the echo of its own."""

    revision: int
    label: str
    keys: frozenset[str]
    origin: object = None

    @property
    def facts(self) -> bool:
        """Did any fact change?"""
        return any(not key.startswith("@") for key in self.keys)

    @property
    def only_marks(self) -> bool:
        """Did nothing change but notes of people, which no rule and no paper looks at?"""
        return all(key.startswith(MARKS) for key in self.keys)

    @property
    def only_typed(self) -> bool:
        """Is it only what somebody is in the middle of typing? No view shows that."""
        return all(key.startswith(TYPED) for key in self.keys)

    @property
    def judgements(self) -> bool:
        """Did a waiver or an attestation change?"""
        return any(key.startswith((WAIVER, ATTEST)) for key in self.keys)

    @property
    def keywords(self) -> bool:
        """Did the keyword library change?"""
        return f"{LIBRARY}keywords" in self.keys

    @property
    def banks(self) -> bool:
        """Did a question bank change?"""
        return any(key.startswith(LIBRARY) for key in self.keys - {f"{LIBRARY}keywords"})

    @property
    def libraries(self) -> bool:
        return self.keywords or self.banks

    def structure(self) -> bool:
        """Did a list of records gain, lose or move one? (Some key is a list's own.)"""
        from filingdesk.domain.specs import ListSpec, spec_of

        return any(isinstance(spec_of(k), ListSpec) and not k.endswith("]") for k in self.keys if k[0] != "@")


@dataclass(frozen=True)
class Step:
    """An edit that can be undone or redone: its name in Chinese, and which edit of the journal it is."""

    label: str
    revision: int = field(default=0, compare=False)


@dataclass(frozen=True)
class FieldHistory:
    """One earlier value of a field: who, when (ISO, UTC), before, after."""

    who: str
    at: str
    old: Value | None
    new: Value | None
    label: str

    @property
    def when(self) -> str:
        """2026-11-23 14:05, in China."""
        return datetime.fromisoformat(self.at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
