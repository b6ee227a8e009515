"""Long work of the keyword page that runs in another process: the line with a bar, a way to pause it and a way to stop it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.services.apart import Pause, run_apart

TASKS = "filingdesk.services.keyword_tasks:"


class RunStrip(WorkStrip):
    """A `WorkStrip` for tasks apart."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pause = Pause()
        self._before = ""
        self.pause = QPushButton("暂停")
        self.pause.setAccessibleName("暂停正在进行的工作")
        self.pause.clicked.connect(lambda: self._turn())
        row = self.layout()
        if isinstance(row, QHBoxLayout):
            row.insertWidget(row.count() - 1, self.pause)

    def run_task(
        self,
        text: str,
        task: str,
        arguments: dict[str, Any],
        on_done: Callable[[Any], None],
        *,
        on_error: Callable[[BaseException], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> bool:
        """Start a task of `services.keyword_tasks`; False while another one runs here."""
        self._pause = pause = Pause()
        self.pause.setText("暂停")
        self.pause.setEnabled(True)

        def job(cancel: Cancel, report: Report) -> Any:
            return run_apart(TASKS + task, arguments, cancel, report, pause)

        def again() -> None:
            self.run_task(text, task, arguments, on_done, on_error=on_error, on_cancelled=on_cancelled)

        return self.run(text, job, on_done, on_error=on_error, on_cancelled=on_cancelled, again=again)

    def stop(self) -> None:
        self.pause.setEnabled(False)
        super().stop()

    def _turn(self) -> None:
        on = not self._pause.on
        self._pause.turn(on)
        self.pause.setText("继续" if on else "暂停")
        self.pause.setAccessibleName("继续暂停的工作" if on else "暂停正在进行的工作")
        if on:
            self._before = self.words.text()
            self.words.setText(f"已暂停 · {self._before}")
        else:
            self.words.setText(self._before)
