"""What there is to compare: the papers as they would be made now, the attached files, and files from outside."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filingdesk.bundle.manifest import MANIFEST_NAME
from filingdesk.documents import blocks
from filingdesk.domain.errors import UserError
from filingdesk.domain.flat import get, iter_leaves
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.specs import Stage, stage_of, trail_of
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.files import telling
from filingdesk.materials.matrix import Proofs
from filingdesk.materials.pieces import FileText, Piece
from filingdesk.services.catalogue import MATERIALS_LIST
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session

SourceKind = Literal["paper", "attachment", "file"]
KIND_WORDS: dict[SourceKind, str] = {"paper": "生成的文书", "attachment": "项目附件", "file": "外部文件"}
MAX_FILES = 500
_TABLES_OF_ROWS = {
    "keywords-list",
    "question-bank",
}  # thousands of rows of words and questions: no statements of facts


@dataclass(frozen=True)
class Source:
    """One column of the matrix.

    `id` is stable between runs; `where` tells where it hangs (a field's trail or a folder); `proof`: another company
    speaks in it. `path` is a file on disk, `paper` a paper's id, `reference` an attachment's, `field` the path of the
    field it is attached to.
    """

    id: str
    name: str
    kind: SourceKind
    stage: Stage | None = None
    where: str = ""
    proof: bool = False
    path: Path | None = None
    paper: str = ""
    reference: str = ""
    field: str = ""


@dataclass(frozen=True)
class Loaded:
    """A source and how to get at it: `digest` of its content, `text` when no reading is needed, else `data`."""

    source: Source
    digest: str
    text: FileText | None = None
    data: Callable[[], bytes] | None = None


def collect(
    session: Session, desk: Desk, proofs: Proofs, *, stage: Stage | None, files: Sequence[Path]
) -> list[Loaded]:
    """Papers, attachments (each file once) and the given files and folders. `UserError` when a given path is not there."""
    found = list(_papers(desk, stage))
    found += _attachments(session, desk, proofs, stage)
    seen = {loaded.digest for loaded in found}
    for path, where in _walk(files):
        loaded = _file(path, where, proofs)
        # The same bytes as an attachment are read once, under the name of the attachment.
        if loaded.digest not in seen:
            seen.add(loaded.digest)
            found.append(loaded)
    return found


def _papers(desk: Desk, stage: Stage | None) -> Iterator[Loaded]:
    for paper in desk.wanted(stage):
        if paper.id in _TABLES_OF_ROWS or paper.id == MATERIALS_LIST:
            continue
        document = desk.document(paper.id)
        text = FileText(tuple(pieces_of(document)))
        digest = hashlib.sha256(repr([p.as_list() for p in text.pieces]).encode()).hexdigest()
        of_stage: Stage | None = None if paper.spec.stage == "both" else paper.spec.stage
        source = Source(
            f"paper:{paper.id}", f"《{paper.title}》", "paper", of_stage, "生成的文书", paper=paper.id
        )
        yield Loaded(source, digest, text)


def _attachments(session: Session, desk: Desk, proofs: Proofs, stage: Stage | None) -> Iterator[Loaded]:
    seen: set[str] = set()
    for path, spec, value in iter_leaves(desk.facts):
        if spec.meta.kind is not Kind.ATTACHMENTS or spec.meta.personal:
            continue
        of_stage = stage_of(path)
        if stage is not None and of_stage not in (None, stage):
            continue
        for reference in value:
            name, digest = parse_attachment(reference).name, parse_attachment(reference).digest
            if reference in seen:
                continue
            seen.add(reference)
            source = Source(
                f"attachment:{reference}",
                name,
                "attachment",
                of_stage,
                trail_of(path),
                proof=_is_proof(desk, proofs, path),
                reference=reference,
                field=path,
            )
            yield Loaded(source, digest or reference, None, _of_attachment(session, reference))


def _of_attachment(session: Session, reference: str) -> Callable[[], bytes]:
    def data() -> bytes:
        found = session.attachment(reference)
        if found is None:
            raise UserError("attachment.missing", "不在项目文件里。", "请在所在字段重新添加这个文件。")
        return found

    return data


def _is_proof(desk: Desk, proofs: Proofs, path: str) -> bool:
    pattern = pattern_of(path)
    if pattern == "evidence[].files":
        return get(desk.facts, f"{parent_of(path)}.kind") in proofs.evidence_kinds
    return pattern in proofs.patterns


def _walk(files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file below the given paths with the words where it lies; our own manifest and lock files are not material."""
    count = 0
    for given in files:
        if not given.exists():
            raise UserError("consistency.missing", f"找不到“{given}”。", "请检查路径。")
        inside = [given] if given.is_file() else sorted(p for p in given.rglob("*") if p.is_file())
        for path in inside:
            if path.name in {MANIFEST_NAME, "Thumbs.db", ".DS_Store"} or path.name.startswith(("~$", ".")):
                continue
            if path.suffix.lower() == ".fdproj":
                continue
            count += 1
            if count > MAX_FILES:
                raise UserError(
                    "consistency.too_many",
                    f"文件超过 {MAX_FILES} 个，没有核对。",
                    "请只选要提交的文件或文件夹。",
                )
            where = str(path.parent.relative_to(given.parent)) if path != given else str(path.parent)
            yield path, where


def _file(path: Path, where: str, proofs: Proofs) -> Loaded:
    with telling(path, "读取"):
        data = path.read_bytes()
    proof = re.search(proofs.file_names, path.name) is not None
    source = Source(f"file:{path}", path.name, "file", None, where, proof=proof, path=path)
    return Loaded(source, hashlib.sha256(data).hexdigest()[:16], None, lambda: data)


def pieces_of(document: blocks.Document) -> Iterator[Piece]:
    """The text of a rendered paper in the shape a reader of files would give it. Marks of blank facts are left out."""
    paragraph = table = 0
    for block in document.blocks:
        if isinstance(block, blocks.KeyValue):
            block = block.as_table()
        if isinstance(block, blocks.Table):
            table += 1
            rows = blocks.grid((*block.head, *block.rows), len(block.columns))
            for index, row in enumerate(rows):
                cells = [_lines(cell.paras) for cell, by_column, _by_row in row if by_column]
                if any(cells):
                    yield Piece("\t".join(cells), f"表 {table} 第 {index + 1} 行", "row", table, index)
            continue
        if getattr(block, "number", "").startswith("图"):  # a picture or a chart
            caption = " ".join(_text(para) for para in blocks.paras_of(block))
            yield Piece(f"{getattr(block, 'number', '')} {caption}", f"第 {paragraph} 段后的图", images=1)
            continue
        heading = isinstance(block, blocks.Heading | blocks.Title)
        for para in blocks.paras_of(block):
            text = _text(para)
            if text.strip():
                paragraph += 1
                yield Piece(text, f"第 {paragraph} 段", "heading" if heading else "text")


def _text(runs: Iterable[blocks.Run]) -> str:
    return "".join(run.text for run in runs if not run.gap)


def _lines(paras: blocks.Paras) -> str:
    return "\n".join(text for para in paras if (text := _text(para).replace("\t", " ").strip()))
