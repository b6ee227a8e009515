"""Files for the upload fields of a web form: laid out beside the window, in a folder that is remembered per project."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.infra import settings as user_settings
from filingdesk.services.webform import Step
from filingdesk.services.webform_files import LaidOut, lay_out, side_folder

Say = Callable[[str, str], None]
"""Tells a word at the lower edge of the window: text and tone."""


def memory(project: Path, what: str) -> Path:
    """The name under which the user's settings remember something of the small window for a project."""
    return project / f"@webform-{what}"


def open_place(folder: Path) -> None:
    """Show a folder with the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class Uploads:
    """Where files are laid out, and the work of doing so."""

    def __init__(self, desk: Desk, say: Say) -> None:
        self._desk, self._say = desk, say
        kept = user_settings.load().settings.place(memory(desk.session.path, "folder"))
        self.folder = Path(kept) if kept else side_folder(desk.session.path)

    def take(self, step: Step | None, then: Callable[[Step, LaidOut], None]) -> None:
        """Lay the file of a step out in a job, then do something with it; a fault is told in the window."""
        session, folder = self._desk.session, self.folder
        if step is None or step.kind not in ("file", "paper") or not step.value:
            return
        self._say(f"正在准备 {step.value}…", "")

        def job(_cancel: Cancel, _report: Report) -> LaidOut:
            return lay_out(session, step, folder)

        def failed(error: BaseException) -> None:
            if isinstance(error, UserError):
                self._say(f"{error.message}{error.hint}", "blocker")
            else:
                self._desk.failed.emit(error)

        self._desk.jobs.start(job, on_done=lambda laid: then(step, laid), on_error=failed)

    def choose(self, parent: QWidget) -> None:
        """Ask for another folder."""
        name = QFileDialog.getExistingDirectory(parent, "附件放到哪个文件夹", str(self.folder.parent))
        if name:
            self.set_folder(Path(name))

    def set_folder(self, folder: Path) -> None:
        """Lay files out here from now on."""
        self.folder = folder
        with suppress(UserError):  # a choice that cannot be kept still holds for today
            kept = user_settings.load().settings
            user_settings.save(kept.with_place(memory(self._desk.session.path, "folder"), str(folder)))
        self._say(f"附件放到 {folder}", "")
