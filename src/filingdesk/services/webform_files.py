"""Files that are uploaded to a web form, laid out in a folder where the browser's file dialog finds them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write, safe_file_name, telling
from filingdesk.services.session import Session
from filingdesk.services.webform import LIBRARY_PAPERS, Step

if TYPE_CHECKING:
    from filingdesk.services import papers


@dataclass(frozen=True)
class LaidOut:
    """A file ready for upload; `patterns` are the fields that a paper shows (blank for an attachment)."""

    path: Path
    patterns: tuple[str, ...] = ()


def side_folder(project: Path) -> Path:
    """Where files are laid out when no folder was chosen: beside the project."""
    return project.with_name(f"{project.stem}-填报附件")


def lay_out(session: Session, step: Step, folder: Path) -> LaidOut:
    """Write the file of a step into `folder` (made when missing). A file of the same name and other content is never touched:
    ours then gets another name. Papers are written as finals; `UserError` says why one may not leave the house yet."""
    if step.kind not in ("file", "paper") or not step.value:
        raise UserError("webform.no_file", f"「{step.label}」没有文件。", "请先在主窗口添加。")
    patterns: tuple[str, ...] = ()
    if step.paper:
        data, patterns = _paper(session, step)
    else:
        found = session.attachment(step.reference)
        if found is None:
            raise UserError(
                "attachment.missing", f"项目里没有“{step.value}”的内容。", "请在主窗口重新添加这个文件。"
            )
        data = found
    with telling(folder, "建立"):
        folder.mkdir(parents=True, exist_ok=True)
    return LaidOut(_written(folder, safe_file_name(step.value), data), patterns)


def _paper(session: Session, step: Step) -> tuple[bytes, tuple[str, ...]]:
    from filingdesk.services import papers

    desk = papers.Desk(session)
    fmt = Path(step.value).suffix.removeprefix(".")
    data = desk.make(step.paper, fmt, draft=False)
    return data, _patterns(desk, step.paper)


def patterns_of(session: Session, step: Step) -> tuple[str, ...]:
    """The fields that the paper of a step shows; blank for everything else."""
    from filingdesk.services import papers

    return _patterns(papers.Desk(session), step.paper) if step.paper else ()


def _patterns(desk: "papers.Desk", paper: str) -> tuple[str, ...]:
    from filingdesk.domain.paths import pattern_of

    if paper in LIBRARY_PAPERS:
        return ()
    return tuple(sorted({pattern_of(path) for path in desk.document(paper).used if not path.startswith("@")}))


def _written(folder: Path, name: str, data: bytes) -> Path:
    digest = hashlib.sha256(data).hexdigest()
    stem, suffix = Path(name).stem, Path(name).suffix
    for candidate in (name, f"{stem}-{digest[:8]}{suffix}"):
        path = folder / candidate
        with telling(path, "读取"):
            if not path.exists():
                atomic_write(path, data)
                return path
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                return path
    raise UserError(
        "webform.name_taken", f"“{folder}”里已有同名但内容不同的“{name}”。", "请移走它，或换一个文件夹。"
    )
