"""The clocks of the law: running since, due by, met or overdue, in working days."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from filingdesk.domain.meta import SourceMark
from filingdesk.domain.values import parse_date
from filingdesk.rules.route_calendar import Counted
from filingdesk.rules.route_reading import Reading
from filingdesk.rules.route_schema import DeadlineData
from filingdesk.rules.route_table import RouteTable

ClockState = Literal["not-started", "unknown", "running", "overdue", "met", "late", "done"]
CLOCK_WORDS: dict[ClockState, str] = {
    "not-started": "尚未起算",
    "unknown": "缺起算日期",
    "running": "进行中",
    "overdue": "已超期",
    "met": "按期完成",
    "late": "已完成，但晚于期限",
    "done": "已完成，是否按期无法判断",
}


@dataclass(frozen=True)
class Clock:
    """One clock. `left`: working days until due (negative: days overdue); None when it does not run. `note` says where the
    count is not exact."""

    id: str
    title: str
    who: str
    state: ClockState
    days: int
    since_path: str
    since: date | None
    due: date | None
    left: int | None
    clause: str
    source: SourceMark
    text: str
    note: str = ""


def clocks(table: RouteTable, reading: Reading) -> tuple[Clock, ...]:
    """Every clock whose condition holds, in the order of the table."""
    return tuple(_clock(entry, table, reading) for entry in table.data.deadlines if reading.holds(entry.when))


def _clock(entry: DeadlineData, table: RouteTable, reading: Reading) -> Clock:
    days = table.days[entry.days.removeprefix("$")]

    def made(
        state: ClockState,
        since: date | None = None,
        due: date | None = None,
        left: int | None = None,
        note: str = "",
    ) -> Clock:
        return Clock(
            entry.id,
            entry.title,
            entry.who,
            state,
            days,
            entry.start,
            since,
            due,
            left,
            entry.clause,
            entry.source,
            entry.text,
            note,
        )

    if not entry.start:
        return made("not-started")
    since = parse_date(reading.text(entry.start))
    done = bool(entry.met_when) and reading.holds(entry.met_when)
    if since is None:
        return made("done" if done else "unknown")
    notes = ["开始当日不计入"]
    if entry.not_before is not None and since < entry.not_before:
        since = entry.not_before
        notes.append(f"从规定施行之日 {since.isoformat()} 起算（推导）")
    if since > reading.as_of:
        return made("not-started", since, None, None, "起算日期在今天以后")
    due = table.calendar.after(since, days)
    notes.extend(_guess(due))
    met = parse_date(reading.text(entry.met_on))
    if met is not None and met <= reading.as_of:
        return made("met" if met <= due.day else "late", since, due.day, None, "；".join(notes))
    if done:
        finished = parse_date(reading.text(entry.late_after))
        proved = finished is not None and finished <= due.day
        return made("met" if proved else "done", since, due.day, None, "；".join(notes))
    if reading.as_of <= due.day:
        left = table.calendar.between(reading.as_of, due.day)
        return made("running", since, due.day, left.days, "；".join(notes))
    over = table.calendar.between(due.day, reading.as_of)
    return made("overdue", since, due.day, -over.days, "；".join(dict.fromkeys([*notes, *_guess(over)])))


def _guess(counted: Counted) -> list[str]:
    if counted.exact:
        return []
    years = "、".join(str(year) for year in counted.guessed)
    return [f"{years} 年的放假安排不在数据内，按周一至周五计，以国务院放假安排为准"]
