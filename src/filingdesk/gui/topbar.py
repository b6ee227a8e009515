"""The top bar: project and path, when it was saved, the finder, self-check and export."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from filingdesk.gui.icons import icon
from filingdesk.gui.theme import Size, Space
from filingdesk.gui.widgets.labels import ElidedLabel, label, set_look

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Findable:
    """Something the finder leads to: its title, where it stands, and an address (`page:KEY`, `field:PATH`, `paper:ID`)."""

    title: str
    where: str
    address: str


class _FindModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: Sequence[Findable] = ()

    def set_items(self, items: Sequence[Findable]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return f"{item.title}   ·   {item.where}" if item.where else item.title
        if role == Qt.ItemDataRole.UserRole:
            return item.address
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, Size.ROW)
        return None


class FindBox(QLineEdit):
    """The finder: type a few characters, choose a field, a page or a paper."""

    found = Signal(str)
    wanted = Signal()
    """Sent when the box gets the focus: the owner brings the list up to date."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "search")
        self.setPlaceholderText("查找字段、文书、页面")
        self.setAccessibleName("查找字段、文书、页面")
        self.setToolTip("查找（Ctrl+K）")
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName("查找")
        self._hint = label("Ctrl K", "muted", parent=self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._model = _FindModel(self)
        completer = QCompleter(self._model, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(10)
        popup = QListView()
        popup.setAccessibleName("查找结果")
        popup.setProperty("role", "popup")
        completer.setPopup(popup)
        popup.setMinimumWidth(360)
        completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]
        self.setCompleter(completer)

    def set_items(self, items: Sequence[Findable]) -> None:
        """What can be found."""
        self._model.set_items(items)

    def _activated(self, index: QModelIndex) -> None:
        address = index.data(Qt.ItemDataRole.UserRole)
        QTimer.singleShot(0, self.clear)  # the completer writes its own text after this signal
        if address:
            self.found.emit(str(address))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        completer = self.completer()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text():
            completer.setCompletionPrefix(self.text())
            if completer.completionCount():
                first = completer.completionModel().index(0, 0)
                completer.popup().hide()
                self._activated(first)
                return
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._hint.hide()
        self.wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hint.setVisible(not self.text())

    def resizeEvent(self, event: QEvent) -> None:
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
