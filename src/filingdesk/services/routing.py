"""适用判定 for window and command line: the judgement, the guided intake, and the shape the command line prints."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from filingdesk.domain.facts import Facts
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.rules import route as engine
from filingdesk.rules.route import OpenKind, RouteResult, Scope
from filingdesk.rules.route_clocks import CLOCK_WORDS
from filingdesk.rules.route_reading import Reading
from filingdesk.rules.route_schema import FilingKind
from filingdesk.rules.route_table import RouteTable, shipped
from filingdesk.rules.schema import Clause

DISCLAIMER = "判定依据所填内容和公开规定，不代替网信部门的答复。"

FILING_NAMES: dict[FilingKind, str] = {
    "algorithm": "算法备案",
    "large-model-filing": "大模型备案",
    "large-model-registration": "大模型登记",
    "none": "大模型备案或登记",
}

OPEN_WORDS: dict[OpenKind, str] = {
    "blank": "未回答",
    "unsure": "答了不清楚",
    "unreadable": "回答看不懂",
    "confirm": "向属地网信办确认",
}


def route(facts: Facts, as_of: date) -> RouteResult:
    """Which filings are due on this day, why, and what is still open. At most a few milliseconds; no I/O after the first call."""
    return engine.judge(shipped(), facts, as_of)


def table() -> RouteTable:
    """The decision table that ships with the program."""
    return shipped()


def drawing(scope: Scope) -> dict[str, Any]:
    """The tree of one filing as plain data; `RouteResult.path` says which of its nodes were taken."""
    return engine.tree_for_drawing(shipped(), scope)


def clause(clause_id: str) -> Clause | None:
    """A clause card by id, of the packs or of the table itself."""
    return shipped().clauses.get(clause_id)


def name_of(clause_id: str) -> str:
    """《互联网信息服务算法推荐管理规定》第二十四条; a card of practice is named by its title; an unknown id by itself."""
    card = clause(clause_id)
    if card is None:
        return clause_id
    if card.source in {SourceMark.STANDARD, SourceMark.STANDARD_UNCHECKED}:
        return f"{card.law}：{card.title}"
    if card.source is not SourceMark.LAW:
        return card.title
    texts = (t if t.startswith(("GB", "TC")) else f"《{t}》" for t in card.law.split("、"))
    return "、".join(texts) + card.article


def cited(source: SourceMark, *clause_ids: str) -> str:
    """Clauses with the badge of what they are cited for: （《…》第二十四条，法定）."""
    names = "、".join(dict.fromkeys(name_of(c) for c in clause_ids))
    return f"（{names}，{source.badge}）"


@dataclass(frozen=True)
class IntakeQuestion:
    """One question of the guided intake. `unsure_term`: what to add to `intake.unsure` for 不清楚 (blank: the field has it)."""

    path: str
    spec: FieldSpec
    how: str
    unsure_term: str
    answered: bool
    unsure: bool


def intake(facts: Facts, as_of: date) -> list[IntakeQuestion]:
    """The questions that matter for the answers so far, in order: at most fifteen."""
    reading = Reading(shipped(), facts, as_of)
    found = []
    for question in shipped().data.questions:
        spec = by_pattern()[question.path]
        if isinstance(spec, FieldSpec) and reading.asked(question.path):
            found.append(
                IntakeQuestion(
                    question.path,
                    spec,
                    question.how,
                    question.unsure,
                    reading.answered(question.path),
                    reading.is_unsure(question.path),
                )
            )
    return found


def as_json(result: RouteResult) -> dict[str, Any]:
    """The judgement as the command line prints it. `required` is true, false or null (cannot be said yet)."""
    return {
        "as_of": result.as_of.isoformat(),
        "table": {"id": shipped().data.id, "version": result.version},
        "filings": [
            {
                "kind": f.kind,
                "required": f.required,
                "scope": f.scope,
                "about": f.about,
                "title": f.title,
                "action": f.action,
                "done": f.done,
                "reasons": [
                    {"clause": r.clause, "source": r.source.value, "text": r.text} for r in f.reasons
                ],
            }
            for f in result.filings
        ],
        "also": [
            {
                "id": a.id,
                "title": a.title,
                "state": a.state,
                "clauses": list(a.clauses),
                "source": a.source.value,
                "text": a.text,
                "effective": a.effective,
            }
            for a in result.also
        ],
        "deadlines": [
            {
                "id": c.id,
                "title": c.title,
                "who": c.who,
                "state": c.state,
                "since": c.since.isoformat() if c.since else None,
                "due": c.due.isoformat() if c.due else None,
                "working_days": c.days,
                "left": c.left,
                "clause": c.clause,
                "source": c.source.value,
                "text": c.text,
                "note": c.note,
            }
            for c in result.clocks
        ],
        "questions_open": [
            {
                "kind": q.kind,
                "path": q.path,
                "text": q.text,
                "how": q.how,
                "decides": list(q.decides),
                "clause": q.clause,
            }
            for q in result.open
        ],
        "contradictions": [
            {"id": c.id, "paths": list(c.paths), "text": c.text, "fix": c.fix} for c in result.contradictions
        ],
        "assumed": list(result.assumed),
        "path": [
            {
                "tree": s.tree,
                "about": s.about,
                "node": s.node,
                "title": s.title,
                "answer": s.answer,
                "state": s.state,
                "leads_to": list(s.leads_to),
            }
            for s in result.path
        ],
        "disclaimer": DISCLAIMER,
    }


def clock_word(state: str) -> str:
    """The state of a clock in Chinese."""
    return CLOCK_WORDS[state]  # type: ignore[index]
