"""Between the company profile and a project: what differs field by field, taking some or all over, saving back, references."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_holdings import FiledAlgorithm
from filingdesk.domain.flat import Flat, Value, flatten, path_of, unflatten
from filingdesk.domain.specs import FieldSpec, ListSpec, spec_of, trail_of
from filingdesk.domain.values import parse_attachment
from filingdesk.services import profile as profiles
from filingdesk.services.changes import Changes
from filingdesk.services.profile import FILED, PARTS, Profile
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

NOTE = "@meta/profile"
"""In a project: up to which moment the profile's changes were looked at and left."""

SAME_RECORD: dict[str, tuple[tuple[str, ...], ...]] = {
    "contacts": (("role", "name"), ("role",)),
    "permits": (("kind", "number"), ("kind",)),
    "signatories": (("role", "name"), ("role",)),
    "policies": (("kind", "title"), ("title",)),
    FILED: (("number",), ("name",)),
}
"""By what a record of one side is taken for the same as one of the other, when their ids differ."""


@dataclass(frozen=True)
class Difference:
    """One field that the giving side has and the taking side has not, or has otherwise. `key` is the taking side's storage key;
    `has` is the taker's value (blank when it has none), `offers` the giver's. `newer`: the giver changed it later."""

    key: str
    path: str
    has: Value
    offers: Value
    newer: bool = False

    @property
    def kind(self) -> Literal["new", "differs"]:
        return "differs" if self.has else "new"

    @property
    def label(self) -> str:
        """Where, in words."""
        return trail_of(self.path)

    @property
    def personal(self) -> bool:
        spec = spec_of(self.key)
        return isinstance(spec, FieldSpec) and spec.meta.personal


@dataclass(frozen=True)
class Taken:
    """What a project took from the profile, and what it kept because it had something else."""

    changes: Changes | None
    taken: tuple[Difference, ...]
    kept: tuple[Difference, ...]
    without_file: tuple[str, ...] = ()
    """Attachments that the profile names but does not hold: not taken."""


def aligned(source: Mapping[str, Value], target: Mapping[str, Value], lists: Collection[str]) -> Flat:
    """`source` with the record ids of `target` where both mean the same record."""
    flat: Flat = dict(source)
    for name in lists:
        ids = _ids(flat, name)
        theirs = _ids(target, name)
        free = [i for i in theirs if i not in ids]
        renamed: dict[str, str] = {}
        for leaves in SAME_RECORD[name]:
            open_ids = [i for i in ids if i not in theirs and i not in renamed]
            owns = {i: _identity(flat, name, i, leaves) for i in open_ids}
            for identity, own in owns.items():
                match = [i for i in free if own and _identity(target, name, i, leaves) == own]
                if len(match) == 1 and list(owns.values()).count(own) == 1:
                    renamed[identity] = match[0]
                    free.remove(match[0])
        if renamed:
            flat = _renamed(flat, name, renamed)
    return flat


def _ids(flat: Mapping[str, Value], name: str) -> list[str]:
    return list(cast(list[str], flat.get(name, [])))


def _identity(
    flat: Mapping[str, Value], name: str, identity: str, leaves: tuple[str, ...]
) -> tuple[str, ...]:
    found = tuple(str(flat.get(f"{name}[#{identity}].{leaf}", "")).strip() for leaf in leaves)
    return found if all(found) else ()


def _renamed(flat: Flat, name: str, renamed: Mapping[str, str]) -> Flat:
    done: Flat = {}
    for key, value in flat.items():
        for old, new in renamed.items():
            if key.startswith(f"{name}[#{old}]."):
                key = f"{name}[#{new}].{key.removeprefix(f'{name}[#{old}].')}"
                break
        done[key] = value
    done[name] = [renamed.get(i, i) for i in _ids(flat, name)]
    return done


def _lists(parts: Collection[str]) -> list[str]:
    return [part for part in parts if isinstance(spec_of(part), ListSpec)]


def differences(giver: Facts, taker: Facts, parts: Collection[str] = PARTS) -> list[Difference]:
    """Every filled field of the giver that the taker has not, or has otherwise, in the order of the form. A blank of the giver
    is never a difference."""
    target = flatten(taker)
    source = aligned(profiles.only_parts(flatten(giver), tuple(parts)), target, _lists(parts))
    whole = unflatten(source)
    found = []
    for key, value in source.items():
        if isinstance(spec_of(key), FieldSpec) and target.get(key) != value:
            has = target.get(key, [] if isinstance(value, list) else "")
            found.append(Difference(key, path_of(whole, key), has, value))
    return found


def compare(session: Session, profile: Profile) -> list[Difference]:
    """What the profile has and the project has not, or has otherwise; `newer` where the profile's value was changed after the
    project's."""
    offered = differences(profile.facts, session.facts)
    stamps = _stamps(profile, session.facts)
    return [_dated(session, d, stamps.get(d.key, "")) for d in offered]


def _stamps(profile: Profile, taker: Facts) -> dict[str, str]:
    """The profile's moments of change under the taker's keys."""
    lists = _lists(PARTS)
    held = {k: v for k, v in profile.flat().items() if not isinstance(spec_of(k), ListSpec)}
    ids = {name: _ids(profile.flat(), name) for name in lists}
    ordered: Flat = {**held, **{k: v for k, v in ids.items() if v}}
    moved = aligned(ordered, flatten(taker), lists)
    # Renaming keeps the order of keys, so both run side by side.
    return {
        new: profile.changed.get(old, profile.saved_at)
        for old, new in zip(ordered, moved, strict=True)
        if isinstance(spec_of(new), FieldSpec)
    }


def _dated(session: Session, difference: Difference, stamp: str) -> Difference:
    rows = session.file.history(difference.key) if session.revision else []
    moment = _moment(stamp)
    newer = moment is not None and (not rows or moment > max(row.at for row in rows))
    return Difference(difference.key, difference.path, difference.has, difference.offers, newer)


def _moment(stamp: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def newer(
    session: Session, profile: Profile, compared: Sequence[Difference] | None = None
) -> list[Difference]:
    """What the profile got after the project last changed it, and the user has not yet been asked about: the offer on opening.
    `compared`: what `compare` gave just now, when it is at hand."""
    seen = _moment(_note(session))
    stamps = _stamps(profile, session.facts)
    return [
        d
        for d in (compare(session, profile) if compared is None else compared)
        if d.newer and (seen is None or (m := _moment(stamps.get(d.key, ""))) is None or m > seen)
    ]


def _note(session: Session) -> str:
    note = session.file.entries().get(NOTE)
    return str(note.get("seen", "")) if isinstance(note, dict) else ""


def leave(session: Session, profile: Profile) -> None:
    """Do not offer again what the profile holds now."""
    old = session.file.entries().get(NOTE)
    wanted: Json = {"seen": profile.saved_at}
    if old != wanted:
        session.apply_meta([Change(NOTE, old, wanted)], "保留本项目与单位档案的差别")


def insert(
    session: Session,
    profile: Profile,
    keys: Collection[str] | None = None,
    *,
    overwrite: bool = False,
    origin: object = None,
) -> Taken:
    """Take the profile into a project as one edit that one undo takes back.

    Without `keys`: everything the project has not; what it has otherwise stays unless `overwrite`. With `keys` (storage keys of
    `compare`): exactly those. A blank of the profile never takes anything away.
    """
    if profile.blank:
        raise UserError(
            "profile.blank", "还没有单位档案。", "请先在填好的项目里“存入单位档案”，或用 profile save 保存。"
        )
    offered = compare(session, profile)
    chosen = [d for d in offered if (d.key in keys if keys is not None else overwrite or d.kind == "new")]
    if keys is not None and (unknown := set(keys) - {d.key for d in offered}):
        raise UserError("profile.path", f"“{min(unknown)}”没有差别，或不在单位档案里。", "请重新比较后再选。")
    chosen, missing = _with_files(session, profile, chosen)
    changes = session.merge_facts(_partial(chosen), "放入单位档案", origin=origin) if chosen else None
    kept = tuple(d for d in offered if d not in chosen)
    return Taken(changes, tuple(chosen), kept, tuple(missing))


def _with_files(
    session: Session, profile: Profile, chosen: list[Difference]
) -> tuple[list[Difference], list[str]]:
    """Store the attachments of the chosen fields in the project; references without bytes are left out."""
    done, missing = [], []
    for each in chosen:
        if not profiles.is_attachments(each.key):
            done.append(each)
            continue
        held = []
        for reference in each.offers:
            part = parse_attachment(reference)
            data = profile.blobs.get(part.digest)
            if data is None:
                missing.append(part.name)
            else:
                held.append(session.store_blob(part.name, data))
        if held:
            done.append(Difference(each.key, each.path, each.has, held, each.newer))
    return done, missing


def _partial(chosen: Collection[Difference]) -> Facts:
    flat: Flat = {d.key: d.offers for d in chosen}
    for key in list(flat):
        name, bracket, rest = key.partition("[#")
        if bracket:
            ids = cast(list[str], flat.setdefault(name, []))
            identity = rest.partition("]")[0]
            if identity not in ids:
                ids.append(identity)
    return unflatten(flat)


def collect(
    session: Session, profile: Profile, *, parts: Collection[str] = PARTS
) -> tuple[Profile, list[Difference]]:
    """The profile with what the project has filled, and what that changes. Blanks of the project leave the profile alone. The
    project's own algorithm joins the filed ones as soon as it has a number."""
    every = (*parts, FILED)
    given = _with_own_algorithm(session.facts)
    changes = differences(given, profile.facts, every)
    flat = profile.flat()
    for each in changes:
        name, bracket, rest = each.key.partition("[#")
        if bracket:
            ids = _ids(flat, name)
            identity = rest.partition("]")[0]
            flat[name] = ids if identity in ids else [*ids, identity]
        flat[each.key] = each.offers
    blobs = {}
    for each in changes:
        if profiles.is_attachments(each.key):
            for reference in each.offers:
                data = session.attachment(reference)
                if data is not None:
                    blobs[parse_attachment(reference).digest] = data
    return profiles.edited(profile, flat, at=session.clock(), who=session.who, blobs=blobs), changes


def _with_own_algorithm(facts: Facts) -> Facts:
    own = facts.algorithm
    if not own.result.number or not own.name:
        return facts
    others = [a for a in facts.large_model.algorithms if a.number != own.result.number]
    mine = own_algorithm(facts)
    model = facts.large_model.model_copy(update={"algorithms": [mine, *others]})
    return facts.model_copy(update={"large_model": model})


def own_algorithm(facts: Facts) -> FiledAlgorithm:
    """The algorithm filing of a project as another filing refers to it."""
    own = facts.algorithm
    digits = "".join(c for c in own.result.number if c.isdigit())
    return FiledAlgorithm(
        id=f"f{digits or 'own'}",
        name=own.name,
        types=list(own.types),
        role=own.role,
        number=own.result.number,
        pending_reason="" if own.result.number else own.result.number_pending_reason,
        filed_on=own.result.filed_on,
        link=own.result.link,
    )


def referable(session: Session, profile: Profile) -> list[FiledAlgorithm]:
    """Filed algorithms of the profile that this project may refer to: its own one is left out."""
    own = session.facts.algorithm
    return [
        a
        for a in profile.facts.large_model.algorithms
        if not (a.number and a.number == own.result.number) and a.name != own.name
    ]


def refer(session: Session, algorithm: FiledAlgorithm) -> tuple[str, bool]:
    """Refer to another filed algorithm from the large-model filing; gives its path and whether anything changed. One that is
    already there (same number, else same name) is brought up to date; what its record says of its use stays."""
    if not algorithm.name:
        raise UserError("refer.blank", "那个算法还没有名称，不能引用。", "请先在原项目里填写算法名称。")
    if algorithm.number and algorithm.number == session.facts.algorithm.result.number:
        raise UserError(
            "refer.own", f"“{algorithm.name}”就是本项目自己的算法，不用引用。", "请选择另一个算法。"
        )
    given = Facts()
    given.large_model.algorithms = [algorithm]
    flat = aligned(profiles.only_parts(flatten(given), (FILED,)), flatten(session.facts), [FILED])
    changes = session.merge_facts(unflatten(flat), f"引用算法「{algorithm.name}」")
    ids = [a.id for a in session.facts.large_model.algorithms]
    return f"{FILED}[{ids.index(_ids(flat, FILED)[0])}]", changes is not None


def refer_to_project(session: Session, other: Path) -> tuple[str, bool]:
    """`refer` to the algorithm of another project file, which is only read. The subject must be the same."""
    from filingdesk.services.workspace import Workspace

    if other.resolve() == session.path.resolve():
        raise UserError("refer.own", "这就是当前项目。", "请选择另一个算法的项目文件。")
    theirs = Workspace(who=lambda: session.who, clock=session.clock).open(other, read_only=True)
    try:
        facts = theirs.facts
    finally:
        theirs.close()
    mine = session.facts.subject
    if mine.credit_code and facts.subject.credit_code and mine.credit_code != facts.subject.credit_code:
        raise UserError(
            "refer.subject",
            f"“{other.name}”的主体是{facts.subject.name or '另一家单位'}，与本项目不同，没有引用。",
            "第三方的算法请写在“所用模型”里，并附合同证明。",
        )
    return refer(session, own_algorithm(facts))
