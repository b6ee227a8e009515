"""Cards, hairlines, empty states and the notice bar."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from filingdesk.gui.icons import icon, paint_icon
from filingdesk.gui.theme import Space, colors
from filingdesk.gui.widgets.labels import Prose, label, set_look


class Card(QFrame):
    """A white surface with an optional title line; put content into `body`, extras of the title line into `head`."""

    def __init__(self, title: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        outer.setSpacing(Space.S)
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.XS)
        # With a parent from the start: a label that is shown without one becomes a window for a moment.
        self.title_label = label(title, "cardTitle", parent=self)
        self.hint_label = label(hint, "muted", parent=self)
        self.title_label.setVisible(bool(title))
        self.hint_label.setVisible(bool(hint))
        if title:
            self.head.addWidget(self.title_label)
            self.head.addWidget(self.hint_label)
            self.head.addStretch(1)
            outer.addLayout(self.head)
            self.setAccessibleName(title)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.XS)
        outer.addLayout(self.body, 1)

    def set_hint(self, text: str) -> None:
        """The quiet words behind the title."""
        self.hint_label.setText(text)
        self.hint_label.setVisible(bool(text))


def hairline(parent: QWidget | None = None) -> QFrame:
    """A line of one pixel between rows."""
    line = QFrame(parent)
    line.setProperty("role", "rowLine")
    line.setFixedHeight(1)
    return line


class IconPicture(QWidget):
    """An icon as a quiet picture."""

    def __init__(self, name: str, size: int = 36, tone: str = "faint", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self.setFixedSize(QSize(size, size))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), QRectF(self.rect()), self._name, getattr(colors(), self._tone))


class EmptyState(QWidget):
    """What a page says when there is nothing yet: picture, one sentence, and at most one thing to do."""

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        picture: str = "inbox",
        action: str = "",
        on_action: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.XL, Space.L, Space.XL)
        column.setSpacing(Space.XS)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(IconPicture(picture), 0, centre)
        column.addSpacing(Space.XXS)
        column.addWidget(label(title, "section"), 0, centre)
        if text:
            words = label(text, "small", wrap=True)
            words.setAlignment(centre)
            words.setMaximumWidth(420)
            words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(words, 4)
            row.addStretch(1)
            column.addLayout(row)
        self.button: QPushButton | None = None
        if action:
            self.button = QPushButton(action)
            self.button.setAccessibleName(action)
            if on_action is not None:
                self.button.clicked.connect(lambda: on_action())
            column.addSpacing(Space.XS)
            column.addWidget(self.button, 0, centre)
        column.addStretch(1)


class NoticeBar(QFrame):
    """A sentence across the top of the content, with at most one action; it stays until it is closed or replaced."""

    action_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.XXS, Space.S, Space.XXS)
        self._text = Prose()
        self._action = QPushButton()
        self._action.setProperty("role", "link")
        self._action.clicked.connect(self.action_clicked)
        self._close = QToolButton()
        self._close.setIcon(icon("close"))
        self._close.setToolTip("关闭")
        self._close.setAccessibleName("关闭提示")
        self._close.clicked.connect(self.hide)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.hide()

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.accessibleName()

    def drop_action(self) -> None:
        """The sentence stays; there is nothing more to do about it."""
        self._action.hide()

    def tell(self, text: str, *, tone: str = "accent", action: str = "", closable: bool = True) -> None:
        """Show a sentence in a tone (`accent`, `done`, `warning`, `blocker`)."""
        self._text.set_prose(text)
        self.setAccessibleName(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._close.setVisible(closable)
        set_look(self, tone=tone)
        self.show()
