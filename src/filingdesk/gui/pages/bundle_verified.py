"""What comparing a submission bundle with its manifest gave: all in order, or every file that differs."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from filingdesk.bundle.verify import BundleVerification
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.pages.bundle_steps import PROBLEM_WORDS
from filingdesk.gui.pages.listings import Remark, RemarkTable
from filingdesk.gui.widgets.badge import Badge
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose


class VerificationCard(Card):
    """Hidden until a bundle was verified."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("校验结果", parent=parent)
        self.badge = Badge("", pill=True)
        self.head.insertWidget(1, self.badge)
        self.words = Prose("", "secondary")
        self.body.addWidget(self.words)
        self.table = RemarkTable(desk, ("问题", "文件", "说明"), "校验发现的问题")
        self.table.setFixedHeight(230)
        self.body.addWidget(self.table)
        self.hide()

    def show_verification(self, folder: Path, found: BundleVerification) -> None:
        """Show what was found about the bundle in a folder."""
        self.badge.set_text(
            "一致" if found.ok else f"{len(found.problems)} 处不一致", "done" if found.ok else "blocker"
        )
        manifest = found.manifest
        about = ""
        if manifest is not None:
            about = f"{manifest.subject} · {manifest.title} · 自检日期 {manifest.as_of}。"
        words = (
            f"{found.files} 个文件都与清单一致，没有多出的文件。"
            if found.ok
            else "下面的文件与清单不一致，提交前请重新导出。"
        )
        self.words.set_prose(f"{folder}\n{about}{words}")
        self.table.setVisible(not found.ok)
        self.table.show_remarks(
            [
                Remark(PROBLEM_WORDS.get(item.kind, item.kind), item.path, item.message)
                for item in found.problems
            ]
        )
        self.show()


def result_of(found: BundleVerification, folder: Path) -> Result:
    """What the list of long work says of a bundle that was written or verified."""
    return Result(f"{found.files} 个文件，校验{'通过' if found.ok else '未通过'}", folder)
