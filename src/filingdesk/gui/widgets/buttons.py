"""A button with words that does one thing."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def button(
    text: str, act: Callable[[], object], *, tip: str = "", name: str = "", role: str = ""
) -> QPushButton:
    """`name` is what a screen reader says, where the words alone do not tell; `role` is `primary`, `link` or blank."""
    made = QPushButton(text)
    made.setAccessibleName(name or text)
    made.setToolTip(tip)
    if role:
        made.setProperty("role", role)
    made.clicked.connect(lambda _checked=False: act())
    return made
