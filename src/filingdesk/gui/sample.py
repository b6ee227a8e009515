"""Makes the sample project as a job."""

from collections.abc import Callable
from pathlib import Path

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.services.workspace import Workspace


def sample_job(workspace: Workspace, path: Path) -> Callable[[Cancel, Report], None]:
    """A job that writes the sample filing to `path`."""

    def job(cancel: Cancel, report: Report) -> None:
        raise UserError("sample.missing", "示例还没有准备好。", "请先新建一个项目。")

    return job
