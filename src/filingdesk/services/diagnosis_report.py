"""The 备案风险诊断报告 as plain data and as Word, PDF or html; an internal paper that no bundle holds."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from filingdesk.documents.blocks import Document
from filingdesk.documents.look import Look
from filingdesk.documents.paper import Paper, load_paper
from filingdesk.documents.render import render, write
from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.specs import label_of, page_of
from filingdesk.domain.values import date_cn
from filingdesk.infra.files import atomic_write
from filingdesk.infra.resources import resource_path
from filingdesk.rules.route import Filing
from filingdesk.rules.route_clocks import CLOCK_WORDS, Clock
from filingdesk.services import papers, routing
from filingdesk.services.diagnosis_items import (
    BASIS_WORDS,
    EFFORT_NOTE,
    SCORE_NOTE,
    STATE_WORDS,
    Diagnosis,
    RiskItem,
    Task,
)

FORMATS = ("docx", "pdf", "html", "json")
_BAR = 10


def as_json(diagnosis: Diagnosis, facts: Facts) -> dict[str, Any]:
    """The diagnosis as the command line prints it."""
    titles = _paper_titles(facts)
    return {
        "as_of": diagnosis.as_of.isoformat(),
        "basis": diagnosis.basis,
        "readiness": {"score": diagnosis.score, "of": 100, "note": SCORE_NOTE},
        "dimensions": [
            {"id": d.id, "title": d.title, "score": d.score, "items": d.items, "ready": d.ready}
            for d in diagnosis.dimensions
        ],
        "items": [_item_json(i, titles) for i in diagnosis.items],
        "ready": [_item_json(i, titles) for i in diagnosis.ready],
        "plan": {
            "weeks": diagnosis.weeks,
            "people": diagnosis.data.people,
            "week_days": diagnosis.data.week_days,
            "note": EFFORT_NOTE,
            "source": SourceMark.DERIVED.value,
            "tasks": [
                {
                    "item": t.item,
                    "title": t.title,
                    "todo": t.todo,
                    "first_week": t.first_week,
                    "last_week": t.last_week,
                    "effort": t.effort,
                }
                for t in diagnosis.tasks
            ],
            "milestones": [
                {
                    "title": m.title,
                    "week": m.week,
                    "day": m.day.isoformat(),
                    "clause": m.clause,
                    "source": m.source.value,
                    "text": m.text,
                    "warning": m.warning,
                }
                for m in diagnosis.milestones
            ],
        },
        "cards": [
            {"id": c.id, "title": c.title, "clause": c.clause, "source": c.source.value, "text": c.text}
            for c in diagnosis.cards
        ],
        "route": routing.as_json(diagnosis.route),
        "version": diagnosis.data.version,
        "disclaimer": routing.DISCLAIMER,
    }


def _item_json(item: RiskItem, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "dimension": item.dimension,
        "title": item.title,
        "state": item.state,
        "consequence": item.consequence,
        "share": round(item.share, 3),
        "found": list(item.found),
        "why": item.why,
        "clause": item.clause,
        "source": item.source.value,
        "todo": item.todo,
        "blocks": [paper for paper in item.blocks if paper in titles],
        "effort": item.effort,
        "rules": list(item.rules),
        "paths": list(item.paths),
        "maybe": item.maybe,
    }


def _paper_titles(facts: Facts) -> dict[str, str]:
    """id → title of the papers that this filing needs."""
    return {paper.id: paper.title for paper in papers.wanted(facts)}


@cache
def template() -> Paper:
    """The report's template. It lies apart from the filing's papers: no bundle and no list of papers knows it."""
    return load_paper(resource_path("templates", "_reports", "diagnosis"))


def document(diagnosis: Diagnosis, facts: Facts) -> Document:
    """The report as blocks."""
    return render(template(), facts, label_of, report_data(diagnosis, facts), draft=False)


def make(diagnosis: Diagnosis, facts: Facts, fmt: str, look: Look | None = None) -> bytes:
    """The report as `docx`, `pdf` or `html`, in the project's own look if it has one. Same diagnosis, same bytes."""
    return write(document(diagnosis, facts), fmt, made=diagnosis.as_of, author=facts.subject.name, look=look)


def write_report(diagnosis: Diagnosis, facts: Facts, path: Path, look: Look | None = None) -> None:
    """Write the report where the name's end says how: .docx, .pdf, .html or .json."""
    fmt = path.suffix.lower().removeprefix(".")
    if fmt not in FORMATS:
        raise UserError(
            "diagnose.format",
            f"“{path.name}”的格式写不了。",
            f"文件名请以 {'、'.join('.' + f for f in FORMATS)} 结尾。",
        )
    text = json.dumps(as_json(diagnosis, facts), ensure_ascii=False, indent=1) + "\n"
    atomic_write(path, text.encode() if fmt == "json" else make(diagnosis, facts, fmt, look))


def report_data(diagnosis: Diagnosis, facts: Facts) -> dict[str, Any]:
    """The `data` of the template: plain text and numbers."""
    route, titles = diagnosis.route, _paper_titles(facts)
    return {
        "subject": facts.subject.name.strip() or "（主体名称未填）",
        "as_of_cn": date_cn(diagnosis.as_of.isoformat()),
        "headline": headline(diagnosis),
        "basis": BASIS_WORDS[diagnosis.basis],
        "score": diagnosis.score,
        "score_note": SCORE_NOTE,
        "filings": [
            {
                "name": routing.FILING_NAMES[f.kind] + (f"（{f.about}）" if f.about else ""),
                "title": f.title,
                "done": f.done,
                "reasons": [f"{r.text}{routing.cited(r.source, r.clause)}" for r in f.reasons],
            }
            for f in route.filings
        ],
        "dimensions": [
            {"title": d.title, "score": d.score, "bar": bar(d.score), "items": d.items, "ready": d.ready}
            for d in diagnosis.dimensions
            if d.score is not None
        ],
        "items": [_item_words(i, titles, diagnosis) for i in diagnosis.items],
        "items_total": len(diagnosis.items),
        "clocks": [_clock_words(c) for c in route.clocks],
        "open": [q.text + (f"（{q.how}）" if q.how else "") for q in route.open],
        "contradictions": [f"{c.text}{c.fix}" for c in route.contradictions],
        "weeks": diagnosis.weeks,
        "plan_note": f"按 {diagnosis.data.people} 个人、每周 {diagnosis.data.week_days} 天排，"
        f"共 {diagnosis.weeks} 周。{EFFORT_NOTE}",
        "tasks": [
            {"weeks": _weeks(t), "title": t.title, "effort": f"{t.effort:g}", "todo": t.todo}
            for t in diagnosis.tasks
        ],
        "milestones": [
            {
                "title": m.title,
                "when": f"第 {m.week} 周（{m.day.isoformat()} 起）",
                "text": f"{m.text}{routing.cited(m.source, m.clause)}"
                + (f" {m.warning}" if m.warning else ""),
            }
            for m in diagnosis.milestones
        ],
        "also": [
            f"{a.title}{'（可能适用）' if a.state == 'maybe' else '（尚未施行）' if a.state == 'later' else ''}："
            f"{a.text}{routing.cited(a.source, *a.clauses)}"
            for a in route.also
        ],
        "cards": [f"{c.title}：{c.text}{routing.cited(c.source, c.clause)}" for c in diagnosis.cards],
        "ready": [i.title for i in diagnosis.ready],
        "versions": _versions(diagnosis),
    }


def headline(diagnosis: Diagnosis) -> str:
    """One sentence: which filings, how many risks of the heaviest kinds."""
    due = [f for f in diagnosis.route.filings if f.required]
    maybe = [f for f in diagnosis.route.filings if f.required is None]
    if not due and not maybe:
        return "按现在的回答，不需要办算法备案和大模型备案。"
    parts = []
    open_, done = [f for f in due if not f.done], [f for f in due if f.done]
    if open_:
        parts.append(f"要办：{_names(open_)}")
    if done:
        parts.append(f"已办：{_names(done)}")
    if maybe:
        parts.append(f"还定不了：{_names(maybe)}")
    parts.append(_burden(diagnosis))
    return "；".join(parts) + "。"


def _burden(diagnosis: Diagnosis) -> str:
    """The counts of the heaviest risks, in words."""
    penal, blocked = diagnosis.count("penal"), diagnosis.count("blocked")
    if penal or blocked:
        return f"有 {penal} 项涉及法定义务，{blocked} 项会让材料交不上去"
    if diagnosis.items:
        return f"有 {len(diagnosis.items)} 项可能被退回或值得改进"
    return "没有发现还要处理的风险项，这不等于通过审核"


def _names(filings: list[Filing]) -> str:
    return "、".join(
        dict.fromkeys("注销备案" if f.action == "cancel" else routing.FILING_NAMES[f.kind] for f in filings)
    )


def bar(score: int | None) -> str:
    """Ten squares, as many filled as tens are reached (rounded down)."""
    filled = (score or 0) * _BAR // 100
    return "■" * filled + "□" * (_BAR - filled)


def _item_words(item: RiskItem, titles: dict[str, str], diagnosis: Diagnosis) -> dict[str, Any]:
    pages = dict.fromkeys(page.title for path in item.paths if (page := page_of(path)))
    where = f"（在{'、'.join(f'“{p}”' for p in pages)}页）" if pages else ""
    return {
        "title": item.title,
        "maybe": item.maybe,
        "consequence": diagnosis.data.consequences[item.consequence].title,
        "state": STATE_WORDS[item.state],
        "found": "；".join(item.found) + where,
        "why": item.why,
        "cited": f"{routing.name_of(item.clause)}〔{item.source.badge}〕",
        "todo": item.todo,
        "blocks": "、".join(f"《{titles[p]}》" for p in item.blocks if p in titles),
        "effort": f"约 {item.effort:g} 人日（估计）",
    }


def _clock_words(clock: Clock) -> dict[str, Any]:
    left = ""
    if clock.left is not None:
        left = f"，还有 {clock.left} 个工作日" if clock.left >= 0 else f" {-clock.left} 个工作日"
    return {
        "title": f"{clock.title}（{clock.who}）",
        "state": f"{CLOCK_WORDS[clock.state]}{left}",
        "since": clock.since.isoformat() if clock.since else "",
        "due": clock.due.isoformat() if clock.due else "",
        "text": f"{clock.text}{routing.cited(clock.source, clock.clause)}"
        + (f"；{clock.note}" if clock.note else ""),
    }


def _weeks(task: Task) -> str:
    if task.first_week == task.last_week:
        return f"第 {task.first_week} 周"
    return f"第 {task.first_week}–{task.last_week} 周"


def _versions(diagnosis: Diagnosis) -> str:
    assumed = "".join(f"{sentence}。" for sentence in diagnosis.route.assumed)
    return (
        f"判定表 {diagnosis.route.version}，诊断项 {diagnosis.data.version}（核对于 {diagnosis.data.checked_on}）。"
        f"{assumed}{routing.DISCLAIMER}"
    )
