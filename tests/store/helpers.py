"""Short hands of the store's tests: a moment in time, one edit, what lies beside a project."""

from datetime import UTC, datetime
from pathlib import Path

from filingdesk.store.model import Change, Json, Transaction
from filingdesk.store.project import ProjectFile

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
WHO = "测试员"


def edit(project: ProjectFile, key: str, new: Json, at: datetime = NOW) -> Transaction:
    """Set one entry, whatever it was before."""
    old = project.entries().get(key)
    return project.apply([Change(key, old, new)], label=f"修改 {key}", who=WHO, at=at)


def side_files(path: Path) -> list[str]:
    """Names beside the project, without its backup folder."""
    return sorted(other.name for other in path.parent.iterdir() if other.is_file() and other != path)
