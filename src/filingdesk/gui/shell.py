"""The main window: opens and closes projects and holds bar, workbench and status line together. Nothing else."""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.gui import ahead
from filingdesk.gui.actions import Actions
from filingdesk.gui.boxes import about, bug_box, fault_box, leave_unsaved
from filingdesk.gui.garbage import bulk, spare_what_stays
from filingdesk.gui.icons import icon_file
from filingdesk.gui.jobs import JobRunner
from filingdesk.gui.longwork import LongWork
from filingdesk.gui.pages.start import StartPage
from filingdesk.gui.preferring import Preferring
from filingdesk.gui.sample import Sampling
from filingdesk.gui.seeking import Seeking
from filingdesk.gui.statusline import StatusLine
from filingdesk.gui.storetrouble import StoreTrouble, let_go
from filingdesk.gui.telling import APP_TITLE, PROJECT_FILTER, Telling
from filingdesk.gui.topbar import TopBar
from filingdesk.gui.trouble import report_bug
from filingdesk.gui.windowstate import keep_window, remember, restore_window
from filingdesk.infra import settings as user_settings
from filingdesk.services.workspace import SUFFIX, Workspace

if TYPE_CHECKING:
    from filingdesk.gui.project_side import Desk, Knowledge, Workbench
    from filingdesk.services.session import Session

TOUR_MS = 800
LARGE = 16_000_000
"""Bytes from which on looking through a project file takes longer than a window may stand still."""


class Shell(QMainWindow):
    """The window. `first_painted` is sent once, after the first paint. What only a project needs (`gui.project_side`) is read
    after that, or when a project is opened if that comes first."""

    first_painted = Signal()
    entered = Signal()
    """A project was opened: `desk` and `workbench` are there."""
    left = Signal()
    """The project was closed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.jobs = JobRunner(self)
        self.jobs.unhandled.connect(self.tell_error)
        self.ahead = JobRunner(self)
        """Reading ahead: the window's own work, which goes on when a project is closed."""
        self.ahead.unhandled.connect(self.tell_error)
        self.desk: Desk | None = None
        self.workbench: Workbench | None = None
        self._painted = False
        self._telling_bug = False
        self._silent = False
        self.offers_tour = False
        """Whether somebody who opens a first project is shown round; set when the program is started by a person."""
        self.setWindowIcon(QIcon(icon_file("app")))
        self.setMinimumSize(1100, 640)
        self.resize(1440, 900)
        self.start = StartPage()
        self.top = TopBar()
        self.status = StatusLine(self.jobs.board)
        self.actions_ = Actions(self)
        self.top.set_menu(self.actions_.menu)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)
        self.longwork = LongWork(self)
        self.trouble = StoreTrouble(self)
        self.telling = Telling(self)
        self.sampling = Sampling(self)
        self._connect()
        self._show_start()
        restore_window(self, self.actions_)
        if wrong := "\n".join(user_settings.take_notices()):
            self.start.notice.tell(wrong, tone="warning")
        self.first_painted.connect(self._read_ahead)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """What packs and papers know."""
        from filingdesk.gui.project_side import Knowledge

        return Knowledge()

    def _connect(self) -> None:
        self.start.new_clicked.connect(self.new_project)
        self.start.open_clicked.connect(self.choose_project)
        self.start.sample_clicked.connect(self.sampling.open)
        self.start.profile_clicked.connect(self.show_profile)
        self.start.open_path.connect(self.open_project)
        self.start.forget_path.connect(self._forget)
        self.top.check_clicked.connect(lambda: self._show("check"))
        self.top.export_clicked.connect(lambda: self._show("bundle"))
        self.seeking = Seeking(self)
        do: dict[str, Callable[[], object]] = {
            "new": self.new_project,
            "open": self.choose_project,
            "sample": self.sampling.ask,
            "save": self._save,
            "export": lambda: self._show("bundle"),
            "close": self.close_project,
            "quit": self.close,
            "undo": self._undo,
            "redo": self._redo,
            "find": self.seeking.begin,
            "find_here": lambda: self.workbench.find_in_page() if self.workbench else None,
            "next_problem": lambda: self._step_problem(1),
            "previous_problem": lambda: self._step_problem(-1),
            "mend": lambda: self.workbench.mend_problem() if self.workbench else None,
            "next_page": lambda: self._step_page(1),
            "previous_page": lambda: self._step_page(-1),
            "next_pane": lambda: self.workbench.step_pane(1) if self.workbench else None,
            "previous_pane": lambda: self.workbench.step_pane(-1) if self.workbench else None,
            "show_help": self._panes,
            "show_preview": self._panes,
            "show_problems": self._panes,
            "check": lambda: self._show("check"),
            "ask": lambda: self.workbench.note_field("ask") if self.workbench else None,
            "history": lambda: self.workbench.note_field("history") if self.workbench else None,
            "webform": lambda: self.desk.webform_wanted.emit("") if self.desk else None,
            "tour": self.start_tour,
            "about": lambda: about(self, APP_TITLE),
        }
        self.actions_.connect_all(do)
        self.actions_.recent.aboutToShow.connect(
            lambda: self.actions_.offer_recent(self.workspace.recent(), self.open_project)
        )
        self.preferring = Preferring(self)
        self.start.preferences_clicked.connect(self.preferring.open)

    def pages(self) -> QWidget:
        """What stands between the top bar and the status line."""
        return self._stack

    def show_profile(self) -> None:
        """The company profile, which needs no project."""
        from filingdesk.gui.pages.profile_dialog import ProfileDialog
        from filingdesk.gui.project_side import keeper_of

        ProfileDialog(self.jobs, keeper_of(self.knowledge), self).exec()

    def _read_ahead(self) -> None:
        """Read beside the window what projects need: then one opens at once, and its first check and first pages are quick."""
        self.ahead.start(ahead.read_project_side, on_done=lambda _done: self._read_packs())
        self.preferring.ask_system()

    def _read_packs(self) -> None:
        self.ahead.start(bulk(self.knowledge.prepare), on_done=lambda _done: self._prepared())

    def _prepared(self) -> None:
        if self.desk is not None:  # opened before the packs were read: what was left blank is shown now
            self.desk.changed.emit(None)
            self.desk.check_now()
        # A page that cannot be read tells so when somebody turns to it.
        self.ahead.start(
            ahead.read_pages, on_done=lambda _done: self._all_read(), on_error=lambda _error: None
        )

    def _all_read(self) -> None:
        if self.desk is None:
            spare_what_stays()

    # Projects

    def new_project(self) -> None:
        """Ask for a place and begin a filing there."""
        proposed = str(Path.home() / f"备案项目{SUFFIX}")
        name, _filter = QFileDialog.getSaveFileName(
            self, "新建备案项目", proposed, PROJECT_FILTER, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if name and self.create_project(Path(name)):
            from filingdesk.gui.project_side import profiles

            if profiles.exists():
                self._show("profile")  # what the company has once entered is taken here in one step

    def create_project(self, path: Path) -> bool:
        """Make a project file and open it; False when that failed (told)."""
        return self._take(lambda: self.workspace.create(path))

    def choose_project(self) -> None:
        """Ask for a project file and open it."""
        name, _filter = QFileDialog.getOpenFileName(self, "打开备案项目", str(Path.home()), PROJECT_FILTER)
        if name:
            self.open_project(Path(name))

    def open_project(self, path: Path) -> bool:
        """Open a project; False when that failed (told). A large one is looked through in the background first."""
        if path.is_file() and path.stat().st_size > LARGE:
            return self._open_large(path)
        return self._take(lambda: self.workspace.open(path))

    def _open_large(self, path: Path) -> bool:
        if not self.close_project():
            return False

        def opened(session: "Session") -> None:
            self.start.set_busy(False)
            self._enter(session)

        def failed(error: BaseException) -> None:
            self.start.set_busy(False)
            self.tell_error(error)

        self.start.set_busy(True, f"正在打开“{path.name}”…")
        self.jobs.start(
            lambda _cancel, _report: self.workspace.open(path),
            on_done=opened,
            on_error=failed,
        )
        return True

    def _take(self, make: "Callable[[], Session]") -> bool:
        if not self.close_project():
            return False
        try:
            session = make()
        except UserError as error:
            self.tell_error(error)
            return False
        self._enter(session)
        return True

    def _enter(self, session: "Session") -> None:
        from filingdesk.gui.project_side import Desk, Workbench, tell_news, touring

        spare_what_stays()
        self.desk = desk = Desk(session, self.jobs, self.knowledge, self)
        desk.failed.connect(self.tell_error)
        self.workbench = workbench = Workbench(desk)
        workbench.drawer.set_collapsed(user_settings.load().settings.window.get("collapsed") == "1")
        workbench.drawer.collapsed_changed.connect(self._remember_collapsed)
        workbench.sidebar.set_folded(user_settings.load().settings.window.get("folded", "").split("|"))
        workbench.sidebar.preferences_clicked.connect(self.preferring.open)
        workbench.sidebar.folded_changed.connect(lambda titles: remember(folded=titles))
        desk.preview_toggled.connect(self.actions_.show_preview.trigger)
        self._panes()
        self._stack.addWidget(workbench)
        self._stack.setCurrentWidget(workbench)
        self.top.show()
        self.status.show()
        self.actions_.set_project_open(True)
        self.telling.follow(desk, workbench)
        self.workspace.remember(session.path)
        workbench.restore(user_settings.load().settings.place(session.path) or "overview|")
        desk.check_now()
        workbench.build_ahead()
        tell_news(desk)
        if self.offers_tour and not touring.seen():
            QTimer.singleShot(TOUR_MS, workbench, self.start_tour)
        unread = [self.start.notice.text()] if self.start.notice.isVisibleTo(self.start) else []
        self.start.notice.hide()
        if told := "\n".join([*unread, *session.notices()]):
            desk.tell(told, "warning")
        self.entered.emit()

    def close_project(self, *, ask: bool = True) -> bool:
        """Commit what is typed, remember the place, give the file back, show the start page.

        False when something could not be stored, or is not done yet, and the user would rather stay; `ask`: only if so.
        """
        desk, workbench = self.desk, self.workbench
        if desk is None or workbench is None:
            return True
        if ask and not (self.longwork.may_close() and self.trouble.may_close()):
            return False
        if ask and not workbench.flush() and not leave_unsaved(self):
            return False
        with suppress(UserError):  # a place that cannot be kept must not hinder closing
            user_settings.save(user_settings.load().settings.with_place(desk.session.path, workbench.place()))
        self.desk = self.workbench = None
        let_go(workbench)
        try:
            desk.close()
        except UserError as error:  # the window goes on without the project
            self.tell_error(error)
        self._stack.removeWidget(workbench)
        workbench.deleteLater()
        desk.deleteLater()
        self._show_start()
        self.left.emit()
        return True

    def _show_start(self) -> None:
        self._stack.setCurrentWidget(self.start)
        self.top.hide()
        self.status.hide()
        self.telling.nothing_open()
        self.show_recent()

    def show_recent(self) -> None:
        """Bring the list of recent projects up to date."""
        self.start.set_recent(self.workspace.recent())

    def _forget(self, path: Path) -> None:
        with suppress(UserError):
            self.workspace.forget(path)
        self.show_recent()

    # Menu

    def start_tour(self) -> None:
        """Show round: five steps that can be left at once."""
        if self.workbench is not None:
            from filingdesk.gui.project_side import touring

            self.workbench.show_page("subject")
            touring.start(self, self.workbench, self.top)

    def _show(self, key: str) -> None:
        if self.workbench is not None:
            self.workbench.show_page(key)

    def _save(self) -> None:
        """Everything is saved by itself; this is for the hand that presses Ctrl+S."""
        if self.desk is not None and self.workbench is not None and self.workbench.flush():
            self.desk.tell("已保存。填写的内容会自动保存，不用手动保存。", "done")

    def _undo(self) -> None:
        if self.desk is not None and self.workbench is not None:
            self.workbench.flush()
            self.desk.undo()

    def _redo(self) -> None:
        if self.desk is not None and self.workbench is not None:
            self.workbench.flush()
            self.desk.redo()

    def _step_problem(self, by: int) -> None:
        if self.workbench is not None:
            self.workbench.step_problem(by)

    def _step_page(self, by: int) -> None:
        workbench = self.workbench
        page = workbench.current() if workbench else None
        if workbench is not None and page is not None:
            keys = workbench.sidebar.keys()
            workbench.show_page(keys[(keys.index(page.key) + by) % len(keys)])

    def _panes(self) -> None:
        if self.workbench is not None:
            self.workbench.set_panes(
                help_wanted=self.actions_.show_help.isChecked(),
                problems_wanted=self.actions_.show_problems.isChecked(),
                preview_wanted=self.actions_.show_preview.isChecked(),
            )

    def _remember_collapsed(self, collapsed: bool) -> None:
        with suppress(UserError):
            user_settings.save(user_settings.load().settings.with_window(collapsed="1" if collapsed else "0"))

    # Trouble

    def tell_error(self, error: object) -> None:
        """A fault in a sentence, a bug with its report."""
        if isinstance(error, UserError):
            if not self._silent and not self.trouble.tell(error):
                fault_box(error, self).exec()
        elif isinstance(error, BaseException):
            report = report_bug(error)
            if not self._telling_bug and not self._silent:  # a bug in painting comes again with every paint
                self._telling_bug = True
                bug_box(report, self).exec()
                self._telling_bug = False

    def without_words(self, act: Callable[[], bool]) -> bool:
        """Do something while nobody is there to answer a box."""
        before, self._silent = self._silent, True
        try:
            return act()
        finally:
            self._silent = before

    # The window itself

    def close_at_once(self) -> None:
        """Store what is typed, close the project, end the work that runs; no questions."""
        if self.workbench is not None:
            self.without_words(self.workbench.flush)
            self.without_words(lambda: self.close_project(ask=False))
        keep_window(self, self.actions_)
        self.jobs.shutdown()
        self.ahead.shutdown()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.close_project():
            event.ignore()
            return
        self.close_at_once()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)
