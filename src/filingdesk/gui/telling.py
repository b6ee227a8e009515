"""What top bar, title, status line and menu say of the open project, and where their numbers lead."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from filingdesk.gui.saving import SAVED, SLOW
from filingdesk.services.workspace import SUFFIX

if TYPE_CHECKING:  # the window is painted before what a project needs is read
    from filingdesk.gui.desk import Desk
    from filingdesk.gui.shell import Shell
    from filingdesk.gui.workbench import Workbench

APP_TITLE = "备案工作台"
PROJECT_FILTER = f"备案项目 (*{SUFFIX})"


class Telling(QObject):
    """Follows the open project of one window."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        shell.actions_.menu.aboutToShow.connect(self.steps)
        shell.status.packs_clicked.connect(lambda: self._go("packs"))
        shell.status.problems_clicked.connect(self._show_problems)

    def follow(self, desk: "Desk", bench: "Workbench") -> None:
        """A project is open from now on."""
        shell = self._shell
        desk.saved.connect(self._saved)
        desk.changed.connect(lambda _keys: self.project())
        desk.checked.connect(self._packs)
        bench.page_changed.connect(self._page_changed)
        bench.counts_changed.connect(shell.status.set_counts)
        shell.top.set_saved("只读" if desk.read_only else SAVED)
        self.project()

    def nothing_open(self) -> None:
        """The start page is shown."""
        self._shell.setWindowTitle(APP_TITLE)
        self._shell.actions_.set_project_open(False)

    def project(self) -> None:
        """Its name, its file, what can be taken back."""
        shell, desk = self._shell, self._shell.desk
        if desk is not None:
            session = desk.session
            shell.top.set_project(session.title, str(session.path))
            suffix = "(只读)" if session.read_only else ""
            shell.setWindowTitle(f"{session.title}{suffix} — {session.path} — {APP_TITLE}")
            self.steps()

    def steps(self) -> None:
        """What undo and redo would do."""
        desk = self._shell.desk
        if desk is not None:
            undo, redo = desk.session.undo_step, desk.session.redo_step
            self._shell.actions_.set_steps(undo.label if undo else "", redo.label if redo else "")

    def _go(self, page: str, path: str = "") -> None:
        if self._shell.desk is not None:
            self._shell.desk.go(page, path)

    def _show_problems(self, kind: Literal["blocker", "warning"]) -> None:
        """In the drawer; on a page without it, in the report."""
        from filingdesk.gui.places import BLOCKERS, WARNINGS  # they know every declared field

        bench = self._shell.workbench
        page = bench.current() if bench is not None else None
        if bench is None or page is None or not page.shows_problems:
            self._go("", BLOCKERS if kind == "blocker" else WARNINGS)
            return
        if not self._shell.actions_.show_problems.isChecked():
            self._shell.actions_.show_problems.trigger()
        bench.drawer.show_only(kind)

    def _packs(self) -> None:
        report = self._shell.desk.report if self._shell.desk else None
        self._shell.status.set_packs([pack.title or pack.id for pack in report.packs] if report else [])

    def _saved(self, text: str) -> None:
        self._shell.top.set_saved(text, tone="" if text.startswith((SAVED, SLOW)) else "blocker")

    def _page_changed(self, _key: str) -> None:
        bench = self._shell.workbench
        page = bench.current() if bench else None
        if page is not None:
            self._shell.top.set_primary(primary=not page.has_primary)
