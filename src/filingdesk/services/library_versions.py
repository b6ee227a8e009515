"""Versions of the keyword library: list, differences, bringing one back, and the ledger of the weekly update (T4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.services import checking
from filingdesk.services.changes import Changes
from filingdesk.services.session import Session
from filingdesk.store.journal import CHINA
from filingdesk.store.keyword_file import KeywordVersion
from filingdesk.store.model import JournalEntry, Transaction
from filingdesk.store.selection import ChangeKind, Label, WordChange

__all__ = [
    "CHANGE_WORDS",
    "ChangeKind",
    "Label",
    "LibraryDiff",
    "LibraryUpdate",
    "UpdateLedger",
    "UpdatePeriod",
    "WordChange",
    "diff",
    "ledger",
    "previous",
    "restore",
    "save_restore",
    "updates",
    "versions",
]

CHANGE_WORDS: Mapping[ChangeKind, str] = {
    "added": "新增",
    "removed": "删除",
    "risk": "改风险",
    "category": "改分类",
    "rows": "重复次数变了",
}

_KIND_WORDS = {"import": "更新", "undo": "撤销", "redo": "重做"}


@dataclass(frozen=True)
class LibraryUpdate:
    """One change of the library as the journal holds it.

    `at` is in China's time. `version` is in force after it, `before` was before. `counts`: words per kind of change;
    None where it was not counted then and the rows are gone. `undone`: taken back later, so it counts for nothing.
    `changed`: words, risks or categories differ (an import of the same list is no update).
    """

    version: int
    before: int
    at: datetime
    who: str
    kind: str
    label: str
    total: int
    counts: Mapping[str, int] | None
    undone: bool
    changed: bool
    kept: bool
    in_force: bool

    @property
    def kind_words(self) -> str:
        return _KIND_WORDS.get(self.kind, self.kind)

    @property
    def counts_as_update(self) -> bool:
        """Whether T4 may be answered with it."""
        return self.changed and not self.undone and self.kind != "undo"


@dataclass(frozen=True)
class LibraryDiff:
    """What changed from one version to another; `counts` is complete, `changes` as many as were asked for."""

    before: int
    after: int
    counts: Mapping[str, int]
    changes: tuple[WordChange, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            "counts": dict(self.counts),
            "changes": [
                {
                    "kind": c.kind,
                    "word": c.word,
                    "before": [label._asdict() for label in c.before],
                    "after": [label._asdict() for label in c.after],
                }
                for c in self.changes
            ],
        }


@dataclass(frozen=True)
class UpdatePeriod:
    """One period (a week, Monday to Sunday, with T4 = 7 days): `first` to `last`, both included.

    `open`: it has not ended yet. `missed`: it is over and nothing was updated.
    """

    first: date
    last: date
    updates: tuple[LibraryUpdate, ...]
    open: bool = False

    @property
    def missed(self) -> bool:
        return not self.updates and not self.open


@dataclass(frozen=True)
class UpdateLedger:
    """The record of updates since the library exists.

    `days`: the interval T4 asks for; None = the standard in force names none, then there are no periods. `longest_gap`:
    most days between two updates, the time since the last one included. `source` is T4's source mark.
    """

    days: int | None
    source: str
    clause: str
    today: date
    periods: tuple[UpdatePeriod, ...] = field(default=())
    updates: tuple[LibraryUpdate, ...] = field(default=())
    longest_gap: int = 0
    since_last: int = 0

    @property
    def missed(self) -> tuple[UpdatePeriod, ...]:
        return tuple(period for period in self.periods if period.missed)

    @property
    def overdue(self) -> bool:
        """Whether more days have gone by since the last update than T4 says."""
        return self.days is not None and bool(self.updates) and self.since_last > self.days


def updates(session: Session) -> list[LibraryUpdate]:
    """Every change of the library, oldest first."""
    file = session.file
    by_version = {v.version: v for v in file.keyword_versions()}
    current = file.keyword_version()
    rows = file.keyword_journal()
    undone = _undone(rows)
    last = len(rows) - 1
    return [
        _update(row, by_version, number in undone, number == last and current != 0)
        for number, row in enumerate(rows)
    ]


def _undone(rows: Sequence[JournalEntry]) -> set[int]:
    """Numbers of the journal rows that were taken back later; a redo stands for itself."""
    holding: dict[int, int] = {}
    taken_back = set()
    for number, row in enumerate(rows):
        if row.kind == "undo" and row.undo_of is not None:
            if row.undo_of in holding:
                taken_back.add(holding.pop(row.undo_of))
        else:
            holding[row.undo_of if row.undo_of is not None else row.revision] = number
    return taken_back


def _update(
    row: JournalEntry, by_version: Mapping[int, KeywordVersion], undone: bool, in_force: bool
) -> LibraryUpdate:
    version, before = _version(row.new), _version(row.old)
    now, was = by_version.get(version), by_version.get(before)
    empty = f"{0:032x}"
    changed = (now.content if now else empty) != (was.content if was else empty)
    counts = now.changes if now is not None and now.base == before else None
    return LibraryUpdate(
        version,
        before,
        row.at.astimezone(CHINA),
        row.who,
        row.kind,
        row.label,
        now.total if now else 0,
        counts,
        undone,
        changed,
        now.kept if now else True,
        in_force,
    )


def _version(value: object) -> int:
    return int(value["version"]) if isinstance(value, dict) else 0


def versions(session: Session) -> list[LibraryUpdate]:
    """The versions of the library, newest first: every change but the undoing and redoing of one.

    `in_force` and `undone` say how each stands now, whatever was undone and redone meanwhile.
    """
    current = session.file.keyword_version()
    every = updates(session)
    standing = {u.version for u in every if not u.undone and u.kind != "undo"}
    return [
        replace(u, in_force=u.version == current, undone=u.version not in standing)
        for u in reversed(every)
        if u.kind not in ("undo", "redo")
    ]


def previous(session: Session) -> int:
    """The version before the one in force; 0 = the empty library."""
    current = session.file.keyword_version()
    return next((u.before for u in versions(session) if u.version == current), 0)


def diff(
    session: Session,
    before: int,
    after: int | None = None,
    limit: int | None = None,
    cancel: Cancel | None = None,
) -> LibraryDiff:
    """What changed from version `before` (0 = the empty library) to `after` (None = the one in force).

    `UserError` (`library.no_version`, `library.version_gone`) where a version is not there.
    """
    target = session.file.keyword_version() if after is None else after
    counts, changes = session.file.keyword_changes(before, target, limit, cancel)
    return LibraryDiff(before, target, counts, tuple(changes))


def save_restore(
    session: Session, version: int, cancel: Cancel | None = None, report: Report = silent
) -> Transaction:
    """The part of `restore` that a job may run."""
    return session.file.restore_keywords(
        version,
        label=f"关键词库恢复到第 {version} 版",
        who=session.who,
        at=session.clock(),
        cancel=cancel,
        report=report,
    )


def restore(session: Session, version: int) -> Changes:
    """Bring an earlier version back as a new one, as one edit that undo takes back."""
    return session.library_changed(save_restore(session, version))


def ledger(session: Session) -> UpdateLedger:
    """The ledger of updates up to today, by the standard that judges the project."""
    snapshot = session.snapshot()
    days = checking.threshold("T4", snapshot)
    parameter = checking.standard_pack(snapshot).data.parameters.get("T4")
    done = tuple(u for u in updates(session) if u.counts_as_update)
    today = session.today
    source = str(parameter.source.value) if parameter is not None else ""
    clause = (parameter.clause or "") if parameter is not None else ""
    if not done:
        return UpdateLedger(days, source, clause, today)
    dates = [u.at.date() for u in done]
    gaps = [(later - earlier).days for earlier, later in zip(dates, [*dates[1:], today], strict=True)]
    return UpdateLedger(
        days,
        source,
        clause,
        today,
        _periods(done, today, days) if days else (),
        done,
        max(gaps),
        (today - dates[-1]).days,
    )


def _periods(done: Sequence[LibraryUpdate], today: date, days: int) -> tuple[UpdatePeriod, ...]:
    first = done[0].at.date()
    # Whole weeks run from Monday, as people count them; any other interval from the first day.
    start = first - timedelta(days=first.weekday()) if days % 7 == 0 else first
    found = []
    while start <= today:
        end = start + timedelta(days=days - 1)
        inside = tuple(u for u in done if start <= u.at.date() <= end)
        found.append(UpdatePeriod(start, end, inside, open=end >= today))
        start = end + timedelta(days=1)
    return tuple(found)
