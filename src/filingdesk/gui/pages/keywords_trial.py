"""The tab 拦截测试: choose how to test, run it apart, read rates and what slipped, lead to the paper and to the figures it gives."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.keywords_channels import ChannelChips
from filingdesk.gui.pages.keywords_run import RunStrip
from filingdesk.gui.pages.keywords_trial_result import TrialResultCard
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import ElidedLabel, label
from filingdesk.scan.trial import DEFAULT_SEED
from filingdesk.services import interception
from filingdesk.services.interception import StoredTrial, TrialOptions

TEXT_FILES = "文本和表格 (*.txt *.jsonl *.csv *.tsv *.xlsx *.parquet *.gz *.zst);;所有文件 (*)"
PAPER = "interception-report"
_EXTRA = (
    ("benign", "自备的正常文本", "用来量误拦率，加在自带的正常语料之外"),
    ("output", "生成内容", "抽检时抓取的模型回答，量 T12 的关键词部分"),
    ("corpus", "训练语料", "抽检的语料，量 T11 的关键词部分"),
)


class _Files(QWidget):
    """Files of one use, to be chosen or dropped again."""

    def __init__(self, title: str, hint: str, desk: Desk) -> None:
        super().__init__()
        self._title, self._desk = title, desk
        self.paths: list[Path] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.button = QPushButton("选择文件…")
        self.button.setAccessibleName(f"选择{title}的文件")
        self.button.clicked.connect(lambda: self._choose())
        row.addWidget(self.button)
        self.names = ElidedLabel("", "secondary")
        self._hint = hint
        row.addWidget(self.names, 1)
        self.clear = QPushButton("清除")
        self.clear.setProperty("role", "link")
        self.clear.setAccessibleName(f"不用{title}的文件")
        self.clear.clicked.connect(lambda: self.take([]))
        row.addWidget(self.clear)
        self.take([])

    def _choose(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(
            self, f"选择{self._title}", self._desk.folder(), TEXT_FILES
        )
        if names:
            self.take([Path(name) for name in names])

    def take(self, paths: list[Path]) -> None:
        """Use these files."""
        self.paths = paths
        self.names.setText("、".join(path.name for path in paths) or self._hint)
        self.clear.setVisible(bool(paths))


class TrialTab(QWidget):
    """Options, run, result; `word_wanted` leads to a word in the table of words."""

    word_wanted = Signal(str)
    can_run_changed = Signal()
    finished = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.can_run = False
        self._read_only = False
        self._reading = 0
        self.stored: StoredTrial | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self.strip = RunStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self.enable())
        column.addWidget(self.strip)
        column.addWidget(self._make_options())
        self.result = TrialResultCard(desk)
        self.result.word_wanted.connect(self.word_wanted)
        self.result.paper_wanted.connect(lambda: desk.go("papers", f"paper:{PAPER}"))
        self.result.export_wanted.connect(lambda: self.export())
        column.addWidget(self.result, 1)

    def _make_options(self) -> Card:
        card = Card("怎样测", "每个词按各通道伪装后放进中性句子，看拦不拦得住；再看正常文本会不会误拦")
        form = QFormLayout()
        form.setSpacing(Space.XS)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.channels = ChannelChips()
        self.channels.setMinimumHeight(30)
        self.channels.changed.connect(lambda _chosen: self.enable())
        form.addRow(label("检测通道", "fieldLabel"), self.channels)
        seed = QHBoxLayout()
        self.seed = QLineEdit(str(DEFAULT_SEED))
        self.seed.setAccessibleName("随机种子")
        self.seed.setValidator(QIntValidator(0, 2_147_483_647, self))
        self.seed.setFixedWidth(130)
        seed.addWidget(self.seed)
        seed.addWidget(label("种子、词库和程序版本相同，结果就相同，可以复算。", "muted"), 1)
        self.more = QPushButton("更多选项…")
        self.more.setProperty("role", "link")
        self.more.setAccessibleName("更多选项：题库、自己的正常文本、生成内容、语料")
        self.more.clicked.connect(lambda: self._show_more())
        seed.addWidget(self.more)
        form.addRow(label("随机种子", "fieldLabel"), seed)
        self.banks = QCheckBox("一并检测生成内容题库的回答，应拒答、非拒答题库的题面")
        self.banks.setChecked(True)
        self.files = {use: _Files(title, hint, self.desk) for use, title, hint in _EXTRA}
        self._rows = [
            (label("题库", "fieldLabel"), self.banks),
            *((label(title, "fieldLabel"), self.files[use]) for use, title, _hint in _EXTRA),
        ]
        for title, widget in self._rows:
            form.addRow(title, widget)
        self._form = form
        self._show_rows(shown=False)
        card.body.addLayout(form)
        return card

    def _show_rows(self, *, shown: bool) -> None:
        for _title, widget in self._rows:
            self._form.setRowVisible(widget, shown)

    def _show_more(self) -> None:
        shown = self.banks.isHidden()
        self._show_rows(shown=shown)
        self.more.setText("收起" if shown else "更多选项…")

    # Running

    def options(self) -> TrialOptions:
        """What is chosen."""
        return TrialOptions(
            seed=int(self.seed.text() or DEFAULT_SEED),
            channels=tuple(self.channels.chosen()),
            benign=tuple(self.files["benign"].paths),
            output=tuple(self.files["output"].paths),
            corpus=tuple(self.files["corpus"].paths),
            banks=self.banks.isChecked(),
        )

    def run(self) -> None:
        """Run the test apart; its outcome is kept with the project unless that is open to be read only."""
        options = self.options()
        plain = asdict(options)
        for use in ("benign", "output", "corpus"):
            plain[use] = [str(path) for path in plain[use]]
        self.strip.run_task(
            "正在准备拦截测试",
            "trial",
            {"project": str(self.desk.session.path), "options": plain},
            self._done,
            on_cancelled=lambda: self.desk.tell(
                "已停止测试，上次的结果没有改动。词库和选项不变时，再测会从停下的地方继续。"
            ),
        )

    def _done(self, plain: dict[str, Any]) -> None:
        self.finished.emit()
        done = interception.run_of(plain)
        if self._read_only:
            session = self.desk.session
            self.stored = StoredTrial(session.clock(), session.who, False, done)
            self.result.show_trial(self.stored, [], kept=False)
            return
        if self.desk.attempt(lambda: interception.save(self.desk.session, done)) is not None:
            self.desk.told.emit("测试完成，结果已保存在项目里。", "done", "undo")
        self.reload()

    def export(self) -> None:
        """Ask for a file, then `export_to`."""
        name, _filter = QFileDialog.getSaveFileName(
            self,
            "导出漏过的词",
            str(Path(self.desk.folder()) / "漏过的词.xlsx"),
            "Excel 表格 (*.xlsx);;逗号分隔的文本 (*.csv)",
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, target: Path) -> None:
        """Write what slipped there, as the list is filtered."""

        def done(found: dict[str, int]) -> None:
            self.desk.told.emit(f"已导出漏过的词 {found['rows']:,} 条：{target.name}。", "done", "")

        self.strip.run_task(
            "正在导出漏过的词",
            "slips",
            {
                "project": str(self.desk.session.path),
                "target": str(target),
                "risk": self.result.risk.currentData(),
                "channel": self.result.channel.currentData(),
            },
            done,
            on_cancelled=lambda: self.desk.tell("已停止导出，没有写出文件。"),
        )

    # Showing

    def reload(self) -> None:
        """Read the last test that the project keeps, in a job."""
        self._reading += 1
        number, session = self._reading, self.desk.session

        def job(_cancel: Cancel, _report: Report) -> tuple[StoredTrial | None, list[interception.Offer]]:
            stored = interception.latest(session)
            return stored, interception.offers(session, stored) if stored else []

        def done(found: tuple[StoredTrial | None, list[interception.Offer]]) -> None:
            if number == self._reading:
                self.stored, offers = found
                self.result.show_trial(self.stored, offers)
                if self.stored is not None and not self.strip.busy:
                    self.seed.setText(str(self.stored.trial.seed))

        self.desk.jobs.start(job, on_done=done, on_error=self.desk.failed.emit)

    def set_names(self, names: dict[str, str]) -> None:
        """What the risks are called."""
        self.result.set_names(names)

    def set_state(self, *, read_only: bool) -> None:
        """What can be done now."""
        self._read_only = read_only
        self.result.set_read_only(read_only)
        self.enable()

    def enable(self) -> None:
        """Open and close what can be pressed."""
        total = self.desk.session.snapshot().keywords.total
        can = bool(total) and not self.strip.busy and bool(self.channels.chosen())
        if can is not self.can_run:
            self.can_run = can
            self.can_run_changed.emit()
        for widget in (self.channels, self.seed, self.banks, *self.files.values()):
            widget.setEnabled(not self.strip.busy)
