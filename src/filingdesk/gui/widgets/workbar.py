"""A bar for long work: how much is done, or that something is being done while nobody can say how much."""

from PySide6.QtWidgets import QProgressBar, QWidget

from filingdesk.gui.theme import is_still

_SCALE = 1000
"""Totals may be bytes of a large corpus; a bar counts in 32 bits."""


class WorkBar(QProgressBar):
    """Moves to and fro while the whole is not known; stands still, half full, where nothing should move by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setAccessibleName("进度")
        self.show_share(None)

    def show_share(self, share: float | None) -> None:
        """0 to 1; None while the whole is not known."""
        if share is None and not is_still():
            self.setRange(0, 0)
        else:
            self.setRange(0, _SCALE)
            self.setValue(_SCALE // 2 if share is None else int(_SCALE * min(max(share, 0.0), 1.0)))
        self.setProperty("unknown", share is None)
