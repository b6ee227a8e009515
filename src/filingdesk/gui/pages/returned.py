"""The page 退回稿: a paper that came back from the lawyer, change by change; the project's own wording."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import Page, PageHead
from filingdesk.gui.pages.papers import fresh_report
from filingdesk.gui.pages.returned_own import OwnWordsCard
from filingdesk.gui.pages.returned_rows import ChangeGroup, Lines, RemarkList, lines_of
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, EmptyState, NoticeBar
from filingdesk.gui.widgets.dropzone import DropZone, TakesFiles
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import label
from filingdesk.services import overrides, papers, roundtrip
from filingdesk.services.changes import MARKS
from filingdesk.services.own_words import OwnWords, own_words
from filingdesk.services.roundtrip import Returned

INTRO = "律师在 Word 或 WPS 里改过的文书拖到这里：字段、文字、结构各改了什么，逐处决定采用还是保留。"
FILTER = "Word 文件 (*.docx *.docm);;全部文件 (*)"


@dataclass(frozen=True)
class Read:
    """A comparison with its rows, made beside the window."""

    found: Returned
    lines: Lines


class ReturnedPage(TakesFiles, Page):
    """The page 退回稿."""

    key = "returned"
    title = "退回稿"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAcceptDrops(True)
        self.found: Returned | None = None
        self.groups: list[ChangeGroup] = []
        self._taken = ""
        self._folder = Path(desk.folder())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, Space.L, 0, 0)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(lambda: self._again())
        for widget in (self.strip, self.notice):
            line = QHBoxLayout()
            line.setContentsMargins(Space.XL, 0, Space.XL, 0)
            line.addWidget(widget)
            outer.addLayout(line)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setProperty("role", "content")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(Space.XL, 0, Space.XL, Space.XL)
        self.column.setSpacing(Space.M)
        self.zone = DropZone("把改过的 Word 文件拖到这里。文件只在本机读取；不采用，项目就不会变。")
        self.zone.add_button("选择文件…").clicked.connect(lambda: self.choose_file())
        self.zone.dropped.connect(lambda paths: self.open_file(paths[0]))
        self.column.addWidget(self.zone)
        self.empty = EmptyState(
            "还没有打开退回稿",
            "先在「文书」页导出 Word 发给律师；改好后拖回来。字段的改动采用后处处一起变，文字的改动只改这份文书的这一段；修订和批注也会列出来。",
            picture="inbox",
        )
        self.column.addWidget(self.empty)
        self.result = QVBoxLayout()
        self.result.setSpacing(Space.M)
        self.column.addLayout(self.result)
        self.own = OwnWordsCard()
        self.own.dropped.connect(self._restore)
        self.own.kept.connect(self._keep)
        self.column.addWidget(self.own)
        self.column.addStretch(1)
        self.area.setWidget(content)
        outer.addWidget(self.area, 1)
        self._enable()
        self._refresh_own()

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, INTRO)
        head.setContentsMargins(Space.XL, 0, Space.XL, 0)
        tip = "历次导出之间、和现在之间哪里不同；导出修订稿"
        self.versions_button = button("版本比较…", lambda: self.desk.go("versions"), tip=tip)
        tip = "收起这份退回稿，没有采用的改动不会留下"
        self.close_button = button("收起", self.close_file, tip=tip)
        self.take_button = button("采用选中", self.take, role="primary")
        head.add_actions(self.versions_button, self.close_button, self.take_button)
        return head

    # -- reading a file ----------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for the returned file."""
        name, _filter = QFileDialog.getOpenFileName(self, "打开退回稿", str(self._folder), FILTER)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Compare a file in a job and show what changed."""
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        known = fresh_report(self.desk, snapshot)
        self._folder = path.parent

        def job(cancel: Cancel, report: Report) -> Read:
            desk = papers.Desk(session, snapshot, known)
            found = roundtrip.read(session, path, desk=desk, cancel=cancel, report=report)
            return Read(found, lines_of(found))

        self.strip.run("正在比较退回稿", job, self._show, again=lambda: self.open_file(path))

    def _again(self) -> None:
        if self.found is not None:
            self.open_file(self.found.path)

    def close_file(self) -> None:
        """Put the comparison away."""
        self.found = None
        self.notice.hide()
        self._clear()
        self._enable()

    def _clear(self) -> None:
        self.groups = []
        empty(self.result)

    def _show(self, read: Read) -> None:
        found = self.found = read.found
        self._clear()
        self.result.addWidget(self._summary(found))
        for title, lines in (
            ("字段", read.lines.facts),
            ("文字", read.lines.words),
            ("结构", read.lines.structure),
        ):
            if lines:
                group = ChangeGroup(title, lines)
                group.toggled.connect(self._enable)
                self.groups.append(group)
                self.result.addWidget(group)
        if found.revisions or found.comments:
            self.result.addWidget(RemarkList(found))
        if self._taken:
            self.notice.tell(self._taken, tone="done")
            self._taken = ""
        else:
            self.notice.hide()
        self._enable()

    def _summary(self, found: Returned) -> Card:
        card = Card(f"《{found.title}》", found.name)
        with_export = f"与第 {found.export} 次导出比较" if found.export else "没有导出记录"
        card.head.addWidget(Badge(with_export, "accent" if found.export else "warning", pill=True))
        words = f"{found.same} 段没有变。图片、页眉页脚和格式不参加比较。"
        if found.nothing:
            words = f"没有改动：{words}"
        card.body.addWidget(label(words, "secondary"))
        for notice in found.notices:
            card.body.addWidget(label(f"· {notice}", "small", wrap=True))
        return card

    # -- taking ------------------------------------------------------------------------------------------------------

    def chosen(self) -> list[str]:
        """Ids of everything that is ticked."""
        return [each for group in self.groups for each in group.chosen()]

    def take(self) -> None:
        """Take the ticked changes over as one edit, then compare anew."""
        found, ids = self.found, self.chosen()
        if found is None or not ids:
            return
        done = self.desk.attempt(lambda: roundtrip.accept(self.desk.session, found, ids))
        if done is not None:
            self._taken = f"已采用 {len(ids)} 处，可以撤销（Ctrl+Z）。没有采用的保留项目里的。"
            self._again()

    def refresh(self, keys: frozenset[str] | None) -> None:
        self._refresh_own()
        only_notes = keys is not None and all(key.startswith(MARKS) for key in keys)
        if self.found is not None and not only_notes and not self.strip.busy and not self._taken:
            self.notice.tell("项目改过了，下面是改之前的比较。", tone="warning", action="重新比较")

    def _enable(self) -> None:
        count = len(self.chosen())
        busy, fixed = self.strip.busy, self.desk.read_only
        self.take_button.setText(f"采用选中的 {count} 处" if count else "采用选中")
        self.take_button.setAccessibleName(self.take_button.text())
        self.take_button.setVisible(self.found is not None)
        self.take_button.setEnabled(bool(count) and not busy and not fixed)
        self.empty.setVisible(self.found is None)
        self.close_button.setVisible(self.found is not None)
        self.close_button.setEnabled(not busy)
        self.zone.setEnabled(not busy)
        self.own.setEnabled(not busy and not fixed)

    def set_read_only(self, read_only: bool) -> None:
        self._enable()

    def ready_for_files(self) -> bool:
        return not self.strip.busy

    def take_files(self, paths: list[Path]) -> None:
        self.open_file(paths[0])

    # -- own wording -------------------------------------------------------------------------------------------------

    def _refresh_own(self) -> None:
        """What the project says in its own words, looked up in a job: each paper is rendered for it."""
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        if not overrides.kept(session):
            self.own.show_rows(())
            return
        report = fresh_report(self.desk, snapshot)

        def job(_cancel: Cancel, _report: Report) -> tuple[OwnWords, ...]:
            return own_words(session, papers.Desk(session, snapshot, report))

        self.desk.jobs.start(job, on_done=self._show_own, on_error=self.desk.failed.emit)

    def _show_own(self, rows: Sequence[OwnWords]) -> None:
        self.own.show_rows(rows)
        self._enable()

    def _restore(self, paper: str, anchor: str) -> None:
        self.desk.attempt(lambda: overrides.drop(self.desk.session, paper, [anchor]))

    def _keep(self, own: OwnWords) -> None:
        stale = own.stale
        if stale is not None:
            self.desk.attempt(lambda: overrides.keep(self.desk.session, own.paper, stale))
