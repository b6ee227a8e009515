"""The officer's own templates: copied from shipped papers, edited, checked, compared, restored, brought up to date.

A copy is an entry `@template/PAPER` of the project with the shipped text it was made from; a text with faults is kept beside it
(`@template-draft/PAPER`) and no paper is made of it. Both share journal and undo with the facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from filingdesk.documents.faults import Fault
from filingdesk.documents.html_writer import write_html
from filingdesk.documents.paper import Paper, read_source
from filingdesk.domain.completeness import lookup
from filingdesk.domain.errors import UserError
from filingdesk.services.catalogue import OwnTemplate, catalogue, own_paper, own_templates, plain
from filingdesk.services.changes import TEMPLATE, TEMPLATE_DRAFT, Changes
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session
from filingdesk.services.template_check import check_template
from filingdesk.services.template_merge import DiffLine, diff_lines, merge
from filingdesk.store.model import Json

State = Literal["shipped", "own", "outdated", "broken"]
STATE_WORDS: Mapping[State, str] = {
    "shipped": "自带",
    "own": "已修改",
    "outdated": "自带模板有更新",
    "broken": "模板有误",
}
FILES = ("body.md", "paper.yaml")
_TABLES = frozenset({"keywords-list", "question-bank"})


@dataclass(frozen=True)
class Text:
    """The two texts of a template."""

    yaml: str
    body: str

    def file(self, name: str) -> str:
        """One of them by the name of its file."""
        return self.body if name == "body.md" else self.yaml


@dataclass(frozen=True)
class TemplateState:
    """One paper and where its template comes from. `who` and `at` (ISO) tell the last edit of an own one; `draft`: a text with
    faults waits in the editor; `fixed` says why there is nothing to edit, blank when there is."""

    id: str
    title: str
    stage: str
    state: State
    sha256: str
    draft: bool = False
    fixed: str = ""
    who: str = ""
    at: str = ""


@dataclass(frozen=True)
class Saved:
    """What became of a saved text: `taken` when papers are made of it now, otherwise it is kept as a draft for its `faults`."""

    taken: bool
    faults: tuple[Fault, ...]
    changes: Changes | None


@dataclass(frozen=True)
class Upstream:
    """What changed in the shipped template since the copy was made: by file, and what the three ways to go would give.
    `merged` is None where both sides changed the same lines (`conflicts`: file → line numbers of the older text)."""

    changes: Mapping[str, tuple[DiffLine, ...]]
    theirs: Text
    merged: Text | None
    conflicts: Mapping[str, tuple[tuple[int, int], ...]]


def states(session: Session) -> list[TemplateState]:
    """Every paper with the state of its template, in their order."""
    found = catalogue(session)
    own = own_templates(session)
    drafts = _drafts(session)
    return [
        _state(session, each, own.get(each.id), each.id in found.broken, each.id in drafts)
        for each in found.papers
        if each.id not in found.forms
    ]


def state(session: Session, paper_id: str) -> TemplateState:
    """One of them; `UserError` names the known ones."""
    catalogue(session).paper(paper_id)
    return next(each for each in states(session) if each.id == paper_id)


def _state(
    session: Session, found: Paper, own: OwnTemplate | None, broken: bool, draft: bool
) -> TemplateState:
    fixed = "这份表格由词库或题库生成，没有可以改的模板。" if found.id in _TABLES else ""
    plainly = TemplateState(found.id, found.title, found.spec.stage, "shipped", found.sha256, draft, fixed)
    if own is None:
        return plainly
    kind: State = "broken" if broken else "outdated" if _is_outdated(found.id, own) else "own"
    rows = session.file.history(f"{TEMPLATE}{found.id}")
    last = rows[-1] if rows else None
    return replace(plainly, state=kind, who=last.who if last else "", at=last.at.isoformat() if last else "")


def shipped_text(paper_id: str) -> Text:
    """The text that ships with the program."""
    found = plain().paper(paper_id)
    return Text(found.yaml, found.body)


def text_in_use(session: Session, paper_id: str) -> Text:
    """The text that papers are made of."""
    own = own_templates(session).get(paper_id)
    return Text(own.yaml, own.body) if own else shipped_text(paper_id)


def text_to_edit(session: Session, paper_id: str) -> Text:
    """The text for the editor: the draft when there is one."""
    return _drafts(session).get(paper_id) or text_in_use(session, paper_id)


def _drafts(session: Session) -> dict[str, Text]:
    return {
        paper: Text(str(entry.get("yaml", "")), str(entry.get("body", "")))
        for paper, entry in session.marks(TEMPLATE_DRAFT).items()
        if isinstance(entry, Mapping)
    }


def read_file(path: Path) -> str:
    """The text of a template file on disk. `UserError` names what cannot be read."""
    return read_source(path)


def check(desk: Desk, paper_id: str, text: Text) -> tuple[Fault, ...]:
    """What is wrong with a text; empty when papers may be made of it. For a job."""
    return check_template(desk, paper_id, text.yaml, text.body)


def preview(desk: Desk, paper_id: str, text: Text) -> str:
    """The paper as html, made of a text that need not be saved. Raises `TemplateError`."""
    found = own_paper(paper_id, text.yaml, text.body).placed(lookup(desk.facts))
    return write_html(desk.document_of(found), desk.attachment)


def copy(session: Session, paper_id: str) -> Changes | None:
    """Begin an own template with the shipped text; None when there is one already."""
    _refuse_fixed(session, paper_id)
    if paper_id in own_templates(session):
        return None
    text = shipped_text(paper_id)
    return _store(session, paper_id, _on_shipped(paper_id, text), None, "复制模板")


def save(session: Session, paper_id: str, text: Text, faults: tuple[Fault, ...] | None = None) -> Saved:
    """Keep a text: as the one that papers are made of when it has no faults, otherwise as a draft of the editor. `faults` spares
    the check when it was made of this very text and state."""
    _refuse_fixed(session, paper_id)
    text = Text(_tidy(text.yaml), _tidy(text.body))
    own = own_templates(session).get(paper_id)
    if text == shipped_text(paper_id):
        return Saved(True, (), _store(session, paper_id, None, None, "恢复自带模板"))
    found = check(Desk(session), paper_id, text) if faults is None else faults
    if found:
        draft = None if text == text_in_use(session, paper_id) else text
        return Saved(False, found, _store(session, paper_id, own, draft, "修改模板草稿"))
    kept = replace(own, yaml=text.yaml, body=text.body) if own else _on_shipped(paper_id, text)
    return Saved(True, (), _store(session, paper_id, kept, None, "修改模板"))


def keep_draft(session: Session, paper_id: str, text: Text) -> Changes | None:
    """Keep an unfinished text for the editor without judging it; papers are made as before."""
    text = Text(_tidy(text.yaml), _tidy(text.body))
    draft = None if text == text_in_use(session, paper_id) else text
    return _store(session, paper_id, own_templates(session).get(paper_id), draft, "修改模板草稿")


def drop_draft(session: Session, paper_id: str) -> Changes | None:
    """Forget a text with faults; what papers are made of stays."""
    return _store(session, paper_id, own_templates(session).get(paper_id), None, "放弃模板草稿")


def restore(session: Session, paper_id: str) -> Changes | None:
    """Go back to the shipped template; one undo brings the own one back."""
    catalogue(session).paper(paper_id)
    return _store(session, paper_id, None, None, "恢复自带模板")


def compare(session: Session, paper_id: str, text: Text | None = None) -> dict[str, tuple[DiffLine, ...]]:
    """The shipped text beside the own one (or `text`), by file; files without a difference are left out."""
    base, own = shipped_text(paper_id), text or text_in_use(session, paper_id)
    return {
        name: diff_lines(base.file(name), own.file(name))
        for name in FILES
        if base.file(name) != own.file(name)
    }


def upstream(session: Session, paper_id: str) -> Upstream | None:
    """What changed in the shipped template since the copy was made; None when nothing did."""
    own = own_templates(session).get(paper_id)
    if own is None or not _is_outdated(paper_id, own):
        return None
    base, theirs = Text(own.base_yaml, own.base_body), shipped_text(paper_id)
    mine = Text(own.yaml, own.body)
    joined = {name: merge(base.file(name), mine.file(name), theirs.file(name)) for name in FILES}
    conflicts = {name: found.conflicts for name, found in joined.items() if found.conflicts}
    changes = {
        name: diff_lines(base.file(name), theirs.file(name))
        for name in FILES
        if base.file(name) != theirs.file(name)
    }
    merged = None if conflicts else Text(joined["paper.yaml"].text, joined["body.md"].text)
    return Upstream(changes, theirs, merged, conflicts)


def follow(
    session: Session,
    paper_id: str,
    how: Literal["take", "merge", "keep"],
    faults: tuple[Fault, ...] | None = None,
) -> Saved:
    """Settle an update of the shipped template: `take` it and give up the own changes, `merge` both, or `keep` the own text
    and not be asked again until the next update. `faults` are those of the merged text when it was checked already."""
    found = upstream(session, paper_id)
    own = own_templates(session).get(paper_id)
    if found is None or own is None:
        raise UserError("template.current", "自带模板没有更新。", "不需要处理。")
    if how == "take":
        return Saved(True, (), restore(session, paper_id))
    text = Text(own.yaml, own.body)
    if how == "merge":
        if found.merged is None:
            places = "；".join(f"{name} 第 {spans[0][0]} 行" for name, spans in found.conflicts.items())
            raise UserError(
                "template.conflict",
                f"两边改了同样的地方（{places}），不能自动合并。",
                "请对照更新内容自己改，然后选保留我的。",
            )
        text = found.merged
        wrong = check(Desk(session), paper_id, text) if faults is None else faults
        if wrong:
            changes = _store(session, paper_id, own, text, "合并自带模板的更新（草稿）")
            return Saved(False, wrong, changes)
    kept = _on_shipped(paper_id, text)
    words = "合并自带模板的更新" if how == "merge" else "保留自己的模板"
    return Saved(True, (), _store(session, paper_id, kept, None, words))


def _is_outdated(paper_id: str, own: OwnTemplate) -> bool:
    return Text(own.base_yaml, own.base_body) != shipped_text(paper_id)


def _on_shipped(paper_id: str, text: Text) -> OwnTemplate:
    """An own text that knows the shipped one of today."""
    base = plain().paper(paper_id)
    return OwnTemplate(text.yaml, text.body, base.yaml, base.body, base.sha256)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _refuse_fixed(session: Session, paper_id: str) -> None:
    if reason := state(session, paper_id).fixed:
        raise UserError("template.fixed", reason, "要改内容，请改词库或题库。")


def _store(
    session: Session, paper_id: str, own: OwnTemplate | None, draft: Text | None, label: str
) -> Changes | None:
    """Own text and draft as they shall be, in one edit."""
    entry: Json = own.as_entry() if own else None
    waiting: Json = {"yaml": draft.yaml, "body": draft.body} if draft else None
    title = plain().paper(paper_id).title
    return session.set_marks(
        "@",
        {f"{TEMPLATE[1:]}{paper_id}": entry, f"{TEMPLATE_DRAFT[1:]}{paper_id}": waiting},
        f"{label}：《{title}》",
    )
