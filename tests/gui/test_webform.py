"""The small window for web forms: copy and go on, warn of changes, remember the place, one hand on the keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.bundle import BundlePage
from filingdesk.gui.pages.overview import OverviewPage
from filingdesk.gui.shell import Shell
from filingdesk.gui.webform import LINE_HEIGHT, WebFormWindow
from filingdesk.gui.webform_card import facts_of
from filingdesk.services import webform
from gui.delivery import desk_of, open_sample, ready, show


def mini(shell: Shell, qtbot: QtBot) -> WebFormWindow:
    shell.actions_.webform.trigger()
    assert shell.workbench is not None
    window = shell.workbench.webform
    assert window is not None
    qtbot.waitUntil(window.isVisible)
    return window


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def key(window: WebFormWindow, qtbot: QtBot, *keys: Qt.Key) -> None:
    for each in keys:
        qtbot.keyClick(window.list, each)


@pytest.fixture
def filled(project: Shell) -> Desk:
    desk = desk_of(project)
    desk.session.set("subject.name", "示例公司")
    desk.session.set("subject.credit_code", "91330108MA00000X0X")
    desk.session.set("algorithm.summary", "第一段  \r\n\r\n第二段 \n")
    return desk


def test_enter_copies_ticks_and_goes_on(project: Shell, filled: Desk, qtbot: QtBot) -> None:
    window = mini(project, qtbot)
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert window.card.name.text() == "主体名称"
    key(window, qtbot, Qt.Key.Key_Return)
    assert clipboard() == "示例公司"
    assert window.card.name.text() == "统一社会信用代码"
    assert "主体名称" in window.status.text()
    key(window, qtbot, Qt.Key.Key_Space)
    assert clipboard() == "91330108MA00000X0X"
    assert window.counts.text().startswith("已填 2 / ")
    found = webform.walk(filled.session, window.walk.form) if window.walk else None
    assert found is not None
    assert [s.key for s in found.having("done")] == ["subject.name", "subject.credit_code"]


def test_the_clipboard_holds_the_lines_and_no_trailing_blanks(
    project: Shell, filled: Desk, qtbot: QtBot
) -> None:
    window = mini(project, qtbot)
    window.go("algorithm.summary")
    key(window, qtbot, Qt.Key.Key_C)
    assert clipboard() == "第一段\n\n第二段"
    assert window.card.name.text() == "算法简介", "C stays"
    assert window.current is not None
    assert window.current.pasted is None
    assert "8 字" in facts_of(window.current)[0]


def test_a_blank_is_not_copied_and_leads_to_its_field(project: Shell, filled: Desk, qtbot: QtBot) -> None:
    window = mini(project, qtbot)
    QGuiApplication.clipboard().setText("原来的内容")
    window.go("subject.kind")
    assert not window.copy_button.isEnabled()
    key(window, qtbot, Qt.Key.Key_Return)
    assert clipboard() == "原来的内容"
    assert "还没填" in window.status.text()
    assert window.current is not None
    assert window.current.key == "subject.kind", "the hand that presses on must not paste the old value here"
    window.card.jump_button.click()
    assert project.workbench is not None
    page = project.workbench.current()
    assert page is not None
    assert page.key == "subject"


def test_a_fact_that_changes_after_pasting_is_told_everywhere_and_filtered(
    project: Shell, filled: Desk, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    window = mini(project, qtbot)
    key(window, qtbot, Qt.Key.Key_Return, Qt.Key.Key_Return)
    filled.session.set("subject.name", "另一家公司")
    assert "已改 1" in window.counts.text()
    window.go("subject.name")
    assert window.card.badge.text() == "已改"
    assert "更新网页" in window.card.since.text()
    key(window, qtbot, Qt.Key.Key_F, Qt.Key.Key_F)
    assert window.filter.values() == ["已改"]
    assert [s.key for s in window.matching()] == ["subject.name"]
    bundle = show(project, "bundle")
    assert isinstance(bundle, BundlePage)
    assert "主体名称" in bundle.webform_card.stale.accessibleName()
    overview = show(project, "overview")
    assert isinstance(overview, OverviewPage)
    assert "又改过：主体名称" in overview.next.lines()[0].text
    key(window, qtbot, Qt.Key.Key_Return)
    assert clipboard() == "另一家公司"
    assert "已改" not in window.counts.text()


def test_arrows_digits_and_tick_work_with_one_hand(project: Shell, filled: Desk, qtbot: QtBot) -> None:
    window = mini(project, qtbot)
    key(window, qtbot, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert window.card.name.text() == "主体名称"
    key(window, qtbot, Qt.Key.Key_3)
    assert window.current is not None
    assert window.current.block == "法定代表人"
    key(window, qtbot, Qt.Key.Key_PageDown)
    assert window.current.block == "算法安全责任人"
    key(window, qtbot, Qt.Key.Key_1, Qt.Key.Key_T)
    assert window.tick.isChecked()
    key(window, qtbot, Qt.Key.Key_T)
    assert not window.tick.isChecked()
    assert filled.session.marks("@pasted/") == {}


def test_the_filter_of_what_is_open_walks_on_after_each_copy(
    project: Shell, filled: Desk, qtbot: QtBot
) -> None:
    window = mini(project, qtbot)
    key(window, qtbot, Qt.Key.Key_F)
    assert window.filter.values() == ["未填"]
    key(window, qtbot, Qt.Key.Key_Return)
    assert window.card.name.text() == "统一社会信用代码"
    assert "subject.name" not in [s.key for s in window.matching()]
    key(window, qtbot, Qt.Key.Key_Up)
    assert window.card.name.text() == "统一社会信用代码", "what is done is passed over"


def test_it_folds_into_one_line_that_still_copies(project: Shell, filled: Desk, qtbot: QtBot) -> None:
    window = mini(project, qtbot)
    tall = window.height()
    key(window, qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.height() <= LINE_HEIGHT)
    assert "示例公司" in window.short.text()
    window.short_copy.click()
    assert clipboard() == "示例公司"
    assert "91330108MA00000X0X" in window.short.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.height() == tall)


def test_it_remembers_where_it_was_over_a_restart(
    project: Shell, filled: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    window = mini(project, qtbot)
    window.go("algorithm.summary")
    assert project.close_project()
    assert not window.isVisible()
    assert project.open_project(tmp_path / "试点项目.fdproj")
    ready(project, qtbot)
    again = mini(project, qtbot)
    assert again is not window
    assert again.card.name.text() == "算法简介"


def test_a_file_is_laid_out_named_and_shown(
    project: Shell, filled: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toLocalFile()))
    filled.session.attach("licence.scan", "营业执照.png", b"picture")
    window = mini(project, qtbot)
    window.uploads.set_folder(tmp_path / "放这里")
    window.go("licence.scan/0")
    key(window, qtbot, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    assert opened == [str(tmp_path / "放这里")]
    assert (tmp_path / "放这里" / "营业执照.png").read_bytes() == b"picture"
    key(window, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clipboard() == "营业执照.png", timeout=10_000)
    step = webform.find(filled.session, window.walk.form, "licence.scan/0") if window.walk else None
    assert step is not None
    assert step.state == "done"
    window.go("licence.scan/0")
    window.card.path_button.click()
    path = str(tmp_path / "放这里" / "营业执照.png")
    qtbot.waitUntil(lambda: clipboard() == path, timeout=10_000)


def test_a_paper_with_blockers_is_refused_in_the_window_and_not_ticked(
    project: Shell, filled: Desk, qtbot: QtBot
) -> None:
    window = mini(project, qtbot)
    window.go("paper:self-assessment")
    key(window, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "不能出正式稿" in window.status.text(), timeout=20_000)
    assert window.current is not None
    assert window.current.pasted is None


def test_ticking_asks_for_no_new_check_and_leaves_the_report_as_it_is(
    project: Shell, filled: Desk, qtbot: QtBot, checked: Callable[[], None]
) -> None:
    checked()
    report = filled.report
    window = mini(project, qtbot)
    key(window, qtbot, Qt.Key.Key_Return)
    qtbot.wait(300)
    assert filled.report is report


def test_every_place_of_a_whole_filing_can_be_walked(
    shell: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    open_sample(shell, qtbot, tmp_path)
    window = mini(shell, qtbot)
    assert window.walk is not None
    seen = []
    for _ in window.walk.steps:
        assert window.current is not None
        seen.append(window.current.key)
        window.step(1)
    assert seen == [s.key for s in window.walk.steps]
    assert "后面没有了" in window.status.text()
    window.show_form("large-model")
    assert window.card.name.text() == "模型名称"
    assert window.walk.form.id == "large-model"


def test_the_finder_opens_it(project: Shell, qtbot: QtBot) -> None:
    assert project.workbench is not None
    assert any(found.address == "do:webform" for found in project.workbench.findables())
    project.workbench.follow_address("do:webform")
    assert project.workbench.webform is not None
    assert project.workbench.webform.isVisible()


def test_the_next_attachment_is_one_key_away(project: Shell, filled: Desk, qtbot: QtBot) -> None:
    window = mini(project, qtbot)
    seen = []
    for _ in range(4):
        key(window, qtbot, Qt.Key.Key_A)
        assert window.current is not None
        seen.append(window.current.label)
    assert seen == ["营业执照扫描件", "证件照", "工作证明", "《算法备案承诺书》"]
    window.go("algorithm.summary")
    key(window, qtbot, Qt.Key.Key_F, Qt.Key.Key_F, Qt.Key.Key_A)
    assert window.current is not None
    assert window.current.label == "营业执照扫描件", "round again, and the filter steps back"
