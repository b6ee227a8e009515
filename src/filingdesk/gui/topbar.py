"""The top bar: project and path, when it was saved, the finder, self-check and export."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Size, Space, color, ui_font
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look
from filingdesk.services.palette import Found, Palette

Index = QModelIndex | QPersistentModelIndex
_POPUP_WIDTH, _SHOWN = 520, 12


class _FindModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: Sequence[Found] = ()

    def set_items(self, items: Sequence[Found]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.kind} {item.title} {item.where}".strip()
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, Size.ROW)
        return None


class _FindDelegate(QStyledItemDelegate):
    """A line of the finder: what kind of thing it is, its title, where it stands."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found: Found = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(rect, color("accent_soft"))
        small, body = ui_font(Size.SMALL), ui_font()
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(small)
        painter.setPen(color("secondary"))
        painter.drawText(QRect(rect.x() + Space.S, rect.y(), 40, rect.height()), flags, found.kind)
        left = rect.x() + Space.S + 44
        room = rect.right() - Space.S - left
        title = QFontMetrics(body).elidedText(found.title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(body)
        painter.setPen(color("text"))
        painter.drawText(QRect(left, rect.y(), room, rect.height()), flags, title)
        rest = room - QFontMetrics(body).horizontalAdvance(title) - Space.M
        if rest > 40:
            where = QFontMetrics(small).elidedText(found.where, Qt.TextElideMode.ElideLeft, rest)
            painter.setFont(small)
            painter.setPen(color("secondary"))
            painter.drawText(
                QRect(left, rect.y(), room, rect.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                where,
            )
        painter.restore()


class FindBox(QLineEdit):
    """The finder: type a few characters or pinyin letters, choose a page, command, paper, field, clause or text."""

    found = Signal(str)
    wanted = Signal()
    """Sent when the box gets the focus: the owner brings `palette` up to date."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "search")
        self.setPlaceholderText("查找：名称或拼音首字母")
        self.setAccessibleName("查找页面、命令、文书、字段、依据和内容")
        self.setToolTip("查找（Ctrl+K）：页面、命令、文书、字段、依据、填过的内容；可以打拼音首字母，如 zpg")
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName("查找")
        self._hint = label("Ctrl K", "muted", parent=self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.palette_ = Palette()
        self._model = _FindModel(self)
        # Not `setCompleter`: the line edit would filter by its own lights and write the title into the box.
        self._completer = completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(_SHOWN)
        popup = QListView()
        popup.setAccessibleName("查找结果")
        popup.setProperty("role", "popup")
        completer.setPopup(popup)
        popup.setItemDelegate(_FindDelegate(popup))
        popup.setMinimumWidth(_POPUP_WIDTH)
        completer.setWidget(self)
        completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]
        self.textChanged.connect(self._search)

    def results(self) -> Sequence[Found]:
        """What is offered now, the best first."""
        return self._model.items

    def search_again(self) -> None:
        """The palette knows more than before."""
        self._search(self.text())

    def _search(self, text: str) -> None:
        self._model.set_items(self.palette_.search(text))
        if self.hasFocus() and self._model.items:
            popup = self._completer.popup()
            place = QRect(self.width() - _POPUP_WIDTH, 0, _POPUP_WIDTH, self.height())
            self._completer.complete(place)
            popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        else:
            self._completer.popup().hide()

    def _activated(self, index: QModelIndex) -> None:
        found = index.data(Qt.ItemDataRole.UserRole)
        QTimer.singleShot(0, self, self.clear)
        if isinstance(found, Found):
            self.found.emit(found.address)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text():
            if self._model.items:
                popup = self._completer.popup()
                row = popup.currentIndex().row() if popup.isVisible() else 0
                popup.hide()
                self._activated(self._model.index(max(row, 0), 0))
            return
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._hint.hide()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hint.setVisible(not self.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._place_hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()

    def _place_hint(self) -> None:
        size = self._hint.sizeHint()
        self._hint.setGeometry(
            self.width() - size.width() - 10,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )


class TopBar(QFrame):
    """The bar; it tells wishes (`check_clicked`, `export_clicked`, `find`) and shows what it is told."""

    check_clicked = Signal()
    export_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topBar")
        self.setFixedHeight(Size.TOP_BAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, Space.M, 1)
        row.setSpacing(Space.S)
        self.menu_button = QToolButton()
        self.menu_button.setIcon(icon("menu"))
        self.menu_button.setIconSize(QSize(18, 18))
        self.menu_button.setToolTip("菜单(Alt+M)")
        self.menu_button.setAccessibleName("菜单")
        self.menu_button.setShortcut("Alt+M")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self.menu_button)
        self.name = ElidedLabel("", "cardTitle")
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.name)
        self.path = ElidedLabel("", "muted", mode=Qt.TextElideMode.ElideMiddle)
        self.path.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.path, 1)
        self.saved = label("", "muted")
        row.addWidget(self.saved)
        row.addStretch(1)
        self.finder = FindBox()
        self.finder.setFixedWidth(300)
        row.addWidget(self.finder)
        self.check = QPushButton("自检")
        self.check.setShortcut("Alt+C")
        self.check.setToolTip("看完整的自检报告(Alt+C)")
        self.check.setAccessibleName("自检")
        self.check.clicked.connect(self.check_clicked)
        row.addWidget(self.check)
        self.export = QPushButton("导出提交包")
        self.export.setShortcut("Alt+X")
        self.export.setToolTip("核对并导出提交包(Alt+X)")
        self.export.setAccessibleName("导出提交包")
        self.export.setProperty("role", "primary")
        self.export.clicked.connect(self.export_clicked)
        row.addWidget(self.export)

    def set_menu(self, menu: QMenu) -> None:
        """The menu behind the button at the left."""
        self.menu_button.setMenu(menu)

    def set_project(self, name: str, path: str) -> None:
        """Name and path of the open project."""
        self.name.setText(name)
        self.path.setText(path)
        self.path.setAccessibleName(f"项目文件：{path}")

    def set_saved(self, text: str, *, tone: str = "") -> None:
        """The quiet words beside the path, such as 已保存 10:42."""
        self.saved.setText(text)
        self.saved.setAccessibleName(text)
        set_look(self.saved, tone=tone)

    def set_primary(self, *, primary: bool) -> None:
        """Whether export is the one primary button; a page with its own primary takes that away."""
        set_look(self.export, role="primary" if primary else "")
