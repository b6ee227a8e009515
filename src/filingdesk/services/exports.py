"""What left the house: of each exported Word paper the blocks and raw facts are kept in the project, for comparing and marking changes later."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from filingdesk.documents.blocks import Document, paras_of
from filingdesk.documents.lines import lines_of
from filingdesk.documents.origin import Origin
from filingdesk.documents.stored import document_from, to_plain
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Flat, Value, flatten, key_of
from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.services.changes import EXPORT
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

# `@export/PAPER/NUMBER`: one export; the record itself is a blob.


def words_of(value: Value) -> str:
    """A raw value as one text, for hashing and showing."""
    return "、".join(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Export:
    """A paper as it was exported. `digest` is over `data` (canonical JSON): equal exports have equal digests."""

    paper: str
    draft: bool
    as_of: str
    digest: str
    data: bytes


@dataclass(frozen=True)
class KeptExport:
    """An export on record: its number within the paper (1, 2, …), when and by whom it was made."""

    paper: str
    number: int
    digest: str
    draft: bool
    as_of: str
    at: str
    who: str
    reference: str


@dataclass(frozen=True)
class ExportContent:
    """What an export said: its blocks, the keys of the paths its runs name, and the raw values of those facts."""

    document: Document
    keys: Mapping[str, str]
    values: Flat
    template: str


def keys_in(facts: Facts) -> Callable[[str], str]:
    """Path → key as these facts stand; paths that name no fact stay as they are."""
    known: dict[str, str] = {}

    def key(path: str) -> str:
        if path not in known:
            try:
                known[path] = key_of(facts, path)
            except KeyError:
                known[path] = path
        return known[path]

    return key


def origin_of(
    document: Document, facts: Facts, template: str, as_of: date, flat: Mapping[str, Value] | None = None
) -> tuple[Origin, Export]:
    """What a Word file of this document is told about itself, and the record of its export."""
    key = keys_in(facts)
    flat = flatten(facts) if flat is None else flat
    shown = {piece.fact for line in lines_of(document, key) for piece in line.facts}
    values = {k: flat[k] for k in sorted(shown) if k in flat}
    data = json.dumps(
        {
            "document": to_plain(document),
            "keys": {path: key(path) for path in _paths(document)},
            "values": values,
            "template": template,
        },
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    digest = hashlib.sha256(data).hexdigest()
    origin = Origin(
        document.id,
        template,
        digest,
        as_of,
        document.draft,
        key,
        {k: words_of(flat.get(k, "")) for k in shown},
        personal_of(shown),
    )
    return origin, Export(document.id, document.draft, as_of.isoformat(), digest, zlib.compress(data, 6))


def personal_of(keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys whose facts are about people."""
    specs = {key: None if key.startswith("@") else spec_of(key) for key in keys}
    return frozenset(k for k, spec in specs.items() if isinstance(spec, FieldSpec) and spec.meta.personal)


def origin_kept(content: ExportContent, document: Document, as_of: date) -> Origin:
    """The origin of an earlier export that is set again: keys as they were then."""
    values = {k: words_of(v) for k, v in content.values.items()}
    key = content.keys
    return Origin(
        document.id,
        content.template,
        "",
        as_of,
        document.draft,
        lambda path: key.get(path, path),
        values,
        personal_of(key.values()),
    )


def _paths(document: Document) -> list[str]:
    """Every path that a run of the document names."""
    return sorted(
        {run.fact for block in document.blocks for para in paras_of(block) for run in para if run.fact}
    )


def note(session: Session, exports: Iterable[Export | None]) -> None:
    """Keep exports on record, each content once in a row. No edit: it cannot be undone and needs no undoing."""
    note_kept(session, keep(session, exports))


@dataclass(frozen=True)
class Kept:
    """Exports whose contents lie in the project already, each with the reference to its record; or why they could not be kept."""

    records: tuple[tuple[Export, str], ...] = ()
    fault: UserError | None = None


def keep(session: Session, exports: Iterable[Export | None]) -> Kept:
    """The part of `note` that takes its time: the contents of those that differ from the export before. Any thread may ask."""
    last = {each.paper: each for each in all_exports(session)}
    records = []
    for export in exports:
        before = last.get(export.paper) if export else None
        if export is not None and (before is None or before.digest != export.digest):
            name = f"{export.paper}-{before.number + 1 if before else 1}.export"
            try:
                records.append((export, session.store_blob(name, export.data)))
            except UserError as fault:  # what was exported stands all the same: `note_kept` tells it
                return Kept(tuple(records), fault)
    return Kept(tuple(records))


def note_kept(session: Session, kept: Kept) -> None:
    """The rest of `note`: say that these exports were made. Raises the fault that keeping them met."""
    last = {each.paper: each for each in all_exports(session)}
    changes: list[Change] = []
    for export, reference in kept.records:
        before = last.get(export.paper)
        if before is not None and before.digest == export.digest:
            continue
        number = before.number + 1 if before else 1
        at = session.clock().isoformat(timespec="seconds")
        one = KeptExport(
            export.paper, number, export.digest, export.draft, export.as_of, at, session.who, reference
        )
        last[export.paper] = one
        changes.append(Change(f"{EXPORT}{export.paper}/{number}", None, cast(Json, _plain(one))))
    if changes:
        session.apply_meta(changes, "登记导出的文书", undoable=False)
    if kept.fault is not None:
        raise kept.fault


def _plain(one: KeptExport) -> dict[str, Any]:
    return {
        "digest": one.digest,
        "draft": one.draft,
        "as_of": one.as_of,
        "at": one.at,
        "who": one.who,
        "content": one.reference,
    }


def all_exports(session: Session, paper: str = "") -> list[KeptExport]:
    """The exports on record (of one paper), oldest first."""
    found = []
    for key, value in session.marks(EXPORT).items():
        name, _, number = key.rpartition("/")
        if isinstance(value, dict) and number.isdigit() and paper in {"", name}:
            found.append(
                KeptExport(
                    name,
                    int(number),
                    str(value.get("digest", "")),
                    bool(value.get("draft")),
                    str(value.get("as_of", "")),
                    str(value.get("at", "")),
                    str(value.get("who", "")),
                    str(value.get("content", "")),
                )
            )
    return sorted(found, key=lambda each: (each.paper, each.number))


def content(session: Session, export: KeptExport) -> ExportContent:
    """What an export said. `UserError` when the record is not there or cannot be read by this version."""
    data = session.attachment(export.reference)
    if data is None:
        raise UserError(
            "exports.missing",
            f"项目里找不到第 {export.number} 次导出的记录。",
            "可以改用当时导出的 Word 文件来比较。",
        )
    try:
        plain = json.loads(zlib.decompress(data))
        return ExportContent(
            document_from(plain["document"]), plain["keys"], plain["values"], plain["template"]
        )
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise UserError(
            "exports.unreadable",
            f"第 {export.number} 次导出的记录读不出来，可能是别的版本留下的。",
            "可以改用当时导出的 Word 文件来比较。",
        ) from error
