"""The drawing of the architecture beside its form, made away from the window."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.desk import Desk
from filingdesk.gui.jobs import Ticket
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import label
from filingdesk.services import architecture

_DOTS_PER_POINT = 3
SOON_MS = 60
"""Edits that follow so closely are drawn once."""


class _Canvas(QWidget):
    """The picture, as wide as the room but no larger than on paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.updateGeometry()
        self.update()

    def _size(self, width: int) -> QSize:
        if self.image.isNull():
            return QSize(0, 0)
        natural = round(self.image.width() / _DOTS_PER_POINT * 1.34)
        shown = min(width, natural)
        return QSize(shown, round(shown * self.image.height() / self.image.width()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._size(width).height()

    def sizeHint(self) -> QSize:
        return self._size(360)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._size(self.width())
        scale = self.devicePixelRatioF()
        wanted = QSize(round(size.width() * scale), round(size.height() * scale))
        # Shrunk in one go, a picture of many dots loses its thin lines.
        shown = self.image.scaled(
            wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(scale)
        painter.drawImage((self.width() - size.width()) // 2, 0, shown)


class Picture(Card):
    """The drawing with a line below that says of what it is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("架构图", "", parent)
        self._desk = desk
        self._ticket: Ticket | None = None
        self._drawn = ""
        self._wanted = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._draw)
        self.canvas = _Canvas()
        self.canvas.setAccessibleName("架构图")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("架构图，上下键滚动")
        area.viewport().setAutoFillBackground(False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self.waiting = label("正在画架构图…", "muted", parent=inside)
        self.waiting.hide()
        column.addWidget(self.waiting)
        column.addWidget(self.canvas)
        column.addStretch(1)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the area asks for a ground of its own, the card has one
        self.body.addWidget(area, 1)
        self.words = label("", "muted", wrap=True, parent=self)
        self.body.addWidget(self.words)
        self.setMinimumWidth(Space.XL * 10)

    def drawn(self) -> str:
        """The text of which the picture is."""
        return self._drawn

    def show_text(self, text: str, words: str) -> None:
        """Draw a description that has no errors; the picture before stays until the new one is there."""
        self.words.setText(words)
        self._wanted = text
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        if text == self._drawn:
            self._soon.stop()
        else:
            self.waiting.setVisible(not self._drawn)
            if self.isVisible():  # a page made ahead of being looked at draws nothing yet
                self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._wanted != self._drawn and self._ticket is None:
            self._soon.start()

    def _draw(self) -> None:
        text = self._wanted

        def job(cancel: Cancel, _report: Report) -> QImage:
            data = architecture.draw(text, "架构描述", ".png")
            cancel.check()
            image = QImage.fromData(data)
            return image.convertToFormat(QImage.Format.Format_RGB32)

        def done(image: QImage) -> None:
            if text != self._wanted:  # it was too late to cancel
                return
            self._ticket = None
            self._drawn = text
            self.waiting.hide()
            self.canvas.show_image(image)

        def failed(error: BaseException) -> None:
            self.waiting.hide()
            self._desk.failed.emit(error)

        self._ticket = self._desk.jobs.start(job, on_done=done, on_error=failed)

    def keep_old(self, words: str) -> None:
        """There are errors: the picture stays, and it is said why."""
        self.words.setText(words)
