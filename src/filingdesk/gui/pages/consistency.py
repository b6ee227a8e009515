"""The page 一致性: facts against every paper, attachment and file; claims without proof; what could not be read."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.page import PageHead
from filingdesk.gui.pages.consistency_detail import Detail
from filingdesk.gui.pages.consistency_matrix import Index, MatrixView
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.pages.sources import SourcesPage
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.infra.files import atomic_write
from filingdesk.materials.claims import Claim
from filingdesk.services import papers
from filingdesk.services.consistency import Checker, ConsistencyReport, FileResult

INTRO = "拿填报的内容逐份对照文书、附件和您另外放进来的文件，找出说法不一的地方和拿不出证据的话。"
ALL, CONFLICTS, CLAIMS, UNREAD = "全部事实", "只看矛盾", "要证据的说法", "没有读到的"
VIEWS = (ALL, CONFLICTS, CLAIMS, UNREAD)
FILTER = "能核对的文件 (*.docx *.pdf *.xlsx *.csv *.txt *.md *.html *.htm);;全部文件 (*)"
_Claimed = tuple[FileResult, Claim]


class ConsistencyPage(SourcesPage):
    """The page 一致性."""

    key = "consistency"
    title = "一致性"
    verb = "核对"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.checker = Checker()
        self.found: ConsistencyReport | None = None
        self.stack = SnugStack()
        words = "程序会读每份要提交的文书和全部附件。导出后改过的 Word、pdf，可以拖到这里一起核对。文件只在本机读取，不会上传。"
        self.empty = self.lay_out(self._make_head(), words, self._make_result(), self.stack)
        self.enable()

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, INTRO)
        self.intro = head.intro
        tip = "另外核对这些文件；也可以把文件或文件夹拖到这一页"
        self.add_button = button("添加文件…", self.choose_files, tip=tip)
        self.drop_button = button("移走外部文件", self.drop_files)
        self.save_button = button("导出核对表…", self.choose_target)
        self.run_button = button("开始核对", self.run, role="primary")
        head.add_actions(self.add_button, self.drop_button, self.save_button, self.run_button)
        return head

    def _make_result(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.views = ChipGroup(VIEWS, multiple=False)
        self.views.set_label("看什么")
        self.views.set_values([ALL])
        self.views.changed.connect(lambda _values: self._show_view())
        column.addWidget(self.views)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.S)
        card = Card()
        self.tables = QStackedWidget()
        self.matrix = MatrixView()
        self.matrix.picked.connect(self._cell_picked)
        self.tables.addWidget(self.matrix)
        claim_columns = (
            Column[_Claimed]("类别", lambda c: c[1].rule.title, 130),
            Column[_Claimed]("材料", lambda c: c[0].source.name, 170),
            Column[_Claimed]("位置", lambda c: c[1].where, 96),
            Column[_Claimed]("问题", lambda c: c[1].message),
        )
        self.claims = PlainRows[_Claimed](claim_columns, self)
        self.claim_view = table_view(self.claims, claim_columns, "要证据的说法")
        self.claim_view.selectionModel().currentChanged.connect(lambda now, _b: self._claim_picked(now))
        self.tables.addWidget(self.claim_view)
        unread_columns = (
            Column[FileResult]("材料", lambda f: f.source.name, 210),
            Column[FileResult]("在哪里", lambda f: f.source.where, 170),
            Column[FileResult]("原因", lambda f: f.failed or "；".join(f.partly)),
        )
        self.unread = PlainRows[FileResult](unread_columns, self)
        self.unread_view = table_view(self.unread, unread_columns, "没有读到的材料")
        self.unread_view.selectionModel().currentChanged.connect(lambda now, _b: self._unread_picked(now))
        self.tables.addWidget(self.unread_view)
        self.nothing = {
            name: EmptyState(title, text, picture="check")
            for name, title, text in (
                (CONFLICTS, "没有矛盾", "各份材料的说法与填报的内容一致。通过自查不等于通过审核。"),
                (CLAIMS, "没有发现", "没有说得太满、没有依据或者没填完的话。"),
                (UNREAD, "全都读到了", "每份材料的文字都核对过。"),
            )
        }
        for nothing in self.nothing.values():
            self.tables.addWidget(nothing)
        card.body.addWidget(self.tables)
        split.addWidget(card)
        self.detail = Detail(self.desk)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([760, 320])
        column.addWidget(split, 1)
        return holder

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Compare in a job; texts that were read before are not read again."""
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        report_known = self.desk.report
        files, checker = tuple(self.files), self.checker

        def job(cancel: Cancel, report: Report) -> ConsistencyReport:
            known = report_known if report_known and report_known.revision == snapshot.revision else None
            desk = papers.Desk(session, snapshot, known)
            return checker.run(session, files=files, desk=desk, cancel=cancel, report=report)

        self.strip.run(
            "正在核对一致性",
            job,
            self._take,
            again=self.run,
            result=lambda found: Result(f"核对了 {len(found.files)} 份文件"),
        )

    def _take(self, found: ConsistencyReport) -> None:
        self.found = found
        self.notice.hide()
        self.stack.setCurrentIndex(1)
        unread = [f for f in found.files if f.failed or f.partly]
        read = len(found.files) - len(found.unread)
        self.intro.setText(
            f"核对了 {len(found.rows)} 项事实、{read} 份材料：矛盾 {len(found.conflicts)} 处，"
            f"要证据的说法 {len(found.claims)} 处，没有读到的 {len(unread)} 份。"
        )
        counts = {CONFLICTS: len(found.conflicts), CLAIMS: len(found.claims), UNREAD: len(unread)}
        for chip, name in zip(self.views.chips(), VIEWS, strict=True):
            chip.setToolTip(f"{counts[name]}" if name in counts else "")
            chip.setText(f"{name} {counts[name]}" if name in counts else name)
        self.claims.show(found.claims)
        self.unread.show(unread)
        self._show_view()
        self.enable()

    def refresh(self, keys: frozenset[str] | None) -> None:
        if self.found is not None and self.found.revision != self.desk.session.revision:
            self.tell_stale()

    def enable(self) -> None:
        busy = self.strip.busy
        for each in (self.add_button, self.drop_button, self.run_button):
            each.setEnabled(not busy)
        self.name_run(self.run_button, again=self.found is not None)
        self.drop_button.setVisible(bool(self.files))
        self.save_button.setVisible(self.found is not None)
        self.save_button.setEnabled(not busy)
        if self.empty.button is not None:
            self.empty.button.setEnabled(not busy)

    # -- showing -----------------------------------------------------------------------------------------------------

    def view(self) -> str:
        """Which of the four views is chosen."""
        chosen = (self.views.values() or [ALL])[0]
        return next((name for name in VIEWS if chosen.startswith(name)), ALL)

    def _show_view(self) -> None:
        found = self.found
        if found is None:
            return
        view = self.view()
        if view in (ALL, CONFLICTS):
            self._show_matrix(found, only_conflicts=view == CONFLICTS)
        elif view == CLAIMS:
            self._show_list(view, self.claims.rows, self.claim_view)
        else:
            self._show_list(view, self.unread.rows, self.unread_view)

    def _show_matrix(self, found: ConsistencyReport, *, only_conflicts: bool) -> None:
        files: Sequence[FileResult] = [f for f in found.files if not f.failed]
        rows = list(found.rows)
        if only_conflicts:
            rows = [r for r in rows if any(f.cells[r.key].state == "conflict" for f in files)]
            files = [f for f in files if f.conflicts]
        if not rows or not files:
            self._show_nothing(CONFLICTS)
            return
        self.tables.setCurrentWidget(self.matrix)
        self.matrix.show_report(found, rows, files)

    def _show_list(self, name: str, rows: Sequence[object], view: QTableView) -> None:
        if not rows:
            self._show_nothing(name)
            return
        self.tables.setCurrentWidget(view)
        current = view.model().index(0, 0)
        view.setCurrentIndex(current)
        (self._claim_picked if view is self.claim_view else self._unread_picked)(current)

    def _show_nothing(self, name: str) -> None:
        self.tables.setCurrentWidget(self.nothing[name])
        self.detail.show_nothing()

    def _cell_picked(self, index: Index) -> None:
        model = self.matrix.matrix
        if index.isValid() and model.report is not None:
            self.detail.show_cell(model.report, model.rows[index.row()], model.files[index.column()])

    def _claim_picked(self, index: Index) -> None:
        if index.isValid() and index.row() < len(self.claims.rows):
            self.detail.show_claim(*self.claims.rows[index.row()])

    def _unread_picked(self, index: Index) -> None:
        if index.isValid() and index.row() < len(self.unread.rows):
            self.detail.show_unread(self.unread.rows[index.row()])

    # -- files -------------------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files to compare as well."""
        names, _filter = QFileDialog.getOpenFileNames(
            self, "添加要核对的文件", str(self.desk.folder()), FILTER
        )
        if names:
            self.add_files([Path(name) for name in names])

    def choose_target(self) -> None:
        """Ask where the workbook shall go."""
        proposed = str(Path(self.desk.folder()) / "一致性核对.xlsx")
        name, _filter = QFileDialog.getSaveFileName(self, "导出核对表", proposed, "Excel (*.xlsx)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write the workbook."""
        found = self.found
        if found is None:
            return

        def job(_cancel: Cancel, _report: Report) -> None:
            from filingdesk.services.consistency_sheet import workbook

            atomic_write(path, workbook(found))

        self.strip.run(
            "正在写核对表",
            job,
            lambda _none: self.desk.tell(f"核对表已保存到 {path}", "done"),
            again=lambda: self.save_to(path),
            result=lambda _none: Result(f"已保存为 {path.name}", path),
        )
