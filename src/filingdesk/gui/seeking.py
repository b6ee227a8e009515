"""Joins the box at the top with the open project: what it may find, and going there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from filingdesk.gui.preferring import ADDRESS
from filingdesk.services import palette

if TYPE_CHECKING:
    from filingdesk.gui.shell import Shell


class Seeking(QObject):
    """The finder of one window."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self._finder = shell.top.finder
        self._finder.wanted.connect(self._fill)
        self._finder.found.connect(self._follow)

    def begin(self) -> None:
        """Put the cursor into the box."""
        self._finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._finder.selectAll()

    def _fill(self) -> None:
        workbench = self._shell.workbench
        if workbench is None:
            return
        self._finder.palette_.fill(workbench.findables(self._shell.actions_.named()))
        if not palette.is_warm():
            self._shell.jobs.start(
                lambda _cancel, _report: palette.warm_up(), on_done=lambda _done: self._finder.search_again()
            )

    def _follow(self, address: str) -> None:
        command = self._shell.actions_.named().get(address.removeprefix("do:"))
        if address.startswith("do:") and command is not None:
            command.trigger()
        elif address.startswith(ADDRESS):
            self._shell.preferring.open(address.removeprefix(ADDRESS))
        elif self._shell.workbench is not None:
            self._shell.workbench.follow_address(address)
