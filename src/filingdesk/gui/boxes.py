"""What the window says in a box: a fault with its mend, a bug with its report, that something could not be stored."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from filingdesk import __version__
from filingdesk.domain.errors import UserError
from filingdesk.gui.statusline import NOT_AN_APPROVAL


def fault_box(error: UserError, parent: QWidget | None = None) -> QMessageBox:
    """What the user or the machine did, and what to do about it."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("没有完成")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(error.message)
    box.setInformativeText(error.hint)
    button = box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(button)
    return box


def bug_box(report: Path | None, parent: QWidget | None = None) -> QMessageBox:
    """A bug of ours: where its report lies, and that nothing saved is lost."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("程序出错")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("程序遇到了意料之外的错误。已保存的内容不受影响。")
    where = f"错误报告(不含填写内容):{report}" if report else "错误报告没能写入磁盘。"
    box.setInformativeText(f"{where}\n请把报告发给维护人员；可以继续使用，如再次出错请重新打开程序。")
    box.setDefaultButton(box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole))
    return box


def question_box(
    parent: QWidget | None, title: str, text: str, more: str, *, go: str, stay: str, harm: bool = False
) -> tuple[QMessageBox, QPushButton]:
    """Whether to go on, and the button that says so; staying is the default and what Esc means. `harm`: something is lost by it."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning if harm else QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    remain = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    on = box.addButton(go, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(remain)
    box.setEscapeButton(remain)
    return box, on


def ask(box: QMessageBox, go: QPushButton, act: Callable[[], object]) -> None:
    """Show a `question_box` without waiting; act when it is answered so."""
    box.finished.connect(lambda _code: act() if box.clickedButton() is go else None)
    box.open()


def leave_running(titles: Sequence[str], parent: QWidget | None = None) -> bool:
    """Long work runs: close all the same?"""
    box, leave = question_box(
        parent,
        "还有工作在做",
        f"“{titles[0]}”{f'等 {len(titles)} 件工作' if len(titles) > 1 else ''}还没有做完。",
        "关闭项目会停下它，不会留下半份文件；填写的内容都已经保存。",
        go="停下并关闭",
        stay="等它做完",
    )
    box.exec()
    return box.clickedButton() is leave


def leave_unsaved(parent: QWidget | None = None) -> bool:
    """Something could not be stored: leave all the same?"""
    box, leave = question_box(
        parent,
        "还有内容没能保存",
        "有字段的内容没能写进项目文件。",
        "可以先留下，处理好磁盘或文件的问题后再关闭；也可以放弃这些内容。",
        go="放弃并关闭",
        stay="留下继续",
        harm=True,
    )
    box.exec()
    return box.clickedButton() is leave


def about(parent: QWidget, title: str) -> None:
    """What the program is."""
    QMessageBox.about(
        parent,
        f"关于{title}",
        f"filingdesk {__version__}\n\n算法备案与大模型备案的本地工作台。所有内容都保存在本机的项目文件里。\n{NOT_AN_APPROVAL}。",
    )
