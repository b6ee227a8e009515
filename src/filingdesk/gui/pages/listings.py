"""Lists of remarks to read, copy and keep: rows that were not taken, doubts of an audit, files that were not read."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, table_view
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import label
from filingdesk.infra.files import atomic_write

COPY_AT_MOST = 50_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Remark:
    """One line: where (row of the file or name), what it is about, what must be said."""

    place: str
    text: str
    message: str


def csv_of(titles: Sequence[str], remarks: Sequence[Remark]) -> bytes:
    """A file that spreadsheets open as UTF-8; a cell that would act as a formula gets a quote before it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(titles)
    for remark in remarks:
        cells = (remark.place, remark.text, remark.message)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return stream.getvalue().encode("utf-8-sig", "replace")


def text_of(remarks: Sequence[Remark]) -> str:
    """Lines with tabs, as the clipboard takes them into a spreadsheet."""
    return "\n".join("\t".join((remark.place, remark.text, remark.message)) for remark in remarks)


class RemarkTable(QWidget):
    """A table of remarks with 复制 and 另存为; any length."""

    def __init__(
        self,
        desk: Desk,
        titles: tuple[str, str, str],
        name: str,
        parent: QWidget | None = None,
        *,
        widths: tuple[int, int] = (90, 180),
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._titles = titles
        self._name = name
        columns = (
            Column[Remark](titles[0], lambda remark: remark.place, widths[0]),
            Column[Remark](titles[1], lambda remark: remark.text, widths[1]),
            Column[Remark](titles[2], lambda remark: remark.message),
        )
        self.model = PlainRows(columns, self)
        self.view = table_view(self.model, columns, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.count = label("", "muted")
        row.addWidget(self.count)
        row.addStretch(1)
        self.copy = QPushButton("复制")
        self.copy.setAccessibleName(f"复制{name}")
        self.copy.clicked.connect(lambda: self._copy())
        self.save = QPushButton("另存为 CSV…")
        self.save.setAccessibleName(f"把{name}另存为 CSV")
        self.save.clicked.connect(lambda: self._choose_target())
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column.addLayout(row)

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show these."""
        self.model.show(remarks)
        self.count.setText(f"共 {len(remarks):,} 条")
        self.copy.setEnabled(bool(remarks))
        self.save.setEnabled(bool(remarks))

    def _copy(self) -> None:
        from PySide6.QtGui import QGuiApplication

        remarks = self.model.rows[:COPY_AT_MOST]
        QGuiApplication.clipboard().setText(text_of(remarks))
        left = len(self.model.rows) - len(remarks)
        self.count.setText(
            f"已复制前 {len(remarks):,} 条，其余 {left:,} 条请另存为 CSV"
            if left
            else f"已复制 {len(remarks):,} 条"
        )

    def _choose_target(self) -> None:
        proposed = str(Path(self._desk.folder()) / f"{self._name}.csv")
        name, _filter = QFileDialog.getSaveFileName(self, f"保存{self._name}", proposed, "CSV 表格 (*.csv)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write all of it to a file."""
        remarks, titles = self.model.rows, self._titles

        def job(_cancel: Cancel, _report: Report) -> None:
            atomic_write(path, csv_of(titles, remarks))

        self._desk.jobs.start(
            job,
            on_done=lambda _done: self.count.setText(f"已保存到 {path}"),
            on_error=self._desk.failed.emit,
        )


class RemarkDialog(Dialog):
    """A list of remarks in a window of its own."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        intro: str,
        titles: tuple[str, str, str],
        remarks: Sequence[Remark],
        parent: QWidget | None = None,
        *,
        widths: tuple[int, int] = (90, 180),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(760, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label(title, "cardTitle"))
        column.addWidget(label(intro, "secondary", wrap=True))
        self.table = RemarkTable(desk, titles, title, widths=widths)
        self.table.show_remarks(remarks)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = QPushButton("关闭")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        column.addLayout(row)
