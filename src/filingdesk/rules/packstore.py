"""The user's folder of rule packs: local rules put there by hand, and pack versions kept so that an old report can be made again."""

import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from filingdesk.domain.errors import UserError
from filingdesk.domain.report import PackRef
from filingdesk.infra.files import atomic_dir, telling
from filingdesk.infra.paths import config_dir
from filingdesk.infra.resources import resource_path
from filingdesk.rules.overlay import FILE, Overlay, check_overlay, load_overlay
from filingdesk.rules.pack import Pack
from filingdesk.rules.registry import load_all, load_pack

State = Literal["local", "kept", "refused"]
STATE_WORDS: dict[State, str] = {"local": "可用", "kept": "旧版本，留作复核", "refused": "没有载入"}
_FILES = ("pack.yaml", "clauses.yaml", "rules.yaml", "risks.yaml", FILE)


@dataclass(frozen=True)
class UserPack:
    """One entry of the user's folder. `reason` says, with file and line, why a refused one was not loaded."""

    folder: Path
    state: State
    pack: Pack | None = None
    overlay: Overlay | None = None
    reason: str = ""

    @property
    def ref(self) -> PackRef | None:
        """Id, version and hash; None when it could not be read."""
        loaded = self.pack or self.overlay
        return loaded.ref if loaded else None


def folder() -> Path:
    """Where packs and overlays of this user lie; made when missing."""
    place = config_dir() / "packs"
    with telling(place, "建立"):
        place.mkdir(parents=True, exist_ok=True)
    return place


def user_packs() -> list[UserPack]:
    """Everything in the user's folder, each validated on its own: one bad pack does not hide the others."""
    shipped = {pack.id: pack for pack in load_all()}
    read = [_read(entry, shipped) for entry in sorted(folder().iterdir()) if not entry.name.startswith(".")]
    overlays = {each.overlay.id: each.overlay for each in read if each.overlay}
    checked, seen = [], set[str]()
    for each in read:
        if each.overlay is not None:
            try:
                if each.overlay.id in seen or each.overlay.id in shipped:
                    raise each.overlay.file.refuse("编号已被别的规则包使用", "id")
                check_overlay(
                    each.overlay, shipped.values(), lambda name: overlays.get(name) or shipped_overlay(name)
                )
            except UserError as error:
                checked.append(UserPack(each.folder, "refused", reason=error.message))
                continue
            seen.add(each.overlay.id)
        checked.append(each)
    return checked


def _read(entry: Path, shipped: dict[str, Pack]) -> UserPack:
    try:
        if entry.suffix == ".yaml" or (entry / FILE).is_file():
            return UserPack(entry, "local", overlay=load_overlay(entry))
        pack = load_pack(entry)
    except UserError as error:
        return UserPack(entry, "refused", reason=error.message)
    same = shipped.get(pack.id)
    if same is None:
        return UserPack(entry, "local", pack)
    return UserPack(entry, "kept", pack)


@lru_cache(maxsize=1)
def shipped_overlays() -> tuple[Overlay, ...]:
    """The overlays that come with the program: examples, off until a project switches one on."""
    return tuple(load_overlay(file.parent) for file in sorted(resource_path("rulesets").glob(f"*/{FILE}")))


def shipped_overlay(identity: str) -> Overlay | None:
    """One of them by id."""
    return next((each for each in shipped_overlays() if each.id == identity), None)


def find_overlay(identity: str) -> Overlay | None:
    """The overlay of this id among the shipped ones or in the user's folder; None when there is none that can be read."""
    found = shipped_overlay(identity)
    for entry in sorted(folder().iterdir()) if found is None else ():
        file = entry if entry.suffix == ".yaml" else entry / FILE
        if not entry.name.startswith(".") and file.is_file():
            each = _overlay_at(file, file.stat().st_mtime_ns)
            if each is not None and each.id == identity:
                return each
    return found


@lru_cache(maxsize=64)
def _overlay_at(file: Path, _changed: int) -> Overlay | None:
    try:
        return load_overlay(file)
    except UserError:
        return None  # `user_packs` lists it with the reason


def keep(pack: Pack) -> Path | None:
    """Keep a copy of this version in the user's folder, so that it can judge after an update; None when it has no files."""
    if pack.folder is None or pack.data.overlay_of:
        return None
    target = _place(pack.ref)
    if target.is_dir():
        return target
    with atomic_dir(target) as staging:
        for name in _FILES:
            if (pack.folder / name).is_file():
                shutil.copyfile(pack.folder / name, staging / name)
    return target


def _place(ref: PackRef) -> Path:
    return folder() / f"{ref.id}-{ref.version}-{ref.sha256[:8]}"


@lru_cache(maxsize=32)
def load_version(ref: PackRef) -> Pack:
    """Exactly this pack: the shipped one, or the copy kept in the user's folder. `UserError` when neither has this content."""
    shipped = next((pack for pack in load_all() if pack.id == ref.id), None)
    if shipped is not None and shipped.sha256 == ref.sha256:
        return shipped
    for entry in (_place(ref), folder() / f"{ref.id}-{ref.version}"):
        if entry.is_dir():
            pack = load_pack(entry)
            if pack.sha256 == ref.sha256:
                return pack
    raise UserError(
        "pack.version_missing",
        f"这台电脑上没有规则包“{ref.id}”的 {ref.version} 版（SHA-256 {ref.sha256[:12]}…）。",
        f"从当时的电脑把这一版复制到 {folder()}，或者改用现行规则。",
    )
