"""备案风险诊断: risk items ranked by consequence, an explained readiness score, a work plan; from the intake or a whole project."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from filingdesk.domain.facts import Facts
from filingdesk.domain.facts_intake import UNSURE
from filingdesk.domain.flat import iter_leaves
from filingdesk.domain.records import BANKS, BankStats, KeywordStats
from filingdesk.domain.report import CheckReport, Finding, RuleResult
from filingdesk.domain.snapshot import Snapshot
from filingdesk.domain.specs import label_of
from filingdesk.rules.route import RouteResult
from filingdesk.rules.route_diagnosis import (
    Consequence,
    DiagnosisData,
    Item,
    shipped_diagnosis,
)
from filingdesk.rules.route_reading import Reading
from filingdesk.services import checking, routing
from filingdesk.services.diagnosis_items import STATE_ORDER, Basis, Diagnosis, DimensionScore, RiskItem, State
from filingdesk.services.diagnosis_plan import milestones, plan
from filingdesk.services.session import Session

_FEW_ANSWERS = 20
"""With fewer answers besides the intake's, rules would only say that nothing is written yet; then the intake decides."""
_NOT_IN_A_FILE = frozenset({"attached", "keyword_count", "bank_count"})
"""What a facts file cannot hold: the bytes of attachments, keywords, questions."""


def diagnose(facts: Facts, as_of: date, *, basis: Basis | None = None) -> Diagnosis:
    """From facts alone. Below a second; no I/O after the first call."""
    chosen = basis or ("intake" if is_intake_only(facts) else "facts")
    if chosen == "intake":
        return _diagnose(facts, as_of, "intake", None)
    snapshot = Snapshot(facts, KeywordStats(), {bank: BankStats(bank) for bank in BANKS}, as_of)
    return _diagnose(facts, as_of, chosen, checking.check_snapshot(snapshot))


def diagnose_session(session: Session, as_of: date | None = None, *, basis: Basis | None = None) -> Diagnosis:
    """From a project: facts, attachments, word list, banks, statements of people. `as_of` chooses the packs as in a self-check."""
    snapshot = session.snapshot(as_of)
    if (basis or ("intake" if is_intake_only(snapshot.facts) else "project")) == "intake":
        return _diagnose(snapshot.facts, snapshot.as_of, "intake", None)
    return _diagnose(snapshot.facts, snapshot.as_of, "project", checking.check(session, as_of=as_of))


def diagnose_snapshot(snapshot: Snapshot, report: CheckReport, *, basis: Basis | None = None) -> Diagnosis:
    """From a frozen state and what the self-check found in it, so that a job may run it."""
    if (basis or ("intake" if is_intake_only(snapshot.facts) else "project")) == "intake":
        return _diagnose(snapshot.facts, snapshot.as_of, "intake", None)
    return _diagnose(snapshot.facts, snapshot.as_of, "project", report)


def is_intake_only(facts: Facts) -> bool:
    """Is hardly anything answered besides the intake?"""
    known = set(routing.table().order)
    others = (p for p, _, v in iter_leaves(facts) if v and not p.startswith("intake.") and p not in known)
    return sum(1 for _ in zip(others, range(_FEW_ANSWERS), strict=False)) < _FEW_ANSWERS


def _diagnose(facts: Facts, as_of: date, basis: Basis, report: CheckReport | None) -> Diagnosis:
    table = shipped_diagnosis()
    route = routing.route(facts, as_of)
    reading = Reading(routing.table(), facts, as_of)
    for scope in ("algorithm", "large-model"):
        reading.settle(scope, [f for f in route.filings if f.scope == scope])
    due: dict[str, bool | None] = {
        f.scope: f.required for f in reversed(route.filings) if f.required is not False and f.action == "file"
    }
    results = _results(table.data, report, due)
    homes = {r.id: table.items_of(r.id) for r in results}
    judged = [
        item
        for data in table.data.items
        if due.keys() & set(data.scopes) and reading.holds(data.when)
        for item in _judge(data, reading, basis, None if report is None else results, homes, due)
    ]
    judged = [*_from_route(table.data, route), *judged, *_others(table.data, basis, results, judged)]
    concerned = {f.scope for f in route.filings if f.required is not False}
    weights = {name: w.weight for name, w in table.data.consequences.items()}
    judged.sort(key=lambda i: (-weights[i.consequence], STATE_ORDER[i.state], i.maybe))
    items = tuple(i for i in judged if i.state != "ready")
    tasks = tuple(plan(items, table.data))
    return Diagnosis(
        as_of=as_of,
        basis=basis,
        route=route,
        items=items,
        ready=tuple(i for i in judged if i.state == "ready"),
        dimensions=tuple(_dimensions(judged, table.data, weights)),
        score=_score(judged, weights),
        tasks=tasks,
        milestones=tuple(milestones(table.data, route, tasks, items, reading, due)),
        cards=tuple(c for c in table.data.cards if concerned & set(c.scopes)),
        data=table.data,
    )


def _results(
    data: DiagnosisData, report: CheckReport | None, due: Mapping[str, bool | None]
) -> tuple[RuleResult, ...]:
    """The rules about filings that are due, without those that the 适用判定 judges itself."""
    if report is None:
        return ()
    own = set(data.by_route)
    return tuple(r for r in report.results if r.id not in own and (r.stage == "both" or r.stage in due))


def _from_route(data: DiagnosisData, route: RouteResult) -> Iterator[RiskItem]:
    """Clocks that ran out, contradictions, open questions that decide a filing."""

    def made(
        words: str, name: str, found: str, todo: str, paths: tuple[str, ...], consequence: Consequence
    ) -> RiskItem:
        given = getattr(data, words)
        return RiskItem(
            id=f"{words}:{name}",
            dimension="route",
            title=given.title,
            state="unknown" if words == "open" else "missing",
            consequence=consequence,
            share=0.0,
            found=(found,),
            why=given.why,
            clause=given.clause,
            source=given.source,
            todo=todo or given.todo,
            blocks=(),
            effort=0.5,
            phase=1,
            scopes=("algorithm", "large-model"),
            paths=paths,
        )

    for clock in route.clocks:
        if clock.state == "overdue" and clock.who == "本单位" and clock.due and clock.left is not None:
            found = f"{clock.title}应在 {clock.due.isoformat()} 前，已过 {-clock.left} 个工作日"
            yield made("overdue", clock.id, found, "", (clock.since_path,), "penal")
    for each in route.contradictions:
        yield made("contradiction", each.id, each.text, each.fix, each.paths, "return")
    for question in route.open:
        if question.decides and question.kind != "confirm":
            said = f"“{question.text}”还没有弄清"
            yield made("open", question.path, said, question.how, (question.path,), "blocked")


def _judge(
    data: Item,
    reading: Reading,
    basis: Basis,
    results: tuple[RuleResult, ...] | None,
    homes: Mapping[str, frozenset[str]],
    due: Mapping[str, bool | None],
) -> Iterator[RiskItem]:
    maybe = all(due[s] is None for s in data.scopes if s in due)
    if results is None:
        state, found = _by_word(data, reading)
        yield _item(data, state, 1.0 if state == "ready" else 0.0, found, maybe)
        return
    outcome = _by_rules([r for r in results if data.id in homes[r.id]], basis)
    if outcome is not None:
        yield _item(data, *outcome[:3], maybe, outcome[3])


def _by_word(data: Item, reading: Reading) -> tuple[State, tuple[str, ...]]:
    """What the officer says is at hand, when there is nothing else to go by."""
    prepared = reading.terms("intake.prepared")
    if data.answers:
        blank = [p for p in data.answers if reading.asked(p) and not reading.answered(p)]
        if not blank:
            return "ready", ()
        return "unknown", tuple(f"“{label_of(p)}”还没有弄清" for p in blank)
    if not data.have:
        return "unknown", ("资料还没有填，无法判断",)
    if set(data.have) <= set(prepared):
        return "ready", ()
    if not prepared or UNSURE in prepared:
        return "unknown", (f"还没有回答手上有没有：{'、'.join(data.have)}",)
    return "missing", (f"还没有：{'、'.join(t for t in data.have if t not in prepared)}",)


def _by_rules(
    results: Iterable[RuleResult], basis: Basis
) -> tuple[State, float, tuple[str, ...], tuple[Finding, ...]] | None:
    """State, share in place, what was found, the findings; None when no rule applied."""
    asked = [r for r in results if r.status != "not_applicable"]
    unseen = [r for r in asked if basis == "facts" and r.status == "failed" and _needs_more_than_facts(r)]
    seen = [r for r in asked if r not in unseen]
    if not asked:
        return None
    good = sum(r.status in {"passed", "waived"} for r in asked)
    findings = tuple(f for r in seen if r.status == "failed" for f in r.findings if not f.waived)
    manual = [r for r in seen if r.status in {"manual", "error"}]
    state: State
    if any(f.severity == "blocker" for f in findings):
        state = "missing"
    elif unseen:
        state = "unknown"
    elif findings:
        state = "weak"
    else:
        state = "check" if manual else "ready"
    found = [f.message for f in findings[:3]]
    if len(findings) > len(found):
        found.append(f"另有 {len(findings) - len(found)} 处")
    found.extend(f"待人工核查：{r.title}" for r in manual[:2])
    if unseen:
        found.append(f"有 {len(unseen)} 项要看附件、词库或题库，事实文件里没有")
    return state, good / len(asked), tuple(found), findings


def _needs_more_than_facts(result: RuleResult) -> bool:
    found = checking.rule(result.id)
    return found is not None and found[1].predicate_name in _NOT_IN_A_FILE


def _item(
    data: Item,
    state: State,
    share: float,
    found: tuple[str, ...],
    maybe: bool,
    findings: tuple[Finding, ...] = (),
) -> RiskItem:
    return RiskItem(
        id=data.id,
        dimension=data.dimension,
        title=data.title,
        state=state,
        consequence=data.consequence,
        share=share,
        found=found,
        why=data.why,
        clause=data.clause,
        source=data.source,
        todo=data.todo,
        blocks=tuple(data.blocks),
        effort=float(data.effort),
        phase=data.phase,
        scopes=tuple(data.scopes),
        rules=tuple(dict.fromkeys(f.rule for f in findings)),
        paths=tuple(dict.fromkeys(f.path for f in findings if f.path)),
        maybe=maybe,
    )


def _others(
    data: DiagnosisData, basis: Basis, results: tuple[RuleResult, ...], judged: list[RiskItem]
) -> Iterator[RiskItem]:
    """The findings that no item shows (local rules, new packs), so that none is lost."""
    shown = {rule for item in judged for rule in item.rules}
    rest = [r for r in results if r.id not in shown and r.status in {"failed", "error"}]
    if basis == "facts":
        rest = [r for r in rest if not _needs_more_than_facts(r)]
    outcome = _by_rules(rest, basis)
    if outcome is None:
        return
    words = {**data.other.model_dump(), "id": "other", "scopes": ["algorithm", "large-model"], "rules": []}
    yield _item(Item.model_validate(words), *outcome[:3], False, outcome[3])


def _score(items: Iterable[RiskItem], weights: Mapping[Consequence, int]) -> int | None:
    """0…100, rounded down so that 100 means all; None when nothing applies."""
    counted = list(items)
    total = sum(weights[i.consequence] for i in counted)
    if not total:
        return None
    reached = sum((Decimal(weights[i.consequence]) * Decimal(str(i.share)) for i in counted), Decimal(0))
    score = int((reached * 100 / total).to_integral_value(ROUND_FLOOR))
    return min(score, 99) if any(i.state != "ready" for i in counted) else score


def _dimensions(
    items: list[RiskItem], data: DiagnosisData, weights: Mapping[Consequence, int]
) -> Iterator[DimensionScore]:
    for dimension in data.dimensions:
        mine = [i for i in items if i.dimension == dimension.id]
        ready = sum(i.state == "ready" for i in mine)
        yield DimensionScore(dimension.id, dimension.title, _score(mine, weights), len(mine), ready)
