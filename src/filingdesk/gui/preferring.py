"""Joins the preferences with the window: opens them, lets a choice hold at once, keeps the menu in step."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from filingdesk.domain.errors import UserError
from filingdesk.gui.wearing import ask_system, wear, wear_motion
from filingdesk.infra import settings as user_settings
from filingdesk.infra.preferences import BY_KEY, MOTION, TEXT, THEME

if TYPE_CHECKING:
    from filingdesk.gui.preferences import PreferencesDialog
    from filingdesk.gui.shell import Shell

ADDRESS = "pref:"


class Preferring(QObject):
    """The preferences of one window."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self._dialog: PreferencesDialog | None = None
        actions = shell.actions_
        actions.connect_all(
            {
                "preferences": self.open,
                "look_system": lambda: self.choose(THEME, "system"),
                "look_light": lambda: self.choose(THEME, "light"),
                "look_dark": lambda: self.choose(THEME, "dark"),
                "text_larger": lambda: self.step_text(1),
                "text_smaller": lambda: self.step_text(-1),
                "text_normal": lambda: self.choose(TEXT, BY_KEY[TEXT].default),
            }
        )
        actions.set_look(user_settings.preference(THEME))
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._follow_system())

    def ask_system(self) -> None:
        """Once the window is there: does the system want less movement?"""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            ask_system(app, self._shell.jobs)

    def open(self, key: str = "") -> None:
        """Show the preferences, at one of them when named."""
        if self._dialog is None:
            from filingdesk.gui.preferences import PreferencesDialog

            self._dialog = PreferencesDialog(self._shell.jobs, self._shell.tell_error, self._shell)
            self._dialog.changed.connect(self.hold)
            self._dialog.forgotten.connect(self._shell.show_recent)
        self._dialog.open_at(key)

    def choose(self, key: str, value: str) -> None:
        """Keep a choice made in the menu; one that cannot be kept still holds in this run of the look."""
        try:
            user_settings.choose(key, value)
        except UserError as error:
            self._shell.tell_error(error)
        self.hold(key)

    def step_text(self, by: int) -> None:
        """The next larger or smaller size of text."""
        sizes = [choice.value for choice in BY_KEY[TEXT].choices]
        place = sizes.index(user_settings.preference(TEXT)) + by
        self.choose(TEXT, sizes[min(max(place, 0), len(sizes) - 1)])

    def hold(self, key: str) -> None:
        """Let a choice hold now; what is read when it is needed holds by itself."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        if key in (THEME, TEXT):
            wear(app)
            self._shell.actions_.set_look(user_settings.preference(THEME))
        elif key == MOTION:
            wear_motion(app)

    def _follow_system(self) -> None:
        if user_settings.preference(THEME) == "system":
            self.hold(THEME)
