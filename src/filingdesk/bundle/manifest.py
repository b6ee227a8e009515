"""`manifest.json`: what a bundle holds and from which state of which project it was made; it proves itself."""

import hashlib
import json
from pathlib import PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MANIFEST_NAME = "manifest.json"
FORMAT: Final = "filingdesk-bundle/2"
FIRST_FORMAT: Final = "filingdesk-bundle/1"
"""Written before bundles named the templates of their papers; still verified."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Strict):
    """One file of the bundle: POSIX path below the bundle folder, size in bytes, SHA-256 (64 hex digits)."""

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    title: str = ""
    template: str = ""
    """SHA-256 of the template the paper was made from; blank for attachments."""

    @field_validator("path")
    @classmethod
    def _inside(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value or not path.parts:
            raise ValueError("path leaves the bundle")
        return value


class PackEntry(_Strict):
    """A rule pack that judged the facts."""

    id: str
    version: str
    sha256: str


class TemplateEntry(_Strict):
    """Which template a paper was made from: the one that ships with the program or the officer's own."""

    paper: str
    sha256: str
    origin: Literal["shipped", "own"]


class WaiverEntry(_Strict):
    """A blocking finding that was set aside, and why."""

    rule: str
    reason: str
    who: str
    at: str


class Manifest(_Strict):
    """The whole manifest. `seal` is the SHA-256 over the canonical text of everything else."""

    format: Literal["filingdesk-bundle/1", "filingdesk-bundle/2"] = FORMAT
    stage: Literal["algorithm", "large-model"]
    title: str
    subject: str
    project_revision: int
    as_of: str
    program: str
    packs: tuple[PackEntry, ...]
    waivers: tuple[WaiverEntry, ...] = ()
    templates: tuple[TemplateEntry, ...] = ()
    files: tuple[FileEntry, ...]
    disclaimer: str
    seal: str = ""

    def sealed(self) -> "Manifest":
        """The same manifest with its seal."""
        return self.model_copy(update={"seal": self._digest()})

    def is_sealed(self) -> bool:
        return self.seal == self._digest()

    def _digest(self) -> str:
        return hashlib.sha256(_text(self.model_copy(update={"seal": ""})).encode()).hexdigest()

    def to_bytes(self) -> bytes:
        """The one way this manifest is written."""
        return _text(self).encode()


def _text(manifest: Manifest) -> str:
    # A manifest is sealed as it was written: the first format had no templates.
    unknown = {"templates"} if manifest.format == FIRST_FORMAT else None
    return json.dumps(manifest.model_dump(mode="json", exclude=unknown), ensure_ascii=False, indent=1) + "\n"


def read_manifest(data: bytes) -> Manifest | None:
    """The manifest behind the bytes, or None unless they are exactly what we would write and the seal is right."""
    try:
        manifest = Manifest.model_validate_json(data)
    except (ValidationError, ValueError, RecursionError):
        return None
    return manifest if manifest.is_sealed() and manifest.to_bytes() == data else None
