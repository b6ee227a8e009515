"""The parts of the bundle page: numbered cards, the list of what blocks, the tree of what goes in, the outcome of a check."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from filingdesk.bundle.verify import BundleProblem
from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Space, color, ui_font
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import Prose
from filingdesk.gui.widgets.severity import SeverityMark
from filingdesk.services.bundling import PlannedBundle

SHOWN_BLOCKERS = 12
PROBLEM_WORDS = {"missing": "缺失", "changed": "被改动", "added": "多出", "manifest": "清单损坏"}


class StepMark(QWidget):
    """The number of a step in a circle; a check mark when the step is done, red when it stands in the way."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._tone = "muted"
        self.setFixedSize(24, 24)
        self.set_tone("muted")

    def set_tone(self, tone: str) -> None:
        """`done`, `blocker`, `accent` (its turn) or `muted` (not yet)."""
        self._tone = tone
        words = {"done": "完成", "blocker": "需要处理", "accent": "当前", "muted": "还没到"}
        self.setAccessibleName(f"第 {self._number} 步，{words.get(tone, '')}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        quiet = self._tone == "muted"
        painter.setBrush(color("hover" if quiet else f"{self._tone}_soft"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(color("muted" if quiet else self._tone))
        painter.setFont(ui_font(12, bold=True))
        sign = "✓" if self._tone == "done" else "!" if self._tone == "blocker" else str(self._number)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, sign)


class StepCard(Card):
    """A card with a number before its title."""

    def __init__(self, number: int, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "", parent)
        self.mark = StepMark(number)
        self.head.insertWidget(0, self.mark)


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way: `kind` blocker or warning, what it says, where it is mended (page and path)."""

    kind: str
    text: str
    place: str
    page: str
    path: str
    fix: str = ""


class ObstacleList(QWidget):
    """The things in the way, each with a door to where it is mended."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.items: tuple[Obstacle, ...] = ()

    def show_items(self, items: Sequence[Obstacle]) -> None:
        """Show these, at most a dozen; the rest is counted."""
        if tuple(items) == self.items:
            return
        self.items = tuple(items)
        empty(self._column)
        for obstacle in self.items[:SHOWN_BLOCKERS]:
            self._column.addWidget(self._row(obstacle))
        left = len(self.items) - SHOWN_BLOCKERS
        if left > 0:
            more = QPushButton(f"另有 {left} 条，见「自检」页")
            more.setProperty("role", "link")
            more.setAccessibleName(more.text())
            more.clicked.connect(lambda: self.wanted.emit("check", ""))
            self._column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _row(self, obstacle: Obstacle) -> QFrame:
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(SeverityMark(obstacle.kind))
        words = Prose(obstacle.text)
        words.setToolTip(f"怎么改：{obstacle.fix}" if obstacle.fix else "")
        row.addWidget(words, 1)
        jump = QPushButton(obstacle.place)
        jump.setProperty("role", "link")
        jump.setAccessibleName(f"{obstacle.text} 跳到 {obstacle.place}")
        jump.clicked.connect(lambda _checked=False: self.wanted.emit(obstacle.page, obstacle.path))
        row.addWidget(jump)
        return frame


class PlanTree(QTreeWidget):
    """The planned files under their folders, and the materials that are empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("提交包里的文件")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(18)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(120)

    def show_plan(self, plan: PlannedBundle) -> None:
        """Show what would be written."""
        self.clear()
        folders: dict[str, QTreeWidgetItem] = {}
        for file in plan.files:
            if not file.folder:
                self.addTopLevelItem(self._item(file.name, file.title, "document"))
                continue
            holder = folders.get(file.folder)
            if holder is None:
                holder = folders[file.folder] = self._item(file.folder, "", "folder")
                self.addTopLevelItem(holder)
            holder.addChild(self._item(file.name, file.title, "document"))
        for folder, holder in folders.items():
            holder.setText(1, f"{holder.childCount()} 个文件")
            holder.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{folder}，{holder.childCount()} 个文件")
        self.expandAll()
        self.setColumnWidth(0, 520)
        rows = len(plan.files) + len(folders)
        self.setFixedHeight(min(max(rows, 3), 12) * 21 + 6)

    @staticmethod
    def _item(name: str, note: str, picture: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name, note])
        item.setIcon(0, icon(picture, "muted"))
        item.setForeground(1, color("muted"))
        item.setToolTip(0, name)
        return item


def problem_line(problem: BundleProblem) -> str:
    """A file that is not as the manifest says, in one line."""
    return f"{PROBLEM_WORDS.get(problem.kind, problem.kind)}：{problem.path}，{problem.message}"
