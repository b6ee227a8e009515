"""When the project file takes nothing any more: told once with what can be done, kept in sight, nothing typed is lost."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox

from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report
from filingdesk.gui.boxes import fault_box, question_box
from filingdesk.gui.jobtray_board import Naming, Result
from filingdesk.gui.saving import SAVED
from filingdesk.gui.telling import PROJECT_FILTER

if TYPE_CHECKING:  # the window is painted before what a project needs is read
    from filingdesk.domain.flat import Value
    from filingdesk.gui.shell import Shell
    from filingdesk.gui.workbench import Workbench

GONE = "project.gone"
SAVING = frozenset(
    {GONE, "project.disk_full", "project.io", "project.read_only", "project.busy", "disk.full"}
)
"""Faults after which what was typed is not in the file."""
TRY_AGAIN = "再试一次"
COPY, REOPEN, LATER, CLOSE, STAY = "另存一份…", "重新打开", "稍后再说", "直接关闭", "先不关闭"
ABOUT_TO_LOSE = "如果它只是被移走或改名，已保存的内容在新的位置；如果被删除，关闭后就找不回来了。稳妥的做法是现在另存一份。"


def unsaved(workbench: "Workbench") -> "dict[str, Value]":
    """What stands in fields and is not in the file, by storage key."""
    from filingdesk.gui.forms.rows import FieldRow

    return {row.key: row.editor.value() for row in workbench.findChildren(FieldRow) if row.unsaved()}


def let_go(workbench: "Workbench") -> None:
    """The project is being closed: fields that lose the cursor meanwhile do not try to store again."""
    from filingdesk.gui.forms.rows import FieldRow

    for row in workbench.findChildren(FieldRow):
        row.let_go()


class StoreTrouble(QObject):
    """Trouble of one window with the file of its project."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self._told = ""
        self._carried: tuple[dict[str, Value], str, str] | None = None
        shell.entered.connect(self._entered)

    def _entered(self) -> None:
        desk, workbench = self._shell.desk, self._shell.workbench
        if desk is None or workbench is None:
            return
        self._told = ""
        workbench.lock_notice.action_clicked.connect(self._act)
        if desk.read_only and desk.session.locked_by is not None:
            text = workbench.lock_notice.text()
            workbench.lock_notice.tell(text, tone="warning", action=TRY_AGAIN, closable=False)
        desk.saved.connect(self._saved)
        if self._carried is not None:
            (values, place, words), self._carried = self._carried, None
            kept = sum(desk.commit(key, value) for key, value in values.items())
            workbench.restore(place)
            if words == TRY_AGAIN:
                still = desk.read_only
                desk.tell(
                    "对方还没有关闭，仍然只能查看。" if still else "现在可以修改了。", "" if still else "done"
                )
            else:
                desk.tell(f"{words}{f'刚才没存进去的 {kept} 处填写已放回。' if values else ''}", "done")

    def _act(self) -> None:
        desk = self._shell.desk
        if desk is not None and desk.read_only:
            self.go_over(desk.session.path, TRY_AGAIN)
        else:
            self.ask_for_copy()

    def _saved(self, words: str) -> None:
        workbench = self._shell.workbench
        if self._told and words.startswith(SAVED) and workbench is not None:
            self._told = ""
            workbench.lock_notice.hide()

    def tell(self, error: UserError) -> bool:
        """Take a fault of the file; False when it is none. While it lasts every pause in typing meets it again: it is in sight
        then, not in the way."""
        desk, workbench = self._shell.desk, self._shell.workbench
        if error.code not in SAVING or desk is None or workbench is None or desk.read_only:
            return False
        again = error.code == self._told and bool(unsaved(workbench))
        if not (
            error.code == "disk.full" and not unsaved(workbench)
        ):  # another file than the project may not fit
            self._told = error.code
            workbench.lock_notice.tell(
                f"{error.message}填在字段里的内容还留着。", tone="blocker", action=COPY, closable=False
            )
        if not again:
            self._ask(error)
        return True

    def _ask(self, error: UserError) -> None:
        desk = self._shell.desk
        box = fault_box(error, self._shell)
        if desk is None or error.code == "disk.full":
            box.exec()
            return
        for button in box.buttons():
            box.removeButton(button)
        there = error.code == GONE and desk.session.path.is_file()
        later = box.addButton(LATER, QMessageBox.ButtonRole.RejectRole)
        again = box.addButton(REOPEN, QMessageBox.ButtonRole.AcceptRole) if there else None
        copy = box.addButton(COPY, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(again or copy)
        box.setEscapeButton(later)
        box.exec()
        if box.clickedButton() is copy:
            self.ask_for_copy()
        elif again is not None and box.clickedButton() is again:
            # Not from here: whoever met the fault still holds the project.
            path = desk.session.path
            QTimer.singleShot(0, self, lambda: self.go_over(path, "已重新打开项目。"))

    # Elsewhere

    def ask_for_copy(self) -> None:
        """Ask for a place and save the project there."""
        desk = self._shell.desk
        if desk is None:
            return
        proposed = Path.home() / f"{desk.session.path.stem}-另存{desk.session.path.suffix}"
        name, _filter = QFileDialog.getSaveFileName(
            self._shell, "把项目另存到", str(proposed), PROJECT_FILTER
        )
        if name:
            self.copy_to(Path(name))

    def copy_to(self, target: Path) -> None:
        """Save the project to another place and go on there, with what was typed."""
        from filingdesk.services.workspace import with_suffix

        desk = self._shell.desk
        if desk is None:
            return
        file, path = desk.session.file, with_suffix(target)

        def job(_cancel: Cancel, _report: Report) -> None:
            file.save_copy(path)

        desk.jobs.start(
            job,
            on_done=lambda _done: self.go_over(path, f"项目已另存为“{path}”，现在打开的就是它。"),
            on_error=self._copy_failed,
            named=Naming("正在另存项目", result=lambda _done: Result("已另存", path)),
        )

    def _copy_failed(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            fault_box(error, self._shell).exec()
        else:
            self._shell.tell_error(error)

    def go_over(self, path: Path, words: str) -> None:
        """Open another file in the place of the one that takes nothing, and put back what it did not take."""
        workbench = self._shell.workbench
        if workbench is None:
            return
        self._carried = (unsaved(workbench), workbench.place(), words)
        self._shell.close_project(ask=False)
        if not self._shell.open_project(path):
            self._carried = None

    # Before closing

    def may_close(self) -> bool:
        """Whether the project may be closed: where its file is gone, what is in memory may be all there is."""
        desk = self._shell.desk
        if desk is None or desk.read_only or desk.session.file.is_there():
            return True
        path = desk.session.path
        text = f"项目文件“{path.name}”已经不在“{path.parent}”。"
        box, leave = question_box(
            self._shell, "项目文件不在了", text, ABOUT_TO_LOSE, go=CLOSE, stay=STAY, harm=True
        )
        copy = box.addButton(COPY, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(copy)
        box.exec()
        if box.clickedButton() is copy:
            self.ask_for_copy()
        return box.clickedButton() is leave
