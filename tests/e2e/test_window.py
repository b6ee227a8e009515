"""One real filing in the real window under an X server: create, type, mend, import, try, export, close, reopen.

`FILINGDESK_SHOTS=FOLDER` keeps a picture of every station there.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from e2e.hands import LONG
from filingdesk.gui import theme
from filingdesk.gui.forms.choices import ChipEditor
from filingdesk.gui.forms.lines import LineEditor
from filingdesk.gui.forms.rows import FieldRow
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.pages.import_dialog import ImportDialog
from filingdesk.gui.pages.keywords import KeywordsPage
from filingdesk.gui.pages.papers import PapersPage
from filingdesk.gui.shell import Shell
from filingdesk.services import bundling
from gui.ime import write

pytestmark = pytest.mark.xvfb


@pytest.fixture
def picture(shell: Shell, app: QApplication) -> Callable[[str], None]:
    """Keeps a picture of the window when a folder for it is named."""
    folder = os.environ.get("FILINGDESK_SHOTS")

    def take(name: str) -> None:
        app.processEvents()
        image = shell.grab()
        assert not image.isNull()
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            assert image.save(str(Path(folder, f"{name}.png")))

    return take


def answer_file_dialog(app: QApplication, path: Path) -> None:
    """Type a path into the next file dialog and confirm it, as a user would."""

    def look() -> None:
        dialog = app.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, look)
            return
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        name.setText(str(path))
        dialog.accept()

    QTimer.singleShot(0, look)


def press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def fill(shell: Shell, qtbot: QtBot, path: str, text: str) -> FieldRow:
    """Go to a field, type, leave it with Tab."""
    assert shell.desk is not None
    assert shell.workbench is not None
    shell.desk.go_to(path)
    page = shell.workbench.current()
    assert isinstance(page, FormPage)
    row = page.row(path)
    assert row is not None
    assert isinstance(row.editor, LineEditor)
    line = row.editor.line
    qtbot.waitUntil(line.hasFocus, timeout=LONG)
    line.selectAll()
    write(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: shell.desk is not None and shell.desk.lookup(path) == text, timeout=LONG)
    return row


def wait_for_report(shell: Shell, qtbot: QtBot) -> None:
    desk = shell.desk
    assert desk is not None
    qtbot.waitUntil(
        lambda: desk.report is not None and desk.report.revision == desk.session.revision, timeout=LONG
    )


def blockers(shell: Shell) -> int:
    assert shell.desk is not None
    assert shell.desk.report is not None
    return shell.desk.report.count("blocker")


def test_a_filing_is_begun_filled_in_and_found_again(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    picture("01-start")
    project = tmp_path / "示例备案.fdproj"
    answer_file_dialog(app, project)
    press(qtbot, shell.start.new_button)
    qtbot.waitUntil(lambda: shell.desk is not None, timeout=LONG)
    assert project.is_file()
    assert str(project) in shell.windowTitle()
    wait_for_report(shell, qtbot)
    before = blockers(shell)
    picture("02-new")

    code = fill(shell, qtbot, "subject.credit_code", "91330108MA2CEXAMP0")
    assert code.error(), "a wrong check digit is said in place"
    fill(shell, qtbot, "subject.name", "示例智联科技（杭州）有限公司")
    fill(shell, qtbot, "subject.province", "浙江省")
    fill(shell, qtbot, "subject.city", "杭州市")
    fill(shell, qtbot, "algorithm.name", "示例智联客服对话生成算法")
    wait_for_report(shell, qtbot)
    assert blockers(shell) <= before - 4, "problems shrink while the form is filled"
    assert shell.workbench is not None
    page = shell.workbench.current()
    assert isinstance(page, FormPage)
    types = page.row("algorithm.types")
    assert types is not None
    assert isinstance(types.editor, ChipEditor)
    deep = page.row("algorithm.deep_synthesis")
    assert deep is not None
    assert deep.isHidden()
    press(qtbot, types.editor.group.chips()[0])
    qtbot.waitUntil(lambda: not deep.isHidden(), timeout=LONG)
    wait_for_report(shell, qtbot)
    qtbot.waitUntil(lambda: shell.top.saved.text().startswith("已保存"))
    picture("03-form")

    now = blockers(shell)
    shell.actions_.undo.trigger()
    qtbot.waitUntil(deep.isHidden, timeout=LONG)
    shell.actions_.redo.trigger()
    qtbot.waitUntil(lambda: not deep.isHidden(), timeout=LONG)
    wait_for_report(shell, qtbot)
    assert blockers(shell) == now

    words = tmp_path / "词表.csv"
    words.write_text("关键词,风险\n代开发票,A.3.e\n信用卡套现,A.3.e\n没有风险的词,\n", encoding="gb18030")
    shell.workbench.show_page("keywords")
    keywords = shell.workbench.current()
    assert isinstance(keywords, KeywordsPage)
    answer_file_dialog(app, words)
    press(qtbot, keywords.import_button)

    def import_dialog() -> ImportDialog | None:
        dialog = app.activeModalWidget()
        return dialog if isinstance(dialog, ImportDialog) else None

    qtbot.waitUntil(lambda: import_dialog() is not None, timeout=LONG)
    dialog = import_dialog()
    assert dialog is not None
    assert dialog.result() != QDialog.DialogCode.Accepted
    press(qtbot, dialog.ok)
    desk = shell.desk
    assert desk is not None
    qtbot.waitUntil(lambda: desk.session.snapshot().keywords.total > 0, timeout=LONG)
    qtbot.waitUntil(lambda: keywords.try_card.finder.is_ready, timeout=LONG)
    write(keywords.try_card.box, "专业代*开*发*票，支持信用卡套现")
    qtbot.waitUntil(lambda: len(keywords.try_card.hits) >= 2, timeout=LONG)
    assert {hit.keyword for hit in keywords.try_card.hits} == {"代开发票", "信用卡套现"}
    picture("04-keywords")
    shell.activateWindow()  # without a window manager nobody gives the focus back after a dialog
    qtbot.waitUntil(shell.isActiveWindow, timeout=LONG)

    shell.desk.go_to("subject.icp_number")
    shell.close_project()
    assert not project.with_name(project.name + "-wal").exists(), "one plain file is left"
    assert shell.open_project(project)
    assert shell.desk is not None
    assert shell.desk.facts.subject.name == "示例智联科技（杭州）有限公司"
    page = shell.workbench.current()
    assert isinstance(page, FormPage)
    row = page.row("subject.icp_number")
    assert row is not None
    qtbot.waitUntil(lambda: row.editor.target().hasFocus(), timeout=LONG)
    picture("05-reopened")


def test_the_sample_is_opened_shown_and_exported(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    press(qtbot, shell.start.sample_button)
    qtbot.waitUntil(lambda: shell.desk is not None, timeout=LONG)
    desk = shell.desk
    assert desk is not None
    assert shell.workbench is not None
    wait_for_report(shell, qtbot)
    assert blockers(shell) == 0
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=LONG)
    picture("06-overview")
    desk.go_to("algorithm.products[0].functions[0].description")
    picture("07-products")
    shell.workbench.show_page("check")
    picture("08-check")
    shell.workbench.go("papers", f"paper:{desk.papers.statuses[0].id}")
    assert isinstance(shell.workbench.current(), PapersPage)
    qtbot.waitUntil(lambda: desk.jobs.busy() == 0, timeout=LONG)
    picture("09-papers")

    press(qtbot, shell.top.export)
    bundle = shell.workbench.current()
    assert isinstance(bundle, BundlePage)
    bundle.set_folder(tmp_path)
    qtbot.waitUntil(lambda: bundle.export_button.isEnabled(), timeout=LONG)
    press(qtbot, bundle.export_button)
    qtbot.waitUntil(lambda: bundle.result_card.isVisible(), timeout=LONG)
    picture("10-bundle")
    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(folders) == 1
    assert bundling.verify(folders[0]).ok

    theme.apply(app, dark=True)
    shell.workbench.show_page("overview")
    picture("11-overview-dark")
    desk.go_to("algorithm.products[0].functions[0].description")
    picture("12-products-dark")
    shell.close_project()
    assert shell.start.isVisible()
    recent = [entry.path for entry in shell.workspace.recent()]
    assert recent == [desk.session.path]
