"""One open project: reading and editing facts, undo, attachments, judgements; every edit is saved when the call returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Flat, Value, flatten, get, path_of, unflatten
from filingdesk.domain.records import BANKS, BankStats, KeywordStats
from filingdesk.domain.snapshot import Answer, AttachmentInfo, Attestation, Snapshot, Waiver
from filingdesk.domain.specs import FieldSpec, ListSpec, label_of, spec_of
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.clock import Clock as Clock
from filingdesk.infra.clock import system_clock as system_clock
from filingdesk.services import attachments, record_edits
from filingdesk.services.changes import ATTEST, KEPT, WAIVER, Changes, FieldHistory, Step
from filingdesk.services.rulesets import RULE_NOTES, basis_for, chosen
from filingdesk.services.unknown import key_at
from filingdesk.services.unknown import unknown_path as unknown_path
from filingdesk.store.journal import CHINA
from filingdesk.store.model import Change, Json, LockInfo, Transaction
from filingdesk.store.project import ProjectFile

Listener = Callable[[Changes], None]


class Session:
    """The one object that window and command line edit a project through. Edits come from one thread; a snapshot may be taken
    there and handed to jobs."""

    def __init__(self, file: ProjectFile, *, who: str, clock: Clock = system_clock) -> None:
        self.file = file
        self.who = who
        self.clock = clock
        self._listeners: list[Listener] = []
        self._stats: tuple[KeywordStats, Mapping[str, BankStats]] | None = None
        self._blobs: Mapping[str, AttachmentInfo] | None = None
        self._load()

    def _load(self) -> None:
        self._revision, entries = self.file.snapshot()
        self.content_revision = self._revision  # of the last edit that is more than a note of people
        self._flat: Flat = {k: cast(Value, v) for k, v in entries.items() if not k.startswith("@")}
        self._judgements: dict[str, Json] = {
            k: v for k, v in entries.items() if k.startswith((WAIVER, ATTEST))
        }
        self._notes: dict[str, Json] = {k: v for k, v in entries.items() if k in RULE_NOTES}
        self._marks: dict[str, Json] = {k: v for k, v in entries.items() if k.startswith(KEPT)}
        self._facts = unflatten(self._flat)

    # -- the project ---------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def read_only(self) -> bool:
        return self.file.read_only

    @property
    def locked_by(self) -> LockInfo | None:
        """Who holds the project when it had to be opened read-only."""
        return self.file.locked_by

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def facts(self) -> Facts:
        """The facts of this revision; treat as frozen."""
        return self._facts

    @property
    def title(self) -> str:
        """What to call the project: the product, the algorithm or the file name."""
        products = self._facts.algorithm.products
        return (products[0].name if products else "") or self._facts.algorithm.name or self.path.stem

    @property
    def today(self) -> date:
        """The day in China."""
        return self.clock().astimezone(CHINA).date()

    def notices(self) -> list[str]:
        """Sentences the user should hear and has not heard yet."""
        return [notice.message for notice in self.file.take_notices()]

    def close(self) -> None:
        """Fold everything into one plain file and give the lock back."""
        self._listeners.clear()
        self.file.close()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every saved edit; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # -- reading -------------------------------------------------------------------------------------------------

    def value(self, path: str) -> Any:
        """The value, section or list of records at a path; `UserError` when there is none."""
        try:
            return get(self._facts, path)
        except KeyError:
            raise unknown_path(path, self._facts) from None

    def history(self, path: str) -> list[FieldHistory]:
        """Earlier values of one field, newest first."""
        rows = self.file.history(key_at(self._facts, path))
        return [
            FieldHistory(r.who, r.at.isoformat(), cast(Value, r.old), cast(Value, r.new), r.label)
            for r in reversed(rows)
        ]

    # -- editing -------------------------------------------------------------------------------------------------

    def set(self, path: str, value: Value, *, origin: object = None) -> Changes | None:
        """Store a leaf as typed; None when nothing changed. The blank text or list clears it."""
        return self.set_many({path: value}, f"修改「{label_of(path)}」", origin=origin)

    def set_many(self, values: Mapping[str, Value], label: str, *, origin: object = None) -> Changes | None:
        """Store several leaves as one edit that one undo takes back."""
        flat = dict(self._flat)
        for path, value in values.items():
            spec = spec_of(path)
            if not isinstance(spec, FieldSpec):
                raise unknown_path(path, self._facts)
            if isinstance(value, str) is spec.is_list:
                shape = "文字的列表" if spec.is_list else "一段文字"
                raise UserError(
                    "facts.type", f"「{spec.meta.label}」（{path}）应是{shape}。", "请改正后重试。"
                )
            key = key_at(self._facts, path)
            if value:
                flat[key] = list(value) if spec.is_list else value
            else:
                flat.pop(key, None)
        return self._commit(flat, label, origin)

    def add_item(
        self,
        path: str,
        values: Mapping[str, Value] | None = None,
        *,
        index: int | None = None,
        origin: object = None,
    ) -> str:
        """Add a record to the list at `path` (at the end by default) and give its path."""
        return self._edit_record(
            record_edits.added(self._facts, self._flat, path, values or {}, index), origin
        )

    def duplicate_item(self, path: str, *, origin: object = None) -> str:
        """Add a copy of a record right behind it and give the copy's path. Records inside keep their ids (they are another list)."""
        return self._edit_record(record_edits.duplicated(self._facts, self._flat, path), origin)

    def remove_item(self, path: str, *, origin: object = None) -> Changes | None:
        """Remove a record and everything in it."""
        done = record_edits.removed(self._facts, self._flat, path)
        return self._commit(done.flat, done.label, origin)

    def move_item(self, path: str, to: int, *, origin: object = None) -> Changes | None:
        """Move a record to position `to` of its list."""
        done = record_edits.moved(self._facts, self._flat, path, to)
        return self._commit(done.flat, done.label, origin)

    def _edit_record(self, done: record_edits.Edited, origin: object) -> str:
        self._commit(done.flat, done.label, origin)
        return done.path

    def replace_facts(self, facts: Facts, label: str, *, origin: object = None) -> Changes | None:
        """Put other facts in place of all facts, as one edit."""
        return self._commit(flatten(facts), label, origin)

    def merge_facts(self, facts: Facts, label: str, *, origin: object = None) -> Changes | None:
        """Take over every filled leaf of `facts`; what is blank there stays as it is here. Records are matched by id, new ones are
        added behind."""
        flat = dict(self._flat)
        for key, value in flatten(facts).items():
            if isinstance(spec_of(key), ListSpec):
                own = list(cast(list[str], flat.get(key, [])))
                flat[key] = own + [identity for identity in value if identity not in own]
            else:
                flat[key] = value
        return self._commit(flat, label, origin)

    def edit(
        self, values: Mapping[str, Value | None], label: str, marks: Mapping[str, Json] | None = None
    ) -> Changes | None:
        """Store leaves and lists by storage key (None clears), and marks, as one edit; the caller answers for the keys."""
        flat = {k: v for k, v in {**self._flat, **values}.items() if v}
        return self._commit(flat, label, None, self._mark_changes(marks or {}))

    def _commit(self, flat: Flat, label: str, origin: object, more: Sequence[Change] = ()) -> Changes | None:
        keys = sorted(self._flat.keys() | flat.keys())
        changes = [
            Change(k, self._flat.get(k), flat.get(k)) for k in keys if self._flat.get(k) != flat.get(k)
        ]
        return self._save([*changes, *more], label, origin) if changes or more else None

    def _save(self, changes: Sequence[Change], label: str, origin: object = None) -> Changes:
        return self._applied(self.file.apply(changes, label=label, who=self.who, at=self.clock()), origin)

    def _applied(self, done: Transaction, origin: object = None) -> Changes:
        """Bring what is in memory in line with a saved transaction and tell the listeners."""
        self._revision = done.revision
        facts_changed = False
        for change in done.changes:
            if change.key.startswith((WAIVER, ATTEST)):
                _put(self._judgements, change.key, change.new)
            elif change.key in RULE_NOTES:
                _put(self._notes, change.key, change.new)
            elif change.key.startswith(KEPT):
                _put(self._marks, change.key, change.new)
            elif change.key.startswith("@"):
                self._stats = None
            else:
                facts_changed = True
                _put(cast(dict[str, Json], self._flat), change.key, change.new)
        if facts_changed:
            self._facts = unflatten(self._flat)
        changes = Changes(done.revision, done.label, frozenset(c.key for c in done.changes), origin)
        if not changes.only_marks:
            self.content_revision = done.revision
        for listener in list(self._listeners):
            listener(changes)
        return changes

    def apply_meta(self, changes: Sequence[Change], label: str, *, undoable: bool = True) -> Changes:
        """Save notes about the project itself (keys `@meta/…`); records of what happened are not `undoable`."""
        if not undoable:
            done = self.file.apply(changes, label=label, who=self.who, at=self.clock(), kind="note")
            return self._applied(done)
        return self._save(changes, label)

    def note(self, key: str) -> Json:
        """What the project keeps about its rules (`RULE_NOTES`); None when there is nothing."""
        return self._notes.get(key)

    def marks(self, prefix: str) -> dict[str, Json]:
        """Notes of people on facts, own templates (`KEPT`) by key without the prefix; any thread may ask."""
        return {k.removeprefix(prefix): v for k, v in list(self._marks.items()) if k.startswith(prefix)}

    def set_marks(
        self, prefix: str, marks: Mapping[str, Json], label: str, *, undoable: bool = True
    ) -> Changes | None:
        """Store notes of people (None takes one away) as one edit; None when nothing changed."""
        changes = self._mark_changes({prefix + name: new for name, new in sorted(marks.items())})
        return self.apply_meta(changes, label, undoable=undoable) if changes else None

    def _mark_changes(self, marks: Mapping[str, Json]) -> list[Change]:
        return [Change(k, self._marks.get(k), v) for k, v in marks.items() if self._marks.get(k) != v]

    def library_changed(self, done: Transaction) -> Changes:
        """To be called after the keyword library or a bank was replaced through `file`."""
        return self._applied(done)

    # -- undo ----------------------------------------------------------------------------------------------------

    @property
    def undo_step(self) -> Step | None:
        """What `undo` would take back."""
        done = None if self.read_only else self.file.last_undoable()
        return Step(done.label, done.revision) if done else None

    @property
    def redo_step(self) -> Step | None:
        """What `redo` would repeat."""
        done = None if self.read_only else self.file.last_redoable()
        return Step(done.label, done.revision) if done else None

    def undo(self) -> Changes | None:
        """Take back the last edit; None when there is none."""
        done = self.file.undo(who=self.who, at=self.clock())
        return self._applied(done) if done else None

    def redo(self) -> Changes | None:
        """Repeat the last undone edit; None when there is none."""
        done = self.file.redo(who=self.who, at=self.clock())
        return self._applied(done) if done else None

    # -- attachments ---------------------------------------------------------------------------------------------

    def attach(self, path: str, name: str, data: bytes, *, origin: object = None) -> str:
        """Store a file in the project and add its reference to the attachment field at `path`; gives the reference."""
        attachments.require_field(path)
        return self.add_reference(path, self.store_blob(name, data), origin=origin)

    def attach_file(self, path: str, source: Path, *, origin: object = None) -> str:
        """`attach` for a file on disk."""
        attachments.require_field(path)
        return self.add_reference(path, self.store_file(source), origin=origin)

    def add_reference(self, path: str, reference: str, *, origin: object = None) -> str:
        """Add a stored file to the attachment field at `path`, last in the list; gives the reference."""
        attachments.require_field(path)
        references = [r for r in self.value(path) if r != reference]
        name = parse_attachment(reference).name
        self.set_many({path: [*references, reference]}, f"添加附件「{name}」", origin=origin)
        return reference

    def store_blob(self, name: str, data: bytes) -> str:
        """Store bytes in the project; gives the reference `NAME#HASH16` to put into a fact."""
        reference = attachments.store_bytes(self.file, name, data)
        self._blobs = None
        return reference

    def store_file(self, source: Path) -> str:
        """`store_blob` for a file on disk; edits no fact, so any thread may call it."""
        reference = attachments.store_file(self.file, source)
        self._blobs = None
        return reference

    def attachment(self, reference: str) -> bytes | None:
        """The bytes behind a reference, or None when the project does not hold them."""
        return attachments.read(self.file, reference)

    # -- judgement -----------------------------------------------------------------------------------------------

    def waive(self, rule: str, reason: str, *, fingerprint: str = "") -> Changes:
        """Set a blocking finding (or all of a rule) aside with a written reason."""
        if not reason.strip():
            raise UserError("waiver.reason", "不能不写理由就搁置一条阻断项。", "请写明理由。")
        key = f"{WAIVER}{rule}:{fingerprint}" if fingerprint else f"{WAIVER}{rule}"
        basis = basis_for(self.snapshot(), rule, fingerprint)
        waiver = Waiver(rule, reason.strip(), self.who, self.stamp, fingerprint, basis)
        return self._save([Change(key, self._judgements.get(key), asdict(waiver))], f"说明理由：{rule}")

    def unwaive(self, rule: str, *, fingerprint: str = "") -> Changes | None:
        """Take a waiver back."""
        key = f"{WAIVER}{rule}:{fingerprint}" if fingerprint else f"{WAIVER}{rule}"
        if key not in self._judgements:
            return None
        return self._save([Change(key, self._judgements[key], None)], f"撤回理由：{rule}")

    def attest(
        self,
        rule: str,
        answer: Answer,
        statement: str,
        name: str,
        *,
        day: str = "",
        evidence: Sequence[str] = (),
    ) -> Changes:
        """Record what a person states on a rule that only a person can judge."""
        return self.attest_many(
            [Attestation(rule, answer, statement, name, day, tuple(evidence))], f"人工核查：{rule}"
        )

    def attest_many(self, attestations: Sequence[Attestation], label: str) -> Changes:
        """Record several statements as one edit."""
        changes = []
        state = self.snapshot()
        for given in attestations:
            if not given.statement.strip() or not given.name.strip():
                raise UserError("attest.blank", "人工核查要写明核查说明和核查人。", "请补充后保存。")
            key = f"{ATTEST}{given.rule}"
            stored = {
                **asdict(given),
                "day": given.day or self.today.isoformat(),
                "evidence": list(given.evidence),
                "basis": basis_for(state, given.rule),
            }
            changes.append(Change(key, self._judgements.get(key), stored))
        return self._save(changes, label)

    def unattest(self, rule: str) -> Changes | None:
        """Take a statement back."""
        key = f"{ATTEST}{rule}"
        if key not in self._judgements:
            return None
        return self._save([Change(key, self._judgements[key], None)], f"撤回人工核查：{rule}")

    @property
    def stamp(self) -> str:
        """Now, in China, to the second."""
        return self.clock().astimezone(CHINA).isoformat(timespec="seconds")

    @property
    def waivers(self) -> dict[str, Waiver]:
        """Waivers by rule, or by `RULE:FINGERPRINT`."""
        return {
            key.removeprefix(WAIVER): Waiver(**cast(dict[str, Any], value))
            for key, value in self._judgements.items()
            if key.startswith(WAIVER)
        }

    @property
    def attestations(self) -> dict[str, Attestation]:
        """Statements by rule."""
        return {
            key.removeprefix(ATTEST): Attestation(
                **{**cast(dict[str, Any], value), "evidence": tuple(cast(dict[str, Any], value)["evidence"])}
            )
            for key, value in self._judgements.items()
            if key.startswith(ATTEST)
        }

    def snapshot(self, as_of: date | None = None) -> Snapshot:
        """Everything rules and papers may look at, frozen at this revision."""
        keywords, banks = self._counts()
        return Snapshot(
            facts=self._facts,
            keywords=keywords,
            banks=banks,
            as_of=as_of or self.today,
            attachments=self._attachments(),
            attestations=self.attestations,
            waivers=self.waivers,
            revision=self._revision,
            **chosen(self._notes),
        )

    def _counts(self) -> tuple[KeywordStats, Mapping[str, BankStats]]:
        if self._stats is None:
            self._stats = (self.file.keyword_stats(), {bank: self.file.bank_stats(bank) for bank in BANKS})
        return self._stats

    def _attachments(self) -> Mapping[str, AttachmentInfo]:
        if self._blobs is None:
            self._blobs = {b.sha256[:16]: AttachmentInfo(b.sha256[:16], b.size) for b in self.file.blobs()}
        return self._blobs

    def human_path(self, key: str) -> str:
        """The path for people behind a storage key; the key itself when its record is gone."""
        try:
            return path_of(self._facts, key)
        except KeyError:
            return key


def _put(mapping: dict[str, Json], key: str, value: Json) -> None:
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value
