"""The workbench: one open project with sidebar, pages, help pane, problems drawer; a thin frame around the `Desk`."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from filingdesk.domain.paths import pattern_of
from filingdesk.domain.specs import FieldSpec, page_of, spec_of
from filingdesk.gui.desk import Desk
from filingdesk.gui.drawer import Problem, ProblemsDrawer
from filingdesk.gui.fieldnotes import remembered, touched, verdict
from filingdesk.gui.findbar import FindBar, find_in
from filingdesk.gui.finding import commands, findables, preferences
from filingdesk.gui.fixing import Mender, problems_of
from filingdesk.gui.helppane import HelpContent, HelpPane
from filingdesk.gui.judging import attest, waive
from filingdesk.gui.navstates import NavStates
from filingdesk.gui.notices import Notices
from filingdesk.gui.page import Page
from filingdesk.gui.pagehelp import page_help
from filingdesk.gui.panes import first_stops
from filingdesk.gui.places import NOT_JUDGED, RULE, UNCHECKED, home
from filingdesk.gui.registry import entries, groups
from filingdesk.gui.sidebar import Sidebar
from filingdesk.gui.theme import Size
from filingdesk.services.palette import Found

if TYPE_CHECKING:
    from filingdesk.gui.previewpane import PreviewPane
    from filingdesk.gui.webform import WebFormWindow

COMFORTABLE = 360
"""Width from which a paper stands beside form and help, in pixels."""
IDLE_BUILD_MS, TURNED_MS, BUILD_AHEAD_MS = 20, 150, 300
"""Between two steps of building pages ahead: typing goes first; the rest after a page was turned to, and after opening."""
RESTED_S = 1.2
"""Without an edit, until pages are built ahead; what is typed is stored twice a second."""


class Workbench(QWidget):
    """Everything between the top bar and the status line while a project is open."""

    page_changed = Signal(str)
    counts_changed = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._entries = {entry.key: entry for entry in entries()}
        self._pages: dict[str, Page] = {}
        self._stale: dict[str, set[str] | None] = {}
        self._problem_place: dict[int, str] = {}
        self.help_wanted = True
        self.problems_wanted = True
        self.preview_wanted = False
        self.sidebar = Sidebar(groups(tuple(self._entries.values())))
        self.sidebar.chosen.connect(self.show_page)
        self._states = NavStates(desk, self.sidebar)
        notices = Notices(desk, lambda: self.show_page("packs"), self)
        self.notice, self.lock_notice, self.rules_notice = notices.told, notices.lock, notices.rules
        self.stack = QStackedWidget()
        self.help = HelpPane()
        self.help.paper_clicked.connect(lambda paper: self.go("papers", f"paper:{paper}"))
        self.help.field_clicked.connect(lambda path: self.go("", path))
        self.drawer = ProblemsDrawer()
        self.drawer.jump.connect(self._jump)
        self.drawer.waive.connect(self._waive)
        self.drawer.attest.connect(self._attest)
        self.drawer.report_clicked.connect(lambda: self.go("check", UNCHECKED))
        self.mender = Mender(desk, self.drawer, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        self.middle = middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.lock_notice)
        middle.addWidget(self.rules_notice)
        middle.addWidget(self.notice)
        middle.addWidget(self.stack, 1)
        self.find_bar = FindBar()
        middle.addWidget(self.find_bar)
        middle.addWidget(self.drawer)
        row.addLayout(middle, 1)
        row.addWidget(self.help)
        self._row = row
        self._preview: PreviewPane | None = None
        desk.changed.connect(self._changed)
        desk.checked.connect(self._checked)
        desk.papers_known.connect(self._papers_known)
        desk.going.connect(self.go)
        desk.field_focused.connect(self._follow)
        self.webform: WebFormWindow | None = None
        desk.webform_wanted.connect(self.open_webform)
        self._edited = 0.0
        self._idle = QTimer(self)
        self._idle.timeout.connect(self._build_ahead)
        self._states.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.fit(self.window().height())
        page = self.current()
        if page is not None:
            self._fit_panes(page)

    @property
    def preview(self) -> "PreviewPane":
        """The paper beside a form; made when first wanted, for it needs everything that papers need."""
        if self._preview is None:
            from filingdesk.gui.previewpane import PreviewPane

            self._preview = PreviewPane(self.desk)
            self._preview.closed.connect(self.desk.preview_toggled)
            self._row.insertWidget(self._row.indexOf(self.help), self._preview)
        return self._preview

    # Pages

    def current(self) -> Page | None:
        """The page that is shown."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Page) else None

    def page(self, key: str) -> Page:
        """A page, built when first asked for."""
        page = self._pages.get(key)
        if page is None:
            page = self._entries[key].make(self.desk)
            page.key = key
            page.set_read_only(self.desk.read_only)
            self._pages[key] = page
            self.stack.addWidget(page)
        return page

    def show_page(self, key: str) -> Page:
        """Bring a page to the front."""
        with self.desk.jobs.after_paint():
            return self._show_page(key)

    def _show_page(self, key: str) -> Page:
        before = self.current()
        if self._idle.isActive():
            self._idle.start(TURNED_MS)
        page = self.page(key)
        page.build()
        if before is not None and before is not page:
            before.flush()
        if before is not page:
            self.desk.focused_key = ""
        self.stack.setCurrentWidget(page)
        self._freshen(key, page)
        self.sidebar.select(key)
        self.drawer.show_page(key)
        self.find_bar.close_unless(page)
        self._fit_panes(page)
        self._rest_help()
        self.page_changed.emit(key)
        return page

    def build_ahead(self) -> None:
        """Build pages while nothing else happens, from the top, so that turning to one is quick."""
        self._idle.start(BUILD_AHEAD_MS)

    def _build_ahead(self) -> None:
        self._idle.setInterval(IDLE_BUILD_MS)
        if self.desk.jobs.busy() or time.monotonic() - self._edited < RESTED_S:
            return  # whoever types, and what runs, goes before
        for key, entry in self._entries.items():
            if entry.ahead and (key not in self._pages or self._pages[key].build_step()):
                self.page(key)
                return
        self._idle.stop()

    def _freshen(self, key: str, page: Page) -> None:
        if key in self._stale:
            keys = self._stale.pop(key)
            page.refresh(None if keys is None else frozenset(keys))
            page.refresh_findings()

    def _fit_panes(self, page: Page) -> None:
        previewed = page.shows_preview and self.preview_wanted
        over = self.width() - self.sidebar.width() - page.needed_width()
        # A small screen has no room for three columns: then the paper stands in the place of the help.
        roomy = not previewed or over - Size.HELP >= COMFORTABLE
        helped = page.shows_help and self.help_wanted and roomy
        self.help.setVisible(helped)
        if previewed:
            self.preview.fit(over - Size.HELP if helped else over)
            self.preview.show()
            self.preview.show_page(page.key)
        elif self._preview is not None:
            self._preview.hide()
        self.drawer.setVisible(page.shows_problems and self.problems_wanted)

    def set_panes(self, *, help_wanted: bool, problems_wanted: bool, preview_wanted: bool = False) -> None:
        """Which of the panes the user wants to see at all."""
        self.help_wanted, self.problems_wanted = help_wanted, problems_wanted
        self.preview_wanted = preview_wanted
        page = self.current()
        if page is not None:
            self._fit_panes(page)

    def go(self, key: str, path: str = "") -> None:
        """Show a page (blank: the one that holds the path) and a place on it."""
        if not key:
            key, path = home(path if path.startswith(("@", RULE)) else self.desk.session.human_path(path))
        if key not in self._entries:
            return
        page = self.show_page(key)
        if path:
            page.reveal(path)

    def open_webform(self, form: str = "") -> None:
        """The small window beside a browser, at a form (blank: where it was)."""
        if self.webform is None:
            from filingdesk.gui.webform import WebFormWindow

            self.flush()
            self.webform = window = WebFormWindow(self.desk)
            window.jumped.connect(self.window().raise_)
            window.jumped.connect(self.window().activateWindow)
            self.desk.closing.connect(window.deleteLater)
        self.webform.open(form)

    def note_field(self, what: str) -> None:
        """The questions (`ask`) or the history of the field that has, or last had, the cursor."""
        from filingdesk.gui.forms.notes import ask_about, show_history_of

        key = self.desk.focused_key
        if not key:
            self.desk.tell("先点进一个字段，再问同事或看它的修改历史。")
            return
        self.flush()
        (ask_about if what == "ask" else show_history_of)(self.desk, key, self)

    def place(self) -> str:
        """Where the user is: `page|key`."""
        page = self.current()
        return f"{page.key}|{page.place()}" if page is not None else ""

    def restore(self, place: str) -> None:
        """Go back to where the user was; the overview when nothing is known."""
        key, _bar, path = place.partition("|")
        page = self.show_page(key if key in self._entries else "overview")
        page.setFocus()
        if path:
            QTimer.singleShot(0, page, lambda: page.reveal(path))

    def flush(self) -> bool:
        """Commit whatever is typed anywhere; False when something could not be stored (told already)."""
        stored = [page.flush() for page in self._pages.values()]  # every page, also after one that failed
        return all(stored)

    # What happens

    def _changed(self, keys: object) -> None:
        changed = set(keys) if isinstance(keys, frozenset) else None
        self._edited = time.monotonic()
        current = self.current()
        for key, page in self._pages.items():
            if page is current:
                page.refresh(frozenset(changed) if changed is not None else None)
            else:
                known = self._stale.get(key, set())
                self._stale[key] = None if known is None or changed is None else known | changed
        self._states.update()
        focused = self.desk.focused_key
        if focused and changed and focused in changed:
            self._follow(focused)
        self._rest_help()

    def _checked(self) -> None:
        current = self.current()
        for key, page in self._pages.items():
            if page is current:
                page.refresh_findings()
            else:
                self._stale.setdefault(key, set())
        self._states.checked()
        self._show_problems()
        if self.desk.focused_key:
            self._follow(self.desk.focused_key)
        self._rest_help()

    def _papers_known(self) -> None:
        for page in self._pages.values():
            page.refresh_papers()
        self._rest_help()

    def _rest_help(self) -> None:
        """While no field has the cursor the help pane speaks of the page."""
        page = self.current()
        if page is not None and not self.desk.focused_key:
            self.help.show_content(page_help(self.desk, page) if page.shows_help else None)

    def _show_problems(self) -> None:
        report = self.desk.report
        if report is None:
            self.drawer.show_problems((), manual=0, checking=True)
            return
        manual = report.with_status("manual")
        problems = problems_of(report, self.sidebar.keys(), {e.key: e.title for e in self._entries.values()})
        self.drawer.show_problems(
            problems, manual=len(manual), unchecked=sum(r.status in NOT_JUDGED for r in report.results)
        )
        self.counts_changed.emit(
            report.count("blocker") + len(report.with_status("error")), report.count("warning")
        )

    def _follow(self, key: str) -> None:
        """Let the help pane speak of the field in focus."""
        spec = spec_of(key)
        if not isinstance(spec, FieldSpec):
            return
        meta = spec.meta
        clause = self.desk.knowledge.clause_line(meta.clause) if meta.clause else None
        told = verdict(self.desk, key, spec)
        notes = ["个人信息：日志和预览中会打码。"] if meta.personal else []
        notes += [told.sentence] if told is not None and not told.alarming else []
        notes += [line] if (line := touched(self.desk, key)) else []
        notes += remembered(self.desk, key)
        alarm = (told.sentence,) if told is not None and told.alarming else ()
        self.help.show_content(
            HelpContent(
                title=meta.label,
                text=meta.help,
                why=meta.why,
                good=meta.good,
                bad=meta.bad,
                clauses=(clause,) if clause else (),
                used_in=self.desk.papers.uses.get(pattern_of(key), ()),
                findings=(*alarm, *(finding.message for finding in self.desk.findings_at(key))),
                note="\n".join(notes),
            )
        )

    # Problems

    def _jump(self, problem: Problem) -> None:
        self.go("", problem.path)

    def _waive(self, problem: Problem) -> None:
        waive(self.desk, problem.rule, problem.message, problem.fingerprint, self)

    def _attest(self, problem: Problem) -> None:
        report = self.desk.report
        for result in report.results if report else ():
            if result.id == problem.rule:
                attest(self.desk, result, self)
                return

    def step_problem(self, by: int) -> None:
        """Walk to the next or previous problem."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.flush()
        self.drawer.step(by)

    def mend_problem(self) -> None:
        """Make the quick fix of the field with the cursor, else of the problem that is selected."""
        self.flush()
        in_drawer = self.drawer.isAncestorOf(QApplication.focusWidget() or self)
        if not in_drawer and self.desk.focused_key and self.mender.mend_at(self.desk.focused_key):
            return
        if not self.drawer.mend_current():
            self.desk.tell("这里没有确定的改法。带“修正”的问题才能用 Alt+回车改好。")

    def find_in_page(self) -> None:
        """Search the page in front."""
        if (page := self.current()) is not None:
            find_in(page, QApplication.focusWidget(), self.find_bar, self.desk)

    def step_pane(self, by: int) -> None:
        """Put the cursor into the next part of the window that is seen: page, help, problems, sidebar."""
        page = self.current()
        if page is None:
            return
        parts: list[QWidget] = [page, self.help, self.drawer, self.sidebar]
        parts = [part for part in parts if part.isVisible()]
        focus = QApplication.focusWidget()
        here = next(
            (n for n, part in enumerate(parts) if focus is not None and part.isAncestorOf(focus)),
            0 if by > 0 else len(parts),
        )
        if here == 0:
            self.flush()
        goal = parts[(here + by) % len(parts)]
        row = self.sidebar.row(page.key)
        targets: list[QWidget] = [row] if goal is self.sidebar else []
        targets += [self.drawer.view] if goal is self.drawer else []
        targets += first_stops(goal)
        target = next((t for t in targets if t.isVisible() and t.isEnabled()), goal)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def findables(self, actions: Mapping[str, QAction] | None = None) -> list[Found]:
        """Everything the finder leads to; with `actions` (name → action) also what the menu and the preferences offer."""
        found = findables(self.desk, {entry.key: entry.title for entry in self._entries.values()})
        return [*found, *commands(actions), *preferences()] if actions is not None else found

    def follow_address(self, address: str) -> None:
        """Go where the finder says."""
        kind, _colon, rest = address.partition(":")
        if kind == "page":
            self.show_page(rest).setFocus()
        elif address == "do:webform":
            self.open_webform()
        elif kind == "paper":
            self.go("papers", address)
        elif kind == "clause":
            self.go("library", rest)
        else:
            path = rest
            while path and self.desk.lookup(path) is None and "[" in path:
                path = path.rpartition("[")[0]  # no record yet: lead to the list
            page = page_of(rest)
            if page is not None:
                self.go(page.key, path)
