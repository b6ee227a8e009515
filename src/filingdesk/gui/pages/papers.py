"""The papers: how complete each is, a live preview that leads to the fields, export as Word, PDF or Excel."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.report import CheckReport
from filingdesk.domain.snapshot import Snapshot
from filingdesk.gui.boxes import ask, question_box
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.outfolder import out_folder
from filingdesk.gui.page import Page
from filingdesk.gui.pages.papers_list import PaperList, lines_of
from filingdesk.gui.pages.papers_sheet import PaperSheet, parse
from filingdesk.gui.pages.papers_tables import preview_of
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.places import home
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card, NoticeBar
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.services import exports, papers, papers_apart
from filingdesk.services.catalogue import catalogue

RENDER_PAUSE_MS = 350
FORMAT_WORDS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


def open_folder(path: Path) -> None:
    """Show a folder with the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def fresh_report(desk: Desk, snapshot: Snapshot) -> CheckReport | None:
    """The last report when it judged this very state; None: judge anew."""
    report = desk.report
    return report if report is not None and report.revision == snapshot.revision else None


class PapersPage(Page):
    """The page 文书."""

    key = "papers"
    title = "文书"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._folder: Path | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, 0, 0)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(lambda: open_folder(self._folder or out_folder(desk)))
        for widget in (self.strip, self.notice):
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, Space.XL, 0)
            line.addWidget(widget)
            outer.addLayout(line)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(6)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, Space.L)
        card = Card()
        card.setAccessibleName("文书列表")
        self.list = PaperList()
        self.list.picked.connect(lambda _paper: self._picked())
        card.body.addWidget(self.list)
        column.addWidget(card)
        split.addWidget(holder)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(Space.XS, 0, Space.XL, Space.XS)
        side.setSpacing(Space.XS)
        side.addLayout(self._make_bar())
        self.sheet = PaperSheet()
        self.sheet.wanted.connect(self._follow)
        side.addWidget(self.sheet, 1)
        split.addWidget(right)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([340, 800])
        outer.addWidget(split, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(RENDER_PAUSE_MS)
        self._pause.timeout.connect(self.render_now)
        self._ticket: Ticket | None = None
        self._generation = 0
        self._scroll_to = ""
        self.refresh_papers()
        if not self.list.paper():
            self.sheet.show_words("正在准备…")

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, Space.XL, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("文书", "pageTitle"))
        words.addWidget(label("一处填写，处处一致。点预览中的文字可跳到来源字段。", "secondary"))
        head.addLayout(words, 1)
        self.draft_button = QPushButton("导出草稿…")
        self.draft_button.setToolTip("导出全部文书的草稿，缺的内容标为【待补充】")
        self.draft_button.clicked.connect(lambda: self.choose_folder(draft=True))
        self.final_button = QPushButton("导出全部…")
        self.final_button.setProperty("role", "primary")
        self.final_button.clicked.connect(lambda: self.choose_folder(draft=False))
        self.returned_button = QPushButton("退回稿…")
        self.returned_button.setToolTip("律师在 Word 里改过的文书，在这里读回来")
        self.returned_button.clicked.connect(lambda: self.desk.go("returned"))
        self.versions_button = QPushButton("版本比较…")
        self.versions_button.setToolTip("选中的文书历次导出之间、和现在之间，哪些字段和文字变了")
        self.versions_button.clicked.connect(
            lambda: self.desk.go("versions", f"versions:{self.list.paper()}")
        )
        for button in (self.returned_button, self.versions_button, self.draft_button, self.final_button):
            button.setAccessibleName(button.text())
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.name = ElidedLabel("", "section")
        bar.addWidget(self.name)
        self.chip = Badge("", pill=True)
        self.chip.hide()
        bar.addWidget(self.chip)
        self.note = ElidedLabel("", "muted")
        bar.addWidget(self.note, 1)
        self.next_gap = QPushButton("下一处待补充")
        self.next_gap.setToolTip("跳到这份文书缺的下一个字段")
        self.next_gap.setAccessibleName("跳到这份文书缺的下一个字段")
        self.next_gap.clicked.connect(lambda: self._go_to_gap())
        bar.addWidget(self.next_gap)
        self.one_button = QPushButton("导出本份")
        self.one_button.setAccessibleName("导出选中的这份文书")
        self.one_button.clicked.connect(lambda: self._one_menu())
        bar.addWidget(self.one_button)
        return bar

    # Reading

    def refresh(self, keys: frozenset[str] | None) -> None:
        self.refresh_papers()
        self._pause.start()

    def refresh_papers(self) -> None:
        if not self.desk.knowledge.ready:
            return
        wanted = catalogue(self.desk.session).wanted(self.desk.facts)
        self.list.show_lines(lines_of(wanted, self.desk.papers.statuses))
        self._show_bar()
        self._enable()

    def status(self) -> papers.PaperStatus | None:
        """How far the selected paper is, when that is known."""
        paper = self.list.paper()
        return next((status for status in self.desk.papers.statuses if status.id == paper), None)

    def _picked(self) -> None:
        self._show_bar()
        self._pause.stop()
        self.render_now()

    def _show_bar(self) -> None:
        line, status = self.list.line(), self.status()
        if line is None or not line.paper:
            return
        self.name.setText(line.title)
        self.chip.set_text(line.chip, line.tone)
        self.chip.show()
        self.next_gap.setVisible(bool(status and status.gaps))
        own = f"本项目改写 {status.rewritten} 段。" if status and status.rewritten else ""
        found = catalogue(self.desk.session)
        own = ("按自己修改的模板生成。" if line.paper in found.own else "") + own
        self.note.setText(own + found.paper(line.paper).spec.note)

    def render_now(self) -> None:
        """Make the preview of the selected paper in a job; what an earlier one still brings is dropped."""
        paper = self.list.paper()
        if not paper:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        self._generation += 1
        generation, home = self._generation, self.thread()
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        report = fresh_report(self.desk, snapshot)

        def job(cancel: Cancel, _report: Report) -> QTextDocument:
            desk = papers.Desk(session, snapshot, report)
            cancel.check()
            html = preview_of(session, desk, paper)
            cancel.check()
            return parse(html, home)

        def done(document: QTextDocument) -> None:
            if generation == self._generation:
                self._ticket = None
                self.sheet.show_document(paper, document)
                if self._scroll_to:
                    self.sheet.scroll_to(self._scroll_to)
                    self._scroll_to = ""

        def failed(error: BaseException) -> None:
            if generation != self._generation:
                return
            self._ticket = None
            if isinstance(error, UserError):
                self.sheet.show_words(f"{error.message}\n{error.hint}")
            else:
                self.desk.failed.emit(error)

        self._ticket = self.desk.jobs.start(job, on_done=done, on_error=failed)

    # Going places

    def reveal(self, path: str) -> bool:
        paper, _hash, fact = path.removeprefix("paper:").partition("#")
        self._scroll_to = fact
        return path.startswith("paper:") and self.list.select(paper)

    def place(self) -> str:
        paper = self.list.paper()
        return f"paper:{paper}" if paper else ""

    def _follow(self, path: str) -> None:
        page, inside = home(path)
        # What is computed (the conclusions on the clauses) is mended in the report.
        self.desk.go(page or "check", inside if page else "")

    def _go_to_gap(self) -> None:
        status = self.status()
        if status is not None and status.gaps:
            self._follow(status.gaps[0].path)

    # Export

    def _one_menu(self) -> None:
        paper = self.list.paper()
        if not paper:
            return
        menu = QMenu(self)
        formats = catalogue(self.desk.session).paper(paper).spec.formats
        for draft in (True, False):
            for fmt in formats:
                menu.addAction(
                    f"{FORMAT_WORDS.get(fmt, fmt)} {'草稿' if draft else '正式稿'}…",
                    lambda draft=draft, fmt=fmt: self.choose_folder(
                        draft=draft, paper_ids=(paper,), formats=(fmt,)
                    ),
                )
            menu.addSeparator()
        menu.popup(self.one_button.mapToGlobal(QPoint(0, self.one_button.height() + 2)))

    def choose_folder(
        self, *, draft: bool, paper_ids: Sequence[str] = (), formats: Sequence[str] = ()
    ) -> None:
        """Ask where to, then export. A final that may not leave the house is refused before that."""
        fault = None if draft else self.hindrance(paper_ids)
        if fault is not None:
            self.desk.failed.emit(fault)
            return
        name = QFileDialog.getExistingDirectory(
            self, "导出到文件夹", str(self._folder or out_folder(self.desk))
        )
        if name:
            self.export_to(Path(name), draft=draft, paper_ids=paper_ids, formats=formats)

    def hindrance(self, paper_ids: Sequence[str] = ()) -> UserError | None:
        """Why finals cannot be made now, as far as is known already."""
        chosen = [s for s in self.desk.papers.statuses if not paper_ids or s.id in paper_ids]
        faulty = next((status for status in chosen if status.fault), None)
        if faulty is not None:
            return UserError(
                "papers.template",
                f"《{faulty.title}》用的是自己修改的模板，现在排不出来：{faulty.fault}",
                "请在「模板」页改好，或恢复自带模板。",
            )
        gapped = [status for status in chosen if status.gaps]
        blocked = [status for status in chosen if status.blockers]
        if gapped:
            first = gapped[0]
            return UserError(
                "papers.gaps",
                f"还有 {len(gapped)} 份文书没有填齐，《{first.title}》缺："
                f"{'、'.join(gap.label for gap in first.gaps[:3])}{' 等' if len(first.gaps) > 3 else ''}。",
                "请先补齐；也可以先导出草稿。",
            )
        if blocked:
            return UserError(
                "papers.blocked",
                f"《{blocked[0].title}》所属的备案还有 {blocked[0].blockers} 条阻断，不能出正式稿。",
                "请在「自检」页处理或写明理由；也可以先导出草稿。",
            )
        behind = next((status for status in chosen if status.stale), None)
        if behind is not None:
            return UserError(
                "papers.override_stale",
                f"《{behind.title}》有 {behind.stale} 处本项目改写的文字对不上现在的模板或字段，没有放进去。",
                "请在「退回稿」页恢复模板文字，或重新采用；也可以先导出草稿。",
            )
        return None

    def export_to(
        self, folder: Path, *, draft: bool, paper_ids: Sequence[str] = (), formats: Sequence[str] = ()
    ) -> None:
        """Write papers into a folder; asks before it writes over files that are there."""
        chosen = catalogue(self.desk.session).placed(self.desk.facts, paper_ids)
        there = [name for name in papers.file_names(chosen, formats, draft=draft) if (folder / name).exists()]

        def go() -> None:
            self._export(folder, [p.id for p in chosen], formats, draft=draft)

        if not there:
            go()
            return
        more = f"等 {len(there)} 个文件" if len(there) > 1 else ""
        self.question, over = question_box(
            self,
            "覆盖已有文件？",
            f"文件夹里已经有“{there[0]}”{more}。",
            "覆盖后，在 Word 里对这些文件做的修改会丢失。",
            go="覆盖",
            stay="取消",
        )
        ask(self.question, over, go)

    def _export(self, folder: Path, paper_ids: Sequence[str], formats: Sequence[str], *, draft: bool) -> None:
        session, snapshot, read_only = self.desk.session, self.desk.session.snapshot(), self.desk.read_only
        self._folder = folder
        self.notice.hide()

        def job(cancel: Cancel, report: Report) -> tuple[list[papers.BuiltPaper], exports.Kept]:
            built = papers_apart.build(
                session,
                snapshot,
                folder,
                paper_ids=paper_ids,
                formats=formats,
                draft=draft,
                cancel=cancel,
                report=report,
            )
            made = () if read_only else [item.export for item in built]
            return built, exports.keep(session, made)

        def done(ended: tuple[list[papers.BuiltPaper], exports.Kept]) -> None:
            built, kept = ended
            if not self.desk.read_only:  # what came back from the lawyer is compared with it
                self.desk.attempt(lambda: exports.note_kept(session, kept))
            gaps = len({item.paper for item in built if item.gaps})
            words = f"已导出 {len(built)} 个文件到 {folder}。"
            words += f"其中 {gaps} 份文书还有待补充的内容。" if gaps else ""
            tone = "warning" if gaps else "done"
            self.notice.tell(words, tone=tone, action="打开文件夹")

        def cancelled() -> None:
            self.notice.tell(
                f"已取消。{folder} 里可能已经有先写好的文件，每个都是完整的。",
                tone="warning",
                action="打开文件夹",
            )

        self.strip.run(
            "正在生成文书",
            job,
            done,
            on_cancelled=cancelled,
            again=lambda: self.export_to(folder, draft=draft, paper_ids=paper_ids, formats=formats),
            result=lambda ended: Result(f"{len(ended[0])} 个文件", folder),
        )

    def _enable(self) -> None:
        busy, known = self.strip.busy, bool(self.list.paper())
        for button in (self.draft_button, self.final_button, self.one_button):
            button.setEnabled(known and not busy)
        fault = self.hindrance()
        self.final_button.setToolTip(
            fault.message if fault else "导出全部文书的正式稿。通过自查不等于通过审核。"
        )
