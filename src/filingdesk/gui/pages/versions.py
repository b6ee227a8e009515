"""The page 版本比较: two versions of a paper, what changed in facts and words, and the Word file with tracked changes for 补正."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.findsources import Source
from filingdesk.gui.garbage import bulk
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.page import Page, PageHead
from filingdesk.gui.pages.papers import fresh_report, open_folder
from filingdesk.gui.pages.papers_sheet import parse
from filingdesk.gui.pages.versions_rows import Row, rows_of
from filingdesk.gui.pages.versions_view import ChangesSource, ChangesView
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, EmptyState, NoticeBar
from filingdesk.gui.widgets.labels import label
from filingdesk.services import exports, exports_compare, papers, papers_apart
from filingdesk.services.catalogue import shipped
from filingdesk.services.changes import EXPORT, MARKS
from filingdesk.services.exports import KeptExport
from filingdesk.services.exports_compare import Comparison
from filingdesk.services.redlines import NOW

INTRO = "一份文书的两个版本，哪些字段、哪些段落变了。补正时可以导出带修订标记的 Word，一并交上去。"
PLACE = "versions:"


@dataclass(frozen=True)
class _Made:
    """A comparison with its rows, made beside the window."""

    found: Comparison
    rows: tuple[Row, ...]


class VersionsPage(Page):
    """The page 版本比较."""

    key = "versions"
    title = "版本比较"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.found: Comparison | None = None
        self._known: dict[str, list[KeptExport]] = {}
        self._asked: tuple[str, str, str] | None = None
        self._folder = Path(desk.folder())
        self._stale = self._saving = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.M)
        outer.setSpacing(Space.S)
        outer.addLayout(self._make_head())
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.notice = NoticeBar()
        self.notice.action_clicked.connect(lambda: self._act())
        outer.addWidget(self.strip)
        outer.addWidget(self.notice)
        self.choice = self._make_choice()
        outer.addWidget(self.choice)
        self.view = ChangesView(lambda html: parse(html, self.thread(), Space.S), desk)
        self.view.wanted.connect(lambda key: desk.go_to(key))
        outer.addWidget(self.view, 1)
        self.never = EmptyState(
            "还没有导出过 Word",
            "每次从「文书」页导出 Word，项目里都会留一份记录。有了记录，就能和以后的版本比较。",
            picture="document",
            action="去「文书」页导出",
            on_action=lambda: desk.go("papers"),
        )
        outer.addWidget(self.never, 1)
        self.refill()
        self.compare()

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, INTRO)
        self.save_button = button("导出修订稿…", self.choose_target, name="导出修订稿", role="primary")
        head.add_actions(self.save_button)
        return head

    def _make_choice(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self.paper, self.old, self.new = QComboBox(), QComboBox(), QComboBox()
        for name, box, part in (("文书", self.paper, 3), ("旧版本", self.old, 4), ("新版本", self.new, 4)):
            words = label(name, "fieldLabel")
            words.setBuddy(box)
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(words)
            pair.addWidget(box)
            row.addLayout(pair, part)
        self.paper.activated.connect(lambda _at: self._choose_paper())
        self.old.activated.connect(lambda _at: self.compare())
        self.new.activated.connect(lambda _at: self.compare())
        card.body.addLayout(row)
        self.told = label("", "secondary", wrap=True)
        card.body.addWidget(self.told)
        return card

    # Choosing

    def refill(self) -> None:
        """Offer what was exported up to now; what is chosen stays chosen."""
        known: dict[str, list[KeptExport]] = {}
        for each in exports.all_exports(self.desk.session):
            known.setdefault(each.paper, []).append(each)
        if known != self._known:
            chosen = self.chosen()
            self._known = known
            self.paper.clear()
            for paper in known:
                self.paper.addItem(self._title(paper), paper)
            self._fill(chosen[0] or next(iter(known), ""), chosen)
        self._enable()

    def _title(self, paper: str) -> str:
        known = next((s.title for s in self.desk.papers.statuses if s.id == paper), "")
        return known or next((p.title for p in shipped() if p.id == paper), paper)

    def _fill(self, paper: str, wanted: tuple[str, str, str] = ("", "", "")) -> None:
        """The versions of a paper, the wanted ones chosen when they are there, otherwise the proposed ones."""
        made = self._known.get(paper, [])
        self.paper.setCurrentIndex(max(0, self.paper.findData(paper)))
        for box in (self.old, self.new):
            box.clear()
            box.addItem("现在的内容", NOW)
            for each in reversed(made):
                box.addItem(exports_compare.version_name(each), str(each.number))
                box.setItemData(box.count() - 1, f"{each.who} 导出", Qt.ItemDataRole.ToolTipRole)
        chosen = wanted[1:] if wanted[0] == paper else exports_compare.proposed(made) or (NOW, NOW)
        for box, which in zip((self.old, self.new), chosen, strict=True):
            box.setCurrentIndex(max(0, box.findData(which)))

    def chosen(self) -> tuple[str, str, str]:
        """Paper, older and newer version; blank when there is nothing to choose."""
        paper, old, new = (str(box.currentData() or "") for box in (self.paper, self.old, self.new))
        return paper, old, new

    def choose(self, paper: str, old: str = "", new: str = "") -> None:
        """Choose a paper, and two of its versions instead of the proposed ones."""
        self._fill(paper, (paper, old, new) if old else ("", "", ""))
        self.compare()

    def _choose_paper(self) -> None:
        self.choose(str(self.paper.currentData() or ""))

    # Comparing

    def compare(self) -> None:
        """Compare what is chosen, in a job."""
        paper, old, new = chosen = self.chosen()
        if self.strip.busy:
            self.strip.stop()  # begins again when it has stopped
            return
        self._asked, self._stale, self.found = chosen, False, None
        self.notice.hide()
        self.told.setText(self._words())
        if not paper:
            self._enable()
            return
        if old == new:
            self.view.show_words("选的是同一个版本", "请在上面选两个不同的版本。")
            self._enable()
            return
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        report_known = fresh_report(self.desk, snapshot)

        @bulk
        def job(cancel: Cancel, report: Report) -> _Made:
            desk = papers.Desk(session, snapshot, report_known)
            found = exports_compare.compare(session, desk, paper, old, new, cancel, report)
            return _Made(found, rows_of(found, snapshot.facts))

        self.view.show_words("正在比较…", "")
        self.strip.run(
            "正在比较两个版本",
            job,
            self._show,
            on_error=self._failed,
            on_cancelled=self._cancelled,
        )

    def _again(self) -> bool:
        """Whether something else was chosen while a job ran; then that is compared."""
        if self.chosen() == self._asked:
            return False
        self.compare()
        return True

    def _show(self, made: _Made) -> None:
        if self._again():
            return
        found = self.found = made.found
        self.told.setText(self._words())
        if found.nothing:
            self.view.show_words("没有不同", f"两个版本的 {found.same} 段文字和里面的字段都一样。")
        else:
            self.view.show_rows(made.rows, (found.old.name, found.new.name), doors=True)
        self._enable()

    def _failed(self, error: BaseException) -> None:
        if not self._again():
            self.view.show_words("没有比较成", "请换一个版本再试。")
            self.desk.failed.emit(error)

    def _cancelled(self) -> None:
        if not self._again():
            self.view.show_words("比较已取消", "")
            self.notice.tell("比较已取消，没有改动任何内容。", action="重新比较")
            self._stale = True

    def _words(self) -> str:
        paper, old, new = self.chosen()
        found = self.found
        if found is None:
            once = len(self._known.get(paper, [])) == 1 and NOW in (old, new)
            return "这份文书只导出过一次，和现在的内容比较。" if once else ""
        kinds = [
            (f"字段 {len(found.facts)} 处", len(found.facts)),
            *(
                (f"{words} {found.count(kind)} 段", found.count(kind))
                for kind, words in exports_compare.PARAGRAPH_WORDS.items()
            ),
        ]
        parts = [words for words, count in kinds if count]
        told = f"{'，'.join([*parts, f'没有变 {found.same} 段'])}。"
        if found.template_changed:
            told += "两个版本用的模板不同。"
        return told + "图片、页眉页脚和格式不参加比较。"

    def refresh(self, keys: frozenset[str] | None) -> None:
        before = self.chosen()
        self.refill()
        if self.chosen() != before:
            self.compare()
            return
        edited = keys is None or any(not key.startswith((*MARKS, EXPORT)) for key in keys)
        if edited and NOW in before[1:] and self.found is not None:
            self._stale = True
            self.notice.tell("项目改过了，下面是改之前的比较。", tone="warning", action="重新比较")

    def refresh_papers(self) -> None:
        for at in range(self.paper.count()):  # titles follow the kind of filing
            self.paper.setItemText(at, self._title(self.paper.itemData(at)))

    def _act(self) -> None:
        if self._stale:
            self.compare()
        else:
            open_folder(self._folder)

    def _enable(self) -> None:
        any_export, busy = bool(self._known), self.strip.busy
        differs = self.found is not None and not self.found.nothing
        self.never.setVisible(not any_export)
        self.choice.setVisible(any_export)
        self.choice.setEnabled(not self._saving)
        self.view.setVisible(any_export)
        self.save_button.setVisible(any_export)
        self.save_button.setEnabled(differs and not busy)
        self.save_button.setToolTip(
            "新版本的 Word，用修订标记标出与旧版本的不同；Word、WPS 都能逐条接受或拒绝"
            if differs
            else "两个版本有不同时才能导出"
        )

    def set_read_only(self, read_only: bool) -> None:
        self._enable()

    def find_source(self) -> Source | None:
        return ChangesSource(self.view) if self.view.rows else None

    def reveal(self, path: str) -> bool:
        """`versions:PAPER`: the proposed versions of this paper."""
        if not path.startswith(PLACE):
            return False
        self.refill()
        paper = path.removeprefix(PLACE)
        if paper and paper not in self._known:
            if self._known:
                words = f"《{self._title(paper)}》还没有导出过 Word，先看导出过的文书。"
                self.notice.tell(words, tone="warning")
            return True
        if paper and paper != self.chosen()[0]:
            self.choose(paper)
        return True

    def place(self) -> str:
        paper = self.chosen()[0]
        return f"{PLACE}{paper}" if paper else ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "view"):
            self.view.show_again()

    # The redline

    def choose_target(self) -> None:
        """Ask where the file with tracked changes goes."""
        if self.found is None:
            return
        proposed = str(self._folder / f"{self.found.new.title}-修订稿.docx")
        name, _filter = QFileDialog.getSaveFileName(self, "导出修订稿", proposed, "Word (*.docx)")
        if name:
            self.save_redline(Path(name))

    def save_redline(self, path: Path) -> None:
        """Write the newer version as a Word file with the differences as tracked changes, whole or not at all."""
        paper, old, new = self.chosen()
        session, snapshot = self.desk.session, self.desk.session.snapshot()

        def job(cancel: Cancel, report: Report) -> Path:
            papers_apart.write_redline(session, snapshot, path, paper, old, new, cancel=cancel, report=report)
            return path

        def done(written: Path) -> None:
            self._saved()
            self._folder, self._stale = written.parent, False
            self.notice.tell(f"修订稿已写到 {written}。", tone="done", action="打开文件夹")

        def failed(error: BaseException) -> None:
            self._saved()
            self.desk.failed.emit(error)

        def cancelled() -> None:
            self._saved()
            self.notice.tell("已取消，没有写出文件。")

        self._saving = True
        self.strip.run(
            "正在生成修订稿",
            job,
            done,
            on_error=failed,
            on_cancelled=cancelled,
            result=lambda written: Result(f"已写入 {written.name}", written),
        )

    def _saved(self) -> None:
        self._saving = False
        self._enable()
