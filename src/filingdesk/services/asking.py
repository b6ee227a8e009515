"""Comments on fields and questions to colleagues: kept beside the fact they speak of, each with an id that stays."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import Value, get, key_of, path_of
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import PAGES, FieldSpec, label_of, page_of, spec_of, trail_of
from filingdesk.domain.values import mask, parse_attachment
from filingdesk.services.changes import COMMENT, Changes
from filingdesk.services.session import Session
from filingdesk.store.model import Json

NoteKind = Literal["comment", "ask"]
NoteState = Literal["open", "answered"]
STATE_WORDS: dict[NoteState, str] = {"open": "待答", "answered": "已答"}


@dataclass(frozen=True)
class Note:
    """A remark or a question on one field. `key` is the field's storage key, `id` stays as long as the note; `at` and
    `answered_at` are ISO times in China. A comment has no answer."""

    key: str
    id: str
    kind: NoteKind
    text: str
    who: str
    at: str
    to: str = ""
    state: NoteState = "open"
    answer: str = ""
    answered_by: str = ""
    answered_at: str = ""

    @property
    def is_open(self) -> bool:
        """Does somebody still wait for an answer?"""
        return self.kind == "ask" and self.state == "open"

    @property
    def when(self) -> str:
        """11-23 14:05."""
        return self.at[5:16].replace("T", " ")

    @property
    def label(self) -> str:
        return label_of(self.key)

    @property
    def page(self) -> str:
        """The key of the page on which the field stands; blank when none does."""
        page = page_of(self.key)
        return page.key if page else ""


def notes(session: Session) -> list[Note]:
    """Every note in the order of the pages and, on a page, of time."""
    found = [note for key, value in session.marks(COMMENT).items() for note in _read(key, value)]
    order = {page.key: place for place, page in enumerate(PAGES)}
    return sorted(found, key=lambda note: (order.get(note.page, len(order)), note.at, note.id))


def at(session: Session, key: str) -> list[Note]:
    """The notes on one field (by storage key), oldest first."""
    return list(_read(key, session.marks(COMMENT).get(key)))


def open_questions(session: Session) -> list[Note]:
    """What colleagues have not answered yet."""
    return [note for note in notes(session) if note.is_open]


def find(session: Session, note_id: str) -> Note:
    """A note by its id, whatever its case; `UserError` when there is none."""
    for note in notes(session):
        if note.id.casefold() == note_id.strip().casefold():
            return note
    raise UserError("ask.unknown", f"没有编号为“{note_id}”的问题或批注。", "用 ask list 查看全部编号。")


def add(session: Session, path: str, text: str, *, ask: bool, to: str = "") -> Note:
    """A comment on a field, or a question to a colleague (`to`: whom, in words)."""
    if not text.strip():
        raise UserError("ask.blank", "没有写内容。", "请写明要问什么，或要记下什么。")
    if not isinstance(spec_of(path), FieldSpec):
        raise UserError("ask.no_field", f"“{path}”不是单个字段。", "请写到具体字段。")
    session.value(path)  # tells which record is missing
    key = key_of(session.facts, path)
    known = {note.id for note in notes(session)}
    identity = next(i for _ in range(100) if (i := f"Q{secrets.token_hex(3).upper()}") not in known)
    note = Note(
        key, identity, "ask" if ask else "comment", text.strip(), session.who, session.stamp, to.strip()
    )
    verb = "提问" if ask else "批注"
    _store(session, key, [*at(session, key), note], f"{verb}：{label_of(key)}")
    return note


def answer(session: Session, note: Note, text: str, *, by: str = "") -> Changes | None:
    """Write down what was answered; the fact stays as it is."""
    if not text.strip():
        raise UserError("ask.blank_answer", "没有写回答。", "请写下回答。")
    return _replace(session, answered(session, note, text, by=by), f"记下回答：{note.label}")


def answered(session: Session, note: Note, text: str, *, by: str = "") -> Note:
    """The note as it is once answered; stores nothing."""
    return replace(
        note,
        state="answered",
        answer=text.strip(),
        answered_by=by.strip() or session.who,
        answered_at=session.stamp,
    )


def reopen(session: Session, note: Note) -> Changes | None:
    """Ask once more: the answer is taken back."""
    again = replace(note, state="open", answer="", answered_by="", answered_at="")
    return _replace(session, again, f"重新提问：{note.label}")


def remove(session: Session, note: Note) -> Changes | None:
    """Take a note away; undo brings it back."""
    rest = [other for other in at(session, note.key) if other.id != note.id]
    verb = "删除提问" if note.kind == "ask" else "删除批注"
    return _store(session, note.key, rest, f"{verb}：{note.label}")


def path_of_note(session: Session, note: Note) -> str:
    """Where its field is edited; blank when the record is gone."""
    try:
        return path_of(session.facts, note.key)
    except KeyError:
        return ""


def place_of(session: Session, note: Note) -> str:
    """The place in words, short: page, records on the way, field (`产品及功能信息 › 产品 1 › 访问地址`)."""
    path = path_of_note(session, note)
    page = page_of(note.key)
    *way, last = trail_of(path).split(" › ") if path else ["（记录已删除）", note.label]
    records = [words for words in way if words[-1].isdigit() or not path]
    return " › ".join([*([page.title] if page else way[:1]), *records, last])


def shown(key: str, value: Value, *, personal: bool = False) -> str:
    """The value of a field as other people may see it: personal data masked, attachments by name."""
    spec = spec_of(key)
    if not isinstance(spec, FieldSpec):
        return ""
    if spec.meta.kind is Kind.ATTACHMENTS:
        return "、".join(parse_attachment(reference).name for reference in value)
    text = value if isinstance(value, str) else "、".join(value)
    return mask(text) if spec.meta.personal and not personal else text


def current(session: Session, note: Note) -> Value:
    """What stands in the field now; blank when its record is gone."""
    try:
        found = get(session.facts, note.key)
    except KeyError:
        return ""
    return cast(Value, found)


def marks_with(session: Session, changed: Sequence[Note]) -> dict[str, Json]:
    """The entries that hold these notes, for an edit that changes facts too."""
    by_key: dict[str, list[Note]] = {}
    for note in changed:
        by_key.setdefault(note.key, at(session, note.key))
    for note in changed:
        by_key[note.key] = [note if note.id == other.id else other for other in by_key[note.key]]
    return {f"{COMMENT}{key}": _plain(found) for key, found in by_key.items()}


def _replace(session: Session, note: Note, label: str) -> Changes | None:
    kept = [note if note.id == other.id else other for other in at(session, note.key)]
    return _store(session, note.key, kept, label)


def _store(session: Session, key: str, found: Sequence[Note], label: str) -> Changes | None:
    return session.set_marks(COMMENT, {key: _plain(found)}, label)


def _plain(found: Sequence[Note]) -> Json:
    return [{k: v for k, v in asdict(note).items() if v and k != "key"} for note in found] or None


def _read(key: str, value: Any) -> list[Note]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    names = set(Note.__dataclass_fields__) - {"key"}
    found = []
    for each in value:
        if isinstance(each, Mapping) and each.get("id") and each.get("kind") in ("comment", "ask"):
            found.append(Note(key=key, **{k: str(v) for k, v in each.items() if k in names}))  # type: ignore[arg-type]
    return found
