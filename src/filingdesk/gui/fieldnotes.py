"""What the help pane adds to a field: whom a change of it touches in both filings, and what public lists say of a number."""

from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import Kind
from filingdesk.domain.specs import FieldSpec
from filingdesk.gui.desk import Desk
from filingdesk.services import asking, registry_lists, reuse
from filingdesk.services.registry_lists import Verdict

_NUMBERS = frozenset({Kind.ALGORITHM_NUMBER, Kind.MODEL_NUMBER})


def touched(desk: Desk, key: str) -> str:
    """One line on papers, rules and findings of both filings that a change touches; blank until they are known."""
    if not desk.knowledge.ready:
        return ""
    uses = {pattern: [identity for identity, _title in found] for pattern, found in desk.papers.uses.items()}
    found = reuse.impact([key], uses, reuse.papers_of(desk.facts), desk.report)
    return f"改动{found.sentence}" if found.papers or found.rules else ""


def remembered(desk: Desk, key: str) -> list[str]:
    """Who changed the field last, and what colleagues are asked about it; each a line."""
    lines = []
    if desk.lookup(key) is not None and (changes := desk.session.history(desk.session.human_path(key))):
        last = changes[0]
        more = f"，共改过 {len(changes)} 次" if len(changes) > 1 else ""
        lines.append(f"最近修改：{last.when[5:]} {last.who}{more}（Ctrl+Shift+H 看历史）")
    lines += [f"待答（{note.who}）：{note.text}" for note in asking.at(desk.session, key) if note.is_open]
    return lines


def verdict(desk: Desk, key: str, spec: FieldSpec) -> Verdict | None:
    """What the imported lists say of the number in this field; None for other fields and while no list was imported."""
    if spec.meta.kind not in _NUMBERS:
        return None
    path = desk.session.human_path(key)
    called = next((c for c in registry_lists.called(desk.facts) if c.path == path), None)
    if called is None:
        return None
    try:
        if not registry_lists.at_hand():  # thousands of rows are read beside the window, for the next time
            desk.jobs.start(lambda _cancel, _report: registry_lists.lists(), on_error=lambda _error: None)
            return None
        found = registry_lists.verify(called.number, called.holder)
    except UserError:  # a damaged list is told on its page
        return None
    return None if found.status in {"no_lists", "bad_number"} else found
