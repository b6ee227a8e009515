"""Verifies a bundle folder against its manifest and names every file that is missing, changed or added."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filingdesk.bundle.manifest import MANIFEST_NAME, Manifest, read_manifest
from filingdesk.infra.files import telling

ProblemKind = Literal["missing", "changed", "added", "manifest"]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class BundleProblem:
    """One file that is not as the manifest says; `path` is POSIX, below the bundle folder."""

    path: str
    kind: ProblemKind
    message: str


@dataclass(frozen=True)
class BundleVerification:
    """The outcome: `files` counts what was compared, the manifest included."""

    files: int
    problems: tuple[BundleProblem, ...]
    manifest: Manifest | None = None

    @property
    def ok(self) -> bool:
        return not self.problems


def is_bundle(folder: Path) -> bool:
    """Does this folder hold a manifest of ours (intact or not)?"""
    return (folder / MANIFEST_NAME).is_file()


def verify_bundle(folder: Path) -> BundleVerification:
    """Compare every file with the manifest. Raises `UserError` when the folder cannot be read."""
    with telling(folder, "读取"):
        manifest_path = folder / MANIFEST_NAME
        if not manifest_path.is_file():
            problem = BundleProblem(MANIFEST_NAME, "missing", "缺少清单文件，无法校验其余文件")
            return BundleVerification(0, (problem,))
        manifest = read_manifest(manifest_path.read_bytes())
        if manifest is None:
            problem = BundleProblem(MANIFEST_NAME, "manifest", "清单文件被改动或损坏，无法校验其余文件")
            return BundleVerification(1, (problem,))
        problems = tuple(_compare(folder, manifest))
    return BundleVerification(len(manifest.files) + 1, problems, manifest)


def _compare(folder: Path, manifest: Manifest) -> Iterator[BundleProblem]:
    known = {MANIFEST_NAME}
    for entry in manifest.files:
        known.add(entry.path)
        path = folder / entry.path
        if path.is_symlink() or not path.is_file():
            yield BundleProblem(entry.path, "missing", "文件不见了")
        elif path.stat().st_size != entry.size:
            yield BundleProblem(
                entry.path, "changed", f"大小变了：清单 {entry.size} 字节，现在 {path.stat().st_size} 字节"
            )
        elif _sha256(path) != entry.sha256:
            yield BundleProblem(entry.path, "changed", "内容变了：SHA-256 与清单不一致")
    for root, _folders, names in os.walk(folder):
        for name in sorted(names):
            relative = Path(root, name).relative_to(folder).as_posix()
            if relative not in known:
                yield BundleProblem(relative, "added", "清单里没有这个文件")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
