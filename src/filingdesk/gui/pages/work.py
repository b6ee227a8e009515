"""Long work as a page shows it: one line with a bar and a way to stop it, in the page or as a sheet before the window."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from filingdesk.domain.jobs import Cancel, Progress, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.jobtray_board import Naming, Result
from filingdesk.gui.page import Page
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.gui.widgets.workbar import WorkBar

T = TypeVar("T")
Job = Callable[[Cancel, Report], T]


class WorkStrip(QFrame):
    """Runs one job at a time and shows how far it is; hidden while nothing runs. A fault is told by the desk."""

    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ticket: Ticket | None = None
        self.setProperty("role", "subCard")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        row.setSpacing(Space.S)
        self.words = ElidedLabel("", "secondary")
        row.addWidget(self.words, 2)
        self.bar = WorkBar()
        row.addWidget(self.bar, 3)
        self.cancel = QPushButton("取消")
        self.cancel.setAccessibleName("取消正在进行的工作")
        self.cancel.clicked.connect(lambda: self.stop())
        row.addWidget(self.cancel)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._ticket is not None

    def run(
        self,
        text: str,
        job: Job[T],
        on_done: Callable[[T], None],
        *,
        on_error: Callable[[BaseException], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        again: Callable[[], object] | None = None,
        result: Callable[[T], Result] | None = None,
    ) -> bool:
        """Start a job; False while another one runs here. `again` and `result` are for the list of long work (`Naming`)."""
        if self._ticket is not None:
            return False

        def done(result: T) -> None:
            self._end()
            on_done(result)

        def failed(error: BaseException) -> None:
            self._end()
            (on_error or self._desk.failed.emit)(error)

        def cancelled() -> None:
            self._end()
            if on_cancelled is not None:
                on_cancelled()
            else:
                self._desk.tell("已取消，没有改动任何内容。")

        self.words.setText(text)
        self.bar.show_share(None)
        self.cancel.setEnabled(True)
        self._ticket = self._desk.jobs.start(
            job,
            on_done=done,
            on_error=failed,
            on_cancelled=cancelled,
            on_progress=self._show,
            named=Naming(text, self._page(), again, result, lambda: self.stop() if isValid(self) else None),
        )
        self.show()
        self.busy_changed.emit(True)
        return True

    def _page(self) -> str:
        above = self.parentWidget()
        while above is not None and not isinstance(above, Page):
            above = above.parentWidget()
        return above.key if above is not None else ""

    def stop(self) -> None:
        """Ask the job to stop."""
        if self._ticket is not None:
            self._ticket.cancel()
            self.cancel.setEnabled(False)
            self.words.setText("正在停止…")

    def _show(self, progress: Progress) -> None:
        self.bar.show_share(progress.done / progress.total if progress.total > 0 else None)
        if progress.text and self.cancel.isEnabled():
            self.words.setText(progress.text)

    def _end(self) -> None:
        self._ticket = None
        self.hide()
        self.busy_changed.emit(False)


class WorkSheet(Dialog):
    """A job that writes into the project: nothing else can be edited meanwhile, the window stays alive."""

    def __init__(self, desk: Desk, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(title, "cardTitle"))
        column.addWidget(label(text, "secondary", wrap=True))
        self.strip = WorkStrip(desk)
        column.addWidget(self.strip)
        self.strip.busy_changed.connect(self._follow)

    def primary(self) -> None:
        """Nothing: Enter must not stop the work."""

    def run(self, text: str, job: Job[T], on_done: Callable[[T], None]) -> None:
        """Show the sheet, run the job, close the sheet when it ended."""
        self.strip.run(text, job, on_done)
        self.open()

    def _follow(self, busy: bool) -> None:
        if not busy:
            self.accept()

    def reject(self) -> None:
        if self.strip.busy:
            self.strip.stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.strip.busy:
            self.strip.stop()
            event.ignore()
        else:
            super().closeEvent(event)
