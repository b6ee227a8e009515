"""The window as a whole: projects, problems, waivers, statements, finding, places, looks, trouble."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from filingdesk.gui import theme
from filingdesk.gui.dialogs import AttestDialog, WaiveDialog
from filingdesk.gui.pages.checkreport import CheckPage
from filingdesk.gui.pages.formpage import FormPage
from filingdesk.gui.shell import LARGE, Shell
from filingdesk.gui.trouble import report_bug
from filingdesk.infra import settings as user_settings
from filingdesk.services.workspace import Workspace
from gui.delivery import answer


def test_a_new_project_is_named_in_the_title_and_listed_as_recent(project: Shell, tmp_path: Path) -> None:
    path = tmp_path / "试点项目.fdproj"
    assert str(path) in project.windowTitle()
    assert project.top.path.text() == str(path)
    project.close_project()
    assert [recent.path for recent in project.workspace.recent()] == [path]
    assert "试点项目" not in project.windowTitle()


def test_the_sidebar_says_how_far_each_page_is_and_what_is_found(
    project: Shell, checked: Callable[[], None]
) -> None:
    assert project.workbench is not None
    before = project.workbench.sidebar.row("subject").state()
    assert before.fraction == 0
    assert before.blockers > 0
    assert "项阻断" in project.workbench.sidebar.row("subject").accessibleName()
    assert project.desk is not None
    project.desk.session.set("subject.name", "示例智联科技(杭州)有限公司")
    checked()
    after = project.workbench.sidebar.row("subject").state()
    assert after.fraction is not None
    assert after.fraction > 0
    assert after.blockers == before.blockers - 1


def test_f8_walks_the_problems_and_puts_the_cursor_into_the_field(project: Shell, qtbot: QtBot) -> None:
    project.actions_.next_problem.trigger()
    assert project.workbench is not None
    problem = project.workbench.drawer.current()
    assert problem is not None
    page = project.workbench.current()
    assert isinstance(page, FormPage)
    row = page.row(problem.path)
    assert row is not None
    assert row.editor.target().hasFocus()
    assert row.error() == problem.message
    project.actions_.next_problem.trigger()
    second = project.workbench.drawer.current()
    assert second is not None
    assert second.path != problem.path
    project.actions_.previous_problem.trigger()
    assert project.workbench.drawer.current() == problem


def test_mending_a_problem_takes_it_out_of_the_drawer(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    assert project.workbench is not None
    assert project.desk is not None
    before = project.workbench.drawer.model.rowCount()
    project.desk.commit("subject.name", "示例智联科技(杭州)有限公司")
    checked()
    assert project.workbench.drawer.model.rowCount() == before - 1
    assert f"{project.desk.report.count('blocker')} 阻断" in project.status.blockers.text()  # type: ignore[union-attr]


def test_a_waiver_needs_a_reason_and_takes_the_problem_away(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    assert project.workbench is not None
    assert project.desk is not None
    drawer = project.workbench.drawer
    problem = drawer.model.items()[0]
    empty: list[bool] = []

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, WaiveDialog)
        empty.append(dialog.ok.isEnabled())
        dialog.reason.setPlainText("营业执照换发中，已向属地网信办说明。")
        dialog.ok.click()

    answer(QDialog, fill)
    actions = {action.text(): action for action in drawer.menu_for(problem).actions()}
    actions["豁免并写明理由…"].trigger()
    checked()
    assert empty == [False]
    assert problem not in drawer.model.items()
    waived = project.desk.report.with_status("waived") if project.desk.report else ()
    partly = [
        f
        for r in (project.desk.report.results if project.desk.report else ())
        for f in r.findings
        if f.waived
    ]
    assert waived or partly


def test_a_person_s_statement_is_asked_for_in_full(
    project: Shell, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    assert project.desk is not None
    desk = project.desk
    assert desk.report is not None
    manual = desk.report.with_status("manual")[0]
    page = project.workbench.show_page("check") if project.workbench else None
    assert isinstance(page, CheckPage)
    page.select(manual.id)

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, AttestDialog)
        dialog.answer.chips()[0].click()
        dialog.statement.setPlainText("逐份打开核对，印章清晰。")
        assert not dialog.ok.isEnabled(), "a name is missing"
        dialog.name.setText("张示例")
        dialog.ok.click()

    answer(QDialog, fill)
    from filingdesk.gui.judging import attest

    assert attest(desk, manual, project)
    checked()
    assert desk.session.attestations[manual.id].name == "张示例"
    result = next(r for r in desk.report.results if r.id == manual.id)
    assert result.status == "passed"


def test_the_report_page_lists_every_rule_and_filters(project: Shell) -> None:
    assert project.workbench is not None
    page = project.workbench.show_page("check")
    assert isinstance(page, CheckPage)
    report = project.desk.report if project.desk else None
    assert report is not None
    assert page.model.rowCount() == len(report.results)
    page.select(report.with_status("passed")[0].id)
    assert page.current() == report.with_status("passed")[0]


def test_the_finder_leads_to_a_field(project: Shell, qtbot: QtBot) -> None:
    project.actions_.find.trigger()
    finder = project.top.finder
    qtbot.waitUntil(finder.hasFocus)
    finder.setText("统一社会信用代码")
    from PySide6.QtCore import Qt

    qtbot.keyClick(finder, Qt.Key.Key_Return)
    page = project.workbench.current() if project.workbench else None
    assert isinstance(page, FormPage)
    row = page.row("subject.credit_code")
    assert row is not None
    qtbot.waitUntil(lambda: row.editor.target().hasFocus())


def test_reopening_leads_back_to_the_same_field(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    assert project.workbench is not None
    project.workbench.go("", "subject.icp_number")
    project.close_project()
    assert project.open_project(tmp_path / "试点项目.fdproj")
    page = project.workbench.current()
    assert isinstance(page, FormPage)
    assert page.key == "subject"
    row = page.row("subject.icp_number")
    assert row is not None
    qtbot.waitUntil(lambda: row.editor.target().hasFocus())


def test_a_project_that_another_window_holds_can_only_be_read(
    project: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    second = Shell(Workspace(who=lambda: "另一人"))
    qtbot.addWidget(second)
    second.show()
    assert second.open_project(tmp_path / "试点项目.fdproj")
    try:
        assert second.workbench is not None
        assert second.workbench.lock_notice.isVisible()
        assert "测试员" in second.workbench.lock_notice.text()
        assert "只能查看" in second.workbench.lock_notice.text()
        page = second.workbench.show_page("subject")
        assert isinstance(page, FormPage)
        row = page.row("subject.name")
        assert row is not None
        assert row.editor.target().isReadOnly()  # type: ignore[attr-defined]
        contacts = page.list_view("contacts")
        assert contacts is not None
        assert not contacts.add_button.isEnabled()
    finally:
        second.close()


def test_a_file_that_is_no_project_is_told_in_a_dialog_and_nothing_opens(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "不是项目.fdproj"
    path.write_bytes(b"something else entirely")
    met = answer(QDialog, lambda dialog: dialog.accept())
    assert not shell.open_project(path)
    (box,) = met
    assert isinstance(box, QMessageBox)
    assert box.text()
    assert box.informativeText()
    assert "Traceback" not in box.text() + box.informativeText()
    assert shell.workbench is None


def test_a_large_project_is_opened_in_the_background(project: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    desk = project.desk
    assert desk is not None
    desk.session.attach("licence.scan", "录像.pdf", os.urandom(LARGE + 1_000_000))
    project.close_project()
    path = tmp_path / "试点项目.fdproj"
    assert project.open_project(path)
    assert project.workbench is None  # not yet: the window goes on meanwhile
    assert not project.start.open_button.isEnabled()
    qtbot.waitUntil(lambda: project.workbench is not None, timeout=30_000)
    project.close_project()
    assert project.start.open_button.isEnabled()


def test_a_large_file_that_is_no_project_is_told_and_the_start_page_is_usable_again(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "录像.fdproj"
    path.write_bytes(b"no project" * (LARGE // 9))
    met = answer(QDialog, lambda dialog: dialog.accept())
    assert shell.open_project(path)
    qtbot.waitUntil(lambda: bool(met), timeout=30_000)
    assert isinstance(met[0], QMessageBox)
    assert "不是本程序的项目文件" in met[0].text()
    assert shell.start.open_button.isEnabled()
    assert shell.workbench is None


def test_a_bug_is_told_with_its_report_and_the_window_goes_on(shell: Shell, qtbot: QtBot) -> None:
    met = answer(QDialog, lambda dialog: dialog.accept())
    shell.tell_error(ValueError("主体名称是示例智联"))
    (box,) = met
    assert isinstance(box, QMessageBox)
    report = next(
        Path(word) for word in box.informativeText().replace(":", " ").split() if word.endswith(".txt")
    )
    text = report.read_text("utf-8")
    assert "ValueError" in text
    assert "示例智联" not in text, "a report holds no field values"


def test_a_crash_report_that_cannot_be_written_is_no_second_crash(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("FILINGDESK_HOME", str(tmp_path / "plain"))
    assert report_bug(ValueError("x")) is None


def test_dark_is_switched_live_and_remembered(project: Shell, app: QApplication) -> None:
    before = project.grab().toImage().pixelColor(600, 300).lightness()
    project.actions_.look_dark.trigger()
    try:
        after = project.grab().toImage().pixelColor(600, 300).lightness()
        assert after < before - 100
        assert user_settings.load().settings.theme == "dark"
    finally:
        theme.apply(app, dark=False)


def test_qt_s_own_texts_are_there_in_chinese(app: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert QApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_panes_are_put_away_and_come_back(project: Shell) -> None:
    assert project.workbench is not None
    project.workbench.show_page("subject")
    assert project.workbench.help.isVisible()
    project.actions_.show_help.trigger()
    assert not project.workbench.help.isVisible()
    project.actions_.show_help.trigger()
    assert project.workbench.help.isVisible()
    drawer = project.workbench.drawer
    drawer.set_collapsed(True)
    assert not drawer.view.isVisible()
    assert drawer.blockers.isVisible()


def test_a_clean_check_is_never_called_an_approval(project: Shell) -> None:
    assert project.status.footer.text() == "通过自查不等于通过审核"


def test_every_control_of_the_frame_has_a_name(project: Shell) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit

    for kind in (QAbstractButton, QLineEdit, QAbstractItemView):
        for widget in project.findChildren(kind):
            if widget.isVisible() and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or getattr(widget, "text", str)(), (
                    type(widget).__name__,
                    widget.parent(),
                )


def test_the_overview_counts_what_the_report_counts(project: Shell) -> None:
    from filingdesk.gui.pages.overview import OverviewPage

    assert project.workbench is not None
    page = project.workbench.show_page("overview")
    assert isinstance(page, OverviewPage)
    report = project.desk.report if project.desk else None
    assert report is not None
    assert page.blockers.number.text() == str(report.count("blocker"))
    assert page.warnings.number.text() == str(report.count("warning"))
    assert page.manual.number.text() == str(len(report.with_status("manual")))


def test_the_overview_tells_how_complete_each_paper_is(project: Shell, qtbot: QtBot) -> None:
    assert project.desk is not None
    desk = project.desk
    qtbot.waitUntil(lambda: bool(desk.papers.statuses), timeout=60_000)
    assert project.workbench is not None
    page = project.workbench.show_page("overview")

    doors = [button.accessibleName() for button in page.findChildren(QPushButton)]
    missing = [status for status in desk.papers.statuses if not status.complete]
    least = min(missing, key=lambda status: status.ratio)
    assert f"打开文书：{least.title}" in doors
    papers = sum(name.startswith("打开文书：") for name in doors)
    assert f"另外 {len(desk.papers.statuses) - papers} 份" in " ".join(doors), "none is left out in silence"


def test_what_cannot_be_stored_stays_in_its_field_and_closing_asks(
    project: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filingdesk.domain.errors import UserError
    from filingdesk.gui.forms.lines import LineEditor
    from gui.ime import write

    assert project.workbench is not None
    assert project.desk is not None
    page = project.workbench.show_page("subject")
    assert isinstance(page, FormPage)
    row = page.row("subject.name")
    assert row is not None
    assert isinstance(row.editor, LineEditor)
    told: list[object] = []
    project.desk.failed.disconnect()
    project.desk.failed.connect(told.append)
    session = project.desk.session

    def full(*_args: object, **_more: object) -> None:
        raise UserError("disk.full", "磁盘空间不足。", "请清理磁盘。")

    with monkeypatch.context() as disk:
        disk.setattr(session.file, "apply", full)  # stands for the disk, which a test cannot fill
        row.focus()
        write(row.editor.line, "不能丢的内容")
        row.commit()
        assert told
        assert row.editor.line.text() == "不能丢的内容"
        assert project.top.saved.text() == "未保存"
        answer(QDialog, lambda dialog: dialog.reject())
        assert not project.close_project()
        assert project.desk is not None
    row.commit()
    assert session.facts.subject.name == "不能丢的内容"
    qtbot.waitUntil(lambda: project.top.saved.text().startswith("已保存"))


def test_help_of_another_page_does_not_come_back_with_the_next_check(
    project: Shell, checked: Callable[[], None]
) -> None:
    assert project.workbench is not None
    assert project.desk is not None
    project.workbench.go("", "subject.name")
    assert project.workbench.help.content() is not None
    page = project.workbench.show_page("check")
    project.desk.session.set("algorithm.name", "示例算法")
    checked()
    assert page is project.workbench.current()
    assert project.workbench.help.content() is None


def test_ctrl_s_is_answered_though_everything_saves_itself(project: Shell) -> None:
    assert project.workbench is not None
    project.actions_.save.trigger()
    assert "自动保存" in project.workbench.notice.text()


def test_the_numbers_and_the_track_of_the_overview_are_doors_for_the_keyboard_too(
    project: Shell, qtbot: QtBot
) -> None:
    from PySide6.QtCore import Qt

    from filingdesk.gui.pages.overview import OverviewPage

    assert project.workbench is not None
    page = project.workbench.show_page("overview")
    assert isinstance(page, OverviewPage)
    page.track.setFocus()
    qtbot.keyClick(page.track, Qt.Key.Key_Right)
    qtbot.keyClick(page.track, Qt.Key.Key_Return)
    shown = project.workbench.current()
    assert shown is not None
    assert shown.key == "algorithm-result"
    project.workbench.show_page("overview")
    qtbot.keyClick(page.blockers, Qt.Key.Key_Return)
    shown = project.workbench.current()
    assert shown is not None
    assert shown.key == "check"


def test_undo_in_a_notice_takes_back_what_the_notice_speaks_of_or_is_gone(project: Shell) -> None:
    desk, workbench = project.desk, project.workbench
    assert desk is not None
    assert workbench is not None
    desk.attempt(lambda: desk.session.set("subject.city", "杭州市"))
    desk.told.emit("已放入 1 项", "done", "undo")
    action = next(b for b in workbench.notice.findChildren(QPushButton) if b.text() == "撤销")
    assert action.isVisible()
    desk.attempt(lambda: desk.session.set("subject.name", "示例公司"))
    assert not action.isVisible()
    desk.told.emit("已放入 1 项", "done", "undo")
    action.click()
    assert desk.facts.subject.name == ""
    assert desk.facts.subject.city == "杭州市"
