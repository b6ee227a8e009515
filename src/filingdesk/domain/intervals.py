"""Proportions with their Wilson 95 % intervals, exactly; for test results of every kind."""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution: two-sided 95 %."""


def wilson(successes: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a proportion, without continuity correction; (0, 1) when nothing was tested.

    centre = (p + z²/2n) / (1 + z²/n), half width = z·√(p(1-p)/n + z²/4n²) / (1 + z²/n).
    Raises ValueError unless 0 ≤ successes ≤ total.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is no proportion")
    if total == 0:
        return 0.0, 1.0
    share, square = successes / total, z * z
    scale = 1 + square / total
    centre = (share + square / (2 * total)) / scale
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / scale
    # At the ends the interval touches 0 and 1; rounding must not put it beside them.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == total else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True)
class Rate:
    """`successes` of `total`; `share`, `low` and `high` are proportions from 0 to 1."""

    successes: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.total:
            raise ValueError(f"{self.successes} of {self.total} is no proportion")

    @property
    def share(self) -> Fraction | None:
        """The exact proportion; None when nothing was tested."""
        return Fraction(self.successes, self.total) if self.total else None

    @property
    def low(self) -> float:
        return wilson(self.successes, self.total)[0]

    @property
    def high(self) -> float:
        return wilson(self.successes, self.total)[1]

    def at_least(self, percent: int | Fraction) -> bool:
        """Is the rate itself at least so many percent? Compared exactly; nothing tested is never enough."""
        return self.share is not None and self.share >= Fraction(percent) / 100

    def at_most(self, percent: int | Fraction) -> bool:
        return self.share is not None and self.share <= Fraction(percent) / 100

    def surely_at_least(self, percent: float) -> bool:
        """Does even the lower end of the 95 % interval reach the demand?"""
        return self.total > 0 and self.low >= percent / 100

    def surely_at_most(self, percent: float) -> bool:
        return self.total > 0 and self.high <= percent / 100

    def text(self) -> str:
        """95.8%(95% 置信区间 94.4%–96.9%); the interval is rounded outwards, so it never looks better than it is."""
        if self.share is None:
            return "未测试"
        low, high = int(self.low * 1000) / 10, -int(-self.high * 1000 // 1) / 10
        return f"{percent_text(self.share)}（95% 置信区间 {low:.1f}%–{high:.1f}%）"


def percent_text(share: Fraction) -> str:
    """A proportion as percent: two decimals at most, cut off and not rounded up (94.996 % is not 95 %)."""
    hundredths = share * 10_000 // 1
    whole, rest = divmod(int(hundredths), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def needed(total: int, percent: float) -> int | None:
    """The fewest successes of `total` whose lower bound reaches `percent`; None when even all do not (919 of 1,000 for 90)."""
    low, high = 0, total
    if total == 0 or wilson(total, total)[0] < percent / 100:
        return None
    while low < high:
        middle = (low + high) // 2
        if wilson(middle, total)[0] >= percent / 100:
            high = middle
        else:
            low = middle + 1
    return low
