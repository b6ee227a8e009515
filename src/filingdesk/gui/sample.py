"""The sample: made once in the background, in a place of the program's own or where somebody wants it, and opened."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.telling import PROJECT_FILTER
from filingdesk.infra.files import telling
from filingdesk.infra.paths import data_dir
from filingdesk.services.workspace import SUFFIX, Workspace, with_suffix

if TYPE_CHECKING:
    from filingdesk.gui.shell import Shell

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


class Sampling(QObject):
    """Brings the sample into one window."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell

    def open(self) -> None:
        """At once, in a place of the program's own; where that cannot be written, ask for another."""
        try:
            place = sample_place()
        except UserError:
            self.ask()
        else:
            self.make(place)

    def ask(self) -> None:
        """Ask where it may be kept, make it there and open it."""
        name, _filter = QFileDialog.getSaveFileName(
            self._shell,
            "把示例存到",
            str(Path.home() / f"示例备案{SUFFIX}"),
            PROJECT_FILTER,
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.make(Path(name))

    def make(self, path: Path) -> None:
        """Make it in the background, then open it; an existing file is opened as it is."""
        shell, path = self._shell, with_suffix(path)
        if path.is_file():
            shell.open_project(path)
            return
        shell.start.set_busy(True, "正在准备示例…")
        shell.jobs.start(
            sample_job(shell.workspace, path),
            on_done=lambda _done: self._ready(path),
            on_error=self._failed,
            on_progress=lambda progress: shell.start.set_busy(True, f"正在准备示例：{progress.text}"),
        )

    def _ready(self, path: Path) -> None:
        self._shell.start.set_busy(False)
        if self._shell.open_project(path) and self._shell.desk is not None:
            self._shell.desk.tell(TOLD)

    def _failed(self, error: BaseException) -> None:
        self._shell.start.set_busy(False)
        self._shell.tell_error(error)
