"""How long work will still take, from what it has really counted; silent while that would be a guess."""

from collections import deque

from filingdesk.domain.jobs import Progress

LEAST_SECONDS = 3.0
LEAST_STEPS = 5
LEAST_SHARE = 0.02
"""Before so much was counted nothing is foretold."""
WINDOW_SECONDS = 30.0
"""The latest counts tell the speed: a pause or a slow beginning is soon forgotten."""
SILENT_AFTER = 10.0
"""Without a count for so long (paused, or one very large piece) nothing is foretold either."""
_DAY = 24 * 3600


class Pace:
    """The counts of one piece of work, in phases: a new total is a new phase. Times are seconds of a steady clock."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()
        self._total = 0
        self._begun: tuple[float, int] = (0.0, 0)
        self._steps = 0
        self._phases = 0

    def note(self, progress: Progress, now: float) -> None:
        """A report of the work. Only what grows counts; total 0 (unknown) ends a phase."""
        last = self._counts[-1][1] if self._counts else None
        if progress.total <= 0:
            self._counts.clear()
            self._total = 0
        elif progress.total != self._total or last is None or progress.done < last:
            self._counts.clear()
            self._counts.append((now, progress.done))
            self._begun = (now, progress.done)
            self._total, self._steps = progress.total, 0
            self._phases += 1
        elif progress.done > last:
            self._steps += 1
            self._counts.append((now, progress.done))
            while len(self._counts) > LEAST_STEPS and now - self._counts[0][0] > WINDOW_SECONDS:
                self._counts.popleft()

    def seconds_left(self, now: float) -> float | None:
        """How long this phase will still take at the latest speed; None while that is not known."""
        if not self._counts or self._steps < LEAST_STEPS:
            return None
        (first, before), (last, done) = self._counts[0], self._counts[-1]
        counted = done - self._begun[1]
        if last - self._begun[0] < LEAST_SECONDS or counted < self._total * LEAST_SHARE:
            return None
        if (
            done <= before
            or last <= first
            or now - last > max(SILENT_AFTER, 2 * (last - first) / self._steps)
        ):
            return None
        return max((self._total - done) * (last - first) / (done - before) - (now - last), 0.0)

    def words(self, now: float) -> str:
        """What may be said of the rest, such as 约 2 分钟; blank while nothing can be. A later phase speaks of itself only."""
        left = self.seconds_left(now)
        if left is None:
            return ""
        return ("这一步" if self._phases > 1 else "") + duration(left)


def duration(seconds: float) -> str:
    """A rest of time, as coarse as it deserves: 不到 10 秒, 约 40 秒, 约 2 分钟, 约 1 小时 20 分钟."""
    if seconds < 10:
        return "不到 10 秒"
    if seconds < 55:
        return f"约 {round(seconds / 10) * 10} 秒"
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return f"约 {minutes} 分钟"
    if seconds >= _DAY:
        return "一天以上"
    hours, rest = divmod(round(minutes / 10) * 10, 60)
    return f"约 {hours} 小时 {rest} 分钟" if rest else f"约 {hours} 小时"


def taken(seconds: float) -> str:
    """How long something took."""
    if seconds < 1:
        return "用时不到 1 秒"
    if seconds < 60:
        return f"用时 {int(seconds)} 秒"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"用时 {minutes} 分 {rest} 秒" if rest else f"用时 {minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    return f"用时 {hours} 小时 {minutes} 分钟" if minutes else f"用时 {hours} 小时"
