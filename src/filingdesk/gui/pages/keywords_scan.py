"""The tab 语料扫描: drop files or folders, scan them apart with the library, pause, stop and take up again."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_channels import ChannelChips
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.gui.pages.keywords_scan_model import Scan
from filingdesk.gui.pages.keywords_scan_result import ScanResultCard
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.dropzone import DropZone
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look
from filingdesk.infra.files import safe_file_name, telling
from filingdesk.scan.resume import folder_for

FILES = "可检测的文件 (*.txt *.md *.log *.jsonl *.ndjson *.csv *.tsv *.xlsx *.xlsm *.parquet *.gz *.zst);;所有文件 (*)"
SAMPLES = (("全部", ""), ("抽 10%", "10"), ("抽 5%", "5"), ("抽 1%", "1"))
SEED = 20261123
DROP = "把文件或文件夹拖到这里（txt、jsonl、csv、xlsx、parquet，可以是 gz、zst 压缩的）"
_OUT_FOLDER = "语料扫描"


class ScanTab(QWidget):
    """Options, run, result."""

    finished = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._inputs: list[Path] = []
        self._out: Path | None = None
        self._chosen_home: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self.strip = RunStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self.enable())
        column.addWidget(self.strip)
        column.addWidget(self._make_left_over())
        column.addWidget(self._make_options())
        self.result = ScanResultCard(desk)
        column.addWidget(self.result, 1)
        self.enable()

    def _make_options(self) -> Card:
        card = Card("扫描语料", "用词库检测文件，每一处命中都写进结果文件；停下后可以接着做")
        self.zone = DropZone(DROP)
        self.zone.dropped.connect(self.scan_paths)
        self.files = self.zone.add_button("选择文件…")
        self.files.clicked.connect(lambda: self._choose_files())
        self.folder = self.zone.add_button("选择文件夹…")
        self.folder.clicked.connect(lambda: self._choose_folder())
        card.body.addWidget(self.zone)
        form = QFormLayout()
        form.setSpacing(Space.XS)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.channels = ChannelChips()
        self.channels.setMinimumHeight(30)
        form.addRow(label("检测通道", "fieldLabel"), self.channels)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.sample = QComboBox()
        self.sample.setAccessibleName("检测多少")
        for words, value in SAMPLES:
            self.sample.addItem(words, value)
        self.sample.setFixedWidth(110)
        row.addWidget(self.sample)
        row.addSpacing(Space.S)
        row.addWidget(label("正文列", "fieldLabel"))
        self.field = QLineEdit()
        self.field.setAccessibleName("正文所在的列或字段")
        self.field.setToolTip("jsonl、csv、xlsx、parquet 里正文所在的列或字段；留空自动识别")
        self.field.setPlaceholderText("自动识别")
        self.field.setFixedWidth(120)
        row.addWidget(self.field)
        row.addSpacing(Space.S)
        row.addWidget(label("结果写到", "fieldLabel"))
        self.place = ElidedLabel(str(self._home()), "secondary", mode=Qt.TextElideMode.ElideMiddle)
        row.addWidget(self.place, 1)
        self.change = QPushButton("更改…")
        self.change.setAccessibleName("更改结果文件夹")
        self.change.clicked.connect(lambda: self._choose_home())
        row.addWidget(self.change)
        form.addRow(label("检测多少", "fieldLabel"), row)
        card.body.addLayout(form)
        return card

    def _make_left_over(self) -> QFrame:
        self.left_over = QFrame()
        self.left_over.setProperty("role", "notice")
        set_look(self.left_over, tone="warning")
        row = QHBoxLayout(self.left_over)
        row.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        row.setSpacing(Space.XS)
        self.left_words = label("", wrap=True)
        row.addWidget(self.left_words, 1)
        self.go_on = QPushButton("接着做")
        self.go_on.setAccessibleName("接着做没做完的扫描")
        self.go_on.clicked.connect(lambda: self._start(resume=True))
        self.anew = QPushButton("重新开始")
        self.anew.setAccessibleName("丢掉做完的部分，重新扫描")
        self.anew.clicked.connect(lambda: self._start(resume=False))
        self.drop = QPushButton("不做了")
        self.drop.setAccessibleName("丢掉没做完的扫描")
        self.drop.clicked.connect(lambda: self._forget())
        for button in (self.go_on, self.anew, self.drop):
            row.addWidget(button)
        self.left_over.hide()
        return self.left_over

    # Where the results go

    def _home(self) -> Path:
        return self._chosen_home or self.desk.session.path.parent / _OUT_FOLDER

    def _choose_home(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "结果写到哪个文件夹", self.desk.folder())
        if name:
            self.set_home(Path(name))

    def set_home(self, folder: Path) -> None:
        """Write the results into this folder."""
        self._chosen_home = folder
        self.place.setText(str(folder))

    def out_of(self, inputs: Sequence[Path]) -> Path:
        """The file that gets the hits of these inputs: the same inputs, the same file, so that a stopped scan is found again."""
        name = inputs[0].name or "语料"
        more = f"等{len(inputs)}项" if len(inputs) > 1 else ""
        mark = hashlib.sha256("\n".join(str(path.absolute()) for path in inputs).encode("utf-8", "replace"))
        return self._home() / safe_file_name(f"{name[:30]}{more}-命中-{mark.hexdigest()[:6]}.jsonl")

    # Running

    def _choose_files(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, "选择要扫描的文件", self.desk.folder(), FILES)
        if names:
            self.scan_paths([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "选择要扫描的文件夹", self.desk.folder())
        if name:
            self.scan_paths([Path(name)])

    def scan_paths(self, paths: Sequence[Path]) -> None:
        """Scan files and folders; an unfinished scan of them is offered to be taken up again."""
        if self.strip.busy:
            self.desk.tell("正在扫描，请等它做完或先停止。", "warning")
            return
        if not self.desk.session.snapshot().keywords.total:
            self.desk.tell("请先导入关键词库，再扫描文件。", "warning")
            return
        self._inputs = list(paths)
        self._out = out = self.out_of(self._inputs)
        if folder_for(out).is_dir():
            self._offer(f"“{out.name}”有一次没做完的扫描，做完的部分还在。")
            return
        self._start(resume=None)

    def _start(self, *, resume: bool | None) -> None:
        out = self._out
        if out is None:
            return
        self.left_over.hide()
        percent = self.sample.currentData()
        arguments = {
            "project": str(self.desk.session.path),
            "inputs": [str(path) for path in self._inputs],
            "out": str(out),
            "channels": self.channels.chosen(),
            "field": self.field.text().strip(),
            "sample": {"percent": percent, "seed": SEED} if percent else None,
            "resume": resume,
        }
        made = self.desk.attempt(lambda: _make_folder(out.parent))
        if made is None:
            return
        names = "、".join(path.name for path in self._inputs[:3]) + (" 等" if len(self._inputs) > 3 else "")
        self.strip.run_task(
            f"正在扫描 {names}",
            "scan",
            arguments,
            self._done,
            on_error=self._failed,
            on_cancelled=self._stopped,
        )

    def _done(self, plain: dict[str, Any]) -> None:
        self.result.show_scan(Scan.of(plain, self._inputs, self.field.text().strip()))
        self.desk.tell(f"扫描完成，命中已写到 {self._out}。", "done")
        self.finished.emit()

    def _stopped(self) -> None:
        out = self._out
        if out is not None and folder_for(out).is_dir():
            self._offer("扫描已停止，做完的部分留着，可以接着做。")
        else:
            self.desk.tell("扫描已停止，没有留下任何结果。")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.code in ("scan.unfinished", "scan.changed"):
            changed = error.code == "scan.changed"
            self._offer(
                "没做完的那次扫描用的语料、词库或选项和这次不同，不能接着做。" if changed else error.message,
                can_resume=not changed,
            )
            return
        self.desk.failed.emit(error)
        if self._out is not None and folder_for(self._out).is_dir():
            self._offer("扫描中断，做完的部分留着，可以接着做。")

    def _offer(self, words: str, *, can_resume: bool = True) -> None:
        self.left_words.setText(words)
        self.go_on.setVisible(can_resume)
        self.left_over.setAccessibleName(words)
        self.left_over.show()
        (self.go_on if can_resume else self.anew).setFocus()

    def _forget(self) -> None:
        out = self._out
        self.left_over.hide()
        if out is None:
            return

        def job(_cancel: Cancel, _report: Report) -> None:
            shutil.rmtree(folder_for(out), ignore_errors=True)

        self.desk.jobs.start(job, on_error=self.desk.failed.emit)

    # State

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self.result.set_names(names)

    def library_changed(self) -> None:
        """The library is another one now."""
        self.result.library_changed()
        self.enable()

    def enable(self) -> None:
        """Open and close what can be pressed."""
        can = bool(self.desk.session.snapshot().keywords.total) and not self.strip.busy
        for widget in (self.zone, self.files, self.folder, self.sample, self.field, self.change):
            widget.setEnabled(can)
        self.channels.setEnabled(can)
        for button in (self.go_on, self.anew, self.drop):
            button.setEnabled(not self.strip.busy)


def _make_folder(folder: Path) -> Path:
    with telling(folder, "新建"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder
