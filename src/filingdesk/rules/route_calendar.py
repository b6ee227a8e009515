"""Working days in China: counts by the arranged holidays where they are known, by Mondays to Fridays where not, and says which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from filingdesk.rules.route_schema import WorkdaysData


@dataclass(frozen=True)
class Counted:
    """A day or a number of days, and the years whose holidays were not known (empty = exact)."""

    day: date
    days: int
    guessed: tuple[int, ...]

    @property
    def exact(self) -> bool:
        return not self.guessed


class Calendar:
    """Which days are working days. The first day of a period does not count; the last one does."""

    def __init__(self, years: Mapping[int, tuple[frozenset[date], frozenset[date]]]) -> None:
        self._years = years

    @classmethod
    def of(cls, data: WorkdaysData) -> "Calendar":
        return cls({year: (frozenset(d.off), frozenset(d.on)) for year, d in data.years.items()})

    @property
    def known(self) -> tuple[int, ...]:
        """The years whose holidays are known."""
        return tuple(sorted(self._years))

    def is_working(self, day: date) -> bool:
        off, on = self._years.get(day.year, (frozenset(), frozenset()))
        return day in on if day.weekday() > 4 else day not in off

    def after(self, start: date, days: int) -> Counted:
        """The `days`-th working day after `start` (1 or more). The last days of the calendar end the count early."""
        day, left, guessed = start, days, set[int]()
        while left and day < date.max:
            day += timedelta(days=1)
            if day.year not in self._years:
                guessed.add(day.year)
            left -= self.is_working(day)
        return Counted(day, days - left, tuple(sorted(guessed)))

    def between(self, start: date, end: date) -> Counted:
        """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
        if end <= start:
            return Counted(end, 0, ())
        guessed = tuple(year for year in range(start.year, end.year + 1) if year not in self._years)
        weeks, rest = divmod((end - start).days, 7)
        plain = weeks * 5 + sum(
            (start + timedelta(days=weeks * 7 + i)).weekday() < 5 for i in range(1, rest + 1)
        )
        free = sum(start < day <= end for off, _ in self._years.values() for day in off)
        worked = sum(start < day <= end for _, on in self._years.values() for day in on)
        return Counted(end, plain - free + worked, guessed)
