"""Makes the sample project as a job."""

from collections.abc import Callable
from pathlib import Path

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.services.workspace import Workspace


def sample_job(workspace: Workspace, path: Path) -> Callable[[Cancel, Report], None]:
    """A job that writes the sample filing to `path` and closes it again: the window opens it in its own thread."""

    def job(_cancel: Cancel, report: Report) -> None:
        from filingdesk.services.demo import create_sample

        create_sample(workspace, path, report=report).close()

    return job
