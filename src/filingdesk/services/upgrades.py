"""Which rule packs a project was last judged by, what an upgrade would change, and the choice to stay with the old ones."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from filingdesk.domain.errors import UserError
from filingdesk.domain.report import CheckReport, Finding, PackRef
from filingdesk.domain.snapshot import Snapshot
from filingdesk.rules import engine, packstore, registry
from filingdesk.rules.pack import Pack
from filingdesk.rules.packstore import find_overlay
from filingdesk.services import tally
from filingdesk.services.changes import Changes
from filingdesk.services.rulesets import (
    OVERLAYS,
    PACKS,
    SEEN,
    judging,
    named_overlay,
    pinned,
    refs_in,
    texts_in,
)
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json


@dataclass(frozen=True)
class UpgradeEffect:
    """What judging by other packs does to the findings of the same state. Matched by rule and place; `harder` and `softer` are
    findings that stay and change their severity, as they are afterwards."""

    before: tuple[PackRef, ...]
    after: tuple[PackRef, ...]
    appear: tuple[Finding, ...]
    disappear: tuple[Finding, ...]
    harder: tuple[Finding, ...]
    softer: tuple[Finding, ...]
    new_rules: tuple[str, ...]
    gone_rules: tuple[str, ...]

    @property
    def changes_nothing(self) -> bool:
        """Do all findings stay as they are?"""
        return not (self.appear or self.disappear or self.harder or self.softer)


_RANK = {"info": 0, "warning": 1, "blocker": 2}


def upgrade_effect(
    session: Session, packs_old: Sequence[Pack], packs_new: Sequence[Pack], as_of: date | None = None
) -> UpgradeEffect:
    """Which findings appear and disappear when `packs_new` judge instead of `packs_old`. Changes nothing."""
    return _effect(session.snapshot(as_of), packs_old, packs_new)


def _effect(snapshot: Snapshot, packs_old: Sequence[Pack], packs_new: Sequence[Pack]) -> UpgradeEffect:
    old, new = (engine.check(packs, snapshot) for packs in (packs_old, packs_new))
    before, after = ({f.fingerprint: f for f in report.findings} for report in (old, new))
    both = [(before[key], after[key]) for key in after if key in before]
    rules = [{r.id for r in report.results} for report in (old, new)]
    return UpgradeEffect(
        before=old.packs,
        after=new.packs,
        appear=tuple(f for key, f in after.items() if key not in before),
        disappear=tuple(f for key, f in before.items() if key not in after),
        harder=tuple(b for a, b in both if _RANK[b.severity] > _RANK[a.severity]),
        softer=tuple(b for a, b in both if _RANK[b.severity] < _RANK[a.severity]),
        new_rules=tuple(r.id for r in new.results if r.id not in rules[0]),
        gone_rules=tuple(r.id for r in old.results if r.id not in rules[1]),
    )


@dataclass(frozen=True)
class Pins:
    """The packs of the last bundle or accepted upgrade; `stay`: the project goes on judging by them. `overlays` are the local
    rules that were on then, `texts` their content and that of those they stand upon (None: recorded before contents were kept).
    """

    packs: tuple[PackRef, ...]
    as_of: str
    stay: bool
    overlays: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None

    def over(self, snapshot: Snapshot) -> Snapshot:
        """The state as these packs and local rules judge it."""
        if self.texts is None:
            return replace(snapshot, packs=self.packs)
        return replace(snapshot, packs=self.packs, overlays=self.overlays, overlay_texts=dict(self.texts))


def pins(session: Session) -> Pins | None:
    """What the project was last judged by on record; None when there is no record."""
    note = cast(dict[str, Any] | None, session.note(PACKS))
    if not note:
        return None
    texts = texts_in(note) if "overlays" in note else None
    switched_on = tuple(note.get("overlay_ids", ()))
    return Pins(refs_in(note), note.get("as_of", ""), bool(note.get("stay")), switched_on, texts)


def record(session: Session, report: CheckReport) -> Changes | None:
    """Put on record which packs judged and which findings stand: to be called when a bundle is exported, from the session's
    thread. Keeps a copy of each pack version on this machine. None when the record says so already."""
    seen = _seen(session, report)
    own = {pack.id for pack in registry.load_all()}
    refs = [ref for ref in report.packs if ref.id in own]
    local = _local(session.snapshot())
    return _save(
        session, refs, report.as_of, stay=_stays(session), label="记录规则包版本", seen=seen, local=local
    )


def keep_packs(report: CheckReport) -> None:
    """Keep a copy of each pack that judged, as `record` does; the first copy takes a while, so ask in a job before it. What
    cannot be kept is told by `record`."""
    judged = {ref.id for ref in report.packs}
    for pack in registry.load_all():
        if pack.id in judged:
            with suppress(UserError):
                packstore.keep(pack)


def note_findings(session: Session, report: CheckReport) -> Changes | None:
    """Put on record which findings stand, without the packs, so that a finding that comes back after being mended says so. To be
    called at checkpoints: a person asks for a check, a bundle leaves, work has rested for a while, the project is closed. What
    comes and goes between two checkpoints is typing and leaves no trace. The count of the day goes with it. None when the
    record says so already; a record of what was seen is nothing to undo."""
    seen, old = _seen(session, report), session.note(SEEN)
    changes = [] if _keys(seen) == _keys(old) else [Change(SEEN, old, seen)]
    changes += tally.changes(session, report)
    return session.apply_meta(changes, "记录自检结果", undoable=False) if changes else None


def upgrade(session: Session, as_of: date | None = None) -> Changes | None:
    """Judge by the packs in force from now on, and put them on record. Every answer stays."""
    day = as_of or session.today
    refs = [pack.ref for pack in registry.in_force(day)]
    local = _local(replace(session.snapshot(), overlay_texts={}))
    return _save(session, refs, day.isoformat(), stay=False, label="改用现行规则包", local=local)


def stay(session: Session) -> Changes | None:
    """Go on judging by the packs on record. `UserError` when there is no record, or a version is not on this machine."""
    found = pins(session)
    if found is None:
        raise UserError("packs.no_pins", "项目还没有记录用过的规则包。", "导出一次提交包后才有记录。")
    for ref in found.packs:
        packstore.load_version(ref)
    note = cast(dict[str, Any], session.note(PACKS))
    local = {key: note[key] for key in _LOCAL if key in note}
    return _save(session, found.packs, found.as_of, stay=True, label="沿用原来的规则包", local=local)


def is_pending(session: Session, as_of: date | None = None) -> bool:
    """Are other packs in force than those on record, or has the file of a local rule changed since? Compares names and digests
    only, so it may be asked at any time."""
    found = pins(session)
    if found is None:
        return False
    now = registry.in_force(as_of or session.today)
    if {(p.id, p.sha256) for p in found.packs} != {(p.id, p.sha256) for p in now}:
        return True
    texts = found.texts or {}
    kept = [identity for identity in session.snapshot().overlays if identity in texts]
    here = {identity: find_overlay(identity) for identity in kept}
    return any(each is None or each.file.text != texts[identity] for identity, each in here.items())


def offer(session: Session, as_of: date | None = None) -> UpgradeEffect | None:
    """What the packs in force would change against those on record; None when there is nothing to offer. `UserError` when a
    version on record is not on this machine."""
    found = pins(session)
    if found is None or not is_pending(session, as_of):
        return None
    return effect_of(session.snapshot(as_of), found)


def effect_of(snapshot: Snapshot, found: Pins) -> UpgradeEffect:
    """The same from a frozen state, so that a job may run it. Local rules lie over both sides: as they were on record over the
    old packs, as their files are now over the new ones."""
    for ref in found.packs:
        packstore.load_version(ref)  # names what is missing
    old = judging(found.over(snapshot))
    return _effect(snapshot, old.packs, judging(replace(snapshot, packs=(), overlay_texts={})).packs)


def overlay_effect(snapshot: Snapshot, ids: Sequence[str]) -> UpgradeEffect:
    """What judging with exactly these local rules does to the findings of a state. `UserError` for one that is no good."""
    for identity in ids:
        named_overlay(identity)
    after = judging(replace(snapshot, overlays=tuple(ids)))
    return _effect(snapshot, judging(snapshot).packs, after.packs)


def pinned_report(session: Session) -> CheckReport:
    """The project as it stands, by the packs, the local rules and on the day on record: for the same facts, the same report to
    the byte, whatever has become of the files since."""
    found = pins(session)
    if found is None:
        raise UserError("packs.no_pins", "项目还没有记录用过的规则包。", "导出一次提交包后才有记录。")
    for ref in found.packs:
        packstore.load_version(ref)  # names what is missing
    snapshot = found.over(session.snapshot(date.fromisoformat(found.as_of)))
    return engine.check(judging(snapshot).packs, snapshot)


def set_overlays(session: Session, ids: Sequence[str], *, lenient: bool = False) -> Changes | None:
    """Switch on exactly these local rules for the project. `UserError` for one that is not here; with `lenient`, only for one
    that was not on before."""
    for identity in ids:
        if not (lenient and identity in session.snapshot().overlays):
            named_overlay(identity)
    wanted: Json = {"ids": list(dict.fromkeys(ids))} if ids else None
    old = session.note(OVERLAYS)
    if old == wanted:
        return None
    return session.apply_meta([Change(OVERLAYS, old, wanted)], "启用本地规则" if ids else "停用本地规则")


def _stays(session: Session) -> bool:
    found = pins(session)
    return found is not None and found.stay


def _keys(seen: Json) -> tuple[frozenset[str], frozenset[str]]:
    """Which findings stand and which are gone, without the days."""
    note = cast(dict[str, Any], seen or {})
    return frozenset(note.get("open", {})), frozenset(note.get("mended", {}))


def _seen(session: Session, report: CheckReport) -> Json:
    """Findings that stand, and those that stood at an earlier record and are gone, each with the day it was last seen."""
    old = cast(dict[str, Any], session.note(SEEN) or {})
    open_now = {f.fingerprint for r in report.results for f in r.findings}
    judged = {r.id for r in report.results if r.status in {"passed", "failed", "waived"}}
    mended = dict(old.get("mended", {}))
    still: dict[str, list[str]] = {}
    for key, (rule, day) in old.get("open", {}).items():
        if key in open_now:
            continue
        if rule in judged:
            mended[key] = day
        else:  # a rule that does not judge now says nothing about being mended
            still[key] = [rule, day]
    now = {f.fingerprint: [f.rule, report.as_of] for r in report.results for f in r.findings}
    return cast(Json, {"open": {**still, **now}, "mended": mended})


_LOCAL = ("overlays", "overlay_ids")


def _local(snapshot: Snapshot) -> dict[str, Any]:
    """The part of a note that keeps the local rules."""
    return {"overlays": pinned(snapshot), "overlay_ids": list(snapshot.overlays)}


def _save(
    session: Session,
    refs: Sequence[PackRef],
    as_of: str,
    *,
    stay: bool,
    label: str,
    local: Mapping[str, Any] | None = None,
    seen: Json = None,
) -> Changes | None:
    known = {pack.id: pack for pack in registry.load_all()}
    for ref in refs:
        pack = known.get(ref.id)
        if pack is not None and pack.sha256 == ref.sha256:
            packstore.keep(pack)
    listed = [{"id": r.id, "version": r.version, "sha256": r.sha256, "title": r.title} for r in refs]
    note = cast(Json, {"packs": listed, "as_of": as_of, "stay": stay, **(local or {})})
    wanted = {PACKS: note, **({SEEN: seen} if seen is not None else {})}
    changes = [Change(k, session.note(k), v) for k, v in wanted.items() if session.note(k) != v]
    return session.apply_meta(changes, label) if changes else None
