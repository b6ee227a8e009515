"""The keyword library: coverage against the standard, a box to try a sentence, the words, import, audit, scan of files."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QTabBar,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.records import KeywordRecord
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.coverage import CoverageView
from filingdesk.gui.pages.import_dialog import ImportDialog, ImportPreview
from filingdesk.gui.pages.keywords_audit import AuditView
from filingdesk.gui.pages.keywords_scan import Scan, ScanResults, scan_job
from filingdesk.gui.pages.keywords_try import TryCard
from filingdesk.gui.pages.lazy_rows import Column, LazyRows, table_view
from filingdesk.gui.pages.listings import Remark
from filingdesk.gui.pages.work import WorkSheet, WorkStrip, bulk
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import label
from filingdesk.scan.audit import AuditReport
from filingdesk.scan.engine import Interceptor
from filingdesk.scan.library import KeywordImport, Rejected
from filingdesk.services import checking, keywords
from filingdesk.store.model import Transaction

CHANGED = "@library/keywords"
SEARCH_PAUSE_MS = 200
LIST_FILES = "关键词表 (*.xlsx *.xlsm *.csv *.tsv *.txt)"
SCAN_FILES = "可检测的文件 (*.txt *.md *.log *.jsonl *.ndjson *.csv *.tsv *.xlsx *.xlsm);;所有文件 (*)"
READ_ONLY = "项目以只读方式打开，不能导入"
WORDS, SCANNED, AUDITED = range(3)


def since_words(day: date, today: date) -> str:
    """How long ago, as people say it."""
    days = (today - day).days
    return "今天" if days <= 0 else "昨天" if days == 1 else f"{days} 天前"


def remarks_of(items: Sequence[Rejected]) -> list[Remark]:
    """Rows of an import report as lines."""
    return [Remark(f"{item.row:,}" if item.row else "整个文件", item.keyword, item.message) for item in items]


class KeywordsPage(ScrollPage):
    """The page 关键词库."""

    key = "keywords"
    title = "关键词库"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "关键词库", "", parent)
        self.setAcceptDrops(True)
        self._digest: str | None = None
        self._building = False
        self.interceptor: Interceptor | None = None
        self._risk_names: dict[str, str] = {}
        self.import_button = self.add_action("导入…", self.choose_list)
        self.audit_button = self.add_action("体检", self.run_audit)
        self.scan_button = self.add_action("扫描文件…", self._scan_menu, primary=True)
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.column.addWidget(self.strip)
        pair = QHBoxLayout()
        pair.setSpacing(Space.M)
        pair.addWidget(self._make_cover(), 7)
        self.try_card = TryCard()
        pair.addWidget(self.try_card, 6)
        self.column.addLayout(pair)
        self.column.addWidget(self._make_lists(), 1)
        self._search_pause = QTimer(self)
        self._search_pause.setSingleShot(True)
        self._search_pause.setInterval(SEARCH_PAUSE_MS)
        self._search_pause.timeout.connect(self._filter)
        self._read_only = False
        self.refresh(None)

    # Building

    def _make_cover(self) -> Card:
        self.cover_card = Card("各类风险覆盖", "竖线为要求")
        self._cover_badge: SourceBadge | None = None
        self.cover = CoverageView("各类风险的关键词数，回车只看这一类")
        self.cover.chosen.connect(self.show_risk)
        self.cover_card.body.addWidget(self.cover)
        self.others = label("", "muted", wrap=True)
        self.cover_card.body.addWidget(self.others)
        rhythm = QHBoxLayout()
        rhythm.setSpacing(Space.XS)
        self.rhythm = label("", "muted")
        rhythm.addWidget(self.rhythm)
        self._rhythm_row = rhythm
        rhythm.addStretch(1)
        self.cover_card.body.addLayout(rhythm)
        self.cover_card.body.addStretch(1)
        return self.cover_card

    def _make_lists(self) -> Card:
        card = Card()
        card.setAccessibleName("词表、扫描结果和体检")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("词表、扫描结果、体检")
        for title in ("词表", "扫描结果", "体检"):
            self.tabs.addTab(title)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.shown_count = label("", "muted")
        head.addWidget(self.shown_count)
        self.risk = QComboBox()
        self.risk.setAccessibleName("只看一类风险")
        self.risk.setFixedWidth(260)
        self.risk.currentIndexChanged.connect(lambda _index: self._filter())
        head.addWidget(self.risk)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("找词")
        self.search.setAccessibleName("在词表里找")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(180)
        self.search.textChanged.connect(lambda _text: self._search_pause.start())
        head.addWidget(self.search)
        card.body.addLayout(head)
        columns = (
            Column[KeywordRecord]("关键词", lambda r: r.word, 220),
            Column[KeywordRecord]("风险", self._risk_words),
            Column[KeywordRecord]("加入", lambda r: r.added_on.isoformat() if r.added_on else "", 110),
            Column[KeywordRecord]("来源", lambda r: r.source, 220),
        )
        self.words = LazyRows[KeywordRecord](self.desk, columns, self)
        self.words.counted.connect(self._counted)
        self.table = table_view(self.words, columns, "词表")
        self.table.setMinimumHeight(260)
        listed = QStackedWidget()
        listed.addWidget(self.table)
        self.empty = EmptyState(
            "还没有关键词",
            "导入一份词表（xlsx、csv 或 txt）。按列名识别「关键词」和「风险」，没收录的每一行都会说明原因。",
            action="导入…",
            on_action=self.choose_list,
        )
        listed.addWidget(self.empty)
        listed.addWidget(EmptyState("没有这样的词", "换一个词或另一类风险看看。", picture="search"))
        self._listed = listed
        self.results = ScanResults(self.desk)
        self.results.picked.connect(self._look_at)
        self.audit = AuditView(self.desk)
        self.stack = QStackedWidget()
        for widget in (listed, self.results, self.audit):
            self.stack.addWidget(widget)
        card.body.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._show_tab)
        return card

    def _show_tab(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        for widget in (self.risk, self.search, self.shown_count):
            widget.setVisible(tab == WORDS)

    # Reading

    def refresh(self, keys: frozenset[str] | None) -> None:
        if keys is not None and CHANGED not in keys:
            return
        stats = self.desk.session.snapshot().keywords
        changed = stats.digest != self._digest
        self._tell_counts()
        if changed:
            self._digest = stats.digest
            self.interceptor = None
            self.audit.clear()
            self.tabs.setTabText(AUDITED, "体检")
            self.results.library_changed()
            self._filter()
            self._build_interceptor()
        self._enable()

    def _tell_counts(self) -> None:
        stats, today = self.desk.session.snapshot().keywords, self.desk.session.today
        parts = [f"{stats.total:,} 个词"]
        if stats.distinct != stats.total:
            parts.append(f"不重复的 {stats.distinct:,} 个")
        if stats.last_updated is not None:
            parts.append(
                f"上次更新 {stats.last_updated.isoformat()}（{since_words(stats.last_updated, today)}）"
            )
        self.set_intro(" · ".join(parts) if stats.total else "还没有导入关键词库。")
        if not self.desk.knowledge.ready:
            return
        rows = checking.coverage("keywords", stats.by_risk)
        self._risk_names = {row.id: row.name for row in rows}
        self.cover.show_rows([row for row in rows if row.minimum is not None])
        missing = sum(row.ok is False for row in rows)
        self.cover_card.set_hint(f"竖线为要求 · {missing} 类不足" if missing else "竖线为要求 · 全部达到")
        free = sum(row.count for row in rows if row.minimum is None)
        unsorted = stats.by_risk.get("", 0)
        others = [f"其余风险共 {free:,} 个（标准没有逐类的数量要求）" if free else ""]
        others.append(f"没有归类的 {unsorted:,} 个，不计入任何一类" if unsorted else "")
        total = checking.threshold("T2")
        if total is not None:
            others.insert(0, f"总量 {stats.total:,}，要求不少于 {total:,}")
        self.others.setText(" · ".join(part for part in others if part))
        self._badges(stats.last_updated, today)
        self._fill_risks(stats.by_risk)

    def _badges(self, updated: date | None, today: date) -> None:
        parameters = checking.standard_pack().data.parameters
        if self._cover_badge is None and "T3.A.1" in parameters:
            self._cover_badge = SourceBadge(parameters["T3.A.1"].source)
            self.cover_card.head.insertWidget(2, self._cover_badge)
            if "T4" in parameters:
                self._rhythm_row.insertWidget(1, SourceBadge(parameters["T4"].source))
        days = checking.threshold("T4")
        if days is None:
            return
        rhythm = "建议每周更新" if days == 7 else f"建议每 {days} 天更新"
        late = updated is not None and (today - updated).days > days
        self.rhythm.setText(
            f"{rhythm}，已超过 {(today - updated).days - days} 天" if late and updated else rhythm
        )

    def _fill_risks(self, by_risk: object) -> None:
        counts = dict(by_risk) if isinstance(by_risk, dict) else {}
        wanted = self.risk.currentData()
        self.risk.blockSignals(True)
        self.risk.clear()
        self.risk.addItem("全部风险", None)
        for risk, name in self._risk_names.items():
            self.risk.addItem(f"{risk} {name}（{counts.get(risk, 0):,}）", risk)
        self.risk.addItem(f"没有归类（{counts.get('', 0):,}）", "")
        place = self.risk.findData(wanted) if wanted is not None else 0
        self.risk.setCurrentIndex(max(place, 0))
        self.risk.blockSignals(False)

    def _risk_words(self, record: KeywordRecord) -> str:
        if record.risk:
            return f"{record.risk} {self._risk_names.get(record.risk, '')}".strip()
        return "/".join(part for part in (record.category1, record.category2) if part) or "没有归类"

    def _filter(self) -> None:
        self._search_pause.stop()
        risk: str | None = self.risk.currentData()
        search = self.search.text().strip() or None
        file = self.desk.session.file
        self.words.show(
            partial(file.keyword_count, risk, search),
            lambda offset, limit: file.keyword_page(offset, limit, risk, search),
        )

    def _counted(self, total: int) -> None:
        whole = self.desk.session.snapshot().keywords.total
        self._listed.setCurrentIndex(0 if total else 2 if whole else 1)
        self.shown_count.setText(f"{total:,} 个词" if total != whole else "")

    def show_risk(self, risk: str) -> None:
        """Show only the words of one risk."""
        self.tabs.setCurrentIndex(WORDS)
        place = self.risk.findData(risk)
        if place >= 0:
            self.risk.setCurrentIndex(place)
            self.bring_into_view(self.risk)

    def reveal(self, path: str) -> bool:
        risk = path.removeprefix("@keywords/")
        if risk != path and risk in self._risk_names:
            self.show_risk(risk)
            self.cover.select(risk)
        self.cover.setFocus()
        self.area.verticalScrollBar().setValue(0)
        return True

    # The interceptor

    def _build_interceptor(self) -> None:
        """Make the library ready in a job; one at a time, the last state wins."""
        session, digest = self.desk.session, self._digest
        if not session.snapshot().keywords.total:
            self.try_card.set_interceptor(None, "导入关键词库后，在这里试一句话。")
            return
        self.try_card.set_interceptor(None, "正在准备关键词库…")
        if self._building:
            return
        self._building = True

        @bulk
        def job(_cancel: Cancel, _report: Report) -> Interceptor:
            made = keywords.project_interceptor(session)
            for record in session.file.keyword_page(0, 1):
                made.scan(record.word)  # what is made at the first hit is made here, not while somebody types
            return made

        def done(made: Interceptor) -> None:
            self._building = False
            if digest != self._digest:
                self._build_interceptor()
                return
            self.interceptor = made
            self.try_card.set_interceptor(made)
            self._enable()

        def failed(error: BaseException) -> None:
            self._building = False
            if digest != self._digest:  # the library changed while it was read
                self._build_interceptor()
                return
            self.try_card.set_interceptor(None, "关键词库没能准备好，暂时不能检测。")
            self.desk.failed.emit(error)

        self.desk.jobs.start(job, on_done=done, on_error=failed)

    # Import

    def choose_list(self) -> None:
        """Ask for a list and read it."""
        name, _filter = QFileDialog.getOpenFileName(self, "导入关键词表", self.desk.folder(), LIST_FILES)
        if name:
            self.import_path(Path(name))

    def import_path(self, path: Path) -> None:
        """Read a list in a job, then show what it would bring."""

        @bulk
        def job(cancel: Cancel, report: Report) -> KeywordImport:
            return keywords.read_list(path, cancel, report)

        self.strip.run(f"正在读取 {path.name}", job, self._preview)

    def _preview(self, read: KeywordImport) -> None:
        existing = self.desk.session.snapshot().keywords.total
        columns = "、".join(
            f"{_ROLES[role]}「{name}」" for role, name in read.columns.items() if role in _ROLES
        )
        source = [f"文件 {read.name}", f"工作表 {read.sheet}" if read.sheet else "", _encoding(read.encoding)]
        source.append(f"识别的列：{columns}" if columns else "没有表头，按每行一个词读取")
        source.append(f"没有用到的列：{'、'.join(read.ignored_columns)}" if read.ignored_columns else "")
        total = checking.threshold("T2")
        short = total is not None and len(read.rows) < total
        preview = ImportPreview(
            "导入关键词",
            " · ".join(part for part in source if part),
            "个",
            len(read.rows),
            remarks_of(read.rejected),
            remarks_of(read.remarks),
            read.blank_rows,
            existing,
            can_add=True,
            warning=f"这份词表 {len(read.rows):,} 个，标准要求总量不少于 {total:,} 个。" if short else "",
        )
        self.dialog = dialog = ImportDialog(self.desk, preview, self)
        dialog.finished.connect(
            lambda code: self._store(read, add=dialog.adds()) if code == QDialog.DialogCode.Accepted else None
        )
        dialog.open()

    def _store(self, read: KeywordImport, *, add: bool) -> None:
        session = self.desk.session

        @bulk
        def job(cancel: Cancel, report: Report) -> Transaction:
            return keywords.save_import(session, read, add=add, cancel=cancel, report=report)

        def done(saved: Transaction) -> None:
            session.library_changed(saved)
            total = session.snapshot().keywords.total
            self.desk.told.emit(f"已收录，词库现有 {total:,} 个词。", "done", "undo")

        sheet = WorkSheet(self.desk, "正在收录", "写完之前请不要关闭电脑；取消则什么都不改。", self)
        sheet.run(f"正在收录 {len(read.rows):,} 个词", job, done)

    # Audit and scan

    def run_audit(self) -> None:
        """Audit the library in a job and show what is doubtful."""
        session = self.desk.session

        @bulk
        def job(cancel: Cancel, report: Report) -> AuditReport:
            return keywords.audit_project(session, cancel, report)

        def done(found: AuditReport) -> None:
            self.audit.show_report(found)
            self.tabs.setTabText(AUDITED, f"体检 {len(found.problems):,}")
            self.tabs.setCurrentIndex(AUDITED)
            self._bring_lists_up()

        self.strip.run("正在体检", job, done)

    def _scan_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("扫描文件…", self._choose_files)
        menu.addAction("扫描文件夹…", self._choose_folder)
        menu.popup(self.scan_button.mapToGlobal(QPoint(0, self.scan_button.height() + 2)))

    def _choose_files(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(
            self, "选择要扫描的文件", self.desk.folder(), SCAN_FILES
        )
        if names:
            self.scan_paths([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "选择要扫描的文件夹", self.desk.folder())
        if name:
            self.scan_paths([Path(name)])

    def scan_paths(self, paths: Sequence[Path]) -> None:
        """Scan files and folders with the library."""
        if self.interceptor is None:
            self.desk.tell(
                "关键词库还在准备，请稍候再扫描。" if self._building else "请先导入关键词库，再扫描文件。",
                "warning",
            )
            return

        def done(scan: Scan) -> None:
            self.results.show_scan(scan)
            self.tabs.setTabText(SCANNED, f"扫描结果 {scan.total:,}")
            self.tabs.setCurrentIndex(SCANNED)
            self._bring_lists_up()

        names = "、".join(path.name for path in paths[:3]) + (" 等" if len(paths) > 3 else "")
        self.strip.run(f"正在扫描 {names}", scan_job(self.interceptor, paths), done)

    def _bring_lists_up(self) -> None:
        # The layout must first know how high the tab is.
        QTimer.singleShot(0, self, lambda: self.bring_into_view(self.stack))

    def _look_at(self, text: str) -> None:
        self.try_card.set_text(text)
        self.area.verticalScrollBar().setValue(0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.scan_paths(paths)

    # State

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        busy, total = self.strip.busy, self.desk.session.snapshot().keywords.total
        for button in (self.import_button, self.empty.button):
            if button is not None:
                button.setEnabled(not self._read_only and not busy)
                button.setToolTip(READ_ONLY if self._read_only else "")
        self.audit_button.setEnabled(bool(total) and not busy)
        self.audit_button.setToolTip("" if total else "先导入关键词库")
        self.scan_button.setEnabled(self.interceptor is not None and not busy)
        self.scan_button.setToolTip("" if total else "先导入关键词库")


_ROLES = {"word": "关键词", "risk": "风险", "category1": "一级分类", "category2": "二级分类"}


def _encoding(name: str) -> str:
    return "" if not name or name == "xlsx" else f"编码 {name.upper()}"
