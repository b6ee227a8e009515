"""What every editor of a form row can do; it knows nothing of facts, only of a value."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from filingdesk.domain.flat import Value
from filingdesk.gui.widgets.labels import set_look


class Editor(QWidget):
    """What a form row holds. `edited` while a user types, `finished` when a value is complete (choice made, focus left)."""

    edited = Signal()
    finished = Signal()
    focused = Signal()

    stretches = False
    """Whether the editor takes the whole width of the card."""

    def value(self) -> Value:
        """What the editor holds now."""
        raise NotImplementedError

    def show_value(self, value: Value) -> None:
        """Show another value; tells nobody."""
        raise NotImplementedError

    def target(self) -> QWidget:
        """The widget that takes the focus."""
        raise NotImplementedError

    def set_label(self, text: str) -> None:
        """The name for a screen reader."""
        self.target().setAccessibleName(text)

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.target().setEnabled(not read_only)

    def set_invalid(self, invalid: bool) -> None:
        """Mark the editor as holding something that a finding speaks of."""
        set_look(self.target(), invalid="true" if invalid else "false")

    def set_usage(self, text: str) -> None:
        """The quiet words at the right, such as 用于 6 份文书."""
