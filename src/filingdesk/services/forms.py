"""Whole Word forms of an office, kept in the project: taken in, checked, filled like any paper; undo takes them back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from filingdesk.documents.blocks import Document, Gap
from filingdesk.documents.form_fill import Filled, FormCheck
from filingdesk.documents.form_names import Field, search
from filingdesk.documents.form_work import check_apart, fill_apart, plain_data
from filingdesk.documents.paper import Paper, PaperSpec
from filingdesk.domain.completeness import page_questions
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.jobs import Cancel
from filingdesk.domain.specs import PAGES, Stage
from filingdesk.domain.values import parse_attachment
from filingdesk.infra.files import safe_file_name, telling
from filingdesk.services.changes import FORM, Changes
from filingdesk.services.session import Session
from filingdesk.store.model import Json

PAPER = "form-"
"""Before the id of a form: what its paper is called."""
_ORDER = 900
_FOLDER = "自备表单"
MAX_FILE = 40_000_000


@dataclass(frozen=True)
class OwnForm:
    """A form of the project. `reference` names its bytes, `sha256` proves them; `folder` is where it lies in the bundle."""

    id: str
    title: str
    stage: Stage
    folder: str
    reference: str
    sha256: str

    @property
    def paper_id(self) -> str:
        return f"{PAPER}{self.id}"

    @property
    def file(self) -> str:
        """The name of the file that was brought."""
        return parse_attachment(self.reference).name

    def paper(self) -> Paper:
        """The form as one of the papers."""
        spec = PaperSpec(
            id=self.paper_id,
            stage=self.stage,
            title=self.title,
            formats=("docx",),
            order=_ORDER,
            folder=self.folder,
            show_title=False,
            note=f"自备表单，由“{self.file}”填写；预览只有文字，版式以 Word 稿为准。",
        )
        return Paper(spec, "", sha256=self.sha256, place=self.file)


def listed(session: Session) -> list[OwnForm]:
    """The forms of a project in the order they were added."""
    found = [
        OwnForm(identity, **cast(dict[str, Any], value))
        for identity, value in session.marks(FORM).items()
        if isinstance(value, dict)
    ]
    return sorted(found, key=lambda form: (len(form.id), form.id))


def by_id(session: Session, identity: str) -> OwnForm:
    """One form by its id or the id of its paper. `UserError` names the known ones."""
    known = listed(session)
    for form in known:
        if identity in {form.id, form.paper_id}:
            return form
    names = "、".join(f"{form.id}（{form.title}）" for form in known) or "没有"
    raise UserError("form.unknown", f"没有编号为“{identity}”的自备表单。", f"现有：{names}。")


def read_file(path: Path) -> bytes:
    """The bytes of a form on disk. `UserError` when it cannot be read or is too large."""
    with telling(path, "读取"):
        if path.stat().st_size > MAX_FILE:
            raise UserError("docx.too_big", f"「{path.name}」超过 40 MB。", "请压缩里面的图片再试。")
        return path.read_bytes()


def look_at(path: Path, cancel: Cancel | None = None) -> tuple[bytes, FormCheck]:
    """The bytes of a form and which placeholders it has; it is read in a process of its own."""
    data = read_file(path)
    return data, check_apart(data, path.name, cancel)


def keep_original(path: Path, form: OwnForm) -> None:
    """Refuse to write a filled form over the very file it was brought in as."""
    if path.is_file() and path.stat().st_size <= MAX_FILE:
        with telling(path, "读取"):
            same = hashlib.sha256(path.read_bytes()).hexdigest() == form.sha256
        if same:
            raise UserError(
                "form.original",
                f"“{path}”是这份表单的原件，没有覆盖。",
                "请导出到别的文件夹，或给表单换一个标题。",
            )


def check(session: Session, identity: str, cancel: Cancel | None = None) -> FormCheck:
    """The same for a form of the project."""
    form = by_id(session, identity)
    return check_apart(_bytes(session, form), form.file, cancel)


def require_usable(found: FormCheck, name: str) -> None:
    """`UserError` unless every placeholder is known."""
    if found.problems:
        more = f"（共 {len(found.problems)} 处）" if len(found.problems) > 1 else ""
        raise UserError(
            "form.problem", f"表单「{name}」{found.problems[0].rstrip('。')}{more}。", "请改好后再放入。"
        )
    unknown = [p for p in found.placeholders if not p.known]
    if unknown:
        first = unknown[0]
        more = f"（共 {len(unknown)} 处）" if len(unknown) > 1 else ""
        raise UserError(
            "form.placeholder",
            f"表单「{name}」{first.where}的“{first.text}”填不了：{first.message}{more}。",
            "请在 Word 里改好占位符后再放入。",
        )
    if not found.placeholders:
        raise UserError(
            "form.empty",
            f"表单「{name}」里没有占位符。",
            "请先在要填的地方写上，例如 {{ 算法名称 }}；不用填的文件请作为附件添加。",
        )


def add(
    session: Session,
    name: str,
    data: bytes,
    *,
    title: str = "",
    stage: Stage = "algorithm",
    folder: str = "",
    checked: FormCheck | None = None,
    cancel: Cancel | None = None,
) -> OwnForm:
    """Take a form into the project, one undoable edit. `checked`: what was found in these very bytes already."""
    require_usable(checked or check_apart(data, name, cancel), name)
    _refuse_twin(session, title or Path(name).stem, stage)
    return enter(session, store(session, name, data), title=title, stage=stage, folder=folder)


def exchange(
    session: Session,
    identity: str,
    name: str,
    data: bytes,
    *,
    checked: FormCheck | None = None,
    cancel: Cancel | None = None,
) -> OwnForm:
    """Put a newer file in the place of a form's; title and folder stay."""
    by_id(session, identity)
    require_usable(checked or check_apart(data, name, cancel), name)
    return enter_instead(session, identity, store(session, name, data))


@dataclass(frozen=True)
class Stored:
    """Bytes that lie in the project and belong to no form yet."""

    reference: str
    sha256: str


def store(session: Session, name: str, data: bytes) -> Stored:
    """Keep the bytes of a form that was looked at; any thread may."""
    return Stored(session.store_blob(name, data), hashlib.sha256(data).hexdigest())


def enter(
    session: Session, stored: Stored, *, title: str = "", stage: Stage = "algorithm", folder: str = ""
) -> OwnForm:
    """Make stored bytes a form of the project: one undoable edit."""
    title = _tidy_title(title or Path(parse_attachment(stored.reference).name).stem)
    _refuse_twin(session, title, stage)
    numbers = [int(form.id) for form in listed(session) if form.id.isdigit()]
    identity = str(max(numbers, default=0) + 1)
    form = OwnForm(identity, title, stage, _safe_folder(folder), stored.reference, stored.sha256)
    _save(session, identity, form, f"放入自备表单「{title}」")
    return form


def enter_instead(session: Session, identity: str, stored: Stored) -> OwnForm:
    """Make stored bytes the file of a form that is there."""
    form = by_id(session, identity)
    made = replace(form, reference=stored.reference, sha256=stored.sha256)
    _save(session, form.id, made, f"更换自备表单「{form.title}」的文件")
    return made


def _tidy_title(title: str) -> str:
    return " ".join(title.split())[:60]


def _refuse_twin(session: Session, title: str, stage: Stage, own: str = "") -> None:
    title = _tidy_title(title)
    if any(f.title == title and f.stage == stage and f.id != own for f in listed(session)):
        raise UserError(
            "form.exists", f"已经有一份叫“{title}”的自备表单。", "请换一个标题，或先移除原来的那份。"
        )


def place(session: Session, identity: str, *, title: str, stage: Stage, folder: str) -> OwnForm:
    """Give a form another title, filing or folder."""
    form = by_id(session, identity)
    if not title.strip():
        raise UserError("form.title", "表单要有标题。", "请写上标题。")
    _refuse_twin(session, title, stage, form.id)
    made = replace(form, title=_tidy_title(title), stage=stage, folder=_safe_folder(folder))
    if made != form:
        _save(session, form.id, made, f"修改自备表单「{made.title}」")
    return made


def remove(session: Session, identity: str) -> Changes | None:
    """Take a form out of the project; undo brings it back."""
    form = by_id(session, identity)
    return _save(session, form.id, None, f"移除自备表单「{form.title}」")


def _safe_folder(folder: str) -> str:
    parts = [
        safe_file_name(part) for part in (folder or _FOLDER).replace("\\", "/").split("/") if part.strip()
    ]
    return "/".join(parts[:3]) or _FOLDER


def _save(session: Session, identity: str, form: OwnForm | None, label: str) -> Changes | None:
    values: dict[str, Json] | None = None
    if form is not None:
        values = asdict(form)
        del values["id"]
    return session.set_marks(FORM, {identity: values}, label)


def _bytes(session: Session, form: OwnForm) -> bytes:
    data = session.attachment(form.reference)
    if data is None or hashlib.sha256(data).hexdigest() != form.sha256:
        raise UserError(
            "form.lost", f"自备表单「{form.title}」的文件不在项目里，或已被改动。", "请重新放入这份表单。"
        )
    return data


def asked_paths(facts: Facts) -> frozenset[str]:
    """The paths that the answers given so far ask for."""
    return frozenset(q.path for page in PAGES for q in page_questions(facts, page))


@lru_cache(maxsize=32)
def _filled(data: bytes, name: str, facts: str, extra: str, draft: bool, trace: bool) -> Filled:
    read = Facts.model_validate_json(facts)
    asked = asked_paths(read)
    return fill_apart(data, name, read, json.loads(extra), asked, draft=draft, trace=trace)


def fill(session: Session, form: OwnForm, facts: Facts, extra: Mapping[str, Any], *, draft: bool) -> Filled:
    """The form with facts in it. A final with gaps is refused; the same arguments are computed once."""
    filled = _fill(session, form, facts, extra, draft=draft)
    if filled.gaps and not draft:
        names = "、".join(dict.fromkeys(label for _path, label in filled.gaps[:5]))
        more = f" 等 {len(filled.gaps)} 项" if len(filled.gaps) > 5 else ""
        raise UserError(
            "papers.gaps",
            f"《{form.title}》还缺：{names}{more}，不能导出正式稿。",
            "请补充后再导出，或先导出草稿。",
        )
    return filled


def _fill(
    session: Session,
    form: OwnForm,
    facts: Facts,
    extra: Mapping[str, Any],
    *,
    draft: bool,
    trace: bool = False,
) -> Filled:
    given = {"as_of": str(extra.get("as_of", "")), "keywords": plain_data(extra.get("keywords", {}))}
    told, data = json.dumps(given, sort_keys=True), _bytes(session, form)
    return _filled(data, form.file, facts.model_dump_json(), told, draft, trace)


def document(
    session: Session, form: OwnForm, facts: Facts, extra: Mapping[str, Any], *, draft: bool
) -> Document:
    """What the filled form says, as a document: for the preview and for completeness."""
    from filingdesk.documents.form_blocks import form_blocks

    filled = _fill(session, form, facts, extra, draft=draft, trace=True)
    return Document(
        id=form.paper_id,
        title=form.title,
        blocks=form_blocks(filled.data, form.file, filled.gaps, filled.facts),
        draft=draft,
        style="form",
        gaps=tuple(Gap(path, label) for path, label in filled.gaps),
        used=filled.used,
        warnings=filled.warnings,
    )


def find_fields(words: str, limit: int = 200) -> list[Field]:
    """Fields for the picker: every word must stand in the label, the way to it or the path."""
    return search(words, limit)
