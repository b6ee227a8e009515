"""Editing the description of the architecture in a project: kept after every edit, used by papers once it has no errors."""

from dataclasses import dataclass
from typing import Literal, cast

from filingdesk.domain.architecture import Checked, check
from filingdesk.domain.values import parse_attachment
from filingdesk.services import architecture, architecture_tree
from filingdesk.services.changes import ARCHITECTURE_DRAFT
from filingdesk.services.session import Session
from filingdesk.services.template_merge import DiffLine, diff_lines

FILE = "架构描述.json"
Origin = Literal["facts", "given", "draft", "lost"]


@dataclass(frozen=True)
class Kept:
    """The text to edit and where it stands: made from the facts, handed in, waiting with errors, or its file is lost."""

    text: str
    origin: Origin
    name: str = FILE


def current(session: Session) -> Kept:
    """The description as it is to be edited."""
    draft = session.marks(ARCHITECTURE_DRAFT).get("")
    references = session.facts.algorithm.architecture
    name = parse_attachment(references[-1]).name if references else FILE
    if isinstance(draft, str):
        return Kept(draft, "draft", name)
    if references:
        data = session.attachment(references[-1])
        if data is None:
            return Kept(of_facts(session), "lost", name)
        return Kept(architecture.decode(data, name), "given", name)
    return Kept(of_facts(session), "facts", name)


def of_facts(session: Session) -> str:
    """What the facts alone say; a description of nothing while they say nothing."""
    made = architecture.from_facts(session.facts)
    if made is not None:
        return architecture.to_json(made)
    return architecture_tree.to_text(architecture_tree.blank(session.facts.algorithm.name.strip()))


def judge(session: Session, text: str) -> Checked:
    """What is wrong with a text, by line and place."""
    return check(text, session.facts.algorithm.name.strip())


def keep(session: Session, text: str, label: str, name: str = "") -> Checked:
    """Store a text as one undoable edit. With errors it waits as a draft, and papers go on using what they used."""
    kept = current(session)
    checked = judge(session, text)
    if text == kept.text and kept.origin != "lost":
        return checked
    if checked.architecture is None:
        session.set_marks(ARCHITECTURE_DRAFT, {"": text}, label)
        return checked
    reference = session.store_blob(name or kept.name, text.encode())
    before = session.facts.algorithm.architecture
    session.edit({architecture.FIELD: [*before[:-1], reference]}, label, {ARCHITECTURE_DRAFT: None})
    return checked


def reset(session: Session) -> bool:
    """Go back to what the facts say, as one undoable edit; False when nothing else was kept."""
    if current(session).origin == "facts":
        return False
    session.edit(
        {architecture.FIELD: cast(list[str] | None, None)},
        "架构描述改回按已填内容生成",
        {ARCHITECTURE_DRAFT: None},
    )
    return True


def compare(session: Session, text: str) -> tuple[DiffLine, ...]:
    """What the facts say beside a text, line by line; nothing when both are the same."""
    base = of_facts(session)
    return () if base == text else tuple(diff_lines(base, text))
