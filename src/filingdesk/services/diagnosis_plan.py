"""The work plan of a 备案风险诊断: tasks by weeks, and the steps that others decide."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from filingdesk.rules.route import RouteResult
from filingdesk.rules.route_diagnosis import DiagnosisData, MilestoneData
from filingdesk.rules.route_reading import Reading
from filingdesk.services.diagnosis_items import Milestone, RiskItem, Task


def plan(items: Iterable[RiskItem], data: DiagnosisData) -> Iterator[Task]:
    """What the algorithm filing needs comes first, as it is filed first; then by phase, within a phase by rank."""
    capacity = Decimal(data.people * data.week_days)
    used = Decimal(0)
    for item in sorted(items, key=lambda i: ("algorithm" not in i.scopes, i.phase)):
        # What is partly in place takes the rest of the work, in half days, at least one of them.
        left = Decimal(str(item.effort)) * (1 - Decimal(str(item.share)))
        effort = max(Decimal(1), (left * 2).to_integral_value(ROUND_CEILING)) / 2
        first = int(used // capacity) + 1
        used += effort
        last = max(first, int(-(-used // capacity)))
        yield Task(item.id, item.title, item.todo, first, last, float(effort))


def milestones(
    data: DiagnosisData,
    route: RouteResult,
    tasks: tuple[Task, ...],
    items: tuple[RiskItem, ...],
    reading: Reading,
    due: Mapping[str, bool | None],
) -> Iterator[Milestone]:
    """The submissions, each in the week after the last task that it needs."""
    by_id = {item.id: item for item in items}
    done = {f.scope for f in route.filings if f.done}
    limit = next((c.due for c in route.clocks if c.id == "file" and c.state == "running"), None)
    for entry in data.milestones:
        if entry.scope not in due or entry.scope in done or not reading.holds(entry.when):
            continue
        needed = (
            t
            for t in tasks
            if by_id[t.item].phase <= entry.after_phase and entry.scope in by_id[t.item].scopes
        )
        week = max((t.last_week for t in needed), default=0) + 1
        day = reading.as_of + timedelta(weeks=week - 1)
        late = _late(entry, day, limit)
        yield Milestone(entry.title, week, day, entry.clause, entry.source, entry.text, late)


def _late(entry: MilestoneData, day: date, limit: date | None) -> str:
    if entry.id != "algorithm" or limit is None or day <= limit:
        return ""
    return f"按估计的工作量要到 {day.isoformat()} 前后，赶不上 {limit.isoformat()} 的法定期限；请加人或先做必交的材料。"
