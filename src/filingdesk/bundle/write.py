"""Writes a bundle: into a staging folder, then renamed as a whole; never over a folder that is not ours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filingdesk.bundle.manifest import MANIFEST_NAME, FileEntry, Manifest, read_manifest
from filingdesk.bundle.plan import PlannedFile
from filingdesk.bundle.verify import verify_bundle
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.infra.files import atomic_dir, telling


@dataclass(frozen=True)
class WrittenBundle:
    """Where a bundle stands and what it holds."""

    path: Path
    manifest: Manifest


def check_target(target: Path, *, replace: bool) -> None:
    """Raise `UserError` when `target` may not be written: it exists and is not ours, was changed, or `replace` is off."""
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise UserError("bundle.exists", f"“{target}”已经存在，而且不是文件夹。", "请换一个位置。")
    with telling(target, "读取"):
        names = [p.name for p in target.iterdir()]
        manifest_path = target / MANIFEST_NAME
        ours = manifest_path.is_file() and read_manifest(manifest_path.read_bytes()) is not None
    if not names:
        return
    if not ours:
        raise UserError(
            "bundle.foreign",
            f"文件夹“{target}”里有不是本程序写的内容，没有写入。",
            "请选择一个新的或空的文件夹。",
        )
    if not replace:
        raise UserError(
            "bundle.exists", f"提交包“{target}”已经存在。", "请换一个位置，或选择覆盖旧的提交包。"
        )
    problems = verify_bundle(target).problems
    if problems:
        raise UserError(
            "bundle.changed",
            f"旧提交包“{target}”被改动过（{problems[0].path}：{problems[0].message}），没有覆盖。",
            "请先移走这个文件夹，或换一个位置。",
        )


def write_bundle(
    target: Path,
    files: Sequence[PlannedFile],
    manifest: Manifest,
    *,
    replace: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> WrittenBundle:
    """Write `files` and the manifest (its `files` and `seal` are filled here) to `target`; all of it or nothing.

    Raises `UserError` (target refused, disk full …) and `Cancelled`; then nothing is left behind.
    """
    cancel = cancel or Cancel()
    check_target(target, replace=replace)
    existed = target.exists()
    with atomic_dir(target, replace=existed) as staging:
        entries = []
        for index, file in enumerate(files):
            cancel.check()
            report(Progress(index, len(files), f"正在生成 {file.name}"))
            entries.append(_write_one(staging, file))
        sealed = manifest.model_copy(update={"files": tuple(entries)}).sealed()
        (staging / MANIFEST_NAME).write_bytes(sealed.to_bytes())
        cancel.check()
    report(Progress(len(files), len(files), "提交包已生成"))
    return WrittenBundle(target, sealed)


def _write_one(staging: Path, file: PlannedFile) -> FileEntry:
    data = file.make()
    path = staging / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return FileEntry(
        path=file.path,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        title=file.title,
        template=file.template,
    )
