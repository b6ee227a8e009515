"""What a filing is compared with: samples of the program, earlier files that the user points to, other projects. Only reads."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from filingdesk.domain.errors import Cancelled, UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import iter_leaves
from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import fields, page_of, trail_of
from filingdesk.services.workspace import SUFFIX, Workspace

SourceKind = Literal["template", "sample", "earlier", "project"]
KIND_WORDS: dict[SourceKind, str] = {
    "template": "自带模板",
    "sample": "自带示例",
    "earlier": "以前的材料",
    "project": "其他项目",
}
MAX_FILES = 500
_READ = frozenset({".docx", ".docm", ".pdf", ".txt", ".md", ".html", ".htm"})
_SHORTEST = 12
"""Letters; shorter pieces say nothing about copying."""


@dataclass(frozen=True)
class Passage:
    """One piece of text to compare with: `where` is the file, project or sample, `place` stands in it."""

    kind: SourceKind
    where: str
    place: str
    text: str


@dataclass(frozen=True)
class Skipped:
    """Something that was not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Sources:
    """What was read and what was not. `names`: how many passages each file or project gave."""

    passages: tuple[Passage, ...]
    names: tuple[tuple[SourceKind, str, int], ...]
    skipped: tuple[Skipped, ...]


def collect(
    workspace: Workspace, own: Path, against: Sequence[Path], cancel: Cancel, report: Report
) -> Sources:
    """The samples of the program, then everything in `against`: project files, files, folders (with projects in them).

    `own` (the project itself) is left out. `UserError` when a given path is not there; what cannot be read is listed.
    """
    found: list[Passage] = list(_samples())
    skipped: list[Skipped] = []
    names: list[tuple[SourceKind, str, int]] = [("sample", "填写示例", len(found))]
    seen: set[str] = set()
    files = list(_walk(against, skipped))
    for number, path in enumerate(files):
        cancel.check()
        report(Progress(number, len(files), f"正在读 {path.name}"))
        if path.suffix.lower() == SUFFIX:
            if path.resolve() == own.resolve():
                continue
            passages = _of_project(workspace, path, skipped)
        else:
            digest = _digest(path, skipped)
            if not digest or digest in seen:
                continue
            seen.add(digest)
            passages = _of_file(path, skipped, cancel)
        if passages:
            names.append((passages[0].kind, passages[0].where, len(passages)))
        found += passages
    return Sources(tuple(found), tuple(names), tuple(skipped))


@cache
def _samples() -> tuple[Passage, ...]:
    """The good examples beside the fields: told to be followed, not to be copied."""
    passages = []
    for pattern, spec in fields().items():
        page = page_of(pattern)
        if page is not None and spec.meta.kind is Kind.LONG_TEXT and len(spec.meta.good) >= _SHORTEST:
            place = f"「{page.title}」{spec.meta.label}的好写法"
            passages.append(Passage("sample", "填写示例", place, spec.meta.good))
    return tuple(passages)


def _walk(against: Sequence[Path], skipped: list[Skipped]) -> Iterator[Path]:
    count = 0
    for given in against:
        if not given.exists():
            raise UserError("boilerplate.missing", f"找不到“{given}”。", "请检查路径。")
        inside = [given] if given.is_file() else sorted(p for p in given.rglob("*") if p.is_file())
        papers = {p.with_suffix("") for p in inside if p.suffix.lower() in {".docx", ".docm"}}
        for path in inside:
            suffix = path.suffix.lower()
            if path.name.startswith(("~$", ".")) or (path != given and suffix not in {*_READ, SUFFIX}):
                continue
            if suffix == ".pdf" and path.with_suffix("") in papers:
                continue  # the same paper stands beside it as Word
            if count == MAX_FILES:
                skipped.append(Skipped(given.name, f"文件超过 {MAX_FILES} 个，后面的没有读"))
                return
            count += 1
            yield path


def _digest(path: Path, skipped: list[Skipped]) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        skipped.append(Skipped(path.name, f"读不出来（{error.strerror}）"))
        return ""


def _of_file(path: Path, skipped: list[Skipped], cancel: Cancel) -> list[Passage]:
    from filingdesk.materials.reading import read_file

    read = read_file(path, cancel)
    if not read.readable:
        skipped.append(Skipped(path.name, read.failed))
        return []
    skipped.extend(Skipped(path.name, partly) for partly in read.partly)
    return [
        Passage("earlier", path.name, piece.place, cell)
        for piece in read.pieces
        if piece.shape != "heading"
        for cell in piece.text.split("\t")
        if len(cell.strip()) >= _SHORTEST
    ]


def _of_project(workspace: Workspace, path: Path, skipped: list[Skipped]) -> list[Passage]:
    """The longer answers of another project. It is opened to be read only and closed at once."""
    try:
        session = workspace.open(path, read_only=True)
    except Cancelled:
        raise
    except UserError as error:
        skipped.append(Skipped(path.name, error.message))
        return []
    try:
        return list(_answers(session.facts, path.stem))
    finally:
        session.close()


def _answers(facts: Facts, where: str) -> Iterator[Passage]:
    for path, spec, value in iter_leaves(facts):
        if spec.meta.kind is not Kind.LONG_TEXT or spec.meta.personal or not isinstance(value, str):
            continue
        for line in value.splitlines():
            if len(line.strip()) >= _SHORTEST:
                yield Passage("project", where, trail_of(path), line.strip())
