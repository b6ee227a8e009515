"""What a project judges with: packs in force on the day or the ones it stays with, and the local rules it switched on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filingdesk.domain.errors import UserError
from filingdesk.domain.report import PackRef
from filingdesk.domain.snapshot import Snapshot

if TYPE_CHECKING:  # the session reads its notes here and must not pay for the rules before the first check
    from filingdesk.rules.overlay import Overlay
    from filingdesk.rules.pack import Pack, Rule

OVERLAYS, PACKS, SEEN, LISTED = "@meta/overlays", "@meta/packs", "@meta/seen", "@meta/listed"
RULE_NOTES = frozenset({OVERLAYS, PACKS, SEEN, LISTED})
"""What a project keeps about its rules: local rules switched on; packs of the last bundle; findings told and mended;
what imported public lists said against numbers."""


def chosen(notes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Snapshot` that the notes decide. `@meta/packs` counts only when the project stays with them."""
    kept = notes.get(PACKS) or {}
    seen = notes.get(SEEN) or {}
    return {
        "overlays": tuple((notes.get(OVERLAYS) or {}).get("ids", ())),
        "packs": refs_in(kept) if kept.get("stay") else (),
        "overlay_texts": texts_in(kept) if kept.get("stay") else {},
        "mended": dict(seen.get("mended", {})),
        "listed": dict(notes.get(LISTED) or {}),
    }


def refs_in(note: Mapping[str, Any]) -> tuple[PackRef, ...]:
    """The packs that a `@meta/packs` note names."""
    return tuple(
        PackRef(p["id"], p["version"], p["sha256"], p.get("title", "")) for p in note.get("packs", ())
    )


def texts_in(note: Mapping[str, Any]) -> dict[str, str]:
    """The local rules that a `@meta/packs` note keeps: id → the text of the file as it was."""
    return {each["id"]: each["text"] for each in note.get("overlays", ())}


def pinned(snapshot: Snapshot) -> list[dict[str, str]]:
    """What a note keeps of the local rules that are switched on, and of those they stand upon, so that the same report can be
    made after the files have changed. Those that cannot be used are left out: they did not judge."""
    from filingdesk.rules import registry
    from filingdesk.rules.overlay import chain_of

    found: dict[str, dict[str, str]] = {}
    ids = [pack.id for pack in registry.load_all()]
    for identity in snapshot.overlays:
        overlay = _overlay_for(snapshot, identity)
        try:
            chain = chain_of(overlay, ids, lambda name: _overlay_for(snapshot, name))[0] if overlay else []
        except UserError:
            continue
        for each in chain:
            ref = each.ref
            kept = {"id": ref.id, "version": ref.version, "sha256": ref.sha256, "title": ref.title}
            found[each.id] = {**kept, "text": each.file.text}
    return list(found.values())


def _overlay_for(snapshot: Snapshot, identity: str) -> "Overlay | None":
    """The local rule by id: as the project keeps it, else as it lies in the user's folder."""
    from filingdesk.rules.packstore import find_overlay

    text = snapshot.overlay_texts.get(identity)
    return find_overlay(identity) if text is None else _from_text(identity, text)


@lru_cache(maxsize=16)
def _from_text(identity: str, text: str) -> "Overlay":
    from filingdesk.rules.overlay import overlay_of

    return overlay_of(text, f"{identity}（项目里保存的）")


@dataclass(frozen=True)
class Judging:
    """The packs that judge, local rules laid over. `unusable`: local rules that are switched on and cannot be used, with the
    reason; `idle`: those whose pack is not in force on the day; `missing`: versions that the project stays with and this
    machine does not have (then the packs in force judge)."""

    packs: tuple["Pack", ...]
    unusable: tuple[tuple[str, str], ...] = ()
    idle: tuple[str, ...] = ()
    missing: tuple[PackRef, ...] = ()


def judging(
    snapshot: Snapshot, pack_ids: Sequence[str] | None = None, overlays: Sequence[str] = ()
) -> Judging:
    """What judges this state: `pack_ids`, or the packs the project stays with, or those in force on `as_of`; over them the
    project's local rules and `overlays` (ids, or paths of an overlay). An overlay named here that is no good is refused; one
    that the project switched on is told in the report instead, so that the rest is still judged."""
    from filingdesk.rules import registry
    from filingdesk.rules.overlay import apply

    missing: tuple[PackRef, ...] = ()
    if pack_ids:
        packs = named_packs(pack_ids)
    elif snapshot.packs:
        packs, missing = _stayed_with(snapshot)
    else:
        packs = registry.in_force(snapshot.as_of)
    given = {overlay.id: overlay for overlay in map(named_overlay, overlays)}
    unusable: list[tuple[str, str]] = []
    idle: list[str] = []

    def find(identity: str) -> "Overlay | None":
        return given.get(identity) or _overlay_for(snapshot, identity)

    universe = [*registry.load_all(), *(p for p in packs if p.folder is None)]
    for identity in dict.fromkeys([*snapshot.overlays, *given]):
        overlay = find(identity)
        if overlay is None:
            unusable.append((identity, "这台电脑上没有，或者没有载入（用 filingdesk packs list 看原因）"))
            continue
        if not overlay.in_force(snapshot.as_of):
            idle.append(identity)
            continue
        try:
            packs, skipped = apply(packs, [overlay], universe, find)
        except UserError as error:
            if identity in given:
                raise
            unusable.append((identity, error.message))
            continue
        idle += [each.id for each in skipped]
    if packs and not pack_ids and (sectors := snapshot.facts.industry.sectors):
        from filingdesk.rules.industry import packs_of

        # Advice for the chosen industries: never pinned, because nothing in it binds.
        packs = [*packs, *(p for p in packs_of(sectors) if p.in_force(snapshot.as_of))]
    return Judging(tuple(packs), tuple(unusable), tuple(dict.fromkeys(idle)), missing)


def _stayed_with(snapshot: Snapshot) -> tuple[list["Pack"], tuple[PackRef, ...]]:
    """The versions that the project stays with; when one is not on this machine, the packs in force and what is missing."""
    from filingdesk.rules import registry
    from filingdesk.rules.packstore import load_version

    found, missing = [], []
    for ref in snapshot.packs:
        try:
            found.append(load_version(ref))
        except UserError:
            missing.append(ref)
    return (registry.in_force(snapshot.as_of), tuple(missing)) if missing else (found, ())


def named_packs(ids: Sequence[str]) -> list["Pack"]:
    """Shipped packs, or the user's own, by id."""
    from filingdesk.rules import registry
    from filingdesk.rules.packstore import user_packs

    known = set(registry.shipped_ids())
    own: dict[str, Pack] = {}
    if set(ids) - known:
        own = {u.pack.id: u.pack for u in user_packs() if u.pack and u.state == "local"}
    return [own[i] if i in own else registry.load_shipped([i])[0] for i in ids]


def named_overlay(name: str) -> "Overlay":
    """An overlay by its id, or by the path of its folder or file. `UserError` names the known ones."""
    from filingdesk.rules.overlay import FILE, load_overlay
    from filingdesk.rules.packstore import find_overlay, shipped_overlays, user_packs

    path = Path(name)
    if path.suffix == ".yaml" or (path / FILE).is_file():
        return load_overlay(path)
    found = find_overlay(name)
    if found is None:
        known = [o.id for o in shipped_overlays()] + [u.overlay.id for u in user_packs() if u.overlay]
        raise UserError(
            "overlay.unknown",
            f"没有本地规则“{name}”。",
            f"现有：{'、'.join(known)}；也可以直接写 overlay.yaml 的路径。",
        )
    return found


def find_rule(snapshot: Snapshot, rule_id: str) -> "Rule | None":
    """The rule as it judges this state."""
    for pack in judging(snapshot).packs:
        found = pack.rule(rule_id)
        if found is not None:
            return found
    return None


def basis_for(snapshot: Snapshot, rule_id: str, fingerprint: str = "") -> str:
    """What a statement or waiver given now rests on; blank when nobody knows the rule (then it never goes stale)."""
    from filingdesk.rules.basis import basis_of
    from filingdesk.rules.engine import judge
    from filingdesk.rules.view import View

    rule = find_rule(snapshot, rule_id)
    if rule is None:
        return ""
    view = View(snapshot)
    if not fingerprint:
        return basis_of(rule, view)
    # What was waived before must not hide the finding that is waived now.
    bare = View(replace(snapshot, waivers={}))
    paths = {f.fingerprint: f.path for f in judge(rule, "", bare).findings}
    return basis_of(rule, view, paths.get(fingerprint, ""))
