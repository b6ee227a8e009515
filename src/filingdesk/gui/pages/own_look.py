"""本单位格式: a Word file of the company is looked at, shown with what is taken of it and what is not, and worn by every paper."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from filingdesk.documents.look import NOT_IN_PDF, Look
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobtray_board import Result
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, NoticeBar
from filingdesk.gui.widgets.dropzone import DropZone
from filingdesk.gui.widgets.emptying import empty
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.infra.files import atomic_write
from filingdesk.services import looks

_PICTURE_WIDTH = 380
_KINDS = "Word 文档 (*.docx)"


@dataclass(frozen=True)
class Shown:
    """A look with its bytes and the picture of its example; `kept`: papers wear it already."""

    name: str
    data: bytes
    look: Look
    picture: bytes
    kept: bool


class Sheet(QWidget):
    """The picture of a page, sharp at any scale of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("示例页的样子")

    def show_picture(self, data: bytes) -> None:
        """Another picture; none for blank bytes."""
        self._pixmap = QPixmap()
        self._pixmap.loadFromData(data)
        self.setVisible(not self._pixmap.isNull())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._pixmap.isNull():
            return QSize(0, 0)
        return QSize(_PICTURE_WIDTH, round(_PICTURE_WIDTH * self._pixmap.height() / self._pixmap.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._pixmap)
        painter.setPen(Qt.GlobalColor.lightGray)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class Facts(QWidget):
    """Lines of what and how."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XXS)
        self._grid.setColumnStretch(1, 1)

    def show_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Other lines."""
        empty(self._grid)
        for row, (what, how) in enumerate(lines):
            name = label(what, "secondary", wrap=True, parent=self)
            name.setFixedWidth(120)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Prose(how, parent=self), row, 1)


class OwnLookPage(ScrollPage):
    """The page 本单位格式."""

    key = "own-look"
    title = "本单位格式"
    shows_problems = False
    has_primary = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            self.title,
            "选一份本单位平时用的 Word 文件，全部文书采用它的字体、字号、行距、页边距、页眉、页脚和图标；内容不变，可以撤销。",
            parent,
        )
        self._shown: Shown | None = None
        self._read_only = desk.read_only
        self._known: looks.KeptLook | None = None
        self._asked = False
        self.strip = WorkStrip(desk)
        self.strip.busy_changed.connect(lambda _busy: self._enable())
        self.column.addWidget(self.strip)
        self.notice = NoticeBar()
        self.column.addWidget(self.notice)
        self.zone = DropZone("把 Word 文件（.docx）拖到这里，先看样子，再决定用不用")
        self.zone.dropped.connect(lambda paths: self.look_at(paths[0]))
        self.choose = self.zone.add_button("选择文件…")
        self.choose.clicked.connect(lambda: self._ask_file())
        self.column.addWidget(self.zone)
        self.column.addWidget(self._make_card())
        self.column.addStretch(1)

    def _make_card(self) -> QWidget:
        self.card = Card("现在的格式")
        self.state = Prose("", "secondary")
        self.card.body.addWidget(self.state)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self.take = QPushButton("采用这个格式")
        self.take.setProperty("role", "primary")
        self.keep_example = QPushButton("另存 Word 示例…")
        self.drop = QPushButton("不用了")
        self.clear = QPushButton("恢复自带格式")
        for button, act in (
            (self.take, self._take),
            (self.keep_example, self._ask_example),
            (self.drop, self._drop),
            (self.clear, self._clear),
        ):
            button.setAccessibleName(button.text())
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
        row.addStretch(1)
        self.card.body.addLayout(row)
        self.parts = QWidget()
        halves = QHBoxLayout(self.parts)
        halves.setContentsMargins(0, Space.S, 0, 0)
        halves.setSpacing(Space.L)
        words = QVBoxLayout()
        words.setSpacing(Space.S)
        words.addWidget(label("取用的", "section"))
        self.taken = Facts()
        words.addWidget(self.taken)
        words.addWidget(label("没有取的，以及为什么", "section"))
        self.left_out = Facts()
        words.addWidget(self.left_out)
        words.addStretch(1)
        halves.addLayout(words, 1)
        side = QVBoxLayout()
        self.sheet = Sheet()
        side.addWidget(self.sheet)
        note = Prose(f"上图是 PDF 的样子。{NOT_IN_PDF}", "small")
        note.setFixedWidth(_PICTURE_WIDTH)
        side.addWidget(note)
        side.addStretch(1)
        halves.addLayout(side)
        self.card.body.addWidget(self.parts)
        return self.card

    # Showing

    def build(self) -> None:
        self.refresh(None)

    def refresh(self, keys: frozenset[str] | None) -> None:
        known = looks.kept(self.desk.session)
        if known != self._known or not self._asked:
            self._asked, self._known = True, known
            self.notice.hide()
            self._show(None)
            if known is not None:
                self._read_kept()
        self._enable()

    def _read_kept(self) -> None:
        session = self.desk.session

        def job(cancel: Cancel, _report: Report) -> Shown | None:
            known, look = looks.kept(session), looks.of_project(session)
            data = session.attachment(known.reference) if known else None
            if known is None or look is None or data is None:
                return None
            return Shown(known.file, data, look, looks.picture(data, known.file, cancel), True)

        def done(shown: Shown | None) -> None:
            if shown is not None and looks.kept(self.desk.session) == self._known:
                self._show(shown)

        self.desk.jobs.start(job, on_done=done, on_error=self.desk.failed.emit)

    def _show(self, shown: Shown | None) -> None:
        self._shown = shown
        if shown is None:
            self.card.title_label.setText("现在的格式")
            self.state.set_prose(
                f"正在读取“{self._known.file}”…"
                if self._known is not None
                else "自带格式：公文版式（GB/T 9704 的尺寸）、报告版式和表格版式。\n"
                "文件里的正文只用来看格式，不会进入文书；页眉里写 {{ 文书名称 }}，会换成每份文书的标题。"
            )
        else:
            self.card.title_label.setText("现在的格式" if shown.kept else "先看样子")
            self.state.set_prose(
                f"全部文书采用“{shown.name}”的格式，草稿和提交包都是。"
                if shown.kept
                else f"“{shown.name}”还没有采用。内容、编号、目录、勾选框和签署处都不变，只换样子。"
            )
            self.taken.show_lines(shown.look.taken)
            self.left_out.show_lines(shown.look.left_out)
            self.sheet.show_picture(shown.picture)
        self.parts.setVisible(shown is not None)
        self._enable()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def _enable(self) -> None:
        shown, free = self._shown, not self._read_only and not self.strip.busy
        trying = shown is not None and not shown.kept
        self.take.setVisible(trying)
        self.drop.setVisible(trying)
        self.keep_example.setVisible(shown is not None)
        self.clear.setVisible(not trying and self._known is not None)
        self.take.setEnabled(free)
        self.clear.setEnabled(free)
        self.zone.setEnabled(not self.strip.busy)

    # Choosing

    def _ask_file(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, "选择本单位的 Word 文件", self.desk.folder(), _KINDS
        )
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Show the look of a file without putting it on."""
        self.notice.hide()

        def job(cancel: Cancel, _report: Report) -> Shown:
            data, look = looks.look_at(path, cancel)
            looks.require_something(look)
            return Shown(path.name, data, look, looks.picture(data, path.name, cancel), False)

        self.strip.run(f"正在读取“{path.name}”", job, self._show, again=lambda: self.look_at(path))

    def _take(self) -> None:
        shown, session = self._shown, self.desk.session
        if shown is None:
            return

        def done(stored: dict[str, str]) -> None:
            try:
                looks.wear(session, shown.name, stored)
            except UserError as error:
                self.desk.failed.emit(error)
                return
            self._known = looks.kept(session)
            self._show(Shown(shown.name, shown.data, shown.look, shown.picture, True))
            self.notice.tell(f"已采用“{shown.name}”的格式。", tone="done")

        self.strip.run("正在放入项目", lambda _c, _r: looks.store(session, shown.name, shown.data), done)

    def _drop(self) -> None:
        self._asked = False
        self.refresh(None)

    def _clear(self) -> None:
        if self.desk.attempt(lambda: looks.clear(self.desk.session)) is not None:
            self.desk.told.emit("已恢复自带格式。", "accent", "undo")

    def _ask_example(self) -> None:
        proposed = str(Path(self.desk.folder()) / "格式示例.docx")
        name, _filter = QFileDialog.getSaveFileName(self, "保存 Word 示例", proposed, _KINDS)
        if name:
            self.save_example(Path(name))

    def save_example(self, path: Path) -> None:
        """Write the example in this look, to be opened in Word."""
        shown = self._shown
        if shown is None:
            return

        def job(_cancel: Cancel, _report: Report) -> None:
            atomic_write(path, looks.example(shown.look))

        self.strip.run(
            "正在生成示例",
            job,
            lambda _done: self.notice.tell(f"示例已写入 {path}。", tone="done"),
            again=lambda: self.save_example(path),
            result=lambda _done: Result(f"已写入 {path.name}", path),
        )
