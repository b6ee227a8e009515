"""The card 下一期限: the clock of the law that runs out first, in working days, with its source; hidden while none runs."""

from collections.abc import Sequence
from datetime import date

from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.gui.widgets.numbercard import NumberCard
from filingdesk.rules.route_clocks import Clock
from filingdesk.services import routing

OWN = "本单位"
FEW_DAYS = 3
"""From here on the number wears the tone of a warning; a matter of looks, no limit of the law."""
_WEEKDAYS = "一二三四五六日"


def day_words(day: date, today: date) -> str:
    """12月1日 周二; the year only when it is another one."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}"


def live_clocks(clocks: Sequence[Clock]) -> tuple[Clock, ...]:
    """The clocks that count: one's own that ran out before anything that still runs, then the earliest due."""
    live = [
        clock
        for clock in clocks
        if clock.due is not None
        and clock.left is not None
        and (clock.state == "running" or (clock.state == "overdue" and clock.who == OWN))
    ]
    return tuple(sorted(live, key=lambda c: (c.state != "overdue", c.due or date.max, c.who != OWN)))


def next_clock(clocks: Sequence[Clock]) -> Clock | None:
    """The most urgent clock that counts; None: no clock runs."""
    return next(iter(live_clocks(clocks)), None)


def left_words(clock: Clock) -> str:
    """还有 6 个工作日, 今天到期, 已超期 2 个工作日."""
    left = clock.left or 0
    if clock.state == "overdue":
        return f"已超期 {-left} 个工作日"
    return f"还有 {left} 个工作日" if left else "今天到期"


def guess_of(clock: Clock) -> str:
    """Why the count may be a few days off (a year whose holidays are not known); blank when it is exact."""
    return next((part for part in clock.note.split("；") if "放假安排" in part), "")


class DeadlineCard(NumberCard):
    """The next deadline; `path` is the field from whose date it is counted."""

    def __init__(self) -> None:
        super().__init__("下一期限", "blocker")
        self.clock: Clock | None = None
        set_look(self.number, words="true")
        self._badge: SourceBadge | None = None
        self.guess = label("", "muted")
        self.note_row.addWidget(self.guess)
        self.note_row.addStretch(1)
        self.body.setSpacing(0)
        self.hide()

    def show_clock(self, clock: Clock | None, today: date) -> None:
        """Show a clock; nothing at all without one."""
        if clock is None or clock.due is None or clock.left is None:
            self.clock = None
            self.hide()
            return
        if clock == self.clock:
            return
        self.clock = clock
        self._title = (
            f"下一期限 · {clock.title}（{clock.who}）" if clock.who != OWN else f"下一期限 · {clock.title}"
        )
        self.heading.setText(self._title)
        late = clock.state == "overdue"
        value = left_words(clock)
        self._tone = "blocker" if late else "warning"
        alarming = late or (clock.who == OWN and clock.left <= FEW_DAYS)
        self.show_number(value, day_words(clock.due, today), alarming=alarming)
        if self._badge is not None:
            self.note_row.removeWidget(self._badge)
            self._badge.hide()
            self._badge.deleteLater()
        self._badge = SourceBadge(clock.source)
        self.note_row.insertWidget(1, self._badge)
        guess = guess_of(clock)
        self.guess.setText("放假安排未知" if guess else "")
        self.guess.setToolTip(guess)
        self.guess.setVisible(bool(guess))
        why = f"{clock.text}{routing.cited(clock.source, clock.clause)}"
        self.setToolTip(why + (f"\n{clock.note}。" if clock.note else ""))
        self.setAccessibleName(
            f"{self._title}，{value}，{day_words(clock.due, today)}，{clock.source.badge}"
            + (f"，{guess}" if guess else "")
        )
        self.show()

    @property
    def path(self) -> str:
        """The field from whose date the clock counts; blank while none is shown."""
        return self.clock.since_path if self.clock is not None else ""
