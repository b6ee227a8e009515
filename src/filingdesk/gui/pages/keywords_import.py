"""Reading a list into the library: what it would bring is shown first, and every row that is not taken with its reason."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.import_dialog import ImportDialog, ImportPreview
from filingdesk.gui.pages.listings import Remark
from filingdesk.gui.pages.work import WorkSheet, WorkStrip, bulk
from filingdesk.scan.library import KeywordImport, Rejected
from filingdesk.services import checking, keywords
from filingdesk.store.model import Transaction

LIST_FILES = "关键词表 (*.xlsx *.xlsm *.csv *.tsv *.txt)"
_ROLES = {"word": "关键词", "risk": "风险", "category1": "一级分类", "category2": "二级分类"}


def remarks_of(items: Sequence[Rejected]) -> list[Remark]:
    """Rows of an import report as lines."""
    return [Remark(f"{item.row:,}" if item.row else "整个文件", item.keyword, item.message) for item in items]


class Importer:
    """Asks for a list, reads it in a job, shows the preview, stores what is accepted."""

    def __init__(self, desk: Desk, strip: WorkStrip, window: QWidget) -> None:
        self.desk, self.strip, self.window = desk, strip, window
        self.dialog: ImportDialog | None = None

    def choose(self) -> None:
        """Ask for a list and read it."""
        name, _filter = QFileDialog.getOpenFileName(
            self.window, "导入关键词表", self.desk.folder(), LIST_FILES
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Read a list in a job, then show what it would bring."""

        @bulk
        def job(cancel: Cancel, report: Report) -> KeywordImport:
            return keywords.read_list(path, cancel, report)

        self.strip.run(f"正在读取 {path.name}", job, self._preview)

    def _preview(self, read: KeywordImport) -> None:
        columns = "、".join(
            f"{_ROLES[role]}「{name}」" for role, name in read.columns.items() if role in _ROLES
        )
        source = [f"文件 {read.name}", f"工作表 {read.sheet}" if read.sheet else "", _encoding(read.encoding)]
        source.append(f"识别的列：{columns}" if columns else "没有表头，按每行一个词读取")
        source.append(f"没有用到的列：{'、'.join(read.ignored_columns)}" if read.ignored_columns else "")
        total = checking.threshold("T2")
        short = total is not None and len(read.rows) < total
        preview = ImportPreview(
            "导入关键词",
            " · ".join(part for part in source if part),
            "个",
            len(read.rows),
            remarks_of(read.rejected),
            remarks_of(read.remarks),
            read.blank_rows,
            self.desk.session.snapshot().keywords.total,
            can_add=True,
            warning=f"这份词表 {len(read.rows):,} 个，标准要求总量不少于 {total:,} 个。" if short else "",
        )
        self.dialog = dialog = ImportDialog(self.desk, preview, self.window)
        dialog.finished.connect(
            lambda code: self._store(read, add=dialog.adds()) if code == QDialog.DialogCode.Accepted else None
        )
        dialog.open()

    def _store(self, read: KeywordImport, *, add: bool) -> None:
        session = self.desk.session

        @bulk
        def job(cancel: Cancel, report: Report) -> Transaction:
            return keywords.save_import(session, read, add=add, cancel=cancel, report=report)

        def done(saved: Transaction) -> None:
            session.library_changed(saved)
            total = session.snapshot().keywords.total
            self.desk.told.emit(f"已收录，词库现有 {total:,} 个词。", "done", "undo")

        sheet = WorkSheet(self.desk, "正在收录", "写完之前请不要关闭电脑；取消则什么都不改。", self.window)
        sheet.run(f"正在收录 {len(read.rows):,} 个词", job, done)


def _encoding(name: str) -> str:
    return "" if not name or name == "xlsx" else f"编码 {name.upper()}"
