"""Remembers how the window stood: size, place, which panes are wanted."""

from contextlib import suppress

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from filingdesk.domain.errors import UserError
from filingdesk.gui.actions import Actions
from filingdesk.infra import settings as user_settings


def restore_window(window: QMainWindow, actions: Actions) -> None:
    """Put the window where it was; Qt moves it back onto a screen that is still there."""
    kept = user_settings.load().settings.window
    if "geometry" in kept:
        window.restoreGeometry(QByteArray.fromBase64(kept["geometry"].encode("ascii", "ignore")))
    actions.show_help.setChecked(kept.get("help", "1") == "1")
    actions.show_preview.setChecked(kept.get("preview", "0") == "1")
    actions.show_problems.setChecked(kept.get("problems", "1") == "1")


def keep_window(window: QMainWindow, actions: Actions) -> None:
    """Note how the window stands; a settings folder that cannot be written must not hinder closing."""
    state = {
        "geometry": bytes(window.saveGeometry().toBase64().data()).decode("ascii"),
        "help": "1" if actions.show_help.isChecked() else "0",
        "preview": "1" if actions.show_preview.isChecked() else "0",
        "problems": "1" if actions.show_problems.isChecked() else "0",
    }
    with suppress(UserError):
        user_settings.save(user_settings.load().settings.with_window(**state))


def remember(**state: str) -> None:
    """Note one thing at once; a settings folder that cannot be written must not hinder the work."""
    with suppress(UserError):
        user_settings.save(user_settings.load().settings.with_window(**state))
