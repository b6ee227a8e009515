"""The tab 词表: coverage beside the box to try a sentence, and the words themselves, to filter, choose and edit."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.records import KeywordRecord
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_cover import CoverCard
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_try import TryCard
from filingdesk.gui.pages.lazy_rows import Column, LazyRows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import label
from filingdesk.services.library import KeywordSelection

SEARCH_PAUSE_MS = 200
PICKED_AT_MOST = 50_000
"""Rows that can be chosen one by one; more of them are chosen by a filter."""


class WordsTab(QWidget):
    """Coverage, try-box, and the table of the words."""

    def __init__(
        self, desk: Desk, editor: LibraryEditor, on_import: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.editor = desk, editor
        self._names: dict[str, str] = {}
        self._read_only = False
        self._wanted = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        pair = QHBoxLayout()
        pair.setSpacing(Space.M)
        self.cover_card = CoverCard()
        self.cover_card.chosen.connect(self.show_risk)
        pair.addWidget(self.cover_card, 7)
        self.try_card = TryCard(desk)
        pair.addWidget(self.try_card, 6)
        column.addLayout(pair)
        column.addWidget(self._make_list(on_import), 1)
        self._search_pause = QTimer(self)
        self._search_pause.setSingleShot(True)
        self._search_pause.setInterval(SEARCH_PAUSE_MS)
        self._search_pause.timeout.connect(self.filter)

    def _make_list(self, on_import: Callable[[], None]) -> Card:
        card = Card("词表")
        card.head.setSpacing(Space.XS)
        self.shown_count = label("", "muted")
        card.head.addWidget(self.shown_count)
        self.risk = QComboBox()
        self.risk.setAccessibleName("只看一类风险")
        self.risk.setFixedWidth(250)
        self.risk.currentIndexChanged.connect(lambda _index: self.filter())
        card.head.addWidget(self.risk)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("找词")
        self.search.setAccessibleName("在词表里找")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(160)
        self.search.textChanged.connect(lambda _text: self._search_pause.start())
        card.head.addWidget(self.search)
        columns = (
            Column[KeywordRecord]("关键词", lambda r: r.word, 220),
            Column[KeywordRecord]("风险", self._risk_words),
            Column[KeywordRecord]("加入", lambda r: r.added_on.isoformat() if r.added_on else "", 110),
            Column[KeywordRecord]("来源", lambda r: r.source, 220),
        )
        self.words = LazyRows[KeywordRecord](self.desk, columns, self)
        self.words.counted.connect(self._counted)
        self.table = table_view(self.words, columns, "词表，Shift 加方向键多选，Delete 删除")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setMinimumHeight(260)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.activated.connect(lambda index: self._rename(index.row()))
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._tell_chosen())
        remove = QAction("删除", self.table)
        remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(lambda: self._with_chosen(self.editor.delete))
        self.table.addAction(remove)
        listed = QStackedWidget()
        listed.addWidget(self.table)
        self.empty = EmptyState(
            "还没有关键词",
            "导入一份词表（xlsx、csv 或 txt）。按列名识别「关键词」和「风险」，没收录的每一行都会说明原因。",
            action="导入…",
            on_action=on_import,
        )
        listed.addWidget(self.empty)
        listed.addWidget(EmptyState("没有这样的词", "换一个词或另一类风险看看。", picture="search"))
        self._listed = listed
        card.body.addWidget(listed, 1)
        card.body.addLayout(self._make_bar())
        return card

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.chosen_label = label("", "muted")
        bar.addWidget(self.chosen_label)
        bar.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        for text, name, act in (
            ("添加词…", "添加关键词", lambda: self.editor.add_words(self.risk.currentData() or "")),
            ("改风险…", "改选中词的风险", lambda: self._with_chosen(self.editor.set_risk)),
            ("替换文字…", "替换选中词里的文字", lambda: self._with_chosen(self.editor.replace_text)),
            ("删除", "删除选中的词", lambda: self._with_chosen(self.editor.delete)),
        ):
            button = QPushButton(text)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _checked=False, act=act: act())
            bar.addWidget(button)
            self.buttons[text.rstrip("…")] = button
        return bar

    # Showing

    def show_stats(self) -> None:
        """Counts, bars and the risks to choose from, as the library is now."""
        stats = self.desk.session.snapshot().keywords
        if not self.desk.knowledge.ready:
            return
        self._names = dict(
            self.cover_card.show_stats(stats, self.desk.session.today, self.desk.session.snapshot())
        )
        self.editor.names = self._names
        self.try_card.set_names(self._names)
        wanted = self.risk.currentData()
        self.risk.blockSignals(True)
        self.risk.clear()
        self.risk.addItem("全部风险", None)
        for risk, name in self._names.items():
            self.risk.addItem(f"{risk} {name}（{stats.by_risk.get(risk, 0):,}）", risk)
        self.risk.addItem(f"没有归类（{stats.by_risk.get('', 0):,}）", "")
        place = self.risk.findData(wanted) if wanted is not None else 0
        self.risk.setCurrentIndex(max(place, 0))
        self.risk.blockSignals(False)

    @property
    def names(self) -> dict[str, str]:
        """The names of the risks by id."""
        return self._names

    def _risk_words(self, record: KeywordRecord) -> str:
        if record.risk:
            return f"{record.risk} {self._names.get(record.risk, '')}".strip()
        return "/".join(part for part in (record.category1, record.category2) if part) or "没有归类"

    def filter(self) -> None:
        """Show the words that the two filters leave."""
        self._search_pause.stop()
        risk: str | None = self.risk.currentData()
        search = self.search.text().strip() or None
        file = self.desk.session.file
        self.words.show(
            partial(file.keyword_count, risk, search),
            lambda offset, limit: file.keyword_page(offset, limit, risk, search),
        )

    def filtered(self) -> dict[str, str]:
        """The filters that are on; blank when all words are shown."""
        given = {"risk": self.risk.currentData(), "search": self.search.text().strip() or None}
        return {name: value for name, value in given.items() if value is not None}

    def _counted(self, total: int) -> None:
        whole = self.desk.session.snapshot().keywords.total
        self._listed.setCurrentIndex(0 if total else 2 if whole else 1)
        self.shown_count.setText(f"筛选出 {total:,} 个词" if total != whole else "")
        self._tell_chosen()
        if self._wanted:
            self._choose(self._wanted)

    def show_risk(self, risk: str) -> None:
        """Show only the words of one risk."""
        place = self.risk.findData(risk)
        if place >= 0:
            self.search.clear()
            self.risk.setCurrentIndex(place)

    def show_word(self, word: str) -> None:
        """Show a word in the table and put the cursor on it."""
        self._wanted = word
        self.risk.blockSignals(True)
        self.risk.setCurrentIndex(0)
        self.risk.blockSignals(False)
        self.search.blockSignals(True)
        self.search.setText(word)
        self.search.blockSignals(False)
        self.filter()

    def _choose(self, word: str) -> None:
        self._wanted = ""
        for row in range(min(self.words.rowCount(), 200)):
            record = self.words.record(row)
            if record is not None and record.word == word:
                self.table.setCurrentIndex(self.words.index(row, 0))
                self.table.scrollTo(self.words.index(row, 0))
                break
        self.table.setFocus()

    # Choosing and editing

    def chosen_ranges(self) -> list[tuple[int, int]]:
        """The rows that are chosen, as (first, last), in order."""
        chosen = self.table.selectionModel().selection()
        ranges = [chosen.at(number) for number in range(chosen.count())]
        return sorted((item.top(), item.bottom()) for item in ranges)

    def _tell_chosen(self) -> None:
        rows = sum(last - first + 1 for first, last in self.chosen_ranges())
        whole = rows == self.words.rowCount()
        self.chosen_label.setText(
            f"已选 {rows:,} 个{'（筛选出的全部）' if whole and rows > 1 else ''}" if rows else ""
        )
        can = not self._read_only and not self.editor.busy
        for name, button in self.buttons.items():
            button.setEnabled(can and (name == "添加词" or rows > 0))

    def _with_chosen(self, act: Callable[[KeywordSelection, int], None]) -> None:
        """Find out what is chosen, then do it."""
        ranges = self.chosen_ranges()
        rows = sum(last - first + 1 for first, last in ranges)
        if not rows or self._read_only:
            return
        risk: str | None = self.risk.currentData()
        search = self.search.text().strip() or None
        if rows == self.words.rowCount():
            act(KeywordSelection(risk=risk, search=search), rows)
            return
        if rows > PICKED_AT_MOST:
            self.desk.tell(f"一次最多选 {PICKED_AT_MOST:,} 个；更多时请先筛选，再按 Ctrl+A 全选。", "warning")
            return
        file = self.desk.session.file

        def job(cancel: Cancel, _report: Report) -> tuple[int, ...]:
            ids: list[int] = []
            for first, last in ranges:
                cancel.check()
                ids += [row.id for row in file.keyword_page(first, last - first + 1, risk, search)]
            return tuple(ids)

        self.desk.jobs.start(
            job,
            on_done=lambda ids: act(KeywordSelection(ids=ids), len(ids)),
            on_error=self.desk.failed.emit,
        )

    def _rename(self, row: int) -> None:
        record = self.words.record(row)
        if record is not None and not self._read_only:
            self.editor.rename(record)

    def _menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if not index.isValid():
            return
        record = self.words.record(index.row())
        menu = QMenu(self)
        if record is not None:
            one = menu.addAction(f"改写「{record.word[:20]}」…", lambda: self.editor.rename(record))
            one.setEnabled(not self._read_only)
            menu.addAction("在「试一试」里看", lambda: self.try_card.set_text(record.word))
            menu.addSeparator()
        for text, act in (
            ("改风险…", self.editor.set_risk),
            ("替换文字…", self.editor.replace_text),
            ("删除", self.editor.delete),
        ):
            entry = menu.addAction(text, lambda act=act: self._with_chosen(act))
            entry.setEnabled(not self._read_only)
        menu.addSeparator()
        menu.addAction("选中筛选出的全部", self.table.selectAll)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def set_state(self, *, read_only: bool) -> None:
        """What can be edited now."""
        self._read_only = read_only
        self._tell_chosen()
