"""The status line: which packs judge, how many findings, running work, and that a clean check is not an approval."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from filingdesk.domain.jobs import Progress
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.labels import ElidedLabel, label

SHOWN_PACKS = 2
NOT_AN_APPROVAL = "通过自查不等于通过审核"


class StatusLine(QFrame):
    """The line at the bottom; `cancel_clicked` asks to stop the running work."""

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "statusLine")
        self.setFixedHeight(Size.STATUS)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 1, Space.M, 0)
        row.setSpacing(Space.M)
        self.packs = ElidedLabel("", "muted")
        row.addWidget(self.packs)
        self.counts = label("", "muted")
        row.addWidget(self.counts)
        row.addStretch(1)
        self.message = ElidedLabel("", "muted")
        row.addWidget(self.message)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(140)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        self.bar.hide()
        row.addWidget(self.bar)
        self.cancel = QToolButton()
        self.cancel.setIcon(icon("close"))
        self.cancel.setToolTip("取消")
        self.cancel.setAccessibleName("取消正在进行的工作")
        self.cancel.clicked.connect(self.cancel_clicked)
        self.cancel.hide()
        row.addWidget(self.cancel)
        self.footer = label(NOT_AN_APPROVAL, "muted")
        row.addWidget(self.footer)

    def set_packs(self, titles: Sequence[str]) -> None:
        """The packs that judge; a long list is cut and told in full by the tool tip."""
        shown = " · ".join(titles[:SHOWN_PACKS])
        more = f" 等 {len(titles)} 个" if len(titles) > SHOWN_PACKS else ""
        self.packs.setText(f"规则包 {shown}{more}" if titles else "")
        self.packs.setToolTip("\n".join(titles))

    def set_counts(self, blockers: int, warnings: int) -> None:
        """How many findings there are."""
        self.counts.setText(f"{blockers} 阻断 · {warnings} 提醒")

    def show_progress(self, progress: Progress | None) -> None:
        """How far the running work is; None when it ended."""
        self.bar.setVisible(progress is not None)
        self.cancel.setVisible(progress is not None)
        if progress is None:
            self.message.setText("")
            return
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.message.setText(progress.text)
