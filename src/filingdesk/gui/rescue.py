"""After a run that did not end in order: the next start offers the project as it was, where the user was, and the report."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from filingdesk import __version__
from filingdesk.gui.theme import Space, mono_font
from filingdesk.gui.widgets.buttons import button
from filingdesk.gui.widgets.cards import Card, NoticeBar
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.infra.clock import system_clock
from filingdesk.store.model import CHINA

if TYPE_CHECKING:  # the window is painted before it is asked what was
    from filingdesk.gui.shell import Shell
    from filingdesk.infra.lastrun import RunMark
    from filingdesk.services.recovery import Rescue

TITLE = "上次没有正常退出"
NOTE_MS = 400
"""Where the user is goes to the mark after so long: several steps in a row are one."""


def _day_time(moment: datetime) -> str:
    """今天 17:40:12, 2026-11-20 17:40: days in China."""
    local, today = moment.astimezone(CHINA), system_clock().astimezone(CHINA).date()
    return f"今天 {local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def rescue_words(rescue: "Rescue") -> str:
    """What happened and what is there, in two sentences."""
    where = f"停在「{rescue.page}」，" if rescue.page else ""
    if rescue.written is None:
        return (
            f"「{rescue.project.stem}」当时开着，{where}但文件现在不在“{rescue.project.parent}”。"
            "移动硬盘或网络盘没连上的话，接好后再打开。"
        )
    return (
        f"「{rescue.project.stem}」当时开着，{where}最后一次写入是{_day_time(rescue.written)}。"
        "写进项目文件的内容都在；最后一秒内正在打的字可能没有存上，请看一眼那一栏。"
    )


class RescueCard(Card):
    """On the start page: go on where it ended, read the report, or put the card away."""

    wanted = Signal(object)
    told = Signal(object)
    gone = Signal()

    def __init__(self, rescue: "Rescue", parent: QWidget | None = None) -> None:
        super().__init__(TITLE, parent=parent)
        self.rescue = rescue
        self.words = Prose(rescue_words(rescue), "secondary")
        self.body.addWidget(self.words)
        self.body.addSpacing(Space.XXS)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.chosen = False
        self.go_on = button("接着做", lambda: self.wanted.emit(self))
        self.go_on.setProperty("role", "primary")
        self.go_on.setEnabled(rescue.written is not None)
        self.report = button("查看报告", lambda: self.told.emit(rescue))
        self.report.setEnabled(rescue.report is not None)
        self.report.setToolTip("不含填写内容，可以发给维护人员")
        self.away = button("知道了", self.gone.emit)
        for each in (self.go_on, self.report, self.away):
            row.addWidget(each)
        row.addStretch(1)
        self.body.addLayout(row)


class ReportDialog(Dialog):
    """The report as it would be sent; copied, or found in its folder."""

    def __init__(self, report: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("错误报告")
        self.resize(620, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(label("错误报告", "cardTitle"))
        column.addWidget(
            Prose("报告只有程序版本、系统和出错位置，不含项目名称和填写内容，可以发给维护人员。", "secondary")
        )
        self.text = QPlainTextEdit(_read(report))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(mono_font())
        self.text.setAccessibleName("报告全文")
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(button("复制", lambda: QGuiApplication.clipboard().setText(self.text.toPlainText())))
        row.addWidget(
            button("打开所在文件夹", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(report.parent))))
        )
        row.addStretch(1)
        close = button("关闭", self.accept)
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)


def _read(report: Path) -> str:
    try:
        return report.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "报告已经不在了。"


def _to_the_end() -> None:
    """Put the cursor behind what was typed: a field that is gone to is selected, and the next key would replace it all."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        focus.end(False)
    elif isinstance(focus, QPlainTextEdit):
        focus.moveCursor(QTextCursor.MoveOperation.End)


class Rescuer(QObject):
    """Keeps the mark of this run up to date and, once at the start, offers what earlier runs left."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self.mark: RunMark | None = None
        self._cards: list[RescueCard] = []
        self._note = QTimer(self)
        self._note.setSingleShot(True)
        self._note.setInterval(NOTE_MS)
        self._note.timeout.connect(self.note)
        shell.entered.connect(self._entered)
        shell.left.connect(self.note)

    def begin(self) -> None:
        """Offer what did not end in order: before the window shows, so that nothing on the start page moves under the hand."""
        from filingdesk.services.recovery import rescues

        for rescue in rescues():
            card = RescueCard(rescue)
            card.wanted.connect(self._go_on)
            card.told.connect(self._show_report)
            card.gone.connect(lambda card=card: self._put_away(card))
            self._cards.append(card)
            self._shell.start.offer(card)

    def watch(self, *, catch_faults: bool = True) -> None:
        """Take up the mark of this run."""
        from filingdesk.infra.lastrun import RunMark

        self.mark = RunMark(__version__, system_clock())
        if catch_faults:
            self.mark.catch_faults()
        self.note()

    def end(self) -> None:
        """The program ends in order."""
        self._note.stop()
        if self.mark is not None:
            self.mark.end()
            self.mark = None

    # While it runs

    def _entered(self) -> None:
        desk, bench = self._shell.desk, self._shell.workbench
        if desk is None or bench is None:
            return
        bench.page_changed.connect(lambda _key: self._note.start())
        desk.field_focused.connect(lambda _key: self._note.start())
        for card in list(self._cards):
            if card.rescue.project.absolute() == desk.session.path.absolute():
                self._put_away(card)
                bench.restore(card.rescue.place)
                QTimer.singleShot(0, bench, _to_the_end)
                if not card.chosen:
                    self._tell_inside(card.rescue)
        self.note()

    def note(self) -> None:
        """Write down which project is open and where the user is."""
        if self.mark is None:
            return
        self._note.stop()
        desk, bench = self._shell.desk, self._shell.workbench
        # What is only read cannot lose anything, and whoever holds it has a mark of his own.
        if desk is None or bench is None or desk.read_only:
            self.nothing_open()
            return
        page = bench.current()
        title = page.title if page is not None else ""
        self.mark.note(str(desk.session.path), bench.place(), title, system_clock())

    def nothing_open(self) -> None:
        """What is open is stored: a run that is ended from here on leaves nothing to go back to, until the next `note`."""
        self._note.stop()
        if self.mark is not None:
            self.mark.note("", "", "", system_clock())

    # At the start

    def _go_on(self, card: RescueCard) -> None:
        card.chosen = True
        self._shell.open_project(card.rescue.project)

    def _put_away(self, card: RescueCard) -> None:
        self._cards.remove(card)
        self._shell.start.put_away(card)

    def _show_report(self, rescue: "Rescue") -> None:
        if rescue.report is not None:
            ReportDialog(rescue.report, self._shell).exec()

    def _tell_inside(self, rescue: "Rescue") -> None:
        """The project was opened in another way than by the card: say what happened above its pages."""
        bench = self._shell.workbench
        if bench is None:
            return
        bar = NoticeBar()
        bench.middle.insertWidget(0, bar)
        bar.tell(
            f"{TITLE}。{rescue_words(rescue)}",
            tone="warning",
            action="查看报告" if rescue.report is not None else "",
        )
        bar.action_clicked.connect(lambda: self._show_report(rescue))
