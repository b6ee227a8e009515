"""Reading a list into the library: what it would bring is shown first, and every row that is not taken with its reason."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from filingdesk.domain.jobs import Cancel, Report, let_go
from filingdesk.gui.desk import Desk
from filingdesk.gui.garbage import bulk
from filingdesk.gui.pages.import_dialog import ImportDialog, ImportPreview
from filingdesk.gui.pages.keywords_edit import LibraryEditor
from filingdesk.gui.pages.keywords_map import MapDialog
from filingdesk.gui.pages.listings import Remark
from filingdesk.gui.pages.work import WorkSheet, WorkStrip
from filingdesk.scan.library import KeywordImport, Rejected
from filingdesk.services import checking, keywords, library_map
from filingdesk.services.library_map import CategoryQuestion
from filingdesk.services.library_merge import POLICY_WORDS, MergePlan, Policy, plan_merge
from filingdesk.store.model import Transaction

LIST_FILES = "关键词表 (*.xlsx *.xlsm *.csv *.tsv *.txt)"
_ROLES = {"word": "关键词", "risk": "风险", "category1": "一级分类", "category2": "二级分类"}


def remarks_of(items: Sequence[Rejected]) -> list[Remark]:
    """Rows of an import report as lines."""
    return [Remark(f"{item.row:,}" if item.row else "整个文件", item.keyword, item.message) for item in items]


class Importer:
    """Asks for a list, reads it in a job, asks what its own categories mean, shows the preview, stores what is accepted."""

    def __init__(self, desk: Desk, strip: WorkStrip, editor: LibraryEditor, window: QWidget) -> None:
        self.desk, self.strip, self.editor, self.window = desk, strip, editor, window
        self.dialog: ImportDialog | None = None
        self.asked: MapDialog | None = None

    def choose(self) -> None:
        """Ask for a list and read it."""
        name, _filter = QFileDialog.getOpenFileName(
            self.window, "导入关键词表", self.desk.folder(), LIST_FILES
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Read a list in a job, then ask about its categories or show what it would bring."""
        session, source = self.desk.session, path.stem

        @bulk
        def job(cancel: Cancel, report: Report) -> tuple[KeywordImport, list[CategoryQuestion]]:
            read = library_map.with_map(session, keywords.read_list(path, cancel, report), source)
            open_ones = library_map.questions_for(session, read, source)
            return read, [question for question in open_ones if not question.decided]

        def done(found: tuple[KeywordImport, list[CategoryQuestion]]) -> None:
            read, questions = found
            if questions and not self.desk.read_only:
                self._ask(read, source, questions)
            else:
                self._preview(read)

        self.strip.run(f"正在读取 {path.name}", job, done)

    def _ask(self, read: KeywordImport, source: str, questions: list[CategoryQuestion]) -> None:
        self.asked = dialog = MapDialog(source, questions, self.editor.names, self.window)

        def go(code: int) -> None:
            if code != QDialog.DialogCode.Accepted:
                self._preview(read)
                return
            name, risks, session = dialog.source(), dialog.risks(), self.desk.session
            if self.desk.attempt(lambda: (library_map.save_map(session, name, risks),)) is None:
                return

            @bulk
            def job(_cancel: Cancel, _report: Report) -> KeywordImport:
                return library_map.with_map(session, read, name)

            self.strip.run("正在按分类对照归类", job, self._preview)

        dialog.finished.connect(go)
        dialog.open()

    def _preview(self, read: KeywordImport) -> None:
        columns = "、".join(
            f"{_ROLES[role]}「{name}」" for role, name in read.columns.items() if role in _ROLES
        )
        source = [f"文件 {read.name}", f"工作表 {read.sheet}" if read.sheet else "", _encoding(read.encoding)]
        source.append(f"识别的列：{columns}" if columns else "没有表头，按每行一个词读取")
        source.append(f"没有用到的列：{'、'.join(read.ignored_columns)}" if read.ignored_columns else "")
        total = checking.threshold("T2", self.desk.session.snapshot())
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
            policies={str(key): words for key, words in POLICY_WORDS.items()},
            warning=f"这份词表 {len(read.rows):,} 个，标准要求总量不少于 {total:,} 个。" if short else "",
        )
        self.dialog = dialog = ImportDialog(self.desk, preview, self.window)
        dialog.finished.connect(
            lambda code: self._take(read, dialog) if code == QDialog.DialogCode.Accepted else None
        )
        dialog.open()

    def _take(self, read: KeywordImport, dialog: ImportDialog) -> None:
        if dialog.adds():
            self._merge(read, dialog.policy())
        else:
            self._replace(read)

    def _merge(self, read: KeywordImport, policy: str) -> None:
        session = self.desk.session
        chosen: Policy = next((known for known in get_args(Policy) if known == policy), "ours")

        @bulk
        def job(cancel: Cancel, report: Report) -> MergePlan:
            return plan_merge(session, read, policy=chosen, cancel=cancel, report=report)

        def done(merge: MergePlan) -> None:
            if merge.plan.empty:
                self.desk.tell(f"没有要加入的词：{merge.summary()}")
                return
            self.editor.show_plan(merge.plan, ask=bool(merge.conflict_count), note=merge.summary())

        self.strip.run("正在比对两份词表", job, done)

    def _replace(self, read: KeywordImport) -> None:
        session = self.desk.session

        @bulk
        def job(cancel: Cancel, report: Report) -> Transaction:
            saved = keywords.save_import(session, read, cancel=cancel, report=report)
            let_go(read.rows)
            return saved

        def done(saved: Transaction) -> None:
            session.library_changed(saved)
            total = session.snapshot().keywords.total
            self.desk.told.emit(f"已收录，词库现有 {total:,} 个词。", "done", "undo")

        sheet = WorkSheet(self.desk, "正在收录", "写完之前请不要关闭电脑；取消则什么都不改。", self.window)
        sheet.run(f"正在收录 {len(read.rows):,} 个词", job, done)


def _encoding(name: str) -> str:
    return "" if not name or name == "xlsx" else f"编码 {name.upper()}"
