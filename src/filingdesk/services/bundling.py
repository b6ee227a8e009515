"""Submission bundles of a project: what goes in, exported as one verified folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from filingdesk import __version__
from filingdesk.bundle.manifest import Manifest, PackEntry, TemplateEntry, WaiverEntry
from filingdesk.bundle.plan import PlannedFile, unique
from filingdesk.bundle.verify import BundleVerification, is_bundle, verify_bundle
from filingdesk.bundle.write import WrittenBundle, check_target, write_bundle
from filingdesk.domain.completeness import lookup, page_questions
from filingdesk.domain.conditions import holds
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import iter_leaves
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.domain.meta import Kind
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.report import DISCLAIMER
from filingdesk.domain.specs import PAGES, Stage, fields, label_of, trail_of
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.files import safe_file_name
from filingdesk.infra.resources import resource_path
from filingdesk.services import looks
from filingdesk.services.catalogue import MATERIALS_LIST, origin_of
from filingdesk.services.papers import Desk, file_name, page_counts
from filingdesk.services.papers_signing import as_data, signature_map
from filingdesk.services.session import Session


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Material(_Data):
    """Files that people attached: those of one field, or the evidence marked for one filing."""

    folder: str
    title: str = ""
    attachments: str = ""
    evidence: Literal["", "算法备案", "大模型备案"] = ""

    @property
    def is_wide(self) -> bool:
        """Does it take every field below a group (`industry.*`)? Each file then goes by the label of its field."""
        return self.attachments.endswith("*")

    def holds(self, pattern: str) -> bool:
        """Are the files of this field among them?"""
        if self.is_wide:
            return pattern.startswith(self.attachments.removesuffix("*"))
        return pattern == self.attachments


class BundleData(_Data):
    """`resources/bundles/*.yaml`: one for each kind of package; the first of a stage whose condition holds is taken."""

    stage: Literal["algorithm", "large-model"]
    title: str
    folder: str
    order: int = 100
    condition: dict[str, Any] | None = Field(default=None, alias="if")
    materials: tuple[Material, ...]


@cache
def _packages() -> tuple[BundleData, ...]:
    files = sorted(resource_path("bundles").glob("*.yaml"))
    found = [BundleData.model_validate(yaml.safe_load(f.read_text(encoding="utf-8"))) for f in files]
    return tuple(sorted(found, key=lambda data: data.order))


def bundle_data(stage: Stage, facts: Facts) -> BundleData:
    """What the folder of this filing is called and holds besides papers: 备案 and 登记 differ."""
    look = lookup(facts)
    return next(d for d in _packages() if d.stage == stage and holds(d.condition, look))


@dataclass(frozen=True)
class PlannedBundle:
    """What would be written: the files in order, and what is left out with the reason."""

    stage: Stage
    folder: str
    files: tuple[PlannedFile, ...]
    left_out: tuple[str, ...]


def plan_bundle(session: Session, stage: Stage, desk: Desk | None = None) -> PlannedBundle:
    """Which files the bundle will hold. Nothing is rendered yet. `UserError` when an attached file is not in the project."""
    desk = desk or Desk(session)
    data = bundle_data(stage, desk.facts)
    files = [*_papers(desk, stage), *_materials(session, desk, data)]
    files.sort(key=lambda f: _folder_order(f.folder))
    placed = unique(files)
    list_paper = desk.paper(MATERIALS_LIST)
    listed = PlannedFile(
        "",
        file_name(list_paper, "docx"),
        list_paper.title,
        lambda: _list(desk, stage, placed),
        template=list_paper.sha256,
    )
    left_out = tuple(_empty_materials(desk, data))
    return PlannedBundle(stage, folder_name(desk.facts, stage), (*unique([listed]), *placed), left_out)


def _folder_order(folder: str) -> tuple[int, str]:
    head = folder.split(" ", 1)[0]
    return (int(head) if head.isdigit() else 99, folder)


def folder_name(facts: Facts, stage: Stage) -> str:
    """What the folder of a bundle is called."""
    data = bundle_data(stage, facts)
    return safe_file_name(f"{facts.subject.name or '未命名主体'}-{data.folder}")


def _papers(desk: Desk, stage: Stage) -> Iterator[PlannedFile]:
    for each in desk.bundled(stage):
        for fmt in each.spec.formats:
            yield PlannedFile(
                each.spec.folder,
                file_name(each, fmt),
                each.title,
                partial(desk.make, each.id, fmt, draft=False),
                template=each.sha256,
            )


def _materials(session: Session, desk: Desk, data: BundleData) -> Iterator[PlannedFile]:
    placed: dict[str, set[str]] = {}
    for material, title, reference, path in _references(desk, data):
        folders = placed.setdefault(reference, set())
        # Evidence that already stands in its own folder is not put in once more.
        if material.folder in folders or ((material.evidence or material.is_wide) and folders):
            continue
        folders.add(material.folder)
        name = parse_attachment(reference).name
        if session.attachment(reference) is None:
            raise UserError(
                "bundle.attachment_missing",
                f"{trail_of(path)}里的附件“{name}”不在项目文件里。",
                "请在该字段重新添加这个文件，或删掉它。",
            )
        yield PlannedFile(material.folder, name, title, partial(_bytes, session, reference))


def _bytes(session: Session, reference: str) -> bytes:
    data = session.attachment(reference)
    if data is None:
        raise UserError(
            "bundle.attachment_missing",
            f"附件“{parse_attachment(reference).name}”不在项目文件里。",
            "请重新添加。",
        )
    return data


def _references(desk: Desk, data: BundleData) -> Iterator[tuple[Material, str, str, str]]:
    """material, title, attachment reference, path of the field."""
    asked = {q.path for page in PAGES for q in page_questions(desk.facts, page)}
    leaves = [
        (path, value)
        for path, spec, value in iter_leaves(desk.facts)
        if spec.meta.kind is Kind.ATTACHMENTS and path in asked
    ]
    for material in data.materials:
        for path, value in leaves:
            if material.holds(pattern_of(path)):
                title = material.title or label_of(path)
                yield from ((material, title, reference, path) for reference in value)
        if material.evidence:
            for index, item in enumerate(desk.facts.evidence):
                if material.evidence in item.stages:
                    for reference in item.files:
                        yield material, item.title, reference, f"evidence[{index}].files"


def _empty_materials(desk: Desk, data: BundleData) -> Iterator[str]:
    """Materials that have no file: told, never silently missing."""
    filled = {(m.folder, m.title, m.evidence) for m, _title, _reference, _path in _references(desk, data)}
    asked = {pattern_of(q.path) for page in PAGES for q in page_questions(desk.facts, page)}
    for material in data.materials:
        if (
            material.attachments in asked
            and (material.folder, material.title, material.evidence) not in filled
        ):
            yield f"{material.folder}：{material.title}（没有附件）"
        elif material.is_wide:
            given = {path for m, _title, _reference, path in _references(desk, data) if m is material}
            for pattern in (p for p in fields() if p in asked and material.holds(p)):
                if pattern not in given and fields()[pattern].meta.kind is Kind.ATTACHMENTS:
                    yield f"{material.folder}：{label_of(pattern)}（没有附件）"


def _list(desk: Desk, stage: Stage, files: Sequence[PlannedFile]) -> bytes:
    counts = page_counts(desk, stage)
    rows = [
        {**_row(number, file), "pages": counts.get((file.folder, file.name), 0)}
        for number, file in enumerate(files, 1)
    ]
    signatures = as_data(signature_map(desk, desk.bundled(stage)))
    return desk.make(MATERIALS_LIST, "docx", draft=False, files=rows, stage=stage, signatures=signatures)


def _row(number: int, file: PlannedFile) -> dict[str, Any]:
    stem, _dot, suffix = file.name.rpartition(".")
    return {"number": str(number), "name": stem or file.name, "format": suffix.upper(), "note": file.folder}


def export_bundle(
    session: Session,
    stage: Stage,
    out: Path,
    *,
    replace: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
    desk: Desk | None = None,
) -> WrittenBundle:
    """Write the bundle of one filing below the folder `out`; refused while a blocker stands that is neither mended nor waived.

    The folder appears as a whole or not at all. `UserError` says what is in the way.
    """
    desk = desk or Desk(session)
    for each in desk.bundled(stage):
        desk.check_final(each)
    planned = plan_bundle(session, stage, desk)
    target = out / planned.folder
    check_target(target, replace=replace)
    return write_bundle(
        target, planned.files, _manifest(desk, stage), replace=replace, cancel=cancel, report=report
    )


def _manifest(desk: Desk, stage: Stage) -> Manifest:
    results = desk.report.for_stage(stage).with_status("waived")
    waivers = desk.snapshot.waivers
    entries = [
        WaiverEntry(rule=w.rule, reason=w.reason, who=w.who, at=w.at)
        for r in results
        for w in waivers.values()
        if w.rule == r.id
    ]
    return Manifest(
        stage=stage,
        title=bundle_data(stage, desk.facts).title,
        subject=desk.facts.subject.name,
        project_revision=desk.snapshot.revision,
        as_of=desk.snapshot.as_of.isoformat(),
        program=f"filingdesk {__version__}",
        packs=tuple(PackEntry(id=p.id, version=p.version, sha256=p.sha256) for p in desk.report.packs),
        waivers=tuple(entries),
        templates=tuple(
            TemplateEntry(**origin_of(desk.catalogue, paper_id))
            for paper_id in (MATERIALS_LIST, *(each.id for each in desk.bundled(stage)))
        )
        + tuple(TemplateEntry(**entry) for entry in looks.for_manifest(desk.look)),
        files=(),
        disclaimer=DISCLAIMER,
    )


def verify(path: Path) -> BundleVerification:
    """Compare a bundle folder with its manifest."""
    if not path.is_dir() or not is_bundle(path):
        raise UserError(
            "verify.not_bundle", f"“{path}”不是提交包文件夹（没有 manifest.json）。", "请选择导出的提交包。"
        )
    return verify_bundle(path)
