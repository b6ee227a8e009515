"""The keyword library: words with coverage and a box to try them, audit, interception test, scan of corpora, versions."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabBar, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.page import FilledLater, ScrollPage
from filingdesk.gui.pages.keywords_audit import AuditTab
from filingdesk.gui.pages.keywords_cover import since_words
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_export import Exporter
from filingdesk.gui.pages.keywords_import import Importer
from filingdesk.gui.pages.keywords_scan import ScanTab
from filingdesk.gui.pages.keywords_trial import TrialTab
from filingdesk.gui.pages.keywords_versions import VersionsTab
from filingdesk.gui.pages.keywords_words import WordsTab
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.widgets.dropzone import TakesFiles
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.services import interception
from filingdesk.services.rulesets import RULE_NOTES

CHANGED = "@library/keywords"
READ_ONLY = "项目以只读方式打开，不能导入"
TITLES = ("词表", "体检", "拦截测试", "语料扫描", "版本")
WORDS, AUDIT, TRIAL, SCAN, VERSIONS = range(5)


class KeywordsPage(TakesFiles, FilledLater, ScrollPage):
    """The page 关键词库: one library, looked at in five ways."""

    key = "keywords"
    title = "关键词库"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "关键词库", "", parent)
        self.setAcceptDrops(True)
        self._digest: str | None = None
        self._read_only = False
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.editor = LibraryEditor(desk, self.strip, self)
        self.importer = Importer(desk, self.strip, self.editor, self)
        self.exporter = Exporter(desk, self)
        self.import_button = self.add_action("导入…", self.importer.choose)
        self.export_button = self.add_action("导出…", self._export_menu)
        self.audit_button = self.add_action("体检", self.run_audit)
        self.trial_button = self.add_action("运行拦截测试", self.run_trial, primary=True)
        self.column.addWidget(self._make_tabs())
        self.column.addWidget(self.strip)
        self.column.addWidget(self.exporter.strip)
        self.words_tab = WordsTab(desk, self.editor, self.importer.choose)
        self.try_card = self.words_tab.try_card
        self.stack = SnugStack()
        self.stack.addWidget(self.words_tab)
        # The others are built when they are first looked at: the page must be there at once.
        self._others: dict[int, AuditTab | TrialTab | ScanTab | VersionsTab] = {}
        for _tab in TITLES[1:]:
            self.stack.addWidget(QWidget())
        self.column.addWidget(self.stack, 1)

    def _make_tabs(self) -> QTabBar:
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("关键词库的各部分，Alt 加数字切换")
        for number, title in enumerate(TITLES):
            self.tabs.addTab(title)
            self.tabs.setTabToolTip(number, f"Alt+{number + 1}")
            shortcut = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda number=number: self.tabs.setCurrentIndex(number))
        self.tabs.currentChanged.connect(self._show_tab)
        return self.tabs

    # The tabs

    def _show_tab(self, tab: int) -> None:
        other = self._tab(tab)
        self.stack.setCurrentIndex(tab)
        self.area.verticalScrollBar().setValue(0)
        if isinstance(other, VersionsTab):
            other.shown()

    def _tab(self, tab: int) -> "AuditTab | TrialTab | ScanTab | VersionsTab | None":
        if tab != WORDS and tab not in self._others:
            made = self._make(tab)
            self._others[tab] = made
            place = self.stack.widget(tab)
            self.stack.removeWidget(place)
            place.deleteLater()
            self.stack.insertWidget(tab, made)
        return self._others.get(tab)

    def _make(self, tab: int) -> "AuditTab | TrialTab | ScanTab | VersionsTab":
        names = self.words_tab.names
        if tab == AUDIT:
            audit = AuditTab(self.desk, self.editor)
            audit.word_wanted.connect(self.show_word)
            audit.found.connect(self._tell_found)
            audit.set_state(read_only=self._read_only)
            return audit
        if tab == SCAN:
            scan = ScanTab(self.desk)
            scan.set_names(names)
            scan.finished.connect(lambda: self._bring_up(scan.result))
            return scan
        if tab == TRIAL:
            trial = TrialTab(self.desk)
            trial.word_wanted.connect(self.show_word)
            trial.set_names(names)
            trial.can_run_changed.connect(self._enable)
            trial.finished.connect(lambda: self._bring_up(trial.result))
            trial.set_state(read_only=self._read_only)
            trial.reload()
            return trial
        versions = VersionsTab(self.desk, self.editor)
        versions.word_wanted.connect(self.show_word)
        versions.set_names(names)
        versions.set_state(read_only=self._read_only)
        return versions

    @property
    def audit(self) -> AuditTab:
        """The tab 体检."""
        tab = self._tab(AUDIT)
        assert isinstance(tab, AuditTab)  # noqa: S101 - for the type checker
        return tab

    @property
    def trial(self) -> TrialTab:
        """The tab 拦截测试."""
        tab = self._tab(TRIAL)
        assert isinstance(tab, TrialTab)  # noqa: S101 - for the type checker
        return tab

    @property
    def scan(self) -> ScanTab:
        """The tab 语料扫描."""
        tab = self._tab(SCAN)
        assert isinstance(tab, ScanTab)  # noqa: S101 - for the type checker
        return tab

    @property
    def versions(self) -> VersionsTab:
        """The tab 版本."""
        tab = self._tab(VERSIONS)
        assert isinstance(tab, VersionsTab)  # noqa: S101 - for the type checker
        return tab

    # Reading

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is None or CHANGED in keys:
            self._refresh_library()
        elif keys & RULE_NOTES:  # other packs or local rules ask for other numbers
            self.words_tab.show_stats()
        if (keys is None or CHANGED in keys or interception.META in keys) and TRIAL in self._others:
            self.trial.reload()

    def _refresh_library(self) -> None:
        stats = self.desk.session.snapshot().keywords
        self._tell_counts()
        self.words_tab.show_stats()
        if stats.digest != self._digest:
            self._digest = stats.digest
            self.words_tab.filter()
            if stats.total:
                self.try_card.finder.start(self.desk.session.path)
                self.try_card.preparing()
            else:
                self.try_card.no_words()
            for tab in self._others.values():
                if isinstance(tab, AuditTab) and not stats.total:
                    tab.clear()
                elif not isinstance(tab, TrialTab):
                    tab.library_changed()
            if not stats.total:
                self.tabs.setTabText(AUDIT, TITLES[AUDIT])
        self._enable()

    def _tell_counts(self) -> None:
        stats, today = self.desk.session.snapshot().keywords, self.desk.session.today
        parts = [f"{stats.total:,} 个词"]
        if stats.distinct != stats.total:
            parts.append(f"不重复的 {stats.distinct:,} 个")
        version = self.desk.session.file.keyword_version()
        if version:
            parts.append(f"第 {version} 版")
        if stats.last_updated is not None:
            parts.append(
                f"上次更新 {stats.last_updated.isoformat()}（{since_words(stats.last_updated, today)}）"
            )
        self.set_intro(" · ".join(parts) if stats.total else "还没有导入关键词库。")

    def reveal(self, path: str) -> bool:
        risk = path.removeprefix("@keywords/")
        self.tabs.setCurrentIndex(WORDS)
        if risk != path and risk in self.words_tab.names:
            self.words_tab.show_risk(risk)
            self.words_tab.cover_card.view.select(risk)
        self.words_tab.cover_card.view.setFocus()
        self.area.verticalScrollBar().setValue(0)
        return True

    def _bring_up(self, result: QWidget) -> None:
        # The layout must first know how high the result is.
        QTimer.singleShot(
            0,
            result,
            lambda: self.area.verticalScrollBar().setValue(result.mapTo(self.content, QPoint(0, 0)).y() - 12),
        )

    def _tell_found(self, count: int) -> None:
        self.tabs.setTabText(AUDIT, f"{TITLES[AUDIT]} {count:,}" if count else TITLES[AUDIT])

    # Doing

    def import_path(self, path: Path) -> None:
        """Read a list and show what it would bring."""
        self.importer.read(path)

    def _export_menu(self) -> None:
        below = self.export_button.mapToGlobal(QPoint(0, self.export_button.height() + 2))
        self.exporter.menu(self.words_tab.filtered()).popup(below)

    def run_audit(self) -> None:
        """Audit the library and show what is doubtful."""
        self.tabs.setCurrentIndex(AUDIT)
        self.audit.run()

    def run_trial(self) -> None:
        """Run the interception test and show its outcome."""
        self.tabs.setCurrentIndex(TRIAL)
        self.trial.run()

    def scan_paths(self, paths: Sequence[Path]) -> None:
        """Scan files and folders with the library."""
        self.tabs.setCurrentIndex(SCAN)
        self.scan.scan_paths(paths)

    def show_word(self, word: str) -> None:
        """Show a word in the table of words."""
        self.tabs.setCurrentIndex(WORDS)
        self.words_tab.show_word(word)
        self.bring_into_view(self.words_tab.table)

    def take_files(self, paths: list[Path]) -> None:
        self.scan_paths(paths)

    # State

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        busy, total = self.strip.busy, self.desk.session.snapshot().keywords.total
        for button in (self.import_button, self.words_tab.empty.button):
            if button is not None:
                button.setEnabled(not self._read_only and not busy)
                button.setToolTip(READ_ONLY if self._read_only else "")
        for button in (self.export_button, self.audit_button, self.trial_button):
            button.setEnabled(bool(total))
            button.setToolTip("" if total else "先导入关键词库")
        trial = self._others.get(TRIAL)
        if isinstance(trial, TrialTab):
            self.trial_button.setEnabled(trial.can_run)
        self.words_tab.set_state(read_only=self._read_only)
        for tab in self._others.values():
            if isinstance(tab, ScanTab):
                tab.enable()
            else:
                tab.set_state(read_only=self._read_only)
