"""The company profile as the window holds it while it runs: unlocked once, read and written beside the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import JobRunner
from filingdesk.gui.knowledge import Knowledge
from filingdesk.services import profile as profiles
from filingdesk.services import profile_exchange
from filingdesk.services.profile import Profile


class HasJobs(Protocol):
    """Whoever can work beside the window: a project's desk, or the dialog of the start page."""

    jobs: JobRunner


class ProfileKeeper:
    """`profile` is None while nothing was read or the password is missing; the password lives in memory only."""

    def __init__(self) -> None:
        self.profile: Profile | None = None
        self.password = ""
        self.stamp: tuple[int, int] | None = None

    @property
    def current(self) -> bool:
        """Is what was read still what lies on the disk?"""
        return self.profile is not None and self.stamp == _stamp()

    def forget(self) -> None:
        """Lock again."""
        self.profile, self.password, self.stamp = None, "", None

    def read(
        self,
        desk: HasJobs,
        on_done: Callable[[], None],
        on_error: Callable[[BaseException], None],
        password: str | None = None,
    ) -> None:
        """Read the profile in a job; `password` replaces the one that is held."""
        given = self.password if password is None else password
        stamp = _stamp()

        def done(profile: Profile) -> None:
            self.profile, self.password, self.stamp = profile, given, stamp
            on_done()

        desk.jobs.start(lambda _cancel, _report: profiles.load(given), on_done=done, on_error=on_error)

    def write(
        self,
        desk: HasJobs,
        profile: Profile,
        on_done: Callable[[], None],
        on_error: Callable[[BaseException], None],
        *,
        password: str | None = None,
    ) -> None:
        """Write the profile in a job; with `password` it is sealed anew (blank: no longer sealed)."""
        changing = password is not None
        given = self.password if password is None else password
        read_at = self.stamp

        def done(_path: Path) -> None:
            self.profile, self.password, self.stamp = profile, given, _stamp()
            on_done()

        def job(_cancel: Cancel, _report: Report) -> Path:
            if _stamp() != read_at:
                raise UserError(
                    "profile.changed",
                    "单位档案刚被另一个窗口或命令行改过，没有保存。",
                    "请离开再回到“单位档案”页，看过新的内容后重做。",
                )
            return profiles.save(profile, given, forget_previous=changing)

        desk.jobs.start(job, on_done=done, on_error=on_error)


def _stamp() -> tuple[int, int] | None:
    path = profiles.file_path()
    if not path.is_file():
        return None
    state = path.stat()
    return state.st_mtime_ns, state.st_size


_kept: WeakKeyDictionary[Knowledge, ProfileKeeper] = WeakKeyDictionary()


def keeper(desk: Desk) -> ProfileKeeper:
    """The keeper of this window, whichever project is open: a password is asked for once."""
    return keeper_of(desk.knowledge)


def keeper_of(knowledge: Knowledge) -> ProfileKeeper:
    """The same where no project is open."""
    return _kept.setdefault(knowledge, ProfileKeeper())


def tell_news(desk: Desk) -> None:
    """When a project was opened: say what the profile holds that is newer, and which licences run out. A sealed profile that
    was not unlocked yet stays silent, and so does one that cannot be read: its page tells that."""
    kept = keeper(desk)
    if not profiles.exists():
        return

    def told() -> None:
        profile = kept.profile
        if profile is None or profile.blank:
            return
        parts = []
        newer = [] if desk.read_only else profile_exchange.newer(desk.session, profile)
        if newer:
            parts.append(f"单位档案有 {len(newer)} 处比本项目新")
        urgent = [e for e in profiles.expiries(profile.facts, desk.session.today) if e.urgent]
        if urgent:
            parts.append(f"{len(urgent)} 个证照已过期或快到期")
        if parts:
            desk.tell(f"{'；'.join(parts)}。请看“单位档案”页。", "warning" if urgent else "accent")

    if kept.current:
        told()
    else:
        kept.read(desk, told, lambda _error: None)
