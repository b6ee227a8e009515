"""Where the cursor goes when a part of the window is entered by key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def first_stops(part: QWidget) -> list[QWidget]:
    """What Tab meets in a part of the window, the first one first."""
    found: list[QWidget] = []
    at: QWidget | None = part.nextInFocusChain()
    while at is not None and at is not part:
        if part.isAncestorOf(at) and at.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
            if at.isVisible() and at.isEnabled():
                return [at]
            found.append(at)
        at = at.nextInFocusChain()
    return found
