"""The company profile: subject, people and licences kept once for all projects, in one file that a password can seal."""

import base64
import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_holdings import LONG_TERM
from filingdesk.domain.flat import Flat, Value, flatten, from_plain, get, path_of, to_plain, unflatten
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec, fields, spec_of, trail_of
from filingdesk.domain.values import Attachment, parse_attachment, parse_date
from filingdesk.infra import sealing
from filingdesk.infra.files import atomic_write, telling
from filingdesk.infra.paths import data_dir

PARTS = (
    "subject",
    "licence",
    "legal_representative",
    "safety_officer",
    "contacts",
    "permits",
    "signatories",
    "safety_office",
    "policies",
)
"""What a project takes in one step."""
FILED = "large_model.algorithms"
"""Algorithms of the subject that were filed; a project takes those it refers to, never all."""

KIND = "filingdesk-profile"
FILE_NAME = "profile.fdprofile"
PREVIOUS = "profile.previous.fdprofile"
WARN_DAYS = 90
"""The program's own habit, no rule of law: tell so many days ahead that a licence runs out."""
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Profile:
    """The facts of the profile, the bytes of their attachments (by the reference's digest), and when each value last changed
    (storage key → ISO time, UTC)."""

    facts: Facts = field(default_factory=Facts)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    saved_at: str = ""
    who: str = ""

    @property
    def blank(self) -> bool:
        return not flatten(self.facts)

    @property
    def saved_words(self) -> str:
        """When it was saved, in the time of this machine: 2026-11-23 19:20."""
        try:
            return datetime.fromisoformat(self.saved_at).astimezone().strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return self.saved_at

    def flat(self) -> Flat:
        """key → value."""
        return flatten(self.facts)


@dataclass(frozen=True)
class Expiry:
    """A licence and its end: `days` left (negative: over), None when the date cannot be read or is not given."""

    path: str
    title: str
    until: str
    days: int | None

    @property
    def sentence(self) -> str:
        """What to tell."""
        if self.days is None:
            return (
                f"{self.title}：{f'看不懂有效期“{self.until}”' if self.until else '没有填有效期'}，无法提醒。"
            )
        if self.days < 0:
            return f"{self.title}：{self.until} 到期，已过期 {-self.days} 天。"
        if self.days == 0:
            return f"{self.title}：今天到期。"
        return f"{self.title}：{self.until} 到期，还有 {self.days} 天。"

    @property
    def urgent(self) -> bool:
        """Over, or soon over."""
        return self.days is not None and self.days <= WARN_DAYS


def folder() -> Path:
    """Where the profile lies; only its owner may look inside."""
    place = data_dir() / "profile"
    with telling(place, "建立"):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
    return place


def file_path() -> Path:
    """The file of the profile."""
    return folder() / FILE_NAME


def exists() -> bool:
    """Has a profile been saved on this machine? A data folder that cannot be made holds none."""
    try:
        return file_path().is_file()
    except UserError:
        return False


def needs_password() -> bool:
    """Is the profile sealed? Raises `UserError` when the file is damaged beyond telling."""
    return exists() and sealing.is_sealed(_bytes(file_path()), FILE_NAME)


def load(password: str = "", source: Path | None = None) -> Profile:
    """The profile; an empty one when none was saved. Raises `PasswordNeeded`, `WrongPassword`, `UserError` when damaged."""
    path = source or file_path()
    if source is None and not path.is_file():
        return Profile()
    body = sealing.unwrap(_bytes(path), kind=KIND, name=path.name, password=password)
    return _parse(body, path.name)


def save(profile: Profile, password: str = "", *, forget_previous: bool = False) -> Path:
    """Write the profile, whole or not at all; the version before stays beside it unless `forget_previous` (a password was set
    or changed: what lay open must not stay)."""
    path, before = file_path(), folder() / PREVIOUS
    data = sealing.wrap(_body(profile), kind=KIND, password=password)
    if forget_previous:
        with telling(before, "删除"):
            before.unlink(missing_ok=True)
    elif path.is_file():
        _write(before, _bytes(path))
    _write(path, data)
    return path


def _write(path: Path, data: bytes) -> None:
    atomic_write(path, data)
    with contextlib.suppress(
        OSError
    ):  # a file system without permissions; the folder is the owner's own there
        path.chmod(0o600)


def remove() -> None:
    """Delete the profile and its last version."""
    for path in (file_path(), folder() / PREVIOUS):
        with telling(path, "删除"):
            path.unlink(missing_ok=True)


def restore(password: str = "") -> Profile:
    """Put the version before the last save back, the present one taking its place. Raises `UserError` when there is none or it
    cannot be opened: then nothing is changed."""
    before = folder() / PREVIOUS
    if not before.is_file():
        raise UserError("profile.no_previous", "没有上一次保存的单位档案。", "设置或更换密码之后不留旧版本。")
    found = load(password, before)
    data, now = _bytes(before), file_path()
    if now.is_file():
        _write(before, _bytes(now))
    else:
        before.unlink(missing_ok=True)
    _write(now, data)
    return found


def _bytes(path: Path) -> bytes:
    with telling(path, "读取"):
        if path.stat().st_size > MAX_BYTES:
            raise sealing.damaged(path.name, "大得不合理")
        return path.read_bytes()


def _body(profile: Profile) -> bytes:
    document = {
        "facts": to_plain(profile.facts),
        "changed": dict(profile.changed),
        "saved_at": profile.saved_at,
        "who": profile.who,
        "blobs": {digest: base64.b64encode(data).decode() for digest, data in profile.blobs.items()},
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _parse(body: bytes, name: str) -> Profile:
    try:
        document = json.loads(body.decode("utf-8", "surrogatepass"))
        facts, problems = from_plain(document["facts"])
        blobs = {d: base64.b64decode(b, validate=True) for d, b in document["blobs"].items()}
        changed = {str(k): str(v) for k, v in document["changed"].items()}
        saved_at, who = str(document["saved_at"]), str(document["who"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise sealing.damaged(name, "缺少必要的部分") from error
    if problems:
        raise UserError(
            "profile.fields",
            f"“{name}”里有这个版本不认识的字段：{problems[0].path}。",
            "它可能由更新版本的程序写成，请升级后再打开。",
        )
    for digest, data in blobs.items():
        if hashlib.sha256(data).hexdigest()[:16] != digest:
            raise sealing.damaged(name, "附件内容对不上")
    return Profile(facts, blobs, changed, saved_at, who)


def only_parts(flat: Mapping[str, Value], parts: Sequence[str] = PARTS) -> Flat:
    """What of the facts belongs to a profile."""
    return {k: v for k, v in flat.items() if _inside(k, parts)}


def _inside(key: str, parts: Sequence[str]) -> bool:
    return any(key == part or key.startswith((f"{part}.", f"{part}[")) for part in parts)


def checked_path(path: str) -> FieldSpec:
    """The field of the profile behind a path; `UserError` when it is none."""
    spec = spec_of(path)
    if not isinstance(spec, FieldSpec) or not _inside(path, (*PARTS, FILED)):
        raise UserError(
            "profile.path", f"单位档案里没有“{path}”。", f"档案保存这些部分：{'、'.join(PARTS)}。"
        )
    return spec


def edited(profile: Profile, flat: Flat, *, at: datetime, who: str, blobs: Mapping[str, bytes]) -> Profile:
    """The profile with other values: what changed is stamped, attachments that nothing names any more are dropped."""
    before, stamp = profile.flat(), at.isoformat(timespec="microseconds")
    changed = {k: v for k, v in profile.changed.items() if k in flat}
    for key, value in flat.items():
        if before.get(key) != value:
            changed[key] = stamp
    named = {parse_attachment(r).digest for k, v in flat.items() if is_attachments(k) for r in v}
    every = {**profile.blobs, **blobs}
    kept = {digest: data for digest, data in every.items() if digest in named}
    return replace(profile, facts=unflatten(flat), blobs=kept, changed=changed, saved_at=stamp, who=who)


def is_attachments(key: str) -> bool:
    """Does a key hold references of attachments?"""
    spec = spec_of(key)
    return isinstance(spec, FieldSpec) and spec.meta.kind is Kind.ATTACHMENTS


def expiries(facts: Facts, today: date) -> list[Expiry]:
    """The business licence and every permit with their end, the soonest first; 长期 is left out."""
    found = []
    if facts.licence.valid_until and LONG_TERM not in facts.licence.valid_until:
        found.append(_expiry("licence.valid_until", "主体证件", facts.licence.valid_until, today))
    for index, permit in enumerate(facts.permits):
        if LONG_TERM not in permit.valid_until:
            title = " ".join(word for word in (permit.kind or "资质", permit.number) if word)
            found.append(_expiry(f"permits[{index}].valid_until", title, permit.valid_until, today))
    return sorted(found, key=lambda e: (e.days is None, e.days if e.days is not None else 0, e.path))


def _expiry(path: str, title: str, until: str, today: date) -> Expiry:
    end = parse_date(until)
    return Expiry(path, title, until, (end - today).days if end else None)


def as_json(profile: Profile, today: date) -> dict[str, Any]:
    """The profile for a script; personal values are masked."""
    from filingdesk.domain.values import mask

    facts: list[dict[str, Any]] = []
    flat = profile.flat()
    for key, value in flat.items():
        spec = spec_of(key)
        if isinstance(spec, FieldSpec):
            path = path_of(profile.facts, key)
            shown: Value = value
            if spec.meta.personal:
                shown = mask(value) if isinstance(value, str) else [mask(v) for v in value]
            facts.append({"path": path, "label": trail_of(path), "value": shown})
    return {
        "file": str(file_path()),
        "saved_at": profile.saved_at,
        "who": profile.who,
        "sealed": needs_password(),
        "facts": facts,
        "expiries": [
            {"path": e.path, "title": e.title, "until": e.until, "days": e.days, "message": e.sentence}
            for e in expiries(profile.facts, today)
        ],
    }


def known_fields() -> tuple[str, ...]:
    """Patterns of all fields that a profile keeps."""
    return tuple(p for p in fields() if _inside(p, PARTS))


def _as_ids(value: Value) -> list[str]:
    return list(cast(list[str], value))


def with_value(profile: Profile, path: str, value: Value, *, at: datetime, who: str) -> Profile:
    """The profile with another value at a path; the index right behind a list adds a record, a blank clears the field."""
    checked_path(path)
    facts = profile.facts
    name, bracket, rest = path.partition("[")
    flat = profile.flat()
    if bracket:
        index, _end, leaf = rest.partition("]")
        ids = _as_ids(flat.get(name, []))
        if not index.isdigit() or int(index) > len(ids):
            raise UserError(
                "facts.no_record",
                f"“{path}”不存在：「{trail_of(name)}」现有 {len(ids)} 项（从 0 数起）。",
                f"要新增请写 {name}[{len(ids)}]。",
            )
        if int(index) == len(ids):
            identity = f"p{hashlib.sha256(f'{at.isoformat()}{path}{len(ids)}'.encode()).hexdigest()[:8]}"
            flat[name] = [*ids, identity]
        else:
            identity = facts_id(facts, f"{name}[{index}]")
        key = f"{name}[#{identity}]{leaf}"
    else:
        key = path
    if value:
        flat[key] = value
    else:
        flat.pop(key, None)
    return edited(profile, flat, at=at, who=who, blobs={})


def facts_id(facts: Facts, path: str) -> str:
    """The id of a record."""
    return str(get(facts, path).id)


def without_record(profile: Profile, path: str, *, at: datetime, who: str) -> Profile:
    """The profile without a record (`permits[0]`)."""
    name = path.partition("[")[0]
    if not path.endswith("]") or not _inside(name, (*PARTS, FILED)):
        raise UserError("profile.path", f"“{path}”不是单位档案里的一条记录。", "例：permits[0]。")
    try:
        identity = facts_id(profile.facts, path)
    except KeyError:
        raise UserError("facts.no_record", f"“{path}”不存在。", "用 profile show 看现有的记录。") from None
    prefix = f"{name}[#{identity}]."
    flat = {k: v for k, v in profile.flat().items() if not k.startswith(prefix)}
    flat[name] = [i for i in _as_ids(flat[name]) if i != identity]
    if not flat[name]:
        del flat[name]
    return edited(profile, flat, at=at, who=who, blobs={})


def with_file(profile: Profile, path: str, source: Path, *, at: datetime, who: str) -> Profile:
    """The profile with a file added to an attachment field."""
    checked_path(path)
    if not is_attachments(path):
        raise UserError("facts.type", f"“{path}”不是附件字段。", "请选择一个附件字段，例如 licence.scan。")
    data = _bytes(source)
    if not data:
        raise UserError(
            "attachment.empty", f"文件“{source.name}”是空的，没有添加。", "请检查文件后重新选择。"
        )
    digest = hashlib.sha256(data).hexdigest()[:16]
    reference = Attachment(source.name.replace("#", "_"), digest).reference
    try:
        before = [str(r) for r in get(profile.facts, path)]
    except KeyError:
        before = []
    again = [r for r in before if r != reference]
    held = with_value(profile, path, [*again, reference], at=at, who=who)
    return replace(held, blobs={**held.blobs, digest: data})
