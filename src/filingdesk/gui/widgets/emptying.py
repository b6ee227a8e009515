"""Takes what a layout holds out of it."""

from PySide6.QtWidgets import QLayout


def empty(layout: QLayout) -> None:
    """Every widget leaves at once and is deleted when nothing uses it any more; stretches and spaces go as well."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()  # until it is deleted it would be seen where it stood
            widget.deleteLater()
