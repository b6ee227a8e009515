"""The tab 体检: what is doubtful about the library, by kind, with the words, what to do about them, and one-click mends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_kinds import KINDS, Kind, kind_of
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import Prose, label, set_look
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.services.library_fixes import CERTAIN, plan_fixes

SHOWN_SHORTFALLS = 6


@dataclass(frozen=True)
class Doubt:
    """One doubtful word: its row in the list (from 1), the word, what is said of it."""

    row: int
    word: str
    message: str


@dataclass(frozen=True)
class Count:
    """A kind of problem and how many words have it."""

    kind: Kind
    count: int


def shortfall_words(items: Sequence[Mapping[str, Any]], *, distinct: bool = False) -> str:
    """Minima that are not met, in one line."""
    words = "；".join(
        f"{item['risk'] or '总量'} {item['distinct' if distinct else 'found']:,} 个（要求 {item['needed']:,}）"
        for item in items[:SHOWN_SHORTFALLS]
    )
    return f"{words} 等 {len(items)} 处" if len(items) > SHOWN_SHORTFALLS else words


class AuditTab(QWidget):
    """Runs the audit and shows its outcome; `word_wanted` leads to a word in the table of words."""

    word_wanted = Signal(str)
    found = Signal(int)

    def __init__(self, desk: Desk, editor: LibraryEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.editor = desk, editor
        self.answer: dict[str, Any] | None = None
        self._read_only = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.strip = RunStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        editor.busy_changed.connect(lambda _busy: self._enable())
        column.addWidget(self.strip)
        card = Card("体检", "重复、过短、乱码、没有归类、误拦正常文本的词")
        self.start = QPushButton("重新体检")
        self.start.setAccessibleName("重新体检")
        self.start.clicked.connect(lambda: self.run())
        self.certain = QPushButton()
        self.certain.setAccessibleName("一键处理：把可以确定的问题一次处理好")
        self.certain.clicked.connect(lambda: self._mend_certain())
        card.head.addWidget(self.certain)
        card.head.addWidget(self.start)
        self.stack = SnugStack()
        card.body.addWidget(self.stack, 1)
        self.nothing = EmptyState(
            "还没有体检",
            "体检会找出重复、过短、疑似乱码、没有归类、会误拦正常文本的词，并按标准核对数量。",
            picture="shield",
            action="开始体检",
            on_action=self.run,
        )
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self._make_outcome())
        column.addWidget(card, 1)

    def _make_outcome(self) -> QWidget:
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.summary = Prose("", "secondary")
        column.addWidget(self.summary)
        self.outdated = label("关键词库在这次体检之后变了，请重新体检。", "small", tone="warning")
        self.outdated.hide()
        column.addWidget(self.outdated)
        self.sound = EmptyState(
            "没有发现有问题的词", "每个词都能检测到，没有重复、乱码和误拦。", picture="check"
        )
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        kinds = (
            Column[Count]("问题", lambda c: c.kind.title),
            Column[Count]("个数", lambda c: f"{c.count:,}", 70, number=True),
        )
        self.kinds = PlainRows(kinds, self)
        self.kind_table = table_view(self.kinds, kinds, "问题种类")
        self.kind_table.setFixedWidth(250)
        self.kind_table.selectionModel().currentRowChanged.connect(lambda now, _old: self._show(now.row()))
        row.addWidget(self.kind_table)
        right = QVBoxLayout()
        right.setSpacing(Space.XS)
        self.advice = Prose("", "secondary")
        right.addWidget(self.advice)
        columns = (
            Column[Doubt]("序号", lambda d: f"{d.row:,}" if d.row else "", 78, number=True),
            Column[Doubt]("关键词", lambda d: d.word, 180),
            Column[Doubt]("说明", lambda d: d.message),
        )
        self.doubts = PlainRows(columns, self)
        self.table = table_view(self.doubts, columns, "体检发现的词，回车在词表里看")
        self.table.setMinimumHeight(240)
        self.table.activated.connect(lambda index: self._go(index.row()))
        right.addWidget(self.table, 1)
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        self.count = label("", "muted")
        bar.addWidget(self.count)
        bar.addStretch(1)
        self.look = QPushButton("在词表里看")
        self.look.setAccessibleName("在词表里看选中的词")
        self.look.clicked.connect(lambda: self._go(self.table.currentIndex().row()))
        self.save = QPushButton("另存为 CSV…")
        self.save.setAccessibleName("把这一种问题的全部词另存为 CSV")
        self.save.clicked.connect(lambda: self._choose_target())
        self.mend = QPushButton()
        self.mend.clicked.connect(lambda: self._mend())
        for button in (self.look, self.save, self.mend):
            bar.addWidget(button)
        right.addLayout(bar)
        row.addLayout(right, 1)
        self._lists = QWidget()
        self._lists.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._lists, 1)
        column.addWidget(self.sound, 1)
        return filled

    # Running

    def run(self) -> None:
        """Audit the library apart and show what is doubtful."""
        self.strip.run_task("正在体检", "audit", {"project": str(self.desk.session.path)}, self.show_answer)

    def show_answer(self, answer: dict[str, Any]) -> None:
        """Show what an audit found."""
        self.answer = answer
        total, distinct = answer["total"], answer["distinct"]
        parts = [f"共 {total:,} 个词；不计大小写、全半角、繁简和符号的差别，不同的有 {distinct:,} 个。"]
        short, folded = answer["shortfalls"], answer["short_when_folded"]
        if short:
            parts.append(f"数量不足：{shortfall_words(short)}。")
        elif folded:
            parts.append(f"数量靠变体凑足，去掉变体后不足：{shortfall_words(folded, distinct=True)}。")
        else:
            parts.append("总量和各类数量都达到要求。")
        self.summary.set_prose("\n".join(parts))
        set_look(self.summary, tone="blocker" if short else "warning" if folded else "")
        self.outdated.hide()
        order = {kind.key: place for place, kind in enumerate(KINDS)}
        counts = sorted(answer["counts"].items(), key=lambda item: order.get(item[0], len(order)))
        self.kinds.show([Count(kind_of(key), count) for key, count in counts])
        problems = sum(answer["counts"].values())
        self._lists.setVisible(bool(problems))
        self.sound.setVisible(not problems)
        self.stack.setCurrentIndex(1)
        self.found.emit(problems)
        if counts:
            self.kind_table.setCurrentIndex(self.kinds.index(0, 0))
            self._show(0)
        self._enable()

    def library_changed(self) -> None:
        """The library is another one now: what was found is of the earlier one."""
        self.outdated.setVisible(self.answer is not None)
        self._enable()

    def clear(self) -> None:
        """There is no library any more."""
        self.answer = None
        self.stack.setCurrentIndex(0)
        self._enable()

    # One kind

    def kind(self) -> Kind | None:
        """The kind that is looked at."""
        row = self.kind_table.currentIndex().row()
        return self.kinds.rows[row].kind if 0 <= row < len(self.kinds.rows) else None

    def choose_kind(self, key: str) -> None:
        """Look at one kind."""
        for place, item in enumerate(self.kinds.rows):
            if item.kind.key == key:
                self.kind_table.setCurrentIndex(self.kinds.index(place, 0))

    def _show(self, row: int) -> None:
        if self.answer is None or not 0 <= row < len(self.kinds.rows):
            return
        item = self.kinds.rows[row]
        found = [Doubt(*problem) for problem in self.answer["problems"].get(item.kind.key, ())]
        self.doubts.show(found)
        self.advice.set_prose(item.kind.advice)
        rest = item.count - len(found)
        self.count.setText(
            f"共 {item.count:,} 个，这里列出前 {len(found):,} 个" if rest > 0 else f"共 {item.count:,} 个"
        )
        if found:
            self.table.setCurrentIndex(self.doubts.index(0, 0))
        self._enable()

    def _go(self, row: int) -> None:
        if 0 <= row < len(self.doubts.rows):
            self.word_wanted.emit(self.doubts.rows[row].word)

    def _mend(self) -> None:
        kind = self.kind()
        if kind is not None and kind.fix is not None:
            self._plan((kind.key,), kind.fix.words)

    def _mend_certain(self) -> None:
        self._plan(CERTAIN, "一键处理")

    def _plan(self, kinds: Sequence[str], words: str) -> None:
        session = self.desk.session
        self.editor.run(
            f"正在核对：{words}",
            lambda cancel, report: plan_fixes(session, kinds, cancel, report),
            ask=True,
        )

    # Keeping

    def _choose_target(self) -> None:
        kind = self.kind()
        name = f"体检-{kind.title if kind else '全部'}.csv"
        proposed = str(Path(self.desk.folder()) / name)
        chosen, _filter = QFileDialog.getSaveFileName(self, "保存体检结果", proposed, "CSV 表格 (*.csv)")
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Write all words of the kind that is looked at to a file."""
        kind = self.kind()
        arguments = {
            "project": str(self.desk.session.path),
            "csv": str(path),
            "kind": kind.key if kind else "",
            "kind_names": {each.key: each.title for each in KINDS},
        }
        self.strip.run_task(
            f"正在写 {path.name}",
            "audit",
            arguments,
            lambda _answer: self.desk.tell(f"已保存到 {path}。", "done"),
        )

    def set_state(self, *, read_only: bool) -> None:
        """What can be edited now."""
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        busy, total = self.strip.busy, self.desk.session.snapshot().keywords.total
        for button in (self.start, self.nothing.button):
            if button is not None:
                button.setEnabled(bool(total) and not busy)
                button.setToolTip("" if total else "先导入关键词库")
        self.start.setVisible(self.answer is not None)
        kind = self.kind()
        fix = kind.fix if kind is not None else None
        self.mend.setVisible(fix is not None)
        if fix is not None and kind is not None:
            self.mend.setText(f"{fix.words}…")
            self.mend.setAccessibleName(f"{kind.title}：{fix.words}")
        stale = not self.outdated.isHidden()
        can = not self._read_only and not busy and not self.editor.busy and not stale
        why = (
            "项目以只读方式打开" if self._read_only else "先重新体检" if stale else "先列出改动，保存后可撤销"
        )
        certain = sum(self.answer["counts"].get(key, 0) for key in CERTAIN) if self.answer else 0
        self.certain.setVisible(certain > 0)
        self.certain.setText(f"一键处理（{certain:,}）…")
        for button in (self.mend, self.certain):
            button.setEnabled(can)
            button.setToolTip(why)
        self.save.setEnabled(not busy)
