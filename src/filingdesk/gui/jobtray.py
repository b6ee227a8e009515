"""The tray of long work above the status line: how far, how long yet, stop, what was made, try again."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.gui.icons import icon, paint_icon
from filingdesk.gui.jobtray_board import STATE_WORDS, Board, State, Work
from filingdesk.gui.theme import Space, colors, scaled
from filingdesk.gui.widgets.cards import hairline
from filingdesk.gui.widgets.labels import ElidedLabel, Prose, label, set_look
from filingdesk.gui.widgets.workbar import WorkBar

WIDTH, HIGHEST = 440, 460
NOTHING = "没有进行中的工作。扫描、核对、导出这样的工作会列在这里，换页面也不会丢。"
_PICTURES = {
    State.RUNNING: ("clock", "accent"),
    State.DONE: ("check", "done"),
    State.FAILED: ("close", "blocker"),
    State.STOPPED: ("stop", "muted"),
}
_TONES = {State.DONE: "done", State.FAILED: "blocker"}


class _Mark(QWidget):
    """How it stands, as a picture beside the word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = State.RUNNING
        self.setFixedSize(16, 16)

    def show_state(self, state: State) -> None:
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        name, tone = _PICTURES[self._state]
        paint_icon(QPainter(self), QRectF(1, 1, 14, 14), name, getattr(colors(), tone))


class WorkRow(QFrame):
    """One piece of long work."""

    def __init__(self, work: Work, tray: "JobTray") -> None:
        super().__init__(tray)
        self.work = work
        self._tray = tray
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self.mark = _Mark(self)
        head.addWidget(self.mark)
        self.title = ElidedLabel(work.title, "section")
        head.addWidget(self.title, 1)
        self.word = label("", "small", parent=self)
        head.addWidget(self.word)
        column.addLayout(head)
        self.bar = WorkBar(self)
        column.addWidget(self.bar)
        self.line = Prose("", "small")
        column.addWidget(self.line)
        doors = QHBoxLayout()
        doors.setSpacing(Space.S)
        self.stop = self._door("停止", lambda: tray.board.stop(work))
        self.again = self._door("再做一次", lambda: tray.do_again(work))
        self.made = self._door("打开文件夹", self._open_made)
        self.page = self._door("去那一页", lambda: tray.wanted.emit(work.naming.page))
        for button in (self.stop, self.again, self.made, self.page):
            doors.addWidget(button)
        doors.addStretch(1)
        column.addLayout(doors)
        self.refresh()

    def _door(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "link")
        button.setAccessibleName(f"{self.work.title}：{text}")
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        return button

    def refresh(self) -> None:
        """Show how it stands now."""
        work = self.work
        running = work.state is State.RUNNING
        self.mark.show_state(work.state)
        word = STATE_WORDS[work.state]
        self.word.setText(word)
        set_look(self.word, tone=_TONES.get(work.state, ""))
        self.bar.setVisible(running)
        self.bar.show_share(work.share())
        line = work.line(self._tray.board.clock())
        if line != self.line.accessibleName():
            self.line.set_prose(line)
        self.line.setVisible(bool(line))
        self.stop.setVisible(running)
        self.stop.setEnabled(not work.stopping)
        self.again.setVisible(work.can_be_done_again)
        self.made.setVisible(work.state is State.DONE and work.result.made is not None)
        self.page.setVisible(bool(work.naming.page))
        self.setAccessibleName(f"{work.title}，{word}，{line}")

    def _open_made(self) -> None:
        made = self.work.result.made
        if made is None:
            return
        folder = made if made.is_dir() else made.parent
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self.line.set_prose(f"找不到 {Path(folder)}：可能已经移走，或移动硬盘没有插上。")
            self.line.show()


class JobTray(QFrame):
    """The list; stands above the status line while it is wanted, whatever page is shown."""

    wanted = Signal(str)
    """The page where a piece of work began."""

    def __init__(self, board: Board, parent: QWidget) -> None:
        super().__init__(parent)
        self.board = board
        self._around = parent
        self.setProperty("role", "tray")
        self.setAccessibleName("进行中和刚结束的工作")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, Space.XS, 1, Space.XS)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, 0, Space.XS, Space.XXS)
        head.addWidget(label("工作", "cardTitle", parent=self))
        head.addStretch(1)
        self.forget = QPushButton("清除已结束的", self)
        self.forget.setProperty("role", "link")
        self.forget.clicked.connect(board.forget_ended)
        head.addWidget(self.forget)
        self.shut = QToolButton(self)
        self.shut.setIcon(icon("close"))
        self.shut.setToolTip("收起（Esc）")
        self.shut.setAccessibleName("收起工作列表")
        self.shut.clicked.connect(lambda: self.close_tray())
        head.addWidget(self.shut)
        column.addLayout(head)
        self.nothing = label(NOTHING, "secondary", wrap=True, parent=self)
        self.nothing.setContentsMargins(Space.M, Space.XXS, Space.M, Space.S)
        column.addWidget(self.nothing)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self._area.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)  # setWidget turns it on
        self._area.viewport().setAutoFillBackground(False)
        column.addWidget(self._area, 1)
        self.rows: dict[int, WorkRow] = {}
        self._before: QWidget | None = None
        board.changed.connect(self._rebuild)
        board.moved.connect(self._refresh)
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show the list, or put it away."""
        if self.isVisible():
            self.close_tray()
        else:
            self._before = QApplication.focusWidget()
            self.show()
            self._rebuild()
            self.raise_()
            doors = [button for row in self.rows.values() for button in row.findChildren(QPushButton)]
            target = next((door for door in doors if door.isVisibleTo(self) and door.isEnabled()), self.shut)
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_tray(self) -> None:
        """Put the list away; the cursor goes back to where it was."""
        inside = self.isAncestorOf(QApplication.focusWidget() or self._around)
        self.hide()
        if inside and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def do_again(self, work: Work) -> None:
        """Lead to the page where it began and begin it anew there."""
        if work.naming.page:
            self.wanted.emit(work.naming.page)
        self.board.again(work)

    def _rebuild(self) -> None:
        if not self.isVisible():
            return
        works = self.board.works()
        for number in set(self.rows) - {work.id for work in works}:
            row = self.rows.pop(number)
            row.hide()
            row.deleteLater()
        while self._list.count() > 1:
            item = self._list.takeAt(0)
            line = item.widget() if item is not None else None
            if line is not None and not isinstance(line, WorkRow):
                line.deleteLater()
        for place, work in enumerate(works):
            row = self.rows.get(work.id) or WorkRow(work, self)
            self.rows[work.id] = row
            if place:
                self._list.insertWidget(self._list.count() - 1, hairline(self._inside))
            self._list.insertWidget(self._list.count() - 1, row)
            row.show()
        self.nothing.setVisible(not works)
        self._area.setVisible(bool(works))
        self.forget.setEnabled(any(work.state is not State.RUNNING for work in works))
        self._refresh()
        self.place()
        self.board.mark_seen()

    def _refresh(self) -> None:
        if self.isVisible():
            for row in self.rows.values():
                row.refresh()

    def place(self) -> None:
        """Stand at the right, right above the status line."""
        around = self._around
        width = min(scaled(WIDTH), around.width() - 2 * Space.M)
        inside = self._list.heightForWidth(width - 2) if self.rows else 0
        wish = self.sizeHint().height() if not self.rows else 44 + inside
        height = min(wish + Space.M, HIGHEST, around.height() - 2 * Space.M)
        self.setGeometry(around.width() - width - Space.M, around.height() - height - Space.XS, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_tray()
        else:
            super().keyPressEvent(event)
