"""The button beside a field that asks for a person or a company: who was entered before, in this project or the company profile."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.icons import icon
from filingdesk.gui.profilekeeper import keeper
from filingdesk.services import picking
from filingdesk.services.picking import Person


class PickButton(QToolButton):
    """Offers who is known; Alt+↓ in the line does the same."""

    def __init__(self, desk: Desk, key: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self.setIcon(icon("person" if picking.asks_person(key) else "book"))
        self.setIconSize(QSize(16, 16))
        what = "人员" if picking.asks_person(key) else "单位"
        self.setToolTip(f"从填过的{what}和单位档案里选（Alt+↓）")
        self.setAccessibleName(f"{label}：选择{what}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(lambda _checked=False: self.offer())

    def people(self) -> list[Person]:
        """Who can be chosen: everybody but the one who stands here."""
        profile = keeper(self._desk).profile
        sources = [(self._desk.facts, "")]
        if profile is not None:
            sources.append((profile.facts, "单位档案："))
        return [person for person in picking.people(sources) if person.name != self._desk.value(self._key)]

    def companies(self) -> list[str]:
        """Which companies can be chosen."""
        profile = keeper(self._desk).profile
        sources = [self._desk.facts, *([profile.facts] if profile is not None else [])]
        return [name for name in picking.companies(sources) if name != self._desk.value(self._key)]

    def menu_of(self) -> QMenu:
        """What is offered."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if picking.asks_person(self._key):
            for person in self.people():
                action = menu.addAction(person.words)
                action.triggered.connect(lambda _checked=False, person=person: self.take_person(person))
        else:
            for name in self.companies():
                action = menu.addAction(name)
                action.triggered.connect(lambda _checked=False, name=name: self._desk.commit(self._key, name))
        if menu.isEmpty():
            menu.addAction("还没有填过；填过的会出现在这里").setEnabled(False)
        return menu

    def offer(self) -> None:
        """Show what is offered, under the button."""
        self.menu_of().popup(self.mapToGlobal(QPoint(0, self.height())))

    def take_person(self, person: Person) -> None:
        """Fill the person in and say what came along."""
        session = self._desk.session
        path = session.human_path(self._key)
        done = self._desk.attempt(lambda: picking.pick(session, path, person))
        if done is None or done.changes is None:
            return
        more = f"{'、'.join(done.left)}没有记录，仍是原来的，请核对。" if done.left else ""
        text = f"已填入{person.name}的{'、'.join(done.filled)}。{more}"
        self._desk.told.emit(text, "warning" if more else "accent", "undo")
