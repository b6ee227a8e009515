"""The start page: a new filing, an existing one, the recent ones, or the sample."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from filingdesk.gui.icons import icon
from filingdesk.gui.statusline import NOT_AN_APPROVAL
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, IconPicture, NoticeBar, hairline
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look
from filingdesk.services.workspace import SUFFIX, RecentProject


class _RecentRow(QWidget):
    def __init__(self, project: RecentProject, page: "StartPage") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.XXS, 0, Space.XXS)
        row.setSpacing(Space.XS)
        name = QPushButton(project.path.stem)
        name.setProperty("role", "rowLink")
        name.setAccessibleName(f"打开 {project.path.stem},{project.path}")
        name.setEnabled(project.exists)
        name.clicked.connect(lambda: page.open_path.emit(project.path))
        row.addWidget(name)
        where = str(project.path.parent) if project.exists else f"{project.path.parent}(文件不在了)"
        row.addWidget(ElidedLabel(where, "muted", mode=Qt.TextElideMode.ElideMiddle), 1)
        forget = QToolButton()
        forget.setIcon(icon("close"))
        forget.setToolTip("从列表中去掉，文件不受影响")
        forget.setAccessibleName(f"从最近列表中去掉 {project.path.stem}")
        forget.clicked.connect(lambda: page.forget_path.emit(project.path))
        row.addWidget(forget)


_HINT = f"也可以把 {SUFFIX} 文件拖到窗口里。示例中的公司与内容均为虚构。"


class StartPage(QWidget):
    """What is seen before a project is open."""

    new_clicked = Signal()
    open_clicked = Signal()
    sample_clicked = Signal()
    profile_clicked = Signal()
    preferences_clicked = Signal()
    open_path = Signal(object)
    forget_path = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "content")
        self.setAcceptDrops(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.notice = NoticeBar()
        whole.addWidget(self.notice)
        outer = QHBoxLayout()
        whole.addLayout(outer, 1)
        outer.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(Space.M)
        outer.addLayout(column)
        outer.addStretch(1)
        column.addStretch(2)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(IconPicture("app", 52))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("备案工作台", "pageTitle"))
        words.addWidget(label("算法备案与大模型备案：一处填写，处处一致，全部留在本机。", "secondary"))
        head.addLayout(words, 1)
        column.addLayout(head)
        begin = Card()
        begin.setFixedWidth(680)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        self.new_button = self._button("新建备案项目…", "Alt+N", self.new_clicked, primary=True)
        self.open_button = self._button("打开项目…", "Alt+O", self.open_clicked)
        self.sample_button = self._button("看看示例", "Alt+S", self.sample_clicked)
        for button in (self.new_button, self.open_button, self.sample_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.profile_button = self._button("单位档案…", "Alt+D", self.profile_clicked)
        buttons.addWidget(self.profile_button)
        self.preferences_button = self._button("设置…", "Alt+G", self.preferences_clicked)
        buttons.addWidget(self.preferences_button)
        begin.body.addLayout(buttons)
        self._hint = label(_HINT, "muted")
        begin.body.addWidget(self._hint)
        column.addWidget(begin)
        self._recent_card = Card("最近打开")
        self._recent_card.setFixedWidth(680)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_card.body.addLayout(self._recent)
        column.addWidget(self._recent_card)
        column.addStretch(3)
        footer = label(NOT_AN_APPROVAL, "muted")
        footer.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(footer)

    @staticmethod
    def _button(text: str, shortcut: str, wish: SignalInstance, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        if primary:
            button.setProperty("role", "primary")
        button.setShortcut(shortcut)
        button.setToolTip(shortcut)
        button.setAccessibleName(text)
        button.clicked.connect(wish)
        return button

    def set_recent(self, projects: Sequence[RecentProject]) -> None:
        """Show these, the latest first."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, project in enumerate(projects[:8]):
            if place:
                self._recent.addWidget(hairline())
            self._recent.addWidget(_RecentRow(project, self))
        self._recent_card.setVisible(bool(projects))

    def set_busy(self, busy: bool, text: str = "") -> None:
        """While a project is being opened or the sample made: nothing else can be begun, and a line says so."""
        for button in (self.new_button, self.open_button, self.sample_button):
            button.setEnabled(not busy)
        self._recent_card.setEnabled(not busy)
        self.setAcceptDrops(not busy)
        self._hint.setText(text if busy else _HINT)
        set_look(self._hint, role="secondary" if busy else "muted")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if project_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = project_in(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open_path.emit(path)


def project_in(mime: QMimeData) -> Path | None:
    """The project file among dragged files."""
    for url in mime.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is not None and path.suffix.lower() == SUFFIX:
            return path
    return None
