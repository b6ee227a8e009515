"""The tab 版本: the ledger of updates against T4, every version of the library, what changed between two, bringing one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.meta import SourceMark
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.pages.listings import Remark, RemarkDialog
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.gui.widgets.periods import PeriodStrip, Square
from filingdesk.services import library_versions
from filingdesk.services.library_versions import (
    CHANGE_WORDS,
    ChangeKind,
    LibraryUpdate,
    UpdateLedger,
    UpdatePeriod,
)

SHOWN_CHANGES = 2_000
_TONES = {"added": "done", "removed": "blocker"}


@dataclass(frozen=True)
class Changed:
    """A word that differs between two versions, in words for people."""

    kind: ChangeKind
    word: str
    before: str
    after: str


@dataclass(frozen=True)
class _State:
    versions: Sequence[LibraryUpdate]
    ledger: UpdateLedger


def counts_words(counts: Mapping[str, int] | None) -> str:
    """How much changed: 新增 3，删除 1."""
    if counts is None:
        return "没有记录"
    parts = [f"{words} {counts[kind]:,}" for kind, words in CHANGE_WORDS.items() if counts.get(kind)]
    return "，".join(parts) or "没有变化"


def period_words(period: UpdatePeriod) -> str:
    """A period and what happened in it."""
    days = f"{period.first:%m-%d} 至 {period.last:%m-%d}"
    if period.updates:
        return f"{days}：更新 {len(period.updates)} 次"
    return f"{days}：{'还没有更新' if period.open else '没有更新'}"


class VersionsTab(QWidget):
    """Ledger and versions; read again whenever it is shown after a change."""

    word_wanted = Signal(str)

    def __init__(self, desk: Desk, editor: LibraryEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.editor = desk, editor
        self._read_only = False
        self._stale = True
        self._reading = 0
        self._names: dict[str, str] = {}
        self.ledger: UpdateLedger | None = None
        self.dialog: QDialog | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self.strip = RunStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        editor.busy_changed.connect(lambda _busy: self._enable())
        column.addWidget(self.strip)
        column.addWidget(self._make_ledger())
        column.addWidget(self._make_versions(), 1)

    def _make_ledger(self) -> Card:
        card = Card("更新台账", "每一格是一期，实心为更新过")
        self._ledger_card = card
        self._badge: SourceBadge | None = None
        self.all_periods = QPushButton("全部台账…")
        self.all_periods.setAccessibleName("看全部更新台账")
        self.all_periods.clicked.connect(lambda: self._show_periods())
        card.head.addWidget(self.all_periods)
        self.periods = PeriodStrip("更新台账")
        card.body.addWidget(self.periods)
        self.rhythm = label("", "secondary", wrap=True)
        card.body.addWidget(self.rhythm)
        return card

    def _make_versions(self) -> Card:
        card = Card("各版本", "")
        self.restore = QPushButton("恢复到这一版…")
        self.restore.setAccessibleName("把关键词库恢复到选中的版本")
        self.restore.clicked.connect(lambda: self._restore())
        card.head.addWidget(self.restore)
        columns = (
            Column[LibraryUpdate]("版本", lambda u: f"第 {u.version} 版", 76),
            Column[LibraryUpdate]("时间", lambda u: f"{u.at:%Y-%m-%d %H:%M}", 136),
            Column[LibraryUpdate]("谁", lambda u: u.who, 80),
            Column[LibraryUpdate]("做了什么", lambda u: u.label),
            Column[LibraryUpdate]("词数", lambda u: f"{u.total:,}", 84, number=True),
            Column[LibraryUpdate]("变化", lambda u: counts_words(u.counts), 190),
            Column[LibraryUpdate]("状态", _state_words, 90, tone=lambda u: "done" if u.in_force else ""),
        )
        self.model = PlainRows(columns, self)
        self.table = table_view(self.model, columns, "关键词库的各个版本，新的在前")
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: self._choose(now.row()))
        self.stack = QStackedWidget()
        self.stack.addWidget(
            EmptyState("还没有版本", "每次导入和修改都会记一版，可以比较、可以恢复。", picture="inbox")
        )
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(Space.XS)
        inner.addWidget(self.table)
        bar = QHBoxLayout()
        bar.setSpacing(Space.XS)
        bar.addWidget(label("与", "secondary"))
        self.other = QComboBox()
        self.other.setAccessibleName("与哪一版比较")
        self.other.setFixedWidth(220)
        bar.addWidget(self.other)
        self.compare = QPushButton("比较")
        self.compare.setAccessibleName("比较选中的版本和这一版")
        self.compare.clicked.connect(lambda: self.diff())
        bar.addWidget(self.compare)
        self.diff_words = label("", "muted")
        bar.addWidget(self.diff_words, 1)
        inner.addLayout(bar)
        changes = (
            Column[Changed](
                "变化", lambda c: CHANGE_WORDS[c.kind], 110, tone=lambda c: _TONES.get(c.kind, "")
            ),
            Column[Changed]("关键词", lambda c: c.word, 220),
            Column[Changed]("原来", lambda c: c.before),
            Column[Changed]("现在", lambda c: c.after),
        )
        self.changes = PlainRows(changes, self)
        self.change_table = table_view(self.changes, changes, "两个版本之间不同的词，回车在词表里看")
        self.change_table.setMinimumHeight(200)
        self.change_table.activated.connect(
            lambda index: self.word_wanted.emit(self.changes.rows[index.row()].word)
        )
        inner.addWidget(self.change_table, 1)
        self.stack.addWidget(filled)
        card.body.addWidget(self.stack, 1)
        return card

    # Reading

    def library_changed(self) -> None:
        """Versions are read anew when they are next looked at."""
        self._stale = True
        if self.isVisible():
            self.reload()

    def shown(self) -> None:
        """The tab is looked at."""
        if self._stale:
            self.reload()

    def reload(self) -> None:
        """Read versions and ledger in a job."""
        self._stale = False
        self._reading += 1
        number, session = self._reading, self.desk.session

        def job(_cancel: Cancel, _report: Report) -> _State:
            return _State(library_versions.versions(session), library_versions.ledger(session))

        def done(state: _State) -> None:
            if number == self._reading:
                self._show(state)

        self.desk.jobs.start(job, on_done=done, on_error=self.desk.failed.emit)

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self._names = names

    def _show(self, state: _State) -> None:
        self._show_ledger(state.ledger)
        self.model.show(state.versions)
        fit_rows(self.table, len(state.versions), 6)
        self.stack.setCurrentIndex(1 if state.versions else 0)
        self.changes.show(())
        self.diff_words.setText("")
        self.other.clear()
        self.other.addItem("空词库", 0)
        for update in state.versions:
            if update.kept:
                self.other.addItem(f"第 {update.version} 版 {update.at:%m-%d %H:%M}", update.version)
        if state.versions:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._enable()

    def _show_ledger(self, ledger: UpdateLedger) -> None:
        self.ledger = ledger
        if self._badge is None and ledger.source:
            self._badge = SourceBadge(SourceMark(ledger.source))
            self._ledger_card.head.insertWidget(2, self._badge)
        self.periods.setVisible(bool(ledger.periods))
        self.all_periods.setVisible(bool(ledger.periods))
        self.periods.show_periods([Square(period_words(p), bool(p.updates), p.open) for p in ledger.periods])
        if not ledger.updates:
            self.rhythm.setText("还没有更新过。")
            return
        last = ledger.updates[-1].at
        parts = [f"最近一次 {last:%Y-%m-%d}，距今 {ledger.since_last} 天"]
        if ledger.days is not None:
            every = "每周" if ledger.days == 7 else f"每 {ledger.days} 天"
            parts.append(f"要求{every}更新")
            parts.append(f"{len(ledger.missed)} 期没有更新" if ledger.missed else "每一期都更新过")
        parts.append(f"最长间隔 {ledger.longest_gap} 天")
        self.rhythm.setText(" · ".join(parts))
        set_look(self.rhythm, tone="warning" if ledger.overdue else "")

    def _show_periods(self) -> None:
        if self.ledger is None:
            return
        remarks = [
            Remark(
                f"{p.first:%Y-%m-%d} 至 {p.last:%Y-%m-%d}",
                f"更新 {len(p.updates)} 次" if p.updates else "还没有" if p.open else "没有更新",
                "；".join(
                    f"{u.at:%m-%d %H:%M} {u.who} {u.label}（{counts_words(u.counts)}）" for u in p.updates
                ),
            )
            for p in reversed(self.ledger.periods)
        ]
        self.dialog = dialog = RemarkDialog(
            self.desk,
            "关键词库更新台账",
            "按项目里的修改记录生成，撤销了的不算；可以另存为 CSV 作为附件。",
            ("期间", "更新", "内容"),
            remarks,
            self,
            widths=(190, 90),
        )
        dialog.open()

    # One version

    def version(self) -> LibraryUpdate | None:
        """The version that is looked at."""
        row = self.table.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.model.rows):
            place = self.other.findData(self.model.rows[row].before)
            self.other.setCurrentIndex(max(place, 0))
            self.changes.show(())
            self.diff_words.setText("")
        self._enable()

    def diff(self) -> None:
        """Compare the chosen version with the other one, apart."""
        version = self.version()
        if version is None:
            return
        before, after = int(self.other.currentData()), version.version
        self.strip.run_task(
            f"正在比较第 {before} 版和第 {after} 版",
            "diff",
            {
                "project": str(self.desk.session.path),
                "before": before,
                "after": after,
                "limit": SHOWN_CHANGES,
            },
            self._show_diff,
        )

    def _show_diff(self, plain: dict[str, Any]) -> None:
        changes = [
            Changed(c["kind"], c["word"], self._sorted(c["before"]), self._sorted(c["after"]))
            for c in plain["changes"]
        ]
        self.changes.show(changes)
        total = sum(plain["counts"].values())
        words = counts_words(plain["counts"])
        self.diff_words.setText(f"{words}；这里列出前 {len(changes):,} 个" if total > len(changes) else words)
        if changes:
            self.change_table.setCurrentIndex(self.changes.index(0, 0))

    def _sorted(self, labels: Sequence[Mapping[str, str]]) -> str:
        found = []
        for one in labels:
            risk = one["risk"]
            own = "/".join(part for part in (one["category1"], one["category2"]) if part)
            found.append(f"{risk} {self._names.get(risk, '')}".strip() if risk else own or "没有归类")
        return "、".join(dict.fromkeys(found))

    def _restore(self) -> None:
        version = self.version()
        if version is None:
            return
        session, number = self.desk.session, version.version
        self.editor.commit(
            f"恢复到第 {number} 版",
            lambda cancel, report: library_versions.save_restore(session, number, cancel, report),
            f"关键词库已恢复到第 {number} 版的内容，记为新的一版。",
        )

    # State

    def set_state(self, *, read_only: bool) -> None:
        """What can be edited now."""
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        version, busy = self.version(), self.strip.busy or self.editor.busy
        can = version is not None and version.kept
        self.compare.setEnabled(can and not busy)
        self.restore.setEnabled(
            version is not None
            and can
            and not version.in_force
            and not version.undone
            and not busy
            and not self._read_only
        )


def _state_words(update: LibraryUpdate) -> str:
    if update.in_force:
        return "现在用的"
    if update.undone:
        return "已撤销"
    return "" if update.kept else "内容已清理"
