"""The card 更新台账: when the library was updated, period by period, against T4."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.meta import SourceMark
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.listings import Remark, RemarkDialog
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label, set_look
from filingdesk.gui.widgets.periods import PeriodStrip, Square
from filingdesk.services.library_tables import export_ledger
from filingdesk.services.library_versions import CHANGE_WORDS, UpdateLedger, UpdatePeriod


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


def choose_table(desk: Desk, parent: QWidget, name: str, title: str) -> Path | None:
    """Ask where a table is to be written; None when nothing was chosen."""
    proposed = str(Path(desk.folder()) / f"{name}.xlsx")
    chosen, _filter = QFileDialog.getSaveFileName(
        parent, f"导出{title}", proposed, "Excel 工作簿 (*.xlsx);;CSV 表格 (*.csv)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".xlsx")


class LedgerCard(Card):
    """Shows an `UpdateLedger`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("更新台账", "每一格是一期，实心为更新过", parent)
        self.desk = desk
        self.ledger: UpdateLedger | None = None
        self.dialog: QDialog | None = None
        self._badge: SourceBadge | None = None
        self.all_periods = QPushButton("全部台账…")
        self.all_periods.setAccessibleName("看全部更新台账")
        self.all_periods.clicked.connect(lambda: self._show_periods())
        self.save_ledger = QPushButton("导出台账…")
        self.save_ledger.setAccessibleName("把更新台账导出为表格")
        self.save_ledger.clicked.connect(lambda: self._choose_ledger())
        self.head.addWidget(self.all_periods)
        self.head.addWidget(self.save_ledger)
        self.periods = PeriodStrip("更新台账")
        self.body.addWidget(self.periods)
        self.rhythm = label("", "secondary", wrap=True)
        self.body.addWidget(self.rhythm)

    def show_ledger(self, ledger: UpdateLedger) -> None:
        """Show another ledger."""
        self.ledger = ledger
        if self._badge is None and ledger.source:
            self._badge = SourceBadge(SourceMark(ledger.source))
            self.head.insertWidget(2, self._badge)
        self.periods.setVisible(bool(ledger.periods))
        self.all_periods.setVisible(bool(ledger.periods))
        self.periods.show_periods([Square(period_words(p), bool(p.updates), p.open) for p in ledger.periods])
        self.save_ledger.setEnabled(bool(ledger.updates))
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

    def _choose_ledger(self) -> None:
        path = choose_table(self.desk, self, "关键词库更新台账", "更新台账")
        if path is not None:
            self.export_ledger(path)

    def export_ledger(self, path: Path) -> None:
        """Write the ledger to a spreadsheet."""
        ledger = self.ledger
        if ledger is None:
            return

        def job(_cancel: Cancel, _report: Report) -> None:
            export_ledger(ledger, path)

        self.desk.jobs.start(
            job,
            on_done=lambda _done: self.desk.tell(f"台账已导出到 {path}。", "done"),
            on_error=self.desk.failed.emit,
        )
