"""The tab 版本: the ledger of updates against T4, every version of the library, what changed between two, bringing one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_ledger import LedgerCard, choose_table, counts_words
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.labels import label
from filingdesk.gui.widgets.stack import SnugStack
from filingdesk.services import library_versions
from filingdesk.services.library_versions import (
    CHANGE_WORDS,
    ChangeKind,
    LibraryUpdate,
    UpdateLedger,
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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self.strip = RunStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        editor.busy_changed.connect(lambda _busy: self._enable())
        column.addWidget(self.strip)
        self.ledger_card = LedgerCard(desk)
        column.addWidget(self.ledger_card)
        column.addWidget(self._make_versions(), 1)

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
        self.stack = SnugStack()
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
        self.save_diff = QPushButton("另存差异…")
        self.save_diff.setAccessibleName("把两版之间的全部差异存为表格")
        self.save_diff.clicked.connect(lambda: self._choose_diff())
        bar.addWidget(self.save_diff)
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
        self.ledger_card.show_ledger(state.ledger)
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

    def _choose_diff(self) -> None:
        path = choose_table(self.desk, self, "关键词库差异", "差异")
        version = self.version()
        if path is None or version is None:
            return
        arguments = {
            "project": str(self.desk.session.path),
            "before": int(self.other.currentData()),
            "after": version.version,
            "target": str(path),
        }
        self.strip.run_task(
            f"正在写 {path.name}",
            "save_diff",
            arguments,
            lambda told: self.desk.tell(f"已写出 {told['rows']:,} 处差异到 {path}。", "done"),
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
        self.save_diff.setEnabled(can and not busy)
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
