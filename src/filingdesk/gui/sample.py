"""Makes the sample project as a job, and says where the one stands that needs no question."""

import secrets
from collections.abc import Callable
from pathlib import Path

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.infra.files import telling
from filingdesk.infra.paths import data_dir
from filingdesk.services.workspace import SUFFIX, Workspace

TOLD = "这是示例：公司和内容都是虚构的，可以随便改，不影响别的项目。"


def sample_place() -> Path:
    """Where the sample of the start page is kept: one click, no question. Raises `UserError` when it cannot be."""
    folder = data_dir() / "示例"
    with telling(folder, "建立"):
        folder.mkdir(exist_ok=True)
    return folder / f"示例备案{SUFFIX}"


def sample_job(workspace: Workspace, path: Path) -> Callable[[Cancel, Report], None]:
    """A job that writes the sample filing to `path` and closes it again: the window opens it in its own thread."""

    def job(_cancel: Cancel, report: Report) -> None:
        from filingdesk.services.demo import create_sample

        # Under another name until it is whole: a kill on the way must not leave half a sample to be opened next time.
        part = path.with_name(f"示例准备中-{secrets.token_hex(3)}{SUFFIX}")
        try:
            create_sample(workspace, part, report=report).close()
            with telling(path, "写入"):
                part.rename(path)
        finally:
            part.unlink(missing_ok=True)

    return job
