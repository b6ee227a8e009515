"""Referring to another algorithm of the same subject from the large-model filing: from the profile or another project file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.facts_holdings import FiledAlgorithm
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.profilekeeper import keeper
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import profile_exchange
from filingdesk.services.workspace import SUFFIX

INTRO = (
    "这项服务还用到本单位另行备案的算法时，在这里引用：名称、类型、编号、日期照录，只需补写它在本服务中的作用。"
    "本项目自己的算法不用引用；第三方的写在“所用模型”里。"
)


class ReferDialog(Dialog):
    """Lists what the profile knows; `referred` is the path of the record once something was taken."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.referred = ""
        self.setWindowTitle("引用其他算法备案")
        self.resize(640, 400)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label("引用其他算法备案", "cardTitle"))
        outer.addWidget(Prose(INTRO, "secondary"))
        columns = (
            Column[FiledAlgorithm]("算法", lambda a: a.name),
            Column[FiledAlgorithm]("类型", lambda a: "、".join(a.types), 120),
            Column[FiledAlgorithm]("备案号", lambda a: a.number or "尚无", 260),
        )
        self.model = PlainRows(columns, self)
        profile = keeper(desk).profile
        self.model.show(profile_exchange.referable(desk.session, profile) if profile is not None else [])
        self.table = table_view(self.model, columns, "单位档案里的算法")
        self.table.setProperty("role", "boxed")
        self.table.activated.connect(lambda _index: self.take_chosen())
        fit_rows(self.table, len(self.model.rows), 6)
        outer.addWidget(self.table)
        empty = "单位档案里还没有别的算法（有备案号的项目存入档案时会带上）。可以直接选另一个项目文件。"
        self.told = Prose("" if self.model.rows else empty, "small")
        outer.addWidget(self.told)
        outer.addStretch(1)
        row = QHBoxLayout()
        self.file_button = QPushButton("从项目文件…")
        self.file_button.setAccessibleName("从另一个项目文件引用")
        self.file_button.clicked.connect(lambda: self._choose())
        row.addWidget(self.file_button)
        row.addStretch(1)
        buttons, self.ok = self.answers("引用", self.take_chosen)
        row.addWidget(buttons)
        outer.addLayout(row)
        self.ok.setEnabled(bool(self.model.rows))
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def take_chosen(self) -> None:
        """Refer to the chosen algorithm of the profile."""
        place = self.table.currentIndex().row()
        if 0 <= place < len(self.model.rows):
            chosen = self.model.rows[place]
            self._take(lambda: profile_exchange.refer(self._desk.session, chosen))

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, "选择另一个算法的项目文件", self._desk.folder(), f"备案项目 (*{SUFFIX})"
        )
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Refer to the algorithm of another project file."""
        self._take(lambda: profile_exchange.refer_to_project(self._desk.session, path))

    def _take(self, act: Callable[[], tuple[str, bool]]) -> None:
        done = self._desk.attempt(act)
        if done is not None:
            self.referred = done[0]
            self.accept()


def ask_to_refer(desk: Desk, parent: QWidget) -> None:
    """Open the dialog and lead to what is still to be written."""
    dialog = ReferDialog(desk, parent)
    if dialog.exec() and dialog.referred:
        desk.go_to(f"{dialog.referred}.use")
        desk.told.emit("已引用，请补写它在本服务中的作用。", "done", "undo")
