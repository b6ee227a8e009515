"""The start page: a new filing, an existing one, the recent ones, or the sample."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from filingdesk.gui.icons import icon
from filingdesk.gui.statusline import NOT_AN_APPROVAL
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, IconPicture, NoticeBar, hairline
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import ElidedLabel, label
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


WIDTH, TILE_HIGH = 720, 132
AFTER_HEAD = 2
"""Behind the stretch and the name of the program in the column."""


class Tile(QPushButton):
    """One of the three choices: a picture, what it does, one line more; the key that does the same."""

    def __init__(self, picture: str, title: str, text: str, shortcut: str, wish: SignalInstance) -> None:
        super().__init__()
        self.setProperty("role", "tile")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setShortcut(shortcut)
        self.setToolTip(shortcut)
        self.setAccessibleName(f"{title}，{text}")
        self.clicked.connect(wish)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.XXS)
        top = QHBoxLayout()
        top.addWidget(IconPicture(picture, 26, "accent"))
        top.addStretch(1)
        top.addWidget(label(shortcut, "muted"), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addStretch(1)
        column.addWidget(label(title, "cardTitle"))
        column.addWidget(label(text, "small", wrap=True))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        inside = layout.totalSizeHint() if layout is not None else QSize()
        return QSize((WIDTH - 2 * Space.S) // 3, max(TILE_HIGH, inside.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())


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
        self._column = column
        self._offered: list[Card] = []
        tiles = QHBoxLayout()
        tiles.setSpacing(Space.S)
        self.new_button = Tile(
            "plus", "新建备案项目", "选一个位置存放，从主体信息填起", "Alt+N", self.new_clicked
        )
        self.open_button = Tile(
            "folder", "打开已有项目", f"也可以把 {SUFFIX} 文件拖进来", "Alt+O", self.open_clicked
        )
        self.sample_button = Tile(
            "spark", "看看示例", "虚构公司的完整备案，随便改", "Alt+S", self.sample_clicked
        )
        for tile in (self.new_button, self.open_button, self.sample_button):
            tiles.addWidget(tile)
        column.addLayout(tiles)
        more = QHBoxLayout()
        more.setSpacing(Space.XS)
        self.profile_button = self._link("单位档案…", "Alt+D", self.profile_clicked)
        self.preferences_button = self._link("设置…", "Alt+G", self.preferences_clicked)
        self._hint = label("", "secondary")
        more.addWidget(self._hint, 1)
        more.addWidget(self.profile_button)
        more.addWidget(self.preferences_button)
        column.addLayout(more)
        self._recent_card = Card("最近打开")
        self._recent_card.setFixedWidth(WIDTH)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_card.body.addLayout(self._recent)
        column.addWidget(self._recent_card)
        column.addStretch(3)
        footer = label(NOT_AN_APPROVAL, "muted")
        footer.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(footer)

    @staticmethod
    def _link(text: str, shortcut: str, wish: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setShortcut(shortcut)
        button.setToolTip(shortcut)
        button.setAccessibleName(text)
        button.clicked.connect(wish)
        return button

    def offer(self, card: Card) -> None:
        """Put something that wants an answer above the choices."""
        card.setFixedWidth(WIDTH)
        self._column.insertWidget(AFTER_HEAD + len(self._offered), card)
        self._offered.append(card)

    def offered(self) -> tuple[Card, ...]:
        """What waits for an answer."""
        return tuple(self._offered)

    def put_away(self, card: Card) -> None:
        """It was answered."""
        if card in self._offered:
            self._offered.remove(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()

    def set_recent(self, projects: Sequence[RecentProject]) -> None:
        """Show these, the latest first."""
        empty(self._recent)
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
        for card in self._offered:
            card.setEnabled(not busy)
        self._hint.setText(text if busy else "")

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
