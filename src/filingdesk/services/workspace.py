"""Opening and creating projects, and which ones were open lately."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filingdesk.infra import settings as user_settings
from filingdesk.infra.clock import Clock, system_clock
from filingdesk.infra.user import current_user

if TYPE_CHECKING:
    from filingdesk.services.session import Session
    from filingdesk.store.project import ProjectFile

SUFFIX = ".fdproj"


@dataclass(frozen=True)
class RecentProject:
    """One project that was open lately; `exists` is False when the file is gone."""

    path: Path
    exists: bool


class Workspace:
    """Makes sessions. `who` writes the journal, `clock` gives the time; tests hand in their own."""

    def __init__(self, *, who: Callable[[], str] = current_user, clock: Clock = system_clock) -> None:
        self.who = who
        self.clock = clock

    def create(self, path: Path) -> "Session":
        """Make a new project file and open it; never overwrites. A missing `.fdproj` is added to the name."""
        files, sessions = _project_parts()
        file = files.create(with_suffix(path), who=self.who(), at=self.clock())
        return sessions(file, who=self.who(), clock=self.clock)

    def open(self, path: Path, *, read_only: bool = False) -> "Session":
        """Open a project; read-only when asked, or when another process holds it (`Session.locked_by`)."""
        files, sessions = _project_parts()
        file = files.open(path, read_only=read_only, now=self.clock(), who=self.who())
        return sessions(file, who=self.who(), clock=self.clock)

    def remember(self, path: Path) -> None:
        """Put a project at the head of the recent ones."""
        user_settings.update_recent(path)

    def recent(self) -> list[RecentProject]:
        """Projects that were open lately, the latest first."""
        return [RecentProject(Path(p), Path(p).is_file()) for p in user_settings.load().settings.recent]

    def forget(self, path: Path) -> None:
        """Take a project out of the recent ones; the file is left alone."""
        user_settings.save(user_settings.load().settings.without_recent(path))


def _project_parts() -> "tuple[type[ProjectFile], type[Session]]":
    """What a project is opened with. The store and every declared field come with it, so not before one is wanted: the start
    page shows its recent projects without."""
    from filingdesk.services.session import Session
    from filingdesk.store.project import ProjectFile

    return ProjectFile, Session


def with_suffix(path: Path) -> Path:
    """The path with `.fdproj` at its end."""
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
