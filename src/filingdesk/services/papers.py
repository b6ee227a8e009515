"""Papers of a project: which ones, how complete, previewed, and written as Word, PDF or Excel."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filingdesk.documents.blocks import Document, Gap, TocPlace
from filingdesk.documents.pages import PageMap
from filingdesk.documents.paper import Paper
from filingdesk.documents.render import render, write, write_with_pages
from filingdesk.documents.rewriting import Override, Rewritten
from filingdesk.domain.completeness import lookup
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.paths import pattern_of
from filingdesk.domain.records import BANKS
from filingdesk.domain.report import CheckReport, Finding
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import Stage, label_of
from filingdesk.infra.files import atomic_write, safe_file_name
from filingdesk.services import (
    architecture,
    checking,
    exports,
    formatting,
    forms,
    interception,
    interception_words,
    keywords,
    looks,
    overrides,
    questions,
)
from filingdesk.services.catalogue import catalogue, plain
from filingdesk.services.paper_data import paper_data
from filingdesk.services.questions import BANK_NAMES
from filingdesk.services.session import Session

FORMATS = ("docx", "pdf", "html", "xlsx")
_SHEETS = {"keywords-list", "question-bank"}


def paper(paper_id: str) -> Paper:
    """One shipped paper by id; `UserError` names the known ones."""
    return plain().paper(paper_id)


def wanted(facts: Facts, stage: Stage | None = None) -> list[Paper]:
    """The shipped papers that these facts call for; of an open project ask its `catalogue` or `Desk.wanted`."""
    return plain().wanted(facts, stage)


def bundled(facts: Facts, stage: Stage) -> list[Paper]:
    """Those of them that leave the house with the bundle; of an open project ask `Desk.bundled`."""
    return plain().bundled(facts, stage)


@dataclass(frozen=True)
class PaperStatus:
    """How far one paper is. `asked` facts, `filled` of them; `gaps` name the others. `blockers` are findings of its filing that
    forbid a final."""

    paper: Paper
    asked: int
    filled: int
    gaps: tuple[Gap, ...]
    blockers: int
    fault: str = ""
    """Why nothing can be made of it: its own template does not fit the facts; blank when all is well."""
    rewritten: int = 0
    """Paragraphs in the project's own words (`services.overrides`)."""
    stale: int = 0
    """Words of the project that had to be left out; a final waits for a decision on them."""

    @property
    def id(self) -> str:
        return self.paper.id

    @property
    def title(self) -> str:
        return self.paper.title

    @property
    def ratio(self) -> float:
        return self.filled / self.asked if self.asked else 1.0

    @property
    def complete(self) -> bool:
        """Are all its facts there? (Blockers may still forbid a final.)"""
        return not self.gaps and not self.fault


class Desk:
    """Papers over one frozen state: judged once, rendered as often as needed. Free of the window; safe to use in a job."""

    def __init__(
        self, session: Session, snapshot: Snapshot | None = None, report: CheckReport | None = None
    ) -> None:
        self._session = session
        self.snapshot = snapshot or session.snapshot()
        self.catalogue = catalogue(session)
        self.report = report or checking.check_snapshot(self.snapshot)
        self.data = {
            **paper_data(self.snapshot, self.report),
            **interception_words.paper_data(interception.latest(session)),
            "papers": self.catalogue.names(self.facts),
            "architecture": architecture.paper_data(*architecture.of_project(session, self.facts)),
        }
        self._formatter = formatting.formatter_of(session, self.facts)
        self._set: dict[tuple[str, bool], tuple[bytes, PageMap]] = {}
        self._overrides = overrides.kept(session)
        self.look = looks.of_project(session)
        self.exports: dict[str, exports.Export] = {}
        """paper → its Word file as made last, to be kept on record by whoever hands the file out (`exports.note`)."""

    @property
    def facts(self) -> Facts:
        return self.snapshot.facts

    def paper(self, paper_id: str) -> Paper:
        """One paper under the name that the facts call for."""
        return self.catalogue.paper(paper_id).placed(lookup(self.facts))

    def wanted(self, stage: Stage | None = None) -> list[Paper]:
        """The papers this filing needs."""
        return self.catalogue.wanted(self.facts, stage)

    def bundled(self, stage: Stage) -> list[Paper]:
        """The papers that leave the house with the bundle of one filing."""
        return self.catalogue.bundled(self.facts, stage)

    def document(self, paper_id: str, *, draft: bool = True, **more: Any) -> Document:
        """The blocks of one paper; `more` adds computed data (the files of a bundle)."""
        return self.rewritten(paper_id, draft=draft, **more).document

    def plain_document(self, paper_id: str, *, draft: bool = True, **more: Any) -> Document:
        """The blocks as the template gives them, without the words of the project in their place."""
        self.catalogue.readable(paper_id)
        if form := self.catalogue.forms.get(paper_id):
            return forms.document(self._session, form, self.facts, self.data, draft=draft)
        return self.document_of(self.paper(paper_id), draft=draft, **more)

    def overrides(self, paper_id: str) -> dict[str, Override]:
        """What this project says in its own words in a paper, by anchor."""
        return self._overrides.get(paper_id, {})

    def rewritten(self, paper_id: str, *, draft: bool = True, **more: Any) -> Rewritten:
        """A paper with the words of the project in it, and which of them no longer fit."""
        plain = self.plain_document(paper_id, draft=draft, **more)
        return overrides.apply(plain, self.overrides(paper_id), self.facts)

    def document_of(
        self, found: Paper, *, draft: bool = True, facts: Facts | None = None, **more: Any
    ) -> Document:
        """The blocks of a paper that may not be in the catalogue (a template that is being edited), with other facts if asked."""
        return render(found, facts or self.facts, label_of, {**self.data, **more}, draft, self._formatter)

    def typing(self, facts: Facts) -> "Desk":
        """The same desk with facts that are just being typed; what was computed and judged stays until they are stored."""
        other = copy(self)
        other.snapshot, other._set = replace(self.snapshot, facts=facts), {}
        return other

    def attachment(self, reference: str) -> bytes | None:
        """The bytes of an attachment of the project."""
        return self._session.attachment(reference)

    def preview(self, paper_id: str) -> str:
        """The paper as html for the window; an Excel paper is described instead."""
        from filingdesk.documents.html_writer import write_html

        return write_html(self.document(paper_id), self._session.attachment)

    def status(self, paper_id: str) -> PaperStatus:
        """How far one paper is."""
        found = self.paper(paper_id)
        blockers = len(self.blockers(found))
        if paper_id in _SHEETS:
            gaps = self._sheet_gaps(paper_id)
            return PaperStatus(found, 1, 0 if gaps else 1, gaps, blockers)
        try:
            done = self.rewritten(paper_id)
        except UserError as error:
            if paper_id not in self.catalogue.own and paper_id not in self.catalogue.forms:
                raise
            return PaperStatus(found, 0, 0, (), blockers, error.message)
        document, own, stale = done.document, len(done.applied), len(done.stale)
        gaps = tuple(document.gaps)
        # A list may miss several things under one path (a contact and a signatory of each role): each is asked for.
        missing = {g.path for g in gaps}
        asked = len({*document.used, *missing}) + len(gaps) - len(missing)
        filled = max(0, asked - len(gaps))
        return PaperStatus(found, asked, filled, gaps, blockers, rewritten=own, stale=stale)

    def _sheet_gaps(self, paper_id: str) -> tuple[Gap, ...]:
        if paper_id == "keywords-list":
            return () if self.snapshot.keywords.total else (Gap("@library/keywords", "拦截关键词库"),)
        return tuple(Gap(f"@library/{b}", BANK_NAMES[b]) for b in BANKS if not self.snapshot.banks[b].total)

    def blockers(self, found: Paper) -> tuple[Finding, ...]:
        """The findings that forbid a final of this paper: those of its filing, unless the paper is none of a filing's."""
        if found.spec.on_request:
            return ()
        stages = {found.spec.stage, "both"}
        return tuple(f for f in self.report.findings if f.severity == "blocker" and f.stage in stages)

    def check_final(self, found: Paper) -> None:
        """Raise `UserError` when a final of this paper may not leave the house yet."""
        blockers = self.blockers(found)
        errors = [r for r in self.report.with_status("error") if r.stage in {found.spec.stage, "both"}]
        if blockers:
            first = "、".join(f.rule for f in blockers[:3])
            raise UserError(
                "papers.blocked",
                f"《{found.title}》所属的备案还有 {len(blockers)} 条阻断（{first} 等），不能出正式稿。",
                "请先处理或写明理由；也可以先出草稿。",
            )
        if errors:
            raise UserError(
                "papers.error",
                f"规则 {errors[0].id} 没有得出结论，不能出正式稿。",
                "请先出草稿，并报告这个问题。",
            )
        if self.overrides(found.id):
            overrides.check_final(found.title, self.rewritten(found.id, draft=False))

    def make(self, paper_id: str, fmt: str, *, draft: bool, **more: Any) -> bytes:
        """One paper in one format, as bytes. Same facts, same bytes. `UserError` for blockers, gaps, missing glyphs."""
        found = self.paper(paper_id)
        if fmt not in (*found.spec.formats, "html"):
            raise UserError(
                "papers.format",
                f"《{found.title}》没有 {fmt} 格式。",
                f"可用：{'、'.join(found.spec.formats)}。",
            )
        if not draft:
            self.check_final(found)
        if paper_id in _SHEETS:
            return self._sheet(paper_id, draft=draft)
        if (form := self.catalogue.forms.get(paper_id)) and fmt == "docx":
            return forms.fill(self._session, form, self.facts, self.data, draft=draft).data
        if fmt == "pdf" and not more:
            return self._pdf(paper_id, draft)[0]
        document = self.document(paper_id, draft=draft, **more)
        has_contents = any(isinstance(block, TocPlace) for block in document.blocks)
        pages = self.layout(paper_id, draft=draft) if fmt == "docx" and has_contents and not more else None
        return self._write(document, fmt, pages)

    def _write(self, document: Document, fmt: str, pages: PageMap | None = None) -> bytes:
        origin = None
        if fmt == "docx":
            template = self.paper(document.id).sha256
            origin, self.exports[document.id] = exports.origin_of(
                document, self.facts, template, self.snapshot.as_of
            )
        return write(
            document,
            fmt,
            images=self._session.attachment,
            made=self.snapshot.as_of,
            author=self.facts.subject.name,
            pages=pages,
            origin=origin,
            look=self.look,
        )

    def _pdf(self, paper_id: str, draft: bool) -> tuple[bytes, PageMap]:
        """The pdf of a paper with what came to stand where; set once, for Word's contents and the map of signatures use it."""
        key = (paper_id, draft)
        if key not in self._set:
            self._set[key] = write_with_pages(
                self.document(paper_id, draft=draft),
                images=self._session.attachment,
                made=self.snapshot.as_of,
                author=self.facts.subject.name,
                look=self.look,
            )
        return self._set[key]

    def layout(self, paper_id: str, *, draft: bool = True) -> PageMap | None:
        """On which pages of the pdf headings and signatures stand; None when the pdf cannot be made."""
        try:
            return self._pdf(paper_id, draft)[1]
        except UserError:
            return None

    def _sheet(self, paper_id: str, *, draft: bool) -> bytes:
        from filingdesk.documents import sheets

        gaps = self._sheet_gaps(paper_id)
        if gaps and not draft:
            raise UserError(
                "papers.gaps", f"《{self.paper(paper_id).title}》还缺：{gaps[0].label}。", "请先导入。"
            )
        title = self.facts.subject.name
        if paper_id == "keywords-list":
            sheet = sheets.keyword_sheet(keywords.keyword_rows(self._session))
            return sheets.write_xlsx([sheet], title=title)
        banks = [
            sheets.question_sheet(BANK_NAMES[b], questions.question_rows(self._session, b)) for b in BANKS
        ]
        return sheets.write_xlsx(banks, title=title)


def uses(desk: Desk) -> dict[str, list[str]]:
    """pattern of a field → titles of the papers that show or need it, as the facts stand."""
    found: dict[str, list[str]] = {}
    for each in desk.wanted():
        if each.id in _SHEETS:
            continue
        try:
            document = desk.document(each.id)
        except UserError:
            if each.id in desk.catalogue.own or each.id in desk.catalogue.forms:  # its status says why
                continue
            raise
        patterns = {pattern_of(p) for p in (*document.used, *(g.path for g in document.gaps))}
        for pattern in patterns:
            found.setdefault(pattern, []).append(each.title)
    return found


def file_name(found: Paper, fmt: str, *, draft: bool = False) -> str:
    """What a paper's file is called: the one rule for the window, the command line and the bundle."""
    return safe_file_name(f"{found.file_name}{'(草稿)' if draft else ''}.{fmt}")


def file_names(chosen: Sequence[Paper], formats: Sequence[str], *, draft: bool) -> list[str]:
    """The names of the files that `build` writes of these papers."""
    return [file_name(each, fmt, draft=draft) for each in chosen for fmt in _formats(each, formats)]


def page_counts(desk: Desk, stage: Stage) -> dict[tuple[str, str], int]:
    """(folder, file name) of each pdf of a filing → its pages."""
    counts = {}
    for each in desk.bundled(stage):
        if "pdf" in each.spec.formats and (layout := desk.layout(each.id, draft=False)):
            counts[each.spec.folder, file_name(each, "pdf")] = layout.total
    return counts


@dataclass(frozen=True)
class BuiltPaper:
    """One file that was written."""

    paper: str
    path: Path
    gaps: int
    export: exports.Export | None = None


def build(
    session: Session,
    out: Path,
    *,
    paper_ids: Sequence[str] = (),
    formats: Sequence[str] = (),
    draft: bool = False,
    cancel: Cancel | None = None,
    report: Report = silent,
    desk: Desk | None = None,
) -> list[BuiltPaper]:
    """Write papers into the folder `out` (made when missing); all wanted ones by default, each file whole or not at all."""
    cancel = cancel or Cancel()
    desk = desk or Desk(session)
    chosen = desk.catalogue.placed(desk.facts, paper_ids)
    plan = [(p, f) for p in chosen for f in _formats(p, formats)]
    if not draft:
        for each in chosen:
            desk.check_final(each)
    out.mkdir(parents=True, exist_ok=True)
    built = []
    for index, (each, fmt) in enumerate(plan):
        cancel.check()
        report(Progress(index, len(plan), f"正在生成《{each.title}》"))
        data = desk.make(each.id, fmt, draft=draft)
        name = file_name(each, fmt, draft=draft)
        if form := desk.catalogue.forms.get(each.id):
            forms.keep_original(out / name, form)
        atomic_write(out / name, data)
        export = desk.exports.get(each.id) if fmt == "docx" else None
        built.append(BuiltPaper(each.id, out / name, len(desk.status(each.id).gaps), export))
    report(Progress(len(plan), len(plan), "文书已生成"))
    return built


def _formats(found: Paper, asked: Sequence[str]) -> list[str]:
    """The formats of one paper among those asked for; an Excel paper has but one. Unknown formats are refused."""
    unknown = [f for f in asked if f not in FORMATS]
    if unknown:
        raise UserError("papers.format", f"没有“{unknown[0]}”这种格式。", f"可用：{'、'.join(FORMATS)}。")
    if not asked:
        return list(found.spec.formats)
    kept: list[str] = [f for f in asked if f in (*found.spec.formats, "html")]
    return kept or (["xlsx"] if found.id in _SHEETS else [])
