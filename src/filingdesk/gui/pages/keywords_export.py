"""Writing the library to files: 附件4, everything, words alone; what is filtered; one file per risk or source."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.services.library_export import SPLIT_WORDS

_KINDS = (
    ("附件4《拦截关键词列表》（xlsx）…", "附件4 拦截关键词列表", ".xlsx", "annex", "Excel 工作簿 (*.xlsx)"),
    ("完整词库（xlsx）…", "关键词库", ".xlsx", "full", "Excel 工作簿 (*.xlsx)"),
    ("完整词库（csv）…", "关键词库", ".csv", "full", "CSV 表格 (*.csv)"),
    ("只有词，一行一个（txt）…", "关键词", ".txt", "words", "文本文件 (*.txt)"),
)


class Exporter:
    """The menu of exports and the line that shows how far one is."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self.desk, self.window = desk, window
        self.strip = RunStrip(desk)

    def menu(self, filtered: dict[str, str]) -> QMenu:
        """What can be written; `filtered`: the filters of the table of words, blank when there are none."""
        menu = QMenu(self.window)
        for words, name, suffix, layout, pattern in _KINDS:
            menu.addAction(
                words,
                lambda name=name, suffix=suffix, layout=layout, pattern=pattern: self._choose(
                    name, suffix, layout, pattern, {}
                ),
            )
        menu.addSeparator()
        part = menu.addAction(
            "只导出筛选出的词（csv）…",
            lambda: self._choose("关键词-筛选", ".csv", "full", "CSV 表格 (*.csv)", filtered),
        )
        part.setEnabled(bool(filtered))
        split = menu.addMenu("拆成几个文件")
        for by, words in SPLIT_WORDS.items():
            split.addAction(f"每个{words}一个文件…", lambda by=by: self._choose_folder(by))
        for action in menu.actions():
            action.setEnabled(action.isEnabled() and not self.strip.busy)
        return menu

    def _choose(self, name: str, suffix: str, layout: str, pattern: str, filtered: dict[str, str]) -> None:
        proposed = str(Path(self.desk.folder()) / f"{name}{suffix}")
        chosen, _filter = QFileDialog.getSaveFileName(self.window, "导出关键词", proposed, pattern)
        if chosen:
            path = Path(chosen)
            self.export(path if path.suffix else path.with_suffix(suffix), layout, filtered)

    def _choose_folder(self, by: str) -> None:
        words = SPLIT_WORDS[by]  # type: ignore[index]
        proposed = str(Path(self.desk.folder()) / f"关键词-按{words}")
        chosen, _filter = QFileDialog.getSaveFileName(self.window, "拆分到新的文件夹", proposed)
        if chosen:
            self.split(Path(chosen), by)

    def export(self, path: Path, layout: str, filtered: dict[str, str]) -> None:
        """Write the words to a file, apart."""
        self._run(f"正在写 {path.name}", "export", {"target": str(path), "layout": layout, **filtered}, path)

    def split(self, folder: Path, by: str) -> None:
        """Write one file per risk, source or category into a new folder, apart."""
        self._run(f"正在写 {folder.name}", "split", {"target": str(folder), "by": by}, folder)

    def _run(self, words: str, task: str, arguments: dict[str, Any], path: Path) -> None:
        def done(told: dict[str, int]) -> None:
            files = f"，{told['files']:,} 个文件" if told["files"] > 1 else ""
            altered = f"；{told['altered']:,} 个词含表格不能保存的字符，已替换" if told["altered"] else ""
            self.desk.tell(f"已导出 {told['rows']:,} 个词{files}到 {path}{altered}。", "done")

        self.strip.run_task(words, task, {"project": str(self.desk.session.path), **arguments}, done)
