"""How many findings stood on which day: one small entry per day, written at the checkpoints of the self-check, never made up.

A day on which nothing was checked for the record has no point. What is counted is what the report says; the packs that judged
are remembered as a short digest, so that a jump that comes from other rules can be told from one that comes from work.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from filingdesk.domain.report import CheckReport
from filingdesk.services.changes import TALLY
from filingdesk.services.session import Session
from filingdesk.store.model import Change, Json

KEPT_DAYS = 400
"""Days with a point that a project keeps, the latest: more than a year of work."""


@dataclass(frozen=True)
class Point:
    """The last count of a day (in China): blockers (crashed rules among them), warnings, rules that wait for a person.

    `packs` is a digest of the packs that judged, `rules_changed` says that they were others than at the point before.
    """

    day: date
    blockers: int
    warnings: int
    manual: int
    packs: str = ""
    rules_changed: bool = False

    def spoken(self) -> str:
        """The point as a screen reader says it."""
        changed = "，规则有更新" if self.rules_changed else ""
        return (
            f"{self.day.month}月{self.day.day}日 阻断 {self.blockers}，"
            f"提醒 {self.warnings}，需人工 {self.manual}{changed}"
        )


def of_report(report: CheckReport, day: date) -> Point:
    """What a report counts."""
    digest = hashlib.sha256("\n".join(f"{p.id} {p.sha256}" for p in report.packs).encode()).hexdigest()[:8]
    return Point(
        day,
        report.count("blocker") + len(report.with_status("error")),
        report.count("warning"),
        len(report.with_status("manual")),
        digest,
    )


def changes(session: Session, report: CheckReport) -> list[Change]:
    """What is to be stored so that today's point says what the report says; days beyond the kept ones go. Empty: nothing new."""
    kept = session.marks(TALLY)
    point = of_report(report, session.today)
    name = point.day.isoformat()
    value = cast(
        Json,
        {
            "blockers": point.blockers,
            "warnings": point.warnings,
            "manual": point.manual,
            "packs": point.packs,
        },
    )
    if kept.get(name) == value:
        return []
    old = sorted(other for other in kept if other != name)
    dropped = old[: max(len(old) - (KEPT_DAYS - 1), 0)]
    return [
        Change(TALLY + name, kept.get(name), value),
        *(Change(TALLY + other, kept[other], None) for other in dropped),
    ]


def points(session: Session) -> tuple[Point, ...]:
    """Every day with a count, in order. What is damaged is no count."""
    return read(session.marks(TALLY))


def read(marks: Mapping[str, Json]) -> tuple[Point, ...]:
    """The same from the entries by day."""
    found: list[Point] = []
    for name in sorted(marks):
        point = _point(name, marks[name])
        if point is not None:
            changed = bool(found) and found[-1].packs != point.packs
            found.append(Point(point.day, point.blockers, point.warnings, point.manual, point.packs, changed))
    return tuple(found)


def _point(name: str, value: Any) -> Point | None:
    try:
        day = date.fromisoformat(name)
        blockers, warnings, manual = (value[each] for each in ("blockers", "warnings", "manual"))
    except (ValueError, TypeError, KeyError):
        return None
    if not all(type(count) is int and count >= 0 for count in (blockers, warnings, manual)):
        return None
    return Point(day, blockers, warnings, manual, str(value.get("packs", "")))


def before(known: Sequence[Point], day: date) -> Point | None:
    """The last point before a day."""
    return next((point for point in reversed(known) if point.day < day), None)
