"""The status line: which packs judge, how many findings, running work, and that a clean check is not an approval."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from filingdesk.gui.icons import icon
from filingdesk.gui.jobtray_board import Board, State
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.doors import Door
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look
from filingdesk.gui.widgets.workbar import WorkBar

SHOWN_PACKS = 2
NOT_AN_APPROVAL = "通过自查不等于通过审核"


class StatusLine(QFrame):
    """The line at the bottom; `tray_clicked` wants the list of long work, `packs_clicked` the page of the packs,
    `problems_clicked` the problems of a kind (`blocker`, `warning`)."""

    tray_clicked = Signal()
    packs_clicked = Signal()
    problems_clicked = Signal(str)

    def __init__(self, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.setProperty("role", "statusLine")
        self.setFixedHeight(Size.STATUS)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 1, Space.M, 0)
        row.setSpacing(Space.M)
        self.packs = Door("", self.packs_clicked.emit)
        self.blockers = Door("", lambda: self.problems_clicked.emit("blocker"))
        self.warnings = Door("", lambda: self.problems_clicked.emit("warning"))
        self.blockers.tip, self.warnings.tip = "看有哪些阻断项", "看有哪些提醒"
        for door in (self.packs, self.blockers, self.warnings):
            door.setProperty("tone", "neutral")
            door.setCursor(Qt.CursorShape.PointingHandCursor)
            door.hide()
            row.addWidget(door)
        row.addStretch(1)
        self.message = ElidedLabel("", "muted")
        row.addWidget(self.message, 2)
        self.ahead = label("", "muted")
        row.addWidget(self.ahead)
        self.bar = WorkBar(self)
        self.bar.setFixedWidth(120)
        row.addWidget(self.bar)
        self.cancel = QToolButton()
        self.cancel.setIcon(icon("close"))
        self.cancel.setToolTip("停止")
        self.cancel.setAccessibleName("停止正在进行的工作")
        self.cancel.clicked.connect(lambda: self._stop())
        row.addWidget(self.cancel)
        self.tray = QPushButton()
        self.tray.setProperty("role", "link")
        self.tray.setToolTip("进行中和刚结束的工作（Ctrl+Shift+J）")
        self.tray.clicked.connect(self.tray_clicked)
        row.addWidget(self.tray)
        self.footer = label(NOT_AN_APPROVAL, "muted")
        row.addWidget(self.footer)
        board.changed.connect(self._show_work)
        board.moved.connect(self._show_work)
        self._show_work()

    def set_packs(self, titles: Sequence[str]) -> None:
        """The packs that judge; a long list is cut and told in full by the tool tip."""
        shown = " · ".join(titles[:SHOWN_PACKS])
        more = f" 等 {len(titles)} 个" if len(titles) > SHOWN_PACKS else ""
        self.packs.setText(f"规则包 {shown}{more}")
        self.packs.setAccessibleName(f"规则包：{'、'.join(titles)}")
        self.packs.tip = "\n".join(titles)
        self.packs.setVisible(bool(titles))

    def set_counts(self, blockers: int, warnings: int) -> None:
        """How many findings there are."""
        for door, number, kind in ((self.blockers, blockers, "阻断"), (self.warnings, warnings, "提醒")):
            door.setText(f"{number} {kind}")
            door.setAccessibleName(f"{kind} {number} 项，{door.tip}")
            door.show()

    def _show_work(self) -> None:
        running, unseen = self._board.running(), self._board.unseen()
        for widget in (self.message, self.ahead, self.bar):
            widget.setVisible(bool(running))
        self.cancel.setVisible(len(running) == 1)
        if running:
            work = running[0]
            doing = work.doing()
            self.message.setText(f"{work.title} · {doing}" if doing else work.title)
            self.ahead.setText(work.ahead(self._board.clock()))
            self.bar.show_share(work.share())
            self.cancel.setEnabled(not work.stopping)
        failed = sum(work.state is State.FAILED for work in unseen)
        if failed:
            words, tone = f"{failed} 件没有完成", "warning"
        elif running:
            words, tone = f"{len(running)} 件进行中", ""
        elif unseen:
            words, tone = f"{len(unseen)} 件已结束", "done"
        else:
            words, tone = "最近的工作", "neutral"
        self.tray.setText(words)
        self.tray.setAccessibleName(f"工作：{words}")
        self.tray.setVisible(bool(self._board.works()))
        set_look(self.tray, tone=tone)

    def _stop(self) -> None:
        running = self._board.running()
        if len(running) == 1:
            self._board.stop(running[0])
