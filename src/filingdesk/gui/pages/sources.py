"""A page that compares the project with files that are brought along; nothing is read until somebody asks."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.page import Page, PageHead
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import EmptyState, NoticeBar
from filingdesk.gui.widgets.dropzone import TakesFiles
from filingdesk.gui.widgets.stack import SnugStack


class SourcesPage(TakesFiles, Page):
    """`verb` is what the page does, in the words of its buttons; `run` does it, `enable` is called when it begins and ends."""

    shows_problems = False
    has_primary = True
    verb = ""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAcceptDrops(True)
        self.files: list[Path] = []
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self.enable())
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(self.run)

    def lay_out(
        self, head: PageHead, words: str, result: QWidget, stack: QStackedWidget | SnugStack
    ) -> EmptyState:
        """Head, work, notice, and below them `words` until there is a result."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addLayout(head)
        outer.addWidget(self.strip)
        outer.addWidget(self.notice)
        nothing = EmptyState(
            f"还没有{self.verb}过", words, picture="search", action=f"开始{self.verb}", on_action=self.run
        )
        stack.addWidget(nothing)
        stack.addWidget(result)
        outer.addWidget(stack, 1)
        return nothing

    def run(self) -> None:
        """Compare in a job."""
        raise NotImplementedError

    def enable(self) -> None:
        """What can be pressed now."""

    def name_run(self, button: QPushButton, *, again: bool) -> None:
        """开始… the first time, 重新… after that."""
        button.setText(f"{'重新' if again else '开始'}{self.verb}")
        button.setAccessibleName(button.text())

    def tell_stale(self) -> None:
        """The facts changed under a result."""
        self.notice.tell(
            "填报的内容改过了，下面还是改之前的结果。", tone="warning", action=f"重新{self.verb}"
        )

    # Files

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take files, folders or projects in and compare at once."""
        self.files += [path for path in paths if path not in self.files]
        self.enable()
        self.run()

    def drop_files(self) -> None:
        """Forget what was brought along and compare again."""
        self.files.clear()
        self.enable()
        self.run()

    def ready_for_files(self) -> bool:
        return not self.strip.busy

    def take_files(self, paths: list[Path]) -> None:
        self.add_files(paths)
