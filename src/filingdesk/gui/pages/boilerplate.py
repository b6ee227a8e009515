"""The page 雷同自查: a heat map of the paragraphs of every paper, what each is nearest to, and which fields would change that."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from filingdesk.bootstrap import workspace
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import PageHead
from filingdesk.gui.pages.boilerplate_detail import ParagraphDetail, tone_of
from filingdesk.gui.pages.consistency_matrix import Index
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.pages.sources import SourcesPage
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.heatgrid import HeatGrid
from filingdesk.gui.widgets.labels import ElidedLabel
from filingdesk.services import papers
from filingdesk.services.boilerplate import DISCLAIMER, LEVELS, HeatMap, Paragraph, examine
from filingdesk.services.boilerplate_sources import KIND_WORDS

INTRO = f"逐段比较和自带模板、填写示例、以前的材料、其他项目有多像，帮您把话写具体。{DISCLAIMER}"
WORDS = tuple(word for _bound, word in LEVELS)
EVERY = "所有来源"
BARS = ("▰▰▰▰", "▰▰▰▱", "▰▰▱▱", "▰▱▱▱")
FILTER = "能读的文件 (*.docx *.pdf *.txt *.md *.html *.htm *.fdproj);;全部文件 (*)"


class BoilerplatePage(SourcesPage):
    """The page 雷同自查."""

    key = "boilerplate"
    title = "雷同自查"
    verb = "比较"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.found: HeatMap | None = None
        self._revision = -1
        self._paper = ""
        self._grids: dict[str, HeatGrid] = {}
        self.stack = QStackedWidget()
        words = (
            "程序会看每份文书的每一段。以前交过的材料、别的项目，加进来才会读；只读不改，也不会写进本项目。"
        )
        self.empty = self.lay_out(self._make_head(), words, self._make_result(), self.stack)
        self.enable()

    # Building

    def _make_head(self) -> PageHead:
        head = PageHead(self.title, INTRO)
        self.recent_button = QPushButton("最近的项目")
        self.recent_button.setAccessibleName("选要比较的最近项目")
        self.recent_button.setToolTip("勾选的项目才会读；只读不改")
        self.recent_menu = QMenu(self.recent_button)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.recent_button.setMenu(self.recent_menu)
        self.add_button = button("添加文件…", self.choose_files)
        self.folder_button = button("添加文件夹…", self.choose_folder)
        self.drop_button = button("移走外部来源", self.drop_files)
        self.run_button = button("开始比较", self.run, role="primary")
        head.add_actions(
            self.recent_button, self.add_button, self.folder_button, self.drop_button, self.run_button
        )
        return head

    def _make_result(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.levels = ChipGroup(WORDS, multiple=True)
        self.levels.set_label("看哪些程度")
        self.levels.set_values(list(WORDS[:3]))
        self.levels.changed.connect(lambda _values: self._show_rows())
        self.kinds = ChipGroup((EVERY, *KIND_WORDS.values()), multiple=False)
        self.kinds.set_label("看哪种来源")
        self.kinds.set_values([EVERY])
        self.kinds.changed.connect(lambda _values: self._show_rows())
        column.addWidget(self.levels)
        column.addWidget(self.kinds)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.S)
        split.addWidget(self._make_map())
        card = Card()
        self.columns = (
            Column[Paragraph]("相似程度", _bar, 112, tone=_tone),
            Column[Paragraph]("文书", lambda p: p.title, 92),
            Column[Paragraph]("文字", lambda p: p.text),
        )
        self.rows = PlainRows[Paragraph](self.columns, self)
        self.table = table_view(self.rows, self.columns, "段落")
        self.table.selectionModel().currentChanged.connect(lambda now, _before: self._picked(now))
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(EmptyState("没有这样的段落", "换一种程度或来源看看。", picture="check"))
        card.body.addWidget(self.lists)
        split.addWidget(card)
        self.detail = ParagraphDetail(self.desk)
        split.addWidget(self.detail)
        for place, stretch in enumerate((0, 1, 0)):
            split.setStretchFactor(place, stretch)
        split.setSizes([200, 460, 310])
        column.addWidget(split, 1)
        return holder

    def _make_map(self) -> QWidget:
        card = Card("各份文书", "越满越像")
        self._map = QWidget()
        self._map_column = QVBoxLayout(self._map)
        self._map_column.setContentsMargins(0, 0, Space.XXS, 0)
        self._map_column.setSpacing(Space.XXS)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(self._map)
        self._map.setAutoFillBackground(False)
        card.body.addWidget(area, 1)
        card.setMinimumWidth(180)
        return card

    # Running

    def run(self) -> None:
        """Compare in a job."""
        session, snapshot = self.desk.session, self.desk.session.snapshot()
        known = (
            self.desk.report if self.desk.report and self.desk.report.revision == snapshot.revision else None
        )
        files = tuple(self.files)

        def job(cancel: Cancel, report: Report) -> tuple[HeatMap, int]:
            desk = papers.Desk(session, snapshot, known)
            found = examine(session, workspace(), files, desk=desk, cancel=cancel, report=report)
            return found, snapshot.revision

        self.strip.run("正在比较雷同", job, lambda done: self._take(*done), again=self.run)

    def _take(self, found: HeatMap, revision: int) -> None:
        self.found, self._revision = found, revision
        self.notice.hide()
        if found.skipped:
            named = "；".join(f"{s.name}：{s.reason}" for s in found.skipped[:3])
            more = f"等 {len(found.skipped)} 项" if len(found.skipped) > 3 else ""
            self.notice.tell(f"有的没有读：{named}{more}", tone="warning")
        for chip, word in zip(self.levels.chips(), WORDS, strict=True):
            chip.setText(f"{word} {found.count(word)}")
        self._show_map(found)
        self.stack.setCurrentIndex(1)
        self._show_rows()
        self.enable()

    def refresh(self, keys: frozenset[str] | None) -> None:
        if self.found is not None and self._revision != self.desk.session.revision:
            self.tell_stale()

    def enable(self) -> None:
        busy = self.strip.busy
        for each in (
            self.recent_button,
            self.add_button,
            self.folder_button,
            self.drop_button,
            self.run_button,
        ):
            each.setEnabled(not busy)
        self.name_run(self.run_button, again=self.found is not None)
        self.drop_button.setVisible(bool(self.files))
        self.drop_button.setToolTip("\n".join(str(path) for path in self.files))
        if self.empty.button is not None:
            self.empty.button.setEnabled(not busy)

    # Showing

    def _show_map(self, found: HeatMap) -> None:
        empty(self._map_column)
        self._grids.clear()
        self._paper = self._paper if any(p.paper == self._paper for p in found.paragraphs) else ""
        for paper in dict.fromkeys(p.paper for p in found.paragraphs):
            parts = [p for p in found.paragraphs if p.paper == paper]
            hot = sum(p.score >= LEVELS[1][0] for p in parts)
            head = ElidedLabel(f"{hot}/{len(parts)}　{parts[0].title}", "small", parent=self._map)
            head.setToolTip(f"《{parts[0].title}》共 {len(parts)} 段，其中 {hot} 段大部分相同以上")
            grid = HeatGrid(parts[0].title, self._map)
            grid.show_levels(
                [WORDS.index(p.level) for p in parts],
                [f"{p.score:.0%} {p.level}\n{p.text[:60]}" for p in parts],
            )
            grid.picked.connect(lambda number, parts=parts: self._pick(parts[number]))
            self._grids[paper] = grid
            self._map_column.addWidget(head)
            self._map_column.addWidget(grid)
        self._map_column.addStretch(1)

    def shown_levels(self) -> list[str]:
        """The levels that are looked at."""
        return [w for w in WORDS if any(chosen.startswith(w) for chosen in self.levels.values())]

    def _show_rows(self) -> None:
        if self.found is None:
            return
        levels = self.shown_levels()
        kind = (self.kinds.values() or [EVERY])[0]
        shown = [
            p
            for p in self.found.paragraphs
            if p.level in levels and (kind == EVERY or (p.match is not None and p.match.kind_word == kind))
        ]
        # What somebody else also says comes before what the program itself says; inside each the hottest first.
        shown.sort(key=lambda p: (p.match is None or p.match.kind == "template", -p.score))
        self.rows.show(shown)
        self.lists.setCurrentIndex(0 if shown else 1)
        if shown:
            self.table.setCurrentIndex(self.rows.index(0, 0))
        else:
            self.detail.show_nothing()

    def _picked(self, index: Index) -> None:
        if index.isValid() and index.row() < len(self.rows.rows):
            self._show(self.rows.rows[index.row()])

    def _pick(self, found: Paragraph) -> None:
        """A square was pressed: its row where it is listed, its text in any case."""
        if found in self.rows.rows:
            self.table.setCurrentIndex(self.rows.index(list(self.rows.rows).index(found), 0))
        self._show(found)

    def _show(self, found: Paragraph) -> None:
        self.detail.show_paragraph(found)
        if self.found is None:
            return
        for paper, grid in self._grids.items():
            parts = [p for p in self.found.paragraphs if p.paper == paper]
            grid.set_current(parts.index(found) if found.paper == paper and found in parts else -1)

    # Sources

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        own = self.desk.session.path.resolve()
        for project in workspace().recent():
            if project.exists and project.path.resolve() != own:
                action = QAction(project.path.stem, self.recent_menu)
                action.setToolTip(str(project.path))
                action.setCheckable(True)
                action.setChecked(project.path in self.files)
                action.toggled.connect(lambda on, path=project.path: self._take_recent(path, on))
                self.recent_menu.addAction(action)
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("没有最近打开过的其他项目").setEnabled(False)

    def _take_recent(self, path: Path, wanted: bool) -> None:
        self.files = [known for known in self.files if known != path] + ([path] if wanted else [])
        self.enable()

    def choose_files(self) -> None:
        """Ask for files or projects to compare with."""
        names, _filter = QFileDialog.getOpenFileNames(
            self, "添加要比较的文件或项目", str(self.desk.folder()), FILTER
        )
        if names:
            self.add_files([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder with earlier papers or projects."""
        name = QFileDialog.getExistingDirectory(self, "添加以前的材料所在的文件夹", str(self.desk.folder()))
        if name:
            self.add_files([Path(name)])


def _bar(found: Paragraph) -> str:
    return f"{BARS[WORDS.index(found.level)]}  {found.score:.0%}"


def _tone(found: Paragraph) -> str:
    tone = tone_of(found.level)
    return "" if tone == "neutral" else tone
